"""A small collection in a real SQLite file, and time that stands still unless a test moves it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from textual.app import App
from textual.events import Key
from textual.pilot import Pilot

from quizcv.model import Kind, Memory, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.store import Store
from quizcv.store.decks import Source
from quizcv.store.tables import metadata
from quizcv.study import Session, Wanted
from quizcv.tui.app import ReviewApp

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@dataclass
class Clock:
    """A clock that a test turns."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Text:
    """A card to put in; `due` days ago (None: new)."""

    front: str
    back: str
    deck: str = "backbone::alexnet"
    breadcrumb: tuple[str, ...] = ("AlexNet",)
    due: int | None = None
    interval: int = 6
    repetitions: int = 2
    lapses: int = 0
    typed: bool = False
    hint: str = ""
    kind: Kind = Kind.BASIC
    lang: str = "en"
    tags: tuple[str, ...] = ()
    model: str = ""  # of an item card


THREE = (
    Text("How many layers has AlexNet?", "Eight."),
    Text("Which activation?", "ReLU.", due=3),
    Text("Which year?", "2012.", due=0, interval=25, repetitions=3),
)


@dataclass
class World:
    """One database and what a test wants of it."""

    path: Path
    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self._open: list[Store] = []
        self.store = self.opened()

    def opened(self) -> Store:
        """One more connection, as another terminal has it."""
        self._open.append(Store.open(f"sqlite:///{self.path}"))
        return self._open[-1]

    def close(self) -> None:
        for store in self._open:
            store.close()

    def put(self, *texts: Text) -> list[int]:
        """Store cards; returns their ids."""
        with self.store.write() as db:
            known = [source.id for source in db.decks.sources().values()]
            source = (known or [db.decks.put_source(Source(0, "decks/notes.md", "notes", "en", 0, 0, "", "1"))])[0]
            count = len(list(db.cards.all()))
            keys = [f"card-{count + number}" for number, _ in enumerate(texts)]
            ids = db.decks.add_cards(
                [
                    {"key": key, "note": key, "kind": text.kind.value, "deck": text.deck, "typed": text.typed,
                     "orphaned": None, "created": TODAY}
                    for key, text in zip(keys, texts, strict=True)
                ]
            )  # fmt: skip
            db.decks.add_texts(
                [
                    {"card_id": ids[key], "lang": text.lang, "source_id": source, "line": 10 * number + 1,
                     "end_line": 10 * number + 2, "breadcrumb": list(text.breadcrumb), "front": text.front,
                     "back": text.back, "hint": text.hint,
                     "extra": {"item": {"model": text.model, "level": None}} if text.model else None,
                     "changed": 0}
                    for number, (key, text) in enumerate(zip(keys, texts, strict=True))
                ]
            )  # fmt: skip
            db.decks.set_tags({ids[key]: text.tags for key, text in zip(keys, texts, strict=True)}, fresh=True)
            learner = db.learners.named("default")
            for key, text in zip(keys, texts, strict=True):
                if text.due is not None:
                    due = TODAY - timedelta(days=text.due)
                    last = due - timedelta(days=text.interval)
                    memory = Memory(text.repetitions, 250, text.interval, due, last, text.lapses)
                    state = replace(db.schedule.state(learner.id, ids[key]), memory=memory)
                    db.schedule.put(learner.id, ids[key], state)
        return [ids[key] for key in keys]

    def session(self, wanted: Wanted | None = None, store: Store | None = None) -> Session:
        """A session that has begun."""
        store = store or self.store
        with store.read() as db:
            learner = db.learners.named("default")
        session = Session(store, learner, SM2(), self.settings, wanted or Wanted(), "en", UTC)
        session.begin(self.clock())
        return session

    def app(self, wanted: Wanted | None = None, store: Store | None = None, edit: Any = None) -> ReviewApp:
        return ReviewApp(self.session(wanted, store), clock=self.clock, edit=edit)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table, whole."""
        with self.store.read() as db:
            return {
                table.name: sorted(map(tuple, db.connection.execute(select(table))), key=repr)
                for table in metadata.tables.values()
            }

    def journal(self) -> list[tuple[str, int | None]]:
        """What was done, oldest first."""
        with self.store.read() as db:
            return [(entry.action.value, entry.grade) for entry in db.journal.entries(1)]


def seen(app: App[Any]) -> str:
    """The screen as text, a line for each row."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def burst(pilot: Pilot[Any], *pressed: str) -> None:
    """Press keys faster than the screen is drawn, as somebody does who knows the card."""
    for key in pressed:
        event = Key(key, " " if key == "space" else key if len(key) == 1 else None)
        event.set_sender(pilot.app)
        pilot.app._driver.send_message(event)  # type: ignore[union-attr]
    await pilot.pause()
