"""Anki's reviewer without Anki's window: its own scripts, styles and MathJax in a page, spoken to as `aqt/reviewer.py` speaks to it."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import Tab

if TYPE_CHECKING:
    from anki.cards import Card  # to import it first is a circle in anki

#: What Anki puts around a card (aqt/webview.py, `stdHtml`), with its two classes for the night and its bridge, which takes notes here.
_PAGE = """<!doctype html>
<html class="{html}" dir="ltr" data-bs-theme="{theme}">
<head><meta charset="utf-8"><link rel="icon" href="data:,"><title>main webview</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" type="text/css" href="/_anki/css/webview.css">
<style>body {{ zoom: 1; background-color: var(--canvas); }} html {{ font-family: "DejaVu Sans", sans-serif; }}
:root {{ --canvas: #f5f5f5 }} :root[class*=night-mode] {{ --canvas: #2c2c2c }}</style>
<link rel="stylesheet" type="text/css" href="/_anki/css/reviewer.css">
<script>
window.commands = [];
var pycmd, bridgeCommand; bridgeCommand = pycmd = (command) => {{ commands.push(command); return false; }};
</script>
</head>
<body class="{body}"><script src="/_anki/js/webview.js"></script><script src="/_anki/js/reviewer.js"></script>
<div id="_mark" hidden>&#x2605;</div><div id="_flag" hidden>&#x2691;</div><div id="qa" dir="auto"></div></body></html>
"""
#: An app that loads every side afresh, as AnkiDroid did for long: no reviewer script, nothing lives on but what the browser stores.
_ALONE = """<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">{math}</head>
<body class="card card1{night}"><div id="content">{side}</div></body></html>
"""
_MATH = '<script src="/_anki/js/mathjax.js"></script><script src="/_anki/js/vendor/mathjax/tex-chtml-full.js"></script>'


def anki_web(cache: Path) -> Path:
    """The folder of Anki's web files, from the wheel of the version that is installed; downloaded once."""
    anki = version("anki")
    found = cache / f"aqt-{anki}"
    with (cache / "aqt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.is_dir():
            _download(anki, cache / "aqt-new", found)
    return found / "_aqt" / "data" / "web"


def _download(anki: str, new: Path, found: Path) -> None:
    shutil.rmtree(new, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", f"aqt=={anki}", "--no-deps", "--quiet", "--dest", str(new)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("Anki's web files cannot be downloaded: pip took too long")
    if done.returncode:
        pytest.skip(f"Anki's web files cannot be downloaded: {done.stderr.strip()[-300:]}")
    packed = next(new.glob("*.whl"))
    with zipfile.ZipFile(packed) as wheel:
        wheel.extractall(new, [name for name in wheel.namelist() if name.startswith("_aqt/data/web/")])
    packed.unlink()
    new.rename(found)


class Reviewer:
    """Where the pages are: `folder` is what a server shows at `url`."""

    def __init__(self, folder: Path, url: str, web: Path) -> None:
        self.folder = folder
        self.url = url
        (folder / "_anki").symlink_to(web)
        for night in (False, True):
            body = "isLin fancy" + (" nightMode night_mode" if night else "")
            page = _PAGE.format(html="night-mode" * night, theme="dark" if night else "light", body=body)
            (folder / f"{'night' if night else 'day'}.html").write_text(page, encoding="utf-8")

    def open(self, tab: Tab, *, night: bool = False) -> Desk:
        """The reviewer in a tab, without a card yet."""
        tab.open(f"{self.url}/{'night' if night else 'day'}.html")
        return Desk(tab, night)

    def open_alone(self, tab: Tab, side: str, *, night: bool = False, math: bool = False) -> None:
        """One side of a card in a page of its own; `math` with MathJax, which takes a while."""
        page = self.folder / "alone.html"
        body = _ALONE.format(side=side, night=" nightMode night_mode" if night else "", math=_MATH if math else "")
        page.write_text(body, encoding="utf-8")
        tab.open(f"{self.url}/{page.name}")
        if math:
            tab.run("MathJax.startup.promise.then(() => MathJax.typesetPromise()).then(() => 1)")


class Desk:
    """The reviewer at work."""

    def __init__(self, tab: Tab, night: bool) -> None:
        self.tab = tab
        self._night = " nightMode night_mode" if night else ""

    def question(self, card: Card) -> None:
        """Show the front, as `Reviewer._showQuestion` does, and wait until it stands."""
        front, back = (json.dumps(_escaped(card, side)) for side in (card.question(reload=True), card.answer()))
        self._shown(f"_showQuestion({front}, {back}, 'card card{card.ord + 1} isLin{self._night}')")

    def answer(self, card: Card) -> None:
        """Show the back."""
        self._shown(f"_showAnswer({json.dumps(_escaped(card, card.answer()))})")

    @property
    def commands(self) -> list[str]:
        """What the card has asked of Anki."""
        asked: list[str] = self.tab.run("commands.splice(0)")
        return [one for one in asked if one not in ("updateToolbar", "repaintNeeded")]

    def _shown(self, call: str) -> None:
        self.tab.run(f"{call}; new Promise((done) => _queueAction(async () => done(1)))")


def _escaped(card: Card, side: str) -> str:
    return card.col.media.escape_media_filenames(side)
