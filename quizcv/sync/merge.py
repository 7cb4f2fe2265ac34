"""The difference between the deck files and the store, applied in one transaction: all of it, or nothing.

Nothing is ever deleted but a translation: a card that no file holds any more becomes an orphan with its history, and comes back when its
text does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from quizcv.collector import held
from quizcv.config import source_file
from quizcv.model import CardText, Fault, Place, Severity
from quizcv.store import Store, Unit
from quizcv.store.decks import StoredText
from quizcv.sync.carry import Newcomer, carried
from quizcv.sync.columns import card_columns, stored_columns, text_columns, words
from quizcv.sync.reading import UNREAD, Findings, look
from quizcv.sync.report import Change, Changed, SyncReport


class _DryRun(Exception):
    """Carries nothing: leaving the unit of work by an exception is how it is rolled back."""


def sync(
    store: Store,
    paths: Sequence[Path],
    today: date,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> SyncReport:
    """Bring the store up to date with the deck files under `paths`; other files' cards are left alone.

    Faults are in the report, never raised; a file that cannot be read keeps its cards as they were.
    """
    with store.read() as db:
        known = db.decks.sources()
    with held():
        return _sync(store, look(paths, known, progress), today, dry_run)


def _sync(store: Store, findings: Findings, today: date, dry_run: bool) -> SyncReport:
    report = SyncReport(
        files=len(findings.readings) + len(findings.touched) + len(findings.unchanged),
        unchanged_files=len(findings.touched) + len(findings.unchanged),
        faults=list(findings.faults),
        dry_run=dry_run,
    )
    if findings.readings or findings.touched or findings.vanished:
        try:
            with store.write() as db:
                _Merge(db, today, findings, report).run()
                _leave_if(dry_run)
        except _DryRun:
            pass
    shown = {reading.source.path: reading.deck.path for reading in findings.readings}
    for source in (*(reading.source for reading in findings.readings), *findings.touched, *findings.unchanged):
        name = shown.get(source.path, str(source_file(source.path)))
        report.gaps.extend((name, gap) for gap in source.gaps)
    report.gaps.sort(key=lambda pair: (pair[0], pair[1].line))
    return report


def _leave_if(dry_run: bool) -> None:
    if dry_run:
        raise _DryRun


class _Merge:
    """One merge; lives as long as its transaction."""

    def __init__(self, db: Unit, today: date, findings: Findings, report: SyncReport) -> None:
        self.decks = db.decks
        self.today = today
        self.findings = findings
        self.report = report
        self.paths: dict[int, str] = {}  # source id -> path as shown
        self.wanted: dict[tuple[str, str], Newcomer] = {}
        self.stored: dict[tuple[str, str], StoredText] = {}  # by key and language: everything this merge may touch
        self.ids: dict[str, int] = {}
        self.losers: set[int] = set()  # sources with a card that stands elsewhere too

    def run(self) -> None:
        self._put_sources()
        self._collect_wanted()
        self._collect_stored()
        gone = self._gone()
        carried_on = self._carry(gone)
        self._add(carried_on)
        self._write_texts(carried_on)
        self._orphan(gone, set(carried_on.values()))
        for reading in self.findings.readings:
            source_id = self.source_ids[reading.source.path]
            if source_id in self.losers:
                self.decks.put_source(replace(reading.source, id=source_id, mtime_ns=UNREAD))
        self.report.cards = len({key for key, _lang in self.wanted})

    def _put_sources(self) -> None:
        known = {source.path: source.id for source in self.decks.sources().values()}
        for source in self.findings.touched:
            self.decks.put_source(source)
        for source in self.findings.vanished:
            self.decks.put_source(replace(source, mtime_ns=UNREAD, digest="", gaps=()))
            self.paths[source.id] = str(source_file(source.path))
        for reading in self.findings.readings:
            source_id = self.decks.put_source(replace(reading.source, id=known.get(reading.source.path, 0)))
            self.paths[source_id] = reading.deck.path
            known[reading.source.path] = source_id
        self.source_ids = known

    def _collect_wanted(self) -> None:
        for reading in self.findings.readings:
            source_id = self.source_ids[reading.source.path]
            for text in reading.deck.cards:
                name = (text.key, text.lang)
                if (first := self.wanted.get(name)) is not None:
                    self._twice(
                        Newcomer(text, source_id, reading.edited), Place(self.paths[first.source_id], first.text.line)
                    )
                else:
                    self.wanted[name] = Newcomer(text, source_id, reading.edited)

    def _collect_stored(self) -> None:
        """The texts of all files at hand, and of the wanted cards wherever they stood."""
        mine = set(self.paths)
        rows = self.decks.texts_of(mine)
        missing = {key for key, _lang in self.wanted} - {row.key for row in rows}
        elsewhere = self.decks.texts_of_keys(missing & set(self.decks.known_keys(missing)))
        others = self.decks.texts_of_cards({row.card_id for row in rows})
        for row in (*rows, *others, *elsewhere):
            self.stored[row.key, row.lang] = row
            self.ids[row.key] = row.card_id
        names = {source_id: path for path, source_id in self.source_ids.items()}
        for row in self.stored.values():
            newcomer = self.wanted.get((row.key, row.lang))
            if newcomer is None or row.orphaned or row.source_id in mine or row.source_id == newcomer.source_id:
                continue
            file = source_file(names[row.source_id])
            if file.exists():  # the same card in a file that did not change: that one was first
                self._twice(newcomer, Place(str(file), row.line))
                del self.wanted[row.key, row.lang]
        self.mine = mine

    def _twice(self, newcomer: Newcomer, first: Place) -> None:
        """A card that stands in two files belongs to the first; the other is read every time, for when the first lets go."""
        text, path = newcomer.text, self.paths[newcomer.source_id]
        self.losers.add(newcomer.source_id)
        if not text.explicit:
            return  # the same text twice is the same card: `quizcv check` warns of it, nothing is lost
        self.report.faults.append(
            Fault(
                Place(path, text.line),
                Severity.FAULT,
                "duplicate-id",
                f"The id '{text.note}' is already used at {first.path}:{first.line}; this card is left out.",
                "Give one of them another id.",
            )
        )

    def _gone(self) -> list[StoredText]:
        """Texts of our files that nothing wants any more; of cards not yet orphaned."""
        return [
            row
            for name, row in self.stored.items()
            if name not in self.wanted and row.source_id in self.mine and not row.orphaned
        ]

    def _carry(self, gone: list[StoredText]) -> dict[str, int]:
        """New key -> the card it continues."""
        staying = {
            row.card_id for name, row in self.stored.items() if name in self.wanted or row.source_id not in self.mine
        }
        if not self.stored:
            return {}
        leaving = [row for row in gone if row.card_id not in staying]
        new = [newcomer for (key, _lang), newcomer in self.wanted.items() if key not in self.ids]
        pairs = carried(leaving, new)
        taken = set(pairs.values())
        orphans = [
            row
            for name, row in self.stored.items()
            if row.orphaned and name not in self.wanted and row.card_id not in taken
        ]
        pairs.update(carried(orphans, [newcomer for newcomer in new if newcomer.text.key not in pairs]))
        return pairs

    def _add(self, carried_on: dict[str, int]) -> None:
        fresh: dict[str, CardText] = {}
        for (key, _lang), newcomer in self.wanted.items():
            if key not in self.ids and key not in carried_on:
                fresh.setdefault(key, newcomer.text)
        rows = [{**card_columns(text), "orphaned": None, "created": self.today} for text in fresh.values()]
        self.ids.update(self.decks.add_cards(rows))
        self.decks.set_tags({self.ids[key]: text.tags for key, text in fresh.items()}, fresh=True)
        self.fresh = fresh.keys()
        for key, text in fresh.items():
            self._tell(Changed.ADDED, text, self.wanted[key, text.lang].source_id)

    def _write_texts(self, carried_on: dict[str, int]) -> None:
        old_of = defaultdict(list)
        for row in self.stored.values():
            old_of[row.card_id].append(row)
        tags = self.decks.tags_of({row.card_id for row in self.stored.values()})
        add: list[dict[str, Any]] = []
        change: list[dict[str, Any]] = []
        cards: dict[int, dict[str, Any]] = {}
        retag: dict[int, tuple[str, ...]] = {}
        back: set[int] = set()
        drop: list[tuple[int, str]] = []
        for (key, lang), newcomer in self.wanted.items():
            if key in self.fresh:
                add.append(text_columns(self.ids[key], newcomer))
                continue
            text = newcomer.text
            card_id = carried_on.get(key) or self.ids[key]
            columns_now = text_columns(card_id, newcomer)
            before = next((old for old in old_of[card_id] if old.lang == lang), None)
            if before is not None and words(before) == words(text):
                columns_now["changed"] = before.changed
            if before is None:
                add.append(columns_now)
            elif stored_columns(before) != columns_now:
                change.append(columns_now)
            known = before or old_of[card_id][0]
            columns = card_columns(text)
            if any(getattr(known, name) != value for name, value in columns.items()):
                cards[card_id] = {"id": card_id, **columns}
            if tags.get(card_id, set()) != set(text.tags):
                retag[card_id] = text.tags
            if known.orphaned:
                back.add(card_id)
            if key in carried_on:
                drop.extend((card_id, old.lang) for old in old_of[card_id] if (key, old.lang) not in self.wanted)
            self._compare(newcomer, before, known, retag.get(card_id) is not None)
        self.decks.drop_texts(drop)
        self.decks.change_cards(list(cards.values()))
        self.decks.change_texts(change)
        self.decks.add_texts(add)
        self.decks.set_tags(retag)
        self.decks.set_orphaned(back, None)

    def _compare(self, newcomer: Newcomer, before: StoredText | None, known: StoredText, retagged: bool) -> None:
        text = newcomer.text
        if known.orphaned:
            self._tell(Changed.RESTORED, text, newcomer.source_id, known.key if known.key != text.key else "")
        elif known.key != text.key:
            self._tell(Changed.RENAMED, text, newcomer.source_id, known.key)
        elif known.deck != text.deck:
            self._tell(Changed.MOVED, text, newcomer.source_id, known.deck)
        elif before is not None and before.source_id != newcomer.source_id:
            self._tell(Changed.MOVED, text, newcomer.source_id, self.paths.get(before.source_id, ""))
        elif before is None or retagged or words(before) != words(text) or known.typed != text.typed:
            self._tell(Changed.UPDATED, text, newcomer.source_id)

    def _orphan(self, gone: list[StoredText], continued: set[int]) -> None:
        """Cards without any text left become orphans; where another language remains, only the translation goes."""
        leaving = {(row.card_id, row.lang) for row in gone}
        staying = {row.card_id for row in self.stored.values() if (row.card_id, row.lang) not in leaving}
        staying |= {self.ids[key] for key, _lang in self.wanted if key in self.ids}
        self.decks.drop_texts([(row.card_id, row.lang) for row in gone if row.card_id in staying - continued])
        orphans: dict[int, StoredText] = {}
        for row in gone:
            if row.card_id not in staying | continued and row.card_id not in orphans:
                orphans[row.card_id] = row
                place = Place(self.paths[row.source_id], row.line)
                self.report.changes.append(Change(Changed.ORPHANED, row.key, row.front, place))
        self.decks.set_orphaned(orphans, self.today)

    def _tell(self, what: Changed, text: CardText, source_id: int, was: str = "") -> None:
        place = Place(self.paths[source_id], text.line)
        self.report.changes.append(Change(what, text.key, text.front, place, was))
