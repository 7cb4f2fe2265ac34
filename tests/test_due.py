"""`quizcv due` counts the very cards that a sitting would bring, and is quick enough for a prompt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner

from quizcv.cli.due import due
from quizcv.errors import NotFound, UsageError
from quizcv.model import CardFilter, Grade, Settings
from quizcv.scheduling import scheduler_named
from quizcv.store import Store
from quizcv.study import Session, Wanted, select

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
DECKS = ("backbone", "backbone::vgg", "backbonex", "优化器")
TAGS = ("formula", "公式")

app = typer.Typer(rich_markup_mode="markdown")
app.command()(due)


def add_cards(store: Store, count: int) -> None:
    """Cards straight into the store; every fourth shares its note with the one before."""
    with store.write() as db:
        db.connection.execute(
            text(
                "INSERT INTO sources (id, path, deck, lang, mtime_ns, size, digest, reader, gaps)"
                " VALUES (1, 'notes.md', 'notes', 'zh', 0, 0, '', '', '[]')"
            )
        )
        rows = [
            {"key": f"card{n:03}", "note": f"note{n - (n % 4 == 3):03}", "kind": "basic", "deck": DECKS[n * 7 % 4]}
            | {"typed": False, "orphaned": None, "created": BEGIN.date()}
            for n in range(count)
        ]
        ids = list(db.decks.add_cards(rows).values())
        db.decks.add_texts(
            [
                {"card_id": i, "lang": "zh", "source_id": 1, "line": 1, "end_line": 2, "breadcrumb": []}
                | {"front": f"卷积 {i}", "back": "96", "hint": "", "extra": None, "changed": 0}
                for i in ids
            ]
        )
        db.decks.set_tags({i: [tag for n, tag in enumerate(TAGS, start=2) if i % n == 0] for i in ids}, fresh=True)


def sitting(store: Store, chosen: Settings, wanted: Wanted | None = None, learner: str = "default") -> Session:
    with store.read() as db:
        who = db.learners.named(learner)
    return Session(store, who, scheduler_named("sm2"), chosen, wanted or Wanted(), tz=UTC)


def study(store: Store, days: int, answers: int, *, learner: str = "default", seed: int = 7) -> datetime:
    """Some days of study, the last of them broken off in the middle; returns the moment of breaking off."""
    rng, now = Random(seed), BEGIN
    for day in range(days):
        now = BEGIN + timedelta(days=day)
        session = sitting(store, Settings(new_per_day=8), learner=learner)
        session.begin(now)
        for _ in range(answers if day < days - 1 else answers // 4):
            if session.show(now) is None:
                break
            chance = rng.random()
            if chance < 0.03:
                session.suspend(now)
            elif chance < 0.08:
                session.bury(now)
            else:
                session.grade(rng.choice([Grade.WRONG, Grade.HARD, Grade.GOOD, Grade.PERFECT]), now, 2000)
    return now


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, datetime]]:
    """Reviews, new cards, drill, siblings, buried, suspended and orphaned cards, and a day half done."""
    path = tmp_path_factory.mktemp("due") / "quizcv.db"
    with Store.open(f"sqlite:///{path}") as store:
        add_cards(store, 120)
        with store.write() as db:
            db.learners.add("ann", BEGIN.date())
        now = study(store, 9, 24)
        with store.write() as db:
            db.decks.set_orphaned([3, 4, 50], now.date())
        yield store, now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'quizcv.db'}") as store:
        yield store


def run(store: Store, words: Sequence[str], now: datetime, chosen: Settings | None = None) -> Any:
    """`quizcv due` at an instant, with settings from a real file."""
    assert store.path is not None
    chosen = chosen or Settings()
    file = store.path.with_suffix(".toml")
    file.write_text(
        f"timezone = 'UTC'\nnew_per_day = {chosen.new_per_day}\nreviews_per_day = {chosen.reviews_per_day}\n"
    )
    env = {"QUIZCV_DB": str(store.path), "QUIZCV_CONFIG": str(file), "COLUMNS": "80"}
    with time_machine.travel(now, tick=False):
        return CliRunner().invoke(app, list(words), env=env)


def begun(store: Store, now: datetime, chosen: Settings, cards: CardFilter, learner: str = "default") -> dict[str, Any]:
    """What `due --json` must say, from the cards of a real sitting."""
    session = sitting(store, chosen, Wanted(cards=cards), learner)
    queued = session.begin(now)
    remaining = session.remaining
    with store.read() as db:
        decks = {card.id: card.deck for card in db.cards.all(orphaned=None)}
    parts = (("reviews", queued.reviews), ("new", queued.new), ("again", queued.drill))
    rows = []
    for deck in sorted({decks[card.card_id] for _name, part in parts for card in part}):
        counts = {name: sum(decks[card.card_id] == deck for card in part) for name, part in parts}
        rows.append({"deck": deck, **counts, "total": sum(counts.values())})
    total = {"reviews": remaining.reviews, "new": remaining.new, "again": remaining.drill, "total": remaining.total}
    day = (now - timedelta(hours=4)).date()
    return {"day": day.isoformat(), "learner": learner, "decks": rows, "total": total}


# --- the same cards ------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    new=st.integers(0, 30),
    reviews=st.integers(0, 60),
    decks=st.lists(st.sampled_from(DECKS), max_size=2),
    tags=st.lists(st.sampled_from(TAGS), max_size=2),
    hours=st.integers(0, 24 * 40),
    learner=st.sampled_from(["default", "ann"]),
)
def test_due_is_what_a_sitting_begins_with(
    studied: tuple[Store, datetime],
    new: int,
    reviews: int,
    decks: list[str],
    tags: list[str],
    hours: int,
    learner: str,
) -> None:
    """Whatever the limits and filters, today and for weeks to come."""
    store, now = studied
    now += timedelta(hours=hours)
    chosen = Settings(new_per_day=new, reviews_per_day=reviews)
    words = [*decks, "--learner", learner, *(word for tag in tags for word in ("--tag", tag))]
    expected = begun(store, now, chosen, CardFilter(tuple(decks), tuple(tags)), learner)
    result = run(store, [*words, "--json"], now, chosen)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == expected
    short = run(store, [*words, "--short"], now, chosen).stdout
    shown = {"due": "reviews", "new": "new", "again": "again"}
    assert short.strip() == " · ".join(
        f"{expected['total'][name]} {word}" for word, name in shown.items() if expected["total"][name]
    )


def test_the_history_has_everything_in_it(studied: tuple[Store, datetime]) -> None:
    """Otherwise the comparison would compare nothing with nothing."""
    store, now = studied
    found = begun(store, now, Settings(), CardFilter())
    assert min(found["total"].values()) > 0
    assert [row["deck"] for row in found["decks"]] == sorted(DECKS)


def test_counts_fall_with_each_answer(store: Store) -> None:
    add_cards(store, 20)
    chosen = Settings(new_per_day=5)
    assert run(store, ["--short"], BEGIN, chosen).stdout == "5 new\n"
    session = sitting(store, chosen)
    session.begin(BEGIN)
    for grade, line in (
        (Grade.GOOD, "4 new\n"),
        (Grade.WRONG, "3 new · 1 again\n"),
        (Grade.PERFECT, "2 new · 1 again\n"),
        (Grade.PERFECT, "1 new · 1 again\n"),
        (Grade.PERFECT, "1 again\n"),
        (Grade.GOOD, ""),
    ):
        assert session.show(BEGIN) is not None
        session.grade(grade, BEGIN)
        assert run(store, ["--short"], BEGIN, chosen).stdout == line
    session.undo(BEGIN)
    assert run(store, ["--short"], BEGIN, chosen).stdout == "1 again\n"
    assert run(store, ["--short"], BEGIN + timedelta(days=1), Settings(new_per_day=0)).stdout == "5 due\n"


# --- what is printed -----------------------------------------------------------------------------------------------


def test_the_table_says_what_json_says(studied: tuple[Store, datetime]) -> None:
    store, now = studied
    said = json.loads(run(store, ["--json"], now).stdout)
    rows = [line.split() for line in run(store, [], now).stdout.splitlines()]
    names = ("reviews", "new", "again", "total")
    assert rows[0] == ["deck", *names]
    assert rows[1:-1] == [[row["deck"], *(str(row[name]) for name in names)] for row in said["decks"]]
    assert rows[-1] == ["total", *(str(said["total"][name]) for name in names)]


def test_nothing_waits(store: Store) -> None:
    """The prompt stays as it is, scripts get zeros, people a sentence."""
    add_cards(store, 4)
    nothing = Settings(new_per_day=0)
    assert run(store, ["--short"], BEGIN, nothing).stdout == ""
    assert run(store, [], BEGIN, nothing).stdout == "Nothing waits today.\n"
    said = json.loads(run(store, ["--json"], BEGIN, nothing).stdout)
    assert said == {
        "day": "2026-03-02",
        "learner": "default",
        "decks": [],
        "total": {"reviews": 0, "new": 0, "again": 0, "total": 0},
    }


def test_a_database_without_cards(store: Store) -> None:
    result = run(store, [], BEGIN)
    assert result.exit_code == 0
    assert "quizcv review" in result.stdout
    assert "quizcv sync" in result.stdout
    assert run(store, ["--short"], BEGIN).stdout == ""
    assert json.loads(run(store, ["--json"], BEGIN).stdout)["decks"] == []


@pytest.mark.parametrize("words", [["back"], ["Backbone"], ["backbone", "vgg"], ["--tag", "form"], ["back", "--short"]])
def test_a_name_that_no_card_has_is_a_mistake(studied: tuple[Store, datetime], words: list[str]) -> None:
    """Nothing due would look like an answer."""
    store, now = studied
    result = run(store, words, now)
    assert isinstance(result.exception, NotFound)
    assert "formula" in result.exception.hint or "backbone" in result.exception.hint


def test_an_orphaned_deck_is_known_and_empty(store: Store) -> None:
    add_cards(store, 4)
    with store.write() as db:
        db.decks.set_orphaned([1, 2, 3, 4], BEGIN.date())
    assert run(store, ["backbone", "--short"], BEGIN).stdout == ""


def test_short_and_json_exclude_each_other(store: Store) -> None:
    assert isinstance(run(store, ["--short", "--json"], BEGIN).exception, UsageError)


def test_help_has_an_example(store: Store) -> None:
    result = run(store, ["--help"], BEGIN)
    assert result.exit_code == 0
    assert "Example:" in result.stdout


# --- in a prompt ---------------------------------------------------------------------------------------------------

PROMPT = """
import sys
from quizcv.cli.due import due
due([], [], short=True, db=sys.argv[1])  # called past typer, which would read QUIZCV_DB
heavy = {"rich", "textual", "torch", "alembic", "numpy", "markdown_it"} & set(sys.modules)
assert not heavy, heavy
"""


def test_a_large_collection_does_not_slow_the_prompt(store: Store) -> None:
    """Whether a sibling was seen is asked of the siblings, not of all the learner's cards (that took seconds)."""
    add_cards(store, 20_000)
    with store.write() as db:
        db.connection.execute(
            text(
                "UPDATE schedule SET due = date('2026-03-01', -(card_id % 40) || ' days'), last = '2026-01-01',"
                " repetitions = 3, easiness = 250, interval = 6 WHERE card_id % 2 = 0"
            )
        )
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1000
        return 0

    with store.read() as db:
        raw = db.connection.connection.driver_connection
        raw.set_progress_handler(count, 1000)  # after every thousand steps of SQLite's machine
        found = select(db, db.learners.named("default"), BEGIN.date(), Settings(), Wanted())
        raw.set_progress_handler(None, 0)
    assert (len(found.reviews), len(found.new)) == (200, 20)
    assert 0 < steps < 300_000  # with the old form of the query it was over a hundred million
    assert run(store, ["--short"], BEGIN).stdout == "200 due · 20 new\n"


@pytest.mark.parametrize(("encoding", "line"), [("utf-8", "4 new · 1 again"), ("ascii", "4 new, 1 again")])
def test_a_prompt_imports_no_screen(store: Store, encoding: str, line: str) -> None:
    add_cards(store, 40)
    session = sitting(store, Settings(new_per_day=5))
    now = datetime.now(UTC)
    session.begin(now)
    session.show(now)
    session.grade(Grade.WRONG, now)
    assert store.path is not None
    file = store.path.with_suffix(".toml")
    file.write_text("timezone = 'UTC'\nnew_per_day = 5\n")
    env = {"QUIZCV_CONFIG": str(file), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", PROMPT, str(store.path)]
    result = subprocess.run(command, env=os.environ | env, capture_output=True, encoding=encoding, check=False)
    assert result.stderr == ""
    assert result.stdout == line + "\n"
