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
    from quizcv.verify.networks import Proof

#: Instead of a network's name.
LIST = "list"
#: Channels or pixels along one axis of an input.
LARGEST = 100_000


def complete_networks(incomplete: str) -> Iterable[str]:
    from quizcv.networks import catalogue

    return [name for name in (LIST, *catalogue()) if name.startswith(incomplete)]


def net(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="A network, or `list`.", autocompletion=complete_networks),
    ] = None,
    input_: Annotated[
        str | None, typer.Option("--input", metavar="CxHxW", help="Input instead of the usual one.", show_default=False)
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option("--layer", help="One layer, block or stage, with its arithmetic.", show_default=False),
    ] = None,
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
    networks; `--layer` writes one layer's arithmetic out; `--compare` puts totals side by side. `--groups`, `--width` and `--heads` are
    for networks that have them.

    Example: `quizcv net resnet50 --input 3x448x448`
    """
    from quizcv.errors import UsageError

    wanted = names or []
    forms = {"--json": as_json, "--csv": as_csv, "--markdown": as_markdown, "--svg": svg is not None}
    stated = {"groups": groups, "width": width, "heads": heads or None}
    options = {name: value for name, value in stated.items() if value is not None}
    parts = {"--compare": compare, "--layer": layer is not None}
    _one_thing(_asked(forms), _asked(parts))
    if LIST in wanted:
        if len(wanted) > 1 or options or _asked(parts) or set(_asked(forms)) - {"--json"} or input_ is not None:
            raise UsageError("`list` stands alone, or with --json.", "quizcv net list")
        _list(as_json)
        return
    walks = _walks(wanted, options, input_, compare)
    if layer is not None:
        _rows(walks[0], layer)  # a wrong name is said at once, without loading PyTorch
    proofs = [] if no_verify else _proved(walks)
    if svg is not None:
        _draw(walks[0], svg)
    elif compare:
        _compare(walks, as_json)
    elif layer is not None:
        _layer(walks[0], layer, as_json)
    else:
        _show(walks[0], proofs[0] if proofs else None, as_json, as_csv, as_markdown)


def _asked(options: Mapping[str, bool]) -> list[str]:
    return [option for option, given in options.items() if given]


def _one_thing(forms: Sequence[str], parts: Sequence[str]) -> None:
    """Raises UsageError where options ask for two things at once."""
    from quizcv.errors import UsageError

    if len(forms) > 1:
        raise UsageError(f"only one of {' and '.join(forms)} can be written.", "Leave the others out.")
    if len(parts) > 1:
        raise UsageError("--compare shows totals, and --layer one network's layer.", "Leave one of them out.")
    if parts and forms and forms != ["--json"]:
        raise UsageError(f"{forms[0]} is for a whole network.", f"With {parts[0]} there is --json.")


def _proved(walks: Sequence[Walk]) -> list[Proof]:
    """Raises Disagreement."""
    from quizcv.verify.networks import prove

    return [prove(walked) for walked in walks]


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
    lines: list[str] = []
    last = ""
    for one in found:
        if one.task != last:
            lines += ["", one.task] if last else [one.task]
            last = one.task
        options = "  " + " ".join(f"--{option}" for option in one.options) if one.options else ""
        lines.append(f"  {one.name:{name}}  {one.title:{title}}  {one.year}  {by(one.input):>10}{options}")
    lines += ["", f"{len(found)} networks. `quizcv net NAME` shows one layer by layer."]
    _paged(lines)


def _walks(names: Sequence[str], options: Mapping[str, Option], stated: str | None, compare: bool) -> list[Walk]:
    """The networks asked for, walked. Of several, each takes the options that it has.

    Raises:
        UsageError: there are too few or too many.
        NotFound: there is no such network.
        NetworkError: none has such an option, or one cannot read such an input.
    """
    from quizcv.errors import UsageError
    from quizcv.networks import known, network
    from quizcv.networks.walk import walk

    if compare and len(names) < 2:
        raise UsageError("a comparison needs two networks.", "quizcv net --compare resnet50 vgg16")
    if not compare and len(names) != 1:
        what = "which network?" if not names else f"{' and '.join(names)} are {len(names)} networks."
        hint = "`quizcv net list` shows them all." if not names else "Compare them: put --compare before them."
        raise UsageError(what, hint)
    ours = [known(name) for name in names]
    shared = {key for one in ours for key in one.options or {}} if compare else set()
    found = []
    for one in ours:
        takes = {key: value for key, value in options.items() if key in (one.options or {}) or key not in shared}
        made = network(one.name, **takes)
        found.append(walk(made, None if stated is None else _input(stated, made.input)))
    return found


def _input(stated: str, usual: Shape) -> Shape:
    """`3x224x224`, `320x480` (with the network's own channels), `320` (square).

    Raises:
        UsageError: it is none of these.
    """
    from quizcv.errors import UsageError

    parts = stated.lower().replace("×", "x").replace(",", "x").replace(" ", "").split("x")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        raise UsageError(f"{stated!r} is no input.", "Write channels, height and width: 3x224x224.")
    sizes = tuple(int(part[:9]) for part in parts)
    if not all(0 < size <= LARGEST for size in sizes):
        raise UsageError(f"{stated!r} is no input.", f"Channels, height and width are from 1 to {LARGEST:,}.")
    if len(sizes) == 1:
        sizes *= 2
    return sizes if len(sizes) == 3 else (usual[0], *sizes)


def _show(walked: Walk, proof: Proof | None, as_json: bool, as_csv: bool, as_markdown: bool) -> None:
    import shutil

    from quizcv.cli import nettable

    if as_csv:
        typer.echo(nettable.as_csv(walked), nl=False)
    elif as_markdown:
        typer.echo("\n".join(nettable.markdown(walked)))
    elif as_json:
        from quizcv.cli.output import write_json

        write_json(nettable.as_dict(walked, proof))
    else:
        width = min(nettable.WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else nettable.WIDTH
        _paged(nettable.told(walked, proof, width))


def _paged(lines: Iterable[str]) -> None:
    """Through the learner's pager where a terminal is too low for it. `S`: less moves sideways rather than fold a table."""
    import os
    import shutil

    text = "\n".join(lines)
    if sys.stdout.isatty() and text.count("\n") + 2 > shutil.get_terminal_size().lines:
        import click

        os.environ.setdefault("LESS", "-FRSX")
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
    lines: list[str] = []
    for row in rows:
        lines += arithmetic(row)
        if row.sight:
            lines.append(f"  {'field':10}  {field(row)}")
    if len(rows) > 1:
        totals = walked.total(rows)
        lines.append(f"{name}: {totals.params:,} parameters, {totals.macs:,} MACs, {totals.activations:,} activations")
    _paged(lines)


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
    _paged(nettable.compared(walks))


def _draw(walked: Walk, path: Path) -> None:
    """Raises UsageError where the file cannot be written."""
    from quizcv.errors import UsageError
    from quizcv.networks.picture import svg

    try:
        path.write_text(svg(walked), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from None
    typer.echo(f"{walked.network.title} drawn into {path}")
