"""`python -m benchmarks.run [NAME…]`: times against the bare work, in ratios; see README.md."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from benchmarks import anki, decks, exams, items, networks, start, study

ALL: dict[str, Callable[[], Iterable[str]]] = {
    "start": start.run,
    "sync": decks.run,
    "answer": lambda: [study.answer()],
    "due": lambda: [study.due()],
    "items": items.verify,
    "draw": lambda: [items.draw()],
    "package": anki.package,
    "schedule": anki.handed_over,
    "exams": exams.generate,
    "render": exams.render,
    "net": networks.net,
}


def main(names: list[str]) -> None:
    for name in names or ALL:
        for row in ALL[name]():
            print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
