"""Packages for Anki: ours against genanki from the same ready fields, and with schedules against Anki's own exporter.

Both sides of `package` begin with the same HTML and end with a file.
`whole` is what a person waits for besides: from stored cards to values, Markdown and all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.timing import in_turns, line, seconds
from quizcv.collector import held
from quizcv.exchange.anki import collection as anki
from quizcv.exchange.anki.outgoing import HandOver, Request, outgoing
from quizcv.exchange.anki.own import notetypes
from quizcv.exchange.anki.package.writer import write
from quizcv.model import Action, Card, CardState, Grade, Kind, Memory, Review

CARDS, REVIEWS = 100_000, 3  # reviews of each card
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = NOW.date()


def package(rounds: int = 5) -> Iterable[str]:
    """The same notes with ready fields into a file."""
    import genanki  # type: ignore[import-untyped]

    made = outgoing(Request(_cards(), NOW, TODAY)).collection
    kind = notetypes.basic()
    ready = [(note.guid, note.fields, list(note.tags)) for note in made.notes]
    theirs = genanki.Model(
        kind.id + 1, kind.name, fields=[{"name": name} for name in kind.fields],
        templates=[{"name": one.name, "qfmt": one.question, "afmt": one.answer} for one in kind.templates], css=kind.css,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        ours_path, theirs_path = Path(folder) / "ours.apkg", Path(folder) / "theirs.apkg"

        def ours() -> None:
            with held():  # as `outgoing` does
                write_anew()

        def write_anew() -> None:
            target = anki.Collection(made.calendar, {kind.id: kind})
            for number, (guid, fields, tags) in enumerate(ready, start=1):
                target.notes.append(anki.Note(number, guid, kind.id, 1_700_000_000, tuple(tags), fields))
                target.cards.append(anki.Card(number, number, "bench::deck", 0, due=number))
            write(target, ours_path)

        def bare() -> None:
            deck = genanki.Deck(1, "bench::deck")
            for guid, fields, tags in ready:
                deck.add_note(genanki.Note(theirs, list(fields), guid=guid, tags=tags))
            genanki.Package(deck).write_to_file(str(theirs_path))

        taken = in_turns(ours, bare, rounds)
        sizes = ours_path.stat().st_size, theirs_path.stat().st_size
    size = f"{sizes[0] / 1e6:.1f} MB against {sizes[1] / 1e6:.1f} MB, ratio {sizes[0] / sizes[1]:.2f}"
    yield f"{line('package', *taken, '≤ 0.6')}  size {size}"


def handed_over(rounds: int = 5) -> Iterable[str]:
    """Cards with schedules and 300,000 reviews: from values to a file, against Anki from its collection to a file."""
    from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    cards = _cards()
    states, histories = _histories(cards)
    made = outgoing(Request(cards, NOW, TODAY, hand_over=HandOver(states, histories, UTC, 4))).collection
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ours.apkg"
        write(made, path)
        col = Collection(str(Path(folder) / "collection.anki2"))
        options = ImportAnkiPackageOptions(with_scheduling=True)
        col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))
        for legacy in (True, False):
            given: Any = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
            out = str(Path(folder) / "theirs.apkg")
            taken = in_turns(
                lambda: write(made, path),
                lambda g=given, o=out: col.export_anki_package(out_path=o, limit=None, options=g),
                rounds,  # type: ignore[misc]
            )
            yield line("schedule" if legacy else "…new", *taken, "≤ 1.2")
        col.close()
    whole = seconds(lambda: outgoing(Request(cards, NOW, TODAY, hand_over=HandOver(states, histories, UTC, 4))))
    yield line("whole", whole, None, None, "none: from stored cards to values, Markdown to HTML")


def _cards() -> list[Card]:
    """Cards as people write them: most answers are short, some have math or emphasis."""
    made = []
    for n in range(CARDS):
        front = f"How many outputs has layer {n} of the network with a stride of {n % 7} and a padding of {n % 5}?"
        back = (
            f"{n * 17} by {n * 17}, since the padding adds {n % 5} on both sides of the input map"
            if n % 4
            else f"$({n} - 3)/2 + 1$, **rounded down**"
        )
        made.append(
            Card(n + 1, f"card-{n}", f"card-{n}", Kind.BASIC, "bench::deck", "en", ("cnn", "shape"), ("Net", f"Part {n // 50}"),
                 front, back, "/bench.md", n, guid=f"quizcv:card-{n}", changed=1_700_000_000, created=date(2026, 1, 1))
        )  # fmt: skip
    return made


def _histories(cards: list[Card]) -> tuple[dict[int, CardState], dict[int, list[Review]]]:
    states, histories = {}, {}
    for card in cards:
        last = TODAY - timedelta(days=card.id % 40)
        state = CardState(Memory(3, 250, 15, last + timedelta(days=15), last))
        states[card.id] = state
        at = datetime(last.year, last.month, last.day, 9, tzinfo=UTC) + timedelta(milliseconds=card.id)
        histories[card.id] = [
            Review(
                card.id * REVIEWS + k,
                1,
                card.id,
                at - timedelta(days=20 - 7 * k),
                last,
                Action.REVIEW,
                Grade.GOOD,
                5000,
                state,
                state,
            )
            for k in range(REVIEWS)
        ]
    return states, histories
