"""The learner's day: it turns at 04:00 local time, so that a review at one at night belongs to the evening before.

Only this module knows about time zones. `now` is always an aware datetime handed in by the caller.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quizcv.errors import ConfigError

DAY_START = 4
ONE_DAY = timedelta(days=1)


def zone(name: str) -> tzinfo | None:
    """The time zone of an IANA name; None, the machine's own, for the empty name.

    Raises:
        ConfigError: no such zone.
    """
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "Use a name such as Asia/Shanghai or Europe/Berlin."
        raise ConfigError(f"no time zone is called {name!r}.", hint) from error


def day_of(now: datetime, tz: tzinfo | None = None, day_start: int = DAY_START) -> date:
    """The learner's day that holds `now`: the last whose turn has come. As time goes on, it never goes back.

    Not read off the wall clock alone: where clocks go back from after the turn to before it, yesterday would come back
    for a while. Nor found by subtracting hours from `now`: on nights when clocks change, that turns the day at 03:00.

    Raises:
        TypeError: `now` is naive; which instant it means would depend on the machine.
    """
    on_the_wall = now.astimezone(tz).date()
    for day in (on_the_wall + ONE_DAY, on_the_wall):
        if now >= turn_of(day, tz, day_start):
            return day
    return on_the_wall - ONE_DAY


def turn_of(day: date, tz: tzinfo | None = None, day_start: int = DAY_START) -> datetime:
    """The instant (UTC) at which the learner's `day` begins: the first at which the wall clock has reached its start.

    Where clocks jump over that hour, the day begins as they jump. A date that a zone left out altogether (Apia,
    30 December 2011) is, with the turn at 04:00, the rest of that night, and with the turn at 00:00 nothing.
    """
    wall = datetime(day.year, day.month, day.day, day_start, tzinfo=tz)
    # An hour that comes twice has two instants. A skipped one has two as well (PEP 495), on either side of the jump:
    # which of them is `fold=0` differs between ZoneInfo and the machine's own zone.
    either = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    before, turn = min(either), max(either)
    if _reached(before, wall):
        return before
    while turn - before > datetime.resolution:
        middle = before + (turn - before) // 2
        if _reached(middle, wall):
            turn = middle
        else:
            before = middle
    return turn


def _reached(instant: datetime, wall: datetime) -> bool:
    """Whether at `instant` the clock on the wall shows the time of `wall`, or later."""
    return instant.astimezone(wall.tzinfo).replace(tzinfo=None) >= wall.replace(tzinfo=None)
