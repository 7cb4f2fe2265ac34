"""Non-maximum suppression class by class (`torchvision.ops.batched_nms`)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Indices, Integer
from quizcv.items.detection._suppression import (
    answer_of,
    by_score,
    draw_cluster,
    draw_scores,
    over_smaller,
    shown,
    story,
    survivors,
)
from quizcv.items.detection._text import BOXES
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.suppression import NmsClasses, NmsClassesGain


def _kept(s: NmsClasses, **other: Any) -> tuple[int, ...]:
    return survivors(s.boxes, s.scores, s.threshold, **{"classes": s.classes, **other})


def _together(s: NmsClasses) -> tuple[int, ...]:
    return _kept(s, classes=None)


def _best_of_each(s: NmsClasses) -> tuple[int, ...]:
    return tuple(sorted({s.classes[at]: at for at in reversed(by_score(s.scores))}.values()))


def _across_only(s: NmsClasses) -> tuple[int, ...]:
    """Suppression between different classes only: each box as if alone in its class."""
    ranked = by_score(s.scores)
    kept: list[int] = []
    for at in ranked:
        rivals = [other for other in kept if s.classes[other] != s.classes[at]]
        if all(len(survivors((s.boxes[at], s.boxes[other]), (0.1, 0.9), s.threshold)) == 2 for other in rivals):
            kept.append(at)
    return tuple(sorted(kept))


def _draw(draw: Draw, kind: type[NmsClasses], count: int, labels: int) -> NmsClasses | None:
    threshold = draw.choice((0.3, 0.4, 0.5, 0.6))
    boxes = draw_cluster(draw, count, threshold)
    if boxes is None:
        return None
    for _ in range(8):
        classes = tuple(draw.integer(0, labels - 1) for _ in range(count))
        s = kind(boxes, draw_scores(draw, count), classes, threshold)
        if len(set(classes)) == labels and len(_together(s)) < len(_kept(s)) < count:
            return s
    return None


RULE = Text(
    r"suppression as usual, but only boxes of the same class suppress each other",
    r"照常抑制，但只有同一类别的框互相抑制",
)


class Kept(Question[NmsClasses]):
    """Which boxes stay."""

    spec = NmsClasses
    answer = Indices()
    levels = (1, 2)
    rule = RULE
    mistakes = (
        Mistake("Boxes of different classes do not suppress each other.", "不同类别的框互不抑制。", _together),
        Mistake("A class may keep more than one box.", "一个类别可以保留不止一个框。", _best_of_each),
        Mistake(
            "A box that was suppressed does not suppress others.",
            "已被抑制的框不再抑制其他框。",
            lambda s: _kept(s, chained=True),
        ),
        Mistake(
            "It is within a class that boxes suppress each other, not between classes.",
            "抑制发生在同一类别之内，而不是类别之间。",
            _across_only,
        ),
        Mistake(
            "The overlap is measured by IoU, not by the share of the smaller box.",
            "重叠用 IoU 衡量，而不是占较小框的比例。",
            lambda s: _kept(s, overlap=over_smaller),
        ),
        Mistake(
            "The highest score goes first, not the lowest.",
            "从得分最高的框开始，而不是最低的。",
            lambda s: _kept(s, order=list(reversed(by_score(s.scores)))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NmsClasses | None:
        return _draw(draw, NmsClasses, 4 if level == 1 else 6, 2 if level == 1 else draw.integer(2, 3))

    def formula(self, s: NmsClasses) -> tuple[int, ...]:
        return _kept(s)

    def stem(self, s: NmsClasses) -> Text:
        listing = shown(s.boxes, s.scores, s.classes)
        return Text(
            f"{BOXES.en} Detections:{listing}Greedy non-maximum suppression is done class by class, with an IoU threshold of "
            f"{num(s.threshold)} (larger is suppressed). Which boxes are kept?",
            f"{BOXES.zh}检测结果（index 序号，box 框，score 得分，class 类别）：{listing}按类别分别做贪心非极大值抑制（NMS），"
            f"IoU 阈值为 {num(s.threshold)}（大于则抑制）。哪些框被保留？",
        )

    def solution(self, s: NmsClasses) -> Text:
        steps, kept = story(s.boxes, s.scores, s.threshold, s.classes), answer_of(_kept(s))
        return Text(
            f"By falling score, each class for itself, threshold {num(s.threshold)}: {steps.en}.\n\nKept: {kept}.",
            f"按得分从高到低，各类别分别处理，阈值 {num(s.threshold)}：{steps.zh}。\n\n保留：{kept}。",
        )


class Gain(Question[NmsClassesGain]):
    """Compared with suppression of all boxes together."""

    spec = NmsClassesGain
    answer = Integer()
    levels = (3,)
    find = "gain"
    rule = Text(f"{RULE.en}; both ways, then the difference", f"{RULE.zh}；两种做法各算一遍，再相减")
    mistakes = (
        Mistake("That is how many survive class by class.", "这是按类别抑制后剩下的框数。", lambda s: len(_kept(s))),
        Mistake(
            "That is how many survive with all classes together.",
            "这是不分类别抑制后剩下的框数。",
            lambda s: len(_together(s)),
        ),
        Mistake(
            "That is how many are suppressed class by class.",
            "这是按类别抑制时去掉的框数。",
            lambda s: len(s.boxes) - len(_kept(s)),
        ),
        Mistake(
            "That is how many are suppressed with all classes together.",
            "这是不分类别抑制时去掉的框数。",
            lambda s: len(s.boxes) - len(_together(s)),
        ),
        Mistake(
            "Both ways are not the same: boxes of different classes overlap.",
            "两种做法并不相同：不同类别的框有重叠。",
            lambda s: 0,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NmsClassesGain | None:
        s = _draw(draw, NmsClassesGain, 6, draw.integer(2, 3))
        return s if isinstance(s, NmsClassesGain) else None

    def formula(self, s: NmsClassesGain) -> int:
        return len(_kept(s)) - len(_together(s))

    def stem(self, s: NmsClassesGain) -> Text:
        listing = shown(s.boxes, s.scores, s.classes)
        return Text(
            f"{BOXES.en} Detections:{listing}Greedy non-maximum suppression has an IoU threshold of {num(s.threshold)} (larger is "
            "suppressed). How many more boxes survive if it is done class by class than if all boxes are treated as one class?",
            f"{BOXES.zh}检测结果（index 序号，box 框，score 得分，class 类别）：{listing}贪心非极大值抑制（NMS）的 IoU 阈值为 "
            f"{num(s.threshold)}（大于则抑制）。按类别分别抑制比把所有框当作同一类别抑制多保留多少个框？",
        )

    def solution(self, s: NmsClassesGain) -> Text:
        apart, together = story(s.boxes, s.scores, s.threshold, s.classes), story(s.boxes, s.scores, s.threshold)
        steps = f"{len(_kept(s))} - {len(_together(s))} = {self.formula(s)}"
        return Text(
            f"Class by class ({num(s.threshold)}): {apart.en}.\n\nTogether: {together.en}.\n\n${steps}$.",
            f"按类别（{num(s.threshold)}）：{apart.zh}。\n\n不分类别：{together.zh}。\n\n${steps}$。",
        )


MODEL = ItemModel(
    name="nms_class_wise",
    version=1,
    topic="detection",
    title=Text("Non-maximum suppression by class", "按类别的非极大值抑制"),
    questions=(Kept(), Gain()),
)
