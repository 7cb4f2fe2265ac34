"""Number of anchors: places times scales times ratios (Ren et al. 2015; Lin et al. 2017)."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.anchors import AnchorCount, AnchorCountPyramid, AnchorCountStride

SUM_EN = "Scales and ratios combine: their numbers multiply, they do not add."
SUM_ZH = "尺度与长宽比两两组合：数目相乘，而不是相加。"


class OfMap(Question[AnchorCount]):
    """On a map of known size."""

    spec = AnchorCount
    answer = Integer()
    levels = (1,)
    rule = r"$H \cdot W \cdot n_s \cdot n_r$"
    mistakes = (
        Mistake(SUM_EN, SUM_ZH, lambda s: s.height * s.width * (s.scales + s.ratios)),
        Mistake("Those are the anchors of one cell.", "这只是一个格子的锚框数。", lambda s: s.scales * s.ratios),
        Mistake("The scales were left out.", "没有乘以尺度数。", lambda s: s.height * s.width * s.ratios),
        Mistake(
            "Every anchor counts once, not with its 4 coordinates.",
            "每个锚框计一次，不计 4 个坐标。",
            lambda s: 4 * s.height * s.width * s.scales * s.ratios,
        ),
        Mistake(
            "One of the ratios was combined with a single scale only: every ratio goes with every scale.",
            "有一个长宽比只配了一个尺度；每个长宽比都要与全部尺度组合。",
            lambda s: s.height * s.width * (s.scales * (s.ratios - 1) + 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AnchorCount | None:
        height = draw.integer(7, 60)
        return AnchorCount(
            height, height if draw.chance(0.4) else draw.integer(7, 80), draw.integer(1, 5), draw.integer(2, 5)
        )

    def formula(self, s: AnchorCount) -> int:
        return s.height * s.width * s.scales * s.ratios

    def stem(self, s: AnchorCount) -> Text:
        return Text(
            f"Every cell of a feature map of {s.height}×{s.width} (height × width) gets an anchor for each combination of a scale and an "
            f"aspect ratio; scales: {s.scales}, ratios: {s.ratios}. How many anchors are there in all?",
            f"在 {s.height}×{s.width}（高 × 宽）的特征图上，每个格子对尺度与长宽比的每种组合各设一个锚框；尺度数 {s.scales}，"
            f"长宽比数 {s.ratios}。锚框共有多少个？",
        )

    def solution(self, s: AnchorCount) -> Text:
        steps = rf"{s.height} \cdot {s.width} \cdot {s.scales} \cdot {s.ratios} = {self.formula(s)}"
        return Text(f"Cells times anchors per cell: ${steps}$.", f"格子数乘以每格锚框数：${steps}$。")


class OfImage(Question[AnchorCountStride]):
    """On the map that a backbone makes of an image."""

    spec = AnchorCountStride
    answer = Integer()
    levels = (2,)
    find = "stride"
    rule = r"$(H/s) \cdot (W/s) \cdot n_s \cdot n_r$"
    mistakes = (
        Mistake(SUM_EN, SUM_ZH, lambda s: _cells(s) * (s.scales + s.ratios)),
        Mistake(
            "The stride divides both sides, so the number of cells falls with its square.",
            "两边都要除以步长，格子数要除以步长的平方，而不是只除一次。",
            lambda s: s.height * s.width // s.stride * s.scales * s.ratios,
        ),
        Mistake(
            "Anchors stand on cells of the map, not on pixels of the image.",
            "锚框设在特征图的格子上，而不是图像的每个像素上。",
            lambda s: s.height * s.width * s.scales * s.ratios,
        ),
        Mistake("Those are the cells: each has several anchors.", "这是格子数：每格有多个锚框。", lambda s: _cells(s)),
        Mistake("The scales were left out.", "没有乘以尺度数。", lambda s: _cells(s) * s.ratios),
    )

    def sample(self, draw: Draw, level: int) -> AnchorCountStride | None:
        stride = draw.choice((8, 16, 32))
        height, width = (
            stride * draw.integer(256 // stride, 800 // stride),
            stride * draw.integer(256 // stride, 1024 // stride),
        )
        return AnchorCountStride(height, width, stride, draw.integer(1, 5), draw.integer(2, 5))

    def formula(self, s: AnchorCountStride) -> int:
        return (s.height // s.stride) * (s.width // s.stride) * s.scales * s.ratios

    def stem(self, s: AnchorCountStride) -> Text:
        return Text(
            f"A backbone of stride {s.stride} reads an image of {s.height}×{s.width} pixels (height × width). Every cell of its map gets "
            f"an anchor for each combination of a scale and an aspect ratio; scales: {s.scales}, ratios: {s.ratios}. How many anchors "
            "are there in all?",
            f"步长为 {s.stride} 的骨干网络读入 {s.height}×{s.width}（高 × "
            "宽）的图像。其特征图的每个格子对尺度与长宽比的每种组合各设一个锚框；"
            f"尺度数 {s.scales}，长宽比数 {s.ratios}。锚框共有多少个？",
        )

    def solution(self, s: AnchorCountStride) -> Text:
        high, wide = s.height // s.stride, s.width // s.stride
        size = f"{s.height}/{s.stride} = {high}$, ${s.width}/{s.stride} = {wide}"
        steps = rf"{high} \cdot {wide} \cdot {s.scales} \cdot {s.ratios} = {self.formula(s)}"
        return Text(f"The map: ${size}$.\n\n${steps}$.", f"特征图：${size}$。\n\n${steps}$。")


def _cells(s: AnchorCountStride) -> int:
    return (s.height // s.stride) * (s.width // s.stride)


def _sum(s: AnchorCountPyramid) -> int:
    """Cells of all levels."""
    return sum((s.height // stride) * (s.width // stride) for stride in s.strides)


class OfPyramid(Question[AnchorCountPyramid]):
    """On all levels of a feature pyramid, as RetinaNet has them."""

    spec = AnchorCountPyramid
    answer = Integer()
    levels = (3,)
    find = "pyramid"
    rule = r"$n_s n_r \sum_l (H/s_l)(W/s_l)$"
    mistakes = (
        Mistake(
            "That is the finest level only.",
            "这只是分辨率最高的一层。",
            lambda s: (s.height // s.strides[0]) * (s.width // s.strides[0]) * s.scales * s.ratios,
        ),
        Mistake(SUM_EN, SUM_ZH, lambda s: _sum(s) * (s.scales + s.ratios)),
        Mistake(
            "Every level has a map of its own size, not that of the finest one.",
            "各层特征图大小不同，并非都与最细的一层相同。",
            lambda s: len(s.strides) * (s.height // s.strides[0]) * (s.width // s.strides[0]) * s.scales * s.ratios,
        ),
        Mistake("Those are the cells: each has several anchors.", "这是格子数：每格有多个锚框。", lambda s: _sum(s)),
        Mistake(
            "The last level was left out.",
            "漏了最后一层。",
            lambda s: (_sum(s) - (s.height // s.strides[-1]) * (s.width // s.strides[-1])) * s.scales * s.ratios,
        ),
        Mistake(
            "Every level has every scale here: the scales are not spread over the levels.",
            "这里每层都有全部尺度，而不是每层一个尺度。",
            lambda s: _sum(s) * s.ratios,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AnchorCountPyramid | None:
        strides = draw.choice(((8, 16, 32, 64, 128), (4, 8, 16, 32), (4, 8, 16, 32, 64), (8, 16, 32)))
        coarse = strides[-1]
        sides = [coarse * draw.integer(-(-256 // coarse), 1024 // coarse) for _ in range(2)]
        return AnchorCountPyramid(sides[0], sides[1], strides, draw.integer(1, 3), draw.integer(2, 4))

    def formula(self, s: AnchorCountPyramid) -> int:
        return _sum(s) * s.scales * s.ratios

    def stem(self, s: AnchorCountPyramid) -> Text:
        strides = ", ".join(map(str, s.strides))
        return Text(
            f"A feature pyramid over an image of {s.height}×{s.width} pixels (height × width) has levels of stride {strides}. On every "
            f"level, every cell gets an anchor for each combination of a scale and an aspect ratio; scales: {s.scales}, ratios: "
            f"{s.ratios}. How many anchors are there in all?",
            f"{s.height}×{s.width}（高 × 宽）图像的特征金字塔各层步长为 {strides}。每层的每个格子对尺度与长宽比的每种组合各设一个锚框；"
            f"尺度数 {s.scales}，长宽比数 {s.ratios}。锚框共有多少个？",
        )

    def solution(self, s: AnchorCountPyramid) -> Text:
        cells = " + ".join(rf"{s.height // stride} \cdot {s.width // stride}" for stride in s.strides)
        steps = rf"{_sum(s)} \cdot {s.scales} \cdot {s.ratios} = {self.formula(s)}"
        return Text(
            f"Cells of all levels ({s.height} and {s.width} divided by each stride): ${cells} = {_sum(s)}$.\n\nAnchors: ${steps}$.",
            f"各层格子数（{s.height} 和 {s.width} 分别除以各步长）：${cells} = {_sum(s)}$。\n\n锚框数：${steps}$。",
        )


MODEL = ItemModel(
    name="anchor_count",
    version=1,
    topic="detection",
    title=Text("Number of anchors", "锚框数量"),
    questions=(OfMap(), OfImage(), OfPyramid()),
)
