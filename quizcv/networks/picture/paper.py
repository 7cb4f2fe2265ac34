"""Ink: widths of text, lines of it, and the few elements of SVG that the picture is made of.

Nobody knows which font the reader has, so widths are estimated for a wide one; a narrower one only leaves more room.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

INK, FAINT = "#1f2933", "#52606d"
#: No smaller text is drawn.
SMALL, NORMAL = 11, 12

#: Widths in ems of a wide sans-serif face.
THIN, NARROW, DIGIT, LOWER, UPPER, WIDE, SQUARE = 0.34, 0.43, 0.65, 0.64, 0.78, 1.0, 1.1
#: A space at which no line is broken.
STUCK = "\u00a0"


def width(text: str, size: float, bold: bool = False) -> float:
    """Of a text of this size, generously."""
    return sum(_em(char) for char in text) * size * (1.12 if bold else 1)


def _em(char: str) -> float:
    if char in "mwMW@%—…→":
        return WIDE
    if char in "ilj.,:;'|! " or char == STUCK:
        return THIN
    if char in "tfr()[]/·-":
        return NARROW
    if char == "×":
        return 0.85
    if ord(char) > 0x2E7F:
        return SQUARE
    if char.isupper():
        return UPPER
    return DIGIT if char.isdigit() else LOWER


def wrap(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """In lines no wider than `room`: broken at spaces, and inside words that are too long for a line."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold) <= room:
            lines[-1] = joined
        else:
            lines.extend(_broken(word, size, room, bold))
    return [line.replace(STUCK, " ") for line in lines]


def _broken(word: str, size: float, room: float, bold: bool) -> list[str]:
    lines = [""]
    for piece in _pieces(word):
        for char in [piece] if width(piece, size, bold) <= room else piece:
            if lines[-1] and width(lines[-1] + char, size, bold) > room:
                lines.append("")
            lines[-1] += char
    return lines


def _pieces(word: str) -> list[str]:
    """A name cut behind its dots and underscores."""
    pieces = [""]
    for char in word:
        pieces[-1] += char
        if char in f"._-{STUCK}":
            pieces.append("")
    return [piece for piece in pieces if piece]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label. `role` becomes the element's class."""

    text: str
    size: float = NORMAL
    bold: bool = False
    ink: str = INK
    role: str = ""

    @property
    def width(self) -> float:
        return width(self.text, self.size, self.bold)

    @property
    def height(self) -> float:
        return self.size + 3


Point = tuple[float, float]


def number(value: float) -> str:
    """With one decimal at most, so that pictures do not depend on the last bit."""
    return f"{round(value, 1):g}" if abs(value) < 100000 else str(round(value))


def points(corners: list[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def element(tag: str, content: str | None = None, /, **attributes: str | float) -> str:
    """One element; `_` in names of attributes is `-`, a trailing one is dropped (`class_`)."""
    shown = "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
        for name, value in attributes.items()
        if value != ""
    )
    return f"<{tag}{shown}/>" if content is None else f"<{tag}{shown}>{content}</{tag}>"


def text(line: Line, x: float, baseline: float, anchor: str = "start") -> str:
    """A line of text; `anchor` is what of it stands at x."""
    return element(
        "text",
        escape(line.text),
        x=x,
        y=baseline,
        font_size=line.size,
        font_weight="bold" if line.bold else "",
        fill=line.ink,
        text_anchor="" if anchor == "start" else anchor,
        class_=line.role,
    )


def stack(lines: list[Line], x: float, top: float, anchor: str = "middle") -> list[str]:
    """Lines under each other."""
    drawn = []
    for line in lines:
        drawn.append(text(line, x, top + line.size, anchor))
        top += line.height
    return drawn


def group(elements: list[str], **attributes: str | float) -> str:
    return element("g", "\n" + "\n".join(elements) + "\n", **attributes)
