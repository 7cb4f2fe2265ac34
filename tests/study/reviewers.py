"""Run by test_study_kill.py, as a program: reviewers are started, killed with SIGKILL at random moments, and looked after.

    python reviewers.py review URL KILLS SEED     one database, reviewed by one process after another
    python reviewers.py create FOLDER KILLS SEED  new databases, whose makers are killed

A reviewer says `+ID` when a review was accepted, `?ID` before it takes it back and `-ID` when it was taken back. Everything
it said must be true of the database that it left. Reviewers are forks of this program: starting Python a hundred times
would take longer than all they do.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import event

import quizcv.store.migrate  # noqa: F401 - else each maker of a database would have to import it
from quizcv.model import Grade, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.store import Store
from quizcv.study import Session, Wanted
from quizcv.study.audit import disagreements

SETTINGS = Settings(new_per_day=999, reviews_per_day=9999, leech_lapses=4, leech_action="tag")
BEGIN = date(2026, 3, 1)
GRADES = [Grade.WRONG, Grade.HARD, Grade.GOOD, Grade.GOOD, Grade.PERFECT]


def review(url: str, rng: Random, say: Callable[[str], None]) -> None:
    """Study day after day, for ever."""
    with Store.open(url) as store:
        if rng.random() < 0.5:  # else the log would hardly ever be written back while somebody is being killed
            event.listen(store.engine, "connect", lambda c, _r: c.execute("PRAGMA wal_autocheckpoint = 6").close())
            store.engine.dispose()
        with store.read() as db:
            learner = db.learners.named("default")
            last = db.journal.last(learner.id)
        day = last.day if last else BEGIN
        while True:
            day += timedelta(days=1)
            now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            session = Session(store, learner, SM2(), SETTINGS, Wanted(), tz=UTC)
            session.begin(now)
            while session.show(now) is not None:
                chance = rng.random()
                if chance < 0.05:
                    session.flag(now)
                elif chance < 0.1:
                    session.bury(now)
                else:
                    entry = session.grade(rng.choice(GRADES), now)
                    say(f"+{entry.id}")
                    if rng.random() < 0.15:
                        say(f"?{entry.id}")
                        session.undo(now)
                        say(f"-{entry.id}")


def killed(work: Callable[[Callable[[str], None]], None], lines: int, seconds: float) -> list[str]:
    """Fork, let it work until it has said so many lines and for so many seconds more, kill it; what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda words: os.write(writing, f"{words}\n".encode()) and None)
        except BaseException:  # noqa: BLE001 - there is nobody above to tell
            os.write(writing, f"!{traceback.format_exc()}\n".encode())
        os._exit(0)
    os.close(writing)
    said = b""
    while said.count(b"\n") < lines and select.select([reading], [], [], 60)[0]:
        if not (more := os.read(reading, 65536)):
            break
        said += more
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 65536):
        said += more
    os.close(reading)
    if b"!" in said:
        sys.exit(said.decode())
    return said.decode().splitlines()


def true(said: list[str], path: Path, known: set[int]) -> set[int]:
    """The journal's ids, after every word was found to be true of the file, which is whole and agrees with itself."""
    accepted, doubtful, undone = ({int(word[1:]) for word in said if word[0] == sign} for sign in "+?-")
    with Store.open(f"sqlite:///{path}") as store, store.read() as db:
        whole = db.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        wrong = list(disagreements(db, SM2(), SETTINGS))
        entries = list(db.journal.entries(1))
    graded = {entry.id for entry in entries if entry.action.graded}
    faults = {
        "not whole": [line for line in whole if line != "ok"],
        "disagreements": wrong,
        "accepted before, and lost": known - graded,
        "accepted, and lost": accepted - doubtful - graded,
        "taken back, and there": undone & graded,
        # one may have been written without there having been time to say so
        "never told": unsaid if len(unsaid := graded - known - accepted) > 1 else [],
    }
    if any(faults.values()):
        sys.exit(repr({name: list(fault) for name, fault in faults.items() if fault}))
    return graded


def review_and_kill(url: str, kills: int, rng: Random) -> dict[str, int]:
    """Each reviewer finds what the one before left, and every second time a copy of it is what is looked at: the next
    one then begins with the write-ahead log of the dead."""
    path = Path(url.removeprefix("sqlite:///"))
    known: set[int] = set()
    told = unsaid = 0
    for kill in range(kills):
        lines = rng.choice([0, 0, 1, 2, 5, 9])
        seconds = rng.uniform(0, 0.004) if lines else rng.uniform(0, 0.025)
        seed = rng.random()
        said = killed(lambda say, seed=seed: review(url, Random(seed), say), lines, seconds)
        told += sum(word[0] == "+" for word in said)
        before = len(known)
        if kill % 2:
            known = true(said, path, known)
        else:
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                for suffix in ("", "-wal"):
                    with suppress(FileNotFoundError):
                        shutil.copy(path.with_name(path.name + suffix), folder)
                known = true(said, Path(folder) / path.name, known)
        unsaid += len(known) - before > sum(word[0] == "+" for word in said) - sum(word[0] == "-" for word in said)
    return {"kills": kills, "told": told, "kept": len(known), "unsaid": unsaid}


def create_and_kill(folder: str, kills: int, rng: Random) -> dict[str, int]:
    """Whatever the first start left when it was killed, the second one makes a database of it."""
    there, began = 0, time.perf_counter()
    for number in range(3):
        Store.open(f"sqlite:///{folder}/measured {number}.db").close()
    usual = (time.perf_counter() - began) / 3
    for kill in range(kills):
        path = Path(folder) / f"{kill}.db"
        killed(lambda _say, path=path: Store.open(f"sqlite:///{path}").close(), 0, rng.uniform(0, 1.3 * usual))
        there += path.exists()
        with Store.open(f"sqlite:///{path}") as store, store.write() as db:
            names = [learner.name for learner in db.learners.all()]
            whole = db.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if (names, whole) != (["default"], ["ok"]):
            sys.exit(f"{path}: {names} {whole}")
    return {"kills": kills, "there": there}


if __name__ == "__main__":
    what, where, how_often, seed = sys.argv[1:]
    run = {"review": review_and_kill, "create": create_and_kill}[what]
    print(json.dumps(run(where, int(how_often), Random(int(seed)))))
