"""The keys of a review, in one table: what the screen obeys, what the help shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does. `keys` are characters or Textual's names of keys; `shown` is how the help writes them."""

    name: str
    keys: tuple[str, ...]
    shown: str
    help: str
    plain: bool = True  # the line mode has it too


COMMANDS = (
    Command("reveal", ("enter",), "enter, space", "show the answer"),
    Command("page_down", (" ", "pagedown"), "space, PgDn", "read on in a long card", plain=False),
    Command("page_up", ("pageup",), "PgUp", "read back", plain=False),
    Command("down", ("j", "down"), "j, ↓", "a line down", plain=False),
    Command("up", ("k", "up"), "k, ↑", "a line up", plain=False),
    Command("home", ("home",), "Home, End", "to the top, to the end", plain=False),
    Command("end", ("end",), "", "", plain=False),
    Command("hint", ("h", "f1"), "h, F1", "show the card's hint; a formula costs part of the grade"),
    Command("undo", ("u",), "u", "undo the last thing done, any number of times"),
    Command("skip", ("s",), "s", "skip: put the card behind the others"),
    Command("bury", ("b",), "b", "bury: hide it until tomorrow"),
    Command("suspend", ("x", "!"), "x, !", "suspend: hide it until you unsuspend it"),
    Command("flag", ("f",), "f", "flag it, or take the flag away"),
    Command("edit", ("e",), "e", "edit: open the deck file at this card"),
    Command("help", ("?",), "?", "this help"),
    Command("quit", ("q",), "q", "quit, with a summary"),
)

_WIDE_SPACE = "\u3000"
#: Not NFKC, which makes a 2 of ² as well, a key of French keyboards.
_FULL_WIDTH = {ord(_WIDE_SPACE): " "} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BY_KEY = {key: command for command in COMMANDS for key in command.keys}


def pressed(key: str, character: str | None = None) -> str:
    """The key as the table writes it: full-width forms (Chinese input) and capitals are the key they stand for.

    `key` is Textual's name, `character` what it types, if anything.
    """
    if character and (character.isprintable() or character == _WIDE_SPACE):
        return plain_form(character)
    return key


def plain_form(text: str) -> str:
    """`text` with full-width forms and capitals as the characters they stand for."""
    return text.translate(_FULL_WIDTH).lower()


def command(key: str) -> str:
    """The name of what a key (from `pressed`) does; empty if it does nothing."""
    found = _BY_KEY.get(key)
    return found.name if found else ""


def typed_command(word: str) -> str:
    """The name of what a line of the line mode does, an empty line included; empty if it is none of its commands."""
    if not word:
        return "reveal"
    found = _BY_KEY.get(word)
    return found.name if found and found.plain and len(word) == 1 else ""
