"""Which distributions PyTorch draws weights from: the limits and moments its own code hands to the kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

#: The kernels that draw, and the arguments that stand for those left away.
_DRAWS = {torch.ops.aten.uniform_.default: (0.0, 1.0), torch.ops.aten.normal_.default: (0.0, 1.0)}


class _Listening(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Hears every call of `uniform_` and `normal_` and draws nothing."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.heard: list[tuple[float, float]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _DRAWS:
            given = tuple(args[1:]) + _DRAWS[func][len(args) - 1 :]
            self.heard.append((float(given[0]), float(given[1])))
            return args[0]
        return func(*args, **(kwargs or {}))


def heard(run: Callable[[], Any]) -> list[tuple[float, float]]:
    """What `run` draws from, in order: (low, high) of uniform distributions, (mean, std) of normal ones."""
    listening = _Listening()
    with listening:
        run()
    return listening.heard


def smallest(meets: Callable[[int], bool], most: int, near: int = 0) -> int:
    """The smallest number from 1 on that meets a condition which all larger ones meet too, by bisection; `near` is where to look
    first.

    Raises:
        ValueError: not even `most` does.
    """
    for guess in (near, near + 1):
        if guess > 1 and meets(guess) and not meets(guess - 1):
            return guess
    if not meets(most):
        raise ValueError(f"not even {most} will do")
    low, high = 0, 1
    while not meets(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high
