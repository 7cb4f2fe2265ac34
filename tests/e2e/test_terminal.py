"""quizcv in a real terminal: tmux types, the screen is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A tmux session of its own on a socket of its own, 80×24."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "tmux"
        self.env = {
            **os.environ,
            "QUIZCV_DB": str(folder / "q.db"),
            "QUIZCV_CONFIG": str(folder / "c.toml"),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        self.env.pop("TMUX", None)
        self._tmux("new-session", "-d", "-x", "80", "-y", "24", "sh")

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", str(self.socket), *words], env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until(self, words: str, seconds: float = 30) -> str:
        """The screen once it holds `words`."""
        end = time.monotonic() + seconds
        while words not in (screen := self.screen()):
            if time.monotonic() > end:
                raise AssertionError(f"{words!r} never came; the screen was:\n{screen}")
            time.sleep(0.05)
        return screen

    def close(self) -> None:
        self._tmux("kill-server")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def test_a_first_evening(terminal: Terminal, tmp_path: Path) -> None:
    """From an empty home: the first card, an answer, a grade, undo, a grade again, the summary; the review is kept."""
    terminal.type(f"{sys.executable} -m quizcv review --lang en", "Enter")
    terminal.until("20 new")
    terminal.type("Space")
    shown = terminal.until("again")
    assert "1d" in shown
    terminal.type("3")
    terminal.until("19 new")
    terminal.type("u")
    terminal.until("20 new")
    terminal.type("Space")
    terminal.until("again")
    terminal.type("4")
    terminal.until("19 new")
    terminal.type("q")
    terminal.until("1 card")
    terminal.type("q")
    terminal.until("; 1 due tomorrow.")  # back at the shell
    terminal.type(f"clear; {sys.executable} -m quizcv stats --json > {tmp_path}/stats.json; echo fini''shed", "Enter")
    terminal.until("finished")
    assert json.loads((tmp_path / "stats.json").read_text())["today"]["graded"] == 1


def test_chinese(terminal: Terminal) -> None:
    """The Chinese deck on a real screen."""
    terminal.type(f"{sys.executable} -m quizcv review --lang zh activation", "Enter")
    screen = terminal.until("activation::")
    assert sum("一" <= letter <= "鿿" for letter in screen) > 5
    terminal.type("q")
