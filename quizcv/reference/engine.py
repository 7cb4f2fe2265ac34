"""The registry of witnesses, and the state of torch in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any, TypeVar

import torch

from quizcv.answers.kinds import Value
from quizcv.errors import ItemError
from quizcv.specs import Spec

S = TypeVar("S", bound=Spec)

ENGINE = f"torch {torch.__version__}"
ENTRY_POINTS = "quizcv.witnesses"


class How(StrEnum):
    """How a witness comes by its value."""

    OPERATION = "operation"  # the real kernel on the CPU
    META = "meta operation"  # the same operation on the meta device: shapes only, at any size
    MODULE = "module"  # the module was built and its parameters or state counted
    AUTOGRAD = "autograd"
    BRUTE_FORCE = "brute force"  # every pixel, pair, threshold or candidate, by tensors or the real operation


@dataclass(frozen=True, slots=True)
class Witness:
    """A function from parameters to the value PyTorch gives."""

    run: Callable[[Any], Value]
    how: How
    device: str

    @property
    def name(self) -> str:
        return f"{self.how}: {self.run.__name__}"


@dataclass(frozen=True, slots=True)
class Panel:
    """All witnesses of one quantity, and how they are named in a verification."""

    witnesses: tuple[Witness, ...]
    device: str
    names: str


_WITNESSES: dict[type[Spec], list[Witness]] = {}
_PANELS: dict[type[Spec], Panel] = {}


def witness(
    spec: type[S], how: How, device: str | None = None
) -> Callable[[Callable[[S], Value]], Callable[[S], Value]]:
    """Register a witness of the quantity that `spec` names; several may, and then all must agree."""

    def register(run: Callable[[S], Value]) -> Callable[[S], Value]:
        where = device or ("meta" if how is How.META else "cpu")
        _WITNESSES.setdefault(spec, []).append(Witness(run, how, where))
        _PANELS.pop(spec, None)
        return run

    return register


def panel(spec: type[Spec]) -> Panel:
    """The witnesses of a quantity.

    Raises:
        ItemError: there are none.
    """
    known = _PANELS.get(spec)
    if known is None:
        _load()
        found = _WITNESSES.get(spec, [])
        if not found:
            raise ItemError(
                f"nothing witnesses {spec.__name__}.", f"Register one under the entry point {ENTRY_POINTS}."
            )
        devices = dict.fromkeys(witness.device for witness in found)
        known = Panel(tuple(found), ", ".join(devices), "; ".join(witness.name for witness in found))
        _PANELS[spec] = known
    return known


@cache
def _load() -> None:
    package = import_module("quizcv.reference")
    for module in iter_modules(package.__path__):
        import_module(f"quizcv.reference.{module.name}")
    for point in entry_points(group=ENTRY_POINTS):
        try:
            point.load()
        except Exception as error:
            raise ItemError(f"the witnesses of {point.value} cannot be loaded: {error}.", "Uninstall them.") from error


@contextmanager
def running() -> Iterator[None]:
    """Torch as witnesses want it: one thread (the operations are tiny) and float64 (so that digits can be compared);
    afterwards as it was."""
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
