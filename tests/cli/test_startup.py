"""Review starts fast: nothing heavy is imported on its way to the first card."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "torch",
    "alembic",
    "genanki",
    "numpy",
    "watchfiles",
    "rapidfuzz",
    "tomlkit",
    "mdit_py_plugins.front_matter",
    "asyncpg",
    "quizcv.answers",  # what computational cards need comes with the first of them
    "quizcv.items",
    "quizcv.published",
)


def imported(words: list[str], home: Path, **more: str) -> set[str]:
    """The modules a `quizcv` process has imported when it ends."""
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('MODULES', *sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['quizcv', *{words!r}]\n"
        "from quizcv.cli import main\nmain()\n"
    )
    env = {
        **os.environ,
        "QUIZCV_DB": str(home / "q.db"),
        "QUIZCV_CONFIG": str(home / "c.toml"),
        "LANG": "C.UTF-8",
        **more,
    }
    done = subprocess.run([sys.executable, "-c", code], env=env, input=b"\n3\nq\n", capture_output=True, check=False)
    line = next(line for line in done.stderr.decode().splitlines() if line.startswith("MODULES"))
    assert done.returncode == 0, done.stderr
    return set(line.split()[1:])


@pytest.mark.parametrize(
    ("words", "also_absent"),
    [
        (["review", "--plain"], ("textual",)),
        (["due", "--short"], ("textual", "rich")),
        (["undo"], ("textual", "rich")),
    ],
)
def test_nothing_heavy_on_the_way(tmp_path: Path, words: list[str], also_absent: tuple[str, ...]) -> None:
    """The first run migrates and syncs and may load what it needs; every later one may not."""
    imported(["review", "--plain"], tmp_path)
    modules = imported(words, tmp_path)
    assert "sqlalchemy" in modules  # the measurement sees something
    assert {name for name in (*HEAVY, *also_absent) if name in modules} == set()
