"""Sizes and shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class ConvOutput(Spec):
    """Output size of a convolution along one axis."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "kernel": "kernel size, taps",
        "padding": "zeros on each side",
    }

    @property
    def extent(self) -> int:
        """Pixels that the dilated kernel spans."""
        return self.dilation * (self.kernel - 1) + 1

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel, self.stride, self.dilation) < 1:
            yield "size, kernel, stride and dilation must be at least 1"
        elif self.padding < 0:
            yield "padding must not be negative"
        elif self.extent > self.size + 2 * self.padding:
            yield (
                f"the kernel spans {self.extent} pixels, more than the padded input's {self.size + 2 * self.padding} "
                "(PyTorch: kernel size can't be greater than actual input size)"
            )


@dataclass(frozen=True, slots=True)
class ConvPadding(Spec):
    """The smallest padding with which a convolution gives a wanted output size."""

    size: int
    kernel: int
    out: int
    stride: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"out": "output size wanted, pixels"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel, self.stride, self.out) < 1:
            yield "size, kernel, stride and out must be at least 1"
            return
        padding = max(0, -((self.size - self.kernel - (self.out - 1) * self.stride) // 2))
        if (
            self.size + 2 * padding < self.kernel
            or (self.size + 2 * padding - self.kernel) // self.stride + 1 != self.out
        ):
            yield f"no padding gives {self.out} pixels"
