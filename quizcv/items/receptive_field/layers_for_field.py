"""How many layers it takes to see far enough: with stride 1, with doubled dilations, with strides."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.receptive_field import CyclesForField, LayersForField


def _steps(s: LayersForField) -> int:
    """Steps of a kernel that are needed."""
    return -(-(s.field - 1) // (s.kernel - 1))


def _doublings(steps: int) -> int:
    """The smallest n with 2^n − 1 ≥ steps."""
    return steps.bit_length()


def _how(growth: str) -> tuple[str, str]:
    return {
        "none": ("stride 1 and dilation 1", "步长 1、膨胀率 1"),
        "dilation": (
            "stride 1 and the dilations 1, 2, 4, 8, … (doubled from layer to layer)",
            "步长 1、膨胀率依次为 1、2、4、8……（逐层加倍）",
        ),
        "stride": ("stride 2 in every layer and dilation 1", "每层步长 2、膨胀率 1"),
    }[growth]


def _setting(s: LayersForField) -> Text:
    en, zh = _how(s.growth)
    return Text(
        f"Convolutions with {s.kernel}×{s.kernel} kernels follow each other, with {en}. How many layers are needed at least until a "
        f"unit's receptive field is {s.field} or more pixels wide, from its first pixel to its last?",
        f"卷积核 {s.kernel}×{s.kernel} 的卷积依次相接，{zh}。要使单元的感受野（从第一个像素到最后一个像素）至少宽 {s.field} 个像素，"
        "最少需要多少层？",
    )


class Layers(Question[LayersForField]):
    """r = 1 + n(k − 1) with stride 1."""

    spec = LayersForField
    answer = Integer()
    levels = (1,)
    rule = r"$n = \lceil (R - 1)/(k - 1) \rceil$"
    mistakes = (
        Mistake(
            "A layer adds k − 1 pixels, not k: neighbouring windows overlap.",
            "每层增加 k − 1 个像素，而不是 k 个：相邻窗口有重叠。",
            lambda s: -(-s.field // s.kernel),
        ),
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: (s.field - 1) // (s.kernel - 1),
        ),
        Mistake(
            "One layer too many: the field was large enough before.",
            "多了一层：之前感受野已经够大。",
            lambda s: _steps(s) + 1,
        ),
        Mistake(
            "The field does not double from layer to layer with stride and dilation 1.",
            "步长和膨胀率为 1 时感受野不会逐层加倍。",
            lambda s: _doublings(_steps(s)),
        ),
        Mistake(
            "A layer adds (k − 1)/2 on each side, so k − 1 in all.",
            "每层在每侧增加 (k − 1)/2，共增加 k − 1。",
            lambda s: -(-2 * (s.field - 1) // (s.kernel - 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LayersForField | None:
        return LayersForField(draw.integer(15, 90), draw.choice((3, 3, 5, 7)))

    def formula(self, s: LayersForField) -> int:
        return _steps(s) if s.growth == "none" else _doublings(_steps(s))

    def stem(self, s: LayersForField) -> Text:
        return _setting(s)

    def solution(self, s: LayersForField) -> Text:
        steps = rf"\lceil ({s.field} - 1)/({s.kernel} - 1) \rceil = {_steps(s)}"
        if s.growth == "none":
            return Text(
                f"The field is $1 + n({s.kernel} - 1)$: $n = {steps}$.",
                f"感受野为 $1 + n({s.kernel} - 1)$：$n = {steps}$。",
            )
        n = _doublings(_steps(s))
        reached = 1 + (s.kernel - 1) * (2**n - 1)
        return Text(
            rf"The layers add $({s.kernel} - 1) \cdot (1 + 2 + 4 + \ldots)$, so $2^n - 1 \ge {steps}$ must hold: $n = {n}$, with a "
            f"field of {reached}.",
            rf"各层共增加 $({s.kernel} - 1) \cdot (1 + 2 + 4 + \ldots)$，需要 $2^n - 1 \ge {steps}$：$n = {n}$，感受野为 {reached}。",
        )


class Doubling(Question[LayersForField]):
    """r = 1 + (k − 1)(2^n − 1), with the dilations 1, 2, 4, … as with stride 2 in every layer. Source: van den Oord et al. 2016,
    section 2.1; Araujo, Norris and Sim 2019."""

    spec = LayersForField
    answer = Integer()
    levels = (2,)
    find = "doubling"
    rule = r"the smallest $n$ with $1 + (k - 1)(2^n - 1) \ge R$"
    mistakes = (
        Mistake(
            "With stride 1 and dilation 1 it would be so; here the steps double from layer to layer.",
            "步长 1、膨胀率 1 时才是这样；这里每层的步幅加倍。",
            _steps,
        ),
        Mistake(
            "One layer too few: the dilations or jumps add up to 2ⁿ − 1, not 2ⁿ.",
            "少了一层：各层之和是 2ⁿ − 1，而不是 2ⁿ。",
            lambda s: _doublings(_steps(s)) - 1,
        ),
        Mistake(
            "The first layer has dilation 1 and nothing before it; one layer too many was counted.",
            "第一层的膨胀率为 1，之前也没有步长；多算了一层。",
            lambda s: _doublings(_steps(s)) + 1,
        ),
        Mistake(
            "The field was taken to be 2ⁿ, whatever the kernel.",
            "把感受野当成了 2ⁿ，与卷积核无关。",
            lambda s: (s.field - 1).bit_length(),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LayersForField | None:
        s = LayersForField(draw.integer(20, 1000), draw.choice((2, 3, 5, 7)), draw.choice(("dilation", "stride")))
        return s if _doublings(_steps(s)) > 2 else None

    def formula(self, s: LayersForField) -> int:
        return Layers().formula(s)

    def stem(self, s: LayersForField) -> Text:
        return _setting(s)

    def solution(self, s: LayersForField) -> Text:
        return Layers().solution(s)


def _per_cycle(s: CyclesForField) -> int:
    return (s.kernel - 1) * (2 * s.largest - 1)


class Cycles(Question[CyclesForField]):
    """Source: van den Oord et al. 2016, section 2.1: the dilations start again behind the largest."""

    spec = CyclesForField
    answer = Integer()
    levels = (3,)
    find = "cycles"
    rule = r"$n = \lceil (R - 1)/((k - 1)(2D - 1)) \rceil$, as $1 + 2 + 4 + \ldots + D = 2D - 1$"
    mistakes = (
        Mistake(
            "The dilations of a cycle add up to 2D − 1, not to D.",
            "一个循环的膨胀率之和是 2D − 1，而不是 D。",
            lambda s: -(-(s.field - 1) // ((s.kernel - 1) * s.largest)),
        ),
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: (s.field - 1) // _per_cycle(s),
        ),
        Mistake(
            "A layer adds d(k − 1), not d·k.",
            "每层增加 d(k − 1)，而不是 d·k。",
            lambda s: -(-(s.field - 1) // (s.kernel * (2 * s.largest - 1))),
        ),
        Mistake(
            "That is the number of layers, not of cycles.",
            "这是层数，不是循环数。",
            lambda s: -(-(s.field - 1) // _per_cycle(s)) * s.largest.bit_length(),
        ),
        Mistake(
            "One cycle too many was counted.", "多算了一个循环。", lambda s: -(-(s.field - 1) // _per_cycle(s)) + 1
        ),
    )

    def sample(self, draw: Draw, level: int) -> CyclesForField | None:
        kernel, largest = draw.choice((2, 3, 5)), draw.choice((4, 8, 16, 32, 64))
        cycle = (kernel - 1) * (2 * largest - 1)
        return CyclesForField(draw.integer(2 * cycle, min(9 * cycle, 3000)), kernel, largest)

    def formula(self, s: CyclesForField) -> int:
        return -(-(s.field - 1) // _per_cycle(s))

    def stem(self, s: CyclesForField) -> Text:
        return Text(
            f"Convolutions with kernels of {s.kernel} taps and stride 1 follow each other along a signal. In each cycle their dilations "
            f"double from 1 up to {s.largest}, then the next cycle starts with 1 again. How many whole cycles are needed at least "
            f"until the receptive field of a unit is {s.field} or more samples long?",
            f"对一维信号，卷积核为 {s.kernel} 个抽头、步长 1 的卷积依次相接。每个循环中膨胀率从 1 起逐层加倍到 {s.largest}，下一个循环"
            f"又从 1 开始。要使单元的感受野至少长 {s.field} 个采样点，最少需要多少个完整的循环？",
        )

    def solution(self, s: CyclesForField) -> Text:
        cycle = rf"({s.kernel} - 1) \cdot (2 \cdot {s.largest} - 1) = {_per_cycle(s)}"
        found = rf"\lceil ({s.field} - 1)/{_per_cycle(s)} \rceil = {self.formula(s)}"
        return Text(
            f"A cycle adds ${cycle}$.\n\nCycles: ${found}$.", f"一个循环增加 ${cycle}$。\n\n循环数：${found}$。"
        )


MODEL = ItemModel(
    name="layers_for_field",
    version=1,
    topic="receptive-field",
    title=Text("Layers needed for a receptive field", "达到给定感受野所需的层数"),
    questions=(Layers(), Doubling(), Cycles()),
)
