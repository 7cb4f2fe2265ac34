"""The in_features of a linear layer after a convolution and a pooling."""

from __future__ import annotations

from math import isqrt

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import steps, windows, windows_up
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pooling import FlattenFeatures, FlattenSide


def _sides(s: FlattenFeatures) -> tuple[int, int]:
    """After the convolution."""
    one, other = (windows(a.size, a.kernel, a.stride, a.padding) for a in s.axes)
    return one, other


def _features(s: FlattenFeatures, height: int, width: int) -> int:
    return s.out_channels * (height // s.pool) * (width // s.pool)


def _layers(s: FlattenFeatures | FlattenSide) -> tuple[str, str]:
    convolution = f"`nn.Conv2d(3, {s.out_channels}, kernel_size={s.kernel}, stride={s.stride}, padding={s.padding})`"
    layers = (convolution, f"`nn.MaxPool2d({s.pool})`", "`nn.Flatten()`")
    return ", ".join(layers), "、".join(layers)


class InFeatures(Question[FlattenFeatures]):
    """Source: documentation of torch.nn.Conv2d, MaxPool2d and Flatten."""

    spec = FlattenFeatures
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$C \cdot \lfloor H'/m \rfloor \cdot \lfloor W'/m \rfloor$ with $H', W'$ after the convolution, pooling window $m$",
        r"$C \cdot \lfloor H'/m \rfloor \cdot \lfloor W'/m \rfloor$，$H'$、$W'$ 为卷积之后的高和宽，$m$ 为池化窗口",
    )
    mistakes = (
        Mistake(
            "The map was not flattened: its positions belong to the features too.",
            "没有展平：每个位置也都是特征。",
            lambda s: s.out_channels,
        ),
        Mistake("The pooling was left out.", "没有算上池化。", lambda s: s.out_channels * _sides(s)[0] * _sides(s)[1]),
        Mistake(
            "The convolution was taken to keep the size; that needs stride 1 and padding (k − 1)/2.",
            "认为卷积保持尺寸不变；那需要步长 1 且填充 (k − 1)/2。",
            lambda s: _features(s, s.height, s.width),
        ),
        Mistake(
            "The pooling was rounded up; by default an incomplete window is dropped.",
            "池化向上取整了；默认舍去不完整的窗口。",
            lambda s: s.out_channels * -(-_sides(s)[0] // s.pool) * -(-_sides(s)[1] // s.pool),
        ),
        Mistake(
            "The positions were divided by m; the pooling divides height and width by m each.",
            "把位置数除以了 m；池化使高和宽都除以 m。",
            lambda s: s.out_channels * _sides(s)[0] * _sides(s)[1] // s.pool,
        ),
        Mistake(
            "The convolution's output size was rounded up; it is rounded down.",
            "卷积的输出尺寸向上取整了；应向下取整。",
            lambda s: _features(
                s,
                windows_up(s.height, s.kernel, s.stride, s.padding),
                windows_up(s.width, s.kernel, s.stride, s.padding),
            ),
        ),
        Mistake(
            "The 3 input channels were multiplied in; the convolution sums over them.",
            "乘上了 3 个输入通道；卷积已对它们求和。",
            lambda s: 3 * _features(s, *_sides(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FlattenFeatures | None:
        channels = draw.choice((4, 6, 8, 10, 16, 20, 32))
        if level == 1:
            side, kernel = draw.choice((16, 20, 24, 28, 32, 48, 64)), draw.choice((3, 5))
            return FlattenFeatures(side, side, channels, kernel, 1, draw.choice((0, kernel // 2)), 2)
        kernel = draw.choice((3, 4, 5, 7))
        return FlattenFeatures(
            draw.integer(20, 64),
            draw.integer(20, 64),
            channels,
            kernel,
            draw.integer(1, 2),
            draw.integer(0, kernel // 2),
            draw.integer(2, 4),
        )

    def formula(self, s: FlattenFeatures) -> int:
        return _features(s, *_sides(s))

    def stem(self, s: FlattenFeatures) -> Text:
        return Text(
            f"A 3×{s.height}×{s.width} image (C×H×W) passes through {_layers(s)[0]} and then an `nn.Linear`. What must the "
            "`in_features` of the linear layer be?",
            f"3×{s.height}×{s.width}（C×H×W）的图像依次经过 {_layers(s)[1]}，再进入 `nn.Linear`。该线性层的 `in_features` "
            "应为多少？",
        )

    def solution(self, s: FlattenFeatures) -> Text:
        height, width = _sides(s)
        down = steps(s.height, s.kernel, s.stride, s.padding)
        across = steps(s.width, s.kernel, s.stride, s.padding)
        pooled = (height // s.pool, width // s.pool)
        floors = rf"\lfloor {height}/{s.pool} \rfloor = {pooled[0]}, \lfloor {width}/{s.pool} \rfloor = {pooled[1]}"
        product = rf"{s.out_channels} \cdot {pooled[0]} \cdot {pooled[1]} = {num(self.formula(s))}"
        return Text(
            f"Convolution: height ${down}$, width ${across}$.\n\nPooling: ${floors}$.\n\nFeatures: ${product}$.",
            f"卷积：高 ${down}$，宽 ${across}$。\n\n池化：${floors}$。\n\n特征数：${product}$。",
        )


def _grid(s: FlattenSide) -> int:
    """Side of the map that is flattened."""
    return isqrt(s.in_features // s.out_channels)


def _largest(s: FlattenSide, before_pool: int) -> int:
    return before_pool * s.stride + s.kernel - 2 * s.padding - 1


class LargestSide(Question[FlattenSide]):
    """Back through the layers, taking along what each rounding drops."""

    spec = FlattenSide
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = Text(
        (
            r"$F$ features, $C$ channels: side $n = \sqrt{F/C}$; before the pooling (window $m$) at most $H' = nm + m - 1$, "
            "before the convolution $H = H's + k - 2p - 1$"
        ),
        (
            r"特征数 $F$、通道数 $C$：边长 $n = \sqrt{F/C}$；池化（窗口 $m$）之前最多 $H' = nm + m - 1$，"
            "卷积之前 $H = H's + k - 2p - 1$"
        ),
    )
    mistakes = (
        Mistake(
            "That is the smallest input; pooling and stride drop what is left over.",
            "这是最小的输入；池化和步长会舍去余下的像素。",
            lambda s: (_grid(s) * s.pool - 1) * s.stride + s.kernel - 2 * s.padding,
        ),
        Mistake(
            "The pooling was taken to leave nothing over: up to m − 1 pixels more may come before it.",
            "认为池化没有余数；池化前最多还可多 m − 1 个像素。",
            lambda s: _largest(s, _grid(s) * s.pool) if s.stride > 1 else None,
        ),
        Mistake(
            "The pooling was left out.",
            "没有算上池化。",
            lambda s: _largest(s, _grid(s)),
        ),
        Mistake(
            "The convolution was taken to change the size by its stride alone; kernel and padding count, too.",
            "认为卷积只按步长改变尺寸；卷积核和填充也有影响。",
            lambda s: (_grid(s) * s.pool + s.pool - 1) * s.stride,
        ),
        Mistake(
            "This image is one pixel too large: one more column comes out.",
            "图像大了一个像素：会多输出一列。",
            lambda s: _largest(s, _grid(s) * s.pool + s.pool - 1) + 1,
        ),
        Mistake(
            "The padding was added; it is part of what the kernel reads, so the input is smaller by it.",
            "把填充加上了；卷积核读到的一部分是填充，输入应减去它。",
            lambda s: _largest(s, _grid(s) * s.pool + s.pool - 1) + 4 * s.padding,
        ),
    )

    def sample(self, draw: Draw, level: int) -> FlattenSide | None:
        channels, grid = draw.choice((4, 6, 8, 10, 12, 16)), draw.integer(3, 7)
        kernel = draw.choice((3, 5))
        return FlattenSide(
            channels * grid * grid,
            channels,
            kernel,
            draw.integer(1, 2),
            draw.integer(0, kernel // 2),
            draw.integer(2, 3),
        )

    def formula(self, s: FlattenSide) -> int:
        return _largest(s, _grid(s) * s.pool + s.pool - 1)

    def stem(self, s: FlattenSide) -> Text:
        return Text(
            f"{_layers(s)[0]} are followed by `nn.Linear` with `in_features={s.in_features}`. What is the side of the largest "
            "square image that the network takes without an error?",
            f"{_layers(s)[1]} 之后是 `in_features={s.in_features}` 的 `nn.Linear`。网络不报错的最大方形图像边长是多少像素？",
        )

    def solution(self, s: FlattenSide) -> Text:
        grid = _grid(s)
        before = grid * s.pool + s.pool - 1
        root = rf"\sqrt{{{s.in_features}/{s.out_channels}}} = {grid}"
        pooled = rf"{grid} \cdot {s.pool} + {s.pool - 1} = {before}"
        found = rf"{before} \cdot {s.stride} + {s.kernel} - 2 \cdot {s.padding} - 1 = {self.formula(s)}"
        return Text(
            f"The flattened map has a side of ${root}$; before the pooling it has ${pooled}$ at most.\n\n"
            f"Before the convolution: ${found}$.",
            f"展平前特征图的边长为 ${root}$；池化之前最多为 ${pooled}$。\n\n卷积之前：${found}$。",
        )


MODEL = ItemModel(
    name="flatten_features",
    version=1,
    topic="shapes",
    title=Text("Features that enter the linear layer", "进入线性层的特征数"),
    questions=(InFeatures(), LargestSide()),
)
