"""Parameters that global average pooling saves before a fully connected layer."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases, plus_one
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.memory import GapHiddenSaving, GapSaving

_CHANNELS = (16, 32, 64, 128, 192, 256, 320, 512)
_CLASSES = (2, 10, 20, 100, 200, 1000)


def _flat(s: GapSaving) -> int:
    return s.channels * s.height * s.width


class Saved(Question[GapSaving]):
    """Source: Lin et al. 2014, Network in Network, section 3.2."""

    spec = GapSaving
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$(CHW - C) \cdot n_{out}$: biases are the same in both cases",
        r"$(CHW - C) \cdot n_{out}$：两种情况的偏置相同",
    )
    mistakes = (
        Mistake(
            "Those are the weights behind the flattened map; some remain behind the pooling.",
            "这是展平后的权重数；池化之后仍有一部分权重。",
            lambda s: _flat(s) * s.out_features,
        ),
        Mistake("Those are the weights that remain.", "这是剩下的权重数。", lambda s: s.channels * s.out_features),
        Mistake(
            "Biases are the same in both cases: none of them is saved.",
            "两种情况的偏置相同：偏置并没有节省。",
            lambda s: (_flat(s) - s.channels + 1) * s.out_features if s.bias else None,
        ),
        Mistake(
            "Those are the inputs that the layer loses: each had a weight to every output.",
            "这是该层减少的输入数：每个输入对每个输出都有一个权重。",
            lambda s: _flat(s) - s.channels,
        ),
        Mistake(
            "Pooling leaves one number for each channel, not a single one in all.",
            "池化后每个通道留下一个数，而不是总共一个数。",
            lambda s: (_flat(s) - 1) * s.out_features,
        ),
        Mistake(
            "Pooling averages over height and width, not over the channels.",
            "池化对高和宽取平均，而不是对通道。",
            lambda s: (_flat(s) - s.height * s.width) * s.out_features,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GapSaving | None:
        side = draw.choice((4, 5, 6, 7, 8))
        if level == 1:
            return GapSaving(draw.choice(_CHANNELS), side, side, draw.choice(_CLASSES))
        sizes = draw.integer(3, 12), draw.integer(3, 12)
        return GapSaving(draw.choice(_CHANNELS), *sizes, draw.choice(_CLASSES), draw.chance(0.6))

    def formula(self, s: GapSaving) -> int:
        return (_flat(s) - s.channels) * s.out_features

    def stem(self, s: GapSaving) -> Text:
        size, bias = by(s.channels, s.height, s.width), biases(s.bias)
        return Text(
            f"A feature map of {size} (C×H×W) is flattened and read by a fully connected layer with {s.out_features} outputs, "
            f"{bias.en}. How many learnable parameters are saved if global average pooling takes the place of flattening and the layer, "
            f"with as many outputs and {bias.en}, reads the pooled values?",
            f"{size}（C×H×W）的特征图展平后送入有 {s.out_features} 个输出的全连接层（{bias.zh}）。若用全局平均池化代替展平，"
            f"再接输出数相同的全连接层（{bias.zh}），可节省多少个可学习参数？",
        )

    def solution(self, s: GapSaving) -> Text:
        flat = rf"{s.channels} \cdot {s.height} \cdot {s.width} = {num(_flat(s))}"
        total = rf"({num(_flat(s))} - {num(s.channels)}) \cdot {num(s.out_features)} = {num(self.formula(s))}"
        return Text(
            f"Inputs of the layer: ${flat}$ when flattened, {num(s.channels)} when pooled.\n\nEach input has a weight to every "
            f"output, biases do not change: ${total}$.",
            f"全连接层的输入：展平时 ${flat}$，池化后 {num(s.channels)}。\n\n每个输入对每个输出有一个权重，偏置不变：${total}$。",
        )


def _before(s: GapHiddenSaving, *, bias: bool | None = None) -> int:
    extra = 1 if (s.bias if bias is None else bias) else 0
    return (s.channels * s.size**2 + extra) * s.hidden + (s.hidden + extra) * s.classes


def _after(s: GapHiddenSaving) -> int:
    return (s.channels + (1 if s.bias else 0)) * s.classes


class HiddenSaved(Question[GapHiddenSaving]):
    """The hidden layer goes as well, as in the step from VGG to ResNet."""

    spec = GapHiddenSaving
    answer = Integer()
    levels = (3,)
    find = "hidden"
    rule = Text(
        r"$(CH^2 + 1)h + (h + 1)K - (C + 1)K$ for $h$ hidden units and $K$ outputs, without the $+ 1$ if there are no biases",
        r"$(CH^2 + 1)h + (h + 1)K - (C + 1)K$，$h$ 为隐藏单元数，$K$ 为输出数；不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake("Those are the parameters before; some remain.", "这是原来的参数量；仍有一部分保留。", _before),
        Mistake("Those are the parameters that remain.", "这是剩下的参数量。", _after),
        Mistake(
            "The second layer was left out: it goes too.",
            "漏了第二个全连接层：它也被去掉了。",
            lambda s: (s.channels * s.size**2 + (1 if s.bias else 0)) * s.hidden - _after(s),
        ),
        Mistake(
            "The biases were left out.",
            "漏了偏置。",
            lambda s: _before(s, bias=False) - s.channels * s.classes if s.bias else None,
        ),
        Mistake(
            "Height and width were forgotten when flattening.",
            "展平时漏了高和宽。",
            lambda s: _before(s) - (s.size**2 - 1) * s.channels * s.hidden - _after(s),
        ),
        Mistake(
            "The layer behind the pooling was counted as saved, not as new.",
            "池化后的全连接层是新增的，却当成节省的加上了。",
            lambda s: _before(s) + _after(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GapHiddenSaving | None:
        hidden = draw.choice((64, 100, 120, 128, 256, 512, 1024, 4096))
        return GapHiddenSaving(
            draw.choice(_CHANNELS), draw.choice((3, 4, 5, 6, 7, 8)), hidden, draw.choice(_CLASSES), draw.chance(0.6)
        )

    def formula(self, s: GapHiddenSaving) -> int:
        return _before(s) - _after(s)

    def stem(self, s: GapHiddenSaving) -> Text:
        size, bias = by(s.channels, s.size, s.size), biases(s.bias)
        return Text(
            f"A network ends with a feature map of {size} (C×H×W), flattened, a fully connected layer with {s.hidden} units and one with "
            f"{s.classes} outputs, both {bias.en}. This is replaced by global average pooling and a single fully connected layer with "
            f"{s.classes} outputs, {bias.en}. How many learnable parameters are saved?",
            f"网络末端为 {size}（C×H×W）的特征图，展平后接 {s.hidden} 个单元的全连接层和 {s.classes} 个输出的全连接层，"
            f"均{bias.zh}。现改为全局平均池化加一个有 {s.classes} 个输出的全连接层（{bias.zh}），可节省多少个可学习参数？",
        )

    def solution(self, s: GapHiddenSaving) -> Text:
        extra = 1 if s.bias else 0
        flat = rf"{s.channels} \cdot {s.size}^2 = {num(s.channels * s.size**2)}"
        one = (s.channels * s.size**2 + extra) * s.hidden
        two = (s.hidden + extra) * s.classes
        first = rf"{plus_one(s.channels * s.size**2, s.bias)} \cdot {num(s.hidden)} = {num(one)}"
        second = rf"{plus_one(s.hidden, s.bias)} \cdot {num(s.classes)} = {num(two)}"
        rest = rf"{plus_one(s.channels, s.bias)} \cdot {num(s.classes)} = {num(_after(s))}"
        total = f"{num(one)} + {num(two)} - {num(_after(s))} = {num(self.formula(s))}"
        return Text(
            f"Flattened: ${flat}$ inputs. Before: ${first}$ and ${second}$. After: ${rest}$.\n\nSaved: ${total}$.",
            f"展平后的输入：${flat}$。之前：${first}$，${second}$。之后：${rest}$。\n\n节省：${total}$。",
        )


MODEL = ItemModel(
    name="gap_saving",
    version=1,
    topic="counting",
    title=Text("What global average pooling saves", "全局平均池化节省的参数"),
    questions=(Saved(), HiddenSaved()),
)
