"""Everything at once, as values without ids: read for an archive, and put back from one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from quizcv.archived import Amendment, ArchivedCard, ArchivedLearner, ArchivedReview, ArchivedState, ArchivedText, Pair
from quizcv.errors import StoreDamaged
from quizcv.model import Action, CardState, Claim, Grade, ItemAnswer, ItemRequest, Kind
from quizcv.store.bulk import insert_rows
from quizcv.store.decks import DeckRepository, Source, guid_of
from quizcv.store.journal import EPOCH
from quizcv.store.learners import LearnerRepository
from quizcv.store.states import from_json, from_row, to_columns, to_json
from quizcv.store.tables import answers, card_tags, cards, journal, learners, schedule, sources, texts

#: What the source of a card begins with that came from an archive and stands in no file. No path does, and sync never
#: misses it: it has no digest.
ADRIFT = "archive:"

CHUNK = 5000

_ANSWER = tuple(column.name for column in answers.c if column.name != "entry_id")


class WholeRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- reading ---

    def cards(self) -> Iterator[ArchivedCard]:
        """Every card with its texts, in the order they came in."""
        tagged: dict[int, list[str]] = {}
        for card_id, tag in self._connection.execute(select(card_tags).order_by(card_tags.c.card_id, card_tags.c.tag)):
            tagged.setdefault(card_id, []).append(tag)
        query = select(cards, texts).outerjoin(texts, texts.c.card_id == cards.c.id).order_by(cards.c.id, texts.c.lang)
        for card_id, rows in groupby(self._connection.execute(query), key=lambda row: row.id):
            yield _card(list(rows), tuple(sorted(tagged.get(card_id, ()))))

    def learners(self) -> Iterator[ArchivedLearner]:
        for row in self._connection.execute(select(learners).order_by(learners.c.id)):
            yield ArchivedLearner(row.name, row.created, row.timezone)

    def schedule(self) -> Iterator[ArchivedState]:
        """Every state that is not a new card's, by learner and then card."""
        keys, names = self._keys(), self._names()
        query = select(schedule).order_by(schedule.c.learner_id, schedule.c.card_id)
        for row in self._connection.execute(query):
            state = from_row(row)
            if state != CardState():
                yield ArchivedState(names[row.learner_id], keys[row.card_id], state)

    def reviews(self) -> Iterator[ArchivedReview]:
        """The journal from its first entry on, with the answers to computational cards."""
        keys, names = self._keys(), self._names()
        query = (
            select(journal, *(answers.c[name].label(f"answer_{name}") for name in _ANSWER))
            .outerjoin(answers, answers.c.entry_id == journal.c.id)
            .order_by(journal.c.id)
        )
        for row in self._connection.execute(query):
            yield _review(row, names[row.learner_id], keys[row.card_id])

    def adrift(self) -> set[str]:
        """Keys of the orphans that came from an archive and have been in no file yet."""
        query = (
            select(cards.c.key)
            .join(texts, texts.c.card_id == cards.c.id)
            .join(sources, sources.c.id == texts.c.source_id)
            .where(cards.c.orphaned.is_not(None), sources.c.path.startswith(ADRIFT, autoescape=True))
        )
        return set(self._connection.execute(query).scalars())

    # --- putting ---

    def add_learners(self, new: Iterable[ArchivedLearner]) -> None:
        """Raises UsageError: a name is taken or empty."""
        for learner in new:
            LearnerRepository(self._connection).add(learner.name, learner.created, learner.timezone)

    def amend_learners(self, changed: Iterable[ArchivedLearner]) -> None:
        """Set what is known of learners who are there already."""
        for learner in changed:
            values = {"created": learner.created, "timezone": learner.timezone}
            self._connection.execute(update(learners).where(learners.c.name == learner.name).values(values))

    def add_cards(self, new: Sequence[ArchivedCard], origin: str, today: date) -> None:
        """Put cards in as orphans, new for every learner: those that are none have been since `today`, until a file holds
        them. `origin` names where they came from."""
        if not new:
            return
        decks = DeckRepository(self._connection)
        path = ADRIFT + origin
        known = decks.sources().get(path)
        source_id = known.id if known else decks.put_source(Source(0, path, "", "", -1, 0, "", ""))
        ids = decks.add_cards([_columns(card, today) for card in new])
        decks.set_tags({ids[card.key]: card.tags for card in new if card.tags}, fresh=True)
        decks.add_texts([_text_columns(ids[card.key], source_id, text) for card in new for text in card.texts])
        self.amend_cards(
            Amendment(card.key, card.created, card.guid) for card in new if card.guid != guid_of(card.note)
        )

    def amend_cards(self, amendments: Iterable[Amendment]) -> None:
        wanted = list(amendments)
        if rows := [{"b_key": one.key, "b_created": one.created, "b_guid": one.guid} for one in wanted]:
            values: dict[str, Any] = {"created": bindparam("b_created"), "guid": bindparam("b_guid")}
            self._connection.execute(update(cards).where(cards.c.key == bindparam("b_key")).values(values), rows)
        times = [(one.key, lang, changed) for one in wanted for lang, changed in one.changed.items()]
        if rows := [{"b_key": key, "b_lang": lang, "b_changed": changed} for key, lang, changed in times]:
            card = select(cards.c.id).where(cards.c.key == bindparam("b_key")).scalar_subquery()
            which = (texts.c.card_id == card, texts.c.lang == bindparam("b_lang"))
            self._connection.execute(update(texts).where(*which).values(changed=bindparam("b_changed")), rows)

    def add_reviews(self, entries: Sequence[ArchivedReview]) -> None:
        """Append to the journal, in this order; no state is changed. Learners and cards must be there."""
        ids, people = self._ids(), self._people()
        newest = self._connection.execute(select(func.max(journal.c.id))).scalar() or 0
        for start in range(0, len(entries), CHUNK):
            part = entries[start : start + CHUNK]
            rows = (_journal_row(entry, people[entry.learner], ids[entry.card]) for entry in part)
            insert_rows(self._connection, journal, _JOURNAL, rows)
        if all(entry.answer is None for entry in entries):
            return
        # Asking for ids row by row costs as much as all the rest. They are read afterwards: ours are in this order, and if another
        # program added some meanwhile (PostgreSQL), theirs are none of those looked for.
        names = select(journal.c.id, journal.c.learner_id, journal.c.card_id, journal.c.at)
        added = iter(self._connection.execute(names.where(journal.c.id > newest).order_by(journal.c.id)))
        typed: list[dict[str, Any]] = []
        for entry in entries:
            wanted = (people[entry.learner], ids[entry.card], _milliseconds(entry.at))
            entry_id = next(row.id for row in added if (row.learner_id, row.card_id, row.at) == wanted)
            if entry.answer is not None:
                typed.append({"entry_id": entry_id, **asdict(entry.answer)})
        self._connection.execute(insert(answers), typed)

    def put_states(self, states: Mapping[Pair, CardState]) -> None:
        ids, people = self._ids(), self._people()
        rows = [
            {
                "b_learner": people[learner],
                "b_card": ids[card],
                **{f"b_{name}": value for name, value in to_columns(state).items()},
            }
            for (learner, card), state in states.items()
        ]
        if rows:
            which = (schedule.c.learner_id == bindparam("b_learner"), schedule.c.card_id == bindparam("b_card"))
            values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in to_columns(CardState())}
            self._connection.execute(update(schedule).where(*which).values(values), rows)

    # --- names and ids ---

    def _keys(self) -> dict[int, str]:
        return dict(self._connection.execute(select(cards.c.id, cards.c.key)).all())

    def _ids(self) -> dict[str, int]:
        return dict(self._connection.execute(select(cards.c.key, cards.c.id)).all())

    def _names(self) -> dict[int, str]:
        return dict(self._connection.execute(select(learners.c.id, learners.c.name)).all())

    def _people(self) -> dict[str, int]:
        return dict(self._connection.execute(select(learners.c.name, learners.c.id)).all())


def _card(rows: list[Row[Any]], tags: tuple[str, ...]) -> ArchivedCard:
    row = rows[0]
    return ArchivedCard(
        key=row.key,
        note=row.note,
        kind=Kind(row.kind),
        deck=row.deck,
        created=row.created,
        guid=row.guid,
        typed=row.typed,
        orphaned=row.orphaned,
        tags=tags,
        texts=tuple(_text(one) for one in rows if one.lang is not None),
    )


def _text(row: Row[Any]) -> ArchivedText:
    extra = row.extra or {}
    asked = extra.get("item")
    return ArchivedText(
        lang=row.lang,
        front=row.front,
        back=row.back,
        breadcrumb=tuple(row.breadcrumb),
        hint=row.hint,
        cloze=extra.get("cloze", ""),
        claims=tuple(Claim(**{**claim, "line": 0}) for claim in extra.get("claims", ())),
        item=ItemRequest(**asked) if asked else None,
        changed=row.changed,
    )


def _review(row: Row[Any], learner: str, card: str) -> ArchivedReview:
    answer = None
    if row.answer_model is not None:
        answer = ItemAnswer(**{name: row._mapping[f"answer_{name}"] for name in _ANSWER})
    try:
        return ArchivedReview(
            learner=learner,
            card=card,
            at=EPOCH + timedelta(milliseconds=row.at),
            day=row.day,
            action=Action(row.action),
            grade=None if row.grade is None else Grade(row.grade),
            took_ms=row.took_ms,
            scheduler=row.scheduler,
            before=from_json(row.before),
            after=from_json(row.after),
            answer=answer,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        hint = "`quizcv db restore` brings back a backup."
        raise StoreDamaged(f"entry {row.id} of the journal cannot be read ({error}).", hint) from error


def _columns(card: ArchivedCard, today: date) -> dict[str, Any]:
    return {
        "key": card.key,
        "note": card.note,
        "kind": card.kind.value,
        "deck": card.deck,
        "typed": card.typed,
        "orphaned": card.orphaned or today,
        "created": card.created,
    }


def _text_columns(card_id: int, source_id: int, text: ArchivedText) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if text.claims:
        extra["claims"] = [{**asdict(claim), "params": dict(claim.params)} for claim in text.claims]
    if text.item:
        extra["item"] = asdict(text.item)
    if text.cloze:
        extra["cloze"] = text.cloze
    return {
        "card_id": card_id,
        "lang": text.lang,
        "source_id": source_id,
        "line": 1,
        "end_line": 1,
        "breadcrumb": text.breadcrumb,
        "front": text.front,
        "back": text.back,
        "hint": text.hint,
        "extra": extra or None,
        "changed": text.changed,
    }


_JOURNAL = ("learner_id", "card_id", "at", "day", "action", "grade", "took_ms", "scheduler", "before", "after")


def _journal_row(entry: ArchivedReview, learner_id: int, card_id: int) -> tuple[Any, ...]:
    """In the order of _JOURNAL."""
    return (
        learner_id,
        card_id,
        _milliseconds(entry.at),
        entry.day,
        entry.action.value,
        None if entry.grade is None else int(entry.grade),
        entry.took_ms,
        entry.scheduler,
        to_json(entry.before),
        to_json(entry.after),
    )


def _milliseconds(at: datetime) -> int:
    return (at.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)
