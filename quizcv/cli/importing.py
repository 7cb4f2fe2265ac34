"""`quizcv import …`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizcv.cli.archives import DryRun, Remember, import_csv, import_json
from quizcv.cli.options import AsJson, Db, Lang, LearnerName

if TYPE_CHECKING:
    pass

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="markdown", help="Take in cards and reviews of other programs."
)


@app.command()
def anki(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An Anki package, .apkg or .colpkg.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Folder for the decks; default: the file's name, beside you.", show_default=False),
    ] = None,
    history: Annotated[bool, typer.Option(help="Take the review log over.")] = True,
    dry_run: DryRun = False,
    remember: Remember = False,
    lang: Lang = "",
    learner: LearnerName = "",
    db: Db = "",
    as_json: AsJson = False,
) -> None:
    """Take in an Anki package: notes become Markdown decks, the review log your history.

    Writes one file a deck, and the media, into a folder, and syncs it. The log is played again with SM-2: intervals may differ from Anki's.
    Notes that your files say already keep their text, and learn what the log adds: importing again brings what is new. What cannot be
    carried is listed, and makes the exit code 1.

    Example: `quizcv import anki ~/Downloads/vision.apkg --dry-run`
    """
    from quizcv import config
    from quizcv.cli.fromanki import take_in
    from quizcv.cli.workspace import workspace
    from quizcv.exchange.anki.package.opening import open_package

    file = file.expanduser()
    folder = (to.expanduser() if to else Path(file.stem)).absolute()
    with workspace(db, learner, lang) as ws, open_package(file) as package:
        report = take_in(ws, package, folder, history=history, dry_run=dry_run)
        remembered = remember or any(folder.is_relative_to(one) for one in config.deck_paths(ws.values["decks"]))
        if remember and folder.is_dir() and not dry_run:  # there is none where every card is here already
            config.remember(ws.values, [folder])
    if as_json:
        from quizcv.cli.output import write_json

        write_json(report.as_dict())
    else:
        report.tell(remembered=remembered)
    if report.lost:
        raise typer.Exit(1)


app.command("json")(import_json)
app.command("csv")(import_csv)
