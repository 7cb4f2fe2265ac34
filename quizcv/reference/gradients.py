"""Gradients: the network is built and autograd asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.gradients import (
    ConvInputGradient,
    ConvLossInput,
    ConvLossWeight,
    ConvWeightGradient,
    NeuronBackward,
    NeuronStep,
    TwoLayerChain,
    TwoPathChain,
    VanishingChain,
    VanishingDepth,
    VanishingProduct,
)
from quizcv.specs.matrices import Matrix

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: z,
    "relu": F.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


def _plane(matrix: Matrix) -> Tensor:
    return torch.tensor(matrix, dtype=torch.float64)[None, None]


def _leaf(value: float | Sequence[float]) -> Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def _gradient(loss: Tensor, leaf: Tensor) -> Tensor:
    return torch.autograd.grad(loss, leaf)[0]


def _whole(value: Tensor) -> int:
    number = float(value)
    if number != int(number):
        raise ValueError(f"{number} is not whole")
    return int(number)


@witness(ConvWeightGradient, How.AUTOGRAD)
def weight_gradient(s: ConvWeightGradient) -> int:
    weight = torch.ones(1, 1, s.kernel, s.kernel, requires_grad=True)
    out = F.conv2d(_plane(s.x), weight, None, s.stride, s.padding)
    return _whole(torch.autograd.grad(out, weight, _plane(s.grad))[0][0, 0, s.row, s.col])


@witness(ConvWeightGradient, How.BRUTE_FORCE)
def weight_nudged(s: ConvWeightGradient) -> int:
    """The layer is linear in its weights: with a single weight of 1 its output tells what that weight contributes."""
    weight = torch.zeros(1, 1, s.kernel, s.kernel)
    weight[0, 0, s.row, s.col] = 1
    return _whole((F.conv2d(_plane(s.x), weight, None, s.stride, s.padding) * _plane(s.grad)).sum())


@witness(ConvInputGradient, How.AUTOGRAD)
def input_gradient(s: ConvInputGradient) -> int:
    x = torch.zeros(1, 1, s.size, s.size, requires_grad=True)
    out = F.conv2d(x, _plane(s.weight), None, s.stride, s.padding)
    return _whole(torch.autograd.grad(out, x, _plane(s.grad))[0][0, 0, s.row, s.col])


@witness(ConvInputGradient, How.BRUTE_FORCE)
def input_nudged(s: ConvInputGradient) -> int:
    """An image with a single 1 shows what that cell contributes to every output."""
    x = torch.zeros(1, 1, s.size, s.size)
    x[0, 0, s.row, s.col] = 1
    return _whole((F.conv2d(x, _plane(s.weight), None, s.stride, s.padding) * _plane(s.grad)).sum())


@witness(ConvLossWeight, How.AUTOGRAD)
def weight_under_loss(s: ConvLossWeight) -> int:
    weight = _plane(s.weight).requires_grad_()
    loss = F.mse_loss(F.conv2d(_plane(s.x), weight), _plane(s.target), reduction="sum") / 2
    return _whole(_gradient(loss, weight)[0, 0, s.row, s.col])


@witness(ConvLossInput, How.AUTOGRAD)
def input_under_loss(s: ConvLossInput) -> int:
    x = _plane(s.x).requires_grad_()
    loss = F.mse_loss(F.conv2d(x, _plane(s.weight)), _plane(s.target), reduction="sum") / 2
    return _whole(_gradient(loss, x)[0, 0, s.row, s.col])


def _neuron_loss(s: NeuronBackward, weight: Tensor) -> Tensor:
    z = F.linear(torch.tensor(s.x, dtype=torch.float64), weight[None], torch.tensor([s.bias], dtype=torch.float64))
    return (_ACTIVATIONS[s.activation](z)[0] - s.target) ** 2 / 2


@witness(NeuronBackward, How.AUTOGRAD)
def neuron(s: NeuronBackward) -> float:
    weight = _leaf(s.weight)
    return float(_gradient(_neuron_loss(s, weight), weight)[s.index])


@witness(NeuronStep, How.OPERATION)
def neuron_after_step(s: NeuronStep) -> float:
    weight = _leaf(s.weight)
    optimizer = torch.optim.SGD([weight], lr=s.lr)
    weight.grad = _gradient(_neuron_loss(s, weight), weight)
    optimizer.step()
    return float(weight.detach()[s.index])


@witness(TwoLayerChain, How.AUTOGRAD)
def two_layers(s: TwoLayerChain) -> float:
    w1 = _leaf(s.w1)
    hidden = _ACTIVATIONS[s.activation](w1 * s.x + s.b1)
    return float(_gradient((s.w2 * hidden + s.b2 - s.target) ** 2 / 2, w1))


@witness(TwoPathChain, How.AUTOGRAD)
def two_paths(s: TwoPathChain) -> float:
    x = _leaf(s.x)
    w1, w2 = torch.tensor(s.w1, dtype=torch.float64), torch.tensor(s.w2, dtype=torch.float64)
    y = _ACTIVATIONS[s.activation](w1 * x) @ w2
    return float(_gradient((y - s.target) ** 2 / 2, x))


def _through(z: Sequence[float], weight: Sequence[float], activation: str) -> float:
    """dh_n/dh_0 through a chain of one-unit layers whose biases are chosen so that each pre-activation is the one wanted."""
    first = h = _leaf(0.5)
    for wanted, w in zip(z, weight, strict=True):
        product = w * h
        bias = (wanted - product).detach()
        h = _ACTIVATIONS[activation](product + bias)
    return float(_gradient(h, first))


@witness(VanishingProduct, How.AUTOGRAD)
def equal_layers(s: VanishingProduct) -> float:
    return _through([s.z] * s.layers, [s.weight] * s.layers, s.activation)


@witness(VanishingChain, How.AUTOGRAD)
def layers(s: VanishingChain) -> float:
    return _through(s.z, s.weight, s.activation)


@witness(VanishingDepth, How.BRUTE_FORCE)
def every_depth(s: VanishingDepth) -> int:
    for depth in range(1, 65):
        if abs(_through([s.z] * depth, [s.weight] * depth, s.activation)) < s.threshold:
            return depth
    raise ValueError("the gradient stays above the threshold in 64 layers")
