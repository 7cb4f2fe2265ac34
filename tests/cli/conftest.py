"""Running commands as `main()` does, with a database and settings of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from quizcv.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: database, settings and language are the test's own."""
    monkeypatch.setenv("QUIZCV_DB", str(tmp_path / "data" / "quizcv.db"))
    monkeypatch.setenv("QUIZCV_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES", "QUIZCV_LEARNER", "QUIZCV_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("cards", "list", stdin="…")` as if typed."""

    def run_(*words: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["quizcv", *words])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run_
