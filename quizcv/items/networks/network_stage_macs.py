"""Multiply-accumulates of a layer, a block or a stage of a known network, and how stages compare."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from quizcv.answers import Integer
from quizcv.errors import BadParameters
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._layers import (
    EVEN_SIZES,
    bullets,
    conv_steps,
    factors,
    listing,
    made,
    numbers,
    rounding,
    side_made_for,
    side_of,
    tallied,
)
from quizcv.items.networks._mac_shares import COUNTED, Macs, Ratio, Share, checked_macs, conv_layers, macs_of, per_side
from quizcv.items.networks._words import both, image, note, part_place, title
from quizcv.model import Text
from quizcv.networks import network, ops
from quizcv.networks.questions.layers import NetworkMacs, layers_of
from quizcv.seeds import Draw

LISTED = ("alexnet", "alexnet_2012", "vgg11", "vgg16", "mobilenet_v1", "mobilenet_v1_x0_5", "darknet19")
NAMED = ("vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50", "mobilenet_v1", "mobilenet_v2")


def _at_input_maps(s: Macs) -> int:
    """Every map as large as the one it is made of."""
    return sum(
        prod(factors(step)) * side_of(step.inputs[0]) ** 2 if isinstance(step.layer.op, ops.Conv) else step.macs
        for step in conv_layers(s)
    )


def _ungrouped(s: Macs) -> int:
    return sum(
        step.macs * (step.layer.op.groups if isinstance(step.layer.op, ops.Conv) else 1) for step in conv_layers(s)
    )


def _per_tap(s: Macs) -> int:
    """k in place of k²."""
    return sum(
        step.macs // (step.layer.op.kernel[0] if isinstance(step.layer.op, ops.Conv) else 1) for step in conv_layers(s)
    )


def _no_shortcut(s: Macs) -> int | None:
    rows = [step.macs for step in conv_layers(s) if step.layer.row.endswith("downsample")]
    return macs_of(s.network, s.part, s.size) - sum(rows) if rows else None


def _last_lost(s: Macs) -> int | None:
    steps = conv_layers(s)
    return sum(step.macs for step in steps[:-1]) if len(steps) > 1 else None


class PartMacs(Question[NetworkMacs]):
    """Every weight meets every place of the output map once."""

    spec = NetworkMacs
    answer = Integer("MAC")
    levels: ClassVar[tuple[int, ...]] = (2,)
    rule = r"$\sum k^2 \cdot C_{in}/g \cdot C_{out} \cdot H_{out} W_{out}$"
    mistakes = (
        Mistake(
            "Those are FLOPs: a multiply-accumulate is a multiplication and an addition.",
            "这是 FLOPs：一次乘加包含一次乘法和一次加法。",
            lambda s: 2 * macs_of(s.network, s.part, s.size),
        ),
        Mistake(
            "The map's side was taken, not its area.",
            "只乘了特征图的边长，而不是面积。",
            per_side,
        ),
        Mistake(
            "The map that a layer reads was taken; each layer works once for every place of the map that it gives.",
            "用了输入特征图的大小；应按输出特征图的位置数计算。",
            _at_input_maps,
        ),
        Mistake(
            "That is for the image size the network was made for.",
            "这是网络原本输入尺寸下的值。",
            lambda s: macs_of(s.network, s.part, side_made_for(s.network)),
        ),
        Mistake(
            "The projection on the shortcut was forgotten.",
            "忘了捷径上的投影卷积。",
            _no_shortcut,
        ),
        Mistake(
            "The groups were ignored: a filter reads only its own group's channels.",
            "忽略了分组：滤波器只读取本组的通道。",
            _ungrouped,
        ),
        Mistake("The last convolution was left out.", "漏了最后一个卷积。", _last_lost),
        Mistake("A k×k kernel has k² taps, not k.", "k×k 的卷积核有 k² 个权重，而不是 k 个。", _per_tap),
        Mistake(
            "Biases were counted, one for each output value; by convention they are not.",
            "把偏置也算进去了（每个输出值一次）；按约定不计。",
            lambda s: macs_of(s.network, s.part, s.size) + sum(prod(step.shape) for step in conv_layers(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkMacs | None:
        name = draw.choice(NAMED)
        return NetworkMacs(name, draw.choice(_parts(name)), draw.choice(EVEN_SIZES))

    def formula(self, s: NetworkMacs) -> int:
        return checked_macs(s.network, s.part, s.size)

    def stem(self, s: NetworkMacs) -> Text:
        named, where, more = title(s.network), part_place(s.network, s.part), note(s.network)
        return both(
            f"{named.en} is given one image of {image(s.network, s.size)} (C×H×W). How many multiply-accumulates (MACs) does "
            f"{where.en} take? {COUNTED.en}{more.en}",
            f"向 {named.zh} 输入一幅 {image(s.network, s.size)}（C×H×W）的图像，{where.zh}需要多少次乘加（MAC）？{COUNTED.zh}{more.zh}",
        )

    def solution(self, s: NetworkMacs) -> Text:
        lines = tallied(conv_layers(s), macs=True)
        found, total = bullets(lines), numbers(*(value for _, _, value in lines))
        if len(lines) == 1:
            ((_, steps, _),) = lines
            return both(
                f"Image side {s.size}. Kernel, channels and map: ${steps}$.",
                f"图像边长 {s.size}。核、通道数与特征图之积：${steps}$。",
            )
        return both(
            f"Image side {s.size}. Kernel, channels and map of each layer:\n\n{found.en}\n\nTogether: ${total}$.",
            f"图像边长 {s.size}。各层的核、通道数与特征图之积：\n\n{found.zh}\n\n合计：${total}$。",
        )


def _parts(name: str) -> list[str]:
    """Stages, and blocks of networks that have them."""
    if name.startswith("resnet"):
        whole = [f"layer{at}" for at in (1, 2, 3, 4)] if name == "resnet18" else []
        return whole + [f"layer{at}.{block}" for at in (1, 2, 3, 4) for block in (0, 1)]
    if name == "mobilenet_v1":
        return [f"conv{at}" for at in range(2, 15)]
    if name == "mobilenet_v2":
        return [f"bottleneck{at}.{block}" for at in range(2, 7) for block in (0, 1)]
    return [f"conv{at}" for at in range(1, 6) if len(conv_steps(made(name), f"conv{at}")) > 1]


class Listed(PartMacs):
    """One layer, with the layers before it in the stem."""

    levels = (1,)
    find = "listed"

    def sample(self, draw: Draw, level: int) -> NetworkMacs | None:
        name = draw.choice(LISTED)
        rows = [row.name for row in made(name).rows[:9] if isinstance(row.main.layer.op, ops.Conv)]
        return NetworkMacs(name, draw.choice(rows), draw.choice(EVEN_SIZES))

    def formula(self, s: NetworkMacs) -> int:
        if layers_of(network(s.network), s.part)[0].row != s.part:
            raise BadParameters(
                f"{s.part} is not one layer of {s.network}.", "Without `find`, stages and blocks can be asked for."
            )
        return checked_macs(s.network, s.part, s.size)

    def stem(self, s: NetworkMacs) -> Text:
        named, rows, round_ = title(s.network), listing(s.network, s.part), rounding(s.network, s.part)
        return both(
            f"{named.en} begins with these layers:{rows.en}The image is {image(s.network, s.size)} (C×H×W). How many multiply-accumulates "
            f"(MACs) does `{s.part}` take for it? {COUNTED.en} {round_.en}",
            f"{named.zh} 的前几层为：{rows.zh}输入一幅 {image(s.network, s.size)}（C×H×W）的图像，`{s.part}` 需要多少次乘加（MAC）？"
            f"{COUNTED.zh}{round_.zh}",
        )


MODEL = ItemModel(
    name="network_stage_macs",
    version=1,
    topic="networks",
    title=Text("Multiply-accumulates of a network's stage", "网络各阶段的乘加次数"),
    questions=(PartMacs(), Listed(), Share(), Ratio()),
)
