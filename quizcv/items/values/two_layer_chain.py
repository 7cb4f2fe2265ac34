"""The chain rule through two neurons, and through two paths."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import terms, vector
from quizcv.items.values import _activations as act
from quizcv.items.values._activations import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.gradients import SATURATING, Activation, TwoLayerChain, TwoPathChain


def _z(s: TwoLayerChain) -> float:
    return s.w1 * s.x + s.b1


def _error(s: TwoLayerChain) -> float:
    return s.w2 * act.value(s.activation, _z(s)) + s.b2 - s.target


def _chain(s: TwoLayerChain) -> float:
    return _error(s) * s.w2 * act.slope(s.activation, _z(s)) * s.x


class Chain(Question[TwoLayerChain]):
    """Source: the chain rule."""

    spec = TwoLayerChain
    answer = Number(decimals=4)
    levels = (1, 2)
    rule = r"$\partial L/\partial w_1 = (y - t) \, w_2 \, f'(z) \, x$"
    mistakes = (
        Mistake(
            "The derivative of the activation is missing from the chain.",
            "链式法则中漏了激活函数的导数。",
            lambda s: _error(s) * s.w2 * s.x,
        ),
        Mistake(
            "The second weight is missing: the error comes back through w₂.",
            "漏了第二个权重：误差要经过 w₂ 传回。",
            lambda s: _error(s) * act.slope(s.activation, _z(s)) * s.x,
        ),
        Mistake(
            "That is the gradient of w₂: the error times h.",
            "这是 w₂ 的梯度：误差乘以 h。",
            lambda s: _error(s) * act.value(s.activation, _z(s)),
        ),
        Mistake(
            "The input is missing: that is the gradient of b₁.",
            "漏乘了输入：这是 b₁ 的梯度。",
            lambda s: _error(s) * s.w2 * act.slope(s.activation, _z(s)),
        ),
        Mistake(
            "The sign is wrong: the derivative of ½(y − t)² is y − t.",
            "符号错了：½(y − t)² 的导数是 y − t。",
            lambda s: -_chain(s),
        ),
        Mistake(
            "A factor 2 is too much: the ½ of the loss cancels it.",
            "多乘了 2：损失里的 ½ 已与之相消。",
            lambda s: 2 * _chain(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TwoLayerChain | None:
        among: tuple[Activation, ...] = ("identity", "relu") if level == 1 else (*SATURATING, "relu")
        activation = draw.choice(among)
        places = 0 if level == 1 else 1
        biases = (0.0, 0.0) if level == 1 else draw.decimals(2, -1, 1, 1)
        x, w1, w2, target = draw.decimals(4, -3, 3, places)
        s = TwoLayerChain(x, w1, biases[0], w2, biases[1], target, activation)
        if activation == "relu" and _z(s) < 0.05:
            return None
        if activation in ("sigmoid", "tanh") and abs(_z(s)) > 2.5:
            return None
        return s if abs(_chain(s)) > 0.02 else None

    def formula(self, s: TwoLayerChain) -> float:
        return _chain(s)

    def stem(self, s: TwoLayerChain) -> Text:
        f = act.is_(s.activation)
        values = ", ".join(
            f"${name} = {num(value)}$"
            for name, value in (("x", s.x), ("w_1", s.w1), ("b_1", s.b1), ("w_2", s.w2), ("b_2", s.b2), ("t", s.target))
        )
        return Text(
            f"Two neurons in a row: $z = w_1 x + b_1$, $h = f(z)$, $y = w_2 h + b_2$, with {f.en}. The loss is "
            f"$L = \\frac{{1}}{{2}}(y - t)^2$. With {values}: what is $\\partial L/\\partial w_1$?",
            f"两个相连的神经元：$z = w_1 x + b_1$，$h = f(z)$，$y = w_2 h + b_2$，其中 {f.zh}。损失为 "
            f"$L = \\frac{{1}}{{2}}(y - t)^2$。已知 {act.zh(values)}，求 $\\partial L/\\partial w_1$。",
        )

    def solution(self, s: TwoLayerChain) -> Text:
        f, z, h = act.is_(s.activation), _z(s), act.value(s.activation, _z(s))
        steps = (
            rf"$z = {num(s.w1)} \cdot {signed(s.x)} + {signed(s.b1)} = {num(z)}$, $h = {num(h)}$, "
            rf"$y = {num(s.w2)} \cdot {signed(h)} + {signed(s.b2)} = {num(_error(s) + s.target)}$"
            f"\n\n$y - t = {num(_error(s) + s.target)} - {signed(s.target)} = {num(_error(s))}$, ${act.slope_steps(s.activation, z)}$"
            f"\n\n$\\partial L/\\partial w_1 = {signed(_error(s))} \\cdot {signed(s.w2)} \\cdot {num(act.slope(s.activation, z))} "
            rf"\cdot {signed(s.x)} = {num(_chain(s))}$"
        )
        return Text(
            f"Forwards with {f.en}, then back factor by factor:\n\n{steps}",
            f"先前向计算（{f.zh}），再逐个因子反传：\n\n{act.zh(steps)}",
        )


def _hidden(s: TwoPathChain) -> list[float]:
    return [act.value(s.activation, w * s.x) for w in s.w1]


def _miss(s: TwoPathChain) -> float:
    return sum(w * h for w, h in zip(s.w2, _hidden(s), strict=True)) - s.target


def _paths(s: TwoPathChain, *, flat: bool = False) -> list[float]:
    """dy/dx along each hidden unit."""
    return [
        two * (1.0 if flat else act.slope(s.activation, one * s.x)) * one for one, two in zip(s.w1, s.w2, strict=True)
    ]


class Paths(Question[TwoPathChain]):
    """The multivariate chain rule."""

    spec = TwoPathChain
    answer = Number(decimals=4)
    levels = (3,)
    find = "paths"
    rule = r"$\partial L/\partial x = (y - t) \sum_i w_{2,i} \, f'(w_{1,i} x) \, w_{1,i}$"
    mistakes = (
        Mistake(
            "Only the first path was followed; the paths add up.",
            "只算了第一条路径；各条路径要相加。",
            lambda s: _miss(s) * _paths(s)[0],
        ),
        Mistake(
            "The derivatives of the activation are missing from the chain.",
            "链式法则中漏了激活函数的导数。",
            lambda s: _miss(s) * sum(_paths(s, flat=True)),
        ),
        Mistake(
            "That is dy/dx; dL/dx is that times y − t.", "这是 dy/dx；dL/dx 还要乘以 y − t。", lambda s: sum(_paths(s))
        ),
        Mistake(
            "The sign is wrong: the error is y − t.", "符号错了：误差应为 y − t。", lambda s: -_miss(s) * sum(_paths(s))
        ),
        Mistake(
            "The inner derivative w₁ is missing: d(w₁x)/dx = w₁.",
            "漏了内层导数 w₁：d(w₁x)/dx = w₁。",
            lambda s: (
                _miss(s) * sum(two * act.slope(s.activation, one * s.x) for one, two in zip(s.w1, s.w2, strict=True))
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TwoPathChain | None:
        activation, x = draw.choice(SATURATING), draw.decimal(-2, 2, 1)
        w1, w2 = draw.decimals(2, -1.5, 1.5, 1), draw.decimals(2, -2, 2, 1)
        s = TwoPathChain(x, w1, w2, draw.decimal(-1, 1, 1), activation)
        return s if x and abs(_miss(s) * sum(_paths(s))) > 0.02 else None

    def formula(self, s: TwoPathChain) -> float:
        return _miss(s) * sum(_paths(s))

    def stem(self, s: TwoPathChain) -> Text:
        f = act.name(s.activation)
        return Text(
            f"One input $x$ feeds hidden units $h_i = f(w_{{1,i}} x)$ with $f$ = {f.en}, and $y = \\sum_i w_{{2,i}} h_i$; there are no "
            f"biases. The loss is $L = \\frac{{1}}{{2}}(y - t)^2$. With $x = {num(s.x)}$, $w_1$ = {vector(s.w1)}, $w_2$ = "
            f"{vector(s.w2)} and "
            f"$t = {num(s.target)}$: what is $\\partial L/\\partial x$?",
            f"输入 $x$ 连到各隐藏单元 $h_i = f(w_{{1,i}} x)$，$f$ 为 {f.zh}，输出 $y = \\sum_i w_{{2,i}} h_i$，无偏置。损失为 "
            f"$L = \\frac{{1}}{{2}}(y - t)^2$。已知 $x = {num(s.x)}$，$w_1$ = {vector(s.w1)}，$w_2$ = {vector(s.w2)}，"
            f"$t = {num(s.target)}$，求 $\\partial L/\\partial x$。",
        )

    def solution(self, s: TwoPathChain) -> Text:
        f, hidden, paths = act.name(s.activation), [round(h, 6) for h in _hidden(s)], [round(p, 6) for p in _paths(s)]
        forward = f"y - t = {terms(zip(s.w2, hidden, strict=True))} - {signed(s.target)} = {num(_miss(s))}"
        back = rf"{signed(_miss(s))} \cdot ({' + '.join(map(signed, paths))}) = {num(self.formula(s))}"
        return Text(
            f"At $x = {num(s.x)}$, f = {f.en}: $h$ = {vector(hidden)}, ${forward}$.\n\nEach path gives $w_2 f'(w_1 x) w_1$: "
            f"{vector(paths)}.\n\n$\\partial L/\\partial x = {back}$",
            f"在 $x = {num(s.x)}$ 处（f 为 {f.zh}）：$h$ = {vector(hidden)}，${forward}$。\n\n每条路径的 $w_2 f'(w_1 x) w_1$："
            f"{vector(paths)}。\n\n$\\partial L/\\partial x = {back}$",
        )


MODEL = ItemModel(
    name="two_layer_chain",
    version=1,
    topic="values",
    title=Text("Chain rule through two layers", "两层网络的链式法则"),
    questions=(Chain(), Paths()),
)
