"""`quizcv net`"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizcv.cli.options import AsJson

if TYPE_CHECKING:
    from quizcv.networks.catalogue import Option
    from quizcv.networks.ops import Shape
    from quizcv.networks.walk import Row, Walk

#: Instead of a network's name.
LIST = "list"


def complete_networks(incomplete: str) -> Iterable[str]:
    from quizcv.networks import catalogue

    return [name for name in (LIST, *catalogue()) if name.startswith(incomplete)]


def net(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="A network, or `list`.", autocompletion=complete_networks),
    ] = None,
    input_: Annotated[
        str, typer.Option("--input", metavar="CxHxW", help="Input instead of the usual one.", show_default=False)
    ] = "",
    layer: Annotated[
        str, typer.Option("--layer", help="One layer or stage, with the arithmetic.", show_default=False)
    ] = "",
    compare: Annotated[bool, typer.Option("--compare", help="Totals of several networks side by side.")] = False,
    groups: Annotated[
        int | None, typer.Option("--groups", min=1, help="Groups of its convolutions.", show_default=False)
    ] = None,
    width: Annotated[float | None, typer.Option("--width", help="Width multiplier.", show_default=False)] = None,
    heads: Annotated[bool, typer.Option("--heads", help="With the auxiliary heads of training.")] = False,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw it into this file.", show_default=False)] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of text.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write a Markdown table.")] = False,
    no_verify: Annotated[bool, typer.Option("--no-verify", help="Formulas only: without PyTorch.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a network layer by layer: shapes, parameters, MACs, receptive fields, totals.

    Every number comes from formulas over the layers and is compared with the network built in PyTorch. `quizcv net list` shows the
    networks; `--layer` writes one row's arithmetic out; `--compare` puts totals side by side. `--groups`, `--width` and `--heads` are
    for networks that have them.

    Example: `quizcv net resnet50 --input 3x448x448`
    """
    from quizcv.errors import UsageError

    wanted = names or []
    if sum((as_json, as_csv, as_markdown, svg is not None)) > 1:
        raise UsageError("only one of --json, --csv, --markdown and --svg can be written.", "Leave the others out.")
    if wanted == [LIST]:
        _list(as_json)
        return
    stated = {"groups": groups, "width": width, "heads": heads or None}
    options = {name: value for name, value in stated.items() if value is not None}
    walks = _walks(wanted, options, input_, compare)
    if svg is not None:
        _draw(walks[0], svg)
    elif compare:
        _compare(walks, as_json)
    elif layer:
        _layer(walks[0], layer, as_json)
    else:
        _show(walks[0], no_verify, as_json, as_csv, as_markdown)


def _list(as_json: bool) -> None:
    from quizcv.networks import catalogue
    from quizcv.networks.words import by

    found = catalogue().values()
    if as_json:
        from quizcv.cli.output import write_json

        keys = ("name", "title", "task", "year", "input", "source")
        write_json([{key: getattr(one, key) for key in keys} | {"options": one.options or {}} for one in found])
        return
    name, title = max(len(one.name) for one in found), max(len(one.title) for one in found)
    last = ""
    for one in found:
        if one.task != last:
            typer.echo(f"{chr(10) if last else ''}{one.task}")
            last = one.task
        options = "  " + " ".join(f"--{option}" for option in one.options) if one.options else ""
        typer.echo(f"  {one.name:{name}}  {one.title:{title}}  {one.year}  {by(one.input):>9}{options}")
    typer.echo(f"\n{len(found)} networks. `quizcv net NAME` shows one layer by layer.")


def _walks(names: Sequence[str], options: Mapping[str, Option], stated: str, compare: bool) -> list[Walk]:
    """The networks asked for, walked.

    Raises:
        UsageError: there are too few or too many.
        NotFound: there is no such network.
        NetworkError: it has no such option, or cannot read such an input.
    """
    from quizcv.errors import UsageError
    from quizcv.networks import known, network
    from quizcv.networks.walk import walk

    if compare and len(names) < 2:
        raise UsageError("a comparison needs two networks.", "quizcv net --compare resnet50 vgg16")
    if not compare and len(names) != 1:
        what = "which network?" if not names else f"{' '.join(names)} are {len(names)} networks."
        hint = "`quizcv net list` shows them all." if not names else "Compare them: put --compare before them."
        raise UsageError(what, hint)
    found = []
    for name in names:
        ours = known(name)
        takes = {key: value for key, value in options.items() if not compare or key in (ours.options or {})}
        made = network(ours.name, **takes)
        found.append(walk(made, _input(stated, made.input) if stated else None))
    return found


def _input(stated: str, usual: Shape) -> Shape:
    """`3x224x224`, `320x480` (with the network's own channels), `320` (square).

    Raises:
        UsageError: it is none of these.
    """
    from quizcv.errors import UsageError

    parts = stated.lower().replace("×", "x").replace(",", "x").replace(" ", "").split("x")
    if not all(part.isascii() and part.isdigit() and 0 < int(part) <= 100_000 for part in parts) or len(parts) > 3:
        raise UsageError(f"{stated!r} is no input.", "Write channels, height and width: 3x224x224.")
    sizes = tuple(map(int, parts))
    if len(sizes) == 1:
        sizes *= 2
    return sizes if len(sizes) == 3 else (usual[0], *sizes)


def _show(walked: Walk, no_verify: bool, as_json: bool, as_csv: bool, as_markdown: bool) -> None:
    from quizcv.cli import nettable

    if as_csv:
        typer.echo(nettable.as_csv(walked), nl=False)
        return
    if as_markdown:
        typer.echo("\n".join(nettable.markdown(walked)))
        return
    proof = None
    if not no_verify:
        from quizcv.verify.networks import prove

        proof = prove(walked)
    if as_json:
        from quizcv.cli.output import write_json

        write_json(nettable.as_dict(walked, proof))
    else:
        _paged("\n".join(nettable.told(walked, proof)))


def _paged(text: str) -> None:
    """Through the learner's pager where a terminal is too low for it."""
    import os
    import shutil

    if sys.stdout.isatty() and text.count("\n") + 2 > shutil.get_terminal_size().lines:
        import click

        os.environ.setdefault("LESS", "-FRX")
        click.echo_via_pager(text + "\n")
    else:
        typer.echo(text)


def _layer(walked: Walk, name: str, as_json: bool) -> None:
    """One row, or the rows of a stage.

    Raises:
        NotFound: there is no such layer; the nearest are named.
    """
    from quizcv.cli.nettable import row_dict
    from quizcv.networks.words import arithmetic, field

    rows = _rows(walked, name)
    if as_json:
        from quizcv.cli.output import write_json

        write_json([row_dict(row) for row in rows] if len(rows) > 1 else row_dict(rows[0]))
        return
    for row in rows:
        for line in arithmetic(row):
            typer.echo(line)
        if row.sight:
            typer.echo(f"  {'field':10}  {field(row)}")
    if len(rows) > 1:
        totals = walked.total(rows)
        typer.echo(f"{name}: {totals.params:,} parameters, {totals.macs:,} MACs, {totals.activations:,} activations")


def _rows(walked: Walk, name: str) -> list[Row]:
    """The row of this name, of one of its layers, or all of a stage or block.

    Raises:
        NotFound: there is none.
    """
    import difflib

    from quizcv.errors import NotFound

    for row in walked.rows:
        if name == row.name or name in (step.layer.name for step in row.steps):
            return [row]
    found = [row for row in walked.rows if row.stage == name or row.name.startswith(f"{name}.")]
    if found:
        return found
    known = [row.name for row in walked.rows] + [stage for stage, _ in walked.stages()]
    near = difflib.get_close_matches(name, known, 3, 0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"`quizcv net {walked.network.name}` shows them all."
    raise NotFound(f"{walked.network.name} has no layer {name!r}.", hint)


def _compare(walks: Sequence[Walk], as_json: bool) -> None:
    from quizcv.cli import nettable

    if as_json:
        from quizcv.cli.output import write_json

        write_json(
            [
                {"name": one.network.name, "input": one.input, "totals": nettable.totals_dict(one.totals)}
                for one in walks
            ]
        )
        return
    for line in nettable.compared(walks):
        typer.echo(line.rstrip())


def _draw(walked: Walk, path: Path) -> None:
    """Raises UsageError where the file cannot be written."""
    from quizcv.errors import UsageError
    from quizcv.networks.picture import svg

    try:
        path.write_text(svg(walked), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from None
    typer.echo(f"{walked.network.title} drawn into {path}")
