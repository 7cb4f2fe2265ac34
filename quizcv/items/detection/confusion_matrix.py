"""Accuracy, recall and precision of a class, and balanced accuracy from a confusion matrix."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.detection._confusion import ROWS, col_sum, draw_confusion, right, row_sum, shown, total, tp
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.metrics import BalancedAccuracy, ConfusionAccuracy, ConfusionClass

HEAD_ZH = "混淆矩阵（true 真实，pred 预测）："


def _mean_recall(matrix: Matrix) -> float:
    return sum(tp(matrix, at) / row_sum(matrix, at) for at in range(len(matrix))) / len(matrix)


def _mean_precision(matrix: Matrix) -> float | None:
    if any(col_sum(matrix, at) == 0 for at in range(len(matrix))):
        return None
    return sum(tp(matrix, at) / col_sum(matrix, at) for at in range(len(matrix))) / len(matrix)


class Accuracy(Question[ConfusionAccuracy]):
    """Over all classes."""

    spec = ConfusionAccuracy
    answer = Number(decimals=3)
    levels = (1,)
    rule = Text(r"diagonal / total", r"对角线之和 / 总数")
    mistakes = (
        Mistake(
            "That is the mean recall of the classes: accuracy counts all samples alike.",
            "这是各类召回率的平均；准确率对所有样本一视同仁。",
            lambda s: _mean_recall(s.matrix),
        ),
        Mistake(
            "That is the error rate, 1 − accuracy.",
            "这是错误率，即 1 − 准确率。",
            lambda s: 1 - right(s.matrix) / total(s.matrix),
        ),
        Mistake(
            "The diagonal belongs to the total, too.",
            "总数也包含对角线。",
            lambda s: (
                right(s.matrix) / (total(s.matrix) - right(s.matrix)) if 2 * right(s.matrix) < total(s.matrix) else None
            ),
        ),
        Mistake(
            "That is the recall of class 0 only.",
            "这只是第 0 类的召回率。",
            lambda s: tp(s.matrix, 0) / row_sum(s.matrix, 0),
        ),
        Mistake(
            "That is the mean precision of the classes.", "这是各类精确率的平均。", lambda s: _mean_precision(s.matrix)
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConfusionAccuracy | None:
        return ConfusionAccuracy(draw_confusion(draw, draw.integer(2, 3), 60, 20))

    def formula(self, s: ConfusionAccuracy) -> float:
        return right(s.matrix) / total(s.matrix)

    def stem(self, s: ConfusionAccuracy) -> Text:
        return Text(
            f"A confusion matrix:{shown(s.matrix)}{ROWS.en} What is the accuracy?",
            f"{HEAD_ZH}{shown(s.matrix)}{ROWS.zh}准确率（accuracy）是多少？",
        )

    def solution(self, s: ConfusionAccuracy) -> Text:
        steps = f"{right(s.matrix)}/{total(s.matrix)} = {short(self.formula(s))}"
        return Text(f"The diagonal over all samples: ${steps}$.", f"对角线之和除以样本总数：${steps}$。")


def _rate(s: ConfusionClass, *, swapped: bool = False) -> float | None:
    by_row = (s.metric == "recall") != swapped
    of = row_sum(s.matrix, s.label) if by_row else col_sum(s.matrix, s.label)
    return tp(s.matrix, s.label) / of if of else None


class OfClass(Question[ConfusionClass]):
    """Of one class."""

    spec = ConfusionClass
    answer = Number(decimals=3)
    levels = (2,)
    find = "class"
    rule = Text(
        r"recall: diagonal / row sum; precision: diagonal / column sum (rows are true classes)",
        r"召回率：对角线元素 / 行和；精确率：对角线元素 / 列和（行为真实类别）",
    )
    mistakes = (
        Mistake(
            "Rows are the true classes: recall divides by the row, precision by the column.",
            "行是真实类别：召回率除以行和，精确率除以列和。",
            lambda s: _rate(s, swapped=True),
        ),
        Mistake(
            "That is the accuracy over all classes.",
            "这是所有类别的准确率。",
            lambda s: right(s.matrix) / total(s.matrix),
        ),
        Mistake(
            "That divides by all samples, not by those of the class.",
            "这是除以全部样本，而不是该类别的样本。",
            lambda s: tp(s.matrix, s.label) / total(s.matrix),
        ),
        Mistake(
            "That is the IoU of the class: row and column together.",
            "这是该类别的 IoU：行与列合并计算。",
            lambda s: (
                tp(s.matrix, s.label)
                / (row_sum(s.matrix, s.label) + col_sum(s.matrix, s.label) - tp(s.matrix, s.label))
            ),
        ),
        Mistake(
            "That is the F1 of the class.",
            "这是该类别的 F1。",
            lambda s: 2 * tp(s.matrix, s.label) / (row_sum(s.matrix, s.label) + col_sum(s.matrix, s.label)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConfusionClass | None:
        classes = draw.integer(3, 4)
        s = ConfusionClass(
            draw_confusion(draw, classes, 60, 20), draw.integer(0, classes - 1), draw.choice(("precision", "recall"))
        )
        return s if row_sum(s.matrix, s.label) != col_sum(s.matrix, s.label) else None

    def formula(self, s: ConfusionClass) -> float:
        of = row_sum(s.matrix, s.label) if s.metric == "recall" else col_sum(s.matrix, s.label)
        return tp(s.matrix, s.label) / of

    def stem(self, s: ConfusionClass) -> Text:
        zh = "精确率（precision）" if s.metric == "precision" else "召回率（recall）"
        return Text(
            f"A confusion matrix:{shown(s.matrix)}{ROWS.en} What is the {s.metric} of class {s.label}?",
            f"{HEAD_ZH}{shown(s.matrix)}{ROWS.zh}第 {s.label} 类的{zh}是多少？",
        )

    def solution(self, s: ConfusionClass) -> Text:
        line = (
            (f"row {s.label}", f"第 {s.label} 行")
            if s.metric == "recall"
            else (f"column {s.label}", f"第 {s.label} 列")
        )
        of = row_sum(s.matrix, s.label) if s.metric == "recall" else col_sum(s.matrix, s.label)
        steps = f"{tp(s.matrix, s.label)}/{of} = {short(self.formula(s))}"
        return Text(
            f"The diagonal entry over the sum of {line[0]}: ${steps}$.", f"对角线元素除以{line[1]}之和：${steps}$。"
        )


class Balanced(Question[BalancedAccuracy]):
    """The mean recall."""

    spec = BalancedAccuracy
    answer = Number(decimals=3)
    levels = (3,)
    find = "balanced"
    rule = Text(r"mean over the classes of diagonal / row sum", r"对角线元素 / 行和，再对类别取平均")
    mistakes = (
        Mistake(
            "That is the plain accuracy: large classes dominate it.",
            "这是普通准确率：大类占主导。",
            lambda s: right(s.matrix) / total(s.matrix),
        ),
        Mistake(
            "That is the mean precision: recall divides by the row.",
            "这是平均精确率：召回率应除以行和。",
            lambda s: _mean_precision(s.matrix),
        ),
        Mistake(
            "The recalls were added, not averaged.",
            "召回率相加后没有取平均。",
            lambda s: _mean_recall(s.matrix) * len(s.matrix),
        ),
        Mistake(
            "That is the recall of the worst class.",
            "这是最差类别的召回率。",
            lambda s: min(tp(s.matrix, at) / row_sum(s.matrix, at) for at in range(len(s.matrix))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BalancedAccuracy | None:
        return BalancedAccuracy(draw_confusion(draw, 3, 80, 15))

    def formula(self, s: BalancedAccuracy) -> float:
        return _mean_recall(s.matrix)

    def stem(self, s: BalancedAccuracy) -> Text:
        return Text(
            f"A confusion matrix:{shown(s.matrix)}{ROWS.en} What is the balanced accuracy, the unweighted mean of the classes' recalls?",
            f"{HEAD_ZH}{shown(s.matrix)}{ROWS.zh}平衡准确率（各类召回率的不加权平均）是多少？",
        )

    def solution(self, s: BalancedAccuracy) -> Text:
        size = range(len(s.matrix))
        parts = " + ".join(f"{tp(s.matrix, at)}/{row_sum(s.matrix, at)}" for at in size)
        steps = f"({parts})/{len(s.matrix)} = {short(self.formula(s))}"
        return Text(f"The mean of the recalls: ${steps}$.", f"各类召回率的平均：${steps}$。")


MODEL = ItemModel(
    name="confusion_matrix",
    version=1,
    topic="detection",
    title=Text("Reading a confusion matrix", "混淆矩阵"),
    questions=(Accuracy(), OfClass(), Balanced()),
)
