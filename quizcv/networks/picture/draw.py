"""Solids, labels and arrows as SVG, and the colours of the kinds of block."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from quizcv.networks.picture.layout import Band, Figure, Seat
from quizcv.networks.picture.paper import FAINT, INK, SMALL, Line, Point, element, group, number, points, stack, text
from quizcv.networks.picture.routing import Route, Way

#: Front, top and side of a solid by kind of block. The fronts are steps of grey too.
COLOURS = {
    "input": ("#ffffff", "#f3f4f6", "#e5e7eb"),
    "convolution": ("#f7d98c", "#fbe9bd", "#d9b65c"),
    "upsampling": ("#8cc084", "#b5d8b0", "#6a9c62"),
    "fully connected": ("#5f97cf", "#96bbe0", "#41739f"),
    "pooling": ("#c05a44", "#d8907f", "#944330"),
    "attention": ("#6b4a96", "#9a80bd", "#4f3571"),
    "output": ("#39434f", "#6a7480", "#232b34"),
    "tokens": ("#c8b8dd", "#e0d6ec", "#a38fc0"),
    "other": ("#c9ced6", "#e0e3e8", "#a3abb7"),
}
EDGE_INK, SKIP_INK = "#2b3440", "#1d6fb8"
HEAD = (7.0, 3.2)


def block(figure: Figure, seat: Seat, band: Band, kind: str, row: str) -> str:
    """A solid with its label; `row` is the layer whose output it shows."""
    solid = figure.solid
    left, top = seat.x - solid.width / 2, band.line - solid.tall / 2 + solid.depth
    front, above, side = COLOURS[kind]
    right, bottom, deep = left + solid.thickness, top + solid.height, solid.depth
    drawn = [
        _face([(left, top), (left + deep, top - deep), (right + deep, top - deep), (right, top)], above),
        _face([(right, top), (right + deep, top - deep), (right + deep, bottom - deep), (right, bottom)], side),
        element(
            "rect",
            class_="front",
            x=left,
            y=top,
            width=solid.thickness,
            height=solid.height,
            fill=front,
            stroke=EDGE_INK,
            stroke_linejoin="round",
        ),
        *stack(list(figure.label), seat.x, band.label_top),
    ]
    return group(drawn, class_="block", data_kind=kind, data_row=row)


def _face(corners: list[Point], fill: str) -> str:
    return element("polygon", points=points(corners), fill=fill, stroke=EDGE_INK, stroke_linejoin="round")


def arrow(route: Route, names: Sequence[str]) -> str:
    """A line with its head; names are those of the blocks' rows."""
    line = [point for at, point in enumerate(route.points()) if at == 0 or point != route.points()[at - 1]]
    ink = EDGE_INK if route.way is Way.FLOWS else SKIP_INK
    (x, y), (before_x, before_y) = line[-1], line[-2]
    along = (_sign(x - before_x), _sign(y - before_y))
    neck = (x - along[0] * HEAD[0], y - along[1] * HEAD[0])
    across = (along[1] * HEAD[1], along[0] * HEAD[1])
    shaft = [*line[:-1], neck]
    head = [(x, y), (neck[0] + across[0], neck[1] + across[1]), (neck[0] - across[0], neck[1] - across[1])]
    drawn = [
        element("polyline", points=points(shaft), fill="none", stroke=ink, stroke_width=1.5, stroke_linejoin="round"),
        element("polygon", points=points(head), fill=ink),
    ]
    return group(drawn, class_=f"arrow {route.way.value}", data_from=names[route.source], data_to=names[route.target])


def _sign(value: float) -> float:
    return 0.0 if abs(value) < 0.05 else 1.0 if value > 0 else -1.0


#: A swatch, what is between it and its word, and between two entries.
SWATCH, BESIDE, APART = 12.0, 6.0, 20.0


def legend(kinds: Sequence[str], skips: bool, left: float, top: float, right: float) -> tuple[list[str], float]:
    """What the colours (and the blue arrows) mean, in as many lines as are needed; the height behind it."""
    drawn: list[str] = []
    x = left
    for kind in [*(one for one in COLOURS if one in kinds), *(["branch or skip"] if skips else [])]:
        word = Line(kind, SMALL, ink=FAINT)
        wide = SWATCH + BESIDE + word.width
        if x > left and x + wide > right:
            x, top = left, top + 20
        if kind in COLOURS:
            drawn.append(
                element(
                    "rect",
                    x=x,
                    y=top,
                    width=SWATCH,
                    height=SWATCH,
                    fill=COLOURS[kind][0],
                    stroke=EDGE_INK,
                    class_="swatch",
                )
            )
        else:
            shaft = [(x, top + SWATCH / 2), (x + SWATCH, top + SWATCH / 2)]
            drawn.append(element("polyline", points=points(shaft), stroke=SKIP_INK, stroke_width=2))
        drawn.append(text(word, x + SWATCH + BESIDE, top + SMALL - 1))
        x += wide + APART
    return drawn, top + 24


def page(elements: list[str], width: float, height: float, title: str, about: str) -> str:
    """The whole file, on white."""
    inner = [
        element("title", escape(title)),
        element("desc", escape(about)),
        element("rect", x=0, y=0, width=width, height=height, fill="#ffffff", class_="paper"),
        *elements,
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + element(
            "svg",
            "\n" + "\n".join(inner) + "\n",
            xmlns="http://www.w3.org/2000/svg",
            role="img",
            width=width,
            height=height,
            viewBox=f"0 0 {number(width)} {number(height)}",
            font_family="Helvetica, Arial, 'DejaVu Sans', sans-serif",
            fill=INK,
        )
        + "\n"
    )
