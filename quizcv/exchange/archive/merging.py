"""What an archive adds to what is there: pure, so that a dry run says what a real one does.

The text of a card belongs to the deck files, its history to the database. A history goes on where the archive's begins with it;
two that went on separately are never mixed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from quizcv.archived import Amendment, Archive, ArchivedCard, ArchivedLearner, ArchivedReview, Pair, Whole
from quizcv.model import CardState

_NEW = CardState()


class Here(Whole, Protocol):
    """What is there. `adrift` are cards that an archive brought and no file holds yet."""

    def adrift(self) -> set[str]: ...


@dataclass(slots=True)
class Plan:
    """`cards` are new here, `to_write` those that deck files shall hold; `held` ones stand in a file, or wait for one that says their note.

    `reviews` are appended in this order and lead to `states`. Of histories: `begun` here by the archive, `continued`, `unchanged`,
    `ahead` here; `apart` are those that went on separately.
    """

    cards: list[ArchivedCard] = field(default_factory=list)
    to_write: list[ArchivedCard] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    learners: list[ArchivedLearner] = field(default_factory=list)
    amended_learners: list[ArchivedLearner] = field(default_factory=list)
    reviews: list[ArchivedReview] = field(default_factory=list)
    states: dict[Pair, CardState] = field(default_factory=dict)
    begun: int = 0
    continued: int = 0
    unchanged: int = 0
    ahead: int = 0
    apart: list[Pair] = field(default_factory=list)


@dataclass(slots=True)
class _Past:
    """What was done here: how many entries each of the archive's histories has, which do not begin like it, who and what was studied."""

    entries: dict[Pair, int] = field(default_factory=lambda: defaultdict(int))
    apart: set[Pair] = field(default_factory=set)
    learners: set[str] = field(default_factory=set)
    cards: set[str] = field(default_factory=set)


def plan(archive: Archive, here: Here, decks: Collection[str] = ()) -> Plan:
    """What to do so that `here` holds the archive, too; `decks` are notes that files say which are read afterwards."""
    found = Plan()
    histories: dict[Pair, list[int]] = defaultdict(list)
    for number, review in enumerate(archive.reviews):
        histories[review.pair].append(number)
    past = _past(archive, histories, here)
    _plan_cards(found, archive, here, past, decks)
    _plan_learners(found, archive, here, past)
    _plan_histories(found, archive, histories, here, past)
    return found


def _past(archive: Archive, histories: dict[Pair, list[int]], here: Here) -> _Past:
    past = _Past()
    for entry in here.reviews():
        past.learners.add(entry.learner)
        past.cards.add(entry.card)
        if entry.pair in histories:
            known, number = histories[entry.pair], past.entries[entry.pair]
            if number < len(known) and archive.reviews[known[number]] != entry:
                past.apart.add(entry.pair)
            past.entries[entry.pair] += 1
    return past


def _plan_cards(found: Plan, archive: Archive, here: Here, past: _Past, decks: Collection[str]) -> None:
    wanted = {card.key: card for card in archive.cards}
    adrift = here.adrift()
    there: set[str] = set()
    in_files: set[str] = set(decks)
    studied: set[str] = set()
    differ: list[tuple[ArchivedCard, ArchivedCard]] = []
    for card in here.cards():
        there.add(card.key)
        if card.orphaned is None:
            in_files.add(card.note)
        if card.key in past.cards:
            studied.add(card.note)
        other = wanted.get(card.key)
        if other is not None and other != card:
            differ.append((card, other))
    found.cards = [card for card in archive.cards if card.key not in there]
    found.to_write = [
        card
        for card in archive.cards
        if card.orphaned is None and (card.key not in there or card.key in adrift) and card.note not in in_files
    ]
    # Nobody studied it here: it came in when the archive says, under the name that other programs may know.
    amendments = (_amendment(mine, other) for mine, other in differ if mine.note not in studied)
    found.amendments = [amendment for amendment in amendments if amendment]


def _amendment(mine: ArchivedCard, other: ArchivedCard) -> Amendment | None:
    """What a card takes over; when a text changed, only if it is the same text."""
    changed = {}
    for text in mine.texts:
        for said in other.texts:
            words = (text.lang, text.front, text.back, text.hint, text.breadcrumb)
            if words == (said.lang, said.front, said.back, said.hint, said.breadcrumb) and text.changed != said.changed:
                changed[text.lang] = said.changed
    if not changed and (mine.created, mine.guid) == (other.created, other.guid):
        return None
    return Amendment(mine.key, other.created, other.guid, changed)


def _plan_learners(found: Plan, archive: Archive, here: Here, past: _Past) -> None:
    there = {learner.name: learner for learner in here.learners()}
    for learner in archive.learners:
        if learner.name not in there:
            found.learners.append(learner)
        elif learner.name not in past.learners and learner != there[learner.name]:
            found.amended_learners.append(learner)


def _plan_histories(found: Plan, archive: Archive, histories: dict[Pair, list[int]], here: Here, past: _Past) -> None:
    states = {scheduled.pair: scheduled.state for scheduled in here.schedule()}
    chosen: list[int] = []
    for pair, known in histories.items():
        done = past.entries.get(pair, 0)
        rest = known[done:]
        if pair in past.apart or (rest and states.get(pair, _NEW) != archive.reviews[rest[0]].before):
            found.apart.append(pair)
        elif rest:
            chosen += rest
            found.states[pair] = archive.reviews[rest[-1]].after
            found.continued += done > 0
            found.begun += done == 0
        else:
            found.ahead += done > len(known)
            found.unchanged += done == len(known)
    found.reviews = [archive.reviews[number] for number in sorted(chosen)]
