"""Penalties and decay: gradients by autograd, steps by `torch.optim`, norms by `torch.renorm`."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from torch.optim import SGD, Adam, AdamW, Optimizer

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import penalties as of


def _squares(weights: of.Weights, decay: float, *, half: bool) -> float:
    """The summed squared error against 0."""
    w = torch.tensor(weights)
    squares = F.mse_loss(w, torch.zeros_like(w), reduction="sum") * decay
    return torch.lerp(torch.zeros(()), squares, 0.5).item() if half else squares.item()


def _magnitudes(weights: of.Weights, decay: float) -> float:
    w = torch.tensor(weights)
    return (F.l1_loss(w, torch.zeros_like(w), reduction="sum") * decay).item()


@witness(of.L2Penalty, How.OPERATION)
def squared_error(s: of.L2Penalty) -> float:
    return _squares(s.weights, s.decay, half=s.half)


@witness(of.L2Penalty, How.BRUTE_FORCE)
def pull_of_decay(s: of.L2Penalty) -> float:
    """The work done against the pull of SGD's weight decay on the way from 0 to the weights: a straight line, so its middle is
    the mean. Weight decay is the gradient of the form with 1/2; the other is twice as strong."""
    w = torch.tensor(s.weights)
    middle = (w / 2).requires_grad_()
    middle.grad = torch.zeros_like(w)
    SGD([middle], lr=1.0, weight_decay=s.decay if s.half else 2 * s.decay).step()
    return torch.dot(w / 2 - middle.detach(), w).item()


@witness(of.L2Found, How.BRUTE_FORCE)
def squares_at_decays(s: of.L2Found) -> float:
    return solve(lambda decay: s.loss + _squares(s.weights, decay, half=s.half), s.total, 0.0, 0.1)


@witness(of.L1Penalty, How.OPERATION)
def absolute_error(s: of.L1Penalty) -> float:
    return _magnitudes(s.weights, s.decay)


@witness(of.L1Penalty, How.OPERATION)
def one_norm(s: of.L1Penalty) -> float:
    return float(torch.linalg.vector_norm(torch.tensor(s.weights) * s.decay, ord=1).item())


@witness(of.L1Found, How.BRUTE_FORCE)
def magnitudes_at_decays(s: of.L1Found) -> float:
    return solve(lambda decay: s.loss + _magnitudes(s.weights, decay), s.total, 0.0, 0.1)


@witness(of.ElasticNet, How.OPERATION)
def both_errors(s: of.ElasticNet) -> float:
    return _magnitudes(s.weights, s.l1) + _squares(s.weights, s.l2, half=s.half)


@witness(of.ElasticRatio, How.OPERATION)
def mixed_errors(s: of.ElasticRatio) -> float:
    """Between the pure L2 and the pure L1 penalty."""
    square, magnitude = _squares(s.weights, s.alpha, half=True), _magnitudes(s.weights, s.alpha)
    return torch.lerp(torch.tensor(square), torch.tensor(magnitude), s.l1_ratio).item()


def _weight(value: float) -> Tensor:
    return torch.tensor([value], requires_grad=True)


def _stepped(optimizer: Optimizer, w: Tensor, grads: Iterable[float]) -> float:
    for grad in grads:
        w.grad = torch.tensor([grad])
        optimizer.step()
    return w.item()


@witness(of.L2DecayStep, How.OPERATION)
def decayed_steps(s: of.L2DecayStep) -> float:
    w = _weight(s.w)
    return _stepped(SGD([w], lr=s.lr, weight_decay=s.weight_decay, foreach=False), w, s.grads)


@witness(of.L2DecayStep, How.AUTOGRAD)
def penalised_steps(s: of.L2DecayStep) -> float:
    """Plain SGD on a loss of that slope with the penalty in it."""
    w = _weight(s.w)
    optimizer = SGD([w], lr=s.lr, foreach=False)
    for grad in s.grads:
        optimizer.zero_grad()
        loss = grad * w + F.mse_loss(w, torch.zeros(1), reduction="none") * (s.weight_decay / 2)
        torch.autograd.backward(loss)
        optimizer.step()
    return w.item()


@witness(of.L2Shrink, How.OPERATION)
def shrunk(s: of.L2Shrink) -> float:
    w = _weight(s.w)
    return _stepped(SGD([w], lr=s.lr, weight_decay=s.weight_decay, foreach=False), w, [0.0] * s.steps)


@witness(of.L1Step, How.AUTOGRAD)
def lasso_steps(s: of.L1Step) -> float:
    w = _weight(s.w)
    optimizer = SGD([w], lr=s.lr, foreach=False)
    for grad in s.grads:
        optimizer.zero_grad()
        torch.autograd.backward(grad * w + s.decay * w.abs())
        optimizer.step()
    return w.item()


@witness(of.SoftThreshold, How.OPERATION)
def shrinkage(s: of.SoftThreshold) -> float:
    w = _weight(s.w)
    moved = _stepped(SGD([w], lr=s.lr, foreach=False), w, [s.grad])
    return F.softshrink(torch.tensor([moved]), s.lr * s.decay).item()


@witness(of.DecoupledDecay, How.OPERATION)
def adamw_without_gradient(s: of.DecoupledDecay) -> float:
    w = _weight(s.w)
    return _stepped(AdamW([w], lr=s.lr, weight_decay=s.weight_decay, foreach=False), w, [0.0] * s.steps)


@witness(of.DecoupledStep, How.OPERATION)
def adamw_step(s: of.DecoupledStep) -> float:
    w = _weight(s.w)
    return _stepped(AdamW([w], lr=s.lr, weight_decay=s.weight_decay, foreach=False), w, [s.grad])


@witness(of.DecoupledGap, How.OPERATION)
def both_adams(s: of.DecoupledGap) -> float:
    ends = []
    for kind in (AdamW, Adam):
        w = _weight(s.w)
        ends.append(_stepped(kind([w], lr=s.lr, weight_decay=s.weight_decay, foreach=False), w, [s.grad]))
    return ends[0] - ends[1]


@witness(of.MaxNorm, How.OPERATION)
def renormed(s: of.MaxNorm) -> float:
    return torch.renorm(torch.tensor([s.weights]), 2, 0, s.max_norm)[0, s.index].item()


@witness(of.MaxNormStep, How.OPERATION)
def stepped_and_renormed(s: of.MaxNormStep) -> float:
    w = torch.tensor([s.weights], requires_grad=True)
    w.grad = torch.tensor([s.grads])
    SGD([w], lr=s.lr, foreach=False).step()
    return torch.renorm(w.detach(), 2, 0, s.max_norm)[0, s.index].item()


@witness(of.MaxNormRows, How.OPERATION)
def changed_rows(s: of.MaxNormRows) -> tuple[int, ...]:
    w = torch.tensor(s.weights, dtype=torch.float64)
    changed = (torch.renorm(w, 2, 0, s.max_norm) != w).any(1)
    return tuple(int(row) for row in torch.nonzero(changed).flatten().tolist())
