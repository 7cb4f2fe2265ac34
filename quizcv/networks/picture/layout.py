"""Where blocks stand, and along which lines the arrows between them run.

    places ── seats(…) ──▶ a centre and a band for each ── routes(…) ──▶ polylines in tracks ── bands get their heights

A band is a strip of the picture: tracks for arrows at its top, then the solids around one line, then the labels. A plain network
fills band after band like lines of text (`wrapped`); one whose maps grow again has a band for each resolution, which makes the U
(`nested`). Centres grow from left to right and no label reaches over the centre of another block, so that an arrow may go up or
down at any centre without crossing a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from quizcv.networks.picture.paper import Line, Point
from quizcv.networks.picture.scale import Solid

#: Between solids that an arrow connects, between labels, between neighbouring tracks, and how far from the centre arrows touch.
ARROW, GAP, TRACK, ASIDE = 24.0, 9.0, 11.0, 4.0
#: Above the labels and below them.
ABOVE_LABEL, BELOW_LABEL = 8.0, 16.0
#: From the left edge of the area to the first.
EDGE = 4.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A block to be placed."""

    solid: Solid
    label: tuple[Line, ...]

    @property
    def label_width(self) -> float:
        return max((line.width for line in self.label), default=0)

    @property
    def label_height(self) -> float:
        return sum(line.height for line in self.label)

    @property
    def half(self) -> float:
        return max(self.label_width, self.solid.width) / 2


@dataclass(frozen=True, slots=True)
class Seat:
    """A centre, and the band that the block stands in."""

    x: float
    band: int


@dataclass(slots=True)
class Band:
    """`tracks` are the stretches taken in each track."""

    tall: float = 0
    label: float = 0
    top: float = 0
    tracks: list[list[tuple[float, float]]] = field(default_factory=list)

    def claim(self, start: float, end: float) -> int:
        """The lowest track that is free between two places."""
        start, end = min(start, end) - 6, max(start, end) + 6
        for at, taken in enumerate(self.tracks):
            if all(end < one or other < start for one, other in taken):
                taken.append((start, end))
                return at
        self.tracks.append([(start, end)])
        return len(self.tracks) - 1

    @property
    def sky(self) -> float:
        return len(self.tracks) * TRACK + (6 if self.tracks else 0)

    @property
    def line(self) -> float:
        """The height at which the centres of its solids are."""
        return self.top + self.sky + self.tall / 2

    @property
    def label_top(self) -> float:
        return self.top + self.sky + self.tall + ABOVE_LABEL

    @property
    def bottom(self) -> float:
        return self.label_top + self.label + BELOW_LABEL

    def track(self, at: int) -> float:
        return self.top + self.sky - 6 - TRACK * (at + 0.5)


def step(one: Figure, other: Figure, neighbours: bool) -> float:
    """How far apart two centres are at least."""
    if not neighbours:
        return max(one.half, other.half) + GAP
    return max(one.half + other.half + GAP, (one.solid.width + other.solid.width) / 2 + ARROW)


def nested(figures: Sequence[Figure], bands: Sequence[int]) -> list[Seat]:
    """Each in the band of its resolution, from left to right."""
    seats: list[Seat] = []
    last: dict[int, int] = {}
    for at, (figure, band) in enumerate(zip(figures, bands, strict=True)):
        x = EDGE + figure.half
        if at:
            x = max(x, seats[-1].x + step(figures[at - 1], figure, bands[at - 1] == band))
        if band in last:
            x = max(x, seats[last[band]].x + step(figures[last[band]], figure, True))
        last[band] = at
        seats.append(Seat(x, band))
    return seats


def wrapped(figures: Sequence[Figure], room: float) -> list[Seat]:
    """Line after line, lines about equally long."""
    total = _length(figures)
    count = max(1, -int(-total // room))
    while True:
        seats = _filled(figures, total / count * 1.04 + 60 * (count > 1), room)
        if seats[-1].band < count or count >= len(figures):
            return seats
        count += 1


def _length(figures: Sequence[Figure]) -> float:
    ends = figures[0].half + figures[-1].half + EDGE
    return ends + sum(step(one, other, True) for one, other in pairwise(figures))


def _filled(figures: Sequence[Figure], wanted: float, room: float) -> list[Seat]:
    seats: list[Seat] = []
    for at, figure in enumerate(figures):
        if at:
            x, band = seats[-1].x + step(figures[at - 1], figure, True), seats[-1].band
            if x + figure.half <= min(wanted, room):
                seats.append(Seat(x, band))
                continue
        seats.append(Seat(EDGE + figure.half, seats[-1].band + 1 if at else 0))
    return seats


def bands_for(figures: Sequence[Figure], seats: Sequence[Seat]) -> list[Band]:
    """Bands high enough for what stands in them."""
    bands = [Band() for _ in range(max(seat.band for seat in seats) + 1)]
    for figure, seat in zip(figures, seats, strict=True):
        band = bands[seat.band]
        band.tall, band.label = max(band.tall, figure.solid.tall), max(band.label, figure.label_height)
    return bands


def settle(bands: Sequence[Band], top: float) -> float:
    """One under the other, now that the tracks are known; the end of the last."""
    for band in bands:
        band.top = top
        top = band.bottom
    return top


def edge_above(figure: Figure, seat: Seat, band: Band, x: float) -> Point:
    """The point of a solid's outline that is met from above at x."""
    solid = figure.solid
    slanted = solid.depth - (x - (seat.x - solid.width / 2))
    return x, band.line - solid.tall / 2 + max(0.0, slanted)
