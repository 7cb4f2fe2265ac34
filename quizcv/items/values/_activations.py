"""Activations and their derivatives, by the textbook."""

from __future__ import annotations

import math

from quizcv.items import text
from quizcv.model import Text

_WITH = {
    "identity": Text("the identity", "恒等函数"),
    "relu": Text("ReLU", "ReLU"),
    "sigmoid": Text("sigmoid", "sigmoid"),
    "tanh": Text("tanh", "tanh"),
}


def num(value: float) -> str:
    """An intermediate result: six decimals at most, so that a small one does not fill the line."""
    return text.num(round(value, 6))


def signed(value: float) -> str:
    """The same as a factor or a summand."""
    return text.signed(round(value, 6))


def name(activation: str) -> Text:
    return _WITH[activation]


def is_(activation: str) -> Text:
    """Which function f is, for the middle of a sentence."""
    if activation == "identity":
        return Text("$f(z) = z$", "$f(z) = z$")
    return Text(f"$f$ = {_WITH[activation].en}", f"$f$ 为 {_WITH[activation].zh}")


def zh(steps: str) -> str:
    """Formulas separated as in a Chinese sentence."""
    return steps.replace("$, $", "$，$")


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def value(activation: str, z: float) -> float:
    match activation:
        case "relu":
            return max(0.0, z)
        case "sigmoid":
            return sigmoid(z)
        case "tanh":
            return math.tanh(z)
    return z


def slope(activation: str, z: float) -> float:
    """The derivative at a pre-activation."""
    match activation:
        case "relu":
            return float(z > 0)
        case "sigmoid":
            return sigmoid(z) * (1 - sigmoid(z))
        case "tanh":
            return 1 - math.tanh(z) ** 2
    return 1.0


def slope_steps(activation: str, z: float) -> str:
    """The derivative worked out, in LaTeX."""
    a = num(value(activation, z))
    match activation:
        case "sigmoid":
            steps = rf"{a} \cdot (1 - {a})"
        case "tanh":
            steps = rf"1 - ({a})^2"
        case "relu":
            return f"f'(z) = {num(slope(activation, z))}"
        case _:
            return "f'(z) = 1"
    return f"f'(z) = {steps} = {num(slope(activation, z))}"
