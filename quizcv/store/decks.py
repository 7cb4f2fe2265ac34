"""What sync writes: sources, cards, texts, tags, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, true, update
from sqlalchemy.engine import Connection

from quizcv.errors import UsageError
from quizcv.model import Gap
from quizcv.store.bulk import insert_rows
from quizcv.store.tables import card_tags, cards, journal, learners, schedule, sources, texts

CHUNK = 5000

CARD_COLUMNS = ("key", "note", "kind", "deck", "typed", "orphaned", "created")


def guid_of(note: str) -> str:
    """The name under which other programs know a note: the one it came in with, whatever edits make of its key."""
    return f"quizcv:{note}"


TEXT_COLUMNS = tuple(column.name for column in texts.c)


@dataclass(frozen=True, slots=True)
class Source:
    """A deck file as it was when last read. `mtime_ns` is -1 when it was not there, or must be read again."""

    id: int
    path: str
    deck: str
    lang: str
    mtime_ns: int
    size: int
    digest: str
    reader: str
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text as stored, with its card's own columns: what a new reading is compared with."""

    card_id: int
    key: str
    note: str
    kind: str
    deck: str
    typed: bool
    orphaned: bool
    lang: str
    source_id: int
    line: int
    end_line: int
    breadcrumb: tuple[str, ...]
    front: str
    back: str
    hint: str
    extra: Any
    changed: int


class DeckRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- sources ---

    def sources(self) -> dict[str, Source]:
        """Every known file by its path."""
        return {
            row.path: Source(
                row.id, row.path, row.deck, row.lang, row.mtime_ns, row.size, row.digest, row.reader,
                tuple(Gap(heading, tuple(crumbs), line) for heading, crumbs, line in row.gaps),
            )
            for row in self._connection.execute(select(sources))
        }  # fmt: skip

    def put_source(self, source: Source) -> int:
        """Insert (id 0) or update; returns the id."""
        values = {
            "path": source.path,
            "deck": source.deck,
            "lang": source.lang,
            "mtime_ns": source.mtime_ns,
            "size": source.size,
            "digest": source.digest,
            "reader": source.reader,
            "gaps": [[gap.heading, list(gap.breadcrumb), gap.line] for gap in source.gaps],
        }
        if source.id:
            self._connection.execute(update(sources).where(sources.c.id == source.id).values(values))
            return source.id
        return int(self._connection.execute(insert(sources).values(values).returning(sources.c.id)).scalar_one())

    # --- what is there ---

    def texts_of(self, source_ids: Iterable[int]) -> list[StoredText]:
        """All texts that stand in these files, those of orphans included."""
        return self._texts(texts.c.source_id, source_ids)

    def texts_of_keys(self, keys: Iterable[str]) -> list[StoredText]:
        return self._texts(cards.c.key, keys)

    def texts_of_cards(self, card_ids: Iterable[int]) -> list[StoredText]:
        return self._texts(cards.c.id, card_ids)

    def _texts(self, column: Any, values: Iterable[Any]) -> list[StoredText]:
        query = select(
            texts, cards.c.key, cards.c.note, cards.c.kind, cards.c.deck, cards.c.typed, cards.c.orphaned
        ).join(cards, cards.c.id == texts.c.card_id)
        wanted, found = list(values), []
        for start in range(0, len(wanted), CHUNK):
            for row in self._connection.execute(query.where(column.in_(wanted[start : start + CHUNK]))):
                found.append(  # noqa: PERF401 - a comprehension would hide seventeen fields
                    StoredText(
                        row.card_id, row.key, row.note, row.kind, row.deck, row.typed, row.orphaned is not None,
                        row.lang, row.source_id, row.line, row.end_line, tuple(row.breadcrumb), row.front,
                        row.back, row.hint, row.extra, row.changed,
                    )
                )  # fmt: skip
        return found

    def tags_of(self, card_ids: Iterable[int]) -> dict[int, set[str]]:
        wanted = list(card_ids)
        found: dict[int, set[str]] = {}
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            for card_id, tag in self._connection.execute(
                select(card_tags.c.card_id, card_tags.c.tag).where(card_tags.c.card_id.in_(part))
            ):
                found.setdefault(card_id, set()).add(tag)
        return found

    def known_keys(self, keys: Iterable[str]) -> dict[str, int]:
        """The card id of each key that exists."""
        wanted = list(keys)
        found: dict[str, int] = {}
        if not wanted or self._connection.execute(select(cards.c.id).limit(1)).first() is None:
            return found
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            found.update(self._connection.execute(select(cards.c.key, cards.c.id).where(cards.c.key.in_(part))).all())
        return found

    # --- changes, in bulk ---

    def add_cards(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """Insert cards (columns of `cards` without `id`), new for every learner; returns their ids by key."""
        if not rows:
            return {}
        newest = self._connection.execute(select(func.max(cards.c.id))).scalar() or 0
        # Ids are given here, not by the database: asking for them afterwards costs as much as the insert.
        ids = {row["key"]: number for number, row in enumerate(rows, start=newest + 1)}
        values = zip(ids.values(), map(itemgetter(*CARD_COLUMNS), rows), strict=True)
        columns = ("id", *CARD_COLUMNS, "guid")
        note = CARD_COLUMNS.index("note")
        worn = self._worn_guids() if newest else frozenset()

        def guid(row: tuple[Any, ...]) -> str:
            name = guid_of(row[note])
            return f"{name}#{newest + 1}" if name in worn else name  # the same for all cards of the note

        insert_rows(self._connection, cards, columns, ((number, *row, guid(row)) for number, row in values))
        self._connection.execute(
            insert(schedule).from_select(
                ["card_id", "learner_id"],
                # in the order of the table's key, so that the rows are appended instead of sorted in
                select(cards.c.id, learners.c.id)
                .join_from(cards, learners, true())  # every pair is meant; SQLAlchemy warns of one that is not said
                .where(cards.c.id > newest)
                .order_by(cards.c.id, learners.c.id),
            )
        )
        return ids

    def _worn_guids(self) -> frozenset[str]:
        """Names that notes came in with and still have, though they are called otherwise by now."""
        renamed = cards.c.guid != guid_of("") + cards.c.note
        return frozenset(self._connection.execute(select(cards.c.guid).where(renamed)).scalars())

    def change_cards(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Update cards; each row holds `id` and all of key, note, kind, deck, typed."""
        if rows:
            statement = update(cards).where(cards.c.id == bindparam("b_id"))
            self._connection.execute(
                statement, [{"b_id": row["id"], **{k: v for k, v in row.items() if k != "id"}} for row in rows]
            )

    def add_texts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        insert_rows(self._connection, texts, TEXT_COLUMNS, map(itemgetter(*TEXT_COLUMNS), rows))

    def change_texts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Update texts by card_id and lang; each row holds all columns."""
        if rows:
            statement = update(texts).where(texts.c.card_id == bindparam("b_card"), texts.c.lang == bindparam("b_lang"))
            values = [
                {
                    "b_card": row["card_id"],
                    "b_lang": row["lang"],
                    **{k: v for k, v in row.items() if k not in ("card_id", "lang")},
                }
                for row in rows
            ]
            self._connection.execute(statement, values)

    def drop_texts(self, pairs: Sequence[tuple[int, str]]) -> None:
        """Take away the text of a card in one language (another language remains)."""
        if pairs:
            statement = delete(texts).where(texts.c.card_id == bindparam("b_card"), texts.c.lang == bindparam("b_lang"))
            self._connection.execute(statement, [{"b_card": card_id, "b_lang": lang} for card_id, lang in pairs])

    def set_tags(self, tags: Mapping[int, Iterable[str]], *, fresh: bool = False) -> None:
        """Replace the tags of these cards; `fresh` cards have none to take away."""
        if not tags:
            return
        if not fresh:
            statement = delete(card_tags).where(card_tags.c.card_id == bindparam("b_card"))
            self._connection.execute(statement, [{"b_card": card_id} for card_id in tags])
        rows = [{"card_id": card_id, "tag": tag} for card_id, names in tags.items() for tag in dict.fromkeys(names)]
        if rows:
            self._connection.execute(insert(card_tags), rows)

    def set_guids(self, guids: Mapping[int, str]) -> None:
        """Let these be the names of the cards' notes in other programs, by the cards' ids."""
        statement = update(cards).where(cards.c.id == bindparam("b_id")).values(guid=bindparam("b_guid"))
        rows = [{"b_id": card_id, "b_guid": guid} for card_id, guid in guids.items()]
        if rows:
            self._connection.execute(statement, rows)

    def set_orphaned(self, card_ids: Iterable[int], day: date | None) -> None:
        """Mark cards as in no file any more (`day`), or as back (None)."""
        rows = [{"b_id": card_id, "b_day": day} for card_id in card_ids]
        if rows:
            statement = update(cards).where(cards.c.id == bindparam("b_id")).values(orphaned=bindparam("b_day"))
            self._connection.execute(statement, rows)

    def adopt(self, orphan_id: int, new_id: int) -> None:
        """Let an orphan go on as a new card: it takes over key, texts and tags, and keeps its own history.

        Raises:
            UsageError: the one is no orphan, or the other has a history of its own; nothing is changed.
        """
        rows = {
            row.id: row for row in self._connection.execute(select(cards).where(cards.c.id.in_([orphan_id, new_id])))
        }
        old, new = rows[orphan_id], rows[new_id]
        if old.orphaned is None:
            raise UsageError(f"{old.key} is not an orphan: a file holds it.", "`quizcv cards orphans` lists those.")
        if self._connection.execute(select(journal.c.id).where(journal.c.card_id == new_id).limit(1)).first():
            raise UsageError(
                f"{new.key} has a history of its own.", "`quizcv undo` takes reviews back, then it can adopt."
            )
        self._connection.execute(delete(texts).where(texts.c.card_id == orphan_id))
        self._connection.execute(delete(card_tags).where(card_tags.c.card_id == orphan_id))
        self._connection.execute(update(texts).where(texts.c.card_id == new_id).values(card_id=orphan_id))
        self._connection.execute(update(card_tags).where(card_tags.c.card_id == new_id).values(card_id=orphan_id))
        self._connection.execute(delete(schedule).where(schedule.c.card_id == new_id))
        self._connection.execute(delete(cards).where(cards.c.id == new_id))
        columns = {"key": new.key, "note": new.note, "kind": new.kind, "deck": new.deck, "typed": new.typed}
        self._connection.execute(update(cards).where(cards.c.id == orphan_id).values(orphaned=None, **columns))
