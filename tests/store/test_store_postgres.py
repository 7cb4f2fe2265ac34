"""The same promises on PostgreSQL, where a server is at hand: QUIZCV_TEST_POSTGRES=postgresql+psycopg://user@host/postgres

The user must be allowed to make databases; each test gets a new one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, make_url, text

from quizcv.errors import NotFound, StaleCard, StoreError, StoreNewer
from quizcv.model import CardFilter, CardState, Grade, ItemAnswer, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.store import Store
from quizcv.store.decks import Source
from quizcv.study import Session, undo_last
from quizcv.study.audit import disagreements

SERVER = os.environ.get("QUIZCV_TEST_POSTGRES", "")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLENTY = Settings(new_per_day=999, reviews_per_day=999)

pytestmark = pytest.mark.skipif(not SERVER, reason="QUIZCV_TEST_POSTGRES names no server")


@pytest.fixture
def url() -> Iterator[str]:
    name = f"quizcv_test_{os.getpid()}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


def fill(store: Store, *keys: str, deck: str = "deck") -> list[int]:
    with store.write() as db:
        columns = {"kind": "basic", "typed": False, "orphaned": None, "created": date(2026, 3, 1), "deck": deck}
        ids = db.decks.add_cards([{"key": key, "note": key, **columns} for key in keys])
        known = db.decks.sources().get("/x.md")
        source_id = known.id if known else db.decks.put_source(Source(0, "/x.md", "d", "en", 0, 0, "", "1"))
        place = {"lang": "en", "source_id": source_id, "line": 1, "end_line": 1, "breadcrumb": [], "hint": ""}
        db.decks.add_texts(
            [{"card_id": ids[key], "front": key, "back": "b", "extra": None, "changed": 0, **place} for key in keys]
        )
    return list(ids.values())


def session(store: Store) -> Session:
    with store.read() as db:
        learner = db.learners.named("default")
    sitting = Session(store, learner, SM2(), PLENTY, tz=UTC)
    sitting.begin(NOW)
    return sitting


OPENER = "import sys\nfrom quizcv.store import Store, migrate\nStore.open(sys.argv[1]).close()"


def test_programs_that_make_it_at_once(url: str) -> None:
    running = [subprocess.Popen([sys.executable, "-c", OPENER, url], stderr=subprocess.PIPE) for _ in range(4)]
    assert [program.communicate(timeout=60)[1] for program in running] == [b""] * 4
    with Store.open(url) as store, store.read() as db:
        assert [learner.name for learner in db.learners.all()] == ["default"]


def test_what_is_not_ours_is_left_alone(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (name TEXT)"))
    with pytest.raises(StoreError, match="is not quizcv's"):
        Store.open(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    with pytest.raises(StoreError, match="is not quizcv's"):
        Store.open(url)
    engine.dispose()


def test_a_newer_one_is_refused(url: str) -> None:
    with Store.open(url) as store, store.write() as db:
        db.connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(StoreNewer, match="has schema 99"):
        Store.open(url)


def test_a_reader_sees_one_state(url: str, store: Store) -> None:
    [card] = fill(store, "a")
    with Store.open(url) as other, store.read() as db:
        assert not db.schedule.state(1, card).flagged
        with other.write() as theirs:
            theirs.schedule.put(1, card, CardState(flagged=True))
        assert not db.schedule.state(1, card).flagged


def test_letters_stand_for_themselves(store: Store) -> None:
    """Whatever the server's collation thinks of colons, capitals and Chinese."""
    for deck, key in (("a", "x-1"), ("a::b", "x-2"), ("a2", "X-3"), ("a:b", "x%"), ("A::b", "深")):
        fill(store, key, deck=deck)
    with store.read() as db:
        assert {card.key for card in db.cards.all(CardFilter(decks=("a",)))} == {"x-1", "x-2"}
        assert db.cards.find("X").key == "X-3"
        assert db.cards.find("x%").key == "x%"
        assert db.cards.find("深").key == "深"
        with pytest.raises(NotFound, match="several"):
            db.cards.find("x-")


def test_two_windows_at_the_same_queue(url: str, store: Store) -> None:
    """Answering the same card in the same moment, again and again: one is accepted, the other refused."""
    ids = fill(store, *(f"card {number}" for number in range(30)))
    told: list[str] = []
    with Store.open(url) as second:
        windows = [session(store), session(second)]
        together = threading.Barrier(2, timeout=60)

        def study(window: Session) -> None:
            while window.show(NOW) is not None:
                together.wait()
                try:
                    window.grade(Grade.GOOD, NOW)
                    told.append("accepted")
                except StaleCard:
                    told.append("refused")
                together.wait()

        threads = [threading.Thread(target=study, args=(window,)) for window in windows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Counter(told) == {"accepted": 30, "refused": 30}
    with store.read() as db:
        assert Counter(entry.card_id for entry in db.journal.entries(1)) == dict.fromkeys(ids, 1)
        assert list(disagreements(db, SM2(), PLENTY)) == []


def test_there_and_back(store: Store) -> None:
    [card] = fill(store, "a")
    sitting = session(store)
    for grade in (Grade.WRONG, Grade.HARD, Grade.GOOD):
        sitting.show(NOW)
        sitting.grade(grade, NOW)
    assert sitting.show(NOW) is None
    for _ in range(3):
        undo_last(store, sitting.learner)
    with store.read() as db:
        assert db.schedule.state(1, card) == CardState()
        assert list(db.journal.entries(1)) == []


def test_two_reviews_at_once_draw_two_items(store: Store, url: str) -> None:
    """An item that one transaction has drawn and not committed yet is passed over by another, without waiting."""
    items = [{"model": "m", "version": 1, "level": 1, "number": number} for number in range(2)]
    with store.write() as db:
        db.pool.add(items)
    with Store.open(url) as other, store.write() as one, other.write() as two:
        first, second = one.pool.draw("m", 1), two.pool.draw("m", 1)
    assert [item and item["number"] for item in (first, second)] == [0, 1]
    with store.read() as db:
        assert db.pool.sizes() == {}


def test_answers_go_with_their_review(store: Store) -> None:
    """Undo takes both; a foreign key holds them together."""
    (card,) = fill(store, "a")
    sitting = session(store)
    sitting.show(NOW)
    entry = sitting.grade(Grade.GOOD, NOW)
    answer = ItemAnswer("m", 1, 2, 2**40, 3, "55", "right")
    with store.write() as db:
        db.pool.put_answer(entry.id, answer)
    with store.read() as db:
        assert db.pool.record(1, "m", 5) == [answer]
    sitting.undo(NOW)
    with store.read() as db:
        assert db.pool.record(1, "m", 5) == []
        assert db.schedule.state(1, card).new


def test_two_exports_at_once(url: str) -> None:
    """Both remember what they wrote: the later one's word stands, and neither fails on the other's rows."""
    done: list[str] = []
    with Store.open(url) as one, Store.open(url) as other:

        def second() -> None:
            with other.write() as db:
                db.exported.put({"b": ("2", 2), "a": ("2", 2)})
            done.append("second")

        thread = threading.Thread(target=second)
        with one.write() as db:
            db.exported.put({"a": ("1", 1), "b": ("1", 1)})
            thread.start()
            thread.join(0.5)  # waits for the first to commit
        thread.join(30)
        assert done == ["second"]
        with one.read() as db:
            assert db.exported.all() == {"a": ("2", 2), "b": ("2", 2)}
