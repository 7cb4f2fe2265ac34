"""The cards that `DECK…` and `--tag` name. A name that no card has is a slip of the finger, not a deck in which nothing waits."""

from __future__ import annotations

from collections.abc import Iterable

from quizcv.errors import NotFound
from quizcv.model import CardFilter
from quizcv.store import Unit


def chosen(unit: Unit, decks: list[str], tags: list[str]) -> CardFilter:
    """The filter that is asked for.

    Raises:
        NotFound: no card is in such a deck, or has such a tag; names like it are told. In a database without
            cards nothing is asked.
    """
    if unit.cards.empty():
        return CardFilter(decks=tuple(decks), tags=tuple(tags))
    if decks:
        known = {"::".join(deck.split("::")[:depth]) for deck in unit.cards.decks() for depth in range(1, 9)}
        for deck in decks:
            _must_be_known("deck", deck, known, "`quizcv decks` lists them.")
    for tag in tags:
        _must_be_known("tag", tag, unit.cards.tags(), "Tags stand in the deck files: {#id .tag}.")
    return CardFilter(decks=tuple(decks), tags=tuple(tags))


def _must_be_known(what: str, name: str, known: Iterable[str], hint: str) -> None:
    from difflib import get_close_matches

    names = {known_name.casefold(): known_name for known_name in sorted(known)}
    if name in names.values():
        return
    last = {folded.rpartition("::")[2]: full for folded, full in names.items()} | names
    close = dict.fromkeys(last[match] for match in get_close_matches(name.casefold(), last, n=3))
    raise NotFound(f"there is no {what} {name!r}.", f"Did you mean {' or '.join(close)}?" if close else hint)
