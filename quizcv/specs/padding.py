"""Zeros that differ from side to side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import LONGEST_SEARCH, ConvOutput, too_large
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class ConvAsymmetric(Spec):
    """Output size of a convolution without padding of its own behind `F.pad(x, (left, right))`, along one axis."""

    size: int
    kernel: int
    left: int
    right: int
    stride: int = 1
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"left": "zeros put on the left", "right": "zeros put on the right"}

    @property
    def extent(self) -> int:
        """Pixels that the dilated kernel spans."""
        return self.dilation * (self.kernel - 1) + 1

    def rules(self) -> Iterator[str]:
        if min(self.left, self.right) < 0:
            yield "left and right must not be negative"
        elif min(self.size, self.kernel, self.stride, self.dilation) < 1:
            yield "size, kernel, stride and dilation must be at least 1"
        else:
            yield from ConvOutput(self.size + self.left + self.right, self.kernel, 1, 0, self.dilation).rules()


@dataclass(frozen=True, slots=True)
class RightPadding(Spec):
    """The smallest number of zeros on the right with which a convolution gives a wanted output size."""

    size: int
    kernel: int
    out: int
    left: int
    stride: int = 1
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "out": "output size wanted, pixels",
        "left": "zeros put on the left",
    }

    @property
    def span(self) -> int:
        """Pixels from the first window's first to the last window's last."""
        return (self.out - 1) * self.stride + self.dilation * (self.kernel - 1) + 1

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel, self.stride, self.out, self.dilation) < 1 or self.left < 0:
            yield "size, kernel, stride, out and dilation must be at least 1, left at least 0"
        elif self.size + self.left >= self.span + self.stride:
            yield f"even without zeros on the right more than {self.out} pixels come out"
        else:
            yield from too_large(max(self.size + self.left, self.span), most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class SamePadding(Spec):
    """Zeros that `padding='same'` puts on both sides together, along one axis."""

    kernel: int
    dilation: int = 1

    def rules(self) -> Iterator[str]:
        if min(self.kernel, self.dilation) < 1:
            yield "kernel and dilation must be at least 1"
        else:
            yield from too_large(self.kernel, self.kernel, self.dilation)


@dataclass(frozen=True, slots=True)
class SameLeft(SamePadding):
    """Zeros that `padding='same'` puts on the left."""


@dataclass(frozen=True, slots=True)
class SameRight(SamePadding):
    """Zeros that `padding='same'` puts on the right."""


@dataclass(frozen=True, slots=True)
class SameKernel(Spec):
    """The kernel size for which `padding='same'` puts so many zeros on the two sides."""

    left: int
    right: int
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"left": "zeros put on the left", "right": "zeros put on the right"}

    def rules(self) -> Iterator[str]:
        if self.dilation < 1 or self.left < 0:
            yield "dilation must be at least 1, left at least 0"
        elif self.right - self.left not in (0, 1) or (self.left + self.right) % self.dilation:
            yield "padding='same' never pads so: right is left or left + 1, and the sum a multiple of the dilation"
        else:
            yield from too_large(self.left + self.right, most=LONGEST_SEARCH)
