"""Anki's template language, as far as cards need it: fields, sections, filters.

https://docs.ankiweb.net/templates/fields.html and generation.html say what is meant. What only works on a screen (speech, folding
a hint away) leaves the text it is about, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
_OTHER_BRACES = "{{=<% %>=}}"
#: Anki's idea of an empty field: what its editor leaves behind when everything was deleted.
_EMPTY = re.compile(r"(?:[ \t\n\r\f\v]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_HTML = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
#: `漢字[かんじ]`, with a blank in front where the base begins.
_RUBY = re.compile(r" ?([^ >\[\]]{1,60}?)\[(?!sound:)([^\[\]]{1,200})\]")
_DEEPEST = 30


class TemplateError(ValueError):
    """The template cannot be read; says why, for a person."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """`{{filter:Field}}`; the filters in the order in which they work, from the field outwards."""

    name: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`{{#Field}}…{{/Field}}`, and `{{^Field}}` with `unless`."""

    name: str
    unless: bool
    parts: tuple[Part, ...]


Part = str | Replacement | Section


@dataclass(frozen=True, slots=True)
class Face:
    """One side of a card as HTML; `asked` are the fields that it compares what is typed with. It is `blank`, as Anki has it, if no field
    on it says anything."""

    html: str
    asked: tuple[str, ...] = ()
    blank: bool = False


def render(template: str, values: Mapping[str, str], *, answer: bool) -> Face:
    """Fill in a template. `values` are the fields and special fields (`Tags`, `Deck`, … and, with `answer`, `FrontSide`) as HTML; one
    that is not there is empty. `{{type:…}}` leaves nothing on the question and the field on the answer.

    Raises:
        TemplateError: a section is not closed, or closed that was not opened.
    """
    filling = _Filling(values, answer)
    html = "".join(filling.fill(parse(template)))
    return Face(html, tuple(dict.fromkeys(filling.asked)), filling.blank)


def names(template: str) -> set[str]:
    """The fields that a template shows."""
    return {part.name for part in _replacements(parse(template))}


def is_empty(field: str) -> bool:
    """Whether Anki takes a field for empty."""
    return _EMPTY.fullmatch(field) is not None


@lru_cache(maxsize=1024)
def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template.

    Raises:
        TemplateError: as `render`.
    """
    if _OTHER_BRACES in template:
        template = template.replace(_OTHER_BRACES, "").replace("<%", "{{").replace("%>", "}}")
    levels: list[tuple[str, bool, list[Part]]] = [("", False, [])]
    position = 0
    for token in _TOKEN.finditer(template):
        if token[1] is None:
            continue
        levels[-1][2].append(template[position : token.start()])
        position = token.end()
        said = token[1].lstrip("{").strip()
        if said[:1] in ("#", "^"):
            levels.append((said[1:].strip(), said[0] == "^", []))
        elif said[:1] == "/":
            name, unless, parts = levels.pop()
            if not levels or name != said[1:].strip():
                raise TemplateError(f"its template closes '{said[1:].strip()[:40]}', which is not open")
            levels[-1][2].append(Section(name, unless, tuple(parts)))
        else:
            *filters, name = (word.strip() for word in said.split(":"))
            levels[-1][2].append(Replacement(name, tuple(reversed(filters))))
        if len(levels) > _DEEPEST:
            raise TemplateError("the sections of its template are nested too deep")
    if len(levels) > 1:
        raise TemplateError(f"its template never closes '{levels[-1][0][:40]}'")
    return (*levels[0][2], template[position:])


def _replacements(parts: tuple[Part, ...]) -> list[Replacement]:
    found: list[Replacement] = []
    for part in parts:
        if isinstance(part, Replacement):
            found.append(part)
        elif isinstance(part, Section):
            found += _replacements(part.parts)
    return found


class _Filling:
    def __init__(self, values: Mapping[str, str], answer: bool) -> None:
        self.values = values
        self.answer = answer
        self.asked: list[str] = []
        self.blank = True

    def fill(self, parts: tuple[Part, ...]) -> list[str]:
        filled: list[str] = []
        for part in parts:
            if isinstance(part, str):
                filled.append(part)
            elif isinstance(part, Section):
                if is_empty(self.values.get(part.name, "")) == part.unless:
                    filled += self.fill(part.parts)
            else:
                filled.append(self.replaced(part))
        return filled

    def replaced(self, part: Replacement) -> str:
        text = self.values.get(part.name, "")
        self.blank = self.blank and is_empty(text)
        if "type" in part.filters:
            self.asked.append(part.name)
            return text if self.answer else ""
        return _filtered(text, part.filters)


def _filtered(text: str, filters: tuple[str, ...]) -> str:
    for name in filters:
        if name.startswith("tts"):
            return ""
        if change := _FILTERS.get(name):
            text = change(text)
    return text


def _furigana(text: str) -> str:
    return _RUBY.sub(r"<ruby>\1<rt>\2</rt></ruby>", text)


def _kanji(text: str) -> str:
    return _RUBY.sub(r"\1", text)


def _kana(text: str) -> str:
    return _RUBY.sub(r"\2", text)


def _text(field: str) -> str:
    return _HTML.sub("", field)


#: Those that change the text. `hint`, `type`, `cloze`, `nc` and whatever add-ons define leave it as it is.
_FILTERS: Mapping[str, Callable[[str], str]] = {
    "text": _text,
    "furigana": _furigana,
    "kanji": _kanji,
    "kana": _kana,
}
