"""Linear models, fitted and stepped."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs import linear_models as m
from quizcv.specs.classical import Numbers


def _line(s: m.LinearFit) -> Tensor:
    """Slope and intercept."""
    x = torch.tensor(s.x)
    fitted = torch.linalg.lstsq(torch.stack([x, torch.ones_like(x)], 1), torch.tensor(s.y).unsqueeze(1))
    solution: Tensor = fitted.solution
    return solution


@witness(m.LinearFit, How.OPERATION)
def lstsq(s: m.LinearFit) -> float:
    return _line(s)[0, 0].item()


@witness(m.LinearIntercept, How.OPERATION)
def lstsq_intercept(s: m.LinearIntercept) -> float:
    return _line(s)[1, 0].item()


@witness(m.LinearPrediction, How.OPERATION)
def lstsq_prediction(s: m.LinearPrediction) -> float:
    return (torch.tensor([[s.at, 1.0]]) @ _line(s)).item()


def _nearest_on_plane(weight: Numbers, value: float) -> Tensor:
    """The point of weight · x = value that is nearest to 0: the solution of least norm."""
    inverse: Tensor = torch.linalg.pinv(torch.tensor([weight]))
    return inverse @ torch.tensor([value])


@witness(m.SvmMargin, How.OPERATION)
def between_planes(s: m.SvmMargin) -> float:
    return torch.dist(_nearest_on_plane(s.weight, 1.0), _nearest_on_plane(s.weight, -1.0)).item()


@witness(m.PlaneDistance, How.OPERATION)
def from_plane(s: m.PlaneDistance) -> float:
    """With the point as the origin the plane is weight · x = −(weight · point + bias)."""
    score = F.linear(torch.tensor(s.x), torch.tensor([s.weight]), torch.tensor([s.bias]))
    return float(torch.linalg.vector_norm(_nearest_on_plane(s.weight, -score.item())))


@witness(m.SvmObjective, How.OPERATION)
def soft_margin(s: m.SvmObjective) -> float:
    weight, agreement = torch.tensor(s.weight), torch.tensor(s.scores) * torch.tensor(s.labels)
    hinge = F.hinge_embedding_loss(agreement, -torch.ones_like(agreement), margin=1.0, reduction="sum")
    return (F.mse_loss(weight, torch.zeros_like(weight), reduction="sum") / 2 + s.c * hinge).item()


@witness(m.LogisticStep, How.AUTOGRAD)
def logistic_sgd(s: m.LogisticStep) -> float:
    weight, bias = torch.tensor([s.weight], requires_grad=True), torch.tensor([s.bias], requires_grad=True)
    score, target = F.linear(torch.tensor(s.x), weight, bias), torch.tensor([float(s.target)])
    torch.autograd.backward(F.binary_cross_entropy_with_logits(score, target))
    torch.optim.SGD([weight, bias], lr=s.lr).step()
    return weight[0, s.index].item()


@witness(m.LogisticBatchStep, How.AUTOGRAD)
def logistic_batch_sgd(s: m.LogisticBatchStep) -> float:
    weight, bias = torch.tensor(s.weight, requires_grad=True), torch.tensor(s.bias, requires_grad=True)
    scores, targets = weight * torch.tensor(s.x) + bias, torch.tensor(s.targets, dtype=torch.double)
    torch.autograd.backward(F.binary_cross_entropy_with_logits(scores, targets))
    torch.optim.SGD([weight, bias], lr=s.lr).step()
    return weight.item()
