"""Average precision from ranked detections, in its variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def sampled(hits: Hits, truths: int, parts: int, *, dips: bool = False) -> list[float]:
    """Interpolated precision at the recalls 0, 1/parts, …, 1. `dips`: without interpolation."""
    values = precisions(hits) if dips else envelope(hits)
    found = []
    for part in range(parts + 1):
        needed = max(1, -(-part * truths // parts))
        found.append(values[needed - 1] if needed <= len(values) else 0.0)
    return found


def ap_11(hits: Hits, truths: int) -> float:
    return sum(sampled(hits, truths, 10)) / 11


def ap_101(hits: Hits, truths: int) -> float:
    return sum(sampled(hits, truths, 100)) / 101


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
