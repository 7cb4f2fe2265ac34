"""Area under the ROC curve: the share of pairs of a positive and a negative that are ranked rightly (Hanley and McNeil 1982)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Integer, Number
from quizcv.items.detection._text import short, table
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.ranking import RocAuc, RocAucLabels, RocPairs

Floats = tuple[float, ...]


def _auc(positives: Floats, negatives: Floats) -> float:
    """By the sum of the positives' ranks (Mann and Whitney)."""
    ranks = {score: rank for rank, score in enumerate(sorted((*positives, *negatives)), 1)}
    p, n = len(positives), len(negatives)
    return (sum(ranks[score] for score in positives) - p * (p + 1) / 2) / (p * n)


def _accuracy(positives: Floats, negatives: Floats) -> float:
    """At the threshold 0.5."""
    right = sum(score >= 0.5 for score in positives) + sum(score < 0.5 for score in negatives)
    return right / (len(positives) + len(negatives))


def _above_all(positives: Floats, negatives: Floats) -> float:
    """Positives above every negative."""
    return sum(score > max(negatives) for score in positives) / len(positives)


def _steps(positives: Floats, negatives: Floats) -> Text:
    wins = [sum(score > other for other in negatives) for score in positives]
    pairs = len(positives) * len(negatives)
    total = " + ".join(map(str, wins))
    steps = f"({total})/{pairs} = {short(_auc(positives, negatives))}"
    return Text(
        f"Negatives below each positive (positives in the order given), of {len(positives)}·{len(negatives)} = {pairs} pairs: ${steps}$.",
        f"每个正样本（按给出的顺序）之下的负样本数，共 {len(positives)}·{len(negatives)} = {pairs} 对：${steps}$。",
    )


def _draw(draw: Draw, p: int, n: int) -> tuple[Floats, Floats] | None:
    """Scores of positives and of negatives, ranked better than by chance in most cases."""
    scores = draw.sample(range(5, 96), p + n)
    found = tuple(at / 100 for at in scores[:p]), tuple(at / 100 for at in scores[p:])
    return found if 0.5 < _auc(*found) < 1 else None


AUC_MISTAKES: tuple[tuple[str, str, Any], ...] = (
    (
        "Pairs are counted the other way round: a positive should have the higher score.",
        "数反了：正样本的得分应更高。",
        lambda p, n: 1 - _auc(p, n),
    ),
    (
        "That is the accuracy at the threshold 0.5: AUC looks at all thresholds.",
        "这是阈值 0.5 下的准确率；AUC 考虑所有阈值。",
        _accuracy,
    ),
    (
        "That is the share of positives above all negatives: a pair counts by itself.",
        "这是高于所有负样本的正样本比例；应逐对计数。",
        _above_all,
    ),
    ("That is the Gini coefficient, 2·AUC − 1.", "这是基尼系数 2·AUC − 1。", lambda p, n: 2 * _auc(p, n) - 1),
    (
        "That is the difference of the mean scores; only the order of the scores matters.",
        "这是平均得分之差；AUC 只看得分的顺序。",
        lambda p, n: sum(p) / len(p) - sum(n) / len(n),
    ),
)


def _of_lists(of: Any) -> Any:
    return lambda s: of(s.positives, s.negatives)


def _of_labels(of: Any) -> Any:
    return lambda s: of(*_split(s))


class FromLists(Question[RocAuc]):
    """From the scores of positives and negatives."""

    spec = RocAuc
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$\mathrm{AUC} = |\{(i, j): s_i^+ > s_j^-\}| / (P N)$"
    mistakes = tuple(Mistake(en, zh, _of_lists(of)) for en, zh, of in AUC_MISTAKES)

    def sample(self, draw: Draw, level: int) -> RocAuc | None:
        found = _draw(draw, draw.integer(2, 3), draw.integer(3, 4))
        return RocAuc(*found) if found else None

    def formula(self, s: RocAuc) -> float:
        return _auc(s.positives, s.negatives)

    def stem(self, s: RocAuc) -> Text:
        positives, negatives = ", ".join(map(num, s.positives)), ", ".join(map(num, s.negatives))
        return Text(
            f"A classifier gives the positives the scores {positives} and "
            f"the negatives {negatives}. What is the area under the ROC curve?",
            f"某分类器给正样本的得分为 {positives}，给负样本的得分为 {negatives}。ROC 曲线下面积（AUC）是多少？",
        )

    def solution(self, s: RocAuc) -> Text:
        return _steps(s.positives, s.negatives)


def _split(s: RocAucLabels) -> tuple[Floats, Floats]:
    pairs = list(zip(s.scores, s.labels, strict=True))
    return tuple(v for v, label in pairs if label), tuple(v for v, label in pairs if not label)


class FromLabels(Question[RocAucLabels]):
    """From one list with labels."""

    spec = RocAucLabels
    answer = Number(decimals=3)
    levels = (2,)
    find = "labels"
    rule = FromLists.rule
    mistakes = tuple(Mistake(en, zh, _of_labels(of)) for en, zh, of in AUC_MISTAKES)

    def sample(self, draw: Draw, level: int) -> RocAucLabels | None:
        p = draw.integer(3, 4)
        found = _draw(draw, p, 8 - p)
        if not found:
            return None
        mixed = draw.shuffled([*((score, 1) for score in found[0]), *((score, 0) for score in found[1])])
        return RocAucLabels(tuple(score for score, _ in mixed), tuple(label for _, label in mixed))

    def formula(self, s: RocAucLabels) -> float:
        return _auc(*_split(s))

    def stem(self, s: RocAucLabels) -> Text:
        shown = table(
            ("score", "label"), [(num(score), str(label)) for score, label in zip(s.scores, s.labels, strict=True)]
        )
        return Text(
            f"Scores of a classifier, with labels (1 = positive, 0 = negative):{shown}What is the area under the ROC curve?",
            f"某分类器的得分（score）与标签（label，1 为正，0 为负）：{shown}ROC 曲线下面积（AUC）是多少？",
        )

    def solution(self, s: RocAucLabels) -> Text:
        return _steps(*_split(s))


class Misordered(Question[RocPairs]):
    """The inverse: how many pairs are wrong."""

    spec = RocPairs
    answer = Integer()
    levels = (3,)
    find = "pairs"
    rule = r"$(1 - \mathrm{AUC}) P N$"
    mistakes = (
        Mistake(
            "That is the number of pairs ranked rightly.",
            "这是排序正确的对数。",
            lambda s: round(s.auc * s.positives * s.negatives),
        ),
        Mistake("That is the number of all pairs.", "这是全部对数。", lambda s: s.positives * s.negatives),
        Mistake(
            "Pairs are of a positive and a negative: P·N, not P + N samples.",
            "一对由一个正样本和一个负样本组成：共 P·N 对，而不是 P + N。",
            lambda s: round((1 - s.auc) * (s.positives + s.negatives)),
        ),
        Mistake(
            "Only pairs of a positive with a negative count, not all pairs of samples.",
            "只计正负样本对，而不是任意两个样本的组合。",
            lambda s: round((1 - s.auc) * (s.positives + s.negatives) * (s.positives + s.negatives - 1) / 2),
        ),
        Mistake(
            "That is 2(1 − AUC) of the pairs, as for the Gini coefficient.",
            "这是按基尼系数 2(1 − AUC) 计算的。",
            lambda s: round(2 * (1 - s.auc) * s.positives * s.negatives),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RocPairs | None:
        p, n = draw.choice(
            ((4, 5), (5, 5), (5, 8), (4, 10), (5, 10), (8, 10), (10, 10), (5, 20), (4, 25), (8, 25), (10, 20))
        )
        if draw.chance(0.5):
            p, n = n, p
        wrong = draw.integer(1, p * n // 3)
        # Whole thousandths only, so that the AUC stated is exact.
        return RocPairs(p, n, (p * n - wrong) * 1000 // (p * n) / 1000) if wrong * 1000 % (p * n) == 0 else None

    def formula(self, s: RocPairs) -> int:
        return round((1 - s.auc) * s.positives * s.negatives)

    def stem(self, s: RocPairs) -> Text:
        return Text(
            f"On {s.positives} positives and {s.negatives} negatives a classifier "
            f"has an AUC (area under the ROC curve) of exactly {num(s.auc)}; no two "
            "scores are equal. How many pairs of a positive and a negative does it rank wrongly?",
            f"在 {s.positives} 个正样本和 {s.negatives} 个负样本上，某分类器的 AUC（ROC 曲线下面积）恰为 {num(s.auc)}，且没有相同的得分。"
            "有多少个正负样本对的排序是错的？",
        )

    def solution(self, s: RocPairs) -> Text:
        steps = rf"(1 - {num(s.auc)}) \cdot {s.positives} \cdot {s.negatives} = {self.formula(s)}"
        return Text(
            f"AUC is the share of pairs ranked rightly: ${steps}$.", f"AUC 是排序正确的对数所占的比例：${steps}$。"
        )


MODEL = ItemModel(
    name="roc_auc",
    version=1,
    topic="detection",
    title=Text("Area under the ROC curve", "ROC 曲线下面积"),
    questions=(FromLists(), FromLabels(), Misordered()),
)
