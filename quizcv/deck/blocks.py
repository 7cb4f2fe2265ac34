"""`item` and `check` fences: what a computational card asks for, and what a deck claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from quizcv.deck import attributes
from quizcv.deck.attributes import Attributes
from quizcv.deck.document import Document
from quizcv.deck.markdown import Block
from quizcv.deck.yamltext import YamlText
from quizcv.model import Claim, ItemRequest

_ITEM_KEYS = ("model", "level")
_CLAIM_KEYS = ("model", "params", "equals")
_SOURCE_KEYS = ("source",)
_LEVELS = ("1", "2", "3")
_ITEM_EXAMPLE = "Write 'model: conv_output', and perhaps 'level: 2'."
_CLAIM_EXAMPLE = "Write '- model: conv_params', 'params: {…}' and 'equals: 34944'."
_NAME = re.compile(r"\s*(item|check)(?![^\s{])")


def name(block: Block) -> str:
    """'item' or 'check' for a fence of that name, else ''."""
    if block.kind != "fence":
        return ""
    word = _NAME.match(block.text)
    return word.group(1) if word else ""


def info(document: Document, block: Block) -> Attributes:
    """The attributes behind a fence's name; anything else there is a fault."""
    line = document.lines[block.start]
    column = line.index(name(block)) + len(name(block))
    left, found = attributes.take(document, line[column:], block.start, column)
    if left.strip():
        column += len(left) - len(left.lstrip())
        message = f"'{left.strip()[:20]}' stands behind the name of this block."
        document.fault(block.start, column, "block-info", message, "Only attributes may: {#id .tag}.")
    return found


def item(document: Document, block: Block) -> ItemRequest | None:
    """What an `item` block asks for; None if it is at fault."""
    source = _content(document, block)
    before = len(document.faults)
    root = source.root()
    if len(document.faults) > before:
        return None
    if not isinstance(root, MappingNode):
        _expected(source, root, "item-not-a-mapping", "An 'item' block names an item model.", _ITEM_EXAMPLE)
        return None
    found = source.entries(root)
    _refuse_unknown(source, found, _ITEM_KEYS, "item-unknown-key")
    model = _model(source, root, found, "item-model", _ITEM_EXAMPLE)
    level = _level(source, found)
    return ItemRequest(model, level) if len(document.faults) == before else None


@dataclass(frozen=True, slots=True)
class Stated:
    """What `check` blocks say: claims for the reference, and the sources of numbers that no operation can confirm."""

    claims: tuple[Claim, ...] = ()
    sources: tuple[str, ...] = ()

    def __add__(self, other: Stated) -> Stated:
        return Stated(self.claims + other.claims, self.sources + other.sources)


def check(document: Document, block: Block) -> Stated:
    """What is well formed in a `check` block; the rest is reported."""
    source = _content(document, block)
    before = len(document.faults)
    root = source.root()
    if len(document.faults) > before:
        return Stated()
    nodes = root.value if isinstance(root, SequenceNode) else [root]
    if not nodes:
        _expected(source, root, "check-not-a-list", "A 'check' block lists claims.", _CLAIM_EXAMPLE)
    stated = [_claim(source, node) for node in nodes]
    return Stated(
        tuple(one for one in stated if isinstance(one, Claim)), tuple(one for one in stated if isinstance(one, str))
    )


def _claim(source: YamlText, node: Node | None) -> Claim | str | None:
    """A claim, or the source of a number that no operation can confirm; None if it is at fault."""
    if not isinstance(node, MappingNode):
        _expected(source, node, "check-not-a-list", "A 'check' block lists claims.", _CLAIM_EXAMPLE)
        return None
    before = len(source.document.faults)
    found = source.entries(node)
    if "source" in found:
        _refuse_unknown(source, found, _SOURCE_KEYS, "check-unknown-key")
        return _source(source, found["source"][1])
    _refuse_unknown(source, found, (*_CLAIM_KEYS, *_SOURCE_KEYS), "check-unknown-key")
    model = _model(source, node, found, "check-model", _CLAIM_EXAMPLE)
    params: Any = {}
    if "params" in found:
        value = found["params"][1]
        if isinstance(value, MappingNode):
            source.entries(value)
            params = _value(source, value)
        else:
            source.fault(value.start_mark, "check-params", "'params' is not a mapping.", "Write params: {kernel: 3}.")
    equals = None
    if "equals" in found:
        equals = _value(source, found["equals"][1])
    else:
        source.fault(node.start_mark, "check-equals", "This claim has no 'equals'.", _CLAIM_EXAMPLE)
    if len(source.document.faults) > before:
        return None
    return Claim(model, params, equals, source.line + node.start_mark.line + 1)


def _source(source: YamlText, value: Node) -> str | None:
    if isinstance(value, ScalarNode) and value.tag.endswith(":str") and value.value.strip():
        return str(value.value).strip()
    hint = "Write '- source: He et al. 2016, table 4'."
    source.fault(value.start_mark, "check-source", "'source' does not say where the number stands.", hint)
    return None


def _value(source: YamlText, node: Node) -> Any:
    try:
        return source.value(node)
    except ValueError:  # reported there
        return None


def _model(source: YamlText, node: MappingNode, found: dict[str, tuple[Node, Node]], code: str, example: str) -> str:
    if "model" not in found:
        source.fault(node.start_mark, code, "No 'model' is named.", example)
        return ""
    value = found["model"][1]
    if not isinstance(value, ScalarNode) or not value.value.strip() or not value.tag.endswith(":str"):
        source.fault(value.start_mark, code, "'model' is not the name of an item model.", example)
        return ""
    return str(value.value).strip()


def _level(source: YamlText, found: dict[str, tuple[Node, Node]]) -> int | None:
    if "level" not in found:
        return None
    value = found["level"][1]
    if isinstance(value, ScalarNode) and value.value in _LEVELS:
        return int(value.value)
    source.fault(value.start_mark, "item-level", "'level' is not 1, 2 or 3.", "Write 'level: 2', or leave it out.")
    return None


def _refuse_unknown(source: YamlText, found: dict[str, tuple[Node, Node]], known: tuple[str, ...], code: str) -> None:
    for key, (node, _) in found.items():
        if key not in known:
            source.fault(node.start_mark, code, f"'{key[:40]}' is not a key here.", f"The keys are {', '.join(known)}.")


def _expected(source: YamlText, node: Node | None, code: str, message: str, hint: str) -> None:
    source.fault(node.start_mark if node else None, code, message, hint)


def _content(document: Document, block: Block) -> YamlText:
    fence = document.lines[block.start].lstrip()
    mark = fence[0] * (len(fence) - len(fence.lstrip(fence[0])))
    last = document.lines[block.end - 1].strip()
    closed = block.end - block.start > 1 and last.startswith(mark) and not last.strip(fence[0])
    lines = document.lines[block.start + 1 : block.end - closed]
    return YamlText(document, "\n".join(lines), block.start + 1)
