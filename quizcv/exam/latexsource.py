"""LaTeX math as pylatexenc's nodes and tokens of plain characters, and what is asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias

from quizcv.exam import latexnames as names

#: A node of pylatexenc, or a token of plain characters.
Unit: TypeAlias = Any

_TOKEN = re.compile(
    r"(?<!\d,)\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d+)?|\d+(?:\.\d+)*|\s+|[\u2e80-\u2fff\u3000-\u9fff\uf900-\uffef]+|.",
    re.DOTALL,
)


@cache
def _context() -> Any:
    from pylatexenc.macrospec import EnvironmentSpec, LatexContextDb, MacroSpec

    context = LatexContextDb()
    macros = [MacroSpec(name, arguments) for name, arguments in names.ARGUMENTS.items()]
    environments = [EnvironmentSpec(*one) for one in (("array", "[{"), ("alignat", "{"), ("alignedat", "{"))]
    context.add_context_category("quizcv", macros=macros, environments=environments)
    context.set_unknown_macro_spec(MacroSpec(""))
    context.set_unknown_environment_spec(EnvironmentSpec(""))
    return context


def parse(latex: str) -> list[Unit]:
    from pylatexenc.latexwalker import LatexWalker

    source = re.sub(r"(?<=\d)\{,\}(?=\d)", ",", latex)
    # An unescaped % is a percent sign to most who write `$50%$`.
    source = re.sub(r"(?<!\\)((?:\\\\)*)%", r"\1\\%", source)
    return units_of(LatexWalker(source, latex_context=_context(), tolerant_parsing=False).get_latex_nodes()[0])


def units_of(nodes: Iterable[Any]) -> list[Unit]:
    units: list[Unit] = []
    for node in nodes:
        if node is None:
            continue
        if hasattr(node, "chars"):
            units += _TOKEN.findall(node.chars)
        else:
            units.append(node)
    return units


def _argument(node: Any) -> list[Unit]:
    """What an argument holds, without its braces."""
    if node is None:
        return []
    if kind_of(node) == "group":
        return units_of(node.nodelist)
    return units_of([node])


def arguments(node: Any) -> list[list[Unit]]:
    return [_argument(one) for one in (node.nodeargd.argnlist if node.nodeargd else None) or ()]


def kind_of(unit: Unit) -> str:
    """`token`, `macro`, `group`, `environment` or `math`."""
    if isinstance(unit, str):
        return "token"
    return str(type(unit).__name__).removeprefix("Latex").removesuffix("Node").lower()


def is_macro(unit: Unit, *wanted: str) -> bool:
    return kind_of(unit) == "macro" and unit.macroname in wanted


def _split(units: Sequence[Unit], *, rows: bool) -> list[list[Unit]]:
    parts: list[list[Unit]] = [[]]
    for unit in units:
        if is_macro(unit, "\\", "cr") if rows else isinstance(unit, str) and unit == "&":
            parts.append([])
        else:
            parts[-1].append(unit)
    return parts


def table(units: Sequence[Unit]) -> list[list[list[Unit]]]:
    r"""Rows, ended by `\\`, of cells, parted by `&`; empty rows are left out."""
    rows = [_split(row, rows=False) for row in _split(units, rows=True)]
    return [row for row in rows if any(not is_blank(unit) for cell in row for unit in cell)]


def is_blank(unit: Unit) -> bool:
    return unit.isspace() if isinstance(unit, str) else is_macro(unit, "label", "hline", "nonumber", "notag")


def bare(environment: Any) -> str:
    return str(environment.environmentname).rstrip("*")
