"""The C++ on cards: compiled as it is, or as the body of a function, and what it does when it runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.library.code_cards import cards, fences

COMPILER = shutil.which("g++") or shutil.which("clang++")
#: A few statements use what they name and no more; anything else that -Wall finds is a mistake.
FLAGS = ["-std=c++17", "-Wall", "-Werror", "-Wno-unused-variable", "-Wno-unused-but-set-variable", "-Wno-unused-value"]
USUAL = """\
#include <algorithm>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>
"""

#: Code that shows what C++ forbids, and what that is.
DOES_NOT_COMPILE: dict[str, str] = {}
#: Code that is only a part of a program, and what is missing.
CPP_EXCERPTS: dict[str, str] = {}

#: What the body of main may say after the code of a card.
MAINS = {
    "cpp-swap": """
        int a = 1, b = 2;
        swap_ref(a, b);
        assert(a == 2 && b == 1);
        swap_ptr(&a, &b);
        assert(a == 1 && b == 2);
        swap_ref(a, a);
        swap_ptr(&b, &b);
        assert(a == 1 && b == 2);""",
    "cpp-unique-move": "assert(give() == 7);",
}


def cpp_snippets() -> dict[str, str]:
    """Every fence on either side of a card by the card's key, numbered if there are several."""
    found = {}
    for key, card in cards("en").items():
        codes = fences(f"{card.front}\n\n{card.back}", "cpp")
        found.update({f"{key}/{i}" if len(codes) > 1 else key: code for i, code in enumerate(codes, start=1)})
    return found


def in_a_function(code: str) -> str:
    """The statements between braces, their own includes before them."""
    lines = code.splitlines()
    head = [line for line in lines if line.startswith("#")]
    body = [line for line in lines if not line.startswith("#")]
    return "\n".join([USUAL, *head, "void statements() {", *body, "}", ""])


def complaints(code: str, *flags: str) -> str:
    """What the compiler says about a text; nothing if it is content."""
    assert COMPILER
    command = [COMPILER, *FLAGS, *(flags or ["-fsyntax-only"]), "-x", "c++", "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=False)
    return done.stderr or ("failed" if done.returncode else "")


def faults(code: str) -> str:
    """What is wrong with a snippet in either form; the complaints about it as it stands."""
    whole = complaints(code)
    return whole if whole and complaints(in_a_function(code)) else ""


def runs(code: str, main: str, folder: Path) -> None:
    """The card's code with a main of ours: the assertions in it hold."""
    program = f"#include <cassert>\n{USUAL}{code}\nint main() {{ {main} }}\n"
    assert not complaints(program, "-o", str(folder / "program"))
    done = subprocess.run([folder / "program"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
