"""Receptive field of dilated convolutions with stride 1."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.receptive_field import DilatedField, LastDilation


def _field(kernel: int, dilations: tuple[int, ...]) -> int:
    return 1 + (kernel - 1) * sum(dilations)


def _listed(dilations: tuple[int, ...]) -> tuple[str, str]:
    return ", ".join(map(str, dilations)), "、".join(map(str, dilations))


def _multiplied(s: DilatedField) -> int:
    """Wrong: dilations treated as if they were strides."""
    return 1 + sum((s.kernel - 1) * _product(s.dilations[: at + 1]) for at in range(len(s.dilations)))


class Field(Question[DilatedField]):
    """Source: Yu and Koltun 2016, section 2."""

    spec = DilatedField
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$r = 1 + (k - 1) \sum_l d_l$"
    mistakes = (
        Mistake(
            "The dilations were ignored; a layer adds d(k − 1), not k − 1.",
            "忽略了膨胀率；每层增加 d(k − 1)，而不是 k − 1。",
            lambda s: 1 + (s.kernel - 1) * len(s.dilations),
        ),
        Mistake(
            "The dilations were multiplied from layer to layer as strides are; each counts for its own layer only.",
            "把膨胀率像步长那样逐层相乘了；每层的膨胀率只作用于该层。",
            lambda s: _multiplied(s) if _product(s.dilations) <= 500 else None,
        ),
        Mistake(
            "A dilated kernel spans d(k − 1) + 1 pixels, not d·k.",
            "膨胀卷积核跨越 d(k − 1) + 1 个像素，而不是 d·k。",
            lambda s: 1 + sum(s.kernel * dilation - 1 for dilation in s.dilations),
        ),
        Mistake(
            "The extents of the kernels were added; each layer adds its extent less 1.",
            "把各层的跨度直接相加了；每层只增加跨度减 1。",
            lambda s: sum((s.kernel - 1) * dilation + 1 for dilation in s.dilations),
        ),
        Mistake(
            "That is what the last layer alone spans.",
            "这只是最后一层的跨度。",
            lambda s: _field(s.kernel, s.dilations[-1:]),
        ),
        Mistake(
            "The 1 for the unit itself is missing.", "漏了单元自身的 1。", lambda s: _field(s.kernel, s.dilations) - 1
        ),
    )

    def sample(self, draw: Draw, level: int) -> DilatedField | None:
        if level == 1:
            count, highest = draw.integer(2, 3), 4
        else:
            count, highest = draw.integer(4, 6), 16
        kernel = draw.choice((3, 3, 5)) if level == 1 else draw.choice((2, 3, 5, 7))
        dilations = tuple(draw.integer(1, highest) for _ in range(count))
        return DilatedField(kernel, dilations) if max(dilations) > 1 else None

    def formula(self, s: DilatedField) -> int:
        return _field(s.kernel, s.dilations)

    def stem(self, s: DilatedField) -> Text:
        en, zh = _listed(s.dilations)
        return Text(
            f"Convolutions with {s.kernel}×{s.kernel} kernels and stride 1 follow each other; their dilations, from the input on, are "
            f"{en}. How many input pixels wide is the receptive field after the last, from its first pixel to its last?",
            f"若干个卷积核 {s.kernel}×{s.kernel}、步长 1 的卷积依次相接，从输入起膨胀率分别为 {zh}。"
            "最后一层之后感受野（从第一个像素到最后一个像素）宽多少个输入像素？",
        )

    def solution(self, s: DilatedField) -> Text:
        sum_ = " + ".join(map(str, s.dilations)) + f" = {sum(s.dilations)}"
        found = rf"1 + ({s.kernel} - 1) \cdot {sum(s.dilations)} = {self.formula(s)}"
        return Text(
            f"Each layer adds $d(k - 1)$. Dilations together: ${sum_}$.\n\nField: ${found}$.",
            f"每层增加 $d(k - 1)$。膨胀率之和：${sum_}$。\n\n感受野：${found}$。",
        )


def _product(values: tuple[int, ...]) -> int:
    product = 1
    for value in values:
        product *= value
    return product


def _needed(s: LastDilation, missing: int) -> int:
    """Dilation of the last layer that adds at least `missing` pixels."""
    return max(1, -(-missing // (s.kernel - 1)))


class Dilation(Question[LastDilation]):
    """d(k − 1) must add what is missing."""

    spec = LastDilation
    answer = Integer()
    levels = (3,)
    find = "dilation"
    rule = Text(
        r"$d = \lceil (R - r)/(k - 1) \rceil$ for a field of $R$; before it field $r$",
        r"$d = \lceil (R - r)/(k - 1) \rceil$，$R$ 为所需感受野，$r$ 为之前的感受野",
    )
    mistakes = (
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: (s.field - _field(s.kernel, s.dilations)) // (s.kernel - 1),
        ),
        Mistake(
            "What is missing was divided by k; a layer adds d(k − 1).",
            "把缺少的像素除以了 k；每层增加的是 d(k − 1)。",
            lambda s: -(-(s.field - _field(s.kernel, s.dilations)) // s.kernel),
        ),
        Mistake(
            "What the layers before already see was not taken off.",
            "没有减去前面各层已经看到的范围。",
            lambda s: _needed(s, s.field - 1),
        ),
        Mistake(
            "That is the number of missing pixels; a dilation of d adds d(k − 1) pixels.",
            "这是缺少的像素数；膨胀率 d 会增加 d(k − 1) 个像素。",
            lambda s: s.field - _field(s.kernel, s.dilations),
        ),
        Mistake(
            "The dilations of the layers before were ignored; those layers see more than with dilation 1.",
            "忽略了前面各层的膨胀率；它们看到的比膨胀率为 1 时多。",
            lambda s: _needed(s, s.field - 1 - (s.kernel - 1) * len(s.dilations)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LastDilation | None:
        kernel = draw.choice((3, 5, 7))
        dilations = tuple(draw.integer(1, 6) for _ in range(draw.integer(2, 4)))
        return LastDilation(kernel, dilations, _field(kernel, dilations) + draw.integer(kernel, 16 * (kernel - 1)))

    def formula(self, s: LastDilation) -> int:
        return _needed(s, s.field - _field(s.kernel, s.dilations))

    def stem(self, s: LastDilation) -> Text:
        en, zh = _listed(s.dilations)
        return Text(
            f"Convolutions with {s.kernel}×{s.kernel} kernels and stride 1 follow each other, with the dilations {en}. One more with "
            f"the same kernel and stride follows. What is its smallest dilation with which the receptive field after it "
            f"is at least {s.field} pixels wide, from its first pixel to its last?",
            f"若干个卷积核 {s.kernel}×{s.kernel}、步长 1 的卷积依次相接，膨胀率分别为 {zh}。其后再接一个卷积核大小和步长都相同的卷积。"
            f"要使其后的感受野（从第一个像素到最后一个像素）至少宽 {s.field} 个像素，它的膨胀率最小是多少？",
        )

    def solution(self, s: LastDilation) -> Text:
        field = _field(s.kernel, s.dilations)
        before = rf"1 + ({s.kernel} - 1) \cdot {sum(s.dilations)} = {field}"
        found = rf"d = \lceil ({s.field} - {field})/({s.kernel} - 1) \rceil = {self.formula(s)}"
        return Text(
            f"Field before it: ${before}$.\n\nDilation: ${found}$.",
            f"之前的感受野：${before}$。\n\n膨胀率：${found}$。",
        )


MODEL = ItemModel(
    name="receptive_field_dilated",
    version=1,
    topic="receptive-field",
    title=Text("Receptive field of dilated convolutions", "膨胀卷积的感受野"),
    questions=(Field(), Dilation()),
)
