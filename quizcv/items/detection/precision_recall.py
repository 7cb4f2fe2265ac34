"""Precision TP/(TP + FP) and recall TP/(TP + FN)."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.metrics import FalsePositives, PrecisionRecall, PrecisionRecallDetections

NAME = {"precision": "精确率（precision）", "recall": "召回率（recall）"}
SWAP_EN = "Precision divides by what was called positive, recall by what is positive."
SWAP_ZH = "精确率除以预测为正的数目，召回率除以实际为正的数目。"


def _rate(tp: int, other: int) -> float | None:
    return tp / (tp + other) if tp + other else None


class Counts(Question[PrecisionRecall]):
    """From the counts."""

    spec = PrecisionRecall
    answer = Number(decimals=3)
    levels = (1,)
    rule = Text(r"precision $TP/(TP + FP)$, recall $TP/(TP + FN)$", r"精确率 $TP/(TP + FP)$，召回率 $TP/(TP + FN)$")
    mistakes = (
        Mistake(SWAP_EN, SWAP_ZH, lambda s: _rate(s.tp, s.fn if s.metric == "precision" else s.fp)),
        Mistake(
            "That is F1, the harmonic mean of both.",
            "这是 F1，即两者的调和平均。",
            lambda s: 2 * s.tp / (2 * s.tp + s.fp + s.fn),
        ),
        Mistake(
            "That divides by all three counts: the IoU of two sets.",
            "这是除以三个数之和，即两个集合的交并比。",
            lambda s: s.tp / (s.tp + s.fp + s.fn),
        ),
        Mistake(
            "True positives are part of the denominator.",
            "分母要包含真阳性。",
            lambda s: s.tp / other if (other := s.fp if s.metric == "precision" else s.fn) else None,
        ),
        Mistake(
            "That is 1 minus the rate asked for.",
            "这是 1 减去所求的比率。",
            lambda s: 1 - s.tp / (s.tp + (s.fp if s.metric == "precision" else s.fn)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PrecisionRecall | None:
        s = PrecisionRecall(
            draw.integer(10, 95), draw.integer(2, 60), draw.integer(2, 60), draw.choice(("precision", "recall"))
        )
        return s if s.fp != s.fn else None

    def formula(self, s: PrecisionRecall) -> float:
        return s.tp / (s.tp + (s.fp if s.metric == "precision" else s.fn))

    def stem(self, s: PrecisionRecall) -> Text:
        return Text(
            f"A classifier has {s.tp} true positives, {s.fp} false positives and {s.fn} false negatives. What is its {s.metric}?",
            f"某分类器有 {s.tp} 个真阳性、{s.fp} 个假阳性、{s.fn} 个假阴性。其{NAME[s.metric]}是多少？",
        )

    def solution(self, s: PrecisionRecall) -> Text:
        other, left = (s.fp, s.fn) if s.metric == "precision" else (s.fn, s.fp)
        steps = f"{s.tp}/({s.tp} + {other}) = {short(self.formula(s))}"
        names = ("false negatives", "假阴性") if s.metric == "precision" else ("false positives", "假阳性")
        return Text(f"The {left} {names[0]} do not enter: ${steps}$.", f"{left} 个{names[1]}不参与计算：${steps}$。")


class Detections(Question[PrecisionRecallDetections]):
    """From detections, ground truths and matches."""

    spec = PrecisionRecallDetections
    answer = Number(decimals=3)
    levels = (2,)
    find = "detections"
    rule = Text(
        r"precision: matched/detections, recall: matched/ground truths",
        r"精确率：匹配数/检测数，召回率：匹配数/真实框数",
    )
    mistakes = (
        Mistake(SWAP_EN, SWAP_ZH, lambda s: s.matched / (s.truths if s.metric == "precision" else s.detections)),
        Mistake(
            "That is F1, the harmonic mean of both.",
            "这是 F1，即两者的调和平均。",
            lambda s: 2 * s.matched / (s.detections + s.truths),
        ),
        Mistake(
            "The number given already contains the matched ones: nothing is added to it.",
            "给出的数目已包含匹配的部分，不需再相加。",
            lambda s: s.matched / (s.matched + (s.detections if s.metric == "precision" else s.truths)),
        ),
        Mistake(
            "That divides by detections and ground truths together, the matched ones counted once.",
            "这是除以检测与真实框的总数（匹配的只计一次）。",
            lambda s: s.matched / (s.detections + s.truths - s.matched),
        ),
        Mistake(
            "That is 1 minus the rate asked for.",
            "这是 1 减去所求的比率。",
            lambda s: 1 - s.matched / (s.detections if s.metric == "precision" else s.truths),
        ),
        Mistake(
            "The ratio of detections to ground truths says nothing about how many are right.",
            "检测数与真实框数之比并不说明有多少是正确的。",
            lambda s: min(s.truths, s.detections) / max(s.truths, s.detections),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PrecisionRecallDetections | None:
        detections, truths = draw.integer(20, 150), draw.integer(20, 150)
        matched = draw.integer(10, min(detections, truths) - 1)
        return PrecisionRecallDetections(detections, truths, matched, draw.choice(("precision", "recall")))

    def formula(self, s: PrecisionRecallDetections) -> float:
        return s.matched / (s.detections if s.metric == "precision" else s.truths)

    def stem(self, s: PrecisionRecallDetections) -> Text:
        return Text(
            f"A detector gives {s.detections} boxes on a test set with {s.truths} "
            f"ground truths. {s.matched} of its boxes are matched with a "
            f"ground truth, each with a different one. What is its {s.metric}?",
            f"某检测器在含 {s.truths} 个真实框的测试集上给出 {s.detections} 个框，其中 {s.matched} 个各与一个不同的真实框匹配。"
            f"其{NAME[s.metric]}是多少？",
        )

    def solution(self, s: PrecisionRecallDetections) -> Text:
        other = s.truths if s.metric == "precision" else s.detections
        steps = f"{s.matched}/{s.detections if s.metric == 'precision' else s.truths} = {short(self.formula(s))}"
        return Text(
            f"{SWAP_EN}\n\nSo not by {other} here: ${steps}$.", f"{SWAP_ZH}\n\n这里不是除以 {other}：${steps}$。"
        )


def _tp(s: FalsePositives) -> int:
    return round(s.recall * s.positives)


class Alarms(Question[FalsePositives]):
    """The inverse."""

    spec = FalsePositives
    answer = Integer()
    levels = (3,)
    find = "fp"
    rule = Text(r"$FP = TP(1/p - 1)$ with $TP = r P$", r"$FP = TP(1/p - 1)$，其中 $TP = r P$")
    mistakes = (
        Mistake("That is the number of false negatives.", "这是假阴性的数目。", lambda s: s.positives - _tp(s)),
        Mistake(
            "That is the number of all detections, right or wrong.",
            "这是全部检测的数目（无论对错）。",
            lambda s: round(_tp(s) / s.precision),
        ),
        Mistake(
            "The share 1 − precision refers to the detections, not to the objects.",
            "1 − 精确率是相对检测数的比例，而不是相对目标数。",
            lambda s: round((1 - s.precision) * s.positives),
        ),
        Mistake(
            "The share 1 − precision refers to all detections, not to the true positives.",
            "1 − 精确率是相对全部检测的比例，而不是相对真阳性。",
            lambda s: round((1 - s.precision) * _tp(s)),
        ),
        Mistake(
            "Not all objects are found: the recall has to be used.",
            "并非所有目标都被找到：要用到召回率。",
            lambda s: round(s.positives / s.precision - s.positives),
        ),
        Mistake("That is the number of true positives.", "这是真阳性的数目。", _tp),
    )

    def sample(self, draw: Draw, level: int) -> FalsePositives | None:
        positives = draw.choice((20, 25, 40, 50, 60, 80, 100, 120, 150, 200))
        percent, precision = draw.integer(30, 95), draw.choice((20, 25, 40, 50, 60, 75, 80, 90, 96))
        tp = positives * percent
        if tp % 100 or tp % precision:
            return None
        return FalsePositives(positives, percent / 100, precision / 100)

    def formula(self, s: FalsePositives) -> int:
        return round(_tp(s) / s.precision) - _tp(s)

    def stem(self, s: FalsePositives) -> Text:
        return Text(
            f"A test set has {s.positives} objects. A detector reaches a recall "
            f"of {num(s.recall)} at a precision of {num(s.precision)}. How many "
            "of its detections are false positives?",
            f"测试集中有 {s.positives} 个目标。某检测器的召回率为 {num(s.recall)}，精确率为 {num(s.precision)}。其检测中有多少个假阳性？",
        )

    def solution(self, s: FalsePositives) -> Text:
        found = rf"{num(s.recall)} \cdot {s.positives} = {_tp(s)}"
        boxes = f"{_tp(s)}/{num(s.precision)} = {round(_tp(s) / s.precision)}"
        steps = f"{round(_tp(s) / s.precision)} - {_tp(s)} = {self.formula(s)}"
        return Text(
            f"True positives: ${found}$. Detections: ${boxes}$.\n\nFalse ones: ${steps}$.",
            f"真阳性：${found}$。检测数：${boxes}$。\n\n假阳性：${steps}$。",
        )


MODEL = ItemModel(
    name="precision_recall",
    version=1,
    topic="detection",
    title=Text("Precision and recall", "精确率与召回率"),
    questions=(Counts(), Detections(), Alarms()),
)
