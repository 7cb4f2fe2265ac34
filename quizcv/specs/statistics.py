"""What normalisation layers average over: counts of statistics, statistics over devices, RMS norm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import BIG, Vector, vector_rules
from quizcv.specs.normalisation import MOST_FEATURES
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class NormStatistics(Spec):
    """How many means a normalisation computes for an N×C×H×W tensor."""

    kind: Literal["batch", "layer", "instance"]
    samples: int
    channels: int
    height: int
    width: int

    meaning: ClassVar[Mapping[str, str]] = {"kind": "layer norm is over C×H×W"}

    def rules(self) -> Iterator[str]:
        if min(self.samples, self.channels, self.height, self.width) < 1:
            yield "samples, channels, height and width must be at least 1"
        elif self.height * self.width < 2:
            yield "more than one position per channel is needed"
        elif self.samples * self.channels * self.height * self.width > MOST_FEATURES:
            yield f"the tensor may have {MOST_FEATURES:,} entries at most; more is too large to be run"


@dataclass(frozen=True, slots=True)
class GroupStatistics(Spec):
    """How many means group norm computes for an N×C×H×W tensor."""

    samples: int
    channels: int
    height: int
    width: int
    groups: int

    def rules(self) -> Iterator[str]:
        faults = list(NormStatistics("batch", self.samples, self.channels, self.height, self.width).rules())
        yield from faults
        if not faults and (self.groups < 1 or self.channels % self.groups):
            yield "groups must divide channels"


@dataclass(frozen=True, slots=True)
class StatisticSize(NormStatistics):
    """Over how many values a normalisation takes each of its means."""


@dataclass(frozen=True, slots=True)
class GroupSize(GroupStatistics):
    """Over how many values group norm takes each of its means."""


@dataclass(frozen=True, slots=True)
class GroupsFound(Spec):
    """The number of groups with which group norm takes each mean over `values` values."""

    channels: int
    height: int
    width: int
    values: int

    meaning: ClassVar[Mapping[str, str]] = {"values": "that enter each mean"}

    def rules(self) -> Iterator[str]:
        faults = list(NormStatistics("batch", 1, self.channels, self.height, self.width).rules())
        yield from faults
        if faults:
            return
        per_group, rest = divmod(self.values, self.height * self.width)
        if rest or per_group < 1 or self.channels % per_group:
            yield "no number of groups gives this"
        elif self.channels > BIG:
            yield "there are too many channels to try every number of groups"


@dataclass(frozen=True, slots=True)
class SyncStat(Spec):
    """The statistics of a batch that lies on several devices."""

    counts: Vector
    means: tuple[float, ...]
    variances: tuple[float, ...]
    stat: Literal["mean", "var"]

    meaning: ClassVar[Mapping[str, str]] = {
        "counts": "values per device",
        "variances": "of each device, biased (divided by the count)",
    }

    def rules(self) -> Iterator[str]:
        yield from vector_rules(counts=self.counts, means=self.means, variances=self.variances)
        if not len(self.counts) == len(self.means) == len(self.variances):
            yield "counts, means and variances must be equally long"
        if any(count < 2 for count in self.counts) or any(variance < 0 for variance in self.variances):
            yield "counts must be at least 2, variances at least 0"


@dataclass(frozen=True, slots=True)
class SyncNormed(Spec):
    """An output of synchronised batch norm (gamma 1, beta 0)."""

    counts: Vector
    means: tuple[float, ...]
    variances: tuple[float, ...]
    x: float
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = SyncStat.meaning

    def rules(self) -> Iterator[str]:
        yield from SyncStat(self.counts, self.means, self.variances, "mean").rules()
        if not 1e-8 <= self.eps <= 1:
            yield "eps must lie between 1e-8 and 1"
        if abs(self.x) > BIG:
            yield f"x may be {BIG:,} at most"


@dataclass(frozen=True, slots=True)
class RmsNormValue(Spec):
    """One output of RMS norm."""

    x: Vector
    index: int
    gamma: float = 1.0
    eps: float = 1e-6

    meaning: ClassVar[Mapping[str, str]] = {
        "index": "from 0",
        "gamma": "scale of this feature",
        "eps": "added to the mean square",
    }

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x)
        if not 0 <= self.index < len(self.x):
            yield "index must lie within x"
        if not 1e-8 <= self.eps <= 1:
            yield "eps must lie between 1e-8 and 1"
        if abs(self.gamma) > BIG:
            yield f"gamma may be {BIG:,} at most"


@dataclass(frozen=True, slots=True)
class RmsGap(Spec):
    """Output of layer norm minus output of RMS norm for the same input (scale 1, shift 0)."""

    x: Vector
    index: int
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = {"index": "from 0", "eps": "of both layers"}

    def rules(self) -> Iterator[str]:
        yield from RmsNormValue(self.x, self.index, 1.0, self.eps).rules()
