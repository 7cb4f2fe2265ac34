"""Standardisation. Source: documentation of scikit-learn's StandardScaler."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.classical._data import mean, squares
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.scaling import Standardise, StandardiseInverse


def _std(values: Sequence[float], *, unbiased: bool) -> float:
    return math.sqrt(squares(values) / (len(values) - unbiased))


def _kind(*, unbiased: bool) -> Text:
    if unbiased:
        return Text("the unbiased standard deviation (divided by n − 1)", "无偏标准差（除以 n − 1）")
    return Text("the biased standard deviation (divided by n)", "有偏标准差（除以 n）")


def _values(draw: Draw, count: int) -> tuple[float, ...]:
    while True:
        values = tuple(float(draw.integer(0, 30)) for _ in range(count))
        if len(set(values)) > 2:
            return values


class Standard(Worked[Standardise]):
    spec = Standardise
    levels = (1, 2)
    rule = r"$(x - \bar{x})/s$"
    mistakes = (
        Mistake(
            "The standard deviation divides, not the variance.",
            "要除以标准差，不是方差。",
            lambda s: (s.values[s.index] - mean(s.values)) / _std(s.values, unbiased=s.unbiased) ** 2,
        ),
        Mistake(
            "The other standard deviation is asked: n or n − 1.",
            "标准差取错了：n 与 n − 1 之分。",
            lambda s: (s.values[s.index] - mean(s.values)) / _std(s.values, unbiased=not s.unbiased),
        ),
        Mistake(
            "The mean has to be subtracted.",
            "要先减去均值。",
            lambda s: s.values[s.index] / _std(s.values, unbiased=s.unbiased),
        ),
        Mistake(
            "The division by the standard deviation is missing.",
            "漏了除以标准差。",
            lambda s: s.values[s.index] - mean(s.values),
        ),
        Mistake(
            "That is min-max scaling.",
            "这是最小-最大缩放。",
            lambda s: (s.values[s.index] - min(s.values)) / (max(s.values) - min(s.values)),
        ),
        Mistake(
            "The sign is wrong: value minus mean.",
            "符号错了：应为值减均值。",
            lambda s: (mean(s.values) - s.values[s.index]) / _std(s.values, unbiased=s.unbiased),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Standardise | None:
        count = 4 if level == 1 else 5
        s = Standardise(_values(draw, count), draw.integer(0, count - 1), level == 2 and draw.chance(0.6))
        return s if s.values[s.index] != mean(s.values) else None

    def formula(self, s: Standardise) -> float:
        n = len(s.values)
        centre = sum(s.values) / n
        variance = sum((value - centre) ** 2 for value in s.values) / (n - 1 if s.unbiased else n)
        return (s.values[s.index] - centre) / math.sqrt(variance)

    def stem(self, s: Standardise) -> Text:
        kind = _kind(unbiased=s.unbiased)
        return Text(
            f"The values {vector(s.values)} are standardised (z-score) with their mean and {kind.en}. What "
            f"becomes of entry {s.index} (counted from 0)?",
            f"用均值和{kind.zh}对 {vector(s.values)} 做标准化（z-score）。第 {s.index} 个（从 0 起）值变为多少？",
        )

    def why(self, s: Standardise) -> Text:
        m, d = num(mean(s.values)), num(_std(s.values, unbiased=s.unbiased))
        return Text(
            f"The mean is ${m}$, the standard deviation ${d}$; entry {s.index}:",
            f"均值为 ${m}$，标准差为 ${d}$；第 {s.index} 个：",
        )

    def steps(self, s: Standardise) -> str:
        return f"({num(s.values[s.index])} - {num(mean(s.values))})/{num(_std(s.values, unbiased=s.unbiased))} = {num(self.formula(s))}"


class Unscaled(Worked[StandardiseInverse]):
    spec = StandardiseInverse
    levels = (3,)
    find = "x"
    rule = r"$x = \bar{x} + z s$"
    mistakes = (
        Mistake("The mean has to be added.", "还要加上均值。", lambda s: s.z * _std(s.values, unbiased=s.unbiased)),
        Mistake(
            "z is multiplied by the standard deviation, not by the variance.",
            "z 乘以标准差，不是方差。",
            lambda s: mean(s.values) + s.z * _std(s.values, unbiased=s.unbiased) ** 2,
        ),
        Mistake(
            "The other standard deviation was used: n or n − 1.",
            "标准差取错了：n 与 n − 1 之分。",
            lambda s: mean(s.values) + s.z * _std(s.values, unbiased=not s.unbiased),
        ),
        Mistake(
            "The sign of z was lost.",
            "z 的符号错了。",
            lambda s: mean(s.values) - s.z * _std(s.values, unbiased=s.unbiased),
        ),
        Mistake("z counts standard deviations, not units.", "z 的单位是标准差。", lambda s: mean(s.values) + s.z),
        Mistake(
            "That standardises the given number once more.",
            "这是把给定的数再标准化一次。",
            lambda s: (s.z - mean(s.values)) / _std(s.values, unbiased=s.unbiased),
        ),
    )

    def sample(self, draw: Draw, level: int) -> StandardiseInverse | None:
        z = draw.decimal(-2.5, 2.5, 1)
        return StandardiseInverse(_values(draw, 4), z, draw.chance(0.5)) if abs(z) >= 0.3 else None

    def formula(self, s: StandardiseInverse) -> float:
        n = len(s.values)
        centre = sum(s.values) / n
        variance = (sum(value * value for value in s.values) - n * centre**2) / (n - int(s.unbiased))
        return centre + s.z * math.sqrt(variance)

    def stem(self, s: StandardiseInverse) -> Text:
        kind = _kind(unbiased=s.unbiased)
        return Text(
            f"A scaler was fitted to {vector(s.values)} with their mean and {kind.en}. Which raw value does it turn into {num(s.z)}?",
            f"标准化器用 {vector(s.values)} 的均值和{kind.zh}拟合。哪个原始值会变为 {num(s.z)}？",
        )

    def why(self, s: StandardiseInverse) -> Text:
        m, d = num(mean(s.values)), num(_std(s.values, unbiased=s.unbiased))
        return Text(f"The mean is ${m}$, the standard deviation ${d}$:", f"均值为 ${m}$，标准差为 ${d}$：")

    def steps(self, s: StandardiseInverse) -> str:
        return rf"{num(mean(s.values))} + {signed(s.z)} \cdot {num(_std(s.values, unbiased=s.unbiased))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="standardise",
    version=1,
    topic="classical",
    title=Text("Standardisation", "标准化（z-score）"),
    questions=(Standard(), Unscaled()),
)
