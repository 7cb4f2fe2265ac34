"""What Anki knows of a card arrives as its log and its state, whatever the zone and the hour."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from anki.cards import Card as AnkiCard
from anki.collection import Collection as Anki
from anki.scheduler.v3 import CardAnswer
from hypothesis import given, settings
from hypothesis import strategies as st

from quizcv.clock import day_of
from quizcv.exchange.anki import history
from quizcv.exchange.anki.collection import Calendar, Card, CardType, Collection, Queue, Review, ReviewKind
from quizcv.exchange.anki.package.reader import read_collection
from quizcv.model import Grade, Memory, Past, PastReview
from quizcv.scheduling.sm2 import SM2

AGAIN, HARD, GOOD, EASY = CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.EASY
CALENDAR = Calendar(created=int(datetime(2026, 3, 1, 4, tzinfo=UTC).timestamp()), west=0)
FIRST = date(2026, 3, 1)

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Honolulu",
)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def past(card: Card, *log: Review, calendar: Calendar = CALENDAR) -> Past:
    found = history.pasts(Collection(calendar, cards=[card], reviews=list(log)), UTC)
    return found.get(card.id, Past())


def card(**schedule: int | str) -> Card:
    return Card(1, 1, "d", 0, **schedule)  # type: ignore[arg-type]


def line(
    moment: datetime, ease: int, *, kind: int = ReviewKind.REVIEW, factor: int = 2500, interval: int = 1
) -> Review:
    return Review(ms(moment), 1, ease, interval, 0, factor, 1500, kind)


NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


# --- the log -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ease", "grade"), [(1, Grade.WRONG), (2, Grade.HARD), (3, Grade.GOOD), (4, Grade.PERFECT)])
def test_the_four_answers_are_the_four_keys(ease: int, grade: Grade) -> None:
    found = past(card(), line(NOON + timedelta(milliseconds=7), ease))
    assert found.reviews == (PastReview(NOON + timedelta(milliseconds=7), grade, 1500),)


def test_the_log_comes_oldest_first_each_card_its_own() -> None:
    later, first = line(NOON + timedelta(days=1), 3), line(NOON, 1)
    other = Review(ms(NOON) + 1, 2, 4, 1, 0, 0, 0, 0)
    found = history.pasts(Collection(CALENDAR, cards=[card(), Card(2, 2, "d", 0)], reviews=[later, other, first]), UTC)
    assert [review.grade for review in found[1].reviews] == [Grade.WRONG, Grade.GOOD]
    assert [review.grade for review in found[2].reviews] == [Grade.PERFECT]


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        pytest.param(line(NOON, 3, kind=ReviewKind.FILTERED, factor=0), PastReview(NOON, Grade.GOOD, 1500, True), id="cram"),
        pytest.param(line(NOON, 3, kind=ReviewKind.FILTERED), PastReview(NOON, Grade.GOOD, 1500), id="filtered"),
        pytest.param(line(NOON, 0, kind=ReviewKind.MANUAL, factor=0, interval=0), PastReview(NOON, None), id="forget"),
        pytest.param(line(NOON, 0, kind=ReviewKind.MANUAL), None, id="set due date"),
        pytest.param(line(NOON, 0, kind=ReviewKind.RESCHEDULED), None, id="rescheduled"),
        pytest.param(line(NOON, 7), None, id="no ease of Anki's"),
        pytest.param(Review(-5, 1, 3, 1, 0, 0, 0, 1), None, id="before 1970"),
        pytest.param(Review(10**17, 1, 3, 1, 0, 0, 0, 1), None, id="beyond all calendars"),
    ],
)  # fmt: skip
def test_a_line_says_what_was_answered_or_nothing(review: Review, expected: PastReview | None) -> None:
    assert past(card(), review).reviews == ((expected,) if expected else ())


# --- the state -----------------------------------------------------------------------------------------------------


def test_a_new_card_has_no_past() -> None:
    assert history.pasts(Collection(CALENDAR, cards=[card(due=5)]), UTC) == {}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"queue": Queue.SUSPENDED}, Past(suspended=True)),
        ({"queue": Queue.BURIED}, Past(buried=True)),
        ({"queue": Queue.SIBLING_BURIED}, Past(buried=True)),
        ({"flags": 3}, Past(flagged=True)),
        ({"flags": 8}, Past()),
    ],
)
def test_marks_of_a_card(schedule: dict[str, int], expected: Past) -> None:
    assert past(card(**schedule)) == expected


def reviewed(**more: int | str) -> Card:
    return card(**{"type": CardType.REVIEW, "queue": Queue.REVIEW, "due": 14, "interval": 10, "factor": 2310, **more})


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (reviewed(lapses=2), Memory(2, 231, 10, date(2026, 3, 15), date(2026, 3, 5), 2)),
        (reviewed(queue=Queue.SUSPENDED), Memory(2, 231, 10, date(2026, 3, 15), date(2026, 3, 5))),
        (reviewed(factor=0), Memory(2, 250, 10, date(2026, 3, 15), date(2026, 3, 5))),
        (reviewed(factor=1000), Memory(2, 130, 10, date(2026, 3, 15), date(2026, 3, 5))),
        (reviewed(interval=0), Memory(1, 231, 1, date(2026, 3, 15), date(2026, 3, 14))),
        (reviewed(data=json.dumps({"lrt": ms(NOON) // 1000})), Memory(2, 231, 10, date(2026, 3, 15), date(2026, 3, 5))),
        (reviewed(data="[[["), Memory(2, 231, 10, date(2026, 3, 15), date(2026, 3, 5))),
        (reviewed(due=-1), Memory(2, 231, 10, date(2026, 2, 28), date(2026, 2, 18))),
        (
            reviewed(type=CardType.RELEARNING, queue=Queue.LEARNING, due=ms(NOON) // 1000, lapses=1),
            Memory(0, 231, 1, date(2026, 3, 5), date(2026, 3, 4), 1),
        ),
        (
            reviewed(type=CardType.RELEARNING, queue=Queue.DAY_LEARNING, due=5, lapses=1),
            Memory(0, 231, 1, date(2026, 3, 6), date(2026, 3, 5), 1),
        ),
    ],
)
def test_the_schedule_becomes_a_memory(made: Card, expected: Memory) -> None:
    assert past(made).memory == expected


def test_a_card_in_learning_is_told_by_its_log_alone() -> None:
    found = past(
        card(type=CardType.LEARNING, queue=Queue.LEARNING, due=ms(NOON) // 1000, left=1001), line(NOON, 1, kind=0)
    )
    assert found.memory is None
    assert len(found.reviews) == 1


def test_without_a_time_in_the_card_its_log_tells_when_it_was_last_reviewed() -> None:
    """Its due date may have been set by hand."""
    crammed = line(NOON + timedelta(days=1), 3, kind=ReviewKind.FILTERED, factor=0)
    found = past(reviewed(due=40), line(NOON, 3), crammed)
    assert found.memory is not None
    assert (found.memory.last, found.memory.due) == (date(2026, 3, 5), date(2026, 4, 10))


@given(st.integers(1, 400), st.integers(1300, 3500))
@settings(max_examples=200)
def test_the_next_step_grows_the_interval_or_is_six_days(interval: int, factor: int) -> None:
    """Never shorter than what SM-2 gives to a card answered twice, nor than growth by the easiness."""
    memory = past(reviewed(interval=interval, factor=factor)).memory
    assert memory is not None
    after = SM2().review(memory, Grade.GOOD, memory.due)
    assert after.interval == max(6, -(-interval * memory.easiness // 100))


DATA = (
    '{"lrt":1e99}', '{"lrt":-5,"pos":"x"}', '{"lrt":1772000000}', '{"lrt":1}', '{"lrt":99999999999999999}', "[1]", "{" * 9000,
)  # fmt: skip
numbers = st.integers(-(2**63), 2**63) | st.integers(-10, 10) | st.integers(1, 2 * 10**12)


@given(
    st.builds(
        Card,
        st.just(1), st.just(1), st.just("d"), st.just(0),
        st.integers(0, 4), st.integers(-3, 4), *[numbers] * 7,
        st.text(max_size=5) | st.sampled_from(DATA),
    ),
    st.builds(Calendar, *[numbers] * 3),
    st.lists(st.builds(Review, numbers, st.just(1), st.integers(-1, 5), *[numbers] * 4, st.integers(-1, 6))),
)  # fmt: skip
@settings(max_examples=500)
def test_no_numbers_break_it(made: Card, calendar: Calendar, log: list[Review]) -> None:
    found = past(made, *log, calendar=calendar)
    assert found.memory is None or (found.memory.easiness >= 130 and found.memory.interval >= 1)
    history.position(made)
    history.uses_fsrs(made)


# --- the real scheduler --------------------------------------------------------------------------------------------


def answer(col: Anki, made: AnkiCard, *ratings: CardAnswer.Rating.V) -> None:
    for rating in ratings:
        made.load()
        made.start_timer()
        states = col._backend.get_scheduling_states(made.id)
        col.sched.answer_card(col.sched.build_answer(card=made, states=states, rating=rating))


def notes(col: Anki, count: int) -> list[AnkiCard]:
    made = []
    for number in range(count):
        note = col.new_note(col.models.by_name("Basic"))
        note["Front"], note["Back"] = f"front {number}", "back"
        col.add_note(note, col.decks.id("Default"))
        made.append(note.cards()[0])
    return made


def read(col: Anki, tmp_path: Path) -> Collection:
    path = Path(col.path)
    col.close()
    try:
        return read_collection(path)[0]
    finally:
        col.reopen()


def test_what_the_real_scheduler_did_arrives(collection: Anki, tmp_path: Path) -> None:
    graduated, failed, learning, forgotten, suspended, buried, flagged, moved, untouched = notes(collection, 9)
    began = datetime.now(UTC) - timedelta(seconds=1)
    answer(collection, graduated, EASY)
    answer(collection, failed, EASY, AGAIN)
    answer(collection, learning, AGAIN, GOOD)
    answer(collection, forgotten, EASY)
    collection.sched.schedule_cards_as_new([forgotten.id])
    collection.sched.suspend_cards([suspended.id])
    collection.sched.bury_cards([buried.id])
    collection.set_user_flag_for_cards(2, [flagged.id])
    collection.sched.set_due_date([moved.id], "9")
    today = day_of(datetime.now(UTC))
    due = {made.id: collection.get_card(made.id).due - collection.sched.today for made in (graduated, moved)}

    found = history.pasts(read(collection, tmp_path), None)

    def grades(made: AnkiCard) -> list[Grade | None]:
        return [review.grade for review in found[made.id].reviews]

    assert grades(graduated) == [Grade.PERFECT]
    assert all(began <= review.at <= datetime.now(UTC) for review in found[graduated.id].reviews)
    assert grades(failed) == [Grade.PERFECT, Grade.WRONG]
    assert grades(learning) == [Grade.WRONG, Grade.GOOD]
    assert grades(forgotten) == [Grade.PERFECT, None]
    in_days = due[graduated.id]  # three to five, as Anki draws
    assert found[graduated.id].memory == Memory(2, 250, in_days, today + timedelta(days=in_days), today)
    assert found[failed.id].memory == Memory(0, 230, 1, day_of(datetime.now(UTC) + timedelta(minutes=10)), today, 1)
    assert found[learning.id].memory is found[forgotten.id].memory is None
    assert found[suspended.id] == Past(suspended=True)
    assert found[buried.id] == Past(buried=True)
    assert found[flagged.id] == Past(flagged=True)
    assert found[moved.id].reviews == ()
    memory = found[moved.id].memory
    assert memory is not None
    assert memory.due == today + timedelta(days=9)
    assert due[moved.id] == 9
    assert untouched.id not in found


@pytest.mark.parametrize("hour", [0, 2, 3, 4, 5, 12, 23])
def test_due_is_the_learners_day_before_and_after_its_turn(hour: int, tmp_path: Path) -> None:
    """Anki says in how many days a card is due; so many days after the learner's day it is due here. Before four in the morning that is
    still yesterday. Anki's clock cannot be moved, so it lives where it is that hour now."""
    now = datetime.now(UTC)
    east = (hour - now.hour + 11) % 24 - 11
    zone = timezone(timedelta(hours=east))
    path = tmp_path / "collection.anki2"
    program = [sys.executable, "-c", ANSWERS_ONE_CARD, str(path)]
    environment = {**os.environ, "TZ": f"XXX{-east:+03}"}
    said = subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout
    (past,) = history.pasts(read_collection(path)[0], zone).values()
    assert past.memory is not None
    today = day_of(past.reviews[0].at, zone)
    assert (past.memory.due, past.memory.last) == (today + timedelta(days=int(said)), today)


#: Prints in how many days it is due then.
ANSWERS_ONE_CARD = """
import sys
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer
col = Collection(sys.argv[1])
note = col.new_note(col.models.by_name("Basic"))
note["Front"] = "front"
col.add_note(note, col.decks.id("Default"))
card = note.cards()[0]
card.start_timer()
states = col._backend.get_scheduling_states(card.id)
col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=CardAnswer.EASY))
card.load()
print(card.due - col.sched.today)
col.close()
"""


@pytest.mark.parametrize("rollover", [0, 4, 9, 23])
@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("created", [datetime(2026, 1, 10, 4), datetime(2026, 7, 10, 4)])
def test_the_day_of_a_time_turns_where_the_collections_does(name: str, rollover: int, created: datetime) -> None:
    """Across changes of the clocks: the collection keeps the offset of its first day, its days are the wall's."""
    zone = ZoneInfo(name)
    start = created.replace(hour=rollover, tzinfo=zone)
    calendar = Calendar(
        int(start.timestamp()), -round((start.utcoffset() or timedelta()).total_seconds() / 60), rollover
    )
    for days in (1, 40, 200):
        turn = (start.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
        for moment, expected in ((turn, days), (turn - timedelta(minutes=1), days - 1)):
            data = json.dumps({"lrt": int(moment.timestamp())})
            found = history.pasts(Collection(calendar, cards=[reviewed(due=days, data=data)]), zone)[1].memory
            assert found is not None
            assert found.due == created.date() + timedelta(days=days)
            assert found.last == created.date() + timedelta(days=expected)
