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
    rule = Text(
        r"$C \cdot n^2$ after a pooling to $n \times n$; $C$ after global pooling",
        r"池化到 $n \times n$ 之后为 $C \cdot n^2$；全局池化之后为 $C$",
    )
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
            "The channels were averaged, too; each channel keeps its own means.",
            "在通道之间也取了平均；每个通道应各自取平均。",
            lambda s: s.bins * s.bins,
        ),
        Mistake(
            "The channels were averaged; global average pooling takes the mean over height and width.",
            "对通道取了平均；全局平均池化是对高和宽取平均。",
            lambda s: s.height * s.width if s.bins == 1 else None,
        ),
        Mistake(
            "The number was taken as the window size; in adaptive pooling it is the size of the output.",
            "把参数当成了窗口大小；自适应池化的参数是输出的尺寸。",
            lambda s: s.channels * (s.height // s.bins) * (s.width // s.bins) if s.bins > 1 else None,
        ),
        Mistake(
            "Only one axis was pooled; both are.",
            "只池化了一个方向；两个方向都要池化。",
            lambda s: s.channels * s.bins * s.width,
        ),
        Mistake(
            "All positions were averaged to one; that is global pooling, n = 1.",
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
            f"A map of shape {shape} (C×H×W) passes through {_pooling(s)} and `nn.Flatten()`. How many features does each image then have?",
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
    rule = Text(
        r"$C(HW - n^2)K$ for $K$ classes and a pooling to $n \times n$; the $K$ biases cancel",
        r"$C(HW - n^2)K$，$K$ 为类别数，$n \times n$ 为池化后的尺寸；$K$ 个偏置相减抵消",
    )
    mistakes = (
        Mistake(
            "Those are all parameters of the classifier on the flattened map, not the difference.",
            "这是直接展平时分类器的全部参数，不是减少的数量。",
            lambda s: _weights(s, s.height * s.width) + s.classes,
        ),
        Mistake(
            "That is what the classifier after the pooling still has.",
            "这是池化之后分类器仍有的参数。",
            lambda s: _weights(s, s.bins * s.bins) + s.classes,
        ),
        Mistake(
            "The biases were counted as saved; both classifiers have one per class, and they cancel.",
            "把偏置也算作减少了；两种分类器每类都有一个偏置，相减抵消。",
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
            f"A map of shape {shape} (C×H×W) is flattened and classified by an `nn.Linear` with bias into {s.classes} classes. How many "
            f"fewer parameters does the linear layer need if {_pooling(s)} comes before the flattening?",
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
