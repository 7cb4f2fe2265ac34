"""Heads of two-stage detectors and of SSD."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_MISSED, Counted, Part, biases, dense, listed
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.head_blocks import BoxHead, SsdHead


def _head(s: BoxHead, inputs: int, scores: int, boxes: int) -> int:
    """With the inputs of the first layer and the outputs of the two last ones."""
    return inputs * s.hidden + s.hidden**2 + s.hidden * (scores + boxes) + 2 * s.hidden + scores + boxes


def _flat(s: BoxHead) -> int:
    return s.channels * s.pool**2


def _boxes(s: BoxHead) -> int:
    return 4 if s.agnostic else 4 * s.classes


class Box(Counted[BoxHead]):
    """Source: Girshick 2015, "Fast R-CNN", section 2.1."""

    spec = BoxHead
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        "$(C p^2 + 1) h + (h + 1) h + (h + 1)(K + 1 + B)$ with $B = 4K$, or $B = 4$ if all classes share one box",
        "$(C p^2 + 1) h + (h + 1) h + (h + 1)(K + 1 + B)$，其中 $B = 4K$；所有类别共用一个框时 $B = 4$",
    )
    mistakes = (
        Mistake(
            "The pooled height and width were left out of the flattened input.",
            "展平时漏了池化后的高和宽。",
            lambda s: _head(s, s.channels, s.classes + 1, _boxes(s)),
        ),
        Mistake(
            "The background was left out of the scores.",
            "得分中漏了背景类。",
            lambda s: _head(s, _flat(s), s.classes, _boxes(s)),
        ),
        Mistake(
            "One box was counted for all classes, but here every class has its own.",
            "只算了一个与类别无关的框；这里每个类别各有一个框。",
            lambda s: None if s.agnostic else _head(s, _flat(s), s.classes + 1, 4),
        ),
        Mistake(
            "A box was counted for every class, but here one serves all of them.",
            "给每个类别都算了一个框；这里所有类别共用一个框。",
            lambda s: _head(s, _flat(s), s.classes + 1, 4 * s.classes) if s.agnostic else None,
        ),
        Mistake(
            "The background was given a box as well.",
            "给背景也算了框。",
            lambda s: None if s.agnostic else _head(s, _flat(s), s.classes + 1, 4 * s.classes + 4),
        ),
        Mistake(
            *BIAS_MISSED,
            lambda s: _head(s, _flat(s), s.classes + 1, _boxes(s)) - 2 * s.hidden - s.classes - 1 - _boxes(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BoxHead | None:
        classes = draw.choice((10, 20, 80) if level == 1 else (3, 5, 8, 10, 15, 20, 37, 80, 90))
        channels, hidden = draw.choice((64, 128, 256, 512)), draw.choice((256, 512, 1024, 2048))
        return BoxHead(channels, draw.choice((5, 7)), hidden, classes, level == 1 or draw.chance(0.3))

    def parts(self, s: BoxHead) -> list[Part]:
        flat, scores, boxes = _flat(s), s.classes + 1, _boxes(s)
        return [
            dense(flat, s.hidden),
            dense(s.hidden, s.hidden),
            dense(s.hidden, scores),
            dense(s.hidden, boxes),
            biases(s.hidden, s.hidden, scores, boxes),
        ]

    def stem(self, s: BoxHead) -> Text:
        en, zh = (
            "4 offsets of a box per class of objects (none for the background)",
            "每个目标类别（不含背景）4 个框偏移量",
        )
        if s.agnostic:
            en, zh = "4 offsets of one box for all classes", "所有类别共用的一个框的 4 个偏移量"
        return Text(
            f"A two-stage detector pools every region to {s.channels} channels of {s.pool}×{s.pool}, flattens it and "
            f"applies two fully connected layers of {s.hidden} units. Two parallel linear layers then give scores for "
            f"{s.classes} classes and the background, and {en}. All layers have biases, which count. How many parameters "
            "does this head have?",
            f"两阶段检测器把每个区域池化为 {s.channels} 个通道、{s.pool}×{s.pool}，"
            f"展平后经过两个各 {s.hidden} 个单元的全连接层，再由两个并行的线性层分别输出 {s.classes} 个类别加背景的得分，"
            f"以及{zh}。各层都有偏置，偏置计入。该头部有多少个参数？",
        )

    def solution(self, s: BoxHead) -> Text:
        flat = rf"{s.channels} \cdot {s.pool} \cdot {s.pool} = {_flat(s)}"
        sums = Counted.solution(self, s)
        return Text(
            f"Flattened: ${flat}$ inputs; ${s.classes} + 1 = {s.classes + 1}$ scores, {_boxes(s)} offsets.\n\n{sums.en}",
            f"展平后 ${flat}$ 个输入；得分 ${s.classes} + 1 = {s.classes + 1}$ 个，偏移量 {_boxes(s)} 个。\n\n{sums.zh}",
        )


def _ssd(s: SsdHead, classes: int, boxes: int = 4, taps: int = 9) -> int:
    read = zip(s.channels, s.anchors, strict=True)
    return sum((taps * channels + 1) * anchors * (classes + boxes) for channels, anchors in read)


class Ssd(Counted[SsdHead]):
    """Source: Liu et al. 2016, "SSD: Single Shot MultiBox Detector", section 2.1."""

    spec = SsdHead
    answer = Integer()
    levels = (3,)
    find = "ssd"
    rule = r"$\sum (9 C_i + 1) \cdot A_i (K + 4)$"
    mistakes = (
        Mistake(
            "The background was counted once more; it is among the classes.",
            "背景又多算了一次；类别数已包含背景。",
            lambda s: _ssd(s, s.classes + 1),
        ),
        Mistake(
            "The box offsets were left out: four numbers per default box.",
            "漏了框偏移量：每个默认框四个数。",
            lambda s: _ssd(s, s.classes, 0),
        ),
        Mistake(
            "Boxes were counted per class; a default box has four offsets for all classes.",
            "按类别重复计了框；每个默认框的四个偏移量由所有类别共用。",
            lambda s: _ssd(s, s.classes, 4 * s.classes),
        ),
        Mistake(
            "The predictors were counted as 1×1; they are 3×3.",
            "预测卷积按 1×1 计了；它是 3×3。",
            lambda s: _ssd(s, s.classes, taps=1),
        ),
        Mistake(
            *BIAS_MISSED,
            lambda s: _ssd(s, s.classes) - sum(s.anchors) * (s.classes + 4),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SsdHead | None:
        count = draw.integer(2, 3)
        channels = tuple(draw.choice((64, 96, 128, 256, 512)) for _ in range(count))
        return SsdHead(channels, tuple(draw.choice((4, 6)) for _ in range(count)), draw.choice((4, 6, 11, 16, 21, 81)))

    def parts(self, s: SsdHead) -> list[Part]:
        found: list[Part] = []
        for channels, anchors in zip(s.channels, s.anchors, strict=True):
            outputs = anchors * (s.classes + 4)
            found.append((f"3×3, {channels}→{outputs}", f"3×3，{channels}→{outputs}", (3, 3, channels, outputs)))
        return [*found, biases(*(anchors * (s.classes + 4) for anchors in s.anchors))]

    def stem(self, s: SsdHead) -> Text:
        return Text(
            f"SSD predicts from {len(s.channels)} maps of {listed(s.channels)} channels with {listed(s.anchors)} default "
            f"boxes per position. On each map, 3×3 convolutions with biases give, per default box, {s.classes} class "
            "scores (background among them) and 4 offsets. How many parameters do all these predictors have?",
            f"SSD 在 {len(s.channels)} 张特征图上做预测，通道数为 {listed(s.channels)}，"
            f"每个位置的默认框数为 {listed(s.anchors)}。在每张特征图上，带偏置的 3×3 卷积为每个默认框输出 {s.classes} 个类"
            "别得分（已含背景）和 4 个偏移量。这些预测卷积共有多少个参数？",
        )

    def solution(self, s: SsdHead) -> Text:
        each, sums = f"{s.classes} + 4 = {s.classes + 4}", Counted.solution(self, s)
        return Text(f"Outputs per default box: ${each}$.\n\n{sums.en}", f"每个默认框的输出数：${each}$。\n\n{sums.zh}")


MODEL = ItemModel(
    name="detection_head_params",
    version=1,
    topic="counting",
    title=Text("Parameters of detection heads", "检测头的参数量"),
    questions=(Box(), Ssd()),
)
