"""Parameters of a layer, a block or a stage of a known network."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from quizcv.answers import Integer
from quizcv.errors import BadParameters
from quizcv.items.counting.blocks._common import added
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._layers import (
    factors,
    listing,
    made,
    plain,
    reads,
    tallied,
)
from quizcv.items.networks._part_params import PartParams
from quizcv.items.networks._refitted import Classes, Resized
from quizcv.items.networks._words import both, place, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.questions.layers import (
    NetworkLayerParams,
)
from quizcv.networks.walk import Step
from quizcv.seeds import Draw

LISTED = ("alexnet", "alexnet_2012", "zfnet", "vgg11", "vgg16", "mobilenet_v1", "mobilenet_v1_x0_5", "nin", "darknet19")
NAMED = (
    *("vgg11", "vgg13", "vgg16", "vgg19", "alexnet_2012", "mobilenet_v1", "mobilenet_v2"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
)


def _step(s: NetworkLayerParams) -> Step:
    return made(s.network).step(s.layer)


def _biased(step: Step) -> int:
    """Biases of a layer."""
    return step.shape[0] * bool(getattr(step.layer.op, "bias", False))


def _asked(name: str, most: int = 99) -> list[str]:
    """Convolutions behind the first, at most so far into the network."""
    rows = [row for row in made(name).rows if isinstance(row.main.layer.op, ops.Conv) and not row.auxiliary]
    return [row.name for row in rows][1:most]


def _per_tap(s: NetworkLayerParams) -> int | None:
    """Weights with k in place of k²."""
    op = _step(s).layer.op
    return (
        prod(factors(_step(s))) // op.kernel[0] + _biased(_step(s))
        if isinstance(op, ops.Conv) and op.kernel[0] > 1
        else None
    )


def _ungrouped(s: NetworkLayerParams) -> int:
    op = _step(s).layer.op
    return prod(factors(_step(s))) * (op.groups if isinstance(op, ops.Conv) else 1) + _biased(_step(s))


def _square(s: NetworkLayerParams) -> int | None:
    """As many inputs as outputs, or half as many where that is so."""
    step = _step(s)
    op = step.layer.op
    if not isinstance(op, ops.Conv) or op.groups > 1:
        return None
    inputs, outputs = step.inputs[0][0], step.shape[0]
    wrong = outputs if inputs != outputs else outputs // 2
    return prod(op.kernel) * wrong * outputs + _biased(step)


class LayerParams(Question[NetworkLayerParams]):
    """Weights: documentation of torch.nn.Conv2d, "Variables"."""

    spec = NetworkLayerParams
    answer = Integer()
    levels: ClassVar[tuple[int, ...]] = (2,)
    rule = Text(
        r"$k^2 \cdot C_{in}/g \cdot C_{out}$, and $C_{out}$ biases where the layer has them",
        r"$k^2 \cdot C_{in}/g \cdot C_{out}$，有偏置时再加 $C_{out}$",
    )
    mistakes = (
        Mistake(
            "The biases were left out: there is one for each output channel.",
            "漏了偏置：每个输出通道有一个。",
            lambda s: prod(factors(_step(s))),
        ),
        Mistake(
            "Biases were added; batch normalization follows, and the convolution has none.",
            "多算了偏置；后接批归一化，卷积没有偏置。",
            lambda s: prod(factors(_step(s))) + _step(s).shape[0],
        ),
        Mistake("A k×k kernel has k² taps, not k.", "k×k 的卷积核有 k² 个权重，而不是 k 个。", _per_tap),
        Mistake(
            "The groups were ignored: a filter reads only its own group's channels.",
            "忽略了分组：滤波器只读取本组的通道。",
            _ungrouped,
        ),
        Mistake(
            "The number of input channels is wrong: it is what the layer before gives.",
            "输入通道数错了：它等于前一层的输出通道数。",
            _square,
        ),
        Mistake(
            "Each filter was taken to read one channel only.",
            "误以为每个滤波器只读取一个通道。",
            lambda s: prod(factors(_step(s))) // reads(_step(s)) + _biased(_step(s)),
        ),
        Mistake(
            "Batch normalization's two parameters a channel were counted, too; they are not asked for.",
            "把批归一化每通道两个参数也算进去了；题目不要求。",
            lambda s: None if _biased(_step(s)) else prod(factors(_step(s))) + 2 * _step(s).shape[0],
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkLayerParams | None:
        name = draw.choice(NAMED)
        return NetworkLayerParams(name, draw.choice(_asked(name)))

    def formula(self, s: NetworkLayerParams) -> int:
        step = _step(s)
        plain(s.network, [step])
        if not isinstance(step.layer.op, ops.Conv | ops.Linear):
            raise BadParameters(f"{s.layer} of {s.network} has no weights.", "Ask for a convolution.")
        return step.parameters.total

    def stem(self, s: NetworkLayerParams) -> Text:
        named, where = title(s.network), place(s.network, s.layer)
        return both(
            f"How many parameters does {where.en} of {named.en} have? Biases count where the layer has them; batch normalization is "
            "not counted.",
            f"{named.zh} 中，{where.zh}有多少个参数？该层若有偏置则计入；批归一化不计。",
        )

    def solution(self, s: NetworkLayerParams) -> Text:
        step, total = _step(s), self.formula(s)
        biases = _biased(step)
        ((_, steps, weights),) = tallied([step])
        en = f" Biases: {num(biases)}. Together: ${added(weights, biases)}$." if biases else " It has no biases."
        zh = f"偏置：{num(biases)}。合计：${added(weights, biases)}$。" if biases else "该层没有偏置。"
        assert weights + biases == total
        return both(f"Weights: ${steps}$.{en}", f"权重：${steps}$。{zh}")


class Listed(LayerParams):
    """The same with the layers in the stem."""

    levels = (1,)
    find = "listed"

    def sample(self, draw: Draw, level: int) -> NetworkLayerParams | None:
        name = draw.choice(LISTED)
        return NetworkLayerParams(name, draw.choice(_asked(name, 14)))

    def stem(self, s: NetworkLayerParams) -> Text:
        named, rows = title(s.network), listing(s.network, s.layer, 5)
        bias = (
            Text("Convolutions have biases.", "卷积带偏置。")
            if _biased(_step(s))
            else Text(
                "Convolutions have no biases; batch normalization is not counted.", "卷积不带偏置；批归一化不计。"
            )
        )
        return both(
            f"{named.en} has these layers, one behind the other:{rows.en}How many parameters does `{s.layer}` have? {bias.en}",
            f"{named.zh} 中有如下依次相连的几层：{rows.zh}`{s.layer}` 有多少个参数？{bias.zh}",
        )


MODEL = ItemModel(
    name="network_params",
    version=1,
    topic="networks",
    title=Text("Parameters of a network's layer", "网络中某一层的参数量"),
    questions=(LayerParams(), Listed(), Resized(), Classes(), PartParams()),
)
