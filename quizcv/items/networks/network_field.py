"""How far the units of well-known networks see."""

from __future__ import annotations

from typing import Literal

from quizcv.answers import Integer
from quizcv.errors import BadParameters
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._changes import along, chain_of, listed, window
from quizcv.items.networks._fields import (
    MISTAKES,
    SEEN,
    changed,
    field_at,
    field_behind,
    path,
    plain_field,
    taps_of,
    worked,
)
from quizcv.items.networks._words import both, place, title
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.questions.sights import NetField, NetFieldChanged, NetFieldReach
from quizcv.seeds import Draw

CHAINS = ("alexnet_2012", "zfnet", "vgg11", "vgg13", "vgg16", "vgg19", "lenet5")
RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101")
#: Where a layer's number says which it is.
NUMBERED = ("alexnet_2012", "zfnet", "vgg11", "vgg13", "vgg16", "vgg19")

WORDS = {"kernel": Text("window", "窗口"), "stride": Text("stride", "步长"), "dilation": Text("dilation", "膨胀率")}
RULE = r"$r = 1 + \sum_l d_l (k_l - 1) \prod_{i < l} s_i$"
WIDEST = Text(
    "Bottlenecks have their stride on the 3×3 convolution; the way without shortcuts is the one that sees most.",
    "瓶颈块的步长放在 3×3 卷积上；不走捷径的路径感受野最大。",
)


def _later(name: str, first: int) -> tuple[str, ...]:
    """Layers that may be asked about."""
    return chain_of(network(name))[first:]


def _more(name: str) -> Text:
    return Text(f" {WIDEST.en}", WIDEST.zh) if name in ("resnet50", "resnet101", "resnet152") else Text("", "")


class Field(Question[NetField]):
    """Source: Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", equation 2."""

    spec = NetField
    answer = Integer("px")
    levels = (1, 2)
    rule = RULE
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> NetField:
        if level == 1:
            name = draw.choice(CHAINS)
            return NetField(name, draw.choice(_later(name, 2)[:9]), listed=True)
        name = draw.choice((*NUMBERED, *RESNETS))
        return NetField(name, draw.choice(_later(name, 3)))

    def formula(self, s: NetField) -> int:
        return field_at(s.network, s.layer)

    def stem(self, s: NetField) -> Text:
        where = place(s.network, s.layer)
        rows = listed(network(s.network), s.layer) if s.listed else Text("", "")
        en = f"{title(s.network).en} starts with these layers:{rows.en}" if s.listed else ""
        zh = f"{title(s.network).zh} 的前部依次为：{rows.zh}" if s.listed else ""
        more = _more(s.network)
        return both(
            f"{en}How large is the receptive field of one unit of {where.en} in {title(s.network).en}? {SEEN.en}{more.en}",
            f"{zh}{title(s.network).zh} 中{where.zh}的一个单元的感受野有多大？{SEEN.zh}{more.zh}",
        )

    def solution(self, s: NetField) -> Text:
        taps, found = taps_of(s), self.formula(s)
        if plain_field(taps) != found:
            return Text(
                f"The widest of the branches, joined, see from the first pixel to the last {found} px.",
                f"各支路合并后，从第一个像素到最后一个像素共 {found} px。",
            )
        strides = " · ".join(str(stride) for _, stride, _ in taps if stride > 1)
        return Text(
            f"Strides on the way, in order: {strides or 1}. Each layer adds $d(k - 1)$ times the product of the strides before it; layers "
            f"with the same product together: ${worked(taps)}$.",
            f"沿途的步长依次为 {strides or 1}。每层增加 $d(k - 1)$ 乘以之前各层步长之积；步长之积相同的层合并：${worked(taps)}$。",
        )


class Changed(Question[NetFieldChanged]):
    """A kernel, a stride or a dilation is another."""

    spec = NetFieldChanged
    answer = Integer("px")
    levels = (3,)
    find = "changed"
    rule = RULE
    mistakes = (
        Mistake(
            "That is the field without the change.",
            "这是改动之前的感受野。",
            lambda s: field_at(s.network, s.layer),
        ),
        *MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> NetFieldChanged | None:
        name = draw.choice((*NUMBERED, *RESNETS))
        net = network(name)
        layer = draw.choice(_later(name, 3))
        way = along(net, layer)
        one = draw.choice(way[:-1])
        kernel, stride, _, _ = window(net.layer(one).op)
        pool = isinstance(net.layer(one).op, ops.Pool)
        block = one.startswith("layer")  # another stride in a block would not fit its shortcut
        kinds: list[Literal["kernel", "stride", "dilation"]] = ["kernel"] if kernel > 1 else []
        kinds += [] if block else ["stride"]
        kinds += [] if pool or kernel == 1 else ["dilation"]
        if not kinds:
            return None
        what = draw.choice(kinds)
        values = {"kernel": (3, 5, 7) if not pool else (2, 3, 4), "stride": (1, 2, 3), "dilation": (2, 3, 4)}[what]
        old = {"kernel": kernel, "stride": stride, "dilation": 1}[what]
        value = draw.choice([value for value in values if value != old])
        return NetFieldChanged(name, layer, one, what, value)

    def formula(self, s: NetFieldChanged) -> int:
        return field_behind(changed(s), s.layer)

    def stem(self, s: NetFieldChanged) -> Text:
        where, one, more = place(s.network, s.layer), place(s.network, s.changed), _more(s.network)
        kernel, stride, _, dilation = window(network(s.network).layer(s.changed).op)
        was = {"kernel": f"{kernel}×{kernel}", "stride": str(stride), "dilation": str(dilation)}[s.what]
        now = f"{s.value}×{s.value}" if s.what == "kernel" else str(s.value)
        words = WORDS[s.what]
        return both(
            f"In {title(s.network).en}, {one.en} gets a {words.en} of {now} instead of {was}; the padding is adjusted where need be, and "
            f"nothing else changes. How large is the receptive field of one unit of {where.en} then? {SEEN.en}{more.en}",
            f"把 {title(s.network).zh} 中{one.zh}的{words.zh}由 {was} 改为 {now}，必要时调整填充，其余不变。"
            f"此时{where.zh}的一个单元的感受野有多大？{SEEN.zh}{more.zh}",
        )

    def solution(self, s: NetFieldChanged) -> Text:
        taps, words = taps_of(s), WORDS[s.what]
        strides = " · ".join(str(stride) for _, stride, _ in taps if stride > 1)
        before = field_at(s.network, s.layer)
        return Text(
            f"With a {words.en} of {s.value} at `{s.changed}` the strides on the way are {strides or 1}. Each layer adds $d(k - 1)$ times "
            f"the product of the strides before it; layers with the same product together: ${worked(taps)}$ (before: {before}).",
            f"`{s.changed}` 的{words.zh}改为 {s.value} 后，沿途的步长依次为 {strides or 1}。每层增加 $d(k - 1)$ 乘以之前各层步长之积；"
            f"步长之积相同的层合并：${worked(taps)}$（原为 {before}）。",
        )


def _first(s: NetFieldReach, sees: list[int]) -> int | None:
    """Which of the fields is the first that is large enough, counted from 1."""
    return next((at for at, field in enumerate(sees, 1) if field >= s.field), None)


def _fields(name: str) -> list[int]:
    return [field_at(name, layer) for layer in chain_of(network(name))]


def _without_strides(name: str) -> list[int]:
    net = network(name)
    return [1 + sum(d * (k - 1) for k, _, d in path(net, layer)) for layer in chain_of(net)]


def _own_strides(name: str) -> list[int]:
    net, found = network(name), []
    for layer in chain_of(net):
        taps, total, jump = path(net, layer), 1, 1
        for kernel, stride, dilation in taps:
            jump *= stride
            total += dilation * (kernel - 1) * jump
        found.append(total)
    return found


def _convolutions(s: NetFieldReach) -> int | None:
    """The same, where only convolutions are counted."""
    at = _first(s, _fields(s.network))
    if at is None:
        return None
    net = network(s.network)
    return sum(isinstance(net.layer(layer).op, ops.Conv | ops.SparseConv) for layer in chain_of(net)[:at])


class Reach(Question[NetFieldReach]):
    """The inverse: from which layer on."""

    spec = NetFieldReach
    answer = Integer()
    levels = (3,)
    find = "layer"
    rule = Text(
        r"the first $l$ with $1 + \sum_{j \le l} (k_j - 1) \prod_{i < j} s_i \ge R$",
        r"满足 $1 + \sum_{j \le l} (k_j - 1) \prod_{i < j} s_i \ge R$ 的第一个 $l$",
    )
    mistakes = (
        Mistake(
            "Only convolutions were counted; poolings are layers of the list as well.",
            "只数了卷积层；池化层也要计入。",
            _convolutions,
        ),
        Mistake(
            "That layer sees less: it is the one before.",
            "这一层的感受野还不够：它是前一层。",
            lambda s: (_first(s, _fields(s.network)) or 0) - 1,
        ),
        Mistake(
            "The layer before already sees as much.",
            "前一层就已经够了。",
            lambda s: (_first(s, _fields(s.network)) or 0) + 1,
        ),
        Mistake(
            "The strides were ignored: behind a stride every step is as many pixels as the strides' product.",
            "忽略了步长：经过步长之后，每一步对应的像素数是步长之积。",
            lambda s: _first(s, _without_strides(s.network)),
        ),
        Mistake(
            "A layer's own stride was put into its own step; only the strides before it count.",
            "把该层自己的步长也算进去了；只有之前各层的步长起作用。",
            lambda s: _first(s, _own_strides(s.network)),
        ),
        Mistake(
            "It was counted from 0; the first layer is 1.",
            "从 0 开始数了；第一层记为 1。",
            lambda s: (_first(s, _fields(s.network)) or 2) - 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetFieldReach | None:
        name = draw.choice((*NUMBERED, "resnet18", "resnet34"))
        fields = _fields(name)
        low, high = fields[2], min(fields[-1], 480)
        s = NetFieldReach(name, draw.integer(low, high))
        at = _first(s, fields)
        return s if at is not None and at > 3 else None

    def formula(self, s: NetFieldReach) -> int:
        at = _first(s, _fields(s.network))
        if at is None:
            raise BadParameters(f"{s.network}: no layer sees {s.field} px.", f"The last sees {_fields(s.network)[-1]}.")
        return at

    def stem(self, s: NetFieldReach) -> Text:
        named, without = title(s.network), Text("", "")
        if s.network.startswith("resnet"):
            without = Text(" and without those of shortcuts", "，捷径上的卷积不算")
        return both(
            f"Count the convolutions and poolings of {named.en} from its input on, the first being 1{without.en}. Which is the "
            f"first whose units have a receptive field of at least {s.field} px? {SEEN.en} Answer with its number.",
            f"从输入开始给 {named.zh} 的卷积层和池化层编号（第一层为 1{without.zh}）。感受野不小于 {s.field} px 的第一层是第几层？"
            f"{SEEN.zh}请回答编号。",
        )

    def solution(self, s: NetFieldReach) -> Text:
        at, fields, chain = self.formula(s), _fields(s.network), chain_of(network(s.network))
        seen = ", ".join(
            f"{number}. `{chain[number - 1]}`: {fields[number - 1]}" for number in range(max(1, at - 3), at + 1)
        )
        return Text(
            f"Each layer adds $(k - 1)$ times the product of the strides before it. Just before and at {s.field} px: {seen}. So it is "
            f"number {at}.",
            f"每层增加 $(k - 1)$ 乘以之前各层步长之积。在 {s.field} px 附近：{seen}。因此是第 {at} 层。",
        )


MODEL = ItemModel(
    name="network_field",
    version=1,
    topic="networks",
    title=Text("Receptive fields in networks", "经典网络的感受野"),
    questions=(Field(), Changed(), Reach()),
)
