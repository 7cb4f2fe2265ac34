"""SM-2 to the letter: P. A. Wozniak, Optimization of learning (1990), https://super-memory.com/english/ol/sm2.htm

"The plug-in" is Wozniak's own Delphi program, https://super-memory.com/english/ol/sm2source.htm. Where the text is
open, or programs differ from it, this module decides:

- Easiness (EF) is kept in whole hundredths, from 250; never under 130, no ceiling. The text's formula,
  EF' = EF + (0.1 - (5-q)(0.08 + (5-q)0.02)), moves it by whole hundredths only, so integers are exact, and floats are
  not: 320 days x 2.80 are 896 days, in floats 897.
- The interval is worked out with the *new* EF, since the text modifies EF "after each repetition", and a fraction is
  rounded up. The plug-in uses the old EF and rounds to the nearest.
- A failure (q < 3) leaves EF alone, as the text says; the plug-in lowers it.
- After a failure the card is due tomorrow and the count is back at 0: the next success gives I(1) = 1 again, and six
  days come only after two successes in a row, each on its own day. The text ("as if the item was memorized anew")
  could also be read as six days after the first success; the plug-in settles it.
- A lapse is the failure of a card that had been answered before: not knowing a new card is none.
- Due is the day the review really happened plus the interval. Counted from the old due date, as some programs do, an
  overdue card would stay overdue.
- Intervals end at MAX_INTERVAL, because calendars end: the 13th five in a row would fall due after the year 9999.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from quizcv.model import Grade, Memory

START_EASINESS = 250  # hundredths
MIN_EASINESS = 130  # hundredths
MAX_INTERVAL = 36_500  # days, a hundred years

#: The text's formula in hundredths, 10 - (5-q)(8 + (5-q)2), at the three grades to which it applies.
EASINESS_CHANGE = {Grade.PERFECT: 10, Grade.GOOD: 0, Grade.HARD: -14}


@dataclass(frozen=True, slots=True)
class SM2:
    """The scheduler of quizcv. It holds no state."""

    name: ClassVar[str] = "sm2"

    def review(self, memory: Memory | None, grade: Grade, today: date) -> Memory:
        """What is remembered of a card after a scheduled review on `today`, the learner's day.

        `memory` is None for a new card. Once per card and day: repeats on the same day are drill, see `drill_day`.
        """
        old = memory or Memory(repetitions=0, easiness=START_EASINESS, interval=0, due=today, last=today)
        if grade.passed:
            repetitions = old.repetitions + 1
            easiness = max(MIN_EASINESS, old.easiness + EASINESS_CHANGE[grade])
            interval = min(MAX_INTERVAL, _interval(repetitions, easiness, old.interval))
            lapses = old.lapses
        else:
            repetitions, easiness, interval = 0, old.easiness, 1
            lapses = old.lapses + (memory is not None)
        return Memory(repetitions, easiness, interval, today + timedelta(days=interval), today, lapses)


def _interval(repetitions: int, easiness: int, last: int) -> int:
    """I(n) in days from n, EF in hundredths and I(n-1): 1, 6, then I(n-1) x EF rounded up, all in integers."""
    if repetitions <= 2:
        return 1 if repetitions == 1 else 6
    return -(-last * easiness // 100)


def drill_day(grade: Grade, today: date) -> date | None:
    """The day on which a card so graded must be repeated: `today` for a grade under 4, else None.

    The text's last rule ("repeat again all items that scored below four"), for the scheduled answer and for every
    repeat after it. A repeat never touches the `Memory`: else one sitting would lead to the step of six days.
    """
    return today if grade < Grade.GOOD else None
