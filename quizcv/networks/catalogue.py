"""All networks by name.

network("resnet50") ── what its family wrote down; options (`groups=`, `width=`, `heads=`) where the family has them
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from quizcv.errors import NetworkError, NotFound
from quizcv.networks.network import Network, Plan
from quizcv.networks.ops import Shape

#: What networks are made for, in the order they are listed.
TASKS = ("classification", "segmentation", "detection", "pose")

Option = int | float | bool


@dataclass(frozen=True, slots=True)
class Known:
    """A network that can be asked for. `write` writes its layers into a plan; `options` are those that people may set, with their
    defaults; `source` is the paper, with the table it is drawn in; `year` is the paper's."""

    name: str
    title: str
    write: Callable[..., None]
    source: str
    year: int
    input: Shape = (3, 224, 224)
    task: str = "classification"
    options: Mapping[str, Option] | None = None


@cache
def catalogue() -> Mapping[str, Known]:
    """By name, tasks and years in order."""
    families = import_module("quizcv.networks.families")
    found = [
        known
        for module in iter_modules(families.__path__)
        for known in getattr(import_module(f"{families.__name__}.{module.name}"), "NETWORKS", ())
    ]
    found.sort(key=lambda known: (TASKS.index(known.task), known.year))
    return {known.name: known for known in found}


def known(name: str) -> Known:
    """Raises NotFound, with the nearest names."""
    there = catalogue()
    if name in there:
        return there[name]
    wanted = name.lower().replace("-", "").replace("_", "").replace(" ", "")
    alike = {one.replace("_", ""): one for one in there}
    same = [wanted] if wanted in alike else difflib.get_close_matches(wanted, alike, 3, 0.6)
    near = [alike[one] for one in same]
    hint = f"Did you mean {' or '.join(near)}?" if near else "`quizcv net list` shows them all."
    raise NotFound(f"there is no network {name!r}.", hint)


@cache
def network(name: str, **options: Option) -> Network:
    """The network of this name.

    Raises:
        NotFound: there is none; the nearest are named.
        NetworkError: it does not take such an option, or not this value.
    """
    found = known(name)
    for option in options:
        if option not in (found.options or {}):
            takes = sorted(one.name for one in catalogue().values() if option in (one.options or {}))
            raise NetworkError(f"{name} has no option {option}.", f"It is for {', '.join(takes)}.")
    changed = [f"{option} {value}" for option, value in options.items() if value != (found.options or {})[option]]
    title = ", ".join((found.title, *changed)).replace("heads True", "with auxiliary heads")
    plan = Plan(name, title, found.input, source=found.source, training=bool(options.get("heads", False)))
    try:
        found.write(plan, **options)
    except ValueError as error:
        raise NetworkError(f"{name}: {error}.") from None
    return plan.network()
