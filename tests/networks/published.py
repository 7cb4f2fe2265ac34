"""Figures that papers and libraries print, as fixed constants with where they stand; the files `figures_*.py` have them by family."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from quizcv.networks import network
from quizcv.networks.walk import Totals, Walk, walk

UNITS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9}


@dataclass(frozen=True, slots=True)
class Published:
    """`printed` as it stands there: "25,557,032", "4.09 G", "1.24 M". It claims the places it has.

    `quantity` is a total (`params`, `weights`, `macs`, `flops`, `neurons`, `connections`), or with `part`, which names a stage or a
    layer, that of this part; `shape` is the output of a layer, "64x112x112"; `field` the receptive field behind it.
    `differs`: the source says what its own architecture refutes; the value that is true, as printed here, is given instead.
    """

    network: str
    quantity: str
    printed: str
    source: str
    part: str = ""
    input: tuple[int, ...] | None = None
    options: tuple[tuple[str, int | float | bool], ...] = ()
    differs: str = ""

    @property
    def name(self) -> str:
        return "-".join((self.network, self.part or "all", self.quantity, self.printed.replace(" ", ""))).replace(
            "/", "_"
        )

    def walked(self) -> Walk:
        return walk(network(self.network, **dict(self.options)), self.input)

    def ours(self) -> int | str:
        """What the layer table gives."""
        walked = self.walked()
        if self.quantity in ("shape", "field"):
            row = walked.row(self.part)
            if self.quantity == "shape":
                return "x".join(map(str, row.shape))
            assert row.sight is not None
            return row.sight[0].size
        rows = [row for row in walked.rows if not self.part or self.part in (row.stage, row.name)]
        assert rows, f"{self.network} has no part {self.part}"
        totals: Totals = walked.total(rows)
        value = totals.parameters.weights if self.quantity == "weights" else getattr(totals, self.quantity)
        assert isinstance(value, int)
        return value


def holds(printed: str, value: int | str) -> bool:
    """Whether the value is what is printed, to its last printed place (rounded or cut off there, as both are usual)."""
    if isinstance(value, str):
        return printed.replace("×", "x") == value
    found = re.fullmatch(r"([\d,]+(?:\.\d+)?) ?([kKMGB]?)", printed)
    assert found, printed
    digits = found[1].replace(",", "")
    unit = UNITS[found[2]]
    places = len(digits.partition(".")[2])
    claimed, step = Decimal(digits) * unit, Decimal(unit) / 10**places
    return -step / 2 <= Decimal(value) - claimed < step if unit > 1 or places else value == int(claimed)


def published() -> Iterator[Published]:
    """All of them."""
    for path in sorted(Path(__file__).parent.glob("figures_*.py")):
        yield from import_module(path.stem).PUBLISHED
