"""The YAML between `---` and `---` at the top of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from quizcv.deck.document import Document
from quizcv.deck.yamltext import YamlText

_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_KEY = re.compile(r"[\w\"'-]+\s*:(?:\s|$)")
_OWN_KEY = re.compile(r"(?:deck|tags|lang|cards)\s*:")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*")
_BETWEEN_PARTS = re.compile(r"::|/")
_BETWEEN_TAGS = re.compile(r"[\s,，、]+")
_LINES_SEARCHED = 1_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`end` is the first line behind it: 0 if there is none."""

    end: int
    deck: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""
    explicit: bool = False


def read(document: Document) -> FrontMatter:
    """What the front matter says. What is wrong in it is reported and counts as not said."""
    end = _end(document.lines)
    if not end:
        return FrontMatter(0)
    source = YamlText(document, "\n".join(document.lines[1 : end - 1]), 1)
    before = len(document.faults)
    root = source.root()
    if not isinstance(root, MappingNode) or len(document.faults) > before:
        return FrontMatter(end)
    found = {key: value for key, (_, value) in source.entries(root).items() if not _null(value)}
    return FrontMatter(
        end,
        deck=_deck(source, found.get("deck")),
        tags=_tags(source, found.get("tags")),
        lang=_lang(source, found.get("lang")),
        explicit=_cards(source, found.get("cards")),
    )


def _end(lines: list[str]) -> int:
    """The line behind the closing fence, or 0: a `---` above ordinary text is a thematic break."""
    if not _FENCE.fullmatch(lines[0]):
        return 0
    inside = lines[1:_LINES_SEARCHED]
    length = next((index for index, line in enumerate(inside) if _END.fullmatch(line)), -1)
    return length + 2 if length >= 0 and _says_keys(inside[:length]) else 0


def _says_keys(inside: list[str]) -> bool:
    written = [line for line in inside if line.strip()]
    if not written:
        return True
    if inside[0].strip():
        if any(_OWN_KEY.match(line) for line in written):
            return True
        written = [line for line in written if not line.startswith("#")]
    return bool(written) and _KEY.match(written[0]) is not None


def _null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag.endswith(":null")


def _deck(source: YamlText, node: Node | None) -> str:
    if node is None:
        return ""
    if isinstance(node, ScalarNode):
        parts = [" ".join(part.split()) for part in _BETWEEN_PARTS.split(node.value)]
        if all(parts):
            return "::".join(parts)
    source.fault(node.start_mark, "front-matter-deck", "'deck' is not a name.", "Write 'deck: backbone::vgg'.")
    return ""


def _tags(source: YamlText, node: Node | None) -> tuple[str, ...]:
    match node:
        case None:
            return ()
        case ScalarNode():
            words = _BETWEEN_TAGS.split(node.value)
        case SequenceNode() if all(isinstance(item, ScalarNode) for item in node.value):
            words = ["-".join(item.value.split()) for item in node.value if not _null(item)]
        case _:
            source.fault(
                node.start_mark, "front-matter-tags", "'tags' is not a list of words.", "Write 'tags: [a, b]'."
            )
            return ()
    return tuple(dict.fromkeys(word for word in words if word))


def _lang(source: YamlText, node: Node | None) -> str:
    if node is None:
        return ""
    if isinstance(node, ScalarNode) and (code := _LANGUAGE.fullmatch(node.value.strip())):
        return code.group(1).lower()
    source.fault(
        node.start_mark, "front-matter-lang", "'lang' is not a language code.", "Write 'lang: zh' or 'lang: en'."
    )
    return ""


def _cards(source: YamlText, node: Node | None) -> bool:
    if node is None:
        return False
    if isinstance(node, ScalarNode) and node.value in ("headings", "explicit"):
        return bool(node.value == "explicit")
    message = "'cards' is neither 'headings' nor 'explicit'."
    source.fault(node.start_mark, "front-matter-cards", message, "Leave it out to make a card of each heading.")
    return False
