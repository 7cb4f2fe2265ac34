"""Steps of optimizers, made by those of `torch.optim` on a weight whose gradients are put in by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.optim import SGD, Adadelta, Adagrad, Optimizer, RMSprop

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import adaptive
from quizcv.specs import optimizers as of


def weight(value: float) -> torch.Tensor:
    return torch.tensor([value], requires_grad=True)


def stepped(optimizer: Optimizer, w: torch.Tensor, grads: Iterable[float]) -> float:
    """The weight after one step per gradient."""
    for grad in grads:
        w.grad = torch.tensor([grad])
        optimizer.step()
    return w.item()


def run(kind: Callable[..., Optimizer], w: float, grads: Iterable[float], **options: Any) -> float:
    """The same with a new optimizer."""
    start = weight(w)
    return stepped(kind([start], foreach=False, **options), start, grads)


@witness(of.SgdStep, How.OPERATION)
def sgd(s: of.SgdStep) -> float:
    return run(SGD, s.w, s.grads, lr=s.lr, maximize=s.maximize)


@witness(of.SgdRate, How.BRUTE_FORCE)
def sgd_at_rates(s: of.SgdRate) -> float:
    return solve(lambda lr: run(SGD, s.w, [s.grad], lr=abs(lr)), s.w_new, 0.1, 1.0)


@witness(of.SgdDecay, How.OPERATION)
def sgd_with_decay(s: of.SgdDecay) -> float:
    return run(SGD, s.w, s.grads, lr=s.lr, weight_decay=s.weight_decay)


@witness(of.SgdDecayFound, How.BRUTE_FORCE)
def sgd_at_decays(s: of.SgdDecayFound) -> float:
    return solve(lambda decay: run(SGD, s.w, [s.grad], lr=s.lr, weight_decay=abs(decay)), s.w_new, 0.0, 0.1)


@witness(of.Momentum, How.OPERATION)
def sgd_with_momentum(s: of.Momentum) -> float:
    return run(SGD, s.w, s.grads, lr=s.lr, momentum=s.momentum, dampening=s.dampening)


@witness(of.MomentumBuffer, How.OPERATION)
def momentum_buffer(s: of.MomentumBuffer) -> float:
    w = weight(0.0)
    optimizer = SGD([w], lr=0.1, momentum=s.momentum, dampening=s.dampening, foreach=False)
    stepped(optimizer, w, s.grads)
    return float(optimizer.state[w]["momentum_buffer"].item())


@witness(of.MomentumFound, How.BRUTE_FORCE)
def sgd_at_momenta(s: of.MomentumFound) -> float:
    return solve(lambda momentum: run(SGD, s.w, s.grads, lr=s.lr, momentum=abs(momentum)), s.w_new, 0.1, 0.9)


@witness(of.Nesterov, How.OPERATION)
def sgd_with_nesterov(s: of.Nesterov) -> float:
    return run(SGD, s.w, s.grads, lr=s.lr, momentum=s.momentum, weight_decay=s.weight_decay, nesterov=True)


@witness(of.NesterovGap, How.OPERATION)
def both_momenta(s: of.NesterovGap) -> float:
    ordinary, nesterov = (
        run(SGD, 0.0, s.grads, lr=s.lr, momentum=s.momentum, nesterov=nesterov) for nesterov in (False, True)
    )
    return nesterov - ordinary


@witness(adaptive.Adagrad, How.OPERATION)
def adagrad(s: adaptive.Adagrad) -> float:
    return run(Adagrad, s.w, s.grads, lr=s.lr, lr_decay=s.lr_decay, initial_accumulator_value=s.initial, eps=s.eps)


@witness(adaptive.AdagradLater, How.OPERATION)
def adagrad_later(s: adaptive.AdagradLater) -> float:
    w = weight(0.0)
    optimizer = Adagrad([w], lr=s.lr, eps=s.eps, foreach=False)
    stepped(optimizer, w, [s.grad] * (s.step - 1))
    with torch.no_grad():
        w.zero_()
    return -stepped(optimizer, w, [s.grad])


@witness(adaptive.Adadelta, How.OPERATION)
def adadelta(s: adaptive.Adadelta) -> float:
    return run(Adadelta, s.w, s.grads, lr=s.lr, rho=s.rho, eps=s.eps)


@witness(adaptive.AdadeltaRate, How.BRUTE_FORCE)
def adadelta_at_rates(s: adaptive.AdadeltaRate) -> float:
    return solve(lambda lr: run(Adadelta, s.w, s.grads, lr=abs(lr), rho=s.rho, eps=s.eps), s.w_new, 0.5, 1.0)


@witness(adaptive.RmsProp, How.OPERATION)
def rmsprop(s: adaptive.RmsProp) -> float:
    return run(RMSprop, s.w, s.grads, lr=s.lr, alpha=s.alpha, eps=s.eps, momentum=s.momentum)


@witness(adaptive.RmsPropAlpha, How.BRUTE_FORCE)
def rmsprop_at_alphas(s: adaptive.RmsPropAlpha) -> float:
    """Alphas are tried as 1 − y² and compared by the inverse of the way they lead: so secants end at once."""

    def slowness(y: float) -> float:
        return 1 / abs(s.w - run(RMSprop, s.w, [s.grad], lr=s.lr, alpha=1 - min(y * y, 1.0), eps=s.eps))

    y = solve(slowness, 1 / abs(s.w - s.w_new), 0.5, 0.3)
    return 1 - y * y


@witness(adaptive.RmsPropCentered, How.OPERATION)
def rmsprop_centered(s: adaptive.RmsPropCentered) -> float:
    return run(RMSprop, s.w, s.grads, lr=s.lr, alpha=s.alpha, eps=s.eps, centered=True)


@witness(adaptive.CenteredGap, How.OPERATION)
def rmsprop_both(s: adaptive.CenteredGap) -> float:
    plain, centered = (
        run(RMSprop, s.w, s.grads, lr=s.lr, alpha=s.alpha, eps=s.eps, centered=centered) for centered in (False, True)
    )
    return centered - plain
