"""What every test may ask for: a real database in a file of its own, and cards in it that need no deck."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from quizcv.model import CardState, Kind, Learner, Memory
from quizcv.store import Store
from quizcv.store.decks import Source
from quizcv.store.tables import metadata

# A test that takes long on a busy machine has not failed.
settings.register_profile("quizcv", deadline=None, print_blob=True)
# The gate asks the same questions every time: what it found yesterday it finds today. New ones are asked on every desk.
settings.register_profile("gate", parent=settings.get_profile("quizcv"), derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "quizcv")

# No process in the background of a hundred tests; those about the pool ask for it.
os.environ["QUIZCV_PREPARE"] = "0"

CREATED = date(2026, 3, 1)


@dataclass
class Shelf:
    """A database with the means to fill it and to look at all of it."""

    store: Store

    @property
    def path(self) -> Path:
        assert self.store.path is not None
        return self.store.path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @property
    def learner(self) -> Learner:
        with self.store.read() as db:
            return db.learners.named("default")

    def add(
        self,
        *keys: str,
        deck: str = "deck",
        note: str = "",
        kind: Kind = Kind.BASIC,
        tags: Sequence[str] = (),
        lang: str = "en",
        front: str = "",
        back: str = "",
        path: str = "/decks/deck.md",
    ) -> list[int]:
        """Cards that a file holds from now on; each is its own note unless `note` is given. Returns their ids."""
        with self.store.write() as db:
            ids = db.decks.add_cards(
                [
                    {
                        "key": key,
                        "note": note or key,
                        "kind": kind.value,
                        "deck": deck,
                        "typed": False,
                        "orphaned": None,
                        "created": CREATED,
                    }
                    for key in keys
                ]
            )
            db.decks.set_tags(dict.fromkeys(ids.values(), tags), fresh=True)
        for key in keys:
            self.text(ids[key], lang, front or f"front of {key}", back or f"back of {key}", path)
        return [ids[key] for key in keys]

    def text(self, card_id: int, lang: str, front: str, back: str = "", path: str = "/decks/deck.md") -> None:
        """One more text of a card."""
        with self.store.write() as db:
            known = db.decks.sources().get(path)
            source_id = known.id if known else db.decks.put_source(Source(0, path, "deck", lang, 0, 0, "", "1"))
            db.decks.add_texts(
                [
                    {
                        "card_id": card_id,
                        "lang": lang,
                        "source_id": source_id,
                        "line": card_id,
                        "end_line": card_id,
                        "breadcrumb": ["Top", front],
                        "front": front,
                        "back": back,
                        "hint": "",
                        "extra": None,
                        "changed": 0,
                    }
                ]
            )

    def orphan(self, *card_ids: int, day: date | None = CREATED) -> None:
        with self.store.write() as db:
            db.decks.set_orphaned(card_ids, day)

    def state(self, card_id: int) -> CardState:
        with self.store.read() as db:
            return db.schedule.state(self.learner.id, card_id)

    def put(self, card_id: int, state: CardState | None = None, **changes: Any) -> None:
        """Set a state as it stands on the disk, without a journal entry."""
        learner_id = self.learner.id
        with self.store.write() as db:
            db.schedule.put(learner_id, card_id, replace(state or db.schedule.state(learner_id, card_id), **changes))

    def due(self, card_id: int, due: date, last: date) -> None:
        """Make a card that was learned `last` and comes again on `due`."""
        self.put(card_id, memory=Memory(2, 250, (due - last).days, due, last))

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, as SQLite itself reads them."""
        with closing(sqlite3.connect(self.path)) as connection:
            return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in metadata.tables}

    def frozen(self) -> Path:
        """A copy of the whole database as it is now, for `fresh`."""
        self.store.close()
        return Path(shutil.copy(self.path, self.path.with_name(f"frozen-{self.path.name}")))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A new, empty database."""
    path = tmp_path_factory.mktemp("template") / "quizcv.db"
    Store.open(f"sqlite:///{path}").close()
    return path.read_bytes()


@pytest.fixture
def store(tmp_path: Path, template: bytes) -> Iterator[Store]:
    """A new, empty database in a real file."""
    path = tmp_path / "quizcv.db"
    path.write_bytes(template)
    with Store.open(f"sqlite:///{path}") as opened:
        yield opened


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


Fresh = Callable[[Path | None], AbstractContextManager[Shelf]]


@pytest.fixture(scope="session")
def fresh(template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """A database of its own for every example of a property, as `Shelf.frozen` left it or else empty."""
    folder = tmp_path_factory.mktemp("fresh")
    numbers = itertools.count()

    @contextmanager
    def made(frozen: Path | None = None) -> Iterator[Shelf]:
        path = folder / f"{next(numbers)}.db"
        path.write_bytes(frozen.read_bytes() if frozen else template)
        with Store.open(f"sqlite:///{path}") as opened:
            yield Shelf(opened)
        for left in folder.glob(f"{path.name}*"):
            left.unlink()

    return made


# --- computational cards ---


@pytest.fixture
def item_card(shelf: Shelf) -> Callable[..., int]:
    """Put a computational card in; returns its id."""

    def put(key: str, model: str = "conv_output", level: int | None = None, lang: str = "en") -> int:
        row = {"key": key, "note": key, "kind": Kind.ITEM.value, "deck": "items", "typed": False, "orphaned": None}
        with shelf.store.write() as db:
            card_id = db.decks.add_cards([{**row, "created": CREATED}])[key]
            known = db.decks.sources().get("/decks/items.md")
            source = (
                known.id if known else db.decks.put_source(Source(0, "/decks/items.md", "items", lang, 0, 0, "", "1"))
            )
            extra: dict[str, Any] = {"item": {"model": model, "level": level}}
            text = {"card_id": card_id, "lang": lang, "source_id": source, "line": card_id, "end_line": card_id}
            db.decks.add_texts(
                [{**text, "breadcrumb": [], "front": "", "back": "", "hint": "", "extra": extra, "changed": 0}]
            )
        return card_id

    return put


@pytest.fixture
def stock(shelf: Shelf) -> Callable[..., None]:
    """Put verified items into the pool."""

    from quizcv.items import model_named  # torch is loaded for those tests alone
    from quizcv.reference import running
    from quizcv.verify import verified

    def fill(model: str, level: int, count: int = 3, seed: int = 1) -> None:
        with running():
            items = [verified(model_named(model).item(seed, n, level)).published().to_json() for n in range(count)]
        with shelf.store.write() as db:
            db.pool.add(items)

    return fill
