"""Questions for the first step that crosses a limit have no sure answer where a step meets it exactly."""

from __future__ import annotations

from collections.abc import Iterator


def tied(steps: float) -> Iterator[str]:
    """What is wrong with a limit that is met after so many steps, a whole number or not."""
    if abs(steps - round(steps)) < 1e-9 * max(1.0, abs(steps)):
        yield f"the limit is met exactly in step {round(steps)}: rounding would decide"
