"""The desk of these tests: see desk.py."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import THREE, World

from quizcv.store import Store


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and no card, to copy: making one takes alembic."""
    path = tmp_path_factory.mktemp("empty") / "quizcv.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    shutil.copy(empty, tmp_path / "quizcv.db")
    made = World(tmp_path / "quizcv.db")
    yield made
    made.close()


@pytest.fixture
def three(world: World) -> World:
    """Two reviews and a new card."""
    world.put(*THREE)
    return world
