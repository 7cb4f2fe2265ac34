"""The text under the reader's eyes: its lines, and what was found wrong in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quizcv.model import Fault, Place, Severity

_LINE_END = re.compile(r"\r\n?")


@dataclass(slots=True)
class Document:
    """One deck file while it is being read. Lines and columns are counted from 0 in here, from 1 in every `Place`."""

    path: str
    lines: list[str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        self._report(Severity.FAULT, line, column, code, message, hint)

    def warning(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        self._report(Severity.WARNING, line, column, code, message, hint)

    def _report(self, severity: Severity, line: int, column: int, code: str, message: str, hint: str) -> None:
        self.faults.append(Fault(Place(self.path, line + 1, column + 1), severity, code, message, hint))

    def blank(self, line: int) -> bool:
        text = self.lines[line]
        return not text or text.isspace()


def unify(text: str) -> str:
    """Drop a byte order mark and make every line end with `\\n`, as CommonMark reads them. Keeps line numbers true."""
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return text.replace("\0", "\ufffd")
