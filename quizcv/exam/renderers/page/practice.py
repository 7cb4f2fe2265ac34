"""A form as a page that asks, marks and explains in the browser, without a server. Its keys stand in it: it is for practice."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

from quizcv.answers import script
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Question
from quizcv.exam.renderers.page import document, resource, text
from quizcv.itemtable import table
from quizcv.model import Text
from quizcv.published import PublishedItem

_NOTHING = Text("", "")
#: What could end the block of data or begin another.
_TROUBLE = re.compile(r"[<>&\u2028\u2029]")


def page(exam: Exam, form: Form) -> bytes:
    """The whole page, in the language of the exam."""
    lang, blueprint = exam.lang, exam.blueprint
    facts = " · ".join(
        (f"{wording.FORM.in_(lang)} {form.id}", wording.cover(blueprint, len(form.questions))[0].in_(lang))
    )
    blocks = [
        '<header id="bar"><div><span id="progress"></span><span id="score"></span></div><div id="track"><i></i></div></header>',
        f'<main>\n<div class="title text" role="heading" aria-level="1">{text(blueprint.title)}</div>',
        f'<div class="subtitle">{escape(facts)}</div>',
    ]
    if blueprint.instructions:
        blocks.append(f'<div class="lead text">{text(blueprint.instructions)}</div>')
    if blueprint.conventions:
        stated = "".join(f'<li><div class="text">{text(line)}</div></li>' for line in blueprint.conventions)
        blocks.append(
            f'<details class="box"><summary>{wording.CONVENTIONS.in_(lang)}</summary><ul>{stated}</ul></details>'
        )
    for part in form.parts:
        section = blueprint.sections[part.section]
        if section.title:
            blocks.append(f'<div class="section text" role="heading" aria-level="2">{text(section.title)}</div>')
        if section.instructions:
            blocks.append(f'<div class="sectionlead text">{text(section.instructions)}</div>')
        blocks += (_question(question, lang) for question in part.questions)
    blocks.append('<section id="end" tabindex="-1" aria-live="polite" hidden></section>\n</main>')
    blocks.append(f'<script type="application/json" id="data">{_data(form, lang)}</script>')
    title = f"{wording.heading(exam, form)}: {wording.PRACTICE.in_(lang)}"
    return document(title, lang, "\n".join(blocks), ("page.css", "practice.css"), _script())


def proof(question: Question, lang: str) -> str:
    """By what the key was confirmed; nothing for a card."""
    if question.item is None:
        return ""
    return f'<div class="proof">✓ {wording.PROOF.in_(lang)} ({escape(question.item.verification.witness)})</div>'


def _question(question: Question, lang: str) -> str:
    worked = f'<div class="solution text">{text(wording.solution(question, lang))}</div>'
    options = "".join(
        f'<button type="button" class="choice"><span class="letter">{wording.letter(place)}</span>'
        f'<span class="mark" aria-hidden="true"></span><div class="text">{text(option.text)}</div></button>'
        for place, option in enumerate(question.options)
    )
    return (
        f'<section class="question" id="q{question.number}" tabindex="-1" aria-label="{wording.QUESTION.in_(lang)} {question.number}">'
        f'<div class="head"><span class="number">{question.number}</span>'
        f'<span class="worth">{wording.points(question.points).in_(lang)}</span></div>'
        f'<div class="stem text">{text(wording.stem(question, lang))}</div>'
        + (f'<div class="choices">{options}</div>' if options else "")
        + f'<div class="asking"></div><div class="said" aria-live="polite"></div>'
        f'<div class="after" hidden>{worked}{proof(question, lang)}</div><div class="onward"></div></section>'
    )


def _data(form: Form, lang: str) -> str:
    """What the script must know: the table of the items that are typed, and what each question wants."""
    items: list[PublishedItem] = []
    questions: list[dict[str, Any]] = []
    for question in form.questions:
        asked: dict[str, Any] = {"number": question.number, "points": question.points}
        if question.options:
            asked["right"] = [option.right for option in question.options].index(True)
            asked["why"] = [text(option.misconception) if option.misconception else "" for option in question.options]
        elif question.item is not None:
            asked["item"] = len(items)
            items.append(_marked_only(question.item, lang))
        questions.append(asked)
    listed = json.dumps({"questions": questions}, ensure_ascii=False, sort_keys=True)
    whole = f'{listed[:-1]}, "table": {table(items, _NOTHING, text)}}}'
    return _TROUBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", whole)


def _marked_only(item: PublishedItem, lang: str) -> PublishedItem:
    """What marking needs of an item, in one language: the rest stands in the page."""
    wrong = tuple(replace(one, misconception=_only(one.misconception.in_(lang))) for one in item.distractors)
    return replace(item, stem=_NOTHING, rule=_NOTHING, solution=_NOTHING, distractors=wrong)


def _only(said: str) -> Text:
    return Text(said, said)


@cache
def _script() -> str:
    """One function, without its comments."""
    lines = (script.source() + resource("practice.js")).splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("//")]
    return "\n".join(['(function () {"use strict";', *kept, "})();"])
