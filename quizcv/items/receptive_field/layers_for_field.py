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
        f"Convolutions with {s.kernel}×{s.kernel} kernels follow each other, with {en}. How many layers are needed at least for a "
        f"receptive field of {s.field} or more input pixels along one axis, from its first pixel to its last?",
        f"卷积核 {s.kernel}×{s.kernel} 的卷积依次相接，{zh}。要使感受野（从第一个像素到最后一个像素）至少宽 {s.field} 个输入像素，"
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
            "The field was divided by k; a layer adds k − 1 pixels, since neighbouring windows overlap.",
            "把感受野除以了 k；相邻窗口有重叠，每层只增加 k − 1 个像素。",
            lambda s: -(-s.field // s.kernel),
        ),
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: (s.field - 1) // (s.kernel - 1),
        ),
        Mistake(
            "One layer too many: without it the field is large enough.",
            "多了一层：少一层时感受野已经够大。",
            lambda s: _steps(s) + 1,
        ),
        Mistake(
            "The field was taken to double from layer to layer; with stride 1 and dilation 1 each layer adds k − 1.",
            "认为感受野逐层加倍；步长和膨胀率为 1 时每层只增加 k − 1。",
            lambda s: _doublings(_steps(s)),
        ),
        Mistake(
            "A layer was taken to add (k − 1)/2 pixels; it does so on each side, k − 1 in all.",
            "认为每层增加 (k − 1)/2 个像素；那只是一侧，两侧共增加 k − 1。",
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
    rule = Text(
        r"the smallest $n$ with $1 + (k - 1)(2^n - 1) \ge R$",
        r"满足 $1 + (k - 1)(2^n - 1) \ge R$ 的最小 $n$",
    )
    mistakes = (
        Mistake(
            "That holds with stride 1 and dilation 1; here the step doubles from layer to layer.",
            "只有步长 1、膨胀率 1 时才是这样；这里每一步对应的像素数逐层加倍。",
            _steps,
        ),
        Mistake(
            "One layer too few: the field is still too small; the logarithm must be rounded up.",
            "少了一层：感受野仍然不够；取对数后应向上取整。",
            lambda s: _doublings(_steps(s)) - 1,
        ),
        Mistake(
            "One layer too many: without it the field is large enough, as the first layer already adds k − 1.",
            "多了一层：少一层时感受野已经够大，因为第一层就增加了 k − 1。",
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
    """Source: van den Oord et al. 2016, section 2.1: the dilations start again after the largest."""

    spec = CyclesForField
    answer = Integer()
    levels = (3,)
    find = "cycles"
    rule = Text(
        r"$n = \lceil (R - 1)/((k - 1)(2D - 1)) \rceil$, as $1 + 2 + 4 + \ldots + D = 2D - 1$",
        r"$n = \lceil (R - 1)/((k - 1)(2D - 1)) \rceil$，因为 $1 + 2 + 4 + \ldots + D = 2D - 1$",
    )
    mistakes = (
        Mistake(
            "Only the largest dilation D was counted; the dilations of a cycle add up to 2D − 1.",
            "只算了最大的膨胀率 D；一个循环的膨胀率之和是 2D − 1。",
            lambda s: -(-(s.field - 1) // ((s.kernel - 1) * s.largest)),
        ),
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: (s.field - 1) // _per_cycle(s),
        ),
        Mistake(
            "A layer was taken to add d·k; it adds d(k − 1).",
            "认为每层增加 d·k；应为 d(k − 1)。",
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
            f"1-D convolutions with kernel size {s.kernel} and stride 1 follow each other. In each cycle their dilations "
            f"double from 1 up to {s.largest}, then the next cycle starts with 1 again. How many whole cycles are needed at least "
            f"for a receptive field of {s.field} or more samples?",
            f"卷积核大小为 {s.kernel}、步长 1 的一维卷积依次相接。每个循环中膨胀率从 1 起逐层加倍到 {s.largest}，下一个循环"
            f"又从 1 开始。要使感受野至少覆盖 {s.field} 个采样点，最少需要多少个完整的循环？",
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
