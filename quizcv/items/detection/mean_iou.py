"""Mean IoU of semantic segmentation: per class TP/(TP + FP + FN), averaged over the classes (Long et al. 2015)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Number
from quizcv.items.detection._confusion import (
    ROWS,
    col_sum,
    draw_confusion,
    draw_maps,
    iou,
    matrix_of,
    right,
    row_sum,
    shown,
    total,
    tp,
)
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.segmentation import MeanIou, MeanIouMaps


def _matrix(s: MeanIou | MeanIouMaps) -> Matrix:
    return s.matrix if isinstance(s, MeanIou) else matrix_of(s.target, s.prediction, s.classes)


def _mean(matrix: Matrix) -> float:
    return sum(iou(matrix, at) for at in range(len(matrix))) / len(matrix)


def _recalls(matrix: Matrix) -> float | None:
    if any(row_sum(matrix, at) == 0 for at in range(len(matrix))):
        return None
    return sum(tp(matrix, at) / row_sum(matrix, at) for at in range(len(matrix))) / len(matrix)


def _dices(matrix: Matrix) -> float:
    return sum(2 * tp(matrix, at) / (row_sum(matrix, at) + col_sum(matrix, at)) for at in range(len(matrix))) / len(
        matrix
    )


def _doubled(matrix: Matrix) -> float:
    """The union without the intersection removed."""
    return _dices(matrix) / 2


def _weighted(matrix: Matrix) -> float:
    return sum(row_sum(matrix, at) * iou(matrix, at) for at in range(len(matrix))) / total(matrix)


def _foreground(matrix: Matrix) -> float | None:
    return sum(iou(matrix, at) for at in range(1, len(matrix))) / (len(matrix) - 1) if len(matrix) > 1 else None


def _all_pixels(matrix: Matrix) -> float:
    """One IoU of all classes together."""
    return right(matrix) / (2 * total(matrix) - right(matrix))


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake("That is the pixel accuracy.", "这是像素准确率。", lambda s: right(_matrix(s)) / total(_matrix(s))),
    Mistake(
        "That is the mean recall: false positives are missing below.",
        "这是平均召回率：分母漏了假阳性。",
        lambda s: _recalls(_matrix(s)),
    ),
    Mistake("That is the mean Dice coefficient.", "这是平均 Dice 系数。", lambda s: _dices(_matrix(s))),
    Mistake(
        "The intersection was not taken off row plus column.",
        "行和加列和没有减去交集。",
        lambda s: _doubled(_matrix(s)),
    ),
    Mistake(
        "Classes count alike, not by their pixels.", "各类别权重相同，不按像素数加权。", lambda s: _weighted(_matrix(s))
    ),
    Mistake(
        "The background, class 0, counts as a class here.",
        "这里背景（第 0 类）也算一个类别。",
        lambda s: _foreground(_matrix(s)),
    ),
    Mistake(
        "The IoU is taken class by class, not over all pixels at once.",
        "应逐类计算 IoU，而不是对全部像素一次计算。",
        lambda s: _all_pixels(_matrix(s)),
    ),
)

RULE = r"$\frac{1}{C} \sum_c TP_c/(TP_c + FP_c + FN_c)$"


def _solution(s: MeanIou | MeanIouMaps) -> Text:
    m = _matrix(s)
    size = range(len(m))
    parts = ", ".join(
        f"{tp(m, at)}/({row_sum(m, at)} + {col_sum(m, at)} - {tp(m, at)}) = {short(iou(m, at))}" for at in size
    )
    steps = f"({' + '.join(short(iou(m, at)) for at in size)})/{len(m)} = {short(_mean(m))}"
    return Text(
        f"True positives over true plus predicted pixels less these, for the classes from 0 on: ${parts}$.\n\nMean: ${steps}$.",
        f"从第 0 类起，真阳性除以（真实像素 + 预测像素 − 真阳性）：${parts}$。\n\n平均：${steps}$。",
    )


class OfMatrix(Question[MeanIou]):
    """From a confusion matrix."""

    spec = MeanIou
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = RULE
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> MeanIou | None:
        return MeanIou(draw_confusion(draw, 2, 90, 30) if level == 1 else draw_confusion(draw, 3, 60, 20))

    def formula(self, s: MeanIou) -> float:
        return _mean(s.matrix)

    def stem(self, s: MeanIou) -> Text:
        return Text(
            f"The confusion matrix of a segmentation, in pixels:{shown(s.matrix)}{ROWS.en} What is the mean IoU over all classes?",
            f"某分割结果的像素混淆矩阵（true 真实，pred 预测）：{shown(s.matrix)}{ROWS.zh}所有类别的平均 IoU（mIoU）是多少？",
        )

    def solution(self, s: MeanIou) -> Text:
        return _solution(s)


class OfMaps(Question[MeanIouMaps]):
    """From label maps."""

    spec = MeanIouMaps
    answer = Number(decimals=3)
    levels = (3,)
    find = "maps"
    rule = RULE
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> MeanIouMaps | None:
        target, prediction = draw_maps(draw, 4, 5, 3, 0.35)
        matrix = matrix_of(target, prediction, 3)
        if target == prediction or any(not row_sum(matrix, at) or not col_sum(matrix, at) for at in range(3)):
            return None
        return MeanIouMaps(target, prediction, 3)

    def formula(self, s: MeanIouMaps) -> float:
        return _mean(_matrix(s))

    def stem(self, s: MeanIouMaps) -> Text:
        return Text(
            f"Ground truth labels of an image with {s.classes} classes (from "
            f"0):{grid(s.target)}Predicted labels:{grid(s.prediction)}What is the mean "
            "IoU over all classes?",
            f"一幅图像的真实标签（共 {s.classes} 个类别，从 0 起）："
            f"{grid(s.target)}预测标签：{grid(s.prediction)}所有类别的平均 IoU（mIoU）是多少？",
        )

    def solution(self, s: MeanIouMaps) -> Text:
        return _solution(s)


MODEL = ItemModel(
    name="mean_iou",
    version=1,
    topic="detection",
    title=Text("Mean IoU of a segmentation", "分割的平均交并比"),
    questions=(OfMatrix(), OfMaps()),
)
