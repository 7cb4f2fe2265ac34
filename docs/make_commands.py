"""Writes docs/commands.md from what the commands say of themselves: `python docs/make_commands.py` (`-` for standard output)."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from quizcv.cli.app import app

HEAD = """# Commands

Made by `docs/make_commands.py` from the commands' own help. Every command takes `--help`.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | faults were found (`check`, `sync`, `doctor`), or something could not be carried (`export`, `import`) |
| 2 | wrong usage: an unknown option, deck or card, or no terminal |
| 3 | a bug |
| 4 | the database: damaged, held, written by a newer quizcv |
| 5 | nothing to undo, or changed in another window |
| 130 | Ctrl-C |
"""


def sections(command: Any, name: str) -> Iterator[str]:
    """One section a command, groups by their commands."""
    if hasattr(command, "list_commands"):
        for child_name in command.list_commands(None):
            yield from sections(command.get_command(None, child_name), f"{name} {child_name}")
        return
    words = [name, *map(metavar, arguments(command))]
    yield f"## {name}\n\n```\n{' '.join(words)}\n```\n\n{inspect.cleandoc(command.help or '')}\n"
    rows = [
        f"| `{', '.join((*parameter.opts, *parameter.secondary_opts))}` | {parameter.help} |"
        for parameter in command.params
        if parameter.param_type_name == "option" and parameter.name != "help"
    ]
    if rows:
        yield "\n".join(["| option | |", "|---|---|", *rows]) + "\n"


def arguments(command: Any) -> list[Any]:
    return [parameter for parameter in command.params if parameter.param_type_name == "argument"]


def metavar(argument: Any) -> str:
    """An argument as a usage line has it."""
    word = argument.metavar or argument.name.upper()
    return (word if argument.required else f"[{word}]") + ("..." if argument.nargs == -1 else "")


def page() -> str:
    return "\n".join([HEAD, *sections(typer.main.get_command(app), "quizcv")])


if __name__ == "__main__":
    if sys.argv[1:] == ["-"]:
        sys.stdout.buffer.write(page().encode("utf-8"))
    else:
        Path(__file__).with_name("commands.md").write_text(page(), encoding="utf-8")
