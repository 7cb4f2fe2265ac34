"""`quizcv undo`"""

from __future__ import annotations

import typer

from quizcv.cli.options import AsJson, Db, LearnerName


def undo(db: Db = "", learner: LearnerName = "", as_json: AsJson = False) -> None:
    """Take back the last review, or the last bury, suspend, flag or reset.

    The card's schedule is again exactly what it was. Run it several times to go back further.

    Example: `quizcv undo`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.study import undo_last

    with workspace(db, learner) as ws:
        entry = undo_last(ws.store, ws.learner)
        with ws.store.read() as unit:
            card = unit.cards.get(entry.card_id, ws.lang)
    if as_json:
        from quizcv.cli.output import write_json

        grade = None if entry.grade is None else int(entry.grade)
        record = {"id": card.key, "action": entry.action.value, "grade": grade, "at": entry.at.isoformat()}
        write_json(record)
        return
    what = entry.action.value if entry.grade is None else f"{entry.action.value} (grade {int(entry.grade)})"
    typer.echo(f"Undone: {what} of {card.front or card.key} [{card.key}]")
