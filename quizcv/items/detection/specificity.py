"""Specificity, the true negative rate TN/(TN + FP)."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.detection._confusion import ROWS, col_sum, draw_confusion, row_sum, shown, total, tp
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.metrics import PositiveValue, Specificity, SpecificityClass


class Counts(Question[Specificity]):
    """From the counts."""

    spec = Specificity
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$TN/(TN + FP)$"
    mistakes = (
        Mistake(
            "That is the recall (sensitivity): specificity looks at the negatives.",
            "这是召回率（灵敏度）：特异度看的是负样本。",
            lambda s: s.tp / (s.tp + s.fn),
        ),
        Mistake("That is the precision.", "这是精确率。", lambda s: s.tp / (s.tp + s.fp)),
        Mistake(
            "That is the false positive rate, 1 − specificity.",
            "这是假阳性率，即 1 − 特异度。",
            lambda s: s.fp / (s.tn + s.fp),
        ),
        Mistake(
            "False positives, not false negatives, are the other negatives.",
            "另一部分负样本是假阳性，而不是假阴性。",
            lambda s: s.tn / (s.tn + s.fn),
        ),
        Mistake("That is the accuracy.", "这是准确率。", lambda s: (s.tp + s.tn) / (s.tp + s.fp + s.fn + s.tn)),
    )

    def sample(self, draw: Draw, level: int) -> Specificity | None:
        s = Specificity(draw.integer(10, 90), draw.integer(5, 60), draw.integer(5, 60), draw.integer(20, 190))
        return s if s.fp != s.fn else None

    def formula(self, s: Specificity) -> float:
        return s.tn / (s.tn + s.fp)

    def stem(self, s: Specificity) -> Text:
        return Text(
            f"A test gives {s.tp} true positives, {s.fp} false positives, {s.fn} false negatives and {s.tn} true negatives. What is its "
            "specificity?",
            f"某检验有 {s.tp} 个真阳性、{s.fp} 个假阳性、{s.fn} 个假阴性、{s.tn} 个真阴性。其特异度（specificity）是多少？",
        )

    def solution(self, s: Specificity) -> Text:
        steps = f"{s.tn}/({s.tn} + {s.fp}) = {short(self.formula(s))}"
        return Text(
            f"Of the negatives, the share called negative; the {s.tp} + {s.fn} positives do not enter: ${steps}$.",
            f"负样本中被判为负的比例，{s.tp} + {s.fn} 个正样本不参与：${steps}$。",
        )


def _fp(s: SpecificityClass) -> int:
    return col_sum(s.matrix, s.label) - tp(s.matrix, s.label)


def _negatives(s: SpecificityClass) -> int:
    return total(s.matrix) - row_sum(s.matrix, s.label)


class OfClass(Question[SpecificityClass]):
    """Of one class against the rest."""

    spec = SpecificityClass
    answer = Number(decimals=3)
    levels = (2,)
    find = "class"
    rule = Text(r"$TN/(TN + FP)$, all other classes being the negatives", r"$TN/(TN + FP)$，其余各类均为负")
    mistakes = (
        Mistake(
            "That is the recall of the class.",
            "这是该类别的召回率。",
            lambda s: tp(s.matrix, s.label) / row_sum(s.matrix, s.label),
        ),
        Mistake(
            "Samples of other classes that are mixed up among themselves are true negatives, too.",
            "其他类别之间互相混淆的样本也是真阴性。",
            lambda s: sum(tp(s.matrix, at) for at in range(len(s.matrix)) if at != s.label) / _negatives(s),
        ),
        Mistake(
            "Rows are the true classes: rows and columns were swapped.",
            "行是真实类别：行和列弄反了。",
            lambda s: (
                1
                - (row_sum(s.matrix, s.label) - tp(s.matrix, s.label)) / (total(s.matrix) - col_sum(s.matrix, s.label))
            ),
        ),
        Mistake(
            "That is the precision of the class.",
            "这是该类别的精确率。",
            lambda s: tp(s.matrix, s.label) / col if (col := col_sum(s.matrix, s.label)) else None,
        ),
        Mistake(
            "That is the false positive rate, 1 − specificity.",
            "这是假阳性率，即 1 − 特异度。",
            lambda s: _fp(s) / _negatives(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SpecificityClass | None:
        classes = draw.integer(3, 4)
        s = SpecificityClass(draw_confusion(draw, classes, 40, 15), draw.integer(0, classes - 1))
        return s if _fp(s) else None

    def formula(self, s: SpecificityClass) -> float:
        return 1 - _fp(s) / _negatives(s)

    def stem(self, s: SpecificityClass) -> Text:
        return Text(
            f"A confusion matrix:{shown(s.matrix)}{ROWS.en} What is the specificity of class {s.label} against all others?",
            f"混淆矩阵（true 真实，pred 预测）：{shown(s.matrix)}{ROWS.zh}以第 "
            f"{s.label} 类为正、其余各类为负，其特异度（specificity）是多少？",
        )

    def solution(self, s: SpecificityClass) -> Text:
        negatives, false = _negatives(s), _fp(s)
        steps = f"({negatives} - {false})/{negatives} = {short(self.formula(s))}"
        return Text(
            f"Samples of other classes: {negatives}; of these, predicted as class {s.label}: {false}.\n\n${steps}$.",
            f"其他类别的样本：{negatives} 个；其中被预测为第 {s.label} 类：{false} 个。\n\n${steps}$。",
        )


def _called(s: PositiveValue) -> float:
    """Share of all that are called positive."""
    return s.prevalence * s.sensitivity + (1 - s.prevalence) * (1 - s.specificity)


class Predictive(Question[PositiveValue]):
    """What a positive result is worth, by the rule of Bayes."""

    spec = PositiveValue
    answer = Number(decimals=3)
    levels = (3,)
    find = "ppv"
    rule = r"$\frac{\pi \cdot sens}{\pi \cdot sens + (1 - \pi)(1 - spec)}$"
    mistakes = (
        Mistake(
            "That is the sensitivity: the share of positives that are found.",
            "这是灵敏度：正样本中被检出的比例。",
            lambda s: s.sensitivity,
        ),
        Mistake(
            "False positives come from the negatives: their share has to be weighted in.",
            "假阳性来自负样本：要乘以负样本的比例。",
            lambda s: s.sensitivity / (s.sensitivity + 1 - s.specificity) if s.specificity < 1 else None,
        ),
        Mistake(
            "The false positive rate is 1 − specificity, not the specificity.",
            "假阳性率是 1 − 特异度，而不是特异度。",
            lambda s: (
                s.prevalence * s.sensitivity / (s.prevalence * s.sensitivity + (1 - s.prevalence) * s.specificity)
            ),
        ),
        Mistake(
            "That is the share of all that are positive and found.",
            "这是全体中既为正又被检出的比例。",
            lambda s: s.prevalence * s.sensitivity,
        ),
        Mistake(
            "That is the share called positive, right or wrong.", "这是全体中被判为正的比例（无论对错）。", _called
        ),
    )

    def sample(self, draw: Draw, level: int) -> PositiveValue | None:
        prevalence = draw.choice((0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3))
        return PositiveValue(prevalence, draw.decimal(0.6, 0.99, 2), draw.decimal(0.7, 0.99, 2))

    def formula(self, s: PositiveValue) -> float:
        return s.prevalence * s.sensitivity / _called(s)

    def stem(self, s: PositiveValue) -> Text:
        return Text(
            f"{num(100 * s.prevalence)} % of the parts on a line are defective (a "
            f"share of {num(s.prevalence)}). A vision system detects defects with "
            f"sensitivity {num(s.sensitivity)} and specificity {num(s.specificity)}. "
            "Of the parts that it reports as defective, what share "
            "is?",
            f"生产线上有 {num(100 * s.prevalence)}% 的零件有缺陷（比例 "
            f"{num(s.prevalence)}）。某视觉系统检测缺陷的灵敏度为 {num(s.sensitivity)}，"
            f"特异度为 {num(s.specificity)}。在它报告为有缺陷的零件中，真正有缺陷的比例是多少？",
        )

    def solution(self, s: PositiveValue) -> Text:
        true = rf"{num(s.prevalence)} \cdot {num(s.sensitivity)} = {short(s.prevalence * s.sensitivity)}"
        rest = short((1 - s.prevalence) * (1 - s.specificity))
        false = rf"(1 - {num(s.prevalence)}) \cdot (1 - {num(s.specificity)}) = {rest}"
        part = short(s.prevalence * s.sensitivity)
        steps = rf"{part}/({part} + {rest}) = {short(self.formula(s))}"
        return Text(
            f"Reported rightly: ${true}$; wrongly: ${false}$.\n\nShare: ${steps}$.",
            f"正确报告：${true}$；误报：${false}$。\n\n比例：${steps}$。",
        )


MODEL = ItemModel(
    name="specificity",
    version=1,
    topic="detection",
    title=Text("Specificity", "特异度"),
    questions=(Counts(), OfClass(), Predictive()),
)
