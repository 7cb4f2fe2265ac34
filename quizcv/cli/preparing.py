"""Verified items and proofs for the cards there are: made by `sync`, by `items pool`, and by a process behind `review`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from quizcv.errors import QuizcvError

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.verify.pool import Prepared

_STARTED: list[subprocess.Popen[bytes]] = []


def wanted(ws: Workspace) -> bool:
    """Whether anything is missing, and may be made: the setting `prepare`, or QUIZCV_PREPARE=0 for one command, forbids it."""
    if not ws.values["prepare"] or os.environ.get("QUIZCV_PREPARE") == "0":
        return False
    with ws.store.read() as db:
        return bool(db.pool.shortage() or db.pool.unproven())


def in_background(ws: Workspace) -> None:
    """Start a process that makes what is missing, unless nothing is. It outlives this one, and gives way to everybody else.

    If it cannot be started, the review goes on all the same: what it lacks is made another time.
    """
    with suppress(QuizcvError, OSError):
        if wanted(ws):
            _start(ws)


def _start(ws: Workspace) -> None:
    command = [sys.executable, "-m", "quizcv", "items", "pool", "--fill", "--quiet"]
    url = ws.store.url.render_as_string(hide_password=False)
    # The URL goes by the environment: on the command line everybody could read its password.
    env = {**os.environ, "QUIZCV_DB": url, "OMP_NUM_THREADS": "1"}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)
    _STARTED.append(process)  # it is not waited for, and Python warns of one that is dropped


def here(
    ws: Workspace,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    target: int | None = None,
    only: Collection[str] | None = None,
) -> Prepared:
    """Make what is missing now, in this process; of `only` some models, where somebody waits for them."""
    from random import SystemRandom

    from quizcv.store.pool import TARGET
    from quizcv.verify.pool import prepare

    return prepare(ws.store, SystemRandom().getrandbits(48), target or TARGET, progress, only)
