"""Reading and marking answers in a browser: `typed` and `marking` once more, in JavaScript, held to the same results by a test.

`marked(data, item, typed)` in marking.js says what it takes. No DOM, no network, nothing newer than BigInt.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def source() -> str:
    """The script: functions, to be wrapped in one."""
    folder = files(__name__)
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("arithmetic.js", "marking.js"))
