"""The pool of verified items, what was answered to them, and what the reference said of claims."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.engine import Connection

from quizcv.model import LEVELS, Claim, ItemAnswer, ItemRequest, Kind
from quizcv.store.tables import answers, cards, journal, pool, proofs, stopped, texts

#: Items kept ready of every model and level that a card asks for.
TARGET = 4

_OLDEST = (
    select(pool.c.id)
    .where(pool.c.model == bindparam("model"), pool.c.level == bindparam("level"))
    .order_by(pool.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)  # PostgreSQL: two reviews at once take two items; SQLite has one writer anyway
    .scalar_subquery()
)
_DRAW = delete(pool).where(pool.c.id == _OLDEST).returning(pool.c.item)


class PoolRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- items ---

    def draw(self, model: str, level: int) -> dict[str, Any] | None:
        """Take out the oldest item of a model: of this level, else of the nearest one that has any, the easier first."""
        for other in sorted(LEVELS, key=lambda candidate: (abs(candidate - level), candidate)):
            found = self._connection.execute(_DRAW, {"model": model, "level": other}).scalar()
            if found is not None:
                return dict(found)
        return None

    def add(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Put verified items, in their public form, into the pool."""
        rows = [{name: item[name] for name in ("model", "version", "level")} | {"item": dict(item)} for item in items]
        if rows:
            self._connection.execute(insert(pool), rows)

    def sizes(self) -> dict[tuple[str, int], int]:
        """How many items wait of each model and level."""
        rows = self._connection.execute(
            select(pool.c.model, pool.c.level, func.count()).group_by(pool.c.model, pool.c.level)
        )
        return {(model, level): count for model, level, count in rows}

    def wanted(self) -> set[tuple[str, int]]:
        """The models and levels that cards ask for; a card without a level may come to any."""
        rows = self._connection.execute(
            select(texts.c.extra)
            .join(cards, cards.c.id == texts.c.card_id)
            .where(cards.c.kind == Kind.ITEM.value, cards.c.orphaned.is_(None))
        ).scalars()
        asked = {ItemRequest(**extra["item"]) for extra in rows if extra and "item" in extra}
        return {(one.model, level) for one in asked for level in ((one.level,) if one.level else LEVELS)}

    def shortage(self, target: int = TARGET) -> dict[tuple[str, int], int]:
        """How many items are missing to have `target` of everything that is wanted; stopped models are left out."""
        there, halted = self.sizes(), self.stopped()
        missing = {pair: target - there.get(pair, 0) for pair in sorted(self.wanted()) if pair[0] not in halted}
        return {pair: count for pair, count in missing.items() if count > 0}

    def drop_outdated(self, versions: Mapping[str, int]) -> None:
        """Remove items and stops of models that have another version now, or are gone."""
        known = self._connection.execute(select(pool.c.model, pool.c.version).distinct()).all()
        for model, version in known:
            if versions.get(model) != version:
                self._connection.execute(delete(pool).where(pool.c.model == model, pool.c.version == version))
        for model, (version, _reason) in self.stopped().items():
            if versions.get(model, 0) != version:
                self._connection.execute(delete(stopped).where(stopped.c.model == model))

    # --- models that stopped ---

    def stop(self, model: str, version: int, reason: str) -> None:
        """Give no more items of a model, and keep why; those that wait are taken away."""
        self._connection.execute(delete(pool).where(pool.c.model == model))
        self._connection.execute(delete(stopped).where(stopped.c.model == model))
        self._connection.execute(insert(stopped), {"model": model, "version": version, "reason": reason})

    def stopped(self) -> dict[str, tuple[int, str]]:
        """Version and reason by model."""
        rows = self._connection.execute(select(stopped).order_by(stopped.c.model))
        return {row.model: (row.version, row.reason) for row in rows}

    def restart(self, models: Collection[str]) -> None:
        self._connection.execute(delete(stopped).where(stopped.c.model.in_(models)))

    # --- answers ---

    def put_answer(self, entry_id: int, answer: ItemAnswer) -> None:
        self._connection.execute(insert(answers), {"entry_id": entry_id, **asdict(answer)})

    def remove_answer(self, entry_id: int) -> None:
        self._connection.execute(delete(answers).where(answers.c.entry_id == entry_id))

    def record(self, learner_id: int, model: str, last: int) -> list[ItemAnswer]:
        """The learner's latest answers to a model, the latest first."""
        rows = self._connection.execute(
            select(answers)
            .join(journal, journal.c.id == answers.c.entry_id)
            .where(answers.c.model == model, journal.c.learner_id == learner_id)
            .order_by(answers.c.entry_id.desc())
            .limit(last)
        )
        return [ItemAnswer(**{key: value for key, value in row._mapping.items() if key != "entry_id"}) for row in rows]

    # --- claims ---

    def proven(self, claims: Collection[Claim]) -> bool:
        """Whether the reference has confirmed every one of them, and there is one."""
        digests = {digest(claim) for claim in claims}
        if not digests:
            return False
        held = select(func.count()).where(proofs.c.digest.in_(digests), proofs.c.fault == "")
        return self._connection.execute(held).scalar_one() == len(digests)

    def unproven(self) -> dict[str, Claim]:
        """The claims of cards, by digest, that the reference was not asked about yet."""
        rows = self._connection.execute(
            select(texts.c.extra)
            .join(cards, cards.c.id == texts.c.card_id)
            .where(texts.c.extra.is_not(None), cards.c.orphaned.is_(None))
        ).scalars()
        claims = [Claim(**claim) for extra in rows for claim in extra.get("claims", ())]
        found = {digest(claim): claim for claim in claims}
        for known in self._connection.execute(select(proofs.c.digest)).scalars():
            found.pop(known, None)
        return found

    def put_proofs(self, engine: str, faults: Mapping[str, str]) -> None:
        """Keep what the reference said, by digest; an empty text means that the claim holds."""
        if faults:
            self._connection.execute(delete(proofs).where(proofs.c.digest.in_(faults)))
            rows = [{"digest": key, "engine": engine, "fault": fault} for key, fault in faults.items()]
            self._connection.execute(insert(proofs), rows)


def digest(claim: Claim) -> str:
    """A name for what is claimed, wherever it stands."""
    said = json.dumps([claim.model, dict(claim.params), claim.equals], sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
