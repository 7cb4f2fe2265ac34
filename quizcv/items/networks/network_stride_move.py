"""Strides that move or change: ResNet's from the 3×3 to the first 1×1 and back, and what later layers give."""

from __future__ import annotations

from functools import cache

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._changes import BOTTLENECKS, MACS, image, walked_as
from quizcv.items.networks._layers import at_size
from quizcv.items.networks._strides import Output, Twice
from quizcv.items.networks._words import both, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.questions.altered import first_version
from quizcv.networks.questions.changes import StrideBlock, StrideSaved
from quizcv.networks.walk import Walk
from quizcv.seeds import Draw

NETWORKS = (*BOTTLENECKS, "wide_resnet50_2")
SIZES = (160, 192, 224, 256, 320)
#: Of a bottleneck, in the order they are listed in.
PARTS = ("conv1", "conv2", "conv3", "downsample")
SAME = Text(
    "PyTorch's ResNets (v1.5) have the stride of a stage's first bottleneck on its 3×3 convolution, the original ones (v1) on its first "
    "1×1; the shortcut's stays.",
    "PyTorch 的 ResNet（v1.5）把每个阶段第一个瓶颈块的步长放在 3×3 卷积上，原版（v1）放在第一个 1×1 卷积上；捷径的步长不变。",
)


@cache
def _moved(name: str, stages: tuple[int, ...], size: int) -> Walk:
    return walked_as(first_version(network(name), stages), size)


def _paper(stage: int) -> str:
    return f"conv{stage + 1}_x"


def _part(name: str, stage: int, part: str, size: int) -> tuple[int, int, int, int]:
    """Channels read, channels given, kernel, MACs a position of a convolution of the stage's first block."""
    step = at_size(name, size).step(f"layer{stage}.0.{part}")
    assert isinstance(step.layer.op, ops.Conv)
    reads, gives, kernel = step.inputs[0][0], step.layer.op.channels, step.layer.op.kernel[0]
    return reads, gives, kernel, reads // step.layer.op.groups * gives * kernel**2


def _sides(name: str, stage: int, size: int) -> tuple[int, int]:
    """The block's map before and behind its stride."""
    found = at_size(name, size)
    return found.step(f"layer{stage}.0.conv1").shape[1], found.step(f"layer{stage}.0.conv2").shape[1]


def _cost(s: StrideBlock, *sides: int, skip: str = "") -> int:
    """MACs of the block's four convolutions on maps of these sides."""
    return sum(
        _part(s.network, s.stage, part, s.size)[3] * side**2
        for part, side in zip(PARTS, sides, strict=True)
        if part != skip
    )


class Block(Question[StrideBlock]):
    """Source: He et al. 2016, table 1; the move is that of "ResNet v1.5" (NVIDIA's and PyTorch's models)."""

    spec = StrideBlock
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$\sum k^2 C_{in} C_{out} H_{out}^2$: with the stride on the first 1×1, it and all behind it work on the small map",
        r"$\sum k^2 C_{in} C_{out} H_{out}^2$：步长放在第一个 1×1 上时，它和之后的卷积都在小特征图上计算",
    )
    mistakes = (
        Mistake(
            "That is v1.5, with the stride still on the 3×3 convolution.",
            "这是步长仍在 3×3 卷积上的 v1.5。",
            lambda s: _cost(s, *_old(s)),
        ),
        Mistake(
            "The whole block was counted on the large map.",
            "整个模块都按大特征图计算了。",
            lambda s: _cost(s, *(_sides(s.network, s.stage, s.size)[0],) * 4),
        ),
        Mistake(
            "The stride was counted twice: the 3×3 no longer has one.",
            "步长算了两次：3×3 卷积已不再有步长。",
            lambda s: _cost(s, _small(s), _small(s) // 2, _small(s) // 2, _small(s)),
        ),
        Mistake(
            "The shortcut's 1×1 convolution was forgotten.",
            "漏了捷径上的 1×1 卷积。",
            lambda s: _cost(s, *(_small(s),) * 4, skip="downsample"),
        ),
        Mistake(
            "The last 1×1 convolution was forgotten.",
            "漏了最后的 1×1 卷积。",
            lambda s: _cost(s, *(_small(s),) * 4, skip="conv3"),
        ),
        Mistake(
            "The 3×3 convolution was counted on the large map.",
            "3×3 卷积按大特征图计算了。",
            lambda s: _cost(s, _small(s), _sides(s.network, s.stage, s.size)[0], _small(s), _small(s)),
        ),
        Mistake(
            "The shortcut was counted on the large map; its stride stays.",
            "捷径按大特征图计算了；它的步长不变。",
            lambda s: _cost(s, *(_small(s),) * 3, _sides(s.network, s.stage, s.size)[0]),
        ),
        Mistake(
            "FLOPs were given: a MAC is one.",
            "给出的是 FLOPs：一次乘加只计一次。",
            lambda s: 2 * _cost(s, *(_small(s),) * 4),
        ),
    )

    def sample(self, draw: Draw, level: int) -> StrideBlock:
        return StrideBlock(draw.choice(NETWORKS), draw.integer(2, 4), draw.choice(SIZES), level == 1)

    def formula(self, s: StrideBlock) -> int:
        moved = _moved(s.network, (s.stage,), s.size)
        return sum(step.macs for step in moved.steps if step.layer.name.startswith(f"layer{s.stage}.0."))

    def stem(self, s: StrideBlock) -> Text:
        what = image(network(s.network), s.size)
        en = zh = ""
        if s.listed:
            reads = [_part(s.network, s.stage, part, s.size) for part in PARTS]
            first, width, made = reads[0][0], reads[0][1], reads[2][1]
            large = _sides(s.network, s.stage, s.size)[0]
            en = (
                f" The block reads {first} channels of {large}×{large} and has the convolutions 1×1 ({first}→{width}), "
                f"3×3 ({width}→{width}) and 1×1 ({width}→{made}), and on its shortcut a 1×1 ({first}→{made}) with stride 2."
            )
            zh = (
                f"该块输入 {first} 个通道、{large}×{large} 的特征图，依次为 1×1（{first}→{width}）、3×3（{width}→{width}）、"
                f"1×1（{width}→{made}）卷积，捷径上为步长 2 的 1×1 卷积（{first}→{made}）。"
            )
        return both(
            f"{SAME.en} Take {title(s.network).en} with one image of {what} (C×H×W), and move the stride 2 of the first block of "
            f"{_paper(s.stage)} (stage `layer{s.stage}` in PyTorch) from its 3×3 convolution to its first 1×1.{en} {MACS.en} How many "
            "MACs do the block's four convolutions then take?",
            f"{SAME.zh}取 {title(s.network).zh}，输入为一张 {what}（C×H×W）的图像，把 {_paper(s.stage)}（PyTorch 的 `layer{s.stage}`）"
            f"第一个瓶颈块的步长 2 从 3×3 卷积移到第一个 1×1 卷积。{zh}{MACS.zh}此时该块的四个卷积共需多少次乘加？",
        )

    def solution(self, s: StrideBlock) -> Text:
        side = _small(s)
        parts = [_part(s.network, s.stage, part, s.size) for part in PARTS]
        each = " + ".join(
            rf"{reads} \cdot {gives}" if kernel == 1 else rf"{kernel}^2 \cdot {reads} \cdot {gives}"
            for reads, gives, kernel, _ in parts
        )
        if any(reads * gives * kernel**2 != macs for reads, gives, kernel, macs in parts):
            each = " + ".join(num(macs) for *_, macs in parts)
        total = sum(macs for *_, macs in parts)
        steps = rf"{num(total)} \cdot {side}^2 = {num(self.formula(s))}"
        large = _sides(s.network, s.stage, s.size)[0]
        return Text(
            f"An image of {s.size}×{s.size} becomes {large}×{large} before `layer{s.stage}` and {side}×{side} behind its stride, where all "
            f"four now work.\n\nA position: ${each} = {num(total)}$.\n\nAll: ${steps}$.",
            f"输入 {s.size}×{s.size} 到 `layer{s.stage}` 之前为 {large}×{large}，经步长后为 {side}×{side}，四个卷积都在其上计算。"
            f"\n\n每个位置：${each} = {num(total)}$。\n\n合计：${steps}$。",
        )


def _small(s: StrideBlock) -> int:
    return _sides(s.network, s.stage, s.size)[1]


def _old(s: StrideBlock) -> tuple[int, int, int, int]:
    large, small = _sides(s.network, s.stage, s.size)
    return large, small, small, small


def _saved(s: StrideSaved, part: str = "conv1", *, large: int = 1, small: int = -1) -> int:
    """Over the stages, a part's MACs on the large map and on the small one, each so many times."""
    total = 0
    for stage in s.stages:
        before, behind = _sides(s.network, stage, s.size)
        total += _part(s.network, stage, part, s.size)[3] * (large * before**2 + small * behind**2)
    return total


class Saved(Question[StrideSaved]):
    """v1.5 costs more: the first 1×1 works on the large map."""

    spec = StrideSaved
    answer = Integer()
    levels = (2, 3)
    find = "saved"
    rule = r"$\sum_{\text{stages}} C_{in} w \cdot (H_{in}^2 - H_{out}^2)$"
    mistakes = (
        Mistake(
            "Half of the first 1×1 was saved; with half the height and half the width, three quarters are.",
            "只按节省一半算了；高和宽都减半，节省的是四分之三。",
            lambda s: _saved(s, large=1, small=0) // 2,
        ),
        Mistake(
            "All of the first 1×1 was counted as saved; it still works on the small map.",
            "把第一个 1×1 的全部代价都算作节省；它仍要在小特征图上计算。",
            lambda s: _saved(s, large=1, small=0),
        ),
        Mistake(
            "That is what the first 1×1 still costs.",
            "这是第一个 1×1 卷积剩余的代价。",
            lambda s: _saved(s, large=0, small=1),
        ),
        Mistake(
            "The 3×3 convolution was taken to get cheaper; its output keeps its size.",
            "以为 3×3 卷积变便宜了；它的输出尺寸不变。",
            lambda s: _saved(s, "conv2"),
        ),
        Mistake(
            "The shortcut was counted as well; its stride stays.",
            "把捷径也算进去了；它的步长不变。",
            lambda s: _saved(s) + _saved(s, "downsample"),
        ),
        Mistake(
            "Only one of the stages was counted.",
            "只算了其中一个阶段。",
            lambda s: _saved(StrideSaved(s.network, s.stages[:1], s.size)) if len(s.stages) > 1 else None,
        ),
        Mistake(
            "The block was taken to read as many channels as it gives; the first of a stage reads half as many.",
            "以为输入与输出通道数相同；每个阶段的第一个块只输入其一半。",
            lambda s: 2 * _saved(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> StrideSaved:
        stages = (draw.integer(2, 4),) if level == 2 else draw.choice(((2, 3, 4), (2, 3), (2, 4), (3, 4)))
        return StrideSaved(draw.choice(NETWORKS), stages, draw.choice(SIZES))

    def formula(self, s: StrideSaved) -> int:
        moved = _moved(s.network, s.stages, s.size)
        return at_size(s.network, s.size).totals.macs - moved.totals.macs

    def stem(self, s: StrideSaved) -> Text:
        what = image(network(s.network), s.size)
        en = " and ".join(f"{_paper(stage)} (PyTorch's `layer{stage}`)" for stage in s.stages)
        zh = "、".join(f"{_paper(stage)}（PyTorch 的 `layer{stage}`）" for stage in s.stages)
        moves = Text(
            f"the stride of the first block of {en} moves from its 3×3 convolution to its first 1×1",
            f"把{zh}的第一个块的步长从 3×3 卷积移到第一个 1×1 卷积",
        )
        if len(s.stages) > 1:
            moves = Text(
                f"the strides of the first blocks of {en} move from their 3×3 convolutions to their first 1×1",
                f"把{zh}各自第一个块的步长从 3×3 卷积移到第一个 1×1 卷积",
            )
        return both(
            f"{SAME.en} In PyTorch's {title(s.network).en}, {moves.en}. {MACS.en} How many MACs does the network save on one image "
            f"of {what} (C×H×W)?",
            f"{SAME.zh}在 PyTorch 的 {title(s.network).zh} 中，{moves.zh}。{MACS.zh}"
            f"处理一张 {what}（C×H×W）的图像，网络节省多少次乘加？",
        )

    def solution(self, s: StrideSaved) -> Text:
        lines = []
        for stage in s.stages:
            (reads, gives, *_), (large, small) = (
                _part(s.network, stage, "conv1", s.size),
                _sides(s.network, stage, s.size),
            )
            saved = _saved(StrideSaved(s.network, (stage,), s.size))
            lines.append(rf"- `layer{stage}`: ${reads} \cdot {gives} \cdot ({large}^2 - {small}^2) = {num(saved)}$")
        found = "\n".join(lines)
        return Text(
            f"Only the first 1×1 works on another map ({s.size}×{s.size} at the input):\n\n{found}\n\nTogether ${num(self.formula(s))}$.",
            f"只有第一个 1×1 卷积的输出尺寸改变（输入为 {s.size}×{s.size}）：\n\n{found}\n\n合计 ${num(self.formula(s))}$。",
        )


MODEL = ItemModel(
    name="network_stride_move",
    version=1,
    topic="networks",
    title=Text("A network with other strides", "改变网络的步长"),
    questions=(Block(), Output(), Saved(), Twice()),
)
