"""An exam and its forms, as values."""

from __future__ import annotations

from dataclasses import dataclass

from quizcv.exam.blueprint import Blueprint, Style
from quizcv.published import PublishedItem


@dataclass(frozen=True, slots=True)
class Theory:
    """A question from a card: what it asks and what it wants to hear, in Markdown. `wrong` are answers of its neighbours."""

    key: str
    deck: str
    front: str
    back: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options of a question, in Markdown; `misconception` says what leads to a wrong one, or nothing."""

    text: str
    right: bool
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a form. `number` counts from 1 through the whole form, `cell` through the blueprint from 0. Exactly one of `item` and
    `theory` is there; `options` only with the style CHOICE, in the order in which they are shown."""

    number: int
    cell: int
    points: float
    style: Style
    item: PublishedItem | None = None
    theory: Theory | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a form: its number in the blueprint, and the questions in their order on this form."""

    section: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """`id` stands on every page and names the form in every file; `number` counts from 1."""

    id: str
    number: int
    parts: tuple[Part, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for part in self.parts for question in part.questions)


@dataclass(frozen=True, slots=True)
class Exam:
    """`lang` is the language of its texts, `en` or `zh`; the same blueprint, seed, language and number of forms give the same exam."""

    blueprint: Blueprint
    seed: int
    lang: str
    forms: tuple[Form, ...]
