"""RetinaNet's subnets."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, BIAS_MISSED, Counted, Part, biased, conv, with_biases
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.head_blocks import RetinaBoth, RetinaHead

NO_ANCHORS = (
    "The anchors were left out: every anchor has outputs of its own.",
    "漏了锚框数：每个锚框各有输出。",
)


def _subnet(channels: int, layers: int, outputs: int, bias: bool = True) -> int:
    return 9 * channels * (layers * channels + outputs) + bias * (layers * channels + outputs)


class Params(Counted[RetinaHead]):
    """Source: Lin et al. 2017, "Focal Loss for Dense Object Detection", section 4."""

    spec = RetinaHead
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$9 C (n C + A K)$", "$n C + A K$")
    mistakes = (
        Mistake(*NO_ANCHORS, lambda s: _subnet(s.channels, s.layers, s.classes, s.bias)),
        Mistake(
            "The predictor was counted as 1×1; it is 3×3.",
            "预测层按 1×1 计了；它是 3×3。",
            lambda s: (
                _subnet(s.channels, s.layers, s.anchors * s.classes, s.bias) - 8 * s.channels * s.anchors * s.classes
            ),
        ),
        Mistake(
            "The background was counted as a class; the scores are sigmoids, one per class of objects.",
            "把背景也算作一个类别；得分为 sigmoid，每个目标类别一个。",
            lambda s: _subnet(s.channels, s.layers, s.anchors * (s.classes + 1), s.bias),
        ),
        Mistake(
            "The predictor was counted among the hidden layers: it comes behind them.",
            "把预测层也算进了前面的卷积层数；它在这些层之后。",
            lambda s: _subnet(s.channels, s.layers - 1, s.anchors * s.classes, s.bias),
        ),
        Mistake(
            *BIAS_MISSED,
            lambda s: _subnet(s.channels, s.layers, s.anchors * s.classes, False) if s.bias else None,
        ),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _subnet(s.channels, s.layers, s.anchors * s.classes)),
    )

    def sample(self, draw: Draw, level: int) -> RetinaHead | None:
        channels, anchors = 32 * draw.integer(2, 8), draw.choice((2, 3, 6, 9) if level == 2 else (3, 9))
        classes = draw.choice((10, 20, 80) if level == 1 else (3, 5, 8, 10, 15, 20, 80))
        return RetinaHead(channels, anchors, classes, 4 if level == 1 else draw.integer(2, 4), level == 2)

    def parts(self, s: RetinaHead) -> list[Part]:
        outputs = s.anchors * s.classes
        found = [conv(s.channels, s.channels, 3, times=s.layers), conv(s.channels, outputs, 3)]
        if s.bias:
            written = rf"{s.layers} · {s.channels} + {outputs}"
            found.append((f"biases ({written})", f"偏置（{written}）", (s.layers * s.channels + outputs,)))
        return found

    def stem(self, s: RetinaHead) -> Text:
        rule = biased(s.bias)
        return Text(
            f"RetinaNet's classification subnet has {s.layers} convolutions of 3×3 that keep {s.channels} channels, and a "
            f"3×3 convolution that gives a sigmoid score for each of {s.classes} classes and each of {s.anchors} anchors "
            f"per position. {rule.en} How many parameters does the subnet have?",
            f"RetinaNet 的分类子网有 {s.layers} 个保持 {s.channels} 个通道的 3×3 卷积，"
            f"之后再用一个 3×3 卷积对每个位置的 {s.anchors} 个锚框、{s.classes} 个类别各输出一个 sigmoid 得分。"
            f"{rule.zh}该子网有多少个参数？",
        )

    def solution(self, s: RetinaHead) -> Text:
        outputs, sums = rf"{s.anchors} \cdot {s.classes} = {s.anchors * s.classes}", Counted.solution(self, s)
        return Text(f"Scores per position: ${outputs}$.\n\n{sums.en}", f"每个位置的得分数：${outputs}$。\n\n{sums.zh}")


def _both(s: RetinaBoth) -> int:
    return _subnet(s.channels, s.layers, s.anchors * s.classes) + _subnet(s.channels, s.layers, 4 * s.anchors)


class Both(Counted[RetinaBoth]):
    """Classification and box regression, with weights of their own but shared by all levels."""

    spec = RetinaBoth
    answer = Integer()
    levels = (3,)
    find = "both"
    rule = r"$2 n (9 C^2 + C) + (9 C + 1) A (K + 4)$"
    mistakes = (
        Mistake(
            "The subnets were counted once per level; all levels share them.",
            "按层级重复计了子网；所有层级共享同一组子网。",
            lambda s: s.levels * _both(s),
        ),
        Mistake(
            "The two subnets were taken to share their hidden layers; each has its own.",
            "当成两个子网共用前面的卷积层；它们各有自己的一组。",
            lambda s: _subnet(s.channels, s.layers, s.anchors * (s.classes + 4)),
        ),
        Mistake(
            "Boxes were counted per class; every anchor has one box of four offsets.",
            "按类别重复计了框；每个锚框只有一组四个偏移量。",
            lambda s: (
                _subnet(s.channels, s.layers, s.anchors * s.classes)
                + _subnet(s.channels, s.layers, 4 * s.anchors * s.classes)
            ),
        ),
        Mistake(
            "Only the classification subnet was counted.",
            "只算了分类子网。",
            lambda s: _subnet(s.channels, s.layers, s.anchors * s.classes),
        ),
        Mistake(
            *BIAS_MISSED,
            lambda s: 9 * s.channels * (2 * s.layers * s.channels + s.anchors * (s.classes + 4)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RetinaBoth | None:
        channels, anchors = 32 * draw.integer(2, 8), draw.choice((3, 6, 9))
        return RetinaBoth(
            channels, anchors, draw.choice((5, 8, 10, 15, 20, 80)), draw.integer(3, 5), draw.integer(2, 4)
        )

    def parts(self, s: RetinaBoth) -> list[Part]:
        scores, boxes = s.anchors * s.classes, 4 * s.anchors
        written = rf"2 · {s.layers} · {s.channels} + {scores} + {boxes}"
        total = 2 * s.layers * s.channels + scores + boxes
        return [
            conv(s.channels, s.channels, 3, times=2 * s.layers),
            conv(s.channels, scores, 3),
            conv(s.channels, boxes, 3),
            (f"biases ({written})", f"偏置（{written}）", (total,)),
        ]

    def stem(self, s: RetinaBoth) -> Text:
        return Text(
            f"RetinaNet has a classification and a box subnet, without weights in common. Each has {s.layers} convolutions "
            f"of 3×3 that keep {s.channels} channels and a 3×3 predictor: {s.classes} sigmoid scores, or 4 offsets, for "
            f"each of {s.anchors} anchors per position. All {s.levels} pyramid levels share the two subnets. Every "
            "convolution has a bias; biases count. How many parameters do the subnets have together?",
            f"RetinaNet 有分类和回归两个子网，两者之间不共享权重。每个子网有 {s.layers} 个保持 {s.channels} 个通道的 3×3 卷"
            f"积和一个 3×3 预测卷积，对每个位置的 {s.anchors} 个锚框分别输出 {s.classes} 个 sigmoid 得分或 4 个偏移量。"
            f"金字塔的 {s.levels} 个层级共享这两个子网。每个卷积都有偏置，偏置计入。两个子网共有多少个参数？",
        )

    def solution(self, s: RetinaBoth) -> Text:
        scores = rf"{s.anchors} \cdot {s.classes} = {s.anchors * s.classes}"
        boxes, sums = rf"{s.anchors} \cdot 4 = {4 * s.anchors}", Counted.solution(self, s)
        return Text(
            f"Per position ${scores}$ scores and ${boxes}$ offsets; the {s.levels} levels add nothing, with {s.layers} "
            f"hidden layers per subnet.\n\n{sums.en}",
            f"每个位置 ${scores}$ 个得分、${boxes}$ 个偏移量；{s.levels} 个层级共享，不增加参数；"
            f"每个子网有 {s.layers} 个隐藏卷积层。\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="retina_head_params",
    version=1,
    topic="counting",
    title=Text("Parameters of RetinaNet's subnets", "RetinaNet 子网的参数量"),
    questions=(Params(), Both()),
)
