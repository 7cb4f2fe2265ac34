"""Responses of a class: read as teachers' spreadsheets write them, refused with the line and column of every fault."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv.exam import responses
from quizcv.exam.blueprint import Style
from quizcv.exam.form import Form, Part, Question, Theory
from quizcv.exam.responses import LONGEST_ANSWER, MOST_BYTES, MOST_FAULTS, Response, ResponsesFaulty, read


def form(name: str, count: int = 3) -> Form:
    questions = (
        Question(n, 0, 2.0, Style.OPEN, theory=Theory(f"{name}-{n}", "d", "?", "!")) for n in range(1, count + 1)
    )
    return Form(name, 1, (Part(0, tuple(questions)),))


ONE, TWO = [form("K7QPA-01")], [form("K7QPA-01"), form("K7QPA-02", 4)]
ADA = Response("Ada", "K7QPA-01", {1: "112", 3: "55x55x96"}, {3: 1.5})

SAME = {
    "wide": "student,form,1,3,Q3 points\nAda,K7QPA-01,112,55x55x96,1.5\n",
    "in any order, q and Q": "Q3,q3 POINTS,form,q1,Student\n55x55x96,1.5,k7qpa-01,112,Ada\n",
    "semicolons and decimal commas": "student;form;1;3;Q3 points\nAda;K7QPA-01;112;55x55x96;1,5\n",
    "tabs": "student\tform\t1\t3\tQ3 points\nAda\tK7QPA-01\t112\t55x55x96\t1.5\n",
    "lines of Windows, empty lines, empty columns": "\r\nstudent,form,1,3,Q3 points,,\r\n\r\n Ada ,K7QPA-01,112,55x55x96,1.5,,\r\n,,\r\n",
    "lines of old Macs": "student,form,1,3,Q3 points\rAda,K7QPA-01,112,55x55x96,1.5\r",
    "a question without an answer": "student,form,1,2,3,Q2 points,Q3 points\nAda,K7QPA-01,112,,55x55x96,,1.5\n",
    "long": "student,form,number,answer,points\nAda,K7QPA-01,1,112,\nAda,K7QPA-01,Q3,55x55x96,1.5\n",
}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_one_class_in_all_forms_of_a_file(text: str, mark: bytes) -> None:
    """Delimiters, orders of columns, wide and long: the same responses."""
    assert read(mark + text.encode(), "class.csv", TWO) == (ADA,)


def test_the_form_may_be_left_out_where_there_is_one() -> None:
    """As a column, or in a row."""
    assert read(b"student,1\nAda,112\n", "c.csv", ONE)[0].form == "K7QPA-01"
    assert read(b"student,form,1\nAda,,112\n", "c.csv", ONE)[0].form == "K7QPA-01"


def test_a_student_may_sit_two_forms() -> None:
    """But each of them once."""
    told = read(b"student,form,1\nAda,K7QPA-01,1\nAda,K7QPA-02,2\n", "c.csv", TWO)
    assert [(one.form, one.answers) for one in told] == [("K7QPA-01", {1: "1"}), ("K7QPA-02", {1: "2"})]


def test_names_are_those_of_people() -> None:
    """Chinese, with wide spaces, with joiners; delimiters and lines within quotation marks."""
    text = 'student,1\n张\u3000三,"1,024"\n"Curie, Marie","two\nlines"\nعلی\u200cرضا,3\n'
    told = read(text.encode(), "c.csv", ONE)
    assert [one.student for one in told] == ["张 三", "Curie, Marie", "علی\u200cرضا"]
    assert [one.answers[1] for one in told] == ["1,024", "two\nlines", "3"]


WIDE = "student,form,1,2\n"
FAULTS: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 1, "There is nothing in this file."),
    "only empty lines": (b"\n,,\n", 1, "There is nothing in this file."),
    "not UTF-8": ("student,1\nA,1\nJosé,2\n".encode("latin-1"), 3, "This is not UTF-8."),
    "UTF-16": ("student,1\nA,1\n".encode("utf-16"), 1, "This is not UTF-8."),
    "an open quotation mark": (b'student,form,1\nA,K7QPA-01,1\n"B,K7QPA-01,2\nC,3\n', 3, "This is not CSV"),
    "no student column": (b"form,1\nK7QPA-01,1\n", 1, "student: This column is missing."),
    "no form column": (b"student,1\nA,1\n", 1, "form: This column is missing, and there are several forms."),
    "an unknown column": (b"student,form,1,remark\nA,K7QPA-01,1,x\n", 1, "remark: There is no such column."),
    "an unknown column, long": (b"student,form,number,answer,x\n", 1, "x: There is no such column."),
    "an unknown number": (b"student,form,9\nA,K7QPA-01,1\n", 1, "9: There is no question 9 on these forms."),
    "points of an unknown number": (b"student,form,Q0 points\n", 1, "q0 points: There is no question 0"),
    "a column twice": (b"student,form,3,Q3\n", 1, "Q3: This is a second column for 3."),
    "a number of another form": (b"student,form,4\nA,K7QPA-01,1\n", 2, "Q4: There is no question 4 on form K7QPA-01."),
    "no student": (f"{WIDE}A,K7QPA-01,1,2\n ,K7QPA-01,1,2\n".encode(), 3, "student: This is missing."),
    "no form": (f"{WIDE}A,,1,2\n".encode(), 2, "form: This is missing"),
    "an unknown form": (f"{WIDE}A,K7QPA-03,1,2\n".encode(), 2, "form: There is no form K7QPA-03. Did you mean K7QPA-0"),
    "a form of another exam": (f"{WIDE}A,x,1,2\n".encode(), 2, "There is no form x. Forms: K7QPA-01, K7QPA-02."),
    "a student twice": (f"{WIDE}A,K7QPA-01,1,2\nB,K7QPA-01,,\nA,k7qpa-01,,\n".encode(), 4, "student: A is on line 2 already"),
    "too many fields": (f"{WIDE}A,K7QPA-01,1,024,2\n".encode(), 2, "Something on this line is in no column"),
    "a long student": (f"{WIDE}{'A' * 201},K7QPA-01,1,2\n".encode(), 2, "student: 201 characters are more than 200."),
    "a student of control signs": (f"{WIDE}A\0,K7QPA-01,1,2\n".encode(), 2, "signs in it that cannot be seen"),
    "a long answer": (f"{WIDE}A,K7QPA-01,1,{'2' * 20_001}\n".encode(), 2, "Q2: 20,001 characters are more than 20,000."),
    "a longer answer": (f"{WIDE}A,K7QPA-01,1,{'2' * 200_000}\n".encode(), 2, ""),
    "no points": (b"student,form,Q1 points\nA,K7QPA-01,good\n", 2, "Q1 points: good is no number of points."),
    "no finite points": (b"student,form,Q1 points\nA,K7QPA-01,nan\n", 2, "Q1 points: nan is no number of points."),
    "too many points": (b"student,form,Q1 points\nA,K7QPA-01,2.5\n", 2, "2.5 is no number of points. Question 1 has 2 points."),
    "negative points": (b"student,form,Q1 points\nA,K7QPA-01,-1\n", 2, "-1 is no number of points."),
    "no number, long": (b"student,form,number,answer\nA,K7QPA-01,x,1\n", 2, "number: x is no number of a question."),
    "a number twice, long": (b"student,form,number,answer\nA,K7QPA-01,1,1\nA,K7QPA-01,q1,1\n", 3, "A has an answer to question 1 already."),
    "an unknown number, long": (b"student,form,number,answer\nA,K7QPA-01,4,1\n", 2, "answer: There is no question 4 on form K7QPA-01."),
}  # fmt: skip


@pytest.mark.parametrize(("data", "line", "message"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_told_with_its_place(data: bytes, line: int, message: str) -> None:
    """The line, the column, what was found; nothing else."""
    with pytest.raises(ResponsesFaulty) as refused:
        read(data, "class.csv", TWO)
    (fault,) = refused.value.faults
    assert str(fault).startswith(f"class.csv:{line}:1: fault: ")
    assert message in str(fault)
    assert len(str(fault)) < 300


def test_all_faults_are_told_at_once() -> None:
    """In the order of the lines, and not without end."""
    text = f"{WIDE},K7QPA-01,1,2\nA,x,1,2\nB,K7QPA-01,1,2\nB,K7QPA-01,1,2\n"
    with pytest.raises(ResponsesFaulty) as refused:
        read(text.encode(), "c.csv", TWO)
    assert [fault.place.line for fault in refused.value.faults] == [2, 3, 5]
    with pytest.raises(ResponsesFaulty) as refused:
        read((WIDE + "A,x,1,2\n" * 5000).encode(), "c.csv", TWO)
    assert len(refused.value.faults) == MOST_FAULTS


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the file, of its columns, of its rows."""
    with pytest.raises(ResponsesFaulty, match="larger than 32 MiB"):
        read(b"a" * (MOST_BYTES + 1), "c.csv", ONE)
    with pytest.raises(ResponsesFaulty, match="columns are more than"):
        read(b"student" + b",1" * 3000, "c.csv", ONE)
    monkeypatch.setattr(responses, "MOST_ROWS", 3)
    with pytest.raises(ResponsesFaulty, match=r"c\.csv:5:1: fault: There are more than 3 rows"):
        read(b"student,1\n" + b"".join(b"%d,1\n" % n for n in range(4)), "c.csv", ONE)
    assert len(read(b"student,1\na,%b\n" % (b"x" * LONGEST_ANSWER), "c.csv", ONE)) == 1


@given(
    st.binary(max_size=200) | st.text(alphabet='student,form;123Qpoints"\n\r\t\0 K7QPA-0', max_size=200).map(str.encode)
)
def test_anything_is_read_or_refused(data: bytes) -> None:
    """No file of a stranger raises anything else."""
    with suppress(ResponsesFaulty):
        assert all(one.student and one.form in ("K7QPA-01", "K7QPA-02") for one in read(data, "c.csv", TWO))


@given(
    st.dictionaries(
        st.text(alphabet="abc张;,\"'é", min_size=1, max_size=8),
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), max_size=9), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(",;\t"),
)
def test_what_a_spreadsheet_writes_is_read_back(answers: dict[str, list[str]], delimiter: str) -> None:
    """Every student with every answer, in the order of the file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [["student", 1, 2, 3], *([who, *said] for who, said in answers.items())]
    )
    told = read(out.getvalue().encode("utf-8-sig"), "c.csv", ONE)
    assert {one.student: [one.answers.get(n, "") for n in (1, 2, 3)] for one in told} == answers
    assert [one.student for one in told] == list(answers)
