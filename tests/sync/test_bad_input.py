"""Whatever lies in a folder of notes: a clear line for each thing that cannot be read, and everything else is read."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from quizcv.config import shipped
from quizcv.deck import MAX_BYTES
from quizcv.model import Severity
from quizcv.store import Store
from quizcv.sync import Changed, sync
from quizcv.sync.reading import look

GOOD = "# Good\n\nThis one is read.\n"


@contextmanager
def nobody() -> Iterator[None]:
    """As a user whom permissions hold (root walks through everything)."""
    if os.geteuid() != 0:
        yield
        return
    shipped("decks")  # where this checkout lies, nobody may not look
    b"x".decode("utf-8-sig")  # a codec is imported at first use, and this Python may be root's own
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def rubbish() -> Iterator[Path]:
    """A folder that anybody may enter, with one good note and everything else that can go wrong."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "notes"
        folder.mkdir()
        for path in (Path(place), folder):
            path.chmod(0o755)
        (folder / "good.md").write_text(GOOD)
        (folder / "binary.md").write_bytes(random.Random(1).randbytes(5000) + b"\0")
        (folder / "latin.md").write_bytes("# Größe\n\ndie Größe\n".encode("latin-1"))
        (folder / "huge.md").write_bytes(b"# Large\n\n" + b"word " * (50 * 1024 * 1024 // 5))
        (folder / "secret.md").write_text("# Secret\n\nno\n")
        (folder / "secret.md").chmod(0)
        (folder / "closed").mkdir()
        (folder / "closed" / "inside.md").write_text("# Inside\n\nno\n")
        (folder / "closed").chmod(0)
        (folder / "dangling.md").symlink_to("nowhere.md")
        (folder / "loop.md").symlink_to("loop.md")
        (folder / "again").symlink_to(".")
        os.mkfifo(folder / "pipe.md")
        (folder / "folder.md").mkdir()
        (folder / "empty.md").write_text("")
        yield folder
        (folder / "closed").chmod(0o755)


def test_a_folder_of_rubbish(rubbish: Path) -> None:
    """One fault a culprit, each with its path and a hint; the good note is read once although a link leads back to it."""
    with nobody():
        findings = look([rubbish], {})
    assert [card.front for reading in findings.readings for card in reading.deck.cards] == ["Good"]
    blamed = {Path(fault.place.path).name: fault for fault in findings.faults}
    assert set(blamed) >= {"binary.md", "latin.md", "huge.md", "secret.md", "closed"}
    assert "good.md" not in blamed
    assert "empty.md" not in blamed
    assert str(blamed["latin.md"].place).endswith("latin.md:1:5")
    for fault in findings.faults:
        expected = (
            Severity.WARNING if Path(fault.place.path).name == "again" else Severity.FAULT
        )  # a loop costs nothing
        assert fault.severity is expected, fault
        assert fault.message
        assert fault.hint, fault


def test_the_rest_is_synced(rubbish: Path, tmp_path: Path) -> None:
    """The same through the store: the good card is there, nothing half done."""
    with Store.open(f"sqlite:///{tmp_path / 'q.db'}") as store:
        report = sync(store, [rubbish], date(2026, 1, 1))
        assert report.count(Changed.ADDED) >= 1
        with store.read() as db:
            assert "Good" in [card.front for card in db.cards.all()]


def test_just_under_the_limit_is_read(tmp_path: Path) -> None:
    """The limit on size is on size alone: a deck of the largest size is read, and in seconds."""
    section = "## Section {}\n\n" + "An answer. " * 20 + "\n\n"
    text = "".join(section.format(number) for number in range(MAX_BYTES // (len(section) + 6)))
    (tmp_path / "large.md").write_text(text)
    findings = look([tmp_path], {})
    assert findings.faults == []
    assert len(findings.readings[0].deck.cards) == text.count("## Section")


def test_ten_thousand_files_of_rubbish(tmp_path: Path) -> None:
    """Generated rubbish of markers, fences, math, front matter and bytes: never a traceback, twice the same answer."""
    pieces = (
        "# ", "## {#a}", "---\n", "```item\n", "```check\n- model: x\n", "```\n", "Q: ", "A: ", "C: {{c1::", "}}", "T: ", "D: ",
        "$", "$$\n", "- [ ] TODO\n", "> ", "| a | b |\n|---|---|\n", "deck: [", "\t", "\n", "\n\n", "\r\n", "﻿", "　", "：", "字", "x",
        "\\", "`", "**", "<div>", "&#0;", "\x1b[31m", "{.b c=d}", "===\n", "* * *\n", "1. ", "\u2028", "\U0001f600",
    )  # fmt: skip
    rng = random.Random(7)
    for number in range(10_000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(40)))
        data = text.encode() if rng.random() < 0.9 else text.encode() + rng.randbytes(rng.randrange(30))
        (tmp_path / f"{number:05}.md").write_bytes(data)
    first, second = look([tmp_path], {}), look([tmp_path], {})
    assert len(first.readings) > 8_000
    assert first.faults == second.faults
    assert [reading.deck for reading in first.readings] == [reading.deck for reading in second.readings]
    lines = {fault.place.line for fault in first.faults}
    assert min(lines) >= 1
