"""`quizcv items`: the item models, items drawn from them, and the reference engine's word on them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.calc import complete_models
from quizcv.cli.itemchoice import Level, Models, Seed, Topic, chosen
from quizcv.cli.options import AsJson, Db, Lang
from quizcv.cli.verifying import verify
from quizcv.cli.workspace import spoken_language
from quizcv.model import LEVELS

if TYPE_CHECKING:
    from quizcv.items import ItemModel, Question
    from quizcv.verify.pool import Prepared

app = typer.Typer(
    help="Item models: templates whose numbers PyTorch confirms.", no_args_is_help=True, add_completion=False
)


@app.command("list")
def list_(topic: Topic = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """List the item models.

    Example: `quizcv items list --topic shapes`
    """
    found = chosen(None, topic)
    if as_json:
        from quizcv.cli.output import write_json

        write_json([_model_dict(model) for model in found])
        return
    spoken = spoken_language(lang)
    width = max((len(model.name) for model in found), default=0)
    last = ""
    for model in found:
        if model.topic != last:
            typer.echo(f"{'' if not last else chr(10)}{model.topic}")
            last = model.topic
        typer.echo(f"  {model.name:{width}}  {model.title.in_(spoken)}")
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

    spoken = spoken_language(lang)
    typer.echo(f"{found.name} (version {found.version}, {found.topic}): {found.title.in_(spoken)}")
    for question in found.questions:
        levels = ", ".join(map(str, question.levels))
        typer.echo(
            f"\n{f'find={question.find}' if question.find else 'directly'} (level {levels}; {question.answer.name})"
        )
        typer.echo(f"  {plain(question.hint.in_(spoken))}")
        for field in _question_dict(question)["params"]:
            default = "" if field["required"] else f", default {field['default']}"
            meaning = f": {field['meaning']}" if field["meaning"] else ""
            typer.echo(f"  {field['name']} ({field['kind']}{default}){meaning}")
        for mistake in question.mistakes:
            typer.echo(f"  ✗ {plain(mistake.text.in_(spoken))}")
    for level in LEVELS:
        typer.echo(f"\nlevel {level}: {plain(found.item(1, 0, level).stem.in_(spoken))}")


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

    levels = (level,) if level else LEVELS
    spoken = "" if as_json else spoken_language(lang)
    with running():
        for model in chosen(models, topic):
            for index in range(count):
                item = verified(model.item(seed, index, levels[index % len(levels)])).published()
                if as_json:
                    from quizcv.cli.output import write_json

                    write_json(item.to_json())
                else:
                    _tell_item(item, spoken)


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


app.command()(verify)


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
            {"model": name, "items": {str(level): sizes.get((name, level), 0) for level in LEVELS}} for name in names
        ]
        stops = [{"model": name, "reason": reason} for name, (_version, reason) in stopped.items()]
        write_json({"models": rows, "stopped": stops, "added": done.items if done else 0})
    elif not quiet:
        if done:
            typer.echo(f"{done.items} items added, {done.claims} claims confirmed.")
        typer.echo(f"{sum(sizes.values()):,} verified items wait, of {len(names)} models.")
        short = [name for name in names if not any(sizes.get((name, level)) for level in LEVELS)]
        if short:
            typer.echo(f"None of: {', '.join(short)}. `quizcv items pool --fill` makes some.")
        for name, (_version, reason) in stopped.items():
            typer.echo(f"stopped: {name}: {reason}", err=True)
    if stopped:
        raise typer.Exit(1)
