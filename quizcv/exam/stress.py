"""Looking at an item model before it stands on an exam: many items of it, and what their numbers give away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import erfc, exp, lgamma, log, sqrt
from time import perf_counter
from typing import Any

import numpy as np

from quizcv.errors import ItemError
from quizcv.items import Item, ItemModel
from quizcv.items.model import TRIES

#: Items expected at each rank, at the least, for χ² to mean something.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Uniformity:
    """Pearson's χ² of counts against equal ones: the statistic, its degrees of freedom, and how probable one as large is by chance."""

    statistic: float
    degrees: int
    probability: float


@dataclass(frozen=True, slots=True)
class Stress:
    """What `count` draws of a model gave. `failed` draws gave no item; times are in seconds for drawing an item, without its texts.

    `refused` counts samples that the model refused; `options` how many items have so many options (key and wrong values together);
    `duplicates` the items whose question was there before. `ranks[options][rank]` counts items with so many options where the key is
    the rank-th smallest, from 0; `uniformity` looks at these together, and is None if too few have two options.
    """

    model: str
    level: int
    seed: int
    count: int
    failed: int
    mean_time: float
    longest_time: float
    refused: int
    duplicates: int
    options: Mapping[int, int]
    ranks: Mapping[int, tuple[int, ...]]
    uniformity: Uniformity | None

    @property
    def refused_share(self) -> float:
        """Of all samples."""
        samples = self.refused + self.count - self.failed
        return self.refused / samples if samples else 0.0

    @property
    def smallest(self) -> float | None:
        """Share of the items with options where the key is the smallest of them: what guessing it would earn."""
        return self._share(0)

    @property
    def largest(self) -> float | None:
        """Likewise, the largest."""
        return self._share(-1)

    def _share(self, rank: int) -> float | None:
        several = [counts for options, counts in self.ranks.items() if options > 1]
        every = sum(map(sum, several))
        return sum(counts[rank] for counts in several) / every if every else None

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "refused_share": self.refused_share,
            "smallest": self.smallest,
            "largest": self.largest,
            "options": {str(options): count for options, count in self.options.items()},
            "ranks": {str(options): list(counts) for options, counts in self.ranks.items()},
        }

    @staticmethod
    def header() -> tuple[str, ...]:
        """Names of the columns of `row`."""
        names = ("model", "level", "count", "failed", "mean_time", "longest_time", "refused_share", "duplicates")
        return (*names, "smallest", "largest", "statistic", "degrees", "probability")

    def row(self) -> tuple[str, ...]:
        """A row for CSV."""
        said = (str(self.count), str(self.failed), f"{self.mean_time:.6f}", f"{self.longest_time:.6f}")
        shares = ("" if share is None else f"{share:.3f}" for share in (self.smallest, self.largest))
        found = self.uniformity
        chi = (f"{found.statistic:.2f}", str(found.degrees), f"{found.probability:.4f}") if found else ("", "", "")
        refused = f"{self.refused_share:.3f}"
        return (self.model, str(self.level), *said, refused, str(self.duplicates), *shares, *chi)


def stress(
    model: ItemModel, level: int, count: int, seed: int = 1, clock: Callable[[], float] = perf_counter
) -> Stress:
    """Draw `count` items, those with the indices from 0; `clock` gives seconds. All but the times is the same for ever.

    Raises:
        ItemError: the model has no such level.
    """
    if not model.at(level):
        raise ItemError(f"{model.name} has no level {level}.", "`quizcv items list` shows them.")
    items: list[Item] = []
    times, refused = [], 0
    for index in range(count):
        start = clock()
        try:
            item, vain = model.drawn(seed, index, level)
        except ItemError:
            vain = TRIES
        else:
            items.append(item)
        times.append(clock() - start)
        refused += vain
    places = Counter((1 + len(item.distractors), rank_of_key(item)) for item in items)
    options = Counter(1 + len(item.distractors) for item in items)
    ranks = {many: tuple(places[many, rank] for rank in range(many)) for many in sorted(options)}
    return Stress(
        model=model.name,
        level=level,
        seed=seed,
        count=count,
        failed=count - len(items),
        mean_time=float(np.mean(times)) if times else 0.0,
        longest_time=max(times, default=0.0),
        refused=refused,
        duplicates=len(items) - len({item.stem.en for item in items}),
        options=dict(sorted(options.items())),
        ranks=ranks,
        uniformity=uniformity(ranks),
    )


def rank_of_key(item: Item) -> int:
    """How many of the wrong values are smaller than the key; shapes and sets compare as tuples do, choices by their letters."""
    values: list[Any] = [value for value, _ in item.distractors]  # of one kind, so that they can be compared
    return sum(value < item.key for value in values)


def uniformity(ranks: Mapping[int, tuple[int, ...]]) -> Uniformity | None:
    """Whether the key is at every rank equally often: Σ (observed - expected)² / expected, summed over the numbers of options, as are
    the degrees of freedom (Pearson, K. 1900). Where a rank would hold fewer than 5 items, these are left out (Cochran, W. G. 1954)."""
    statistic, degrees = 0.0, 0
    for options, counts in ranks.items():
        if options < 2 or sum(counts) < FEWEST * options:
            continue
        observed = np.asarray(counts, dtype=np.float64)
        expected = observed.mean()
        statistic += float(((observed - expected) ** 2 / expected).sum())
        degrees += options - 1
    return Uniformity(statistic, degrees, _beyond(statistic, degrees)) if degrees else None


def _beyond(statistic: float, degrees: int) -> float:
    """The probability of a χ² at least as large, Q(x | ν) = Q(x | ν - 2) + (x/2)^(ν/2 - 1) e^(-x/2) / Γ(ν/2) (Abramowitz, M. & Stegun,
    I. A. 1964: Handbook of Mathematical Functions, 26.4)."""
    if not statistic:
        return 1.0
    half = statistic / 2
    even = degrees % 2 == 0
    probability = exp(-half) if even else erfc(sqrt(half))
    for more in range(4 if even else 3, degrees + 1, 2):
        probability += exp((more / 2 - 1) * log(half) - half - lgamma(more / 2))
    return min(1.0, probability)
