"""Many items of a model, formula against reference: what `quizcv items verify` runs, in one process or several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from quizcv.errors import ItemError
from quizcv.items import ItemModel, model_named
from quizcv.model import LEVELS
from quizcv.reference import running
from quizcv.verify.item import check

#: Items in one piece of work.
PIECE = 500

#: Disagreements of one model that are kept; one is enough to stop it, several show a pattern.
KEPT = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Some items of one model: indices from `start`, levels taken in turns."""

    model: str
    seed: int
    start: int
    count: int
    levels: tuple[int, ...]


@dataclass(slots=True)
class Trial:
    """What came of the items of one model. `worst` is the largest distance between formula and reference; `seconds` is the
    time of drawing and verifying, of one core."""

    model: str
    count: int = 0
    agreed: int = 0
    worst: float = 0.0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Trial) -> None:
        self.count += other.count
        self.agreed += other.agreed
        self.worst = max(self.worst, other.worst)
        self.seconds += other.seconds
        self.failures = (self.failures + other.failures)[:KEPT]


def pieces(models: Sequence[ItemModel], count: int, seed: int, level: int | None) -> Iterator[Piece]:
    """`count` items of each model, cut up."""
    levels = (level,) if level else LEVELS
    for model in models:
        for start in range(0, count, PIECE):
            yield Piece(model.name, seed, start, min(PIECE, count - start), levels)


def run(piece: Piece) -> Trial:
    """Draw and verify the items of a piece."""
    model, trial = model_named(piece.model), Trial(piece.model)
    with running():
        began = perf_counter()
        for index in range(piece.start, piece.start + piece.count):
            trial.count += 1
            try:
                item = model.item(piece.seed, index, piece.levels[index % len(piece.levels)])
                trial.worst = max(trial.worst, check(item).difference)
                trial.agreed += 1
            except ItemError as error:
                if len(trial.failures) < KEPT:
                    trial.failures.append(str(error))
        trial.seconds = perf_counter() - began
    return trial


def run_all(work: Sequence[Piece], jobs: int) -> Iterator[Trial]:
    """Run pieces in `jobs` processes, or in this one; in the order in which they end."""
    if jobs <= 1:
        yield from map(run, work)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    # Not by forking: torch has threads.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(run, piece) for piece in work]):
            yield done.result()
