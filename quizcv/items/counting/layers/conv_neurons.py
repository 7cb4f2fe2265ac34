"""Units of the map that a convolution gives."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import ROUND
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.units import ConvConnections, ConvNeurons, ConvPoolNeurons


def out_side(s: ConvNeurons | ConvConnections, *, padding: int | None = None, stride: int | None = None) -> int:
    """Side of the output map, with one part replaced."""
    return (s.size + 2 * (s.padding if padding is None else padding) - s.kernel) // (stride or s.stride) + 1


def side_steps(s: ConvNeurons | ConvConnections) -> str:
    return rf"\lfloor ({s.size} + 2 \cdot {s.padding} - {s.kernel})/{s.stride} \rfloor + 1 = {out_side(s)}"


class Neurons(Question[ConvNeurons]):
    """Source: LeCun et al. 1998, section II.B, counts the units of a feature map so."""

    spec = ConvNeurons
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$C_{out} \cdot o^2$ with $o = \lfloor (H + 2p - k)/s \rfloor + 1$",
        r"$C_{out} \cdot o^2$，其中 $o = \lfloor (H + 2p - k)/s \rfloor + 1$",
    )
    mistakes = (
        Mistake("That is one channel only.", "这只是一个通道的单元数。", lambda s: out_side(s) ** 2),
        Mistake(
            "The output map has its own size, not the input's.",
            "应取输出特征图的尺寸，而不是输入的尺寸。",
            lambda s: s.out_channels * s.size**2,
        ),
        Mistake(
            "The map has o² positions, not o.",
            "特征图有 o² 个位置，而不是 o 个。",
            lambda s: s.out_channels * out_side(s),
        ),
        Mistake(
            "The + 1 of the output size is missing.",
            "输出尺寸漏了 + 1。",
            lambda s: s.out_channels * (out_side(s) - 1) ** 2,
        ),
        Mistake(
            "The padding was left out of the output size.",
            "计算输出尺寸时没有算上填充。",
            lambda s: s.out_channels * out_side(s, padding=0) ** 2,
        ),
        Mistake("The stride was ignored.", "忽略了步长。", lambda s: s.out_channels * out_side(s, stride=1) ** 2),
        Mistake(
            "Those are the weights that reach into one input channel, not units.",
            "这是对一个输入通道的权重个数，不是单元数。",
            lambda s: s.out_channels * s.kernel**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvNeurons | None:
        kernel = draw.choice((3, 5, 7) if level == 1 else (2, 3, 4, 5, 7, 11))
        channels = draw.choice((6, 16, *ROUND))
        if level == 1:
            return ConvNeurons(channels, draw.choice((28, 32, 64, 112, 224)), kernel)
        return ConvNeurons(channels, draw.integer(20, 240), kernel, draw.integer(1, 4), draw.integer(0, kernel // 2))

    def formula(self, s: ConvNeurons) -> int:
        return s.out_channels * out_side(s) ** 2

    def stem(self, s: ConvNeurons) -> Text:
        side, kernel = by(s.size, s.size), by(s.kernel, s.kernel)
        return Text(
            f"A convolutional layer with {s.out_channels} filters of {kernel}, stride {s.stride} and padding {s.padding} on every side "
            f"reads an input map of {side}. How many units (neurons) does its output map have, all channels together?",
            f"卷积层有 {s.out_channels} 个 {kernel} 的滤波器，步长 {s.stride}，每侧填充 {s.padding}，输入特征图为 {side}。"
            "其输出特征图（所有通道合计）有多少个单元（神经元）？",
        )

    def solution(self, s: ConvNeurons) -> Text:
        total = rf"{num(s.out_channels)} \cdot {out_side(s)}^2 = {num(self.formula(s))}"
        return Text(
            f"Output side: ${side_steps(s)}$.\n\nUnits: ${total}$.",
            f"输出边长：${side_steps(s)}$。\n\n单元数：${total}$。",
        )


def _pooled(s: ConvPoolNeurons) -> int:
    return out_side(s) // s.pool


class BothMaps(Question[ConvPoolNeurons]):
    """The layer and the pooling behind it."""

    spec = ConvPoolNeurons
    answer = Integer()
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"$C_{out} \cdot (o^2 + \lfloor o/q \rfloor^2)$ with $o = \lfloor (H + 2p - k)/s \rfloor + 1$ and pooling windows of side $q$",
        r"$C_{out} \cdot (o^2 + \lfloor o/q \rfloor^2)$，其中 $o = \lfloor (H + 2p - k)/s \rfloor + 1$，$q$ 为池化窗口的边长",
    )
    mistakes = (
        Mistake(
            "Those are the units of the convolution alone.",
            "这只是卷积层的单元数。",
            lambda s: s.out_channels * out_side(s) ** 2,
        ),
        Mistake(
            "Those are the units of the pooling alone.",
            "这只是池化层的单元数。",
            lambda s: s.out_channels * _pooled(s) ** 2,
        ),
        Mistake(
            "Pooling shrinks height and width: it divides the units by q², not by q.",
            "池化同时缩小高和宽：单元数变为 1/q²，而不是 1/q。",
            lambda s: s.out_channels * (out_side(s) ** 2 + out_side(s) * _pooled(s)),
        ),
        Mistake(
            "Pooling keeps every channel; one pooled map only was counted.",
            "池化保留所有通道；这里只算了一张池化图。",
            lambda s: s.out_channels * out_side(s) ** 2 + _pooled(s) ** 2,
        ),
        Mistake(
            "The stride of the pooling was taken for 1.",
            "把池化的步长当成了 1。",
            lambda s: s.out_channels * (out_side(s) ** 2 + (out_side(s) - s.pool + 1) ** 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvPoolNeurons | None:
        kernel = draw.choice((3, 4, 5, 7, 11))
        s = ConvPoolNeurons(
            draw.choice((6, 16, *ROUND)),
            draw.integer(20, 128),
            kernel,
            draw.integer(1, 3),
            draw.integer(0, kernel // 2),
            draw.integer(2, 3),
        )
        return s if out_side(s) >= 2 * s.pool else None

    def formula(self, s: ConvPoolNeurons) -> int:
        return s.out_channels * (out_side(s) ** 2 + _pooled(s) ** 2)

    def stem(self, s: ConvPoolNeurons) -> Text:
        side, kernel, pool = by(s.size, s.size), by(s.kernel, s.kernel), by(s.pool, s.pool)
        return Text(
            f"A convolutional layer with {s.out_channels} filters of {kernel}, stride {s.stride} and padding {s.padding} on every side "
            f"reads an input map of {side}; {pool} pooling with stride {s.pool} and no padding follows (incomplete windows are "
            "dropped). How many units do the map of the convolution and the pooled map have together?",
            f"卷积层有 {s.out_channels} 个 {kernel} 的滤波器，步长 {s.stride}，每侧填充 {s.padding}，输入特征图为 {side}；其后是步长 "
            f"{s.pool}、无填充的 {pool} 池化（舍去不完整的窗口）。卷积输出图与池化输出图一共有多少个单元？",
        )

    def solution(self, s: ConvPoolNeurons) -> Text:
        pooled = rf"\lfloor {out_side(s)}/{s.pool} \rfloor = {_pooled(s)}"
        total = rf"{num(s.out_channels)} \cdot ({out_side(s)}^2 + {_pooled(s)}^2) = {num(self.formula(s))}"
        return Text(
            f"Sides: ${side_steps(s)}$ after the convolution, ${pooled}$ after the pooling.\n\nUnits: ${total}$.",
            f"边长：卷积后 ${side_steps(s)}$，池化后 ${pooled}$。\n\n单元数：${total}$。",
        )


MODEL = ItemModel(
    name="conv_neurons",
    version=1,
    topic="counting",
    title=Text("Units of a convolutional layer", "卷积层的神经元数"),
    questions=(Neurons(), BothMaps()),
)
