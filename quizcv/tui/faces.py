"""What a card says: its question, its hint, its answer. A computational card speaks through the item drawn for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizcv import prose
from quizcv.model import Card, Kind
from quizcv.tui import typed

if TYPE_CHECKING:
    from quizcv.answers import Marking
    from quizcv.study import Prompt
    from quizcv.study.computed import Answered

#: By the verdict, whose names these are.
SIGNS = {"right": "✓", "near": "≈", "wrong": "✗"}


def question(prompt: Prompt) -> str:
    """The front as Markdown."""
    return prompt.item.stem.in_(language(prompt)) if prompt.item else front(prompt.card)


def front(card: Card) -> str:
    """A card's own front; a bare term or definition with the question that it stands for."""
    if card.kind is not Kind.TERM:
        return card.front
    asks = prose.asked(card.front, card.lang, reverse=card.key.endswith("~reverse"))
    return f"{card.front}\n\n*{asks}*"


def asks(prompt: Prompt) -> bool:
    """Whether the card wants a typed answer."""
    return prompt.card.typed or prompt.item is not None


def hint(prompt: Prompt) -> str:
    """The card's hint; of a computational card, the formula."""
    return prompt.item.rule.in_(language(prompt)) if prompt.item else prompt.card.hint


def answer(prompt: Prompt) -> str:
    """The back as Markdown; of a computational card the key, the worked solution and who confirmed it."""
    item = prompt.item
    if item is None:
        return prompt.card.back
    from quizcv.answers import written  # only where there is an item

    proof = item.verification
    return f"**{written(item.key, item.answer)}**\n\n{item.solution.in_(language(prompt))}\n\n*✓ PyTorch ({proof.witness})*"


def verdict(prompt: Prompt, said: str, answered: Answered | None) -> tuple[str, str]:
    """A sign for what the learner typed, and what is known of why it is not right."""
    if answered is not None:
        return SIGNS[answered.marking.verdict], _reason(answered.marking, language(prompt))
    right = typed.right(said, prompt.card.back, cloze=prompt.card.kind is Kind.CLOZE)
    return SIGNS["right" if right else "wrong"], ""


def _reason(marking: Marking, lang: str) -> str:
    return marking.why.in_(lang) if marking.why else ""


def language(prompt: Prompt) -> str:
    return "zh" if prompt.card.lang == "zh" else "en"
