"""The bins of adaptive pooling, which overlap where the size is no multiple of their number."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pooling import AdaptiveBin, AdaptiveShared, AdaptiveStart


def _bounds(s: AdaptiveBin) -> tuple[int, int]:
    """First cell, and the one after the last."""
    return s.index * s.size // s.bins, -(-(s.index + 1) * s.size // s.bins)


def _setting(s: AdaptiveBin) -> tuple[str, str]:
    return (
        f"`nn.AdaptiveAvgPool1d({s.bins})` reads a signal of length {s.size}; input cells and outputs are counted from 0.",
        f"`nn.AdaptiveAvgPool1d({s.bins})` 读取长度为 {s.size} 的信号；输入元素和输出的序号都从 0 起。",
    )


class CellsOfBin(Question[AdaptiveBin]):
    """Source: ATen/native/AdaptivePooling.h, `start_index` and `end_index`."""

    spec = AdaptiveBin
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$\lceil (i + 1)H/o \rceil - \lfloor iH/o \rfloor$, input length $H$, output $i$ of $o$ (from 0)",
        r"$\lceil (i + 1)H/o \rceil - \lfloor iH/o \rfloor$，输入长度为 $H$，共 $o$ 个输出，$i$ 为输出序号（从 0 起）",
    )
    mistakes = (
        Mistake(
            "All bins were taken as equally large, ⌊H/o⌋; that holds only where o divides H.",
            "认为所有区间同样大，为 ⌊H/o⌋；只有 o 整除 H 时才成立。",
            lambda s: s.size // s.bins,
        ),
        Mistake(
            "Both ends of the bin were rounded down; its end is rounded up, so bins may overlap.",
            "区间两端都向下取整了；末端应向上取整，因此区间可能重叠。",
            lambda s: (s.index + 1) * s.size // s.bins - s.index * s.size // s.bins,
        ),
        Mistake(
            "H/o rounded up holds only for some bins: the start is rounded down, the end up.",
            "H/o 向上取整只对部分区间成立：起点向下取整，末端向上取整。",
            lambda s: -(-s.size // s.bins),
        ),
        Mistake(
            "One cell was added to H/o rounded up, as if every bin overlapped at both ends; the rounding of each end decides.",
            "在 H/o 向上取整之后又加了一个元素，好像每个区间两端都重叠；应由两端各自的取整决定。",
            lambda s: -(-s.size // s.bins) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdaptiveBin | None:
        bins = draw.integer(3, 8) if level == 1 else draw.integer(5, 14)
        size = draw.integer(bins + 1, 32 if level == 1 else 64)
        if size % bins == 0:
            return None
        return AdaptiveBin(size, bins, draw.integer(0, 1) if level == 1 else draw.integer(1, bins - 2))

    def formula(self, s: AdaptiveBin) -> int:
        start, end = _bounds(s)
        return end - start

    def stem(self, s: AdaptiveBin) -> Text:
        en, zh = _setting(s)
        return Text(
            f"{en} Over how many input cells does output {s.index} average?",
            f"{zh}序号为 {s.index} 的输出对多少个输入元素取平均？",
        )

    def solution(self, s: AdaptiveBin) -> Text:
        start, end = _bounds(s)
        first = rf"\lfloor {s.index} \cdot {s.size}/{s.bins} \rfloor = {start}"
        last = rf"\lceil {s.index + 1} \cdot {s.size}/{s.bins} \rceil = {end}"
        return Text(
            f"It starts at ${first}$ and ends before ${last}$: ${end} - {start} = {end - start}$ cells.",
            f"从 ${first}$ 开始，到 ${last}$ 之前结束：共 ${end} - {start} = {end - start}$ 个元素。",
        )


class FirstCell(Question[AdaptiveStart]):
    """The same rule for where a bin starts."""

    spec = AdaptiveStart
    answer = Integer()
    levels = (2,)
    find = "start"
    rule = Text(
        r"$\lfloor iH/o \rfloor$, input length $H$, output $i$ of $o$ (from 0)",
        r"$\lfloor iH/o \rfloor$，输入长度为 $H$，共 $o$ 个输出，$i$ 为输出序号（从 0 起）",
    )
    mistakes = (
        Mistake(
            "The start was rounded up; it is rounded down, the end up.",
            "起点向上取整了；起点应向下取整，末端向上取整。",
            lambda s: -(-s.index * s.size // s.bins),
        ),
        Mistake(
            "All bins before it were taken as ⌊H/o⌋ cells wide; only the product iH/o is rounded down.",
            "认为前面每个区间都宽 ⌊H/o⌋ 个元素；应对乘积 iH/o 向下取整。",
            lambda s: s.index * (s.size // s.bins),
        ),
        Mistake(
            "All bins before it were taken as ⌈H/o⌉ cells wide; only the product iH/o is rounded, and down.",
            "认为前面每个区间都宽 ⌈H/o⌉ 个元素；应对乘积 iH/o 向下取整。",
            lambda s: s.index * -(-s.size // s.bins),
        ),
        Mistake(
            "The outputs were counted from 1; the first one has index 0.",
            "把序号当成从 1 起了；第一个输出的序号是 0。",
            lambda s: (s.index - 1) * s.size // s.bins,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdaptiveStart | None:
        bins = draw.integer(4, 14)
        size = draw.integer(bins + 1, 64)
        return AdaptiveStart(size, bins, draw.integer(2, bins - 1)) if size % bins else None

    def formula(self, s: AdaptiveStart) -> int:
        return s.index * s.size // s.bins

    def stem(self, s: AdaptiveStart) -> Text:
        en, zh = _setting(s)
        return Text(
            f"{en} Which is the first input cell over which output {s.index} averages?",
            f"{zh}序号为 {s.index} 的输出对若干输入元素取平均，其中第一个元素的序号是多少？",
        )

    def solution(self, s: AdaptiveStart) -> Text:
        first = rf"\lfloor {s.index} \cdot {s.size}/{s.bins} \rfloor = \lfloor {s.index * s.size}/{s.bins} \rfloor = {self.formula(s)}"
        return Text(f"The start is rounded down: ${first}$.", f"起点向下取整：${first}$。")


class SharedCells(Question[AdaptiveShared]):
    """Of the o − 1 bounds between bins those that are no whole number cut a cell, which then belongs to both sides."""

    spec = AdaptiveShared
    answer = Integer()
    levels = (3,)
    find = "shared"
    rule = Text(
        r"$o - \gcd(H, o)$, input length $H$, $o$ outputs",
        r"$o - \gcd(H, o)$，输入长度为 $H$，共 $o$ 个输出",
    )
    mistakes = (
        Mistake(
            "That is the remainder of H/o; every bound between two bins that falls within a cell makes that cell shared.",
            "这是 H/o 的余数；凡落在元素内部的分界都会使该元素被共享。",
            lambda s: s.size % s.bins,
        ),
        Mistake(
            "Every bound between two bins was counted; those at whole numbers cut no cell.",
            "把每条分界都算上了；落在整数处的分界不切开任何元素。",
            lambda s: s.bins - 1,
        ),
        Mistake(
            "The bins were taken not to overlap; their ends are rounded up and their starts down.",
            "认为区间不重叠；其实末端向上取整，起点向下取整。",
            lambda s: 0,
        ),
        Mistake(
            "The bounds at whole numbers were counted; those are the ones that cut no cell.",
            "数成了落在整数处的分界；它们恰恰不切开元素。",
            lambda s: math.gcd(s.size, s.bins) - 1,
        ),
        Mistake(
            "One bound too many was counted; there are only o − 1 between o bins.",
            "多算了一条分界；o 个区间之间只有 o − 1 条。",
            lambda s: s.bins - math.gcd(s.size, s.bins) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdaptiveShared | None:
        bins = draw.choice((4, 5, 6, 7, 8, 9, 10, 12, 14))
        size = draw.integer(bins + 1, 64)
        return AdaptiveShared(size, bins) if size % bins else None

    def formula(self, s: AdaptiveShared) -> int:
        return s.bins - math.gcd(s.size, s.bins)

    def stem(self, s: AdaptiveShared) -> Text:
        return Text(
            f"`nn.AdaptiveAvgPool1d({s.bins})` reads a signal of length {s.size}. How many input cells contribute to two outputs?",
            f"`nn.AdaptiveAvgPool1d({s.bins})` 读取长度为 {s.size} 的信号。有多少个输入元素同时参与两个输出？",
        )

    def solution(self, s: AdaptiveShared) -> Text:
        common = math.gcd(s.size, s.bins)
        found = f"{s.bins - 1} - {common - 1} = {self.formula(s)}"
        return Text(
            rf"The bounds are $i \cdot {s.size}/{s.bins}$ for $i = 1, \ldots, {s.bins - 1}$. Where one is not a whole number, the cell "
            f"around it belongs to both bins.\n\nWhole numbers among them: $\\gcd({s.size}, {s.bins}) - 1 = {common - 1}$. The "
            f"others: ${found}$.",
            rf"分界为 $i \cdot {s.size}/{s.bins}$，$i = 1, \ldots, {s.bins - 1}$。分界不是整数时，它所在的元素属于两侧的区间。"
            f"\n\n其中整数有 $\\gcd({s.size}, {s.bins}) - 1 = {common - 1}$ 个，其余：${found}$。",
        )


MODEL = ItemModel(
    name="adaptive_pool",
    version=1,
    topic="shapes",
    title=Text("Bins of adaptive pooling", "自适应池化的区间"),
    questions=(CellsOfBin(), FirstCell(), SharedCells()),
)
