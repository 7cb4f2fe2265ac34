"""Learning rates read off real schedulers, stepped from the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from math import exp, log
from typing import Any

from torch.optim import SGD, Optimizer
from torch.optim import lr_scheduler as schedulers

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.reference.optimizers import weight
from quizcv.specs import cycles as up_and_down
from quizcv.specs import rates as of

Make = Callable[[Optimizer], Any]


def _rates(lr: float, make: Make) -> Iterator[float]:
    """The rate of step 0, 1, 2 …"""
    optimizer = SGD([weight(0.0)], lr=lr, foreach=False)
    scheduler = make(optimizer)
    optimizer.step()
    while True:
        yield float(optimizer.param_groups[0]["lr"])
        scheduler.step()


def _rate(lr: float, step: int, make: Make) -> float:
    return next(islice(_rates(lr, make), step, None))


def _first(lr: float, make: Make, wanted: Callable[[float], bool]) -> int:
    """The first step with such a rate."""
    return next(step for step, rate in enumerate(_rates(lr, make)) if wanted(rate))


@witness(of.StepLr, How.OPERATION)
def step_lr(s: of.StepLr) -> float:
    return _rate(s.lr, s.epoch, lambda o: schedulers.StepLR(o, s.step_size, s.gamma))


@witness(of.StepLrBelow, How.BRUTE_FORCE)
def step_lr_until(s: of.StepLrBelow) -> int:
    return _first(s.lr, lambda o: schedulers.StepLR(o, s.step_size, s.gamma), lambda rate: rate < s.limit)


@witness(of.MultiStepLr, How.OPERATION)
def multistep_lr(s: of.MultiStepLr) -> float:
    return _rate(s.lr, s.epoch, lambda o: schedulers.MultiStepLR(o, s.milestones, s.gamma))


@witness(of.MultiStepMean, How.BRUTE_FORCE)
def every_epoch(s: of.MultiStepMean) -> float:
    rates = _rates(s.lr, lambda o: schedulers.MultiStepLR(o, s.milestones, s.gamma))
    return sum(islice(rates, s.epochs)) / s.epochs


@witness(of.ExponentialLr, How.OPERATION)
def exponential_lr(s: of.ExponentialLr) -> float:
    return _rate(s.lr, s.epoch, lambda o: schedulers.ExponentialLR(o, s.gamma))


@witness(of.ExponentialGamma, How.BRUTE_FORCE)
def gammas_tried(s: of.ExponentialGamma) -> float:
    def magnitude(exponent: float) -> float:
        return log(_rate(s.lr, s.epoch, lambda o: schedulers.ExponentialLR(o, exp(exponent))))

    return exp(solve(magnitude, log(s.rate), -0.1, -0.2))


@witness(of.CosineLr, How.OPERATION)
def cosine_lr(s: of.CosineLr) -> float:
    return _rate(s.lr, s.epoch, lambda o: schedulers.CosineAnnealingLR(o, s.t_max, s.eta_min))


@witness(of.CosineBelow, How.BRUTE_FORCE)
def cosine_lr_until(s: of.CosineBelow) -> int:
    return _first(s.lr, lambda o: schedulers.CosineAnnealingLR(o, s.t_max, s.eta_min), lambda rate: rate < s.limit)


@witness(of.LinearWarmup, How.OPERATION)
def linear_lr(s: of.LinearWarmup) -> float:
    return _rate(s.lr, s.step, lambda o: schedulers.LinearLR(o, s.start_factor, s.end_factor, s.total_iters))


@witness(of.WarmupReached, How.BRUTE_FORCE)
def linear_lr_until(s: of.WarmupReached) -> int:
    return _first(
        s.lr, lambda o: schedulers.LinearLR(o, s.start_factor, 1.0, s.total_iters), lambda rate: rate >= s.rate
    )


def _one_cycle(s: up_and_down.OneCycle) -> Make:
    return lambda o: schedulers.OneCycleLR(
        o,
        s.max_lr,
        total_steps=s.total_steps,
        pct_start=s.pct_start,
        anneal_strategy=s.anneal,
        cycle_momentum=False,
        div_factor=s.div_factor,
        final_div_factor=s.final_div_factor,
    )


@witness(up_and_down.OneCycle, How.OPERATION)
def one_cycle_lr(s: up_and_down.OneCycle) -> float:
    return _rate(s.max_lr, s.step, _one_cycle(s))


@witness(up_and_down.OneCyclePeak, How.BRUTE_FORCE)
def one_cycle_lr_at_every_step(s: up_and_down.OneCyclePeak) -> int:
    full = up_and_down.OneCycle(1.0, s.total_steps, 0, s.pct_start)
    rates = list(islice(_rates(1.0, _one_cycle(full)), s.total_steps))
    return rates.index(max(rates))


@witness(up_and_down.PolyLr, How.OPERATION)
def polynomial_lr(s: up_and_down.PolyLr) -> float:
    return _rate(s.lr, s.step, lambda o: schedulers.PolynomialLR(o, s.total_iters, s.power))


@witness(up_and_down.PolyPower, How.BRUTE_FORCE)
def powers_tried(s: up_and_down.PolyPower) -> float:
    def magnitude(power: float) -> float:
        return log(_rate(s.lr, s.step, lambda o: schedulers.PolynomialLR(o, s.total_iters, power)))

    return solve(magnitude, log(s.rate), 1.0, 2.0)


@witness(up_and_down.WarmRestarts, How.OPERATION)
def warm_restarts(s: up_and_down.WarmRestarts) -> float:
    return _rate(s.lr, s.epoch, lambda o: schedulers.CosineAnnealingWarmRestarts(o, s.t_0, s.t_mult, s.eta_min))


@witness(up_and_down.RestartEpoch, How.BRUTE_FORCE)
def rises_counted(s: up_and_down.RestartEpoch) -> int:
    rates, before, rises = _rates(1.0, lambda o: schedulers.CosineAnnealingWarmRestarts(o, s.t_0, s.t_mult)), 1.0, 0
    for epoch, rate in enumerate(rates):
        rises += rate > before
        if rises == s.count:
            return epoch
        before = rate
    raise AssertionError("rates never end")


@witness(up_and_down.Plateau, How.OPERATION)
def plateau(s: up_and_down.Plateau) -> float:
    return _after_losses(s)


def _after_losses(s: up_and_down.Plateau) -> float:
    optimizer = SGD([weight(0.0)], lr=s.lr, foreach=False)
    scheduler = schedulers.ReduceLROnPlateau(
        optimizer,
        factor=s.factor,
        patience=s.patience,
        threshold=s.threshold,
        cooldown=s.cooldown,
        min_lr=s.min_lr,
    )
    optimizer.step()
    for loss in s.losses:
        scheduler.step(loss)
    return float(optimizer.param_groups[0]["lr"])


@witness(up_and_down.PlateauPatience, How.BRUTE_FORCE)
def every_patience(s: up_and_down.PlateauPatience) -> int:
    return next(
        patience
        for patience in range(len(s.losses) + 1)
        if _after_losses(up_and_down.Plateau(1.0, s.losses, 0.5, patience, s.threshold)) == 1.0
    )
