"""Pooling forwards and backwards, unfolding and folding: the layers run, gradients by autograd."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.matrices import Matrix
from quizcv.specs.pools import (
    CELLS,
    AvgPoolBackward,
    AvgPoolCell,
    AvgPoolUpstream,
    AvgPoolValue,
    ConvPool,
    FoldedValue,
    Im2colValue,
    MaxPoolBackward,
    MaxPoolRouted,
    MaxPoolValue,
)


def _plane(matrix: Matrix) -> Tensor:
    return torch.tensor(matrix)[None, None]


def _real(matrix: Matrix) -> Tensor:
    return torch.tensor(matrix, dtype=torch.float64)[None, None]


def _whole(value: Tensor) -> int:
    """A number that must have come out whole."""
    number = float(value)
    if number != int(number):
        raise ValueError(f"{number} is not whole")
    return int(number)


@witness(MaxPoolValue, How.OPERATION)
def max_pool2d(s: MaxPoolValue) -> int:
    return int(F.max_pool2d(_plane(s.x), s.kernel, s.stride, s.padding)[0, 0, s.row, s.col])


@witness(ConvPool, How.OPERATION)
def conv_then_pool(s: ConvPool) -> int:
    out = F.conv2d(_plane(s.x), _plane(s.weight))
    return int(F.max_pool2d(F.relu(out) if s.relu else out, 2)[0, 0, s.row, s.col])


@witness(AvgPoolValue, How.OPERATION)
def avg_pool2d(s: AvgPoolValue) -> float:
    out = F.avg_pool2d(_real(s.x), s.kernel, s.stride, s.padding, count_include_pad=s.count_include_pad)
    return float(out[0, 0, s.row, s.col])


@witness(AvgPoolCell, How.BRUTE_FORCE)
def every_cell(s: AvgPoolCell) -> int:
    """Each candidate is one image of a batch."""
    tried = torch.arange(-CELLS, CELLS + 1, dtype=torch.float64)
    x = _real(s.x).repeat(len(tried), 1, 1, 1)
    x[:, 0, s.hole_row, s.hole_col] = tried
    out = F.avg_pool2d(x, s.kernel, s.stride, s.padding, count_include_pad=s.count_include_pad)[:, 0, s.row, s.col]
    return _whole(tried[torch.isclose(out, torch.tensor(float(s.y)), rtol=0, atol=1e-6)])


@witness(MaxPoolBackward, How.AUTOGRAD)
def max_pool_gradient(s: MaxPoolBackward) -> int:
    x = _real(s.x).requires_grad_()
    (arrived,) = torch.autograd.grad(F.max_pool2d(x, s.kernel, s.stride), x, _real(s.grad))
    return _whole(arrived[0, 0, s.row, s.col])


@witness(MaxPoolBackward, How.OPERATION)
def max_unpool(s: MaxPoolBackward) -> int:
    """The indices of the maxima say where each upstream gradient goes."""
    _, indices = F.max_pool2d(_real(s.x), s.kernel, s.stride, return_indices=True)
    total = torch.zeros(len(s.x) * len(s.x[0])).scatter_add(0, indices.flatten(), _real(s.grad).flatten())
    return _whole(total[s.row * len(s.x[0]) + s.col])


@witness(MaxPoolRouted, How.AUTOGRAD)
def cells_with_gradient(s: MaxPoolRouted) -> int:
    x = _real(s.x).requires_grad_()
    (arrived,) = torch.autograd.grad(F.max_pool2d(x, s.kernel, s.stride).sum(), x)
    return int(arrived.count_nonzero())


@witness(AvgPoolBackward, How.AUTOGRAD)
def avg_pool_gradient(s: AvgPoolBackward) -> float:
    x = torch.zeros(1, 1, s.size, s.size, requires_grad=True)
    out = F.avg_pool2d(x, s.kernel, s.stride, s.padding, count_include_pad=s.count_include_pad)
    (arrived,) = torch.autograd.grad(out, x, _real(s.grad))
    return float(arrived[0, 0, s.row, s.col])


@witness(AvgPoolUpstream, How.AUTOGRAD)
def missing_upstream(s: AvgPoolUpstream) -> float:
    """The gradient that arrives is linear in the missing one: run the layer backwards twice, with 0 and with 1 there."""
    size = len(s.grad) + s.kernel - 1, len(s.grad[0]) + s.kernel - 1
    arrived = []
    for missing in (0.0, 1.0):
        x = torch.zeros(1, 1, *size, requires_grad=True)
        grad = _real(s.grad)
        grad[0, 0, s.hole_row, s.hole_col] = missing
        (here,) = torch.autograd.grad(F.avg_pool2d(x, s.kernel, 1), x, grad)
        arrived.append(float(here[0, 0, s.row, s.col]))
    return (s.arrived - arrived[0]) / (arrived[1] - arrived[0])


@witness(Im2colValue, How.OPERATION)
def unfold(s: Im2colValue) -> int:
    x = torch.tensor(s.x, dtype=torch.float64)[None]
    return _whole(F.unfold(x, s.kernel, 1, s.padding, s.stride)[0, s.row, s.col])


@witness(FoldedValue, How.OPERATION)
def fold_of_unfold(s: FoldedValue) -> int:
    columns = F.unfold(_real(s.x), s.kernel, stride=s.stride)
    return _whole(F.fold(columns, (len(s.x), len(s.x[0])), s.kernel, stride=s.stride)[0, 0, s.row, s.col])
