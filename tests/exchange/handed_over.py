"""Run in a process of its own, whose time zone `TZ` states: a schedule goes into a package and from there into the real Anki, which
tells what it understood. Prints one JSON object: for every card, what was handed over and what was read back.

Usage: handed_over.py FOLDER DAYS — the collection is DAYS old.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from anki_client import anki

from quizcv.clock import day_of
from quizcv.exchange.anki.outgoing import HandOver, Request, outgoing
from quizcv.exchange.anki.package.writer import write
from quizcv.model import Action, CardState, Grade, Memory, Review
from quizcv.store import Store
from quizcv.sync import sync

NOW = datetime.now(UTC)
TODAY = day_of(NOW)


def memory(due: int, interval: int, easiness: int = 250, lapses: int = 0) -> Memory:
    return Memory(3, easiness, interval, TODAY + timedelta(due), TODAY + timedelta(due - interval), lapses)


STATES = {
    "new": CardState(),
    "due-today": CardState(memory(0, 6)),
    "overdue": CardState(memory(-30, 10, 130, 7)),
    "tomorrow": CardState(memory(1, 1, 264)),
    "far": CardState(memory(3000, 3200, 300)),
    "suspended": CardState(memory(5, 9, 236, 2), suspended=True),
    "suspended-new": CardState(suspended=True),
    "buried": CardState(memory(0, 3), buried=TODAY + timedelta(1)),
    "flagged": CardState(memory(12, 20), flagged=True),
    "drill": CardState(memory(1, 1, 250, 1), drill=TODAY),
}


def history(card: int, state: CardState) -> list[Review]:
    if state.memory is None:
        return []
    at = datetime.combine(state.memory.last, datetime.min.time(), UTC).replace(hour=12)
    before = CardState()
    return [
        Review(
            2 * card + n, 1, card, at + timedelta(milliseconds=n), state.memory.last, action, grade, 4000, before, state
        )
        for n, (action, grade) in enumerate([(Action.LEARN, Grade.GOOD), (Action.REVIEW, Grade.HARD)])
    ]


def main(folder: Path, days: int) -> None:
    deck = folder / "deck.md"
    deck.write_text(
        "---\ndeck: a::b\ncards: explicit\n---\n" + "\n".join(f"Q: {k}? {{#{k}}}\nA: yes\n" for k in STATES)
    )
    with Store.open(f"sqlite:///{folder / 'q.db'}") as store, anki(folder / "collection.anki2") as client:
        sync(store, [deck], date(2026, 1, 1))
        with store.read() as db:
            cards = list(db.cards.all())
        states = {card.id: STATES[card.key] for card in cards}
        histories = defaultdict(list, {card: history(card, state) for card, state in states.items()})
        made = outgoing(Request(cards, NOW, TODAY, hand_over=HandOver(states, histories, None, 4)))
        write(made.collection, folder / "out.apkg")
        if days:
            client.age(days)
        client.col.sched.deck_due_tree()  # as on opening: what was buried on earlier days comes back
        client.take(folder / "out.apkg", schedule=True)
        seen = {}
        for number in client.col.find_cards(""):
            card = client.col.get_card(number)
            seen[card.note()["Id"]] = {
                "type": card.type, "queue": card.queue, "interval": card.ivl, "factor": card.factor, "reps": card.reps,
                "lapses": card.lapses, "flag": card.user_flag(),
                "due": card.due - (client.col.sched.today if card.type == 2 else 0),
                "log": client.col.db.all("SELECT id, ease, ivl, factor, time, type FROM revlog WHERE cid = ? ORDER BY id", number),
            }  # fmt: skip
        told = {name: (state.memory.due - TODAY).days for name, state in STATES.items() if state.memory}
        waiting = client.col.sched.counts()
        print(
            json.dumps({"seen": seen, "due": told, "whole": client.whole(), "waiting": waiting, "now": NOW.timestamp()})
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
