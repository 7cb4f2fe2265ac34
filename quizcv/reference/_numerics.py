"""What witnesses share: slopes by autograd, and solving by ever finer grids."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

POINTS = 201
ROUNDS = 8


def slope(function: Callable[[Tensor], Tensor], x: float) -> float:
    """The derivative of a function of one number, by autograd."""
    at = torch.tensor(x, requires_grad=True)
    return float(torch.autograd.grad(function(at), at)[0])


def solve(function: Callable[[Tensor], Tensor], value: float, low: float, high: float) -> float:
    """Where a function that rises from `low` to `high` takes a value. It is called with many points at once."""
    wanted = torch.tensor(value)
    for _ in range(ROUNDS):
        points = torch.linspace(low, high, POINTS)
        at = min(max(int(torch.searchsorted(function(points).contiguous(), wanted)), 1), POINTS - 1)
        low, high = points[at - 1].item(), points[at].item()
        if high - low < 1e-13 * max(1.0, abs(high)):
            break
    return (low + high) / 2
