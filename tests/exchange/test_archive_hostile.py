"""Whatever calls itself an archive: each fault with its place, exit code 1, nothing changed; never a traceback, never much memory."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from archive_commands import Run, done, dump, runner
from hypothesis import given
from hypothesis import strategies as st

from quizcv.archived import ArchivedReview
from quizcv.errors import ExchangeError
from quizcv.exchange.archive import csvfiles, jsonfile, walking
from quizcv.exchange.archive.fields import MOST_FAULTS, Faulty
from quizcv.exchange.archive.tables import TABLES
from quizcv.store import Store

NEW: dict[str, Any] = {}
LEARNED = {"due": "2026-03-03", "last": "2026-03-02", "repetitions": 1, "easiness": 250, "interval": 1, "lapses": 0}
ANSWER = {
    "model": "conv_output", "version": 1, "level": 2, "seed": 5, "index": 0, "typed": "=55", "verdict": "right",
}  # fmt: skip
GOOD: dict[str, Any] = {
    "format": "quizcv archive",
    "version": 1,
    "cards": [
        {
            "key": "a", "note": "a", "kind": "basic", "deck": "d", "tags": ["t"], "created": "2026-03-01", "guid": "g",
            "texts": [{"lang": "en", "breadcrumb": ["H"], "front": "f?", "back": "b", "changed": 1}],
        },
        {"key": "b~c1", "note": "b", "kind": "cloze", "deck": "d", "created": "2026-03-01", "orphaned": "2026-03-02", "guid": "g",
         "texts": [{"lang": "zh", "front": "[…]", "back": "**x**", "cloze": "{{c1::x}}", "changed": 1,
                    "claims": [{"model": "m", "params": {"k": 3}, "equals": 9}], "item": {"model": "m", "level": 1}}]},
    ],
    "learners": [{"name": "default", "timezone": "", "created": "2026-03-01"}],
    "schedule": [{"learner": "default", "card": "a", **LEARNED}],
    "reviews": [
        {
            "learner": "default", "card": "a", "at": "2026-03-02T08:00:00.000Z", "day": "2026-03-02", "action": "learn",
            "grade": 4, "took_ms": 5, "scheduler": "sm2", "before": NEW, "after": LEARNED, "answer": ANSWER,
        },
        {
            "learner": "default", "card": "a", "at": "2026-03-02T08:00:01.000Z", "day": "2026-03-02", "action": "cram",
            "grade": 0, "took_ms": 5, "scheduler": "sm2", "before": LEARNED, "after": LEARNED,
        },
    ],
}  # fmt: skip


def anything(_review: ArchivedReview) -> bool:
    return True


def read(said: Any) -> Any:
    """`said`, a value or bytes, read as a JSON archive."""
    import tempfile

    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "a.json")
        path.write_bytes(data)
        return jsonfile.read(path, anything)


def spoilt(*path: str | int, value: Any = ..., **also: Any) -> dict[str, Any]:
    """GOOD with another value somewhere, or without it."""
    found: dict[str, Any] = json.loads(json.dumps(GOOD))
    part: Any = found
    for step in path[:-1]:
        part = part[step]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    if also:
        part.update(also)
    return found


@contextmanager
def told_if_refused() -> Iterator[None]:
    """Whatever happens inside ends well, or with an ExchangeError of one line."""
    try:
        yield
    except ExchangeError as told:
        if not told.message.isprintable():
            pytest.fail(told.message)


def test_the_good_one_is_good() -> None:
    """Else the table below would prove nothing."""
    found = read(GOOD)
    assert (len(found.cards), len(found.learners), len(found.schedule), len(found.reviews)) == (2, 1, 1, 2)
    assert read(b"\xef\xbb\xbf" + json.dumps(GOOD, indent=4).encode()) == found
    assert read(dict(reversed(GOOD.items()))) == found


R, C = "reviews", "cards"
T = (C, 0, "texts", 0)
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no card": (spoilt(C, 0, value=7), "cards[0]"),
    "a card without key": (spoilt(C, 0, "key"), "cards[0].key"),
    "a key that is no text": (spoilt(C, 0, "key", value=["a"]), "cards[0].key"),
    "a key with blanks": (spoilt(C, 1, "key", value="b c~c1", note="b c"), "cards[1].key"),
    "a key that closes attributes": (spoilt(C, 1, "key", value="x} .y", note="x} .y"), "cards[1].key"),
    "a key of another note": (spoilt(C, 1, "key", value="a~c1"), "cards[1].key"),
    "a long key": (spoilt(C, 1, "key", value="b" * 201, note="b" * 201), "cards[1].key"),
    "a key twice": (spoilt(C, 1, value=GOOD[C][0]), "cards[1].key"),
    "a kind": (spoilt(C, 0, "kind", value="song"), "cards[0].kind"),
    "a deck": (spoilt(C, 0, "deck", value="a\x1b[31m"), "cards[0].deck"),
    "a tag of two words": (spoilt(C, 0, "tags", value=["x", "a b"]), "cards[0].tags[1]"),
    "an empty tag": (spoilt(C, 0, "tags", value=[""]), "cards[0].tags[0]"),
    "tags": (spoilt(C, 0, "tags", value="t"), "cards[0].tags"),
    "typed": (spoilt(C, 0, "typed", value=1), "cards[0].typed"),
    "a day": (spoilt(C, 0, "created", value="2026-02-30"), "cards[0].created"),
    "a day in another form": (spoilt(C, 0, "created", value="20260301"), "cards[0].created"),
    "no day": (spoilt(C, 0, "orphaned", value=None), "cards[0].orphaned"),
    "an unknown field": (spoilt(C, 0, "path", value="/etc/passwd"), "cards[0].'path'"),
    "texts": (spoilt(C, 0, "texts", value={}), "cards[0].texts"),
    "a text": (spoilt(*T, value=[]), "cards[0].texts[0]"),
    "a front": (spoilt(*T, "front"), "cards[0].texts[0].front"),
    "half a surrogate pair": (spoilt(*T, "front", value="\ud800"), "cards[0].texts[0].front"),
    "a NUL": (spoilt(*T, "back", value="a\0b"), "cards[0].texts[0].back"),
    "a language": (spoilt(*T, "lang", value="../en"), "cards[0].texts[0].lang"),
    "two texts in a language": (spoilt(C, 0, "texts", value=[GOOD[C][0]["texts"][0]] * 2), "cards[0].texts"),
    "a breadcrumb": (spoilt(*T, "breadcrumb", value=[1]), "cards[0].texts[0].breadcrumb[0]"),
    "changed": (spoilt(*T, "changed", value=2**70), "cards[0].texts[0].changed"),
    "a claim": (spoilt(C, 1, "texts", 0, "claims", value=[1]), "cards[1].texts[0].claims[0]"),
    "a claim's params": (
        spoilt(C, 1, "texts", 0, "claims", 0, "params", value=1),
        "cards[1].texts[0].claims[0].params",
    ),
    "a deep claim": (
        spoilt(C, 1, "texts", 0, "claims", 0, "equals", value=eval("[" * 25 + "]" * 25)),
        "cards[1].texts[0].claims[0].equals",
    ),
    "a claim without equals": (spoilt(C, 1, "texts", 0, "claims", 0, "equals"), "cards[1].texts[0].claims[0].equals"),
    "an item": (spoilt(C, 1, "texts", 0, "item", value="m"), "cards[1].texts[0].item"),
    "a level": (spoilt(C, 1, "texts", 0, "item", "level", value=4), "cards[1].texts[0].item.level"),
    "a learner": (spoilt("learners", 0, value=None), "learners[0]"),
    "a learner's name": (spoilt("learners", 0, "name", value="  "), "learners[0].name"),
    "a learner twice": (spoilt("learners", value=GOOD["learners"] * 2), "learners[1].name"),
    "a time zone": (spoilt("learners", 0, "timezone", value="../../etc/passwd"), "learners[0].timezone"),
    "a state of no card": (spoilt("schedule", 0, "card", value="z"), "schedule[0].card"),
    "a state of nobody": (spoilt("schedule", 0, "learner", value="z"), "schedule[0].learner"),
    "half a memory": (spoilt("schedule", 0, "last"), "schedule[0].last"),
    "a state twice": (spoilt("schedule", value=GOOD["schedule"] * 2), "schedule[1].card"),
    "another state than the reviews'": (spoilt("schedule", 0, "interval", value=2), "schedule[0].card"),
    "no state": (spoilt("schedule", value=[]), "schedule"),
    "a state without reviews": (
        spoilt("schedule", value=[*GOOD["schedule"], {"learner": "default", "card": "b~c1", "suspended": True}]),
        "schedule[1].card",
    ),
    "a review of no card": (spoilt(R, 0, "card", value="z"), "reviews[0].card"),
    "a review of nobody": (spoilt(R, 0, "learner", value="z"), "reviews[0].learner"),
    "an instant": (spoilt(R, 0, "at", value="2026-03-02 08:00"), "reviews[0].at"),
    "an instant that is none": (spoilt(R, 0, "at", value="2026-13-02T08:00:00.000Z"), "reviews[0].at"),
    "an action": (spoilt(R, 0, "action", value={}), "reviews[0].action"),
    "a grade": (spoilt(R, 0, "grade", value=7), "reviews[0].grade"),
    "a grade that is true": (spoilt(R, 0, "grade", value=True), "reviews[0].grade"),
    "a grade that is a real": (spoilt(R, 0, "grade", value=4.0), "reviews[0].grade"),
    "no grade": (spoilt(R, 0, "grade"), "reviews[0].grade"),
    "a graded flag": (spoilt(R, 1, "action", value="flag"), "reviews[1].grade"),
    "time": (spoilt(R, 0, "took_ms", value=-1), "reviews[0].took_ms"),
    "a scheduler": (spoilt(R, 0, "scheduler", value="fsrs"), "reviews[0].scheduler"),
    "a state's field": (spoilt(R, 1, "after", "due", value=20260303), "reviews[1].after.due"),
    "a state": (spoilt(R, 1, "before", value=[]), "reviews[1].before"),
    "no state before": (spoilt(R, 1, "before"), "reviews[1].before"),
    "a gap in the journal": (spoilt(R, 1, "before", value=NEW), "reviews[1].before"),
    "an answer": (spoilt(R, 0, "answer", value=5), "reviews[0].answer"),
    "an answer's seed": (spoilt(R, 0, "answer", "seed", value=2**63), "reviews[0].answer.seed"),
    "an answer's verdict": (spoilt(R, 0, "answer", "verdict", value="maybe"), "reviews[0].answer.verdict"),
    "no list": (spoilt(R, value={}), "reviews"),
    "no reviews": (spoilt(R), "reviews"),
    "another field": (spoilt("extra", value=1), "extra"),
    "a version": (spoilt("version", value="1"), "version"),
}


@pytest.mark.parametrize(("said", "where"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_has_its_place(said: dict[str, Any], where: str) -> None:
    """Every kind of fault is named where it is, and is the first told; the message is one line."""
    with pytest.raises(Faulty) as told:
        read(said)
    assert where in [fault[0] for fault in told.value.faults]
    assert told.value.faults[0][0] == where
    assert told.value.message.isprintable()


def test_all_faults_are_told() -> None:
    """Not only the first."""
    said = json.loads(json.dumps(GOOD))
    said[R][0]["grade"], said[R][1]["at"], said[C][0]["kind"] = 9, 1, 2
    with pytest.raises(Faulty) as told:
        read(said)
    assert [where for where, _what in told.value.faults] == ["cards[0].kind", "reviews[0].grade", "reviews[1].at"]


def test_too_many_faults_are_not_counted() -> None:
    """After a thousand the rest of the file is left unread."""
    with pytest.raises(Faulty) as told:
        read(spoilt(R, value=[{}] * 100_000))
    assert len(told.value.faults) == MOST_FAULTS
    assert "1000 or more faults" in told.value.message


TEXT = json.dumps(GOOD)
BROKEN: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the beginning"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "UTF-8"),
    "UTF-16": (TEXT.encode("utf-16"), "UTF-8"),
    "a list": (b"[]", "'{' was expected"),
    "another object": (b'{"name": "package.json"}', "quizcv archive"),
    "another format": (TEXT.replace("quizcv archive", "anki").encode(), "quizcv archive"),
    "half of it": (TEXT[: len(TEXT) // 2].encode(), "not JSON"),
    "more behind it": ((TEXT + "{}").encode(), "something follows"),
    "deep": (TEXT.replace('"b"', "[" * 200_000 + "]" * 200_000, 1).encode(), "nested too deep"),
    "deep outside": (b'{"x":' + b'{"a":' * 200_000, "nested too deep"),
    "NaN": (TEXT.replace('"equals": 9', '"equals": NaN').encode(), "NaN"),
    "infinity": (TEXT.replace('"equals": 9', '"equals": -Infinity').encode(), "Infinity"),
    "too large a real": (TEXT.replace('"equals": 9', '"equals": 1e999').encode(), "too large"),
    "too many digits": (TEXT.replace('"equals": 9', '"equals": ' + "9" * 100_000).encode(), "100,000 digits"),
    "a name twice": (
        TEXT.replace('"deck": "d"', '"deck": "d", "deck": "e"', 1).encode(),
        "cards[0]: a name stands twice",
    ),
    "a section twice": (TEXT.replace('"learners"', '"cards"').encode(), "stands twice"),
    "bytes that are no text": (TEXT.encode().replace(b"f?", b"f\xff"), "UTF-8"),
    "commas": (TEXT.replace("}, {", "}, , {", 1).encode(), "cards[1]"),
}


@pytest.mark.parametrize(("data", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_archive(data: bytes, why: str) -> None:
    """One line says why, and where in the file as far as there is a place."""
    with pytest.raises(ExchangeError) as told:
        read(data)
    assert why in told.value.message
    assert told.value.message.isprintable()
    assert told.value.hint


def test_a_newer_archive() -> None:
    """Refused with the way out, whatever else a newer one says."""
    with pytest.raises(ExchangeError, match="version 2") as told:
        read(spoilt("version", value=2, cards=[{"new": "things"}]))
    assert "Upgrade" in told.value.hint


def test_a_file_larger_than_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too large is refused as soon as it was read so far: all of it, and one element."""
    monkeypatch.setattr(walking, "MOST_BYTES", 50_000)
    monkeypatch.setattr(walking, "_CHUNK", 1000)
    with pytest.raises(ExchangeError, match="50,000 bytes"):
        read(b'{"cards":[' + b" " * 100_000)
    monkeypatch.setattr(walking, "MOST_IN_ELEMENT", 5_000)
    with pytest.raises(ExchangeError, match=r"cards\[0\]: one element"):
        read(b'{"cards":["' + b"x" * 20_000)


class Dripping(BytesIO):
    """Gives a few bytes at a time, whatever is asked for."""

    def __init__(self, data: bytes, at_once: int) -> None:
        super().__init__(data)
        self.at_once = at_once

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.at_once)


@pytest.mark.parametrize("at_once", [1, 2, 7, 64])
def test_however_a_file_is_cut(at_once: int) -> None:
    """It is read in pieces; where they end makes no difference, in a number or in a character of three bytes either."""
    data = '{"version": 12345, "x" : [ {"a": "卷积😀"}, 678, true ],"y":[],"z":-1.5e3}'.encode()
    found = list(walking.members(Dripping(data, at_once)))
    assert found == [
        ("version", None, 12345), ("x", None, []), ("x", 0, {"a": "卷积😀"}), ("x", 1, 678), ("x", 2, True),
        ("y", None, []), ("z", None, -1500.0),
    ]  # fmt: skip


PATHS = [
        (C,), (C, 0), (C, 0, "key"), (C, 0, "note"), (C, 0, "tags"), (C, 0, "created"), (C, 0, "texts"), T, (*T, "lang"),
        (*T, "breadcrumb"), (C, 1, "texts", 0, "claims"), (C, 1, "texts", 0, "item"), ("learners", 0), ("learners", 0, "timezone"),
        ("schedule", 0), ("schedule", 0, "due"), (R, 0), (R, 0, "at"), (R, 0, "before"), (R, 0, "after"), (R, 0, "answer"),
        (R, 1, "grade"), (R, 1, "action"), ("format",), ("version",),
]  # fmt: skip
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(PATHS), JSONS)
def test_any_value_anywhere(path: tuple[str | int, ...], value: Any) -> None:
    """An archive, or an ExchangeError of one line: nothing else comes out."""
    with told_if_refused():
        read(spoilt(*path, value=value))


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.binary(max_size=10))
def test_any_bytes_anywhere(at: int, less: int, more: bytes) -> None:
    """So with a few bytes of the file replaced."""
    data = TEXT.encode()
    with told_if_refused():
        read(data[:at] + more + data[at + less :])


# --- CSV ---

CSV = {
    "cards": "key,note,kind,deck,tags,typed,created,orphaned,guid\na,a,basic,d,t,,2026-03-01,,g\n",
    "texts": 'card,lang,breadcrumb,front,back,hint,cloze,claims,item,changed\na,en,"[""H""]","f\n?",=b,,,,,1\n',
    "learners": "name,timezone,created\ndefault,,2026-03-01\n",
    "schedule": "learner,card,due,last,repetitions,easiness,interval,lapses,drill,buried,suspended,leech,flagged\n"
    "default,a,,,,,,,,,TRUE,,\n",
    "reviews": "number,learner,card,at,day,action,grade,took_ms,scheduler,before,after\n"
    "1,default,a,2026-03-02T08:00:00.000Z,2026-03-02,cram,4,5,sm2,{},{}\n"
    '2,default,a,2026-03-02T08:00:00.000Z,2026-03-02,suspend,,5,sm2,{},"{""suspended"":true}"\n',
    "answers": "review,model,version,level,seed,index,typed,verdict,misconception,hinted\n1,m,1,1,5,0,55,right,,\n",
}


def read_csv(files: dict[str, str | bytes], place: Path) -> Any:
    folder = place / "csv"
    folder.mkdir()
    for name, said in files.items():
        (folder / f"{name}.csv").write_bytes(said if isinstance(said, bytes) else said.encode())
    return csvfiles.read(folder, anything)


def test_the_good_csv_is_good(tmp_path: Path) -> None:
    """Without a byte order mark, with other line ends, columns in another order and an empty line at the end."""
    columns = list(zip(*(line.split(",") for line in CSV["learners"].splitlines()), strict=True))
    turned = "\n".join(",".join(row) for row in zip(*reversed(columns), strict=True)) + "\n\n"
    found = read_csv({**CSV, "learners": turned}, tmp_path)
    assert (len(found.cards), found.learners[0].name, len(found.reviews)) == (1, "default", 2)
    assert found.cards[0].texts[0].front == "f\n?"
    assert found.reviews[0].answer.typed == "55"


CSV_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a grade": ({"reviews": CSV["reviews"].replace("cram,4", "cram,7")}, "reviews.csv:2: grade"),
    "a grade in words": ({"reviews": CSV["reviews"].replace("cram,4", "cram,good")}, "reviews.csv:2: grade"),
    "a line behind a text of two": (
        {"texts": CSV["texts"] + "a,xyz,,f,b,,,,,1\n"}, "texts.csv:4: lang",
    ),
    "JSON": ({"reviews": CSV["reviews"].replace("sm2,{},{}", "sm2,{},{")}, "reviews.csv:2: after"),
    "a flag": ({"schedule": CSV["schedule"].replace("TRUE", "yes")}, "schedule.csv:2: suspended"),
    "a number": ({"reviews": CSV["reviews"].replace("2,default", "3,default")}, "reviews.csv:3: number"),
    "a cell too much": ({"cards": CSV["cards"].replace(",g\n", ",g,h\n")}, "cards.csv:2"),
    "a column too little": ({"cards": CSV["cards"].replace(",guid", "").replace(",g\n", "\n")}, "cards.csv:1"),
    "a column twice": ({"cards": CSV["cards"].replace("guid", "key")}, "cards.csv:1"),
    "semicolons": ({"learners": CSV["learners"].replace(",", ";")}, "learners.csv:1"),
    "an empty file": ({"learners": ""}, "learners.csv:1"),
    "another encoding": ({"learners": "name,timezone,created\nJürgen,,2026-03-01\n".encode("latin-1")}, "learners.csv:0"),
    "a quote that stays open": ({"learners": CSV["learners"].replace("default", '"default')}, "learners.csv:2"),
    "a NUL": ({"cards": CSV["cards"].replace(",g\n", ",\0\n")}, "cards.csv:2: guid"),
    "a text of no card": ({"texts": CSV["texts"].replace("\na,en", "\nz,en")}, "texts.csv"),
    "an answer of no review": ({"answers": CSV["answers"].replace("\n1,m", "\n9,m")}, "answers.csv"),
    "an answer of a flag": ({"answers": CSV["answers"].replace("\n1,m", "\n2,m")}, "reviews.csv:3: answer"),
    "two answers": ({"answers": CSV["answers"] + CSV["answers"].split("\n")[1] + "\n"}, "answers.csv:3: review"),
}  # fmt: skip


@pytest.mark.parametrize(("other", "where"), CSV_FAULTS.values(), ids=CSV_FAULTS.keys())
def test_a_fault_has_its_line(other: dict[str, Any], where: str, tmp_path: Path) -> None:
    """The line is that of the file, as an editor counts, also below a text of several lines."""
    with pytest.raises(Faulty) as told:
        read_csv({**CSV, **other}, tmp_path)
    assert where in [fault[0] for fault in told.value.faults]


def test_a_missing_file(tmp_path: Path) -> None:
    """All six must be there."""
    with pytest.raises(Faulty) as told:
        read_csv({name: said for name, said in CSV.items() if name != "answers"}, tmp_path)
    assert told.value.faults == (("answers.csv", "this file is missing"),)


def zipped(place: Path, files: dict[str, str | bytes], **also: bytes) -> Path:
    path = place / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, said in files.items():
            packed.writestr(f"{name}.csv", said)
        for name, data in also.items():
            packed.writestr(name, data)
    return path


def test_only_our_names_are_read(tmp_path: Path) -> None:
    """A path that leads out of the zip, a bomb under another name: nobody looks at them, nothing appears beside it."""
    place = tmp_path / "inside"
    place.mkdir()
    path = zipped(place, CSV, **{"../../evil.csv": b"x", "/etc/cron.d/x": b"x", "bomb": b"\0" * 100_000_000})
    assert len(csvfiles.read(path, anything).cards) == 1
    assert [file.name for file in tmp_path.rglob("*")] == ["inside", "a.zip"]


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much from little is refused before it is unpacked; so is more than the limit, also where the zip lies about it."""
    path = zipped(tmp_path, {**CSV, "cards": "a" * 100_000_000})
    with pytest.raises(ExchangeError, match="packed too small"):
        csvfiles.read(path, anything)
    monkeypatch.setattr(csvfiles, "MOST_BYTES", 1_000)
    with pytest.raises(ExchangeError, match="1,000 bytes"):
        csvfiles.read(path, anything)
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(ExchangeError, match="1,000 bytes"):
        read_csv({**CSV, "cards": CSV["cards"] * 100}, folder)


def lie(data: bytes, name: bytes, size: int) -> bytes:
    """The zip with another unpacked size of a file in its directory."""
    at = data.rindex(name) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def test_a_zip_that_lies(tmp_path: Path) -> None:
    """It says that a file is small, and it is not: no more is read than it says, and that is no whole zip."""
    path = zipped(tmp_path, {**CSV, "answers": CSV["answers"] + "x" * 1_000_000})
    path.write_bytes(lie(path.read_bytes(), b"answers.csv", 100))
    with pytest.raises(ExchangeError):
        csvfiles.read(path, anything)


def test_a_file_twice_in_a_zip(tmp_path: Path) -> None:
    """Which one counts would depend on the program: refused."""
    path = zipped(tmp_path, CSV)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as packed:
        packed.writestr("cards.csv", CSV["cards"])
    with pytest.raises(ExchangeError, match="twice"):
        csvfiles.read(path, anything)


def test_what_is_no_zip(tmp_path: Path) -> None:
    """Other files, a zip cut short at any place, one with a password."""
    good = zipped(tmp_path, CSV).read_bytes()
    path = tmp_path / "b.zip"
    for data in (b"", b"PK\x05\x06", b"name,created\n", *(good[:cut] for cut in range(0, len(good), 97))):
        path.write_bytes(data)
        with pytest.raises(ExchangeError):
            csvfiles.read(path, anything)
    flagged = bytearray(good)
    for at in (at for at in range(len(good)) if good[at : at + 4] in (b"PK\x01\x02", b"PK\x03\x04")):
        flagged[at + (8 if good[at + 2] == 1 else 6)] |= 1
    path.write_bytes(flagged)
    with pytest.raises(ExchangeError, match="of a kind that is not read"):
        csvfiles.read(path, anything)


@given(st.integers(0, 5_000), st.integers(0, 20), st.binary(max_size=8))
def test_any_bytes_in_a_zip(at: int, less: int, more: bytes) -> None:
    """An archive or an ExchangeError."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        path = zipped(Path(place), CSV)
        data = path.read_bytes()
        at %= len(data)
        path.write_bytes(data[:at] + more + data[at + less :])
        with told_if_refused():
            csvfiles.read(path, anything)


@given(st.sampled_from(sorted(TABLES)), st.integers(0, 400), st.integers(0, 20), st.text(max_size=8))
def test_any_text_in_a_file(table: str, at: int, less: int, more: str) -> None:
    """So with a few characters of one file replaced."""
    import tempfile

    said = CSV[table]
    at %= len(said)
    with tempfile.TemporaryDirectory() as place:
        other = (said[:at] + more + said[at + less :]).encode("utf-8", "surrogatepass")
        with told_if_refused():
            read_csv({**CSV, table: other}, Path(place))


def test_cells_are_limited_as_before(tmp_path: Path) -> None:
    """The limit of Python's csv belongs to the whole process: it is put back, after a fault as well."""
    import csv

    before = csv.field_size_limit()
    read_csv(CSV, tmp_path)
    (tmp_path / "other").mkdir()
    with pytest.raises(Faulty):
        read_csv({**CSV, "cards": "x"}, tmp_path / "other")
    assert csv.field_size_limit() == before


# --- the commands ---


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(tmp_path, monkeypatch)


def test_nothing_is_changed(run: Run, tmp_path: Path) -> None:
    """Exit code 1, every fault on a line of its own, no row, no file."""
    db = tmp_path / "q.db"
    Store.open(f"sqlite:///{db}").close()
    before = dump(db)
    said = json.loads(json.dumps(GOOD))
    said[R][0]["grade"], said[R][1]["at"] = 9, 1
    (tmp_path / "a.json").write_text(json.dumps(said))
    result = run("import", "json", "a.json", "--db", db)
    assert isinstance(result.exception, Faulty)
    assert result.exception.exit_code == 1
    assert "reviews[0].grade: 9 is not a whole number from 0 to 5\nreviews[1].at: 1 is no instant" in result.stderr
    assert dump(db) == before
    assert not (tmp_path / "a").exists()
    told = json.loads(run("import", "json", "a.json", "--db", db, "--json").stdout)
    assert [fault["where"] for fault in told["faults"]] == ["reviews[0].grade", "reviews[1].at"]


IMPOSSIBLE = {
    "a leap": ({**LEARNED, "interval": 400}, "learn"),
    "what no grade makes": ({**LEARNED, "flagged": True}, "learn"),
    "the end of the calendar": ({"buried": "9999-12-31"}, "bury"),
}


@pytest.mark.parametrize(("after", "action"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_journal_that_no_scheduler_wrote(after: dict[str, Any], action: str, run: Run, tmp_path: Path) -> None:
    """States that follow each other and yet are not what the actions make of them."""
    said = json.loads(json.dumps(GOOD))
    said[R] = [
        said[R][0] | {"action": action, "after": after, "day": "9999-12-31" if action == "bury" else "2026-03-02"}
    ]
    said["schedule"] = [{"learner": "default", "card": "a", **after}]
    if action == "bury":
        del said[R][0]["grade"], said[R][0]["answer"]
    (tmp_path / "a.json").write_text(json.dumps(said))
    result = run("import", "json", "a.json", "--db", tmp_path / "q.db")
    assert isinstance(result.exception, Faulty)
    assert result.exception.faults == (("reviews[0].after", f"{action} does not lead to this state"),)


def test_texts_that_try_to_be_more(run: Run, tmp_path: Path) -> None:
    """A text that looks like other cards, attributes, fences or front matter stays the one card it is; what cannot be said in
    Markdown is kept as an orphan with its history, and named."""
    said = json.loads(json.dumps(GOOD))
    evil = "x {#other .y}\n\n---\n\n# H {#h}\nbody\n\nQ: more? {#more}\nA: yes\n```item {#i}\nmodel: conv_output\n```\n"
    said[C][0]["texts"][0] |= {"front": evil, "back": evil}
    said[C][0]["deck"] = "../../etc::x: y\"'#"
    (tmp_path / "a.json").write_text(json.dumps(said))
    db = tmp_path / "q.db"
    report = json.loads(done(run("import", "json", "a.json", "--db", db, "--json")))
    with Store.open(f"sqlite:///{db}") as store, store.read() as unit:
        keys = [card.key for card in unit.whole.cards()]
        assert len(list(unit.whole.reviews())) == 2
    assert keys == ["a", "b~c1"]
    assert [Path(name).name for name in report["files"]] == report["files"]
    assert (report["rewritten"], report["lost"]) == (["a"], [])
    assert {path.parent for path in tmp_path.rglob("*.md")} == {tmp_path / "a"}


def test_names_do_not_command_the_terminal(run: Run, tmp_path: Path) -> None:
    """A learner called by an escape sequence is told without it."""
    said = json.loads(json.dumps(GOOD).replace('"default"', json.dumps("\x1b[2Jann")))
    (tmp_path / "a.json").write_text(json.dumps(said))
    out = done(run("import", "json", "a.json", "--db", tmp_path / "q.db"))
    assert "ann" in out
    assert "\x1b" not in out


def test_a_missing_archive(run: Run, tmp_path: Path) -> None:
    """Said in one line for both forms."""
    for form in ("json", "csv"):
        result = run("import", form, "nowhere", "--db", tmp_path / "q.db")
        assert isinstance(result.exception, ExchangeError)
        assert "nowhere" in result.exception.message
