"""How values look in `--json`: one function a value, so that every command writes them alike."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer

from quizcv.model import Card, CardState, Fault, Gap


def fault_dict(fault: Fault) -> dict[str, Any]:
    return {
        "path": fault.place.path,
        "line": fault.place.line,
        "column": fault.place.column,
        "severity": fault.severity.value,
        "code": fault.code,
        "message": fault.message,
        "hint": fault.hint,
    }


def gap_dict(path: str, gap: Gap) -> dict[str, Any]:
    return {"heading": gap.heading, "breadcrumb": list(gap.breadcrumb), "path": path, "line": gap.line}


def state_dict(state: CardState) -> dict[str, Any]:
    """A learner's state; a new card has no `due`. Easiness as SM-2 writes it (2.5), days in ISO form."""
    memory = state.memory
    return {
        "new": state.new,
        "due": memory.due.isoformat() if memory else None,
        "last": memory.last.isoformat() if memory else None,
        "interval": memory.interval if memory else 0,
        "repetitions": memory.repetitions if memory else 0,
        "easiness": memory.easiness / 100 if memory else None,
        "lapses": memory.lapses if memory else 0,
        "drill": state.drill.isoformat() if state.drill else None,
        "buried_until": state.buried.isoformat() if state.buried else None,
        "suspended": state.suspended,
        "leech": state.leech,
        "flagged": state.flagged,
    }


def card_dict(card: Card, state: CardState) -> dict[str, Any]:
    return {
        "id": card.key,
        "deck": card.deck,
        "breadcrumb": list(card.breadcrumb),
        "front": card.front,
        "back": card.back,
        "kind": card.kind.value,
        "tags": list(card.tags),
        "lang": card.lang,
        "path": card.path,
        "line": card.line,
        "hint": card.hint,
        "typed": card.typed,
        "note": card.note,
        "orphaned": card.orphaned,
        "state": state_dict(state),
    }


def write_json(value: Any) -> None:
    """JSON on one line; readable where the output can take it, else escaped."""
    utf = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=not utf))
