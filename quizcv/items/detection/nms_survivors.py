"""Greedy non-maximum suppression (Felzenszwalb et al. 2010; `torchvision.ops.nms`: IoU larger than the threshold is suppressed)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Indices
from quizcv.items.detection._suppression import (
    answer_of,
    by_score,
    draw_cluster,
    draw_scores,
    over_smaller,
    overlaps,
    shown,
    story,
    survivors,
)
from quizcv.items.detection._text import BOXES
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.suppression import Nms, NmsPipeline


def _against_best(s: Nms) -> tuple[int, ...]:
    """Only the best box suppresses."""
    best, ious = by_score(s.scores)[0], overlaps(s.boxes)
    return tuple(at for at in range(len(s.boxes)) if at == best or ious[at][best] <= s.threshold)


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "A box that was suppressed does not suppress others.",
        "已被抑制的框不再抑制其他框。",
        lambda s: survivors(s.boxes, s.scores, s.threshold, chained=True),
    ),
    Mistake(
        "After the best box, the best of the remaining ones suppresses in turn, and so on.",
        "最好的框之后，剩余框中得分最高者继续抑制，依此类推。",
        _against_best,
    ),
    Mistake(
        "The highest score goes first, not the lowest.",
        "从得分最高的框开始，而不是最低的。",
        lambda s: survivors(s.boxes, s.scores, s.threshold, order=reversed(by_score(s.scores))),
    ),
    Mistake(
        "The order is that of the scores, not that of the list.",
        "顺序由得分决定，而不是列表顺序。",
        lambda s: survivors(s.boxes, s.scores, s.threshold, order=range(len(s.boxes))),
    ),
    Mistake(
        "The overlap is measured by IoU, not by the share of the smaller box.",
        "重叠用 IoU 衡量，而不是占较小框的比例。",
        lambda s: survivors(s.boxes, s.scores, s.threshold, overlap=over_smaller),
    ),
    Mistake(
        "Boxes that overlap much are suppressed, not those that overlap little.",
        "被抑制的是重叠大的框，而不是重叠小的框。",
        lambda s: survivors(s.boxes, s.scores, s.threshold, inverted=True),
    ),
)


class Kept(Question[Nms]):
    """Which boxes stay."""

    spec = Nms
    answer = Indices()
    levels = (1, 2)
    rule = Text(
        r"by falling score: keep a box unless its $\mathrm{IoU}$ with a box kept before is larger than $t$",
        r"按得分从高到低：与已保留框的 $\mathrm{IoU}$ 均不大于 $t$ 则保留",
    )
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> Nms | None:
        count = 4 if level == 1 else draw.integer(5, 6)
        threshold = draw.choice((0.3, 0.5)) if level == 1 else draw.choice((0.3, 0.4, 0.45, 0.5, 0.6))
        boxes = draw_cluster(draw, count, threshold, row=level == 1)
        if boxes is None:
            return None
        s = Nms(boxes, draw_scores(draw, count), threshold)
        return s if 2 <= len(self.formula(s)) < count else None

    def formula(self, s: Nms) -> tuple[int, ...]:
        return survivors(s.boxes, s.scores, s.threshold)

    def stem(self, s: Nms) -> Text:
        return Text(
            f"{BOXES.en} Detections of one class:{shown(s.boxes, s.scores)}Greedy non-maximum suppression goes through the boxes by "
            f"falling score and drops a box if its IoU with one kept before is larger than {num(s.threshold)}. Which boxes are kept?",
            f"{BOXES.zh}同一类别的检测结果（index 序号，box 框，score 得分）：{shown(s.boxes, s.scores)}"
            f"贪心非极大值抑制（NMS）按得分从高到低处理，若与某个已保留框的 IoU 大于 {num(s.threshold)} 则去掉该框。哪些框被保留？",
        )

    def solution(self, s: Nms) -> Text:
        steps, kept = story(s.boxes, s.scores, s.threshold), answer_of(self.formula(s))
        return Text(
            f"By falling score, threshold {num(s.threshold)}: {steps.en}.\n\nKept: {kept}.",
            f"按得分从高到低，阈值 {num(s.threshold)}：{steps.zh}。\n\n保留：{kept}。",
        )


def _confident(s: NmsPipeline) -> list[int]:
    return [at for at in by_score(s.scores) if s.scores[at] >= s.min_score]


def _limited(s: NmsPipeline, kept: tuple[int, ...]) -> tuple[int, ...]:
    """The best of these."""
    return tuple(sorted(sorted(kept, key=lambda at: -s.scores[at])[: s.most]))


def _pipeline(s: NmsPipeline, order: list[int] | None = None) -> tuple[int, ...]:
    return survivors(s.boxes, s.scores, s.threshold, order=_confident(s) if order is None else order)


class Pipeline(Question[NmsPipeline]):
    """With a score threshold before and a limit behind, as detectors do."""

    spec = NmsPipeline
    answer = Indices()
    levels = (3,)
    find = "pipeline"
    rule = Text(
        r"scores $\geq s$; then suppression with $t$; then the best $n$",
        r"得分 $\geq s$；再以 $t$ 抑制；再取最好的 $n$ 个",
    )
    mistakes = (
        Mistake(
            "Boxes below the score threshold are dropped first; they cannot be kept.",
            "低于得分阈值的框先被去掉，不会被保留。",
            lambda s: _limited(s, _pipeline(s, by_score(s.scores))),
        ),
        Mistake(
            "At most the given number of boxes is kept at the end.",
            "最后最多只保留给定数目的框。",
            lambda s: _pipeline(s),
        ),
        Mistake(
            "The limit holds after suppression, not before it.",
            "数目限制在抑制之后，而不是之前。",
            lambda s: _pipeline(s, _confident(s)[: s.most]),
        ),
        Mistake(
            "A box that was suppressed does not suppress others.",
            "已被抑制的框不再抑制其他框。",
            lambda s: _limited(s, survivors(s.boxes, s.scores, s.threshold, order=_confident(s), chained=True)),
        ),
        Mistake(
            "The suppression was left out.",
            "没有做抑制。",
            lambda s: _limited(s, tuple(_confident(s))),
        ),
        Mistake(
            "The overlap is measured by IoU, not by the share of the smaller box.",
            "重叠用 IoU 衡量，而不是占较小框的比例。",
            lambda s: _limited(s, survivors(s.boxes, s.scores, s.threshold, order=_confident(s), overlap=over_smaller)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NmsPipeline | None:
        threshold = draw.choice((0.3, 0.4, 0.5, 0.6))
        boxes = draw_cluster(draw, 6, threshold)
        if boxes is None:
            return None
        scores = draw_scores(draw, 6)
        lowest = sorted(scores)[draw.integer(1, 2)]
        s = NmsPipeline(boxes, scores, threshold, round(lowest - 0.005, 3), draw.integer(2, 3))
        kept = self.formula(s)
        return s if len(kept) >= 2 and kept != _limited(s, tuple(_confident(s))) else None

    def formula(self, s: NmsPipeline) -> tuple[int, ...]:
        return _limited(s, _pipeline(s))

    def stem(self, s: NmsPipeline) -> Text:
        least, most = num(s.min_score), s.most
        return Text(
            f"{BOXES.en} Detections of one class:{shown(s.boxes, s.scores)}First, "
            f"boxes with a score below {least} are dropped. Then greedy "
            "non-maximum suppression goes through the others by falling score and drops a box if its IoU "
            f"with one kept before is larger than {num(s.threshold)}. Of what "
            f"is left, the {most} boxes with the highest scores are kept (or all if there are fewer). Which are they?",
            f"{BOXES.zh}同一类别的检测结果（index 序号，box 框，score 得分）：{shown(s.boxes, s.scores)}首先去掉得分低于 {least} 的框；"
            "再对其余框做贪心非极大值抑制（NMS）：按得分从高到低，若与某个已保留框的 "
            f"IoU 大于 {num(s.threshold)} 则去掉；最后保留得分最高的 {most} 个框"
            "（不足则全部保留）。最终是哪些框？",
        )

    def solution(self, s: NmsPipeline) -> Text:
        confident = sorted(_confident(s))
        steps, kept = story(s.boxes, s.scores, s.threshold, among=confident), answer_of(self.formula(s))
        return Text(
            f"Scores from {num(s.min_score)} on: {answer_of(confident)}. Suppression with {num(s.threshold)}: {steps.en}.\n\nThe best "
            f"{s.most} of them: {kept}.",
            f"得分不低于 {num(s.min_score)}：{answer_of(confident)}。以 "
            f"{num(s.threshold)} 抑制：{steps.zh}。\n\n其中最好的 {s.most} 个：{kept}。",
        )


MODEL = ItemModel(
    name="nms_survivors",
    version=1,
    topic="detection",
    title=Text("Non-maximum suppression", "非极大值抑制"),
    questions=(Kept(), Pipeline()),
)
