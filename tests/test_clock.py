"""The learner's day, on the nights when clocks change most of all."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from quizcv.clock import DAY_START, day_of, turn_of, zone
from quizcv.errors import ConfigError

ONE_DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

#: Half-hour and double summer times, changes at midnight, at 02:45 and against the seasons, a day that never was (Apia,
#: 30 December 2011), changes that jump over 04:00 (Hong Kong until 1979, from 03:30; Casey 2019, from 03:00).
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "UTC",
)

zones = st.sampled_from(ZONES).map(ZoneInfo)
starts = st.just(DAY_START) | st.integers(0, 23)
instants = st.datetimes(datetime(1970, 1, 2), datetime(2060, 1, 1), timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def places_in_time(draw: st.DrawFn) -> tuple[tzinfo, datetime]:
    """A zone and an instant, every second time within two days of a change of its clocks."""
    tz, now = draw(zones), draw(instants)
    if draw(st.booleans()):
        change = next_change(tz, now)
        assume(change is not None)
        assert change is not None
        now = change + draw(st.just(timedelta(0)) | st.timedeltas(-2 * ONE_DAY, 2 * ONE_DAY))
    return tz, now


def next_change(tz: tzinfo, now: datetime) -> datetime | None:
    """The first change of the offset from UTC in the year after `now`, to the microsecond."""
    before, after = now, now
    while before.astimezone(tz).utcoffset() == after.astimezone(tz).utcoffset():
        before, after = after, after + 7 * ONE_DAY
        if after > now + 53 * 7 * ONE_DAY:
            return None
    while after - before > TICK:
        middle = before + (after - before) // 2
        if middle.astimezone(tz).utcoffset() == before.astimezone(tz).utcoffset():
            before = middle
        else:
            after = middle
    return after


# --- known nights ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "now", "day"),
    [
        # An ordinary night.
        ("Asia/Shanghai", "2026-03-01T19:59:59.999999", "2026-03-01"),
        ("Asia/Shanghai", "2026-03-01T20:00:00", "2026-03-02"),
        ("Asia/Kathmandu", "2026-03-01T22:14:59", "2026-03-01"),
        ("Asia/Kathmandu", "2026-03-01T22:15:00", "2026-03-02"),
        # Berlin, forward on 29 March 2026 and back on 25 October, at 01:00 UTC: the day turns at 04:00 both times.
        ("Europe/Berlin", "2026-03-28T03:00:00", "2026-03-28"),
        ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-28"),
        ("Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25T02:59:59", "2026-10-24"),
        ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25"),
        # New York, forward on 8 March 2026 at 07:00 UTC.
        ("America/New_York", "2026-03-08T07:59:59", "2026-03-07"),
        ("America/New_York", "2026-03-08T08:00:00", "2026-03-08"),
        # Lord Howe, half an hour: +11:00 until 5 April 2026, +10:30 after it.
        ("Australia/Lord_Howe", "2026-04-04T17:29:59", "2026-04-04"),
        ("Australia/Lord_Howe", "2026-04-04T17:30:00", "2026-04-05"),
        # Sao Paulo, at midnight: 3 November 2018 24:00 became 4 November 01:00.
        ("America/Sao_Paulo", "2018-11-04T05:59:59", "2018-11-03"),
        ("America/Sao_Paulo", "2018-11-04T06:00:00", "2018-11-04"),
        # Casablanca, back for Ramadan on 13 May 2018 at 03:00, so that 04:00 is 04:00 UTC.
        ("Africa/Casablanca", "2018-05-13T03:59:59", "2018-05-12"),
        ("Africa/Casablanca", "2018-05-13T04:00:00", "2018-05-13"),
        # Apia had no 30 December 2011: its learner's day is what was left of that night, 00:00 to 04:00 on the 31st.
        ("Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00", "2011-12-30"),
        ("Pacific/Apia", "2011-12-30T13:59:59", "2011-12-30"),
        ("Pacific/Apia", "2011-12-30T14:00:00", "2011-12-31"),
    ],
)
def test_day_of(name: str, now: str, day: str) -> None:
    assert day_of(utc(now), ZoneInfo(name)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("name", "day", "turn"),
    [
        ("UTC", "2026-03-01", "2026-03-01T04:00:00"),
        ("Asia/Shanghai", "2026-03-02", "2026-03-01T20:00:00"),
        ("Europe/Berlin", "2026-03-28", "2026-03-28T03:00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T02:00:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T03:00:00"),
        ("America/New_York", "2026-11-01", "2026-11-01T09:00:00"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T17:00:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T06:00:00"),
        # 04:00 itself was skipped: the day turns when the clocks jump over it, not 30 minutes or 4 hours later.
        ("Asia/Hong_Kong", "1976-04-18", "1976-04-17T19:30:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T14:00:00"),
    ],
)
def test_turn_of(name: str, day: str, turn: str) -> None:
    assert turn_of(date.fromisoformat(day), ZoneInfo(name)) == utc(turn)


@pytest.mark.parametrize(
    ("name", "start", "day", "turn", "change"),
    [
        # Chatham: 03:45 on 5 April 2026 became 02:45.
        ("Pacific/Chatham", 3, "2026-04-05", "2026-04-04T13:15:00", "2026-04-04T14:00:00"),
        # St John's: 00:01 on 7 November 2010 became 23:01 on the 6th.
        ("America/St_Johns", 0, "2010-11-07", "2010-11-07T02:30:00", "2010-11-07T02:31:00"),
    ],
)
def test_clocks_that_go_back_over_the_turn_do_not_turn_the_day_back(
    name: str, start: int, day: str, turn: str, change: str
) -> None:
    """The wall reaches the hour twice; the day begins at the first and does not begin again."""
    tz, expected = ZoneInfo(name), date.fromisoformat(day)
    before, after = utc(change) - TICK, utc(change)
    assert after.astimezone(tz).replace(tzinfo=None) < before.astimezone(tz).replace(tzinfo=None)
    assert turn_of(expected, tz, start) == utc(turn)
    moments = [utc(turn) - TICK, utc(turn), before, after, after + timedelta(hours=2)]
    assert [day_of(now, tz, start) for now in moments] == [expected - ONE_DAY, *[expected] * 4]


# --- what holds for every zone, day and start --------------------------------------------------------------------


@given(places_in_time(), starts)
@example((ZoneInfo("Asia/Hong_Kong"), utc("1976-04-17T19:45:00")), DAY_START)
@example((ZoneInfo("Pacific/Apia"), utc("2011-12-30T12:00:00")), DAY_START)
@example((ZoneInfo("Pacific/Apia"), utc("2011-12-30T12:00:00")), 0)
@example((ZoneInfo("Pacific/Chatham"), utc("2026-04-04T14:00:00")), 3)
def test_every_instant_is_in_the_one_day_that_has_begun_and_not_ended(
    place: tuple[tzinfo, datetime], start: int
) -> None:
    tz, now = place
    day = day_of(now, tz, start)
    assert turn_of(day, tz, start) <= now < turn_of(day + ONE_DAY, tz, start)


@given(places_in_time(), starts)
@example((ZoneInfo("Asia/Hong_Kong"), utc("1976-04-17T20:00:00")), DAY_START)
@example((ZoneInfo("Pacific/Apia"), utc("2011-12-30T12:00:00")), DAY_START)
def test_the_turn_is_the_first_instant_of_the_day(place: tuple[tzinfo, datetime], start: int) -> None:
    tz, now = place
    day = day_of(now, tz, start)
    turn = turn_of(day, tz, start)
    assert turn.tzinfo is UTC
    assert day_of(turn, tz, start) == day
    assert day_of(turn - TICK, tz, start) < day


@given(places_in_time())
def test_no_day_is_left_out_when_days_turn_at_four(place: tuple[tzinfo, datetime]) -> None:
    tz, now = place
    day = day_of(now, tz)
    assert day_of(turn_of(day, tz) - TICK, tz) == day - ONE_DAY


def test_a_day_that_never_was_is_left_out_when_days_turn_at_midnight() -> None:
    apia = ZoneInfo("Pacific/Apia")
    turn = turn_of(date(2011, 12, 31), apia, day_start=0)
    assert turn == turn_of(date(2011, 12, 30), apia, day_start=0) == utc("2011-12-30T10:00:00")
    assert day_of(turn, apia, day_start=0) == date(2011, 12, 31)
    assert day_of(turn - TICK, apia, day_start=0) == date(2011, 12, 29)


@given(places_in_time(), starts, st.timedeltas(timedelta(0), 3 * ONE_DAY))
@example((ZoneInfo("Pacific/Chatham"), utc("2026-04-04T13:59:59")), 3, timedelta(seconds=1))
def test_days_never_go_back(place: tuple[tzinfo, datetime], start: int, later: timedelta) -> None:
    tz, now = place
    assert day_of(now, tz, start) <= day_of(now + later, tz, start)


@given(places_in_time(), starts)
def test_the_day_is_the_wall_clock_hours_earlier_except_near_a_change(
    place: tuple[tzinfo, datetime], start: int
) -> None:
    """The plain rule, wherever clocks did not change in the day before or after."""
    tz, now = place
    offsets = {(now + days * ONE_DAY).astimezone(tz).utcoffset() for days in (-1, 0, 1)}
    assume(len(offsets) == 1)
    wall = now.astimezone(tz).replace(tzinfo=None)
    assert day_of(now, tz, start) == (wall - timedelta(hours=start)).date()


@given(places_in_time(), zones)
def test_the_zone_in_which_now_is_written_does_not_matter(place: tuple[tzinfo, datetime], other: tzinfo) -> None:
    tz, now = place
    assert day_of(now.astimezone(other), tz) == day_of(now, tz)


@pytest.mark.parametrize("name", ZONES)
def test_two_years_of_days_follow_one_another(name: str) -> None:
    """Every day from 2025 to 2026 begins, lasts 22 to 26 hours, and ends where the next begins."""
    tz = ZoneInfo(name)
    days = [date(2025, 1, 1) + n * ONE_DAY for n in range(730)]
    turns = [turn_of(day, tz) for day in days]
    assert [day_of(turn, tz) for turn in turns] == days
    assert all(timedelta(hours=22) <= b - a <= timedelta(hours=26) for a, b in itertools.pairwise(turns))


def test_a_naive_now_is_refused() -> None:
    """Which instant it means would depend on the machine."""
    with pytest.raises(TypeError, match="naive"):
        day_of(datetime(2026, 3, 1, 12), UTC)


# --- zones by name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ZONES)
def test_zone(name: str) -> None:
    assert zone(name) == ZoneInfo(name)


@pytest.mark.parametrize(
    "name",
    ["Mars/Olympus", "Europe", "Europe/", "../etc/passwd", "/etc/localtime", "zone.tab", "CET\0", "北京", "x" * 999],
)
def test_an_unknown_zone(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        zone(name)
    assert repr(name) in caught.value.message
    assert "Europe/Berlin" in caught.value.hint


@given(st.text(min_size=1) | st.text("./AaEU-+\\ ", min_size=1))
def test_any_name_is_a_zone_or_a_config_error(name: str) -> None:
    with contextlib.suppress(ConfigError):
        assert isinstance(zone(name), ZoneInfo)


# --- the machine's own zone --------------------------------------------------------------------------------------


def test_the_empty_name_is_the_machine() -> None:
    assert zone("") is None


@pytest.mark.skipif(os.name == "nt", reason="Windows takes its zone from the registry, not from TZ")
@pytest.mark.parametrize(
    ("name", "day", "turn"),
    [
        ("Asia/Shanghai", "2026-03-02", "2026-03-01T20:00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T02:00:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T03:00:00"),
        ("America/New_York", "2026-03-08", "2026-03-08T08:00:00"),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T17:30:00"),
        ("Asia/Hong_Kong", "1976-04-18", "1976-04-17T19:30:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00"),
    ],
)
def test_the_machine_s_own_zone(name: str, day: str, turn: str) -> None:
    """In another process: TZ is read once, and belongs to a whole process."""
    program = f"""
from datetime import date, timedelta
from quizcv.clock import day_of, turn_of, zone
own = zone("")
turn = turn_of(date.fromisoformat({day!r}), own)
print(turn.isoformat(), day_of(turn, own), day_of(turn - timedelta(microseconds=1), own))
"""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "TZ": name},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    day_before = date.fromisoformat(day) - ONE_DAY
    assert result.stdout.split() == [utc(turn).isoformat(), day, day_before.isoformat()]
    assert result.stderr == ""


def test_a_fixed_offset_is_a_zone_too() -> None:
    assert turn_of(date(2026, 3, 2), timezone(timedelta(hours=8))) == utc("2026-03-01T20:00:00")
