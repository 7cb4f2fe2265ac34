"""Answering a card, and choosing the day's cards among a million."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.timing import line, seconds
from quizcv.model import Grade, Settings
from quizcv.scheduling import scheduler_named
from quizcv.store import Store
from quizcv.store.decks import Source
from quizcv.study import Session, Wanted, select

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def filled(path: Path, count: int) -> Store:
    """A database with `count` new cards in 1,000 decks."""
    store = Store.open(f"sqlite:///{path}")
    with store.write() as db:
        source = db.decks.put_source(Source(0, "/bench.md", "bench", "", 0, 0, "", "bench"))
        for start in range(0, count, 50_000):
            keys = [f"k{i}" for i in range(start, min(count, start + 50_000))]
            ids = db.decks.add_cards(
                [
                    {"key": k, "note": k, "kind": "basic", "deck": f"d{int(k[1:]) % 1000}", "typed": False,
                     "orphaned": None, "created": TODAY}
                    for k in keys
                ]
            )  # fmt: skip
            db.decks.add_texts(
                [
                    {"card_id": ids[k], "lang": "", "source_id": source, "line": 1, "end_line": 2, "breadcrumb": [],
                     "front": f"front {k}", "back": f"back {k}", "hint": "", "extra": None, "changed": 0}
                    for k in keys
                ]
            )  # fmt: skip
    return store


def answer(rounds: int = 300) -> str:
    """One committed review against one sqlite3 transaction that writes the same rows with the same durability."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "ours.db", 2 * rounds + 50)
        with store.read() as db:
            learner = db.learners.named("default")
        settings = Settings(new_per_day=10**6)
        session = Session(store, learner, scheduler_named("sm2"), settings, Wanted(), "", UTC)
        session.begin(NOW)

        def ours() -> None:
            session.grade(Grade.GOOD, NOW, 1000)

        bare_path = Path(folder) / "bare.db"
        with sqlite3.connect(store.path or "") as source, sqlite3.connect(bare_path) as copy:
            source.backup(copy)
        raw = sqlite3.connect(bare_path, isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        cards = iter(range(1, 10**6))

        def bare() -> None:
            card = next(cards)
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("SELECT * FROM schedule WHERE learner_id = 1 AND card_id = ?", (card,)).fetchone()
            raw.execute(
                "INSERT INTO journal (learner_id, card_id, at, day, action, grade, took_ms, scheduler, before, after)"
                " VALUES (1, ?, 1772366400000, '2026-03-01', 'learn', 4, 1000, 'sm2', '{}', ?)",
                (
                    card,
                    '{"due": "2026-03-02", "last": "2026-03-01", "repetitions": 1, "easiness": 250, "interval": 1, "lapses": 0}',
                ),
            )
            raw.execute(
                "UPDATE schedule SET due='2026-03-02', last='2026-03-01', repetitions=1, easiness=250, interval=1,"
                " lapses=0, drill=NULL, buried=NULL, suspended=0, leech=0, flagged=0 WHERE learner_id=1 AND card_id=?",
                (card,),
            )
            raw.execute("COMMIT")

        pairs = []
        for _ in range(rounds):
            session.show(NOW)  # the learner reads the card: not part of answering
            pairs.append((seconds(ours), seconds(bare)))
        ours_ms, bare_ms = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        raw.close()
        store.close()
        return line("answer", ours_ms, bare_ms, ratio, "≤ 3")


def due(count: int = 1_000_000, rounds: int = 50) -> str:
    """The day's selection among a million cards, of which 300,000 were reviewed and 60,000 are due."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "big.db", count)
        with store.write() as db:
            db.connection.exec_driver_sql(
                "UPDATE schedule SET due = date('2026-03-01', (card_id % 100 - 20) || ' days'), last = '2026-02-01',"
                " repetitions = 3, easiness = 250, interval = 15 WHERE card_id <= ?",
                (count * 3 // 10,),
            )
        with store.read() as db:
            learner = db.learners.named("default")

        def ours() -> None:
            with store.read() as db:
                chosen = select(db, learner, TODAY, Settings(), Wanted())
            if len(chosen) != 220:
                raise RuntimeError(f"chose {len(chosen)} cards")

        ours()
        times = [seconds(ours) for _ in range(rounds)]
        store.close()
        return line("due", statistics.median(times), None, None, "≤ 10 ms")
