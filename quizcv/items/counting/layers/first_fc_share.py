"""Where the parameters of a small network sit: the share of its first fully connected layer."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.memory import FirstFcShare, FirstFcShareGap


def _convs(s: FirstFcShare) -> int:
    """Parameters of all convolutions."""
    return sum((s.kernel**2 * one + 1) * other for one, other in pairwise((s.in_channels, *s.channels)))


def _side(s: FirstFcShare) -> int:
    """Side of the last map: each pooling halves, rounded down."""
    return s.size >> len(s.channels)


def _first(s: FirstFcShare, side: int) -> int:
    return (s.channels[-1] * side**2 + 1) * s.hidden


def _last(s: FirstFcShare) -> int:
    return (s.hidden + 1) * s.classes


def _percent(s: FirstFcShare, first: int) -> float:
    return 100 * first / (_convs(s) + first + _last(s))


def _draw(draw: Draw, count: int) -> FirstFcShare:
    widths = sorted(draw.sample((4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64), count))
    size = draw.choice((28, 32, 40, 48, 64))
    hidden, classes = draw.choice((32, 50, 64, 84, 100, 120, 128, 256)), draw.choice((2, 10, 20, 26, 100))
    return FirstFcShare(draw.choice((1, 3)), tuple(widths), draw.choice((3, 5)), size, hidden, classes)


class Share(Question[FirstFcShare]):
    """In a network that flattens, most parameters sit there."""

    spec = FirstFcShare
    answer = Number(decimals=2, unit="%")
    levels: ClassVar[tuple[int, ...]] = (1, 2)
    rule = Text(
        r"$100 P_1/P$ with $P_1 = (C_n \lfloor H/2^n \rfloor^2 + 1) \cdot h$ for $n$ convolutions, $h$ units and $P$ parameters in all",
        r"$100 P_1/P$，其中 $P_1 = (C_n \lfloor H/2^n \rfloor^2 + 1) \cdot h$，$n$ 为卷积层数，$h$ 为单元数，$P$ 为总参数量",
    )
    mistakes = (
        Mistake(
            "The poolings were forgotten: each halves height and width before the map is flattened.",
            "忘了池化：展平之前，每次池化使高和宽减半。",
            lambda s: _percent(s, _first(s, s.size)),
        ),
        Mistake(
            "Height and width were forgotten when flattening.",
            "展平时漏了高和宽。",
            lambda s: _percent(s, _first(s, 1)),
        ),
        Mistake(
            "That is the share of both fully connected layers.",
            "这是两个全连接层合计的占比。",
            lambda s: 100 - 100 * _convs(s) / (_convs(s) + _first(s, _side(s)) + _last(s)),
        ),
        Mistake(
            "That is the share of all other layers.",
            "这是其余各层的占比。",
            lambda s: 100 - _percent(s, _first(s, _side(s))),
        ),
        Mistake(
            "The share is taken of all parameters, not of those of the fully connected layers.",
            "占比的分母是全部参数，而不只是全连接层的参数。",
            lambda s: 100 * _first(s, _side(s)) / (_first(s, _side(s)) + _last(s)),
        ),
        Mistake(
            "Only the side of the map was taken, not its area.",
            "只乘了特征图的边长，而不是面积。",
            lambda s: _percent(s, (s.channels[-1] * _side(s) + 1) * s.hidden),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FirstFcShare | None:
        return _draw(draw, 1 if level == 1 else draw.integer(2, 3))

    def formula(self, s: FirstFcShare) -> float:
        return _percent(s, _first(s, _side(s)))

    def end(self, s: FirstFcShare) -> Text:
        return Text("The last map is flattened", "最后的特征图展平后")

    def stem(self, s: FirstFcShare) -> Text:
        kernel, size = by(s.kernel, s.kernel), by(s.in_channels, s.size, s.size)
        end, chain = self.end(s), vector(s.channels)
        each = Text("each convolution", "每个") if len(s.channels) > 1 else Text("it", "")
        convs = (
            Text(
                f"a chain of convolutions with {kernel} kernels and {chain} output channels, in this order",
                f"由一串 {kernel} 卷积组成，输出通道数依次为 {chain}",
            )
            if len(s.channels) > 1
            else Text(
                f"a convolution with {kernel} kernels and {s.channels[0]} output channels",
                f"有一个 {kernel} 卷积，输出通道数为 {s.channels[0]}",
            )
        )
        return Text(
            f"A network for images of {size} (C×H×W) starts with {convs.en}. Padding keeps the size, and 2×2 max pooling with stride 2 "
            f"(sizes rounded down) follows {each.en}. {end.en} and read by a fully connected layer with {s.hidden} units, then by "
            f"one with {s.classes} outputs. Every layer has biases. What percentage of all learnable parameters is in the first "
            "fully connected layer?",
            f"网络的输入图像为 {size}（C×H×W），前部{convs.zh}；填充使尺寸不变，{each.zh}卷积后接步长 2 的 2×2 最大池化（尺寸向下取整）。"
            f"{end.zh}送入有 {s.hidden} 个单元的全连接层，再接有 {s.classes} 个输出的全连接层。所有层都有偏置。"
            "第一个全连接层占全部可学习参数的百分之几？",
        )

    def features(self, s: FirstFcShare) -> str:
        """The inputs of the first fully connected layer, for within `$…$`."""
        return rf"{s.channels[-1]} \cdot {_side(s)}^2 = {num(s.channels[-1] * _side(s) ** 2)}"

    def first(self, s: FirstFcShare) -> int:
        return _first(s, _side(s))

    def solution(self, s: FirstFcShare) -> Text:
        convs = " + ".join(
            rf"({s.kernel}^2 \cdot {one} + 1) \cdot {other}" for one, other in pairwise((s.in_channels, *s.channels))
        )
        first, last, total = self.first(s), _last(s), _convs(s) + self.first(s) + _last(s)
        inputs = self.features(s)
        one = rf"({inputs.rpartition(' = ')[2]} + 1) \cdot {s.hidden} = {num(first)}"
        two = rf"({s.hidden} + 1) \cdot {s.classes} = {num(last)}"
        sum_ = f"{num(_convs(s))} + {num(first)} + {num(last)} = {num(total)}"
        share = rf"{num(first)} / {num(total)} = {num(self.formula(s))} \%"
        return Text(
            f"Convolutions: ${convs} = {num(_convs(s))}$.\n\nThe image side {s.size} becomes {_side(s)}; inputs of the first "
            f"fully connected layer: ${inputs}$. Its parameters: ${one}$, those of the last layer: ${two}$.\n\n"
            f"All parameters: ${sum_}$. Share: ${share}$.",
            f"卷积：${convs} = {num(_convs(s))}$。\n\n边长由 {s.size} 变为 {_side(s)}；第一个全连接层的输入：${inputs}$，"
            f"参数 ${one}$；最后一层 ${two}$。\n\n全部参数：${sum_}$。占比：${share}$。",
        )


class ShareBehindPooling(Share):
    """The same where global average pooling takes the place of flattening."""

    spec = FirstFcShareGap
    levels = (3,)
    find = "gap"
    rule = Text(
        r"$100 P_1/P$ with $P_1 = (C_n + 1) \cdot h$ for $n$ convolutions, $h$ units and $P$ parameters in all",
        r"$100 P_1/P$，其中 $P_1 = (C_n + 1) \cdot h$，$n$ 为卷积层数，$h$ 为单元数，$P$ 为总参数量",
    )
    mistakes = (
        Mistake(
            "Global average pooling leaves one number for each channel; the map is not flattened.",
            "全局平均池化后每个通道只剩一个数，不再展平特征图。",
            lambda s: _percent(s, _first(s, _side(s))),
        ),
        Mistake(
            "That is the share of both fully connected layers.",
            "这是两个全连接层合计的占比。",
            lambda s: 100 - 100 * _convs(s) / (_convs(s) + _first(s, 1) + _last(s)),
        ),
        Mistake(
            "That is the share of all other layers.", "这是其余各层的占比。", lambda s: 100 - _percent(s, _first(s, 1))
        ),
        Mistake(
            "The share is taken of all parameters, not of those of the fully connected layers.",
            "占比的分母是全部参数，而不只是全连接层的参数。",
            lambda s: 100 * _first(s, 1) / (_first(s, 1) + _last(s)),
        ),
        Mistake(
            "That is the ratio to all other layers; the layer itself belongs to the whole.",
            "这是与其余各层之比；该层自身也属于总数。",
            lambda s: 100 * _first(s, 1) / (_convs(s) + _last(s)),
        ),
        Mistake(
            "Pooling averages over height and width, not over the channels.",
            "池化对高和宽取平均，而不是对通道。",
            lambda s: _percent(s, (_side(s) ** 2 + 1) * s.hidden),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FirstFcShareGap | None:
        s = _draw(draw, draw.integer(2, 3))
        return FirstFcShareGap(s.in_channels, s.channels, s.kernel, s.size, s.hidden, s.classes)

    def formula(self, s: FirstFcShare) -> float:
        return _percent(s, _first(s, 1))

    def end(self, s: FirstFcShare) -> Text:
        return Text("The last map is reduced by global average pooling", "最后的特征图经全局平均池化后")

    def features(self, s: FirstFcShare) -> str:
        return str(s.channels[-1])

    def first(self, s: FirstFcShare) -> int:
        return _first(s, 1)


MODEL = ItemModel(
    name="first_fc_share",
    version=1,
    topic="counting",
    title=Text("Share of the first fully connected layer", "第一个全连接层的参数占比"),
    questions=(Share(), ShareBehindPooling()),
)
