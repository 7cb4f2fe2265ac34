"""Is a typed value right? If not: nearly, or a mistake with a name?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from quizcv.answers.kinds import Answer, Indices, Integer, Number, Shape, Value
from quizcv.model import Text

#: A value this close to the key was found the right way and rounded on it.
NEARLY = 0.005


class Verdict(StrEnum):
    RIGHT = "right"
    NEAR = "near"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Marking:
    """A verdict; where it is not right, what is known of the reason."""

    verdict: Verdict
    why: Text | None = None


def mark(given: Value, key: Value, answer: Answer, distractors: Iterable[tuple[Value, Text]] = ()) -> Marking:
    """Mark a value that `read` gave. A wrong value that a misconception leads to is told so, even if it is near the key."""
    if _within(given, key, answer):
        return Marking(Verdict.RIGHT)
    for value, why in distractors:
        if _within(given, value, answer):
            return Marking(Verdict.WRONG, why)
    near = _near(given, key, answer)
    return Marking(Verdict.NEAR, near) if near else Marking(Verdict.WRONG)


def _within(given: Value, key: Value, answer: Answer) -> bool:
    if isinstance(answer, Number) and isinstance(given, int | float) and isinstance(key, int | float):
        slack = answer.tolerance(key)
        return abs(given - key) <= slack * (1 + 1e-9)  # 0.1 + 0.001 is not 0.101 in binary
    return given == key


def _near(given: Value, key: Value, answer: Answer) -> Text | None:
    """Why this is nearly the key, or None."""
    if isinstance(answer, Shape) and isinstance(given, tuple) and isinstance(key, tuple):
        if sorted(given) == sorted(key):
            order = "×".join(answer.axes)
            return Text(f"The sizes are right; their order is {order}.", f"数值正确，但顺序应为 {order}。")
        return None
    if isinstance(answer, Indices) and isinstance(given, tuple) and isinstance(key, tuple):
        if key and given == tuple(index + 1 for index in key):
            return Text("The indices count from 0.", "序号从 0 起计。")
        return None
    if not isinstance(given, int | float) or not isinstance(key, int | float):
        return None
    if key and given == -key:
        return Text("Only the sign is wrong.", "只有符号不对。")
    if key and abs(given - key) <= NEARLY * abs(key) and _rounded(given, key, answer):
        if isinstance(answer, Integer):
            return Text("Close, but a count is exact.", "很接近，但计数必须精确。")
        return Text("Close: compute with more digits before you round.", "很接近：中间结果请多保留几位再舍入。")
    return None


def _rounded(given: float, key: float, answer: Answer) -> bool:
    """For counts only a rounded key is near (34.9k for 34,944): 113 for 112 is wrong."""
    if not isinstance(answer, Integer):
        return True
    digits = len(str(abs(int(given))).rstrip("0"))
    return digits >= 2 and len(str(abs(int(given)))) > digits and float(f"{key:.{digits - 1}e}") == given
