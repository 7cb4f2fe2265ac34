"""Bookkeeping of batches: iterations, epochs, devices, accumulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from typing import ClassVar

from quizcv.specs.spec import Spec

#: Loops of the reference are no longer than this.
MOST_LOOPS = 20_000

_MEANING = {
    "samples": "samples in the data set",
    "batch_size": "samples per batch (and device)",
    "drop_last": "whether a last, incomplete batch is left out",
    "accumulate": "micro-batches per optimizer step",
    "devices": "devices that train on a batch each at the same time",
    "iterations": "iterations wanted",
    "updates": "optimizer steps wanted",
    "target": "samples per optimizer step wanted",
    "base_lr": "learning rate that suits base_batch",
    "base_batch": "batch size that base_lr suits",
    "largest": "largest batch size allowed",
}


def positive(**counts: int) -> Iterator[str]:
    """What must be at least 1."""
    yield from (f"{name} must be at least 1" for name, count in counts.items() if count < 1)


def runnable(loops: float) -> Iterator[str]:
    if loops > MOST_LOOPS:
        yield "the number of iterations is too large to be run"


@dataclass(frozen=True, slots=True)
class IterationsPerEpoch(Spec):
    """Iterations of one epoch."""

    samples: int
    batch_size: int
    drop_last: bool = False

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from positive(samples=self.samples, batch_size=self.batch_size)


@dataclass(frozen=True, slots=True)
class BatchForIterations(Spec):
    """The smallest power of two as batch size with which an epoch takes at most so many iterations."""

    samples: int
    iterations: int

    meaning: ClassVar[Mapping[str, str]] = {**_MEANING, "iterations": "largest number of iterations per epoch"}

    def rules(self) -> Iterator[str]:
        yield from positive(samples=self.samples, iterations=self.iterations)


@dataclass(frozen=True, slots=True)
class TotalIterations(Spec):
    """Iterations of a whole training, on each device where there are several."""

    samples: int
    batch_size: int
    epochs: int
    drop_last: bool = False
    devices: int = 1

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        counts = {
            "samples": self.samples,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "devices": self.devices,
        }
        yield from positive(**counts)
        yield from runnable(max(self.epochs, self.devices))


@dataclass(frozen=True, slots=True)
class OptimizerSteps(Spec):
    """Optimizer steps of a whole training with accumulated gradients; the rest of an epoch makes a step of its own."""

    samples: int
    batch_size: int
    epochs: int
    accumulate: int

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(
            positive(samples=self.samples, batch_size=self.batch_size, epochs=self.epochs, accumulate=self.accumulate)
        )
        yield from broken or runnable((self.samples / self.batch_size + 1) * self.epochs)


@dataclass(frozen=True, slots=True)
class EpochsForIterations(Spec):
    """The smallest number of whole epochs with at least so many iterations."""

    iterations: int
    samples: int
    batch_size: int
    drop_last: bool = False

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(positive(iterations=self.iterations, samples=self.samples, batch_size=self.batch_size))
        if not broken and self.drop_last and self.batch_size > self.samples:
            broken = ["with drop_last there is not a single batch"]
        yield from broken or runnable(self.iterations / max(1, self.samples // self.batch_size))


@dataclass(frozen=True, slots=True)
class EpochsForUpdates(Spec):
    """The smallest number of whole epochs with at least so many optimizer steps, with accumulated gradients."""

    updates: int
    samples: int
    batch_size: int
    accumulate: int

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(
            positive(updates=self.updates, samples=self.samples, batch_size=self.batch_size, accumulate=self.accumulate)
        )
        yield from broken or runnable(self.updates * self.accumulate + self.samples / self.batch_size)


@dataclass(frozen=True, slots=True)
class EffectiveBatch(Spec):
    """Samples that one optimizer step averages over."""

    batch_size: int
    accumulate: int
    devices: int = 1

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(positive(batch_size=self.batch_size, accumulate=self.accumulate, devices=self.devices))
        yield from broken or runnable(self.accumulate * (10 + self.devices * self.batch_size / 500))


@dataclass(frozen=True, slots=True)
class AccumulateFor(Spec):
    """The smallest number of micro-batches per optimizer step with at least so many samples."""

    target: int
    batch_size: int
    devices: int = 1

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(positive(target=self.target, batch_size=self.batch_size, devices=self.devices))
        yield from broken or runnable(
            10 * self.target / self.batch_size / self.devices + self.devices * self.batch_size / 500
        )


def _scaled(base_lr: float, *batches: int) -> Iterator[str]:
    """What makes the reference's training with both batch sizes possible."""
    if base_lr <= 0:
        yield "base_lr must be positive"
    if max(batches) > 1_000_000 or max(batches) > 2000 * gcd(*batches):
        yield "the batch sizes are too large to be run"


@dataclass(frozen=True, slots=True)
class LinearScaling(Spec):
    """The learning rate for another batch size by the linear scaling rule."""

    base_lr: float
    base_batch: int
    batch_size: int
    devices: int = 1

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(positive(base_batch=self.base_batch, batch_size=self.batch_size, devices=self.devices))
        yield from broken or _scaled(self.base_lr, self.base_batch, self.batch_size * self.devices)


@dataclass(frozen=True, slots=True)
class DevicesForRate(Spec):
    """The number of devices to which a learning rate belongs by the linear scaling rule."""

    base_lr: float
    base_batch: int
    batch_size: int
    lr: float

    meaning: ClassVar[Mapping[str, str]] = {**_MEANING, "lr": "learning rate of the training on all devices"}

    def rules(self) -> Iterator[str]:
        broken = list(positive(base_batch=self.base_batch, batch_size=self.batch_size))
        broken = broken or list(_scaled(self.base_lr, self.base_batch, self.batch_size))
        if not broken:
            devices = self.lr * self.base_batch / self.base_lr / self.batch_size
            if abs(devices - round(devices)) > 1e-6 or not 1 <= devices <= 64:
                broken = ["no whole number of devices from 1 to 64 has this rate"]
        yield from broken


@dataclass(frozen=True, slots=True)
class LastBatch(Spec):
    """Samples in the last batch of an epoch, on each device where there are several."""

    samples: int
    batch_size: int
    devices: int = 1

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        broken = list(positive(samples=self.samples, batch_size=self.batch_size, devices=self.devices))
        yield from broken or runnable(self.samples / self.batch_size / self.devices)


@dataclass(frozen=True, slots=True)
class FullBatches(Spec):
    """The largest batch size up to some limit with which the last batch of an epoch is full."""

    samples: int
    largest: int

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        yield from positive(samples=self.samples, largest=self.largest)
        if self.largest > 1000:
            yield "largest is too large to be run"
        elif self.samples > 1_000_000:
            yield "samples is too large to be run"
