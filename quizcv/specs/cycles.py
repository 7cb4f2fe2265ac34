"""Schedules of the learning rate that rise and fall, end, or watch the loss. Steps are counted from 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.rates import MOST_STEPS, runnable
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class OneCycle(Spec):
    """The learning rate of a step under OneCycleLR."""

    max_lr: float
    total_steps: int
    step: int
    pct_start: float = 0.3
    div_factor: float = 25.0
    final_div_factor: float = 10_000.0
    anneal: Literal["cos", "linear"] = "cos"

    meaning: ClassVar[Mapping[str, str]] = {
        "max_lr": "largest learning rate",
        "step": "which step, the first one is 0",
        "pct_start": "share of the steps that rise",
        "div_factor": "max_lr over the rate at the start",
        "final_div_factor": "the rate at the start over the one at the end",
        "anneal": "anneal_strategy",
    }

    def rules(self) -> Iterator[str]:
        yield from runnable(self.max_lr, count=self.total_steps)
        if not 0 < self.pct_start < 1:
            yield "pct_start must lie in (0, 1)"
        elif self.pct_start * self.total_steps <= 1 or self.pct_start * self.total_steps >= self.total_steps:
            yield "pct_start · total_steps must be more than 1: else nothing rises"
        if not 0 <= self.step < self.total_steps:
            yield "step must lie in [0, total_steps)"
        if min(self.div_factor, self.final_div_factor) < 1:
            yield "div_factor and final_div_factor must be at least 1"


@dataclass(frozen=True, slots=True)
class OneCyclePeak(Spec):
    """The step with the largest learning rate under OneCycleLR."""

    total_steps: int
    pct_start: float = 0.3

    meaning: ClassVar[Mapping[str, str]] = {"pct_start": "share of the steps that rise"}

    def rules(self) -> Iterator[str]:
        yield from runnable(count=self.total_steps)
        if not 0 < self.pct_start < 1:
            yield "pct_start must lie in (0, 1)"
            return
        rising = self.pct_start * self.total_steps
        if abs(rising - round(rising)) > 1e-6 or rising < 2:
            yield "pct_start · total_steps must be a whole number from 2 on"


@dataclass(frozen=True, slots=True)
class PolyLr(Spec):
    """The learning rate of a step under PolynomialLR."""

    lr: float
    total_iters: int
    step: int
    power: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {
        "lr": "learning rate at the start",
        "total_iters": "steps until the rate is 0",
        "step": "which step, the first one is 0",
    }

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.step)
        if self.total_iters < 1:
            yield "total_iters must be at least 1"
        if not 0 < self.power <= 20:
            yield "power must lie in (0, 20]"


@dataclass(frozen=True, slots=True)
class PolyPower(Spec):
    """The power behind the learning rate of a step under PolynomialLR."""

    lr: float
    total_iters: int
    step: int
    rate: float

    meaning: ClassVar[Mapping[str, str]] = {**PolyLr.meaning, "rate": "learning rate of that step"}

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.step)
        if not 0 < self.step < self.total_iters:
            yield "step must lie between 0 and total_iters"
        elif self.step > 1000:
            yield "step is too large to be run"
        if not 0 < self.rate < self.lr:
            yield "rate must lie in (0, lr)"


@dataclass(frozen=True, slots=True)
class WarmRestarts(Spec):
    """The learning rate of an epoch under CosineAnnealingWarmRestarts."""

    lr: float
    t_0: int
    epoch: int
    t_mult: int = 1
    eta_min: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = {
        "lr": "learning rate at the start of each cycle",
        "t_0": "T_0, epochs of the first cycle",
        "t_mult": "T_mult, factor from the length of each cycle to the next",
        "epoch": "which epoch, the first one is 0",
    }

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr, count=self.epoch, least=self.eta_min)
        if min(self.t_0, self.t_mult) < 1:
            yield "t_0 and t_mult must be at least 1 (PyTorch: Expected positive integer)"


@dataclass(frozen=True, slots=True)
class RestartEpoch(Spec):
    """The epoch that begins with a restart under CosineAnnealingWarmRestarts."""

    t_0: int
    t_mult: int
    count: int

    meaning: ClassVar[Mapping[str, str]] = {**WarmRestarts.meaning, "count": "which restart, the first one is 1"}

    def rules(self) -> Iterator[str]:
        if self.t_0 < 2 or min(self.t_mult, self.count) < 1:
            yield "t_0 must be at least 2, t_mult and count at least 1"
        elif self.count > 1000 or self.t_mult > 1000 or self.t_0 * self.t_mult**self.count > MOST_STEPS:
            yield "the number of epochs is too large to be run"


@dataclass(frozen=True, slots=True)
class Plateau(Spec):
    """The learning rate after some epochs under ReduceLROnPlateau."""

    lr: float
    losses: tuple[float, ...]
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    cooldown: int = 0
    min_lr: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = {
        "losses": "the loss after each epoch",
        "patience": "bad epochs that are put up with",
        "threshold": "relative improvement that counts",
        "cooldown": "epochs after a reduction in which bad epochs do not count",
    }

    def rules(self) -> Iterator[str]:
        yield from runnable(self.lr)
        if not 0 < self.factor < 1:
            yield "factor must lie in (0, 1) (PyTorch: Factor should be < 1.0)"
        if not self.losses or min(self.losses) < 0:
            yield "losses must have one entry at least, none of them negative"
        if min(self.patience, self.cooldown) < 0:
            yield "patience and cooldown must not be negative"
        if not 0 <= self.threshold < 1:
            yield "threshold must lie in [0, 1)"
        if not 0 <= self.min_lr <= self.lr:
            yield "min_lr must lie in [0, lr]"


@dataclass(frozen=True, slots=True)
class PlateauPatience(Spec):
    """The smallest patience with which ReduceLROnPlateau never reduces the learning rate."""

    losses: tuple[float, ...]
    threshold: float = 1e-4

    meaning: ClassVar[Mapping[str, str]] = Plateau.meaning

    def rules(self) -> Iterator[str]:
        if not self.losses or min(self.losses) < 0:
            yield "losses must have one entry at least, none of them negative"
        if not 0 <= self.threshold < 1:
            yield "threshold must lie in [0, 1)"
