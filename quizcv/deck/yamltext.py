"""YAML that stands inside a deck: read safely, with the place of everything in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.nodes import MappingNode, Node, ScalarNode

from quizcv.deck.document import Document

#: libyaml's loader where PyYAML was built with it: ten times as fast, the same marks.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST = 64 * 1024
_DEEPEST = 20
#: Line ends to YAML, not to Markdown: they would shift the marks.
_FOREIGN_LINE_ENDS = str.maketrans("\x85\u2028\u2029", "   ")


class _Refused(Exception):
    def __init__(self, mark: Any, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.mark, self.code, self.message, self.hint = mark, code, message, hint


@dataclass(frozen=True, slots=True)
class YamlText:
    """A piece of YAML, and the line of the file where it begins (from 0)."""

    document: Document
    text: str
    line: int

    def root(self) -> Node | None:
        """The tree, or None if there is none or it is at fault (which is then reported)."""
        text = self.text.translate(_FOREIGN_LINE_ENDS)
        try:
            _inspect(text)
            node: Node | None = yaml.compose(text, Loader=_Loader)
        except _Refused as refused:
            self.fault(refused.mark, refused.code, refused.message, refused.hint)
        except yaml.YAMLError as error:
            self._invalid(error)
        except UnicodeError:
            self.fault(None, "yaml-invalid", "This YAML holds a character that is not Unicode.", "Remove it.")
        else:
            return node
        return None

    def value(self, node: Node) -> Any:
        """What a node stands for, in plain Python values. Reports what has none, and raises ValueError."""
        constructor = SafeConstructor()
        try:
            return constructor.construct_document(node)
        except yaml.YAMLError as error:
            self._invalid(error)
            raise ValueError from error
        except (ValueError, OverflowError) as error:
            self.fault(node.start_mark, "yaml-invalid", "This YAML value cannot be read.", "Put quotes around it.")
            raise ValueError from error

    def entries(self, node: MappingNode) -> dict[str, tuple[Node, Node]]:
        """Key and value nodes by the key's text. A key given twice is a fault, and the first one counts."""
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                continue
            if key.value in found:
                self.fault(key.start_mark, "yaml-duplicate-key", f"The key '{key.value}' is given twice.", "Keep one.")
            else:
                found[key.value] = (key, value)
        return found

    def fault(self, mark: Any, code: str, message: str, hint: str) -> None:
        """Report at a mark of this YAML; None means its first line."""
        line, column = (mark.line, mark.column) if mark else (0, 0)
        self.document.fault(min(self.line + line, len(self.document.lines) - 1), column, code, message, hint)

    def _invalid(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        self.fault(
            mark, "yaml-invalid", f"This is not valid YAML: {said}.", "Put quotes around values with ': ' or ' #'."
        )


def _inspect(text: str) -> None:
    """Refuse what makes small YAML big or deep, from its events, which never nest."""
    if len(text) > _LONGEST:
        raise _Refused(None, "yaml-too-long", f"YAML of {len(text):,} characters.", f"Use at most {_LONGEST:,}.")
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            message = "Anchors and aliases ('&name', '*name') are not read in decks."
            raise _Refused(event.start_mark, "yaml-alias", message, "Write the value out, or put quotes around it.")
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                message = f"YAML nested more than {_DEEPEST} deep."
                raise _Refused(event.start_mark, "yaml-too-deep", message, "Write it flatter.")
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
