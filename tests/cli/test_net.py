"""`quizcv net`: networks as tables, JSON, CSV, Markdown and pictures."""

from __future__ import annotations

import csv
import io
import itertools
import json
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quizcv.networks import catalogue, network
from quizcv.networks.walk import walk

if TYPE_CHECKING:
    from conftest import Run

WIDTH = 100


def cells(text: str) -> int:
    """Columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.mark.parametrize("name", catalogue())
def test_every_table_fits_and_its_numbers_stand_under_each_other(run: Run, name: str) -> None:
    ran = run("net", name, "--no-verify")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert max(map(cells, lines)) <= WIDTH, max(lines, key=cells)
    rules = [line for line in lines if line.startswith("---")]
    assert len(rules) == 2
    ends = [at for at, letter in enumerate(rules[0] + " ") if letter == " " and rules[0][at - 1 : at] == "-"]
    table = lines[lines.index(rules[0]) + 1 : len(lines) - 1 - lines[::-1].index(rules[1])]
    for line in table:
        padded = line.ljust(WIDTH)
        for start, end in list(itertools.pairwise(ends))[2:]:
            number = padded[start:end]
            assert number.strip().replace(",", "").replace("×", "").isdigit() or not number.strip(), line
            assert not number.strip() or padded[end - 1] != " ", line


def test_json_has_names_layers_and_totals_that_add_up(run: Run) -> None:
    found = json.loads(run("net", "resnet50", "--json").out)
    assert (found["name"], found["input"], found["totals"]["params"]) == ("resnet50", [3, 224, 224], 25_557_032)
    assert found["totals"]["macs"] == 4_089_184_256
    assert sum(layer["params"] for layer in found["layers"]) == found["totals"]["params"]
    assert sum(layer["macs"] for layer in found["layers"]) == found["totals"]["macs"]
    assert found["verified"]["layers"] == len(network("resnet50").layers)
    assert found["conventions"]


def test_without_verification_torch_is_not_loaded() -> None:
    code = (
        "import sys; from quizcv.cli.app import app; app(['net','resnet50','--json','--no-verify'], standalone_mode=False);"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verified"] is None


def test_list_as_json_has_every_name(run: Run) -> None:
    listed = json.loads(run("net", "list", "--json").out)
    assert [one["name"] for one in listed] == list(catalogue())
    assert {"resnet50", "vgg16_bn", "vit_b_16", "unet"} <= {one["name"] for one in listed}


def test_the_list_names_options_and_inputs(run: Run) -> None:
    out = run("net", "list").out
    assert "resnext50_32x4d" in out
    assert "--groups" in out
    assert max(map(cells, out.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("net", "resnet51"), "Did you mean"),
        (("net", "vgg16", "--input", "3x16x16"), "breaks at pool5"),
        (("net", "vgg16", "--input", "blue"), "is no input"),
        (("net", "vgg16", "--input", "0x4"), "is no input"),
        (("net", "vgg16", "--groups", "2"), "no option groups"),
        (("net", "alexnet_2012", "--groups", "7"), "cannot be split"),
        (("net", "vgg16", "--layer", "conv3_9"), "conv3_"),
        (("net",), "which network"),
        (("net", "vgg16", "resnet18"), "--compare"),
        (("net", "--compare", "vgg16"), "two networks"),
        (("net", "vgg16", "--csv", "--json"), "only one of"),
        (("net", "vgg16", "--layer", "conv1", "--csv"), "--csv is for a whole network"),
        (("net", "--compare", "vgg16", "resnet18", "--svg", "a.svg"), "--svg is for a whole network"),
        (("net", "--compare", "vgg16", "resnet18", "--layer", "conv1"), "one network's layer"),
        (("net", "--compare", "vgg16", "resnet18", "--groups", "2"), "vgg16 has no option groups"),
        (("net", "list", "--csv"), "stands alone"),
        (("net", "list", "vgg16"), "stands alone"),
        (("net", "vgg16", "--input", ""), "is no input"),
        (("net", "vgg16", "--input", "3x224x1000000"), "from 1 to 100,000"),
        (("net", "mobilenet_v1", "--width", "inf"), "at most 10, not inf"),
        (("net", "mobilenet_v1", "--width", "nan"), "at most 10, not nan"),
    ],
)
def test_what_cannot_be_is_said_with_a_way_out(run: Run, words: tuple[str, ...], said: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("stated", ["3x448x448", "3×448×448", "448", "448x448", "3, 448, 448"])
def test_inputs_are_read_kindly(run: Run, stated: str) -> None:
    found = json.loads(run("net", "resnet18", "--input", stated, "--no-verify", "--json").out)
    assert found["input"] == [3, 448, 448]
    assert found["layers"][0]["output"] == [64, 224, 224]


def test_one_layer_with_its_arithmetic(run: Run) -> None:
    out = run("net", "vgg16", "--layer", "conv3_2").out
    assert "⌊(56 + 2·1 − 3)/1⌋ + 1 = 56" in out
    assert "3×3 · 256 · 256 + 256 = 590,080" in out
    assert "256×56×56 · 3×3 · 256 = 1,849,688,064" in out


def test_names_that_are_too_long_lose_their_beginning_which_the_stage_says(run: Run) -> None:
    names = [line.split()[0] for line in run("net", "efficientnet_b7", "--no-verify").out.splitlines() if "…" in line]
    assert names
    assert all(name.startswith("…") for name in names)
    assert {"depthwise", "expand", "reduce"} <= {name.rpartition(".")[2] for name in names}


@pytest.mark.parametrize(
    "form", [(), ("--csv",), ("--markdown",), ("--json",), ("--layer", "conv1"), ("--compare", "vgg16")]
)
def test_every_form_is_verified_before_it_is_written(
    run: Run, form: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from quizcv.errors import Disagreement
    from quizcv.verify import networks

    def refuse(walked: object) -> None:
        raise Disagreement("conv1: MACs differ.")

    monkeypatch.setattr(networks, "prove", refuse)
    ran = run("net", "resnet18", *form)
    assert (ran.out, "MACs differ" in ran.err) == ("", True)
    assert run("net", "resnet18", *form, "--no-verify").code == 0


def test_a_stage_with_its_sum(run: Run) -> None:
    ours = walk(network("resnet50"))
    total = ours.total([row for row in ours.rows if row.stage == "layer3"])
    assert (
        f"layer3: {total.params:,} parameters, {total.macs:,} MACs" in run("net", "resnet50", "--layer", "layer3").out
    )
    assert "layer3.0.conv2" in run("net", "resnet50", "--layer", "layer3.0").out


@pytest.mark.parametrize("words", [("--compare", "resnet50", "vgg16"), ("resnet50", "--compare", "vgg16")])
def test_two_networks_side_by_side(run: Run, words: tuple[str, ...]) -> None:
    out = run("net", *words).out
    line = next(line for line in out.splitlines() if line.startswith("params"))
    assert line.split() == ["params", "25,557,032", "138,357,544", "×5.41"]
    both = json.loads(run("net", *words, "--json").out)
    assert [one["totals"]["macs"] for one in both] == [4_089_184_256, 15_470_264_320]


def test_csv_and_markdown_have_a_line_for_each_row(run: Run) -> None:
    rows = walk(network("alexnet")).rows
    read = list(csv.DictReader(io.StringIO(run("net", "alexnet", "--csv").out)))
    assert [line["name"] for line in read] == [row.name for row in rows]
    assert sum(int(line["params"]) for line in read) == 61_100_840
    text = run("net", "alexnet", "--markdown").out
    assert sum(line.startswith("| ") for line in text.splitlines()) == len(rows) + 2
    assert "61,100,840" in text


def test_a_picture_is_written_and_says_where(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "alexnet.svg"
    assert str(path) in run("net", "alexnet", "--svg", str(path)).out
    assert ET.parse(path).getroot().tag.endswith("svg")
    ran = run("net", "alexnet", "--svg", str(tmp_path / "nowhere" / "a.svg"))
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_a_picture_of_a_wrong_layer_is_refused_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "vgg.svg"
    assert run("net", "vgg16", "--input", "3x8x8", "--svg", str(path)).code == 2
    assert not path.exists()


def test_verifying_a_network_does_not_load_the_compiler() -> None:
    """It would take longer than all the rest."""
    code = (
        "import sys; from quizcv.cli.app import app; app(['net','resnet50','--json'], standalone_mode=False);"
        "assert 'torch' in sys.modules and 'torch._dynamo' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verified"]["device"] == "meta"
