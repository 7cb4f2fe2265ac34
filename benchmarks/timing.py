"""Taking times in turns, so that a noisy machine disturbs both sides alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(ours: Callable[[], object], bare: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """Median of ours, median of the bare work, median of the ratios pair by pair."""
    pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds)]
    return (
        statistics.median(a for a, _b in pairs),
        statistics.median(b for _a, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def line(name: str, ours: float, bare: float | None, ratio: float | None, target: str) -> str:
    against = "" if bare is None or ratio is None else f"  against {bare * 1000:10.2f} ms  ratio {ratio:5.2f}"
    return f"{name:8} {ours * 1000:10.2f} ms{against}  (target {target})"
