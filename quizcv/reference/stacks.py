"""Chains of layers, run one behind the other."""

from __future__ import annotations

from bisect import bisect_left

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.reference.shapes import conv_size, first
from quizcv.reference.upsampling import transposed_size
from quizcv.specs.stacks import (
    DilatedStride,
    EffectiveKernel,
    KernelHoles,
    LargestDilation,
    Layer,
    StackInput,
    StackOfThrees,
    StackOutput,
    StackSaving,
    TotalStride,
    UndoStride,
)


def _run(x: Tensor, layers: tuple[Layer, ...]) -> Tensor:
    for kind, kernel, stride, padding in layers:
        convolution = kind == "conv"
        weight = torch.ones(1, 1, kernel)
        x = F.conv1d(x, weight, None, stride, padding) if convolution else F.max_pool1d(x, kernel, stride, padding)
    return x


@witness(StackOutput, How.OPERATION)
def chain(s: StackOutput) -> int:
    return _run(torch.zeros(1, 1, s.size), s.layers).shape[2]


@witness(StackOutput, How.META)
def chain_of_modules(s: StackOutput) -> int:
    modules: list[torch.nn.Module] = [
        torch.nn.Conv2d(1, 1, kernel, stride, padding, device="meta")
        if kind == "conv"
        else torch.nn.MaxPool2d(kernel, stride, padding)
        for kind, kernel, stride, padding in s.layers
    ]
    width: int = torch.nn.Sequential(*modules)(torch.empty(1, 1, s.size, s.size, device="meta")).shape[3]
    return width


@witness(StackInput, How.BRUTE_FORCE)
def every_stack_input(s: StackInput) -> int:
    """The chain run on growing inputs; a window that does not fit is refused by torch and counts as no output. The output never
    shrinks when the input grows, so halving the range finds the first."""

    def pixels(size: int) -> int:
        try:
            return _run(torch.zeros(1, 1, size), s.layers).shape[2]
        except RuntimeError:
            return 0

    longest = 1
    while pixels(longest) < s.out:
        longest *= 2
    return bisect_left(range(longest + 1), s.out, lo=1, key=pixels)


def _positions(layers: tuple[tuple[int, int], ...]) -> Tensor:
    """The input coordinates through the chain, every kernel taking what lies under its first tap: what comes out are the first
    pixels of the units' windows."""
    longest = 2
    for kernel, stride in reversed(layers):
        longest = longest * stride + kernel
    x = torch.arange(float(longest))[None, None]
    for kernel, stride in layers:
        weight = torch.zeros(1, 1, kernel)
        weight[0, 0, 0] = 1
        x = F.conv1d(x, weight, None, stride)
    return x[0, 0]


@witness(TotalStride, How.OPERATION)
def first_pixels(s: TotalStride) -> int:
    first_unit, second_unit = _positions(s.layers)[:2].tolist()
    return int(second_unit - first_unit)


@witness(TotalStride, How.AUTOGRAD)
def gradients_apart(s: TotalStride) -> int:
    """From the first pixel that reaches one unit to the first that reaches the next."""
    longest = 2
    for kernel, stride in reversed(s.layers):
        longest = longest * stride + kernel
    x = torch.ones(2, 1, longest, requires_grad=True)
    y = x
    for kernel, stride in s.layers:
        y = F.avg_pool1d(y, kernel, stride)
    (gradient,) = torch.autograd.grad(y[0, 0, 0] + y[1, 0, 1], x)
    one, other = (int(row.nonzero()[0].item()) for row in gradient[:, 0])
    return other - one


@witness(DilatedStride, How.OPERATION)
def first_pixels_dilated(s: DilatedStride) -> int:
    layers = tuple((kernel, stride if at < s.kept else 1) for at, (kernel, stride) in enumerate(s.layers))
    first_unit, second_unit = _positions(layers)[:2].tolist()
    return int(second_unit - first_unit)


@witness(UndoStride, How.BRUTE_FORCE)
def every_undoing(s: UndoStride) -> int:
    """The padding with which maps of two sizes get back the sizes from which strided layers made them."""
    one, other = (int(x) for x in _positions(tuple((1, stride) for stride in s.strides))[:2].tolist())
    per_unit = other - one
    return first(
        range(s.kernel + per_unit),
        lambda padding: all(
            (n - 1) * per_unit + s.kernel > 2 * padding
            and transposed_size(n, s.kernel, per_unit, padding) == n * per_unit
            for n in (1, 3)
        ),
    )


def _spread(kernel: int, dilation: int) -> Tensor:
    """What a single 1 becomes when it is pushed through the kernel backwards."""
    return F.conv_transpose1d(torch.ones(1, 1, 1), torch.ones(1, 1, kernel), None, dilation=dilation)[0, 0]


@witness(EffectiveKernel, How.OPERATION)
def spread(s: EffectiveKernel) -> int:
    return _spread(s.kernel, s.dilation).shape[0]


@witness(EffectiveKernel, How.BRUTE_FORCE)
def smallest_input(s: EffectiveKernel) -> int:
    """The shortest input that the convolution takes."""
    x, weight = torch.zeros(1, 1, s.kernel * s.dilation), torch.zeros(1, 1, s.kernel)
    lost = x.shape[2] - F.conv1d(x, weight, None, dilation=s.dilation).shape[2]
    return lost + 1


@witness(KernelHoles, How.OPERATION)
def zeros_between(s: KernelHoles) -> int:
    weight = torch.ones(1, 1, s.kernel, s.kernel)
    square = F.conv_transpose2d(torch.ones(1, 1, 1, 1), weight, None, dilation=s.dilation)
    return int((square == 0).sum().item())


@witness(LargestDilation, How.BRUTE_FORCE)
def every_dilation(s: LargestDilation) -> int:
    return first(range(1, s.span + 2), lambda dilation: _spread(s.kernel, dilation).shape[0] > s.span) - 1


def _how_many(s: StackOfThrees) -> int:
    """Small convolutions put on a map as large as the kernel until one pixel is left, as the large one leaves."""
    left, count = s.kernel, 0
    target = conv_size(s.kernel, s.kernel)
    while left > target:
        left, count = conv_size(left, s.small), count + 1
    return count


@witness(StackOfThrees, How.BRUTE_FORCE)
def layers_until_one_pixel(s: StackOfThrees) -> int:
    return _how_many(s)


@witness(StackOfThrees, How.OPERATION)
def layers_until_spread(s: StackOfThrees) -> int:
    """A single 1 pushed back through the small kernels until it covers the large one."""
    x, count = torch.ones(1, 1, 1), 0
    while x.shape[2] < s.kernel:
        x, count = F.conv_transpose1d(x, torch.ones(1, 1, s.small)), count + 1
    return count


@witness(StackSaving, How.MODULE)
def weights_saved(s: StackSaving) -> int:
    def weights(kernel: int) -> int:
        layer = torch.nn.Conv2d(s.channels, s.channels, kernel, bias=False, device="meta")
        return sum(p.numel() for p in layer.parameters())

    return weights(s.kernel) - sum(weights(s.small) for _ in range(_how_many(s)))
