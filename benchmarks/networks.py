"""`quizcv net resnet50 --json` against the import of PyTorch, which it needs to verify."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.timing import in_turns, line

COMMAND = [sys.executable, "-m", "quizcv", "net", "resnet50", "--json"]
BARE = [sys.executable, "-c", "import torch"]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def net(rounds: int = 7) -> list[str]:
    verified = in_turns(lambda: _run(COMMAND), lambda: _run(BARE), rounds)
    formulas = in_turns(lambda: _run([*COMMAND, "--no-verify"]), lambda: _run(BARE), rounds)
    return [line("net", *verified, "1 s more"), line("net=form", *formulas, "≤ 0.5")]
