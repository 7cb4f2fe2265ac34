"""Everything a database holds comes back, byte for byte: through JSON, through CSV, into an empty database and into one in use."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from archive_commands import Run, done, dump, runner
from hypothesis import given
from hypothesis import strategies as st

from quizcv.archived import Archive, ArchivedCard, ArchivedLearner, ArchivedReview, ArchivedState, ArchivedText
from quizcv.cli import archiving
from quizcv.config import shipped
from quizcv.errors import EXIT_STORE, ExchangeError, StoreDamaged, UsageError
from quizcv.exchange.archive import csvfiles, jsonfile
from quizcv.exchange.archive.tables import TABLES
from quizcv.model import Action, CardState, Claim, Grade, ItemAnswer, ItemRequest, Kind, Memory, Settings
from quizcv.scheduling import scheduler_named
from quizcv.store import Store
from quizcv.study.audit import disagreements
from quizcv.study.grading import action_for, graded
from quizcv.study.record import Moment, mark, record, undo_last
from quizcv.sync import sync

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
SM2 = scheduler_named("sm2")

ENGLISH = """---
deck: own::mixed
lang: en
tags: [front]
---
# Nets
## AlexNet {#alexnet .shape}
- 96 kernels "11×11", stride 4
- `code`, and $\\frac{a}{b}$

```check
- model: conv_params
  params: {in_channels: 3, out_channels: 96, kernel: 11}
  equals: 34944
```
## Questions
Q: =1+1? {#sum .typed}
A: 2, "two"; 'zwei' 😀
   - a, b

C: ReLU is {{c1::max(0, x)::a function}}; its slope {{c2::1}}. {#relu}

T: receptive field {#rf}
D: what one unit sees

```item {#conv-size .shape}
model: conv_output
level: 2
```

Q: Who is no longer asked? {#gone}
A: +this one

Q: What does dropout do to the activations of a layer during training?
A: It sets each of them to zero with probability p, on its own.
"""
CHINESE = """---
deck: own::mixed
lang: zh
---
## 卷积 {#alexnet .front .shape}
96 个核
Q: 一加一？ {#sum .typed .front}
A: 二
"""


Fresh = Callable[[Path | None], AbstractContextManager[Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(tmp_path, monkeypatch)


def exported(run: Run, db: Path) -> bytes:
    out = db.with_suffix(".exported.json")
    done(run("export", "json", "--out", out, "--db", db))
    return out.read_bytes()


@dataclass
class Desk:
    """Somebody at work with one database."""

    db: Path
    now: datetime = NOW

    def open(self) -> Store:
        return Store.open(f"sqlite:///{self.db}")

    def sync(self, *paths: Path) -> None:
        with self.open() as store:
            sync(store, paths, self.now.date())

    def answer(
        self, key: str, grade: int, *, learner: str = "default", days: int = 0, cram: bool = False, typed: str = ""
    ) -> None:
        """Grade a card as a sitting does, `days` after the first day; what was typed goes beside it."""
        self.now += timedelta(seconds=7)
        now = self.now + timedelta(days=days)
        given = ItemAnswer("conv_output", 1, 2, 2**62, 3, typed, "wrong", "=forgets the padding", hinted=True)
        with self.open() as store, store.write() as db:
            who, card = db.learners.named(learner).id, db.decks.known_keys([key])[key]
            before = db.schedule.state(who, card)
            action = action_for(before, now.date(), cram=cram)
            after = graded(before, action, Grade(grade), now.date(), SM2, Settings(leech_lapses=1))
            moment = Moment(now, now.date(), "sm2")
            record(db, who, card, action, (before, after), moment, Grade(grade), 1234, given if typed else None)

    def mark(self, key: str, action: Action, *, learner: str = "default") -> None:
        self.now += timedelta(seconds=7)
        with self.open() as store, store.write() as db:
            moment = Moment(self.now, self.now.date(), "sm2")
            assert mark(db, db.learners.named(learner), db.decks.known_keys([key])[key], action, moment)

    def key(self, front: str) -> str:
        with self.open() as store, store.read() as db:
            return next(card.key for card in db.cards.all(lang="en") if card.front == front)


def study(desk: Desk) -> None:
    """What two learners may do in some weeks."""
    with desk.open() as store, store.write() as db:
        db.learners.add('小红 "the, 2nd"', date(2026, 2, 1), "Asia/Shanghai")
        db.learners.add("idle", date(2026, 2, 1))
    for key, grades in {
        "alexnet": (4, 3, 1),
        "sum": (1, 0, 4),
        "relu~c1": (5,),
        "rf~reverse": (2, 4),
        "gone": (3,),
    }.items():
        for number, grade in enumerate(grades):
            desk.answer(key, grade)  # the same day: the second is drill
            desk.answer(key, grade, days=7 * (number + 1), learner='小红 "the, 2nd"')
    desk.answer("conv-size", 1, typed="=55\n55")
    desk.answer("conv-size", 4, typed="", days=3)
    desk.answer("relu~c2", 3, cram=True)
    desk.answer("rf~forward", 5)
    with desk.open() as store, store.read() as db:
        default = db.learners.named("default")
    with desk.open() as store:
        undo_last(store, default)
    for action in (Action.SUSPEND, Action.UNSUSPEND, Action.FLAG, Action.RESET, Action.SUSPEND):
        desk.mark("alexnet", action)
    desk.mark("relu~c1", Action.BURY)
    desk.mark("sum", Action.FLAG, learner='小红 "the, 2nd"')


def edit(desk: Desk, folder: Path) -> None:
    """A card without an id is reworded, so that its key changes, and one card vanishes."""
    reworded = desk.key("What does dropout do to the activations of a layer during training?")
    desk.answer(reworded, 3)
    text = (folder / "mixed.en.md").read_text(encoding="utf-8")
    text = text.replace("during training?", "while it is trained?").replace(
        "Q: Who is no longer asked? {#gone}\nA: +this one\n", ""
    )
    (folder / "mixed.en.md").write_text(text, encoding="utf-8")
    desk.sync(folder)
    assert desk.key("What does dropout do to the activations of a layer while it is trained?") != reworded


def write_own(folder: Path) -> Path:
    folder.mkdir()
    (folder / "mixed.en.md").write_text(ENGLISH, encoding="utf-8")
    (folder / "mixed.zh.md").write_text(CHINESE, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which everything happened that can happen."""
    place = tmp_path_factory.mktemp("studied")
    desk = Desk(place / "studied.db")
    desk.sync(shipped("decks"))
    folder = write_own(place / "own")
    desk.sync(folder)
    study(desk)
    edit(desk, folder)
    return desk.db


@pytest.fixture
def full(studied: Path, tmp_path: Path) -> Path:
    """A copy of it, its deck gone: nothing but the archive can say those cards."""
    return Path(shutil.copy(studied, tmp_path / "full.db"))


def sound(db: Path) -> None:
    """Every state is what its journal leads to, and the database is whole."""
    with Store.open(f"sqlite:///{db}") as store, store.read() as unit:
        assert list(disagreements(unit, SM2, Settings())) == []
        assert unit.connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert unit.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


# --- the round trip ---


def test_the_database_has_it_all(run: Run, full: Path) -> None:
    """The tests below would prove little with a poor database: every action but the hand-over, both kinds of orphan, every kind."""
    said = json.loads(exported(run, full))
    assert {review["action"] for review in said["reviews"]} == {*Action} - {Action.UNBURY, Action.HANDOVER}
    assert {card["kind"] for card in said["cards"]} == {*Kind}
    assert [card["key"] for card in said["cards"] if "orphaned" in card] == ["gone"]
    assert any(card["guid"] != f"quizcv:{card['note']}" for card in said["cards"])
    assert any("answer" in review for review in said["reviews"])
    assert len({review["learner"] for review in said["reviews"]}) == 2
    assert sum(len(card["texts"]) for card in said["cards"]) > len(said["cards"])
    assert any(text.get("claims") for card in said["cards"] for text in card["texts"])
    assert any(state.get("leech") for state in said["schedule"])


def test_json_into_an_empty_database(run: Run, full: Path, tmp_path: Path) -> None:
    """Exported again it is the same file, byte for byte; the states agree with their journals."""
    said = exported(run, full)
    done(run("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db"))
    assert exported(run, tmp_path / "b.db") == said
    sound(tmp_path / "b.db")


@pytest.mark.parametrize("form", ["csv", "csv.zip"])
def test_json_and_csv_hold_the_same(form: str, run: Run, full: Path, tmp_path: Path) -> None:
    """Database, CSV, database, JSON: equal to database, JSON. So is the CSV of both databases."""
    said = exported(run, full)
    done(run("export", "csv", "--out", tmp_path / form, "--db", full))
    done(run("import", "csv", tmp_path / form, "--to", tmp_path / "brought", "--db", tmp_path / "b.db"))
    assert exported(run, tmp_path / "b.db") == said
    done(run("export", "csv", "--out", tmp_path / f"again-{form}", "--db", tmp_path / "b.db"))
    assert contents(tmp_path / f"again-{form}") == contents(tmp_path / form)
    sound(tmp_path / "b.db")


def contents(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return {path.suffix: path.read_bytes()}


def test_onto_the_bundled_decks(run: Run, full: Path, tmp_path: Path) -> None:
    """Where the bundled decks were read already, days later, only the rest is written, and all is equal again."""
    said = exported(run, full)
    desk = Desk(tmp_path / "b.db", NOW + timedelta(days=5))
    desk.sync(shipped("decks"))
    done(run("import", "json", full.with_suffix(".exported.json"), "--to", tmp_path / "brought", "--db", desk.db))
    assert {file.name for file in (tmp_path / "brought").iterdir()} == {"own-mixed.en.md", "own-mixed.zh.md"}
    assert exported(run, desk.db) == said
    sound(desk.db)


def test_configured_decks_are_read_instead_of_written_again(run: Run, full: Path, tmp_path: Path) -> None:
    """On a new machine nothing was synced yet: what the configured decks say comes from there, and is no second time in a file."""
    said = exported(run, full)
    (tmp_path / "config.toml").write_text("")  # the bundled decks
    out = done(run("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db"))
    assert str(shipped("decks")) in out
    assert {file.name for file in (tmp_path / "full.exported").iterdir()} == {"own-mixed.en.md", "own-mixed.zh.md"}
    assert exported(run, tmp_path / "b.db") == said
    with Store.open(f"sqlite:///{tmp_path / 'b.db'}") as store:
        report = sync(store, [shipped("decks"), tmp_path / "full.exported"], TODAY)
    assert (report.changes, report.faults) == ([], [])


def test_a_second_import_changes_nothing(run: Run, full: Path, tmp_path: Path) -> None:
    """Not a row, not a file; nor does a later sync of the folder."""
    exported(run, full)
    b, archive = tmp_path / "b.db", full.with_suffix(".exported.json")
    done(run("import", "json", archive, "--db", b))
    before, files = dump(b), contents(tmp_path / "full.exported")
    report = json.loads(done(run("import", "json", archive, "--db", b, "--json")))
    assert (report["cards"]["new"], report["reviews"], report["files"]) == (0, 0, [])
    assert dump(b) == before
    assert contents(tmp_path / "full.exported") == files
    with Store.open(f"sqlite:///{b}") as store:
        assert sync(store, [tmp_path / "full.exported", tmp_path / "decks"], TODAY).changes == []
    assert dump(b) == before


def test_a_dry_run_says_what_a_real_one_does(run: Run, full: Path, tmp_path: Path) -> None:
    """The same report, but no row and no file."""
    exported(run, full)
    Desk(tmp_path / "b.db").sync(shipped("decks"))
    before = dump(tmp_path / "b.db")
    words = ("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db", "--json")
    planned = json.loads(done(run(*words, "--dry-run")))
    assert dump(tmp_path / "b.db") == before
    assert not (tmp_path / "full.exported").exists()
    real = json.loads(done(run(*words)))
    assert real.pop("dry_run") is False
    assert planned.pop("dry_run") is True
    assert real == planned
    assert real["reviews"] > 20


def test_new_cards_are_shown_in_the_order_they_had(run: Run, full: Path, tmp_path: Path) -> None:
    """Not in that of file names or keys."""
    exported(run, full)
    done(run("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db"))
    orders = []
    for db in (full, tmp_path / "b.db"):
        with Store.open(f"sqlite:///{db}") as store, store.read() as unit:
            orders.append([card.key for card in unit.cards.all()])
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0])


# --- into a database in use ---


@pytest.fixture
def here(run: Run, tmp_path: Path) -> Desk:
    """A database with one deck, nothing studied."""
    (tmp_path / "decks" / "a.md").write_text("".join(f"Q: q{n}? {{#a{n}}}\nA: a{n}\n\n" for n in range(4)))
    desk = Desk(tmp_path / "here.db")
    desk.sync(tmp_path / "decks")
    return desk


GRADES = {
    "none here": ([], [4, 5], "added", [4, 5]),
    "begun here": ([4], [4, 5, 3], "continued", [4, 5, 3]),
    "the same": ([4, 5], [4, 5], "unchanged", [4, 5]),
    "further here": ([4, 5, 1], [4], "ahead", [4, 5, 1]),
    "apart": ([4, 3], [4, 5, 4], "apart", [4, 3]),
    "none there": ([4], [], "", [4]),
}


@pytest.mark.parametrize(("mine", "theirs", "told", "left"), GRADES.values(), ids=GRADES.keys())
def test_a_history_meets_another(
    mine: list[int], theirs: list[int], told: str, left: list[int], run: Run, here: Desk, tmp_path: Path
) -> None:
    """It goes on where the archive's begins with it, else it stays what it is; two are never mixed."""
    there = Desk(Path(shutil.copy(here.db, tmp_path / "there.db")))
    for desk, grades in ((here, mine), (there, theirs)):
        for number, grade in enumerate(grades):
            desk.answer("a1", grade, days=number)
    there.answer("a2", 4)
    here.answer("a3", 4)
    exported(run, there.db)
    report = json.loads(done(run("import", "json", there.db.with_suffix(".exported.json"), "--db", here.db, "--json")))
    counts = {name: count for name, count in report["histories"].items() if count}
    assert counts.pop("apart", []) == ([{"learner": "default", "card": "a1"}] if told == "apart" else [])
    assert (
        counts == {"added": 2} if told == "added" else {"added": 1} | ({told: 1} if told not in ("", "apart") else {})
    )
    with here.open() as store, store.read() as db:
        entries = list(db.journal.entries(db.learners.named("default").id, card_id=db.decks.known_keys(["a1"])["a1"]))
    assert [entry.grade for entry in entries] == left
    sound(here.db)


def test_a_state_that_no_entry_led_to(run: Run, here: Desk, tmp_path: Path) -> None:
    """Where the state here is not what the archive's next entry begins with, that entry would not follow: nothing is mixed."""
    there = Desk(Path(shutil.copy(here.db, tmp_path / "there.db")))
    there.answer("a1", 4)
    exported(run, there.db)
    with here.open() as store, store.write() as db:
        db.schedule.put(1, db.decks.known_keys(["a1"])["a1"], CardState(suspended=True))
    before = dump(here.db)
    out = done(run("import", "json", there.db.with_suffix(".exported.json"), "--db", here.db))
    assert "default: a1" in out
    assert dump(here.db) == before


def test_the_text_here_stays(run: Run, here: Desk, tmp_path: Path) -> None:
    """Markdown is the truth for text: a card edited here keeps its words, and gets the archive's history all the same."""
    there = Desk(Path(shutil.copy(here.db, tmp_path / "there.db")))
    there.answer("a1", 4)
    exported(run, there.db)
    (tmp_path / "decks" / "a.md").write_text("Q: quite other words? {#a1}\nA: a1\n")
    here.sync(tmp_path / "decks")
    done(run("import", "json", there.db.with_suffix(".exported.json"), "--db", here.db))
    with here.open() as store, store.read() as db:
        card = db.cards.find("a1")
        assert card.front == "quite other words?"
        assert db.schedule.state(1, card.id).memory is not None


def test_learners_here_keep_what_they_are(run: Run, here: Desk, tmp_path: Path) -> None:
    """The archive's learner of the same name says the time zone only of one who has not begun here."""
    there = Desk(Path(shutil.copy(here.db, tmp_path / "there.db")))
    for desk, zone in ((here, "Europe/Berlin"), (there, "Asia/Tokyo")):
        with desk.open() as store, store.write() as db:
            db.learners.add("ann", TODAY, zone)
            db.learners.add("ben", TODAY, zone)
    here.answer("a1", 4, learner="ann")
    exported(run, there.db)
    done(run("import", "json", there.db.with_suffix(".exported.json"), "--db", here.db))
    with here.open() as store, store.read() as db:
        zones = {learner.name: learner.timezone for learner in db.learners.all()}
    assert zones == {"default": "", "ann": "Europe/Berlin", "ben": "Asia/Tokyo"}


def test_a_card_of_a_note_that_is_here_waits(run: Run, here: Desk, tmp_path: Path) -> None:
    """A deletion that was added there is not written into a second file, where its siblings would stand twice: it waits as an orphan,
    and comes back with its history when the deck here has it, too."""
    deck = tmp_path / "decks" / "c.md"
    deck.write_text("C: {{c1::one}} and two {#c}\n")
    here.sync(tmp_path / "decks")
    there = Desk(Path(shutil.copy(here.db, tmp_path / "there.db")))
    old, new = deck.read_text(), "C: {{c1::one}} and {{c2::two}} {#c}\n"
    deck.write_text(new)
    there.sync(tmp_path / "decks")
    there.answer("c~c2", 4)
    exported(run, there.db)
    deck.write_text(old)
    out = done(run("import", "json", there.db.with_suffix(".exported.json"), "--db", here.db))
    assert "1 cards wait as orphans" in out
    assert not (tmp_path / "there.exported").exists()
    deck.write_text(new + "\n")
    here.sync(tmp_path / "decks")
    with here.open() as store, store.read() as db:
        card = db.cards.find("c~c2")
        assert not card.orphaned
        assert db.schedule.state(1, card.id).memory is not None


def test_orphans_wait_for_their_text(run: Run, full: Path, tmp_path: Path) -> None:
    """No sync forgets an orphan that came from an archive; when a file says its text, it goes on with its history."""
    exported(run, full)
    b = tmp_path / "b.db"
    done(run("import", "json", full.with_suffix(".exported.json"), "--to", tmp_path / "decks" / "x", "--db", b))
    before = dump(b)
    with Store.open(f"sqlite:///{b}") as store:
        sync(store, [tmp_path / "decks"], TODAY)
        assert dump(b)["cards"] == before["cards"]
        (tmp_path / "decks" / "back.md").write_text("Q: Who is asked again? {#gone}\nA: this one\n")
        sync(store, [tmp_path / "decks"], TODAY)
        with store.read() as db:
            card = db.cards.find("gone")
            assert not card.orphaned
            assert db.schedule.state(1, card.id).memory is not None


def test_remember(run: Run, full: Path, tmp_path: Path) -> None:
    """The folder is among the configured decks from then on; without the option a line says how."""
    exported(run, full)
    archive = full.with_suffix(".exported.json")
    assert "--remember" in done(run("import", "json", archive, "--db", tmp_path / "b.db"))
    out = done(run("import", "json", archive, "--to", tmp_path / "kept", "--remember", "--db", tmp_path / "c.db"))
    assert "not among your configured decks" not in out
    assert str(tmp_path / "kept") in (tmp_path / "config.toml").read_text()


# --- when something fails ---


def test_interrupted_before_sync(run: Run, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the transaction and the sync, the next import of the archive completes what was begun."""
    said = exported(run, full)
    words = ("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db")
    with monkeypatch.context() as broken:
        broken.setattr(archiving, "_sync", lambda *_: (_ for _ in ()).throw(ExchangeError("killed")))
        assert run(*words).exception is not None
    assert exported(run, tmp_path / "b.db") != said
    done(run(*words))
    assert exported(run, tmp_path / "b.db") == said


def test_a_failed_transaction_leaves_no_files(
    run: Run, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither rows nor files, nor the folder."""
    from quizcv.store.whole import WholeRepository

    exported(run, full)
    Desk(tmp_path / "b.db").open().close()
    before = dump(tmp_path / "b.db")
    monkeypatch.setattr(WholeRepository, "put_states", lambda *_: (_ for _ in ()).throw(StoreDamaged("broken")))
    result = run("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db")
    assert isinstance(result.exception, StoreDamaged)
    assert dump(tmp_path / "b.db") == before
    assert not (tmp_path / "full.exported").exists()


def test_a_folder_that_cannot_be(run: Run, full: Path, tmp_path: Path) -> None:
    """A file stands where the folder should: said in a line, and nothing is changed."""
    exported(run, full)
    (tmp_path / "full.exported").write_text("mine")
    Desk(tmp_path / "b.db").open().close()
    before = dump(tmp_path / "b.db")
    result = run("import", "json", full.with_suffix(".exported.json"), "--db", tmp_path / "b.db")
    assert isinstance(result.exception, ExchangeError)
    assert "--to" in result.exception.hint
    assert dump(tmp_path / "b.db") == before


def test_files_of_the_same_name_are_left_alone(run: Run, full: Path, tmp_path: Path) -> None:
    """Other notes in the folder keep their names and words; ours get a number."""
    said = exported(run, full)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "own-mixed.en.md").write_text("# Mine\n")
    done(run("import", "json", full.with_suffix(".exported.json"), "--to", folder, "--db", tmp_path / "b.db"))
    assert (folder / "own-mixed.en.md").read_text() == "# Mine\n"
    assert (folder / "own-mixed-2.en.md").exists()
    assert exported(run, tmp_path / "b.db") == said


def test_an_export_that_fails_leaves_the_former_one(run: Run, full: Path, tmp_path: Path) -> None:
    """A journal that cannot be read: the old file stays, whole, and no draft beside it."""
    said = exported(run, full)
    out = full.with_suffix(".exported.json")
    done(run("export", "csv", "--out", tmp_path / "csv", "--db", full))
    before = contents(tmp_path / "csv")
    with Store.open(f"sqlite:///{full}") as store, store.write() as db:
        db.connection.exec_driver_sql("UPDATE journal SET action = 'dance' WHERE id = (SELECT max(id) FROM journal)")
    for form, target in (("json", out), ("csv", tmp_path / "csv"), ("csv", tmp_path / "new.zip")):
        result = run("export", form, "--out", target, "--db", full)
        assert isinstance(result.exception, StoreDamaged)
        assert result.exception.exit_code == EXIT_STORE
    assert out.read_bytes() == said
    assert contents(tmp_path / "csv") == before
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name or "new" in path.name) == []


def test_where_an_export_may_not_go(run: Run, full: Path, tmp_path: Path) -> None:
    """A folder with other things, a file instead of a folder, a device: refused, untouched. A link's file is replaced."""
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "diary.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for form, target in (("csv", "mixed"), ("csv", "file"), ("json", "mixed"), ("json", "/dev/null")):
        assert isinstance(run("export", form, "--out", target, "--db", full).exception, ExchangeError)
    assert [path.name for path in (tmp_path / "mixed").iterdir()] == ["diary.txt"]
    assert Path("/dev/null").is_char_device()
    (tmp_path / "link.json").symlink_to(tmp_path / "file")
    done(run("export", "json", "--out", "link.json", "--db", full))
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "file").read_bytes())["version"] == 1


def test_standard_output(run: Run, full: Path) -> None:
    """`--out -` writes the same bytes, and nothing else."""
    said = exported(run, full)
    assert run("export", "json", "--out", "-", "--db", full).stdout_bytes == said
    assert isinstance(run("export", "csv", "--out", "-", "--db", full).exception, UsageError)


# --- what stands where ---


def test_the_schema_describes_it(run: Run, full: Path) -> None:
    """docs/archive.schema.json accepts a real archive, and is itself a schema."""
    schema = json.loads((ROOT / "docs/archive.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(exported(run, full)))


def test_the_page_names_every_column() -> None:
    """docs/archive.md has a section for each CSV file with exactly its columns, in order."""
    page = (ROOT / "docs/archive.md").read_text(encoding="utf-8")
    for table, columns in TABLES.items():
        section = page.split(f"### {table}.csv\n", 1)[1].split("\n#", 1)[0]
        rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| `")]
        assert [name.strip("`") for row in rows for name in row.split(" ")] == list(columns), table


def test_no_place_of_this_machine(run: Run, full: Path, tmp_path: Path) -> None:
    """Paths, lines and ids of the database stay at home."""
    said = exported(run, full).decode()
    assert str(tmp_path.parent) not in said
    assert ".md" not in said
    assert '"line"' not in said


def test_a_spreadsheet_opens_it(run: Run, full: Path, tmp_path: Path) -> None:
    """UTF-8 with a byte order mark, CRLF, quotes doubled; what Python's csv and a spreadsheet save again is read as before."""
    done(run("export", "csv", "--out", "csv", "--db", full))
    for file in (tmp_path / "csv").iterdir():
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
        with file.open("w", encoding="utf-8", newline="") as stream:  # no mark, other line ends, everything quoted
            csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
                [cell.upper() if cell in ("true", "false") else cell for cell in row] for row in rows
            )
    done(run("import", "csv", "csv", "--db", tmp_path / "b.db"))
    assert exported(run, tmp_path / "b.db") == exported(run, full)


# --- any values at all ---

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.sampled_from(
    ["=1+1", "+1", "-1", "@x", '"', '""', "a\r\nb", "\r", "\n", " a ", "😀", "﻿", "a,b;c\td", "true", "[1]", "null"]
)
DAYS = st.dates()
NUMBERS = st.integers(0, 2**31 - 1)
MEMORIES = st.builds(Memory, NUMBERS, NUMBERS, NUMBERS, DAYS, DAYS, NUMBERS)
STATES = st.builds(
    CardState, st.none() | MEMORIES, st.none() | DAYS, st.none() | DAYS, st.booleans(), st.booleans(), st.booleans()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.from_regex(r"\A[a-z][a-z.:-]{0,8}\Z")
CLAIMS = st.builds(Claim, NAMES, st.dictionaries(TEXTS, VALUES, max_size=3), VALUES, st.just(0))
ITEMS = st.builds(ItemRequest, NAMES, st.none() | st.integers(1, 3))
ANSWERS = st.builds(
    ItemAnswer, NAMES, NUMBERS, st.integers(1, 3), st.integers(-(2**63) + 1, 2**63 - 1), NUMBERS, TEXTS,
    st.sampled_from(["right", "near", "wrong"]), TEXTS, st.booleans(),
)  # fmt: skip
INSTANTS = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)


@st.composite
def texts(draw: st.DrawFn) -> tuple[ArchivedText, ...]:
    languages = sorted(draw(st.sets(st.sampled_from(["", "de", "en", "zh"]), max_size=3)))
    return tuple(
        ArchivedText(
            lang, draw(TEXTS), draw(TEXTS), tuple(draw(st.lists(TEXTS, max_size=2))), draw(TEXTS), draw(TEXTS),
            tuple(draw(st.lists(CLAIMS, max_size=2))), draw(st.none() | ITEMS), draw(NUMBERS),
        )
        for lang in languages
    )  # fmt: skip


@st.composite
def archives_(draw: st.DrawFn) -> Archive:
    found = Archive()
    for note in draw(st.lists(NAMES, unique=True, max_size=3)):
        tags = draw(st.sets(st.text("abc中,.=", min_size=1, max_size=4), max_size=2))
        key = draw(st.sampled_from([note, f"{note}~c1", f"{note}~reverse"]))
        found.cards.append(
            ArchivedCard(
                key, note, draw(st.sampled_from(Kind)), draw(st.text("ab 中:", max_size=6)), draw(DAYS), draw(TEXTS),
                draw(st.booleans()), draw(st.none() | DAYS), tuple(sorted(tags)), draw(texts()),
            )
        )  # fmt: skip
    names = draw(st.lists(TEXTS.filter(str.strip), unique=True, max_size=2))
    found.learners = [ArchivedLearner(name, draw(DAYS), draw(st.sampled_from(["", "Asia/Shanghai"]))) for name in names]
    for learner in names:
        for card in found.cards:
            state = CardState()
            for _ in range(draw(st.integers(0, 2))):
                before, state = state, draw(STATES)
                action = draw(st.sampled_from(Action))
                grade = draw(st.sampled_from(Grade)) if action.graded else None
                answer = draw(st.none() | ANSWERS) if action.graded else None
                found.reviews.append(
                    ArchivedReview(
                        learner, card.key, draw(INSTANTS), draw(DAYS), action, grade, draw(NUMBERS), "sm2", before,
                        state, answer,
                    )
                )  # fmt: skip
            if state != CardState():
                found.schedule.append(ArchivedState(learner, card.key, state))
    return found


@dataclass
class Shelf:
    """An archive as something to be written."""

    archive: Archive

    def cards(self) -> Iterator[ArchivedCard]:
        return iter(self.archive.cards)

    def learners(self) -> Iterator[ArchivedLearner]:
        return iter(self.archive.learners)

    def schedule(self) -> Iterator[ArchivedState]:
        return iter(self.archive.schedule)

    def reviews(self) -> Iterator[ArchivedReview]:
        return iter(self.archive.reviews)


@given(archives_())
def test_whatever_is_written_is_read(archive: Archive) -> None:
    """Both forms give the values back, whatever stands in texts and states; the JSON is what the schema says."""
    import tempfile

    schema = json.loads((ROOT / "docs/archive.schema.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "a.json")
        with path.open("wb") as stream:
            jsonfile.write(Shelf(archive), stream)
        assert jsonfile.read(path, lambda _review: True) == archive
        jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_bytes()))
        for target in (Path(place, "csv"), Path(place, "a.zip")):
            csvfiles.write(Shelf(archive), target)
            assert csvfiles.read(target, lambda _review: True) == archive


@given(archive=archives_())
def test_whatever_is_put_comes_out(fresh: Fresh, archive: Archive) -> None:
    """The database gives back what was put into it: cards as orphans since their day, states, reviews and answers."""
    with fresh(None) as shelf:
        new = [learner for learner in archive.learners if learner.name != "default"]
        with shelf.store.write() as db:
            db.whole.add_learners(new)
            db.whole.add_cards(archive.cards, "test", TODAY)
            db.whole.add_reviews(archive.reviews)
            db.whole.put_states({state.pair: state.state for state in archive.schedule})
        with shelf.store.read() as db:
            assert list(db.whole.cards()) == [replace(card, orphaned=card.orphaned or TODAY) for card in archive.cards]
            assert list(db.whole.reviews()) == archive.reviews
            assert sorted(db.whole.schedule(), key=repr) == sorted(archive.schedule, key=repr)
            assert [learner for learner in db.whole.learners() if learner in new] == new
            assert db.whole.adrift() == {card.key for card in archive.cards if card.texts}


def _names(packed: Path) -> Sequence[str]:
    with zipfile.ZipFile(packed) as opened:
        return opened.namelist()


def test_a_zip_has_the_six_files(run: Run, full: Path, tmp_path: Path) -> None:
    """The same bytes as in a folder, and no time of day: two exports are one file."""
    for name in ("one.zip", "two.zip", "csv"):
        done(run("export", "csv", "--out", name, "--db", full))
    assert _names(tmp_path / "one.zip") == [f"{table}.csv" for table in TABLES]
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == contents(tmp_path / "csv")
