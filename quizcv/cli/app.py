"""The command `quizcv`: its sub-commands, and the one place where errors become lines for the person.

A command's module is imported when the command is called (or when help lists them all): `review` starts faster by what
the others would cost.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
import typer.core
import typer.main

from quizcv.errors import EXIT_BUG, EXIT_INTERRUPTED, QuizcvError

#: Where each command is; a group of commands is a Typer app called `app`.
COMMANDS = {
    "review": "review:review",
    "due": "due:due",
    "decks": "decks:decks",
    "stats": "stats:stats",
    "undo": "undo:undo",
    "sync": "sync:sync",
    "check": "check:check",
    "gaps": "check:gaps",
    "calc": "calc:calc",
    "net": "net:net",
    "items": "items:app",
    "export": "exporting:app",
    "import": "importing:app",
    "exam": "exam:app",
    "cards": "cards:app",
    "learner": "learner:app",
    "config": "config:app",
    "db": "db:app",
    "doctor": "doctor:doctor",
}


class _Commands(typer.core.TyperGroup):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"quizcv.cli.{module}"), name)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
            single.command(cmd_name)(found)
            found = single
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="quizcv",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"quizcv {version('quizcv')}")
        raise typer.Exit


@app.callback()
def root(
    debug: Annotated[bool, typer.Option("--debug", envvar="QUIZCV_DEBUG", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Spaced repetition for computer-vision and deep-learning interviews.

    Start with `quizcv review`. Your own notes: `quizcv sync ~/notes`.
    """
    if debug:
        os.environ["QUIZCV_DEBUG"] = "1"


def main() -> NoReturn:
    """Run `quizcv`; ends the process with an exit code (see `quizcv.errors`)."""
    try:
        app()
    except QuizcvError as error:
        _tell(error.message, error.hint)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:  # `quizcv cards list | head`: the reader has gone, and that is no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last net: what falls in here is a bug
        _tell(
            f"this is a bug: {type(error).__name__}: {error}",
            "Your reviews are safe. `quizcv --debug …` shows where; please report it.",
        )
        sys.exit(EXIT_BUG)
    sys.exit(0)


def _tell(message: str, hint: str) -> None:
    if os.environ.get("QUIZCV_DEBUG"):
        import traceback

        traceback.print_exc()
    typer.echo(f"quizcv: {message}", err=True)
    if hint:
        typer.echo(f"  {hint}", err=True)
