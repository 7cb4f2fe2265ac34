"""Inserting a hundred thousand rows at once.

SQLAlchemy's executemany spends more time on each row's parameters than SQLite on the row. Here its compiled statement and its types'
own conversions are used, but a value met before is not converted again (one day, a few breadcrumbs), and rows are tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.engine import Connection


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, whose values stand in the order of `columns`."""
    dialect = connection.dialect
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    order = getattr(compiled, "positiontup", None)
    if not order:  # a driver with named parameters
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        if values:
            connection.execute(insert(table), values)
        return
    at = [columns.index(name) for name in order]
    convert: list[tuple[int, Callable[[Any], Any]]] = []
    for place, name in enumerate(order):
        processor = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None:
            convert.append((place, _remembering(processor)))
    prepared = []
    for row in rows:
        values_ = [row[i] for i in at]
        for place, converted in convert:
            values_[place] = converted(values_[place])
        prepared.append(tuple(values_))
    if prepared:
        connection.exec_driver_sql(str(compiled), prepared)


def _remembering(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`convert` that looks up what it did before; a value that cannot be a key is converted every time."""
    known: dict[Any, Any] = {}

    def converted(value: Any) -> Any:
        try:
            return known[value]
        except KeyError:
            return known.setdefault(value, convert(value))
        except TypeError:
            return convert(value)

    return converted
