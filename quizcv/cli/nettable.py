"""A network as a table: for a terminal, as Markdown, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from quizcv.networks.walk import Row, Totals, Walk
from quizcv.networks.words import CONVENTIONS, by, field, operation, row_operation

if TYPE_CHECKING:
    from quizcv.verify.networks import Proof

#: What a table may be wide: a terminal beside an editor.
WIDTH = 100
HEAD = ("layer", "operation", "output", "parameters", "MACs", "activations", "field")
#: The first columns are words, the others numbers.
WORDS = 3
GAP = "  "
CUT = "…"


def table(walked: Walk) -> Iterator[str]:
    """The layers under their stages, right-aligned numbers, and a line of totals; not wider than `WIDTH` unless the numbers are huge."""
    lines: list[tuple[str, ...]] = []
    operations: list[tuple[str, str, str]] = []
    for stage, rows in walked.stages():
        if len(rows) > 1:
            lines.append(_summed(stage, walked.total(rows)))
            operations.append(("", "", ""))
        for row in rows:
            name = f"{'  ' if len(rows) > 1 else ''}{row.name}{' (training)' if row.auxiliary else ''}"
            numbers = _numbers(row.parameters.total, row.macs, row.activations)
            lines.append((name, "", by(row.shape), *numbers, field(row)))
            operations.append(_told_shorter(row))
    lines.append(_summed("total", walked.totals))
    operations.append(("", "", ""))
    yield from _aligned(lines, operations)


def _summed(name: str, totals: Totals) -> tuple[str, ...]:
    return (name, "", "", *_numbers(totals.params, totals.macs, totals.activations), "")


def _told_shorter(row: Row) -> tuple[str, str, str]:
    """The operation with all that stands behind it, with what has parameters, and alone."""
    does, behind = row_operation(row)
    norms = [operation(step.layer.op) for step in row.steps[1:] if step.parameters.total]
    return ", ".join((does, *behind)), ", ".join((does, *norms)), does


def _numbers(*values: int) -> tuple[str, ...]:
    return tuple(f"{value:,}" if value else "" for value in values)


def _aligned(lines: list[tuple[str, ...]], told: list[tuple[str, str, str]]) -> Iterator[str]:
    """The lines with operations as long as there is room for; names give way last, and first with what their stage's line says."""
    fixed = [max(len(line[column]) for line in [HEAD, *lines]) for column in range(len(HEAD))]
    room = WIDTH - sum(width for column, width in enumerate(fixed) if column != 1) - len(GAP) * (len(HEAD) - 1)
    ways = [[one[way] for one in told] for way in range(3)]
    operations = next((texts for texts in ways if max(map(len, texts)) <= room), ways[-1])
    fixed[1] = max(len(HEAD[1]), *map(len, operations))
    fixed[0] = max(10, fixed[0] - max(0, sum(fixed) + len(GAP) * (len(HEAD) - 1) - WIDTH))
    full = [(line[0], text, *line[2:]) for line, text in zip(lines, operations, strict=True)]
    for at, line in enumerate([HEAD, *full]):
        if at in (1, len(full)):
            yield GAP.join("-" * width for width in fixed)
        cells = [
            f"{_shorter(line[0], fixed[0]):{fixed[0]}}",
            *(f"{line[column]:{fixed[column]}}" for column in range(1, WORDS)),
        ]
        cells += [f"{line[column]:>{fixed[column]}}" for column in range(WORDS, len(HEAD))]
        yield GAP.join(cells).rstrip()


def _shorter(name: str, room: int) -> str:
    """`  layer1.0.conv1` as `  …er1.0.conv1`."""
    if len(name) <= room:
        return name
    indent = name[: len(name) - len(name.lstrip())]
    return f"{indent}{CUT}{name[len(name) - room + len(indent) + len(CUT) :]}"


def totals_told(totals: Totals) -> Iterator[str]:
    """The totals in words."""
    found = totals.parameters
    yield (f"parameters   {found.total:,}: weights {found.weights:,}, biases {found.biases:,}, norms {found.norms:,}")
    yield f"operations   {totals.macs:,} MACs = {totals.flops:,} FLOPs"
    yield f"units        {totals.neurons:,} neurons, {totals.connections:,} connections"
    yield (
        f"memory       {megabytes(totals.parameter_bytes)} parameters + {megabytes(totals.activation_bytes)} activations"
        f" = {megabytes(totals.memory)} (float32, one image)"
    )


def megabytes(size: int) -> str:
    """`102.2 MB`, of a million bytes."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"


def told(walked: Walk, proof: Proof | None, width: int = WIDTH) -> Iterator[str]:
    """The whole page; `width` is that of its sentences."""
    network = walked.network
    yield from wrap(f"{network.title} ({network.name}), input {by(walked.input)}", width)
    yield from wrap(network.source, width)
    yield ""
    yield from table(walked)
    yield ""
    yield from totals_told(walked.totals)
    yield ""
    yield from wrap(" ".join((*CONVENTIONS, *network.notes)), width)
    if proof:
        yield ""
        yield f"✓ PyTorch: all {proof.layers} layers built; shapes, parameters and MACs agree exactly ({proof.engine})"


def markdown(walked: Walk) -> Iterator[str]:
    """A Markdown table, with the totals in its last row."""
    network = walked.network
    yield f"## {network.title}, input {by(walked.input)}"
    yield ""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'---|' * WORDS}{'---:|' * (len(HEAD) - WORDS)}"
    for row in walked.rows:
        does, behind = row_operation(row)
        numbers = _numbers(row.parameters.total, row.macs, row.activations)
        cells = (row.name, ", ".join((does, *behind)), by(row.shape), *numbers, field(row))
        yield f"| {' | '.join(cells)} |"
    totals = walked.totals
    yield f"| **total** | | | {' | '.join(_numbers(totals.params, totals.macs, totals.activations))} | |"
    yield ""
    yield " ".join((network.source + ".", *CONVENTIONS, *network.notes))


def row_dict(row: Row) -> dict[str, Any]:
    """A row as `--json` and `--csv` write it."""
    op, found = row.main.layer.op, row.parameters
    does, behind = row_operation(row)
    sight = row.sight
    return {
        "name": row.name,
        "stage": row.stage,
        "operation": ", ".join((does, *behind)),
        **{name: getattr(op, name, None) for name in ("kernel", "stride", "padding", "dilation", "groups")},
        "input": row.main.inputs[0] if len(row.main.inputs) == 1 else row.main.inputs,
        "output": row.shape,
        "params": found.total,
        "weights": found.weights,
        "biases": found.biases,
        "norms": found.norms,
        "macs": row.macs,
        "activations": row.activations,
        "receptive_field": None if sight is None else [sight[0].size, sight[1].size],
        "auxiliary": row.auxiliary,
    }


def totals_dict(totals: Totals) -> dict[str, int]:
    """Bytes are of float32 and one image."""
    found = totals.parameters
    return {
        "params": found.total,
        "weights": found.weights,
        "biases": found.biases,
        "norms": found.norms,
        "macs": totals.macs,
        "flops": totals.flops,
        "neurons": totals.neurons,
        "connections": totals.connections,
        "activations": totals.activations,
        "parameter_bytes": totals.parameter_bytes,
        "activation_bytes": totals.activation_bytes,
        "memory_bytes": totals.memory,
    }


def as_dict(walked: Walk, proof: Proof | None) -> dict[str, Any]:
    """The network as `--json` writes it; `verified` is null where PyTorch was not asked."""
    network = walked.network
    return {
        "name": network.name,
        "title": network.title,
        "source": network.source,
        "input": walked.input,
        "layers": [row_dict(row) for row in walked.rows],
        "totals": totals_dict(walked.totals),
        "conventions": [*CONVENTIONS, *network.notes],
        "verified": {"engine": proof.engine, "device": proof.device, "layers": proof.layers} if proof else None,
    }


def as_csv(walked: Walk) -> str:
    """One line a row; shapes as 64x112x112."""
    out = io.StringIO()
    rows = [row_dict(row) for row in walked.rows]
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return " ".join(map(_cell, value)) if value and isinstance(value[0], tuple) else "x".join(map(str, value))
    return "" if value is None else value


def compared(walks: Sequence[Walk]) -> Iterator[str]:
    """Totals side by side; behind every later network, how many times the first's its number is."""
    rows = [{"rows": len(walked.rows), **totals_dict(walked.totals)} for walked in walks]
    columns = [[""] + [key.replace("_", " ") for key in ("input", *rows[0])]]
    for walked, row in zip(walks, rows, strict=True):
        columns.append([walked.network.name, by(walked.input), *(f"{value:,}" for value in row.values())])
        if row is not rows[0]:
            columns.append(
                ["", "", *(_times(value, of) for value, of in zip(row.values(), rows[0].values(), strict=True))]
            )
    widths = [max(map(len, column)) for column in columns]
    for line in zip(*columns, strict=True):
        cells = [
            f"{line[0]:{widths[0]}}",
            *(f"{cell:>{width}}" for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        yield GAP.join(cells).rstrip()


def _times(value: int, of: int) -> str:
    if not value or not of:
        return "×0" if of else ""
    return f"×{value / of:.2f}" if value >= 0.1 * of else f"×{value / of:.1g}"
