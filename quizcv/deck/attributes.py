"""`{#stable-id .tag1 .tag2}` at the end of a line, in Pandoc's notation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizcv.deck.document import Document

#: What begins as attributes do and runs to the end: the brace was forgotten.
_UNCLOSED = re.compile(r"(?<=\s)\{[#.]\w[^{}$`]*$")
_LOOKS_LIKE_ATTRIBUTES = re.compile(r"\s*(?:[#.]|[\w-]+=)")
_WORD = re.compile(r"""#(?P<id>\S*)|\.(?P<tag>\S*)|(?P<key>[\w-]+)=(?:"[^"]*"|'[^']*'|\S*)|(?P<other>\S+)""")
_NAME = re.compile(r"\w[\w.:-]{0,199}")
#: In front of a brace these make it LaTeX, a cloze deletion or escaped text.
_NOT_BEFORE = "\\{_^$"
_HINT = "Write {#id .tag .tag}: letters, digits, '-', '_', '.' and ':' make a name."


@dataclass(frozen=True, slots=True)
class Attributes:
    id: str = ""
    tags: tuple[str, ...] = ()
    typed: bool = False

    def __or__(self, other: Attributes) -> Attributes:
        return Attributes(self.id or other.id, self.tags + other.tags, self.typed or other.typed)


NONE = Attributes()


def take(document: Document, text: str, line: int, column: int) -> tuple[str, Attributes]:
    """Split attributes off the end of `text`, which stands at line:column.

    What is no attribute at all (`{a, b}`, `{:toc}`) stays in the text. What is meant as attributes and is wrong is
    reported; the rest of them counts, so that a slip does not cost the id.
    """
    trimmed = text.rstrip()
    if not trimmed.endswith("}"):
        if unclosed := _UNCLOSED.search(trimmed):
            message = f"'{unclosed.group()[:40]}' is never closed, so it is text and no id or tag."
            document.warning(line, column + unclosed.start(), "attribute-unclosed", message, "Write '}' at the end.")
        return text, NONE
    brace = trimmed.rfind("{")
    inside = trimmed[brace + 1 : -1]
    if brace < 0 or "}" in inside or not _LOOKS_LIKE_ATTRIBUTES.match(inside):
        return text, NONE
    if brace and trimmed[brace - 1] in _NOT_BEFORE:
        return text, NONE
    return trimmed[:brace].rstrip(), _read(document, inside, line, column + brace + 1)


def _read(document: Document, inside: str, line: int, column: int) -> Attributes:
    identity, tags, typed = "", [], False
    for word in _WORD.finditer(inside):
        kind, found = word.lastgroup, word.group()[:40]
        name = word.group(kind) if kind else ""

        def wrong(code: str, message: str, hint: str = _HINT, at: int = word.start()) -> None:
            document.fault(line, column + at, code, message, hint)

        if kind == "key":
            wrong("attribute-unknown-key", f"No attribute is called '{name[:40]}'.")
        elif kind == "other" or not _NAME.fullmatch(name):
            wrong("attribute-invalid", f"'{found}' is neither an id nor a tag.")
        elif kind == "id" and identity:
            wrong(
                "attribute-two-ids", f"A second id '{found}': the card already has '#{identity}'.", "Keep one of them."
            )
        elif kind == "id":
            identity = name
        elif name == "typed":
            typed = True
        else:
            tags.append(name)
    return Attributes(identity, tuple(dict.fromkeys(tags)), typed)
