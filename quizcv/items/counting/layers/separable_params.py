"""Parameters of a depthwise separable convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases, width
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.factored import SeparableParams, SeparableRatio, SeparableSaved


def depthwise_of(s: SeparableParams | SeparableRatio) -> int:
    return s.kernel**2 * s.in_channels


def pointwise_of(s: SeparableParams | SeparableRatio) -> int:
    return s.in_channels * s.out_channels


def ordinary_of(s: SeparableParams | SeparableRatio) -> int:
    return s.kernel**2 * s.in_channels * s.out_channels


def _biases(s: SeparableParams) -> int:
    return s.in_channels + s.out_channels if s.bias else 0


def separable_words(s: SeparableParams | SeparableRatio, bias: bool) -> Text:
    kernel, with_ = by(s.kernel, s.kernel), biases(bias)
    return Text(
        f"A depthwise separable convolution from {s.in_channels} to {s.out_channels} channels is a depthwise convolution with {kernel} "
        f"kernels (one for each input channel) and a 1×1 convolution behind it, both {with_.en}.",
        f"输入 {s.in_channels} 通道、输出 {s.out_channels} 通道的深度可分离卷积由 {kernel} "
        f"的深度卷积（每个输入通道一个卷积核）和其后的 1×1 卷积组成，两层都{with_.zh}。",
    )


def weight_steps(s: SeparableParams | SeparableRatio) -> str:
    """The weights of both layers, for within `$…$`."""
    one = rf"{s.kernel}^2 \cdot {num(s.in_channels)}"
    two = rf"{num(s.in_channels)} \cdot {num(s.out_channels)}"
    return f"{one} + {two} = {num(depthwise_of(s))} + {num(pointwise_of(s))} = {num(depthwise_of(s) + pointwise_of(s))}"


class Params(Question[SeparableParams]):
    """Source: Howard et al. 2017, MobileNets, section 3.1."""

    spec = SeparableParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 C_{in} + C_{in} C_{out}$, and with biases $C_{in} + C_{out}$ more",
        r"$k^2 C_{in} + C_{in} C_{out}$，带偏置时再加 $C_{in} + C_{out}$",
    )
    mistakes = (
        Mistake(
            "That is the ordinary convolution.",
            "这是普通卷积的参数量。",
            lambda s: ordinary_of(s) + (s.out_channels if s.bias else 0),
        ),
        Mistake(
            "The depthwise layer keeps the input channels; the 1×1 layer alone leads to the output channels.",
            "深度卷积保持输入通道数；只有 1×1 卷积改变通道数。",
            lambda s: s.kernel**2 * s.out_channels + pointwise_of(s) + _biases(s),
        ),
        Mistake(
            "The 1×1 layer was left out.",
            "漏了 1×1 卷积。",
            lambda s: depthwise_of(s) + (s.in_channels if s.bias else 0),
        ),
        Mistake(
            "The depthwise layer was left out.",
            "漏了深度卷积。",
            lambda s: pointwise_of(s) + (s.out_channels if s.bias else 0),
        ),
        Mistake(
            "The depthwise layer has biases too, one for each input channel.",
            "深度卷积也有偏置，每个输入通道一个。",
            lambda s: depthwise_of(s) + pointwise_of(s) + s.out_channels if s.bias else None,
        ),
        Mistake(
            "The biases were left out.", "漏了偏置。", lambda s: depthwise_of(s) + pointwise_of(s) if s.bias else None
        ),
        Mistake(
            "The layers have no biases.",
            "两层都没有偏置。",
            lambda s: None if s.bias else depthwise_of(s) + pointwise_of(s) + s.in_channels + s.out_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableParams | None:
        kernel = 3 if level == 1 else draw.choice((3, 5, 7))
        return SeparableParams(width(draw, level), width(draw, level), kernel, level == 2 and draw.chance(0.7))

    def formula(self, s: SeparableParams) -> int:
        return depthwise_of(s) + pointwise_of(s) + _biases(s)

    def stem(self, s: SeparableParams) -> Text:
        words = separable_words(s, s.bias)
        return Text(
            f"{words.en} How many learnable parameters do the two have together?",
            f"{words.zh}两层共有多少个可学习参数？",
        )

    def solution(self, s: SeparableParams) -> Text:
        en, zh = (
            f"Weights, depthwise and 1×1: ${weight_steps(s)}$.",
            f"权重（深度卷积与 1×1 卷积）：${weight_steps(s)}$。",
        )
        if not s.bias:
            return Text(en, zh)
        total = f"{num(depthwise_of(s) + pointwise_of(s))} + {num(s.in_channels)} + {num(s.out_channels)} = {num(self.formula(s))}"
        return Text(f"{en}\n\nWith the biases of both: ${total}$.", f"{zh}\n\n加上两层的偏置：${total}$。")


class Saved(Question[SeparableSaved]):
    """Against the ordinary convolution."""

    spec = SeparableSaved
    answer = Integer(signed=True)
    levels = (3,)
    find = "saved"
    rule = Text(
        r"$k^2 C_{in} C_{out} - (k^2 C_{in} + C_{in} C_{out})$, and with biases $C_{in}$ less",
        r"$k^2 C_{in} C_{out} - (k^2 C_{in} + C_{in} C_{out})$，带偏置时再减 $C_{in}$",
    )
    mistakes = (
        Mistake(
            "Those are the parameters that remain.",
            "这是剩下的参数量。",
            lambda s: depthwise_of(s) + pointwise_of(s) + _biases(s),
        ),
        Mistake(
            "Those are the parameters of the ordinary convolution.",
            "这是普通卷积的参数量。",
            lambda s: ordinary_of(s) + (s.out_channels if s.bias else 0),
        ),
        Mistake(
            "The 1×1 layer was left out.",
            "漏了 1×1 卷积。",
            lambda s: (
                ordinary_of(s) + (s.out_channels if s.bias else 0) - depthwise_of(s) - (s.in_channels if s.bias else 0)
            ),
        ),
        Mistake("The depthwise layer was left out.", "漏了深度卷积。", lambda s: ordinary_of(s) - pointwise_of(s)),
        Mistake(
            "The separable convolution has more biases than the ordinary one: those of its depthwise layer.",
            "可分离卷积比普通卷积多出深度卷积的偏置。",
            lambda s: ordinary_of(s) - depthwise_of(s) - pointwise_of(s) if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableSaved | None:
        return SeparableSaved(width(draw, 2), width(draw, 2), draw.choice((3, 5, 7)), draw.chance(0.5))

    def formula(self, s: SeparableSaved) -> int:
        return ordinary_of(s) - depthwise_of(s) - pointwise_of(s) - (s.in_channels if s.bias else 0)

    def stem(self, s: SeparableSaved) -> Text:
        words, with_ = separable_words(s, s.bias), biases(s.bias)
        return Text(
            f"{words.en} How many fewer learnable parameters does it have than the ordinary convolution (one group, {with_.en}) of the "
            "same kernel size and channels?",
            f"{words.zh}与卷积核尺寸和通道数相同的普通卷积（不分组，{with_.zh}）相比，它少了多少个可学习参数？",
        )

    def solution(self, s: SeparableSaved) -> Text:
        ordinary = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)}"
        full, few = ordinary_of(s), depthwise_of(s) + pointwise_of(s)
        if s.bias:
            ordinary += f" + {num(s.out_channels)}"
            full, few = full + s.out_channels, few + _biases(s)
        last = f"{num(full)} - {num(few)} = {num(self.formula(s))}"
        extra = Text("", "")
        if s.bias:
            steps = f"{num(few - _biases(s))} + {num(s.in_channels)} + {num(s.out_channels)} = {num(few)}"
            extra = Text(f", with biases ${steps}$", f"，加上偏置 ${steps}$")
        return Text(
            f"Ordinary: ${ordinary} = {num(full)}$.\n\nSeparable: ${weight_steps(s)}${extra.en}.\n\nSaved: ${last}$.",
            f"普通卷积：${ordinary} = {num(full)}$。\n\n可分离卷积：${weight_steps(s)}${extra.zh}。\n\n节省：${last}$。",
        )


MODEL = ItemModel(
    name="separable_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a depthwise separable convolution", "深度可分离卷积的参数量"),
    questions=(Params(), Saved()),
)
