"""Opening a deck file in the learner's editor, at the line of a card."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from quizcv.errors import NotFound, UsageError

#: How each editor is told the line, and to stay until the file is closed. `{file}` and `{line}` are put in.
_PLUS = ("+{line}", "{file}")
_COLON = ("{file}:{line}",)
_CODE = ("-w", "-g", "{file}:{line}")
_STYLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("vi", "vim", "nvim", "nvi", "vis", "view", "elvis", "lvim", "vim.tiny", "vim.basic"), _PLUS),
    **dict.fromkeys(("nano", "pico", "emacs", "emacsclient", "mg", "jed", "joe", "jmacs", "ne", "ee", "kak"), _PLUS),
    **dict.fromkeys(("micro", "zile"), _PLUS),
    **dict.fromkeys(("gvim", "mvim"), ("-f", *_PLUS)),
    **dict.fromkeys(("hx", "helix"), _COLON),
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "code-oss"), _CODE),
    **dict.fromkeys(("subl", "sublime_text"), ("-w", *_COLON)),
    **dict.fromkeys(("zed", "zeditor"), ("--wait", *_COLON)),
    **dict.fromkeys(("idea", "pycharm", "charm"), ("--wait", "--line", "{line}", "{file}")),
    "bbedit": ("-w", *_PLUS),
    "gedit": ("--wait", *_PLUS),
    "kate": ("-b", "-l", "{line}", "{file}"),
    "kwrite": ("-l", "{line}", "{file}"),
    "mate": ("-w", "-l", "{line}", "{file}"),
    "notepad++": ("-multiInst", "-n{line}", "{file}"),
}
_FALLBACKS = ("nano", "vi", "vim", "notepad")


def command(editor: str, file: Path, line: int) -> list[str]:
    """The words that open `file` at `line` in `editor` (which may hold options of its own).

    An editor that is not known gets the file alone.

    Raises:
        UsageError: the setting cannot be read as a command (an open quotation mark).
    """
    try:
        words = shlex.split(editor, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"the editor {editor!r} cannot be read: {error}.", _HINT) from error
    if not words:
        raise UsageError("the editor is an empty command.", _HINT)
    words = [words[0].strip('"'), *words[1:]]
    name = Path(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    style = _STYLES.get(name, ("{file}",))
    told = [part.format(file=file, line=max(line, 1)) for part in style]
    return words + [part for part in told if part not in words]


_HINT = 'Choose one, for example `quizcv config set editor "code -w"`, or set $VISUAL or $EDITOR.'


def chosen(setting: str, environ: Mapping[str, str] | None = None) -> str:
    """The editor of the settings, else of $VISUAL, else of $EDITOR, else the first common one there is.

    Raises:
        UsageError: there is none.
    """
    environ = os.environ if environ is None else environ
    for stated in (setting, environ.get("VISUAL", ""), environ.get("EDITOR", "")):
        if stated.strip():
            return stated
    found = next((name for name in _FALLBACKS if shutil.which(name)), "")
    if not found:
        raise UsageError("no editor was found.", _HINT)
    return found


def edit(file: Path, line: int, editor: str = "") -> None:
    """Let the learner edit `file`, the cursor on `line`; returns when the editor is closed.

    Raises:
        NotFound: the file is gone.
        UsageError: there is no editor, or it cannot be started.
    """
    if not file.is_file():
        raise NotFound(f"{file} is not there any more.", "`quizcv sync` reads the decks again.")
    words = command(chosen(editor), file.absolute(), line)
    if shutil.which(words[0]) is None:
        raise UsageError(f"the editor {words[0]!r} was not found.", _HINT)
    try:
        with _interrupts_left_to_the_editor():
            subprocess.run(words, check=False)
    except OSError as error:
        raise UsageError(f"the editor {words[0]!r} did not start: {error.strerror}.", _HINT) from error


@contextmanager
def _interrupts_left_to_the_editor() -> Iterator[None]:
    """Ctrl-C in the editor is the editor's: it must not end the review behind it.

    A handler, unlike SIG_IGN, is not inherited by the program that is started.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers, and only it is interrupted
        return
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
