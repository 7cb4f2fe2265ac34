"""Schedules of the learning rate. Epochs and steps are counted from 0, as `scheduler.step()` has been called so often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import acos, log, pi
from typing import ClassVar

from quizcv.specs.spec import Spec
from quizcv.specs.ties import tied

#: So many steps a schedule is run at most.
MOST_STEPS = 20_000

_MEANING = {
    "lr": "learning rate at the start",
    "epoch": "which epoch, the first one is 0",
    "step": "which step, the first one is 0",
    "gamma": "factor of each decay",
    "limit": "the rate to fall below",
    "rate": "learning rate in that epoch",
    "eta_min": "smallest learning rate",
    "t_max": "T_max, epochs from the largest rate to the smallest",
    "t_0": "T_0, epochs until the first restart",
    "t_mult": "T_mult, factor from each cycle to the next",
    "count": "which restart, the first one is 1",
}


def runnable(lr: float = 1, *, count: int = 0, least: float = 0) -> Iterator[str]:
    """What holds for every schedule."""
    if lr <= 0:
        yield "lr must be positive"
    elif not 0 <= least <= lr:
        yield "eta_min must lie in [0, lr]"
    if count < 0:
        yield "epochs and steps are counted from 0"
    elif count > MOST_STEPS:
        yield "the number of steps is too large to be run"


def _gamma(gamma: float) -> Iterator[str]:
    if not 0 < gamma <= 1:
        yield "gamma must lie in (0, 1]"


@dataclass(frozen=True, slots=True)
class StepLr(Spec):
    """The learning rate of an epoch under StepLR."""

    lr: float
    step_size: int
    epoch: int
    gamma: float = 0.1

    meaning: ClassVar[Mapping[str, str]] = {**_MEANING, "step_size": "epochs between two decays"}

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epoch)
        yield from _gamma(self.gamma)
        if self.step_size < 1:
            yield "step_size must be at least 1"


@dataclass(frozen=True, slots=True)
class StepLrBelow(Spec):
    """The first epoch whose learning rate under StepLR is below a limit."""

    lr: float
    step_size: int
    limit: float
    gamma: float = 0.1

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr)
        if self.step_size < 1:
            yield "step_size must be at least 1"
        elif not 0 < self.gamma < 1:
            yield "gamma must lie in (0, 1)"
        elif not 0 < self.limit <= self.lr:
            yield "limit must lie in (0, lr]"
        elif self.lr * self.gamma ** (MOST_STEPS // self.step_size) >= self.limit:
            yield "the number of steps is too large to be run"
        else:
            yield from tied(log(self.limit / self.lr) / log(self.gamma))


@dataclass(frozen=True, slots=True)
class MultiStepLr(Spec):
    """The learning rate of an epoch under MultiStepLR."""

    lr: float
    milestones: tuple[int, ...]
    epoch: int
    gamma: float = 0.1

    meaning: ClassVar[Mapping[str, str]] = {**_MEANING, "milestones": "the epochs that begin with a decay"}

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epoch)
        yield from _gamma(self.gamma)
        if any(milestone < 1 for milestone in self.milestones):
            yield "milestones must be at least 1"


@dataclass(frozen=True, slots=True)
class MultiStepMean(Spec):
    """The mean learning rate over all epochs of a training under MultiStepLR."""

    lr: float
    milestones: tuple[int, ...]
    epochs: int
    gamma: float = 0.1

    meaning: ClassVar[Mapping[str, str]] = {**_MEANING, "milestones": "the epochs that begin with a decay"}

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epochs)
        yield from _gamma(self.gamma)
        if any(milestone < 1 for milestone in self.milestones):
            yield "milestones must be at least 1"
        if self.epochs == 0:
            yield "epochs must be at least 1"


@dataclass(frozen=True, slots=True)
class ExponentialLr(Spec):
    """The learning rate of an epoch under ExponentialLR."""

    lr: float
    gamma: float
    epoch: int

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epoch)
        yield from _gamma(self.gamma)


@dataclass(frozen=True, slots=True)
class ExponentialGamma(Spec):
    """The decay per epoch behind the learning rate of an epoch under ExponentialLR."""

    lr: float
    epoch: int
    rate: float

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epoch)
        if not 0 < self.rate < self.lr:
            yield "rate must lie in (0, lr)"
        if self.epoch < 1:
            yield "epoch must be at least 1"
        elif self.epoch > 1000:
            yield "epoch is too large to be run"


@dataclass(frozen=True, slots=True)
class CosineLr(Spec):
    """The learning rate of an epoch under CosineAnnealingLR, which rises again after T_max."""

    lr: float
    t_max: int
    epoch: int
    eta_min: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epoch, least=self.eta_min)
        if self.t_max < 1:
            yield "t_max must be at least 1"


@dataclass(frozen=True, slots=True)
class CosineBelow(Spec):
    """The first epoch whose learning rate under CosineAnnealingLR is below a limit."""

    lr: float
    t_max: int
    limit: float
    eta_min: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.t_max, least=self.eta_min)
        if self.t_max < 1:
            yield "t_max must be at least 1"
        if not self.eta_min < self.limit < self.lr:
            yield "limit must lie in (eta_min, lr)"
        else:
            cosine = 2 * (self.limit - self.eta_min) / (self.lr - self.eta_min) - 1
            yield from tied(self.t_max * acos(cosine) / pi)


@dataclass(frozen=True, slots=True)
class LinearWarmup(Spec):
    """The learning rate of a step under LinearLR."""

    lr: float
    total_iters: int
    step: int
    start_factor: float = 1 / 3
    end_factor: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {
        **_MEANING,
        "lr": "learning rate of the optimizer",
        "total_iters": "steps until end_factor is reached",
    }

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.step)
        if self.total_iters < 1:
            yield "total_iters must be at least 1"
        if not 0 < self.start_factor <= 1:
            yield "start_factor must lie in (0, 1] (PyTorch: Starting multiplicative factor expected to be greater than 0)"
        if not 0 <= self.end_factor <= 1:
            yield "end_factor must lie in [0, 1] (PyTorch: Ending multiplicative factor expected to be between 0 and 1)"


@dataclass(frozen=True, slots=True)
class WarmupReached(Spec):
    """The first step whose learning rate in a linear warm-up to `lr` is at least `rate`."""

    lr: float
    total_iters: int
    rate: float
    start_factor: float = 1 / 3

    meaning: ClassVar[Mapping[str, str]] = {**_MEANING, "lr": "learning rate of the optimizer", "rate": "rate to reach"}

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.total_iters)
        if self.total_iters < 1:
            yield "total_iters must be at least 1"
        if not 0 < self.start_factor < 1:
            yield "start_factor must lie in (0, 1)"
        elif not self.start_factor * self.lr < self.rate < self.lr:
            yield "rate must lie between start_factor · lr and lr"
        else:
            yield from tied(self.total_iters * (self.rate / self.lr - self.start_factor) / (1 - self.start_factor))
