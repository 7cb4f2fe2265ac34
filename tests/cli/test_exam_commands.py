"""`quizcv exam new` and `exam blueprint`, as a teacher uses them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture
def decks(home: Path, run: Run) -> Path:
    """A deck with theory."""
    folder = home / "decks"
    folder.mkdir()
    cards = "\n".join(f"Q: What is layer {n}? {{#layer-{n} .number}}\nA: layer number {n}\n" for n in range(12))
    long = "Q: Explain. {#long}\nA: One.\n\n- a\n- b\n\nT: stride {#stride}\nD: the step of the kernel\n\n"
    long += "C: ReLU is {{c1::max(0, x)}}. {#relu}\n"
    (folder / "net.md").write_text(f"---\ndeck: backbone::net\ncards: explicit\n---\n{cards}\n{long}", encoding="utf-8")
    assert run("sync", str(folder)).code == 0
    return folder


def test_the_example_makes_an_exam(home: Path, run: Run, decks: Path) -> None:
    """`exam blueprint` writes one that works as it stands; every form is there with its solutions, and the keys."""
    assert run("exam", "blueprint", "--out", "midterm.toml").code == 0
    made = run(
        "exam", "new", "--blueprint", "midterm.toml", "--forms", "2", "--seed", "7", "--out", "midterm", "--json"
    )
    said = json.loads(made.out)
    assert (made.code, len(said["forms"]), said["questions"], said["points"]) == (0, 2, 12, 33.0)
    names = {path.name for path in (home / "midterm").iterdir()}
    for form in said["forms"]:
        assert {f"{form}.md", f"{form}-solutions.md", f"{form}.json"} <= names
    assert {"keys.md", "manifest.json"} <= names
    text = (home / "midterm" / f"{said['forms'][0]}.md").read_text(encoding="utf-8")
    assert "What is layer" in text
    assert "Time: 60 minutes" in text


def test_the_manifest_makes_the_same_bytes(home: Path, run: Run, decks: Path) -> None:
    """Also after the decks have changed; and its digests are those of the files."""
    run("exam", "blueprint", "--out", "b.toml")
    run("exam", "new", "--blueprint", "b.toml", "--forms", "2", "--out", "one")
    (decks / "net.md").write_text("Q: Something else? {#other}\nA: yes\n", encoding="utf-8")
    run("sync", str(decks))
    assert run("exam", "new", "--manifest", "one/manifest.json", "--out", "two").code == 0
    one = {path.name: path.read_bytes() for path in (home / "one").iterdir()}
    assert one == {path.name: path.read_bytes() for path in (home / "two").iterdir()}
    digests = json.loads(one["manifest.json"])["files"]
    assert digests == {name: sha256(data).hexdigest() for name, data in one.items() if name != "manifest.json"}


def test_topics_without_a_blueprint(home: Path, run: Run) -> None:
    """For a mock interview tonight."""
    made = run(
        "exam",
        "new",
        "--topic",
        "shapes",
        "--topic",
        "optimizers",
        "--count",
        "7",
        "--level",
        "1",
        "--seed",
        "3",
        "--out",
        "e",
        "--lang",
        "zh",
    )
    assert made.code == 0, made.err
    [form] = (home / "e").glob("*[0-9].md")
    text = form.read_text(encoding="utf-8")
    assert text.count("### ") == 7
    assert "答案：" in text or "答案: " in text


FAULTS = {
    "nothing asked": (("--out", "x"), 2, "not said what to ask"),
    "both asked": (("--topic", "shapes", "--blueprint", "b.toml", "--out", "x"), 2, "not said what to ask"),
    "no such topic": (("--topic", "cooking", "--out", "x"), 2, "no topic 'cooking'"),
    "no such format": (("--topic", "shapes", "--format", "md,docx", "--out", "x"), 2, "no format 'docx'"),
    "no such file": (("--blueprint", "gone.toml", "--out", "x"), 2, "cannot read gone.toml"),
    "too many": (("--topic", "shapes", "--count", "400", "--out", "x"), 1, "item models can stand"),
    "a full folder": (("--topic", "shapes", "--out", "full"), 1, "not empty"),
    "a file for a folder": (("--topic", "shapes", "--out", "file"), 1, "not empty"),
    "no manifest": (("--manifest", "file", "--out", "x"), 1, "cannot be read as a manifest"),
}


@pytest.mark.parametrize(("words", "code", "message"), FAULTS.values(), ids=FAULTS)
def test_faults_leave_nothing_behind(home: Path, run: Run, words: tuple[str, ...], code: int, message: str) -> None:
    """One line of what is wrong, the exit code, and not a file more than before."""
    (home / "full").mkdir()
    (home / "full" / "mine.txt").write_text("mine")
    (home / "file").write_text("{}")
    (home / "b.toml").write_text("")
    before = {path.name for path in home.iterdir()}
    said = run("exam", "new", *words)
    assert (said.code, message in said.err) == (code, True), said.err
    assert {path.name for path in home.iterdir()} - before <= {"data"}
    assert [path.name for path in (home / "full").iterdir()] == ["mine.txt"]


def test_a_faulty_blueprint_is_told_line_by_line(home: Path, run: Run) -> None:
    """All faults, each with file and line; as JSON for programs."""
    (home / "b.toml").write_text(
        "title = 'a'\nminuets = 3\n[[section]]\ntitle = 'b'\n[[section.questions]]\nmodel = 'nonesuch'\ncount = 0\n"
    )
    said = run("exam", "new", "--blueprint", "b.toml", "--out", "x")
    assert said.code == 1
    assert [line.split(": ")[0] for line in said.err.splitlines()] == ["b.toml:2:1", "b.toml:6:1", "b.toml:7:1"]
    as_json = json.loads(run("exam", "new", "--blueprint", "b.toml", "--out", "x", "--json").out)
    assert [fault["line"] for fault in as_json["faults"]] == [2, 6, 7]
    assert not (home / "x").exists()


def test_theory_comes_from_cards(home: Path, run: Run, decks: Path) -> None:
    """Options are answers of neighbours; a card whose answer is a list is no question with options, a cloze none at all."""
    (home / "b.toml").write_text(
        "title = 'T'\n[[section]]\ntitle = 'a'\n[[section.questions]]\ndecks = ['backbone']\ncount = 12\nstyle = 'choice'\n"
        "[[section.questions]]\ndecks = ['backbone']\ncount = 2\n"
    )
    made = run("exam", "new", "--blueprint", "b.toml", "--out", "x", "--format", "json")
    assert made.code == 0, made.err
    [path] = (home / "x").glob("*[0-9].json")
    questions = [question for part in json.loads(path.read_text())["parts"] for question in part["questions"]]
    with_options = [question for question in questions if question["style"] == "choice"]
    assert len(with_options) == 12
    for question in with_options:
        right = [option["text"] for option in question["options"] if option["right"]]
        assert right == [question["theory"]["back"]]
        assert len(question["options"]) == 6
    keys = [question["theory"]["key"] for question in questions]
    assert len(set(keys)) == 14
    assert {"long", "stride~forward"} == {
        question["theory"]["key"] for question in questions if question["style"] == "open"
    }


def test_a_class_is_marked(home: Path, run: Run) -> None:
    """Keys earn full points, misconceptions are named, rubbish is listed apart, and the tables are written."""
    run(
        "exam",
        "new",
        "--topic",
        "shapes",
        "--count",
        "4",
        "--level",
        "1",
        "--forms",
        "2",
        "--seed",
        "5",
        "--format",
        "json",
        "--out",
        "e",
    )
    rows = ["student,form,1,2,3,4"]
    for path in sorted((home / "e").glob("*-*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        items = [question["item"] for part in said["parts"] for question in part["questions"]]
        keys = [
            "x".join(map(str, item["key"])) if isinstance(item["key"], list) else str(item["key"]) for item in items
        ]
        rows += [f"good {said['id']},{said['id']},{','.join(keys)}", f"bad {said['id']},{said['id']},what?,,,"]
    (home / "r.csv").write_text("\n".join(rows), encoding="utf-8")
    told = run("exam", "grade", "e", "r.csv", "--out", "marks", "--json")
    marked = json.loads(told.out)
    assert told.code == 0, told.err
    assert [sheet["percent"] for sheet in marked["sheets"]] == [100.0, 0.0, 100.0, 0.0]
    assert [one["typed"] for one in marked["malformed"]] == ["what?", "what?"]
    assert {path.name for path in (home / "marks").iterdir()} == {
        "scores.csv", "answers.csv", "items.csv", "distractors.csv", "exam.csv",
    }  # fmt: skip
    summary = (home / "marks" / "exam.csv").read_text(encoding="utf-8-sig").splitlines()
    assert summary[0] == "form,sheets,questions,possible,mean,sd,alpha,sem"
    assert summary[1].startswith(",4,4,4,2.0000,")
    assert "could not be read" in run("exam", "grade", "e", "r.csv").out


def test_faulty_responses_are_told(home: Path, run: Run) -> None:
    """With line and column; nothing is written."""
    run("exam", "new", "--topic", "shapes", "--count", "2", "--seed", "5", "--format", "json", "--out", "e")
    (home / "r.csv").write_text("student,form,1,9\na,NOFORM-01,1,2\n")
    said = run("exam", "grade", "e", "r.csv", "--out", "marks")
    assert said.code == 1
    assert all(line.startswith("r.csv:") for line in said.err.splitlines())
    assert not (home / "marks").exists()


def test_an_exam_is_left_and_taken_up(home: Path, run: Run) -> None:
    """Line by line; leaving keeps the answers, `--resume` goes on with the same form, handing in tells the score."""
    left = run("exam", "take", "--topic", "shapes", "--count", "2", "--seed", "4", "--plain", stdin="12\n")
    assert (left.code, "`quizcv exam take --resume` goes on" in left.out) == (0, True), left.err
    refused = run("exam", "take", "--topic", "shapes", "--plain")
    assert (refused.code, "left unfinished" in refused.err) == (2, True)
    assert "question 2 of 2" in run("exam", "take", "--resume", "--plain", stdin="o\n").out
    done = run("exam", "take", "--resume", "--plain", stdin="s\ny\n\n\n\n\n")
    assert done.code == 0, done.err
    assert "of 2 points" in done.out
    assert run("exam", "take", "--resume", "--plain").code == 1


def test_what_was_missed_comes_back(home: Path, run: Run) -> None:
    """With `--practise` the card that asks the model fails, and waits again today; undo takes it back; what no card asks is named."""
    (home / "items.md").write_text("```item {#pool}\nmodel: pool_output\n```\n", encoding="utf-8")
    run("sync", "items.md")
    (home / "b.toml").write_text(
        "title = 'T'\n[[section]]\ntitle = 'a'\n[[section.questions]]\nmodel = 'pool_output'\ncount = 1\n"
        "[[section.questions]]\nmodel = 'conv_output'\ncount = 1\n"
    )
    done = run("exam", "take", "--blueprint", "b.toml", "--seed", "1", "--plain", "--practise", stdin="s\ny\n\n\n\n\n")
    assert "1 cards come again" in done.out, done.err
    assert "No card asks conv_output" in done.out
    assert json.loads(run("due", "--json").out)["total"]["again"] == 1
    assert run("doctor").code == 0
    assert "learn (grade 1)" in run("undo").out


def test_item_models_are_looked_at(home: Path, run: Run) -> None:
    """A line for each model and level, and the same as JSON."""
    told = run("exam", "stress", "conv_output", "--count", "20")
    assert len(told.out.splitlines()) == 4
    first = json.loads(run("exam", "stress", "conv_output", "--count", "20", "--level", "1", "--json").out)
    assert (first["model"], first["count"], first["failed"]) == ("conv_output", 20, 0)
