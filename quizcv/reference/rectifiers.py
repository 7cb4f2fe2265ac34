"""ReLU and its kin, and maxout, run; gradients by autograd."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import slope, solve
from quizcv.reference.engine import How, witness
from quizcv.specs import rectifiers as r
from quizcv.specs.activations import Numbers


def _family(
    function: Callable[[Tensor], Tensor], added: type[r.ListSum], back: type[r.Upstream], twice: type[r.TwoNeurons]
) -> None:
    """Register what is asked of ReLU and ReLU6 alike."""

    def of_list(s: r.ListSum) -> float:
        return function(torch.tensor(s.x)).sum().item()

    def backward(s: r.Upstream) -> float:
        x = torch.tensor(s.x, requires_grad=True)
        return torch.autograd.grad(function(x), x, torch.tensor(s.gradient))[0].sum().item()

    def two_layers(s: r.TwoNeurons) -> float:
        h = function(F.linear(torch.tensor([s.x]), torch.tensor([[s.weight1]]), torch.tensor([s.bias1])))
        return function(F.linear(h, torch.tensor([[s.weight2]]), torch.tensor([s.bias2]))).item()

    witness(added, How.OPERATION)(of_list)
    witness(back, How.AUTOGRAD)(backward)
    witness(twice, How.OPERATION)(two_layers)


_family(F.relu, r.ReluSum, r.ReluBackward, r.ReluTwice)
_family(F.relu6, r.Relu6Sum, r.Relu6Backward, r.Relu6Twice)


@witness(r.LeakyReluValue, How.OPERATION)
def leaky_relu(s: r.LeakyReluValue) -> float:
    return F.leaky_relu(torch.tensor(s.x), s.negative_slope).item()


@witness(r.LeakyReluChain, How.AUTOGRAD)
def leaky_neuron(s: r.LeakyReluChain) -> float:
    return slope(lambda x: F.leaky_relu(s.weight * x + s.bias, s.negative_slope), s.x)


@witness(r.LeakyReluInverse, How.BRUTE_FORCE)
def leaky_everywhere(s: r.LeakyReluInverse) -> float:
    return solve(lambda x: F.leaky_relu(x, s.negative_slope), s.y, -11.0 / min(s.negative_slope, 1.0), 11.0)


def _prelu(s: r.PreluSlopeGradient) -> nn.PReLU:
    """The layer, with the gradient of its slope."""
    layer = nn.PReLU(init=s.a)
    layer(torch.tensor(s.x)).backward(torch.tensor(s.gradient))
    return layer


@witness(r.PreluSum, How.OPERATION)
def prelu(s: r.PreluSum) -> float:
    return F.prelu(torch.tensor(s.x), torch.tensor([s.a])).sum().item()


@witness(r.PreluSlopeGradient, How.AUTOGRAD)
def prelu_gradient(s: r.PreluSlopeGradient) -> float:
    grad = _prelu(s).weight.grad
    assert grad is not None
    return grad.item()


@witness(r.PreluSlopeStep, How.OPERATION)
def prelu_sgd(s: r.PreluSlopeStep) -> float:
    layer = _prelu(s)
    torch.optim.SGD(layer.parameters(), lr=s.lr).step()
    return layer.weight.item()


def _maxout(x: Tensor, weights: Numbers, biases: Numbers) -> Tensor:
    pieces = F.linear(x.reshape(1, 1), torch.tensor(weights).unsqueeze(1), torch.tensor(biases))
    return F.max_pool1d(pieces, len(weights)).squeeze()


@witness(r.MaxoutValue, How.OPERATION)
def maxout(s: r.MaxoutValue) -> float:
    return _maxout(torch.tensor(s.x), s.weights, s.biases).item()


@witness(r.MaxoutDerivative, How.AUTOGRAD)
def maxout_slope(s: r.MaxoutDerivative) -> float:
    return slope(lambda x: _maxout(x, s.weights, s.biases), s.x)


@witness(r.MaxoutDifference, How.OPERATION)
def maxout_difference(s: r.MaxoutDifference) -> float:
    x = torch.tensor(s.x)
    return (_maxout(x, s.weights, s.biases) - _maxout(x, s.weights2, s.biases2)).item()
