"""Feature pyramid networks."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    Counted,
    Part,
    biased,
    conv,
    listed,
    weights,
    with_biases,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.head_blocks import FpnExtra, FpnParams

ONE_SMOOTHING = (
    "One smoothing convolution was shared by all levels; each level has its own.",
    "当成所有层级共用一个 3×3 平滑卷积；每个层级各有一个。",
)
NO_SMOOTHING = ("The 3×3 smoothing convolutions were left out.", "漏了 3×3 平滑卷积。")
NO_LATERALS = ("The 1×1 lateral convolutions were left out.", "漏了 1×1 侧向卷积。")
LARGE_LATERALS = ("The lateral convolutions were counted as 3×3; they are 1×1.", "侧向卷积按 3×3 计了；它是 1×1。")


def _pyramid(s: FpnParams, lateral: int = 1, smoothing: int | None = None) -> int:
    """With the taps of the laterals and the number of smoothing convolutions replaced."""
    count = len(s.channels) if smoothing is None else smoothing
    return lateral * sum(s.channels) * s.out_channels + count * weights(s.out_channels, s.out_channels, 3)


def _biases(s: FpnParams, layers: int) -> int:
    return s.bias * layers * s.out_channels


def _drawn(draw: Draw, level: int) -> tuple[tuple[int, ...], int]:
    first, levels = 32 * draw.integer(1, 8), draw.integer(2, 4)
    return tuple(first * 2**at for at in range(levels)), draw.choice(
        (64, 96, 128, 256) if level == 1 else (64, 96, 112, 128, 160, 256)
    )


def _laterals(s: FpnParams) -> list[Part]:
    smoothing = conv(s.out_channels, s.out_channels, 3, times=len(s.channels))
    return [*(conv(channels, s.out_channels) for channels in s.channels), smoothing]


class Params(Counted[FpnParams]):
    """Source: Lin et al. 2017, "Feature Pyramid Networks for Object Detection", section 3."""

    spec = FpnParams
    answer = Integer()
    levels = (1, 2)
    rule = with_biases(r"$d \sum C_i + 9 n d^2$", "$2 n d$")
    mistakes = (
        Mistake(*ONE_SMOOTHING, lambda s: _pyramid(s, smoothing=1) + _biases(s, len(s.channels) + 1)),
        Mistake(*NO_SMOOTHING, lambda s: _pyramid(s, smoothing=0) + _biases(s, len(s.channels))),
        Mistake(*NO_LATERALS, lambda s: _pyramid(s, 0) + _biases(s, len(s.channels))),
        Mistake(*LARGE_LATERALS, lambda s: _pyramid(s, 9) + _biases(s, 2 * len(s.channels))),
        Mistake(*BIAS_MISSED, lambda s: _pyramid(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _pyramid(s) + 2 * len(s.channels) * s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> FpnParams | None:
        return FpnParams(*_drawn(draw, level), level == 2)

    def parts(self, s: FpnParams) -> list[Part]:
        found, layers = _laterals(s), 2 * len(s.channels)
        return (
            [*found, (f"biases of {layers} layers", f"{layers} 层的偏置", (layers, s.out_channels))]
            if s.bias
            else found
        )

    def stem(self, s: FpnParams) -> Text:
        rule = biased(s.bias)
        return Text(
            f"A feature pyramid network reads backbone maps of {listed(s.channels)} channels. Each has a lateral 1×1 "
            f"convolution to {s.out_channels} channels and, behind the top-down addition, a 3×3 convolution that keeps "
            f"{s.out_channels}. {rule.en} How many parameters does the pyramid have?",
            f"特征金字塔网络（FPN）读入骨干网络通道数为 {listed(s.channels)} 的特征图。"
            f"每一级有一个输出 {s.out_channels} 个通道的 1×1 侧向卷积，自顶向下相加之后再有一个保持 {s.out_channels} 个通道"
            f"的 3×3 卷积。{rule.zh}该金字塔有多少个参数？",
        )


def _longer(s: FpnExtra, sixth: int, layers: int = 2) -> int:
    """With the channels that the sixth level reads."""
    more = weights(sixth, s.out_channels, 3) + weights(s.out_channels, s.out_channels, 3)
    return _pyramid(s) + more + _biases(s, 2 * len(s.channels) + layers)


class Extra(Counted[FpnExtra]):
    """Source: Lin et al. 2017, "Focal Loss for Dense Object Detection", section 4: P6 and P7."""

    spec = FpnExtra
    answer = Integer()
    levels = (3,)
    find = "extra"
    rule = with_biases(r"$d \sum C_i + 9 n d^2 + 9 C_n d + 9 d^2$", "$(2n + 2) d$")
    mistakes = (
        Mistake(
            "The first extra level was taken to read the pyramid; it reads the last backbone map.",
            "当成第一个附加层级读金字塔的输出；它读的是骨干网络的最后一张特征图。",
            lambda s: _longer(s, s.out_channels),
        ),
        Mistake(
            "The two extra levels were left out.",
            "漏了两个附加层级。",
            lambda s: _pyramid(s) + _biases(s, 2 * len(s.channels)),
        ),
        Mistake(
            "The extra levels were given lateral convolutions as well.",
            "给附加层级也算了侧向卷积。",
            lambda s: _longer(s, s.channels[-1], 4) + (s.channels[-1] + s.out_channels) * s.out_channels,
        ),
        Mistake(
            "Both extra levels were taken to read the last backbone map; the second reads the first.",
            "当成两个附加层级都读骨干网络的最后一张特征图；第二个读的是第一个。",
            lambda s: (
                _longer(s, s.channels[-1])
                + weights(s.channels[-1], s.out_channels, 3)
                - weights(s.out_channels, s.out_channels, 3)
            ),
        ),
        Mistake(
            *BIAS_MISSED, lambda s: _longer(s, s.channels[-1]) - _biases(s, 2 * len(s.channels) + 2) if s.bias else None
        ),
        Mistake(
            *BIAS_ADDED,
            lambda s: None if s.bias else _longer(s, s.channels[-1]) + (2 * len(s.channels) + 2) * s.out_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> FpnExtra | None:
        return FpnExtra(*_drawn(draw, level), draw.chance(0.6))

    def parts(self, s: FpnExtra) -> list[Part]:
        found, layers = _laterals(s), 2 * len(s.channels) + 2
        found += [conv(s.channels[-1], s.out_channels, 3), conv(s.out_channels, s.out_channels, 3)]
        return (
            [*found, (f"biases of {layers} layers", f"{layers} 层的偏置", (layers, s.out_channels))]
            if s.bias
            else found
        )

    def stem(self, s: FpnExtra) -> Text:
        rule = biased(s.bias)
        return Text(
            f"A feature pyramid reads backbone maps of {listed(s.channels)} channels. Each has a lateral 1×1 convolution "
            f"to {s.out_channels} channels and a 3×3 convolution behind the addition. Two more levels follow: a 3×3 "
            "convolution of stride 2 reads the last backbone map, another one reads that level; both give "
            f"{s.out_channels} channels. {rule.en} How many parameters does the pyramid have?",
            f"特征金字塔读入骨干网络通道数为 {listed(s.channels)} 的特征图。每一级有一个输出 {s.out_channels} 个通道的 1×1 "
            "侧向卷积，相加之后有一个 3×3 卷积。另有两个附加层级：一个步长为 2 的 3×3 卷积读骨干网络的最后一张特征图，"
            f"另一个同样的卷积读该层级；两者都输出 {s.out_channels} 个通道。{rule.zh}该金字塔有多少个参数？",
        )


MODEL = ItemModel(
    name="fpn_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a feature pyramid", "特征金字塔的参数量"),
    questions=(Params(), Extra()),
)
