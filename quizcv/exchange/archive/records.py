"""Values as records: plain mappings with the fields that `docs/archive.md` lists, those at their default left out."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from quizcv.archived import ArchivedCard, ArchivedLearner, ArchivedReview, ArchivedState, ArchivedText
from quizcv.model import CardState, Claim, ItemAnswer, ItemRequest

FORMAT = "quizcv archive"
VERSION = 1

Record = dict[str, Any]


def card(value: ArchivedCard) -> Record:
    """A card without its texts."""
    return {
        "key": value.key,
        "note": value.note,
        "kind": value.kind.value,
        "deck": value.deck,
        **_unless_empty(tags=list(value.tags), typed=value.typed),
        "created": value.created.isoformat(),
        **({} if value.orphaned is None else {"orphaned": value.orphaned.isoformat()}),
        "guid": value.guid,
    }


def text(value: ArchivedText) -> Record:
    return {
        "lang": value.lang,
        **_unless_empty(breadcrumb=list(value.breadcrumb)),
        "front": value.front,
        "back": value.back,
        **_unless_empty(hint=value.hint, cloze=value.cloze, claims=[_claim(one) for one in value.claims]),
        **({} if value.item is None else {"item": _request(value.item)}),
        "changed": value.changed,
    }


def learner(value: ArchivedLearner) -> Record:
    return {"name": value.name, "timezone": value.timezone, "created": value.created.isoformat()}


def scheduled(value: ArchivedState) -> Record:
    return {"learner": value.learner, "card": value.card, **state(value.state)}


def review(value: ArchivedReview) -> Record:
    """A journal entry without the answer beside it."""
    return {
        "learner": value.learner,
        "card": value.card,
        "at": instant(value.at),
        "day": value.day.isoformat(),
        "action": value.action.value,
        **({} if value.grade is None else {"grade": int(value.grade)}),
        "took_ms": value.took_ms,
        "scheduler": value.scheduler,
        "before": state(value.before),
        "after": state(value.after),
    }


def answer(value: ItemAnswer) -> Record:
    return asdict(value)


def state(value: CardState) -> Record:
    """A learner's state of a card: empty for a new one."""
    found: Record = {}
    if (memory := value.memory) is not None:
        found = {
            "due": memory.due.isoformat(),
            "last": memory.last.isoformat(),
            "repetitions": memory.repetitions,
            "easiness": memory.easiness,
            "interval": memory.interval,
            "lapses": memory.lapses,
        }
    if value.drill is not None:
        found["drill"] = value.drill.isoformat()
    if value.buried is not None:
        found["buried"] = value.buried.isoformat()
    for name in ("suspended", "leech", "flagged"):
        if getattr(value, name):
            found[name] = True
    return found


def instant(value: datetime) -> str:
    """UTC in milliseconds: `2026-03-01T08:00:00.000Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _request(value: ItemRequest) -> Record:
    return {"model": value.model, **_unless_empty(level=value.level)}


def _claim(value: Claim) -> Record:
    return {"model": value.model, "params": _finite(dict(value.params)), "equals": _finite(value.equals)}


def _finite(value: Any) -> Any:
    """`value` with the words of YAML for the numbers that JSON has not."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def _unless_empty(**fields: list[Any] | str | int | None) -> Record:
    return {name: value for name, value in fields.items() if value}
