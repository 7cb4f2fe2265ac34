"""Average precision in its three variants: 11 points (PASCAL VOC 2007), all points (VOC 2010), 101 points (COCO)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from quizcv.answers import Number
from quizcv.items.detection._ap import Ap, draw_hits, listed_envelope, listed_precisions, ranked, shown
from quizcv.items.detection._ap_variants import ALL, COCO, ELEVEN, Variant
from quizcv.items.detection._text import table
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.ranking import (
    Ap11Point,
    Ap11PointScored,
    ApAllPoint,
    ApAllPointScored,
    ApCoco101,
    ApCoco101Scored,
    Hits,
    Ranked,
    Scored,
)

R = TypeVar("R", bound=Ranked)
S = TypeVar("S", bound=Scored)


def _of_ranked(ap: Ap) -> Callable[[Ranked], float]:
    return lambda s: ap(s.hits, s.truths)


def _of_scored(ap: Ap) -> Callable[[Scored], float]:
    return lambda s: ap(ranked(s.hits, s.scores), s.truths)


def _ranked_mistakes(variant: Variant) -> tuple[Mistake[Any], ...]:
    return tuple(Mistake(en, zh, _of_ranked(wrong)) for en, zh, wrong in variant.wrong)


def _scored_mistakes(variant: Variant) -> tuple[Mistake[Any], ...]:
    unsorted: Mistake[Any] = Mistake(
        "The detections have to be sorted by score first.",
        "要先按得分从高到低排序。",
        lambda s: variant.ap(s.hits, s.truths),
    )
    backwards: Mistake[Any] = Mistake(
        "The best score comes first, not the worst.",
        "得分最高的排在最前，而不是最低的。",
        lambda s: variant.ap(ranked(s.hits, s.scores)[::-1], s.truths),
    )
    return unsorted, backwards, *(Mistake(en, zh, _of_scored(wrong)) for en, zh, wrong in variant.wrong)


def _solution(variant: Variant, hits: Hits, truths: int) -> Text:
    steps = variant.steps(hits, truths)
    return Text(
        f"Precision at the true positives: {listed_precisions(hits)}, "
        f"interpolated {listed_envelope(hits)}; each is 1/{truths} of recall.\n\n"
        f"{steps.en}",
        f"各真阳性处的精确率：{listed_precisions(hits)}；插值后 {listed_envelope(hits)}；每个对应召回率的 1/{truths}。\n\n{steps.zh}",
    )


class OfRanked(Question[R]):
    """From a ranked list."""

    variant: ClassVar[Variant]
    answer = Number(decimals=3)
    levels = (1, 2)

    def sample(self, draw: Draw, level: int) -> R | None:
        hits = draw_hits(draw, draw.integer(4, 5) if level == 1 else draw.integer(6, 8))
        truths = sum(hits) + draw.integer(0, 2 if level == 1 else 3)
        if sum(hits) < 2 or 0 not in hits[:-1] or truths > 10:
            return None
        made: R = self.spec(hits, truths)
        return made

    def formula(self, s: R) -> float:
        return self.variant.ap(s.hits, s.truths)

    def stem(self, s: R) -> Text:
        v = self.variant
        return Text(
            "Detections of one class, the best score first (1 = true positive, "
            f"0 = false positive): {shown(s.hits)}. There are {s.truths} ground "
            f"truths. What is the {v.name.en}: {v.convention.en}?",
            f"某类别的检测结果按得分从高到低（1 为真阳性，0 为假阳性）：{shown(s.hits)}。"
            f"真实框共 {s.truths} 个。{v.name.zh}是多少？即{v.convention.zh}。",
        )

    def solution(self, s: R) -> Text:
        return _solution(self.variant, s.hits, s.truths)


class OfScored(Question[S]):
    """From scores in any order."""

    variant: ClassVar[Variant]
    answer = Number(decimals=3)
    levels = (3,)
    find = "scored"

    def sample(self, draw: Draw, level: int) -> S | None:
        count = draw.integer(5, 7)
        hits = draw_hits(draw, count)
        scores = tuple(at / 100 for at in draw.sample(range(20, 99), count))
        truths = sum(hits) + draw.integer(0, 3)
        order = ranked(hits, scores)
        if sum(hits) < 2 or 0 not in order[:-1] or order == hits:
            return None
        made: S = self.spec(hits, scores, truths)
        return made

    def formula(self, s: S) -> float:
        return self.variant.ap(ranked(s.hits, s.scores), s.truths)

    def stem(self, s: S) -> Text:
        v = self.variant
        rows = [(num(score), str(hit)) for score, hit in zip(s.scores, s.hits, strict=True)]
        listing = table(("score", "TP"), rows)
        return Text(
            "Detections of one class (TP: 1 = true positive, 0 = false "
            f"positive):{listing}There are {s.truths} ground truths. What is the "
            f"{v.name.en}: {v.convention.en}?",
            "某类别的检测结果（score 得分；TP 列 1 为真阳性，0 为假阳性）："
            f"{listing}真实框共 {s.truths} 个。{v.name.zh}是多少？即{v.convention.zh}。",
        )

    def solution(self, s: S) -> Text:
        order = ranked(s.hits, s.scores)
        rest = _solution(self.variant, order, s.truths)
        return Text(f"Sorted by score: {shown(order)}.\n\n{rest.en}", f"按得分排序：{shown(order)}。\n\n{rest.zh}")


class Eleven(OfRanked[Ap11Point]):
    spec, variant, mistakes = Ap11Point, ELEVEN, _ranked_mistakes(ELEVEN)
    rule = r"$\frac{1}{11} \sum_{r \in \{0, 0.1, \ldots, 1\}} \max_{r' \geq r} p(r')$"


class ElevenScored(OfScored[Ap11PointScored]):
    spec, variant, mistakes = Ap11PointScored, ELEVEN, _scored_mistakes(ELEVEN)
    rule = Eleven.rule


class AllPoints(OfRanked[ApAllPoint]):
    spec, variant, mistakes = ApAllPoint, ALL, _ranked_mistakes(ALL)
    rule = r"$\sum_k (r_k - r_{k-1}) \max_{r' \geq r_k} p(r')$"


class AllPointsScored(OfScored[ApAllPointScored]):
    spec, variant, mistakes = ApAllPointScored, ALL, _scored_mistakes(ALL)
    rule = AllPoints.rule


class Coco(OfRanked[ApCoco101]):
    spec, variant, mistakes = ApCoco101, COCO, _ranked_mistakes(COCO)
    rule = r"$\frac{1}{101} \sum_{r \in \{0, 0.01, \ldots, 1\}} \max_{r' \geq r} p(r')$"


class CocoScored(OfScored[ApCoco101Scored]):
    spec, variant, mistakes = ApCoco101Scored, COCO, _scored_mistakes(COCO)
    rule = Coco.rule


def _model(name: str, title: Text, *questions: Question[Any]) -> ItemModel:
    return ItemModel(name, 1, "detection", title, questions)


MODELS = (
    _model("ap_11_point", Text("11-point average precision", "11 点插值平均精度"), Eleven(), ElevenScored()),
    _model("ap_all_point", Text("All-point average precision", "全点插值平均精度"), AllPoints(), AllPointsScored()),
    _model("ap_coco101", Text("101-point average precision", "101 点插值平均精度"), Coco(), CocoScored()),
)
