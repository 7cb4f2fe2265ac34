"""Keeping the pool full, and asking the reference about the claims of cards, so that a review never waits for torch."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import islice

from quizcv.errors import ItemError
from quizcv.items import models
from quizcv.reference import ENGINE, running
from quizcv.store import Store
from quizcv.store.pool import TARGET
from quizcv.verify.calc import refuted
from quizcv.verify.item import verified

#: Items written in one transaction: a review that wants to write in between waits for a few milliseconds at most.
AT_ONCE = 50

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Prepared:
    """What `prepare` did: items added, claims that hold, and what went wrong, by model and by claim."""

    items: int = 0
    claims: int = 0
    stopped: dict[str, str] = field(default_factory=dict)
    refuted: list[str] = field(default_factory=list)


def prepare(
    store: Store,
    seed: int,
    target: int = TARGET,
    progress: Progress = lambda _done, _total: None,
    only: Collection[str] | None = None,
) -> Prepared:
    """Fill the pool and prove the claims that nobody asked about yet; of `only` some models, where somebody waits for them.

    A model whose formula and reference disagree is stopped: it loses what it has in the pool and gives no more items until its
    version changes or `items pool --restart`. `seed` must differ from call to call, else the same items come again.
    """
    done = Prepared()
    with running():
        _fill(store, seed, target, progress, only, done)
        if only is None:
            _prove(store, done)
    return done


def _fill(
    store: Store, seed: int, target: int, progress: Progress, only: Collection[str] | None, done: Prepared
) -> None:
    known = models()
    with store.write() as db:
        db.pool.drop_outdated({name: model.version for name, model in known.items()})
        missing = {pair: count for pair, count in db.pool.shortage(target).items() if only is None or pair[0] in only}
    for name in {name for name, _level in missing} - set(known):
        _stop(store, done, name, 0, "there is no such item model.")
    # Round by round: every card has one item before any has two.
    rounds = (
        (known[name], level, turn)
        for turn in range(target)
        for (name, level), count in missing.items()
        if turn < count and name in known
    )
    total = sum(missing.values())
    for part in iter(lambda: list(islice(rounds, AT_ONCE)), []):
        ready = []
        for model, level, turn in part:
            if model.name in done.stopped:
                continue
            try:
                ready.append(verified(model.item(seed, turn, level)).published().to_json())
            except ItemError as error:
                _stop(store, done, model.name, model.version, str(error))
        ready = [item for item in ready if item["model"] not in done.stopped]
        with store.write() as db:
            db.pool.add(ready)
        done.items += len(ready)
        progress(done.items, total)


def _stop(store: Store, done: Prepared, name: str, version: int, reason: str) -> None:
    done.stopped[name] = reason
    with store.write() as db:
        db.pool.stop(name, version, reason)


def _prove(store: Store, done: Prepared) -> None:
    with store.read() as db:
        claims = db.pool.unproven()
    faults = {key: fault.message if (fault := refuted(claim)) else "" for key, claim in claims.items()}
    done.claims += sum(not fault for fault in faults.values())
    done.refuted += [fault for fault in faults.values() if fault]
    with store.write() as db:
        db.pool.put_proofs(ENGINE, faults)
