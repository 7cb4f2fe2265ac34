"""`quizcv items`: the item models, items drawn from them, and the reference engine's word on them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.calc import complete_models
from quizcv.cli.options import AsJson, Db, Lang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizcv.items import ItemModel, Question
    from quizcv.verify.pool import Prepared
    from quizcv.verify.trial import Trial

app = typer.Typer(
    help="Item models: templates whose numbers PyTorch confirms.", no_args_is_help=True, add_completion=False
)


def complete_topics(incomplete: str) -> list[str]:
    from quizcv.items import TOPICS

    return [topic for topic in TOPICS if topic.startswith(incomplete)]


Models = Annotated[
    list[str] | None, typer.Argument(metavar="MODEL", help="Item models.", autocompletion=complete_models)
]
Topic = Annotated[
    str, typer.Option("--topic", help="Only models of this topic.", show_default=False, autocompletion=complete_topics)
]
Level = Annotated[
    int | None, typer.Option("--level", min=1, max=3, help="Only this level; default: all three in turns.")
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same items for ever.")]


def _chosen(names: Sequence[str] | None, topic: str, *, everything: bool = True) -> list[ItemModel]:
    """The models that the options mean.

    Raises:
        NotFound: no such model or topic.
        UsageError: none was named where one must be.
    """
    from quizcv.errors import NotFound, UsageError
    from quizcv.items import model_named, models

    found = [model_named(name) for name in names] if names else list(models().values())
    topics = dict.fromkeys(model.topic for model in models().values())
    if topic and topic not in topics:
        raise NotFound(f"there is no topic {topic!r}.", f"Topics: {', '.join(topics)}.")
    if not names and not topic and not everything:
        raise UsageError("no item model is named.", "Name some, or a --topic, or --all.")
    return [model for model in found if not topic or model.topic == topic]


@app.command("list")
def list_(topic: Topic = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """List the item models.

    Example: `quizcv items list --topic shapes`
    """
    found = _chosen(None, topic)
    if as_json:
        from quizcv.cli.output import write_json

        write_json([_model_dict(model) for model in found])
        return
    chosen = _language(lang)
    width = max((len(model.name) for model in found), default=0)
    last = ""
    for model in found:
        if model.topic != last:
            typer.echo(f"{'' if not last else chr(10)}{model.topic}")
            last = model.topic
        typer.echo(f"  {model.name:{width}}  {model.title.in_(chosen)}")
    typer.echo(f"\n{len(found)} models. `quizcv items show MODEL` tells more.")


def _model_dict(model: ItemModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "version": model.version,
        "topic": model.topic,
        "title": {"en": model.title.en, "zh": model.title.zh},
        "questions": [_question_dict(question) for question in model.questions],
    }


def _question_dict(question: Question[Any]) -> dict[str, Any]:
    from quizcv.published import plain
    from quizcv.specs import fields_of

    return {
        "find": question.find,
        "levels": list(question.levels),
        "answer_type": question.answer.name,
        "unit": question.answer.unit,
        "rule": {"en": question.hint.en, "zh": question.hint.zh},
        "params": [
            {
                "name": field.name,
                "kind": field.kind_name,
                "required": field.required,
                "default": None if field.required else plain(field.default),
                "meaning": field.meaning,
            }
            for field in fields_of(question.spec)
        ],
        "misconceptions": [{"en": mistake.en, "zh": mistake.zh} for mistake in question.mistakes],
    }


@app.command()
def show(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="An item model.", autocompletion=complete_models)],
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Show an item model: its questions, parameters, formula, misconceptions, and an item of each level.

    Example: `quizcv items show conv_output`
    """
    from quizcv.items import model_named

    found = model_named(model)
    if as_json:
        from quizcv.cli.output import write_json

        write_json(_model_dict(found))
        return
    from quizcv.tui.render import plain

    chosen = _language(lang)
    typer.echo(f"{found.name} (version {found.version}, {found.topic}): {found.title.in_(chosen)}")
    for question in found.questions:
        levels = ", ".join(map(str, question.levels))
        typer.echo(
            f"\n{f'find={question.find}' if question.find else 'directly'} (level {levels}; {question.answer.name})"
        )
        typer.echo(f"  {plain(question.hint.in_(chosen))}")
        for field in _question_dict(question)["params"]:
            default = "" if field["required"] else f", default {field['default']}"
            meaning = f": {field['meaning']}" if field["meaning"] else ""
            typer.echo(f"  {field['name']} ({field['kind']}{default}){meaning}")
        for mistake in question.mistakes:
            typer.echo(f"  ✗ {plain(mistake.text.in_(chosen))}")
    for level in (1, 2, 3):
        typer.echo(f"\nlevel {level}: {plain(found.item(1, 0, level).stem.in_(chosen))}")


@app.command()
def sample(
    models: Models = None,
    topic: Topic = "",
    count: Annotated[int, typer.Option("--count", min=1, help="How many items of each model.")] = 1,
    seed: Seed = 1,
    level: Level = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Write verified items, with keys and solutions. `--json`: one object a line, in the public form (docs/items.md).

    Example: `quizcv items sample conv_output --count 3 --seed 7 --level 2 --json`
    """
    from quizcv.reference import running
    from quizcv.verify import verified

    levels = (level,) if level else (1, 2, 3)
    chosen = "" if as_json else _language(lang)
    with running():
        for model in _chosen(models, topic):
            for index in range(count):
                item = verified(model.item(seed, index, levels[index % len(levels)])).published()
                if as_json:
                    from quizcv.cli.output import write_json

                    write_json(item.to_json())
                else:
                    _tell_item(item, chosen)


def _tell_item(item: Any, lang: str) -> None:
    from quizcv.answers import written
    from quizcv.tui.render import plain

    typer.echo(f"{item.model}, level {item.level}, seed {item.seed}, index {item.index}")
    typer.echo(plain(item.stem.in_(lang)))
    typer.echo(f"\n= {written(item.key, item.answer)}   ✓ {item.verification.engine} ({item.verification.witness})")
    typer.echo(plain(item.solution.in_(lang)))
    for wrong in item.distractors:
        typer.echo(f"✗ {written(wrong.value, item.answer)}  {plain(wrong.misconception.in_(lang))}")
    typer.echo("")


@app.command()
def verify(
    models: Models = None,
    topic: Topic = "",
    everything: Annotated[bool, typer.Option("--all", help="Every item model.")] = False,
    count: Annotated[int, typer.Option("--count", min=1, help="How many items of each model.")] = 200,
    level: Level = None,
    seed: Seed = 1,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="How many processes.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Hold formula against PyTorch on many items. Exit code 1 if they disagree on any.

    Each disagreement is told with all that is needed to repeat it.

    Example: `quizcv items verify --all --count 300 --jobs 2`
    """
    from quizcv.verify.trial import Trial, pieces, run_all

    chosen = _chosen(models, topic, everything=everything)
    trials = {model.name: Trial(model.name) for model in chosen}
    work = list(pieces(chosen, count, seed, level))
    with _bar(len(work), quiet=as_json) as advance:
        for trial in run_all(work, jobs):
            trials[trial.model].add(trial)
            advance()
    failed = [trial for trial in trials.values() if trial.agreed < trial.count]
    if as_json:
        from quizcv.cli.output import write_json

        write_json(
            {"ok": not failed, "seed": seed, "level": level, "models": [_trial_dict(t) for t in trials.values()]}
        )
    else:
        _tell_trials(list(trials.values()))
    if failed:
        raise typer.Exit(1)


def _trial_dict(trial: Trial) -> dict[str, Any]:
    return {
        "model": trial.model,
        "count": trial.count,
        "agreed": trial.agreed,
        "worst_difference": trial.worst,
        "seconds": round(trial.seconds, 3),
        "disagreements": trial.failures,
    }


def _tell_trials(trials: list[Trial]) -> None:
    width = max((len(trial.model) for trial in trials), default=5)
    typer.echo(f"{'model':{width}}  {'items':>9}  {'agree':>9}  {'worst':>8}  {'seconds':>8}")
    for trial in trials:
        typer.echo(
            f"{trial.model:{width}}  {trial.count:>9,}  {trial.agreed:>9,}  {trial.worst:>8.1e}  {trial.seconds:>8.2f}"
        )
    count, agreed = sum(trial.count for trial in trials), sum(trial.agreed for trial in trials)
    seconds = sum(trial.seconds for trial in trials)
    typer.echo(
        f"\n{len(trials)} models, {count:,} items, {count - agreed:,} disagreements, {seconds:,.1f} s of one core "
        f"({count / seconds if seconds else 0:,.0f} a second)."
    )
    for trial in trials:
        for failure in trial.failures:
            typer.echo(f"DISAGREE {failure}", err=True)


class _bar:  # noqa: N801 - used as a function: with _bar(10) as advance
    """A progress bar on standard error where that is a terminal."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total, self._done = total, 0
        self._quiet = quiet or not os.isatty(2)
        self._progress: Any = None

    def __enter__(self) -> Any:
        if not self._quiet:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._progress.start()
            self._task = self._progress.add_task("verifying", total=self._total)
        return self._advance

    def _advance(self) -> None:
        if self._progress is not None:
            self._progress.advance(self._task)

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()


@app.command()
def pool(
    fill: Annotated[bool, typer.Option("--fill", help="Make what is missing now.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Try models again that were stopped.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing, and give way to other programs.")] = False,
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Show the verified items that wait for reviews; with `--fill`, make what is missing.

    `sync` fills the pool, and `review` does so in the background. Exit code 1 if a model was stopped because formula and PyTorch disagree.

    Example: `quizcv items pool --fill`
    """
    from quizcv.cli import preparing
    from quizcv.cli.workspace import workspace

    done: Prepared | None = None
    with workspace(db) as ws:
        if restart:
            with ws.store.write() as unit:
                unit.pool.restart(list(unit.pool.stopped()))
        if fill:
            if quiet and hasattr(os, "nice"):
                os.nice(10)
            done = preparing.here(ws)
        with ws.store.read() as unit:
            sizes, wanted, stopped = unit.pool.sizes(), unit.pool.wanted(), unit.pool.stopped()
    names = sorted({name for name, _level in (*wanted, *sizes)})
    if as_json:
        from quizcv.cli.output import write_json

        rows = [
            {"model": name, "items": {str(level): sizes.get((name, level), 0) for level in (1, 2, 3)}} for name in names
        ]
        stops = [{"model": name, "reason": reason} for name, (_version, reason) in stopped.items()]
        write_json({"models": rows, "stopped": stops, "added": done.items if done else 0})
    elif not quiet:
        if done:
            typer.echo(f"{done.items} items added, {done.claims} claims confirmed.")
        typer.echo(f"{sum(sizes.values()):,} verified items wait, of {len(names)} models.")
        short = [name for name in names if not any(sizes.get((name, level)) for level in (1, 2, 3))]
        if short:
            typer.echo(f"None of: {', '.join(short)}. `quizcv items pool --fill` makes some.")
        for name, (_version, reason) in stopped.items():
            typer.echo(f"stopped: {name}: {reason}", err=True)
    if stopped:
        raise typer.Exit(1)


def _language(stated: str) -> str:
    from quizcv import config
    from quizcv.cli.workspace import language

    return config.language(language(stated) or config.load()["lang"])
