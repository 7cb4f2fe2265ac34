"""How big a shape is drawn: height by resolution, thickness by channels, both by square roots, so that 7×7 can be seen beside 224×224.

A root keeps the order, and keeps steps: each halving of the resolution takes the same part off the height.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt

from quizcv.networks.ops import Shape

#: Smallest and largest, in pixels.
HEIGHT = (12.0, 150.0)
THICKNESS = (7.0, 48.0)
#: The part of the width of a map that the slanted edge shows.
SLANT = 0.3
#: Features are plates; as many as this are drawn at full height in every picture.
PLATE, PLATE_DEPTH = 13.0, 7.0
FEATURES = 4096


@dataclass(frozen=True, slots=True)
class Solid:
    """The front is `thickness` × `height`; `depth` is how far the back is up and to the right."""

    thickness: float
    height: float
    depth: float

    @property
    def width(self) -> float:
        return self.thickness + self.depth

    @property
    def tall(self) -> float:
        return self.height + self.depth


@dataclass(frozen=True, slots=True)
class Scale:
    """The largest of each, which are drawn at full size. `part` makes all of a picture smaller."""

    resolution: float
    channels: int
    features: int
    part: float = 1

    def at(self, part: float) -> Scale:
        return replace(self, part=part)

    def solid(self, shape: Shape) -> Solid:
        """Of a shape: maps are cuboids, tokens are sheets as high as the map of as many pixels, features are plates."""
        if len(shape) == 1:
            return Solid(PLATE, self._between(HEIGHT, shape[0] / self.features), PLATE_DEPTH)
        if len(shape) == 2:
            high = self._between(HEIGHT, sqrt(shape[0]) / self.resolution)
            return Solid(self._between(THICKNESS, shape[1] / self.channels), high, PLATE_DEPTH)
        channels, high, wide = shape
        return Solid(
            self._between(THICKNESS, channels / self.channels),
            self._between(HEIGHT, high / self.resolution),
            SLANT * self._between(HEIGHT, wide / self.resolution),
        )

    def _between(self, ends: tuple[float, float], share: float) -> float:
        low, high = ends
        return low + (high * self.part - low) * sqrt(share)


def scale(shapes: Iterable[Shape]) -> Scale:
    """In which all of these shapes have room."""
    resolution, channels, features = 1.0, 1, FEATURES
    for shape in shapes:
        if len(shape) == 1:
            features = max(features, shape[0])
        elif len(shape) == 2:
            resolution, channels = max(resolution, sqrt(shape[0])), max(channels, shape[1])
        else:
            resolution, channels = max(resolution, *shape[1:]), max(channels, shape[0])
    return Scale(resolution, channels, features)
