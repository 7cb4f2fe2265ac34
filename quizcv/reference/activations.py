"""Smooth activations and their piecewise likenesses, run; derivatives by autograd, inverses by ever finer grids."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import slope, solve
from quizcv.reference.engine import How, witness
from quizcv.specs import activations as a


def _value(spec: type[a.Point], function: Callable[[Tensor], Tensor]) -> None:
    """Register an activation's value."""

    def value(s: a.Point) -> float:
        return function(torch.tensor(s.x)).item()

    witness(spec, How.OPERATION)(value)


def _derivative(spec: type[a.Point], function: Callable[[Tensor], Tensor]) -> None:
    """Register an activation's derivative."""

    def derivative(s: a.Point) -> float:
        return slope(function, s.x)

    witness(spec, How.AUTOGRAD)(derivative)


def _inverse(spec: type[a.Output], function: Callable[[Tensor], Tensor], low: float = -60.0) -> None:
    """Register where an activation takes a value."""

    def inverse(s: a.Output) -> float:
        return solve(function, s.y, low, 60.0)

    witness(spec, How.BRUTE_FORCE)(inverse)


def _chain(spec: type[a.Chain], function: Callable[[Tensor], Tensor]) -> None:
    """Register the derivative of a neuron by its input."""

    def neuron(s: a.Chain) -> float:
        return slope(lambda x: function(s.weight * x + s.bias), s.x)

    witness(spec, How.AUTOGRAD)(neuron)


_value(a.SigmoidValue, torch.sigmoid)
_derivative(a.SigmoidDerivative, torch.sigmoid)
_inverse(a.SigmoidInverse, torch.sigmoid)
_value(a.TanhValue, torch.tanh)
_derivative(a.TanhDerivative, torch.tanh)
_inverse(a.TanhInverse, torch.tanh)
_value(a.SeluValue, F.selu)
_derivative(a.SeluDerivative, F.selu)
_inverse(a.SeluInverse, F.selu)
_derivative(a.GeluDerivative, F.gelu)
_chain(a.GeluChain, F.gelu)
_value(a.SwishValue, F.silu)
_derivative(a.SwishDerivative, F.silu)
_chain(a.SwishChain, F.silu)
_value(a.HardSwishValue, F.hardswish)
_derivative(a.HardSwishDerivative, F.hardswish)
_inverse(a.HardSwishInverse, F.hardswish, 0.0)
_value(a.HardSigmoidValue, F.hardsigmoid)
# Not F.hardsigmoid: its backward pass multiplies by a 1/6 of float32, whatever the dtype.
_chain(a.HardSigmoidChain, lambda z: F.relu6(z + 3) / 6)
_inverse(a.HardSigmoidInverse, F.hardsigmoid)


@witness(a.SigmoidInverse, How.OPERATION)
def logit(s: a.SigmoidInverse) -> float:
    return torch.logit(torch.tensor(s.y)).item()


@witness(a.TanhInverse, How.OPERATION)
def atanh(s: a.TanhInverse) -> float:
    return torch.atanh(torch.tensor(s.y)).item()


@witness(a.EluValue, How.OPERATION)
def elu(s: a.EluValue) -> float:
    return F.elu(torch.tensor(s.x), s.alpha).item()


@witness(a.EluDerivative, How.AUTOGRAD)
def elu_slope(s: a.EluDerivative) -> float:
    return slope(lambda x: F.elu(x, s.alpha), s.x)


@witness(a.EluInverse, How.BRUTE_FORCE)
def elu_everywhere(s: a.EluInverse) -> float:
    return solve(lambda x: F.elu(x, s.alpha), s.y, -60.0, 60.0)


@witness(a.GeluValue, How.OPERATION)
def gelu(s: a.GeluValue) -> float:
    return F.gelu(torch.tensor(s.x), approximate=s.approximate).item()


@witness(a.SoftplusValue, How.OPERATION)
def softplus(s: a.SoftplusValue) -> float:
    return F.softplus(torch.tensor(s.x), s.beta, threshold=1000).item()


@witness(a.SoftplusDerivative, How.AUTOGRAD)
def softplus_slope(s: a.SoftplusDerivative) -> float:
    return slope(lambda x: F.softplus(x, s.beta, threshold=1000), s.x)


@witness(a.SoftplusInverse, How.BRUTE_FORCE)
def softplus_everywhere(s: a.SoftplusInverse) -> float:
    return solve(lambda x: F.softplus(x, s.beta, threshold=1000), s.y, -20.0 / s.beta, 20.0 / s.beta)
