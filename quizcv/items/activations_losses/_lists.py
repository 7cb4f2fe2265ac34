"""What questions about ReLU and its kin share: sums over lists, gradients that come back, two neurons in a row."""

from __future__ import annotations

from typing import TypeVar

from quizcv.answers import Number
from quizcv.items.activations_losses._pointwise import Activation, tidied
from quizcv.items.text import num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rectifiers import ListSum, TwoNeurons, Upstream

L = TypeVar("L", bound=ListSum)
U = TypeVar("U", bound=Upstream)
T = TypeVar("T", bound=TwoNeurons)


class Summed(Activation[L]):
    """The sum of the outputs for a list."""

    answer = Number(decimals=2)
    levels = (1,)

    def stem(self, s: L) -> Text:
        f = self.function(s)
        return Text(
            f"Each entry of $x = {vector(s.x)}$ passes through {f.en}. What is the sum of the outputs?",
            tidied(f"对 $x = {vector(s.x)}$ 逐元素应用{f.zh}。输出之和是多少？"),
        )

    def outputs(self, s: L) -> list[float]:
        """The activation of each entry."""
        raise NotImplementedError

    def formula(self, s: L) -> float:
        return sum(self.outputs(s))

    def why(self, s: L) -> Text:
        outputs = vector(round(y, 9) for y in self.outputs(s))
        return Text(f"The outputs are {outputs}:", f"各输出为 {outputs}：")

    def steps(self, s: L) -> str:
        return f"{' + '.join(signed(round(y, 9)) for y in self.outputs(s))} = {num(round(self.formula(s), 9))}"


class Backward(Activation[U]):
    """The sum of the gradients by the inputs."""

    answer = Number(decimals=2)
    levels = (2,)
    find = "derivative"

    def passes(self, x: float) -> bool:
        """Whether the gradient comes through."""
        raise NotImplementedError

    def stem(self, s: U) -> Text:
        f = self.function(s)
        return Text(
            f"An element-wise activation $y = f(x)$, where $f$ is {f.en}, had the inputs $x = {vector(s.x)}$. The gradient of the "
            f"loss with respect to $y$ is {vector(s.gradient)}. What do the entries of the gradient with "
            "respect to $x$ sum to? Where $f$ has a kink, "
            "its derivative counts as 0, as in PyTorch.",
            tidied(
                f"逐元素激活 $y = f(x)$（$f$ 为{f.zh}）的输入为 $x = {vector(s.x)}$，损失对 $y$ 的梯度为 {vector(s.gradient)}。"
                "损失对 $x$ 的梯度各元素之和是多少？在 $f$ 的折点处，导数按 PyTorch 取 0。"
            ),
        )

    def formula(self, s: U) -> float:
        return sum(g for x, g in zip(s.x, s.gradient, strict=True) if self.passes(x))

    def why(self, s: U) -> Text:
        through = vector(g if self.passes(x) else 0 for x, g in zip(s.x, s.gradient, strict=True))
        return Text(
            f"The gradient passes unchanged where the slope is 1 and is 0 elsewhere, {through}:",
            f"斜率为 1 处梯度原样通过，其余为 0，即 {through}：",
        )

    def steps(self, s: U) -> str:
        parts = [signed(g) for x, g in zip(s.x, s.gradient, strict=True) if self.passes(x)] or ["0"]
        return f"{' + '.join(parts)} = {num(round(self.formula(s), 9))}"


class InARow(Activation[T]):
    """Two neurons in a row."""

    answer = Number(decimals=2)
    levels = (3,)
    find = "two"

    def f(self, z: float) -> float:
        """The activation."""
        raise NotImplementedError

    def first(self, s: T) -> float:
        """What the first neuron gives."""
        return self.f(s.weight1 * s.x + s.bias1)

    def formula(self, s: T) -> float:
        return self.f(s.weight2 * self.first(s) + s.bias2)

    def sample(self, draw: Draw, level: int) -> T | None:
        x, w1, b1 = draw.decimal(-3, 3, 1), draw.decimal(-3, 3, 1), draw.decimal(-2, 2, 1)
        w2, b2 = draw.decimal(-3, 3, 1), draw.decimal(-3, 3, 1)
        if 0 in (x, w1, b1, w2, b2):
            return None
        s: T = self.spec(x, w1, b1, w2, b2)
        # Zero is the answer of half of all networks: ask for it now and then.
        return s if self.formula(s) > 0 or draw.chance(0.15) else None

    def stem(self, s: T) -> Text:
        f = self.function(s)
        one = rf"h = f({num(s.weight1)} \cdot x + {signed(s.bias1)})"
        two = rf"y = f({num(s.weight2)} \cdot h + {signed(s.bias2)})"
        return Text(
            f"Two neurons in a row, with $f$ {f.en}: ${one}$, ${two}$. What is $y$ for $x = {num(s.x)}$?",
            tidied(f"两个神经元串联，$f$ 为{f.zh}：${one}$，${two}$。$x = {num(s.x)}$ 时 $y$ 是多少？"),
        )

    def why(self, s: T) -> Text:
        z = rf"{num(s.weight1)} \cdot {signed(s.x)} + {signed(s.bias1)} = {num(round(s.weight1 * s.x + s.bias1, 9))}"
        h = num(round(self.first(s), 9))
        return Text(
            f"The first neuron has ${z}$ before and $h = {h}$ after the activation.\n\nThe second:",
            f"第一个神经元激活前为 ${z}$，激活后 $h = {h}$。\n\n第二个：",
        )

    def steps(self, s: T) -> str:
        h = self.first(s)
        z = rf"{num(s.weight2)} \cdot {signed(round(h, 9))} + {signed(s.bias2)} = {num(round(s.weight2 * h + s.bias2, 9))}"
        return rf"{z}, \quad y = {num(round(self.formula(s), 9))}"
