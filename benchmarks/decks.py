"""Reading 100,000 cards into a new database, and again when nothing changed."""

from __future__ import annotations

import gc
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from markdown_it import MarkdownIt

from benchmarks.timing import line, seconds
from quizcv.store import Store
from quizcv.sync import sync

TODAY = date(2026, 3, 1)
SECTION = """## What does layer {i} of network {f} do?

It maps {i} channels to {f} with a 3×3 kernel, stride 1 and padding 1:
the output keeps its size, and the layer has $9 \\cdot {i} \\cdot {f}$ weights.

"""


def write(folder: Path, cards: int, files: int) -> list[str]:
    """Heading cards with an answer of two lines, in files of equal size; returns the texts."""
    texts = []
    for f in range(files):
        text = f"# Network {f}\n\n" + "".join(SECTION.format(i=i, f=f) for i in range(cards // files))
        (folder / f"net{f:04}.md").write_text(text, encoding="utf-8")
        texts.append(text)
    return texts


def block_parse(texts: list[str]) -> int:
    """markdown-it-py's own block rules over the same texts, nothing else."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return sum(len(parser.parse(text)) for text in texts)


@contextmanager
def held() -> Iterator[None]:
    """Without garbage collection, as sync works."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def run(cards: int = 100_000, files: int = 1_000, rounds: int = 3) -> list[str]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "notes"
        folder.mkdir()
        texts = write(folder, cards, files)
        times, again = [], []
        for number in range(rounds):
            with Store.open(f"sqlite:///{place}/q{number}.db") as store:
                ours = seconds(lambda: sync(store, [folder], TODAY))
                bare = seconds(lambda: block_parse(texts))
                with held():
                    alike = seconds(lambda: block_parse(texts))
                times.append((ours, bare, alike))
                again.append(seconds(lambda: sync(store, [folder], TODAY)))
        ours, bare, alike = (statistics.median(side) for side in zip(*times, strict=True))
        ratio = statistics.median(a / b for a, b, _c in times)
        ratio_alike = statistics.median(a / c for a, _b, c in times)
    return [
        line("sync", ours, bare, ratio, "≤ 2"),
        line("sync=gc", ours, alike, ratio_alike, "≤ 2"),
        line("resync", statistics.median(again), None, None, "≤ 1 s"),
    ]
