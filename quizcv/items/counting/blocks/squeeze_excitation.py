"""Parameters of squeeze-and-excitation blocks."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, BIAS_MISSED, Counted, Part, biases, dense, with_biases
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.blocks import SeParams, SeReduction


def _weights(s: SeParams) -> int:
    return 2 * s.channels * s.channels // s.reduction


class Params(Counted[SeParams]):
    """Source: Hu et al. 2018, "Squeeze-and-Excitation Networks", section 4."""

    spec = SeParams
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$2C^2/r$", "$C/r + C$")
    mistakes = (
        Mistake(
            "Only one of the two layers was counted: the block squeezes and expands again.",
            "只算了两个全连接层中的一个：先压缩，再恢复。",
            lambda s: s.channels * s.channels // s.reduction,
        ),
        Mistake(
            "The reduction was ignored: the hidden layer has C/r units.",
            "忽略了压缩比：隐藏层只有 C/r 个单元。",
            lambda s: 2 * s.channels**2,
        ),
        Mistake(
            "C was divided by r on both sides of each layer; only the hidden side is reduced.",
            "每一层的两端都除以了 r；只有隐藏层一端被压缩。",
            lambda s: 2 * (s.channels // s.reduction) ** 2,
        ),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + s.channels + s.channels // s.reduction),
    )

    def sample(self, draw: Draw, level: int) -> SeParams | None:
        reduction = draw.choice((4, 8, 16) if level == 1 else (2, 4, 6, 8, 12, 16, 32))
        hidden = draw.integer(2, 32) if level == 1 else draw.integer(3, 64)
        channels = hidden * reduction
        return SeParams(channels, reduction, level == 2 and draw.chance(0.75)) if channels <= 1024 else None

    def parts(self, s: SeParams) -> list[Part]:
        hidden = s.channels // s.reduction
        found = [dense(s.channels, hidden), dense(hidden, s.channels)]
        return [*found, biases(hidden, s.channels)] if s.bias else found

    def stem(self, s: SeParams) -> Text:
        en = "Both layers have biases, which count." if s.bias else "Neither layer has a bias."
        zh = "两层都有偏置，偏置计入。" if s.bias else "两层均无偏置。"
        return Text(
            f"A squeeze-and-excitation block works on {s.channels} channels with reduction ratio {s.reduction}: global "
            f"average pooling, a fully connected layer, ReLU, another fully connected layer, sigmoid. {en} How many "
            "parameters does it have?",
            f"一个 SE（squeeze-and-excitation）模块作用于 {s.channels} 个通道，压缩比为 {s.reduction}：全局平均池化、"
            f"全连接、ReLU、全连接、sigmoid。{zh}该模块有多少个参数？",
        )

    def solution(self, s: SeParams) -> Text:
        hidden = f"${s.channels} / {s.reduction} = {s.channels // s.reduction}$"
        sums = Counted.solution(self, s)
        return Text(f"Hidden units: {hidden}.\n\n{sums.en}", f"隐藏单元数：{hidden}。\n\n{sums.zh}")


class Reduction(Question[SeReduction]):
    """The same solved for r."""

    spec = SeReduction
    answer = Integer()
    levels = (3,)
    find = "reduction"
    rule = r"$r = 2C^2/P$"
    mistakes = (
        Mistake(
            "That is the number of hidden units, C/r.", "这是隐藏单元数 C/r。", lambda s: s.params // (2 * s.channels)
        ),
        Mistake(
            "Only one of the two layers was counted.",
            "只算了两个全连接层中的一个。",
            lambda s: s.channels**2 // s.params,
        ),
        Mistake(
            "The parameters were divided by C only: that gives the hidden units, C/r, once for each layer.",
            "只用参数量除以了 C：得到的是两层各计一次的隐藏单元数 C/r。",
            lambda s: s.params // s.channels,
        ),
        Mistake(
            "The two layers were counted twice: both in 2C² and by halving the parameters.",
            "两层重复计了：既用了 2C²，又把参数量减半。",
            lambda s: 4 * s.channels**2 // s.params,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeReduction | None:
        reduction, hidden = draw.choice((2, 4, 6, 8, 10, 12, 16, 20, 24, 32)), draw.integer(2, 48)
        channels = reduction * hidden
        return SeReduction(channels, 2 * channels * hidden) if channels <= 1536 else None

    def formula(self, s: SeReduction) -> int:
        return 2 * s.channels**2 // s.params

    def stem(self, s: SeReduction) -> Text:
        return Text(
            f"A squeeze-and-excitation block on {s.channels} channels has {num(s.params)} parameters in its two fully "
            "connected layers, which have no biases. What is its reduction ratio?",
            f"一个 SE 模块作用于 {s.channels} 个通道，它的两个全连接层（均无偏置）共有 {num(s.params)} 个参数。压缩比是多少？",
        )

    def solution(self, s: SeReduction) -> Text:
        steps = rf"r = 2 \cdot {s.channels}^2 / {num(s.params)} = {self.formula(s)}"
        return Text(
            f"The layers have $2C^2/r$ weights, so ${steps}$.",
            f"两层共有 $2C^2/r$ 个权重，故 ${steps}$。",
        )


MODEL = ItemModel(
    name="se_block_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a squeeze-and-excitation block", "SE 模块的参数量"),
    questions=(Params(), Reduction()),
)
