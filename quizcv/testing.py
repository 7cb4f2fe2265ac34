"""The conformance test of item models. The built-in ones pass it; models of other packages should.

    from quizcv import testing

    @pytest.mark.parametrize("level", (1, 2, 3))
    def test_my_model(level):
        testing.check_model(my_package.MODEL, level, count=200)

`check_model` raises AssertionError with every fault it finds. It needs torch.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from quizcv.answers import Choice, Malformed, Number, Shape, Value, Verdict, mark, read
from quizcv.answers.kinds import overlap
from quizcv.errors import QuizcvError
from quizcv.items.model import Item, ItemModel, numbers_in, stem_of
from quizcv.model import LEVELS, Text
from quizcv.published import PublishedItem, plain
from quizcv.specs import fields_of
from quizcv.specs import read as read_params
from quizcv.verify import verified
from quizcv.verify.item import params_of

#: How often, of the items with at least two distractors, the key may be the largest (or the smallest) of all options.
EXTREME = 0.9

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MATH = re.compile(r"\$[^$]*\$|`[^`]*`")
_WORDS = re.compile(r"[A-Za-z]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BROKEN = re.compile(r"(?<![_^a-z])\{[a-z_.]+\}|\bNone\b|\bnan\b|\binf\b|\d\.\d{10,}")


def check_model(model: ItemModel, level: int, count: int = 100, seed: int = 1) -> None:
    """Hold a model to everything quizcv promises of one, on `count` items of a level.

    Raises:
        AssertionError: names each fault, with the item that shows it.
    """
    from quizcv.reference import running

    faults = Counter[str]()
    with running():
        for fault in (*_declaration(model), *_items(model, level, count, seed)):
            faults[fault] += 1
    if faults:
        lines = [f"- {fault}" for fault, _ in faults.most_common(20)]
        raise AssertionError(f"{model.name}, level {level}:\n" + "\n".join(lines))


def _declaration(model: ItemModel) -> Iterator[str]:
    if not _NAME.fullmatch(model.name):
        yield f"the name {model.name!r} is not of the form {_NAME.pattern}"
    if model.questions[0].find:
        yield "the first question must be the direct one, without `find`"
    finds = [question.find for question in model.questions]
    if len(set(finds)) < len(finds):
        yield f"two questions find the same: {finds}"
    for level in LEVELS:
        if not model.at(level):
            yield f"nothing is asked at level {level}"
    for question in model.questions:
        yield from _rule_faults(question.hint, f"the rule of {type(question).__name__}")
        for mistake in question.mistakes:
            yield from _text_faults(mistake.text, f"the mistake {mistake.en[:30]!r}")


def _rule_faults(rule: Text, name: str) -> Iterator[str]:
    if not rule.en.strip() or not rule.zh.strip() or rule.en.count("$") % 2 or rule.zh.count("$") % 2:
        yield f"{name} is empty or its math does not close"
    if _HAN.search(rule.en):
        yield f"{name} in English has Chinese in it"
    if rule.en == rule.zh and (words := _WORDS.search(_MATH.sub("", rule.en))):
        yield f"{name} has the word {words.group()!r} and no Chinese text: make it a Text"


def _items(model: ItemModel, level: int, count: int, seed: int) -> Iterator[str]:
    places: list[tuple[bool, bool]] = []
    stems = set()
    for index in range(count):
        try:
            item = model.item(seed, index, level)
            yield from _item_faults(item)
        except (QuizcvError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            yield f"index {index}: {type(error).__name__}: {error}"
            continue
        stems.add(item.stem.en)
        if len(item.distractors) >= 2 and not isinstance(item.answer, Choice):
            sizes = [_size(value) for value, _ in item.distractors]
            key = _size(item.key)
            places.append((key > max(sizes), key < min(sizes)))
    if len(stems) < min(count, 10) * 0.7:
        yield f"only {len(stems)} different items among {count}"
    if len(places) >= 20:
        for place, name in ((0, "largest"), (1, "smallest")):
            share = sum(pair[place] for pair in places) / len(places)
            if share > EXTREME:
                yield f"the key is the {name} of all options in {share:.0%} of the items: size gives it away"


def _item_faults(item: Item) -> Iterator[str]:
    where = f"{item} ({item.spec})"
    again = item.model.item(item.seed, item.index, item.level)
    if (again.spec, again.key) != (item.spec, item.key):
        yield f"{where}: drawn twice, two items"
    params = params_of(item.question, item.spec)
    stated = {name: plain(value) for name, value in params.items() if name != "find"}
    if read_params(type(item.spec), stated) != item.spec:
        yield f"{where}: its parameters do not read back from JSON"
    published = verified(item).published()
    data = json.loads(json.dumps(published.to_json(), ensure_ascii=False, allow_nan=False))
    if PublishedItem.from_json(data) != published:
        yield f"{where}: does not come back from JSON"
    if not item.answer.allows(item.key):
        yield f"{where}: the key {item.key!r} is no {item.answer.name}"
    options = [item.key, *(value for value, _ in item.distractors)]
    for at, one in enumerate(options):
        for other in options[at + 1 :]:
            if overlap(item.answer, one, other):
                yield f"{where}: {one} and {other} could be taken for each other"
    yield from _flag_faults(item)
    yield from _marking_faults(published, where)
    yield from _wording_faults(item, published, where)


def _marking_faults(item: PublishedItem, where: str) -> Iterator[str]:
    wrong = [(distractor.value, distractor.misconception) for distractor in item.distractors]
    for value, right in ((item.key, True), *((value, False) for value, _ in wrong)):
        written = _written(value, item)
        try:
            verdict = mark(read(written, item.answer), item.key, item.answer, wrong)
        except Malformed as error:
            yield f"{where}: {written!r} is refused as an answer ({error})"
            continue
        if right != (verdict.verdict is Verdict.RIGHT) or (not right and verdict.why is None):
            yield f"{where}: {written!r} is marked {verdict.verdict}"


def _written(value: Value, item: PublishedItem) -> str:
    """A value as a learner would write it, rounded as the stem asks."""
    if isinstance(value, tuple):
        return ("x" if isinstance(item.answer, Shape) else ", ").join(map(str, value)) or "-"
    if isinstance(item.answer, Number) and isinstance(value, int | float):
        if item.answer.significant:
            return f"{value:.{item.answer.significant - 1}e}"
        return f"{value:.{item.answer.decimals}f}"
    return str(value)


def _wording_faults(item: Item, published: PublishedItem, where: str) -> Iterator[str]:
    for name, text in (("stem", published.stem), ("solution", published.solution)):
        yield from (f"{where}: {fault}" for fault in _text_faults(text, f"the {name}"))
        for lang in ("en", "zh"):
            missing = _missing(item.spec, text.in_(lang), deep=name == "stem")
            if missing:
                yield f"{where}: the {name} ({lang}) does not mention {', '.join(missing)}"
    if isinstance(item.key, int | float) and not isinstance(item.answer, Choice):
        for lang in ("en", "zh"):
            found = _numbers(published.solution.in_(lang))
            slack = max(item.answer.tolerance(item.key), 1e-4 * abs(item.key)) if isinstance(item.answer, Number) else 0
            if not any(abs(number - abs(item.key)) <= slack for number in found):
                yield f"{where}: the solution ({lang}) does not state the key {item.key}"


def _text_faults(text: Text, name: str) -> Iterator[str]:
    if not text.en.strip() or not text.zh.strip():
        yield f"{name} is missing in one language"
    if not _HAN.search(text.zh):
        yield f"{name} in Chinese has no Chinese in it: {text.zh[:40]!r}"
    if _HAN.search(text.en):
        yield f"{name} in English has Chinese in it: {text.en[:40]!r}"
    for one in (text.en, text.zh):
        if one.count("$") % 2:
            yield f"{name} has math that does not close: {one[:60]!r}"
        if broken := _BROKEN.search(one):
            yield f"{name} shows {broken.group()!r}"


def _numbers(text: str) -> set[float]:
    """The numbers that a text states, without their signs; powers of ten multiplied out."""
    text = text.replace("{,}", ",")
    found = {float(number.replace(",", "")) for number in _NUMBER.findall(text)}
    for mantissa, power in re.findall(r"(?:([\d.]+) ?(?:\\times|\\cdot|×) ?)?10\^\{?(-?\d+)\}?", text):
        found.add(float(mantissa or 1) * 10.0 ** int(power))
    return found


def _missing(spec: Any, text: str, *, deep: bool) -> list[str]:
    """Parameters whose value the text does not state. Lists (an input by hand) need not stand in a solution; flags are held by
    `_flag_faults`."""
    stated = _numbers(text)
    missing = []
    for field in fields_of(type(spec)):
        value = getattr(spec, field.name)
        if isinstance(value, tuple) and not deep:
            continue
        for number in numbers_in(value):
            size = abs(number)
            if not any(math.isclose(size, other, rel_tol=1e-9) for other in stated):
                missing.append(f"{field.name} = {number}")
                break
    return missing


def _size(value: Value) -> float:
    if isinstance(value, tuple):
        return float(math.prod(value)) if value else 0.0
    return float(value) if isinstance(value, int | float) else 0.0


def _flag_faults(item: Item) -> Iterator[str]:
    """Every flag changes what the stem says, in both languages."""
    for field in fields_of(type(item.spec)):
        value = getattr(item.spec, field.name)
        if isinstance(value, bool):
            other = stem_of(item.question, replace(item.spec, **{field.name: not value}))
            for lang in ("en", "zh"):
                if other.in_(lang) == item.stem.in_(lang):
                    yield f"{item}: the stem ({lang}) does not mention {field.name}"
