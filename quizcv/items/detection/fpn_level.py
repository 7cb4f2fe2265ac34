"""Which level of a feature pyramid a region is pooled from (Lin et al. 2017, FPN, equation 1)."""

from __future__ import annotations

import math
from typing import Any

from quizcv.answers import Integer
from quizcv.items.detection._text import BOXES, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.anchors import FpnLevel, FpnLevelBox, FpnSmallest


def _sides(s: FpnLevel | FpnLevelBox) -> tuple[int, int]:
    return (s.width, s.height) if isinstance(s, FpnLevel) else (s.box[2] - s.box[0], s.box[3] - s.box[1])


def _exact(s: FpnLevel | FpnLevelBox) -> float:
    """The level before it is rounded."""
    width, height = _sides(s)
    return 4 + math.log2(math.sqrt(width * height) / 224)


def _clamped(s: FpnLevel | FpnLevelBox, level: float) -> int:
    return max(s.lowest, min(s.highest, math.floor(level)))


def _level_mistakes() -> tuple[Mistake[Any], ...]:
    return (
        Mistake(
            "The level is rounded down, not to the nearest.",
            "层号向下取整，而不是四舍五入。",
            lambda s: _clamped(s, _exact(s) + 0.5),
        ),
        Mistake(
            "The root of the area is compared with 224, not the area itself.",
            "与 224 比较的是面积的平方根。",
            lambda s: _clamped(s, 4 + 2 * (_exact(s) - 4)),
        ),
        Mistake(
            "A region of 224 goes to level 4, not to level 5.",
            "224 的区域对应第 4 层，而不是第 5 层。",
            lambda s: _clamped(s, _exact(s) + 1),
        ),
        Mistake(
            "A region of 224 goes to level 4, not to level 3.",
            "224 的区域对应第 4 层，而不是第 3 层。",
            lambda s: _clamped(s, _exact(s) - 1),
        ),
        Mistake(
            "Small regions go to the fine levels (small numbers): the sign of the logarithm is reversed.",
            "小区域用精细层（层号小）：对数的符号反了。",
            lambda s: _clamped(s, 8 - _exact(s)),
        ),
        Mistake(
            "Levels beyond the pyramid are clamped to its ends.",
            "超出金字塔的层号要截断到端点。",
            lambda s: max(0, math.floor(_exact(s))),
        ),
    )


RULE = Text(
    r"$k = \lfloor 4 + \log_2(\sqrt{wh}/224) \rfloor$, clamped to the levels",
    r"$k = \lfloor 4 + \log_2(\sqrt{wh}/224) \rfloor$，再截断到金字塔的层",
)


def _steps(s: FpnLevel | FpnLevelBox) -> Text:
    width, height = _sides(s)
    steps = rf"4 + \log_2(\sqrt{{{width} \cdot {height}}}/224) = {short(_exact(s))}"
    level, ends = _clamped(s, _exact(s)), f"[{s.lowest}, {s.highest}]"
    return Text(
        f"${steps}$; rounded down {math.floor(_exact(s))}, clamped to {ends}: level {level}.",
        f"${steps}$；向下取整为 {math.floor(_exact(s))}，截断到 {ends}：第 {level} 层。",
    )


class Level(Question[FpnLevel]):
    """From width and height."""

    spec = FpnLevel
    answer = Integer()
    levels = (1,)
    rule = RULE
    mistakes = _level_mistakes()

    def sample(self, draw: Draw, level: int) -> FpnLevel | None:
        side = draw.choice((28, 40, 60, 90, 112, 150, 180, 224, 300, 350, 448, 500, 600, 800))
        return FpnLevel(
            side,
            side if draw.chance(0.4) else draw.integer(side // 2, 2 * side),
            *draw.choice(((2, 5), (2, 6), (3, 6))),
        )

    def formula(self, s: FpnLevel) -> int:
        return _clamped(s, _exact(s))

    def stem(self, s: FpnLevel) -> Text:
        return Text(
            f"A feature pyramid has the levels P{s.lowest} to P{s.highest}. Regions of interest are assigned to them by the rule of "
            "the FPN paper ($k_0 = 4$ for the canonical size 224; a level beyond the ends becomes the nearest end). Which level k does "
            f"a region {s.width} pixels wide and {s.height} high get?",
            f"特征金字塔的层为 P{s.lowest} 到 P{s.highest}，按 FPN "
            "论文的规则分配感兴趣区域（规范尺寸 224 对应 $k_0 = 4$；超出两端取端点）。"
            f"宽 {s.width} 像素、高 {s.height} 像素的区域分配到哪一层 k？",
        )

    def solution(self, s: FpnLevel) -> Text:
        return _steps(s)


class LevelOfBox(Question[FpnLevelBox]):
    """From corners."""

    spec = FpnLevelBox
    answer = Integer()
    levels = (2,)
    find = "box"
    rule = RULE
    mistakes = _level_mistakes()

    def sample(self, draw: Draw, level: int) -> FpnLevelBox | None:
        width, height = draw.integer(20, 700), draw.integer(20, 700)
        x, y = draw.integer(0, 300), draw.integer(0, 300)
        return FpnLevelBox((x, y, x + width, y + height), *draw.choice(((2, 5), (2, 6), (3, 6))))

    def formula(self, s: FpnLevelBox) -> int:
        return _clamped(s, _exact(s))

    def stem(self, s: FpnLevelBox) -> Text:
        return Text(
            f"{BOXES.en} A feature pyramid has the levels P{s.lowest} to P{s.highest}; "
            "regions are assigned to them by the rule of the FPN paper ($k_0 = 4$ for the canonical size 224; a level beyond the ends "
            f"becomes the nearest end). Which level k does the region {written(s.box)} get?",
            f"{BOXES.zh}特征金字塔的层为 P{s.lowest} 到 P{s.highest}，按 FPN "
            "论文的规则分配区域（规范尺寸 224 对应 $k_0 = 4$；超出两端取端点）。"
            f"区域 {written(s.box)} 分配到哪一层 k？",
        )

    def solution(self, s: FpnLevelBox) -> Text:
        return _steps(s)


def _need(s: FpnSmallest, shift: float = 0) -> int:
    """Smallest height whose area reaches that of the level's square."""
    return max(1, math.ceil((224 * 2 ** (s.level - 4 + shift)) ** 2 / s.width))


class SmallestHeight(Question[FpnSmallest]):
    """The inverse."""

    spec = FpnSmallest
    answer = Integer("px")
    levels = (3,)
    find = "height"
    rule = r"$wh \geq (224 \cdot 2^{k - 4})^2$"
    mistakes = (
        Mistake(
            "The geometric mean of the sides counts: the height need not be the level's size.",
            "起作用的是两边的几何平均，高不必等于该层的尺寸。",
            lambda s: int(224 * 2 ** (s.level - 4)),
        ),
        Mistake(
            "Levels round down: the region need not reach the next one.",
            "层号向下取整：不必达到下一层的尺寸。",
            lambda s: _need(s, 1),
        ),
        Mistake("Levels round down, not to the nearest.", "层号向下取整，而不是四舍五入。", lambda s: _need(s, -0.5)),
        Mistake(
            "Rounded down: at this height the area is still too small.",
            "向下取整了：此时面积仍不够。",
            lambda s: _need(s) - 1,
        ),
        Mistake("That is enough for the level below only.", "这只够低一层。", lambda s: _need(s, -1)),
    )

    def sample(self, draw: Draw, level: int) -> FpnSmallest | None:
        at = draw.integer(3, 5)
        side = int(224 * 2 ** (at - 4))
        s = FpnSmallest(draw.integer(side // 2, 2 * side), at)
        return s if abs(s.width - side) > 10 else None

    def formula(self, s: FpnSmallest) -> int:
        return _need(s)

    def stem(self, s: FpnSmallest) -> Text:
        return Text(
            "A pyramid assigns regions to levels by the rule of the FPN paper "
            "($k_0 = 4$ for the canonical size 224, no clamping here). A "
            f"region is {s.width} pixels wide. What is the smallest whole height at which it gets level {s.level} or a higher one?",
            f"金字塔按 FPN 论文的规则分配区域（规范尺寸 224 对应 $k_0 = 4$，此处不截断）。某区域宽 {s.width} 像素。"
            f"它分配到第 {s.level} 层或更高层时，高（整数）最小是多少？",
        )

    def solution(self, s: FpnSmallest) -> Text:
        side = 224 * 2 ** (s.level - 4)
        area = rf"{s.width} \cdot h \geq {side:g}^2 = {side**2:g}"
        steps = rf"h \geq {side**2:g}/{s.width} = {short(side**2 / s.width)}"
        return Text(
            f"Level {s.level} begins at $224 \\cdot 2^{{{s.level} - 4}} = {side:g}$: ${area}$.\n\n${steps}$, so {self.formula(s)}.",
            f"第 {s.level} 层从 $224 \\cdot 2^{{{s.level} - 4}} = {side:g}$ 开始：${area}$。\n\n${steps}$，故最小为 {self.formula(s)}。",
        )


MODEL = ItemModel(
    name="fpn_level",
    version=1,
    topic="detection",
    title=Text("Pyramid level of a region", "区域所属的金字塔层"),
    questions=(Level(), LevelOfBox(), SmallestHeight()),
)
