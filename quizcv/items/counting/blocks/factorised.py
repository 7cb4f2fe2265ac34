"""n×n convolutions factorised into 1×n and n×1."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    Counted,
    Part,
    biased,
    biases,
    sixteens,
    with_biases,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.dense_blocks import FactorisedConv, FactorisedSaving


def _weights(s: FactorisedConv | FactorisedSaving) -> int:
    return s.kernel * s.mid_channels * (s.in_channels + s.out_channels)


def _part(shape: str, taps: int, inputs: int, outputs: int) -> Part:
    return f"{shape}, {inputs}→{outputs}", f"{shape}，{inputs}→{outputs}", (taps, inputs, outputs)


class Params(Counted[FactorisedConv]):
    """Source: Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision", section 3.2."""

    spec = FactorisedConv
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$n C_1 C_m + n C_m C_2$", "$C_m + C_2$")
    mistakes = (
        Mistake(
            "Those are the parameters of the n×n convolution.",
            "这是 n×n 卷积的参数量。",
            lambda s: s.kernel**2 * s.in_channels * s.out_channels + s.bias * s.out_channels,
        ),
        Mistake(
            "Each kernel was counted with n² weights; it has n.",
            "每个卷积核按 n² 个权重计了；它只有 n 个。",
            lambda s: _weights(s) * s.kernel + s.bias * (s.mid_channels + s.out_channels),
        ),
        Mistake(
            "Only the first of the two convolutions was counted.",
            "只算了两个卷积中的第一个。",
            lambda s: s.kernel * s.in_channels * s.mid_channels + s.bias * s.mid_channels,
        ),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + s.mid_channels + s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> FactorisedConv | None:
        inputs, kernel = sixteens(draw, 16, 256), draw.choice((3, 5, 7))
        if level == 1:
            return FactorisedConv(inputs, inputs, inputs, kernel)
        return FactorisedConv(inputs, sixteens(draw, 16, 256), sixteens(draw, 16, 256), kernel, draw.chance(0.75))

    def parts(self, s: FactorisedConv) -> list[Part]:
        n = s.kernel
        found: list[Part] = [
            _part(f"1×{n}", n, s.in_channels, s.mid_channels),
            _part(f"{n}×1", n, s.mid_channels, s.out_channels),
        ]
        return [*found, biases(s.mid_channels, s.out_channels)] if s.bias else found

    def stem(self, s: FactorisedConv) -> Text:
        n, rule = s.kernel, biased(s.bias)
        return Text(
            f"A {n}×{n} convolution is factorised into a 1×{n} convolution {s.in_channels}→{s.mid_channels} and a {n}×1 "
            f"convolution {s.mid_channels}→{s.out_channels}, one behind the other. {rule.en} How many parameters do the "
            "two have together?",
            f"把 {n}×{n} 卷积分解为依次相连的 1×{n} 卷积 {s.in_channels}→{s.mid_channels} 和 {n}×1 卷积 "
            f"{s.mid_channels}→{s.out_channels}。{rule.zh}两者共有多少个参数？",
        )


class Saving(Question[FactorisedSaving]):
    """2/n of the weights where the channels stay."""

    spec = FactorisedSaving
    answer = Number(decimals=1, unit="%")
    levels = (3,)
    find = "saving"
    rule = r"$100 (1 - \frac{C_m (C_1 + C_2)}{n C_1 C_2})$"
    mistakes = (
        Mistake(
            "That is the percentage that is left, not the one saved.",
            "这是剩下的百分比，不是节省的百分比。",
            lambda s: 100 * _weights(s) / (s.kernel**2 * s.in_channels * s.out_channels),
        ),
        Mistake(
            "The channels were ignored: 2/n of the weights are left only if all three numbers of channels are the same.",
            "忽略了通道数：只有三个通道数都相同时才剩下 2/n。",
            lambda s: 100 * (1 - 2 / s.kernel),
        ),
        Mistake(
            "Only the first of the two convolutions was counted.",
            "只算了两个卷积中的第一个。",
            lambda s: 100 * (1 - s.mid_channels / (s.kernel * s.out_channels)),
        ),
        Mistake(
            "The saving was taken relative to the factorised convolutions; it is relative to the n×n convolution.",
            "以分解后的卷积为基准了；节省的比例应相对于 n×n 卷积。",
            lambda s: 100 * (s.kernel**2 * s.in_channels * s.out_channels / _weights(s) - 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FactorisedSaving | None:
        inputs, middle, outputs = (16 * draw.integer(1, 12) for _ in range(3))
        s = FactorisedSaving(inputs, middle, outputs, draw.choice((3, 5, 7)))
        return s if _weights(s) < s.kernel**2 * inputs * outputs else None

    def formula(self, s: FactorisedSaving) -> float:
        square = s.kernel**2 * s.in_channels * s.out_channels
        return 100 * (square - _weights(s)) / square

    def stem(self, s: FactorisedSaving) -> Text:
        n = s.kernel
        return Text(
            f"A {n}×{n} convolution {s.in_channels}→{s.out_channels} is replaced by a 1×{n} convolution "
            f"{s.in_channels}→{s.mid_channels} and a {n}×1 convolution {s.mid_channels}→{s.out_channels}. No convolution "
            "has a bias. What percentage of the weights is saved?",
            f"用 1×{n} 卷积 {s.in_channels}→{s.mid_channels} 和 {n}×1 卷积 {s.mid_channels}→{s.out_channels} 代替 {n}×{n} 卷积 "
            f"{s.in_channels}→{s.out_channels}。所有卷积均无偏置。节省了百分之多少的权重？",
        )

    def solution(self, s: FactorisedSaving) -> Text:
        n, square = s.kernel, s.kernel**2 * s.in_channels * s.out_channels
        large = rf"{n} \cdot {n} \cdot {s.in_channels} \cdot {s.out_channels} = {num(square)}"
        two = rf"{n} \cdot {s.in_channels} \cdot {s.mid_channels} + {n} \cdot {s.mid_channels} \cdot {s.out_channels}"
        two = f"{two} = {num(_weights(s))}"
        rest = rf"100 \cdot (1 - {num(_weights(s))} / {num(square)}) = {num(self.formula(s))}"
        return Text(
            f"{n}×{n}: ${large}$.\n\nFactorised: ${two}$.\n\nSaved: ${rest}$ %.",
            f"{n}×{n}：${large}$。\n\n分解后：${two}$。\n\n节省：${rest}$ %。",
        )


MODEL = ItemModel(
    name="factorised_conv",
    version=1,
    topic="counting",
    title=Text("Convolutions factorised into 1×n and n×1", "分解为 1×n 与 n×1 的卷积"),
    questions=(Params(), Saving()),
)
