"""Instance and group norm: one output by hand, and a channel after ReLU and pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import (
    SPREAD,
    Norm,
    affine,
    draw_affine,
    draw_stack,
    own_channel,
    own_group,
    pooled,
    pooled_text,
    pooled_worked,
    shown,
    usual,
    whole_batch,
    whole_sample,
    worked,
)
from quizcv.items.regularisation.batch_norm import NOT_REST, UNBIASED, draw_pooled
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import GroupNormPooled, GroupNormValue, InstanceNormPooled, InstanceNormValue, NormValue

BATCH = (
    "That is batch norm: other samples do not count here.",
    "这是批归一化；这里与其他样本无关。",
)
LAYER = (
    "That is layer norm: not all channels are taken together here.",
    "这是层归一化；这里并不把所有通道放在一起。",
)
INSTANCE = (
    "That is instance norm: a group has several channels.",
    "这是实例归一化；一个组含多个通道。",
)


def _norm(s: NormValue, cells: Sequence[float]) -> Norm:
    return Norm(s.x[s.sample][s.channel][s.position], cells, s.gamma, s.beta, s.eps)


def _spread(s: NormValue, cells: Sequence[float]) -> bool:
    """Whether the value is worth asking for."""
    norm = _norm(s, cells)
    return norm.var >= SPREAD and Norm(0, own_channel(s)).var >= SPREAD and norm.x != norm.mean


def _place(s: NormValue) -> Text:
    value = num(s.x[s.sample][s.channel][s.position])
    return Text(
        f"Sample {s.sample}, channel {s.channel}, position {s.position} is {value}.",
        f"样本 {s.sample}、通道 {s.channel}、位置 {s.position} 的值为 {value}。",
    )


def _stem(s: NormValue, layer: Text) -> Text:
    given, x = affine(s), shown(s.x)
    return Text(
        f"{layer.en} {given.en} reads these features{x.en}What is its output at position {s.position} of channel {s.channel} of sample "
        f"{s.sample} (all counted from 0)?",
        f"{layer.zh}{given.zh}的输入特征如下{x.zh}样本 {s.sample}、通道 {s.channel}、位置 {s.position}（均从 0 数起）的输出是多少？",
    )


class Instance(Question[InstanceNormValue]):
    """Source: Ulyanov et al. 2016; documentation of torch.nn.InstanceNorm1d."""

    spec = InstanceNormValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$, moments of one channel of one sample",
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$，统计量取自一个样本的一个通道",
    )
    mistakes = (
        Mistake(*LAYER, lambda s: _norm(s, whole_sample(s)).out),
        Mistake(*BATCH, lambda s: _norm(s, whole_batch(s)).out),
        *usual(lambda s: _norm(s, own_channel(s))),
    )

    def sample(self, draw: Draw, level: int) -> InstanceNormValue | None:
        samples, positions = (1, 4) if level == 1 else (2, draw.integer(3, 4))
        x = draw_stack(draw, samples, 2, positions)
        gamma, beta = draw_affine(draw, level)
        at = draw.integer(0, samples - 1), draw.integer(0, 1)
        s = InstanceNormValue(x, *at, gamma, beta, position=draw.integer(0, positions - 1))
        return s if _spread(s, own_channel(s)) else None

    def formula(self, s: InstanceNormValue) -> float:
        return _norm(s, own_channel(s)).out

    def stem(self, s: InstanceNormValue) -> Text:
        return _stem(s, Text("Instance norm as in PyTorch", "PyTorch 的实例归一化"))

    def solution(self, s: InstanceNormValue) -> Text:
        at = _place(s)
        over = Text(f"{at.en} Over this channel of this sample:", f"{at.zh}对该样本的该通道：")
        return worked(_norm(s, own_channel(s)), over)


class InstancePooled(Question[InstanceNormPooled]):
    """Two more operations behind it."""

    spec = InstanceNormPooled
    answer = Number(decimals=3)
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"statistics per sample and channel; then $\mathrm{mean}(\max(0, y))$",
        r"每个样本的每个通道各求统计量；再求 $\max(0, y)$ 的平均",
    )
    mistakes = (
        Mistake(*BATCH, lambda s: pooled(s, whole_batch(s))),
        Mistake(*LAYER, lambda s: pooled(s, whole_sample(s))),
        Mistake(*NOT_REST, lambda s: pooled(s, own_channel(s), active=False)),
        Mistake(*UNBIASED, lambda s: pooled(s, own_channel(s), biased=False)),
    )

    def sample(self, draw: Draw, level: int) -> InstanceNormPooled | None:
        found: InstanceNormPooled | None = draw_pooled(draw, InstanceNormPooled, own_channel)
        return found

    def formula(self, s: InstanceNormPooled) -> float:
        return pooled(s, own_channel(s))

    def stem(self, s: InstanceNormPooled) -> Text:
        return pooled_text(s, Text("Instance norm as in PyTorch", " PyTorch 实例归一化"))

    def solution(self, s: InstanceNormPooled) -> Text:
        return pooled_worked(s, own_channel(s), Text("Over this channel of this sample:", "对该样本的该通道："))


def _layer(s: Any) -> str:
    return f"`nn.GroupNorm({s.groups}, {len(s.x[0])})`"


class Group(Question[GroupNormValue]):
    """Source: Wu and He 2018, equation 7; documentation of torch.nn.GroupNorm."""

    spec = GroupNormValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$, moments of $C/G$ neighbouring channels of one sample",
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$，统计量取自一个样本中相邻的 $C/G$ 个通道",
    )
    mistakes = (
        Mistake(*LAYER, lambda s: _norm(s, whole_sample(s)).out),
        Mistake(*INSTANCE, lambda s: _norm(s, own_channel(s)).out),
        Mistake(
            "The number of groups was taken for the channels per group.",
            "把组数当成了每组的通道数。",
            lambda s: _norm(s, _by_size(s)).out,
        ),
        Mistake(*BATCH, lambda s: _norm(s, whole_batch(s)).out),
        *usual(lambda s: _norm(s, own_group(s)))[:3],
    )

    def sample(self, draw: Draw, level: int) -> GroupNormValue | None:
        channels, groups = (4, 2) if level == 1 else draw.choice(((4, 2), (6, 2), (6, 3)))
        x = draw_stack(draw, 1, channels, 2)
        gamma, beta = draw_affine(draw, level)
        at = 0, draw.integer(0, channels - 1)
        s = GroupNormValue(x, *at, gamma, beta, position=draw.integer(0, 1), groups=groups)
        return s if _spread(s, own_group(s)) else None

    def formula(self, s: GroupNormValue) -> float:
        return _norm(s, own_group(s)).out

    def stem(self, s: GroupNormValue) -> Text:
        return _stem(s, Text(_layer(s), _layer(s)))

    def solution(self, s: GroupNormValue) -> Text:
        at, size = _place(s), len(s.x[0]) // s.groups
        over = Text(
            f"{at.en} Each of the {s.groups} groups has {size} neighbouring channels. Over this group:",
            f"{at.zh}{s.groups} 个组各含 {size} 个相邻通道。对该组：",
        )
        return worked(_norm(s, own_group(s)), over)


def _by_size(s: Any) -> list[int]:
    """The group, if `groups` were the number of its channels."""
    first = s.channel // s.groups * s.groups
    return [cell for channel in s.x[s.sample][first : first + s.groups] for cell in channel]


class GroupPooled(Question[GroupNormPooled]):
    """Two more operations behind it."""

    spec = GroupNormPooled
    answer = Number(decimals=3)
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"statistics per sample and group; then $\mathrm{mean}(\max(0, y))$",
        r"每个样本的每个组各求统计量；再求 $\max(0, y)$ 的平均",
    )
    mistakes = (
        Mistake(*LAYER, lambda s: pooled(s, whole_sample(s))),
        Mistake(*INSTANCE, lambda s: pooled(s, own_channel(s))),
        Mistake(*BATCH, lambda s: pooled(s, whole_batch(s))),
        Mistake(*NOT_REST, lambda s: pooled(s, own_group(s), active=False)),
        Mistake(*UNBIASED, lambda s: pooled(s, own_group(s), biased=False)),
    )

    def sample(self, draw: Draw, level: int) -> GroupNormPooled | None:
        found: GroupNormPooled | None = draw_pooled(draw, GroupNormPooled, own_group, 4, groups=2)
        return found

    def formula(self, s: GroupNormPooled) -> float:
        return pooled(s, own_group(s))

    def stem(self, s: GroupNormPooled) -> Text:
        return pooled_text(s, Text(_layer(s), f" {_layer(s)}"))

    def solution(self, s: GroupNormPooled) -> Text:
        size = len(s.x[0]) // s.groups
        over = Text(
            f"Each of the {s.groups} groups has {size} neighbouring channels. Over this group:",
            f"{s.groups} 个组各含 {size} 个相邻通道。对该组：",
        )
        return pooled_worked(s, own_group(s), over)


MODELS = (
    ItemModel(
        name="instance_norm_value",
        version=1,
        topic="regularisation",
        title=Text("Instance norm by hand", "手算实例归一化"),
        questions=(Instance(), InstancePooled()),
    ),
    ItemModel(
        name="group_norm_value",
        version=1,
        topic="regularisation",
        title=Text("Group norm by hand", "手算组归一化"),
        questions=(Group(), GroupPooled()),
    ),
)
