"""Computational cards inside Anki: a note that holds many verified items, and a note type whose script shows another at each review.

card.js        chooses the item, asks, reacts; without it the note shows one item that does not change
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from quizcv.answers import script, written
from quizcv.exchange.anki.collection import NoteType, Template
from quizcv.exchange.anki.own import notetypes
from quizcv.itemtable import table
from quizcv.model import Text
from quizcv.published import PublishedItem

#: How many items a note holds unless it is said.
ITEMS = 50

#: Anki knows a note type by this number together with its fields: new fields want a new number.
_ID = 1763110000021
_FIELDS = ("Question", "Answer", "Title", "Context", "Lang", "Items", *notetypes.OWN)


@cache
def notetype() -> NoteType:
    """The note type of computational cards."""
    whole = _script()
    card = Template(
        "Card",
        _resource("question.html").replace("SCRIPT", whole),
        _resource("answer.html").replace("SCRIPT", whole),
        browser="{{Question}}",
    )
    return NoteType(_ID, "quizcv Computed", _FIELDS, (card,), notetypes.style() + _resource("style.css"))


def fields(
    items: Sequence[PublishedItem],
    *,
    lang: str,
    title: Text,
    context: str,
    id: str,  # noqa: A002 - the card's, by the name of its field
    source: str,
    render: Callable[[str], str],
) -> tuple[str, ...]:
    """The fields of a note, in the order of the type's. The first item is the one shown where no script runs.

    `lang` (`en` or `zh`) is the language to begin with; `context` is HTML, `source` goes in as it is; `render` turns Markdown into HTML
    that is safe and marks math for MathJax.

    Raises:
        ValueError: there are no items.
    """
    if not items:
        raise ValueError("a computational card needs an item")
    first, html = items[0], cache(render)
    proof = f'<div class="proof">✓ PyTorch ({escape(first.verification.witness)})</div>'
    answer = (
        f'<div class="key">{escape(written(first.key, first.answer))}</div>\n'
        f'<div class="solution">{html(first.solution.in_(lang))}</div>\n{proof}'
    )
    made = {
        "Question": html(first.stem.in_(lang)),
        "Answer": answer,
        "Title": html(title.in_(lang)),
        "Context": context,
        "Lang": "zh" if lang == "zh" else "en",
        "Items": table(items, title, html),
        "Id": escape(id),
        "Source": source,
    }
    return tuple(made[name] for name in _FIELDS)


def _script() -> str:
    """The scripts as one function, without their comments: it goes into every collection, twice. It throws nothing into the page."""
    lines = (script.source() + _resource("card.js")).splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("//")]
    return "\n".join(['(function () {"use strict"; try {', *kept, "} catch (error) {} })();"])


def _resource(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
