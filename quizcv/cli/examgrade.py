"""`quizcv exam grade` and `quizcv exam stress`"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.itemchoice import Level, Models, Seed, Topic
from quizcv.cli.options import AsJson

if TYPE_CHECKING:
    from quizcv.exam.analysis import Analysis
    from quizcv.exam.form import Form
    from quizcv.exam.marks import MarkedClass
    from quizcv.exam.stress import Stress

#: How many rows of a list are written out before the rest is only counted.
SHOWN = 20
BAR = 40


def grade(
    form: Annotated[
        Path, typer.Argument(metavar="FORM", help="A form as JSON, or the exam's folder for all its forms.")
    ],
    responses: Annotated[
        Path, typer.Argument(metavar="RESPONSES", help="CSV: student, form, then a column for each number.")
    ],
    near: Annotated[
        float, typer.Option("--near", min=0, max=1, help="Share of the points for a nearly right answer.")
    ] = 0.0,
    penalty: Annotated[float, typer.Option("--penalty", min=0, max=1, help="Share taken off for a wrong one.")] = 0.0,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the tables as CSV; new or empty.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mark a class: scores, misconceptions, what could not be read, and how good the questions were.

    Answers are read as kindly as in a review; what cannot be read is listed apart, never marked wrong. Theory in words is marked by hand:
    give its points in a column `Q3 points`. Per question: facility (share of the points earned), corrected point-biserial, D-index
    (upper against lower 27 %); for the exam: mean, SD, Cronbach's α, SEM, and a histogram.

    Example: `quizcv exam grade midterm answers.csv --near 0.5 --out marks`
    """
    from quizcv.cli.exam import read_bytes, tell_faults
    from quizcv.exam.analysis import analyse
    from quizcv.exam.marks import Rule, mark_class
    from quizcv.exam.responses import ResponsesFaulty, read
    from quizcv.exam.writing import check_free

    if out is not None:
        out = out.expanduser()
        check_free(out)
    forms, lang = _forms(form.expanduser())
    try:
        given = read(read_bytes(responses), str(responses), forms)
    except ResponsesFaulty as faulty:
        tell_faults(faulty.faults, as_json)
        raise typer.Exit(1) from faulty
    marked = mark_class(forms, given, lang, Rule(near=near, penalty=penalty))
    looked = analyse(marked)
    if out is not None:
        tables = {"scores": marked.totals(), "answers": marked.rows(), "items": looked.rows()}
        _write(out, tables | {"distractors": looked.distractors(), "exam": looked.summary()})
    if as_json:
        from quizcv.cli.output import write_json

        write_json({**marked.to_json(), "analysis": looked.to_json()})
        return
    _tell(marked, looked)
    if out is not None:
        typer.echo(f"\n{out}: scores.csv, answers.csv, items.csv, distractors.csv, exam.csv.")


def stress(
    models: Models = None,
    topic: Topic = "",
    count: Annotated[int, typer.Option("--count", min=1, max=100_000, help="Items of each model and level.")] = 1000,
    level: Level = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Look at item models before they are trusted with an exam: time, refused samples, repeated questions, where the key stands.

    A key that is nearly always the largest or the smallest of its options gives itself away. The statistic (chi²) asks whether it stands
    everywhere alike; a small probability says no. Times are in seconds.

    Example: `quizcv exam stress conv_output adam_step --count 1000`
    """
    from quizcv.cli.itemchoice import chosen
    from quizcv.exam.stress import Stress
    from quizcv.exam.stress import stress as look
    from quizcv.model import LEVELS

    asked = chosen(models, topic, everything=False)
    wanted = [(model, one) for model in asked for one in ((level,) if level else LEVELS) if model.at(one)]
    if as_json:
        from quizcv.cli.output import write_json

        for model, one in wanted:
            write_json(look(model, one, count, seed).to_json())
        return
    typer.echo(_line(Stress.header()))
    for model, one in wanted:
        typer.echo(_line(_shown(look(model, one, count, seed))))


def _shown(found: Stress) -> tuple[str, ...]:
    return found.row()


def _line(cells: Iterable[str]) -> str:
    first, *rest = cells
    return f"{first:<28}" + "".join(f"{cell:>14}" for cell in rest)


def _forms(path: Path) -> tuple[list[Form], str]:
    """The forms of a folder or a file, and their language.

    Raises:
        ExamError: there is none, or they belong to several exams.
    """
    from quizcv.cli.exam import read_bytes
    from quizcv.errors import ExamError
    from quizcv.exam.manifest import NAME
    from quizcv.exam.renderers.jsonform import read

    files = sorted(one for one in path.glob("*.json") if one.name != NAME) if path.is_dir() else [path]
    if not files:
        raise ExamError(
            f"{path} has no forms as JSON.",
            "Make the exam with --format json (with its manifest, if it was made without).",
        )
    found = [read(read_bytes(file), str(file)) for file in files]
    if len({(exam.seed, exam.lang, form.id.partition("-")[0]) for exam, form in found}) > 1:
        raise ExamError(f"the forms in {path} belong to several exams.", "Name one folder, or one form.")
    return [form for _exam, form in found], found[0][0].lang


def _write(folder: Path, tables: Mapping[str, Iterable[tuple[str, ...]]]) -> None:
    """The tables as CSV files, all or none."""
    from io import StringIO

    from quizcv.exam.writing import place

    files = {}
    for name, rows in tables.items():
        text = StringIO()
        csv.writer(text).writerows(rows)
        files[f"{name}.csv"] = b"\xef\xbb\xbf" + text.getvalue().encode()  # Excel shows Chinese only behind this mark
    place(files, folder)


def _tell(marked: MarkedClass, looked: Analysis) -> None:
    for student, form, total, possible, percent, unmarked in list(marked.totals())[1 : SHOWN + 1]:
        by_hand = f"  to be marked by hand: {unmarked}" if unmarked else ""
        typer.echo(f"{student:<24} {form}  {total:>7} of {possible}  {percent:>5} %{by_hand}")
    if len(marked.sheets) > SHOWN:
        typer.echo(f"… and {len(marked.sheets) - SHOWN} more; --out writes all.")
    mean, deviation = _number(looked.mean, 2), _number(looked.deviation, 2)
    alpha, error = _number(looked.alpha, 3), _number(looked.error, 2)
    typer.echo(f"\n{looked.count} sheets, mean {mean} of {looked.possible:g}, SD {deviation}, α {alpha}, SEM {error}")
    most = max(looked.histogram, default=0)
    for place, sheets in enumerate(looked.histogram):
        bar = "█" * round(BAR * sheets / most) if most else ""
        typer.echo(f"{place * 10:>3}–{place * 10 + 10:<3} % {sheets:>5} {bar}")
    typer.echo(f"\n{'question':<34}{'n':>5}{'facility':>10}{'r':>8}{'D':>8}")
    for item in looked.items:
        name = f"{item.number or f'cell {item.cell + 1}.{item.place + 1}'} {item.model or 'theory'}"
        values = "".join(f"{_number(value, 2):>8}" for value in (item.correlation, item.discrimination))
        typer.echo(f"{name:<34}{item.count:>5}{_number(item.facility, 2):>10}{values}")
    if marked.misconceptions:
        typer.echo("\nMisconceptions, the most frequent first:")
    for tally in marked.misconceptions[:SHOWN]:
        typer.echo(f"{tally.count:>5}  {tally.share:>4.0%} of sheets  {tally.misconception}")
    if marked.malformed:
        typer.echo(f"\n{len(marked.malformed)} answers could not be read; none was marked wrong:")
    for one in marked.malformed[:SHOWN]:
        typer.echo(f"  {one.student}, {one.form}, {one.number}: {one.typed!r}. {one.why}")


def _number(value: Any, places: int) -> str:
    return "–" if value is None else f"{value:.{places}f}"
