"""What a class answered, from a CSV file: a row for each student, or a row for each answer.

Wide: `student`, `form`, then a column for each question (`3`, `Q3` or `q3`), and `Q3 points` where points were given by hand.
Long: `student`, `form`, `number`, `answer`, and `points` likewise. Columns stand in any order; the form may be left out where there is one.
UTF-8 with or without a byte order mark, fields apart by comma, semicolon or tab. The file is a stranger's: sizes are bounded.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

from quizcv.errors import ExamError
from quizcv.exam.form import Form
from quizcv.model import Fault, Place, Severity

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 2_000
LONGEST_NAME = 200
LONGEST_ANSWER = 20_000  # in words; what is typed for a number is bounded by `quizcv.answers.read`
MOST_FAULTS = 200

_QUESTION = re.compile(r"q?\s?([0-9]{1,4})")
_POINTS = re.compile(r"q?\s?([0-9]{1,4}) points")
_LONG = ("student", "form", "number", "answer", "points")


class ResponsesFaulty(ExamError):
    """Responses that cannot be used, with their faults in the order of the lines (the first `MOST_FAULTS` of them)."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Response:
    """What one student answered on one form, by the numbers of the questions; what is not there is blank. `points` were given by hand."""

    student: str
    form: str
    answers: Mapping[int, str]
    points: Mapping[int, float]


def read(data: bytes, path: str, forms: Sequence[Form]) -> tuple[Response, ...]:
    """The responses of a file, in its order; `path` is as the person typed it.

    Raises:
        ResponsesFaulty: with all faults, in the order of the lines.
    """
    return _Reader(path, forms).responses(data)


class _Full(Exception):
    """There are as many faults as anybody wants to read."""


@dataclass(slots=True)
class _Sheet:
    """A response as it grows, and where it began."""

    line: int
    answers: dict[int, str]
    points: dict[int, float]


class _Reader:
    def __init__(self, path: str, forms: Sequence[Form]) -> None:
        self.path = path
        self.forms = {form.id.casefold(): form for form in forms}
        self.asked = {form.id: {question.number: question.points for question in form.questions} for form in forms}
        self.faults: list[Fault] = []
        self.sheets: dict[tuple[str, str], _Sheet] = {}

    def responses(self, data: bytes) -> tuple[Response, ...]:
        with suppress(_Full):
            self.read(data)
        if self.faults:
            raise ResponsesFaulty(sorted(self.faults, key=lambda fault: fault.place.line))
        return tuple(
            Response(student, form, sheet.answers, sheet.points) for (student, form), sheet in self.sheets.items()
        )

    def fault(self, line: int, column: str, message: str, hint: str = "") -> None:
        place = Place(self.path, line)
        said = f"{_shown(column)}: {message}" if column else message
        self.faults.append(Fault(place, Severity.FAULT, "responses", said, hint))
        if len(self.faults) >= MOST_FAULTS:
            raise _Full

    def read(self, data: bytes) -> None:
        rows = self.rows(self.text(data))
        line, header = next(rows, (1, []))
        if not header:
            if not self.faults:
                self.fault(
                    1, "", "There is nothing in this file.", "Its first line names the columns: student,form,1,2,…"
                )
            return
        columns = self.columns(line, header)
        if self.faults:
            return  # without its columns no row can be read
        for count, (line, row) in enumerate(rows, start=1):
            if count > MOST_ROWS:
                self.fault(line, "", f"There are more than {MOST_ROWS:,} rows.")
                return
            self.row(line, row, columns)

    # --- bytes -> rows ---

    def text(self, data: bytes) -> str:
        if len(data) > MOST_BYTES:
            self.fault(1, "", f"The file is larger than {MOST_BYTES // 2**20} MiB.")
            return ""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.fault(line, "", "This is not UTF-8.", "Save it as “CSV UTF-8” in your spreadsheet.")
            return ""

    def rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not empty, with the line on which it begins; fields without spaces around them."""
        first = re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
        line = 1
        try:
            for row in reader:
                fields = [field.strip() for field in row]
                if any(fields):
                    yield line, fields
                line = reader.line_num + 1
        except csv.Error as error:
            self.fault(line, "", f"This is not CSV: {error}.", "Is a quotation mark missing, or one too many?")

    # --- the header ---

    def columns(self, line: int, header: list[str]) -> dict[str, int]:
        """The place of every column: `student`, `form`, and `answer 3`, `points 3`, or those of the long form."""
        if len(header) > MOST_COLUMNS:
            self.fault(line, "", f"{len(header):,} columns are more than {MOST_COLUMNS:,}.")
            return {}
        names = [" ".join(name.casefold().split()) for name in header]
        long = "number" in names and "answer" in names
        found: dict[str, int] = {}
        for place, name in enumerate(names):
            if not name:
                continue  # a spreadsheet's empty column; a row that has something there is told
            column = (name if name in _LONG else "") if long else self.wide(line, name)
            if not column and long:
                self.fault(line, header[place], "There is no such column.", f"Known here: {', '.join(_LONG)}.")
            elif column in found:
                self.fault(line, header[place], f"This is a second column for {_shown(header[found[column]])}.")
            elif column:
                found[column] = place
        if "student" not in found:
            self.fault(
                line, "student", "This column is missing.", "The first line names the columns: student,form,1,2,…"
            )
        if "form" not in found and len(self.forms) > 1:
            self.fault(line, "form", "This column is missing, and there are several forms.", self.known())
        return found

    def wide(self, line: int, name: str) -> str:
        if name in ("student", "form"):
            return name
        for pattern, kind in ((_QUESTION, "answer"), (_POINTS, "points")):
            if match := pattern.fullmatch(name):
                number = int(match[1])
                if any(number in asked for asked in self.asked.values()):
                    return f"{kind} {number}"
                self.fault(line, name, f"There is no question {number} on these forms.")
                return ""
        self.fault(line, name, "There is no such column.", "Columns are student, form, 1, 2, … and `Q3 points`.")
        return ""

    # --- a row ---

    def row(self, line: int, row: list[str], columns: Mapping[str, int]) -> None:
        said = {column: row[place] for column, place in columns.items() if place < len(row)}
        if sum(map(bool, row)) > sum(map(bool, said.values())):
            hint = "An answer with a comma or semicolon in it stands between quotation marks."
            self.fault(line, "", "Something on this line is in no column of the first line.", hint)
            return
        student, form = self.student(line, said.get("student", "")), self.form(line, said.get("form", ""))
        if not student or form is None:
            return
        if "number" in columns:
            self.long(line, student, form, said)
            return
        if before := self.sheets.get((student, form.id)):
            self.fault(line, "student", f"{_shown(student)} is on line {before.line} already, on the same form.")
            return
        sheet = self.sheets[student, form.id] = _Sheet(line, {}, {})
        for column, field in said.items():
            kind, _, number = column.partition(" ")
            if number and field:
                self.put(line, column=f"Q{number}", sheet=sheet, form=form, kind=kind, number=int(number), field=field)

    def long(self, line: int, student: str, form: Form, said: Mapping[str, str]) -> None:
        sheet = self.sheets.setdefault((student, form.id), _Sheet(line, {}, {}))
        match = _QUESTION.fullmatch(said.get("number", "").casefold())
        if not match:
            self.fault(line, "number", f"{_shown(said.get('number', ''))} is no number of a question.")
            return
        number = int(match[1])
        if number in sheet.answers:
            self.fault(line, "number", f"{_shown(student)} has an answer to question {number} already.")
            return
        answer, points = said.get("answer", ""), said.get("points", "")
        self.put(line, column="answer", sheet=sheet, form=form, kind="answer", number=number, field=answer)
        if points:
            self.put(line, column="points", sheet=sheet, form=form, kind="points", number=number, field=points)

    def put(self, line: int, *, column: str, sheet: _Sheet, form: Form, kind: str, number: int, field: str) -> None:
        possible = self.asked[form.id].get(number)
        if possible is None:
            self.fault(line, column, f"There is no question {number} on form {form.id}.")
        elif kind == "points":
            points = _number(field)
            if points is None or not 0 <= points <= possible:
                hint = f"Question {number} has {possible:g} points."
                self.fault(line, f"Q{number} points", f"{_shown(field)} is no number of points.", hint)
            else:
                sheet.points[number] = points
        elif len(field) > LONGEST_ANSWER:
            self.fault(line, column, f"{len(field):,} characters are more than {LONGEST_ANSWER:,}.")
        else:
            sheet.answers[number] = field

    def student(self, line: int, said: str) -> str:
        said = " ".join(said.split())
        if not said:
            self.fault(line, "student", "This is missing.")
        elif len(said) > LONGEST_NAME:
            self.fault(line, "student", f"{len(said):,} characters are more than {LONGEST_NAME}.")
        elif any(unicodedata.category(sign) == "Cc" for sign in said):
            self.fault(line, "student", "There are signs in it that cannot be seen.", "Is a quotation mark missing?")
        else:
            return said
        return ""

    def form(self, line: int, said: str) -> Form | None:
        if not said and len(self.forms) == 1:
            return next(iter(self.forms.values()))
        form = self.forms.get(said.casefold())
        if not said:
            self.fault(line, "form", "This is missing, and there are several forms.", self.known())
        elif form is None:
            close = get_close_matches(said[:LONGEST_NAME].upper(), self.asked, n=1)
            self.fault(
                line,
                "form",
                f"There is no form {_shown(said)}.",
                f"Did you mean {close[0]}?" if close else self.known(),
            )
        return form

    def known(self) -> str:
        ids = list(self.asked)
        return f"Forms: {', '.join(ids[:6])}{', …' if len(ids) > 6 else ''}."


def _number(field: str) -> float | None:
    """A number with a point or a decimal comma; nothing else that `float` would take."""
    if not re.fullmatch(r"[0-9]{1,6}([.,][0-9]{1,6})?", field):
        return None
    return float(field.replace(",", "."))


def _shown(text: str) -> str:
    """Of a stranger's text, what fits on a line of a terminal."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in text[:41])
    return plain if len(text) <= 40 else f"{plain[:39]}…"
