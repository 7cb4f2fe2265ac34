"""Parameters of PReLU."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import PreluNetwork, PreluParams


class Params(Question[PreluParams]):
    """Source: He et al. 2015, Delving Deep into Rectifiers, section 2.1; documentation of torch.nn.PReLU."""

    spec = PreluParams
    answer = Integer()
    levels = (1, 2)
    rule = r"`nn.PReLU()`: 1; `nn.PReLU(C)`: $C$"
    mistakes = (
        Mistake(
            "Given a number of channels, PReLU has a slope for each of them.",
            "给定通道数时，PReLU 每个通道有一个斜率。",
            lambda s: None if s.shared else 1,
        ),
        Mistake(
            "By default PReLU has one slope for all channels.",
            "PReLU 默认所有通道共用一个斜率。",
            lambda s: s.channels if s.shared else None,
        ),
        Mistake(
            "The pixels of a channel share its slope.",
            "同一通道的所有像素共用斜率。",
            lambda s: s.channels * s.size**2,
        ),
        Mistake(
            "The pixels have no slopes of their own.",
            "并不是每个像素一个斜率。",
            lambda s: s.size**2,
        ),
        Mistake(
            "PReLU learns the slope for negative inputs only; that for positive ones is 1.",
            "PReLU 只学习负半轴的斜率；正半轴的斜率固定为 1。",
            lambda s: 2 if s.shared else 2 * s.channels,
        ),
        Mistake(
            "Unlike ReLU, PReLU has a slope to learn.",
            "与 ReLU 不同，PReLU 有可学习的参数。",
            lambda s: 0,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PreluParams | None:
        channels = draw.integer(2, 64) * draw.choice((2, 4, 8))
        return PreluParams(channels, draw.choice((7, 8, 14, 16, 28, 32, 56)), level == 2 and draw.chance(0.4))

    def formula(self, s: PreluParams) -> int:
        return 1 if s.shared else s.channels

    def stem(self, s: PreluParams) -> Text:
        code, size = "nn.PReLU()" if s.shared else f"nn.PReLU({s.channels})", by(s.channels, s.size, s.size)
        return Text(
            f"`{code}` is applied to a feature map of {size} (C×H×W). How many learnable parameters does it have?",
            f"对 {size}（C×H×W）的特征图应用 `{code}`。它有多少个可学习参数？",
        )

    def solution(self, s: PreluParams) -> Text:
        size = by(s.channels, s.size, s.size)
        if s.shared:
            return Text(
                f"Without arguments there is one slope for all {size} elements: 1.",
                f"不带参数时，{size} 个元素共用一个斜率：1。",
            )
        return Text(
            f"One slope for each of the {num(s.channels)} channels, shared by its {by(s.size, s.size)} pixels: {num(s.channels)}.",
            f"{num(s.channels)} 个通道各有一个斜率，由通道内 {by(s.size, s.size)} 个像素共用：{num(s.channels)}。",
        )


class Network(Question[PreluNetwork]):
    """What the activations of a whole chain cost."""

    spec = PreluNetwork
    answer = Integer()
    levels = (3,)
    find = "network"
    rule = Text(
        r"$\sum_l C_l$, and the number of layers if each has a single slope",
        r"$\sum_l C_l$；每层只有一个斜率时为层数",
    )
    mistakes = (
        Mistake(
            "Each layer has a slope for every channel, not a single one.",
            "每层的每个通道都有一个斜率，而不是整层一个。",
            lambda s: None if s.shared else len(s.channels),
        ),
        Mistake(
            "Each layer has a single slope here, not one for every channel.",
            "这里每层只有一个斜率，而不是每个通道一个。",
            lambda s: sum(s.channels) if s.shared else None,
        ),
        Mistake(
            "Every layer has an activation, not the last one only.",
            "每层都有激活函数，而不是只有最后一层。",
            lambda s: 1 if s.shared else s.channels[-1],
        ),
        Mistake(
            "The last layer has an activation too.",
            "最后一层也有激活函数。",
            lambda s: len(s.channels) - 1 if s.shared else sum(s.channels[:-1]),
        ),
        Mistake(
            "PReLU learns the slope for negative inputs only; that for positive ones is 1.",
            "PReLU 只学习负半轴的斜率；正半轴的斜率固定为 1。",
            lambda s: 2 * len(s.channels) if s.shared else 2 * sum(s.channels),
        ),
        Mistake(
            "Slopes belong to the output channels of a layer, not to pairs of channels.",
            "斜率属于一层的输出通道，而不是通道对。",
            lambda s: sum(a * b for a, b in zip(s.channels, s.channels[1:], strict=False)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PreluNetwork | None:
        count = draw.integer(3, 6)
        channels = tuple(draw.choice((16, 24, 32, 48, 64, 96, 128, 192, 256)) for _ in range(count))
        return PreluNetwork(channels, draw.chance(0.25))

    def formula(self, s: PreluNetwork) -> int:
        return len(s.channels) if s.shared else sum(s.channels)

    def stem(self, s: PreluNetwork) -> Text:
        slopes = (
            ("with a single slope", "每个只有一个斜率")
            if s.shared
            else ("with a slope for each channel", "每个通道一个斜率")
        )
        return Text(
            f"A network is a chain of convolutions with {vector(s.channels)} output channels, in this order, each followed by a ReLU. "
            f"Every ReLU is replaced by a separate PReLU {slopes[0]}. How many learnable parameters does the network gain?",
            f"网络由一串卷积层组成，输出通道数依次为 {vector(s.channels)}，每层后接 ReLU。把每个 ReLU 都换成独立的 PReLU（{slopes[1]}）。"
            "网络增加了多少个可学习参数？",
        )

    def solution(self, s: PreluNetwork) -> Text:
        if s.shared:
            return Text(
                f"One slope for each of the {len(s.channels)} layers, a ReLU has none: {len(s.channels)}.",
                f"{len(s.channels)} 层各有一个斜率，ReLU 没有参数：{len(s.channels)}。",
            )
        total = f"{' + '.join(map(str, s.channels))} = {num(self.formula(s))}"
        return Text(
            f"A ReLU has no parameters, a PReLU as many as its layer has output channels: ${total}$.",
            f"ReLU 没有参数，PReLU 的参数个数等于该层的输出通道数：${total}$。",
        )


MODEL = ItemModel(
    name="prelu_params",
    version=1,
    topic="counting",
    title=Text("Parameters of PReLU", "PReLU 的参数量"),
    questions=(Params(), Network()),
)
