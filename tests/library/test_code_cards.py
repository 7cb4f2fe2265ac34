"""The code on the cards does what their fronts ask for."""

from __future__ import annotations

import ast
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.library import (
    code_attention,
    code_backbone,
    code_classical,
    code_compression,
    code_convolution,
    code_detection,
    code_layers,
    code_programming,
    code_training,
    code_vision,
)
from tests.library.code_cards import CASES, CHECKS, cards, fences, snippets
from tests.library.code_cpp import COMPILER, CPP_EXCERPTS, DOES_NOT_COMPILE, MAINS, cpp_snippets, faults, runs

TOPICS = [
    code_attention,
    code_backbone,
    code_classical,
    code_compression,
    code_convolution,
    code_detection,
    code_layers,
    code_programming,
    code_training,
    code_vision,
]

#: Python that does not run on its own, and why.
EXCERPTS: dict[str, str] = {}

DEFINING = {key for key, snippet in snippets("en").items() if key not in EXCERPTS and snippet.defines}


def test_every_code_card_has_a_check_and_every_check_a_card() -> None:
    assert sorted(DEFINING - set(CHECKS)) == [], "cards without a check"
    assert sorted(set(CHECKS) - DEFINING) == [], "checks without a card"
    assert {key for key, _ in CASES} == set(CHECKS)


@pytest.mark.parametrize(("key", "case"), [pytest.param(*one, id=f"{one[0]}{one[1]}"[:70]) for one in CASES])
def test_the_code_does_what_the_card_asks_for(key: str, case: tuple[Any, ...]) -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    CHECKS[key](snippets("en")[key].target(), *case)


@pytest.mark.parametrize("key", snippets("en"))
def test_both_languages_have_the_same_code(key: str) -> None:
    """But for comments, which a syntax tree does not have."""
    one, other = snippets("en")[key], snippets("zh")[key]
    if key in EXCERPTS:
        pattern = r"\s*#.*$"
        assert re.sub(pattern, "", one.text, flags=re.M) == re.sub(pattern, "", other.text, flags=re.M)
    else:
        assert ast.dump(ast.parse(one.text)) == ast.dump(ast.parse(other.text))


def test_both_languages_have_code_on_the_same_cards() -> None:
    assert sorted(snippets("en")) == sorted(snippets("zh"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_fence_goes_unseen(lang: str) -> None:
    """Indented or left open, a fence would not be found."""
    for key, card in cards(lang).items():
        for side, language in [(card.front, "cpp"), (card.back, "cpp"), (card.back, "python")]:
            assert side.count(f"```{language}") == len(fences(side, language)), key


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("key", sorted(DEFINING & set(snippets("zh"))))
def test_a_function_takes_the_arguments_the_front_names(lang: str, key: str) -> None:
    """`f(x, k)` on the front is `def f(x, k)` on the back."""
    snippet = snippets(lang)[key]
    for node in ast.parse(snippet.text).body:
        if isinstance(node, ast.FunctionDef) and (asked := re.search(rf"`({node.name}\([^`]*\))`", snippet.front)):
            assert asked[1].replace(" ", "") == f"{node.name}({ast.unparse(node.args)})".replace(" ", "")


def test_code_without_a_function_runs() -> None:
    for key in sorted(set(snippets("en")) - DEFINING - set(EXCERPTS)):
        snippets("en")[key].run()


def test_excerpts_are_cards_with_code_that_does_not_run_alone() -> None:
    for key, reason in EXCERPTS.items():
        assert reason
        with pytest.raises((NameError, SyntaxError)):
            snippets("en")[key].run()


needs_compiler = pytest.mark.skipif(not COMPILER, reason="needs g++ or clang++")


@needs_compiler
@pytest.mark.parametrize("key", sorted(cpp_snippets()))
def test_cpp_compiles(key: str) -> None:
    """As it stands or as the body of a function; what is listed as wrong or incomplete does not."""
    found = faults(cpp_snippets()[key])
    assert bool(found) is (key in DOES_NOT_COMPILE or key in CPP_EXCERPTS), found


@needs_compiler
@pytest.mark.parametrize("key", sorted(MAINS))
def test_cpp_does_what_the_card_asks_for(key: str, tmp_path: Path) -> None:
    runs(cpp_snippets()[key], MAINS[key], tmp_path)


def test_cpp_exceptions_are_cards() -> None:
    assert set(cpp_snippets()) >= {*DOES_NOT_COMPILE, *CPP_EXCERPTS, *MAINS}
    assert all([*DOES_NOT_COMPILE.values(), *CPP_EXCERPTS.values()])
