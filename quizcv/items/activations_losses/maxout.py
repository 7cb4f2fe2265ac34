"""Maxout: the largest of several affine functions. Source: Goodfellow et al. 2013."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rectifiers import MaxoutDerivative, MaxoutDifference, MaxoutValue


def _pieces(weights: Sequence[float], biases: Sequence[float], x: float) -> list[float]:
    return [round(w * x + b, 9) for w, b in zip(weights, biases, strict=True)]


def _all(s: MaxoutValue) -> list[float]:
    return _pieces(s.weights, s.biases, s.x)


def _others(s: MaxoutDifference) -> list[float]:
    return _pieces(s.weights2, s.biases2, s.x)


def _unit(draw: Draw, count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Whole slopes, all different, and biases."""
    weights = draw.sample([w for w in range(-4, 6) if w], count)
    return tuple(map(float, weights)), draw.decimals(count, -4, 4, 1)


def _apart(values: Sequence[float]) -> bool:
    return len(set(values)) == len(values) and 0 not in values


class MaxoutQuestion(Worked[Any]):
    answer = Number(decimals=2)

    def why(self, s: Any) -> Text:
        return Text(
            f"At $x = {num(s.x)}$ the pieces give {vector(_all(s))}:",
            f"$x = {num(s.x)}$ 时各段的值为 {vector(_all(s))}：",
        )


class MaxoutAt(MaxoutQuestion):
    spec = MaxoutValue
    levels = (1,)
    rule = r"$\max_j (w_j x + b_j)$"
    mistakes = (
        Mistake("The pieces are not added: the largest counts.", "各段不相加，而是取最大。", lambda s: sum(_all(s))),
        Mistake("That is the smallest piece.", "这是最小的一段。", lambda s: min(_all(s))),
        Mistake("The biases are missing.", "漏了偏置。", lambda s: max(w * s.x for w in s.weights)),
        Mistake(
            "Maxout takes the largest value with its sign, not the largest in size.",
            "maxout 取带符号的最大值，而不是绝对值最大。",
            lambda s: max(map(abs, _all(s))),
        ),
        Mistake("There is no ReLU in a maxout unit.", "maxout 单元里没有 ReLU。", lambda s: max(0.0, *_all(s))),
        Mistake(
            "The largest weight does not make the largest piece.",
            "权重最大的一段不一定取值最大。",
            lambda s: _all(s)[s.weights.index(max(s.weights))],
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaxoutValue | None:
        x = draw.decimal(-3, 3, 1)
        s = MaxoutValue(x, *_unit(draw, 3))
        return s if x and _apart(_all(s)) else None

    def formula(self, s: MaxoutValue) -> float:
        return max(w * s.x + b for w, b in zip(s.weights, s.biases, strict=True))

    def stem(self, s: MaxoutValue) -> Text:
        return Text(
            f"A maxout unit with one input has {len(s.weights)} pieces with the weights {vector(s.weights)} and the biases "
            f"{vector(s.biases)}. What does it give at $x = {num(s.x)}$?",
            f"某单输入 maxout 单元有 {len(s.weights)} 段，权重为 {vector(s.weights)}，偏置为 {vector(s.biases)}。"
            f"$x = {num(s.x)}$ 时输出是多少？",
        )

    def steps(self, s: MaxoutValue) -> str:
        return rf"\max = {num(round(self.formula(s), 9))}"


class MaxoutSlope(MaxoutQuestion):
    spec = MaxoutDerivative
    levels = (2,)
    find = "derivative"
    rule = Text("the weight of the piece that is the largest", "取值最大的那一段的权重")
    mistakes = (
        Mistake(
            "Only the largest piece gets the gradient; the weights are not added.",
            "只有最大的一段得到梯度，权重不相加。",
            lambda s: sum(s.weights),
        ),
        Mistake(
            "The piece with the largest value counts, not the largest weight.",
            "取决于哪一段的值最大，而不是哪个权重最大。",
            lambda s: max(s.weights),
        ),
        Mistake("That is the output, not its derivative.", "这是输出，不是对 x 的导数。", lambda s: max(_all(s))),
        Mistake("The derivative with respect to x is the weight, not 1.", "对 x 的导数是权重，不是 1。", lambda s: 1.0),
        Mistake(
            "That is the weight of the smallest piece.",
            "这是最小一段的权重。",
            lambda s: s.weights[_all(s).index(min(_all(s)))],
        ),
        Mistake("That is the derivative with respect to the weight, x.", "这是对权重的导数，即 x。", lambda s: s.x),
    )

    def sample(self, draw: Draw, level: int) -> MaxoutDerivative | None:
        x = draw.decimal(-3, 3, 1)
        s = MaxoutDerivative(x, *_unit(draw, 4))
        return s if x and _apart(_all(s)) else None

    def formula(self, s: MaxoutDerivative) -> float:
        return max((w * s.x + b, w) for w, b in zip(s.weights, s.biases, strict=True))[1]

    def stem(self, s: MaxoutDerivative) -> Text:
        return Text(
            f"A maxout unit with one input has {len(s.weights)} pieces with the weights {vector(s.weights)} and the biases "
            f"{vector(s.biases)}. What is the derivative of its output with respect to the input at $x = {num(s.x)}$?",
            f"某单输入 maxout 单元有 {len(s.weights)} 段，权重为 {vector(s.weights)}，偏置为 {vector(s.biases)}。"
            f"在 $x = {num(s.x)}$ 处，"
            "输出对输入的导数是多少？",
        )

    def steps(self, s: MaxoutDerivative) -> str:
        return rf"\max = {num(max(_all(s)))}, \quad dy/dx = {num(self.formula(s))}"


class MaxoutMinus(MaxoutQuestion):
    spec = MaxoutDifference
    levels = (3,)
    find = "difference"
    rule = r"$\max_j (w_j x + b_j) - \max_j (w'_j x + b'_j)$"
    mistakes = (
        Mistake(
            "The second unit is subtracted, not added.",
            "第二个单元是减去，不是加上。",
            lambda s: max(_all(s)) + max(_others(s)),
        ),
        Mistake("That is the first unit alone.", "这只是第一个单元。", lambda s: max(_all(s))),
        Mistake(
            "The order is the first minus the second.",
            "顺序是第一个减第二个。",
            lambda s: max(_others(s)) - max(_all(s)),
        ),
        Mistake(
            "Each unit takes its own maximum before the difference.",
            "先各取最大值，再相减。",
            lambda s: max(a - b for a, b in zip(_all(s), _others(s), strict=False)),
        ),
        Mistake(
            "The biases are missing.",
            "漏了偏置。",
            lambda s: max(w * s.x for w in s.weights) - max(w * s.x for w in s.weights2),
        ),
        Mistake(
            "There is no ReLU in a maxout unit.",
            "maxout 单元里没有 ReLU。",
            lambda s: max(0.0, *_all(s)) - max(0.0, *_others(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaxoutDifference | None:
        x = draw.decimal(-3, 3, 1)
        s = MaxoutDifference(x, *_unit(draw, 3), *_unit(draw, 3))
        return s if x and _apart(_all(s)) and _apart(_others(s)) else None

    def formula(self, s: MaxoutDifference) -> float:
        first = max(w * s.x + b for w, b in zip(s.weights, s.biases, strict=True))
        return first - max(w * s.x + b for w, b in zip(s.weights2, s.biases2, strict=True))

    def stem(self, s: MaxoutDifference) -> Text:
        return Text(
            f"Unit 1, a maxout unit with one input, has the weights {vector(s.weights)} and the biases {vector(s.biases)}; unit 2 has "
            f"{vector(s.weights2)} and {vector(s.biases2)}. What is the output of unit 1 minus that of unit 2 at $x = {num(s.x)}$?",
            f"单输入 maxout 单元 1 的权重为 {vector(s.weights)}，偏置为 {vector(s.biases)}；单元 2 的权重为 {vector(s.weights2)}，"
            f"偏置为 {vector(s.biases2)}。在 $x = {num(s.x)}$ 处，单元 1 的输出减去单元 2 的输出是多少？",
        )

    def why(self, s: MaxoutDifference) -> Text:
        one, two = vector(_all(s)), vector(_others(s))
        return Text(
            f"At $x = {num(s.x)}$ the pieces of unit 1 give {one}, those of unit 2 {two}:",
            f"$x = {num(s.x)}$ 时，单元 1 各段为 {one}，单元 2 各段为 {two}：",
        )

    def steps(self, s: MaxoutDifference) -> str:
        return f"{num(max(_all(s)))} - {signed(max(_others(s)))} = {num(round(self.formula(s), 9))}"


MODEL = ItemModel(
    name="maxout_value",
    version=1,
    topic="activations-losses",
    title=Text("Maxout", "maxout 单元"),
    questions=(MaxoutAt(), MaxoutSlope(), MaxoutMinus()),
)
