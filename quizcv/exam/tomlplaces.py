"""Where in a TOML file a value stands: tomllib does not say, and a person wants to know."""

from __future__ import annotations

import re

#: A place in the data: keys of tables, numbers of array elements.
Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*=")


def places(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every header and of every key on a line of its own.

    The text must be TOML. Lines inside texts of several lines can be taken for keys; such a place is only the first guess of `line_of`.
    """
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.fullmatch(line):
            table = _opened(header[1] == "[[", [part.strip("\"' ") for part in header[2].split(".")], counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1].strip("\"'")), number)
    return found


def _opened(array: bool, parts: list[str], counts: dict[Path, int]) -> Path:
    """The path of a table that a header opens: `[[section.questions]]` is in the section that was opened last."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    path = (*path, parts[-1])
    if array:
        counts[path] = counts.get(path, 0) + 1
        path = (*path, counts[path] - 1)
    return path


def line_of(path: Path, known: dict[Path, int]) -> int:
    """The line of a value, of the first of its elements, or of what it stands in."""
    while path not in known:
        if (*path, 0) in known:
            return known[*path, 0]
        path = path[:-1]
    return known[path]
