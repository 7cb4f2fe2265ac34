"""What pooling to a fixed grid leaves for the classifier."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pooling import PooledClassifier, PooledFeatures

_CHANNELS = (64, 128, 192, 256, 320, 512, 960, 1024, 1280, 2048)


def _pooling(s: PooledFeatures) -> str:
    return f"`nn.AdaptiveAvgPool2d({s.bins})`"


class Features(Question[PooledFeatures]):
    """Source: Lin, Chen and Yan 2013, section 3.2 (global average pooling)."""

    spec = PooledFeatures
    answer = Integer()
    levels = (1, 2)
    rule = r"$C \cdot n^2$ behind a pooling to $n \times n$; $C$ behind global pooling"
    mistakes = (
        Mistake(
            "That is the flattened map without pooling.",
            "这是不做池化直接展平的结果。",
            lambda s: s.channels * s.height * s.width,
        ),
        Mistake(
            "The grid has n² cells, not n.",
            "网格有 n² 个单元，而不是 n 个。",
            lambda s: s.channels * s.bins,
        ),
        Mistake(
            "Each channel gives its own means; they are not averaged over the channels.",
            "每个通道各取平均；不会在通道之间取平均。",
            lambda s: s.bins * s.bins,
        ),
        Mistake(
            "Global average pooling means over height and width, not over the channels.",
            "全局平均池化是对高和宽取平均，而不是对通道。",
            lambda s: s.height * s.width if s.bins == 1 else None,
        ),
        Mistake(
            "The number in adaptive pooling is the size of the output, not of a window.",
            "自适应池化的参数是输出的尺寸，不是窗口的大小。",
            lambda s: s.channels * (s.height // s.bins) * (s.width // s.bins) if s.bins > 1 else None,
        ),
        Mistake(
            "Only one axis was pooled; both are.",
            "只池化了一个方向；两个方向都要池化。",
            lambda s: s.channels * s.bins * s.width,
        ),
        Mistake(
            "All positions are averaged to one whatever the number says: that is global pooling, n = 1.",
            "把所有位置平均成了一个：那是 n = 1 的全局池化。",
            lambda s: s.channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PooledFeatures | None:
        sides = (7, 8, 10, 12, 13, 14, 16)
        if level == 1:
            side = draw.choice(sides)
            return PooledFeatures(draw.choice(_CHANNELS), side, side)
        return PooledFeatures(draw.choice(_CHANNELS), draw.choice(sides), draw.choice(sides), draw.integer(2, 6))

    def formula(self, s: PooledFeatures) -> int:
        return s.channels * s.bins * s.bins

    def stem(self, s: PooledFeatures) -> Text:
        shape = by(s.channels, s.height, s.width)
        return Text(
            f"A {shape} map (C×H×W) passes {_pooling(s)} and `nn.Flatten()`. How many features has each image then?",
            f"{shape}（C×H×W）的特征图经过 {_pooling(s)} 和 `nn.Flatten()`。每张图像有多少个特征？",
        )

    def solution(self, s: PooledFeatures) -> Text:
        product = rf"{s.channels} \cdot {s.bins} \cdot {s.bins} = {num(self.formula(s))}"
        return Text(
            f"Whatever the {s.height}×{s.width} positions, each channel becomes {s.bins}×{s.bins}: ${product}$.",
            f"无论原来是 {s.height}×{s.width} 个位置，每个通道都变为 {s.bins}×{s.bins}：${product}$。",
        )


def _weights(s: PooledClassifier, cells: int) -> int:
    return s.channels * cells * s.classes


class Saved(Question[PooledClassifier]):
    """The weights of the two heads, one from the other; the biases are the same."""

    spec = PooledClassifier
    answer = Integer()
    levels = (3,)
    find = "saved"
    rule = r"$C(HW - n^2)K$; the $K$ biases cancel"
    mistakes = (
        Mistake(
            "That is all the classifier on the flattened map has.",
            "这是直接展平时分类器的全部参数。",
            lambda s: _weights(s, s.height * s.width) + s.classes,
        ),
        Mistake(
            "That is what the classifier behind the pooling still has.",
            "这是池化之后分类器仍有的参数。",
            lambda s: _weights(s, s.bins * s.bins) + s.classes,
        ),
        Mistake(
            "Both classifiers have a bias per class; they cancel.",
            "两种分类器每类都有一个偏置，相减抵消。",
            lambda s: _weights(s, s.height * s.width - s.bins * s.bins) + s.classes,
        ),
        Mistake(
            "The pooled grid has n² cells, not n.",
            "池化后的网格有 n² 个单元，而不是 n 个。",
            lambda s: _weights(s, s.height * s.width - s.bins),
        ),
        Mistake(
            "That is the number of features saved, not of parameters: every class has a weight for each.",
            "这是减少的特征数，不是参数量：每个类别对每个特征都有一个权重。",
            lambda s: s.channels * (s.height * s.width - s.bins * s.bins),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PooledClassifier | None:
        sides = (6, 7, 8, 10, 12, 14)
        return PooledClassifier(
            draw.choice((32, 64, 128, 256, 512)),
            draw.choice(sides),
            draw.choice(sides),
            draw.integer(1, 4),
            draw.choice((10, 20, 50, 100)),
        )

    def formula(self, s: PooledClassifier) -> int:
        return _weights(s, s.height * s.width - s.bins * s.bins)

    def stem(self, s: PooledClassifier) -> Text:
        shape = by(s.channels, s.height, s.width)
        return Text(
            f"A {shape} map (C×H×W) is flattened and classified by an `nn.Linear` with bias into {s.classes} classes. How many "
            f"parameters fewer does the linear layer need if {_pooling(s)} comes before the flattening?",
            f"{shape}（C×H×W）的特征图展平后由带偏置的 `nn.Linear` 分为 {s.classes} 类。若在展平之前加上 {_pooling(s)}，"
            "线性层的参数量减少多少？",
        )

    def solution(self, s: PooledClassifier) -> Text:
        before = rf"{s.channels} \cdot {s.height} \cdot {s.width} = {num(s.channels * s.height * s.width)}"
        after = rf"{s.channels} \cdot {s.bins}^2 = {num(s.channels * s.bins**2)}"
        fewer = s.channels * (s.height * s.width - s.bins * s.bins)
        product = rf"{num(fewer)} \cdot {s.classes} = {num(self.formula(s))}"
        return Text(
            f"Features without pooling: ${before}$, with it: ${after}$.\n\nThe {s.classes} biases are the same: ${product}$ fewer.",
            f"不池化时的特征数：${before}$；池化后：${after}$。\n\n{s.classes} 个偏置相同：减少 ${product}$。",
        )


MODEL = ItemModel(
    name="global_pool",
    version=1,
    topic="shapes",
    title=Text("Features after global pooling", "全局池化之后的特征数"),
    questions=(Features(), Saved()),
)
