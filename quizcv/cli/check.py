"""`quizcv check` and `quizcv gaps`: they read deck files and touch no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizcv.cli.options import AsJson

if TYPE_CHECKING:
    from quizcv.model import DeckFile, Fault

Paths = Annotated[list[Path] | None, typer.Argument(help="Deck files and folders; default: the configured ones.")]


def check(
    paths: Paths = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings count as faults; numbers want a confirmation.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Report every fault in deck files, claims that PyTorch refutes, and cards that could be better.

    One line each: file:line:column, what is wrong, what to do. Exit code 1 if there are faults (with --strict: or warnings). --strict
    also lists answers that state a number which neither a claim nor a source confirms.

    Example: `quizcv check ~/notes`
    """
    from quizcv.model import Severity

    decks, faults = _read(paths, linted=True, numbers=strict)
    claims = sum(len(card.claims) for deck in decks for card in deck.cards)
    faults = sorted([*faults, *_asked(decks)])
    failing = [fault for fault in faults if strict or fault.severity is Severity.FAULT]
    if as_json:
        from quizcv.cli.output import fault_dict, write_json

        cards = sum(len(deck.cards) for deck in decks)
        report = {
            "files": len(decks),
            "cards": cards,
            "claims": claims,
            "ok": not failing,
            "faults": [fault_dict(fault) for fault in faults],
        }
        write_json(report)
    else:
        for fault in faults:
            typer.echo(str(fault))
        wrong = sum(fault.severity is Severity.FAULT for fault in faults)
        refuted = sum(fault.code in ("claim-refuted", "claim-impossible") for fault in faults)
        confirmed = f"{claims - refuted} of {claims} claims confirmed by PyTorch" if claims else "no claims"
        typer.echo(
            f"{len(decks)} files, {sum(len(deck.cards) for deck in decks)} cards, {confirmed}: "
            f"{wrong} faults, {len(faults) - wrong} warnings."
        )
    if failing:
        raise typer.Exit(1)


def _asked(decks: list[DeckFile]) -> list[Fault]:
    """What the reference says against the claims, and the registry against the item blocks; torch is loaded only for claims."""
    if not any(card.claims or card.item for deck in decks for card in deck.cards):
        return []
    from quizcv.model import Fault, Place, Severity
    from quizcv.verify.calc import refuted

    found = []
    for deck in decks:
        stated: set[tuple[int, str]] = set()
        for card in deck.cards:
            if card.item and (problem := _unknown(card.item.model)):
                found.append(Fault(Place(deck.path, card.line), Severity.FAULT, "item-unknown", *problem))
            for claim in card.claims:
                if (claim.line, str(claim)) in stated:
                    continue  # every card of a note carries the note's claims
                stated.add((claim.line, str(claim)))
                if fault := refuted(claim):
                    code = "claim-impossible" if fault.impossible else "claim-refuted"
                    found.append(Fault(Place(deck.path, claim.line), Severity.FAULT, code, fault.message, fault.hint))
    return found


def _unknown(model: str) -> tuple[str, str] | None:
    from quizcv.errors import NotFound
    from quizcv.items import model_named

    try:
        model_named(model)
    except NotFound as error:
        return error.message[0].upper() + error.message[1:], error.hint
    return None


def gaps(paths: Paths = None, as_json: AsJson = False) -> None:
    """List headings without an answer: the questions still to be worked on.

    Example: `quizcv gaps ~/notes`
    """
    decks, _faults = _read(paths, linted=False, numbers=False)
    found = [(deck.path, gap) for deck in decks for gap in deck.gaps]
    if as_json:
        from quizcv.cli.output import gap_dict, write_json

        write_json([gap_dict(path, gap) for path, gap in found])
        return
    for path, gap in found:
        typer.echo(f"{path}:{gap.line}: {' › '.join((*gap.breadcrumb, gap.heading or '(empty heading)'))}")
    typer.echo(f"{len(found)} gaps in {len(decks)} files.")


def _read(paths: list[Path] | None, *, linted: bool, numbers: bool) -> tuple[list[DeckFile], list[Fault]]:
    from quizcv import config
    from quizcv.deck import find, lint, read

    chosen = [path.expanduser() for path in paths] if paths else config.deck_paths(config.load()["decks"])
    found = find(chosen)
    decks = [read(item.file, path=item.path, deck=item.deck, lang=item.lang) for item in found.files]
    faults = [*found.faults, *(fault for deck in decks for fault in deck.faults)]
    if linted:
        faults += lint(decks, found.files, numbers=numbers)
    return decks, sorted(faults)
