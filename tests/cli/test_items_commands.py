"""`quizcv calc`, `quizcv items …`, claims in `quizcv check`, and the pool behind `sync` and `review`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quizcv.items import TOPICS, models
from quizcv.store import Store
from tests.cli.conftest import Run

ITEM = "```item {{#{0}}}\nmodel: {0}\n```\n"
DECK = (
    "# Conv\n\n"
    + ITEM.format("conv_output")
    + "\nQ: How wide? {#w}\nA: 55\n\n```check\n- model: conv_output\n"
    + ("  params: {size: 227, kernel: 11, stride: 4}\n  equals: 55\n```\n")
)


def test_calc(run: Run) -> None:
    """Both values, that they agree, the witnesses, and the worked solution."""
    said = run("calc", "conv_output", "size=227", "kernel=11", "stride=4")
    assert said.code == 0
    assert "formula  55 px" in said.out
    assert "PyTorch  55 px   agrees exactly (operation: conv1d; meta operation: conv2d; torch" in said.out
    assert "⌊216 / 4⌋ + 1 = 55" in said.out


def test_calc_in_chinese(run: Run) -> None:
    """Stem and solution follow --lang."""
    assert "膨胀率" in run("calc", "conv_output", "size=227", "kernel=11", "--lang", "zh").out


def test_calc_json(run: Run) -> None:
    """Everything a script wants."""
    found = json.loads(run("calc", "conv_output", "find=padding", "size=224", "kernel=3", "out=224", "--json").out)
    assert (found["formula"], found["pytorch"], found["agree"], found["difference"]) == (1, 1, True, 0.0)
    assert found["params"] == {"find": "padding", "size": 224, "kernel": 3, "out": 224, "stride": 1}
    assert set(found["solution"]) == {"en", "zh"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["size=227"], "kernel missing"),
        (["size=227", "kernel=3", "strid=2"], "did you mean stride?"),
        (["size=5", "kernel=7"], "more than the padded input's 5"),
        (["size=5", "kernel"], "is no parameter"),
        (["size=5", "kernel=[1"], "is no value"),
        (["size=5", "kernel="], "is no value"),
        (["size=1e400", "kernel=3"], "whole number"),
        (["size=99999999999999999999", "kernel=3"], "at most"),
        (["find=depth", "size=5"], "find=depth"),
    ],
)
def test_calc_bad_input(run: Run, words: list[str], said: str) -> None:
    """Which rule is broken, on one line, with exit code 2."""
    ran = run("calc", "conv_output", *words)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_calc_unknown_model(run: Run) -> None:
    """The nearest name is suggested."""
    ran = run("calc", "conv_ouput", "size=5")
    assert (ran.code, "Did you mean 'conv_output'?" in ran.err) == (2, True)


def test_list(run: Run) -> None:
    """Every model under its topic; `--json` has their questions and parameters."""
    assert all(name in run("items", "list").out for name in models())
    only = run("items", "list", "--topic", "shapes").out
    assert "conv_output" in only
    assert "dropout_scale" not in only
    found = json.loads(run("items", "list", "--json").out)
    assert [model["name"] for model in found] == list(models())
    assert {model["topic"] for model in found} == set(TOPICS)
    assert run("items", "list", "--topic", "nonsense").code == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_show(run: Run, lang: str) -> None:
    """Parameters with their meaning, the formula, every misconception, an item of each level."""
    said = run("items", "show", "conv_output", "--lang", lang).out
    model = models()["conv_output"]
    assert all(mistake.text.in_(lang)[:20] in said for question in model.questions for mistake in question.mistakes)
    assert "kernel (a whole number): kernel size, taps" in said
    assert "level 3:" in said


def test_sample_json(run: Run) -> None:
    """One object a line; the same seed, the same items; levels in turns unless one is asked for."""
    lines = run("items", "sample", "conv_output", "--count", "3", "--seed", "7", "--json").out.splitlines()
    items = [json.loads(line) for line in lines]
    assert [(item["index"], item["level"]) for item in items] == [(0, 1), (1, 2), (2, 3)]
    assert run("items", "sample", "conv_output", "--count", "3", "--seed", "7", "--json").out.splitlines() == lines
    assert run("items", "sample", "conv_output", "--count", "3", "--seed", "8", "--json").out.splitlines() != lines
    level = run("items", "sample", "conv_output", "--count", "2", "--level", "2", "--json").out.splitlines()
    assert [json.loads(line)["level"] for line in level] == [2, 2]


def test_sample_as_text(run: Run) -> None:
    """Stem, key, proof, solution, wrong answers with their reasons."""
    said = run("items", "sample", "conv_output", "--level", "2").out
    assert all(part in said for part in ("conv_output, level 2, seed 1, index 0", "✓ torch", "Output:", "✗"))


def test_verify(run: Run) -> None:
    """A table, and exit code 0; `--json` has the same."""
    said = run("items", "verify", "conv_output", "--count", "60")
    assert (said.code, "1 models, 60 items, 0 disagreements" in said.out) == (0, True)
    found = json.loads(run("items", "verify", "conv_output", "dropout_scale", "--count", "9", "--json").out)
    assert (found["ok"], [model["agreed"] for model in found["models"]]) == (True, [9, 9])
    assert run("items", "verify").code == 2


def test_verify_fails_on_a_disagreement(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, and the command that repeats it."""
    monkeypatch.setattr(type(models()["conv_output"].questions[0]), "formula", lambda _self, s: s.size + 10_000)
    said = run("items", "verify", "conv_output", "--count", "5", "--level", "1")
    assert said.code == 1
    assert "5 disagreements" in said.out
    assert "DISAGREE conv_output v1 level 1 seed 1 index 0: the formula gives" in said.err
    assert "Repeat: quizcv calc conv_output size=" in said.err


@pytest.fixture
def deck(home: Path) -> Path:
    (home / "deck.md").write_text(DECK, encoding="utf-8")
    return home / "deck.md"


def test_check_runs_claims(run: Run, deck: Path) -> None:
    """Confirmed, refuted with both numbers and the line, impossible with the rule."""
    assert "1 of 1 claims confirmed by PyTorch" in run("check", str(deck)).out
    deck.write_text(DECK.replace("equals: 55", "equals: 54"), encoding="utf-8")
    said = run("check", str(deck))
    assert said.code == 1
    assert "deck.md:11:1: fault: The deck states conv_output = 54; PyTorch gives 55." in said.out
    deck.write_text(DECK.replace("size: 227", "size: 7"), encoding="utf-8")
    assert "This claim cannot be asked: conv_output: the kernel spans 11 pixels" in run("check", str(deck)).out


def test_check_knows_the_models(run: Run, deck: Path) -> None:
    """An `item` block of no model is a fault, with the nearest name."""
    deck.write_text(DECK.replace("model: conv_output\n```", "model: conv_outptu\n```", 1), encoding="utf-8")
    said = run("check", str(deck), "--json")
    fault = next(fault for fault in json.loads(said.out)["faults"] if fault["code"] == "item-unknown")
    assert (said.code, fault["line"], "conv_output" in fault["hint"]) == (1, 3, True)


def test_sync_fills_the_pool(run: Run, deck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And confirms claims; a second time there is nothing to do and torch is not asked."""
    monkeypatch.setenv("QUIZCV_PREPARE", "1")
    assert "PyTorch: 12 items verified for computational cards, 1 claims confirmed." in run("sync", str(deck)).out
    assert "PyTorch" not in run("sync", str(deck)).out
    pool = json.loads(run("items", "pool", "--json").out)
    assert pool == {"models": [{"model": "conv_output", "items": {"1": 4, "2": 4, "3": 4}}], "stopped": [], "added": 0}


def test_pool_fill(run: Run, deck: Path) -> None:
    """By hand."""
    run("sync", str(deck))
    said = run("items", "pool")
    assert "None of: conv_output" in said.out
    assert "12 items added, 1 claims confirmed." in run("items", "pool", "--fill").out


def test_a_proven_card_says_so(run: Run, deck: Path) -> None:
    """✓ PyTorch beside the card."""
    run("sync", str(deck))
    assert "✓ PyTorch" not in run("review", "--plain", stdin="").out
    run("items", "pool", "--fill")
    assert "✓ PyTorch" in run("review", "--plain", stdin="1\n1\n\n").out


def test_review_waits_only_where_there_is_nothing_else(run: Run, deck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All cards are computational and the pool is empty: items are made first."""
    deck.write_text("# Conv\n\n" + ITEM.format("conv_output"), encoding="utf-8")
    run("sync", str(deck))
    monkeypatch.setenv("QUIZCV_PREPARE", "1")
    said = run("review", "--plain", stdin="x\n")
    assert "Preparing verified numbers" in said.err
    assert "level 1" in said.out


def test_review_fills_the_pool_behind_its_back(home: Path, deck: Path, run: Run) -> None:
    """A real process: the review ends at once with the other cards, and soon the pool is full."""
    run("sync", str(deck))
    env = {**os.environ, "QUIZCV_PREPARE": "1"}
    command = [sys.executable, "-m", "quizcv", "review", "--plain"]
    done = subprocess.run(command, env=env, input=b"\n3\n", capture_output=True, check=True)
    assert b"How wide?" in done.stdout
    database = Path(os.environ["QUIZCV_DB"])
    deadline = time.monotonic() + 60
    with Store.open(f"sqlite:///{database}") as store:
        while time.monotonic() < deadline:
            with store.read() as db:
                if db.pool.sizes() == {("conv_output", level): 4 for level in (1, 2, 3)} and not db.pool.unproven():
                    return
            time.sleep(0.2)
    pytest.fail("the pool was not filled")


def test_a_background_that_cannot_start_ends_no_review(run: Run, deck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process to be had: the cards are reviewed all the same."""

    def refused(*_words: object, **_more: object) -> None:
        raise OSError("no more processes")

    run("sync", str(deck))
    monkeypatch.setenv("QUIZCV_PREPARE", "1")
    monkeypatch.setattr(subprocess, "Popen", refused)
    said = run("review", "--plain", stdin="\n3\n")
    assert (said.code, "How wide?" in said.out) == (0, True)
