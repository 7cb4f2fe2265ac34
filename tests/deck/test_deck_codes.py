"""The codes of faults are names for scripts: kebab-case, and each pinned to a place by some test."""

from __future__ import annotations

import re
from pathlib import Path

import quizcv.deck

PACKAGE = Path(quizcv.deck.__file__).parent
TESTS = Path(__file__).parent
CODE = re.compile(r'f?"((?:\{kind\}|[a-z]+)(?:-[a-z0-9]+)+)"')
#: Looks like a code and is none.
OTHER = {"surrogatepass", "utf-8", "utf-8-sig"}


def codes() -> set[str]:
    text = "\n".join(file.read_text(encoding="utf-8") for file in PACKAGE.glob("*.py"))
    found = set(CODE.findall(text)) - OTHER
    return {code.replace("{kind}", kind) for code in found for kind in ("media", "link")}


def test_every_code_has_a_test() -> None:
    tests = "\n".join(file.read_text(encoding="utf-8") for file in [*TESTS.glob("*.py"), *TESTS.glob("fixtures/*.md")])
    pinned = set(re.findall(r"\d+:\d+\"?,? (?:fault |warning |\")?\"?([a-z0-9-]+)", tests))
    assert len(codes()) > 40
    assert codes() - pinned == set()
