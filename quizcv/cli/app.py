"""The command `quizcv`: its sub-commands, and the one place where errors become lines for the person.

Exit codes: 0 done, 1 faults found in decks, 2 wrong usage, 3 a bug, 4 the database, 5 nothing to undo or changed elsewhere, 130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from quizcv.cli.cards import app as cards
from quizcv.cli.check import check, gaps
from quizcv.cli.config import app as config
from quizcv.cli.db import app as db
from quizcv.cli.doctor import doctor
from quizcv.cli.due import due
from quizcv.cli.learner import app as learner
from quizcv.cli.review import review
from quizcv.cli.stats import stats
from quizcv.cli.sync import sync
from quizcv.cli.undo import undo
from quizcv.errors import EXIT_BUG, EXIT_INTERRUPTED, QuizcvError

app = typer.Typer(
    name="quizcv",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (review, due, stats, undo, sync, check, gaps, doctor):
    app.command()(command)
for name, group in (("cards", cards), ("learner", learner), ("config", config), ("db", db)):
    app.add_typer(group, name=name)


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
    """Run `quizcv`; ends the process with an exit code."""
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
