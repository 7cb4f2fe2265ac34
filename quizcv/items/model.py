"""Item models: templates with random variables, and the items drawn from them.

    ItemModel ── several ways of asking ──▶ Question ── sample ──▶ Spec ── formula ──▶ key, and a value for every mistake

A question computes by closed formulas only; `quizcv.reference` runs the operation for the same spec, and `quizcv.verify` brings
the two together. Texts are made when they are asked for: drawing and verifying an item costs no formatting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from quizcv.answers.kinds import Answer, Value, overlap
from quizcv.errors import BadParameters, ItemError
from quizcv.model import LEVELS, Text
from quizcv.seeds import Draw, rng_for
from quizcv.specs import Spec

S = TypeVar("S", bound=Spec)

#: How often a question may refuse its own sample before that is a fault of the model.
TRIES = 1000


@dataclass(frozen=True, slots=True)
class Mistake(Generic[S]):
    """A misconception that leads to a definite wrong value: what was thought (`en`, `zh`: one sentence, to the learner), and the
    value it gives. None where it makes no sense; where it gives the key all the same, it is dropped."""

    en: str
    zh: str
    value: Callable[[S], Value | None]

    @property
    def text(self) -> Text:
        return Text(self.en, self.zh)


class Question(Generic[S]):
    """One way of asking. Subclasses state the class attributes and the four methods, and hold no state."""

    #: The parameters; the name of the type is the name of the quantity.
    spec: ClassVar[type[Any]]
    #: What kind of answer is wanted.
    answer: ClassVar[Answer]
    #: At which levels it is asked.
    levels: ClassVar[tuple[int, ...]]
    #: "" for a model's direct question, else what is to be found: `quizcv calc MODEL find=padding …`.
    find: ClassVar[str] = ""
    #: The formula in LaTeX, shown as a hint; one text where it has no words.
    rule: ClassVar[str | Text]
    mistakes: ClassVar[tuple[Mistake[Any], ...]]

    def sample(self, draw: Draw, level: int) -> S | None:
        """Parameters for one item; None refuses them, and the draw goes on."""
        raise NotImplementedError

    def formula(self, s: S) -> Value:
        """The right answer, by a closed formula."""
        raise NotImplementedError

    def stem(self, s: S) -> Text:
        """The question, with every parameter and the convention in force. The rounding rule is put behind it."""
        raise NotImplementedError

    def solution(self, s: S) -> Text:
        """The worked steps with the numbers put in."""
        raise NotImplementedError

    @property
    def hint(self) -> Text:
        """The rule in both languages."""
        return self.rule if isinstance(self.rule, Text) else Text(self.rule, self.rule)

    def answer_for(self, s: S) -> Answer:
        """The kind of answer, where it depends on the parameters."""
        return self.answer


@dataclass(frozen=True, slots=True)
class Item:
    """One instance: everything follows from (model, version, seed, index, level)."""

    model: ItemModel
    question: Question[Any]
    seed: int
    index: int
    level: int
    spec: Any
    answer: Answer
    key: Value
    distractors: tuple[tuple[Value, Mistake[Any]], ...]

    @property
    def stem(self) -> Text:
        return stem_of(self.question, self.spec)

    @property
    def solution(self) -> Text:
        return self.question.solution(self.spec)

    def __str__(self) -> str:
        return f"{self.model.name} v{self.model.version} level {self.level} seed {self.seed} index {self.index}"


@dataclass(frozen=True, slots=True)
class ItemModel:
    """A name under which questions about one thing are asked. The first question is the direct one.

    `version` changes with anything that changes an item: sampler, key, mistakes, texts.
    """

    name: str
    version: int
    topic: str
    title: Text
    questions: tuple[Question[Any], ...]

    def at(self, level: int) -> tuple[Question[Any], ...]:
        """The questions asked at a level."""
        return tuple(question for question in self.questions if level in question.levels)

    def question(self, find: str = "") -> Question[Any]:
        """The question that finds this.

        Raises:
            BadParameters: nothing of this name can be found.
        """
        for question in self.questions:
            if question.find == find:
                return question
        known = ", ".join(f"find={q.find}" for q in self.questions if q.find)
        raise BadParameters(
            f"{self.name}: there is nothing called find={find}.", f"Without `find`, or {known}." if known else ""
        )

    def item(self, seed: int, index: int, level: int) -> Item:
        """The item of this name, the same for ever.

        Raises:
            ItemError: the sampler refuses everything it draws.
        """
        return self.drawn(seed, index, level)[0]

    def drawn(self, seed: int, index: int, level: int) -> tuple[Item, int]:
        """`item`, and how many samples were refused before it.

        Raises:
            ItemError: the sampler refuses everything it draws.
        """
        draw = Draw(rng_for(self.name, self.version, seed, index, level))
        questions = self.at(level)
        if not questions:
            raise ItemError(f"{self.name} has no level {level}.", f"Levels are {', '.join(map(str, LEVELS))}.")
        question = draw.choice(questions)
        for refused in range(TRIES):
            spec = question.sample(draw, level)
            if spec is None:
                continue
            answer = question.answer_for(spec)
            key = question.formula(spec)
            distractors = _distractors(question, spec, answer, key)
            if distractors is not None:
                return Item(self, question, seed, index, level, spec, answer, key, distractors), refused
        raise ItemError(f"{self.name} level {level}: none of {TRIES} samples will do (seed {seed}, index {index}).")


def stem_of(question: Question[Any], spec: Any) -> Text:
    """The stem with the rule for rounding or writing the answer behind it."""
    stem, rule = question.stem(spec), question.answer_for(spec).instruction
    return Text(f"{stem.en} {rule.en}".rstrip(), f"{stem.zh}{rule.zh}")


def _distractors(
    question: Question[Any], spec: Any, answer: Answer, key: Value
) -> tuple[tuple[Value, Mistake[Any]], ...] | None:
    """The wrong values with their reasons; None if one of them could be taken for the key.

    A mistake that makes no difference here is dropped, and so is a second one that leads to (nearly) the same value.
    """
    found: list[tuple[Value, Mistake[Any]]] = []
    for mistake in question.mistakes:
        value = mistake.value(spec)
        if value is None or not answer.allows(value) or answer.same(value, key):
            continue
        if overlap(answer, value, key):
            return None
        if not any(overlap(answer, value, other) for other, _ in found):
            found.append((value, mistake))
    return tuple(found)


def numbers_in(value: Any) -> Iterator[int | float]:
    """Every number within a parameter."""
    if isinstance(value, tuple):
        for part in value:
            yield from numbers_in(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value
