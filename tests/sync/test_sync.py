"""Deck files into the store, with real files and a real SQLite file: whatever happens to the text, the history stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from quizcv.model import CardFilter, Grade, Settings, Severity
from quizcv.scheduling import scheduler_named
from quizcv.store import Store
from quizcv.study import Session, Wanted
from quizcv.sync import Changed, SyncReport, sync

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

RELU = """# Activations

## ReLU

max(0, x): negative inputs become zero, positive ones stay.

## Leaky ReLU

A small slope, often 0.01, for negative inputs keeps the gradient alive.

## GELU

The input weighted by the normal distribution function of itself.
"""


class Desk:
    """A folder of notes, a database, and the means to look at both."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def sync(self, *paths: Path, dry_run: bool = False) -> SyncReport:
        return sync(self.store, paths or (self.folder,), TODAY, dry_run=dry_run)

    def learn(self, front: str, grade: Grade = Grade.GOOD) -> int:
        """Grade the card with this front; returns its id."""
        with self.store.read() as db:
            learner = db.learners.named("default")
            card_id = self.id_of(front)
        session = Session(self.store, learner, scheduler_named("sm2"), Settings(new_per_day=999), Wanted(), "", UTC)
        session.begin(NOW)
        while (prompt := session.show(NOW)) is not None:
            if prompt.card.id == card_id:
                session.grade(grade, NOW)
                return card_id
            session.skip()
        raise AssertionError(f"{front} never came")

    def id_of(self, front: str) -> int:
        with self.store.read() as db:
            found = [card.id for card in db.cards.all(orphaned=None) if card.front == front]
        assert len(found) == 1, (front, found)
        return found[0]

    def history(self, card_id: int) -> tuple[int, int, bool]:
        """Repetitions in the schedule, entries in the journal, and whether the card is an orphan."""
        with self.store.read() as db:
            learner = db.learners.named("default")
            memory = db.schedule.state(learner.id, card_id).memory
            entries = sum(1 for _ in db.journal.entries(learner.id, card_id=card_id))
            return memory.repetitions if memory else 0, entries, db.cards.get(card_id).orphaned

    def fronts(self, *, orphaned: bool | None = False) -> list[str]:
        with self.store.read() as db:
            return [card.front for card in db.cards.all(orphaned=orphaned)]

    def dump(self) -> list[list[tuple[object, ...]]]:
        """Every row of every table."""
        from quizcv.store.tables import metadata

        with self.store.read() as db:
            return [[tuple(row) for row in db.connection.execute(table.select())] for table in metadata.sorted_tables]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "notes"
    folder.mkdir()
    with Store.open(f"sqlite:///{tmp_path / 'quizcv.db'}") as store:
        yield Desk(folder, store)


def counts(report: SyncReport) -> dict[str, int]:
    return {what.value: n for what in Changed if (n := report.count(what))}


def test_first_sync_adds_every_card(desk: Desk) -> None:
    """Every heading with a body is a card, new for the learner, with its file and line."""
    desk.write("act.md", RELU)
    report = desk.sync()
    assert counts(report) == {"added": 3}
    assert desk.fronts() == ["ReLU", "Leaky ReLU", "GELU"]
    with desk.store.read() as db:
        card = db.cards.get(desk.id_of("Leaky ReLU"))
        assert card.breadcrumb == ("Activations",)
        assert (card.deck, card.line) == ("act", 7)


def test_second_sync_changes_nothing(desk: Desk) -> None:
    """Not one row differs after syncing twice, nor after touching the file."""
    path = desk.write("act.md", RELU)
    desk.sync()
    before = desk.dump()
    report = desk.sync()
    assert (counts(report), report.unchanged_files, report.files) == ({}, 1, 1)
    assert desk.dump() == before
    os.utime(path, (1, 1))
    assert counts(desk.sync()) == {}


def test_unchanged_files_are_not_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unchanged file is neither read nor parsed."""
    desk.write("act.md", RELU)
    desk.sync()
    monkeypatch.setattr("quizcv.sync.reading.parse", lambda *_a, **_k: pytest.fail("parsed an unchanged file"))
    monkeypatch.setattr(Path, "read_bytes", lambda _self: pytest.fail("read an unchanged file"))
    assert desk.sync().unchanged_files == 1


def test_dry_run_writes_nothing(desk: Desk) -> None:
    """`--dry-run` reports the same as a real run and leaves every table alone."""
    desk.write("act.md", RELU)
    before = desk.dump()
    planned = desk.sync(dry_run=True)
    assert desk.dump() == before
    assert [change.what for change in planned.changes] == [change.what for change in desk.sync().changes]


EDITS: dict[str, Callable[[str], str]] = {
    "the answer corrected": lambda t: t.replace("A small slope, often 0.01,", "A small slope (often 0.01 or 0.1)"),
    "the answer rewritten": lambda t: t.replace(
        "A small slope, often 0.01, for negative inputs keeps the gradient alive.", "f(x) = max(ax, x) with a fixed a."
    ),
    "the heading changed": lambda t: t.replace("## Leaky ReLU", "## Leaky rectifier"),
    "the heading level changed": lambda t: t.replace("## Leaky ReLU", "### Leaky ReLU"),
    "a little of both": lambda t: t.replace("## Leaky ReLU", "## Leaky-ReLU").replace("often 0.01", "say 0.01"),
    "an id given": lambda t: t.replace("## Leaky ReLU", "## Leaky ReLU {#leaky}"),
    "a tag given": lambda t: t.replace("## Leaky ReLU", "## Leaky ReLU {.easy}"),
    "moved up in the file": lambda t: t.replace("# Activations\n", "# Activations\n\nintroduction\n\n"),
    "line ends": lambda t: t.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_keeps_the_history(desk: Desk, name: str) -> None:
    """After any ordinary edit the learned card is the same card, and no other."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("Leaky ReLU")
    path.write_bytes(EDITS[name](RELU).encode())
    report = desk.sync()
    assert desk.history(card_id) == (1, 1, False)
    assert report.count(Changed.ORPHANED) == 0
    with desk.store.read() as db:
        assert sum(1 for _ in db.cards.all(orphaned=None)) - report.count(Changed.ADDED) == 3
    before = desk.dump()
    assert counts(desk.sync()) == {}
    assert desk.dump() == before


def test_rename_the_file(desk: Desk) -> None:
    """A renamed file's cards are moved, with their history, to the deck of its new name."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("ReLU")
    path.rename(desk.folder / "activations.md")
    assert counts(desk.sync()) == {"moved": 3}
    assert desk.history(card_id) == (1, 1, False)
    with desk.store.read() as db:
        assert db.cards.get(card_id).deck == "activations"
        assert db.cards.get(card_id).path.endswith("activations.md")


def test_rename_the_file_and_edit(desk: Desk) -> None:
    """A file renamed and a card's answer edited at once: the heading is enough to know it again."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("ReLU")
    path.unlink()
    desk.write("activations.md", RELU.replace("stay.", "pass unchanged, whatever their size."))
    report = desk.sync()
    assert counts(report) == {"renamed": 1, "moved": 2}
    assert desk.history(card_id) == (1, 1, False)


def test_rename_the_file_and_a_heading(desk: Desk) -> None:
    """A file moved and a question put otherwise at once: the answer, untouched, is enough to know the card again."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("Leaky ReLU")
    path.unlink()
    desk.write("deep/activations.md", RELU.replace("## Leaky ReLU", "## What does a leaky rectifier do?"))
    assert counts(desk.sync()) == {"renamed": 1, "moved": 2}
    assert desk.history(card_id) == (1, 1, False)


def test_move_to_another_deck(desk: Desk) -> None:
    """By folder or by front matter, the card goes with its history."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("GELU")
    (desk.folder / "deep").mkdir()
    shutil.move(path, desk.folder / "deep" / "act.md")
    assert counts(desk.sync()) == {"moved": 3}
    desk.write("deep/act.md", "---\ndeck: interview::activations\n---\n" + RELU)
    assert counts(desk.sync()) == {"moved": 3}
    assert desk.history(card_id) == (1, 1, False)
    with desk.store.read() as db:
        assert db.cards.decks() == {"interview::activations": 3}


def test_move_one_card_between_files(desk: Desk) -> None:
    """A section cut from one file and pasted into another is the same card."""
    desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("GELU")
    head, tail = RELU.split("## GELU")
    desk.write("act.md", head)
    desk.write("modern.md", "## GELU" + tail)
    assert counts(desk.sync()) == {"moved": 1}
    assert desk.history(card_id) == (1, 1, False)


def test_delete_and_bring_back(desk: Desk) -> None:
    """Deleted text orphans its card, out of reviews but kept; when the text returns, so does the card."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("Leaky ReLU")
    without = RELU[: RELU.index("## Leaky")] + RELU[RELU.index("## GELU") :]
    path.write_text(without)
    assert counts(desk.sync()) == {"orphaned": 1}
    assert desk.history(card_id) == (1, 1, True)
    assert desk.fronts(orphaned=True) == ["Leaky ReLU"]
    assert counts(desk.sync()) == {}
    path.write_text(RELU)
    assert counts(desk.sync()) == {"restored": 1}
    assert desk.history(card_id) == (1, 1, False)


def test_delete_and_bring_back_edited(desk: Desk) -> None:
    """A card that comes back to its file in slightly other words is still known."""
    path = desk.write("act.md", RELU)
    desk.sync()
    card_id = desk.learn("Leaky ReLU")
    path.write_text(RELU[: RELU.index("## Leaky")] + RELU[RELU.index("## GELU") :])
    desk.sync()
    path.write_text(RELU.replace("often 0.01", "usually 0.01"))
    assert counts(desk.sync()) == {"restored": 1}
    assert desk.history(card_id) == (1, 1, False)


def test_delete_the_file_and_bring_it_back(desk: Desk) -> None:
    """The same for a whole file."""
    path = desk.write("act.md", RELU)
    desk.write("other.md", "# Other\n\nStays.\n")
    desk.sync()
    card_id = desk.learn("ReLU")
    path.unlink()
    assert counts(desk.sync()) == {"orphaned": 3}
    assert counts(desk.sync()) == {}
    desk.write("act.md", RELU)
    assert counts(desk.sync()) == {"restored": 3}
    assert desk.history(card_id) == (1, 1, False)


def test_a_missing_folder_orphans_nothing(desk: Desk) -> None:
    """A drive that is not plugged in is no reason to lose sight of its cards."""
    desk.write("usb/act.md", RELU)
    usb = desk.folder / "usb"
    desk.sync(usb)
    away = desk.folder.parent / "away"
    usb.rename(away)
    report = desk.sync(usb)
    assert counts(report) == {}
    assert [fault.severity for fault in report.faults] == [Severity.FAULT]
    assert len(desk.fronts()) == 3


def test_other_folders_are_left_alone(desk: Desk) -> None:
    """Syncing one folder says nothing about the cards of another."""
    desk.write("a/act.md", RELU)
    desk.write("b/other.md", "# Other\n\nStays.\n")
    desk.sync(desk.folder / "a")
    assert counts(desk.sync(desk.folder / "b")) == {"added": 1}
    assert len(desk.fronts()) == 4


def test_a_file_named_alone_keeps_its_deck(desk: Desk) -> None:
    """`quizcv sync folder` and then `quizcv sync folder/deep/act.md` do not move the cards."""
    path = desk.write("deep/act.md", RELU)
    desk.sync()
    path.write_text(RELU.replace("often", "usually"))
    assert counts(desk.sync(path)) == {"renamed": 1}
    with desk.store.read() as db:
        assert db.cards.decks() == {"deep::act": 3}


def test_two_languages_are_one_card(desk: Desk) -> None:
    """The same id in zh and en is one card: either text, one history."""
    desk.write("en/a.md", "---\nlang: en\ndeck: a\ncards: explicit\n---\nQ: What is ReLU? {#relu}\nA: max(0, x)\n")
    desk.write("zh/a.md", "---\nlang: zh\ndeck: a\ncards: explicit\n---\nQ: ReLU 是什么？ {#relu}\nA: max(0, x)\n")
    assert counts(desk.sync()) == {"added": 1}
    card_id = desk.id_of("What is ReLU?")
    with desk.store.read() as db:
        assert db.cards.get(card_id, "zh").front == "ReLU 是什么？"
        assert db.cards.get(card_id, "en").front == "What is ReLU?"
        assert db.cards.get(card_id, "fr").lang in ("en", "zh")
    (desk.folder / "zh/a.md").unlink()
    assert desk.sync().count(Changed.ORPHANED) == 0
    with desk.store.read() as db:
        assert db.cards.get(card_id, "zh").lang == "en"
    desk.write("zh/a.md", "---\nlang: zh\ndeck: a\ncards: explicit\n---\nQ: ReLU 是什么函数？ {#relu}\nA: max(0, x)\n")
    assert counts(desk.sync()) == {"updated": 1}
    with desk.store.read() as db:
        assert db.cards.get(card_id, "zh").front == "ReLU 是什么函数？"


def test_an_id_used_twice_is_told_and_the_first_stays(desk: Desk) -> None:
    """In one sync, and when the second file comes later."""
    desk.write("a.md", "Q: one {#x}\nA: 1\n")
    desk.write("b.md", "Q: two {#x}\nA: 2\n")
    report = desk.sync()
    assert [(Path(fault.place.path).name, fault.code) for fault in report.faults] == [("b.md", "duplicate-id")]
    assert desk.fronts() == ["one"]
    report = desk.sync()
    assert [fault.code for fault in report.faults] == ["duplicate-id"]
    desk.write("b.md", "Q: two {#y}\nA: 2\n")
    assert counts(desk.sync()) == {"added": 1}


def test_a_faulty_file_does_not_stop_the_others(desk: Desk) -> None:
    """Binary rubbish beside good notes: one fault, the rest is read, and the fault is told again next time."""
    (desk.folder / "a.md").write_bytes(b"\x00\xff\xfe rubbish")
    desk.write("b.md", RELU)
    for _ in range(2):
        report = desk.sync()
        assert [Path(fault.place.path).name for fault in report.faults] == ["a.md"]
    assert len(desk.fronts()) == 3


def test_a_file_that_turned_bad_keeps_its_cards(desk: Desk) -> None:
    """A file that can no longer be read orphans nothing."""
    path = desk.write("a.md", RELU)
    desk.sync()
    path.write_bytes(b"\xff\xfe\x00")
    report = desk.sync()
    assert len(report.faults) == 1
    assert counts(report) == {}
    assert len(desk.fronts()) == 3


def test_cloze_and_terms_are_carried_each_to_its_own(desk: Desk) -> None:
    """Editing a text with several cards carries every one of them to itself."""
    text = (
        "C: ReLU is {{c1::max(0, x)}} and its slope is {{c2::1}} for positive x.\n\nT: stride\nD: step of the kernel\n"
    )
    path = desk.write("a.md", text)
    desk.sync()
    with desk.store.read() as db:
        before = {card.key.partition("~")[2]: card.id for card in db.cards.all()}
    path.write_text(text.replace("slope is", "gradient is").replace("step of", "the step of"))
    assert counts(desk.sync()) == {"renamed": 4}
    with desk.store.read() as db:
        assert {card.key.partition("~")[2]: card.id for card in db.cards.all()} == before


def test_gaps_are_reported_even_for_unchanged_files(desk: Desk) -> None:
    """A heading without an answer stays a gap until it is filled."""
    desk.write("a.md", "# A\n\n## Empty\n\n## Todo\n\n- [ ] TODO\n\n## Full\n\nYes.\n")
    for _ in range(2):
        assert [gap.heading for _path, gap in desk.sync().gaps] == ["Empty", "Todo"]


def test_every_learner_gets_new_cards(desk: Desk) -> None:
    """A card that appears is new for everybody."""
    with desk.store.write() as db:
        ann = db.learners.add("ann", TODAY)
    desk.write("act.md", RELU)
    desk.sync()
    with desk.store.read() as db:
        states = db.schedule.states(ann.id, [desk.id_of("ReLU")])
    assert [state.new for state in states.values()] == [True]


def test_filter_by_tag_after_sync(desk: Desk) -> None:
    """Tags of file and card are there to select by, and go when they are taken away."""
    path = desk.write("a.md", "---\ntags: [cnn]\n---\n# ReLU {.easy}\n\nmax\n\n# GELU\n\nx\n")
    desk.sync()
    with desk.store.read() as db:
        assert [card.front for card in db.cards.all(CardFilter(tags=("cnn", "easy")))] == ["ReLU"]
        assert db.cards.tags() == {"cnn": 2, "easy": 1}
    path.write_text("# ReLU\n\nmax\n\n# GELU\n\nx\n")
    assert counts(desk.sync()) == {"updated": 2}
    with desk.store.read() as db:
        assert db.cards.tags() == {}


def test_the_same_text_in_two_files_is_one_card_until_both_let_go(desk: Desk) -> None:
    """A copied section is no fault; when the first copy goes, the card moves to the second."""
    first = desk.write("a.md", RELU)
    desk.write("b.md", RELU)
    assert counts(desk.sync()) == {"added": 3}
    card_id = desk.learn("ReLU")
    assert counts(desk.sync()) == {}
    first.write_text("# Nothing left\n")
    assert counts(desk.sync()) == {"moved": 3}
    assert desk.history(card_id) == (1, 1, False)


def test_a_faulty_file_that_goes_orphans_its_cards(desk: Desk) -> None:
    """A file with a fault is read every time, and noticed when it is gone."""
    path = desk.write("a.md", "Q: one {#x}\nA: 1\n\nC: {{c0::bad}}\n")
    assert len(desk.sync().faults) >= 1
    path.unlink()
    assert counts(desk.sync()) == {"orphaned": 1}
