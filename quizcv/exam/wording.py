"""What every rendering of an exam says around its questions, in both languages."""

from __future__ import annotations

from quizcv.exam.blueprint import Blueprint
from quizcv.exam.form import Exam, Form, Question
from quizcv.model import Text

FORM = Text("Form", "试卷")
PAGE = Text("Page", "页")
NAME = Text("Name", "姓名")
STUDENT = Text("Student number", "学号")
QUESTION = Text("Question", "题目")
ANSWER = Text("Answer", "答案")
SOLUTIONS = Text("Answers and worked solutions", "答案与解析")
KEYS = Text("Answers to all forms", "各卷答案")
MISTAKES = Text("Frequent mistakes", "常见错误")
CONVENTIONS = Text("Conventions", "约定")
SCRATCH = Text("Space for your calculations", "草稿区")
PROOF = Text("Confirmed by PyTorch", "已由 PyTorch 验证")


def points(value: float) -> Text:
    """`2 points`."""
    said = f"{value:g}"
    return Text(f"{said} point" if value == 1 else f"{said} points", f"{said} 分")


def cover(blueprint: Blueprint, questions: int) -> list[Text]:
    """What the cover says below the title, a line each: how much, how long, with what."""
    lines = [
        Text(
            f"{questions} questions, {points(blueprint.points).en}", f"共 {questions} 题，{points(blueprint.points).zh}"
        )
    ]
    if blueprint.minutes is not None:
        unit = "minute" if blueprint.minutes == 1 else "minutes"
        lines.append(Text(f"Time: {blueprint.minutes} {unit}", f"时间：{blueprint.minutes} 分钟"))
    if blueprint.calculator is not None:
        lines.append(
            Text("Calculators are allowed.", "可以使用计算器。")
            if blueprint.calculator
            else Text("No calculators.", "不得使用计算器。")
        )
    return lines


def stem(question: Question, lang: str) -> str:
    """The question itself, Markdown."""
    if question.item is not None:
        return question.item.stem.in_(lang)
    assert question.theory is not None
    return question.theory.front


def solution(question: Question, lang: str) -> str:
    """The worked solution, or what a card wants to hear, Markdown."""
    if question.item is not None:
        return question.item.solution.in_(lang)
    assert question.theory is not None
    return question.theory.back


def key(question: Question) -> str:
    """The right answer as it is written: the letter of the right option, a value with its unit, or a card's answer (Markdown)."""
    if question.options:
        return letter([option.right for option in question.options].index(True))
    if question.item is not None:
        from quizcv.answers import written

        return written(question.item.key, question.item.answer)
    assert question.theory is not None
    return question.theory.back


def letter(place: int) -> str:
    """Of an option, from its place on: A, B, C …"""
    return "ABCDEFGH"[place]


def heading(exam: Exam, form: Form) -> str:
    """`Midterm — Form K7QPA-01`."""
    return f"{exam.blueprint.title} — {FORM.in_(exam.lang)} {form.id}"


#: For platforms that compare an answer letter by letter.
ASCENDING = Text("Write the indices in ascending order.", "序号请从小到大写。")
SCIENTIFIC = Text("Write the number like this: 1.23e-5", "请按 1.23e-5 的形式写。")
PRACTICE = Text("Practice", "练习")
