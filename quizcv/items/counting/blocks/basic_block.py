"""Residual blocks of two 3×3 convolutions and a shortcut without parameters, and stages of them."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    normed,
    norms,
    sixteens,
    weights,
    with_norm,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.blocks import (
    BasicBlockParams,
    BasicStage,
)

NO_PROJECTION = ("The projection of the shortcut was left out.", "漏了捷径上的投影卷积。")
SAME_CONVS = (
    "Both 3×3 convolutions were taken to read the block's input channels; the second reads what the first gives.",
    "两个 3×3 卷积都按模块的输入通道数计了；第二个卷积读的是第一个的输出。",
)


def convs_of(inputs: int, outputs: int) -> int:
    return weights(inputs, outputs, 3) + weights(outputs, outputs, 3)


def _basic(s: BasicBlockParams, per_channel: int = 2) -> int:
    return convs_of(s.in_channels, s.out_channels) + s.norm * per_channel * 2 * s.out_channels


class Basic(Counted[BasicBlockParams]):
    """Source: He et al. 2016, "Deep Residual Learning for Image Recognition", figure 5 left."""

    spec = BasicBlockParams
    answer = Integer()
    levels = (1, 2)
    rule = with_norm("$9 C_1 C_2 + 9 C_2^2$", "$4 C_2$")
    mistakes = (
        Mistake(*SAME_CONVS, lambda s: 2 * weights(s.in_channels, s.out_channels, 3) + s.norm * 4 * s.out_channels),
        Mistake(
            "Only one of the two convolutions was counted.",
            "只算了两个卷积中的一个。",
            lambda s: weights(s.in_channels, s.out_channels, 3) + s.norm * 2 * s.out_channels,
        ),
        Mistake(
            "A 1×1 projection was counted; this shortcut has no parameters.",
            "多算了一个 1×1 投影；这里的捷径没有参数。",
            lambda s: _basic(s) + weights(s.in_channels, s.out_channels) + s.norm * 2 * s.out_channels,
        ),
        Mistake(*BIAS_ADDED, lambda s: _basic(s) + 2 * s.out_channels),
        Mistake(*NORM_MISSED, lambda s: _basic(s, 0) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _basic(s, 4) if s.norm else None),
    )

    def sample(self, draw: Draw, level: int) -> BasicBlockParams | None:
        channels = sixteens(draw, 16, 256)
        if level == 1:
            return BasicBlockParams(channels, channels)
        return BasicBlockParams(channels, channels * draw.choice((1, 2, 2)), draw.chance(0.75))

    def parts(self, s: BasicBlockParams) -> list[Part]:
        found = [conv(s.in_channels, s.out_channels, 3), conv(s.out_channels, s.out_channels, 3)]
        return [*found, norms(s.out_channels, s.out_channels)] if s.norm else found

    def stem(self, s: BasicBlockParams) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A basic residual block has two 3×3 convolutions, {s.in_channels}→{s.out_channels} and "
            f"{s.out_channels}→{s.out_channels} channels, and a shortcut without parameters. {rule.en} How many parameters "
            "does the block have?",
            f"一个基本残差块含两个 3×3 卷积，通道数依次为 {s.in_channels}→{s.out_channels} 和 "
            f"{s.out_channels}→{s.out_channels}，捷径没有参数。{rule.zh}该残差块有多少个参数？",
        )


def _stage(s: BasicStage, projections: int = 1, norm: int = 2) -> int:
    first = weights(s.in_channels, s.out_channels, 3) + projections * weights(s.in_channels, s.out_channels)
    rest = (2 * s.blocks - 1) * weights(s.out_channels, s.out_channels, 3)
    return first + rest + s.norm * norm * (2 * s.blocks + projections) * s.out_channels


class Stage(Counted[BasicStage]):
    """Several such blocks, the first with a projection."""

    spec = BasicStage
    answer = Integer()
    levels = (3,)
    find = "stage"
    rule = with_norm("$10 C_1 C_2 + 9 (2n - 1) C_2^2$", "$2 (2n + 1) C_2$")
    mistakes = (
        Mistake(*NO_PROJECTION, lambda s: _stage(s, 0)),
        Mistake(
            "A projection was counted in every block; only the first changes the channels.",
            "每个块都算了投影；只有第一个块改变通道数。",
            lambda s: (
                _stage(s) + (s.blocks - 1) * (weights(s.out_channels, s.out_channels) + s.norm * 2 * s.out_channels)
            ),
        ),
        Mistake(
            "The first block was counted for every block; the later ones read more channels and have no projection.",
            "每个块都按第一个块计了；后面的块输入通道更多，且没有投影。",
            lambda s: s.blocks * _stage(BasicStage(s.in_channels, s.out_channels, s.norm, 1)),
        ),
        Mistake(
            "All 3×3 convolutions were taken to read the output channels; the very first reads fewer.",
            "所有 3×3 卷积的输入都按输出通道数计了；第一个卷积的输入通道较少。",
            lambda s: _stage(s) + 9 * s.out_channels * (s.out_channels - s.in_channels),
        ),
        Mistake(*NORM_MISSED, lambda s: _stage(s, norm=0) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _stage(s, norm=4) if s.norm else None),
    )

    def sample(self, draw: Draw, level: int) -> BasicStage | None:
        channels = sixteens(draw, 16, 128)
        return BasicStage(channels, 2 * channels, draw.chance(0.5), draw.integer(2, 6))

    def parts(self, s: BasicStage) -> list[Part]:
        found = [
            conv(s.in_channels, s.out_channels, 3),
            conv(s.out_channels, s.out_channels, 3, times=2 * s.blocks - 1),
            conv(s.in_channels, s.out_channels),
        ]
        if s.norm:
            total = (2 * s.blocks + 1, s.out_channels, 2)
            found.append((f"batch normalization ({total[0]} of them)", f"批归一化（共 {total[0]} 个）", total))
        return found

    def solution(self, s: BasicStage) -> Text:
        sums = Counted.solution(self, s)
        count = 2 * s.blocks - 1
        return Text(
            f"In {s.blocks} blocks one 3×3 convolution reads {s.in_channels} channels, the other {count} read "
            f"{s.out_channels}.\n\n{sums.en}",
            f"{s.blocks} 个块中，一个 3×3 卷积的输入为 {s.in_channels} 通道，其余 {count} 个为 {s.out_channels} 通道。"
            f"\n\n{sums.zh}",
        )

    def stem(self, s: BasicStage) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A stage has {s.blocks} basic residual blocks of two 3×3 convolutions each. Its first block turns "
            f"{s.in_channels} channels into {s.out_channels}, with a 1×1 convolution as its shortcut; the others keep "
            f"{s.out_channels} and have identity shortcuts. {rule.en} How many parameters does the stage have?",
            f"一个阶段含 {s.blocks} 个基本残差块，每块两个 3×3 卷积。第一个块把 {s.in_channels} 个通道变为 "
            f"{s.out_channels} 个，捷径为 1×1 卷积；其余各块保持 {s.out_channels} 个通道，捷径为恒等映射。"
            f"{rule.zh}该阶段有多少个参数？",
        )


MODEL = ItemModel(
    name="basic_block_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a basic residual block", "基本残差块的参数量"),
    questions=(Basic(), Stage()),
)
