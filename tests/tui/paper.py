"""A small exam made by hand, for tests of sitting it."""

from __future__ import annotations

from quizcv.answers import Choice, Integer
from quizcv.exam.blueprint import Blueprint, ItemCell, Section, Style, TheoryCell
from quizcv.exam.form import Exam, Form, Option, Part, Question, Theory
from quizcv.model import Text
from quizcv.published import Distractor, PublishedItem, Verification

WIDTH = PublishedItem(
    model="conv_output",
    version=1,
    topic="shapes",
    seed=1,
    index=0,
    level=2,
    params={"size": 227, "kernel": 11, "stride": 4},
    stem=Text(
        "A convolution with kernel 11×11 and stride 4 reads a 227×227 map. How wide is its output?",
        "卷积核 11×11、步长 4 的卷积读入 227×227 的特征图。输出宽多少？",
    ),
    answer=Integer("px"),
    key=55,
    distractors=(
        Distractor(56, Text("The division was rounded up.", "除法向上取整了。")),
        Distractor(54, Text("The one was forgotten.", "忘了加一。")),
    ),
    rule=Text(r"$o$", r"$o$"),
    solution=Text(r"$\lfloor (227 - 11)/4 \rfloor + 1 = 55$.", r"$\lfloor (227 - 11)/4 \rfloor + 1 = 55$。"),
    verification=Verification("torch 2.13.0", "cpu", "operation: conv1d", 55, 0.0),
)
LETTERS = PublishedItem(
    **{field: getattr(WIDTH, field) for field in PublishedItem.__dataclass_fields__}
    | {
        "model": "which_one",
        "stem": Text("Which is it?\n\n- a) this\n- b) that", "是哪一个？\n\n- a) 这个\n- b) 那个"),
        "answer": Choice((Text("this", "这个"), Text("that", "那个"))),
        "key": "b",
        "distractors": (),
        "solution": Text("It is that.", "是那个。"),
    }
)
CARD = Theory("card-1", "deck", "What does **dropout** do? \x1b[31m", "It switches units off at random.")

QUESTIONS = (
    Question(1, 0, 2.0, Style.TYPED, item=WIDTH),
    Question(2, 1, 1.0, Style.CHOICE, item=WIDTH, options=(
        Option("56 px", False, "The division was rounded up."), Option("55 px", True), Option("54 px", False, "The one was forgotten."),
    )),
    Question(3, 2, 1.0, Style.TYPED, item=LETTERS),
    Question(4, 3, 4.0, Style.OPEN, theory=CARD),
)  # fmt: skip
BLUEPRINT = Blueprint(
    "Midterm",
    (
        Section("Numbers", (ItemCell(1, 2.0, "conv_output"), ItemCell(1, 1.0, "conv_output", style=Style.CHOICE),
                            ItemCell(1, 1.0, "which_one")), "Do not forget the units."),
        Section("Words 词", (TheoryCell(1, 4.0, ("deck",)),)),
    ),
    instructions="Good luck.",
    minutes=30,
    calculator=False,
    conventions=("Sizes are in pixels.",),
)  # fmt: skip
FORM = Form("K7QPA-01", 1, (Part(0, QUESTIONS[:3]), Part(1, QUESTIONS[3:])))
EXAM = Exam(BLUEPRINT, 7, "en", (FORM,))
