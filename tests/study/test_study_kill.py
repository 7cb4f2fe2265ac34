"""kill -9 and power loss: a review that was shown as accepted is there afterwards.

What cannot be tested here is the disk itself: that a flush really flushes (WAL with synchronous=FULL asks for one at each
commit; tests/store/test_store_transactions.py sees to that).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from simulation import Desk, at

from quizcv.model import Grade
from quizcv.store import Store
from quizcv.study.audit import disagreements

if TYPE_CHECKING:
    from tests.conftest import Shelf

PROGRAM = Path(__file__).with_name("reviewers.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def run(*words: object) -> dict[str, int]:
    result = subprocess.run(
        [sys.executable, PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300, check=False
    )
    assert (result.stderr, result.returncode) == ("", 0), result.stderr
    told: dict[str, int] = json.loads(result.stdout)
    return told


def test_a_hundred_kills(shelf: Shelf) -> None:
    """KILL -9. One database, a hundred reviewers one after the other, each killed with SIGKILL at some moment: while
    opening, grading, taking back, writing the log back. After each: every review it was told is accepted is in the
    journal and none that it took back, the file is whole, and every schedule is what its journal leads to."""
    shelf.add(*(f"card {number}" for number in range(40)), tags=["t"])
    shelf.store.close()
    told = run("review", shelf.url, 100, 20260301)
    assert told["kills"] == 100
    assert told["told"] > 150, "else they were killed too early to prove anything"
    assert told["kept"] > 100


def test_killed_while_making_a_database(tmp_path: Path) -> None:
    """KILL -9 during the very first start: the second start works."""
    told = run("create", tmp_path, 25, 7)
    assert told["there"] > 5


def test_any_tail_of_the_log_may_be_lost(shelf: Shelf) -> None:
    """POWER LOSS, as far as it can be played: the write-ahead log ends anywhere, or in rubbish. What remains is whole, and
    it is the beginning of the history: all that was flushed before that place, and nothing out of order."""
    shelf.add(*(f"card {number}" for number in range(12)))
    shelf.store.close()
    with Store.open(shelf.url) as store:
        desk = Desk(type(shelf)(store))
        log = shelf.path.with_name(shelf.path.name + "-wal")
        session, sizes = desk.session(at(0)), []
        for number in range(20):
            session.show(at(0))
            entry = session.grade(Grade(1 + number % 5), at(0))
            sizes.append((log.stat().st_size, entry.id))
        data, tail = shelf.path.read_bytes(), log.read_bytes()
    ids, rng = [entry_id for _size, entry_id in sizes], Random(1)
    assert sizes[-1][0] == len(tail)
    cuts = [0, 1, 31, 32, 33, len(tail) - 1, len(tail), *(rng.randrange(len(tail)) for _ in range(25))]
    for number, cut in enumerate(cuts):
        path = shelf.path.with_name(f"lost {number}.db")
        path.write_bytes(data)
        rubbish = rng.randbytes(rng.choice([0, 100, 5000])) if number % 2 else b""
        path.with_name(path.name + "-wal").write_bytes(tail[:cut] + rubbish)
        with Store.open(f"sqlite:///{path}") as store, store.read() as db:
            assert db.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            kept = [entry.id for entry in db.journal.entries(1)]
            assert list(disagreements(db, desk.scheduler, desk.settings)) == []
        flushed = [entry_id for size, entry_id in sizes if size <= cut]
        assert kept == ids[: len(kept)]
        assert len(kept) >= len(flushed)
