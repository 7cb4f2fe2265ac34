"""How many statistics the normalisations compute, and over how many values each."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import Kind
from quizcv.specs.statistics import GroupsFound, GroupSize, GroupStatistics, NormStatistics, StatisticSize

_LAYERS = {
    "batch": Text("`nn.BatchNorm2d` in training", "训练模式下的 `nn.BatchNorm2d`"),
    "layer": Text("`nn.LayerNorm([C, H, W])`", "`nn.LayerNorm([C, H, W])`"),
    "instance": Text("`nn.InstanceNorm2d`", "`nn.InstanceNorm2d`"),
}
_OVER = {
    "batch": Text("N, H and W: one mean per channel", "N、H、W：每个通道一个均值"),
    "layer": Text("C, H and W: one mean per sample", "C、H、W：每个样本一个均值"),
    "instance": Text("H and W: one mean per sample and channel", "H、W：每个样本的每个通道一个均值"),
    "group": Text("H, W and the channels of a group: G means per sample", "H、W 和组内通道：每个样本 G 个均值"),
}


def _count(kind: Kind, s: Any, groups: int = 1) -> int:
    """How many means."""
    return int(
        {
            "batch": s.channels,
            "layer": s.samples,
            "instance": s.samples * s.channels,
            "group": s.samples * groups,
        }[kind]
    )


def _tensor(s: Any) -> str:
    return by(s.samples, s.channels, s.height, s.width)


def _draw_sizes(draw: Draw) -> tuple[int, int, int, int]:
    side = draw.choice((4, 6, 7, 8, 14))
    return draw.choice((2, 4, 6, 8, 16)), draw.choice((8, 12, 16, 24, 32)), side, side + draw.choice((0, 1, 2))


BATCH = ("That is batch norm: one mean per channel, over all samples.", "这是批归一化：每个通道一个均值，跨所有样本。")
LAYER = ("That is layer norm: one mean per sample.", "这是层归一化：每个样本一个均值。")
INSTANCE = ("That is instance norm: one mean per sample and channel.", "这是实例归一化：每个样本的每个通道一个均值。")
POSITIONS = (
    "The means are taken over the positions too, not at each position.",
    "均值也跨空间位置计算，而不是每个位置各一个。",
)


class Count(Question[NormStatistics]):
    """Source: Wu and He 2018, section 3."""

    spec = NormStatistics
    answer = Integer()
    levels = (1,)
    rule = Text("batch norm C, layer norm N, instance norm N·C", "批归一化 C，层归一化 N，实例归一化 N·C")
    mistakes = (
        Mistake(*BATCH, lambda s: _count("batch", s)),
        Mistake(*LAYER, lambda s: _count("layer", s)),
        Mistake(*INSTANCE, lambda s: _count("instance", s)),
        Mistake("There is more than one mean for the whole tensor.", "整个张量不止一个均值。", lambda s: 1),
        Mistake(*POSITIONS, lambda s: s.height * s.width),
    )

    def sample(self, draw: Draw, level: int) -> NormStatistics | None:
        return NormStatistics(draw.choice(("batch", "layer", "instance")), *_draw_sizes(draw))

    def formula(self, s: NormStatistics) -> int:
        return _count(s.kind, s)

    def stem(self, s: NormStatistics) -> Text:
        layer = _LAYERS[s.kind]
        return Text(
            f"{layer.en} normalises a tensor of shape {_tensor(s)} (N×C×H×W). How many means does it compute (and as many variances)?",
            f"{layer.zh} 对形状为 {_tensor(s)}（N×C×H×W）的张量做归一化。它计算多少个均值（方差的个数相同）？",
        )

    def solution(self, s: NormStatistics) -> Text:
        over = _OVER[s.kind]
        return Text(
            f"Of {_tensor(s)} it averages over {over.en}. That makes {num(_count(s.kind, s))}.",
            f"对 {_tensor(s)} 求平均的维度为 {over.zh}，共 {num(_count(s.kind, s))} 个。",
        )


class GroupCount(Question[GroupStatistics]):
    """The same for group norm."""

    spec = GroupStatistics
    answer = Integer()
    levels = (2,)
    find = "group"
    rule = Text("group norm N·G", "组归一化 N·G")
    mistakes = (
        Mistake(*BATCH, lambda s: _count("batch", s)),
        Mistake(*LAYER, lambda s: _count("layer", s)),
        Mistake(*INSTANCE, lambda s: _count("instance", s)),
        Mistake("Every sample has groups of its own.", "每个样本各有自己的组。", lambda s: s.groups),
        Mistake(
            "The number of groups counts, not the channels per group.",
            "应乘以组数，而不是每组的通道数。",
            lambda s: s.samples * s.channels // s.groups,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GroupStatistics | None:
        sizes, groups = _draw_sizes(draw), draw.choice((2, 3, 4, 6, 8))
        return GroupStatistics(*sizes, groups) if sizes[1] % groups == 0 and groups < sizes[1] else None

    def formula(self, s: GroupStatistics) -> int:
        return s.samples * s.groups

    def stem(self, s: GroupStatistics) -> Text:
        layer = f"`nn.GroupNorm({s.groups}, {s.channels})`"
        return Text(
            f"{layer} normalises a tensor of shape {_tensor(s)} (N×C×H×W). How many means does it compute (and as many variances)?",
            f"{layer} 对形状为 {_tensor(s)}（N×C×H×W）的张量做归一化。它计算多少个均值（方差的个数相同）？",
        )

    def solution(self, s: GroupStatistics) -> Text:
        over = _OVER["group"]
        steps = rf"{s.samples} \cdot {s.groups} = {num(self.formula(s))}"
        return Text(
            f"Of {_tensor(s)} it averages over {over.en}: ${steps}$.",
            f"对 {_tensor(s)} 求平均的维度为 {over.zh}：${steps}$。",
        )


def _size(kind: Kind, s: Any, groups: int = 1) -> int:
    return int(s.samples * s.channels * s.height * s.width // _count(kind, s, groups))


SIZES: tuple[Mistake[Any], ...] = (
    Mistake(*BATCH, lambda s: _size("batch", s)),
    Mistake(*LAYER, lambda s: _size("layer", s)),
    Mistake(*INSTANCE, lambda s: _size("instance", s)),
    Mistake(
        "That is the whole tensor.", "这是整个张量的元素个数。", lambda s: s.samples * s.channels * s.height * s.width
    ),
)


def _asked(layer: Text, s: Any) -> Text:
    return Text(
        f"{layer.en} normalises a tensor of shape {_tensor(s)} (N×C×H×W). Over how many values does it take each of its means?",
        f"{layer.zh} 对形状为 {_tensor(s)}（N×C×H×W）的张量做归一化。每个均值由多少个值求得？",
    )


def _averaged(kind: Kind, s: Any, factors: str, size: int) -> Text:
    over = _OVER[kind]
    return Text(
        f"Of {_tensor(s)} it averages over {over.en}. Each takes ${factors} = {num(size)}$ values.",
        f"对 {_tensor(s)} 求平均的维度为 {over.zh}。每个均值用到 ${factors} = {num(size)}$ 个值。",
    )


class Size(Question[StatisticSize]):
    """Over how many values each mean is taken."""

    spec = StatisticSize
    answer = Integer()
    levels = (2,)
    find = "values"
    rule = Text(
        "batch norm N·H·W, layer norm C·H·W, instance norm H·W", "批归一化 N·H·W，层归一化 C·H·W，实例归一化 H·W"
    )
    mistakes = (
        *SIZES,
        Mistake("That is the number of means.", "这是均值的个数。", lambda s: _count(s.kind, s)),
    )

    def sample(self, draw: Draw, level: int) -> StatisticSize | None:
        return StatisticSize(draw.choice(("batch", "layer", "instance")), *_draw_sizes(draw))

    def formula(self, s: StatisticSize) -> int:
        return {
            "batch": s.samples * s.height * s.width,
            "layer": s.channels * s.height * s.width,
            "instance": s.height * s.width,
        }[s.kind]

    def stem(self, s: StatisticSize) -> Text:
        return _asked(_LAYERS[s.kind], s)

    def solution(self, s: StatisticSize) -> Text:
        first = {"batch": rf"{s.samples} \cdot ", "layer": rf"{s.channels} \cdot ", "instance": ""}[s.kind]
        return _averaged(s.kind, s, rf"{first}{s.height} \cdot {s.width}", self.formula(s))


class SizeOfGroup(Question[GroupSize]):
    """The same for group norm."""

    spec = GroupSize
    answer = Integer()
    levels = (2,)
    find = "group_values"
    rule = Text("group norm (C/G)·H·W", "组归一化 (C/G)·H·W")
    mistakes = (
        Mistake(
            "The number of groups was taken for the channels per group.",
            "把组数当成了每组的通道数。",
            lambda s: s.groups * s.height * s.width,
        ),
        *SIZES,
        Mistake("That is the number of means.", "这是均值的个数。", lambda s: s.samples * s.groups),
    )

    def sample(self, draw: Draw, level: int) -> GroupSize | None:
        sizes, groups = _draw_sizes(draw), draw.choice((2, 3, 4, 6, 8))
        return GroupSize(*sizes, groups) if sizes[1] % groups == 0 and groups < sizes[1] else None

    def formula(self, s: GroupSize) -> int:
        return s.channels // s.groups * s.height * s.width

    def stem(self, s: GroupSize) -> Text:
        layer = f"`nn.GroupNorm({s.groups}, {s.channels})`"
        return _asked(Text(layer, layer), s)

    def solution(self, s: GroupSize) -> Text:
        factors = rf"({s.channels}/{s.groups}) \cdot {s.height} \cdot {s.width}"
        return _averaged("group", s, factors, self.formula(s))


class Groups(Question[GroupsFound]):
    """The number of groups behind the size."""

    spec = GroupsFound
    answer = Integer()
    levels = (3,)
    find = "groups"
    rule = "$G = C \\cdot H \\cdot W / n$"
    mistakes = (
        Mistake(
            "That is the number of channels per group.",
            "这是每组的通道数。",
            lambda s: s.values // (s.height * s.width),
        ),
        Mistake(
            "That is instance norm: as many groups as channels.",
            "这是实例归一化：组数等于通道数。",
            lambda s: s.channels,
        ),
        Mistake("That is layer norm: a single group.", "这是层归一化：只有一个组。", lambda s: 1),
        Mistake(
            "That is n/H; the number of groups is C·H·W/n.",
            "这是 n/H；组数应为 C·H·W/n。",
            lambda s: s.values // s.height if s.values % s.height == 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GroupsFound | None:
        channels, side = draw.choice((16, 24, 32, 48, 64, 96)), draw.choice((4, 5, 7, 8, 10, 14))
        groups = draw.choice((2, 3, 4, 6, 8, 12, 16))
        if channels % groups or groups == channels:
            return None
        width = side + draw.choice((0, 1, 2))
        return GroupsFound(channels, side, width, channels // groups * side * width)

    def formula(self, s: GroupsFound) -> int:
        return s.channels * s.height * s.width // s.values

    def stem(self, s: GroupsFound) -> Text:
        size = by(s.channels, s.height, s.width)
        return Text(
            f"`nn.GroupNorm` takes each of its means for feature maps of shape {size} (C×H×W) over {num(s.values)} values. How many groups "
            "does it have?",
            f"`nn.GroupNorm` 处理形状为 {size}（C×H×W）的特征图时，每个均值由 {num(s.values)} 个值求得。它有多少个组？",
        )

    def solution(self, s: GroupsFound) -> Text:
        total = s.channels * s.height * s.width
        steps = rf"{s.channels} \cdot {s.height} \cdot {s.width} / {num(s.values)} = {num(total)} / {num(s.values)}"
        return Text(
            f"The groups share the values of a sample: ${steps} = {self.formula(s)}$.",
            f"各组平分一个样本的所有值：${steps} = {self.formula(s)}$。",
        )


MODEL = ItemModel(
    name="norm_statistics",
    version=1,
    topic="regularisation",
    title=Text("What normalisations average over", "各种归一化的统计量"),
    questions=(Count(), GroupCount(), Size(), SizeOfGroup(), Groups()),
)
