"""Records as values; whatever a record says that no database holds is a fault."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from quizcv.answers import Verdict
from quizcv.archived import ArchivedCard, ArchivedLearner, ArchivedReview, ArchivedState, ArchivedText
from quizcv.clock import zone
from quizcv.errors import ConfigError
from quizcv.exchange.archive.fields import (
    LONGEST_NAME,
    MOST,
    MOST_64,
    REQUIRED,
    Fields,
    shown,
    text_problem,
)
from quizcv.model import LEVELS, Action, CardState, Claim, Grade, ItemAnswer, ItemRequest, Kind, Memory
from quizcv.scheduling import scheduler_named

MEMORY = ("due", "last", "repetitions", "easiness", "interval", "lapses")
STATE = frozenset((*MEMORY, "drill", "buried", "suspended", "leech", "flagged"))
CARD = frozenset(("key", "note", "kind", "deck", "tags", "typed", "created", "orphaned", "guid"))
TEXT = frozenset(("lang", "breadcrumb", "front", "back", "hint", "cloze", "claims", "item", "changed"))
LEARNER = frozenset(("name", "timezone", "created"))
SCHEDULED = STATE | {"learner", "card"}
REVIEW = frozenset(
    ("learner", "card", "at", "day", "action", "grade", "took_ms", "scheduler", "before", "after")
)  # fmt: skip
ANSWER = frozenset(
    ("model", "version", "level", "seed", "index", "typed", "verdict", "misconception", "hinted")
)  # fmt: skip
_ITEM = frozenset(("model", "level"))
_CLAIM = frozenset(("model", "params", "equals"))

#: What a deck file can say: an id, and behind it which of the text's cards.
_NOTE = re.compile(r"\w[\w.:-]{0,199}")
_KEY = re.compile(r"\w[\w.:-]{0,199}(?:~[A-Za-z0-9]{1,20})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LANG = re.compile(r"(?:[a-z]{2})?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Seconds since 1970 at the end of the year 9999.
_LAST_SECOND = 253_402_300_799
_DEEPEST = 20


def name_in(record: Any, field: str) -> str:
    """The name that a record says, whatever else is wrong with it; empty if it says none."""
    found = record.get(field) if isinstance(record, dict) else None
    return found if isinstance(found, str) else ""


def card(fields: Fields, texts: tuple[ArchivedText, ...]) -> ArchivedCard | None:
    name = fields.text("key")
    note = fields.text("note")
    if fields.sound and (not _KEY.fullmatch(name) or not _NOTE.fullmatch(note) or name.partition("~")[0] != note):
        fields.wrong("key", f"{shown(name)} is no name of a card of the note {shown(note)}")
    kind = fields.word("kind", Kind)
    deck = fields.text("deck", longest=LONGEST_NAME)
    if _CONTROL.search(deck):
        fields.wrong("deck", f"{shown(deck)} has control characters")
    tags = fields.list("tags", _tag_problem)
    created, orphaned = fields.day("created"), fields.maybe_day("orphaned")
    guid, typed = fields.text("guid", longest=LONGEST_NAME), fields.flag("typed")
    if len({one.lang for one in texts}) < len(texts):
        fields.wrong("texts", "two texts in one language")
    if kind is None or not fields.sound:
        return None
    ordered = tuple(sorted(texts, key=lambda one: one.lang))
    return ArchivedCard(name, note, kind, deck, created, guid, typed, orphaned, tuple(sorted(set(tags))), ordered)


def text(fields: Fields) -> ArchivedText | None:
    lang = fields.text("lang")
    if not _LANG.fullmatch(lang):
        fields.wrong("lang", f"{shown(lang)} is no language: two small letters, or nothing")
    found = ArchivedText(
        lang=lang,
        front=fields.text("front"),
        back=fields.text("back"),
        breadcrumb=fields.list("breadcrumb", text_problem),
        hint=fields.text("hint", ""),
        cloze=fields.text("cloze", ""),
        claims=_claims(fields),
        item=_item(fields),
        changed=fields.number("changed", 0, _LAST_SECOND, 0),
    )
    return found if fields.sound else None


def learner(fields: Fields) -> ArchivedLearner | None:
    name = fields.text("name", longest=LONGEST_NAME, empty=False)
    timezone = fields.text("timezone", "", longest=LONGEST_NAME)
    try:
        zone(timezone)
    except ConfigError:
        fields.wrong("timezone", f"no time zone is called {shown(timezone)}")
    created = fields.day("created")
    return ArchivedLearner(name, created, timezone) if fields.sound else None


def scheduled(fields: Fields) -> ArchivedState | None:
    who, what = fields.text("learner"), fields.text("card")
    found = _state(fields)
    return ArchivedState(who, what, found) if fields.sound else None


def review(fields: Fields, answered: ItemAnswer | None) -> ArchivedReview | None:
    who, what = fields.text("learner"), fields.text("card")
    at, day = _instant(fields), fields.day("day")
    action, grade = fields.word("action", Action), _grade(fields)
    if action is not None and action.graded != (grade is not None):
        fields.wrong("grade", f"{action} {'needs a grade' if action.graded else 'has no grade'}")
    if answered is not None and action is not None and not action.graded:
        fields.wrong("answer", f"{action} has no answer")
    took, scheduler = fields.number("took_ms", 0, MOST), _scheduler(fields)
    before, after = _state(fields.inside("before", STATE)), _state(fields.inside("after", STATE))
    if action is None or not fields.sound:
        return None
    return ArchivedReview(who, what, at, day, action, grade, took, scheduler, before, after, answered)


def answer(fields: Fields) -> ItemAnswer | None:
    verdict = fields.word("verdict", Verdict)
    found = ItemAnswer(
        model=fields.text("model", longest=LONGEST_NAME, empty=False),
        version=fields.number("version", 0, MOST),
        level=fields.number("level", min(LEVELS), max(LEVELS)),
        seed=fields.number("seed", -MOST_64, MOST_64),
        index=fields.number("index", 0, MOST),
        typed=fields.text("typed"),
        verdict=str(verdict or ""),
        misconception=fields.text("misconception", ""),
        hinted=fields.flag("hinted"),
    )
    return found if fields.sound else None


def _tag_problem(value: Any) -> str:
    problem = text_problem(value, LONGEST_NAME)
    return problem or ("" if value.split() == [value] else f"{shown(value)} is no tag: it is one word")


def _state(fields: Fields) -> CardState:
    memory = None
    if any(name in fields.record for name in MEMORY):
        memory = Memory(
            repetitions=fields.number("repetitions", 0, MOST),
            easiness=fields.number("easiness", 0, MOST),
            interval=fields.number("interval", 0, MOST),
            due=fields.day("due"),
            last=fields.day("last"),
            lapses=fields.number("lapses", 0, MOST),
        )
    return CardState(
        memory,
        fields.maybe_day("drill"),
        fields.maybe_day("buried"),
        fields.flag("suspended"),
        fields.flag("leech"),
        fields.flag("flagged"),
    )


def _instant(fields: Fields) -> datetime:
    value = fields.get("at")
    if value is REQUIRED:
        return _EPOCH
    try:
        if _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    fields.wrong("at", f"{shown(value)} is no instant such as 2026-03-01T08:00:00.000Z")
    return _EPOCH


def _grade(fields: Fields) -> Grade | None:
    return Grade(fields.number("grade", min(Grade), max(Grade))) if "grade" in fields.record else None


def _scheduler(fields: Fields) -> str:
    name = fields.text("scheduler", longest=LONGEST_NAME)
    try:
        return scheduler_named(name).name
    except ConfigError:
        if "scheduler" in fields.record:
            fields.wrong("scheduler", f"there is no scheduler {shown(name)}")
        return ""


def _item(fields: Fields) -> ItemRequest | None:
    if "item" not in fields.record:
        return None
    asked = fields.inside("item", _ITEM)
    model = asked.text("model", longest=LONGEST_NAME, empty=False)
    level = asked.number("level", min(LEVELS), max(LEVELS)) if "level" in asked.record else None
    return ItemRequest(model, level)


def _claims(fields: Fields) -> tuple[Claim, ...]:
    found = []
    for number, record in enumerate(fields.list("claims", lambda _claim: "")):
        said = Fields(record, fields.spot.within(f"claims[{number}]"), fields.faults, _CLAIM, fields)
        model, params = said.text("model", longest=LONGEST_NAME, empty=False), said.get("params")
        if params is not REQUIRED and not isinstance(params, dict):
            said.wrong("params", "it is not an object")
        equals = said.get("equals")
        for name, value in (("params", params), ("equals", equals)):
            if problem := _plain_problem(value, _DEEPEST):
                said.wrong(name, problem)
        found.append(Claim(model, params, equals, 0))
    return tuple(found)


def _plain_problem(value: Any, deepest: int) -> str:
    """Why `value` cannot stand in a deck, or nothing."""
    if not deepest:
        return f"it is nested more than {_DEEPEST} deep"
    if isinstance(value, str):
        return text_problem(value)
    inside: list[Any] = value if isinstance(value, list) else []
    if isinstance(value, dict):
        inside = [*value.keys(), *value.values()]
    return next((problem for part in inside if (problem := _plain_problem(part, deepest - 1))), "")
