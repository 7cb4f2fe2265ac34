"""`quizcv exam …`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.examgrade import grade, stress
from quizcv.cli.examtake import take
from quizcv.cli.itemchoice import complete_topics
from quizcv.cli.options import AsJson, Db, Lang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizcv.exam.assembly import Asked
    from quizcv.exam.blueprint import Blueprint
    from quizcv.exam.form import Exam
    from quizcv.exam.manifest import Manifest
    from quizcv.model import Fault

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", help="Exams: forms, keys, marking."
)


@app.command()
def new(
    out: Annotated[Path, typer.Option("--out", help="Folder for the exam; new or empty.", show_default=False)],
    blueprint: Annotated[
        Path | None, typer.Option("--blueprint", help="A TOML file that says what is asked.", show_default=False)
    ] = None,
    topics: Annotated[
        list[str] | None,
        typer.Option(
            "--topic", help="Instead: a topic; repeat for several.", autocompletion=complete_topics, show_default=False
        ),
    ] = None,
    count: Annotated[
        int, typer.Option("--count", min=1, max=500, help="With --topic: how many questions in all.")
    ] = 10,
    level: Annotated[
        int | None, typer.Option("--level", min=1, max=3, help="With --topic: their level; default: all.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option("--manifest", help="Instead: make an earlier exam again.", show_default=False)
    ] = None,
    forms: Annotated[int, typer.Option("--forms", min=1, max=1000, help="How many forms.")] = 1,
    seed: Annotated[
        int | None, typer.Option("--seed", help="The same seed gives the same exam for ever.", show_default=False)
    ] = None,
    shared: Annotated[bool, typer.Option("--shared", help="The same questions on all forms, in other orders.")] = False,
    formats: Annotated[
        str,
        typer.Option(
            "--format", help="Formats, separated by commas: md, html, pdf, typst, moodle, qti21, canvas, json."
        ),
    ] = "md,json",
    lang: Lang = "",
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Make an exam: forms of equal difficulty with numbers of their own, keys and worked solutions.

    Every number was confirmed by running PyTorch. No question comes twice, on a form or between forms. `manifest.json` in the folder is
    enough to make the same bytes again.

    Example: `quizcv exam new --topic shapes --topic optimizers --count 12 --forms 3 --seed 7 --out midterm`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.exam.assembly import assemble
    from quizcv.exam.manifest import manifest as manifest_of
    from quizcv.exam.manifest import read
    from quizcv.exam.renderers import renderer_named
    from quizcv.exam.writing import check_free, rendered, write

    out = out.expanduser()
    check_free(out)
    again: Manifest | None = None
    if manifest is not None:
        again = read(read_bytes(manifest), str(manifest))
        asked, chosen = again.asked, again.formats
    else:
        chosen = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
        for name in chosen:
            renderer_named(name)
        found = stated(blueprint, topics or [], count, level, as_json=as_json)
        with workspace(db, lang=lang) as ws:
            asked = asked_of(ws, found, forms, seed_of(seed), shared=shared)
    exam = assemble(asked, verifier(), _progress)
    files = rendered(exam, chosen)
    said = manifest_of(asked, exam, chosen, files, _version())
    _same(again, files, out)
    write(files, said, out)
    _tell(exam, out, len(files) + 1, as_json)


@app.command()
def blueprint(
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; default: standard output.", show_default=False)
    ] = None,
) -> None:
    """Write a blueprint to begin with, each field explained.

    Example: `quizcv exam blueprint --out midterm.toml`
    """
    from importlib.resources import files

    from quizcv.errors import UsageError

    text = files("quizcv.exam").joinpath("example.toml").read_text(encoding="utf-8")
    if out is None:
        typer.echo(text, nl=False)
        return
    out = out.expanduser()
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}.", "Name another file.") from error
    typer.echo(f"{out}: change it, then `quizcv exam new --blueprint {out} --out exam`.")


def stated(path: Path | None, topics: list[str], count: int, level: int | None, *, as_json: bool) -> Blueprint:
    """The blueprint of a file, or one of topics: as many questions of each as are there for it."""
    from quizcv.cli.itemchoice import chosen
    from quizcv.errors import UsageError
    from quizcv.exam.blueprint import Blueprint, ItemCell, Section
    from quizcv.exam.reading import BlueprintFaulty, read

    if (path is None) == (not topics):
        raise UsageError("it is not said what to ask.", "Name a --blueprint, or some --topic, or a --manifest.")
    if path is not None:
        try:
            return read(_text(path), str(path))
        except BlueprintFaulty as faulty:
            tell_faults(faulty.faults, as_json)
            raise typer.Exit(1) from faulty
    for topic in topics:
        chosen(None, topic)
    shares = [count // len(topics) + (place < count % len(topics)) for place in range(len(topics))]
    sections = tuple(
        Section(topic, (ItemCell(share, 1.0, topic=topic, level=level),))
        for topic, share in zip(topics, shares, strict=True)
        if share
    )
    return Blueprint(", ".join(topics), sections)


def asked_of(ws: Any, stated: Blueprint, forms: int, seed: int, *, shared: bool) -> Asked:
    from quizcv.exam.assembly import Asked
    from quizcv.exam.blueprint import TheoryCell
    from quizcv.exam.theory import pool

    with ws.store.read() as unit:
        there = pool(unit, [cell for cell in stated.cells if isinstance(cell, TheoryCell)], ws.lang)
    return Asked(stated, forms, seed, ws.lang, lambda cell: there[cell], shared)


def tell_faults(faults: Sequence[Fault], as_json: bool) -> None:
    """Every fault of a file, a line each."""
    if as_json:
        from quizcv.cli.output import fault_dict, write_json

        write_json({"faults": [fault_dict(fault) for fault in faults]})
        return
    for fault in faults:
        typer.echo(str(fault), err=True)


def seed_of(stated: int | None) -> int:
    from random import SystemRandom

    return SystemRandom().getrandbits(31) if stated is None else stated


def verifier() -> Any:
    from quizcv.reference import running
    from quizcv.verify import verified

    def verify(item: Any) -> Any:
        with running():
            return verified(item).published()

    return verify


def _progress(done: int, total: int) -> None:
    import sys

    if sys.stderr.isatty() and total >= 100:
        typer.echo(f"\r{done}/{total} items verified", err=True, nl=done == total)


def read_bytes(path: Path) -> bytes:
    """The contents of a file that the person named.

    Raises:
        UsageError: it cannot be read.
    """
    from quizcv.errors import UsageError

    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}.", "") from error


def _text(path: Path) -> str:
    from quizcv.errors import ExamError

    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExamError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error


def _version() -> str:
    from importlib.metadata import version

    return version("quizcv")


def _same(again: Manifest | None, files: dict[str, bytes], out: Path) -> None:
    """Of an exam that is made again: whether it is the same, byte for byte; else nothing is written."""
    from hashlib import sha256

    from quizcv.errors import ExamError

    if again is None:
        return
    other = [name for name, data in files.items() if again.files.get(name) != sha256(data).hexdigest()]
    if other or set(files) != set(again.files):
        hint = "Other versions of quizcv or of a renderer's library write other bytes; `pip install -c constraints.txt` gives the same."
        raise ExamError(f"not the same files as the manifest says: {', '.join(other[:5]) or 'some are missing'}.", hint)


def _tell(exam: Exam, out: Path, files: int, as_json: bool) -> None:
    ids = [form.id for form in exam.forms]
    if as_json:
        from quizcv.cli.output import write_json

        questions, points = len(exam.forms[0].questions), exam.blueprint.points
        write_json(
            {
                "path": str(out),
                "seed": exam.seed,
                "forms": ids,
                "questions": questions,
                "points": points,
                "files": files,
            }
        )
        return
    shown = ids[0] if len(ids) == 1 else f"{ids[0]} … {ids[-1]}"
    typer.echo(
        f"{out}: {len(ids)} forms ({shown}) of {len(exam.forms[0].questions)} questions, seed {exam.seed}; {files} files."
    )


app.command()(take)
app.command()(grade)
app.command()(stress)
