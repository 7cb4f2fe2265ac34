"""The desk of these tests: see desk.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import THREE, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "quizcv.db")
    yield made
    made.close()


@pytest.fixture
def three(world: World) -> World:
    """Two reviews and a new card."""
    world.put(*THREE)
    return world
