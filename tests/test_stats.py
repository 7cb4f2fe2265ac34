"""Every figure, on simulated learners, against a slow count of all journal entries that shares no code with it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
import typer
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from typer.testing import CliRunner

from quizcv.cli.stats import as_dict, stats
from quizcv.clock import turn_of, zone
from quizcv.errors import NotFound
from quizcv.model import Action, Card, CardFilter, CardState, Grade, Learner, Memory, Review, Settings
from quizcv.scheduling import scheduler_named
from quizcv.store import Store, Unit
from quizcv.study import Moment, Session, Wanted, mark
from quizcv.study.stats import Figures, Streak, figures, streak

DAY = timedelta(days=1)
FIRST = date(2026, 1, 5)
DAYS = 120
LAST = FIRST + (DAYS - 1) * DAY
SETTINGS = Settings(new_per_day=3, reviews_per_day=12, leech_lapses=3)
GRADED = (Action.LEARN, Action.REVIEW, Action.DRILL, Action.CRAM)

#: Name, time zone, share of days left out, share of answers that fail.
PEOPLE = (
    ("default", "Asia/Shanghai", 0.0, 0.1),
    ("ann", "America/Los_Angeles", 0.15, 0.2),
    ("bo", "Pacific/Auckland", 0.6, 0.35),
)
DECKS = ("backbone", "backbone::vgg", "backbone::vgg::conv", "backbonex", "优化器::动量")
FILTERS = (
    CardFilter(),
    CardFilter(decks=("backbone",)),
    CardFilter(decks=("backbone::vgg", "优化器")),
    CardFilter(tags=("formula",)),
    CardFilter(decks=("backbone",), tags=("formula", "公式")),
    CardFilter(decks=("no such deck",)),
)


# --- making a history ----------------------------------------------------------------------------------------------


def add_cards(db: Unit, count: int, *, start: int = 0, deck: str = "") -> list[int]:
    """Cards straight into the store; every fifth shares its note with the one before."""
    source = db.connection.execute(text("SELECT max(id) FROM sources")).scalar()
    if source is None:
        db.connection.execute(
            text(
                "INSERT INTO sources (id, path, deck, lang, mtime_ns, size, digest, reader, gaps)"
                " VALUES (1, 'notes.md', 'notes', 'zh', 0, 0, '', '', '[]')"
            )
        )
    numbers = range(start, start + count)
    rows = [
        {
            "key": f"card{n:04}",
            "note": f"note{n - (n % 5 == 4):04}",
            "kind": "basic",
            "deck": deck or DECKS[n % len(DECKS)],
            "typed": False,
            "orphaned": None,
            "created": FIRST,
        }
        for n in numbers
    ]
    ids = db.decks.add_cards(rows)
    db.decks.add_texts(
        [
            {"card_id": ids[row["key"]], "lang": lang, "source_id": 1, "line": 1, "end_line": 2, "breadcrumb": []}
            | {"front": f"{word} {row['key']}", "back": "96", "hint": "", "extra": None, "changed": 0}
            for row in rows
            for lang, word in (("zh", "卷积层有多少参数？"), ("en", "How many parameters?"))
        ]
    )
    tags = {ids[f"card{n:04}"]: [*["formula"][: n % 2], *["公式"][: n % 3]] for n in numbers}
    db.decks.set_tags(tags, fresh=True)
    return [ids[row["key"]] for row in rows]


def sitting(store: Store, learner: Learner, wanted: Wanted | None = None) -> Session:
    return Session(
        store, learner, scheduler_named("sm2"), SETTINGS, wanted or Wanted(), tz=zone(learner.timezone or "UTC")
    )


def study(store: Store, learner: Learner, now: datetime, rng: Random, fails: float, wanted: Wanted) -> None:
    """One sitting, with everything that people do: wrong grades, flags, buries, suspensions, changes of mind."""
    session = sitting(store, learner, wanted)
    session.begin(now, rng)
    prompt = session.show(now)
    answers = 0
    while prompt is not None and answers < 60:
        now += timedelta(seconds=rng.randrange(5, 60))
        chance = rng.random()
        if chance < 0.01:
            session.suspend(now)
        elif chance < 0.03:
            session.bury(now)
        elif chance < 0.05:
            session.flag(now)
            session.skip()
        else:
            good = rng.choice([Grade.HARD, Grade.GOOD, Grade.GOOD, Grade.PERFECT])
            session.grade(Grade.WRONG if rng.random() < fails else good, now, rng.randrange(1000, 30_000))
            answers += 1
            if chance > 0.97:
                session.undo(now)
        prompt = session.show(now)


@dataclass(frozen=True)
class World:
    store: Store
    learners: dict[str, Learner]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three learners over 120 days; on day 80 some cards lose their text."""
    path = tmp_path_factory.mktemp("stats") / "quizcv.db"
    with Store.open(f"sqlite:///{path}") as store:
        hurry(store)
        with store.write() as db:
            cards = add_cards(db, 400)
            db.connection.execute(text("UPDATE learners SET timezone = 'Asia/Shanghai'"))
            for name, tz, _out, _fails in PEOPLE[1:]:
                db.learners.add(name, FIRST, tz)
        with store.read() as db:
            learners = {learner.name: learner for learner in db.learners.all()}
        rng = Random(20260105)
        for number in range(DAYS):
            if number == 80:
                with store.write() as db:
                    db.decks.set_orphaned(rng.sample(cards[:200], 6), FIRST + 80 * DAY)
            for name, tz, out, fails in PEOPLE:
                begins = turn_of(FIRST + number * DAY, zone(tz)) + timedelta(seconds=rng.randrange(20 * 3600))
                if rng.random() >= out:
                    study(store, learners[name], begins, rng, fails, Wanted())
                elif rng.random() < 0.1:
                    study(store, learners[name], begins, rng, fails, Wanted(cram=True, limit=4))
        yield World(store, learners)


def hurry(store: Store) -> None:
    """What a test writes need not survive a power cut; waiting for the disk would take most of its time."""

    def no_sync(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    event.listen(store.engine, "connect", no_sync)
    store.engine.dispose()


# --- counting it slowly --------------------------------------------------------------------------------------------


@dataclass
class Slow:
    """The figures of one learner from the raw entries, states and cards, with the plainest loops."""

    entries: list[Review]
    states: dict[int, CardState]
    cards: dict[int, Card]
    chosen: CardFilter
    today: date
    ids: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = {card.id for card in self.cards.values() if self.fits(card)}

    def fits(self, card: Card) -> bool:
        in_deck = not self.chosen.decks or any(
            card.deck == deck or card.deck.startswith(deck + "::") for deck in self.chosen.decks
        )
        return in_deck and set(self.chosen.tags) <= set(card.tags)

    def mine(self, *actions: Action) -> list[Review]:
        return [e for e in self.entries if e.action in actions and e.card_id in self.ids and e.day <= self.today]

    def today_(self) -> dict[str, Any]:
        done = [e for e in self.mine(*GRADED) if e.day == self.today]
        counts = Counter(e.action for e in done)
        kept = [e.grade is not None and e.grade >= 3 for e in done if e.action is Action.REVIEW]
        return {
            "graded": len(done),
            "learned": counts[Action.LEARN],
            "reviewed": counts[Action.REVIEW],
            "drilled": counts[Action.DRILL],
            "crammed": counts[Action.CRAM],
            "passed": sum(kept),
            "retention": sum(kept) / len(kept) if kept else None,
            "seconds": sum(e.took_ms for e in done) / 1000,
        }

    def retention(self, entries: Sequence[Review]) -> dict[str, Any]:
        kept = [e.grade in (Grade.HARD, Grade.GOOD, Grade.PERFECT) for e in entries]
        return {"reviews": len(kept), "passed": sum(kept), "retention": sum(kept) / len(kept) if kept else None}

    def periods(self) -> list[dict[str, Any]]:
        found = []
        for days in (7, 30, 365, None):
            inside = [e for e in self.mine(Action.REVIEW) if days is None or e.day > self.today - days * DAY]
            old = [e for e in inside if e.before.memory is not None and e.before.memory.interval >= 21]
            young = [e for e in inside if e.before.memory is not None and e.before.memory.interval < 21]
            found.append(
                {"days": days}
                | {name: self.retention(part) for name, part in (("young", young), ("mature", old), ("all", inside))}
            )
        return found

    def streak(self) -> dict[str, Any]:
        days = {e.day for e in self.entries if e.action in GRADED[:3] and e.day <= self.today}
        runs = [0]
        day = FIRST - 30 * DAY
        while day <= self.today:
            runs.append(runs[-1] + 1 if day in days else 0)
            day += DAY
        current = runs[-1] if self.today in days else runs[-2]
        return {"current": current, "longest": max(runs), "today": self.today in days}

    def calendar(self) -> dict[str, int]:
        monday = self.today - self.today.weekday() * DAY - 51 * 7 * DAY
        counts = Counter(e.day for e in self.mine(*GRADED[:3]) if e.day >= monday)
        return {day.isoformat(): counts[day] for day in sorted(counts)}

    def living(self) -> list[tuple[Card, CardState]]:
        return [(self.cards[i], self.states[i]) for i in sorted(self.ids) if not self.cards[i].orphaned]

    def forecast(self) -> dict[str, Any]:
        due = [s.memory.due for _card, s in self.living() if s.memory and not s.suspended]
        days = [self.today + n * DAY for n in range(30)]
        counts = [sum(d <= day if n == 0 else d == day for d in due) for n, day in enumerate(days)]
        return {
            "days": [{"day": day.isoformat(), "reviews": count} for day, count in zip(days, counts, strict=True)],
            "overdue": sum(d < self.today for d in due),
            "limit": 12,
        }

    def census(self) -> dict[str, Any]:
        living = self.living()
        kinds: Counter[str] = Counter()
        for _card, state in living:
            if state.suspended:
                kinds["suspended"] += 1
            elif state.memory is None:
                kinds["new"] += 1
            elif state.memory.interval >= 21:
                kinds["mature"] += 1
            else:
                kinds["young" if state.memory.repetitions >= 2 else "learning"] += 1
        eases = [state.memory.easiness for _card, state in living if state.memory]
        return {
            "total": len(living),
            **{kind: kinds[kind] for kind in ("new", "learning", "young", "mature", "suspended")},
            "leeches": sum(state.leech for _card, state in living),
            "flagged": sum(state.flagged for _card, state in living),
            "orphaned": sum(self.cards[i].orphaned for i in self.ids),
            "easiness": sum(eases) / len(eases) / 100 if eases else None,
        }

    def hardest(self) -> list[dict[str, Any]]:
        bad = [
            (-s.memory.lapses, s.memory.easiness, card.id, card, s, s.memory)
            for card, s in self.living()
            if s.memory and (s.memory.lapses or s.memory.easiness < 250)
        ]
        return [
            {
                "id": card.key,
                "deck": card.deck,
                "front": card.front,
                "lapses": memory.lapses,
                "easiness": memory.easiness / 100,
                "interval": memory.interval,
                "suspended": state.suspended,
                "leech": state.leech,
            }
            for *_order, card, state, memory in sorted(bad, key=lambda row: row[:3])[:10]
        ]

    def everything(self) -> dict[str, Any]:
        days = [self.today - (29 - n) * DAY for n in range(30)]
        return {
            "today": self.today_(),
            "streak": self.streak(),
            "calendar": self.calendar(),
            "retention": {
                "days": [
                    {"day": day.isoformat()} | self.retention([e for e in self.mine(Action.REVIEW) if e.day == day])
                    for day in days
                ],
                "periods": self.periods(),
            },
            "forecast": self.forecast(),
            "cards": self.census(),
            "hardest": self.hardest(),
        }


def slow(db: Unit, learner: Learner, today: date, chosen: CardFilter, lang: str = "") -> Slow:
    cards = {card.id: card for card in db.cards.all(lang=lang, orphaned=None)}
    entries = list(db.journal.entries(learner.id))
    return Slow(entries, db.schedule.states(learner.id, cards), cards, chosen, today)


def told(store: Store, learner: Learner, today: date, chosen: CardFilter | None = None) -> Figures:
    with store.read() as db:
        return figures(db, learner, today, SETTINGS, chosen)


# --- the comparison ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: "+".join((*chosen.decks, *chosen.tags)) or "all")
@pytest.mark.parametrize("name", [person[0] for person in PEOPLE])
def test_every_figure_is_what_a_slow_count_finds(world: World, name: str, chosen: CardFilter) -> None:
    """On the last day, the day after, in the middle of the history, after a long break, and before it began."""
    learner = world.learners[name]
    with world.store.read() as db:
        for today in (LAST, LAST + DAY, LAST + 2 * DAY, FIRST + 60 * DAY, LAST + 400 * DAY, FIRST - 10 * DAY):
            found = figures(db, learner, today, SETTINGS, chosen, "zh")
            assert as_dict(found) == slow(db, learner, today, chosen, "zh").everything()


def test_the_simulation_has_everything_in_it(world: World) -> None:
    """Otherwise the comparison would compare nothing with nothing."""
    with world.store.read() as db:
        for learner in world.learners.values():
            actions = {entry.action for entry in db.journal.entries(learner.id)}
            assert actions >= {Action.LEARN, Action.REVIEW, Action.DRILL, Action.SUSPEND, Action.BURY, Action.FLAG}
            found = figures(db, learner, LAST, SETTINGS)
            assert found.cards.orphaned == 6
            assert found.cards.suspended
            assert found.hardest
            assert len(found.calendar) == 51 * 7 + LAST.weekday() + 1
            assert found.calendar[0].day.weekday() == 0
        assert {entry.action for entry in db.journal.entries(world.learners["bo"].id)} >= {Action.CRAM}
        default = figures(db, world.learners["default"], LAST, SETTINGS)
        assert default.streak == Streak(DAYS, DAYS, True)
        assert default.cards.mature
        assert default.periods[-1].mature.reviews
        bo = figures(db, world.learners["bo"], LAST, SETTINGS)
        assert bo.cards.leeches
        assert bo.overdue


# --- streaks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ([], Streak(0, 0, False)),
        ([0], Streak(1, 1, True)),
        ([1], Streak(1, 1, False)),
        ([2], Streak(0, 1, False)),
        ([0, 1, 2], Streak(3, 3, True)),
        ([1, 2, 3], Streak(3, 3, False)),
        ([0, 2, 3, 4], Streak(1, 3, True)),
        ([2, 3], Streak(0, 2, False)),
    ],
)
def test_streak_ends_today_or_yesterday(back: list[int], expected: Streak) -> None:
    assert streak([LAST - days * DAY for days in back], LAST) == expected


@given(st.sets(st.integers(0, 40)))
def test_streak_is_what_walking_the_days_finds(back: set[int]) -> None:
    runs, run = [0], 0
    for days in range(40, -1, -1):
        run = run + 1 if days in back else 0
        runs.append(run)
    current = runs[-1] if 0 in back else runs[-2]
    assert streak([LAST - days * DAY for days in back], LAST) == Streak(current, max(runs), 0 in back)


# --- edges ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'quizcv.db'}") as store:
        hurry(store)
        with store.write() as db:
            add_cards(db, 6)
        yield store


def who(store: Store, name: str = "default", tz: str = "") -> Learner:
    with store.write() as db:
        if name != "default":
            return db.learners.add(name, FIRST, tz)
        return db.learners.named("default")


def answer(store: Store, learner: Learner, now: datetime, grade: Grade, count: int = 1, **wanted: Any) -> Session:
    session = sitting(store, learner, Wanted(**wanted))
    session.begin(now)
    for _ in range(count):
        assert session.show(now) is not None
        session.grade(grade, now, 1500)
    return session


def entry(card_id: int, day: date, interval: int, grade: Grade, action: Action = Action.REVIEW) -> Review:
    before = CardState(Memory(3, 250, interval, day, day - interval * DAY))
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Review(0, 1, card_id, at, day, action, grade, 1000, before, before)


def test_nothing_was_studied(store: Store) -> None:
    found = told(store, who(store), LAST)
    assert not found.begun
    assert found.today.graded == 0
    assert found.today.reviews.retention is None
    assert found.streak == Streak(0, 0, False)
    assert all(day.count == 0 for day in found.calendar + found.forecast)
    assert all(period.all.retention is None for period in found.periods)
    assert (found.cards.new, found.cards.total, found.cards.easiness) == (6, 6, None)
    assert found.hardest == ()


def test_a_database_without_cards(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'empty.db'}") as store:
        assert told(store, who(store), LAST).cards.total == 0


def test_cramming_counts_for_today_and_for_nothing_else(store: Store) -> None:
    learner = who(store)
    answer(store, learner, datetime(2026, 5, 4, 12, tzinfo=UTC), Grade.GOOD, 3, cram=True)
    found = told(store, learner, date(2026, 5, 4))
    assert (found.today.crammed, found.today.graded, found.today.seconds) == (3, 3, 4.5)
    assert found.streak == Streak(0, 0, False)
    assert not any(day.count for day in found.calendar)
    assert found.cards.new == 6


def test_the_day_turns_at_four(store: Store) -> None:
    learner = who(store, "night", "Asia/Shanghai")
    answer(store, learner, datetime(2026, 5, 4, 19, 59, tzinfo=UTC), Grade.GOOD)  # 03:59 on the 5th in Shanghai
    answer(store, learner, datetime(2026, 5, 4, 20, 0, tzinfo=UTC), Grade.GOOD)
    for day in (date(2026, 5, 4), date(2026, 5, 5)):
        assert told(store, learner, day).today.graded == 1
    assert told(store, learner, date(2026, 5, 5)).streak == Streak(2, 2, True)


def test_days_are_those_of_the_learner(store: Store) -> None:
    """The same instant is Monday in Los Angeles and Tuesday in Auckland."""
    now = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)
    for name, tz, day in (("w", "America/Los_Angeles", 4), ("e", "Pacific/Auckland", 5)):
        learner = who(store, name, tz)
        answer(store, learner, now, Grade.GOOD, 2)
        assert [d.day for d in told(store, learner, date(2026, 5, 5)).calendar if d.count] == [date(2026, 5, day)]


def test_a_learner_who_flew_west_has_no_figures_from_tomorrow(store: Store) -> None:
    learner = who(store)
    with store.write() as db:
        for day in (LAST, LAST + DAY):
            db.journal.add(entry(1, day, 30, Grade.GOOD), "sm2")
    found = told(store, learner, LAST)
    assert found.periods[-1].all.reviews == 1
    assert found.streak == Streak(1, 1, True)


def test_others_do_not_count(store: Store) -> None:
    learner, other = who(store), who(store, "other")
    answer(store, other, datetime(2026, 5, 4, 12, tzinfo=UTC), Grade.WRONG, 3)
    found = told(store, learner, date(2026, 5, 4))
    assert (found.today.graded, found.cards.new, found.hardest) == (0, 6, ())


def test_suspended_and_orphaned_cards_are_out_of_the_forecast(store: Store) -> None:
    learner, now = who(store), datetime(2026, 5, 4, 12, tzinfo=UTC)
    session = answer(store, learner, now, Grade.GOOD, 3)
    today = session.today(now)
    assert told(store, learner, today).forecast[1].count == 3
    with store.write() as db:
        mark(db, learner, 1, Action.SUSPEND, Moment(now, today, "sm2"))
        db.decks.set_orphaned([2], today)
    found = told(store, learner, today)
    assert found.forecast[1].count == 1
    assert (found.cards.suspended, found.cards.orphaned, found.cards.total) == (1, 1, 5)
    assert found.today.learned == 3  # what was done was done
    later = told(store, learner, today + 9 * DAY)
    assert (later.forecast[0].count, later.overdue) == (1, 1)


def test_undo_leaves_no_trace(store: Store) -> None:
    learner, now = who(store), datetime(2026, 5, 4, 12, tzinfo=UTC)
    session = answer(store, learner, now, Grade.GOOD, 2)
    before = told(store, learner, session.today(now))
    session.show(now)
    session.grade(Grade.WRONG, now, 9000)
    assert told(store, learner, session.today(now)) != before
    session.undo(now)
    assert told(store, learner, session.today(now)) == before


@pytest.mark.parametrize(("interval", "mature"), [(1, 0), (20, 0), (21, 1), (400, 1)])
def test_a_card_is_mature_by_its_interval_before_the_review(store: Store, interval: int, mature: int) -> None:
    with store.write() as db:
        db.journal.add(entry(1, LAST, interval, Grade.HARD), "sm2")
        db.journal.add(entry(2, LAST, interval, Grade.WRONG_BUT_EASY), "sm2")
        for action in (Action.LEARN, Action.DRILL, Action.CRAM):
            db.journal.add(entry(1, LAST, interval, Grade.WRONG, action), "sm2")
    for period in told(store, who(store), LAST).periods:
        assert (period.mature.reviews, period.young.reviews) == (2 * mature, 2 - 2 * mature)
        assert period.all.retention == 0.5


def test_the_hardest_are_cards_that_gave_trouble_in_the_language_asked_for(store: Store) -> None:
    """A card that was only ever good is not among them, however few there are."""
    learner, now = who(store), datetime(2026, 5, 4, 12, tzinfo=UTC)
    answer(store, learner, now, Grade.HARD)
    answer(store, learner, now, Grade.GOOD, 2)
    with store.read() as db:
        for lang, front in (("zh", "卷积层有多少参数？"), ("en", "How many parameters?")):
            (hard,) = figures(db, learner, date(2026, 5, 4), SETTINGS, lang=lang).hardest
            assert hard.card.front.startswith(front)
            assert hard.trouble.easiness == 236


def test_a_journal_of_years_takes_no_time(tmp_path: Path) -> None:
    """300,000 entries: summed up by the database, never read out. The bound is for a slow machine under load."""
    with Store.open(f"sqlite:///{tmp_path / 'big.db'}") as store:
        hurry(store)
        with store.write() as db:
            add_cards(db, 2000)
            db.connection.execute(
                text(
                    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299999)"
                    " INSERT INTO journal (learner_id, card_id, at, day, action, grade, took_ms, scheduler, before, after)"
                    " SELECT 1, 1 + i % 2000, 0, date(:last, '-' || ((299999 - i) / 150) || ' days'),"
                    " CASE i % 4 WHEN 0 THEN 'drill' ELSE 'review' END, 1 + i % 5, 5000, 'sm2',"
                    " json_object('due', '2026-01-01', 'last', '2026-01-01', 'repetitions', 3, 'easiness', 250,"
                    " 'interval', i % 40, 'lapses', 0), '{}' FROM n"
                ),
                {"last": LAST.isoformat()},
            )
        for chosen in (CardFilter(), CardFilter(decks=("backbone",), tags=("formula",))):
            found = told(store, who(store), LAST, chosen)
            assert found.streak.current == 2000


# --- the command ---------------------------------------------------------------------------------------------------

app = typer.Typer(rich_markup_mode="markdown")
app.command()(stats)


def run(store: Store, *words: str, now: datetime | None = None) -> Any:
    """`quizcv stats`, as of an instant, with no settings but the defaults."""
    env = {"QUIZCV_DB": str(store.path), "QUIZCV_CONFIG": "/nonexistent/config.toml", "COLUMNS": "80", "TZ": "UTC"}
    with time_machine.travel(now or turn_of(LAST, zone("Asia/Shanghai")), tick=False):
        return CliRunner().invoke(app, list(words), env=env)


@pytest.mark.parametrize("words", [[], ["backbone"], ["backbone::vgg", "--tag", "formula"]], ids=" ".join)
def test_json_is_the_figures(world: World, words: list[str]) -> None:
    """Today is the learner's: Shanghai's, whatever the machine's."""
    result = run(world.store, "--json", "--lang", "zh", *words)
    assert result.exit_code == 0
    chosen = CardFilter(decks=tuple(words[:1]), tags=tuple(words[2:]))
    said = json.loads(result.stdout)
    with world.store.read() as db:
        expected = slow(db, world.learners["default"], LAST, chosen, "zh").everything()
    expected["forecast"]["limit"] = Settings().reviews_per_day
    assert said == {"day": LAST.isoformat(), "learner": "default"} | expected
    assert "卷积层" in result.stdout  # not escaped where the output can take it


def test_every_json_key_is_promised_in_the_help(world: World) -> None:
    said = json.loads(run(world.store, "--json").stdout)
    words = set(re.findall(r"\w+", stats.__doc__ or ""))

    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value))
        if isinstance(value, dict):
            return {key for key in value if not key[0].isdigit()}.union(*map(keys, value.values()))
        return set()

    assert keys(said) <= words


def test_pictures_of_all_parts(world: World) -> None:
    result = run(world.store)
    assert result.exit_code == 0
    heads = ["Today", "Streak", "Calendar", "Retention", "Retention by maturity", "Forecast", "Cards", "Hardest cards"]
    lines = result.stdout.splitlines()
    places = [next(n for n, line in enumerate(lines) if line.startswith(head + "  ")) for head in heads[:-1]]
    assert places == sorted(places)
    assert heads[-1] in lines
    assert f"{DAYS} days" in result.stdout


def test_what_to_do_when_there_is_nothing(store: Store, tmp_path: Path) -> None:
    result = run(store)
    assert result.exit_code == 0
    assert "quizcv review" in result.stdout
    assert "new        6" in result.stdout
    with Store.open(f"sqlite:///{tmp_path / 'empty.db'}") as empty:
        assert "quizcv sync" in run(empty).stdout
        assert run(empty, "no such deck").exit_code == 0
        assert json.loads(run(empty, "--json").stdout)["cards"]["total"] == 0


@pytest.mark.parametrize(("words", "named"), [(["vgg"], "backbone::vgg"), (["--tag", "form"], "formula")])
def test_a_name_that_no_card_has_is_a_mistake(store: Store, words: list[str], named: str) -> None:
    """Zeros for a typing error would look like an answer."""
    result = run(store, *words)
    assert isinstance(result.exception, NotFound)
    assert named in result.exception.hint


def test_help_has_an_example(store: Store) -> None:
    result = run(store, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.stdout
