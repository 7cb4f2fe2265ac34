"""The smallest image that a network without padding everywhere accepts, and the layer at which a smaller one breaks."""

from __future__ import annotations

from typing import ClassVar

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._breaks import NAMED, Breaks, candidates, usual
from quizcv.items.networks._changes import along, listed, walked_as
from quizcv.items.networks._smallest import (
    Asked,
    changed,
    known_smallest,
    one_side,
    slide,
    smallest,
    unpadded,
    with_ceil,
    without_ceil,
)
from quizcv.items.networks._words import both, place, title
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto
from quizcv.networks.questions.sights import SmallestChanged, SmallestInput
from quizcv.seeds import Draw

#: Those whose layers are listed.
LISTED = ("lenet5", "alexnet_2012", "alexnet", "zfnet", "nin", "vgg11", "vgg13")
ROUNDED = Text("Sizes are rounded down unless a layer says otherwise.", "除注明外尺寸均向下取整。")


def _strides(s: Asked) -> int:
    net, product = changed(s), 1
    for layer in along(net, s.layer):
        product *= slide(net.layer(layer).op, 0).stride
    return product


def _before(s: Asked) -> int | None:
    way = along(changed(s), s.layer)
    return smallest(upto(changed(s), way[-2])) if len(way) > 1 else None


MISTAKES: tuple[Mistake[Asked], ...] = (
    Mistake(
        "That is the receptive field: padding and rounding up make do with fewer pixels.",
        "这是感受野：有填充或向上取整时，所需像素更少。",
        lambda s: smallest(changed(s), lambda one: without_ceil(unpadded(one))),
    ),
    Mistake("Padding was forgotten.", "漏了填充。", lambda s: smallest(changed(s), unpadded)),
    Mistake(
        "Padding was counted on one side only; it is on both.",
        "填充只算了一侧；两侧都有。",
        lambda s: smallest(changed(s), one_side),
    ),
    Mistake(
        "That is the product of the strides; the windows need more than that.",
        "这是步长之积；还要考虑窗口大小。",
        _strides,
    ),
    Mistake(
        "All sizes were rounded up; a window that does not fit whole is left out, unless it is said otherwise.",
        "所有尺寸都按向上取整计算了；除非另有说明，放不下的窗口应舍去。",
        lambda s: smallest(changed(s), with_ceil),
    ),
    Mistake(
        "Sizes were rounded down everywhere; the poolings round up.",
        "全部按向下取整计算了；池化层是向上取整的。",
        lambda s: smallest(changed(s), without_ceil),
    ),
    Mistake("That is enough for the layer before only.", "这只够前一层使用。", _before),
    Mistake(
        "One pixel less: a window no longer fits.",
        "少了一个像素：有一个窗口放不下。",
        lambda s: smallest(changed(s)) - 1,
    ),
    Mistake(
        "One pixel more than is needed: with one less, every layer still gives a pixel.",
        "多了一个像素：少一个时各层仍有输出。",
        lambda s: smallest(changed(s)) + 1,
    ),
)


class Smallest(Question[SmallestInput]):
    """Source: the arithmetic of Dumoulin and Visin 2016, backwards from an output of one pixel."""

    spec: ClassVar[type[Asked]] = SmallestInput
    answer = Integer("px")
    levels: ClassVar[tuple[int, ...]] = (1, 2)
    find: ClassVar[str] = ""
    rule = Text(
        r"backwards from $m = 1$: $n = \max(1, (m - 1) \cdot s + k - 2p)$, and $s - 1$ less where sizes are rounded up",
        r"从 $m = 1$ 倒推：$n = \max(1, (m - 1) \cdot s + k - 2p)$，向上取整时再减 $s - 1$",
    )
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> SmallestInput | None:
        name = draw.choice(LISTED if level == 1 else NAMED)
        layer = draw.choice(candidates(name)[1:])
        return SmallestInput(name, layer, level == 1) if known_smallest(name, layer) > 3 else None

    def formula(self, s: Asked) -> int:
        found = smallest(changed(s))
        walked_as(changed(s), found)  # branches must also fit each other
        return found

    def stem(self, s: Asked) -> Text:
        where = place(s.network, s.layer)
        change = self.change(s)
        if isinstance(s, SmallestInput) and s.listed:
            rows = listed(network(s.network), s.layer)
            opening = Text(
                f"{title(s.network).en} starts with these layers:{rows.en}{ROUNDED.en}",
                f"{title(s.network).zh} 的前部依次为：{rows.zh}{ROUNDED.zh}",
            )
        else:
            opening = usual(s.network)
        return both(
            f"{opening.en} {change.en}What is the side of the smallest square image for which {title(s.network).en} can be run up to "
            f"and including {where.en}, every layer giving at least one pixel?",
            f"{opening.zh}{change.zh}要使 {title(s.network).zh} 能一直运行到{where.zh}（含该层），且每一层至少输出一个像素，"
            "输入的正方形图像的边长最小是多少？",
        )

    def change(self, s: Asked) -> Text:
        """What is another, if anything."""
        return Text("", "")

    def solution(self, s: Asked) -> Text:
        net, needs, lines = changed(s), 1, []
        for layer in reversed(along(net, s.layer)):
            one = slide(net.layer(layer).op, 1)
            if one.needs(needs) != needs:
                lines.append(f"- `{layer}`: {needs} ← {one.needs(needs)}")
            needs = one.needs(needs)
        found = self.formula(s)
        if needs != found:  # another branch asks for more than the one that is followed
            lines = [f"- {found}"]
        backwards = "\n".join(lines)
        kernel = Text("", "")
        if isinstance(s, SmallestChanged):
            kernel = Text(
                f" (with {s.kernel}×{s.kernel}, stride {s.stride} at `{s.changed}`)",
                f"（`{s.changed}` 为 {s.kernel}×{s.kernel}，步长 {s.stride}）",
            )
        return Text(
            f"Backwards from one pixel{kernel.en}: a layer that gives $m$ must read $(m - 1)s + k - 2p$, at least 1, and $s - 1$ less "
            f"where its size is rounded up. Layers that need as much as they give are left out:\n\n{backwards}\n\nSmallest input: {found}.",
            f"从一个像素倒推{kernel.zh}：输出 $m$ 的层须读入 $(m - 1)s + k - 2p$（至少为 1），尺寸向上取整的层再减 $s - 1$。"
            f"所需等于所给的层从略：\n\n{backwards}\n\n最小输入：{found}。",
        )


class SmallestWith(Smallest):
    """The same with another window."""

    spec = SmallestChanged
    levels = (3,)
    find = "changed"
    mistakes = (
        Mistake(
            "That is the smallest input without the change.",
            "这是改动之前的最小输入。",
            lambda s: known_smallest(s.network, s.layer),
        ),
        *MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> SmallestChanged | None:  # type: ignore[override]
        name = draw.choice(("lenet5", "alexnet_2012", "alexnet", "vgg16", "squeezenet1_1"))
        net = network(name)
        layer = draw.choice(candidates(name)[1:])
        way = [
            one
            for one in along(net, layer)
            if isinstance(net.layer(one).op, ops.Conv | ops.Pool) and one in candidates(name)
        ]
        if not way:
            return None
        one = draw.choice(way)
        now = slide(net.layer(one).op, 1)
        kernel = now.extent + draw.choice((-4, -2, -1, 1, 2, 4))
        stride = draw.choice((now.stride, 2, 3))
        pool = isinstance(net.layer(one).op, ops.Pool)
        if (
            kernel < 2
            or (pool and (kernel > 5 or stride > kernel))
            or (not pool and kernel % 2 == 0)
            or kernel <= now.padding
        ):
            return None
        return SmallestChanged(name, layer, one, kernel, stride)

    def change(self, s: Asked) -> Text:
        assert isinstance(s, SmallestChanged)
        named = title(s.network)
        where, now = place(s.network, s.changed), slide(network(s.network).layer(s.changed).op, 1)
        return Text(
            f"In {named.en}, {where.en} now gets a window of {s.kernel}×{s.kernel} with stride {s.stride} instead "
            f"of {now.extent}×{now.extent} with stride {now.stride}, and all paddings stay. ",
            f"现把 {named.zh} 中{where.zh}的窗口由 {now.extent}×{now.extent}、步长 {now.stride} 改为 {s.kernel}×{s.kernel}、"
            f"步长 {s.stride}，填充均不变。",
        )


MODEL = ItemModel(
    name="network_smallest_input",
    version=1,
    topic="networks",
    title=Text("The smallest input of a network", "网络可接受的最小输入"),
    questions=(Smallest(), SmallestWith(), Breaks()),
)
