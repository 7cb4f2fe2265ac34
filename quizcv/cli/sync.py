"""`quizcv sync`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.options import AsJson, Db

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.sync import SyncReport

#: How many changes are written out before the rest is only counted.
SHOWN = 20


def sync(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Deck files and folders; default: the configured ones.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and read again whenever a file changes.")] = False,
    remember: Annotated[bool, typer.Option("--remember", help="Add PATHS to the configured decks.")] = False,
    as_json: AsJson = False,
    db: Db = "",
) -> None:
    """Read deck files into the database.

    Cards keep their history through edits, moves and renames. A card whose text is gone is kept aside as an orphan and comes back when
    its text does. Exit code 1 if a file had faults; everything else was read all the same.

    Example: `quizcv sync ~/notes --remember`
    """
    from quizcv import config
    from quizcv.cli.workspace import workspace

    with workspace(db) as ws:
        chosen = [path.expanduser() for path in paths] if paths else config.deck_paths(ws.values["decks"])
        if remember and paths:
            config.remember(ws.values, [path for path in chosen if path.exists()])
        faulty = _once(ws, chosen, dry_run, as_json)
        if paths and not remember and not as_json and not _configured(chosen, ws):
            typer.echo(
                "These paths are not among your configured decks; add --remember to include them in `quizcv sync`."
            )
        if watch:
            _watch(ws, chosen, dry_run, as_json)
    if faulty:
        raise typer.Exit(1)


def _configured(chosen: list[Path], ws: Workspace) -> bool:
    from quizcv import config

    folders = [path.absolute() for path in config.deck_paths(ws.values["decks"])]
    return all(any(path.absolute().is_relative_to(folder) for folder in folders) for path in chosen if path.exists())


def _watch(ws: Workspace, paths: list[Path], dry_run: bool, as_json: bool) -> None:
    from watchfiles import watch

    typer.echo("Watching; Ctrl-C ends.", err=True)
    for _changes in watch(*(path for path in paths if path.exists()), raise_interrupt=False):
        _once(ws, paths, dry_run, as_json)


def _once(ws: Workspace, paths: list[Path], dry_run: bool, as_json: bool) -> bool:
    """One sync, told; whether there were faults."""
    import sys

    from quizcv.cli import preparing
    from quizcv.model import Severity
    from quizcv.sync import sync as sync_

    tell = sys.stderr.isatty() and not as_json

    def progress(done: int, total: int) -> None:
        if tell and total > 200:
            typer.echo(f"\r{done}/{total} files", err=True, nl=done == total)

    report = sync_(ws.store, paths, ws.today(), dry_run=dry_run, progress=progress)
    if as_json:
        from quizcv.cli.output import write_json

        write_json(as_dict(report))
    else:
        _tell(report, paths)
    if not dry_run and preparing.wanted(ws):
        _prepare(ws, tell=tell, quiet=as_json)
    return any(fault.severity is Severity.FAULT for fault in report.faults)


def _prepare(ws: Workspace, *, tell: bool, quiet: bool) -> None:
    """Fill the pool of verified items and confirm claims; says what could not be."""
    from quizcv.cli import preparing

    def progress(done: int, total: int) -> None:
        if tell:
            typer.echo(f"\r{done}/{total} items verified", err=True, nl=done == total)

    done = preparing.here(ws, progress)
    if not quiet:
        typer.echo(f"PyTorch: {done.items} items verified for computational cards, {done.claims} claims confirmed.")
        if done.refuted:
            typer.echo(f"{len(done.refuted)} claims do not hold: `quizcv check` tells where.", err=True)
        for model, reason in done.stopped.items():
            typer.echo(f"stopped: {model}: {reason}", err=True)


def as_dict(report: SyncReport) -> dict[str, Any]:
    """The report as `--json` writes it."""
    from quizcv.cli.output import fault_dict, gap_dict
    from quizcv.sync import Changed

    return {
        "dry_run": report.dry_run,
        "files": report.files,
        "unchanged_files": report.unchanged_files,
        "counts": {what.value: report.count(what) for what in Changed} | {"gaps": len(report.gaps)},
        "changes": [
            {
                "change": change.what.value,
                "id": change.key,
                "front": change.front,
                "path": change.place.path,
                "line": change.place.line,
                "was": change.was,
            }
            for change in report.changes
        ],
        "gaps": [gap_dict(path, gap) for path, gap in report.gaps],
        "faults": [fault_dict(fault) for fault in report.faults],
    }


def _tell(report: SyncReport, paths: list[Path]) -> None:
    from quizcv.model import Severity
    from quizcv.sync import Changed

    for fault in report.faults:
        if fault.severity is Severity.FAULT:
            typer.echo(str(fault), err=True)
    # Edited and new texts are what everybody expects of a sync: they are counted; --json lists them.
    expected = (Changed.ADDED, Changed.UPDATED)
    worth_telling = [change for change in report.changes if change.what not in expected]
    for change in worth_telling[:SHOWN]:
        was = f" (was {change.was})" if change.was else ""
        if change.what is Changed.ORPHANED:
            was = f" [{change.key}]"
        if change.what is Changed.RENAMED:
            was = " (edited; its history goes with it)"
        typer.echo(f"{change.what.value}: {change.place.path}:{change.place.line} {_one_line(change.front)}{was}")
    if len(worth_telling) > SHOWN:
        typer.echo(f"… and {len(worth_telling) - SHOWN} more; --json lists all.")
    counts = [f"{count} {what.value}" for what in Changed if (count := report.count(what))]
    verb = "Would be" if report.dry_run else "Cards"
    warnings = sum(fault.severity is Severity.WARNING for fault in report.faults)
    typer.echo(
        f"{report.files} files ({report.unchanged_files} unchanged). {verb}: {', '.join(counts) or 'no change'}."
    )
    if report.count(Changed.ORPHANED):
        typer.echo(
            "Orphans keep their history. One that is a new card in other words: `quizcv cards adopt ORPHAN NEW`."
        )
    if report.gaps:
        typer.echo(f"{len(report.gaps)} gaps: headings without an answer. `quizcv gaps` lists them.")
    if warnings:
        typer.echo(f"{warnings} warnings: `quizcv check {' '.join(map(str, paths))}` tells them.")


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59] + "…"
