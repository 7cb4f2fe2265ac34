"""True and false positives: each ground truth is matched once, the best detection first (Everingham et al. 2010, PASCAL VOC)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Indices, Number
from quizcv.items.detection._geometry import draw_box, draw_near, iou
from quizcv.items.detection._suppression import answer_of, by_score, draw_scores, matches, over_smaller, shown
from quizcv.items.detection._text import BOXES, listed, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.boxes import Box
from quizcv.specs.suppression import DetectionMatching, DetectionScore

Matching = DetectionMatching | DetectionScore


def _hits(
    s: Matching,
    *,
    order: list[int] | None = None,
    once: bool = True,
    threshold: float | None = None,
    overlap: Any = iou,
) -> tuple[int, ...]:
    """True positives; each ground truth is matched `once`."""
    limit, table = s.threshold if threshold is None else threshold, matches(s.boxes, s.targets, overlap)
    taken: set[int] = set()
    hits = []
    for at in by_score(s.scores) if order is None else order:
        best, target = table[at]
        if best >= limit and (target not in taken or not once):
            hits.append(at)
            taken.add(target)
    return tuple(sorted(hits))


def _closest(s: Matching) -> tuple[int, ...]:
    """Each ground truth goes to the detection with the highest IoU, whatever its score."""
    ranked = sorted(range(len(s.boxes)), key=lambda at: -matches(s.boxes, s.targets)[at][0])
    return _hits(s, order=ranked)


def _others(s: Matching) -> tuple[int, ...]:
    hits = _hits(s)
    return tuple(at for at in range(len(s.boxes)) if at not in hits)


MISTAKES: tuple[tuple[str, str, Any], ...] = (
    (
        "Each ground truth is matched once; a second detection of it is a false positive.",
        "每个真实框只匹配一次；对它的第二个检测是假阳性。",
        lambda s: _hits(s, once=False),
    ),
    (
        "The detection with the higher score takes the ground truth, not the one with the higher IoU.",
        "由得分更高的检测匹配真实框，而不是 IoU 更高的。",
        _closest,
    ),
    (
        "The order is that of the scores, not that of the list.",
        "按得分顺序匹配，而不是列表顺序。",
        lambda s: _hits(s, order=list(range(len(s.boxes)))),
    ),
    (
        "The IoU must reach the threshold; any overlap is not enough.",
        "IoU 必须达到阈值，仅有重叠不够。",
        lambda s: _hits(s, threshold=1e-9),
    ),
    (
        "The overlap is measured by IoU, not by the share of the smaller box.",
        "重叠用 IoU 衡量，而不是占较小框的比例。",
        lambda s: _hits(s, overlap=over_smaller),
    ),
    ("The false positives were taken instead of the true ones.", "取了假阳性，而不是真阳性。", _others),
)


def _draw_truths(draw: Draw, count: int) -> tuple[Box, ...]:
    """Ground truths in different quarters of [10, 90]², so that they do not overlap."""
    truths = []
    for left, top in draw.sample(((10, 10), (50, 10), (10, 50), (50, 50)), count):
        x1, y1, x2, y2 = draw_box(draw, 40, 20, 35, 5)
        truths.append((x1 + left, y1 + top, x2 + left, y2 + top))
    return tuple(truths)


def _draw(draw: Draw, level: int) -> DetectionMatching | None:
    count, targets = (3, draw.integer(1, 2)) if level == 1 else (5, draw.integer(2, 3))
    truths, threshold = _draw_truths(draw, targets), 0.5 if level < 3 else draw.choice((0.5, 0.5, 0.6, 0.7))
    found: list[Box] = []
    for _ in range(3 * count):
        box = draw_near(draw, truths[0] if draw.chance(0.4) else draw.choice(truths), 100, 10, 5)
        if box is None or box in found or box in truths:
            continue
        top = sorted((iou(box, truth) for truth in truths), reverse=True)
        second = top[1] if len(top) > 1 else 0.0
        # Where a detection could take either of two ground truths, the rules of VOC and COCO part.
        if abs(top[0] - threshold) > 0.02 and top[0] - second > 0.05 and second < threshold:
            found.append(box)
        if len(found) == count:
            return DetectionMatching(tuple(found), draw_scores(draw, count), truths, threshold)
    return None


def _doubled(s: Matching) -> bool:
    """Whether a ground truth is detected twice."""
    return len(_hits(s, once=False)) > len(_hits(s))


def _listing(s: Matching) -> Text:
    truths = listed(f"gt {at}: {written(box)}" for at, box in enumerate(s.targets))
    table = shown(s.boxes, s.scores)
    return Text(
        f"{BOXES.en} Ground truths of one class in an image:{truths}Detections of this class:{table}By falling score, each detection is "
        f"compared with the ground truth with which its IoU is highest; it is a true positive if that IoU is at least {num(s.threshold)} "
        "and this ground truth is not matched yet.",
        f"{BOXES.zh}一幅图像中某类别的真实框（gt）：{truths}该类别的检测结果（index 序号，box 框，score 得分）：{table}"
        f"按得分从高到低，每个检测与其 IoU 最高的真实框比较：若 IoU 不低于 {num(s.threshold)} 且该真实框尚未被匹配，则为真阳性。",
    )


def _story(s: Matching) -> Text:
    taken: set[int] = set()
    en, zh = [], []
    for at in by_score(s.scores):
        best, target = matches(s.boxes, s.targets)[at]
        if best < s.threshold:
            en.append(f"{at}: IoU {short(best)}, too small, false")
            zh.append(f"{at}：IoU {short(best)}，不够，假")
        elif target in taken:
            en.append(f"{at}: gt {target} is taken, false")
            zh.append(f"{at}：gt {target} 已被匹配，假")
        else:
            taken.add(target)
            en.append(f"{at}: IoU {short(best)} with gt {target}, true")
            zh.append(f"{at}：与 gt {target} 的 IoU 为 {short(best)}，真")
    return Text("; ".join(en), "；".join(zh))


class TruePositives(Question[DetectionMatching]):
    """Which detections are right."""

    spec = DetectionMatching
    answer = Indices()
    levels = (1, 2)
    rule = Text(
        r"by falling score: true if $\max \mathrm{IoU} \geq t$ and that ground truth is free",
        r"按得分从高到低：$\max \mathrm{IoU} \geq t$ 且该真实框未被匹配则为真",
    )
    mistakes = tuple(Mistake(en, zh, hits) for en, zh, hits in MISTAKES)

    def sample(self, draw: Draw, level: int) -> DetectionMatching | None:
        s = _draw(draw, level)
        return s if s and _hits(s) and (level == 1 or _doubled(s)) else None

    def formula(self, s: DetectionMatching) -> tuple[int, ...]:
        return _hits(s)

    def stem(self, s: DetectionMatching) -> Text:
        listing = _listing(s)
        return Text(f"{listing.en} Which detections are true positives?", f"{listing.zh}哪些检测是真阳性？")

    def solution(self, s: DetectionMatching) -> Text:
        story, hits = _story(s), answer_of(_hits(s))
        return Text(
            f"By falling score, threshold {num(s.threshold)}: {story.en}.\n\nTrue positives: {hits}.",
            f"按得分从高到低，阈值 {num(s.threshold)}：{story.zh}。\n\n真阳性：{hits}。",
        )


def _ratio(s: DetectionScore, hits: tuple[int, ...]) -> float:
    return len(hits) / len(s.boxes if s.metric == "precision" else s.targets)


def _capped(s: DetectionScore, hits: tuple[int, ...]) -> float | None:
    ratio = _ratio(s, hits)
    return ratio if ratio <= 1 else None


def _rated(hits: Any) -> Any:
    return lambda s: _capped(s, hits(s))


class Score(Question[DetectionScore]):
    """Precision or recall that comes of it."""

    spec = DetectionScore
    answer = Number(decimals=3)
    levels = (3,)
    find = "score"
    rule = Text(
        r"precision $TP/$detections, recall $TP/$ground truths, after matching",
        r"匹配之后：精确率 $TP/$检测数，召回率 $TP/$真实框数",
    )
    mistakes = (
        Mistake(
            "Precision divides by the detections, recall by the ground truths.",
            "精确率除以检测数，召回率除以真实框数。",
            lambda s: len(_hits(s)) / len(s.targets if s.metric == "precision" else s.boxes),
        ),
        *(Mistake(en, zh, _rated(hits)) for en, zh, hits in MISTAKES),
        Mistake(
            "That divides by detections and ground truths together, the matched ones counted once.",
            "这是除以检测与真实框的总数（匹配的只计一次）。",
            lambda s: len(_hits(s)) / (len(s.boxes) + len(s.targets) - len(_hits(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DetectionScore | None:
        s = _draw(draw, 3)
        if s is None or not _doubled(s):
            return None
        return DetectionScore(s.boxes, s.scores, s.targets, draw.choice(("precision", "recall")), s.threshold)

    def formula(self, s: DetectionScore) -> float:
        return _ratio(s, _hits(s))

    def stem(self, s: DetectionScore) -> Text:
        listing, zh = _listing(s), "精确率" if s.metric == "precision" else "召回率"
        return Text(f"{listing.en} What is the {s.metric} of these detections?", f"{listing.zh}这些检测的{zh}是多少？")

    def solution(self, s: DetectionScore) -> Text:
        story, of = _story(s), len(s.boxes if s.metric == "precision" else s.targets)
        steps = f"{len(_hits(s))}/{of} = {short(self.formula(s))}"
        zh = "精确率" if s.metric == "precision" else "召回率"
        return Text(
            f"By falling score, threshold {num(s.threshold)}: {story.en}.\n\nThe {s.metric}: ${steps}$.",
            f"按得分从高到低，阈值 {num(s.threshold)}：{story.zh}。\n\n{zh}：${steps}$。",
        )


MODEL = ItemModel(
    name="detection_matching",
    version=1,
    topic="detection",
    title=Text("True positives among detections", "检测结果中的真阳性"),
    questions=(TruePositives(), Score()),
)
