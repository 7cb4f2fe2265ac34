"""From `quizcv review` to the first card on the screen, against the bare imports it needs."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.timing import in_turns, line

#: Runs the review, and at the first thing it draws writes down which modules of others it has imported by then.
LISTING = """
import os, sys, textual.app
draw = textual.app.App._display
def listing(app, screen, what):
    draw(app, screen, what)
    with open({path!r} + ".part", "w") as file:
        file.write("\\n".join(name for name in sys.modules if not name.startswith(("quizcv", "__main__"))))
    os.replace({path!r} + ".part", {path!r})
textual.app.App._display = listing
sys.argv = ["quizcv", "review", "--lang", "en"]
from quizcv.cli import main
main()
"""
#: The bare work: a Python that imports the same modules.
BARE = """
import importlib
for name in open({path!r}).read().split():
    importlib.import_module(name)
print("ready", flush=True)
"""


def until(words: bytes, command: list[str], env: dict[str, str], linger: float = 0) -> None:
    """Run a command in a terminal of its own until it has written `words` (and `linger` seconds more), then end it."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(command[0], command, env)
    seen, end = b"", time.monotonic() + 60
    while words not in seen:
        if time.monotonic() > end or not select.select([terminal], [], [], 60)[0]:
            raise RuntimeError(f"{words!r} never came: {seen[-500:]!r}")
        seen += os.read(terminal, 65536)
    time.sleep(linger)
    os.kill(process, 9)
    os.waitpid(process, 0)
    os.close(terminal)


def run(rounds: int = 15) -> list[str]:
    with tempfile.TemporaryDirectory() as home:
        env = {
            **os.environ,
            "QUIZCV_DB": str(Path(home) / "q.db"),
            "QUIZCV_CONFIG": str(Path(home) / "c.toml"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "COLUMNS": "80",
            "LINES": "24",
        }
        review = [sys.executable, "-m", "quizcv", "review", "--lang", "en"]
        subprocess.run([*review, "--plain"], env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        modules = str(Path(home) / "modules.txt")
        until(b"show answer", [sys.executable, "-c", LISTING.format(path=modules)], env, linger=1)
        bare = [sys.executable, "-c", BARE.format(path=modules)]
        rows = []
        # quizcv collects garbage rarely while it starts; the second row lets the bare imports do so too.
        for name, before in (("start", ""), ("start=gc", "import gc; gc.set_threshold(100_000, 20, 100)")):
            alike = [*bare[:2], f"{before}\n{bare[2]}"]
            times = in_turns(
                lambda: until(b"show answer", review, env), lambda alike=alike: until(b"ready", alike, env), rounds
            )
            rows.append(line(name, *times, "≤ 1.3"))
    return rows
