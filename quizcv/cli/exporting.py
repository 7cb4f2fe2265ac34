"""`quizcv export …`"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.archives import export_csv, export_json
from quizcv.cli.options import AsJson, Db, Decks, Lang, LearnerName, Tags

if TYPE_CHECKING:
    from quizcv.cli.workspace import Workspace
    from quizcv.exchange.anki.outgoing import HandOver, Outgoing
    from quizcv.model import Card, Review
    from quizcv.published import PublishedItem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Write cards and reviews for other programs.",
)

#: How many things left out are named before the rest is only counted.
SHOWN = 10


@app.command()
def anki(
    decks: Decks,
    tags: Tags,
    out: Annotated[Path, typer.Option("--out", help="The package to write, FILE.apkg.", show_default=False)],
    lang: Lang = "",
    with_schedule: Annotated[
        bool, typer.Option("--with-schedule", help="Hand intervals, ease, due days and the review log over as well.")
    ] = False,
    items: Annotated[
        int, typer.Option("--items", min=1, max=500, help="Verified items in each computational card.")
    ] = 50,
    learner: LearnerName = "",
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Write an Anki package: decks, cards of every kind, math, code, media and tags.

    Computational cards bring many items along and show another one at each review, on the desktop and on phones. Exporting again updates
    in Anki what has changed since, and nothing else. `--with-schedule` hands your schedule over once: cards that Anki has already keep
    the schedule they have there. Exit code 1 if something was left out; it is named.

    Example: `quizcv export anki backbone --out backbone.apkg`
    """
    from quizcv.cli.chosen import chosen
    from quizcv.cli.workspace import workspace
    from quizcv.errors import NotFound, UsageError
    from quizcv.exchange.anki.outgoing import Request, outgoing
    from quizcv.exchange.anki.package.writer import write

    out = out.expanduser()
    if out.is_dir():
        raise UsageError(f"{out} is a folder.", "Name the file: --out cards.apkg")
    if out.suffix.lower() != ".apkg":  # by which Anki knows a package
        raise UsageError(f"{out} does not end in .apkg.", "Name the file: --out cards.apkg")
    with workspace(db, learner, lang) as ws:
        with ws.store.read() as unit:
            cards = list(unit.cards.all(chosen(unit, decks, tags), ws.lang))
            if not cards:
                raise NotFound(
                    "no card is chosen.", "`quizcv decks` lists what there is; `quizcv sync` reads your decks."
                )
            proven = {card.id for card in cards if card.claims and unit.pool.proven(card.claims)}
            known = unit.exported.all()
        makers = _Items(items, sum(card.item is not None for card in cards))
        made = outgoing(
            Request(
                cards=cards,
                now=ws.now(),
                today=ws.today(),
                items=makers,
                proven=proven,
                folders=_folders(ws),
                known=known,
                hand_over=_hand_over(ws) if with_schedule else None,
            )
        )
        made.left_out[:0] = makers.failed
        write(made.collection, out)
        with ws.store.write() as unit:
            unit.exported.put(made.written)
    _tell(made, out, as_json)
    if made.left_out:
        raise typer.Exit(1)


app.command("json")(export_json)
app.command("csv")(export_csv)


class _Items:
    """Makes the items of computational cards, and tells how far it is; a model that gives none is remembered with the reason."""

    def __init__(self, count: int, cards: int) -> None:
        self.count, self.cards, self.done = count, cards, 0
        self.failed: list[tuple[str, str]] = []

    def __call__(self, card: Card) -> Sequence[PublishedItem]:
        import sys
        from hashlib import sha256

        from quizcv.errors import QuizcvError
        from quizcv.reference import running
        from quizcv.verify.batch import batch

        assert card.item is not None
        # A seed of the card's own: an export that is repeated has the same items, and changes nothing in Anki.
        seed = int(sha256(card.guid.encode()).hexdigest()[:12], 16)
        self.done += 1
        if sys.stderr.isatty():
            typer.echo(f"\r{self.done}/{self.cards} computational cards", err=True, nl=self.done == self.cards)
        try:
            with running():
                return batch(card.item.model, seed, self.count, card.item.level)
        except QuizcvError as error:
            self.failed.append((card.key, error.message))
            return ()


def _folders(ws: Workspace) -> list[Path]:
    from quizcv import config

    return [path.absolute() for path in config.deck_paths([*ws.values["decks"], config.BUNDLED])]


def _hand_over(ws: Workspace) -> HandOver:
    from quizcv.exchange.anki.outgoing import HandOver
    from quizcv.model import CardState

    histories: dict[int, list[Review]] = defaultdict(list)
    with ws.store.read() as unit:
        for entry in unit.journal.entries(ws.learner.id):
            histories[entry.card_id].append(entry)
        states = {card: state or CardState() for card, state in unit.schedule.all(ws.learner.id).items()}
    return HandOver(states, histories, ws.tz, ws.settings.day_start)


def _tell(made: Outgoing, out: Path, as_json: bool) -> None:
    collection = made.collection
    counts: dict[str, Any] = {
        "notes": len(collection.notes),
        "cards": len(collection.cards),
        "decks": len({card.deck for card in collection.cards}),
        "media": len(collection.media),
        "reviews": len(collection.reviews),
    }
    if as_json:
        from quizcv.cli.output import write_json

        write_json(
            {"path": str(out), **counts, "left_out": [{"what": what, "why": why} for what, why in made.left_out]}
        )
        return
    parts = [f"{count:,} {name}" for name, count in counts.items() if count or name in ("notes", "cards")]
    typer.echo(f"{out}: {', '.join(parts)}.")
    for what, why in made.left_out[:SHOWN]:
        typer.echo(f"left out: {what}: {why}", err=True)
    if len(made.left_out) > SHOWN:
        typer.echo(f"… and {len(made.left_out) - SHOWN} more; --json lists all.", err=True)
