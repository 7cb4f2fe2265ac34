"""What a careful reader notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quizcv.deck.files import Source
from quizcv.model import DeckFile, Fault


def lint(files: Sequence[DeckFile], sources: Iterable[Source] = ()) -> list[Fault]:
    return []
