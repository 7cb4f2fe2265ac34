"""Bookkeeping of batches: samplers and loaders asked, epochs gone through, gradients of ones added up."""

from __future__ import annotations

from itertools import count
from math import gcd

import torch
from torch.optim import SGD
from torch.utils.data import BatchSampler, DataLoader, DistributedSampler

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.reference.optimizers import run, weight
from quizcv.specs import batches as of


def _loader_length(samples: int, batch_size: int, *, drop_last: bool = False) -> int:
    return len(DataLoader(range(samples), batch_size, drop_last=drop_last))  # type: ignore[arg-type]


def _on_device(samples: int, devices: int) -> DistributedSampler[int]:
    """The samples that the first of the devices gets."""
    return DistributedSampler(range(samples), num_replicas=devices, rank=0, shuffle=False)  # type: ignore[arg-type]


@witness(of.IterationsPerEpoch, How.OPERATION)
def loader_length(s: of.IterationsPerEpoch) -> int:
    return _loader_length(s.samples, s.batch_size, drop_last=s.drop_last)


@witness(of.IterationsPerEpoch, How.META)
def windows(s: of.IterationsPerEpoch) -> int:
    """Full batches are windows without overlap; a rest is one batch more."""
    samples = torch.empty(s.samples, device="meta")
    if s.samples < s.batch_size:
        return 0 if s.drop_last else 1
    full = samples.unfold(0, s.batch_size, s.batch_size)
    rest = samples[full.numel() :].numel()
    return full.shape[0] + (1 if rest and not s.drop_last else 0)


@witness(of.BatchForIterations, How.BRUTE_FORCE)
def every_power(s: of.BatchForIterations) -> int:
    batch_size = 1
    while _loader_length(s.samples, batch_size) > s.iterations:
        batch_size *= 2
    return batch_size


@witness(of.TotalIterations, How.BRUTE_FORCE)
def epochs_added_up(s: of.TotalIterations) -> int:
    loader: DataLoader[int] = DataLoader(
        range(s.samples),  # type: ignore[arg-type]
        s.batch_size,
        sampler=_on_device(s.samples, s.devices) if s.devices > 1 else None,
        drop_last=s.drop_last,
    )
    return sum(len(loader) for _ in range(s.epochs))


def _updates(batches: int, accumulate: int) -> int:
    """Optimizer steps of an epoch: one after every group of micro-batches, and one after the last."""
    updates, gathered = 0, 0
    for batch in range(batches):
        gathered += 1
        if gathered == accumulate or batch == batches - 1:
            updates, gathered = updates + 1, 0
    return updates


@witness(of.OptimizerSteps, How.BRUTE_FORCE)
def updates_counted(s: of.OptimizerSteps) -> int:
    batches = _loader_length(s.samples, s.batch_size)
    return sum(_updates(batches, s.accumulate) for _ in range(s.epochs))


@witness(of.EpochsForIterations, How.BRUTE_FORCE)
def epochs_until(s: of.EpochsForIterations) -> int:
    length, done, epochs = _loader_length(s.samples, s.batch_size, drop_last=s.drop_last), 0, 0
    while done < s.iterations:
        done, epochs = done + length, epochs + 1
    return epochs


@witness(of.EpochsForUpdates, How.BRUTE_FORCE)
def epochs_until_updates(s: of.EpochsForUpdates) -> int:
    batches, done, epochs = _loader_length(s.samples, s.batch_size), 0, 0
    while done < s.updates:
        done, epochs = done + _updates(batches, s.accumulate), epochs + 1
    return epochs


def _gathered(w: torch.Tensor, batch_size: int, devices: int) -> int:
    """Samples in the gradient after one more backward pass over the batches of all devices."""
    torch.autograd.backward(w.expand(devices, batch_size).sum())
    assert w.grad is not None
    return round(w.grad.item())


@witness(of.EffectiveBatch, How.AUTOGRAD)
def gradients_of_ones(s: of.EffectiveBatch) -> int:
    w = weight(1.0)
    return [_gathered(w, s.batch_size, s.devices) for _ in range(s.accumulate)][-1]


@witness(of.AccumulateFor, How.BRUTE_FORCE)
def until_enough(s: of.AccumulateFor) -> int:
    w = weight(1.0)
    return next(times for times in count(1) if _gathered(w, s.batch_size, s.devices) >= s.target)


def _travelled(lr: float, batch: int, steps: int) -> float:
    """How far SGD goes in some steps if every sample's gradient is 1."""
    return -run(SGD, 0.0, [torch.ones(batch).mean().item()] * steps, lr=lr)


@witness(of.LinearScaling, How.BRUTE_FORCE)
def equal_ways(s: of.LinearScaling) -> float:
    """The rate with which the new batch size leads as far as the old one does, on the same number of samples."""
    batch = s.batch_size * s.devices
    shared = gcd(s.base_batch, batch)
    wanted = _travelled(s.base_lr, s.base_batch, batch // shared)
    return solve(lambda lr: _travelled(abs(lr), batch, s.base_batch // shared), wanted, s.base_lr, 2 * s.base_lr)


@witness(of.DevicesForRate, How.BRUTE_FORCE)
def every_number_of_devices(s: of.DevicesForRate) -> int:
    """The number of devices with which a step leads as far, per sample, as one with the old batch size."""
    wanted = _travelled(s.base_lr, s.base_batch, 1) / s.base_batch

    def miss(devices: int) -> float:
        batch = s.batch_size * devices
        return abs(_travelled(s.lr, batch, 1) / batch / wanted - 1)

    return next(devices for devices in range(1, 65) if miss(devices) < 1e-5)


@witness(of.LastBatch, How.OPERATION)
def split(s: of.LastBatch) -> int:
    own = len(_on_device(s.samples, s.devices))
    return torch.split(torch.empty(own), s.batch_size)[-1].numel()


@witness(of.FullBatches, How.BRUTE_FORCE)
def every_batch_size(s: of.FullBatches) -> int:
    def batches(size: int, *, drop_last: bool) -> int:
        return len(BatchSampler(range(s.samples), size, drop_last=drop_last))

    sizes = range(s.largest, 0, -1)
    return next(size for size in sizes if batches(size, drop_last=True) == batches(size, drop_last=False))
