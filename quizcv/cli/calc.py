"""`quizcv calc`"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.options import AsJson, Lang

if TYPE_CHECKING:
    from quizcv.verify.calc import Calculation


def complete_models(incomplete: str) -> Iterable[str]:
    from quizcv.items import models

    return [name for name in models() if name.startswith(incomplete)]


def calc(
    model: Annotated[
        str, typer.Argument(help="An item model, see `quizcv items list`.", autocompletion=complete_models)
    ],
    params: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Its parameters.")] = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Compute a quantity by formula and by PyTorch, with the worked solution.

    Lists are written without spaces, `layers=[[3,1],[2,2]]`; `find=NAME` asks a model's other questions. `quizcv items show MODEL`
    tells the parameters. Exit code 1 if formula and PyTorch differ.

    Example: `quizcv calc conv_output size=227 kernel=11 stride=4`
    """
    from quizcv.verify.calc import calculate

    found = calculate(model, dict(_parameter(word) for word in params or ()))
    if as_json:
        from quizcv.cli.output import write_json

        write_json(as_dict(found))
    else:
        _tell(found, lang)


def _parameter(word: str) -> tuple[str, Any]:
    """`kernel=11` as name and value.

    Raises:
        UsageError: there is no `=`, or the value is not one.
    """
    import yaml

    from quizcv.errors import UsageError

    name, sign, text = word.partition("=")
    if not sign or not name:
        raise UsageError(f"{word!r} is no parameter.", "Write NAME=VALUE, for example kernel=3.")
    try:
        value = yaml.safe_load(text) if len(text) < 4000 else None
    except (yaml.YAMLError, ValueError, RecursionError):
        value = None
    if value is None:
        raise UsageError(f"{name}: {text[:40]!r} is no value.", "Write a number, true, false or a list: [[3,1],[2,2]].")
    return name.strip().replace("-", "_"), value


def as_dict(found: Calculation) -> dict[str, Any]:
    """The calculation as `--json` writes it; it only exists where both ways agree."""
    from quizcv.published import plain

    proof = found.verification
    return {
        "model": found.model,
        "params": {name: plain(value) for name, value in found.params.items()},
        "answer_type": found.answer.name,
        "unit": found.answer.unit,
        "formula": plain(found.value),
        "pytorch": plain(proof.value),
        "agree": True,
        "difference": proof.difference,
        "engine": proof.engine,
        "device": proof.device,
        "witness": proof.witness,
        "stem": {"en": found.stem.en, "zh": found.stem.zh},
        "solution": {"en": found.solution.en, "zh": found.solution.zh},
    }


def _tell(found: Calculation, stated: str) -> None:
    from quizcv.cli.workspace import spoken_language
    from quizcv.published import plain as plain_value
    from quizcv.tui.render import plain

    lang = spoken_language(stated)
    proof = found.verification
    unit = f" {found.answer.unit}" if found.answer.unit else ""
    exact = "exactly" if proof.difference == 0 else f"to {proof.difference:.0e}"
    typer.echo(plain(found.stem.in_(lang)))
    typer.echo(f"\nformula  {_number(plain_value(found.value))}{unit}")
    typer.echo(
        f"PyTorch  {_number(plain_value(proof.value))}{unit}   agrees {exact} ({proof.witness}; {proof.engine})\n"
    )
    typer.echo(plain(found.solution.in_(lang)))


def _number(value: Any) -> str:
    if isinstance(value, list):
        return "×".join(map(_number, value)) if value else "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.12g}" if isinstance(value, float) else str(value)
