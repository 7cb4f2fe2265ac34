"""Receptive field of a unit after a chain of convolutions and poolings."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.receptive_field._layers import (
    Layers,
    chain,
    dilation_of,
    field_of,
    field_with_own_stride,
    field_without_strides,
    jump_of,
    worked,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.receptive_field import LastKernel, ReceptiveField


def _undilated(layers: Layers) -> Layers:
    return tuple(layer[:2] for layer in layers)


def _draw_layers(draw: Draw, count: int, strides: tuple[int, ...]) -> Layers:
    return tuple((draw.choice((2, 3, 3, 5, 7)), draw.choice(strides)) for _ in range(count))


class Field(Question[ReceptiveField]):
    """Source: Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", equation 2."""

    spec = ReceptiveField
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$r = 1 + \sum_l d_l (k_l - 1) \prod_{i < l} s_i$"
    mistakes = (
        Mistake(
            "The kernel sizes were added; neighbouring windows overlap, so a layer adds only k − 1 steps.",
            "把卷积核大小直接相加了；相邻窗口有重叠，每层只增加 k − 1 步。",
            lambda s: sum(layer[0] for layer in s.layers),
        ),
        Mistake(
            "The strides were ignored: a layer's step is as many input pixels as the product of the strides before it.",
            "忽略了步长：某层走一步，对应的输入像素数是其之前各层步长之积。",
            lambda s: field_without_strides(s.layers),
        ),
        Mistake(
            "A layer's own stride was put into its own step; only the strides before it count.",
            "把该层自己的步长也算进去了；只有之前各层的步长起作用。",
            lambda s: field_with_own_stride(s.layers),
        ),
        Mistake(
            "The dilation was ignored: the kernel spans d(k − 1) + 1 pixels.",
            "忽略了膨胀率：卷积核跨越 d(k − 1) + 1 个像素。",
            lambda s: field_of(_undilated(s.layers)),
        ),
        Mistake(
            "The 1 for the unit itself is missing.",
            "漏了单元自身的 1。",
            lambda s: field_of(s.layers) - 1,
        ),
        Mistake(
            "The last layer was left out.",
            "漏了最后一层。",
            lambda s: field_of(s.layers[:-1]),
        ),
        Mistake(
            "Only the stride of the layer just before was counted, not the product of all strides before.",
            "只算了紧邻前一层的步长，没有算之前所有步长之积。",
            lambda s: (
                1
                + sum(
                    dilation_of(layer) * (layer[0] - 1) * (s.layers[at - 1][1] if at else 1)
                    for at, layer in enumerate(s.layers)
                )
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ReceptiveField | None:
        if level == 1:
            return ReceptiveField(_draw_layers(draw, draw.integer(2, 3), (1, 1, 2)))
        layers = _draw_layers(draw, draw.integer(4, 6), (1, 1, 2, 2, 3))
        return ReceptiveField(layers) if 4 <= jump_of(layers) <= 48 else None

    def formula(self, s: ReceptiveField) -> int:
        return field_of(s.layers)

    def stem(self, s: ReceptiveField) -> Text:
        en, zh = chain(s.layers)
        return Text(
            f"{en}How many input pixels wide is the receptive field of one unit of the last map, from its first pixel to its last?",
            f"{zh}最后特征图上一个单元的感受野（从第一个像素到最后一个像素）宽多少个输入像素？",
        )

    def solution(self, s: ReceptiveField) -> Text:
        return Text(
            f"Each layer adds $d(k - 1)$ times the product of the strides before it: ${worked(s.layers)}$.",
            f"每层增加 $d(k - 1)$ 乘以之前各层步长之积：${worked(s.layers)}$。",
        )


class Dilated(Question[ReceptiveField]):
    """The same with a dilation in every layer."""

    spec = ReceptiveField
    answer = Integer("px")
    levels = (3,)
    find = "dilated"
    rule = Field.rule
    mistakes = Field.mistakes

    def sample(self, draw: Draw, level: int) -> ReceptiveField | None:
        layers = tuple(
            (draw.choice((2, 3, 3, 5)), draw.choice((1, 1, 2)), draw.choice((1, 2, 3, 4)))
            for _ in range(draw.integer(3, 4))
        )
        dilated = any(dilation > 1 for _, _, dilation in layers)
        return ReceptiveField(layers) if jump_of(layers) > 1 and dilated else None

    def formula(self, s: ReceptiveField) -> int:
        return field_of(s.layers)

    def stem(self, s: ReceptiveField) -> Text:
        return Field().stem(s)

    def solution(self, s: ReceptiveField) -> Text:
        return Field().solution(s)


def _steps(s: LastKernel) -> int:
    """Steps that the last kernel must take."""
    return max(0, -((field_of(s.layers) - s.field) // jump_of(s.layers)))


class Kernel(Question[LastKernel]):
    """r + (k − 1) · jump must reach the field."""

    spec = LastKernel
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = Text(
        r"$k = \lceil (R - r)/j \rceil + 1$ for a field of $R$; before it field $r$, product of strides $j$",
        r"$k = \lceil (R - r)/j \rceil + 1$，$R$ 为所需感受野，$r$ 为之前的感受野，$j$ 为之前各步长之积",
    )
    mistakes = (
        Mistake("The + 1 is missing: k taps make k − 1 steps.", "漏了 + 1：大小为 k 的卷积核只走 k − 1 步。", _steps),
        Mistake(
            "The strides before it were ignored: each step is as many pixels as their product.",
            "忽略了之前的步长：每一步对应的像素数是它们之积。",
            lambda s: s.field - field_of(s.layers) + 1,
        ),
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: (s.field - field_of(s.layers)) // jump_of(s.layers) + 1,
        ),
        Mistake(
            "What the layers before already see was not taken off.",
            "没有减去前面各层已经看到的范围。",
            lambda s: -(-(s.field - 1) // jump_of(s.layers)) + 1,
        ),
        Mistake(
            "The stride of the layer just before was left out; it counts for the step, too.",
            "漏了紧邻前一层的步长；它也要计入。",
            lambda s: -((field_of(s.layers) - s.field) // jump_of(s.layers[:-1])) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LastKernel | None:
        layers = _draw_layers(draw, draw.integer(2, 4), (1, 2, 2, 3))
        jump = jump_of(layers)
        if not 2 <= jump <= 16:
            return None
        return LastKernel(layers, field_of(layers) + draw.integer(jump + 1, 10 * jump))

    def formula(self, s: LastKernel) -> int:
        return _steps(s) + 1

    def stem(self, s: LastKernel) -> Text:
        en, zh = chain(s.layers)
        return Text(
            f"{en}One more convolution with dilation 1 follows. What is the smallest kernel side with which the receptive field of its "
            f"units is at least {s.field} input pixels wide, from first pixel to last?",
            f"{zh}其后再接一个膨胀率为 1 的卷积。要使其单元的感受野（从第一个像素到最后一个像素）至少宽 {s.field} 个输入像素，"
            "卷积核边长最小是多少？",
        )

    def solution(self, s: LastKernel) -> Text:
        jump, field = jump_of(s.layers), field_of(s.layers)
        found = rf"k = \lceil ({s.field} - {field})/{jump} \rceil + 1 = {self.formula(s)}"
        return Text(
            f"Before it: ${worked(s.layers)}$, and a step is {jump} pixels.\n\nKernel: ${found}$.",
            f"之前：${worked(s.layers)}$，每一步为 {jump} 个像素。\n\n卷积核：${found}$。",
        )


MODEL = ItemModel(
    name="receptive_field",
    version=1,
    topic="receptive-field",
    title=Text("Receptive field of a chain of layers", "多层网络的感受野"),
    questions=(Field(), Dilated(), Kernel()),
)
