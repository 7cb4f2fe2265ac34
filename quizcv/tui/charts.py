"""The pictures of `quizcv stats` and `quizcv due`, as rich renderables.

A picture speaks by its shapes, colour only repeats it: NO_COLOR loses nothing. Where the console's encoding is not UTF, the
shapes are ASCII, and what a card's text has and the encoding has not becomes `?`. Everything fits 80 columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from quizcv.study.stats import DayCount, Figures, Hard, Period, Streak, Tally, Today
from quizcv.tui.wording import clean, duration
