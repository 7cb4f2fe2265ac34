"""Running an operation until it gives a wanted value."""

from __future__ import annotations

from collections.abc import Callable


def solve(run: Callable[[float], float], target: float, low: float, high: float) -> float:
    """The argument with which `run` gives `target`, by secants from two guesses; each of them is a run of the operation."""
    miss_low, miss_high = run(low) - target, run(high) - target
    scale = max(1.0, abs(target), abs(miss_low), abs(miss_high))
    for _ in range(60):
        if miss_high == miss_low:
            break
        low, high = high, high - miss_high * (high - low) / (miss_high - miss_low)
        miss_low, miss_high = miss_high, run(high) - target
        if abs(high - low) <= 1e-14 * max(1.0, abs(high)):
            break
    if abs(miss_high) > 1e-10 * scale:
        raise ValueError("no argument gives this value")
    return high
