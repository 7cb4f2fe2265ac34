"""What questions about activations of one variable share: how value, derivative and inverse are asked."""

from __future__ import annotations

import re
from typing import ClassVar, TypeVar

from quizcv.items.text import num, signed
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import Chain, Output, Point
from quizcv.specs.spec import Spec

A = TypeVar("A", bound=Spec)
P = TypeVar("P", bound=Point)
O = TypeVar("O", bound=Output)  # noqa: E741 - an output
C = TypeVar("C", bound=Chain)

_GAP = re.compile(r"^ +| +(?=[，。：；？（）])|(?<=[，。：；？（）]) +")


def tidied(zh: str) -> str:
    """Chinese without the spaces that a Latin name brings along where it meets punctuation."""
    return _GAP.sub("", zh)


class Activation(Worked[A]):
    """A question about one activation."""

    def function(self, s: A) -> Text:
        """The activation as the stem calls it."""
        raise NotImplementedError


class AtPoint(Activation[P]):
    """Something at one point."""

    low: ClassVar[float] = -4.0
    high: ClassVar[float] = 4.0

    def sample(self, draw: Draw, level: int) -> P | None:
        x = draw.decimal(self.low, self.high, 1)
        if abs(x) < 0.3:
            return None
        made: P = self.spec(x)
        return made


class Value(AtPoint[P]):
    """The activation itself."""

    levels: ClassVar[tuple[int, ...]] = (1,)

    def stem(self, s: P) -> Text:
        f = self.function(s)
        return Text(f"What does {f.en} give at $x = {num(s.x)}$?", tidied(f"{f.zh}在 $x = {num(s.x)}$ 处的值是多少？"))


class Derivative(AtPoint[P]):
    """Its derivative."""

    levels: ClassVar[tuple[int, ...]] = (2,)
    find: ClassVar[str] = "derivative"

    def stem(self, s: P) -> Text:
        f = self.function(s)
        return Text(
            f"What is the derivative of {f.en} at $x = {num(s.x)}$?",
            tidied(f"{f.zh}在 $x = {num(s.x)}$ 处的导数是多少？"),
        )


class Inverse(Activation[O]):
    """The point where it takes a value."""

    levels: ClassVar[tuple[int, ...]] = (3,)
    find: ClassVar[str] = "x"

    def stem(self, s: O) -> Text:
        f = self.function(s)
        return Text(f"For which $x$ does {f.en} give {num(s.y)}?", tidied(f"{f.zh}在哪个 $x$ 处的值为 {num(s.y)}？"))


class ChainRule(Activation[C]):
    """The derivative of a neuron by its input."""

    levels: ClassVar[tuple[int, ...]] = (3,)
    find: ClassVar[str] = "chain"

    def sample(self, draw: Draw, level: int) -> C | None:
        x, weight, bias = draw.decimal(-2, 2, 1), draw.decimal(-3, 3, 1), draw.decimal(-2, 2, 1)
        z = weight * x + bias
        if not 0.25 <= abs(z) <= 3 or abs(weight) < 0.3 or abs(weight - 1) < 0.05 or x == 0 or bias == 0:
            return None
        made: C = self.spec(x, weight, bias)
        return made

    def stem(self, s: C) -> Text:
        f = self.function(s)
        inside = rf"z = {num(s.weight)} \cdot x {'+' if s.bias >= 0 else '-'} {num(abs(s.bias))}"
        return Text(
            f"A neuron computes $y = f(z)$ with ${inside}$, where $f$ is {f.en}. What is $dy/dx$ at $x = {num(s.x)}$?",
            tidied(f"某神经元计算 $y = f(z)$，${inside}$，其中 $f$ 为{f.zh}。在 $x = {num(s.x)}$ 处 $dy/dx$ 是多少？"),
        )

    def why(self, s: C) -> Text:
        z = rf"$z = {num(s.weight)} \cdot {signed(s.x)} + {signed(s.bias)} = {num(self.z(s))}$"
        return Text(
            f"At {z} the chain rule gives $dy/dx = f'(z) \\cdot w$:",
            f"在 {z} 处，链式法则给出 $dy/dx = f'(z) \\cdot w$：",
        )

    @staticmethod
    def z(s: C) -> float:
        """What goes into the activation."""
        return s.weight * s.x + s.bias
