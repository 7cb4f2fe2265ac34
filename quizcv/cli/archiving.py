"""An archive into the database: the deck files first, then everything else in one transaction, then sync finds the files.

Until sync has found its text, a card is an orphan that has its history already: whatever is interrupted, nothing is lost, and the
next import of the archive goes on where this one ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from quizcv.archived import Archive, ArchivedReview
from quizcv.exchange.archive.markdown import card_texts
from quizcv.exchange.archive.merging import Plan, plan
from quizcv.exchange.deckfiles import DeckFiles, deck_files
from quizcv.model import Fault, Review, Severity

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.store import Unit


@dataclass(slots=True)
class Brought:
    """What an import did, or would do: `written` are deck files in `folder`, `waiting` cards that are orphans until a deck says them."""

    plan: Plan
    written: DeckFiles
    folder: Path
    decks: list[Path] = field(default_factory=list)
    waiting: int = 0
    faults: list[Fault] = field(default_factory=list)


def following(ws: Workspace) -> Callable[[ArchivedReview], bool]:
    """Whether a review's state after it is what it makes of the state before, whatever the settings were on that day."""
    from quizcv.scheduling import scheduler_named
    from quizcv.study.audit import follows

    def follows_(said: ArchivedReview) -> bool:
        entry = Review(
            0, 0, 0, said.at, said.day, said.action, said.grade, said.took_ms, said.before, said.after
        )  # fmt: skip
        try:
            return follows(entry, scheduler_named(said.scheduler), ws.settings)
        except (OverflowError, ValueError):  # days behind the end of the calendar
            return False

    return follows_


def bring(ws: Workspace, archive: Archive, origin: str, folder: Path, *, dry_run: bool) -> Brought:
    """Let the database hold what the archive called `origin` holds; cards that no deck says are written into `folder`.

    Raises:
        ExchangeError: the files cannot be written; nothing is changed.
    """
    notes, decks = _configured(ws, archive)
    if dry_run:
        with ws.store.read() as db:
            found = plan(archive, db.whole, notes)
        written = deck_files(card_texts(found.to_write), folder)
        return Brought(found, written, folder, decks, _waiting(found, written, notes))
    with ExitStack() as taken_back, ws.store.write() as db:
        found = plan(archive, db.whole, notes)
        brought = Brought(found, deck_files(card_texts(found.to_write), folder), folder, decks)
        taken_back.enter_context(_placed(brought.written.files, folder))
        _put(db, found, origin, ws)
    _sync(ws, archive, brought)
    return brought


def _put(db: Unit, found: Plan, origin: str, ws: Workspace) -> None:
    db.whole.add_learners(found.learners)
    db.whole.amend_learners(found.amended_learners)
    db.whole.add_cards(found.cards, origin, ws.today())
    db.whole.amend_cards(found.amendments)
    db.whole.add_reviews(found.reviews)
    db.whole.put_states(found.states)


def _sync(ws: Workspace, archive: Archive, brought: Brought) -> None:
    """Let sync find what was written, and the configured decks that say other cards of the archive."""
    from quizcv.sync import sync

    paths = [*([brought.folder] if brought.written.files else []), *brought.decks]
    if paths:
        report = sync(ws.store, paths, ws.today())
        brought.faults = [fault for fault in report.faults if fault.severity is Severity.FAULT]
    with ws.store.read() as db:
        adrift = db.whole.adrift()
    brought.waiting = sum(card.orphaned is None and card.key in adrift for card in archive.cards)


def _waiting(found: Plan, written: DeckFiles, decks: set[str]) -> int:
    """How many cards no file will hold, as far as can be said before: some side of their note has one, or no Markdown says them."""
    lost = {note for note, _reason in written.lost}
    said = decks | {card.note for card in found.to_write} - lost
    return sum(card.orphaned is None and card.note not in said for card in found.cards)


def _configured(ws: Workspace, archive: Archive) -> tuple[set[str], list[Path]]:
    """The notes of the archive that are missing here and stand in configured decks, and those decks."""
    from quizcv import config
    from quizcv.deck import find, read

    with ws.store.read() as db:
        known = db.decks.known_keys(card.key for card in archive.cards)
        adrift = db.whole.adrift()
    alive = [card for card in archive.cards if card.orphaned is None]
    missing = {card.note for card in alive if card.key not in known or card.key in adrift}
    notes: set[str] = set()
    decks: list[Path] = []
    for path in config.deck_paths(ws.values["decks"]) if missing else ():
        said: set[str] = set()
        for source in find([path]).files:
            deck = read(source.file, path=source.path, deck=source.deck, lang=source.lang)
            said.update(card.note for card in deck.cards)
        if said & missing:
            notes |= said & missing
            decks.append(path)
    return notes, decks


@contextmanager
def _placed(files: Mapping[str, bytes], folder: Path) -> Iterator[None]:
    """Write the files, and take them away again if what follows fails."""
    from quizcv.exchange.placing import place

    made = not folder.exists()
    new = [folder / name for name in files if not (folder / name).exists()]
    if files:
        place(files, folder)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for path in new:
                path.unlink()
            if made:
                folder.rmdir()
        raise
