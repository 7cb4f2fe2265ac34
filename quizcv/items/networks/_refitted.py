"""Parameters of a known network's fully connected layers at another image size or number of classes."""

from __future__ import annotations

from math import prod

from quizcv.answers import Integer
from quizcv.errors import BadParameters
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._layers import (
    SIZES,
    at_size,
    flat_maps,
    made,
    plain,
    side_made_for,
)
from quizcv.items.networks._words import both, image, note, place, title
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.networks import network, ops
from quizcv.networks.questions.layers import (
    NetworkClassParams,
    NetworkResizedParams,
    last_linear,
)
from quizcv.seeds import Draw

FLATTENED = ("vgg11", "vgg13", "vgg16", "vgg19", "alexnet_2012")
CLASSED = (
    "vgg16",
    "alexnet_2012",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "mobilenet_v1",
    "mobilenet_v2",
    "densenet121",
)


class Resized(Question[NetworkResizedParams]):
    """The one layer whose parameters depend on the size of the image."""

    spec = NetworkResizedParams
    answer = Integer()
    levels = (2,)
    find = "size"
    rule = Text(
        r"$(C \cdot H \cdot W + 1) \cdot h$: $C \times H \times W$ is the map that is flattened, $h$ the units",
        r"$(C \cdot H \cdot W + 1) \cdot h$，其中 $C \times H \times W$ 为被展平的特征图，$h$ 为单元数",
    )
    mistakes = (
        Mistake(
            "The biases were left out: there is one for each unit.",
            "漏了偏置：每个单元有一个。",
            lambda s: prod(flat_maps(s.network, s.size)) * _units(s),
        ),
        Mistake(
            "That is for the image size the network was made for.",
            "这是网络原本输入尺寸下的参数量。",
            lambda s: (prod(flat_maps(s.network, side_made_for(s.network))) + 1) * _units(s),
        ),
        Mistake(
            "Only the channels of the last map were counted, not its height and width.",
            "只算了最后特征图的通道数，漏了高和宽。",
            lambda s: (flat_maps(s.network, s.size)[0] + 1) * _units(s),
        ),
        Mistake(
            "Only the side of the map was taken, not its area.",
            "只乘了特征图的边长，而不是面积。",
            lambda s: (prod(flat_maps(s.network, s.size)[:2]) + 1) * _units(s),
        ),
        Mistake(
            "The last pooling was left out: it halves the map before it is flattened.",
            "漏了最后一次池化：展平之前特征图还要减半。",
            lambda s: (prod(_before_last_pool(s)) + 1) * _units(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkResizedParams | None:
        name, size = draw.choice(FLATTENED), draw.choice(SIZES)
        linear = next(step.layer.name for step in made(name).steps if isinstance(step.layer.op, ops.Linear))
        return NetworkResizedParams(name, linear, size) if size != side_made_for(name) else None

    def formula(self, s: NetworkResizedParams) -> int:
        first = next((step for step in made(s.network).steps if isinstance(step.layer.op, ops.Linear)), None)
        if first is None or first.layer.name != s.layer:
            raise BadParameters(
                f"{s.layer} of {s.network} is not its first fully connected layer"
                + (f", {first.layer.name}." if first else "; it has none.")
            )
        if prod(flat_maps(s.network, s.size)) != at_size(s.network, s.size).step(s.layer).inputs[0][0]:
            raise BadParameters(f"{s.layer} of {s.network} does not read flattened maps.")
        return at_size(s.network, s.size).step(s.layer).parameters.total

    def stem(self, s: NetworkResizedParams) -> Text:
        named, where, was = title(s.network), place(s.network, s.layer), side_made_for(s.network)
        more = note(s.network)
        return both(
            f"{named.en} is built for images of {image(s.network, s.size)} instead of {by(was, was)}, without adaptive pooling and with "
            f"as many units as before. How many parameters does {where.en} have then, biases included? Sizes that do not divide are "
            f"rounded down.{more.en}",
            f"按 {image(s.network, s.size)} 的输入图像（而非 {by(was, was)}）搭建 {named.zh}，不使用自适应池化，单元数不变。此时{where.zh}"
            f"有多少个参数（含偏置）？不能整除时，尺寸向下取整。{more.zh}",
        )

    def solution(self, s: NetworkResizedParams) -> Text:
        maps, units = flat_maps(s.network, s.size), _units(s)
        steps = rf"({num(prod(maps))} + 1) \cdot {units} = {num(self.formula(s))}"
        flat = by(*maps)
        return both(
            f"The image of {s.size} leaves a map of {flat}, which is {num(prod(maps))} values. Parameters: ${steps}$.",
            f"边长 {s.size} 的图像最后得到 {flat} 的特征图，共 {num(prod(maps))} 个值。参数量：${steps}$。",
        )


def _units(s: NetworkResizedParams) -> int:
    return made(s.network).step(s.layer).shape[0]


def _before_last_pool(s: NetworkResizedParams) -> tuple[int, ...]:
    pools = [step for step in at_size(s.network, s.size).steps if isinstance(step.layer.op, ops.Pool)]
    return pools[-1].inputs[0]


def _features(s: NetworkClassParams) -> int:
    return made(s.network).step(last_linear(network(s.network)).name).inputs[0][0]


class Classes(Question[NetworkClassParams]):
    """What fine-tuning for another data set puts in place of the last layer."""

    spec = NetworkClassParams
    answer = Integer()
    levels = (2,)
    find = "classes"
    rule = Text(
        r"$(F + 1) \cdot K$ for $F$ features and $K$ classes",
        r"$(F + 1) \cdot K$，$F$ 为特征数，$K$ 为类别数",
    )
    mistakes = (
        Mistake(
            "The biases were left out: there is one for each class.",
            "漏了偏置：每个类别有一个。",
            lambda s: _features(s) * s.classes,
        ),
        Mistake(
            "Those are the parameters for the 1000 classes of ImageNet.",
            "这是 ImageNet 的 1000 类所需的参数量。",
            lambda s: (_features(s) + 1) * 1000,
        ),
        Mistake(
            "The biases were counted for the features; there is one for each class.",
            "按特征数算了偏置；应为每个类别一个。",
            lambda s: _features(s) * (s.classes + 1),
        ),
        Mistake(
            "The number of features is wrong: that is half of what this layer reads.",
            "特征数错了：只有该层输入的一半。",
            lambda s: (_features(s) // 2 + 1) * s.classes,
        ),
        Mistake(
            "The number of features is wrong: that is twice what this layer reads.",
            "特征数错了：是该层输入的两倍。",
            lambda s: (2 * _features(s) + 1) * s.classes,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkClassParams | None:
        return NetworkClassParams(
            draw.choice(CLASSED), draw.choice((2, 5, 10, 17, 20, 21, 37, 43, 80, 100, 101, 120, 200, 365))
        )

    def formula(self, s: NetworkClassParams) -> int:
        plain(s.network, [made(s.network).step(last_linear(network(s.network)).name)])
        return (_features(s) + 1) * s.classes

    def stem(self, s: NetworkClassParams) -> Text:
        named = title(s.network)
        return both(
            f"To fine-tune {named.en}, its last fully connected layer is replaced by one with biases for {s.classes} classes. How many "
            "parameters does the new layer have?",
            f"微调 {named.zh} 时，把最后的全连接层换成 {s.classes} 类的全连接层（带偏置）。新的层有多少个参数？",
        )

    def solution(self, s: NetworkClassParams) -> Text:
        steps = rf"({num(_features(s))} + 1) \cdot {s.classes} = {num(self.formula(s))}"
        return both(
            f"The layer reads {num(_features(s))} features: ${steps}$.",
            f"该层读入 {num(_features(s))} 个特征：${steps}$。",
        )
