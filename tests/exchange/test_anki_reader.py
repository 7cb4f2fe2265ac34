"""Packages that the real Anki exports are read back as Anki itself says they are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import genanki
import pytest
from anki_packages import (
    MEDIA,
    ROLLOVER,
    WEST,
    Parts,
    Truth,
    built,
    by,
    changed,
    exported,
    holds,
    packed,
    parts_of,
    truth,
)

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.collection import Calendar, CardType, Collection, Queue, ReviewKind
from quizcv.exchange.anki.package.opening import open_package

KINDS = ("new.apkg", "legacy.apkg", "new.colpkg", "legacy.colpkg")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Path], Truth]:
    """One collection, exported in all four ways, and the truth about it."""
    folder = tmp_path_factory.mktemp("anki")
    col = built(folder)
    packages = {kind: exported(col, folder / kind, legacy=kind.startswith("legacy")) for kind in KINDS}
    told = truth(col)
    col.close()
    return packages, told


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def package(made: tuple[Mapping[str, Path], Truth], kind: str) -> Path:
    return made[0][kind]


@pytest.fixture
def told(made: tuple[Mapping[str, Path], Truth]) -> Truth:
    return made[1]


def collection(package: Path) -> Collection:
    """What is read, where nothing is wrong with it."""
    with open_package(package) as opened:
        assert opened.problems == ()
        return opened.collection


# --- what Anki says ---


def test_notes_are_those_of_anki(package: Path, told: Truth) -> None:
    """Id, guid, type, time, tags and fields of every note."""
    read = collection(package)
    assert read.notes == told.notes
    assert any("深度::学习" in note.tags for note in read.notes)


def test_note_types_are_those_of_anki(package: Path, told: Truth) -> None:
    """Fields, templates, style and kind; a package of decks holds the types in use, one of a collection holds all."""
    used = {note.notetype for note in told.notes}
    wanted = {number: one for number, one in told.notetypes.items() if number in used or package.suffix == ".colpkg"}
    read = collection(package)
    assert dict(read.notetypes) == wanted
    assert {one.stock for one in read.notetypes.values()} >= {1, 2, 4, 5, 6}
    assert [one.name for one in read.notetypes.values() if one.stock == 6] == ["Image Occlusion"]


def test_cards_are_those_of_anki(package: Path, told: Truth) -> None:
    """Deck, template and schedule of every card; one in a filtered deck as Anki itself gives it back."""
    read = collection(package)
    assert read.cards == told.cards
    assert {card.type for card in read.cards} == set(CardType)
    assert {card.queue for card in read.cards} == set(Queue) - {Queue.PREVIEW}
    assert {"视觉::卷积 🧠", 'a::b  c::<d> & "e"::f', "ünïcode::%_*"} <= {card.deck for card in read.cards}
    assert not any("Filtered" in card.deck for card in read.cards)


def test_the_review_log_is_that_of_anki(package: Path, told: Truth) -> None:
    read = collection(package)
    assert read.reviews == told.reviews
    assert {review.kind for review in read.reviews} == set(ReviewKind)


def test_the_calendar_is_that_of_anki(package: Path, told: Truth) -> None:
    """A package of decks does not say when the day turns: it is taken to be 04:00."""
    assert (told.calendar.west, told.calendar.rollover) == (WEST, ROLLOVER)
    wanted = told.calendar if package.suffix == ".colpkg" else replace(told.calendar, rollover=4)
    assert collection(package).calendar == wanted


def test_media_have_the_bytes_they_had(package: Path, tmp_path: Path) -> None:
    with open_package(package) as opened:
        assert set(opened.collection.media) == set(MEDIA)
        for number, (name, content) in enumerate(MEDIA.items()):
            opened.extract(name, tmp_path / str(number))
            assert (tmp_path / str(number)).read_bytes() == content


def test_a_package_of_genanki_is_read(tmp_path: Path) -> None:
    """genanki writes the oldest form: no `meta`, one `collection.anki2`, ids of types as text."""
    (tmp_path / "图.png").write_bytes(b"picture")
    model = genanki.Model(
        1607392319,
        "Simple",
        fields=[{"name": "Q"}, {"name": "A"}],
        templates=[{"name": "One", "qfmt": "{{Q}}", "afmt": "{{A}}", "bqfmt": "{{Q}}!"}],
        css="b {}",
    )
    deck = genanki.Deck(2059400110, "Parent::Child 子")
    deck.add_note(genanki.Note(model, ['<img src="图.png">', "3"], tags=["x::y", "z"], guid="guid-1"))
    out = genanki.Package(deck, media_files=[str(tmp_path / "图.png")])
    out.write_to_file(tmp_path / "deck.apkg")
    with open_package(tmp_path / "deck.apkg") as opened:
        read = opened.collection
        assert opened.problems == ()
        opened.extract("图.png", tmp_path / "out")
    (note,) = read.notes
    assert (note.guid, note.tags, note.fields) == ("guid-1", ("x::y", "z"), ('<img src="图.png">', "3"))
    assert [(card.deck, card.note, card.ord, card.type) for card in read.cards] == [("Parent::Child 子", note.id, 0, 0)]
    kind = read.notetypes[note.notetype]
    assert (kind.name, kind.fields, kind.css, kind.cloze, kind.stock) == ("Simple", ("Q", "A"), "b {}", False, 0)
    assert [(one.question, one.answer, one.browser) for one in kind.templates] == [("{{Q}}", "{{A}}", "{{Q}}!")]
    assert (tmp_path / "out").read_bytes() == b"picture"


# --- older and rarer forms ---


@pytest.fixture
def legacy(made: tuple[Mapping[str, Path], Truth]) -> Parts:
    return parts_of(made[0]["legacy.colpkg"])


@pytest.fixture
def modern(made: tuple[Mapping[str, Path], Truth]) -> Parts:
    return parts_of(made[0]["new.colpkg"])


def test_the_oldest_form_is_read(legacy: Parts, told: Truth, tmp_path: Path) -> None:
    """Without `meta` the collection is `collection.anki2`."""
    parts = {**legacy, "collection.anki2": legacy["collection.anki21"]}
    del parts["meta"], parts["collection.anki21"]
    assert collection(packed(tmp_path / "old.apkg", parts)).notes == told.notes


@pytest.mark.parametrize("form", ["legacy", "modern"])
def test_without_meta_the_stub_is_left_alone(
    form: str, request: pytest.FixtureRequest, told: Truth, tmp_path: Path
) -> None:
    """`collection.anki2` beside a newer one only tells old programs to update."""
    parts = dict(request.getfixturevalue(form))
    del parts["meta"]
    assert collection(packed(tmp_path / "old.apkg", parts)).notes == told.notes


@pytest.mark.parametrize("version", range(15, 19))
def test_every_schema_with_tables_is_read(version: int, modern: Parts, told: Truth, tmp_path: Path) -> None:
    parts = changed(modern, by(f"UPDATE col SET ver = {version}"))
    read = collection(packed(tmp_path / "package.colpkg", parts))
    assert (dict(read.notetypes), read.cards) == (told.notetypes, told.cards)


def test_a_schema_in_between_keeps_settings_in_a_table_and_the_rest_as_json(
    legacy: Parts, modern: Parts, told: Truth, tmp_path: Path
) -> None:
    """Schema 14 has the table `config` already, but not those of note types and decks."""
    create = "CREATE TABLE config (KEY text NOT NULL PRIMARY KEY, usn, mtime_secs, val blob) WITHOUT ROWID"
    rows = "INSERT INTO config VALUES ('creationOffset', 0, 0, x'2d3330'), ('rollover', 0, 0, x'37')"
    parts = changed(legacy, by("UPDATE col SET ver = 14, conf = ''", create, rows))
    read = collection(packed(tmp_path / "package.colpkg", parts))
    assert (read.calendar.west, read.calendar.rollover) == (-30, 7)
    assert dict(read.notetypes) == told.notetypes


@pytest.mark.parametrize(
    ("created", "west"),
    [
        ("2020-01-01T20:00", -480),  # Shanghai: 04:00 on the 2nd
        ("2020-01-01T04:00", 0),
        ("2014-09-19T11:00", 420),  # genanki's
        ("2020-01-01T14:00", 600),  # Hawaii
        ("2020-01-01T15:00", -780),  # New Zealand in summer
        ("2020-01-01T22:30", -330),  # India
    ],
)
def test_an_old_collection_began_at_four(created: str, west: int, legacy: Parts, tmp_path: Path) -> None:
    """Without `creationOffset` the zone is the one in which the collection was made at 04:00, and the day turns then."""
    seconds = int(datetime.fromisoformat(created).replace(tzinfo=UTC).timestamp())
    parts = changed(legacy, by(f"UPDATE col SET crt = {seconds}, conf = '{{}}'"))
    assert collection(packed(tmp_path / "old.apkg", parts)).calendar == Calendar(seconds, west, 4)


@pytest.mark.parametrize(("queue", "due"), [(1, 1_600_000_000), (3, 55)])
def test_the_first_scheduler_marked_relearning_by_the_queue_alone(
    queue: int, due: int, legacy: Parts, tmp_path: Path
) -> None:
    """A review card that waits among those in learning is one that was forgotten."""
    parts = changed(legacy, by(f"UPDATE cards SET type = 2, queue = {queue}, due = {due}, odid = 0"))
    read = collection(packed(tmp_path / "old.apkg", parts))
    assert {(card.type, card.queue, card.due) for card in read.cards} == {(CardType.RELEARNING, queue, due)}


def test_fractions_of_days_are_cut(legacy: Parts, tmp_path: Path) -> None:
    parts = changed(legacy, by("UPDATE cards SET type = 2, queue = 2, due = 5.5, odid = 0"))
    assert {card.due for card in collection(packed(tmp_path / "old.apkg", parts)).cards} == {5}


def test_tags_are_parted_by_anki_s_spaces_alone(legacy: Parts, tmp_path: Path) -> None:
    """Anki parts tags at the space and at the wide one; a no-break space belongs to the tag."""
    parts = changed(legacy, by("UPDATE notes SET tags = ' a\u00a0b\u3000c  d '"))
    assert {note.tags for note in collection(packed(tmp_path / "p.apkg", parts)).notes} == {("a\u00a0b", "c", "d")}


def test_fields_and_templates_stand_by_their_number(legacy: Parts, told: Truth, tmp_path: Path) -> None:
    """Not by their place in the JSON."""

    def turn(db: sqlite3.Connection) -> None:
        models = json.loads(db.execute("SELECT models FROM col").fetchone()[0])
        for model in models.values():
            model["flds"].reverse()
            model["tmpls"].reverse()
        db.execute("UPDATE col SET models = ?", (json.dumps(models),))

    assert dict(collection(packed(tmp_path / "p.apkg", changed(legacy, turn))).notetypes) == told.notetypes


# --- what contradicts itself is left out and told ---


FIRST = "(SELECT min(id) FROM notes)"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (f"UPDATE notes SET mid = 7 WHERE id = {FIRST}", "notes whose note type is missing, left out: 1"),
        (f"UPDATE notes SET mid = 'x' WHERE id = {FIRST}", "notes whose note type is missing, left out: 1"),
        (f"DELETE FROM notes WHERE id = {FIRST}", "cards whose note is missing, left out: 1"),
        (f"UPDATE cards SET nid = x'00' WHERE nid = {FIRST}", "cards whose note is missing, left out: 1"),
        (f"UPDATE cards SET ord = 1 WHERE nid = {FIRST}", "cards whose template is missing, left out: 1"),
        (f"UPDATE cards SET ord = -1 WHERE nid = {FIRST}", "cards whose template is missing, left out: 1"),
        (f"UPDATE cards SET ord = 'x' WHERE nid = {FIRST}", "cards whose template is missing, left out: 1"),
        (f"UPDATE cards SET did = 5, odid = 0 WHERE nid = {FIRST}", "cards whose deck is missing, put into Default: 1"),
        (f"UPDATE cards SET odid = 5 WHERE nid = {FIRST}", "cards whose deck is missing, put into Default: 1"),
        (
            f"UPDATE notes SET flds = 'a' WHERE id = {FIRST}",
            "notes with other fields than their type, filled up or cut: 1",
        ),
        (
            f"UPDATE notes SET flds = 'a' || char(31) || 'b' || char(31) || 'c' WHERE id = {FIRST}",
            "notes with other fields than their type, filled up or cut: 1",
        ),
        ("UPDATE revlog SET ease = 9", "lines of the review log that cannot be read, left out: 10"),
        ("UPDATE revlog SET type = 'x'", "lines of the review log that cannot be read, left out: 10"),
        ("UPDATE revlog SET id = id * 1000", "lines of the review log that cannot be read, left out: 10"),
    ],
)
@pytest.mark.parametrize("form", ["legacy", "modern"])
def test_what_contradicts_itself_is_told(
    form: str, change: str, problem: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The line says what it is about, how many there are, and which is the first."""
    path = packed(tmp_path / "p.apkg", changed(request.getfixturevalue(form), by(change)))
    with open_package(path) as package:
        assert any(line.startswith(f"{problem} (the first: ") for line in package.problems), package.problems
        holds(package.collection)


@pytest.mark.parametrize("column", ["type", "queue", "due", "odue", "ivl", "factor", "reps", "lapses", "left", "flags"])
@pytest.mark.parametrize("value", ["'text'", "x'ff00'", "9223372036854775807", "-9223372036854775808", "9e999", "''"])
def test_a_schedule_that_makes_no_sense_is_none(
    column: str, value: str, legacy: Parts, told: Truth, tmp_path: Path
) -> None:
    """SQLite keeps any value in any column. The card is there, new, and in its deck; its problem is told."""
    change = f"UPDATE cards SET {column} = {value} WHERE nid = {FIRST}"
    with open_package(packed(tmp_path / "p.apkg", changed(legacy, by(change)))) as package:
        assert package.problems == (
            f"cards whose schedule cannot be read, taken as new: 1 (the first: {told.cards[0].id})",
        )
        first, *others = package.collection.cards
    assert others == told.cards[1:]
    assert (first.id, first.note, first.deck) == (told.cards[0].id, told.cards[0].note, told.cards[0].deck)
    assert (first.type, first.queue, first.due, first.interval) == (CardType.NEW, Queue.NEW, 0, 0)


@pytest.mark.parametrize(
    ("kind", "queue", "due"),
    [(2, 2, 2_000_000), (2, -1, 1_600_000_000), (1, 3, 1_600_000_000), (1, 1, 500_000_000), (3, -1, 8_000_000_000)],
)
def test_a_due_that_is_no_day_and_no_time_is_no_schedule(
    kind: int, queue: int, due: int, legacy: Parts, tmp_path: Path
) -> None:
    """Days are counted in thousands, times from 2001 to 2200: nobody who counts on from them leaves the calendar."""
    change = f"UPDATE cards SET type = {kind}, queue = {queue}, due = {due}, odid = 0"
    with open_package(packed(tmp_path / "p.apkg", changed(legacy, by(change)))) as package:
        assert "cards whose schedule cannot be read" in package.problems[0]
        assert {(card.type, card.due) for card in package.collection.cards} == {(CardType.NEW, 0)}


def test_a_note_keeps_the_fields_of_its_type(legacy: Parts, tmp_path: Path) -> None:
    """Missing ones are empty, those beyond the last are cut."""
    for given, wanted in (
        ("'a'", ("a", "")),
        ("'a' || char(31) || 'b' || char(31) || 'c'", ("a", "b")),
        ("7", ("7", "")),
    ):
        change = f"UPDATE notes SET flds = {given} WHERE id = {FIRST}"
        with open_package(packed(tmp_path / "p.apkg", changed(legacy, by(change)))) as package:
            assert package.collection.notes[0].fields == wanted


def test_text_that_is_not_utf8_is_replaced(legacy: Parts, tmp_path: Path) -> None:
    change = f"UPDATE notes SET guid = CAST(x'61ff62' AS TEXT), flds = CAST(x'fe1f63' AS TEXT), tags = x'ff' WHERE id = {FIRST}"
    note = collection(packed(tmp_path / "p.apkg", changed(legacy, by(change)))).notes[0]
    assert (note.guid, note.fields, note.tags) == ("a�b", ("�", "c"), ("�",))


def test_halves_of_characters_in_json_are_replaced(legacy: Parts, tmp_path: Path) -> None:
    """JSON can write what no file can hold."""

    def break_names(db: sqlite3.Connection) -> None:
        models = json.loads(db.execute("SELECT models FROM col").fetchone()[0])
        for model in models.values():
            model["name"] = model["css"] = "half \ud83e"
        db.execute("UPDATE col SET models = ?", (json.dumps(models),))

    read = collection(packed(tmp_path / "p.apkg", changed(legacy, break_names)))
    assert {(kind.name, kind.css) for kind in read.notetypes.values()} == {("half ?", "half ?")}


def test_a_listed_file_that_is_missing_is_told(legacy: Parts, tmp_path: Path) -> None:
    """Shared decks have lost files: the rest is read."""
    entry = next(key for key, name in json.loads(legacy["media"]).items() if name == "relu.mp3")
    parts = {name: content for name, content in legacy.items() if name != entry}
    with open_package(packed(tmp_path / "p.apkg", parts)) as package:
        assert package.problems == ("media that are listed but missing: 1 (the first: “relu.mp3”)",)
        assert set(package.collection.media) == set(MEDIA) - {"relu.mp3"}


def test_a_file_that_is_there_already_is_not_overwritten(legacy: Parts, tmp_path: Path) -> None:
    """Nor is a link followed to where it points."""
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with open_package(packed(tmp_path / "p.apkg", legacy)) as package:
        for target in ("there", "link"):
            with pytest.raises(ExchangeError, match="cannot be written"):
                package.extract("relu.mp3", tmp_path / target)
        with pytest.raises(ExchangeError, match="has no file"):
            package.extract("other.mp3", tmp_path / "new")
    assert (tmp_path / "there").read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "new").exists()
