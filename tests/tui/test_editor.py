"""How editors are started."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from quizcv.errors import NotFound, UsageError
from quizcv.tui import editor

FILE = Path("/notes/a b.md")


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("vi", ["vi", "+12", "/notes/a b.md"]),
        ("/usr/bin/nvim -u NONE", ["/usr/bin/nvim", "-u", "NONE", "+12", "/notes/a b.md"]),
        ("nano", ["nano", "+12", "/notes/a b.md"]),
        ("emacs -nw", ["emacs", "-nw", "+12", "/notes/a b.md"]),
        ("micro", ["micro", "+12", "/notes/a b.md"]),
        ("gvim", ["gvim", "-f", "+12", "/notes/a b.md"]),
        ("hx", ["hx", "/notes/a b.md:12"]),
        ("code", ["code", "-w", "-g", "/notes/a b.md:12"]),
        ("code -w", ["code", "-w", "-g", "/notes/a b.md:12"]),
        ("subl", ["subl", "-w", "/notes/a b.md:12"]),
        ("kate", ["kate", "-b", "-l", "12", "/notes/a b.md"]),
        ("my-own-editor --big", ["my-own-editor", "--big", "/notes/a b.md"]),
        ("'/opt/my editor/vim'", ["/opt/my editor/vim", "+12", "/notes/a b.md"]),
    ],
)
def test_each_editor_is_told_the_line(stated: str, words: list[str]) -> None:
    """An unknown one gets the file alone; options of the setting stay."""
    assert editor.command(stated, FILE, 12) == words


@pytest.mark.parametrize("stated", ["vi 'open", "  ", ""])
def test_a_setting_that_is_no_command(stated: str) -> None:
    """It is told, with what to do."""
    with pytest.raises(UsageError) as caught:
        editor.command(stated, FILE, 1)
    assert "config set editor" in caught.value.hint


@pytest.mark.parametrize(
    ("setting", "environ", "chosen"),
    [
        ("hx", {"VISUAL": "code", "EDITOR": "vi"}, "hx"),
        ("", {"VISUAL": "code", "EDITOR": "vi"}, "code"),
        ("", {"VISUAL": " ", "EDITOR": "vi"}, "vi"),
    ],
)
def test_which_editor(setting: str, environ: dict[str, str], chosen: str) -> None:
    """The setting, $VISUAL, $EDITOR, in this order."""
    assert editor.chosen(setting, environ) == chosen


def test_without_any_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told, not guessed."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="no editor"):
        editor.chosen("", {})
    with pytest.raises(UsageError, match="was not found"):
        editor.edit(Path(__file__), 1, "vi")


def test_editing_waits_and_passes_line_and_file(tmp_path: Path) -> None:
    """The program is started with the words, and has ended when `edit` returns; its exit code is its own matter."""
    note = tmp_path / "note.md"
    note.write_text("one\n")
    script = tmp_path / "vim"
    script.write_text('#!/bin/sh\nprintf \'%s\\n\' "$1" >> "$2"\nexit 3\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    editor.edit(note, 7, str(script))
    assert note.read_text() == "one\n+7\n"


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """Nothing is started."""
    with pytest.raises(NotFound, match="not there"):
        editor.edit(tmp_path / "gone.md", 1, "vi")


def test_a_program_that_cannot_start(tmp_path: Path) -> None:
    """A file that is executable and is no program."""
    (tmp_path / "note.md").write_text("x")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    with pytest.raises(UsageError, match="did not start"):
        editor.edit(tmp_path / "note.md", 1, str(broken))
