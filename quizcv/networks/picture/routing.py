"""Along which lines arrows run.

Which tracks they take must be known before bands have their heights, so a route is planned first and drawn as points later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from quizcv.networks.picture.layout import ASIDE, Band, Figure, Seat, edge_above
from quizcv.networks.picture.paper import Point


class Way(Enum):
    """An arrow leads to what comes next, or away from that path, or back to it."""

    FLOWS = "flow"
    BRANCHES = "branch"
    JOINS = "skip"


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow."""

    source: int
    target: int
    way: Way
    points: Callable[[], list[Point]]


@dataclass(frozen=True, slots=True)
class Floor:
    """What routes run around. `right` is where lines of text end; arrows to another line turn behind it."""

    figures: Sequence[Figure]
    seats: Sequence[Seat]
    bands: Sequence[Band]
    right: float
    turns: list[int]

    def between(self, source: int, target: int, band: int) -> bool:
        """Whether any block of a band is between the centres of two."""
        low, high = sorted((self.seats[source].x, self.seats[target].x))
        return any(
            seat.band == band and low < seat.x < high
            for at, seat in enumerate(self.seats)
            if at not in (source, target)
        )

    def line(self, at: int) -> float:
        return self.bands[self.seats[at].band].line

    def out(self, at: int) -> Point:
        """The middle of the right side."""
        solid = self.figures[at].solid
        return self.seats[at].x + solid.width / 2 - solid.depth / 2, self.line(at)

    def into(self, at: int) -> Point:
        """The left edge of the front."""
        return self.seats[at].x - self.figures[at].solid.width / 2, self.line(at)

    def above(self, at: int, aside: float) -> Point:
        seat = self.seats[at]
        return edge_above(self.figures[at], seat, self.bands[seat.band], seat.x + aside)

    def route(self, source: int, target: int, way: Way, nested: bool) -> Route:
        """The arrow from one block to another."""
        here, there = self.seats[source].band, self.seats[target].band
        if nested and way is Way.JOINS:
            points = self._over(source, target, min(here, there))
        elif here == there and not self.between(source, target, here):
            points = self._straight(source, target)
        elif here == there:
            points = self._over(source, target, here)
        elif not nested:
            points = self._turned(source, target, way)
        elif there > here and not self.between(source, target, here):
            points = self._down(source, target)
        elif there < here and not self.between(source, target, there):
            points = self._up(source, target)
        else:
            points = self._over(source, target, min(here, there))
        return Route(source, target, way, points)

    def _straight(self, source: int, target: int) -> Callable[[], list[Point]]:
        return lambda: [self.out(source), self.into(target)]

    def _down(self, source: int, target: int) -> Callable[[], list[Point]]:
        def points() -> list[Point]:
            start, end = self.out(source), self.above(target, 0)
            return [start, (end[0], start[1]), end]

        return points

    def _up(self, source: int, target: int) -> Callable[[], list[Point]]:
        def points() -> list[Point]:
            start, end = self.above(source, ASIDE), self.into(target)
            return [start, (start[0], end[1]), end]

        return points

    def _over(self, source: int, target: int, band: int) -> Callable[[], list[Point]]:
        track = self.bands[band].claim(self.seats[source].x, self.seats[target].x)

        def points() -> list[Point]:
            start, end, y = self.above(source, ASIDE), self.above(target, -ASIDE), self.bands[band].track(track)
            return [start, (start[0], y), (end[0], y), end]

        return points

    def _turned(self, source: int, target: int, way: Way) -> Callable[[], list[Point]]:
        """Around the right end of the lines."""
        here, there = self.seats[source].band, self.seats[target].band
        x = self.right + 10 * len(self.turns)
        self.turns.append(source)
        last = max(at for at, seat in enumerate(self.seats) if seat.band == here)
        lower = self.bands[there].claim(self.seats[target].x, x)
        upper = None if source == last and way is Way.FLOWS else self.bands[here].claim(self.seats[source].x, x)

        def points() -> list[Point]:
            end, y = self.above(target, -ASIDE), self.bands[there].track(lower)
            behind = [(x, y), (end[0], y), end]
            if upper is None:
                start = self.out(source)
                return [start, (x, start[1]), *behind]
            start, high = self.above(source, ASIDE), self.bands[here].track(upper)
            return [start, (start[0], high), (x, high), *behind]

        return points
