"""`quizcv sync --watch`: a saved file is read at once, Ctrl-C ends it well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def test_a_saved_file_is_read(tmp_path: Path) -> None:
    """Saving a note adds its card without another command; Ctrl-C leaves nothing half done."""
    notes = tmp_path / "notes"
    notes.mkdir()
    env = {**os.environ, "QUIZCV_DB": str(tmp_path / "q.db"), "QUIZCV_CONFIG": str(tmp_path / "c.toml")}
    log = tmp_path / "log"
    with log.open("w") as out:
        watching = subprocess.Popen(
            [sys.executable, "-m", "quizcv", "sync", str(notes), "--watch"], env=env, stdout=out, stderr=out
        )
    try:
        _until(log, "Watching")
        time.sleep(0.5)  # the watch itself begins after the word
        (notes / "a.md").write_text("# Stride\n\nThe step of the kernel.\n")
        _until(log, "1 added")
        (notes / "a.md").write_text("# Stride\n\nThe step of the kernel, in pixels.\n")
        _until(log, "renamed")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=20) in (0, 130)
    finally:
        watching.kill()
    assert "Traceback" not in log.read_text()


def _until(log: Path, words: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while words not in log.read_text():
        assert time.monotonic() < end, f"{words!r} never came: {log.read_text()}"
        time.sleep(0.05)
