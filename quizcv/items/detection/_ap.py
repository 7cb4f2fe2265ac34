"""Average precision from ranked detections, in its variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from quizcv.items.detection._text import short
from quizcv.seeds import Draw
from quizcv.specs.ranking import Hits

Ap = Callable[[Hits, int], float]


def precisions(hits: Hits) -> list[float]:
    """Precision at each true positive, in the order of the ranking."""
    found, values = 0, []
    for rank, hit in enumerate(hits, 1):
        if hit:
            found += 1
            values.append(found / rank)
    return values


def envelope(hits: Hits) -> list[float]:
    """The best precision at this true positive or a later one."""
    values = precisions(hits)
    for at in reversed(range(len(values) - 1)):
        values[at] = max(values[at], values[at + 1])
    return values


def counts(truths: int, parts: int) -> list[int]:
    """How many of the recalls 0, 1/parts, …, 1 are answered by the first true positive, the second, …: those up to its own recall
    that the one before does not reach."""
    ends = [k * parts // truths for k in range(truths + 1)]
    steps = [after - before for before, after in pairwise(ends)]
    return [steps[0] + 1, *steps[1:]]


def ap_points(hits: Hits, truths: int, parts: int, *, dips: bool = False) -> float:
    """The mean of the interpolated precision at the recalls 0, 1/parts, …, 1. `dips`: without interpolation."""
    values = precisions(hits) if dips else envelope(hits)
    return sum(count * value for count, value in zip(counts(truths, parts), values, strict=False)) / (parts + 1)


def reached(hits: Hits, truths: int, parts: int) -> int:
    """How many of the recalls are reached at all."""
    return sum(counts(truths, parts)[: sum(hits)])


def ap_11(hits: Hits, truths: int) -> float:
    return ap_points(hits, truths, 10)


def ap_101(hits: Hits, truths: int) -> float:
    return ap_points(hits, truths, 100)


def ap_all(hits: Hits, truths: int) -> float:
    return sum(envelope(hits)) / truths


def ap_raw(hits: Hits, truths: int) -> float:
    """Without interpolation."""
    return sum(precisions(hits)) / truths


def ranked(hits: Hits, scores: Sequence[float]) -> Hits:
    """Sorted by score, the best first."""
    return tuple(hit for _, hit in sorted(zip(scores, hits, strict=True), reverse=True))


def draw_hits(draw: Draw, count: int) -> Hits:
    return tuple(int(draw.chance(0.6)) for _ in range(count))


def shown(hits: Hits) -> str:
    return ", ".join(map(str, hits))


def listed_precisions(hits: Hits) -> str:
    """`1/1, 2/3`."""
    ranks = [rank for rank, hit in enumerate(hits, 1) if hit]
    return ", ".join(f"{at}/{rank}" for at, rank in enumerate(ranks, 1)) or "-"


def listed_envelope(hits: Hits) -> str:
    return ", ".join(short(value) for value in envelope(hits)) or "-"
