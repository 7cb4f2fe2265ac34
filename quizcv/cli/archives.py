"""`quizcv export json|csv` and `quizcv import json|csv`: everything there is, and back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.options import AsJson, Db

if TYPE_CHECKING:
    from quizcv.archived import Archive, Whole
    from quizcv.cli.archiving import Brought
    from quizcv.exchange.archive.gathering import Counts, Follows
    from quizcv.exchange.archive.merging import Plan

#: How many faults, and how many of anything else, are named before the rest is only counted.
SHOWN_FAULTS, SHOWN = 20, 10

To = Annotated[
    Path | None,
    typer.Option(
        "--to", help="Folder for new cards as Markdown; default: named after the archive.", show_default=False
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")]
Remember = Annotated[bool, typer.Option("--remember", help="Add the folder to the configured decks.")]


def export_json(
    out: Annotated[Path, typer.Option("--out", help="The file to write; - for standard output.", show_default=False)],
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Write everything into one JSON file: cards, learners, schedules and the whole review log.

    `quizcv import json` brings it all back, in any database. docs/archive.md says what stands where. A file of that name is replaced
    once the new one is whole.

    Example: `quizcv export json --out quizcv-archive.json`
    """
    from quizcv.exchange.archive.jsonfile import write
    from quizcv.exchange.drafting import draft

    if str(out) == "-":
        with _everything(db) as whole:
            write(whole, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    with _everything(db) as whole, draft(out.expanduser()) as beside, beside.open("wb") as stream:
        counts = write(whole, stream)
    _tell_written(out, counts, as_json)


def export_csv(
    out: Annotated[Path, typer.Option("--out", help="A folder, or a file FILE.zip.", show_default=False)],
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Write everything as six CSV files: cards, texts, learners, schedule, reviews, answers.

    They say the same as the JSON form, for spreadsheets and statistics. The folder must be new, empty or an earlier export.

    Example: `quizcv export csv --out quizcv-csv`
    """
    from quizcv.errors import UsageError
    from quizcv.exchange.archive.csvfiles import write

    if str(out) == "-":
        raise UsageError("six files cannot go to standard output.", "Name a folder or FILE.zip with --out.")
    with _everything(db) as whole:
        counts = write(whole, out.expanduser())
    _tell_written(out, counts, as_json)


def import_json(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="What `quizcv export json` wrote.")],
    to: To = None,
    dry_run: DryRun = False,
    remember: Remember = False,
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Bring an archive into the database: cards, learners, schedules and the review log.

    Cards that are here keep their text. New ones come from your configured decks, or are written as Markdown; orphans stay orphans.
    A history goes on where the archive's begins with it; one that went on separately is kept as it is here, and named. Importing an
    archive again changes nothing. Exit code 1, and nothing changed, if the archive has faults.

    Example: `quizcv import json quizcv-archive.json --to ~/notes/quizcv --remember`
    """
    from quizcv.exchange.archive.jsonfile import read

    _import(read, archive, to, dry_run=dry_run, remember=remember, db=db, as_json=as_json)


def import_csv(
    archive: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder or zip `quizcv export csv` wrote.")],
    to: To = None,
    dry_run: DryRun = False,
    remember: Remember = False,
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Bring an archive of CSV files into the database, as `quizcv import json` does.

    Example: `quizcv import csv quizcv-csv --dry-run`
    """
    from quizcv.exchange.archive.csvfiles import read

    _import(read, archive, to, dry_run=dry_run, remember=remember, db=db, as_json=as_json)


@contextmanager
def _everything(db: str) -> Iterator[Whole]:
    from quizcv.cli.workspace import workspace
    from quizcv.store.learners import DEFAULT

    with workspace(db, DEFAULT) as ws, ws.store.read() as unit:
        yield unit.whole


def _tell_written(out: Path, counts: Counts, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        from quizcv.cli.output import write_json

        write_json({"path": str(out), **asdict(counts)})
        return
    typer.echo(f"{out}: {counts.cards:,} cards, {counts.learners:,} learners, {counts.reviews:,} reviews.")


def _import(
    read: Callable[[Path, Follows], Archive],
    path: Path,
    to: Path | None,
    *,
    dry_run: bool,
    remember: bool,
    db: str,
    as_json: bool,
) -> None:
    from quizcv import config
    from quizcv.cli.archiving import bring, following
    from quizcv.cli.workspace import workspace
    from quizcv.exchange.archive.fields import Faulty
    from quizcv.store.learners import DEFAULT

    path = path.expanduser()
    folder = (to or Path(_named_after(path))).expanduser()
    with workspace(db, DEFAULT) as ws:  # the configured learner may be one that the archive brings
        try:
            archive = read(path, following(ws))
        except Faulty as faulty:
            _tell_faults(faulty.faults, as_json)
            raise
        brought = bring(ws, archive, path.resolve().name, folder, dry_run=dry_run)
        if remember and not dry_run and folder.is_dir():
            config.remember(ws.values, [folder])
        known = remember or any(folder.absolute().is_relative_to(one) for one in config.deck_paths(ws.values["decks"]))
    if as_json:
        from quizcv.cli.output import write_json

        write_json(as_dict(brought, dry_run))
    else:
        _tell(brought, dry_run)
        if brought.written.files and not (known or dry_run):
            typer.echo(
                f"{folder} is not among your configured decks; --remember, or `quizcv sync {quote(str(folder))} --remember`."
            )
    if brought.faults:
        raise typer.Exit(1)


def _named_after(path: Path) -> str:
    """`quizcv-archive.json` -> `quizcv-archive`; of a folder not its own name, which is taken."""
    whole = path.resolve()
    return f"{whole.name}-decks" if whole.is_dir() else whole.stem


def as_dict(brought: Brought, dry_run: bool) -> dict[str, Any]:
    """What an import did, as `--json` writes it."""
    from quizcv.cli.output import fault_dict

    plan, written = brought.plan, brought.written
    return {
        "dry_run": dry_run,
        "cards": {
            "new": len(plan.cards),
            "written": len(plan.to_write),
            "orphans": sum(card.orphaned is not None for card in plan.cards),
            "waiting": brought.waiting,
            "amended": len(plan.amendments),
        },
        "folder": str(brought.folder),
        "files": sorted(written.files),
        "synced": [str(path) for path in brought.decks],
        "learners": [learner.name for learner in plan.learners],
        "histories": {
            "added": plan.begun,
            "continued": plan.continued,
            "unchanged": plan.unchanged,
            "ahead": plan.ahead,
            "apart": [{"learner": learner, "card": card} for learner, card in plan.apart],
        },
        "reviews": len(plan.reviews),
        "rewritten": written.rewritten,
        "lost": [{"note": note, "reason": reason} for note, reason in written.lost],
        "faults": [fault_dict(fault) for fault in brought.faults],
    }


def _tell(brought: Brought, dry_run: bool) -> None:
    plan, written = brought.plan, brought.written
    would = "Would be: " if dry_run else ""
    files = f", {len(plan.to_write):,} of them written to {len(written.files):,} files in {brought.folder}"
    typer.echo(f"{would}{len(plan.cards):,} new cards{files if written.files else ''}.")
    for path in brought.decks:
        typer.echo(f"Cards that your decks say are read from there: {path}")
    if plan.learners:
        typer.echo(f"{would}{len(plan.learners)} new learners: {', '.join(map(_shown, _names(plan)))}.")
    typer.echo(
        f"{would}{len(plan.reviews):,} reviews; histories of {plan.begun:,} cards begun, {plan.continued:,} continued, "
        f"{plan.unchanged:,} the same here, {plan.ahead:,} further here."
    )
    if brought.waiting:
        typer.echo(f"{brought.waiting:,} cards wait as orphans, with their history, for a deck that says them.")
    _name(f"{len(plan.apart):,} cards were reviewed here and there separately; what is here stays:", plan.apart)
    _name(f"{len(written.lost):,} notes cannot be said in Markdown; they are kept as orphans:", written.lost)
    for fault in brought.faults[:SHOWN]:
        typer.echo(str(fault), err=True)


def _names(plan: Plan) -> list[str]:
    return [learner.name for learner in plan.learners[:SHOWN]]


def _name(what: str, pairs: Sequence[tuple[str, str]]) -> None:
    if pairs:
        typer.echo(what)
    for first, second in pairs[:SHOWN]:
        typer.echo(f"  {_shown(first)}: {_shown(second)}")
    if len(pairs) > SHOWN:
        typer.echo(f"  … and {len(pairs) - SHOWN:,} more; --json lists all.")


def _tell_faults(faults: Sequence[tuple[str, str]], as_json: bool) -> None:
    if as_json:
        from quizcv.cli.output import write_json

        write_json({"faults": [{"where": where, "message": what} for where, what in faults]})
        return
    if len(faults) == 1:  # the error itself says it
        return
    for where, what in faults[:SHOWN_FAULTS]:
        typer.echo(f"{where}: {what}", err=True)
    if len(faults) > SHOWN_FAULTS:
        typer.echo(f"… and {len(faults) - SHOWN_FAULTS:,} more; --json lists them.", err=True)


def _shown(text: str) -> str:
    """Names come from a file: nothing in them that a terminal would obey."""
    return text if text.isprintable() else ascii(text)
