"""Line breaks for text in which Chinese and English are mixed."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.text import Text

from quizcv.tui.mathlayout import TIE

_NO_BREAK_BEFORE = frozenset("，。、；：？！）】》」』”’…—％·,.;:?!)]}%")
_NO_BREAK_AFTER = frozenset("（【《「『“‘([{")


def is_wide(char: str) -> bool:
    """Whether a character takes two cells, as Chinese does."""
    return cell_len(char) == 2


def is_gap(char: str) -> bool:
    """Whether a line may end here and lose this character."""
    return char.isspace() and char != TIE


def breaks(text: str, width: int) -> list[int]:
    """Where to break a line: after spaces, and between Chinese characters but not before 。 or after （.

    rich breaks at spaces only, so that a Chinese sentence with one English word in it would leave half a line empty.
    """
    offsets: list[int] = []
    start = chance = cells = 0
    for index, char in enumerate(text):
        # A variation selector may make the character before it two cells wide.
        size = 1 if char == "\ufe0f" else cell_len(char)
        if index > start and not is_gap(char) and _may_break(text[index - 1], char):
            chance = index
        if cells + size > width and index > start and not is_gap(char):
            # A word that no line could hold, such as an address, goes on where it stands.
            start = chance if chance > start and _word(text, chance) <= width else index
            offsets.append(start)
            cells = cell_len(text[start:index])
        cells += size
    return offsets


def _word(text: str, start: int) -> int:
    """The cells of what may not be broken, from `start` on."""
    end = start + 1
    while end < len(text) and not is_gap(text[end]) and not _may_break(text[end - 1], text[end]):
        end += 1
    return cell_len(text[start:end])


def _may_break(before: str, after: str) -> bool:
    if is_gap(before):
        return True
    return (is_wide(before) or is_wide(after)) and before not in _NO_BREAK_AFTER and after not in _NO_BREAK_BEFORE


class CardText(Text):
    """Text that wraps as Chinese does."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """rich's own method with our line breaks."""
        if no_wrap or self.no_wrap:
            return super().wrap(console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap)
        wrapped = Lines()
        for line in self.split(allow_blank=True):
            line.expand_tabs(tab_size)
            pieces = line.divide(breaks(line.plain, max(1, width)))
            for piece in pieces:
                piece.rstrip_end(width)
                piece.plain = piece.plain.replace(TIE, " ")  # what is copied from the screen holds ordinary spaces
            pieces.justify(console, width, justify=justify or self.justify or "default", overflow="fold")
            wrapped.extend(pieces)
        return wrapped
