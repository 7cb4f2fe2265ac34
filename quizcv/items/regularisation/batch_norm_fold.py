"""Batch norm folded into the convolution before it."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import EPS
from quizcv.items.regularisation.batch_norm_eval import BY_VARIANCE, draw_state, given, root, std
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import FoldedBias, FoldedGamma, FoldedWeight


def _conv(s: FoldedWeight) -> Text:
    state = given(s)
    return Text(
        f"A convolution has a weight {num(s.weight)} and the bias {num(s.bias)} for some output channel. The batch norm behind it has, for "
        f"this channel, {state.en}. In evaluation it is folded into the convolution.",
        f"某卷积层的一个输出通道有一个权重 {num(s.weight)}，偏置为 {num(s.bias)}。其后的批归一化层在该通道的参数为：{state.zh}。"
        "评估时把批归一化折叠进卷积。",
    )


def _draw_conv(draw: Draw, level: int) -> tuple[float, ...] | None:
    weight, bias, state = draw.decimal(-2, 2, 1), draw.decimal(-2, 2, 1), draw_state(draw, level)
    usable = abs(weight) >= 0.2 and abs(state[2]) >= 0.2 and state[2] != 1 and state[0] != 0 and bias != 0
    return (weight, bias, *state, EPS) if usable else None


class Weight(Question[FoldedWeight]):
    """Source: torch.nn.utils.fusion.fuse_conv_bn_weights."""

    spec = FoldedWeight
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$w' = w \gamma/\sqrt{\sigma^2 + \epsilon}$, $b' = (b - \mu) \gamma/\sqrt{\sigma^2 + \epsilon} + \beta$"
    mistakes = (
        Mistake(*BY_VARIANCE, lambda s: s.weight * s.gamma / (s.running_var + s.eps)),
        Mistake("γ was left out.", "漏掉了 γ。", lambda s: s.weight / std(s)),
        Mistake("The weight is divided by the standard deviation.", "权重应除以标准差。", lambda s: s.weight * s.gamma),
        Mistake(
            "The mean goes into the bias, not into the weights.",
            "均值归入偏置，不归入权重。",
            lambda s: (s.weight - s.running_mean) * s.gamma / std(s),
        ),
        Mistake(
            "β goes into the bias, not into the weights.",
            "β 归入偏置，不归入权重。",
            lambda s: s.weight * s.gamma / std(s) + s.beta,
        ),
        Mistake(
            "It was multiplied by the standard deviation.", "误乘了标准差。", lambda s: s.weight * s.gamma * std(s)
        ),
    )

    def sample(self, draw: Draw, level: int) -> FoldedWeight | None:
        drawn = _draw_conv(draw, level)
        return FoldedWeight(*drawn) if drawn else None

    def formula(self, s: FoldedWeight) -> float:
        return s.weight * s.gamma / math.sqrt(s.running_var + s.eps)

    def stem(self, s: FoldedWeight) -> Text:
        conv = _conv(s)
        return Text(f"{conv.en} What becomes of the weight?", f"{conv.zh}该权重变为多少？")

    def solution(self, s: FoldedWeight) -> Text:
        steps = rf"{num(s.weight)} \cdot {signed(s.gamma)} / {root(s)} = {num(self.formula(s))}"
        rest = f"{num(s.bias)}, {num(s.running_mean)}, {num(s.beta)}"
        return Text(
            f"${steps}$\n\nBias, mean and β ({rest}) only enter the new bias.",
            f"${steps}$\n\n偏置、均值和 β（{rest}）只影响新的偏置。",
        )


class Bias(Question[FoldedBias]):
    """The other half of the folding."""

    spec = FoldedBias
    answer = Number(decimals=3)
    levels = (2,)
    find = "bias"
    rule = r"$b' = (b - \mu) \gamma/\sqrt{\sigma^2 + \epsilon} + \beta$"
    mistakes = (
        Mistake(
            "The mean has to be subtracted from the bias before it is scaled.",
            "偏置要先减去均值，再缩放。",
            lambda s: s.bias * s.gamma / std(s) + s.beta,
        ),
        Mistake(
            "The old bias passes through the layer too.",
            "原来的偏置也要经过批归一化。",
            lambda s: s.beta - s.running_mean * s.gamma / std(s),
        ),
        Mistake(
            "The old bias is scaled like everything else.",
            "原来的偏置同样要缩放。",
            lambda s: s.bias - s.running_mean * s.gamma / std(s) + s.beta,
        ),
        Mistake(*BY_VARIANCE, lambda s: (s.bias - s.running_mean) * s.gamma / (s.running_var + s.eps) + s.beta),
        Mistake("β was left out.", "漏掉了 β。", lambda s: (s.bias - s.running_mean) * s.gamma / std(s)),
        Mistake(
            "The mean is subtracted, not added.",
            "均值应减去，而不是加上。",
            lambda s: (s.bias + s.running_mean) * s.gamma / std(s) + s.beta,
        ),
    )

    def sample(self, draw: Draw, level: int) -> FoldedBias | None:
        drawn = _draw_conv(draw, level)
        return FoldedBias(*drawn) if drawn else None

    def formula(self, s: FoldedBias) -> float:
        return (s.bias - s.running_mean) * s.gamma / math.sqrt(s.running_var + s.eps) + s.beta

    def stem(self, s: FoldedBias) -> Text:
        conv = _conv(s)
        return Text(f"{conv.en} What is the bias then?", f"{conv.zh}新的偏置是多少？")

    def solution(self, s: FoldedBias) -> Text:
        steps = (
            rf"({num(s.bias)} - {signed(s.running_mean)}) \cdot {signed(s.gamma)} / {root(s)} + {signed(s.beta)} "
            rf"= {num(self.formula(s))}"
        )
        return Text(
            f"The bias passes through the layer like any value; the weight {num(s.weight)} does not matter: ${steps}$.",
            f"偏置和其他值一样经过该层，与权重 {num(s.weight)} 无关：${steps}$。",
        )


class Gamma(Question[FoldedGamma]):
    """The folding solved for γ."""

    spec = FoldedGamma
    answer = Number(decimals=3)
    levels = (3,)
    find = "gamma"
    rule = r"$\gamma = (w'/w) \sqrt{\sigma^2 + \epsilon}$"
    mistakes = (
        Mistake("That is w'/w alone.", "这只是 w'/w。", lambda s: s.folded / s.weight),
        Mistake(
            "The standard deviation is needed, not the variance.",
            "这里要用标准差，而不是方差。",
            lambda s: s.folded / s.weight * (s.running_var + s.eps),
        ),
        Mistake("The fraction is upside down.", "分子和分母颠倒了。", lambda s: s.weight / s.folded * std(s)),
        Mistake("It was divided by the standard deviation.", "误除以标准差。", lambda s: s.folded / s.weight / std(s)),
    )

    def sample(self, draw: Draw, level: int) -> FoldedGamma | None:
        weight, folded = draw.decimal(-2, 2, 1), draw.decimal(-3, 3, 1)
        if min(abs(weight), abs(folded)) < 0.2 or abs(folded) > 3 * abs(weight) or weight == folded:
            return None
        return FoldedGamma(weight, folded, draw.decimal(0.2, 6, 1), EPS)

    def formula(self, s: FoldedGamma) -> float:
        return s.folded / s.weight * math.sqrt(s.running_var + s.eps)

    def stem(self, s: FoldedGamma) -> Text:
        return Text(
            f"A batch norm with running_var {num(s.running_var)} and $\\epsilon$ = ${num(s.eps)}$ for some channel was folded into the "
            f"convolution before it. This turned a weight {num(s.weight)} of the channel into {num(s.folded)}. What was γ?",
            f"某通道的批归一化（running_var 为 {num(s.running_var)}，$\\epsilon$ = ${num(s.eps)}$）被折叠进它前面的卷积，"
            f"使该通道的一个权重由 {num(s.weight)} 变为 {num(s.folded)}。γ 是多少？",
        )

    def solution(self, s: FoldedGamma) -> Text:
        steps = rf"\gamma = {num(s.folded)} / {signed(s.weight)} \cdot {root(s)} = {num(self.formula(s))}"
        return Text(
            rf"From $w' = w \gamma/\sqrt{{\sigma^2 + \epsilon}}$: ${steps}$.",
            rf"由 $w' = w \gamma/\sqrt{{\sigma^2 + \epsilon}}$ 得 ${steps}$。",
        )


MODEL = ItemModel(
    name="batch_norm_fold",
    version=1,
    topic="regularisation",
    title=Text("Folding batch norm into a convolution", "把批归一化折叠进卷积"),
    questions=(Weight(), Bias(), Gamma()),
)
