"""Where the parameters of a known network sit, and what is left without its classifier."""

from __future__ import annotations

from functools import cache
from math import prod
from typing import ClassVar

from quizcv.answers import Number
from quizcv.errors import BadParameters
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._layers import at_size, away, bullets, flat_maps, plain, side_made_for
from quizcv.items.networks._pooled_params import Pooled
from quizcv.items.networks._words import both, image, note, part_place, title
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.networks import network, ops
from quizcv.networks.questions.layers import NetworkShare, flattened, last_linear, layers_of
from quizcv.networks.walk import Step
from quizcv.seeds import Draw

VGGS = ("vgg11", "vgg13", "vgg16", "vgg19")
ALEXNETS = ("alexnet", "alexnet_2012")
POOLED = ("resnet18", "resnet34", "resnet50", "resnet101", "mobilenet_v1", "mobilenet_v2", "densenet121")
_SIZES = (160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_CLASSES = (10, 20, 37, 80, 100, 120, 200, 365, 500, 1000)

#: Where the classifier does not depend on it.
_FEW_SIZES = (192, 256, 320)

#: Nearer to the key than this, in percent, a wrong value is no distractor.
_APART = 0.25


def _sizes(name: str) -> tuple[int, ...]:
    return _FEW_SIZES if name in POOLED else _SIZES


def _params(s: NetworkShare, step: Step, classes: int) -> int:
    """The last layer is as wide as there are classes."""
    if step.layer.name != last_linear(network(s.network)).name:
        return step.parameters.total
    return (step.inputs[0][0] + 1) * classes


def _own(s: NetworkShare, size: int = 0, classes: int = 0) -> int:
    names = {layer.name for layer in layers_of(network(s.network), s.part)}
    found = at_size(s.network, size or s.size)
    return sum(_params(s, step, classes or s.classes) for step in found.steps if step.layer.name in names)


@cache
def _total(name: str, size: int) -> tuple[int, int]:
    """Parameters without the last layer, and that layer's inputs."""
    found = at_size(name, size)
    last = found.step(last_linear(network(name)).name)
    return found.totals.params - last.parameters.total, last.inputs[0][0]


def _all(s: NetworkShare, size: int = 0, classes: int = 0) -> int:
    before, features = _total(s.network, size or s.size)
    return before + (features + 1) * (classes or s.classes)


def _share(s: NetworkShare) -> float:
    return 100 * _own(s) / _all(s)


def _linears(s: NetworkShare) -> list[Step]:
    return [step for step in at_size(s.network, s.size).steps if isinstance(step.layer.op, ops.Linear)]


def _dense_params(s: NetworkShare) -> int:
    """Of all fully connected layers."""
    return sum(_params(s, step, s.classes) for step in _linears(s))


def _units(s: NetworkShare) -> list[int]:
    return [*(step.shape[0] for step in _linears(s)[:-1]), s.classes]


def _of_linears(s: NetworkShare) -> float:
    return 100 * _own(s) / _dense_params(s)


def _flat(s: NetworkShare, maps: tuple[int, ...], own: bool) -> float:
    """With other features in front of the first fully connected layer."""
    first = _linears(s)[0]
    more = (prod(maps) - first.inputs[0][0]) * _units(s)[0]
    return 100 * (_own(s) + own * more) / (_all(s) + more)


def _reads_maps(s: NetworkShare) -> bool:
    """Whether the part has the layer that reads flattened maps larger than 1×1."""
    first = _linears(s)[0]
    names = {layer.name for layer in layers_of(network(s.network), s.part)}
    return first.layer.name in names and prod(_flat_maps(s)[1:]) > 1


def _flat_maps(s: NetworkShare) -> tuple[int, ...]:
    return flat_maps(s.network, s.size)


def _rest(s: NetworkShare) -> int:
    """Parameters of all layers that are not fully connected."""
    return _all(s) - _dense_params(s)


class Share(Question[NetworkShare]):
    """Most parameters of early networks sit in the first layer behind flattening."""

    spec = NetworkShare
    answer = Number(decimals=1, unit="%")
    levels: ClassVar[tuple[int, ...]] = (2,)
    rule = Text(
        r"parameters of the part, by those of the whole network; a fully connected layer has $(F + 1) \cdot h$",
        r"该部分参数量除以全网络参数量；全连接层的参数量为 $(F + 1) \cdot h$",
    )
    mistakes = (
        Mistake(
            "That is the share of everything else.",
            "这是其余部分的占比。",
            lambda s: away(100 - _share(s), _share(s), _APART),
        ),
        Mistake(
            "That is the ratio to everything else; the part itself belongs to the whole.",
            "这是与其余部分之比；该部分自身也属于总数。",
            lambda s: away(100 * _own(s) / (_all(s) - _own(s)), _share(s), _APART) if 2 * _own(s) < _all(s) else None,
        ),
        Mistake(
            "That is the share among the fully connected layers; the convolutions count, too.",
            "这只是在全连接层中的占比；卷积层也要计入总数。",
            lambda s: away(_of_linears(s), _share(s), _APART) if _own(s) < _all(s) - _rest(s) else None,
        ),
        Mistake(
            "Height and width of the last map were forgotten when flattening.",
            "展平时漏了最后特征图的高和宽。",
            lambda s: away(_flat(s, _flat_maps(s)[:1], True), _share(s), _APART) if _reads_maps(s) else None,
        ),
        Mistake(
            "Only the side of the last map was taken, not its area.",
            "只乘了最后特征图的边长，而不是面积。",
            lambda s: away(_flat(s, _flat_maps(s)[:2], True), _share(s), _APART) if _reads_maps(s) else None,
        ),
        Mistake(
            "That is for 1000 classes.",
            "这是 1000 类时的占比。",
            lambda s: away(100 * _own(s, classes=1000) / _all(s, classes=1000), _share(s), _APART),
        ),
        Mistake(
            "That is for the image size the network was made for.",
            "这是网络原本输入尺寸下的占比。",
            lambda s: away(
                100 * _own(s, side_made_for(s.network)) / _all(s, side_made_for(s.network)), _share(s), _APART
            ),
        ),
        Mistake(
            "The maps are averaged before this layer, so height and width do not count.",
            "该层之前有全局平均池化，高和宽不计入。",
            lambda s: away(_unpooled(s), _share(s), _APART),
        ),
        Mistake(
            "Half as many features were taken as the layer reads.",
            "该层的输入特征数少算了一半。",
            lambda s: away(_halved(s), _share(s), _APART),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkShare | None:
        name = draw.choice((*VGGS, *ALEXNETS, *POOLED))
        part = draw.choice(("fc6", "fc7", "classifier")) if name in (*VGGS, *ALEXNETS) else "classifier"
        s = NetworkShare(name, part, draw.choice(_sizes(name)), draw.choice(_CLASSES))
        return s if 2 <= _share(s) <= 98 else None

    def formula(self, s: NetworkShare) -> float:
        flattened(network(s.network))
        plain(s.network, _linears(s))
        own = sum(_params(s, step, 1) for step in _linears(s) if step.layer in layers_of(network(s.network), s.part))
        if own == 0:
            raise BadParameters(f"{s.part} of {s.network} has no fully connected layer.")
        return _share(s)

    def stem(self, s: NetworkShare) -> Text:
        named, where = title(s.network), part_place(s.network, s.part)
        more = note(s.network, strides=False)
        pooling = _flattens(s.network)
        return both(
            f"{named.en} is built for images of {image(s.network, s.size)} (C×H×W) and {s.classes} classes{pooling.en}. What percentage "
            f"of all its parameters (biases and, if there is any, batch normalization included) sits in {where.en}?{more.en}",
            f"按 {image(s.network, s.size)}（C×H×W）的输入图像和 {s.classes} 个类别搭建 {named.zh}{pooling.zh}。{where.zh}占全部参数"
            f"（含偏置；如有批归一化也计入）的百分之几？{more.zh}",
        )

    def solution(self, s: NetworkShare) -> Text:
        steps = _linears(s)
        rows = [
            (f"`{step.layer.name}`", _product(step.inputs[0][0], units), 0)
            for step, units in zip(steps, _units(s), strict=True)
        ]
        maps = by(*_flat_maps(s))
        found, rest = bullets(rows), num(_rest(s))
        share = rf"{num(_own(s))} / {num(_all(s))} = {num(_share(s), 5)} \%"
        return both(
            f"The {s.size}×{s.size} image leaves a map of {maps} in front of the classifier for {s.classes} classes.\n\n{found.en}\n\nAll "
            f"other layers: {rest}. Share: ${share}$.",
            f"{s.size}×{s.size} 的图像到分类器（{s.classes} 类）前得到 {maps} 的特征图。\n\n{found.zh}\n\n其余各层：{rest}。"
            f"占比：${share}$。",
        )


def _product(features: int, units: int) -> str:
    return rf"({num(features)} + 1) \cdot {units} = {num((features + 1) * units)}"


def _pooled_by(name: str) -> ops.AdaptivePool | None:
    """The pooling to a fixed size in front of the classifier."""
    table = network(name)
    op = table.layer(flattened(table).inputs[0]).op
    return op if isinstance(op, ops.AdaptivePool) else None


def _flattens(name: str) -> Text:
    """What stands between maps and classifier."""
    pool = _pooled_by(name)
    if pool is None:
        return Text(", without adaptive pooling", "，不使用自适应池化")
    if pool.size == (1, 1):
        return Text("", "")
    return Text(
        f", with adaptive pooling to {by(*pool.size)} before the classifier",
        f"，分类器之前自适应池化到 {by(*pool.size)}",
    )


def _unpooled(s: NetworkShare) -> float | None:
    """Flattened where the network pools globally."""
    pool = _pooled_by(s.network)
    if pool is None or pool.size != (1, 1) or len(_linears(s)) > 1:
        return None
    before = at_size(s.network, s.size).step(flattened(network(s.network)).inputs[0]).inputs[0]
    return _flat(s, before, True)


def _halved(s: NetworkShare) -> float | None:
    maps = _flat_maps(s)
    return None if _reads_maps(s) else _flat(s, (maps[0] // 2, *maps[1:]), len(_linears(s)) == 1)


class Listed(Share):
    """The same with the figures of the other layers in the stem."""

    levels = (1,)
    find = "listed"

    def sample(self, draw: Draw, level: int) -> NetworkShare | None:
        name = draw.choice((*VGGS, *ALEXNETS, *POOLED[:-1]))
        part = draw.choice(("fc6", "fc7", "fc8", "classifier")) if name in (*VGGS, *ALEXNETS) else "fc"
        s = NetworkShare(name, part, draw.choice(_sizes(name)), draw.choice(_CLASSES))
        return s if 1.5 <= _share(s) <= 98 else None

    def stem(self, s: NetworkShare) -> Text:
        named, where = title(s.network), part_place(s.network, s.part)
        maps, rest, size = by(*_flat_maps(s)), num(_rest(s)), image(s.network, s.size)
        pool = _pooled_by(s.network)
        glob = (
            Text(" by global average pooling at the end", "（最后为全局平均池化）")
            if pool is not None and pool.size == (1, 1)
            else Text("", "")
        )
        if len(_units(s)) == 1:
            head = Text(
                f"a fully connected layer with biases for {s.classes} classes follows",
                f"接一个 {s.classes} 类的全连接层（带偏置）",
            )
        else:
            units = ", ".join(map(str, _units(s)[:-1]))
            head = Text(
                f"fully connected layers with {units} and {s.classes} units follow, all with biases",
                f"依次接单元数为 {units.replace(', ', '、')}、{s.classes} 的全连接层（均带偏置）",
            )
        return both(
            f"The layers of {named.en} before its classifier have {rest} parameters together and turn an image of {size} into "
            f"{maps}{glob.en}. That is flattened, and {head.en}. What percentage of all parameters sits in {where.en}?",
            f"{named.zh} 分类器之前的各层共有 {rest} 个参数，把 {size} 的图像变成 {maps}{glob.zh}。展平后{head.zh}。"
            f"{where.zh}占全部参数的百分之几？",
        )


MODEL = ItemModel(
    name="network_share",
    version=1,
    topic="networks",
    title=Text("Where a network's parameters sit", "网络参数的分布"),
    questions=(Share(), Listed(), Pooled()),
)
