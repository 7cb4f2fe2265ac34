"""PReLU: the slope for negative inputs is learned. Source: documentation of torch.nn.PReLU; He et al. 2015."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.activations_losses._lists import Summed
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, terms, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rectifiers import PreluSlopeGradient, PreluSlopeStep, PreluSum

SLOPES = (0.1, 0.2, 0.25, 0.3, 0.4)


def _gradient(s: PreluSlopeGradient) -> float:
    return sum(x * g for x, g in zip(s.x, s.gradient, strict=True) if x < 0)


def _inputs(draw: Draw) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    x = tuple(float(draw.integer(-6, 6)) for _ in range(4))
    gradient = draw.decimals(4, -2, 2, 1)
    return (x, gradient) if sum(one < 0 for one in x) >= 2 and max(x) > 0 and 0 not in (*x, *gradient) else None


class PreluOfList(Summed[PreluSum]):
    spec = PreluSum
    answer = Number(decimals=3)
    rule = Text("$x$ for $x > 0$, else $a x$; summed", "$x > 0$ 时为 $x$，否则为 $a x$；再求和")
    mistakes = (
        Mistake(
            "That is ReLU: negative inputs count with the slope a.",
            "这是 ReLU；负输入要乘以斜率 a 计入。",
            lambda s: sum(max(x, 0.0) for x in s.x),
        ),
        Mistake(
            "The slope was left out: negative inputs are multiplied by a.",
            "漏了斜率：负输入要乘以 a。",
            lambda s: sum(s.x),
        ),
        Mistake("The slope is for negative inputs only.", "斜率只用于负输入。", lambda s: s.a * sum(s.x)),
        Mistake(
            "A negative input keeps its sign.",
            "负输入的输出仍为负。",
            lambda s: sum(x if x > 0 else -s.a * x for x in s.x),
        ),
        Mistake(
            "The slope acts on each negative entry, not on the sum.",
            "斜率逐个作用于负元素，而不是作用于总和。",
            lambda s: sum(s.x) if sum(s.x) > 0 else s.a * sum(s.x),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PreluSum | None:
        x = draw.decimals(4, -8, 8, 1)
        return PreluSum(x, draw.choice(SLOPES)) if min(x) < 0 < max(x) and 0 not in x else None

    def function(self, s: PreluSum) -> Text:
        return Text(f"a PReLU with the learned slope $a = {num(s.a)}$", f"学得斜率 $a = {num(s.a)}$ 的 PReLU")

    def outputs(self, s: PreluSum) -> list[float]:
        return [x if x > 0 else s.a * x for x in s.x]

    def why(self, s: PreluSum) -> Text:
        outputs = vector(round(y, 9) for y in self.outputs(s))
        return Text(
            f"Negative entries are multiplied by {num(s.a)}, the outputs are {outputs}:",
            f"负元素乘以 {num(s.a)}，各输出为 {outputs}：",
        )


class SlopeGradient(Worked[PreluSlopeGradient]):
    spec = PreluSlopeGradient
    levels = (2,)
    find = "derivative"
    rule = r"$\partial L/\partial a = \sum_{x_i < 0} x_i \cdot \partial L/\partial y_i$"
    mistakes = (
        Mistake(
            "The outputs of positive inputs do not depend on a: they do not count.",
            "正输入的输出与 a 无关，不计入。",
            lambda s: sum(x * g for x, g in zip(s.x, s.gradient, strict=True)),
        ),
        Mistake(
            "dy/da is x for a negative input, not 1.",
            "负输入处 dy/da 等于 x，而不是 1。",
            lambda s: sum(g for x, g in zip(s.x, s.gradient, strict=True) if x < 0),
        ),
        Mistake(
            "dy/da is x, not a·x: y = a·x is linear in a.",
            "dy/da 是 x 而不是 a·x：y = a·x 对 a 是线性的。",
            lambda s: s.a * _gradient(s),
        ),
        Mistake(
            "The contributions were added without the gradients that arrive.",
            "相加时没有乘以上游梯度。",
            lambda s: sum(x for x in s.x if x < 0),
        ),
        Mistake(
            "One slope is shared by all entries: their contributions are summed, not averaged.",
            "所有元素共用一个斜率：贡献求和，而不是取平均。",
            lambda s: _gradient(s) / len(s.x),
        ),
        Mistake("The negative inputs keep their sign.", "负输入要保留符号。", lambda s: -_gradient(s)),
    )

    def sample(self, draw: Draw, level: int) -> PreluSlopeGradient | None:
        drawn = _inputs(draw)
        return PreluSlopeGradient(*drawn, draw.choice(SLOPES)) if drawn else None

    def formula(self, s: PreluSlopeGradient) -> float:
        return sum(min(x, 0.0) * g for x, g in zip(s.x, s.gradient, strict=True))

    def stem(self, s: PreluSlopeGradient) -> Text:
        return Text(
            f"A PReLU with one slope $a = {num(s.a)}$ for all entries had the inputs $x = {vector(s.x)}$. The gradient of the loss "
            f"with respect to its outputs is {vector(s.gradient)}. What is the gradient of the loss with respect to $a$?",
            f"某 PReLU 所有元素共用斜率 $a = {num(s.a)}$，输入为 $x = {vector(s.x)}$，损失对其输出的梯度为 {vector(s.gradient)}。"
            "损失对 $a$ 的梯度是多少？",
        )

    def why(self, s: PreluSlopeGradient) -> Text:
        return Text(
            f"$dy/da$ is $x$ for negative inputs and 0 for the others, whatever $a = {num(s.a)}$ is:",
            f"负输入处 $dy/da = x$，其余为 0，与 $a = {num(s.a)}$ 的大小无关：",
        )

    def steps(self, s: PreluSlopeGradient) -> str:
        parts = terms((x, g) for x, g in zip(s.x, s.gradient, strict=True) if x < 0) or "0"
        return f"{parts} = {num(round(self.formula(s), 9))}"


class SlopeStep(Worked[PreluSlopeStep]):
    spec = PreluSlopeStep
    levels = (3,)
    find = "step"
    rule = r"$a - \eta \sum_{x_i < 0} x_i \cdot \partial L/\partial y_i$"
    mistakes = (
        Mistake(
            "SGD goes against the gradient: subtract.",
            "SGD 沿负梯度方向更新：应为减。",
            lambda s: s.a + s.lr * _gradient(s),
        ),
        Mistake("The learning rate is missing.", "漏了学习率。", lambda s: s.a - _gradient(s)),
        Mistake(
            "The outputs of positive inputs do not depend on a: they do not count.",
            "正输入的输出与 a 无关，不计入。",
            lambda s: s.a - s.lr * sum(x * g for x, g in zip(s.x, s.gradient, strict=True)),
        ),
        Mistake(
            "dy/da is x for a negative input, not 1.",
            "负输入处 dy/da 等于 x，而不是 1。",
            lambda s: s.a - s.lr * sum(g for x, g in zip(s.x, s.gradient, strict=True) if x < 0),
        ),
        Mistake("That is the change of a alone.", "这只是 a 的改变量。", lambda s: -s.lr * _gradient(s)),
    )

    def sample(self, draw: Draw, level: int) -> PreluSlopeStep | None:
        drawn = _inputs(draw)
        return PreluSlopeStep(*drawn, draw.choice(SLOPES), draw.choice((0.01, 0.02, 0.05, 0.1))) if drawn else None

    def formula(self, s: PreluSlopeStep) -> float:
        return s.a - s.lr * sum(min(x, 0.0) * g for x, g in zip(s.x, s.gradient, strict=True))

    def stem(self, s: PreluSlopeStep) -> Text:
        return Text(
            f"A PReLU with one slope $a = {num(s.a)}$ for all entries had the inputs $x = {vector(s.x)}$; the gradient of the loss "
            f"with respect to its outputs is {vector(s.gradient)}. What is $a$ after one step of plain SGD with learning rate {num(s.lr)}?",
            f"某 PReLU 所有元素共用斜率 $a = {num(s.a)}$，输入为 $x = {vector(s.x)}$，损失对其输出的梯度为 {vector(s.gradient)}。"
            f"用学习率 {num(s.lr)} 的普通 SGD 更新一步后，$a$ 是多少？",
        )

    def why(self, s: PreluSlopeStep) -> Text:
        gradient = num(round(_gradient(s), 9))
        return Text(
            rf"Only negative inputs count: $\partial L/\partial a = {gradient}$. The step:",
            rf"只有负输入计入：$\partial L/\partial a = {gradient}$。更新：",
        )

    def steps(self, s: PreluSlopeStep) -> str:
        return rf"{num(s.a)} - {num(s.lr)} \cdot {signed(round(_gradient(s), 9))} = {num(round(self.formula(s), 9))}"


MODEL = ItemModel(
    name="prelu_value",
    version=1,
    topic="activations-losses",
    title=Text("PReLU and its slope", "PReLU 及其斜率"),
    questions=(PreluOfList(), SlopeGradient(), SlopeStep()),
)
