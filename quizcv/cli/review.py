"""`quizcv review`"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from quizcv.cli.options import Db, Decks, Lang, LearnerName, Tags
from quizcv.cli.terminal import let_letters_pass, needs_a_screen

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.model import Card
    from quizcv.study import Session, Wanted

#: How many of the coming days are told where nothing is due.
COMING = 3


def review(
    decks: Decks,
    tags: Tags,
    new: Annotated[
        int | None, typer.Option("--new", min=0, help="How many new cards; default: what is left of the day's.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="At most so many cards.")] = None,
    cram: Annotated[bool, typer.Option("--cram", help="Every card, in any order; no schedule is touched.")] = False,
    ahead: Annotated[
        int, typer.Option("--ahead", min=0, max=36_500, metavar="DAYS", help="Also what falls due in so many days.")
    ] = 0,
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line on standard input: for pipes and screen readers.")
    ] = False,
    lang: Lang = "",
    learner: LearnerName = "",
    db: Db = "",
) -> None:
    """Review the cards that are due, then new ones.

    Every grade is saved before the next card is shown; `u` takes back as many as you like. `?` shows all keys.
    The first review of all reads the bundled decks.

    Example: `quizcv review backbone --tag formula --new 5`
    """
    if not plain:
        needs_a_screen("review", "review")
    from quizcv.cli import preparing
    from quizcv.cli.chosen import chosen
    from quizcv.cli.firstrun import sync_bundled
    from quizcv.cli.workspace import workspace
    from quizcv.errors import UsageError
    from quizcv.study import Session, Wanted

    if cram and (ahead or new is not None):
        raise UsageError("--cram takes every card: --new and --ahead say nothing to it.", "Use --limit.")
    with workspace(db, learner, lang) as ws:
        sync_bundled(ws)
        with ws.store.read() as unit:
            cards = chosen(unit, decks, tags)
        wanted = Wanted(cards, new, limit, ahead, cram)
        session = Session(ws.store, ws.learner, ws.scheduler, ws.settings, wanted, ws.lang, ws.tz)
        waiting = _begin(session, ws)
        if waiting and (models := session.starved()):
            _wait_for_items(ws, models)  # nothing else is due: better a few seconds than an empty screen
        if not waiting:
            typer.echo("\n".join(_nothing(ws, wanted)))
        elif plain:
            preparing.in_background(ws)
            _by_lines(session, ws)
        else:
            _on_screen(session, ws)


def _begin(session: Session, ws: Workspace) -> int:
    """Choose the cards; how many."""
    from random import SystemRandom

    return len(session.begin(ws.now(), SystemRandom()))


def _wait_for_items(ws: Workspace, models: set[str]) -> None:
    """Make an item of each level for the cards of this sitting, which are all computational and have none."""
    from quizcv.cli import preparing

    if preparing.wanted(ws):
        typer.echo("Preparing verified numbers…", err=True)
        preparing.here(ws, target=1, only=models)


# --- which cards -------------------------------------------------------------------------------------------------


def _nothing(ws: Workspace, wanted: Wanted) -> list[str]:
    """What to say when no card waits: why, what comes when, and what can be done now."""
    from quizcv.store.schedule import Queue

    today = ws.today()
    with ws.store.read() as unit:
        every = [due.card_id for due in unit.schedule.walk(ws.learner.id, Queue.ALL, today, today, wanted.cards)]
        new = sum(1 for _ in unit.schedule.walk(ws.learner.id, Queue.NEW, today, today, wanted.cards))
        memories = [state.memory for state in unit.schedule.states(ws.learner.id, every).values() if state.memory]
    if not every:
        return ["There is no card here that is not buried or suspended.", "`quizcv cards list` shows what there is."]
    late = sum(memory.due <= today for memory in memories)
    if late:
        lines = [f"{late} due, but the limit is reached (--limit, or the setting reviews_per_day)."]
    else:
        lines = ["Nothing is due.", *_coming([memory.due for memory in memories], today)]
        ahead = [(memory.due - today).days for memory in memories if memory.last < today]
        soon = today + timedelta(days=wanted.ahead)
        if answered := sum(memory.last == today and memory.due <= soon for memory in memories) if wanted.ahead else 0:
            lines.append(f"{answered} of these were answered today: a second time on one day would count for nothing.")
        if ahead:
            lines.append(f"`quizcv review --ahead {min(ahead)}` takes the next ones now.")
    if new:
        lines.append(f"`quizcv review --new 10` brings more new cards; {new} left.")
    lines.append("`quizcv review --cram` goes through all of them and touches no schedule.")
    return lines


def _coming(days: list[date], today: date) -> list[str]:
    """How many cards are due on each of the next days that have any."""
    told = []
    for day in sorted(set(days))[:COMING]:
        when = "tomorrow" if (day - today).days == 1 else f"on {day.isoformat()}"
        told.append(f"  {days.count(day)} due {when}")
    return told


# --- the two faces -----------------------------------------------------------------------------------------------


def _by_lines(session: Session, ws: Workspace) -> None:
    from quizcv.tui.plain import run_plain

    let_letters_pass()
    run_plain(session, clock=ws.now, lines=sys.stdin, out=sys.stdout)


def _on_screen(session: Session, ws: Workspace) -> None:
    from quizcv.cli import preparing
    from quizcv.cli.firstrun import resync
    from quizcv.config import source_file
    from quizcv.errors import EXIT_BUG
    from quizcv.tui import editor, wording
    from quizcv.tui.app import ReviewApp

    def edit(card: Card) -> None:
        editor.edit(source_file(card.path), card.line, ws.values["editor"])
        resync(ws, card)

    app = ReviewApp(session, clock=ws.now, edit=edit, behind=lambda: preparing.in_background(ws))
    # Without the mouse the terminal's own selection goes on working, to copy from a card.
    failure = app.run(mouse=False)
    if failure is not None:
        raise failure
    if app.return_code:
        raise typer.Exit(EXIT_BUG)  # Textual has shown the traceback
    typer.echo(wording.farewell(session.summary(ws.now())))
