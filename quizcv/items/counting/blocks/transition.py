"""Transition layers between dense blocks."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    listed,
    norms,
    with_norm,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.dense_blocks import TransitionChannels, TransitionParams


def _left(channels: int, compression: float) -> int:
    return int(channels * compression)


def _weights(s: TransitionParams) -> int:
    return s.channels * _left(s.channels, s.compression)


class Params(Counted[TransitionParams]):
    """Source: Huang et al. 2017, "Densely Connected Convolutional Networks", section 3, "Compression"."""

    spec = TransitionParams
    answer = Integer()
    levels = (1, 2)
    rule = with_norm(r"$m \lfloor \theta m \rfloor$", "$2m$")
    mistakes = (
        Mistake(
            "The compression was ignored: the convolution gives ⌊θm⌋ channels.",
            "忽略了压缩率：卷积输出 ⌊θm⌋ 个通道。",
            lambda s: s.channels**2 + s.norm * 2 * s.channels,
        ),
        Mistake(
            "Input and output were both compressed; the convolution reads all channels.",
            "输入和输出都按压缩后计了；卷积读的是全部通道。",
            lambda s: _left(s.channels, s.compression) ** 2 + s.norm * 2 * s.channels,
        ),
        Mistake(
            "The convolution was taken as 3×3; it is 1×1.",
            "把卷积当成了 3×3；它是 1×1。",
            lambda s: 9 * _weights(s) + s.norm * 2 * s.channels,
        ),
        Mistake(
            "The 2×2 pooling was given parameters; it has none.",
            "给 2×2 池化算了参数；池化没有参数。",
            lambda s: _weights(s) + s.norm * 2 * s.channels + 4 * _left(s.channels, s.compression),
        ),
        Mistake(
            "Batch normalization was counted behind the convolution; it stands before it.",
            "批归一化按卷积之后的通道计了；它在卷积之前。",
            lambda s: _weights(s) + 2 * _left(s.channels, s.compression) if s.norm else None,
        ),
        Mistake(*NORM_MISSED, lambda s: _weights(s) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _weights(s) + 4 * s.channels if s.norm else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.norm else _weights(s) + _left(s.channels, s.compression)),
    )

    def sample(self, draw: Draw, level: int) -> TransitionParams | None:
        if level == 1:
            return TransitionParams(32 * draw.integer(2, 32), 0.5)
        return TransitionParams(4 * draw.integer(20, 200), draw.choice((0.25, 0.5, 0.75)), draw.chance(0.8))

    def parts(self, s: TransitionParams) -> list[Part]:
        found = [conv(s.channels, _left(s.channels, s.compression))]
        return [*found, norms(s.channels)] if s.norm else found

    def stem(self, s: TransitionParams) -> Text:
        en, zh = "Batch normalization is not counted.", "不计批归一化。"
        if s.norm:
            en = "Before the convolution there is a batch normalization, whose scale and shift count."
            zh = "卷积之前有一个批归一化，其缩放和平移参数计入。"
        return Text(
            f"A transition layer of DenseNet reads {s.channels} channels. A 1×1 convolution without biases compresses them "
            f"to the fraction θ = {num(s.compression)}, and 2×2 average pooling follows. {en} How many parameters does the "
            "layer have?",
            f"DenseNet 的一个过渡层输入 {s.channels} 个通道：无偏置的 1×1 卷积把通道数压缩为原来的 θ = {num(s.compression)} 倍，"
            f"之后是 2×2 平均池化。{zh}该层有多少个参数？",
        )

    def solution(self, s: TransitionParams) -> Text:
        left = rf"\lfloor {num(s.compression)} \cdot {s.channels} \rfloor = {_left(s.channels, s.compression)}"
        sums = Counted.solution(self, s)
        return Text(f"Channels left: ${left}$.\n\n{sums.en}", f"压缩后的通道数：${left}$。\n\n{sums.zh}")


def _chain(s: TransitionChannels) -> list[tuple[int, int, int]]:
    """Per block: channels read, channels given, channels left."""
    channels, found = s.channels, []
    for depth in s.depths:
        grown = channels + depth * s.growth
        found.append((channels, grown, _left(grown, s.compression)))
        channels = found[-1][2]
    return found


class Channels(Question[TransitionChannels]):
    """Blocks and transitions by turns."""

    spec = TransitionChannels
    answer = Integer("channels")
    levels = (3,)
    find = "channels"
    rule = Text(
        r"per block and transition: $m \leftarrow \lfloor \theta (m + n k) \rfloor$",
        r"每个块及其过渡层：$m \leftarrow \lfloor \theta (m + n k) \rfloor$",
    )
    mistakes = (
        Mistake(
            "The last transition was left out.",
            "漏了最后一个过渡层。",
            lambda s: _chain(s)[-1][1],
        ),
        Mistake(
            "No transition was counted at all.",
            "完全没有计过渡层。",
            lambda s: s.channels + sum(s.depths) * s.growth,
        ),
        Mistake(
            "The channels were compressed once, behind all blocks, instead of behind each.",
            "只在最后压缩了一次；每个块之后都要压缩。",
            lambda s: _left(s.channels + sum(s.depths) * s.growth, s.compression) if len(s.depths) > 1 else None,
        ),
        Mistake(
            "Only the added channels were compressed; the transition compresses all of them.",
            "只压缩了新增的通道；过渡层压缩全部通道。",
            lambda s: s.channels + sum(_left(depth * s.growth, s.compression) for depth in s.depths),
        ),
        Mistake(
            "The input of the blocks was left out: only the last block's own channels were compressed.",
            "漏了块的输入：只压缩了最后一个块新增的通道。",
            lambda s: _left(s.depths[-1] * s.growth, s.compression),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TransitionChannels | None:
        growth, count = draw.choice((8, 12, 16, 24, 32)), draw.integer(2, 3)
        depths = tuple(draw.integer(3, 12) for _ in range(count))
        return TransitionChannels(8 * draw.integer(2, 16), growth, depths, draw.choice((0.5, 0.5, 0.25, 0.75)))

    def formula(self, s: TransitionChannels) -> int:
        return _chain(s)[-1][2]

    def stem(self, s: TransitionChannels) -> Text:
        return Text(
            f"A DenseNet has {s.channels} channels behind its stem. Then come {len(s.depths)} dense blocks of "
            f"{listed(s.depths)} layers with growth rate {s.growth}; behind each of them, the last one too, a transition "
            f"layer keeps $\\lfloor \\theta m \\rfloor$ of the m channels, with θ = {num(s.compression)}. How many "
            "channels are there at the end?",
            f"一个 DenseNet 在起始层之后有 {s.channels} 个通道，接着是 {len(s.depths)} 个 dense block，"
            f"层数依次为 {listed(s.depths)}，增长率为 {s.growth}；每个块（包括最后一个）之后都有过渡层，"
            f"把 m 个通道压缩为 $\\lfloor \\theta m \\rfloor$ 个，θ = {num(s.compression)}。最后有多少个通道？",
        )

    def solution(self, s: TransitionChannels) -> Text:
        lines = [
            (
                rf"${read} + {depth} \cdot {s.growth} = {grown}$",
                rf"$\lfloor {num(s.compression)} \cdot {grown} \rfloor = {left}$",
            )
            for depth, (read, grown, left) in zip(s.depths, _chain(s), strict=True)
        ]
        en = "\n".join(f"- block {at}: {', '.join(line)}" for at, line in enumerate(lines, 1))
        zh = "\n".join(f"- 第 {at} 个块：{'，'.join(line)}" for at, line in enumerate(lines, 1))
        return Text(f"{en}\n\nAt the end: {self.formula(s)}.", f"{zh}\n\n最后：{self.formula(s)}。")


MODEL = ItemModel(
    name="transition_layer",
    version=1,
    topic="counting",
    title=Text("Transition layers of DenseNet", "DenseNet 的过渡层"),
    questions=(Params(), Channels()),
)
