"""Batch norm in evaluation: with the running statistics, and folded into the convolution before it."""

from __future__ import annotations

import math
from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import EPS
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import BatchNormEval, BatchNormEvalInput, FoldedBias, FoldedGamma, FoldedWeight

SQUARES = (0.25, 1.0, 4.0, 9.0, 16.0)


def given(s: Any) -> Text:
    """The state of the layer."""
    parts = (
        f"running_mean {num(s.running_mean)}, running_var {num(s.running_var)}",
        rf"$\gamma$ = {num(s.gamma)}, $\beta$ = {num(s.beta)}, $\epsilon$ = ${num(s.eps)}$",
    )
    return Text(", ".join(parts), "，".join(part.replace(", ", "，") for part in parts))


def _std(s: Any) -> float:
    return math.sqrt(s.running_var + s.eps)


def _root(s: Any) -> str:
    return rf"\sqrt{{{num(s.running_var)} + {num(s.eps)}}}"


def _draw_state(draw: Draw, level: int) -> tuple[float, float, float, float]:
    """running_mean, running_var, γ, β."""
    if level == 1:
        gamma, beta = draw.choice((0.5, 2.0, 3.0, -1.0)), draw.decimal(-2, 2, 0)
        return draw.decimal(-4, 4, 0), draw.choice(SQUARES), gamma, beta
    return draw.decimal(-3, 3, 1), draw.decimal(0.2, 6, 1), draw.decimal(-2, 2, 1), draw.decimal(-2, 2, 1)


BY_VARIANCE = ("Divide by the standard deviation, not by the variance.", "应除以标准差，而不是方差。")


class Eval(Question[BatchNormEval]):
    """Source: documentation of torch.nn.BatchNorm2d."""

    spec = BatchNormEval
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$y = \gamma (x - \mu_r)/\sqrt{\sigma^2_r + \epsilon} + \beta$"
    mistakes = (
        Mistake(
            *BY_VARIANCE,
            lambda s: s.gamma * (s.x - s.running_mean) / (s.running_var + s.eps) + s.beta,
        ),
        Mistake("The mean was not subtracted.", "没有减去均值。", lambda s: s.gamma * s.x / _std(s) + s.beta),
        Mistake("γ and β were left out.", "漏掉了 γ 和 β。", lambda s: (s.x - s.running_mean) / _std(s)),
        Mistake(
            "β is added after scaling with γ.",
            "β 在乘以 γ 之后才加。",
            lambda s: s.gamma * ((s.x - s.running_mean) / _std(s) + s.beta),
        ),
        Mistake(
            "In evaluation the layer still normalises, with its running statistics.",
            "评估时该层仍做归一化，用的是运行统计量。",
            lambda s: s.gamma * s.x + s.beta,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormEval | None:
        state = _draw_state(draw, level)
        x = draw.decimal(-5, 5, 0 if level == 1 else 1)
        return BatchNormEval(x, *state, EPS) if x != state[0] and state[2] != 0 else None

    def formula(self, s: BatchNormEval) -> float:
        return s.gamma * (s.x - s.running_mean) / math.sqrt(s.running_var + s.eps) + s.beta

    def stem(self, s: BatchNormEval) -> Text:
        state = given(s)
        return Text(
            f"After `model.eval()` a batch norm layer of PyTorch has, for one channel, {state.en}. What does it make of the input "
            f"{num(s.x)}?",
            f"调用 `model.eval()` 之后，PyTorch 的批归一化层某通道的参数为：{state.zh}。输入 {num(s.x)} 时输出是多少？",
        )

    def solution(self, s: BatchNormEval) -> Text:
        steps = rf"{num(s.gamma)} \cdot ({num(s.x)} - {signed(s.running_mean)})/{_root(s)} + {signed(s.beta)}"
        return Text(
            f"The running statistics take the place of the batch's: ${steps} = {num(self.formula(s))}$.",
            f"用运行统计量代替当前批的统计量：${steps} = {num(self.formula(s))}$。",
        )


class Input(Question[BatchNormEvalInput]):
    """The layer solved for its input."""

    spec = BatchNormEvalInput
    answer = Number(decimals=3)
    levels = (3,)
    find = "x"
    rule = r"$x = \mu_r + (y - \beta) \sqrt{\sigma^2_r + \epsilon}/\gamma$"
    mistakes = (
        Mistake(
            "The layer was applied instead of undone.",
            "这是正向计算，而不是反推。",
            lambda s: s.gamma * (s.y - s.running_mean) / _std(s) + s.beta,
        ),
        Mistake(
            "The standard deviation is needed, not the variance.",
            "这里要用标准差，而不是方差。",
            lambda s: s.running_mean + (s.y - s.beta) * (s.running_var + s.eps) / s.gamma,
        ),
        Mistake("β was left out.", "漏掉了 β。", lambda s: s.running_mean + s.y * _std(s) / s.gamma),
        Mistake("The mean was left out.", "漏掉了均值。", lambda s: (s.y - s.beta) * _std(s) / s.gamma),
        Mistake(
            "The scale γ must be divided out.",
            "应除以 γ。",
            lambda s: s.running_mean + (s.y - s.beta) * _std(s) * s.gamma,
        ),
        Mistake(
            "The mean is added when the layer is undone.",
            "反推时应加上均值。",
            lambda s: (s.y - s.beta) * _std(s) / s.gamma - s.running_mean,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormEvalInput | None:
        state = _draw_state(draw, level)
        y = draw.choice((0.0, draw.decimal(-3, 3, 1)))
        return BatchNormEvalInput(y, *state, EPS) if abs(state[2]) >= 0.3 and y != state[3] else None

    def formula(self, s: BatchNormEvalInput) -> float:
        return s.running_mean + (s.y - s.beta) * math.sqrt(s.running_var + s.eps) / s.gamma

    def stem(self, s: BatchNormEvalInput) -> Text:
        state = given(s)
        return Text(
            f"After `model.eval()` a batch norm layer of PyTorch has, for one channel, {state.en}. For which input is its output "
            f"{num(s.y)}?",
            f"调用 `model.eval()` 之后，PyTorch 的批归一化层某通道的参数为：{state.zh}。输入为多少时输出为 {num(s.y)}？",
        )

    def solution(self, s: BatchNormEvalInput) -> Text:
        steps = rf"{num(s.running_mean)} + ({num(s.y)} - {signed(s.beta)}) \cdot {_root(s)} / {signed(s.gamma)}"
        return Text(
            f"Undo shift, scale, division and mean, in this order: ${steps} = {num(self.formula(s))}$.",
            f"依次去掉平移、缩放、除法和均值：${steps} = {num(self.formula(s))}$。",
        )


def _conv(s: FoldedWeight) -> Text:
    state = given(s)
    return Text(
        f"A convolution has a weight {num(s.weight)} and the bias {num(s.bias)} for some output channel. The batch norm behind it has, for "
        f"this channel, {state.en}. In evaluation it is folded into the convolution.",
        f"某卷积层的一个输出通道有一个权重 {num(s.weight)}，偏置为 {num(s.bias)}。其后的批归一化层在该通道的参数为：{state.zh}。"
        "评估时把批归一化折叠进卷积。",
    )


def _draw_conv(draw: Draw, level: int) -> tuple[float, ...] | None:
    weight, bias, state = draw.decimal(-2, 2, 1), draw.decimal(-2, 2, 1), _draw_state(draw, level)
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
        Mistake("γ was left out.", "漏掉了 γ。", lambda s: s.weight / _std(s)),
        Mistake("The weight is divided by the standard deviation.", "权重应除以标准差。", lambda s: s.weight * s.gamma),
        Mistake(
            "The mean goes into the bias, not into the weights.",
            "均值归入偏置，不归入权重。",
            lambda s: (s.weight - s.running_mean) * s.gamma / _std(s),
        ),
        Mistake(
            "β goes into the bias, not into the weights.",
            "β 归入偏置，不归入权重。",
            lambda s: s.weight * s.gamma / _std(s) + s.beta,
        ),
        Mistake(
            "It was multiplied by the standard deviation.", "误乘了标准差。", lambda s: s.weight * s.gamma * _std(s)
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
        steps = rf"{num(s.weight)} \cdot {signed(s.gamma)} / {_root(s)} = {num(self.formula(s))}"
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
            lambda s: s.bias * s.gamma / _std(s) + s.beta,
        ),
        Mistake(
            "The old bias passes through the layer too.",
            "原来的偏置也要经过批归一化。",
            lambda s: s.beta - s.running_mean * s.gamma / _std(s),
        ),
        Mistake(
            "The old bias is scaled like everything else.",
            "原来的偏置同样要缩放。",
            lambda s: s.bias - s.running_mean * s.gamma / _std(s) + s.beta,
        ),
        Mistake(*BY_VARIANCE, lambda s: (s.bias - s.running_mean) * s.gamma / (s.running_var + s.eps) + s.beta),
        Mistake("β was left out.", "漏掉了 β。", lambda s: (s.bias - s.running_mean) * s.gamma / _std(s)),
        Mistake(
            "The mean is subtracted, not added.",
            "均值应减去，而不是加上。",
            lambda s: (s.bias + s.running_mean) * s.gamma / _std(s) + s.beta,
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
            rf"({num(s.bias)} - {signed(s.running_mean)}) \cdot {signed(s.gamma)} / {_root(s)} + {signed(s.beta)} "
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
        Mistake("The fraction is upside down.", "分子和分母颠倒了。", lambda s: s.weight / s.folded * _std(s)),
        Mistake("It was divided by the standard deviation.", "误除以标准差。", lambda s: s.folded / s.weight / _std(s)),
    )

    def sample(self, draw: Draw, level: int) -> FoldedGamma | None:
        weight, folded = draw.decimal(-2, 2, 1), draw.decimal(-3, 3, 1)
        if min(abs(weight), abs(folded)) < 0.2 or weight == folded:
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
        steps = rf"\gamma = {num(s.folded)} / {signed(s.weight)} \cdot {_root(s)} = {num(self.formula(s))}"
        return Text(
            rf"From $w' = w \gamma/\sqrt{{\sigma^2 + \epsilon}}$: ${steps}$.",
            rf"由 $w' = w \gamma/\sqrt{{\sigma^2 + \epsilon}}$ 得 ${steps}$。",
        )


MODELS = (
    ItemModel(
        name="batch_norm_eval",
        version=1,
        topic="regularisation",
        title=Text("Batch norm in evaluation", "评估时的批归一化"),
        questions=(Eval(), Input()),
    ),
    ItemModel(
        name="batch_norm_fold",
        version=1,
        topic="regularisation",
        title=Text("Folding batch norm into a convolution", "把批归一化折叠进卷积"),
        questions=(Weight(), Bias(), Gamma()),
    ),
)
