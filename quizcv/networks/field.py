"""Receptive fields through any network, exactly: also where branches join and where maps are enlarged.

A unit's *window* is the first and the last input pixel that can reach it (borders ignored). Behind an enlargement windows no longer move
by the same step from each unit to the next, so a `Field` has one window for each *phase*: unit `u` has the window of phase
`u mod period`, moved by `shift` pixels for every full period. Araujo et al. 2019, "Computing receptive fields of convolutional
neural networks", treat the case of one phase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, lcm

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """Of all units along one axis."""

    windows: tuple[Window, ...] = ((0, 0),)
    shift: int = 1

    @property
    def size(self) -> int:
        """Pixels from the first to the last; the most of all phases."""
        return max(last - first + 1 for first, last in self.windows)

    @property
    def period(self) -> int:
        return len(self.windows)

    def of(self, unit: int) -> Window:
        """The window of one unit, which may be negative."""
        turns, phase = divmod(unit, self.period)
        first, last = self.windows[phase]
        return first + turns * self.shift, last + turns * self.shift

    def _over(self, units: Sequence[int]) -> Window:
        windows = [self.of(unit) for unit in units]
        return min(first for first, _ in windows), max(last for _, last in windows)

    def slid(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> Field:
        """Behind a window of `kernel` taps: a convolution or pooling."""
        period = self.period // gcd(self.period, stride)
        ends = [phase * stride - padding for phase in range(period)]
        windows = tuple(self._over([end + dilation * tap for tap in range(kernel)]) for end in ends)
        return Field(windows, self.shift * (period * stride) // self.period)

    def spread(self, kernel: int, stride: int, padding: int) -> Field | None:
        """Behind a transposed convolution: unit u reads every i with 0 ≤ u + p − i·s < k. None where a unit reads nothing."""
        windows: list[Window] = []
        for unit in range(self.period * stride):
            at = unit + padding
            units = range(-((kernel - 1 - at) // stride), at // stride + 1)
            if not units:
                return None
            windows.append(self._over(units))
        return Field(tuple(windows), self.shift)

    def enlarged(self, factor: int, bilinear: bool) -> Field:
        """Behind an upsampling; bilinear ones read two neighbours, unless a unit falls right on one (align_corners=False)."""
        windows: list[Window] = []
        for unit in range(self.period * factor):
            at, rest = divmod(2 * unit + 1 - factor, 2 * factor) if bilinear else (unit // factor, 0)
            windows.append(self._over([at, at + 1] if rest else [at]))
        return Field(tuple(windows), self.shift)

    def moved(self, units: int) -> Field:
        """Where unit 0 is what unit `units` was: behind a crop."""
        return Field(tuple(self.of(units + phase) for phase in range(self.period)), self.shift)

    def blocks(self, block: int) -> Field:
        """Behind a cut into blocks whose pixels become channels: a unit sees all of its block."""
        return self.slid(block, block, 0)


def joined(fields: Sequence[Field]) -> Field | None:
    """Where maps are added or put together: all of their windows. None if they do not move alike."""
    period = lcm(*(field.period for field in fields))
    shifts = {field.shift * (period // field.period) for field in fields}
    if len(shifts) != 1:
        return None
    windows = [[field.of(phase) for field in fields] for phase in range(period)]
    return Field(tuple((min(f for f, _ in each), max(last for _, last in each)) for each in windows), shifts.pop())
