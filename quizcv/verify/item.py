"""Verified items: formula and reference agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from quizcv.answers.kinds import Number, Value
from quizcv.errors import Disagreement, QuizcvError
from quizcv.items import Item, Question
from quizcv.published import Distractor, PublishedItem, Verification, plain
from quizcv.reference import ENGINE, panel
from quizcv.specs import fields_of, text_of

#: How far apart two ways of computing in float64 may end, relative to the value (absolute below 1).
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class VerifiedItem:
    """An item whose key PyTorch has confirmed."""

    item: Item
    verification: Verification

    def published(self) -> PublishedItem:
        """The item with all its texts, as it is stored, shown, printed and exported."""
        item = self.item
        return PublishedItem(
            model=item.model.name,
            version=item.model.version,
            topic=item.model.topic,
            seed=item.seed,
            index=item.index,
            level=item.level,
            params=params_of(item.question, item.spec),
            stem=item.stem,
            answer=item.answer,
            key=item.answer.settle(item.key),
            distractors=tuple(Distractor(item.answer.settle(value), why.text) for value, why in item.distractors),
            rule=item.question.hint,
            solution=item.solution,
            verification=self.verification,
        )


def verified(item: Item) -> VerifiedItem:
    """Run the reference on an item.

    Raises:
        Disagreement: formula and reference differ, or the reference could not run.
    """
    return VerifiedItem(item, check(item))


def check(item: Item) -> Verification:
    """What the reference says to an item's key; as `verified`."""
    return compare(item.question, item.spec, item.key, item)


def compare(question: Question[Any], spec: Any, key: Value, name: object) -> Verification:
    """Run every witness of a quantity against the formula's value; `name` says in a disagreement what was asked.

    Raises:
        Disagreement: they differ; the message has all that is needed to repeat it.
    """
    number = isinstance(question.answer, Number)
    asked = panel(type(spec))
    worst, first = 0.0, None
    for witness in asked.witnesses:
        try:
            value = witness.run(spec)
        except QuizcvError:
            raise
        except Exception as error:
            raise _disagreement(question, spec, key, f"{witness.name} fails: {error}", name) from error
        difference = difference_of(key, value, number=number)
        if difference is None:
            raise _disagreement(question, spec, key, f"{witness.name} gives {plain(value)}", name)
        if difference > worst:
            worst = difference
        if first is None:
            first = value
    assert first is not None
    return Verification(ENGINE, asked.device, asked.names, first, worst)


def difference_of(key: Value, value: Value, *, number: bool) -> float | None:
    """How far the reference is from the formula; None if they disagree. Counts, shapes and sets must be equal."""
    if not number:
        return 0.0 if type(key) is type(value) and key == value else None
    if not isinstance(key, int | float) or not isinstance(value, int | float) or not math.isfinite(key):
        return None
    difference = abs(key - value)
    return difference if difference <= CLOSE * max(1.0, abs(key)) else None


def params_of(question: Question[Any], spec: Any) -> dict[str, Any]:
    """The parameters by name, as `quizcv calc` takes them, `find` included."""
    params = {field.name: getattr(spec, field.name) for field in fields_of(type(spec))}
    return {"find": question.find, **params} if question.find else params


def _disagreement(question: Question[Any], spec: Any, key: Value, other: str, name: object) -> Disagreement:
    find = f"find={question.find} " if question.find else ""
    model = str(name).split()[0]
    return Disagreement(
        f"{name}: the formula gives {plain(key)}, {other}.", f"Repeat: quizcv calc {model} {find}{text_of(spec)}"
    )
