"""Dropout and stochastic depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import size_rules, vector_rules
from quizcv.specs.spec import Spec

#: Nearer to 1, a kept value is too rare to wait for.
MOST_DROPPED = 0.999
#: How many units all masks of which are listed.
MOST_MASKED = 16


def _rate(p: float) -> Iterator[str]:
    if not 0 <= p < 1:
        yield "p must lie in [0, 1): with p = 1 nothing is kept"
    elif p > MOST_DROPPED:
        yield f"p may be {MOST_DROPPED} at most; nearer to 1, a kept value is too rare to be run"


@dataclass(frozen=True, slots=True)
class DropoutScale(Spec):
    """The factor by which inverted dropout multiplies a kept activation in training."""

    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        yield from _rate(self.p)


@dataclass(frozen=True, slots=True)
class DropoutValue(Spec):
    """A kept activation after inverted dropout in training, or in evaluation."""

    p: float
    x: float
    training: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop", "x": "the activation before"}

    def rules(self) -> Iterator[str]:
        yield from _rate(self.p)
        if self.x == 0:
            yield "x must not be 0: kept or dropped, it stays 0"


@dataclass(frozen=True, slots=True)
class DropoutRate(Spec):
    """The drop probability behind an observed pair of kept activation and its value before."""

    x: float
    y: float

    meaning: ClassVar[Mapping[str, str]] = {"x": "the activation before", "y": "the kept activation after"}

    def rules(self) -> Iterator[str]:
        if self.x <= 0 or self.y < self.x:
            yield "x must be positive and y at least x"
        elif abs(100 * self.x / self.y - round(100 * self.x / self.y)) > 1e-9 or self.y > 100.5 * self.x:
            yield "x/y must be a whole percentage, from 1 to 100"


@dataclass(frozen=True, slots=True)
class DropoutTestScale(Spec):
    """The factor at test time of classic dropout, which does not scale in training."""

    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        if not 0 <= self.p < 1:
            yield "p must lie in [0, 1): with p = 1 nothing is kept"


@dataclass(frozen=True, slots=True)
class DropoutTestSum(Spec):
    """The input of a unit at test time, behind activations under classic dropout."""

    x: tuple[float, ...]
    weight: tuple[float, ...]
    p: float

    meaning: ClassVar[Mapping[str, str]] = {"x": "the activations", "p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        yield from DropoutTestScale(self.p).rules()
        yield from vector_rules(x=self.x, weight=self.weight)
        if len(self.x) != len(self.weight):
            yield "x and weight must be equally long"
        if len(self.x) > MOST_MASKED:
            yield f"there may be {MOST_MASKED} activations; more masks are too many to be run"


@dataclass(frozen=True, slots=True)
class DropoutTestRate(Spec):
    """The drop probability of classic dropout behind a weight in training and the one used at test time."""

    weight: float
    scaled: float

    meaning: ClassVar[Mapping[str, str]] = {"weight": "in training", "scaled": "at test time"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.weight)
        if self.weight == 0 or not 0 < self.scaled / self.weight <= 1:
            yield "weight must not be 0, and scaled must lie between 0 and weight"


@dataclass(frozen=True, slots=True)
class DropoutSurvivors(Spec):
    """The expected number of units that dropout keeps."""

    units: int
    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        if not 0 <= self.p < 1:
            yield "p must lie in [0, 1): with p = 1 nothing is kept"
        if not 1 <= self.units <= 10_000:
            yield "units must lie between 1 and 10,000; more are too many to be run"


@dataclass(frozen=True, slots=True)
class DropoutSum(Spec):
    """The expected sum of activations after dropout in training, inverted or classic."""

    x: tuple[float, ...]
    p: float
    scaled: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "p": "probability to drop",
        "scaled": "whether what is kept is scaled in training (inverted dropout)",
    }

    def rules(self) -> Iterator[str]:
        yield from _rate(self.p)
        yield from vector_rules(x=self.x)
        if len(self.x) > MOST_MASKED:
            yield f"there may be {MOST_MASKED} activations; more masks are too many to be run"


@dataclass(frozen=True, slots=True)
class DropoutWidth(Spec):
    """The smallest layer of which dropout keeps so many units on average."""

    kept: int
    p: float

    meaning: ClassVar[Mapping[str, str]] = {"kept": "units wanted on average", "p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        yield from _rate(self.p)
        if round(self.p, 6) != self.p:
            yield "p may have 6 decimals at most"
        if not 1 <= self.kept <= 10_000:
            yield "kept must lie between 1 and 10,000; more are too many to be run"


@dataclass(frozen=True, slots=True)
class DropoutMasks(Spec):
    """The number of thinned networks that dropout can draw."""

    units: int

    def rules(self) -> Iterator[str]:
        if not 1 <= self.units <= MOST_MASKED:
            yield f"units must lie between 1 and {MOST_MASKED}; more masks are too many to be run"


@dataclass(frozen=True, slots=True)
class DropoutExactly(Spec):
    """The probability that dropout drops exactly so many units."""

    units: int
    dropped: int
    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        yield from DropoutMasks(self.units).rules()
        if not 0 <= self.dropped <= self.units:
            yield "dropped must lie between 0 and units"
        if not 0 < self.p < 1:
            yield "p must lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class DropoutAtLeast(DropoutExactly):
    """The probability that dropout drops at least so many units."""


@dataclass(frozen=True, slots=True)
class BlockSurvival(Spec):
    """The survival probability of a residual block under stochastic depth with linear decay."""

    block: int
    blocks: int
    last: float

    meaning: ClassVar[Mapping[str, str]] = {
        "block": "from 1",
        "last": "survival probability of the last block",
    }

    def rules(self) -> Iterator[str]:
        if not 1 <= self.block <= self.blocks <= 1000:
            yield "block must lie between 1 and blocks, which may be 1000"
        if not 0 <= self.last <= 1:
            yield "last must lie in [0, 1]"


@dataclass(frozen=True, slots=True)
class ExpectedDepth(Spec):
    """The expected number of residual blocks that survive under stochastic depth with linear decay."""

    blocks: int
    last: float

    meaning: ClassVar[Mapping[str, str]] = {"last": "survival probability of the last block"}

    def rules(self) -> Iterator[str]:
        yield from BlockSurvival(1, self.blocks, self.last).rules()
        if self.blocks > 300:
            yield "blocks may be 300 at most; more are too many to be run"


@dataclass(frozen=True, slots=True)
class DepthSurvival(Spec):
    """The survival probability of the last block behind an expected depth."""

    blocks: int
    depth: float

    meaning: ClassVar[Mapping[str, str]] = {"depth": "expected number of surviving blocks"}

    def rules(self) -> Iterator[str]:
        if not 1 <= self.blocks <= 300:
            yield "blocks must lie between 1 and 300; more are too many to be run"
        elif not (self.blocks - 1) / 2 <= self.depth <= self.blocks:
            yield "depth must lie between (blocks - 1)/2 and blocks"
