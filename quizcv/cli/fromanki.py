"""Taking in an Anki package: its cards become deck files, the files are synced, its log is played into the journal."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import typer

from quizcv.config import source_file
from quizcv.exchange.anki.incoming import Incoming, incoming
from quizcv.exchange.anki.own.returning import Returning
from quizcv.exchange.deckfiles import DeckFiles, deck_files
from quizcv.exchange.placing import place
from quizcv.model import CardText, Past, Severity
from quizcv.study.history import Rules, TakenOver, take_over
from quizcv.sync import sync

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.exchange.anki.package.opening import Package
    from quizcv.store import Unit

#: How many things that could not be carried are named before the rest is only counted.
SHOWN = 20


@dataclass(slots=True)
class Report:
    """What came in, or with `dry_run` would. `here` are notes that files hold already: their texts stay; `rewritten` notes whose text
    had to be escaped for Markdown; `lost` what could not be carried, with the reason."""

    folder: Path
    dry_run: bool = False
    decks: int = 0
    cards: int = 0
    here: int = 0
    media: int = 0
    reviews: int = 0
    histories: int = 0
    kept: list[str] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("decks", "cards", "here", "media", "histories", "reviews")}
        lost = [{"what": what, "why": why} for what, why in self.lost]
        lists = {"kept": self.kept, "rewritten": self.rewritten, "lost": lost}
        return {"folder": str(self.folder), "dry_run": self.dry_run, **counts, **lists}

    def tell(self, *, remembered: bool) -> None:
        """Say it to the person."""
        verb = "would come" if self.dry_run else "came"
        media = f" and {self.media} media" if self.media else ""
        if self.cards:
            typer.echo(f"{self.cards:,} cards in {self.decks} decks{media} {verb} to {self.folder}.")
        else:
            typer.echo("No new cards.")
        if self.here:
            typer.echo(f"{self.here:,} notes are in your files already; their texts stay as they are there.")
        if self.histories:
            verb = "would be" if self.dry_run else "were"
            typer.echo(
                f"{self.reviews:,} reviews of {self.histories:,} cards {verb} taken over and played again with SM-2."
            )
        if self.kept:
            typer.echo(
                f"{len(self.kept)} cards were reviewed here since, and keep the history they have here: {_few(self.kept)}"
            )
        if self.rewritten:
            typer.echo(f"In {len(self.rewritten)} notes marks of Markdown were escaped; they read as before.")
        for what, why in self.lost[:SHOWN]:
            typer.echo(f"not carried: {what}: {why}", err=True)
        if len(self.lost) > SHOWN:
            typer.echo(f"… and {len(self.lost) - SHOWN} more; --json lists all.", err=True)
        if self.cards and not self.dry_run and not remembered:
            typer.echo(f"To keep these decks in step: `quizcv sync {quote(str(self.folder))} --remember`")


class _Undone(Exception):
    """Leaves a transaction whose outcome was only wanted."""


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


def take_in(ws: Workspace, package: Package, folder: Path, *, history: bool, dry_run: bool) -> Report:
    """Do it, all or nothing up to the sync; a history that cannot be written leaves decks that a second import completes.

    Raises:
        ExchangeError: a file cannot be read or written; nothing is changed.
    """
    returning = Returning()
    found = incoming(package.collection, lang=ws.lang, tz=ws.tz, own=returning.cards)
    report = Report(folder, dry_run)
    report.lost = [("", problem) for problem in package.problems] + [(one.what, one.why) for one in found.lost]
    with ws.store.read() as db:
        here = _here(db, found)
    texts = [text for cards in found.decks.values() for text in cards if text.note not in here]
    pages = deck_files(texts, folder)
    _count(report, texts, pages, here)
    media = _media(report, returning, found, package) if texts else {}
    pasts = found.pasts if history else {}
    if dry_run:
        _foresee(report, ws, pasts)
        return report
    with tempfile.TemporaryDirectory() as unpacked:
        files: dict[str, bytes | Path] = dict(pages.files)
        for number, (path, name) in enumerate(media.items()):
            files[path] = Path(unpacked) / str(number)
            package.extract(name, Path(unpacked) / str(number))
        place(files, folder)
    if texts:
        synced = sync(ws.store, [folder], ws.today())
        report.lost += [(str(one.place), one.message) for one in synced.faults if one.severity is Severity.FAULT]
    with ws.store.write() as db:
        ids = db.decks.known_keys([text.key for text in texts])
        db.decks.set_guids(
            {ids[one.key]: found.guids[one.note] for one in texts if one.key in ids and one.note in found.guids}
        )
        _tell_history(report, db, _take_over(db, ws, pasts))
    return report


def _here(db: Unit, found: Incoming) -> set[str]:
    """Notes of which a file says a card, one of an earlier import for example: a second one would only be in its way."""
    notes = {text.key: text.note for cards in found.decks.values() for text in cards}
    ids = db.decks.known_keys(notes)
    cards = db.cards.many(ids.values()).values()
    return {notes[card.key] for card in cards if not card.orphaned and source_file(card.path).exists()}


def _count(report: Report, texts: list[CardText], pages: DeckFiles, here: set[str]) -> None:
    lost = {note for note, _why in pages.lost}
    report.decks = len({(text.deck, text.lang) for text in texts})
    report.cards = sum(text.note not in lost for text in texts)
    report.here = len(here)
    report.rewritten = pages.rewritten
    report.lost += pages.lost


def _media(report: Report, returning: Returning, found: Incoming, package: Package) -> dict[str, str]:
    """The files that texts use: path below the folder -> name in the package."""
    wanted = returning.media | {path: name for name, path in found.media.items()}
    there = {path: name for path, name in wanted.items() if name in package.collection.media}
    missing = sorted(set(wanted.values()) - set(there.values()))
    report.lost += [(name, "a text shows it, but it is not in the package") for name in missing]
    report.media = sum(not (report.folder / path).exists() for path in there)
    return there


def _take_over(db: Unit, ws: Workspace, pasts: dict[str, Past]) -> TakenOver:
    ids = db.decks.known_keys(pasts)
    rules = Rules(ws.learner.id, ws.scheduler, ws.settings, ws.tz, ws.now())
    return take_over(db, {ids[key]: past for key, past in pasts.items() if key in ids}, rules)


def _foresee(report: Report, ws: Workspace, pasts: dict[str, Past]) -> None:
    """Count what would be taken over: of cards that are not here yet everything, of others what the same steps, undone, come to."""
    with suppress(_Undone), ws.store.write() as db:
        known = db.decks.known_keys(pasts)
        _tell_history(report, db, _take_over(db, ws, pasts))
        raise _Undone
    new = [past for key, past in pasts.items() if key not in known]
    report.histories += len(new)
    report.reviews += sum(review.grade is not None for past in new for review in past.reviews)


def _tell_history(report: Report, db: Unit, done: TakenOver) -> None:
    report.histories, report.reviews = done.cards, done.reviews
    report.kept = [card.key for card in db.cards.many(done.kept).values()]
    if done.future:
        report.lost.append((f"{done.future} reviews", "they lie in the future: a clock was wrong"))
