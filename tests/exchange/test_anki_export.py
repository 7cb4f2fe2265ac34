"""What quizcv writes, judged by the real Anki: notes, cards, decks, tags, media, schedules; what changes is seen, what does not is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from anki_client import Client, Log, anki
from hypothesis import given, settings
from hypothesis import strategies as st

from quizcv.clock import day_of
from quizcv.exchange.anki.history import pasts
from quizcv.exchange.anki.incoming import incoming
from quizcv.exchange.anki.outgoing import HandOver, Outgoing, Request, outgoing
from quizcv.exchange.anki.own import notetypes
from quizcv.exchange.anki.own.returning import Returning
from quizcv.exchange.anki.package.opening import open_package
from quizcv.exchange.anki.package.writer import write
from quizcv.exchange.anki.schedule import log
from quizcv.model import Action, Card, CardState, Grade, Kind, Memory, Past, PastReview, Review, Settings
from quizcv.scheduling import scheduler_named
from quizcv.store import Store
from quizcv.study.history import Rules, take_over
from quizcv.sync import sync

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

DECK = """\
---
deck: net::alexnet
tags: [cnn]
lang: en
---
# AlexNet
## Conv1 {#conv1 .shape .经典}
96 kernels of $11\\times 11$ give $a_{b_{c}} < 3$. ![a map](img/map.png) ![a sound](img/beep.mp3)

```python
def f(x):
    return x  # 1 < 2
```

Q: Which is larger? {#larger}
A: the second

| a | b |
|---|---|
| 1 | $2$ |

Q: How many layers? {#layers .typed}
A: eight

C: ReLU is {{c1::max(0, x)::a function}}, and $x^{{c2::12}}$ is large. {#relu}

T: receptive field {#rf}
D: the region that a unit sees
"""


class World:
    """A folder of decks, a database, and an Anki."""

    def __init__(self, folder: Path, store: Store, client: Client) -> None:
        self.folder, self.store, self.client = folder, store, client
        self.decks = folder / "decks"
        (self.decks / "img").mkdir(parents=True)
        (self.decks / "img" / "map.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
        (self.decks / "img" / "beep.mp3").write_bytes(b"ID3" + b"1" * 40)
        self.now = NOW
        self.deck()

    def deck(self, text: str = DECK, name: str = "a.md", seconds: int = 0) -> None:
        """Write a deck file, as of so many seconds after the first, and sync."""
        file = self.decks / name
        file.write_text(text, encoding="utf-8")
        at = NOW.timestamp() - 10_000 + seconds
        os.utime(file, (at, at))
        assert not sync(self.store, [self.decks], NOW.date()).faults

    def export(self, lang: str = "en") -> Outgoing:
        with self.store.read() as db:
            cards, known = list(db.cards.all(lang=lang)), db.exported.all()
        made = outgoing(Request(cards, self.now, self.now.date(), folders=[self.decks], known=known))
        write(made.collection, self.package)
        with self.store.write() as db:
            db.exported.put(made.written)
        return made

    @property
    def package(self) -> Path:
        return self.folder / "out.apkg"

    def hand(self, lang: str = "en") -> Log:
        """Export, and let Anki import it."""
        self.export(lang)
        return self.client.take(self.package)

    def note(self, key: str) -> Any:
        [number] = self.client.col.find_notes(f'Id:"{key}"')
        return self.client.col.get_note(number)


Worlds = Callable[[], Iterator[World]]


@pytest.fixture
def world(tmp_path: Path, store: Store) -> Iterator[World]:
    with anki(tmp_path / "collection.anki2") as client:
        yield World(tmp_path, store, client)


def test_anki_takes_every_kind_of_card(world: World) -> None:
    """Notes, cards, decks, tags and media are there, nothing conflicts, and Anki's own checks find nothing."""
    assert world.hand() == Log(5, 0, 0, 0)
    col = world.client.col
    assert [deck.name for deck in col.decks.all_names_and_ids() if deck.name != "Default"] == ["net", "net::alexnet"]
    assert {col.decks.name(col.get_card(card).did) for card in col.find_cards("")} == {"net::alexnet"}
    kinds = {
        name: len(col.find_cards(f'note:"{name}"'))
        for name in ("quizcv Basic", "quizcv Typed", "quizcv Term", "quizcv Cloze")
    }
    assert kinds == {"quizcv Basic": 2, "quizcv Typed": 1, "quizcv Term": 2, "quizcv Cloze": 2}
    assert sorted(world.note("conv1").tags) == ["cnn", "shape", "经典"]
    assert len(list((world.folder / "collection.media").iterdir())) == 2
    assert world.client.whole()


def test_an_unchanged_export_changes_nothing(world: World) -> None:
    """The second import finds the same notes, and no table of the collection is other than before."""
    world.hand()
    before = {
        table: world.client.rows(table)
        for table in ("notes", "cards", "revlog", "notetypes", "templates", "fields", "decks")
    }
    world.now += timedelta(days=3)
    assert world.hand() == Log(0, 0, 5, 0)
    assert {table: world.client.rows(table) for table in before} == before


def test_the_same_export_is_the_same_file(world: World) -> None:
    """Byte for byte, also on another day."""
    world.export()
    first = world.package.read_bytes()
    world.now += timedelta(days=3)
    world.export()
    assert world.package.read_bytes() == first


def test_an_edited_card_is_one_updated_note(world: World) -> None:
    """A correction goes to the note that is there, with its time; the others stay as they are."""
    world.hand()
    world.deck(DECK.replace("the second", "the first"), seconds=500)
    assert world.hand() == Log(0, 1, 4, 0)
    assert world.note("larger")["Back"].startswith("<p>the first")
    assert world.note("larger").mod == int(NOW.timestamp()) - 10_000 + 500


def test_an_edited_card_without_an_id_is_the_same_note(world: World) -> None:
    """Its key is a hash of its text and changes with it; what Anki knows it by does not."""
    text = "Q: What does a residual block add?\nA: its input to its output, so that layers learn a difference\n"
    world.deck(text, "b.md")
    world.hand()
    world.deck(text.replace("a difference", "the difference"), "b.md", seconds=60)
    assert world.hand() == Log(0, 1, 5, 0)
    assert len(world.client.col.find_notes("")) == 6


def test_words_written_anew_are_another_note(world: World) -> None:
    """A card that was edited keeps its guid; when its first words come again, as a new card, that gets another."""
    text = "Q: What does a residual block add?\nA: its input to its output, so that layers learn a difference\n"
    world.deck(text, "b.md")
    world.hand()
    edited = text.replace("a difference", "the difference")
    world.deck(edited, "b.md", seconds=60)
    world.hand()
    world.deck(text, "c.md", seconds=90)
    assert world.hand() == Log(1, 0, 6, 0)


def test_two_notes_never_change_places(world: World) -> None:
    """Of two notes that had the same words one after the other each keeps its guid, whichever is exported, alone or with the other."""
    text = "Q: What does a residual block add?\nA: its input to its output, so that layers learn a difference\n"
    edited = text.replace("a difference", "the difference")
    world.deck(text, "b.md")
    world.deck(edited, "b.md", seconds=60)
    world.deck(text, "c.md", seconds=90)

    def guids() -> dict[str, str]:
        return {note.fields[1]: note.guid for note in world.export().collection.notes if "difference" in note.fields[1]}

    both = guids()
    assert len(set(both.values())) == 2
    world.deck("Q: Something else altogether?\nA: no\n", "b.md", seconds=100)
    [alone] = guids().items()
    assert alone in both.items()
    world.deck(edited, "b.md", seconds=120)
    assert guids() == both


@pytest.mark.parametrize("seconds", [-(10**10), 10**9], ids=["before 1970", "in the future"])
def test_a_clock_that_is_wrong(world: World, seconds: int) -> None:
    """A file's impossible time is taken for now, and an edit is seen all the same."""
    world.deck("Q: Why? {#why}\nA: because\n", "b.md", seconds=seconds)
    world.hand()
    assert world.note("why").mod == int(NOW.timestamp())
    world.deck("Q: Why? {#why}\nA: because of it\n", "b.md", seconds=seconds)
    assert world.hand() == Log(0, 1, 5, 0)


def test_control_characters_part_no_fields(world: World) -> None:
    """What SQLite or Anki would take for the end of a text or a field is none of it in Anki."""
    world.deck("Q: One\x1ftwo {#odd}\nA: four\x1ffive\n", "b.md")
    assert world.hand() == Log(6, 0, 0, 0)
    note = world.note("odd")
    assert (note["Id"], note["Back"]) == ("odd", "four five")
    assert world.client.whole()


@pytest.mark.parametrize(
    ("before", "after"),
    [("tags: [cnn]", "tags: [cnn, deep]"), ("# AlexNet", "# The AlexNet")],
    ids=["tags", "breadcrumb"],
)
def test_what_is_not_text_updates_too(world: World, before: str, after: str) -> None:
    """New tags or another heading above reach all five notes."""
    world.hand()
    world.deck(DECK.replace(before, after))  # with the file's old time, as an unpacked archive has it
    assert world.hand() == Log(0, 5, 0, 0)


def test_another_language_is_an_update(world: World) -> None:
    """The same notes say it in Chinese, and back in English."""
    world.deck("---\nlang: en\n---\nQ: Why? {#why}\nA: because\n", "en.md")
    world.deck("---\nlang: zh\n---\nQ: 为什么？ {#why}\nA: 因为\n", "zh.md", seconds=-5000)
    world.hand("en")
    assert world.hand("zh") == Log(0, 1, 5, 0)
    assert world.note("why")["Front"] == "为什么？"
    assert world.hand("en") == Log(0, 1, 5, 0)


def test_a_later_edit_in_anki_stays(world: World) -> None:
    """Nothing changed here since, so what somebody wrote there is not overwritten."""
    world.hand()
    note = world.note("larger")
    note["Back"] = "my own words"
    world.client.col.update_note(note)
    assert world.hand() == Log(0, 0, 5, 0)
    assert world.note("larger")["Back"] == "my own words"


def test_a_changed_picture_is_seen(world: World) -> None:
    """A picture is named by its contents: a new one makes a new name, and with it a changed note."""
    world.hand()
    (world.decks / "img" / "map.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"9" * 40)
    assert world.hand() == Log(0, 1, 4, 0)


@pytest.mark.parametrize(
    "name", ["残差网络" * 20 + ".jpeg", "a" * 240 + ".png", "x." + "y" * 230, "a'b\"&#%c d.png", "图.png"], ids=range(5)
)
def test_media_of_any_name(world: World, name: str) -> None:
    """Long, Chinese and odd names of files come through: Anki finds the picture that the note shows."""
    (world.decks / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"7" * 40)
    path = name.replace("%", "%25")
    world.deck(
        f"Q: See? {{#see}}\nA: ![a](<{path}>) and <img src='{path.replace(chr(39), '&#39;').replace('&', '&amp;', 0)}'>\n",
        "b.md",
    )
    assert world.hand() == Log(6, 0, 0, 0)
    assert world.note("see")["Back"].count("<img src=") == 2
    with open_package(world.package) as package:
        assert len(package.collection.media) == 3
    assert world.client.whole()


def test_decks_that_anki_takes_for_one(world: World) -> None:
    """Anki knows no case in the names of decks, and has one called Default: no second one is made beside it."""
    for number, deck in enumerate(["Default", "Net::b", "NET"]):
        world.deck(f"---\ndeck: {deck}\n---\nQ: q{number} {{#q{number}}}\nA: a\n", f"{number}.md")
    world.hand()
    names = [deck.name.casefold() for deck in world.client.col.decks.all_names_and_ids()]
    assert sorted(names) == ["default", "net", "net::alexnet", "net::b"]


def test_media_lead_nowhere_else(world: World) -> None:
    """A path out of the deck's folder, a missing file and a folder are left out, named, and the rest goes through."""
    (world.folder / "secret.png").write_bytes(b"x")
    (world.decks / "link.png").symlink_to(world.folder / "secret.png")
    world.deck(
        "Q: See? {#see}\nA: ![a](../secret.png) ![b](gone.png) ![c](img) ![d](link.png) ![e](/etc/passwd)\n", "b.md"
    )
    made = world.export()
    assert sorted(what.split(" in ")[0] for what, _why in made.left_out) == [
        "../secret.png",
        "/etc/passwd",
        "gone.png",
        "img",
        "link.png",
    ]
    assert "secret" not in " ".join(zipfile.ZipFile(world.package).namelist()) + str(made.collection.media)
    [note] = [note for note in made.collection.notes if note.guid == "quizcv:see"]
    assert note.fields[1] == "a b c d e"


def test_text_that_anki_would_run_is_text(world: World) -> None:
    """Marks of Anki in a card's own words (LaTeX to run, sound, math, deletions in code) and HTML that does something stay harmless."""
    words = "`[latex]x[/latex]` [sound:x.mp3] \\\\(no math\\\\) <script>alert(1)</script><img src=x onerror=alert(1)> `{{c1::code}}`"
    world.deck(f"Q: Say? {{#say}}\nA: {words}\n\nC: This {{{{c1::one}}}} and {words} {{#cloze}}\n", "b.md")
    log = world.hand()
    assert log.new == 7
    col = world.client.col
    assert len(col.find_cards("Id:cloze")) == 1
    for key in ("say", "cloze"):
        shown = col.get_card(col.find_cards(f"Id:{key}")[0]).render_output()
        text = shown.question_text + shown.answer_text
        assert "<script" not in text
        assert "onerror" not in text
        assert "\\(" not in text
        assert not shown.answer_av_tags
    assert world.client.whole()


@pytest.mark.parametrize(
    "text", ["[a](https://b.c/{{c1::d}})", "<!-- {{c1::d}} --> a", "[a]: {{c1::d}}\n\na"], ids=range(3)
)
def test_a_deletion_that_nobody_sees(world: World, text: str) -> None:
    """In an address or a comment Anki would find none, and have a card that asks nothing: the note is left out and named."""
    cards = [
        Card(
            n,
            f"a~c{n}",
            "a",
            Kind.CLOZE,
            "d",
            "en",
            (),
            (),
            "f",
            "b",
            "/a.md",
            1,
            guid="g",
            cloze=f"{text} {{{{c2::e}}}}",
        )
        for n in (1, 2)
    ]
    made = outgoing(Request(cards, NOW, NOW.date()))
    assert (made.collection.notes, [what for what, _why in made.left_out]) == ([], ["a~c1"])


def test_deck_names_and_texts_in_chinese(world: World) -> None:
    """Chinese decks, tags and texts come through letter for letter, without blanks where a line ended."""
    world.deck(
        "---\ndeck: 骨干网络::残差网络\ntags: [面试]\nlang: zh\n---\nQ: 残差块加了\n什么？ {#res}\nA: 它的输入\n",
        "zh.md",
    )
    world.hand()
    note = world.note("res")
    assert note["Front"] == "残差块加了什么？"
    assert note.tags == ["面试"]
    assert world.client.col.decks.name(note.cards()[0].did) == "骨干网络::残差网络"


@pytest.mark.parametrize("kind", ["basic", "typed", "term", "cloze", "cloze_typed"])
def test_fields_of_a_note_type_belong_to_its_id(kind: str) -> None:
    """Who changes the fields of a type gives it a new id, and this table a new line: Anki takes the old id for a conflict."""
    known = {
        1763110000001: ("Front", "Back", "Context", "Proof", "Id", "Source"),
        1763110000002: ("Front", "Back", "Answer", "Context", "Proof", "Id", "Source"),
        1763110000003: ("Term", "Definition", "Asked", "Asked Back", "Context", "Proof", "Id", "Source"),
        1763110000004: ("Text", "Context", "Proof", "Id", "Source"),
        1763110000005: ("Text", "Context", "Proof", "Id", "Source"),
    }
    made = getattr(notetypes, kind)()
    assert known[made.id] == made.fields


# --- schedules ---


def zone_at(hour: int) -> str:
    """A zone in which it is this hour now."""
    east = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"


ZONES = {
    "utc": "UTC",
    "shanghai": "Asia/Shanghai",
    "kolkata": "Asia/Kolkata",
    "new-york": "America/New_York",
    "auckland": "Pacific/Auckland",
    "before-four": zone_at(3),
    "after-four": zone_at(5),
}


@pytest.mark.parametrize("days", [0, 400], ids=["fresh", "old"])
@pytest.mark.parametrize("zone", ZONES)
def test_a_schedule_is_read_back_equal(tmp_path: Path, zone: str, days: int) -> None:
    """Every state, with interval, ease, due day, lapses and log, whatever the zone and the age of the collection that takes it."""
    here = Path(__file__).parent
    command = [sys.executable, str(here / "handed_over.py"), str(tmp_path), str(days)]
    path = os.pathsep.join((str(here), str(here.parents[1])))
    env = {**os.environ, "TZ": ZONES[zone], "PYTHONPATH": path}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    seen = said["seen"]
    assert said["whole"]
    review = {"type": 2, "queue": 2, "reps": 2, "flag": 0, "lapses": 0}
    expected = {
        "due-today": {**review, "interval": 6, "factor": 2500},
        "overdue": {**review, "interval": 10, "factor": 1300, "lapses": 7},
        "tomorrow": {**review, "interval": 1, "factor": 2640},
        "far": {**review, "interval": 3200, "factor": 3000},
        "suspended": {**review, "queue": -1, "interval": 9, "factor": 2360, "lapses": 2},
        "buried": {**review, "queue": -3, "interval": 3, "factor": 2500},
        "flagged": {**review, "interval": 20, "factor": 2500, "flag": 1},
    }
    for name, columns in expected.items():
        got = {column: value for column, value in seen[name].items() if column in columns}
        assert got == columns, name
        assert seen[name]["due"] == said["due"][name], name
        assert [line[1:] for line in seen[name]["log"]] == [
            [3, columns["interval"], columns["factor"], 4000, 0],
            [2, columns["interval"], columns["factor"], 4000, 1],
        ]
    assert (seen["new"]["type"], seen["new"]["queue"]) == (0, 0)
    assert (seen["suspended-new"]["type"], seen["suspended-new"]["queue"]) == (0, -1)
    drill = seen["drill"]
    assert (drill["type"], drill["queue"], drill["interval"], drill["lapses"]) == (3, 1, 1, 1)
    assert abs(drill["due"] - said["now"]) < 120
    lines = [line[0] for card in seen.values() for line in card["log"]]
    assert len(set(lines)) == len(lines) == 16  # many fell on one millisecond, none is lost


def test_an_ease_beyond_anki(world: World) -> None:
    """SM-2's easiness has no ceiling, Anki's has: one card of a hundred perfect years does not keep the package out."""
    with world.store.read() as db:
        cards = list(db.cards.all())
    state = CardState(Memory(700, 7250, 36_500, NOW.date() + timedelta(36_500), NOW.date()))
    over = HandOver({card.id: state for card in cards}, {}, UTC, 4)
    write(outgoing(Request(cards, NOW, NOW.date(), folders=[world.decks], hand_over=over)).collection, world.package)
    assert world.client.take(world.package, schedule=True) == Log(5, 0, 0, 0)
    assert {world.client.col.get_card(card).factor for card in world.client.col.find_cards("")} == {65_535}


ANSWERS = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 60), st.integers(0, 2), st.sampled_from([*Grade, None]), st.booleans()),
    max_size=25,
).map(lambda answers: sorted(answers, key=lambda one: one[0]))


@settings(max_examples=40)
@given(
    answers=ANSWERS,
    zone=st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Pacific/Kiritimati"]),
    hour=st.sampled_from([0, 4, 6, 23]),
)
def test_any_journal_comes_back(
    fresh: Fresh, answers: list[tuple[int, int, Grade | None, bool]], zone: str, hour: int
) -> None:
    """Out into a package and into an empty database: the same states, and every answer on its day, also where clocks change and where
    many fell on one moment. The failing grades are one to Anki, and to SM-2's schedule."""
    tz, wishes = ZoneInfo(zone), Settings(day_start=hour)
    begin = datetime(2026, 2, 20, 3, tzinfo=UTC)  # clocks change in all of them but two within sixty days
    logs: dict[int, list[PastReview]] = {0: [], 1: [], 2: []}
    for minutes, card, grade, cram in answers:
        logs[card].append(
            PastReview(
                begin + timedelta(minutes=minutes), grade, 7 if grade is not None else 0, cram and grade is not None
            )
        )

    def played(shelf: Shelf, given: dict[int, Past]) -> tuple[dict[int, CardState], dict[int, list[Review]]]:
        with shelf.store.write() as db:
            take_over(db, given, Rules(shelf.learner.id, scheduler_named("sm2"), wishes, tz, NOW))
            states = db.schedule.states(shelf.learner.id, given)
            return states, {card: list(db.journal.entries(shelf.learner.id, card_id=card)) for card in given}

    failed: dict[Grade | None, Grade | None] = dict.fromkeys((Grade.BLACKOUT, Grade.WRONG_BUT_EASY), Grade.WRONG)

    def told(entries: list[Review]) -> list[tuple[object, ...]]:
        return [(one.action, failed.get(one.grade, one.grade), one.day, one.took_ms) for one in entries]

    with fresh(None) as shelf:
        ids = shelf.add("a", "b", "c")
        states, journal = played(shelf, {ids[card]: Past(tuple(log)) for card, log in logs.items()})
        with shelf.store.read() as db:
            cards = list(db.cards.all())
        over = HandOver(states, journal, tz, hour)
        with tempfile.TemporaryDirectory() as folder:
            write(
                outgoing(Request(cards, NOW, day_of(NOW, tz, hour), hand_over=over)).collection, Path(folder, "a.apkg")
            )
            with open_package(Path(folder, "a.apkg")) as package:
                found = incoming(package.collection, tz=tz, own=Returning().cards)
    with fresh(None) as shelf:
        ids = dict(zip("abc", shelf.add("a", "b", "c"), strict=True))
        again, journal_again = played(shelf, {number: found.pasts.get(key, Past()) for key, number in ids.items()})
    assert again == states
    assert {card: told(log) for card, log in journal_again.items()} == {
        card: told(log) for card, log in journal.items()
    }


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "UTC", "Pacific/Kiritimati"])
@pytest.mark.parametrize("hour", [0, 4, 23])
def test_a_schedule_without_a_log_keeps_its_days(zone: str, hour: int) -> None:
    """A card that was handed over has no answer to date it by: its last day is still that day where the learner is."""
    tz, today = ZoneInfo(zone), NOW.date()
    memory = Memory(3, 250, 20, today + timedelta(5), today - timedelta(15))
    card = Card(1, "a", "a", Kind.BASIC, "d", "en", (), (), "f", "b", "/a.md", 1, guid="g", changed=1, created=today)
    over = HandOver({1: CardState(memory)}, {}, tz, hour)
    made = outgoing(Request([card], NOW, today, hand_over=over)).collection
    [past] = pasts(made, tz).values()
    assert past.memory is not None
    assert (past.memory.last, past.memory.due) == (memory.last, memory.due)


def test_many_reviews_of_one_moment_stay_in_order() -> None:
    """A journal that was made elsewhere may have one time for all: each line gets its own, in their order, without looking for it."""
    state = CardState(Memory(1, 250, 1, NOW.date(), NOW.date()))
    moments = [NOW] * 50_000 + [NOW + timedelta(milliseconds=1)]
    entries = [
        Review(n, 1, 1, at, NOW.date(), Action.CRAM, Grade.GOOD, n, state, state) for n, at in enumerate(moments)
    ]
    lines = log({1: entries})
    first = int(NOW.timestamp() * 1000)
    assert [(line.id, line.took_ms) for line in lines] == [(first + n, n) for n in range(len(moments))]


# --- the file ---


def _interrupted(*_args: object) -> bytes:
    raise KeyboardInterrupt


def test_a_file_is_replaced_in_one_go_or_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A medium that cannot be read, or Ctrl-C: the package that was there is still there, whole, and no draft beside it."""
    made = world.export()
    before = world.package.read_bytes()
    made.collection.media = {"gone.png": str(world.folder / "gone.png")}
    from quizcv.errors import ExchangeError

    with pytest.raises(ExchangeError, match=r"gone\.png"):
        write(made.collection, world.package)
    monkeypatch.setattr("quizcv.exchange.anki.package.writer.database", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(made.collection, world.package)
    assert world.package.read_bytes() == before
    assert not list(world.folder.glob("*.part"))
