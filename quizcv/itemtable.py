"""The items of a card as the JSON that its script reads: every text once, its numbers apart from its words.

    {"title": text, "forms": [[html, html in Chinese if it differs], …], "answers": [kind of answer, …], "items": [item, …]}

A text is the number of a form or [that number, its numbers, its Chinese numbers if they differ]; in a form `0` stands for each number,
in a text they are apart by blanks. An item has the keys q (stem), a (which of the answers), k (key), w (the key as it is written),
d (distractors: [value, why, e]), r (rule), s (solution), p (witness), and e where the places of numbers differ: 10^e is forgiven.
Whole numbers are strings, since JavaScript's own end at 2^53.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from quizcv.answers import Answer, Choice, Integer, Number, Shape, Value, written
from quizcv.model import Text
from quizcv.published import PublishedItem

_NUMBER = re.compile(r"-?[0-9](?:(?:[0-9.,]|\{,\})*[0-9])?")

#: What means something to HTML, to Anki's templates, to its tags for sound and LaTeX, to MathJax, or to an editor: not for its eyes.
_TROUBLE = re.compile(r'[\x00-\x1f\x7f-\xa0\u2028\u2029"\'\\<>&{}\[\]]')


def table(items: Sequence[PublishedItem], title: Text, render: Callable[[str], str]) -> str:
    """The JSON of a card's items; safe as the field of an Anki note."""
    texts = _Texts(render)
    answers: list[dict[str, Any]] = []
    shown = []
    for item in items:
        kind = _kind(item.answer)
        if kind not in answers:
            answers.append(kind)
        wrong = [
            [_plain(one.value, item.answer), texts.add(one.misconception), *_places(one.value, item.answer)]
            for one in item.distractors
        ]
        entry = {
            "q": texts.add(item.stem),
            "a": answers.index(kind),
            "k": _plain(item.key, item.answer),
            "w": written(item.key, item.answer),
            "d": wrong,
            "r": texts.add(item.rule),
            "s": texts.add(item.solution),
            "p": texts.form(escape(item.verification.witness)),
        }
        for places in _places(item.key, item.answer):
            entry["e"] = places
        shown.append(entry)
    return _json({"title": texts.add(title), "forms": texts.forms, "answers": answers, "items": shown})


class _Texts:
    """Texts as HTML, those of one form together."""

    def __init__(self, render: Callable[[str], str]) -> None:
        self._render = render
        self._numbers: dict[tuple[str, ...], int] = {}

    @property
    def forms(self) -> list[list[str]]:
        return [list(form) for form in self._numbers]

    def add(self, text: Text) -> int | list[int | str]:
        return self.form(self._render(text.en), self._render(text.zh))

    def form(self, *texts: str) -> int | list[int | str]:
        found = [tuple(_NUMBER.findall(text)) for text in texts]
        form = tuple(dict.fromkeys(_NUMBER.sub("0", text) for text in texts))
        number = self._numbers.setdefault(form, len(self._numbers))
        numbers = list(dict.fromkeys(found))
        return [number, *(" ".join(one) for one in numbers)] if any(numbers) else number


def _kind(answer: Answer) -> dict[str, Any]:
    """What the script must know to read and to mark an answer."""
    kind: dict[str, Any] = {"kind": answer.name, "unit": answer.unit}
    if isinstance(answer, Shape):
        kind["axes"] = list(answer.axes)
    if isinstance(answer, Choice):
        kind["count"] = len(answer.options)
    if isinstance(answer, Number) and not answer.significant:
        kind["e"] = -answer.decimals
    return kind


def _places(value: Value, answer: Answer) -> list[int]:
    """The exponent of what is forgiven beside this value, unless it is the same for all."""
    return [-answer.places(value)] if isinstance(answer, Number) and answer.significant else []


def _plain(value: Value, answer: Answer) -> str | float | list[int]:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(answer, Integer) or isinstance(value, str):
        return str(value)
    return float(value)


def _json(value: Any) -> str:
    """JSON in which `_TROUBLE` stands in no string and no bracket opens behind another of its kind."""
    if isinstance(value, str):
        return '"' + _TROUBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value) + '"'
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(name)}:{_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        inner = ",".join(map(_json, value))
        return f"[ {inner} ]" if inner.startswith("[") else f"[{inner}]"
    return json.dumps(value, allow_nan=False)
