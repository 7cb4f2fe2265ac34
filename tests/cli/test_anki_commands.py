"""`quizcv export anki` and `quizcv import anki`, as a person uses them, with the real Anki at the other end."""

from __future__ import annotations

import html
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.append(
    str(Path(__file__).parents[1] / "exchange")
)  # the client, which stands with the other tests of exchange

from anki.collection import ExportAnkiPackageOptions
from anki_client import Client, Log, anki

from quizcv.exchange.anki.own.source import digest

if TYPE_CHECKING:
    from conftest import Run

DECK = """\
---
deck: net::alexnet
tags: [cnn]
lang: en
---
# AlexNet
## Conv1 {#conv1 .shape}
96 kernels of $11\\times 11$. ![a map](img/map.png)

Q: Which is larger, $a$ or *b*? {#larger}
A: the second

- one
- two

Q: How many layers? {#layers .typed}
A: eight

C: ReLU is {{c1::max(0, x)::a function}}, and $x^{{c2::12}}$ is large. {#relu}

T: receptive field {#rf}
D: the region that a unit sees

Q: Without an id?
A: It has a hash for one.

```check
- model: conv_output
  params: {size: 227, kernel: 11, stride: 4}
  equals: 55
```

```item {#computed .number}
model: conv_output
level: 2
```
"""


@pytest.fixture
def decks(home: Path, run: Run) -> Path:
    """A synced folder, whose cards have been reviewed."""
    folder = home / "decks"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "map.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    (folder / "a.md").write_text(DECK, encoding="utf-8")
    assert run("sync", str(folder)).code == 0
    run("review", "--plain", "--new", "5", stdin="\n3\n\n1\n\n4\n\n2\n\n3\n\n3\n\n3\n")
    assert json.loads(run("stats", "--json").out)
    return folder


def held(package: Path) -> dict[str, Any]:
    """What a package holds, but for when it was made: notes with cards, schedules and log by their lasting names."""
    from quizcv.exchange.anki.package.opening import open_package

    with open_package(package) as opened:
        found = opened.collection
        guids = {note.id: note.guid for note in found.notes}
        first = found.calendar.created // 86_400
        cards = {card.id: (guids[card.note], card.ord) for card in found.cards}
        return {
            "notes": {note.guid: (note.notetype, note.tags, note.fields) for note in found.notes},
            "cards": {
                cards[card.id]: (
                    card.deck,
                    card.type,
                    card.queue,
                    card.interval,
                    card.factor,
                    card.reps,
                    card.lapses,
                    card.flags,
                    card.data,
                )
                for card in found.cards
            },
            "due": {cards[card.id]: card.due + first for card in found.cards if card.type == 2},
            "log": [(line.id, cards[line.card], line[2:]) for line in found.reviews],
            "media": {name: opened_bytes(package, entry) for name, entry in found.media.items()},
        }


def opened_bytes(package: Path, entry: str) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(entry)


def test_export_import_export_is_equal(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into an empty database and out again: the same notes, cards, decks, tags, media, schedules and reviews."""
    assert run("export", "anki", "--with-schedule", "--items", "5", "--out", "a.apkg").code == 0
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    came = run("import", "anki", "a.apkg", "--to", "there")
    assert (came.code, came.err) == (0, "")
    assert run("export", "anki", "--with-schedule", "--items", "5", "--out", "b.apkg").code == 0
    before, after = held(home / "a.apkg"), held(home / "b.apkg")
    assert before["log"]
    assert before == after
    assert (home / "there" / "img" / "map.png").read_bytes() == (decks / "img" / "map.png").read_bytes()
    assert run("doctor").code == 0


def test_importing_twice_changes_nothing(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are the same, the histories are known."""
    run("export", "anki", "--with-schedule", "--out", "a.apkg", "--items", "1")
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    run("import", "anki", "a.apkg", "--to", "there")
    before = json.loads(run("cards", "list", "--json").out)
    again = json.loads(run("import", "anki", "a.apkg", "--to", "there", "--json").out)
    assert (again["histories"], again["reviews"], again["lost"]) == (0, 0, [])
    assert json.loads(run("cards", "list", "--json").out) == before


def test_what_other_files_hold_stays(home: Path, run: Run, decks: Path) -> None:
    """An own package back into its own database: the cards are in their files already, nothing is written."""
    run("export", "anki", "--with-schedule", "--out", "a.apkg", "--items", "1")
    came = json.loads(run("import", "anki", "a.apkg", "--remember", "--json").out)
    assert not any(path.endswith("/a") for path in json.loads(run("config", "list", "--json").out)["decks"])
    assert (came["cards"], came["here"], came["reviews"], came["kept"]) == (0, 7, 0, [])
    assert not (home / "a").exists()


def test_a_dry_run_changes_nothing(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what would come, and no file is written."""
    run("export", "anki", "--with-schedule", "--out", "a.apkg", "--items", "1")
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    before = sorted(home.rglob("*"))
    said = run("import", "anki", "a.apkg", "--dry-run").out
    assert "9 cards in 1 decks and 1 media would come to" in said
    assert [path for path in sorted(home.rglob("*")) if path not in before and "other.db" not in path.name] == []
    assert json.loads(run("cards", "list", "--json").out) == []


def test_a_dry_run_tells_what_is_new(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It foresees what the import then does, the first time and the second."""
    run("export", "anki", "--with-schedule", "--out", "a.apkg", "--items", "1")
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    for new in (True, False):
        foreseen = json.loads(run("import", "anki", "a.apkg", "--dry-run", "--json").out)
        came = json.loads(run("import", "anki", "a.apkg", "--json").out)
        assert {**foreseen, "dry_run": False} == came
        assert (came["cards"] > 0, came["reviews"] > 0) == (new, new)
    assert run("import", "anki", "a.apkg", "--dry-run").out.startswith("No new cards.\n")


def test_a_later_package_brings_only_what_is_new(home: Path, run: Run) -> None:
    """Into the folder of the first import: a note that was added in Anki, and beside it the files as a person has edited them since."""
    with anki(home / "collection.anki2") as client:
        col = client.col

        def add(front: str) -> None:
            note = col.new_note(col.models.by_name("Basic"))
            note.fields = [front, "its back"]
            col.add_note(note, col.decks.id("d e"))

        add("old")
        package(client, home / "my cards.apkg", legacy=False)
        first = run("import", "anki", "my cards.apkg")
        assert "`quizcv sync '" in first.out
        [file] = (home / "my cards").glob("*.md")
        edited = file.read_text(encoding="utf-8").replace("its back", "edited here")
        file.write_text(edited, encoding="utf-8")
        add("new")
        note = col.get_note(col.find_notes("old")[0])
        note["Back"] = "edited there"
        col.update_note(note)
        package(client, home / "my cards.apkg", legacy=False)
    later = run("import", "anki", "my cards.apkg")
    assert (later.code, later.err) == (0, "")
    assert "1 cards in 1 decks came to" in later.out
    assert "1 notes are in your files already" in later.out
    assert file.read_text(encoding="utf-8") == edited
    assert run("check", "my cards").code == 0
    cards = json.loads(run("cards", "list", "--json").out)
    assert {(card["deck"], card["front"], card["back"]) for card in cards} == {
        ("d e", "old", "edited here"),
        ("d e", "new", "its back"),
    }


def test_edits_in_anki_come_back(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody corrected there is in the Markdown, under the same id; what nobody touched is letter for letter as it was."""
    run("export", "anki", "--out", "a.apkg", "--items", "1")
    with anki(home / "collection.anki2") as client:
        client.take(home / "a.apkg")
        note = client.col.get_note(client.col.find_notes("Id:larger")[0])
        note["Back"] = "<div>the <b>first</b>, 1 &lt; 2</div>"
        note.tags.append("corrected")
        client.col.update_note(note)
        package(client, home / "back.apkg", legacy=False)
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    assert run("import", "anki", "back.apkg", "--to", "there").code == 0
    [file] = (home / "there").glob("*.md")
    text = file.read_text(encoding="utf-8")
    assert (
        "Q: Which is larger, $a$ or *b*? {#larger .cnn .corrected}\nA: the **first**, 1 \\< 2" in text
        or "1 < 2" in text
    )
    assert "C: ReLU is {{c1::max(0, x)::a function}}, and $x^{{c2::12}}$ is large. {#relu" in text
    assert "![a map](img/map.png)" in text
    assert (home / "there" / "img" / "map.png").exists()


def package(client: Client, path: Path, *, legacy: bool) -> None:
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, with_deck_configs=False, legacy=legacy)
    client.col.export_anki_package(out_path=str(path), limit=None, options=options)  # type: ignore[arg-type]


@pytest.mark.parametrize("legacy", [True, False], ids=["legacy", "new"])
def test_ankis_own_export_comes_in_whole(home: Path, run: Run, legacy: bool) -> None:
    """Notes of Anki's own types, with media, tags, Chinese and answers given there: nothing is lost, every card has its history."""
    with anki(home / "collection.anki2") as client:
        col = client.col
        deck = col.decks.id("视觉::检测")
        (home / "pic.png").write_bytes(b"\x89PNG\r\n\x1a\n1234")
        picture = col.media.add_file(str(home / "pic.png"))
        for kind, fields in {
            "Basic": ["What is \\(x^2\\)?", f'<b>nine</b><br><img src="{picture}">'],
            "Basic (and reversed card)": ["非极大值抑制", "NMS"],
            "Cloze": ["IoU is {{c1::intersection}} over {{c2::union}}.", ""],
            "Basic (type in the answer)": ["How many?", "five"],
        }.items():
            note = col.new_note(col.models.by_name(kind))
            note.fields = fields
            note.tags = ["检测", "a::b"]
            col.add_note(note, deck)
        col.decks.select(deck)
        for ease in (3, 1, 4):
            card = col.sched.getCard()
            col.sched.answerCard(card, ease)
        answered = col.db.scalar("SELECT count() FROM revlog")
        package(client, home / "theirs.apkg", legacy=legacy)
    came = run("import", "anki", "theirs.apkg", "--json")
    said = json.loads(came.out)
    assert (came.code, said["lost"], said["cards"], said["media"], said["reviews"]) == (0, [], 6, 1, answered)
    cards = {card["front"]: card for card in json.loads(run("cards", "list", "--json").out)}
    assert cards["What is $x^2$?"]["deck"] == "视觉::检测"
    assert sorted(cards["How many?"]["tags"]) == ["a::b", "检测"] or sorted(cards["How many?"]["tags"]) == [
        "a-b",
        "检测",
    ]
    assert run("doctor").code == 0
    assert run("check", "theirs").code == 0
    again = json.loads(run("import", "anki", "theirs.apkg", "--json").out)
    assert (again["reviews"], again["lost"]) == (0, [])


def test_anki_takes_back_what_it_gave(home: Path, run: Run) -> None:
    """A foreign note that came in keeps its guid: exported again it makes no second note in Anki."""
    with anki(home / "collection.anki2") as client:
        note = client.col.new_note(client.col.models.by_name("Basic"))
        note.fields = ["front", "back"]
        client.col.add_note(note, client.col.decks.id("d"))
        package(client, home / "theirs.apkg", legacy=True)
        run("import", "anki", "theirs.apkg")
        run("export", "anki", "d", "--out", "ours.apkg")
        log = client.take(home / "ours.apkg")
        assert (log.new, log.updated) == (0, 0)
        assert len(client.col.find_notes("")) == 1


def test_verified_items_are_in_anki(home: Path, run: Run, decks: Path) -> None:
    """A computational card is one note with as many items as were asked for, the same at every export."""
    assert run("export", "anki", "--tag", "number", "--items", "7", "--out", "a.apkg").code == 0
    with anki(home / "collection.anki2") as client:
        assert client.take(home / "a.apkg") == Log(1, 0, 0, 0)
        [card] = client.col.find_cards("")
        fields = dict(client.col.get_card(card).note().items())
        assert len(json.loads(fields["Items"])["items"]) == 7
        run("export", "anki", "--tag", "number", "--items", "7", "--out", "a.apkg")
        assert client.take(home / "a.apkg") == Log(0, 0, 1, 0)


@pytest.mark.parametrize("heading", ["Output size of a convolution", "卷积的输出尺寸"])
def test_a_heading_that_is_the_title_is_shown_once(home: Path, run: Run, heading: str) -> None:
    """The headings above a computational card end before the model's own title, in either language; back here they are all there."""
    deck = home / "deck.md"
    deck.write_text(f"# Shapes\n\n## {heading}\n\n```item {{#one}}\nmodel: conv_output\n```\n", encoding="utf-8")
    assert run("sync", str(deck)).code == 0
    assert run("export", "anki", "--items", "1", "--out", "a.apkg").code == 0
    with anki(home / "collection.anki2") as client:
        client.take(home / "a.apkg")
        [note] = client.col.find_notes("")
        assert client.col.get_note(note)["Context"] == "Shapes"
    deck.unlink()
    assert run("import", "anki", "a.apkg", "--to", "back").code == 0
    assert f"## {heading}" in (home / "back" / "deck.md").read_text(encoding="utf-8")


def test_faults_are_one_line(home: Path, run: Run, decks: Path) -> None:
    """No such file, no package, no deck, a folder or a file in the way, no .apkg: what is wrong, what to do, no traceback."""
    (home / "no.apkg").write_text("no")
    for words, code in {
        ("import", "anki", "gone.apkg"): 1,
        ("import", "anki", "no.apkg"): 1,
        ("export", "anki", "nonesuch", "--out", "x.apkg"): 2,
        ("export", "anki", "--out", "decks"): 2,
        ("export", "anki", "--out", "cards.zip"): 2,
        ("export", "anki", "--items", "1", "--out", "no.apkg/x.apkg"): 1,
    }.items():
        said = run(*words)
        assert said.code == code, said.err
        assert said.err.startswith("quizcv: ")
        assert "Traceback" not in said.err
        assert len(said.err.splitlines()) <= 2


def test_ctrl_c_leaves_nothing_half_written(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted while files are put into the folder: none of them stays, and none is known."""
    run("export", "anki", "--out", "a.apkg", "--items", "1")
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    replace, calls = Path.replace, iter(range(9))

    def interrupted(path: Path, target: Path) -> Path:
        if next(calls):
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", interrupted)
        assert run("import", "anki", "a.apkg", "--to", "there").code == 130
    assert [path for path in (home / "there").rglob("*") if path.is_file()] == []
    assert json.loads(run("cards", "list", "--json").out) == []


def test_other_files_in_the_way_stay(home: Path, run: Run, decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds other media of these names is not written to, nor is anything of the package."""
    run("export", "anki", "--out", "a.apkg", "--items", "1")
    monkeypatch.setenv("QUIZCV_DB", str(home / "other.db"))
    (home / "there" / "img").mkdir(parents=True)
    (home / "there" / "img" / "map.png").write_bytes(b"mine")
    said = run("import", "anki", "a.apkg", "--to", "there")
    assert said.code == 1
    assert "img/map.png" in said.err
    assert [path.name for path in (home / "there").rglob("*")] == ["img", "map.png"]
    assert json.loads(run("cards", "list", "--json").out) == []


def hostile(path: Path, fields: Mapping[str, str], **said: Any) -> None:
    """A package with one note that says in `Source` what it likes, and one medium."""
    from quizcv.exchange.anki import collection as values
    from quizcv.exchange.anki.own import notetypes
    from quizcv.exchange.anki.package.writer import write

    kind = notetypes.basic()
    source = html.escape(json.dumps({"version": 1, "kind": "basic", "lang": "en", **said}), quote=False)
    filled = {"Front": "front", "Back": "back", "Id": "one", "Source": source, **fields}
    note = values.Note(1, "g", kind.id, 1_767_240_000, (), tuple(filled.get(name, "") for name in kind.fields))
    (path.parent / "medium").write_bytes(b"# Not asked for\n\nQ: Who wrote this?\nA: a stranger\n")
    write(
        values.Collection(
            values.Calendar(1_767_240_000, 0), {kind.id: kind}, [note], [values.Card(5, 1, "Deck", 0)],
            media={"x.png": str(path.parent / "medium")},
        ),
        path,
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["/../../evil", "../../evil", "\0", "x" * 300, "en\nx", "EN", ["en"]])
def test_no_language_leads_out_of_the_folder(home: Path, run: Run, lang: object) -> None:
    """A note states its language, which is part of a file's name: what is none makes it a note like anybody's."""
    hostile(home / "h.apkg", {}, lang=lang)
    assert run("import", "anki", "h.apkg", "--to", "a/b/there").code == 0
    assert [str(path.relative_to(home)) for path in home.rglob("*.md")] == ["a/b/there/Deck.en.md"]


PATHS = ["../x.png", "/x.png", "C:x.png", "..\\x.png", "a/../../x.png", ".x.png", "a/.git/x.png", "~/.x.png", "Deck.en.md",
         "deck.EN.MD", "new.md", "a/README.md", "a.markdown", "x\0.png", "é" * 200 + ".png", "a/" * 3000 + "x.png", ""]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ascii(path[:20]))
def test_no_medium_leads_out_of_its_place(home: Path, run: Run, path: str) -> None:
    """A note states where its pictures were: never outside the folder, hidden, or where a deck is or would be read."""
    hostile(home / "h.apkg", {}, media={path: "x.png"}, markdown={"Front": [f"see ![]({path})", "0" * 12]})
    assert run("import", "anki", "h.apkg", "--to", "a/b/there").code == 0
    there = {str(file.relative_to(home)) for file in (home / "a").rglob("*") if file.is_file()}
    assert there == {"a/b/there/Deck.en.md", "a/b/there/media/x.png"}
    assert "front" in (home / "a/b/there/Deck.en.md").read_text(encoding="utf-8")


def test_a_file_and_a_folder_of_one_name(home: Path, run: Run) -> None:
    """Both media are there, the second where there is room."""
    hostile(home / "h.apkg", {}, media={"p.png": "x.png", "P.png/q.png": "x.png"})
    assert run("import", "anki", "h.apkg", "--to", "there").code == 0
    assert {path.name for path in (home / "there").rglob("*.png")} == {"p.png", "x.png"}


def test_a_moved_picture_is_found(home: Path, run: Run) -> None:
    """One that lay beside the deck's folder lies in it now, however the text writes its path."""
    said = '![](<../a b.png>) ![](../a%20b.png) <img src="../a b.png">'
    hostile(home / "h.apkg", {"Front": "x"}, media={"../a b.png": "x.png"}, markdown={"Front": [said, digest("x")]})
    assert run("import", "anki", "h.apkg", "--to", "there").code == 0
    text = (home / "there" / "Deck.en.md").read_text(encoding="utf-8")
    assert 'Q: ![](<media/x.png>) ![](media/x.png) <img src="media/x.png"> {#one}' in text


def test_paths_cannot_grow_a_text(home: Path, run: Run) -> None:
    """Paths that are put in another's place are put there once, and are not long: a text does not grow without end."""
    media = {"a" * n: "a" * 255 for n in range(1, 9)}
    markdown = "a " * 100_000
    hostile(home / "h.apkg", {"Front": "x"}, media=media, markdown={"Front": [markdown, digest("x")]})
    assert run("import", "anki", "h.apkg", "--to", "there").code in (0, 1)
    assert sum(path.stat().st_size for path in (home / "there").rglob("*.md")) < 40_000_000
