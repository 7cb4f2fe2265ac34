"""A deck on paper: what parse() returned, in lines a fixture can hold."""

from __future__ import annotations

from quizcv.model import CardText, DeckFile, Fault, Gap


def dump(deck: DeckFile) -> str:
    """Everything of a deck, line by line: cards, gaps and faults in the order of the file, then the counts."""
    found: list[tuple[int, int, str]] = [
        *((card.line, 1, _card(card)) for card in deck.cards),
        *((gap.line, 0, _gap(gap)) for gap in deck.gaps),
        *((fault.place.line, 2, _fault(fault)) for fault in deck.faults),
    ]
    found.sort(key=lambda entry: entry[:2])
    counts = f"= {len(deck.cards)} cards, {len(deck.gaps)} gaps, {len(deck.faults)} faults"
    named = f" in {deck.deck or '-'} ({deck.lang or '-'})" if deck.deck or deck.lang else ""
    return "\n".join([*(text for _, _, text in found), counts + named]) + "\n"


def _card(card: CardText) -> str:
    words = [f"{card.line}-{card.end_line}", card.kind.value, card.key, *(f".{tag}" for tag in card.tags)]
    words += [word for word, said in (("typed", card.typed), ("explicit", card.explicit)) if said]
    lines = [" ".join(words)]
    if card.breadcrumb:
        lines.append(f"  in    {' › '.join(card.breadcrumb)}")
    if card.item:
        lines.append(f"  item  {card.item.model} {card.item.level or '-'}")
    else:
        lines += [f"  front {_line(card.front)}", f"  back  {_line(card.back)}"]
    if card.hint:
        lines.append(f"  hint  {card.hint}")
    lines += [f"  claim {claim.line}: {claim.model} {claim.params} = {claim.equals!r}" for claim in card.claims]
    return "\n".join(lines)


def _gap(gap: Gap) -> str:
    return f"{gap.line} gap {' › '.join((*gap.breadcrumb, gap.heading or '(empty heading)'))}"


def _fault(fault: Fault) -> str:
    return f"{fault.place.line}:{fault.place.column} {fault.severity} {fault.code}"


def _line(text: str) -> str:
    return text.replace("\n", "⏎")
