"""Back from a layer of a known network to the image."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.errors import BadParameters
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._layers import (
    along,
    chain,
    last_stride_twice,
    made,
    operations,
    rounding,
    sliding,
    strided,
    strides_to,
    without_last_stride,
)
from quizcv.items.networks._words import both, note, place, title
from quizcv.items.text import by
from quizcv.model import Text
from quizcv.networks import network, ops
from quizcv.networks.ops import Op
from quizcv.networks.questions.layers import NetworkInputSize
from quizcv.seeds import Draw

NAMED = (
    *("vgg11", "vgg13", "vgg16", "vgg19", "alexnet", "alexnet_2012", "unet"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "mobilenet_v1", "mobilenet_v2"),
)
#: Behind these the side of the image follows from the side of the map.
_PASSED = (
    ops.Conv,
    ops.Pool,
    ops.Norm,
    ops.Activation,
    ops.Dropout,
    ops.Add,
    ops.Concat,
    ops.Scale,
    ops.Gate,
    ops.Shuffle,
)


def windows_of(name: str, most: int = 99) -> list[str]:
    """Convolutions and poolings behind the first two layers, at most so far into the network."""
    rows = [
        row for row in made(name).rows if row.name == row.main.layer.name and not row.name.startswith(("up", "out"))
    ]
    shown = [row.name for row in rows if sliding(row.main.layer.op) and len(row.shape) == 3]
    return shown[2:most]


def _smallest(op: Op, side: int) -> int:
    """The smallest side before an operation that gives at least this one behind it."""
    if not isinstance(op, ops.Conv | ops.Pool):
        return side
    k, stride, padding = op.kernel[0], op.stride[0], op.padding[0]
    if isinstance(op, ops.Conv):
        k = op.dilation[0] * (k - 1) + 1
    elif op.ceil:
        return max(1, (side - 2) * stride + k - 2 * padding + 1, (side - 1) * stride - padding + 1)
    return max(1, (side - 1) * stride - 2 * padding + k)


def _back(steps: list[Op], side: int) -> int:
    for op in reversed(steps):
        side = _smallest(op, side)
    return side


def _unpadded(op: Op) -> Op:
    """The operation as one who forgets the padding takes it."""
    if isinstance(op, ops.Conv):
        return ops.Conv(op.channels, op.kernel, op.stride, (0, 0), op.dilation)
    return ops.Pool(op.kind, op.kernel, op.stride, (0, 0), op.ceil) if isinstance(op, ops.Pool) else op


class ImageSide(Question[NetworkInputSize]):
    """Back from the layer to the image: n = (m − 1)s − 2p + k in every layer."""

    spec = NetworkInputSize
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = Text(
        r"from the layer back to the image: $n = (m - 1)s - 2p + k$ is the smallest side that gives $m$",
        r"从该层逐层倒推：能得到边长 $m$ 的最小输入边长为 $n = (m - 1)s - 2p + k$",
    )
    mistakes = (
        Mistake(
            "That is the side times the product of the strides; kernels, paddings and rounding change it.",
            "这只是边长乘以各步长之积，没有考虑核大小、填充和取整。",
            lambda s: s.side * strides_to(s.network, s.layer),
        ),
        Mistake(
            "That is the largest such image.",
            "这是满足条件的最大图像。",
            lambda s: _back(operations(s.network, s.layer), s.side + 1) - 1,
        ),
        Mistake(
            "The padding was forgotten.",
            "忘了填充。",
            lambda s: _back([_unpadded(op) for op in operations(s.network, s.layer)], s.side),
        ),
        Mistake(
            "The last layer that shrinks the map was left out.",
            "漏了最后一个缩小特征图的层。",
            lambda s: _back(without_last_stride(operations(s.network, s.layer)), s.side),
        ),
        Mistake(
            "The last stride was counted twice.",
            "最后一次步长算了两遍。",
            lambda s: _back(last_stride_twice(operations(s.network, s.layer)), s.side),
        ),
        Mistake(
            "Only strides were counted, $n = (m - 1)s + 1$; kernels and paddings were forgotten.",
            "只算了步长，即 $n = (m - 1)s + 1$；忘了核大小和填充。",
            lambda s: (s.side - 1) * strides_to(s.network, s.layer) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkInputSize | None:
        name = draw.choice(NAMED)
        layer, side = draw.choice(windows_of(name)), draw.integer(3, 40)
        return NetworkInputSize(name, layer, side) if 64 <= _back(operations(name, layer), side) <= 900 else None

    def formula(self, s: NetworkInputSize) -> int:
        steps = operations(s.network, s.layer)
        square = all(op.kernel[0] == op.kernel[1] for op in steps if isinstance(op, ops.Conv | ops.Pool))
        if not square or not all(isinstance(op, _PASSED) for op in steps):
            raise BadParameters(f"the way to {s.layer} of {s.network} has layers that no size can be found behind.")
        found = _back(steps, s.side)
        if along(steps, found) != s.side:
            raise BadParameters(f"no image makes {s.layer} of {s.network} give maps of {by(s.side, s.side)}.")
        return found

    def stem(self, s: NetworkInputSize) -> Text:
        named, where, round_, more = (
            title(s.network),
            place(s.network, s.layer),
            rounding(s.network, s.layer),
            note(s.network),
        )
        channels, side = network(s.network).input[0], by(s.side, s.side)
        one = "1 channel" if channels == 1 else f"{channels} channels"
        return both(
            f"A square image ({one}) is given to {named.en}. What is the smallest side for which {where.en} gives maps of {side}? "
            f"{round_.en}{more.en}",
            f"向 {named.zh} 输入正方形图像（{channels} 通道）。要使{where.zh}输出 {side} 的特征图，图像边长最小是多少像素？"
            f"{round_.zh}{more.zh}",
        )

    def solution(self, s: NetworkInputSize) -> Text:
        side, sides = s.side, [f"{s.side}"]
        for step in reversed(chain(s.network, s.layer)):
            before, side = side, _smallest(step.layer.op, side)
            if side != before or strided(step.layer.op):
                sides.append(rf"\xrightarrow{{\text{{{step.layer.row}}}}} {side}".replace("_", r"\_"))
        steps = " ".join(sides)
        return Text(
            f"Back to the image, by $n = (m - 1)s - 2p + k$ where the side changes: ${steps}$. Smallest side: {side}.",
            f"用 $n = (m - 1)s - 2p + k$ 倒推（只列边长变化处）：${steps}$。最小边长：{side}。",
        )
