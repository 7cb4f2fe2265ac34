"""Exams as JSON, for programs: `docs/exam.schema.json` says what stands where, and `read` brings a form back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quizcv.errors import ExamError
from quizcv.exam.blueprint import Style, from_json
from quizcv.exam.form import Exam, Form, Option, Part, Question, Theory
from quizcv.published import PublishedItem

FORMAT, VERSION = "quizcv exam form", 1


class JsonRenderer:
    """A file for each form, with keys and solutions: what `exam take` and `exam grade` read."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        return {f"{form.id}.json": _bytes(form_json(exam, form)) for form in exam.forms}


def _bytes(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def form_json(exam: Exam, form: Form) -> dict[str, Any]:
    """One form with all that is needed to show, mark and explain it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": form.id,
        "number": form.number,
        "forms": len(exam.forms),
        "seed": exam.seed,
        "lang": exam.lang,
        "blueprint": exam.blueprint.to_json(),
        "parts": [
            {"section": part.section, "questions": [_question(question) for question in part.questions]}
            for part in form.parts
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": question.number,
        "cell": question.cell,
        "points": question.points,
        "style": question.style.value,
    }
    if question.item is not None:
        said["item"] = question.item.to_json()
    if (card := question.theory) is not None:
        said["theory"] = {
            "key": card.key,
            "deck": card.deck,
            "front": card.front,
            "back": card.back,
            "wrong": list(card.wrong),
        }
    if question.options:
        said["options"] = [
            {"text": option.text, "right": option.right, "misconception": option.misconception}
            for option in question.options
        ]
    return said


def read(data: bytes, path: str) -> tuple[Exam, Form]:
    """A form that `JsonRenderer` wrote, and the exam as far as that form tells: with this one form.

    Raises:
        ExamError: it is not such a file, or a newer one.
    """
    hint = "`quizcv exam new --format json` writes such files."
    try:
        said = json.loads(data)
        if said["format"] != FORMAT:
            raise ExamError(f"{path} is not a form of an exam.", hint)
        if said["version"] != VERSION:
            raise ExamError(f"{path} was written by a newer quizcv (version {said['version']}).", "Upgrade quizcv.")
        parts = tuple(
            Part(part["section"], tuple(_read_question(question) for question in part["questions"]))
            for part in said["parts"]
        )
        form = Form(said["id"], said["number"], parts)
        return Exam(from_json(said["blueprint"]), said["seed"], said["lang"], (form,)), form
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ExamError(f"{path} cannot be read as a form of an exam ({error!r:.80}).", hint) from error


def _read_question(said: Mapping[str, Any]) -> Question:
    card = said.get("theory")
    return Question(
        number=said["number"],
        cell=said["cell"],
        points=said["points"],
        style=Style(said["style"]),
        item=PublishedItem.from_json(said["item"]) if "item" in said else None,
        theory=Theory(card["key"], card["deck"], card["front"], card["back"], tuple(card["wrong"])) if card else None,
        options=tuple(Option(one["text"], one["right"], one["misconception"]) for one in said.get("options", ())),
    )
