"""Min-max scaling. Source: documentation of scikit-learn's MinMaxScaler."""

from __future__ import annotations

from collections.abc import Sequence

from quizcv.items.classical._data import mean
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.scaling import MinMaxInverse, MinMaxScale


def _share(values: Sequence[float], value: float) -> float:
    return (value - min(values)) / (max(values) - min(values))


RANGES = ((-1.0, 1.0), (0.0, 10.0), (0.0, 255.0), (1.0, 5.0), (-2.0, 3.0))


class MinMax(Worked[MinMaxScale]):
    spec = MinMaxScale
    levels = (1, 2)
    rule = r"$a + (x - x_{min})(b - a)/(x_{max} - x_{min})$"
    mistakes = (
        Mistake(
            "The smallest value has to be subtracted first.",
            "要先减去最小值。",
            lambda s: s.low + (s.high - s.low) * s.values[s.index] / max(s.values),
        ),
        Mistake(
            "The range divides, not the largest value.",
            "要除以极差，不是最大值。",
            lambda s: s.low + (s.high - s.low) * (s.values[s.index] - min(s.values)) / max(s.values),
        ),
        Mistake("The target range was left out.", "漏了目标区间。", lambda s: _share(s.values, s.values[s.index])),
        Mistake(
            "The lower end of the range has to be added.",
            "还要加上区间下端。",
            lambda s: (s.high - s.low) * _share(s.values, s.values[s.index]),
        ),
        Mistake(
            "The width of the range multiplies, not its upper end.",
            "要乘以区间宽度，不是区间上端。",
            lambda s: s.low + s.high * _share(s.values, s.values[s.index]),
        ),
        Mistake(
            "The smallest value becomes the lower end, not the upper.",
            "最小值对应区间下端，不是上端。",
            lambda s: s.high - (s.high - s.low) * _share(s.values, s.values[s.index]),
        ),
        Mistake(
            "That is the deviation from the mean over the range.",
            "这是与均值的偏差除以极差。",
            lambda s: s.low + (s.high - s.low) * (s.values[s.index] - mean(s.values)) / (max(s.values) - min(s.values)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MinMaxScale | None:
        count = 4 if level == 1 else 5
        values = tuple(float(draw.integer(2, 40)) for _ in range(count))
        s = MinMaxScale(values, draw.integer(0, count - 1), *((0.0, 1.0) if level == 1 else draw.choice(RANGES)))
        return s if min(values) < s.values[s.index] < max(values) else None

    def formula(self, s: MinMaxScale) -> float:
        least, most = min(s.values), max(s.values)
        return s.low + (s.values[s.index] - least) / (most - least) * (s.high - s.low)

    def stem(self, s: MinMaxScale) -> Text:
        return Text(
            f"The values {vector(s.values)} are min-max scaled to the range from {num(s.low)} to {num(s.high)}. "
            f"What becomes of entry {s.index} "
            "(counted from 0)?",
            f"把 {vector(s.values)} 做最小-最大缩放，目标区间为 {num(s.low)} 到 {num(s.high)}。第 {s.index} 个（从 0 起）值变为多少？",
        )

    def why(self, s: MinMaxScale) -> Text:
        ends = num(min(s.values)), num(max(s.values))
        return Text(
            f"The smallest value is {ends[0]}, the largest {ends[1]}; entry {s.index} goes to the range {num(s.low)} … {num(s.high)}:",
            f"最小值 {ends[0]}，最大值 {ends[1]}；第 {s.index} 个映射到 {num(s.low)} … {num(s.high)}：",
        )

    def steps(self, s: MinMaxScale) -> str:
        share = f"({num(s.values[s.index])} - {num(min(s.values))})/({num(max(s.values))} - {num(min(s.values))})"
        return rf"{num(s.low)} + {num(s.high - s.low)} \cdot {share} = {num(self.formula(s))}"


class MinMaxBack(Worked[MinMaxInverse]):
    spec = MinMaxInverse
    levels = (3,)
    find = "x"
    rule = r"$x_{min} + (y - a)(x_{max} - x_{min})/(b - a)$"
    mistakes = (
        Mistake(
            "The smallest value has to be added.",
            "还要加上最小值。",
            lambda s: (s.scaled - s.low) / (s.high - s.low) * (max(s.values) - min(s.values)),
        ),
        Mistake(
            "The lower end of the range has to be subtracted first.",
            "要先减去区间下端。",
            lambda s: min(s.values) + s.scaled / (s.high - s.low) * (max(s.values) - min(s.values)),
        ),
        Mistake(
            "The range of the values multiplies, not the largest value.",
            "要乘以极差，不是最大值。",
            lambda s: min(s.values) + (s.scaled - s.low) / (s.high - s.low) * max(s.values),
        ),
        Mistake(
            "The division by the width of the range is missing.",
            "漏了除以区间宽度。",
            lambda s: min(s.values) + (s.scaled - s.low) * (max(s.values) - min(s.values)),
        ),
        Mistake(
            "That goes from the wrong end.",
            "起点端弄反了。",
            lambda s: max(s.values) - (s.scaled - s.low) / (s.high - s.low) * (max(s.values) - min(s.values)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MinMaxInverse | None:
        values = tuple(float(draw.integer(2, 40)) for _ in range(4))
        low, high = draw.choice(RANGES)
        # Test data may lie outside the range of the training data.
        scaled = draw.decimal(low - (high - low) * 0.2, high + (high - low) * 0.2, 1)
        clear = max(values) - min(values) >= 4 and scaled not in (low, high)
        return MinMaxInverse(values, scaled, low, high) if clear else None

    def formula(self, s: MinMaxInverse) -> float:
        least, most = min(s.values), max(s.values)
        share = (s.scaled - s.low) / (s.high - s.low)
        return least * (1 - share) + most * share

    def stem(self, s: MinMaxInverse) -> Text:
        return Text(
            f"A min-max scaler to the range from {num(s.low)} to {num(s.high)} was fitted to {vector(s.values)}. "
            "Which raw value does it turn into "
            f"{num(s.scaled)} (no clipping)?",
            f"最小-最大缩放器用 {vector(s.values)} 拟合，目标区间为 {num(s.low)} 到 {num(s.high)}（不截断）。"
            f"哪个原始值会变为 {num(s.scaled)}？",
        )

    def why(self, s: MinMaxInverse) -> Text:
        ends = num(min(s.values)), num(max(s.values))
        return Text(
            f"From {num(s.low)} … {num(s.high)} back to {ends[0]} … {ends[1]}:",
            f"从 {num(s.low)} … {num(s.high)} 变回 {ends[0]} … {ends[1]}：",
        )

    def steps(self, s: MinMaxInverse) -> str:
        share = f"({num(s.scaled)} - {signed(s.low)})/{num(s.high - s.low)}"
        return rf"{num(min(s.values))} + {num(max(s.values) - min(s.values))} \cdot {share} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="min_max_scale",
    version=1,
    topic="classical",
    title=Text("Min-max scaling", "最小-最大缩放"),
    questions=(MinMax(), MinMaxBack()),
)
