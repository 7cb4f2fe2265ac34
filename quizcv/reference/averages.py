"""Running averages, clipped and accumulated gradients, gradient descent, all of them run."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import SGD, Adam
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.reference.optimizers import stepped, weight
from quizcv.specs import averages as of


def _average(values: tuple[float, ...], beta: float) -> float:
    """The exponential moving average that Adam keeps of its gradients."""
    w = weight(0.0)
    optimizer = Adam([w], betas=(beta, 0.999), foreach=False)
    stepped(optimizer, w, values)
    return float(optimizer.state[w]["exp_avg"].item())


@witness(of.EmaWindow, How.BRUTE_FORCE)
def mean_of_as_many(s: of.EmaWindow) -> float:
    """So many values that each would have the newest one's weight."""
    return 1 / _average((1.0,), s.beta)


@witness(of.EmaWindow, How.BRUTE_FORCE)
def weights_relative_to_newest(s: of.EmaWindow) -> float:
    """All weights, the newest one's being 1, until they vanish."""
    weights = torch.full((int(40 / (1 - s.beta)) + 50,), s.beta).cumprod(0)
    return 1 + float(weights.sum().item())


@witness(of.EmaWeight, How.AUTOGRAD)
def weight_by_gradient(s: of.EmaWeight) -> float:
    """How the average changes with that value."""
    value = torch.zeros(1, requires_grad=True)
    average, ones = torch.zeros(1), torch.zeros(1)
    for age in reversed(range(s.steps)):
        average = torch.lerp(average, value if age == s.age else torch.zeros(1), 1 - s.beta)
        ones = torch.lerp(ones, torch.ones(1), 1 - s.beta)
    torch.autograd.backward((average / ones if s.corrected else average).sum())
    assert value.grad is not None
    return value.grad.item()


@witness(of.EmaForgotten, How.BRUTE_FORCE)
def until_forgotten(s: of.EmaForgotten) -> int:
    average = torch.zeros(1).lerp_(torch.ones(1), 1 - s.beta)
    enough, steps, nothing = s.fraction * average.item(), 0, torch.zeros(1)
    while average.item() > enough:
        average.lerp_(nothing, 1 - s.beta)
        steps += 1
    return steps


@witness(of.EmaValue, How.OPERATION)
def first_moment(s: of.EmaValue) -> float:
    """The bias correction is the average of ones."""
    average = _average(s.values, s.beta)
    return average / _average((1.0,) * len(s.values), s.beta) if s.corrected else average


@witness(of.EmaReached, How.BRUTE_FORCE)
def until_reached(s: of.EmaReached) -> int:
    average, steps, one = torch.zeros(1), 0, torch.ones(1)
    while average.item() < s.fraction:
        average.lerp_(one, 1 - s.beta)
        steps += 1
    return steps


def _with_grads(grads: tuple[tuple[float, ...], ...]) -> list[torch.Tensor]:
    parameters = [torch.zeros(len(part), requires_grad=True) for part in grads]
    for parameter, part in zip(parameters, grads, strict=True):
        parameter.grad = torch.tensor(part)
    return parameters


def _first_clipped(grads: tuple[tuple[float, ...], ...], max_norm: float, norm_type: int) -> float:
    parameters = _with_grads(grads)
    clip_grad_norm_(parameters, max_norm, norm_type, foreach=False)
    assert parameters[0].grad is not None
    return parameters[0].grad[0].item()


@witness(of.ClipNorm, How.OPERATION)
def clip_norm(s: of.ClipNorm) -> float:
    return _first_clipped(s.grads, s.max_norm, s.norm_type)


@witness(of.ClipNormFound, How.BRUTE_FORCE)
def norms_tried(s: of.ClipNormFound) -> float:
    return solve(lambda max_norm: _first_clipped((s.grads,), abs(max_norm), 2), s.after, 1e-3, 1e-2)


def _clipped(s: of.ClipValue) -> torch.Tensor:
    (parameter,) = _with_grads((s.grads,))
    clip_grad_value_([parameter], s.clip_value, foreach=False)
    assert parameter.grad is not None
    return parameter.grad


@witness(of.ClipValue, How.OPERATION)
def clip_value(s: of.ClipValue) -> float:
    return float(torch.linalg.vector_norm(_clipped(s)).item())


@witness(of.ClipAngle, How.OPERATION)
def angle(s: of.ClipAngle) -> float:
    return torch.cosine_similarity(torch.tensor(s.grads), _clipped(s), dim=0, eps=1e-300).item()


def _averaged(weights: tuple[float, ...], decay: float | None = None) -> float:
    model = nn.Linear(1, 1, bias=False)
    average = AveragedModel(model, multi_avg_fn=None if decay is None else get_ema_multi_avg_fn(decay))  # type: ignore[no-untyped-call]
    for value in weights:
        nn.init.constant_(model.weight, value)
        average.update_parameters(model)
    return next(iter(average.parameters())).item()


@witness(of.SwaAverage, How.OPERATION)
def averaged_model(s: of.SwaAverage) -> float:
    return _averaged(s.weights)


@witness(of.EmaOfWeights, How.OPERATION)
def averaged_model_ema(s: of.EmaOfWeights) -> float:
    return _averaged(s.weights, s.decay)


@witness(of.SwaNext, How.BRUTE_FORCE)
def weights_tried(s: of.SwaNext) -> float:
    model = nn.Linear(1, 1, bias=False)

    def after(value: float) -> float:
        average = AveragedModel(model)
        average.n_averaged.fill_(s.count)
        nn.init.constant_(next(iter(average.parameters())), s.before)
        nn.init.constant_(model.weight, value)
        average.update_parameters(model)
        return next(iter(average.parameters())).item()

    return solve(after, s.after, 0.0, 1.0)


@witness(of.GdQuadratic, How.AUTOGRAD)
def descent(s: of.GdQuadratic) -> float:
    x = weight(s.x)
    optimizer = SGD([x], lr=s.lr, foreach=False)
    for _ in range(s.steps):
        optimizer.zero_grad()
        torch.autograd.backward((s.a * (x - s.center) ** 2).sum())
        optimizer.step()
    return x.item()


@witness(of.GdLimit, How.BRUTE_FORCE)
def rates_tried(s: of.GdLimit) -> float:
    """At the limit the second step leads back to where the first one began."""
    start = 1 + abs(s.b) / s.a  # not at the minimum

    def after(lr: float) -> list[float]:
        x, places = weight(start), []
        optimizer = SGD([x], lr=abs(lr), foreach=False)
        for _ in range(2):
            optimizer.zero_grad()
            torch.autograd.backward((s.a * x**2 + s.b * x).sum())
            optimizer.step()
            places.append(x.item())
        return places

    def swing(lr: float) -> float:
        """The second step as a multiple of the first, −1 where the descent neither converges nor diverges."""
        one, two = after(lr)
        return (two - one) / (one - start)

    return solve(swing, -1.0, 0.25 / s.a, 0.5 / s.a)


@witness(of.Accumulated, How.AUTOGRAD)
def micro_batches(s: of.Accumulated) -> float:
    return _accumulated(s.grads, divided=s.divided)


@witness(of.AccumulatedGap, How.AUTOGRAD)
def micro_batches_and_one_batch(s: of.AccumulatedGap) -> float:
    whole = (tuple(grad for batch in s.grads for grad in batch),)
    return _accumulated(s.grads, divided=s.divided) - _accumulated(whole, divided=True)


def _accumulated(grads: tuple[tuple[float, ...], ...], *, divided: bool) -> float:
    """A sample's loss is its gradient times the weight."""
    w = weight(1.0)
    for batch in grads:
        loss = (w * torch.tensor(batch)).mean()
        torch.autograd.backward(loss / len(grads) if divided else loss)
    assert w.grad is not None
    return w.grad.item()
