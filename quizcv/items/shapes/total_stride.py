"""By how much a network shrinks its input, and what undoes it."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import numbered
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.stacks import DilatedStride, TotalStride, UndoStride


def _total(s: TotalStride) -> int:
    return math.prod(stride for _, stride in s.layers)


def _described(layers: tuple[tuple[int, int], ...]) -> tuple[str, str]:
    return (
        numbered(f"kernel {kernel}×{kernel}, stride {stride}" for kernel, stride in layers),
        numbered(f"卷积核 {kernel}×{kernel}，步长 {stride}" for kernel, stride in layers),
    )


def _product(layers: tuple[tuple[int, int], ...]) -> str:
    return r" \cdot ".join(str(stride) for _, stride in layers) + f" = {math.prod(stride for _, stride in layers)}"


def _draw_layers(draw: Draw, count: int) -> tuple[tuple[int, int], ...]:
    return tuple((draw.choice((1, 2, 3, 5, 7)), draw.choice((1, 2, 2, 3, 4))) for _ in range(count))


class Product(Question[TotalStride]):
    """Source: Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks" (effective stride)."""

    spec = TotalStride
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$S = \prod_i s_i$"
    mistakes = (
        Mistake(
            "The strides multiply; they do not add up.",
            "步长是相乘，而不是相加。",
            lambda s: sum(stride for _, stride in s.layers),
        ),
        Mistake(
            "The last layer's stride was left out; it counts, too.",
            "漏了最后一层的步长；它也要算。",
            lambda s: math.prod(stride for _, stride in s.layers[:-1]),
        ),
        Mistake(
            "The kernel sizes were multiplied; only the strides count.",
            "把卷积核大小相乘了；总步长只由各层步长决定。",
            lambda s: math.prod(kernel for kernel, _ in s.layers),
        ),
        Mistake(
            "The first layer's stride was taken for every layer; each has its own.",
            "把每层的步长都当成了第一层的；应乘以各层自己的步长。",
            lambda s: s.layers[0][1] ** len(s.layers),
        ),
        Mistake(
            "Every layer was taken to halve the map; each multiplies by its own stride.",
            "认为每层都把特征图减半；应乘以各层自己的步长。",
            lambda s: 2 ** len(s.layers),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TotalStride | None:
        s = TotalStride(_draw_layers(draw, draw.integer(2, 3) if level == 1 else draw.integer(4, 6)))
        return s if 2 <= _total(s) <= 64 else None

    def formula(self, s: TotalStride) -> int:
        return _total(s)

    def stem(self, s: TotalStride) -> Text:
        en, zh = _described(s.layers)
        return Text(
            f"A network is a chain of these layers:{en}What is its total stride, that is, by how many input pixels do neighbouring "
            "units of the last map lie apart?",
            f"网络由以下各层依次组成：{zh}它的总步长是多少，即最后特征图上相邻单元在输入图像中相距多少像素？",
        )

    def solution(self, s: TotalStride) -> Text:
        return Text(f"The strides multiply: ${_product(s.layers)}$.", f"各层步长相乘：${_product(s.layers)}$。")


class Kept(Question[DilatedStride]):
    """Dilation instead of stride in the last layers, as networks for segmentation have it."""

    spec = DilatedStride
    answer = Integer("px")
    levels = (3,)
    find = "dilated"
    rule = Text(
        "the product of the strides that are kept",
        "所保留的各层步长之积",
    )
    mistakes = (
        Mistake(
            "The strides of the last layers were counted; they are 1 now.",
            "把最后几层原来的步长也算上了；它们已变为 1。",
            _total,
        ),
        Mistake(
            "That is the product of the strides taken away: the dilation needed after them.",
            "这是被去掉的步长之积，即其后所需的膨胀率。",
            lambda s: math.prod(stride for _, stride in s.layers[s.kept :]),
        ),
        Mistake(
            "The strides multiply; they do not add up.",
            "步长是相乘，而不是相加。",
            lambda s: sum(stride for _, stride in s.layers[: s.kept]),
        ),
        Mistake(
            "One layer too few was counted among those that keep their strides.",
            "保留步长的层少算了一层。",
            lambda s: math.prod(stride for _, stride in s.layers[: s.kept - 1]),
        ),
        Mistake(
            "One layer too many was counted among those that keep their strides.",
            "保留步长的层多算了一层。",
            lambda s: math.prod(stride for _, stride in s.layers[: s.kept + 1]),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DilatedStride | None:
        count = draw.integer(4, 6)
        s = DilatedStride(_draw_layers(draw, count), draw.integer(2, count - 1))
        rest = math.prod(stride for _, stride in s.layers[s.kept :])
        return s if 4 <= _total(s) <= 128 and rest > 1 else None

    def formula(self, s: DilatedStride) -> int:
        return math.prod(stride for _, stride in s.layers[: s.kept])

    def stem(self, s: DilatedStride) -> Text:
        en, zh = _described(s.layers)
        return Text(
            f"A network is a chain of these layers:{en}For segmentation only the first {s.kept} layers keep their strides; all "
            "others get stride 1 and a dilation instead. What is the total stride then?",
            f"网络由以下各层依次组成：{zh}用于分割时，前 {s.kept} 层保留步长，其余各层步长改为 1，用膨胀卷积弥补。这时总步长是多少？",
        )

    def solution(self, s: DilatedStride) -> Text:
        product = _product(s.layers[: s.kept])
        return Text(
            f"Dilation does not change the stride. The first {s.kept} strides: ${product}$.",
            f"膨胀不改变步长。前 {s.kept} 层的步长：${product}$。",
        )


class Undo(Question[UndoStride]):
    """(n − 1)S − 2p + k = nS."""

    spec = UndoStride
    answer = Integer("px")
    levels = (3,)
    find = "padding"
    rule = Text(
        r"$p = (k - S)/2$ with $S = \prod_i s_i$",
        r"$p = (k - S)/2$，其中 $S = \prod_i s_i$",
    )
    mistakes = (
        Mistake(
            "That is what is cut off both sides together.",
            "这是两侧切去的像素之和。",
            lambda s: s.kernel - math.prod(s.strides),
        ),
        Mistake(
            "That padding keeps the size at stride 1; here the stride is S.",
            "这是步长为 1 时保持尺寸的填充；这里的步长是 S。",
            lambda s: (s.kernel - 1) // 2,
        ),
        Mistake(
            "The strides of the network multiply; they do not add up.",
            "网络的步长是相乘，而不是相加。",
            lambda s: (s.kernel - sum(s.strides)) // 2 if s.kernel > sum(s.strides) else None,
        ),
        Mistake(
            "Half of the total stride is right only for a kernel of 2S.",
            "只有卷积核为 2S 时才等于总步长的一半。",
            lambda s: math.prod(s.strides) // 2,
        ),
        Mistake(
            "Without padding the output is larger than nS, unless k = S.",
            "除非 k = S，不填充时输出会大于 nS。",
            lambda s: 0,
        ),
    )

    def sample(self, draw: Draw, level: int) -> UndoStride | None:
        strides = tuple(draw.choice((1, 2, 2, 2, 3, 4)) for _ in range(draw.integer(2, 5)))
        total = math.prod(strides)
        return UndoStride(strides, total + 2 * draw.integer(1, max(1, total // 2))) if 2 <= total <= 32 else None

    def formula(self, s: UndoStride) -> int:
        return (s.kernel - math.prod(s.strides)) // 2

    def stem(self, s: UndoStride) -> Text:
        en, zh = ", ".join(map(str, s.strides)), "、".join(map(str, s.strides))
        return Text(
            f"The layers of a network have the strides {en} and turn nS pixels per side into n, where S is the total stride. "
            f"One transposed convolution with stride S, kernel {s.kernel}×{s.kernel}, dilation 1 and no output padding is to turn "
            "n pixels back into nS. Which padding per side does it need?",
            f"网络各层的步长为 {zh}，把每边 nS 个像素变为 n 个，S 为总步长。用一个步长为 S、卷积核 {s.kernel}×{s.kernel}、"
            "膨胀率 1、无输出填充的转置卷积把 n 个像素恢复为 nS 个。每侧的填充应为多少？",
        )

    def solution(self, s: UndoStride) -> Text:
        total = math.prod(s.strides)
        product = r" \cdot ".join(map(str, s.strides)) + f" = {total}"
        found = f"p = ({s.kernel} - {total})/2 = {self.formula(s)}"
        return Text(
            f"$S = {product}$. The output has $(n - 1)S + {s.kernel} - 2p$ pixels, which is $nS$ for ${found}$.",
            f"$S = {product}$。输出为 $(n - 1)S + {s.kernel} - 2p$ 个像素，令其等于 $nS$：${found}$。",
        )


MODEL = ItemModel(
    name="total_stride",
    version=1,
    topic="shapes",
    title=Text("Total stride and its inverse", "总步长及其还原"),
    questions=(Product(), Kept(), Undo()),
)
