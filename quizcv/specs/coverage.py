"""Which pixels the windows of a layer read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import LONGEST_SEARCH, ConvOutput, too_large
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class PixelWindows(Spec):
    """How many windows of a convolution along one axis read a pixel."""

    size: int
    kernel: int
    pixel: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "pixel": "index, from 0",
        "padding": "zeros on each side",
    }

    def rules(self) -> Iterator[str]:
        yield from ConvOutput(self.size, self.kernel, self.stride, self.padding).rules()
        if not 0 <= self.pixel < self.size:
            yield "pixel must be from 0 to size − 1"


@dataclass(frozen=True, slots=True)
class UnreadPixels(Spec):
    """How many pixels no window of a convolution without padding reads, along one axis."""

    size: int
    kernel: int
    stride: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "input size, pixels"}

    def rules(self) -> Iterator[str]:
        yield from ConvOutput(self.size, self.kernel, self.stride).rules()
        yield from too_large(self.size, most=10 * LONGEST_SEARCH)
