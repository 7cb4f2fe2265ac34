"""How the stages of a known network compare in multiply-accumulates."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.errors import BadParameters
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._layers import (
    EVEN_SIZES,
    at_size,
    away,
    bullets,
    conv_steps,
    made,
    part_steps,
    plain,
    side_of,
    tallied,
)
from quizcv.items.networks._words import both, image, note, part_place, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.questions.layers import NetworkMacRatio, NetworkMacs, NetworkMacShare
from quizcv.networks.walk import Step
from quizcv.seeds import Draw

STAGED = ("vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152")

COUNTED = Text(
    "A MAC is one multiply-accumulate of a convolution or fully connected layer; padding taps count, biases do not.",
    "MAC 为卷积层或全连接层的一次乘加；填充处的乘加也计入，偏置不计。",
)

Macs = NetworkMacs | NetworkMacShare


def macs_of(name: str, part: str, size: int) -> int:
    return sum(step.macs for step in part_steps(at_size(name, size), part))


def checked_macs(name: str, part: str, size: int) -> int:
    """MACs of a part.

    Raises:
        BadParameters: it has none.
    """
    found = macs_of(name, part, size)
    plain(name, part_steps(at_size(name, size), part))
    if not found:
        raise BadParameters(
            f"{part} of {name} has no multiply-accumulates.", "Ask for a convolution or a stage with some."
        )
    return found


def conv_layers(s: Macs) -> list[Step]:
    return conv_steps(at_size(s.network, s.size), s.part)


def weights_of(name: str, part: str) -> int:
    """Weights of convolutions and fully connected layers."""
    return sum(step.parameters.weights for step in conv_steps(made(name), part))


def per_side(s: Macs) -> int:
    """The map's side in place of its area."""
    return sum(step.macs // side_of(step.shape) for step in conv_layers(s))


def _percent(s: NetworkMacShare) -> float:
    return 100 * macs_of(s.network, s.part, s.size) / at_size(s.network, s.size).totals.macs


def _weight_percent(s: NetworkMacShare) -> float:
    found = made(s.network)
    return 100 * weights_of(s.network, s.part) / found.totals.parameters.weights


def _equal_layers(s: NetworkMacShare) -> float:
    """Every layer as dear as every other."""
    layers = [step for step in at_size(s.network, s.size).steps if isinstance(step.layer.op, ops.Conv | ops.Linear)]
    return 100 * len(conv_layers(s)) / len(layers)


class Share(Question[NetworkMacShare]):
    """Which stage costs most."""

    spec = NetworkMacShare
    answer = Number(decimals=1, unit="%")
    levels = (3,)
    find = "share"
    rule = Text(
        "MACs of the stage, by those of all convolutions and fully connected layers",
        "该阶段的乘加次数除以所有卷积层和全连接层的乘加次数",
    )
    mistakes = (
        Mistake(
            "That is the share of the weights; a weight on a large map works more often.",
            "这是权重数的占比；特征图越大，同一个权重参与的乘加越多。",
            lambda s: away(_weight_percent(s), _percent(s), 0.25),
        ),
        Mistake(
            "That is the share of everything else.",
            "这是其余部分的占比。",
            lambda s: away(100 - _percent(s), _percent(s), 0.25),
        ),
        Mistake(
            "That is the ratio to everything else; the stage itself belongs to the whole.",
            "这是与其余部分之比；该阶段自身也属于总数。",
            lambda s: away(100 * _percent(s) / (100 - _percent(s)), _percent(s), 0.25),
        ),
        Mistake(
            "That is the stage's share of the number of layers; they do not all cost the same.",
            "这是该阶段层数的占比；各层的计算量并不相同。",
            lambda s: away(_equal_layers(s), _percent(s), 0.25),
        ),
        Mistake(
            "The map's side was taken, not its area, in this stage.",
            "该阶段只乘了特征图的边长，而不是面积。",
            lambda s: away(100 * per_side(s) / at_size(s.network, s.size).totals.macs, _percent(s), 0.25),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkMacShare | None:
        name = draw.choice(STAGED[:7])
        return NetworkMacShare(name, draw.choice(_stages(name)), draw.choice(EVEN_SIZES))

    def formula(self, s: NetworkMacShare) -> float:
        checked_macs(s.network, s.part, s.size)
        return _percent(s)

    def stem(self, s: NetworkMacShare) -> Text:
        named, where, more = title(s.network), part_place(s.network, s.part), note(s.network)
        return both(
            f"{named.en} is built for images of {image(s.network, s.size)} (C×H×W) and 1000 classes. What percentage of all its "
            f"multiply-accumulates (MACs), fully connected layers included, does {where.en} take? {COUNTED.en}{more.en}",
            f"按 {image(s.network, s.size)}（C×H×W）的输入图像和 1000 个类别搭建 {named.zh}。{where.zh}占全部乘加次数（MAC，含全连接层）"
            f"的百分之几？{COUNTED.zh}{more.zh}",
        )

    def solution(self, s: NetworkMacShare) -> Text:
        found = at_size(s.network, s.size)
        rows = [
            (f"`{stage}`", num(found.total(rows).macs), 0) for stage, rows in found.stages() if found.total(rows).macs
        ]
        lines = bullets(rows)
        share = rf"{num(macs_of(s.network, s.part, s.size))} / {num(found.totals.macs)} = {num(_percent(s), 5)} \%"
        return both(
            f"MACs for an image of side {s.size}, by stages:\n\n{lines.en}\n\nAll: {num(found.totals.macs)}. Share: ${share}$.",
            f"图像边长 {s.size} 时各阶段的乘加次数：\n\n{lines.zh}\n\n总计：{num(found.totals.macs)}。占比：${share}$。",
        )


def _stages(name: str) -> list[str]:
    return [f"layer{at}" for at in (1, 2, 3, 4)] if name.startswith("resnet") else [f"conv{at}" for at in range(1, 6)]


def _ratio(s: NetworkMacRatio) -> float:
    return macs_of(s.network, s.part, s.size) / macs_of(s.network, s.other, s.size)


def _count(s: NetworkMacRatio) -> float:
    found = at_size(s.network, s.size)
    return len(conv_steps(found, s.part)) / len(conv_steps(found, s.other))


def _sided(s: NetworkMacRatio) -> float:
    """With sides in place of areas."""
    one, other = (
        sum(step.macs / side_of(step.shape) for step in conv_steps(at_size(s.network, s.size), part))
        for part in (s.part, s.other)
    )
    return one / other


def _areas(s: NetworkMacRatio) -> float:
    one, other = (side_of(conv_steps(at_size(s.network, s.size), part)[-1].shape) ** 2 for part in (s.part, s.other))
    return one / other


class Ratio(Question[NetworkMacRatio]):
    """Halving the map and doubling the channels leaves a layer's cost as it was; the number of layers makes the difference."""

    spec = NetworkMacRatio
    answer = Number(decimals=3)
    levels = (3,)
    find = "ratio"
    rule = Text("MACs of the one by MACs of the other", "前者的乘加次数除以后者的乘加次数")
    mistakes = (
        Mistake("The ratio is turned upside down.", "比值弄反了。", lambda s: away(1 / _ratio(s), _ratio(s), 0.005)),
        Mistake(
            "That is the ratio of the weights; the sizes of the maps count, too.",
            "这是权重数之比；特征图的大小也要计入。",
            lambda s: away(weights_of(s.network, s.part) / weights_of(s.network, s.other), _ratio(s), 0.005),
        ),
        Mistake(
            "That is the ratio of the numbers of layers; the first layer of a stage does not cost what the others do.",
            "这是层数之比；阶段的第一层与其余各层的计算量不同。",
            lambda s: away(_count(s), _ratio(s), 0.005),
        ),
        Mistake(
            "The sides of the maps were taken, not their areas.",
            "用了特征图的边长，而不是面积。",
            lambda s: away(_sided(s), _ratio(s), 0.005),
        ),
        Mistake(
            "Only the areas of the maps were compared; channels and layers count, too.",
            "只比较了特征图的面积；通道数和层数也要计入。",
            lambda s: away(_areas(s), _ratio(s), 0.005),
        ),
        Mistake(
            "Both cost the same only if each layer of one has its like in the other.",
            "只有两阶段的各层一一对应时，计算量才相等。",
            lambda s: away(1.0, _ratio(s), 0.005),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkMacRatio | None:
        name = draw.choice(STAGED)
        part, other = draw.sample(_stages(name), 2)
        s = NetworkMacRatio(name, part, other, draw.choice(EVEN_SIZES))
        return s if 0.05 <= _ratio(s) <= 20 and abs(_ratio(s) - 1) > 0.005 else None

    def formula(self, s: NetworkMacRatio) -> float:
        checked_macs(s.network, s.part, s.size)
        checked_macs(s.network, s.other, s.size)
        return _ratio(s)

    def stem(self, s: NetworkMacRatio) -> Text:
        named, more = title(s.network), note(s.network)
        one, other = part_place(s.network, s.part), part_place(s.network, s.other)
        return both(
            f"For an image of {image(s.network, s.size)} (C×H×W), how many times as many multiply-accumulates (MACs) does {one.en} of "
            f"{named.en} take as {other.en}? {COUNTED.en}{more.en}",
            f"输入图像为 {image(s.network, s.size)}（C×H×W）时，{named.zh} 的{one.zh}的乘加次数（MAC）是{other.zh}的多少倍？"
            f"{COUNTED.zh}{more.zh}",
        )

    def solution(self, s: NetworkMacRatio) -> Text:
        found = at_size(s.network, s.size)
        lists = [bullets(tallied(conv_steps(found, part), macs=True)) for part in (s.part, s.other)]
        one, other = (num(macs_of(s.network, part, s.size)) for part in (s.part, s.other))
        ratio = f"{one} / {other} = {num(_ratio(s))}"
        return both(
            f"Image side {s.size}. `{s.part}`:\n\n{lists[0].en}\n\n`{s.other}`:\n\n{lists[1].en}\n\nRatio: ${ratio}$.",
            f"图像边长 {s.size}。`{s.part}`：\n\n{lists[0].zh}\n\n`{s.other}`：\n\n{lists[1].zh}\n\n比值：${ratio}$。",
        )
