"""Branches put together: concatenated along the channels, or added."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layouts import AddShape, CatShape, DenseBlocks, DenseChannels


def _list(texts: list[str]) -> tuple[str, str]:
    """In English and in Chinese."""
    return ", ".join(texts[:-1]) + " and " + texts[-1] if len(texts) > 1 else texts[0], "、".join(texts)


class Concatenated(Question[CatShape]):
    """Source: documentation of torch.cat; Szegedy et al. 2015, section 4 (filter concatenation)."""

    spec = CatShape
    answer = Shape(("C", "H", "W"))
    levels = (1,)
    rule = Text(
        r"$C = \sum_i C_i$, height and width stay",
        r"$C = \sum_i C_i$，高和宽不变",
    )
    mistakes = (
        Mistake(
            "The largest number of channels was taken; concatenation puts all channels one after another, so the numbers add up.",
            "取了最大的通道数；拼接是把所有通道依次排在一起，通道数相加。",
            lambda s: (max(s.channels), s.height, s.width),
        ),
        Mistake(
            "The first branch's channels were multiplied by the number of branches; the channels of all branches add up.",
            "把第一个分支的通道数乘以了分支数；应把各分支的通道数相加。",
            lambda s: (s.channels[0] * len(s.channels), s.height, s.width),
        ),
        Mistake(
            "Height and width do not grow: the maps are stacked along the channels only.",
            "高和宽不会变大：特征图只沿通道方向拼接。",
            lambda s: (sum(s.channels), s.height * len(s.channels), s.width * len(s.channels)),
        ),
        Mistake(
            "One branch is missing in the sum.",
            "求和时漏了一个分支。",
            lambda s: (sum(s.channels[:-1]), s.height, s.width) if len(s.channels) > 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> CatShape | None:
        side = draw.choice((7, 14, 17, 28, 35, 56))
        count = draw.integer(2, 4)
        return CatShape(tuple(draw.choice((16, 24, 32, 48, 64, 96, 128, 192)) for _ in range(count)), side, side)

    def formula(self, s: CatShape) -> tuple[int, int, int]:
        return sum(s.channels), s.height, s.width

    def stem(self, s: CatShape) -> Text:
        en, zh = _list([by(channels, s.height, s.width) for channels in s.channels])
        return Text(
            f"Parallel branches give maps of the shapes {en} (C×H×W). What is the shape after they are concatenated along the "
            "channels by `torch.cat`?",
            f"几个并行分支输出的特征图形状为 {zh}（C×H×W）。用 `torch.cat` 沿通道拼接之后形状是什么？",
        )

    def solution(self, s: CatShape) -> Text:
        sum_ = " + ".join(map(str, s.channels)) + f" = {sum(s.channels)}"
        return Text(
            f"Channels: ${sum_}$. The {s.height}×{s.width} positions stay: {by(*self.formula(s))}.",
            f"通道数：${sum_}$。{s.height}×{s.width} 个位置不变：{by(*self.formula(s))}。",
        )


def _broadcast(s: AddShape) -> tuple[int, ...]:
    return tuple(max(pair) for pair in zip(s.x, s.y, strict=True))


class Added(Question[AddShape]):
    """Source: documentation of PyTorch, "Broadcasting semantics"."""

    spec = AddShape
    answer = Shape(("C", "H", "W"))
    levels = (2,)
    find = "add"
    rule = Text(
        "along every axis the sizes are equal or one of them is 1; the larger one comes out",
        "每个轴上大小相等或其中一个为 1；结果取较大者",
    )
    mistakes = (
        Mistake(
            "The channels add up in a concatenation; a sum is taken element by element.",
            "通道数相加的是拼接；加法是逐元素进行的。",
            lambda s: (s.x[0] + s.y[0], *_broadcast(s)[1:]),
        ),
        Mistake(
            "That is the shape of x; its axes of size 1 are repeated, too.",
            "这是 x 的形状；它大小为 1 的轴也会被扩展。",
            lambda s: s.x,
        ),
        Mistake(
            "That is the shape of y; its axes of size 1 are repeated, too.",
            "这是 y 的形状；它大小为 1 的轴也会被扩展。",
            lambda s: s.y,
        ),
        Mistake(
            "An axis of size 1 is repeated to the other's size; it does not make the result small.",
            "大小为 1 的轴会扩展到另一方的大小，不会使结果变小。",
            lambda s: tuple(min(pair) for pair in zip(s.x, s.y, strict=True)),
        ),
        Mistake(
            "Sizes are not added: the smaller one is repeated.",
            "大小不是相加：较小的一方被扩展。",
            lambda s: tuple(one + other for one, other in zip(s.x, s.y, strict=True)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AddShape | None:
        full = (draw.choice((8, 16, 32, 64, 128)), draw.integer(5, 56), draw.integer(5, 56))
        x = tuple(1 if draw.chance(0.35) else size for size in full)
        y = tuple(1 if draw.chance(0.45) else size for size in full)
        if x == y or 1 not in (*x, *y):
            return None
        return AddShape((x[0], x[1], x[2]), (y[0], y[1], y[2]))

    def formula(self, s: AddShape) -> tuple[int, ...]:
        return _broadcast(s)

    def stem(self, s: AddShape) -> Text:
        return Text(
            f"Two maps of the shapes {by(*s.x)} and {by(*s.y)} (C×H×W) are added, `x + y`. What is the shape of the result?",
            f"形状为 {by(*s.x)} 和 {by(*s.y)}（C×H×W）的两个特征图相加：`x + y`。结果的形状是什么？",
        )

    def solution(self, s: AddShape) -> Text:
        return Text(
            f"Axes of size 1 are repeated to the other's size: {by(*s.x)} and {by(*s.y)} both become {by(*_broadcast(s))}.",
            f"大小为 1 的轴被扩展：{by(*s.x)} 与 {by(*s.y)} 都变为 {by(*_broadcast(s))}。",
        )


class DenseBlock(Question[DenseChannels]):
    """Source: Huang et al. 2017, section 3 (growth rate)."""

    spec = DenseChannels
    answer = Integer()
    levels = (2,)
    find = "dense"
    rule = r"$C_0 + L g$"
    mistakes = (
        Mistake(
            "That is what the last layer reads; its own channels are concatenated after that.",
            "这是最后一层读取的通道数；它自己的输出还要拼接在后面。",
            lambda s: s.in_channels + (s.layers - 1) * s.growth,
        ),
        Mistake(
            "The block's input was left out; it is kept, too.",
            "漏了块的输入；它也保留在输出中。",
            lambda s: s.layers * s.growth,
        ),
        Mistake(
            "The channels of one layer only were added; those of all layers are concatenated.",
            "只加了一层的通道；应拼接所有层的输出。",
            lambda s: s.in_channels + s.growth,
        ),
        Mistake(
            "The channels were doubled from layer to layer; each layer only adds g.",
            "把通道数逐层翻倍了；每层只增加 g。",
            lambda s: s.in_channels * 2**s.layers if s.layers <= 6 else None,
        ),
        Mistake(
            "One layer too many was counted.",
            "多算了一层。",
            lambda s: s.in_channels + (s.layers + 1) * s.growth,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DenseChannels | None:
        return DenseChannels(draw.choice((16, 24, 32, 64)), draw.choice((8, 12, 16, 24, 32)), draw.integer(2, 12))

    def formula(self, s: DenseChannels) -> int:
        return s.in_channels + s.layers * s.growth

    def stem(self, s: DenseChannels) -> Text:
        return Text(
            f"A dense block reads {s.in_channels} channels. Each of its {s.layers} layers reads all that is there, makes "
            f"{s.growth} channels (the growth rate) and concatenates them to what it read. How many channels leave the block?",
            f"稠密块（dense block）的输入有 {s.in_channels} 个通道。它有 {s.layers} 层，每层读取已有的全部通道，产生 {s.growth} 个"
            "通道（增长率），并拼接到所读取的通道之后。块的输出有多少个通道？",
        )

    def solution(self, s: DenseChannels) -> Text:
        sum_ = rf"{s.in_channels} + {s.layers} \cdot {s.growth} = {self.formula(s)}"
        return Text(f"Each layer adds {s.growth} channels: ${sum_}$.", f"每层增加 {s.growth} 个通道：${sum_}$。")


def _first(s: DenseBlocks) -> int:
    """Channels after the first block."""
    return s.in_channels + s.layers * s.growth


class TwoBlocks(Question[DenseBlocks]):
    """Source: Huang et al. 2017, section 3 (compression by 0.5)."""

    spec = DenseBlocks
    answer = Integer()
    levels = (3,)
    find = "blocks"
    rule = r"$(C_0 + L_1 g)/2 + L_2 g$"
    mistakes = (
        Mistake(
            "The transition was left out; it halves the channels between the blocks.",
            "漏了过渡层；它在两个块之间把通道数减半。",
            lambda s: _first(s) + s.layers2 * s.growth,
        ),
        Mistake(
            "The second block's output was halved; the transition comes between the blocks.",
            "把第二个块的输出减半了；过渡层在两个块之间。",
            lambda s: (_first(s) + s.layers2 * s.growth) // 2,
        ),
        Mistake(
            "The second block's input was left out; what enters a block also leaves it.",
            "漏了第二个块的输入；进入块的通道也保留在输出中。",
            lambda s: s.layers2 * s.growth,
        ),
        Mistake(
            "The first block's input was left out; it is kept as well.",
            "漏了第一个块的输入；它也要保留。",
            lambda s: s.layers * s.growth // 2 + s.layers2 * s.growth,
        ),
        Mistake(
            "The second block's last layer was left out; it adds its channels, too.",
            "漏了第二个块的最后一层；它也会增加通道。",
            lambda s: _first(s) // 2 + (s.layers2 - 1) * s.growth,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DenseBlocks | None:
        return DenseBlocks(
            draw.choice((16, 24, 32, 64, 96)), draw.choice((12, 16, 24, 32)), draw.integer(3, 12), draw.integer(3, 24)
        )

    def formula(self, s: DenseBlocks) -> int:
        return _first(s) // 2 + s.layers2 * s.growth

    def stem(self, s: DenseBlocks) -> Text:
        return Text(
            f"Two dense blocks have {s.layers} and {s.layers2} layers; each layer makes {s.growth} channels (the growth rate) and "
            "concatenates them to all it read. A transition between the blocks halves the number of channels. The first block "
            f"reads {s.in_channels} channels. How many channels leave the second?",
            f"两个稠密块（dense block）分别有 {s.layers} 层和 {s.layers2} 层；每层产生 {s.growth} 个通道（增长率），并拼接到所读取的"
            f"全部通道之后。两个块之间的过渡层把通道数减半。第一个块的输入有 {s.in_channels} 个通道，第二个块的输出有多少个通道？",
        )

    def solution(self, s: DenseBlocks) -> Text:
        one = rf"{s.in_channels} + {s.layers} \cdot {s.growth} = {_first(s)}"
        two = rf"{_first(s)}/2 + {s.layers2} \cdot {s.growth} = {_first(s) // 2} + {s.layers2 * s.growth} = {self.formula(s)}"
        return Text(f"First block: ${one}$.\n\nSecond block: ${two}$.", f"第一个块：${one}$。\n\n第二个块：${two}$。")


MODEL = ItemModel(
    name="concat_add",
    version=1,
    topic="shapes",
    title=Text("Concatenating and adding maps", "特征图的拼接与相加"),
    questions=(Concatenated(), Added(), DenseBlock(), TwoBlocks()),
)
