"""A chain of convolutions and poolings, forwards and backwards."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import NO_PADDING, PADDING_ONCE, ROUNDED_UP, numbered, windows, windows_up
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.stacks import Layer, StackInput, StackOutput


def _draw_layers(draw: Draw, count: int, *, plain: bool) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for at in range(count):
        if at % 2 and draw.chance(0.6):
            kernel = draw.integer(2, 3)
            layers.append(("pool", kernel, 2, 0 if plain else draw.integer(0, 1)))
        else:
            kernel = draw.choice((3, 5) if plain else (1, 3, 4, 5, 7))
            stride = draw.choice((1, 1, 2)) if plain else draw.integer(1, 3)
            layers.append(
                ("conv", kernel, stride, draw.choice((0, kernel // 2)) if plain else draw.integer(0, kernel // 2))
            )
    return tuple(layers)


def _sizes(s: StackOutput) -> list[int]:
    """The input's and every layer's."""
    sizes = [s.size]
    for _, kernel, stride, padding in s.layers:
        sizes.append(windows(sizes[-1], kernel, stride, padding))
    return sizes


def _through(s: StackOutput, *, up: bool = False, once: bool = False, padded: bool = True, pools: bool = True) -> int:
    """The last size, with something wrong in every layer."""
    size = s.size
    for kind, kernel, stride, padding in s.layers:
        if kind == "pool" and not pools:
            continue
        room = size - padding if once else size
        size = (windows_up if up else windows)(room, kernel, stride, padding if padded else 0)
    return size


def _divided(s: StackOutput) -> int:
    size = s.size
    for _, _, stride, _ in s.layers:
        size //= stride
    return size


def _described(layers: tuple[Layer, ...]) -> tuple[str, str]:
    en = {"conv": "convolution", "pool": "max pooling"}
    zh = {"conv": "卷积", "pool": "最大池化"}
    return (
        numbered(f"{en[kind]} {k}×{k}, stride {s}, padding {p}" for kind, k, s, p in layers),
        numbered(f"{zh[kind]} {k}×{k}，步长 {s}，填充 {p}" for kind, k, s, p in layers),
    )


class ChainOutput(Question[StackOutput]):
    """Source: documentation of torch.nn.Conv2d and MaxPool2d, "Shape"."""

    spec = StackOutput
    answer = Integer("px")
    levels = (1, 2)
    rule = Text(
        r"$H \to \lfloor (H + 2p - k)/s \rfloor + 1$, layer after layer",
        r"逐层计算 $H \to \lfloor (H + 2p - k)/s \rfloor + 1$",
    )
    mistakes = (
        Mistake(*ROUNDED_UP, lambda s: _through(s, up=True)),
        Mistake(*PADDING_ONCE, lambda s: _through(s, once=True)),
        Mistake(*NO_PADDING, lambda s: _through(s, padded=False)),
        Mistake(
            "The size was only divided by the strides; kernels and paddings count, too.",
            "只是把尺寸除以各步长；卷积核和填充也有影响。",
            _divided,
        ),
        Mistake("The last layer was left out.", "漏了最后一层。", lambda s: _sizes(s)[-2]),
        Mistake("The poolings were left out.", "漏了池化层。", lambda s: _through(s, pools=False)),
    )

    def sample(self, draw: Draw, level: int) -> StackOutput | None:
        if level == 1:
            s = StackOutput(draw.choice((28, 32, 48, 64, 96, 128, 224)), _draw_layers(draw, 2, plain=True))
        else:
            s = StackOutput(draw.integer(48, 256), _draw_layers(draw, draw.integer(3, 4), plain=False))
        return s if min(_sizes(s)) > 2 and any(layer[2] > 1 for layer in s.layers) else None

    def formula(self, s: StackOutput) -> int:
        return _sizes(s)[-1]

    def stem(self, s: StackOutput) -> Text:
        en, zh = _described(s.layers)
        return Text(
            f"An image of {s.size}×{s.size} pixels passes through these layers (dilation 1, padding on every side, PyTorch's "
            f"rounding):{en}How many pixels wide is the last map?",
            f"{s.size}×{s.size} 的图像依次经过以下各层（膨胀率 1，填充为每侧的填充，取整方式同 PyTorch）：{zh}"
            "最后的特征图宽多少像素？",
        )

    def solution(self, s: StackOutput) -> Text:
        sizes = _sizes(s)
        lines = [
            rf"$\lfloor ({size} + 2 \cdot {p} - {k})/{stride} \rfloor + 1 = {after}$"
            for size, after, (_, k, stride, p) in zip(sizes, sizes[1:], s.layers, strict=False)
        ]
        return Text(
            f"From {s.size}: " + "; ".join(lines) + f".\n\nThe last map: {sizes[-1]}.",
            f"从 {s.size} 开始：" + "；".join(lines) + f"。\n\n最后的特征图：{sizes[-1]}。",
        )


def _back(s: StackInput) -> list[int]:
    """The output's size and, layer by layer, the smallest that gives it."""
    sizes = [s.out]
    for _, kernel, stride, padding in reversed(s.layers):
        sizes.append(max(1, (sizes[-1] - 1) * stride + kernel - 2 * padding))
    return sizes


def _back_wrong(s: StackInput, *, steps: int = 1, times: int = 2, more: int = 0) -> int:
    """The same with o − `steps` steps, padding taken off `times` times, `more` times (s − 1) pixels left over."""
    size = s.out
    for _, kernel, stride, padding in reversed(s.layers):
        size = max(1, (size - steps) * stride + kernel - times * padding + more * (stride - 1))
    return size


class SmallestInput(Question[StackInput]):
    """From the last layer to the first: o windows span (o − 1)s + k pixels, padding among them."""

    spec = StackInput
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = Text(
        r"$o \to (o - 1)s + k - 2p$, from the last layer to the first",
        r"从最后一层往前逐层计算 $o \to (o - 1)s + k - 2p$",
    )
    mistakes = (
        Mistake(
            "Between o windows there are o − 1 strides, not o.",
            "o 个窗口之间只有 o − 1 个步长，而不是 o 个。",
            lambda s: _back_wrong(s, steps=0),
        ),
        Mistake(*PADDING_ONCE, lambda s: _back_wrong(s, times=1)),
        Mistake(*NO_PADDING, lambda s: _back_wrong(s, times=0)),
        Mistake(
            "That is the largest input for this output: what is left over after the last window is not needed.",
            "这是得到该输出的最大输入；最后一个窗口之后余下的像素并不需要。",
            lambda s: _back_wrong(s, more=1),
        ),
        Mistake(
            "The padding was added; part of what the windows read is padding.",
            "把填充加上了；窗口读到的一部分就是填充。",
            lambda s: _back_wrong(s, times=-2),
        ),
        Mistake(
            "The first layer was left out.",
            "漏了第一层。",
            lambda s: _back(s)[-2],
        ),
    )

    def sample(self, draw: Draw, level: int) -> StackInput | None:
        s = StackInput(draw.integer(2, 14), _draw_layers(draw, draw.integer(2, 3), plain=False))
        sizes = _back(s)
        return s if min(sizes) > 1 and sizes[-1] <= 300 and any(layer[2] > 1 for layer in s.layers) else None

    def formula(self, s: StackInput) -> int:
        return _back(s)[-1]

    def stem(self, s: StackInput) -> Text:
        en, zh = _described(s.layers)
        return Text(
            f"A square image passes through these layers (dilation 1, padding on every side, PyTorch's rounding):{en}What is the smallest "
            f"side of the image with which the last map is at least {s.out} pixels wide?",
            f"方形图像依次经过以下各层（膨胀率 1，填充为每侧的填充，取整方式同 PyTorch）：{zh}要使最后的特征图至少宽 {s.out} 像素，"
            "图像的边长最小是多少像素？",
        )

    def solution(self, s: StackInput) -> Text:
        sizes = _back(s)
        lines = [
            rf"$({size} - 1) \cdot {stride} + {k} - 2 \cdot {p} = {before}$"
            for size, before, (_, k, stride, p) in zip(sizes, sizes[1:], reversed(s.layers), strict=False)
        ]
        return Text(
            f"Back from {s.out}: " + "; ".join(lines) + f".\n\nThe image: {sizes[-1]}.",
            f"从 {s.out} 往回推：" + "；".join(lines) + f"。\n\n图像边长：{sizes[-1]}。",
        )


MODEL = ItemModel(
    name="stack_output",
    version=1,
    topic="shapes",
    title=Text("Output size of several layers", "多层之后的输出尺寸"),
    questions=(ChainOutput(), SmallestInput()),
)
