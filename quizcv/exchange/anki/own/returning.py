"""quizcv's own notes on their way back: the same cards, with what somebody edited in Anki since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from quizcv.deck import cloze
from quizcv.deck.files import is_deck
from quizcv.deck.html import to_html
from quizcv.exchange.anki.collection import Note, NoteType
from quizcv.exchange.anki.foreign.tomarkdown import Unreadable, to_markdown
from quizcv.exchange.anki.outgoing import LEECH
from quizcv.exchange.anki.own import computed, notetypes
from quizcv.exchange.anki.own.cloze import cloze_html
from quizcv.exchange.anki.own.source import digest, read
from quizcv.exchange.anki.package.medialist import unsafe
from quizcv.model import CardText, Claim, ItemRequest, Kind

#: Where media go whose own path is not one below a deck's folder.
FOLDER = "media"
#: Longer than any path that somebody made.
LONGEST_PATH = 1_000
#: Characters by which a text may grow beyond twice its length when its media move: a stranger may state any path for any other.
MOST_MOVED = 65_536

_LANGUAGE = re.compile(r"(?:[a-z]{2})?")

_MAKERS = (notetypes.basic, notetypes.typed, notetypes.term, notetypes.cloze, notetypes.cloze_typed, computed.notetype)


@dataclass(slots=True)
class Returning:
    """Recognises own notes; `media` collects the files that their texts use: path below the deck's folder -> name in the package."""

    media: dict[str, str] = field(default_factory=dict)
    _taken: dict[str, str] = field(
        default_factory=dict
    )  # places, without regard to case: file -> its name, folder -> nothing

    def cards(self, kind: NoteType, note: Note) -> list[CardText] | None:
        """The cards of a note; None if it is not ours, or what it says of itself cannot be read."""
        if kind.fields not in {maker().fields for maker in _MAKERS}:
            return None
        fields = dict(zip(kind.fields, note.fields, strict=False))
        said = read(fields.get("Source", ""))
        if said is None or not fields.get("Id"):
            return None
        try:
            return self._read(said, fields, tuple(tag for tag in note.tags if tag != LEECH))
        except (KeyError, TypeError, ValueError, AttributeError, Unreadable):
            return None  # somebody wrote into the field

    def _read(self, said: Mapping[str, Any], fields: Mapping[str, str], tags: tuple[str, ...]) -> list[CardText]:
        name, kind, lang = unescape(fields["Id"]), Kind(said["kind"]), said["lang"]
        if not _LANGUAGE.fullmatch(lang):
            raise ValueError("no language")  # it becomes part of a file's name
        paths = {str(path): self._placed(str(path), str(target)) for path, target in said.get("media", {}).items()}
        card = CardText(
            key=name, note=name, kind=kind, deck="", lang=lang, tags=tags, breadcrumb=tuple(map(str, said.get("breadcrumb", ()))),
            front="", back="", line=1, end_line=1, typed=bool(said.get("typed")), explicit=True,
            claims=tuple(Claim(claim["model"], dict(claim["params"]), claim["equals"], 1) for claim in said.get("claims", ())),
        )  # fmt: skip

        def text(field_name: str, *, deletions: bool = False) -> str:
            return self._text(said, fields, field_name, paths, deletions=deletions)

        if kind is Kind.ITEM:
            return [replace(card, item=ItemRequest(str(said["item"]["model"]), said["item"]["level"]))]
        if kind is Kind.CLOZE:
            whole = text("Text", deletions=True)
            sides, problems = cloze.read(whole)
            if problems:
                raise ValueError(problems[0].message)
            return [
                replace(
                    card,
                    key=f"{name}~c{side.number}",
                    front=side.front.strip(),
                    back=side.back.strip(),
                    hint=side.hint,
                    cloze=whole,
                )
                for side in sides
            ]
        if kind is Kind.TERM:
            term, definition = text("Term"), text("Definition")
            return [
                replace(card, key=f"{name}~forward", front=term, back=definition),
                replace(card, key=f"{name}~reverse", front=definition, back=term),
            ]
        return [replace(card, front=text("Front"), back=text("Back"))]

    def _text(
        self,
        said: Mapping[str, Any],
        fields: Mapping[str, str],
        name: str,
        paths: Mapping[str, str],
        *,
        deletions: bool,
    ) -> str:
        """A field's Markdown: as it was written, unless the field was edited."""
        html = fields[name]
        markdown, seen = said.get("markdown", {}).get(name, (None, ""))
        if markdown is None:
            plain = unescape(html)  # what it was written from, or else somebody typed Markdown's marks in Anki
            same = (cloze_html(plain, _nameless) if deletions else to_html(plain)) == html
            return plain if same else to_markdown(html, self._foreign, cloze=deletions)
        if digest(html) != seen:
            return to_markdown(html, self._foreign, cloze=deletions)
        moved = [(path, placed) for path, placed in paths.items() if path and path != placed]
        return _moved(str(markdown), {way: placed for path, placed in moved for way in (path, quote(path))})

    def _placed(self, path: str, name: str) -> str:
        """Where a file goes: where it was, if that is below the folder, in sight, and the place of no deck and no other file."""
        place = PurePosixPath(path)
        if len(path) > LONGEST_PATH or any(part.startswith(".") or unsafe(part) for part in place.parts):
            return self._foreign(name)
        if ":" in path or not path.isprintable() or not place.suffix or is_deck(place) or not self._free(place, name):
            return self._foreign(name)
        self.media[path] = name
        return path

    def _free(self, place: PurePosixPath, name: str) -> bool:
        file, *folders = (str(one).casefold() for one in (place, *list(place.parents)[:-1]))
        return self._taken.setdefault(file, name) == name and not any(
            self._taken.setdefault(one, "") for one in folders
        )

    def _foreign(self, name: str) -> str:
        path = f"{FOLDER}/{name}"
        self.media[path] = name
        return path


def _moved(markdown: str, moved: Mapping[str, str]) -> str:
    """The text with other paths in it, each put in once."""
    if not moved:
        return markdown
    paths = re.compile("|".join(map(re.escape, sorted(moved, key=len, reverse=True))))
    if sum(len(moved[found[0]]) for found in paths.finditer(markdown)) > len(markdown) + MOST_MOVED:
        raise ValueError("too much moves")
    return paths.sub(lambda found: moved[found[0]], markdown)


def _nameless(_path: str) -> str:
    return ""
