"""For every test of exchange that wants the real thing: a browser, Anki's reviewer, an Anki collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from browser import Chromium, served
from reviewer import Reviewer, anki_web


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser for all tests; each takes a tab of its own."""
    browser = Chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def reviewer(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Reviewer]:
    """Anki's reviewer as a page."""
    web = anki_web(pytestconfig.cache.mkdir("anki-web"))
    folder = tmp_path_factory.mktemp("reviewer")
    with served(folder) as url:
        yield Reviewer(folder, url, web)


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """A new, empty collection of the real Anki."""
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()
