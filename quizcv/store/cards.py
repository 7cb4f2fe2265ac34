"""Reading cards with their text in the language asked for, or in the one there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Connection, Row

from quizcv.errors import NotFound
from quizcv.model import Card, CardFilter, Claim, ItemRequest, Kind
from quizcv.store.filters import matching
from quizcv.store.tables import card_tags, cards, sources, texts

CHUNK = 5000

_COLUMNS = (
    cards.c.id,
    cards.c.key,
    cards.c.note,
    cards.c.kind,
    cards.c.deck,
    cards.c.typed,
    cards.c.orphaned,
    cards.c.guid,
    cards.c.created,
    texts.c.lang,
    texts.c.breadcrumb,
    texts.c.front,
    texts.c.back,
    texts.c.hint,
    texts.c.line,
    texts.c.extra,
    texts.c.changed,
    sources.c.path,
)


def _query() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(texts, texts.c.card_id == cards.c.id)
        .join(sources, sources.c.id == texts.c.source_id)
        .order_by(cards.c.id)
    )


_ONE = _query().where(cards.c.id == bindparam("card"))
_TAGS = select(card_tags.c.tag).where(card_tags.c.card_id == bindparam("card")).order_by(card_tags.c.tag)


class CardRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, card_id: int, lang: str = "") -> Card:
        """Raises NotFound."""
        rows = self._connection.execute(_ONE, {"card": card_id}).all()
        if not rows:
            raise NotFound(f"there is no card {card_id}.")
        tags = self._connection.execute(_TAGS, {"card": card_id}).scalars()
        return _card(_chosen(rows, lang), tuple(tags))

    def find(self, reference: str, lang: str = "") -> Card:
        """The card with this key, or the only one whose key begins so; a leading `#` is let pass.

        Raises:
            NotFound: none, or several (they are named).
        """
        wanted = reference.removeprefix("#")
        keys = dict(
            self._connection.execute(
                select(cards.c.key, cards.c.id)
                .where(func.substr(cards.c.key, 1, len(wanted)) == wanted)  # LIKE knows no case in SQLite
                .order_by(cards.c.key != wanted, cards.c.key)
                .limit(6)
            ).all()
        )
        if wanted in keys:
            return self.get(keys[wanted], lang)
        if len(keys) == 1 and wanted:
            return self.get(next(iter(keys.values())), lang)
        if keys and wanted:
            raise NotFound(f"several cards begin with {wanted!r}: {', '.join(keys)}.", "Write more of the id.")
        raise NotFound(f"there is no card {wanted!r}.", "`quizcv cards search TEXT` finds cards and shows their ids.")

    def all(self, chosen: CardFilter | None = None, lang: str = "", *, orphaned: bool | None = False) -> Iterator[Card]:
        """Cards that the filter lets through, in the order they came in; `orphaned=None` gives both kinds."""
        query = _query().where(*matching(chosen or CardFilter()))
        tags = select(card_tags.c.card_id, card_tags.c.tag).order_by(card_tags.c.card_id, card_tags.c.tag)
        if orphaned is not None:
            query = query.where(cards.c.orphaned.is_not(None) if orphaned else cards.c.orphaned.is_(None))
        tagged: dict[int, list[str]] = {}
        for card_id, tag in self._connection.execute(tags):
            tagged.setdefault(card_id, []).append(tag)
        for card_id, rows in groupby(self._connection.execute(query), key=lambda row: row.id):
            yield _card(_chosen(list(rows), lang), tuple(tagged.get(card_id, ())))

    def many(self, card_ids: Iterable[int], lang: str = "") -> dict[int, Card]:
        """The cards with these ids."""
        wanted = list(card_ids)
        found: dict[int, Card] = {}
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            tagged: dict[int, list[str]] = {}
            for card_id, tag in self._connection.execute(
                select(card_tags.c.card_id, card_tags.c.tag)
                .where(card_tags.c.card_id.in_(part))
                .order_by(card_tags.c.tag)
            ):
                tagged.setdefault(card_id, []).append(tag)
            rows = self._connection.execute(_query().where(cards.c.id.in_(part)))
            for card_id, texts_ in groupby(rows, key=lambda row: row.id):
                found[card_id] = _card(_chosen(list(texts_), lang), tuple(tagged.get(card_id, ())))
        return found

    def decks(self) -> dict[str, int]:
        """Every deck that has cards, with how many."""
        rows = self._connection.execute(
            select(cards.c.deck, func.count())
            .where(cards.c.orphaned.is_(None))
            .group_by(cards.c.deck)
            .order_by(cards.c.deck)
        )
        return dict(rows.all())

    def tags(self) -> dict[str, int]:
        """Every tag in use, with how many cards have it."""
        rows = self._connection.execute(
            select(card_tags.c.tag, func.count()).group_by(card_tags.c.tag).order_by(card_tags.c.tag)
        )
        return dict(rows.all())

    def empty(self) -> bool:
        return self._connection.execute(select(cards.c.id).limit(1)).first() is None


def _chosen(rows: Sequence[Row[Any]], lang: str) -> Row[Any]:
    """The text in the wanted language, else one without a language, else the first there is."""
    return min(rows, key=lambda row: (row.lang != lang, row.lang != "", row.lang))


def _card(row: Row[Any], tags: tuple[str, ...]) -> Card:
    extra = row.extra or {}
    asked = extra.get("item")
    return Card(
        id=row.id,
        key=row.key,
        note=row.note,
        kind=Kind(row.kind),
        deck=row.deck,
        lang=row.lang,
        tags=tags,
        breadcrumb=tuple(row.breadcrumb),
        front=row.front,
        back=row.back,
        path=row.path,
        line=row.line,
        hint=row.hint,
        typed=row.typed,
        orphaned=row.orphaned is not None,
        claims=tuple(Claim(**claim) for claim in extra.get("claims", ())),
        item=ItemRequest(**asked) if asked else None,
        cloze=extra.get("cloze", ""),
        guid=row.guid,
        changed=row.changed,
        created=row.created,
    )
