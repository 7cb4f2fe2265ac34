"""Notes as the Markdown of one file: headings where the breadcrumb changes, marks, attributes, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from quizcv.deck import escaping, frontmatter
from quizcv.deck.document import Document
from quizcv.deck.inline import plain
from quizcv.model import Claim, ItemRequest, Kind

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDEST = 2**30
_DEEPEST = 6
_MARKS = {Kind.BASIC: ("Q:", "A:"), Kind.TERM: ("T:", "D:"), Kind.CLOZE: ("C:", "")}
_OPENS_BLOCK = re.compile(r"`{3}|~{3}|\$\$|>|\||<[A-Za-z!/?]|(?:[-+*]|\d{1,9}[.)])[ \t]")
_BREAK = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
#: They end lines in YAML and not in Markdown: written as they are they would come back as blanks.
_YAML_LINE_END = re.compile("[\x85\u2028\u2029]")
_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*\|")


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as it shall be written. `front` is the whole text of a cloze; `parts` is the breadcrumb as headings can say it.

    `item` and `check` are YAML: what an item asks for, the note's claims. `definitions` are what links in the text refer to,
    by name.
    """

    note: str
    kind: Kind
    parts: tuple[str, ...]
    tags: tuple[str, ...]
    typed: bool
    front: str
    back: str
    item: str = ""
    check: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)


class Layout(NamedTuple):
    """Whether front and back begin on the line below their mark, and whether a blank line stands between them."""

    front_below: bool
    back_below: bool
    spaced: bool


COMPACT = Layout(front_below=False, back_below=False, spaced=False)
BELOW = Layout(front_below=True, back_below=True, spaced=True)


def layout(draft: Draft) -> Layout:
    """The layout that looks best: what opens a block, as a list does, stands below its mark."""
    return Layout(_stands_below(draft.front), _stands_below(draft.back), spaced="\n" in draft.front)


def _stands_below(text: str) -> bool:
    first, _, rest = text.partition("\n")
    if not rest or _BREAK.fullmatch(first):
        return False
    return bool(_OPENS_BLOCK.match(first) or first[-1:].isspace() or _ROW.match(rest))


def opening(draft: Draft, side: int, *, below: bool) -> str:
    """What a side (0: front, 1: back) is written behind. A blank line lets any block begin; a cloze text would end at it."""
    below_mark = "\n" if draft.kind is Kind.CLOZE else "\n\n"
    return _MARKS[draft.kind][side] + (below_mark if below else " ")


def breadcrumb(given: Sequence[str], kind: Kind) -> tuple[str, ...]:
    """A breadcrumb as headings can say it: no empty part, at most six levels, a heading card's own among them."""
    most = _DEEPEST - (kind is Kind.HEADING)
    parts = [" ".join(part.split()) for part in given]
    parts = [part for part in parts if part]
    if len(parts) > most:
        parts[most - 1 :] = [" › ".join(parts[most - 1 :])]
    return tuple(part for part in (plain(escaping.heading(part)) for part in parts) if part)


def front_matter(deck: str, lang: str, tags: Sequence[str], *, explicit: bool) -> str:
    """What can be said there; the rest is left out, such as a `lang` that is none."""
    deck = "::".join(
        filter(None, (" ".join(part.split()) for part in escaping.clean(deck).replace("/", "-").split("::")))
    )
    said: dict[str, Any] = {
        "deck": deck,
        "lang": escaping.clean(lang),
        "tags": list(tags),
        "cards": "explicit" if explicit else "",
    }
    found = {key: value for key, value in said.items() if value and _understood(key, value)}
    return f"---\n{_yaml(_Lines(found))}\n---\n" if found else ""


def _understood(key: str, value: Any) -> bool:
    document = Document("", f"---\n{_yaml(_Lines({key: value}))}\n---".split("\n"))
    frontmatter.read(document)
    return not document.faults


def item(request: ItemRequest) -> str:
    """The YAML of an `item` block."""
    level = {} if request.level is None else {"level": request.level}
    return _yaml(_Lines({"model": request.model, **level}))


def check(claims: Iterable[Claim]) -> str:
    """The YAML of a `check` block; ValueError if it cannot say a value."""
    return _yaml([_said(claim) for claim in claims])


def _said(claim: Claim) -> dict[str, Any]:
    params = {"params": _Line(plain_value(claim.params))} if claim.params else {}
    return _Lines({"model": claim.model, **params, "equals": plain_value(claim.equals)})


def plain_value(value: Any) -> Any:
    """A value in lists and dicts of its own."""
    match value:
        case Mapping():
            return {key: plain_value(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain_value(inner) for inner in value]
        case _:
            return value


class _Lines(dict[str, Any]):
    """A mapping with a line for each key."""


class _Line(dict[str, Any]):
    """A mapping on one line."""


class _Literal(_Dumper):  # type: ignore[misc]  # either of two classes
    def ignore_aliases(self, _data: Any) -> bool:
        return True  # decks have no aliases: a value seen twice is written twice

    def represent_styled(self, data: Any) -> Any:
        return self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=isinstance(data, _Line))


_Literal.add_representer(_Lines, _Literal.represent_styled)
_Literal.add_representer(_Line, _Literal.represent_styled)


def _yaml(value: Any) -> str:
    try:
        text = _dumped(value, allow_unicode=True)
        return _dumped(value, allow_unicode=False) if _YAML_LINE_END.search(text) else text
    except (yaml.YAMLError, RecursionError, OverflowError, TypeError) as error:
        raise ValueError("YAML has no way to write this value") from error


def _dumped(value: Any, *, allow_unicode: bool) -> str:
    text: str = yaml.dump(
        value, Dumper=_Literal, default_flow_style=None, sort_keys=False, allow_unicode=allow_unicode, width=_WIDEST
    )
    return text.rstrip("\n")


class Page:
    """A file in the making, of at most `room` bytes. It knows below which headings it stands."""

    def __init__(self, head: str, definitions: Iterable[str], room: int) -> None:
        self.pieces: list[str] = []
        self.path: tuple[str, ...] = ()
        self.line = 1
        self.room = room
        for piece in (head.rstrip("\n"), "\n".join(definitions)):
            if piece:
                self._put(piece)

    @property
    def text(self) -> str:
        return "\n\n".join(self.pieces) + "\n"

    def add(self, draft: Draft, chosen: Layout) -> int:
        """Write a note. Returns the line on which it begins, counted from 1; 0 if there is no room for it."""
        before = len(self.pieces), self.path, self.line, self.room
        is_heading = draft.kind is Kind.HEADING
        self._go_to(draft.parts, exactly=not is_heading)
        for piece in _heading(draft) if is_heading else _explicit(draft, chosen):
            self._put(piece)
        if self.room < 0:
            length, self.path, self.line, self.room = before
            del self.pieces[length:]
            return 0
        if is_heading:
            title = plain(draft.front)
            self.path = (*draft.parts, title) if title else draft.parts
        return before[2]

    def _go_to(self, parts: tuple[str, ...], *, exactly: bool) -> None:
        """Open headings until cards stand below `parts`; `exactly`: below nothing deeper."""
        shared = 0
        while shared < min(len(parts), len(self.path)) and parts[shared] == self.path[shared]:
            shared += 1
        if shared == len(parts) and (not exactly or len(self.path) == shared):
            return
        if shared == len(parts):
            shared = max(shared - 1, 0)
            if not parts:
                self._put("#")  # the way back above all headings
        for depth in range(shared, len(parts)):
            self._put(f"{'#' * (depth + 1)} {escaping.closed(escaping.heading(parts[depth]))}")
        self.path = parts

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.line += piece.count("\n") + 2
        self.room -= len(piece.encode()) + 2


def _heading(draft: Draft) -> list[str]:
    depth = len(draft.parts)
    if "\n" in draft.front and depth < 2:
        title = f"{draft.front} {_attributes(draft)}\n{'=-'[depth] * 3}"
    else:
        title = f"{'#' * (depth + 1)} {escaping.closed(' '.join(draft.front.split(chr(10))))} {_attributes(draft)}"
    return [title, draft.back, *_check(draft)]


def _explicit(draft: Draft, chosen: Layout) -> list[str]:
    if draft.kind is Kind.ITEM:
        return [_fenced(f"item {_attributes(draft)}", draft.item), *_check(draft)]
    front = _asked(draft, chosen.front_below)
    if draft.kind is Kind.CLOZE:
        return [front, *_check(draft)]
    back = opening(draft, 1, below=chosen.back_below) + draft.back
    return [*([front, back] if chosen.spaced else [f"{front}\n{back}"]), *_check(draft)]


def _asked(draft: Draft, below: bool) -> str:
    """The front behind its mark. Where the reader looks for attributes and the text has what looks like some, the id
    stands behind that once more, and the text is text."""
    lines = (opening(draft, 0, below=below) + draft.front).split("\n")
    lines[0] = f"{lines[0]} {_attributes(draft)}"
    paragraph = next((index for index, line in enumerate(lines) if index and not line.strip()), len(lines))
    for index in {paragraph - 1, len(lines) - 1} - {0}:
        if escaping.bites(lines[index]):
            lines[index] += f" {{#{draft.note}}}"
    return "\n".join(lines)


def _attributes(draft: Draft) -> str:
    words = [f"#{draft.note}", *(f".{tag}" for tag in draft.tags), *([".typed"] if draft.typed else [])]
    return f"{{{' '.join(words)}}}"


def _check(draft: Draft) -> list[str]:
    return [_fenced("check", draft.check)] if draft.check else []


def _fenced(info: str, content: str) -> str:
    longest = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{info}\n{content}\n{fence}"
