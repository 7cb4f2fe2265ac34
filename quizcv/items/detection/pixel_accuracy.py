"""Pixel accuracy of a segmentation, over pixels or over classes (Long et al. 2015, section 5)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Number
from quizcv.items.detection._confusion import col_sum, draw_maps, iou, matrix_of, right, row_sum, total, tp
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.segmentation import MeanPixelAccuracy, PixelAccuracy, PixelAccuracyIgnored

IGNORED = 255


def _pairs(s: PixelAccuracy) -> list[tuple[int, int]]:
    """True and predicted label of every pixel."""
    return [(a, b) for one, other in zip(s.target, s.prediction, strict=True) for a, b in zip(one, other, strict=True)]


def _counting(s: PixelAccuracy) -> list[tuple[int, int]]:
    """The same without ignored pixels."""
    pairs = _pairs(s)
    return [pair for pair in pairs if pair[0] != s.ignore] if isinstance(s, PixelAccuracyIgnored) else pairs


def _right(pairs: list[tuple[int, int]]) -> int:
    return sum(a == b for a, b in pairs)


def _matrix(s: PixelAccuracy) -> Matrix:
    """Confusion of the labels up to the largest one that counts."""
    classes = 1 + max(max(pair) for pair in _counting(s))
    return matrix_of(s.target, s.prediction, classes)


def _mean_accuracy(matrix: Matrix) -> float | None:
    if any(row_sum(matrix, at) == 0 for at in range(len(matrix))):
        return None
    return sum(tp(matrix, at) / row_sum(matrix, at) for at in range(len(matrix))) / len(matrix)


def _mean_iou(matrix: Matrix) -> float | None:
    if any(row_sum(matrix, at) + col_sum(matrix, at) == 0 for at in range(len(matrix))):
        return None
    return sum(iou(matrix, at) for at in range(len(matrix))) / len(matrix)


def _foreground(s: PixelAccuracy) -> float | None:
    pairs = [pair for pair in _counting(s) if pair[0] != 0]
    return _right(pairs) / len(pairs) if pairs else None


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "That is the mean over classes: pixel accuracy counts all pixels alike.",
        "这是各类别的平均；像素准确率对所有像素一视同仁。",
        lambda s: _mean_accuracy(_matrix(s)),
    ),
    Mistake("That is the mean IoU.", "这是平均 IoU。", lambda s: _mean_iou(_matrix(s))),
    Mistake(
        "That is the share of wrong pixels.",
        "这是错误像素的比例。",
        lambda s: 1 - _right(_counting(s)) / len(_counting(s)),
    ),
    Mistake("Pixels of class 0 count like the others.", "第 0 类的像素同样计入。", _foreground),
)


def _maps(s: PixelAccuracy | MeanPixelAccuracy) -> Text:
    return Text(
        f"Ground truth labels:{grid(s.target)}Predicted labels:{grid(s.prediction)}",
        f"真实标签：{grid(s.target)}预测标签：{grid(s.prediction)}",
    )


class Plain(Question[PixelAccuracy]):
    """Over all pixels."""

    spec = PixelAccuracy
    answer = Number(decimals=3)
    levels = (1,)
    rule = Text(r"pixels labelled right / all pixels", r"标注正确的像素 / 全部像素")
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> PixelAccuracy | None:
        target, prediction = draw_maps(draw, 3, draw.integer(4, 6), draw.integer(2, 3), 0.4)
        return PixelAccuracy(target, prediction) if target != prediction else None

    def formula(self, s: PixelAccuracy) -> float:
        return _right(_pairs(s)) / len(_pairs(s))

    def stem(self, s: PixelAccuracy) -> Text:
        maps = _maps(s)
        return Text(f"{maps.en}What is the pixel accuracy?", f"{maps.zh}像素准确率是多少？")

    def solution(self, s: PixelAccuracy) -> Text:
        steps = f"{_right(_pairs(s))}/{len(_pairs(s))} = {short(self.formula(s))}"
        return Text(f"Pixels that agree over all: ${steps}$.", f"一致的像素除以全部像素：${steps}$。")


class Ignoring(Question[PixelAccuracyIgnored]):
    """Where some pixels do not count."""

    spec = PixelAccuracyIgnored
    answer = Number(decimals=3)
    levels = (2,)
    find = "ignore"
    rule = Text(r"pixels labelled right / pixels that count", r"标注正确的像素 / 计入的像素")
    mistakes = (
        Mistake(
            "Ignored pixels do not count as wrong: they leave the total, too.",
            "被忽略的像素不算错误：总数中也要去掉。",
            lambda s: _right(_counting(s)) / len(_pairs(s)),
        ),
        Mistake(
            "Ignored pixels do not count as right.",
            "被忽略的像素不算正确。",
            lambda s: (_right(_counting(s)) + len(_pairs(s)) - len(_counting(s))) / len(_pairs(s)),
        ),
        *MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> PixelAccuracyIgnored | None:
        target, prediction = draw_maps(draw, 4, draw.integer(4, 5), 3, 0.35)
        hidden = tuple(tuple(IGNORED if draw.chance(0.2) else value for value in row) for row in target)
        s = PixelAccuracyIgnored(hidden, prediction, IGNORED)
        counting = _counting(s)
        return s if len(_pairs(s)) - len(counting) >= 2 and 0 < _right(counting) < len(counting) else None

    def formula(self, s: PixelAccuracyIgnored) -> float:
        return _right(_counting(s)) / len(_counting(s))

    def stem(self, s: PixelAccuracyIgnored) -> Text:
        maps = _maps(s)
        return Text(
            f"{maps.en}Pixels whose ground truth is {s.ignore} are ignored. What is the pixel accuracy?",
            f"{maps.zh}真实标签为 {s.ignore} 的像素被忽略。像素准确率是多少？",
        )

    def solution(self, s: PixelAccuracyIgnored) -> Text:
        left = len(_counting(s))
        steps = f"{_right(_counting(s))}/{left} = {short(self.formula(s))}"
        return Text(
            f"Without those of {s.ignore}, {left} of {len(_pairs(s))} pixels count: ${steps}$.",
            f"去掉 {s.ignore} 后，{len(_pairs(s))} 个像素中有 {left} 个计入：${steps}$。",
        )


def _of_classes(s: MeanPixelAccuracy) -> Matrix:
    return matrix_of(s.target, s.prediction, s.classes)


def _precisions(matrix: Matrix) -> float | None:
    if any(col_sum(matrix, at) == 0 for at in range(len(matrix))):
        return None
    return sum(tp(matrix, at) / col_sum(matrix, at) for at in range(len(matrix))) / len(matrix)


class OverClasses(Question[MeanPixelAccuracy]):
    """The mean over classes."""

    spec = MeanPixelAccuracy
    answer = Number(decimals=3)
    levels = (3,)
    find = "mean"
    rule = Text(
        r"$\frac{1}{C} \sum_c$ (pixels of class $c$ labelled $c$ / pixels of class $c$)",
        r"$\frac{1}{C} \sum_c$（类别 $c$ 中标为 $c$ 的像素 / 类别 $c$ 的像素）",
    )
    mistakes = (
        Mistake(
            "That is the plain pixel accuracy: here every class counts alike.",
            "这是普通像素准确率；这里各类别权重相同。",
            lambda s: right(_of_classes(s)) / total(_of_classes(s)),
        ),
        Mistake("That is the mean IoU.", "这是平均 IoU。", lambda s: _mean_iou(_of_classes(s))),
        Mistake(
            "The divisor is the number of the class's true pixels, not of the predicted ones.",
            "应除以该类别的真实像素数，而不是预测像素数。",
            lambda s: _precisions(_of_classes(s)),
        ),
        Mistake(
            "Class 0 counts like the others.",
            "第 0 类同样计入。",
            lambda s: (
                sum(tp(_of_classes(s), at) / row_sum(_of_classes(s), at) for at in range(1, s.classes))
                / (s.classes - 1)
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MeanPixelAccuracy | None:
        target, prediction = draw_maps(draw, 4, 5, 3, 0.35)
        matrix = matrix_of(target, prediction, 3)
        if target == prediction or any(not row_sum(matrix, at) for at in range(3)):
            return None
        return MeanPixelAccuracy(target, prediction, 3)

    def formula(self, s: MeanPixelAccuracy) -> float:
        matrix = _of_classes(s)
        return sum(tp(matrix, at) / row_sum(matrix, at) for at in range(s.classes)) / s.classes

    def stem(self, s: MeanPixelAccuracy) -> Text:
        maps = _maps(s)
        return Text(
            f"{maps.en}There are {s.classes} classes, from 0. What is the mean "
            "pixel accuracy: the mean, over the classes, of the share of a class's "
            "ground truth pixels that is labelled right?",
            f"{maps.zh}共 {s.classes} 个类别，从 0 起。平均像素准确率，即各类别真实像素中被正确标注的比例对类别取平均，是多少？",
        )

    def solution(self, s: MeanPixelAccuracy) -> Text:
        matrix = _of_classes(s)
        parts = " + ".join(f"{tp(matrix, at)}/{row_sum(matrix, at)}" for at in range(s.classes))
        steps = f"({parts})/{s.classes} = {short(self.formula(s))}"
        return Text(f"Share of each class, averaged: ${steps}$.", f"各类别的比例取平均：${steps}$。")


MODEL = ItemModel(
    name="pixel_accuracy",
    version=1,
    topic="detection",
    title=Text("Pixel accuracy", "像素准确率"),
    questions=(Plain(), Ignoring(), OverClasses()),
)
