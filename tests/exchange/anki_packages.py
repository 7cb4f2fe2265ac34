"""A collection made by the real Anki, the packages that it exports, and what its own interface says of it."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import zstandard
from anki.collection import Collection as Anki
from anki.collection import ExportAnkiPackageOptions

from quizcv.exchange.anki.collection import (
    Calendar,
    Card,
    CardType,
    Collection,
    Note,
    NoteType,
    Queue,
    Review,
    Template,
)

PICTURE = bytes.fromhex("89504e470d0a1a0a") + bytes(range(256)) * 30
SOUND = b"ID3" + b"la" * 40_000
MEDIA = {"conv layer.png": PICTURE, "卷积 🧠.png": PICTURE[::-1], "relu.mp3": SOUND, "empty.txt": b""}

#: Minutes west of UTC, and the hour at which the day turns: neither is a default.
WEST, ROLLOVER = -480, 5


@dataclass(frozen=True)
class Truth:
    """The collection as Anki's interface tells it."""

    calendar: Calendar
    notetypes: dict[int, NoteType]
    notes: list[Note]
    cards: list[Card]
    reviews: list[Review]


def built(folder: Path) -> Anki:
    """A collection with all that there can be in one."""
    col = Anki(str(folder / "collection.anki2"))
    for name, content in MEDIA.items():
        (folder / name).write_bytes(content)
        assert col.media.add_file(str(folder / name)) == name
    cards = _texts(col, folder)
    _states(col, cards)
    col.set_config("creationOffset", WEST)
    col.set_config("rollover", ROLLOVER)
    return col


def _texts(col: Anki, folder: Path) -> list[int]:
    _custom(col)
    decks = ["Default", "视觉::卷积 🧠", 'a::b  c::<d> & "e"::f', "ünïcode::%_*"]
    texts = [
        (
            "Basic",
            [
                'Conv1 <img src="conv layer.png"><img src="卷积 🧠.png"> 你好 <img src="empty.txt">',
                "3 &lt; 4 \\(x^2\\)",
            ],
            ["cnn::alexnet", "深度::学习"],
        ),
        ("Basic (and reversed card)", ["a<br>b", "[sound:relu.mp3] 🧠"], []),
        ("Cloze", ["{{c1::ReLU}} and {{c3::sig{{c2::mo}}id::hint}}", ""], ["x"]),
        ("Basic (type in the answer)", ["2 + 2", "4"], ["a", "b"]),
        ("Custom 类型", ["", "only the second", "<b>third</b>"], []),
        *[("Basic", [f"front {n}", f"back {n}"], [f"n::{n}"]) for n in range(12)],
    ]
    for place, (kind, fields, tags) in enumerate(texts):
        model = col.models.by_name(kind)
        assert model is not None
        note = col.new_note(model)
        note.fields, note.tags = fields, tags
        deck = col.decks.id(decks[place % len(decks)])
        assert deck is not None
        col.add_note(note, deck)
    occlusion = next(one.id for one in col.models.all_names_and_ids() if one.name == "Image Occlusion")
    boxes = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
    col.add_image_occlusion_note(occlusion, str(folder / "conv layer.png"), boxes, "head", "extra", ["io"])
    return list(col.find_cards("", order="c.id"))


def _custom(col: Anki) -> None:
    """A type of one's own, with conditions and as many oddities as Anki lets pass."""
    model = col.models.new("Custom 类型")
    for field in ("Eins", "Zwei 二", "Drei"):
        col.models.add_field(model, col.models.new_field(field))
    for number, (question, answer) in enumerate(
        [
            ("{{#Eins}}{{Eins}}{{/Eins}}{{^Eins}}{{Zwei 二}}{{/Eins}}", "{{FrontSide}}<hr>{{hint:Drei}}"),
            ("{{Drei}} 🧠", "{{Zwei 二}}"),
        ]
    ):
        template = col.models.new_template(f"Karte {number}")
        template["qfmt"], template["afmt"], template["bqfmt"] = question, answer, f"browser {number}" * number
        col.models.add_template(model, template)
    model["css"] = ".card { color: 红; }\n"
    col.models.add(model)


def _states(col: Anki, cards: list[int]) -> None:
    """Cards in every state. The numbers that Anki would choose by chance are set."""
    (learning, review, relearning, far, suspended, buried, sibling, flagged, lent, lent_learning, failed, *_) = cards[
        -12:
    ]
    now = int(time.time())
    states: dict[int, dict[str, int]] = {
        learning: {"type": 1, "queue": 1, "due": now + 600, "left": 2002, "reps": 1},
        review: {"type": 2, "queue": 2, "due": 12, "ivl": 40, "factor": 2350, "reps": 7, "lapses": 2},
        relearning: {"type": 3, "queue": 1, "due": now + 300, "ivl": 1, "factor": 2100, "left": 1001, "reps": 9},
        far: {"type": 1, "queue": 3, "due": 2, "left": 1001, "reps": 2},
        suspended: {"type": 2, "queue": 2, "due": -3, "ivl": 100, "factor": 2500, "reps": 3},
        lent: {"type": 2, "queue": 2, "due": 5, "ivl": 30, "factor": 2500, "reps": 4},
        lent_learning: {"type": 0, "queue": 0, "due": 77},
        failed: {"type": 2, "queue": 2, "due": 0, "ivl": 9, "factor": 2500, "reps": 4},
    }
    for number, columns in states.items():
        card = col.get_card(number)
        for column, value in columns.items():
            setattr(card, column, value)
        if number == review:
            card.memory_state, card.custom_data = None, json.dumps({"c": 1})
        col.update_card(card)
    answered = col.get_card(failed)
    answered.start_timer()
    col.sched.answerCard(answered, 1)
    col.sched.set_due_date([cards[0]], "3")
    col.sched.suspend_cards([suspended])
    col.sched.bury_cards([buried], manual=True)
    col.sched.bury_cards([sibling], manual=False)
    col.set_user_flag_for_cards(3, [flagged])
    first = (now - 40 * 86_400) * 1000
    for number in range(8):
        line = (first + number * 86_400_000, review, -1, 1 + number % 4, 5 + number, -600, 2500, 3210, number % 6)
        col.db.execute("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", *line)
    _lend(col, [lent, lent_learning])


def _lend(col: Anki, cards: list[int]) -> None:
    deck = col.sched.get_or_create_filtered_deck(0)
    deck.name = "Filtered 筛选"
    term = deck.config.search_terms[0]
    term.search, term.limit = f"cid:{','.join(map(str, cards))}", 10
    del deck.config.search_terms[1:]
    assert col.sched.add_or_update_filtered_deck(deck).id
    assert all(col.get_card(card).odid for card in cards)


def truth(col: Anki) -> Truth:
    """Everything, asked of Anki. What a filtered deck had borrowed is given back first: only Anki knows how."""
    for deck in col.decks.all_names_and_ids():
        if col.decks.is_filtered(deck.id):
            col.sched.empty_filtered_deck(deck.id)
    col.models._clear_cache()
    notes = [col.get_note(number) for number in sorted(col.find_notes(""))]
    return Truth(
        Calendar(col.crt, col.get_config("creationOffset"), col.get_config("rollover")),
        {one.id: _notetype(col, one.id) for one in col.models.all_names_and_ids()},
        [Note(n.id, n.guid, n.mid, n.mod, tuple(n.tags), tuple(n.fields)) for n in notes],
        [_card(col, number) for number in sorted(col.find_cards(""))],
        [
            Review(*row)
            for row in col.db.all("SELECT id, cid, ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY id")
        ],
    )


def _notetype(col: Anki, number: int) -> NoteType:
    model = col.models.get(number)
    assert model is not None
    return NoteType(
        id=number,
        name=model["name"],
        fields=tuple(col.models.field_names(model)),
        templates=tuple(Template(one["name"], one["qfmt"], one["afmt"], one["bqfmt"]) for one in model["tmpls"]),
        css=model["css"],
        cloze=model["type"] == 1,
        stock=model["originalStockKind"],
    )


def _card(col: Anki, number: int) -> Card:
    card = col.get_card(number)
    assert not card.odid
    return Card(
        id=card.id,
        note=card.nid,
        deck=col.decks.name(card.did),
        ord=card.ord,
        type=card.type,
        queue=card.queue,
        due=card.due,
        interval=card.ivl,
        factor=card.factor,
        reps=card.reps,
        lapses=card.lapses,
        left=card.left,
        flags=card.user_flag(),
        data=col.db.scalar("SELECT data FROM cards WHERE id = ?", number),
    )


def exported(col: Anki, path: Path, *, legacy: bool) -> Path:
    """Export all of it as Anki's dialog does, by the ending of the path. A whole collection is closed by that, and opened again."""
    if path.suffix == ".apkg":
        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy)
        col.export_anki_package(out_path=str(path), options=options, limit=None)
    else:
        col.export_collection_package(str(path), include_media=True, legacy=legacy)
        col.reopen(after_full_sync=False)
    return path


def holds(read: Collection) -> None:
    """What the rest of quizcv takes for granted of a collection, whatever file it came from."""
    notes = {note.id: read.notetypes[note.notetype] for note in read.notes}
    assert len(notes) == len(read.notes)
    assert all(len(note.fields) == len(notes[note.id].fields) for note in read.notes)
    for card in read.cards:
        assert card.deck
        assert notes[card.note].cloze or card.ord < len(notes[card.note].templates)
        assert card.type in set(CardType)
        assert card.queue in set(Queue)
    datetime.fromtimestamp(read.calendar.created, UTC)
    for review in read.reviews:
        datetime.fromtimestamp(review.id / 1000, UTC)
    for note in read.notes:
        "".join((note.guid, *note.tags, *note.fields)).encode()


# --- packages taken apart, changed, and put together again ---

Parts = dict[str, bytes]


def parts_of(package: Path) -> Parts:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(target: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def unzstd(content: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)) as reader:
        return reader.read()


def collection_in(parts: Parts) -> str:
    return max(name for name in parts if name.startswith("collection."))


def changed(parts: Parts, change: Callable[[sqlite3.Connection], object]) -> Parts:
    """The package with its collection as `change` leaves it."""
    name = collection_in(parts)
    modern = name.endswith("b")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "collection")
        path.write_bytes(unzstd(parts[name]) if modern else parts[name])
        with closing(sqlite3.connect(path)) as db:
            db.create_collation("unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold()))
            db.execute("PRAGMA synchronous = OFF")
            change(db)
            db.commit()
            db.execute("PRAGMA journal_mode = DELETE")
        content = path.read_bytes()
    return {**parts, name: zstd(content) if modern else content}


def by(*statements: str) -> Callable[[sqlite3.Connection], object]:
    """A change made by SQL alone."""
    return lambda db: [db.execute(statement) for statement in statements]
