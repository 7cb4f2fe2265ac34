"""Bins of RoI pooling: bin i of P over n cells holds the cells from ⌊in/P⌋ to below ⌈(i + 1)n/P⌉ (Girshick 2015, Fast R-CNN)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Integer
from quizcv.items.detection._regions import bin_end, bin_start, nearest
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regions import RoiBin, RoiBinEdge, RoiBinImage

EDGE_ZH = {"first": "首列", "last": "末列"}
BINS = Text(
    "the region is cut into equal parts, then the start of each bin is rounded down and its end up to whole cells (as in Fast R-CNN), "
    "so bins may overlap",
    "即先等分区域，再把每个区间的起点向下、终点向上取整到整格（与 Fast R-CNN 相同），因此区间可以重叠",
)


class Width(Question[RoiBin]):
    """Cells of one bin."""

    spec = RoiBin
    answer = Integer()
    levels = (1,)
    rule = r"$\lceil (i + 1)n/P \rceil - \lfloor i n/P \rfloor$"
    mistakes = (
        Mistake(
            "Bins are not all of the rounded-down width.",
            "并非所有区间的宽度都是向下取整的商。",
            lambda s: s.size // s.bins,
        ),
        Mistake(
            "Bins are not all of the rounded-up width.",
            "并非所有区间的宽度都是向上取整的商。",
            lambda s: -(-s.size // s.bins),
        ),
        Mistake(
            "The end is rounded up, not down: bins may overlap.",
            "终点应向上取整，而不是向下：区间可以重叠。",
            lambda s: (s.index + 1) * s.size // s.bins - bin_start(s.size, s.bins, s.index),
        ),
        Mistake(
            "The start is rounded down, not up: bins may overlap.",
            "起点应向下取整，而不是向上：区间可以重叠。",
            lambda s: bin_end(s.size, s.bins, s.index) - -(-s.index * s.size // s.bins),
        ),
        Mistake(
            "That is one cell too many: the end does not belong to the bin.",
            "多算了一个：终点格子不属于该区间。",
            lambda s: bin_end(s.size, s.bins, s.index) - bin_start(s.size, s.bins, s.index) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> RoiBin | None:
        bins = draw.integer(2, 7)
        s = RoiBin(draw.integer(bins + 1, 30), bins, draw.integer(0, bins - 1))
        return s if s.size % bins or draw.chance(0.1) else None

    def formula(self, s: RoiBin) -> int:
        return bin_end(s.size, s.bins, s.index) - bin_start(s.size, s.bins, s.index)

    def stem(self, s: RoiBin) -> Text:
        return Text(
            f"RoI pooling divides a region {s.size} cells wide into {s.bins} "
            f"bins: {BINS.en}. How many cells wide is bin {s.index} (from 0)?",
            f"RoI 池化把宽 {s.size} 格的区域分为 {s.bins} 个区间，{BINS.zh}。第 {s.index} 个区间（从 0 起）宽多少格？",
        )

    def solution(self, s: RoiBin) -> Text:
        start, end = bin_start(s.size, s.bins, s.index), bin_end(s.size, s.bins, s.index)
        low = rf"\lfloor {s.index} \cdot {s.size}/{s.bins} \rfloor = {start}"
        high = rf"\lceil {s.index + 1} \cdot {s.size}/{s.bins} \rceil = {end}"
        return Text(
            f"It begins at ${low}$ and ends before ${high}$: ${end} - {start} = {end - start}$.",
            f"起点 ${low}$，终点 ${high}$（不含）：${end} - {start} = {end - start}$。",
        )


def _cell(first: int, last: int, s: RoiBinEdge | RoiBinImage, *, extra: int = 1) -> int:
    """The cell asked for, of a region between two cells. `extra` = 0: the last one does not belong to it."""
    size = last - first + extra
    if s.edge == "first":
        return first + bin_start(size, s.bins, s.index)
    return first + bin_end(size, s.bins, s.index) - 1


def _region(s: RoiBinEdge | RoiBinImage) -> tuple[int, int]:
    return (s.first, s.last) if isinstance(s, RoiBinEdge) else (nearest(s.start, s.stride), nearest(s.end, s.stride))


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "The region's first cell was not added.",
        "没有加上区域的起始格子。",
        lambda s: _cell(*_region(s), s) - _region(s)[0],
    ),
    Mistake(
        "Both end cells belong to the region: it is one cell wider.",
        "两端的格子都属于区域：宽度要多算一格。",
        lambda s: _cell(*_region(s), s, extra=0),
    ),
    Mistake(
        "The start of a bin is rounded down and its end up, not the other way round.",
        "区间起点向下取整、终点向上取整，这里弄反了。",
        lambda s: _other_way(s),
    ),
    Mistake(
        "One column too far: columns count from 0, and the end of a bin is not part of it.",
        "多了一列：列号从 0 起，且区间不含其终点。",
        lambda s: _cell(*_region(s), s) + 1,
    ),
    Mistake("Bins count from 0.", "区间从 0 起计。", lambda s: _bin_before(s)),
)


def _other_way(s: RoiBinEdge | RoiBinImage) -> int:
    first, last = _region(s)
    size = last - first + 1
    if s.edge == "first":
        return first - (-s.index * size // s.bins)
    return first + (s.index + 1) * size // s.bins - 1


def _bin_before(s: RoiBinEdge | RoiBinImage) -> int | None:
    first, last = _region(s)
    size = last - first + 1
    if s.index == 0:
        return None
    if s.edge == "first":
        return first + bin_start(size, s.bins, s.index - 1)
    return first + bin_end(size, s.bins, s.index - 1) - 1


def _steps(s: RoiBinEdge | RoiBinImage) -> str:
    first, last = _region(s)
    size = last - first + 1
    if s.edge == "first":
        return rf"{first} + \lfloor {s.index} \cdot {size}/{s.bins} \rfloor = {_cell(first, last, s)}"
    return rf"{first} + \lceil {s.index + 1} \cdot {size}/{s.bins} \rceil - 1 = {_cell(first, last, s)}"


class Edge(Question[RoiBinEdge]):
    """First or last cell of a bin."""

    spec = RoiBinEdge
    answer = Integer()
    levels = (2,)
    find = "edge"
    rule = Text(
        r"first: $a + \lfloor i n/P \rfloor$; last: $a + \lceil (i + 1)n/P \rceil - 1$",
        r"首：$a + \lfloor i n/P \rfloor$；末：$a + \lceil (i + 1)n/P \rceil - 1$",
    )
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> RoiBinEdge | None:
        bins, first = draw.integer(2, 7), draw.integer(1, 20)
        s = RoiBinEdge(
            first, first + draw.integer(bins, 25), bins, draw.integer(0, bins - 1), draw.choice(("first", "last"))
        )
        return s if s.index or s.edge == "last" else None

    def formula(self, s: RoiBinEdge) -> int:
        return _cell(s.first, s.last, s)

    def stem(self, s: RoiBinEdge) -> Text:
        return Text(
            f"A region covers the columns {s.first} to {s.last} of a feature "
            f"map, both included. RoI pooling divides it into {s.bins} bins: "
            f"{BINS.en}. Which is the {s.edge} column of the map in bin {s.index} (from 0)?",
            f"某区域覆盖特征图的第 {s.first} 列到第 {s.last} 列（含两端）。RoI 池化把它分为 {s.bins} 个区间，{BINS.zh}。"
            f"第 {s.index} 个区间（从 0 起）的{EDGE_ZH[s.edge]}是特征图的第几列？",
        )

    def solution(self, s: RoiBinEdge) -> Text:
        size = f"{s.last} - {s.first} + 1 = {s.last - s.first + 1}"
        return Text(
            f"The region has ${size}$ columns; bin {s.index} of {s.bins}: ${_steps(s)}$.",
            f"区域共 ${size}$ 列；{s.bins} 个区间中的第 {s.index} 个：${_steps(s)}$。",
        )


class EdgeOfPixels(Question[RoiBinImage]):
    """The same from image coordinates, quantised twice."""

    spec = RoiBinImage
    answer = Integer()
    levels = (3,)
    find = "pixels"
    rule = Text(
        r"$a$, $b$: $x_1/s$ and $x_2/s$ rounded; $n = b - a + 1$; first: $a "
        r"+ \lfloor i n/P \rfloor$; last: $a + \lceil (i + 1)n/P \rceil - 1$",
        r"$a$、$b$ 为 $x_1/s$、$x_2/s$ 四舍五入；$n = b - a + 1$；首：$a "
        r"+ \lfloor i n/P \rfloor$；末：$a + \lceil (i + 1)n/P \rceil - 1$",
    )
    mistakes = (
        Mistake(
            "The region's ends are rounded to the nearest cell, not down.",
            "区域两端四舍五入到最近的格子，而不是向下取整。",
            lambda s: _cell(s.start // s.stride, s.end // s.stride, s),
        ),
        *MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> RoiBinImage | None:
        stride, bins = draw.choice((8, 16, 32)), draw.integer(2, 7)
        start = draw.integer(0, 200)
        end = start + draw.integer(bins * stride, 20 * stride)
        if any(at % stride == stride // 2 for at in (start, end)):
            return None
        s = RoiBinImage(start, end, stride, bins, draw.integer(0, bins - 1), draw.choice(("first", "last")))
        return s if s.index or s.edge == "last" else None

    def formula(self, s: RoiBinImage) -> int:
        return _cell(*_region(s), s)

    def stem(self, s: RoiBinImage) -> Text:
        return Text(
            f"A region reaches from x = {s.start} to x = {s.end} in the image; "
            f"the feature map has stride {s.stride}. Both ends "
            f"are divided by the stride and rounded to the nearest cell, and both end cells belong to the region. RoI pooling divides it "
            f"into {s.bins} bins: {BINS.en}. Which is the {s.edge} column of the map in bin {s.index} (from 0)?",
            f"某区域在图像中从 x = {s.start} 到 x = {s.end}，特征图步长为 "
            f"{s.stride}。两端除以步长后四舍五入到最近的格子，"
            f"两端的格子都属于区域。RoI 池化把它分为 {s.bins} 个区间，{BINS.zh}。第 {s.index} 个区间（从 0 起）的{EDGE_ZH[s.edge]}"
            "是特征图的第几列？",
        )

    def solution(self, s: RoiBinImage) -> Text:
        first, last = _region(s)
        ends = rf"{s.start}/{s.stride} \to {first}$, ${s.end}/{s.stride} \to {last}"
        return Text(
            f"Ends: ${ends}$, so {last - first + 1} columns.\n\nBin {s.index} of {s.bins}: ${_steps(s)}$.",
            f"两端：${ends}$，共 {last - first + 1} 列。\n\n{s.bins} 个区间中的第 {s.index} 个：${_steps(s)}$。",
        )


MODEL = ItemModel(
    name="roi_pool_bins",
    version=1,
    topic="detection",
    title=Text("Bins of RoI pooling", "RoI 池化的区间"),
    questions=(Width(), Edge(), EdgeOfPixels()),
)
