"""Which new card is an old one in other words.

A card without an explicit id is known by its text, so every edit makes a new key. When a card vanishes and a similar one appears in
the same file, it is the same card: the learner's history goes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from quizcv.deck import normalise, similarity
from quizcv.model import CardText, Kind
from quizcv.store.decks import StoredText

T = TypeVar("T")  # the `def f[T]` form needs Python 3.12

#: How alike two texts must be (0 to 1) to be one card. Found on edited notes: a corrected sentence keeps above 0.7, two neighbouring
#: cards of one topic stay under 0.55.
ALIKE = 0.62
#: Across files an equal answer is a proof only if it is more than "yes" or "2".
LONG_ENOUGH = 12
#: With more pairs than this in one file, only equal fronts and equal backs are looked at.
MOST_PAIRS = 250_000


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A card as a file states it, and the file it stands in, with the file's time in seconds since 1970."""

    text: CardText
    source_id: int
    edited: int = 0


@dataclass(slots=True)
class _Pairs:
    """Who continues whom, each at most once."""

    by_key: dict[str, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def add(self, text: StoredText, newcomer: Newcomer) -> None:
        if newcomer.text.key not in self.by_key and text.card_id not in self.taken:
            self.by_key[newcomer.text.key] = text.card_id
            self.taken.add(text.card_id)

    def free(self, old: Iterable[StoredText], new: Iterable[Newcomer]) -> tuple[list[StoredText], list[Newcomer]]:
        return (
            [text for text in old if text.card_id not in self.taken],
            [newcomer for newcomer in new if newcomer.text.key not in self.by_key],
        )


def carried(gone: Iterable[StoredText], new: Iterable[Newcomer]) -> dict[str, int]:
    """For each new key that continues an old card, that card's id. Every card is continued at most once.

    Within a file: the same front or the same back first, then the most similar text. Across files: only the same front, or the
    same answer of some length, where neither side has a second such card.
    """
    old_by_place: dict[tuple[int, str], list[StoredText]] = defaultdict(list)
    new_by_place: dict[tuple[int, str], list[Newcomer]] = defaultdict(list)
    for text in gone:
        old_by_place[text.source_id, _slot(text.key, text.kind)].append(text)
    for newcomer in new:
        new_by_place[newcomer.source_id, _slot(newcomer.text.key, newcomer.text.kind)].append(newcomer)
    pairs = _Pairs()
    for place, newcomers in new_by_place.items():
        if place in old_by_place:
            _within_file(old_by_place[place], newcomers, pairs)
    old_by_slot, new_by_slot = _by_slot(old_by_place), _by_slot(new_by_place)
    for slot, newcomers in new_by_slot.items():
        _pair_equal(old_by_slot.get(slot, []), newcomers, "front", pairs)
        _pair_equal(old_by_slot.get(slot, []), newcomers, "back", pairs, LONG_ENOUGH)
    return pairs.by_key


def _slot(key: str, kind: str) -> str:
    """Cards of one text (`~c1`, `~reverse`) are continued by the same card of the other."""
    return f"{kind}~{key.partition('~')[2]}"


def _by_slot(places: Mapping[tuple[int, str], list[T]]) -> dict[str, list[T]]:
    slots: dict[str, list[T]] = defaultdict(list)
    for (_source, slot), items in places.items():
        slots[slot].extend(items)
    return slots


def _within_file(old: list[StoredText], new: list[Newcomer], pairs: _Pairs) -> None:
    _pair_equal(old, new, "front", pairs)
    _pair_equal(old, new, "back", pairs)
    old, new = pairs.free(old, new)
    if not old or not new or len(old) * len(new) > MOST_PAIRS or new[0].text.kind is Kind.ITEM:
        return
    scored = [(similarity(text, newcomer.text), -i, -j) for i, text in enumerate(old) for j, newcomer in enumerate(new)]
    for score, i, j in sorted(scored, reverse=True):
        if score < ALIKE:
            break
        pairs.add(old[-i], new[-j])


def _pair_equal(old: list[StoredText], new: list[Newcomer], name: str, pairs: _Pairs, shortest: int = 1) -> None:
    """Pair cards whose `front` or `back` is equal, not shorter than `shortest`, and names one card on either side."""
    old, new = pairs.free(old, new)
    if not old or not new:
        return
    old_by: dict[str, list[StoredText]] = defaultdict(list)
    new_by: dict[str, list[Newcomer]] = defaultdict(list)
    for text in old:
        old_by[normalise(getattr(text, name))].append(text)
    for newcomer in new:
        new_by[normalise(getattr(newcomer.text, name))].append(newcomer)
    for words, newcomers in new_by.items():
        candidates = old_by.get(words, [])
        if len(words) >= shortest and len(newcomers) == len(candidates) == 1:
            pairs.add(candidates[0], newcomers[0])
