"""Totals of a network at another input size, how many times as much that is, and the largest input within a budget."""

from __future__ import annotations

from math import isqrt, prod

from quizcv.answers import Integer, Number
from quizcv.errors import BadParameters
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._changes import (
    MACS,
    SCALING,
    VGGS,
    conv_macs,
    draw_sizes,
    fc_params,
    first_fc_macs,
    fixed_macs,
    image,
    linears,
    total_macs,
)
from quizcv.items.networks._layers import at_size
from quizcv.items.networks._words import both, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks.catalogue import network
from quizcv.networks.questions.altered import flattens
from quizcv.networks.questions.changes import InputGrowth, LargestInput, TotalMacs
from quizcv.seeds import Draw

LARGEST = 1024


TITLES = {"parameters": Text("parameters", "参数量"), "macs": Text("MACs an image", "每张图像的乘加次数")}
LAYERS = Text("Convolutions and fully connected layers are counted.", "计入所有卷积层和全连接层。")


def rebuilt(name: str) -> Text:
    """What becomes of the fully connected layers."""
    layer = flattens(network(name))
    if not layer:
        return Text("", "")
    return Text(
        f"The last map is flattened, without adaptive pooling; `{layer}` is built anew for its size, and everything else stays.",
        f"最后的特征图直接展平（没有自适应池化），`{layer}` 按新尺寸重建，其余不变。",
    )


class Total(Question[TotalMacs]):
    """Fully connected layers do not all grow with the image."""

    spec = TotalMacs
    answer = Integer()
    levels = (2,)
    find = "total"
    rule = Text(
        r"$M' = (M - F) \cdot (H'/H)^2 + F$ where $F$ are the MACs of fully connected layers that always read as much",
        r"$M' = (M - F) \cdot (H'/H)^2 + F$，$F$ 为输入大小不变的全连接层的乘加次数",
    )
    mistakes = (
        Mistake(
            "Everything was scaled: a fully connected layer that reads as many values as before costs as much as before.",
            "全部按比例放大了：输入大小不变的全连接层，代价也不变。",
            lambda s: total_macs(s.network, s.before) * s.size**2 // s.before**2,
        ),
        Mistake(
            "The fully connected layers were left out.",
            "漏了全连接层。",
            lambda s: conv_macs(s.network, s.size),
        ),
        Mistake(
            "No fully connected layer was scaled, though the first reads the flattened map.",
            "全连接层都没有放大，但第一个全连接层读入展平的特征图。",
            lambda s: (
                conv_macs(s.network, s.size) + first_fc_macs(s.network, s.before) + fixed_macs(s.network, s.before)
            ),
        ),
        Mistake(
            "The ratio of the sides was not squared.",
            "边长之比没有平方。",
            lambda s: (
                (total_macs(s.network, s.before) - fixed_macs(s.network, s.before)) * s.size // s.before
                + fixed_macs(s.network, s.before)
            ),
        ),
        Mistake(
            "That is the number at the old size.",
            "这是原尺寸下的数值。",
            lambda s: total_macs(s.network, s.before),
        ),
        Mistake(
            "FLOPs were given: a MAC is one multiply-accumulate.",
            "给出的是 FLOPs：一次乘加只计一次。",
            lambda s: 2 * total_macs(s.network, s.size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TotalMacs:
        return TotalMacs(*draw_sizes(draw, SCALING))

    def formula(self, s: TotalMacs) -> int:
        return total_macs(s.network, s.size)

    def stem(self, s: TotalMacs) -> Text:
        net, old = network(s.network), num(total_macs(s.network, s.before))
        before, after, more = image(net, s.before), image(net, s.size), rebuilt(s.network)
        asked = " ".join(filter(None, (LAYERS.en, MACS.en, more.en)))
        return both(
            f"{title(s.network).en} (1000 classes) takes {old} MACs for one image of {before} (C×H×W). {asked} "
            f"How many MACs does it take for one image of {after}?",
            f"{title(s.network).zh}（1000 类）处理一张 {before}（C×H×W）的图像需 {old} 次乘加。{LAYERS.zh}{MACS.zh}{more.zh}"
            f"处理一张 {after} 的图像需多少次乘加？",
        )

    def solution(self, s: TotalMacs) -> Text:
        kept, old, new = fixed_macs(s.network, s.before), total_macs(s.network, s.before), num(self.formula(s))
        names = [
            step for step in linears(at_size(s.network, s.before)) if step.layer.name != flattens(network(s.network))
        ]
        fixed = " + ".join(rf"{prod(step.inputs[0])} \cdot {step.shape[0]}" for step in names)
        rest = rf"({num(old)} - {num(kept)}) \cdot ({s.size}/{s.before})^2 + {num(kept)} = {new}"
        if (old - kept) * s.size**2 != (self.formula(s) - kept) * s.before**2:  # sizes are rounded on the way
            rest = f"{num(self.formula(s) - kept)} + {num(kept)} = {new}"
        return Text(
            f"Fully connected layers that always read as much: ${fixed} = {num(kept)}$.\n\nAll else grows with the map's area, "
            f"from {s.before} to {s.size}: ${rest}$.",
            f"输入大小不变的全连接层：${fixed} = {num(kept)}$。\n\n其余按面积变化，边长由 {s.before} 变为 {s.size}：${rest}$。",
        )


def _params(s: InputGrowth, size: int) -> int:
    return at_size(s.network, size).totals.params


def _whole(s: InputGrowth, size: int) -> int:
    return _params(s, size) if s.quantity == "parameters" else total_macs(s.network, size)


def _moving(s: InputGrowth, size: int) -> int:
    """The part that follows the image's size."""
    if s.quantity == "parameters":
        return fc_params(s.network, size) if flattens(network(s.network)) else 0
    return total_macs(s.network, size) - fixed_macs(s.network, size)


class Growth(Question[InputGrowth]):
    """How many times as much in all."""

    spec = InputGrowth
    answer = Number(decimals=3)
    levels = (3,)
    find = "growth"
    rule = Text(
        r"$(Q - V + V')/Q$ where $V$ of $Q$ follows the size of the map, and becomes $V'$",
        r"$(Q - V + V')/Q$，$Q$ 中随特征图尺寸变化的部分 $V$ 变为 $V'$",
    )
    mistakes = (
        Mistake(
            "Everything was scaled with the area; part of the network does not depend on the input size.",
            "全部按面积放大了；网络中有一部分与输入尺寸无关。",
            lambda s: (s.size / s.before) ** 2,
        ),
        Mistake("That is the ratio of the sides.", "这是边长之比。", lambda s: s.size / s.before),
        Mistake("Nothing was taken to change.", "以为什么都不变。", lambda s: 1.0),
        Mistake(
            "The first fully connected layer was added once more instead of replaced.",
            "第一个全连接层应被替换，而不是再加一个。",
            lambda s: (_whole(s, s.before) + _moving(s, s.size)) / _whole(s, s.before) if _moving(s, s.size) else None,
        ),
        Mistake(
            "What follows the size was scaled with the side, not with the area.",
            "随尺寸变化的部分按边长而不是面积放大了。",
            lambda s: 1 + _moving(s, s.before) * (s.size / s.before - 1) / _whole(s, s.before),
        ),
        Mistake(
            "The ratio was turned over.",
            "比值颠倒了。",
            lambda s: _whole(s, s.before) / _whole(s, s.size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InputGrowth:
        quantity = draw.choice(("parameters", "parameters", "macs"))
        name, size, before = draw_sizes(draw, VGGS)
        return InputGrowth(name, size, before, "parameters" if quantity == "parameters" else "macs")

    def formula(self, s: InputGrowth) -> float:
        return _whole(s, s.size) / _whole(s, s.before)

    def stem(self, s: InputGrowth) -> Text:
        net, old, what = network(s.network), num(_whole(s, s.before)), TITLES[s.quantity]
        before, after, more = image(net, s.before), image(net, s.size), rebuilt(s.network)
        counted = Text("Biases are counted.", "计入偏置。")
        if s.quantity == "macs":
            counted = Text(f"{LAYERS.en} {MACS.en}", f"{LAYERS.zh}{MACS.zh}")
        return both(
            f"{title(s.network).en} (1000 classes) for images of {before} (C×H×W) has {old} {what.en}. {counted.en} It is now built "
            f"for images of {after}. {more.en} How many times as many {what.en} as before does it have?",
            f"输入为 {before}（C×H×W）的 {title(s.network).zh}（1000 类）的{what.zh}为 {old}。{counted.zh}现将其输入改为 {after}。"
            f"{more.zh}{what.zh}变为原来的多少倍？",
        )

    def solution(self, s: InputGrowth) -> Text:
        old, gone, new = _whole(s, s.before), _moving(s, s.before), _moving(s, s.size)
        sum_ = f"{num(old)} - {num(gone)} + {num(new)} = {num(_whole(s, s.size))}"
        share = f"{num(_whole(s, s.size))}/{num(old)} = {num(self.formula(s), 7)}"
        return Text(
            f"What follows the size: {num(gone)} at {s.before}, {num(new)} at {s.size}.\n\nIn all: ${sum_}$.\n\nRatio: ${share}$.",
            f"随尺寸变化的部分：{s.before} 时为 {num(gone)}，{s.size} 时为 {num(new)}。\n\n总计：${sum_}$。\n\n比值：${share}$。",
        )


def _largest(name: str, allowed: float) -> int:
    """The largest multiple of 32 whose square is to 224² at most as `allowed` is to the MACs at 224."""
    units = int(7 * 7 * allowed // conv_macs(name, 224))
    return 32 * isqrt(units)


class Largest(Question[LargestInput]):
    """The inverse: a budget."""

    spec = LargestInput
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = Text(
        r"the largest multiple $H'$ of 32 with $M \cdot (H'/224)^2 \le B$",
        r"满足 $M \cdot (H'/224)^2 \le B$ 的 32 的最大倍数 $H'$",
    )
    mistakes = (
        Mistake(
            "The next size: it no longer keeps within the budget.",
            "这是下一个尺寸：已超出预算。",
            lambda s: _largest(s.network, s.budget * 1e9) + 32,
        ),
        Mistake(
            "MACs were taken to grow with the side; they grow with the area.",
            "以为乘加次数随边长增长；它随面积增长。",
            lambda s: int(7 * s.budget * 10**9 // conv_macs(s.network, 224)) * 32,
        ),
        Mistake(
            "The budget was halved, as if it were in FLOPs.",
            "把预算当作 FLOPs 减半了。",
            lambda s: _largest(s.network, s.budget * 5e8),
        ),
        Mistake(
            "That is the largest multiple of 16, not of 32.",
            "这是 16 的最大倍数，而不是 32 的。",
            lambda s: 16 * isqrt(int(14 * 14 * s.budget * 10**9 // conv_macs(s.network, 224))),
        ),
        Mistake(
            "That size is one step too small: the next still keeps within the budget.",
            "小了一步：下一个尺寸仍在预算之内。",
            lambda s: _largest(s.network, s.budget * 1e9) - 32,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LargestInput | None:
        name = draw.choice(SCALING)
        budget = draw.integer(2, 90)
        return LargestInput(name, budget) if 96 <= _largest(name, budget * 1e9) <= 672 else None

    def formula(self, s: LargestInput) -> int:
        """By the layers' own formulas: maps need not scale exactly in every network."""
        fit = [size for size in range(32, LARGEST + 1, 32) if _fits(s, size)]
        if not fit or fit[-1] == LARGEST:
            bound = "even 32×32 takes more" if not fit else f"even {LARGEST}×{LARGEST} takes less"
            raise BadParameters(f"{s.network} with {s.budget} GMACs: {bound}.")
        return fit[-1]

    def stem(self, s: LargestInput) -> Text:
        net, old, named = network(s.network), num(conv_macs(s.network, 224)), title(s.network)
        return both(
            f"The convolutions of {named.en} take {old} MACs for one image of {image(net, 224)} (C×H×W). {MACS.en} How large may a "
            f"square image be at most, its side a multiple of 32, if they are to take at most {s.budget} GMACs "
            f"(${s.budget} \\times 10^9$)? Answer with the side.",
            f"{named.zh} 的所有卷积层处理一张 {image(net, 224)}（C×H×W）的图像需 {old} 次乘加。{MACS.zh}"
            f"要求不超过 {s.budget} GMACs（${s.budget} \\times 10^9$ 次），且图像为正方形、边长为 32 的倍数，则边长最大是多少？",
        )

    def solution(self, s: LargestInput) -> Text:
        found, old = self.formula(s), conv_macs(s.network, 224)
        root = 224 * (s.budget * 1e9 / old) ** 0.5
        bound = rf"224 \cdot \sqrt{{{s.budget} \times 10^9 / {num(old)}}} = {num(root, 5)}"
        tried = (num(conv_macs(s.network, size)) for size in (found, found + 32))
        here, over = tried
        return Text(
            f"The side may grow by the root: ${bound}$, so {found} if it is a multiple of 32.\n\nIndeed {found} takes {here} MACs "
            f"and {found + 32} would take {over}; {s.budget} GMACs are allowed.",
            f"边长按平方根变化：${bound}$，向下取 32 的倍数得 {found}。\n\n验证：{found} 时为 {here} 次，{found + 32} 时为 {over} 次，"
            f"上限为 {s.budget} GMACs。",
        )


def _fits(s: LargestInput, size: int) -> bool:
    return conv_macs(s.network, size) <= s.budget * 10**9
