"""Inception modules: parameters, output channels, cost."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    FLOPS,
    Counted,
    Part,
    biased,
    biases,
    conv,
    weights,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.branch_blocks import InceptionChannels, InceptionMacs, InceptionParams

NO_POOL = ("The 1×1 convolution behind the pooling was left out.", "漏了池化之后的 1×1 卷积。")
NO_REDUCTION = (
    "The 3×3 and 5×5 convolutions were taken to read the module's input; they read what the 1×1 reductions give.",
    "3×3 和 5×5 卷积按模块的输入通道计了；它们读的是 1×1 压缩之后的通道。",
)
ONLY_LAST = (
    "The two 1×1 reductions were left out.",
    "漏了两个 1×1 压缩卷积。",
)


def _widths(draw: Draw, step: int) -> tuple[int, int, int, int, int, int, int]:
    """Of a module: input, 1×1, reduction and 3×3, reduction and 5×5, pooling; more 3×3 than 5×5, as in the paper."""
    reduce3, reduce5 = step * draw.integer(3, 8), step // 2 * draw.integer(1, 4)
    return (
        step * draw.integer(10, 32),
        step * draw.integer(2, 10),
        reduce3,
        reduce3 * 3 // 2 if draw.chance(0.5) else 2 * reduce3,
        reduce5,
        2 * reduce5 if draw.chance(0.6) else 3 * reduce5,
        step * draw.integer(1, 5),
    )


def _parts(s: InceptionChannels) -> list[Part]:
    return [
        conv(s.in_channels, s.out1),
        conv(s.in_channels, s.reduce3),
        conv(s.reduce3, s.out3, 3),
        conv(s.in_channels, s.reduce5),
        conv(s.reduce5, s.out5, 5),
        conv(s.in_channels, s.pool_proj),
    ]


def _weights(s: InceptionChannels) -> int:
    ones = s.in_channels * (s.out1 + s.reduce3 + s.reduce5 + s.pool_proj)
    return ones + weights(s.reduce3, s.out3, 3) + weights(s.reduce5, s.out5, 5)


def _unreduced(s: InceptionChannels) -> int:
    """The reductions there, but ignored as inputs of the large kernels."""
    ones = s.in_channels * (s.out1 + s.reduce3 + s.reduce5 + s.pool_proj)
    return ones + weights(s.in_channels, s.out3, 3) + weights(s.in_channels, s.out5, 5)


def _filters(s: InceptionChannels) -> int:
    return s.out1 + s.reduce3 + s.out3 + s.reduce5 + s.out5 + s.pool_proj


def _module(s: InceptionChannels) -> Text:
    return Text(
        f"An inception module reads {s.in_channels} channels. Its four branches are: {s.out1} filters of 1×1; {s.reduce3} "
        f"filters of 1×1, then {s.out3} of 3×3; {s.reduce5} filters of 1×1, then {s.out5} of 5×5; 3×3 max pooling, then "
        f"{s.pool_proj} filters of 1×1. Their outputs are concatenated.",
        f"一个 inception 模块输入 {s.in_channels} 个通道，含四个分支：{s.out1} 个 1×1 滤波器；{s.reduce3} 个 1×1，"
        f"再 {s.out3} 个 3×3；{s.reduce5} 个 1×1，再 {s.out5} 个 5×5；3×3 最大池化，再 {s.pool_proj} 个 1×1。"
        "各分支的输出拼接。",
    )


class Params(Counted[InceptionParams]):
    """Source: Szegedy et al. 2015, "Going Deeper with Convolutions", table 1."""

    spec = InceptionParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        "$C (n_1 + r_3 + r_5 + n_p) + 9 r_3 n_3 + 25 r_5 n_5$, and with biases one more per filter",
        "$C (n_1 + r_3 + r_5 + n_p) + 9 r_3 n_3 + 25 r_5 n_5$；有偏置时每个滤波器再加 1",
    )
    mistakes = (
        Mistake(*NO_REDUCTION, lambda s: _unreduced(s) + s.bias * _filters(s)),
        Mistake(
            *NO_POOL,
            lambda s: _weights(s) - s.in_channels * s.pool_proj + s.bias * (_filters(s) - s.pool_proj),
        ),
        Mistake(
            *ONLY_LAST,
            lambda s: (
                _weights(s) - s.in_channels * (s.reduce3 + s.reduce5) + s.bias * (_filters(s) - s.reduce3 - s.reduce5)
            ),
        ),
        Mistake(
            "The 5×5 kernels were counted with 5 weights instead of 25, the 3×3 with 3 instead of 9.",
            "5×5 卷积核按 5 个权重计了（应为 25），3×3 按 3 个计了（应为 9）。",
            lambda s: _weights(s) - 6 * s.reduce3 * s.out3 - 20 * s.reduce5 * s.out5 + s.bias * _filters(s),
        ),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + _filters(s)),
    )

    def sample(self, draw: Draw, level: int) -> InceptionParams | None:
        return InceptionParams(*_widths(draw, 16 if level == 1 else 8), bias=level == 2)

    def parts(self, s: InceptionParams) -> list[Part]:
        found = _parts(s)
        ends = (s.out1, s.reduce3, s.out3, s.reduce5, s.out5, s.pool_proj)
        return [*found, biases(*ends)] if s.bias else found

    def stem(self, s: InceptionParams) -> Text:
        module, rule = _module(s), biased(s.bias)
        return Text(
            f"{module.en} {rule.en} How many parameters does the module have?",
            f"{module.zh}{rule.zh}该模块有多少个参数？",
        )


class Channels(Counted[InceptionChannels]):
    """What the concatenation gives."""

    spec = InceptionChannels
    answer = Integer("channels")
    levels = (1,)
    find = "channels"
    rule = r"$n_1 + n_3 + n_5 + n_p$"
    mistakes = (
        Mistake(
            "The reductions were counted too; their outputs stay within the branches.",
            "把压缩卷积也算了进去；它们的输出只在分支内部。",
            _filters,
        ),
        Mistake(
            "The pooling was taken to keep the input channels; a 1×1 convolution follows it.",
            "把池化分支当成保持输入通道；其后还有 1×1 卷积。",
            lambda s: s.out1 + s.out3 + s.out5 + s.in_channels,
        ),
        Mistake(
            "The branch with pooling was left out.",
            "漏了池化分支。",
            lambda s: s.out1 + s.out3 + s.out5,
        ),
        Mistake(
            "Only the widest branch was counted, as if the branches were added; they are concatenated.",
            "只算了最宽的分支，当成各分支逐元素相加；它们是拼接的。",
            lambda s: max(s.out1, s.out3, s.out5, s.pool_proj),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InceptionChannels | None:
        return InceptionChannels(*_widths(draw, 16))

    def parts(self, s: InceptionChannels) -> list[Part]:
        return [
            ("1×1", "1×1", (s.out1,)),
            ("3×3", "3×3", (s.out3,)),
            ("5×5", "5×5", (s.out5,)),
            ("pooling", "池化", (s.pool_proj,)),
        ]

    def stem(self, s: InceptionChannels) -> Text:
        module = _module(s)
        return Text(
            f"{module.en} How many channels does the module give?",
            f"{module.zh}该模块输出多少个通道？",
        )

    def solution(self, s: InceptionChannels) -> Text:
        total = f"{s.out1} + {s.out3} + {s.out5} + {s.pool_proj} = {self.formula(s)}"
        return Text(
            f"The input's {s.in_channels} channels and the {s.reduce3} and {s.reduce5} of the reductions do not reach the "
            f"output. What the branches end in is concatenated: ${total}$.",
            f"输入的 {s.in_channels} 个通道以及压缩后的 {s.reduce3} 和 {s.reduce5} 个通道不直接进入输出。拼接的是各分支末端："
            f"${total}$。",
        )


class Macs(Counted[InceptionMacs]):
    """What it costs to run one."""

    spec = InceptionMacs
    answer = Integer("MACs")
    levels = (3,)
    find = "macs"
    rule = r"$H^2 (C (n_1 + r_3 + r_5 + n_p) + 9 r_3 n_3 + 25 r_5 n_5)$"
    mistakes = (
        Mistake(*NO_REDUCTION, lambda s: s.size**2 * _unreduced(s)),
        Mistake(*NO_POOL, lambda s: s.size**2 * (_weights(s) - s.in_channels * s.pool_proj)),
        Mistake(
            *ONLY_LAST,
            lambda s: s.size**2 * (_weights(s) - s.in_channels * (s.reduce3 + s.reduce5)),
        ),
        Mistake(*FLOPS, lambda s: 2 * s.size**2 * _weights(s)),
        Mistake(
            "The map was counted as H positions; it has H².",
            "特征图按 H 个位置计了；应为 H²。",
            lambda s: s.size * _weights(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InceptionMacs | None:
        return InceptionMacs(*_widths(draw, 8), size=draw.choice((7, 10, 14, 20, 28)))

    def parts(self, s: InceptionMacs) -> list[Part]:
        return [(en, zh, (s.size, s.size, *factors)) for en, zh, factors in _parts(s)]

    def stem(self, s: InceptionMacs) -> Text:
        module = _module(s)
        return Text(
            f"{module.en} Every layer has stride 1 and is padded so that maps stay {s.size}×{s.size}. How many "
            "multiply-accumulates do the convolutions take per image (taps on padding counted, no biases)?",
            f"{module.zh}各层步长为 1，经填充后特征图保持 {s.size}×{s.size}。每张图像的卷积乘加次数（MAC）"
            "是多少（落在填充上的也计入，无偏置）？",
        )


MODEL = ItemModel(
    name="inception_params",
    version=1,
    topic="counting",
    title=Text("Inception modules", "inception 模块"),
    questions=(Params(), Channels(), Macs()),
)
