"""Early stopping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import vector_rules
from quizcv.specs.spec import Spec


def _losses(losses: tuple[float, ...], min_delta: float = 0.0) -> Iterator[str]:
    yield from vector_rules(losses=losses)
    if any(round(number, 6) != number for number in (*losses, min_delta)):
        yield "losses and min_delta may have 6 decimals at most"


@dataclass(frozen=True, slots=True)
class EarlyStopping(Spec):
    """The epoch after which early stopping ends training."""

    losses: tuple[float, ...]
    patience: int
    min_delta: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = {
        "losses": "validation loss after each epoch",
        "patience": "epochs in a row without improvement",
        "min_delta": "what an improvement must exceed",
    }

    def rules(self) -> Iterator[str]:
        yield from _losses(self.losses, self.min_delta)
        if self.patience < 1 or self.min_delta < 0:
            yield "patience must be at least 1, min_delta at least 0"
            return
        best, bad, stopped = float("inf"), 0, False
        for loss in self.losses:
            if abs(best - loss - self.min_delta) < 1e-9 and self.min_delta > 0:
                yield "an improvement equals min_delta to the last digit: whether it counts is left to rounding"
                return
            better = loss < best - self.min_delta
            best, bad = (loss, 0) if better else (best, bad + 1)
            stopped = stopped or bad >= self.patience
        if not stopped:
            yield "training never stops within these epochs"


@dataclass(frozen=True, slots=True)
class EarlyBest(EarlyStopping):
    """The epoch whose weights early stopping restores."""


@dataclass(frozen=True, slots=True)
class EarlyPatience(Spec):
    """The smallest patience with which training gets to the epoch of the lowest loss."""

    losses: tuple[float, ...]

    meaning: ClassVar[Mapping[str, str]] = {"losses": "validation loss after each epoch"}

    def rules(self) -> Iterator[str]:
        yield from _losses(self.losses)
        if self.losses and self.losses.count(min(self.losses)) > 1:
            yield "the lowest loss must be reached in one epoch only"
