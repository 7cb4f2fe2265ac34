"""Every command as a learner types it: what it prints, what it changes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizcv.config import shipped
from tests.cli.conftest import Run

NOTES = """---
tags: [cnn]
---
# Convolution

## Stride {#stride .easy}

How far the kernel moves at each step.

## 感受野 {#rf}

特征图上一个单元在输入上能看到的区域。

## Dilation

Q: What does dilation 2 do to a 3×3 kernel? {#dilation}
A: It covers 5×5 with nine weights.
"""


#: Deck files that ship, in both languages.
BUNDLED = len(list(shipped("decks").rglob("*.md")))


@pytest.fixture
def notes(home: Path) -> Path:
    folder = home / "notes"
    folder.mkdir()
    (folder / "conv.md").write_text(NOTES, encoding="utf-8")
    return folder


@pytest.fixture
def synced(run: Run, notes: Path) -> Path:
    assert run("sync", str(notes)).code == 0
    return notes


def test_sync_json_says_everything(run: Run, notes: Path) -> None:
    """`sync --json` is one object with counts, changes, gaps and faults; the second run has no change."""
    report = json.loads(run("sync", str(notes), "--json").out)
    assert report["counts"]["added"] == 3
    assert {change["id"] for change in report["changes"]} == {"stride", "rf", "dilation"}
    assert report["faults"] == []
    assert json.loads(run("sync", str(notes), "--json").out)["changes"] == []


def test_sync_without_paths_reads_the_bundled_decks(run: Run) -> None:
    """At first the configured decks are the bundled ones."""
    said = run("sync")
    assert said.code == 0
    assert f"{BUNDLED} files" in said.out


def test_sync_remember(run: Run, notes: Path) -> None:
    """`--remember` makes plain `sync` include the folder, beside the bundled decks."""
    assert "add --remember" in run("sync", str(notes)).out
    run("sync", str(notes), "--remember")
    assert run("config", "get", "decks").out.split() == ["bundled", str(notes)]
    assert f"{BUNDLED + 1} files" in run("sync").out


def test_sync_names_the_fault_and_fails(run: Run, notes: Path) -> None:
    """A bad file: one line with its place on standard error, exit code 1, the good one is read."""
    (notes / "bad.md").write_bytes(b"abc\n\xff\n")
    said = run("sync", str(notes))
    assert said.code == 1
    assert "bad.md:2:1: fault:" in said.err
    assert "3 added" in said.out


def test_sync_a_path_that_is_not_there(run: Run, home: Path) -> None:
    """A mistyped path is a fault with its name, not a traceback."""
    said = run("sync", str(home / "nowhere"))
    assert said.code == 1
    assert "nowhere" in said.err
    assert "Traceback" not in said.err


def test_check_and_its_exit_codes(run: Run, notes: Path) -> None:
    """0 when clean, 1 with faults, 1 with warnings under --strict."""
    assert run("check", str(notes)).code == 0
    (notes / "dup.md").write_text("Q: again {#stride}\nA: no\n", encoding="utf-8")
    said = run("check", str(notes))
    assert said.code == 1
    assert "stride" in said.out
    (notes / "dup.md").write_text("# Picture\n\n![x](missing.png)\n", encoding="utf-8")
    assert run("check", str(notes)).code == 0
    assert run("check", str(notes), "--strict").code == 1
    report = json.loads(run("check", str(notes), "--json").out)
    assert report["ok"] is True
    assert [fault["severity"] for fault in report["faults"]] == ["warning"]
    assert report["faults"][0]["line"] == 3


def test_check_bundled_decks_have_no_fault(run: Run) -> None:
    """What ships is clean, warnings included."""
    said = run("check", "--strict")
    assert (said.code, said.out.splitlines()[-1].endswith("0 faults, 0 warnings.")) == (0, True), said.out


def test_gaps(run: Run, notes: Path) -> None:
    """Headings without an answer, with their breadcrumb and line."""
    (notes / "todo.md").write_text("# A\n\n## B\n\n- [ ] TODO\n", encoding="utf-8")
    assert "todo.md:3: A › B" in run("gaps", str(notes)).out
    gaps = json.loads(run("gaps", str(notes), "--json").out)
    assert [(gap["heading"], gap["breadcrumb"], gap["line"]) for gap in gaps] == [("B", ["A"], 3)]


FIELDS = {"id", "deck", "breadcrumb", "front", "back", "kind", "tags", "path", "line", "state"}


def test_cards_list_json_gives_every_field(run: Run, synced: Path) -> None:
    """id, deck, breadcrumb, front, back, kind, tags, path, line and the learner's state."""
    cards = json.loads(run("cards", "list", "--json").out)
    assert len(cards) == 3
    assert all(set(card) >= FIELDS for card in cards)
    stride = cards[0]
    assert (stride["id"], stride["deck"], stride["line"]) == ("stride", "conv", 6)
    assert (stride["breadcrumb"], stride["tags"]) == (["Convolution"], ["cnn", "easy"])
    assert stride["state"]["new"] is True


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["list", "--tag", "easy"], ["stride"]),
        (["list", "--tag", "cnn", "--tag", "easy"], ["stride"]),
        (["list", "--text", "KERNEL"], ["stride", "dilation"]),
        (["list", "--deck", "conv"], ["stride", "rf", "dilation"]),
        (["search", "感受"], ["rf"]),
        (["search", "100%"], []),
        (["list", "--flagged"], []),
        (["orphans"], []),
    ],
)
def test_cards_filters(run: Run, synced: Path, words: list[str], ids: list[str]) -> None:
    """Deck, tag and text choose cards."""
    assert [card["id"] for card in json.loads(run("cards", *words, "--json").out)] == ids


def test_a_deck_that_is_not_there_is_told(run: Run, synced: Path) -> None:
    """A slip of the finger is not an empty deck: the name like it is offered, wherever decks are named."""
    for words in (["cards", "list", "--deck", "con"], ["due", "con"], ["stats", "con"], ["review", "con", "--plain"]):
        said = run(*words)
        assert (said.code, "conv" in said.err) == (2, True), words


def test_cards_show(run: Run, synced: Path) -> None:
    """By id, by its beginning; an unknown one says how to find it."""
    said = run("cards", "show", "str")
    assert "How far the kernel moves" in said.out
    assert "notes/conv.md:6" in said.out
    missing = run("cards", "show", "nothing")
    assert (missing.code, "cards search" in missing.err) == (2, True)


def test_suspend_and_back(run: Run, synced: Path) -> None:
    """A suspended card is out of what is due, and returns."""
    before = json.loads(run("due", "--json").out)
    run("cards", "suspend", "stride", "rf")
    assert [card["id"] for card in json.loads(run("cards", "list", "--suspended", "--json").out)] == ["stride", "rf"]
    assert json.loads(run("due", "--json").out) != before
    assert "nothing to change" in run("cards", "suspend", "rf").out
    run("cards", "unsuspend", "stride", "rf")
    assert json.loads(run("due", "--json").out) == before


def test_one_unknown_id_changes_nothing(run: Run, synced: Path) -> None:
    """All or none."""
    assert run("cards", "suspend", "stride", "nonsense").code == 2
    assert json.loads(run("cards", "list", "--suspended", "--json").out) == []


def test_review_undo_reset(run: Run, synced: Path) -> None:
    """Answer in line mode, undo, answer again, reset, undo the reset."""
    run("review", "--plain", stdin="\n3\nq\n")
    assert json.loads(run("cards", "show", "stride", "--json").out)[0]["state"]["interval"] == 1
    assert "Undone" in run("undo").out
    assert json.loads(run("cards", "show", "stride", "--json").out)[0]["state"]["new"] is True
    assert run("undo").code == 5
    run("review", "--plain", stdin="\n4\nq\n")
    run("cards", "reset", "stride")
    assert json.loads(run("cards", "show", "stride", "--json").out)[0]["state"]["new"] is True
    run("undo")
    assert json.loads(run("cards", "show", "stride", "--json").out)[0]["state"]["easiness"] == 2.6


def test_buried_cards_come_back(run: Run, synced: Path) -> None:
    """Bury has its opposite."""
    before = json.loads(run("due", "--json").out)
    run("cards", "bury", "stride")
    assert json.loads(run("due", "--json").out) != before
    run("cards", "unbury", "stride")
    assert json.loads(run("due", "--json").out) == before


def test_adopt(run: Run, notes: Path) -> None:
    """A card rewritten from end to end takes over the orphan's history; nothing is adopted by mistake."""
    (notes / "conv.md").write_text("# What does dropout do at test time?\n\nNothing: it is the identity.\n")
    run("sync", str(notes))
    run("review", "--plain", stdin="\n3\nq\n")
    old = json.loads(run("cards", "list", "--json").out)[0]["id"]
    (notes / "conv.md").write_text("# Inference with random deactivation {#dropout-test .easy}\n\nAll units stay on.\n")
    said = run("sync", str(notes)).out
    assert old in said
    assert "cards adopt" in said
    assert run("cards", "adopt", "dropout-test", old).code == 2  # the wrong way round
    assert run("cards", "adopt", old, "dropout-test").code == 0
    (card,) = json.loads(run("cards", "list", "--json").out)
    assert (card["id"], card["front"], card["tags"]) == ("dropout-test", "Inference with random deactivation", ["easy"])
    assert card["state"]["repetitions"] == 1
    assert json.loads(run("cards", "orphans", "--json").out) == []
    assert run("db", "check").code == 0
    assert "no change" in run("sync", str(notes)).out
    assert "Undone" in run("undo").out


def test_decks(run: Run, synced: Path) -> None:
    """Every deck with its cards, also when nothing waits."""
    assert run("decks").out == "3  conv\n"
    assert json.loads(run("decks", "--json").out) == {"decks": {"conv": 3}, "tags": {"cnn": 3, "easy": 1}}


def test_ahead_explains_itself(run: Run, synced: Path) -> None:
    """What was answered today does not come again for --ahead, and that is said."""
    run("review", "--plain", stdin="\n3\n\n3\n\n3\n")
    assert "3 of these were answered today" in run("review", "--plain", "--ahead", "3").out


def test_an_emptied_database_is_noticed(run: Run, synced: Path, home: Path) -> None:
    """Where a backup lies beside an empty database, review and doctor name it."""
    run("db", "backup")
    (home / "data" / "quizcv.db").write_bytes(b"")
    for side in ("-wal", "-shm"):
        (home / "data" / f"quizcv.db{side}").unlink(missing_ok=True)
    assert "db restore" in run("doctor").out
    assert "db restore" in run("review", "--plain").err


def test_a_broken_settings_file_names_a_way_out(run: Run, home: Path) -> None:
    """Advice that works: not another command that fails on the same file."""
    (home / "config.toml").write_text('x = "')
    said = run("config", "list")
    assert (said.code, "delete it" in said.err, "config list" in said.err) == (2, True, False)


def test_remember_only_what_is_there(run: Run, home: Path) -> None:
    """A mistyped folder is a fault today, and not every day from now on."""
    assert run("sync", "--remember", str(home / "nowhere")).code == 1
    assert run("config", "get", "decks").out.split() == ["bundled"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [("quizcv review c", "conv"), ("quizcv review --tag e", "easy"), ("quizcv cards show str", "stride")],
)
def test_completion(run: Run, synced: Path, monkeypatch: pytest.MonkeyPatch, words: str, offered: str) -> None:
    """The shell completes decks, tags and card ids."""
    monkeypatch.setenv("_QUIZCV_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert run().out.split() == [offered]


def test_bury_is_for_today(run: Run, synced: Path) -> None:
    """A buried card does not come today."""
    run("cards", "bury", "stride")
    assert "How far" not in run("review", "--plain", stdin="\n3\n\n3\n\n3\n").out


def test_edit_shows_the_new_text(run: Run, synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`cards edit` opens the editor at the card's line and reads the file again."""
    script = synced.parent / "editor.sh"
    script.write_text("#!/bin/sh\nfor f; do :; done\nsed -i 's/How far/By how much/' \"$f\"\n")
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    assert "By how much the kernel moves" in run("cards", "edit", "stride").out


def test_learners_have_their_own_schedule(run: Run, synced: Path) -> None:
    """What ann answers says nothing about the default learner."""
    assert run("review", "--plain", "--learner", "ann").code == 2
    run("learner", "add", "ann", "--timezone", "Asia/Shanghai")
    run("review", "--plain", "--learner", "ann", stdin="\n3\nq\n")
    assert json.loads(run("cards", "show", "stride", "--json").out)[0]["state"]["new"] is True
    assert json.loads(run("cards", "show", "stride", "--json", "--learner", "ann").out)[0]["state"]["new"] is False
    assert run("learner", "add", "bob", "--timezone", "Mars/Olympus").code == 2


def test_config(run: Run, home: Path) -> None:
    """get, set, list, path; a wrong value is refused with its reason."""
    assert run("config", "get", "new_per_day").out == "20\n"
    run("config", "set", "new_per_day", "7")
    assert run("config", "get", "new_per_day").out == "7\n"
    assert json.loads(run("config", "list", "--json").out)["new_per_day"] == 7
    assert run("config", "path").out.strip() == str(home / "config.toml")
    for words in (("new_per_day", "many"), ("new_per_day", "-1"), ("nonsense", "1"), ("timezone", "Mars/Olympus")):
        said = run("config", "set", *words)
        assert (said.code, "Traceback" in said.err) == (2, False), said
    assert run("config", "get", "nonsense").code == 2


def test_db(run: Run, synced: Path, home: Path) -> None:
    """info, backup, check, restore; a damaged file is told and mended by a backup."""
    assert json.loads(run("db", "info", "--json").out)["cards"] == 3
    kept = home / "kept.db"
    assert run("db", "backup", str(kept)).code == 0
    assert run("db", "backup", str(kept)).code == 4
    assert run("db", "check").code == 0
    path = home / "data" / "quizcv.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    said = run("db", "check")
    assert (said.code, "db restore" in said.err) == (4, True)
    assert run("due").code == 4
    assert run("db", "restore", str(kept)).code == 0
    assert len(json.loads(run("cards", "list", "--json").out)) == 3


def test_doctor(run: Run, synced: Path, home: Path) -> None:
    """Well: exit 0. With broken settings: exit 1 and how to mend them."""
    assert run("doctor").code in (0, 1)
    findings = {row["name"]: row for row in json.loads(run("doctor", "--json").out)}
    assert findings["database"]["ok"]
    (home / "config.toml").write_text("new_per_day = 'x'\n")
    said = run("doctor")
    assert said.code == 1
    assert "new_per_day" in said.out


def test_version_and_usage(run: Run) -> None:
    """`--version` prints it; nonsense is exit 2."""
    assert run("--version").out.startswith("quizcv 0.")
    assert run("nonsense").code == 2
    assert run("review", "--limit", "x").code == 2


def test_review_needs_a_terminal(run: Run, synced: Path) -> None:
    """Without a terminal and without --plain: what to do, exit 2."""
    said = run("review")
    assert (said.code, "--plain" in said.err) == (2, True)


def test_first_review_reads_the_bundled_decks(run: Run) -> None:
    """On an empty database the first review has cards, in the language of the locale."""
    said = run("review", "--plain", stdin="")
    assert said.code == 0
    assert "First run" in said.err
    assert said.out.strip()


def test_a_bug_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw: no traceback, exit 3; with --debug the traceback."""

    def broken(*_words: object, **_more: object) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr("quizcv.config.load", broken)
    said = run("config", "list")
    assert (said.code, "Traceback" in said.err, "bug" in said.err) == (3, False, True)
    monkeypatch.setenv("QUIZCV_DEBUG", "1")
    assert "Traceback" in run("config", "list").err
