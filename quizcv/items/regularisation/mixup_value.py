"""Mixup of images: interpolated with a share λ."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mixing import MixupBatch, MixupShare, MixupValue

SWAPPED = ("λ is the share of the first, 1 − λ that of the second.", "λ 是第一个的比例，1 − λ 是第二个的比例。")
LAMBDA = Text("λ·x₁ + (1 − λ)·x₂", "λ·x₁ + (1 − λ)·x₂")


def draw_share(draw: Draw) -> float:
    """A share that is not one half."""
    return round(0.5 + draw.choice((1, -1)) * draw.decimal(0.05, 0.45, 2), 2)


class Value(Question[MixupValue]):
    """Source: Zhang et al. 2018, equation 1."""

    spec = MixupValue
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$\lambda x_1 + (1 - \lambda) x_2$"
    mistakes = (
        Mistake(*SWAPPED, lambda s: s.lam * s.x2 + (1 - s.lam) * s.x1),
        Mistake("That is the plain mean, λ = 0.5.", "这是普通平均（λ = 0.5）。", lambda s: (s.x1 + s.x2) / 2),
        Mistake(
            "Both are weighted, and the weights sum to 1.",
            "两者都要加权，权重之和为 1。",
            lambda s: s.lam * s.x1 + s.x2,
        ),
        Mistake("The second image was left out.", "漏掉了第二幅图像。", lambda s: s.lam * s.x1),
        Mistake("Both images were weighted with λ.", "两幅图像都乘以了 λ。", lambda s: s.lam * (s.x1 + s.x2)),
    )

    def sample(self, draw: Draw, level: int) -> MixupValue | None:
        one, other = float(draw.integer(0, 255)), float(draw.integer(0, 255))
        return MixupValue(one, other, draw_share(draw)) if abs(one - other) >= 20 else None

    def formula(self, s: MixupValue) -> float:
        return s.x2 + s.lam * (s.x1 - s.x2)

    def stem(self, s: MixupValue) -> Text:
        return Text(
            f"Mixup combines two images, {LAMBDA.en} with λ = {num(s.lam)}. A pixel has the value {num(s.x1)} in x₁ and "
            f"{num(s.x2)} in x₂. What "
            "is its value in the mixed image (not rounded to whole grey levels)?",
            f"Mixup 按 {LAMBDA.zh} 混合两幅图像，λ = {num(s.lam)}。某像素在 x₁ 中的值为 {num(s.x1)}，在 x₂ 中为 {num(s.x2)}。"
            "混合图像中该像素的值是多少"
            "（不取整为灰度级）？",
        )

    def solution(self, s: MixupValue) -> Text:
        steps = rf"{num(s.lam)} \cdot {num(s.x1)} + {num(1 - s.lam)} \cdot {num(s.x2)} = {num(self.formula(s))}"
        return Text(f"Put in: ${steps}$.", f"代入：${steps}$。")


class Batch(Question[MixupBatch]):
    """The usual implementation: a batch is mixed with a permutation of itself."""

    spec = MixupBatch
    answer = Number(decimals=3)
    levels = (2,)
    find = "batch"
    rule = r"$\lambda x_i + (1 - \lambda) x_{\pi(i)}$"
    mistakes = (
        Mistake(
            "λ is the share of the example itself, 1 − λ that of its partner.",
            "λ 是样本自身的比例，1 − λ 是配对样本的比例。",
            lambda s: s.lam * s.x[s.order[s.index]] + (1 - s.lam) * s.x[s.index],
        ),
        Mistake(
            "The permutation was read backwards: example i is mixed with x[order[i]].",
            "把排列读反了：样本 i 与 x[order[i]] 混合。",
            lambda s: s.lam * s.x[s.index] + (1 - s.lam) * s.x[s.order.index(s.index)],
        ),
        Mistake(
            "The partner is given by the permutation, it is not the next example.",
            "配对样本由排列给出，而不是下一个样本。",
            lambda s: s.lam * s.x[s.index] + (1 - s.lam) * s.x[(s.index + 1) % len(s.x)],
        ),
        Mistake("That is the partner's own value.", "这是配对样本自身的值。", lambda s: s.x[s.order[s.index]]),
        Mistake(
            "The mean of the batch plays no part.",
            "与该批的平均值无关。",
            lambda s: s.lam * s.x[s.index] + (1 - s.lam) * sum(s.x) / len(s.x),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MixupBatch | None:
        count = draw.integer(4, 5)
        s = MixupBatch(
            draw.decimals(count, -2, 5, 1), draw.shuffled(range(count)), draw.integer(0, count - 1), draw_share(draw)
        )
        return s if abs(s.x[s.index] - s.x[s.order[s.index]]) >= 0.3 else None

    def formula(self, s: MixupBatch) -> float:
        return s.lam * s.x[s.index] + (1 - s.lam) * s.x[s.order[s.index]]

    def stem(self, s: MixupBatch) -> Text:
        order = vector(s.order)
        return Text(
            f"One feature of a batch has the values x = {vector(s.x)}. Mixup computes `lam * x + (1 - lam) * x[order]` with lam "
            f"= {num(s.lam)} "
            f"and order = {order}. What is the result at index {s.index} (from 0)?",
            f"一批样本的某个特征为 x = {vector(s.x)}。Mixup 计算 `lam * x + (1 - lam) * x[order]`，其中 lam = {num(s.lam)}，"
            f"order = {order}。结果在序号 "
            f"{s.index}（从 0 起）处的值是多少？",
        )

    def solution(self, s: MixupBatch) -> Text:
        partner = s.order[s.index]
        steps = (
            rf"{num(s.lam)} \cdot {signed(s.x[s.index])} + {num(1 - s.lam)} \cdot {signed(s.x[partner])} "
            rf"= {num(self.formula(s))}"
        )
        return Text(
            f"Example {s.index} is mixed with example {partner}: ${steps}$.",
            f"样本 {s.index} 与样本 {partner} 混合：${steps}$。",
        )


class Share(Question[MixupShare]):
    """The mixture solved for λ."""

    spec = MixupShare
    answer = Number(decimals=3)
    levels = (3,)
    find = "lam"
    rule = r"$\lambda = (x - x_2)/(x_1 - x_2)$"
    mistakes = (
        Mistake("That is 1 − λ.", "这是 1 − λ。", lambda s: (s.x1 - s.mixed) / (s.x1 - s.x2)),
        Mistake(
            "That is the ratio to the first value.", "这是与第一个值之比。", lambda s: s.mixed / s.x1 if s.x1 else None
        ),
        Mistake(
            "That is the ratio to the sum.",
            "这是与两者之和之比。",
            lambda s: s.mixed / (s.x1 + s.x2) if s.x1 + s.x2 else None,
        ),
        Mistake(
            "The difference to the second value was divided by the sum.",
            "差值应除以两值之差，而不是之和。",
            lambda s: abs(s.mixed - s.x2) / (s.x1 + s.x2) if s.x1 + s.x2 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MixupShare | None:
        one, other, lam = float(draw.integer(5, 255)), float(draw.integer(5, 255)), draw_share(draw)
        return MixupShare(one, other, round(other + lam * (one - other), 4)) if abs(one - other) >= 20 else None

    def formula(self, s: MixupShare) -> float:
        return (s.mixed - s.x2) / (s.x1 - s.x2)

    def stem(self, s: MixupShare) -> Text:
        return Text(
            f"Mixup combined two images, {LAMBDA.en}. A pixel is {num(s.x1)} in x₁, {num(s.x2)} in x₂ and {num(s.mixed)} in the "
            "mixed image. "
            "What is λ?",
            f"Mixup 按 {LAMBDA.zh} 混合两幅图像。某像素在 x₁ 中为 {num(s.x1)}，在 x₂ 中为 {num(s.x2)}，在混合图像中为 "
            f"{num(s.mixed)}。λ 是多少？",
        )

    def solution(self, s: MixupShare) -> Text:
        steps = rf"({num(s.mixed)} - {num(s.x2)})/({num(s.x1)} - {num(s.x2)}) = {num(self.formula(s))}"
        return Text(f"Solved for λ: ${steps}$.", f"解出 λ：${steps}$。")


MODEL = ItemModel(
    name="mixup_value",
    version=1,
    topic="regularisation",
    title=Text("Mixup of inputs", "Mixup 的输入"),
    questions=(Value(), Batch(), Share()),
)
