"""How large a kernel may become within a budget, and what two changed kernels make together."""

from __future__ import annotations

from math import isqrt

from quizcv.answers import Integer
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._changes import MACS, image, walked_as
from quizcv.items.networks._kernels import (
    KEPT,
    NETWORKS,
    SIZES,
    conv_of,
    convolutions,
    old_kernel,
    other_kernels,
    pairs,
    square,
    version,
)
from quizcv.items.networks._layers import at_size
from quizcv.items.networks._words import both, place, title
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.networks.catalogue import network
from quizcv.networks.questions.altered import rekerneled
from quizcv.networks.questions.changes import KernelBudget, KernelPair
from quizcv.seeds import Draw


def _widest(s: KernelBudget, allowed: int, tap: int) -> int:
    """The largest kernel of the old one's parity with at most so many weights more."""
    old = old_kernel(s.network, s.layer)
    side = isqrt(old**2 + allowed // tap)
    return side - (side - old) % 2


class Budget(Question[KernelBudget]):
    """The inverse: how large may it be."""

    spec = KernelBudget
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = Text(
        r"the largest odd $k'$ with $\frac{C_{in}}{g} C_{out} (k'^2 - k^2) \le B$",
        r"满足 $\frac{C_{in}}{g} C_{out} (k'^2 - k^2) \le B$ 的最大奇数 $k'$",
    )
    mistakes = (
        Mistake(
            "The next odd kernel: it needs more than may be added.",
            "这是下一个奇数：超出了允许增加的数量。",
            lambda s: _widest(s, s.budget, pairs(s.network, s.layer)) + 2,
        ),
        Mistake(
            "The weights that are there already were counted against the budget.",
            "原有的权重不应计入增加量。",
            lambda s: _odd(isqrt(s.budget // pairs(s.network, s.layer))),
        ),
        Mistake(
            "The number of weights was taken to grow with the kernel's side; it grows with its square.",
            "以为权重数随边长增长；它随边长的平方增长。",
            lambda s: _odd(old_kernel(s.network, s.layer) + s.budget // pairs(s.network, s.layer)),
        ),
        Mistake(
            "That kernel is a step too small: the next odd one still keeps within the budget.",
            "小了一步：下一个奇数仍在允许范围内。",
            lambda s: _widest(s, s.budget, pairs(s.network, s.layer)) - 2,
        ),
        Mistake(
            "The groups were ignored: a filter reads only the channels of its group.",
            "忽略了分组：每个卷积核只读本组的通道。",
            lambda s: _widest(s, s.budget, pairs(s.network, s.layer) * conv_of(s.network, s.layer)[1].groups),
        ),
        Mistake(
            "Even kernels cannot keep the size with the same padding on both sides.",
            "偶数边长的卷积核在两侧填充相同时无法保持尺寸。",
            lambda s: _widest(s, s.budget, pairs(s.network, s.layer)) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> KernelBudget | None:
        name = draw.choice(NETWORKS)
        layer = draw.choice(convolutions(name))
        old, tap = old_kernel(name, layer), pairs(name, layer)
        most = min(15**2 - old**2, 9_000_000 // tap)
        least = (old + 2) ** 2 - old**2
        if most < least:
            return None
        budget = tap * draw.integer(least, most) + draw.integer(0, tap - 1)
        budget = budget // 10_000 * 10_000
        return KernelBudget(name, layer, budget) if budget >= tap * least else None

    def formula(self, s: KernelBudget) -> int:
        return _widest(s, s.budget, pairs(s.network, s.layer))

    def stem(self, s: KernelBudget) -> Text:
        where = place(s.network, s.layer)
        return both(
            f"{title(s.network).en} may grow by at most {num(s.budget)} parameters, all of them spent on a larger kernel of "
            f"{where.en}; channels, groups and biases stay. The kernel must remain square and odd. {KEPT.en} "
            f"How long may its side be at most?",
            f"允许 {title(s.network).zh}最多增加 {num(s.budget)} 个参数，全部用于增大{where.zh}的卷积核，"
            f"通道数、分组和偏置不变。卷积核须为正方形且边长为奇数。{KEPT.zh}其边长最大是多少？",
        )

    def solution(self, s: KernelBudget) -> Text:
        tap, old, found = pairs(s.network, s.layer), old_kernel(s.network, s.layer), self.formula(s)
        room = rf"k'^2 \le {old}^2 + \lfloor {num(s.budget)} / {num(tap)} \rfloor = {old**2 + s.budget // tap}"
        return Text(
            f"A tap more costs {num(tap)} weights, one for each pair of channels that are connected: ${room}$. The largest odd side is "
            f"{found}, since $({found} + 2)^2 = {(found + 2) ** 2}$.",
            f"每多一个抽头需 {num(tap)} 个权重（每对相连的通道一个）：${room}$。最大的奇数边长为 {found}，因为 "
            f"$({found} + 2)^2 = {(found + 2) ** 2}$。",
        )


def _odd(side: int) -> int:
    return side - (side + 1) % 2


def _change(s: KernelPair, size: int = 0) -> tuple[int, int]:
    """MACs that each of the two adds."""
    found = []
    for layer, kernel in ((s.layer, s.kernel), (s.other, s.other_kernel)):
        shape = conv_of(s.network, layer, size or s.size)[0].shape
        found.append(pairs(s.network, layer) * (kernel**2 - old_kernel(s.network, layer) ** 2) * shape[1] * shape[2])
    return found[0], found[1]


class Pair(Question[KernelPair]):
    """One grows and one shrinks."""

    spec = KernelPair
    answer = Integer(signed=True)
    levels = (3,)
    find = "two"
    rule = r"$\sum_{l} \frac{C_{in}}{g} C_{out} (k'^2 - k^2) H_{out} W_{out}$"
    mistakes = (
        Mistake(
            "Both changes were added without their signs: a smaller kernel takes MACs away.",
            "两项变化没有带符号相加：卷积核变小时乘加次数减少。",
            lambda s: abs(_change(s)[0]) + abs(_change(s)[1]),
        ),
        Mistake("Only the first change was counted.", "只算了第一项变化。", lambda s: _change(s)[0]),
        Mistake("Only the second change was counted.", "只算了第二项变化。", lambda s: _change(s)[1]),
        Mistake("The sign is wrong: it is new minus old.", "符号反了：应为新减旧。", lambda s: -sum(_change(s))),
        Mistake(
            "Those are parameters: each weight is used at every position of its map.",
            "这是参数量：每个权重在其特征图的每个位置都要用一次。",
            lambda s: (
                pairs(s.network, s.layer) * (s.kernel**2 - old_kernel(s.network, s.layer) ** 2)
                + pairs(s.network, s.other) * (s.other_kernel**2 - old_kernel(s.network, s.other) ** 2)
            ),
        ),
        Mistake("FLOPs were given: a MAC is one.", "给出的是 FLOPs：一次乘加只计一次。", lambda s: 2 * sum(_change(s))),
    )

    def sample(self, draw: Draw, level: int) -> KernelPair | None:
        name = draw.choice(NETWORKS[1:])
        layer, other = draw.sample(convolutions(name), 2)
        one, two = draw.choice(other_kernels(name, layer)), draw.choice(other_kernels(name, other))
        if (one > old_kernel(name, layer)) == (two > old_kernel(name, other)):
            return None
        return KernelPair(name, layer, one, other, two, draw.choice(SIZES))

    def formula(self, s: KernelPair) -> int:
        net = network(s.network)
        changed = rekerneled(rekerneled(net, s.layer, s.kernel), s.other, s.other_kernel)
        return walked_as(changed, s.size).totals.macs - at_size(s.network, s.size).totals.macs

    def stem(self, s: KernelPair) -> Text:
        one, two, made = place(s.network, s.layer), place(s.network, s.other), version(s.network)
        what = image(network(s.network), s.size)
        return both(
            f"In {title(s.network).en}{made.en}, {one.en} gets {square(s.kernel)} kernels, and {two.en} {square(s.other_kernel)}. "
            f"{KEPT.en} {MACS.en} By how many does the number of MACs for one image of {what} (C×H×W) change? A decrease is negative.",
            f"把 {title(s.network).zh}{made.zh}中{one.zh}的卷积核改为 {square(s.kernel)}，{two.zh}的卷积核改为 {square(s.other_kernel)}。"
            f"{KEPT.zh}{MACS.zh}处理一张 {what}（C×H×W）的图像，网络的乘加次数变化多少？减少记为负数。",
        )

    def solution(self, s: KernelPair) -> Text:
        lines = []
        for layer, kernel, added in zip((s.layer, s.other), (s.kernel, s.other_kernel), _change(s), strict=True):
            step, op = conv_of(s.network, layer, s.size)
            old, channels = op.kernel[0], step.inputs[0][0] // op.groups
            factors = rf"{channels} \cdot {op.channels} \cdot ({kernel}^2 - {old}^2) \cdot {step.shape[1]} \cdot {step.shape[2]}"
            lines.append(f"- `{layer}`: ${factors} = {num(added)}$")
        sum_ = " + ".join(signed(added) for added in _change(s))
        listed = "\n".join(lines)
        total = f"${sum_} = {num(self.formula(s))}$"
        return Text(
            f"With an image of {s.size}×{s.size}:\n\n{listed}\n\nTogether: {total}.",
            f"输入为 {s.size}×{s.size}：\n\n{listed}\n\n合计：{total}。",
        )
