"""`quizcv cards`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.options import AsJson, Db, Lang, LearnerName, Tags, complete_cards, complete_decks

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.model import Action, Card, CardState

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Look at cards, and change a learner's relation to them."
)

Ids = Annotated[
    list[str], typer.Argument(metavar="ID", help="Card ids, or their first letters.", autocompletion=complete_cards)
]
InDeck = Annotated[
    list[str] | None,
    typer.Option("--deck", help="Only this deck and what lies below it; repeatable.", autocompletion=complete_decks),
]


@app.command("list")
def list_(
    tags: Tags,
    deck: InDeck = None,
    text: Annotated[str, typer.Option("--text", help="Only cards with this text in front or back.")] = "",
    flagged: Annotated[bool, typer.Option("--flagged", help="Only flagged cards.")] = False,
    suspended: Annotated[bool, typer.Option("--suspended", help="Only suspended cards.")] = False,
    leeches: Annotated[bool, typer.Option("--leeches", help="Only leeches.")] = False,
    lang: Lang = "",
    learner: LearnerName = "",
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """List cards, one a line: id, deck, due, front.

    Example: `quizcv cards list --deck backbone --tag formula`
    """
    from dataclasses import replace

    from quizcv.cli.chosen import chosen
    from quizcv.cli.workspace import workspace

    with workspace(db, learner, lang) as ws:
        with ws.store.read() as unit:
            wanted_cards = replace(chosen(unit, deck or [], tags), text=text)
        rows = _rows(ws, wanted_cards, orphaned=False)
    wanted = [
        (card, state)
        for card, state in rows
        if (not flagged or state.flagged) and (not suspended or state.suspended) and (not leeches or state.leech)
    ]
    _print(wanted, as_json)


@app.command()
def search(text: str, lang: Lang = "", learner: LearnerName = "", db: Db = "", as_json: AsJson = False) -> None:
    """Find cards by a text in front or back, whatever its case.

    Example: `quizcv cards search "receptive field"`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.model import CardFilter

    with workspace(db, learner, lang) as ws:
        _print(_rows(ws, CardFilter(text=text), orphaned=False), as_json)


@app.command()
def orphans(lang: Lang = "", learner: LearnerName = "", db: Db = "", as_json: AsJson = False) -> None:
    """List cards that no deck file holds any more; their history is kept.

    Example: `quizcv cards orphans`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.model import CardFilter

    with workspace(db, learner, lang) as ws:
        _print(_rows(ws, CardFilter(), orphaned=True), as_json)


@app.command()
def adopt(
    old: Annotated[str, typer.Argument(metavar="ORPHAN", help="The card whose text is gone.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new card that is the same in other words.")],
    db: Db = "",
) -> None:
    """Give a new card the history of an orphan, where sync could not know that they are the same card.

    Example: `quizcv cards adopt h1-4f2a vgg-depth`
    """
    from quizcv.cli.workspace import workspace

    with workspace(db) as ws, ws.store.write() as unit:
        orphan, card = unit.cards.find(old, ws.lang), unit.cards.find(new, ws.lang)
        unit.decks.adopt(orphan.id, card.id)
    typer.echo(f"{card.key} goes on with the history of {orphan.key}.")


@app.command()
def show(ids: Ids, lang: Lang = "", learner: LearnerName = "", db: Db = "", as_json: AsJson = False) -> None:
    """Show cards whole: text, place, and the learner's state.

    Example: `quizcv cards show alexnet-conv1`
    """
    from quizcv.cli.workspace import workspace

    with workspace(db, learner, lang) as ws, ws.store.read() as unit:
        found = [unit.cards.find(reference, ws.lang) for reference in ids]
        rows = [(card, unit.schedule.state(ws.learner.id, card.id)) for card in found]
    if as_json:
        _print(rows, as_json)
        return
    for card, state in rows:
        _print_whole(card, state)


@app.command()
def edit(reference: Annotated[str, typer.Argument(metavar="ID")], lang: Lang = "", db: Db = "") -> None:
    """Open a card's text in the editor, at its line, and read it again afterwards.

    Example: `quizcv cards edit alexnet-conv1`
    """
    from quizcv.cli.firstrun import resync
    from quizcv.cli.workspace import workspace
    from quizcv.config import source_file
    from quizcv.errors import UsageError
    from quizcv.tui.editor import edit as open_editor

    with workspace(db, lang=lang) as ws:
        with ws.store.read() as unit:
            card = unit.cards.find(reference, ws.lang)
        if card.orphaned:
            raise UsageError(f"{card.key} is an orphan: no file holds it.", "`quizcv cards show` shows its text.")
        open_editor(source_file(card.path), card.line, ws.values["editor"])
        resync(ws, card)
        with ws.store.read() as unit:
            card = unit.cards.get(card.id, ws.lang)
            state = unit.schedule.state(ws.learner.id, card.id)
    _print_whole(card, state)


@app.command()
def suspend(ids: Ids, learner: LearnerName = "", db: Db = "") -> None:
    """Keep cards out of reviews until they are unsuspended.

    Example: `quizcv cards suspend alexnet-lrn`
    """
    _mark(ids, "suspend", learner, db)


@app.command()
def unsuspend(ids: Ids, learner: LearnerName = "", db: Db = "") -> None:
    """Bring suspended cards back.

    Example: `quizcv cards unsuspend alexnet-lrn`
    """
    _mark(ids, "unsuspend", learner, db)


@app.command()
def bury(ids: Ids, learner: LearnerName = "", db: Db = "") -> None:
    """Keep cards out of reviews until tomorrow.

    Example: `quizcv cards bury alexnet-lrn`
    """
    _mark(ids, "bury", learner, db)


@app.command()
def unbury(ids: Ids, learner: LearnerName = "", db: Db = "") -> None:
    """Bring buried cards back today.

    Example: `quizcv cards unbury alexnet-lrn`
    """
    _mark(ids, "unbury", learner, db)


@app.command()
def flag(ids: Ids, learner: LearnerName = "", db: Db = "") -> None:
    """Flag cards, or take their flag away; `quizcv cards list --flagged` lists them.

    Example: `quizcv cards flag alexnet-lrn`
    """
    _mark(ids, "flag", learner, db)


@app.command()
def reset(ids: Ids, learner: LearnerName = "", db: Db = "") -> None:
    """Make cards new again. The journal keeps what was; `quizcv undo` takes it back.

    Example: `quizcv cards reset alexnet-lrn`
    """
    _mark(ids, "reset", learner, db)


def _mark(ids: list[str], name: str, learner: str, db: str) -> None:
    """All of the cards in one transaction, or, if one is not found, none."""
    from quizcv.cli.workspace import workspace
    from quizcv.model import Action
    from quizcv.study import mark

    action: Action = Action(name)
    with workspace(db, learner) as ws, ws.store.write() as unit:
        cards = [unit.cards.find(reference, ws.lang) for reference in ids]
        changed = [mark(unit, ws.learner, card.id, action, ws.moment()) for card in cards]
    for card, entry in zip(cards, changed, strict=True):
        typer.echo(f"{name}: {card.key}" + ("" if entry else " (nothing to change)"))


def _rows(ws: Workspace, chosen: Any, *, orphaned: bool) -> list[tuple[Card, CardState]]:
    with ws.store.read() as unit:
        cards = list(unit.cards.all(chosen, ws.lang, orphaned=orphaned))
        states = unit.schedule.states(ws.learner.id, [card.id for card in cards])
    return [(card, states[card.id]) for card in cards]


def _print(rows: list[tuple[Card, CardState]], as_json: bool) -> None:
    if as_json:
        from quizcv.cli.output import card_dict, write_json

        write_json([card_dict(card, state) for card, state in rows])
        return
    for card, state in rows:
        typer.echo(f"{card.key}  {card.deck}  {_when(state)}  {' '.join(_name(card).split())}")
    typer.echo(f"{len(rows)} cards.", err=True)


def _name(card: Card) -> str:
    """What stands for a card on one line; a computational one has no text but its model."""
    return card.item.model if card.item else card.front or card.back


def _when(state: CardState) -> str:
    if state.suspended:
        return "leech" if state.leech else "suspended"
    return state.memory.due.isoformat() if state.memory else "new"


def _print_whole(card: Card, state: CardState) -> None:
    from quizcv.cli.output import state_dict

    typer.echo(f"{card.key}  ({card.kind.value})")
    typer.echo(f"deck  {' › '.join((card.deck, *card.breadcrumb))}")
    typer.echo(f"file  {card.path}:{card.line}" + ("  (orphaned: no file holds it any more)" if card.orphaned else ""))
    if card.tags:
        typer.echo(f"tags  {', '.join(card.tags)}")
    facts = {name: value for name, value in state_dict(state).items() if value not in (None, False, 0)}
    typer.echo("state " + (", ".join(f"{name} {value}" for name, value in facts.items()) or "new"))
    if card.item:
        level = f", level {card.item.level}" if card.item.level else ""
        typer.echo(f"\nitem model {card.item.model}{level}: `quizcv items show {card.item.model}`")
        return
    typer.echo(f"\n{card.front}\n\n{card.back}\n")
