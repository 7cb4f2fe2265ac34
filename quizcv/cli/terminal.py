"""What commands that ask and answer need of the terminal."""

from __future__ import annotations

import os
import sys


def needs_a_screen(what: str, command: str) -> None:
    """Raises NotATerminal where nothing full-screen can be shown; `what` is that which is asked for, `command` how it is called."""
    from quizcv.errors import NotATerminal

    hint = f"`quizcv {command} --plain` works line by line, anywhere."
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotATerminal(f"{what} needs a terminal, and this is none.", hint)
    if os.environ.get("TERM") == "dumb":
        raise NotATerminal("this terminal (TERM=dumb) cannot show a screen.", hint)


def let_letters_pass() -> None:
    """A letter that the terminal does not have must not end what goes on line by line."""
    from io import TextIOWrapper

    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
