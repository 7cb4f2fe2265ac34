"""`quizcv exam take`"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.itemchoice import complete_topics
from quizcv.cli.options import Db, Lang, LearnerName
from quizcv.cli.terminal import let_letters_pass, needs_a_screen

if TYPE_CHECKING:
    from quizcv.exam.form import Exam, Form
    from quizcv.exam.sitting import Result

#: Beside the database: the sitting that was left, with its form.
KEPT = "sitting.json"


def take(
    form: Annotated[
        Path | None, typer.Option("--form", help="A form as JSON, of `exam new`.", show_default=False)
    ] = None,
    blueprint: Annotated[
        Path | None, typer.Option("--blueprint", help="Instead: a form of this blueprint.", show_default=False)
    ] = None,
    topics: Annotated[
        list[str] | None,
        typer.Option("--topic", help="Instead: a topic; repeat.", autocompletion=complete_topics, show_default=False),
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=500, help="With --topic: questions in all.")] = 10,
    level: Annotated[int | None, typer.Option("--level", min=1, max=3, help="With --topic: their level.")] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", min=1, help="Time; default: the blueprint's.")] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="The same seed gives the same form.", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the exam that was left.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Begin anew; the exam that was left is given up.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line, without a full screen.")] = False,
    practise: Annotated[bool, typer.Option("--practise", help="Let the reviews bring back what was missed.")] = False,
    lang: Lang = "",
    learner: LearnerName = "",
    db: Db = "",
) -> None:
    """Sit an exam: move between questions, mark some for later, hand in, then see the score and the worked solutions.

    Leaving keeps everything; `--resume` goes on, and time away does not count. What cannot be read is asked again, never marked wrong.
    With `--practise` each missed question counts as a failed review of the card that asks it: it comes again today and tomorrow.

    Example: `quizcv exam take --topic shapes --count 8 --minutes 20`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.errors import UsageError

    if resume and (form or blueprint or topics):
        raise UsageError("--resume goes on with the exam that was left.", "Leave --form, --blueprint and --topic out.")
    if not plain:
        needs_a_screen("an exam", "exam take")
    with workspace(db, learner, lang) as ws:
        kept = _kept(ws)
        if kept.exists() and not resume and not discard:
            raise UsageError("an exam was left unfinished.", "--resume goes on with it, --discard gives it up.")
        said = _left(kept) if resume else None
        exam, one = _form(ws, form, blueprint, topics or [], count, level, seed, said)
        result = _sit(ws, exam, one, minutes, kept, said, plain=plain)
        if result is None:
            typer.echo("Kept. `quizcv exam take --resume` goes on.")
            return
        with suppress(OSError):
            kept.unlink()
        _tell(result)
        if practise:
            _practise(ws, result)


def _kept(ws: Any) -> Path:
    """Where a sitting that is left is kept: beside the database, or where the platform keeps data."""
    import platformdirs

    from quizcv.config import APP

    beside: Path | None = ws.store.path
    return (beside.parent if beside else platformdirs.user_data_path(APP)) / KEPT


def _left(path: Path) -> Mapping[str, Any]:
    """The sitting that was left, with its form.

    Raises:
        ExamError: there is none, or it cannot be read.
    """
    from quizcv.errors import ExamError

    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(said, dict) and {"form", "sitting"} <= said.keys():
            return said
    except FileNotFoundError as error:
        raise ExamError("no exam was left.", "`quizcv exam take --topic shapes` begins one.") from error
    except (OSError, ValueError) as error:
        raise ExamError(f"{path} cannot be read: {error}.", "Begin another exam.") from error
    raise ExamError(f"{path} is not an exam that was left.", "Begin another exam.")


def _form(
    ws: Any, path: Path | None, blueprint: Path | None, topics: list[str], count: int, level: int | None, seed: int | None,
    said: Mapping[str, Any] | None,
) -> tuple[Exam, Form]:  # fmt: skip
    """The form to sit: the one that was left, that of a file, or a new one."""
    from quizcv.cli.exam import asked_of, read_bytes, seed_of, stated, verifier
    from quizcv.errors import UsageError
    from quizcv.exam.assembly import assemble
    from quizcv.exam.renderers.jsonform import read

    if said is not None:
        return read(json.dumps(said["form"]).encode(), KEPT)
    if path is not None:
        if blueprint or topics:
            raise UsageError("--form is a whole form.", "Leave --blueprint and --topic out.")
        return read(read_bytes(path), str(path))
    asked = asked_of(ws, stated(blueprint, topics, count, level, as_json=False), 1, seed_of(seed), shared=False)
    exam = assemble(asked, verifier())
    return exam, exam.forms[0]


def _sit(
    ws: Any, exam: Exam, form: Form, minutes: int | None, kept: Path, said: Mapping[str, Any] | None, *, plain: bool
) -> Result | None:
    from quizcv.exam.renderers.jsonform import form_json

    whole = form_json(exam, form)
    limit = minutes or exam.blueprint.minutes
    resumed = said["sitting"] if said else None

    def keep(sitting: dict[str, Any]) -> None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(kept.name + ".new")
        draft.write_text(json.dumps({"form": whole, "sitting": sitting}, ensure_ascii=False), encoding="utf-8")
        draft.replace(kept)

    if plain:
        from quizcv.tui.examplain import run_plain

        let_letters_pass()
        return run_plain(
            exam,
            form,
            lang=exam.lang,
            minutes=limit,
            now=ws.now,
            resume=resumed,
            keep=keep,
            lines=sys.stdin,
            out=sys.stdout,
        )
    from quizcv.tui.exam import run

    return run(exam, form, lang=exam.lang, minutes=limit, now=ws.now, resume=resumed, keep=keep)


def _practise(ws: Any, result: Result) -> None:
    """Fail the cards of what was missed, and say which models no card asks."""
    from quizcv.study.missed import cards_for, fail

    with ws.store.write() as unit:
        found = cards_for(unit.cards.all(), result.missed, result.missed_cards)
        done = fail(unit, ws.learner, found.values(), ws.scheduler, ws.settings, ws.moment())
    typer.echo(f"{done} cards come again: `quizcv review`.")
    if without := [name for name in (*result.missed, *result.missed_cards) if name not in found]:
        typer.echo(f"No card asks {', '.join(without)}; an `item` block in a deck makes one (docs/decks.md).")


def _tell(result: Result) -> None:
    share = 100 * result.total.points / result.total.of if result.total.of else 0
    typer.echo(f"{result.form}: {result.total.points:g} of {result.total.of:g} points ({share:.0f} %).")
    if result.missed:
        typer.echo(f"Missed: {', '.join(result.missed)}.")
