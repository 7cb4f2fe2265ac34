"""Help and docs hold together: every command has an example, and docs/commands.md is what the commands say of themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from quizcv.cli.app import app

ROOT = Path(__file__).parents[2]


def commands(command: click.Command, name: str = "quizcv") -> Iterator[tuple[str, click.Command]]:
    for child_name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        child = command.get_command(None, child_name)
        yield f"{name} {child_name}", child
        yield from commands(child, f"{name} {child_name}")


ALL = dict(commands(typer.main.get_command(app)))
LEAVES = {name: command for name, command in ALL.items() if not hasattr(command, "list_commands")}


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_an_example(name: str) -> None:
    """`--help` says in a sentence what a command does, and shows it in use."""
    text = LEAVES[name].help or ""
    assert text.splitlines()[0].rstrip().endswith((".", "?")), text
    assert "Example: `" in text
    if "$(" not in text:
        assert f"Example: `{name}" in text


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_explained(name: str) -> None:
    """No option without help."""
    for parameter in ALL[name].params:
        if parameter.param_type_name == "option":
            assert getattr(parameter, "help", None), (name, parameter.name)


def test_the_command_page_has_every_option() -> None:
    """Not only the names of the commands: their options, each with its meaning."""
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    options = {
        option
        for command in LEAVES.values()
        for parameter in command.params
        if parameter.param_type_name == "option" and parameter.name != "help"
        for option in parameter.opts
    }
    assert len(options) > 20
    assert {option for option in options if f"`{option}" not in page} == set()


def test_the_command_page_is_current() -> None:
    """docs/commands.md is made by docs/make_commands.py; run that after changing a command."""
    made = subprocess.run([sys.executable, ROOT / "docs/make_commands.py", "-"], capture_output=True, check=True)
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == made.stdout.decode("utf-8")


def test_the_readme_names_only_commands_that_exist() -> None:
    """Every `quizcv …` in the README is a command."""
    import re

    known = {name.split()[1] for name in ALL}
    for path in ("README.md", "docs/decks.md"):
        named = set(re.findall(r"quizcv ([a-z]+)", (ROOT / path).read_text(encoding="utf-8")))
        assert named - known <= {"keeps", "reads"}, path
