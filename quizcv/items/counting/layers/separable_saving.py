"""What a depthwise separable convolution saves, as a ratio."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.counting.layers._words import SIDES
from quizcv.items.counting.layers.separable_params import (
    depthwise_of,
    ordinary_of,
    pointwise_of,
    separable_words,
    weight_steps,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.factored import SeparableFactor, SeparableRatio, SeparableWidth

_WIDTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 512)


class Ratio(Question[SeparableRatio]):
    """Source: Howard et al. 2017, MobileNets, section 3.1: 1/N + 1/k²."""

    spec = SeparableRatio
    answer = Number(decimals=4)
    levels = (1,)
    rule = r"$\frac{1}{C_{out}} + \frac{1}{k^2}$"
    mistakes = (
        Mistake("The 1×1 layer was left out.", "漏了 1×1 卷积。", lambda s: 1 / s.out_channels),
        Mistake("The depthwise layer was left out.", "漏了深度卷积。", lambda s: 1 / s.kernel**2),
        Mistake(
            "The number of channels in the ratio is that of the output, not of the input.",
            "比值中的通道数是输出通道数，而不是输入通道数。",
            lambda s: 1 / s.in_channels + 1 / s.kernel**2,
        ),
        Mistake("A k×k kernel has k² taps.", "k×k 的卷积核有 k² 个权重。", lambda s: 1 / s.out_channels + 1 / s.kernel),
        Mistake(
            "That is the share saved, not the share that remains.",
            "这是节省的比例，而不是剩下的比例。",
            lambda s: 1 - 1 / s.out_channels - 1 / s.kernel**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableRatio | None:
        inputs, outputs = draw.sample(_WIDTHS, 2)
        return SeparableRatio(inputs, outputs, draw.choice((3, 5, 7)))

    def formula(self, s: SeparableRatio) -> float:
        return 1 / s.out_channels + 1 / s.kernel**2

    def stem(self, s: SeparableRatio) -> Text:
        words = separable_words(s, bias=False)
        return Text(
            f"{words.en} What is the ratio of its number of weights to that of the ordinary convolution (one group, same kernel size "
            "and channels, no biases)?",
            f"{words.zh}它的权重数与普通卷积（不分组，卷积核尺寸和通道数相同，无偏置）的权重数之比是多少？",
        )

    def solution(self, s: SeparableRatio) -> Text:
        ordinary = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} = {num(ordinary_of(s))}"
        ratio = rf"\frac{{1}}{{{s.out_channels}}} + \frac{{1}}{{{s.kernel}^2}} = {num(self.formula(s))}"
        return Text(
            f"Separable: ${weight_steps(s)}$ weights. Ordinary: ${ordinary}$.\n\nTheir ratio: ${ratio}$.",
            f"可分离卷积：${weight_steps(s)}$ 个权重。普通卷积：${ordinary}$。\n\n比值：${ratio}$。",
        )


def _parts(s: SeparableFactor) -> tuple[int, int, int]:
    positions = s.out_size**2
    return ordinary_of(s) * positions, depthwise_of(s) * positions, pointwise_of(s) * positions


class Factor(Question[SeparableFactor]):
    """The same for multiply-accumulates, the other way round."""

    spec = SeparableFactor
    answer = Number(decimals=2)
    levels = (2,)
    find = "factor"
    rule = Text(
        r"$\frac{k^2 C_{out}}{k^2 + C_{out}}$: the size of the map does not matter",
        r"$\frac{k^2 C_{out}}{k^2 + C_{out}}$，与特征图尺寸无关",
    )
    mistakes = (
        Mistake(
            "That leaves the 1×1 layer out.",
            "这漏了 1×1 卷积。",
            lambda s: float(s.out_channels),
        ),
        Mistake("That leaves the depthwise layer out.", "这漏了深度卷积。", lambda s: float(s.kernel**2)),
        Mistake(
            "That is the inverse, the share that remains.",
            "这是倒数，即剩下的比例。",
            lambda s: 1 / s.out_channels + 1 / s.kernel**2,
        ),
        Mistake(
            "A k×k kernel has k² taps.",
            "k×k 的卷积核有 k² 个权重。",
            lambda s: s.kernel * s.out_channels / (s.kernel + s.out_channels),
        ),
        Mistake(
            "The depthwise layer has the input channels, not the output channels.",
            "深度卷积的通道数是输入通道数，而不是输出通道数。",
            lambda s: s.kernel**2 * s.in_channels / (s.kernel**2 + s.in_channels),
        ),
        Mistake(
            "The factors of the two layers were added; it is their costs that add up, in the denominator.",
            "把两层各自的倍数相加了；应在分母中把两层的开销相加。",
            lambda s: float(s.out_channels + s.kernel**2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableFactor | None:
        inputs, outputs = draw.sample(_WIDTHS, 2)
        return SeparableFactor(inputs, outputs, draw.choice((3, 5, 7)), draw.choice(SIDES))

    def formula(self, s: SeparableFactor) -> float:
        return s.kernel**2 * s.out_channels / (s.kernel**2 + s.out_channels)

    def stem(self, s: SeparableFactor) -> Text:
        words, side = separable_words(s, bias=False), by(s.out_size, s.out_size)
        return Text(
            f"{words.en} Both layers give maps of {side}. What is the ratio of the multiply-accumulates (MACs) of the ordinary "
            "convolution (one group, same kernel size, channels and output map) to those of the separable one, padding taps counted?",
            f"{words.zh}两层的输出特征图均为 {side}。普通卷积（不分组，卷积核尺寸、"
            "通道数和输出特征图相同）的乘加次数（MAC）是它的多少倍？填充处计入。",
        )

    def solution(self, s: SeparableFactor) -> Text:
        ordinary, depthwise, pointwise = _parts(s)
        full = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} \cdot {s.out_size}^2 = {num(ordinary)}"
        few = f"{num(depthwise)} + {num(pointwise)} = {num(depthwise + pointwise)}"
        ratio = f"{num(ordinary)} / {num(depthwise + pointwise)} = {num(self.formula(s))}"
        return Text(
            f"Ordinary: ${full}$ MACs. Separable: ${few}$.\n\nFactor: ${ratio}$.",
            f"普通卷积：${full}$ 次乘加。可分离卷积：${few}$ 次。\n\n倍数：${ratio}$。",
        )


class Width(Question[SeparableWidth]):
    """Source: Howard et al. 2017, MobileNets, section 3.3."""

    spec = SeparableWidth
    answer = Number(decimals=4)
    levels = (3,)
    find = "width"
    rule = Text(
        r"$\frac{\alpha}{C_{out}} + \frac{\alpha^2}{k^2}$ with width multiplier $\alpha$",
        r"$\frac{\alpha}{C_{out}} + \frac{\alpha^2}{k^2}$，$\alpha$ 为宽度乘数",
    )
    mistakes = (
        Mistake("The width multiplier was left out.", "漏了宽度乘数。", lambda s: 1 / s.out_channels + 1 / s.kernel**2),
        Mistake(
            "The 1×1 layer has fewer input and fewer output channels: its weights shrink by α².",
            "1×1 卷积的输入、输出通道都减少：权重变为 α² 倍。",
            lambda s: s.width * (1 / s.out_channels + 1 / s.kernel**2),
        ),
        Mistake(
            "The depthwise layer has one kernel for each channel: its weights shrink by α, not by α².",
            "深度卷积每个通道一个卷积核：权重变为 α 倍，而不是 α² 倍。",
            lambda s: s.width**2 * (1 / s.out_channels + 1 / s.kernel**2),
        ),
        Mistake(
            "That is what width alone does to the 1×1 layer, α².",
            "这只是宽度乘数对 1×1 卷积的影响 α²。",
            lambda s: s.width**2,
        ),
        Mistake("The depthwise layer was left out.", "漏了深度卷积。", lambda s: s.width**2 / s.kernel**2),
    )

    def sample(self, draw: Draw, level: int) -> SeparableWidth | None:
        inputs, outputs = draw.sample((16, 24, 32, 48, 64, 96, 128, 256), 2)
        return SeparableWidth(inputs, outputs, draw.choice((3, 5)), draw.choice((0.25, 0.5, 0.75)))

    def formula(self, s: SeparableWidth) -> float:
        return s.width / s.out_channels + s.width**2 / s.kernel**2

    def stem(self, s: SeparableWidth) -> Text:
        words = separable_words(s, bias=False)
        return Text(
            f"{words.en} A width multiplier of {num(s.width)} scales both numbers of channels. What is the ratio of the number of "
            "weights it has then to that of the ordinary convolution at full width (one group, same kernel size, no biases)?",
            f"{words.zh}宽度乘数 {num(s.width)} 使其输入、输出通道数都乘以该数。变窄后的权重数与全宽的普通卷积（不分组，"
            "卷积核尺寸相同，无偏置）的权重数之比是多少？",
        )

    def solution(self, s: SeparableWidth) -> Text:
        inputs, outputs = round(s.width * s.in_channels), round(s.width * s.out_channels)
        few = (
            rf"{s.kernel}^2 \cdot {inputs} + {inputs} \cdot {outputs} = {num(s.kernel**2 * inputs + inputs * outputs)}"
        )
        full = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} = {num(ordinary_of(s))}"
        width = num(s.width)
        ratio = rf"\frac{{{width}}}{{{s.out_channels}}} + \frac{{{width}^2}}{{{s.kernel}^2}} = {num(self.formula(s))}"
        return Text(
            f"Thinned, from {inputs} to {outputs} channels: ${few}$ weights. Ordinary: ${full}$.\n\nRatio: ${ratio}$.",
            f"变窄后从 {inputs} 通道到 {outputs} 通道：${few}$ 个权重。普通卷积：${full}$。\n\n比值：${ratio}$。",
        )


MODEL = ItemModel(
    name="separable_saving",
    version=1,
    topic="counting",
    title=Text("What a depthwise separable convolution saves", "深度可分离卷积节省多少"),
    questions=(Ratio(), Factor(), Width()),
)
