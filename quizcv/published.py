"""Verified items as plain data: how they are stored, shown, printed and exported. The JSON form is public (docs/items.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizcv.answers import kinds
from quizcv.answers.kinds import Answer, Value
from quizcv.model import Text

#: Version of the JSON form; a reader refuses a newer one.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Distractor:
    """A wrong answer, and the misconception that leads to it."""

    value: Value
    misconception: Text


@dataclass(frozen=True, slots=True)
class Verification:
    """What the reference said: engine with its version, devices, witnesses, its value, the distance from the formula's."""

    engine: str
    device: str
    witness: str
    value: Value
    difference: float


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """A verified item with everything to show, mark and explain it. `rule` is the formula, shown as a hint."""

    model: str
    version: int
    topic: str
    seed: int
    index: int
    level: int
    params: Mapping[str, Any]
    stem: Text
    answer: Answer
    key: Value
    distractors: tuple[Distractor, ...]
    rule: Text
    solution: Text
    verification: Verification

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "model": self.model,
            "version": self.version,
            "topic": self.topic,
            "seed": self.seed,
            "index": self.index,
            "level": self.level,
            "params": {name: plain(value) for name, value in self.params.items()},
            "stem": _text(self.stem),
            "answer_type": self.answer.name,
            **kinds.to_json(self.answer),
            "key": plain(self.key),
            "tolerance": self.answer.tolerance(self.key),
            "unit": self.answer.unit,
            "distractors": [
                {"value": plain(wrong.value), "misconception": _text(wrong.misconception)} for wrong in self.distractors
            ],
            "rule": _text(self.rule),
            "solution": _text(self.solution),
            "verification": {
                "engine": self.verification.engine,
                "device": self.verification.device,
                "witness": self.verification.witness,
                "value": plain(self.verification.value),
                "difference": self.verification.difference,
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PublishedItem:
        """Raises ValueError for another version of the form."""
        if data["format"] != FORMAT:
            raise ValueError(f"items of format {data['format']} cannot be read, only {FORMAT}")
        proof = data["verification"]
        return cls(
            **{name: data[name] for name in ("model", "version", "topic", "seed", "index", "level")},
            params={name: _frozen(value) for name, value in data["params"].items()},
            stem=Text(**data["stem"]),
            rule=Text(**data["rule"]),
            answer=kinds.from_json(data["answer_type"], data["unit"], data),
            key=_frozen(data["key"]),
            distractors=tuple(
                Distractor(_frozen(wrong["value"]), Text(**wrong["misconception"])) for wrong in data["distractors"]
            ),
            solution=Text(**data["solution"]),
            verification=Verification(
                proof["engine"], proof["device"], proof["witness"], _frozen(proof["value"]), proof["difference"]
            ),
        )


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return [plain(part) for part in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
