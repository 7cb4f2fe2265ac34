"""YAML that stands inside a deck: read safely, with the place of everything in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from quizcv.deck.document import Document

#: libyaml's loader where PyYAML was built with it: ten times as fast, the same marks.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST = 64 * 1024
_DEEPEST = 20


class _Refused(Exception):
    def __init__(self, code: str, message: str, mark: Any, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.mark, self.hint = code, message, mark, hint


@dataclass(frozen=True, slots=True)
class YamlText:
    """A piece of YAML and where it begins in the file. Nodes keep their marks, so every fault can say its place."""

    document: Document
    text: str
    line: int
    column: int = 0

    def root(self) -> Node | None:
        """The tree, or None if there is none or it is at fault (which is then reported)."""
        try:
            self._inspect()
            node: Node | None = yaml.compose(self.text, Loader=_Loader)
        except _Refused as refused:
            self._fault_at(refused.mark, refused.code, refused.message, refused.hint)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = error.problem or error.context or "it cannot be read"
            self._fault_at(mark, "yaml-invalid", f"This YAML is not valid: {said}.", "Quote values that hold ': ' or '#'.")
        except (yaml.YAMLError, UnicodeError):
            self._fault_at(None, "yaml-invalid", "This YAML holds a character that YAML does not allow.", "Remove it.")
        else:
            return node
        return None
