"""What somebody states: parameters to compute from, and claims to confirm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizcv.answers.kinds import Answer, Number, Value
from quizcv.errors import BadParameters, QuizcvError
from quizcv.items import model_named
from quizcv.items.model import stem_of
from quizcv.model import Claim, Text
from quizcv.published import Verification, plain
from quizcv.reference import running
from quizcv.specs import read
from quizcv.verify.item import compare, params_of

#: How far a claim may be from the reference where it states no digits: it is written by hand.
CLAIM_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Calculation:
    """One quantity both ways. `value` is the formula's; `verification.value` PyTorch's, which agrees."""

    model: str
    params: Mapping[str, Any]
    stem: Text
    answer: Answer
    value: Value
    solution: Text
    verification: Verification


def calculate(name: str, stated: Mapping[str, Any]) -> Calculation:
    """Compute a quantity by formula and by PyTorch. `stated["find"]` chooses another question of the model than its first.

    Raises:
        NotFound: there is no such item model.
        BadParameters: the parameters are missing, unknown, of the wrong kind or impossible; the message says which rule is broken.
        Disagreement: formula and PyTorch differ.
    """
    model = model_named(name)
    find = str(stated.get("find", ""))
    question = model.question(find)
    spec = read(question.spec, {key: value for key, value in stated.items() if key != "find"}, name)
    try:
        value = question.formula(spec)
        stem, solution = stem_of(question, spec), question.solution(spec)
    except (ArithmeticError, ValueError) as error:
        raise BadParameters(f"{name}: these parameters have no result ({error}).") from error
    with running():
        verification = compare(question, spec, value, f"{name} v{model.version}")
    return Calculation(name, params_of(question, spec), stem, question.answer_for(spec), value, solution, verification)


@dataclass(frozen=True, slots=True)
class Refutation:
    """What the reference says against a claim; `impossible` if it could not even be asked."""

    message: str
    hint: str
    impossible: bool = False


def refuted(claim: Claim) -> Refutation | None:
    """Hold a claim against the reference; None if it holds."""
    try:
        found = calculate(claim.model, claim.params)
    except QuizcvError as error:
        return Refutation(f"This claim cannot be asked: {error.message}", error.hint, impossible=True)
    if holds(claim.equals, found):
        return None
    value = plain(found.verification.value)
    return Refutation(
        f"The deck states {claim.model} = {claim.equals}; PyTorch gives {value}.", "Mend the number, or the parameters."
    )


def holds(stated: Any, found: Calculation) -> bool:
    """Whether a stated value is the reference's: exactly for counts and shapes, to the digits it is written with for numbers."""
    value = found.verification.value
    if isinstance(found.answer, Number):
        if isinstance(stated, bool) or not isinstance(stated, int | float) or not isinstance(value, int | float):
            return False
        return abs(stated - value) <= max(CLAIM_CLOSE * abs(value), _half_of_last_place(stated))
    if isinstance(value, tuple):
        return isinstance(stated, list) and tuple(stated) == value
    return type(stated) is not bool and stated == value


def _half_of_last_place(stated: float) -> float:
    """`0.667` claims to be right to its three places; a number without a fraction claims to be exact."""
    digits = repr(stated).lower()
    if isinstance(stated, int) or "e" in digits or not math.isfinite(stated) or stated == int(stated):
        return 0.0
    places = len(digits.partition(".")[2])
    return 0.5 * 10.0**-places * (1 + 1e-9)
