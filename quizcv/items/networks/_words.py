"""How stems name a layer, a block or a stage of a known network, and how they list layers one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from quizcv.items.text import by
from quizcv.model import Text
from quizcv.networks import INPUT, Layer, Network, network, ops
from quizcv.networks.questions.layers import layers_of

#: Where the catalogue's title is not Chinese enough.
_TITLES = {
    "alexnet": Text("AlexNet (single tower)", "AlexNet（单塔版）"),
    "alexnet_2012": Text("AlexNet (2012)", "AlexNet（2012）"),
    "mobilenet_v1": Text("MobileNetV1", "MobileNetV1"),
    "mobilenet_v1_x0_75": Text("MobileNetV1 (width multiplier 0.75)", "MobileNetV1（宽度系数 0.75）"),
    "mobilenet_v1_x0_5": Text("MobileNetV1 (width multiplier 0.5)", "MobileNetV1（宽度系数 0.5）"),
    "mobilenet_v1_x0_25": Text("MobileNetV1 (width multiplier 0.25)", "MobileNetV1（宽度系数 0.25）"),
}
#: What must be known beside the paper, in a sentence.
_NOTES = {
    "alexnet": Text(
        "As in PyTorch's model, its five convolutions have 64, 192, 384, 256 and 256 channels, and conv1 has stride 4 and padding 2.",
        "与 PyTorch 的模型一致：五个卷积层的通道数为 64、192、384、256、256，conv1 的步长为 4、填充为 2。",
    ),
    "unet": Text("Convolutions have no padding, as in the paper.", "与论文一致，卷积均无填充。"),
    "alexnet_2012": Text(
        "conv2, conv4 and conv5 are in 2 groups; conv1 has no padding.",
        "conv2、conv4、conv5 分为 2 组；conv1 无填充。",
    ),
}
_BOTTLENECK = Text(
    "A bottleneck that halves the map has its stride on the 3×3 convolution (and on the shortcut), as in PyTorch's models.",
    "尺寸减半的瓶颈块，其步长在 3×3 卷积（和捷径）上，与 PyTorch 的模型一致。",
)

_EN = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ZH = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def ordinal(number: int) -> Text:
    """`third`, `第三`; 1 is the first."""
    if number < len(_EN):
        return Text(_EN[number], f"第{_ZH[number]}")
    tail = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return Text(f"{number}{tail}", f"第 {number} ")


def nth(number: int) -> Text:
    """`third`, `第三个`."""
    found = ordinal(number)
    return Text(found.en, f"{found.zh}个")


def title(name: str) -> Text:
    """The network as a stem calls it."""
    found = network(name).title
    return _TITLES.get(name, Text(found, found))


def note(name: str, *, strides: bool = True) -> Text:
    """A convention that the network's name alone does not settle, with a blank before it in English; else nothing. Where a question does
    not depend on `strides`, it is not told where a bottleneck has them."""
    found = _NOTES.get(name)
    if found is None and strides and is_bottleneck(name):
        found = _BOTTLENECK
    return Text(f" {found.en}", found.zh) if found else Text("", "")


@cache
def is_bottleneck(name: str) -> bool:
    """Whether it is a residual network of 1×1, 3×3, 1×1."""
    return any(layer.name == "layer1.0.conv3" for layer in network(name).layers)


def image(name: str, size: int) -> str:
    """`3×320×320`."""
    return by(network(name).input[0], size, size)


_HAN = r"[\u4e00-\u9fff]"
_TOUCHING = re.compile(rf"(?<={_HAN})(?=[A-Za-z0-9`$])|(?<=[A-Za-z0-9`$)])(?={_HAN})")


def both(en: str, zh: str) -> Text:
    """A text put together of names and words: a blank wherever Chinese and Latin letters would touch, none beside Chinese marks."""
    return Text(en, re.sub(r"(?<=[）。，；]) | (?=[（。，；：])", "", _TOUCHING.sub(" ", zh)))


def _kernel(op: ops.Op) -> str:
    kernel = getattr(op, "kernel", None)
    return f"{kernel[0]}×{kernel[1]}" if kernel else ""


def _resnet(found: re.Match[str], layer: Layer) -> Text:
    stage, number, what = int(found[1]) + 1, nth(int(found[2]) + 1), found[3]
    block = Text(
        f"the {number.en} block of stage conv{stage}_x (`{layer.row}`)",
        f"conv{stage}_x 阶段{number.zh}残差块",
    )
    at = Text(f"of {block.en}", f"{block.zh}")
    if what == "add":
        return Text(f"the sum at the end of {block.en}", f"{at.zh}末尾的相加（`{layer.row}`）")
    if what == "downsample":
        return Text(f"the 1×1 projection on the shortcut {at.en}", f"{at.zh}捷径上的 1×1 投影卷积（`{layer.row}`）")
    conv = nth(int(what[-1]))
    kernel = _kernel(layer.op)
    return Text(f"the {conv.en} convolution ({kernel}) {at.en}", f"{at.zh}的{conv.zh}卷积（{kernel}，`{layer.row}`）")


def _vgg(found: re.Match[str], layer: Layer) -> Text:
    stage, number = nth(int(found[1])), nth(int(found[2]))
    return Text(
        f"the {number.en} convolution of the {stage.en} stage ({layer.row})",
        f"{stage.zh}阶段的{number.zh}卷积层（{layer.row}）".replace("个阶段", "阶段"),
    )


def _conv(found: re.Match[str], layer: Layer) -> Text:
    return Text(
        f"the {nth(int(found[1])).en} convolution ({layer.row})", f"{nth(int(found[1])).zh}卷积层（{layer.row}）"
    )


_KINDS = {"expand": ("1×1 expansion", " 1×1 扩展卷积"), "project": ("1×1 projection", " 1×1 投影卷积")}


def _mobilenet_v2(found: re.Match[str], layer: Layer) -> Text:
    stage, number = nth(int(found[1])), nth(int(found[2]) + 1)
    en, zh = _KINDS.get(found[3], ("depthwise convolution", "深度卷积"))
    return Text(
        f"the {en} of the {number.en} block of the {stage.en} bottleneck stage (`{layer.row}`)",
        f"{stage.zh}瓶颈阶段{number.zh}块的{zh}（`{layer.row}`）".replace("个瓶颈阶段", "瓶颈阶段"),
    )


def _separable(found: re.Match[str], layer: Layer) -> Text:
    number = nth(int(found[1]) - 1)
    en, zh = ("depthwise", "深度") if found[2] == "depthwise" else ("1×1", " 1×1 ")
    return Text(
        f"the {en} convolution of the {number.en} separable block (`{layer.row}`)",
        f"{number.zh}可分离块的{zh}卷积（`{layer.row}`）",
    )


def _unet_pool(found: re.Match[str], layer: Layer) -> Text:
    number = nth(int(found[1]))
    return Text(
        f"the {number.en} max pooling of the contracting path (`{layer.row}`)",
        f"收缩路径的{number.zh}最大池化（`{layer.row}`）",
    )


def _unet(found: re.Match[str], layer: Layer) -> Text:
    number = nth(int(found[3]))
    if found[1] == "bottom":
        return Text(
            f"the {number.en} convolution at the bottom (`{layer.row}`)", f"最底层的{number.zh}卷积（`{layer.row}`）"
        )
    level = nth(int(found[2]))
    return Text(
        f"the {number.en} convolution of the contracting path's {level.en} level (`{layer.row}`)",
        f"收缩路径第{level.zh[1:-1].strip()}层的{number.zh}卷积（`{layer.row}`）",
    )


_FORMS: tuple[tuple[str, str, Callable[[re.Match[str], Layer], Text]], ...] = (
    (r"(?!preact).*resne.*", r"layer(\d)\.(\d+)\.(conv\d|downsample|add)", _resnet),
    (r"vgg.*", r"conv(\d)_(\d)", _vgg),
    (r"mobilenet_v2", r"bottleneck(\d)\.(\d)\.(expand|depthwise|project)", _mobilenet_v2),
    (r"mobilenet_v1.*", r"conv(\d+)\.(depthwise|pointwise)", _separable),
    (r"unet", r"down(\d)\.pool", _unet_pool),
    (r"unet", r"(down(\d)|bottom)\.conv(\d)", _unet),
    (r".*", r"conv(\d+)", _conv),
)


@cache
def place(name: str, layer: str) -> Text:
    """A layer in words, for someone who knows the paper; `the third convolution (conv3)`, `第三个卷积层（conv3）`."""
    table = network(name)
    found = table.layer(layer)
    for networks, form, words in _FORMS:
        if layer == found.row and re.fullmatch(networks, name) and (match := re.fullmatch(form, layer)):
            return words(match, found)
    if isinstance(found.op, ops.Pool):
        kind = Text("max", "最大") if found.op.kind == "max" else Text("average", "平均")
        before = _conv_before(table, layer)
        kernel = _kernel(found.op)
        return Text(
            f"the {kernel} {kind.en} pooling behind {before} (`{layer}`)",
            f"{before} 之后的 {kernel} {kind.zh}池化（`{layer}`）",
        )
    if isinstance(found.op, ops.Linear):
        return _linear(table, layer)
    if isinstance(found.op, ops.Conv | ops.SparseConv):
        kernel = _kernel(found.op)
        return Text(f"the {kernel} convolution `{layer}`", f"{kernel} 卷积 `{layer}`")
    if isinstance(found.op, ops.Subsample):
        return Text(f"the {_kernel(found.op)} subsampling `{layer}`", f"{_kernel(found.op)} 下采样 `{layer}`")
    return Text(f"the layer `{layer}`", f"`{layer}` 层")


def _conv_before(table: Network, layer: str) -> str:
    """The convolution whose maps a pooling reads, though a normalization may stand between."""
    before = table.layer(layer).inputs[0]
    while before != INPUT and isinstance(table.layer(before).op, ops.Norm | ops.Activation):
        before = table.layer(before).inputs[0]
    return "the image" if before == INPUT else table.layer(before).row


def _linear(table: Network, layer: str) -> Text:
    all_ = [one.name for one in table.layers if isinstance(one.op, ops.Linear) and not one.auxiliary]
    if len(all_) == 1:
        return Text(f"the fully connected layer ({layer})", f"全连接层（{layer}）")
    number = nth(all_.index(layer) + 1)
    return Text(f"the {number.en} fully connected layer ({layer})", f"{number.zh}全连接层（{layer}）")


@cache
def part_place(name: str, part: str) -> Text:
    """A layer, a stage or a block in words."""
    table = network(name)
    layers = layers_of(table, part)
    if layers and layers[0].row == part:
        return place(name, layers[0].name)
    if match := re.fullmatch(r"layer(\d)(?:\.(\d+))?", part):
        stage = f"conv{int(match[1]) + 1}_x"
        if match[2] is None:
            return Text(f"stage {stage} (`{part}`, all its blocks)", f"{stage} 阶段（`{part}`，含其所有残差块）")
        number = nth(int(match[2]) + 1)
        return Text(
            f"the {number.en} block of stage {stage} (`{part}`)", f"{stage} 阶段的{number.zh}残差块（`{part}`）"
        )
    convs = [layer.row for layer in layers if isinstance(layer.op, ops.Conv)]
    if name.startswith("vgg") and (match := re.fullmatch(r"conv(\d)", part)):
        number, many = nth(int(match[1])), f"{convs[0]} to {convs[-1]}" if len(convs) > 2 else " and ".join(convs)
        return Text(
            f"the {number.en} stage ({many})",
            f"{number.zh}阶段（{many.replace('to', '至').replace('and', '和')}）".replace("个阶段", "阶段"),
        )
    if part == "classifier" and not convs:
        count = sum(isinstance(layer.op, ops.Linear) for layer in layers)
        every = Text("its fully connected layer", "即全连接层")
        if count > 1:
            every = Text(f"all {count} fully connected layers", f"共 {count} 个全连接层")
        return Text(f"the classifier ({every.en})", f"分类器（{every.zh}）")
    if name.startswith("mobilenet_v1") and (match := re.fullmatch(r"conv(\d+)", part)):
        number = nth(int(match[1]) - 1)
        return Text(
            f"the {number.en} separable block (`{part}`, depthwise and 1×1)",
            f"{number.zh}可分离块（`{part}`，深度卷积和 1×1 卷积）",
        )
    if match := re.fullmatch(r"bottleneck(\d)(?:\.(\d))?", part):
        stage_ = nth(int(match[1]))
        en, zh = f"the {stage_.en} bottleneck stage", f"{stage_.zh}瓶颈阶段".replace("个瓶颈", "瓶颈")
        if match[2] is None:
            return Text(f"{en} (`{part}`, all its blocks)", f"{zh}（`{part}`，含其所有块）")
        number = nth(int(match[2]) + 1)
        return Text(f"the {number.en} block of {en} (`{part}`)", f"{zh}的{number.zh}块（`{part}`）")
    return Text(f"the part `{part}`", f"`{part}` 部分")


def described(op: ops.Op) -> Text | None:
    """An operation with its numbers, for a list; None for one that changes nothing that is asked for."""
    if isinstance(op, ops.Conv):
        groups = Text(f", {op.groups} groups", f"，{op.groups} 组") if op.groups > 1 else Text("", "")
        return Text(
            f"{_kernel(op)} convolution, {op.channels} channels, stride {op.stride[0]}, padding {op.padding[0]}{groups.en}",
            f"{_kernel(op)} 卷积，{op.channels} 通道，步长 {op.stride[0]}，填充 {op.padding[0]}{groups.zh}",
        )
    if isinstance(op, ops.Pool):
        kind = Text("max", "最大") if op.kind == "max" else Text("average", "平均")
        ceil = Text(", rounding up", "，向上取整") if op.ceil else Text("", "")
        pad = Text(f", padding {op.padding[0]}", f"，填充 {op.padding[0]}") if op.padding[0] else Text("", "")
        return Text(
            f"{_kernel(op)} {kind.en} pooling, stride {op.stride[0]}{pad.en}{ceil.en}",
            f"{_kernel(op)} {kind.zh}池化，步长 {op.stride[0]}{pad.zh}{ceil.zh}",
        )
    if isinstance(op, ops.AdaptivePool):
        return Text(f"average pooling to {by(*op.size)}", f"平均池化到 {by(*op.size)}")
    if isinstance(op, ops.Linear):
        return Text(f"fully connected, {op.features} outputs", f"全连接，{op.features} 个输出")
    return Text("flattening", "展平") if isinstance(op, ops.Flatten) else None
