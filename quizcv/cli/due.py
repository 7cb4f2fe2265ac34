"""`quizcv due`"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.options import AsJson, Db, Decks, LearnerName, Tags

if TYPE_CHECKING:
    from quizcv.study import Queued

NO_CARDS = "There are no cards yet. `quizcv review` brings the bundled ones, `quizcv sync ~/notes` your own."

Short = Annotated[bool, typer.Option("--short", help="One line for a shell prompt; nothing when nothing waits.")]


def due(
    decks: Decks,
    tags: Tags,
    short: Short = False,
    as_json: AsJson = False,
    learner: LearnerName = "",
    db: Db = "",
) -> None:
    """Count what waits, by deck: reviews, new cards, and cards to answer again today.

    These are the very cards that `quizcv review` would bring now: the limits of the day hold, and of
    sibling cards only one counts.

    With `--short` a line such as `12 due · 8 new · 3 again`, without the parts that are 0, and an empty output when
    nothing waits. In a prompt: `PS1='$(quizcv due --short 2>/dev/null) $ '`

    With `--json` an object: `day`, `learner`, `decks` (a list, only decks in which something waits, each with `deck`,
    `reviews`, `new`, `again`, `total`) and `total` (`reviews`, `new`, `again`, `total`).

    Example: `quizcv due backbone --tag formula`
    """
    from quizcv.cli.chosen import chosen
    from quizcv.cli.output import write_json
    from quizcv.cli.workspace import workspace
    from quizcv.errors import UsageError
    from quizcv.study.queue import Wanted, select

    if short and as_json:
        raise UsageError("--short and --json exclude each other.", "Leave one of them out.")
    with workspace(db, learner) as ws, ws.store.read() as unit:
        empty = unit.cards.empty()
        wanted = Wanted(cards=chosen(unit, decks, tags))
        today = ws.today()
        queued = select(unit, ws.learner, today, ws.settings, wanted)
        name = ws.learner.name
    if short:
        line = in_short(queued)
        if line:
            typer.echo(line)
    elif as_json:
        write_json({"day": today.isoformat(), "learner": name, **as_dict(queued)})
    elif empty:
        typer.echo(NO_CARDS)
    elif not len(queued):
        typer.echo("Nothing waits today.")
    else:
        from rich.console import Console

        from quizcv.tui.charts import DueTable

        Console(highlight=False).print(DueTable(queued.by_deck()))


def in_short(queued: Queued) -> str:
    """The line for a prompt, empty if nothing waits."""
    parts = ((len(queued.reviews), "due"), (len(queued.new), "new"), (len(queued.drill), "again"))
    between = " · " if "·".encode(sys.stdout.encoding or "utf-8", "ignore") else ", "
    return between.join(f"{count} {word}" for count, word in parts if count)


def as_dict(queued: Queued) -> dict[str, Any]:
    """What `--json` says of a selection."""
    by_deck = queued.by_deck()
    total = (len(queued.reviews), len(queued.new), len(queued.drill))
    return {"decks": [{"deck": deck, **_counts(by_deck[deck])} for deck in by_deck], "total": _counts(total)}


def _counts(counts: tuple[int, int, int]) -> dict[str, int]:
    reviews, new, again = counts
    return {"reviews": reviews, "new": new, "again": again, "total": reviews + new + again}
