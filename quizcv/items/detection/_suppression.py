"""Scored boxes: drawing them so that they overlap, and suppressing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from quizcv.items.detection._geometry import area, draw_box, draw_near, intersection, iou
from quizcv.items.detection._text import short, table, written
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.boxes import Box

Overlap = Callable[[Box, Box], float]
Boxes = tuple[Box, ...]


def over_smaller(a: Box, b: Box) -> float:
    return intersection(a, b) / min(area(a), area(b))


@lru_cache(maxsize=64)
def overlaps(boxes: Boxes, overlap: Overlap = iou) -> tuple[tuple[float, ...], ...]:
    """Of every pair. Formula and mistakes of one item ask for the same table."""
    values = [[1.0] * len(boxes) for _ in boxes]
    for a, one in enumerate(boxes):
        for b in range(a):
            values[a][b] = values[b][a] = overlap(one, boxes[b])
    return tuple(map(tuple, values))


@lru_cache(maxsize=64)
def matches(boxes: Boxes, targets: Boxes, overlap: Overlap = iou) -> tuple[tuple[float, int], ...]:
    """Of every box its largest overlap with a target, and which one that is; the first one of equals."""
    best = [max((overlap(box, target), -at) for at, target in enumerate(targets)) for box in boxes]
    return tuple((value, -at) for value, at in best)


def by_score(scores: Sequence[float]) -> list[int]:
    """Indices, the best first."""
    return sorted(range(len(scores)), key=lambda at: -scores[at])


def survivors(
    boxes: Boxes,
    scores: Sequence[float],
    threshold: float,
    *,
    overlap: Overlap = iou,
    order: Iterable[int] | None = None,
    chained: bool = False,
    inverted: bool = False,
    classes: Sequence[int] | None = None,
) -> tuple[int, ...]:
    """Greedy suppression; `chained` lets suppressed boxes suppress others, `inverted` suppresses what overlaps little, `classes` keeps
    to boxes of the same class."""
    ious = overlaps(boxes, overlap)
    kept: list[int] = []
    seen: list[int] = []
    for at in by_score(scores) if order is None else order:
        rivals = seen if chained else kept
        row = ious[at]
        if not any(
            (row[other] > threshold) != inverted and (not classes or classes[at] == classes[other]) for other in rivals
        ):
            kept.append(at)
        seen.append(at)
    return tuple(sorted(kept))


def draw_cluster(draw: Draw, count: int, threshold: float, *, row: bool = False) -> Boxes | None:
    """Boxes of which most overlap another; no pair is so near the threshold that the rounding of an IoU could decide. `row`: all
    of the same height, side by side, so that only widths matter."""
    seeds = (draw_box(draw, 100, 30, 60, 5, margin=15), draw_box(draw, 100, 30, 60, 5, margin=15))
    found: list[Box] = []
    for _ in range(4 * count):
        x = draw.integer(0, 24)
        new = (x, 0, x + draw.integer(8, 14), 10) if row else draw_near(draw, draw.choice(seeds), 100, 15, 5)
        if new and new not in found and all(abs(iou(new, other) - threshold) > 0.02 for other in found):
            found.append(new)
            if len(found) == count:
                return tuple(found)
    return None


def draw_scores(draw: Draw, count: int) -> tuple[float, ...]:
    return tuple(at / 100 for at in draw.sample(range(30, 99), count))


def shown(boxes: Boxes, scores: Sequence[float], classes: Sequence[int] | None = None) -> str:
    """The table of a stem."""
    head = ["index", "box", "score", *(["class"] if classes else [])]
    rows = [
        [str(at), written(box), num(score), *([str(classes[at])] if classes else [])]
        for at, (box, score) in enumerate(zip(boxes, scores, strict=True))
    ]
    return table(head, rows)


def story(
    boxes: Boxes,
    scores: Sequence[float],
    threshold: float,
    classes: Sequence[int] | None = None,
    among: Sequence[int] | None = None,
) -> Text:
    """What happens to each box, the best first."""
    ious, kept = overlaps(boxes), list[int]()
    en, zh = [], []
    for at in by_score(scores):
        if among is not None and at not in among:
            continue
        rival = next((k for k in kept if ious[at][k] > threshold and not (classes and classes[at] != classes[k])), None)
        if rival is None:
            kept.append(at)
            en.append(f"{at} stays")
            zh.append(f"{at} 保留")
        else:
            en.append(f"{at} goes (IoU {short(ious[at][rival])} with {rival})")
            zh.append(f"{at} 被抑制（与 {rival} 的 IoU 为 {short(ious[at][rival])}）")
    return Text("; ".join(en), "；".join(zh))


def answer_of(indices: Iterable[int]) -> str:
    return ", ".join(map(str, indices)) or "-"
