"""The picture put together: how fine its blocks are, what is written, and in which order things are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from quizcv.networks.ops import Shape
from quizcv.networks.picture import draw, wording
from quizcv.networks.picture.layout import Figure, Seat, bands_for, nested, settle, wrapped
from quizcv.networks.picture.paper import FAINT, NORMAL, SMALL, Line, group, number, stack, width, wrap
from quizcv.networks.picture.parts import Block, blocks, heads, levels, links
from quizcv.networks.picture.routing import Floor, Route, Way
from quizcv.networks.picture.scale import Scale, scale
from quizcv.networks.walk import Walk

#: The area beside the margins is no wider than this, and labels as wide as the first of those with which it fits.
ROOM, LABELS = 1540.0, (116.0, 106.0, 98.0)
MARGIN, NARROWEST = 28.0, 640.0
SHAPE_INK = "#0b4f8a"
#: The finest division into blocks that fits is drawn; the last is drawn whether it fits or not.
LIMITS = (24, 21, 18, 16, 14, 12, 10, 8)
#: Lines of blocks.
LINES = 3
#: Where there is a band for each resolution, solids are smaller.
NESTED = 0.68


@dataclass(frozen=True, slots=True)
class Scene:
    """Blocks with their places. The first figure is the input; `shown` has the rows whose output each figure shows."""

    blocks: list[Block]
    figures: list[Figure]
    seats: list[Seat]
    nested: bool

    @property
    def lines(self) -> int:
        """How many bands there are."""
        return max(seat.band for seat in self.seats) + 1

    @property
    def right(self) -> float:
        """Where the last of them ends."""
        return max(seat.x + figure.half for seat, figure in zip(self.seats, self.figures, strict=True))


def svg(walked: Walk) -> str:
    """The network as a picture."""
    every = scale([walked.input, *(row.shape for row in walked.rows)])
    scene = _scene(walked, every)
    aside = _aside(walked, every.at(NESTED) if scene.nested else every)
    floor, routes = _routed(scene)
    turned = scene.right + (14 + 10 * len(floor.turns) if floor.turns else 0)
    titles = _titles(walked)
    wide = max(turned, aside.right if aside else 0, NARROWEST, max(line.width for line in titles) + 4)
    wide = min(wide, ROOM + 40)
    drawn = stack(titles, MARGIN, 16, "start")
    end = settle(floor.bands, 16 + sum(line.height for line in titles) + 14)
    body = _body(scene, floor, routes)
    if aside:
        more, end = _apart(aside, end)
        body += more
    used = {"input", *(kind for one in (scene, aside) if one for kind in _kinds(one.blocks))}
    skips = any(route.way is not Way.FLOWS for route in routes)
    keys, end = draw.legend(sorted(used), skips, MARGIN, end + 6, MARGIN + wide)
    foot = _foot(walked, wide)
    keys += stack(foot, MARGIN, end, "start")
    height = end + sum(line.height for line in foot) + 14
    moved = group(body, transform=f"translate({number(MARGIN)} 0)")
    about = ", ".join(_about(walked))
    return draw.page([*drawn, moved, *keys], wide + 2 * MARGIN, height, walked.network.title, about)


def _scene(walked: Walk, every: Scale) -> Scene:
    """The finest picture that fits, with labels as wide as fit."""
    for limit in LIMITS:
        found = blocks(walked, limit)
        tried = [_tried(walked.input, found, every, room) for room in LABELS]
        fitting = [scene for scene in tried if scene.right <= ROOM and (scene.nested or scene.lines <= LINES)]
        if fitting:
            return min(fitting, key=lambda scene: 0 if scene.nested else scene.lines)
    coarse = blocks(walked, LIMITS[-1])
    figures = _figures(walked.input, coarse, every, LABELS[0])
    return Scene(coarse, figures, wrapped(figures, ROOM), False)


def _tried(start: Shape, found: list[Block], every: Scale, room: float) -> Scene:
    depth = [0, *levels(found, start)]
    grows = any(depth[at + 1] < depth[source + 1] for at, sources in enumerate(links(found)) for source in sources)
    if not grows:
        figures = _figures(start, found, every, room)
        return Scene(found, figures, wrapped(figures, ROOM), False)
    figures = _figures(start, found, every.at(NESTED), room)
    rank = {level: at for at, level in enumerate(sorted(set(depth)))}
    return Scene(found, figures, nested(figures, [rank[level] for level in depth]), True)


def _aside(walked: Walk, every: Scale) -> Scene | None:
    """The auxiliary heads."""
    found = list(chain.from_iterable(heads(walked)))
    if not found:
        return None
    figures = [
        replace(figure, label=figure.label + _from(wording.origins(block, walked)))
        for block, figure in zip(found, _figures(None, found, every, LABELS[0]), strict=True)
    ]
    return Scene(found, figures, wrapped(figures, ROOM), False)


def _from(stages: Sequence[str]) -> tuple[Line, ...]:
    text = f"reads {', '.join(stages)}"
    return tuple(Line(part, SMALL, ink=FAINT) for part in wrap(text, SMALL, LABELS[0])) if stages else ()


def _figures(start: Shape | None, found: Sequence[Block], every: Scale, room: float) -> list[Figure]:
    """Of the input, where there is one, and of all blocks."""
    names = wording.names(found)
    figures = [
        Figure(every.solid(block.shape), _label(block, name, room)) for block, name in zip(found, names, strict=True)
    ]
    return [_input(start, every), *figures] if start else figures


def _input(shape: Shape, every: Scale) -> Figure:
    lines = (Line("input", bold=True), Line(wording.shape_text(shape), ink=SHAPE_INK, role="shape"))
    return Figure(every.solid(shape), lines)


def _label(block: Block, name: str, room: float) -> tuple[Line, ...]:
    lines = [Line(part, bold=True, role="name") for part in wrap(name, NORMAL, room, True)]
    lines += [Line(part) for part in _together(wording.describe(block), room)]
    lines.append(Line(wording.shape_text(block.shape), ink=SHAPE_INK, role="shape"))
    ends = wording.outputs(block)
    if ends > 1:
        lines.append(Line(f"last of {ends} outputs", SMALL, ink=FAINT))
    parameters = sum(row.parameters.total for row in block.rows)
    macs = sum(row.macs for row in block.rows)
    if parameters:
        lines.append(Line(f"{wording.short(parameters)} params", SMALL, ink=FAINT))
    if macs:
        lines.append(Line(f"{wording.short(macs)} MACs", SMALL, ink=FAINT))
    return tuple(lines)


def _together(phrases: Sequence[str], room: float) -> list[str]:
    """Phrases in lines: as many in one as there is room for, with commas between."""
    said: list[str] = []
    for phrase in phrases:
        bracket = phrase.startswith("(")
        if said and not bracket and width(f"{said[-1]}, {phrase},", NORMAL) <= room:
            said[-1] = f"{said[-1]}, {phrase}"
        else:
            if said and not bracket:
                said[-1] += ","
            said.append(phrase)
    return [part for line in said for part in wrap(line, NORMAL, room)]


def _titles(walked: Walk) -> list[Line]:
    title = [Line(part, 20, True) for part in wrap(walked.network.title, 20, ROOM - 40, True)]
    return [*title, *(Line(part, 13) for part in _about(walked))]


def _about(walked: Walk) -> tuple[str, str]:
    totals = walked.totals
    shape = wording.shape_text(walked.input)
    return f"input {shape}", f"{totals.params:,} parameters, {wording.short(totals.macs)} MACs"


def _foot(walked: Walk, room: float) -> list[Line]:
    about = "Height: resolution; thickness: channels (square-root scales). Plates: features, height by their number."
    texts = [about, *([f"Source: {walked.network.source}."] if walked.network.source else [])]
    return [Line(part, SMALL, ink=FAINT) for said in texts for part in wrap(said, SMALL, room)]


def _routed(scene: Scene) -> tuple[Floor, list[Route]]:
    """The arrows; those along the path first, so that they have the lowest tracks."""
    floor = Floor(scene.figures, scene.seats, bands_for(scene.figures, scene.seats), scene.right + 14, [])
    reads = links(scene.blocks)
    wanted = [(at, place, source) for at, sources in enumerate(reads) for place, source in enumerate(sources)]
    wanted.sort(key=lambda one: (one[1] > 0, one[0] - one[2]))
    onward = _onward(reads)
    routes = []
    for at, place, source in wanted:
        way = Way.JOINS if place else Way.FLOWS if onward[source] == at else Way.BRANCHES
        routes.append(floor.route(source + 1, at + 1, way, scene.nested))
    return floor, routes


def _onward(reads: list[list[int]]) -> dict[int, int]:
    """For each block the one in which the main path goes on: of those that read it first of all, that from which most follows."""
    ahead = [0] * len(reads)
    onward: dict[int, int] = {}
    for at in reversed(range(len(reads))):
        for place, source in enumerate(reads[at]):
            if source >= 0:
                ahead[source] = max(ahead[source], ahead[at] + 1)
            if place == 0 and (source not in onward or ahead[at] >= ahead[onward[source]]):
                onward[source] = at
    return onward


def _kinds(found: Sequence[Block]) -> list[str]:
    read = set(chain.from_iterable(links(found)))
    return [wording.kind(block, at not in read) for at, block in enumerate(found)]


def _body(scene: Scene, floor: Floor, routes: Sequence[Route]) -> list[str]:
    names = ["input", *(block.rows[-1].name for block in scene.blocks)]
    kinds = ["input", *_kinds(scene.blocks)]
    drawn = [
        draw.block(figure, seat, floor.bands[seat.band], kind, name)
        for figure, seat, kind, name in zip(scene.figures, scene.seats, kinds, names, strict=True)
    ]
    return drawn + [draw.arrow(route, names) for route in routes]


def _apart(aside: Scene, top: float) -> tuple[list[str], float]:
    """The auxiliary heads under a heading of their own; the height behind them."""
    heading = [Line("auxiliary heads, used in training only", 13, True)]
    drawn = stack(heading, 0, top, "start")
    floor = Floor(aside.figures, aside.seats, bands_for(aside.figures, aside.seats), aside.right, [])
    routes = [
        floor.route(source, at, Way.FLOWS, True)
        for at, sources in enumerate(links(aside.blocks))
        for source in sources
        if source >= 0 and aside.seats[source].band == aside.seats[at].band
    ]
    end = settle(floor.bands, top + 26)
    names = [block.rows[-1].name for block in aside.blocks]
    for at, kind in enumerate(_kinds(aside.blocks)):
        seat = aside.seats[at]
        drawn.append(draw.block(aside.figures[at], seat, floor.bands[seat.band], kind, names[at]))
    return drawn + [draw.arrow(route, names) for route in routes], end
