"""Modules built on the meta device, where weights of any size cost nothing, and counting in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode


class Conv(nn.Conv2d):
    """Without initial values: its weights are counted, never read, and drawing them takes most of the time."""

    def reset_parameters(self) -> None:
        pass


class Linear(nn.Linear):
    """The same of a fully connected layer."""

    def reset_parameters(self) -> None:
        pass


class Norm(nn.BatchNorm2d):
    """The same of a batch normalization."""

    def reset_parameters(self) -> None:
        pass


def conv(
    inputs: int,
    outputs: int,
    kernel: int | tuple[int, int] = 1,
    *,
    groups: int = 1,
    bias: bool = False,
    stride: int = 1,
) -> Conv:
    """A convolution that keeps the size, up to its stride."""
    padding = kernel // 2 if isinstance(kernel, int) else 0
    return Conv(inputs, outputs, kernel, stride, padding, groups=groups, bias=bias, device="meta")


def linear(inputs: int, outputs: int, *, bias: bool = True) -> Linear:
    return Linear(inputs, outputs, bias, device="meta")


def batch_norm(channels: int) -> Norm:
    return Norm(channels, device="meta")


def normed(convs: Iterable[nn.Conv2d], norm: bool) -> list[nn.Module]:
    """The convolutions, each with a batch normalization behind it if there are any."""
    made: list[nn.Module] = []
    for layer in convs:
        made.append(layer)
        if norm:
            made.append(batch_norm(layer.out_channels))
    return made


def parameters(*modules: nn.Module) -> int:
    """All of them, counted one by one."""
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def maps(channels: int, height: int, width: int | None = None) -> Tensor:
    """A batch of one."""
    return torch.empty(1, channels, height, height if width is None else width, device="meta")


@contextmanager
def metered() -> Iterator[Callable[[Callable[[], object]], int]]:
    """Multiply-accumulates of what is run: torch counts two operations for each in convolutions and matrix products."""
    with FlopCounterMode(display=False) as counter:

        def cost(run: Callable[[], object]) -> int:
            before = int(counter.get_total_flops())
            run()
            return (int(counter.get_total_flops()) - before) // 2

        yield cost


def macs(run: Callable[[], object]) -> int:
    """Those of one run."""
    with metered() as cost:
        return cost(run)


def largest(holds: Callable[[int], bool]) -> int:
    """The largest number from 1 on for which the operation keeps within bounds: doubled until it does not, then halved between."""
    if not holds(1):
        raise ValueError("not even 1 does")
    low, high = 1, 2
    while holds(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
