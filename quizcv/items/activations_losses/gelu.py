"""GELU, exact and in its tanh form. Source: documentation of torch.nn.GELU; Hendrycks and Gimpel 2016."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import ChainRule, Derivative, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import GeluChain, GeluDerivative, GeluValue


def _cdf(x: float) -> float:
    """Φ, the standard normal distribution function."""
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _inner(x: float) -> float:
    """What the tanh form takes tanh of."""
    return math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)


def _slope(x: float) -> float:
    return _cdf(x) + x * _density(x)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


EXACT = Text(
    r"the exact GELU (with $\Phi$, the standard normal distribution function)",
    r"精确形式的 GELU（$\Phi$ 为标准正态分布函数）",
)


class GeluAt(Value[GeluValue]):
    spec = GeluValue
    levels = (1, 2)
    low, high = -2.5, 2.5
    rule = Text(
        r"exact: $x \Phi(x)$; tanh form: $\frac{1}{2}x(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715 x^3)))$",
        r"精确：$x \Phi(x)$；tanh 近似：$\frac{1}{2}x(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715 x^3)))$",
    )
    mistakes = (
        Mistake("That is SiLU, x·σ(x).", "这是 SiLU，即 x·σ(x)。", lambda s: s.x * _sigmoid(s.x)),
        Mistake("That is Φ(x); it still has to be multiplied by x.", "这是 Φ(x)；还要乘以 x。", lambda s: _cdf(s.x)),
        Mistake("That is ReLU.", "这是 ReLU。", lambda s: max(s.x, 0.0)),
        Mistake(
            "Φ(x) is ½(1 + erf(x/√2)): the √2 is missing.",
            "Φ(x) = ½(1 + erf(x/√2))：漏了 √2。",
            lambda s: 0.5 * s.x * (1 + math.erf(s.x)) if s.approximate == "none" else None,
        ),
        Mistake(
            "The factor ½ is missing.",
            "漏了系数 ½。",
            lambda s: s.x * (1 + math.tanh(_inner(s.x))) if s.approximate == "tanh" else 2 * s.x * _cdf(s.x),
        ),
        Mistake("The 1 + before tanh is missing.", "tanh 前漏了 1 +。", lambda s: 0.5 * s.x * math.tanh(_inner(s.x))),
        Mistake("Φ takes x, not −x.", "Φ 的自变量是 x，不是 −x。", lambda s: s.x * _cdf(-s.x)),
    )

    def sample(self, draw: Draw, level: int) -> GeluValue | None:
        s = Value.sample(self, draw, level)
        return s and GeluValue(s.x, "tanh" if level == 2 else "none")

    def function(self, s: GeluValue) -> Text:
        if s.approximate == "tanh":
            return Text(
                "GELU in its tanh approximation (`approximate='tanh'`)", "tanh 近似（`approximate='tanh'`）的 GELU "
            )
        return EXACT

    def formula(self, s: GeluValue) -> float:
        if s.approximate == "tanh":
            return 0.5 * s.x * (1 + math.tanh(_inner(s.x)))
        return s.x * 0.5 * (1 + math.erf(s.x / math.sqrt(2)))

    def stem(self, s: GeluValue) -> Text:
        asked = Value.stem(self, s)
        if s.approximate == "tanh":
            return asked
        cdf = rf"$\Phi({num(s.x)}) \approx {num(_cdf(s.x), 5)}$"
        return Text(f"{asked.en} From a table, {cdf}.", f"{asked.zh}查表得 {cdf}。")

    def steps(self, s: GeluValue) -> str:
        if s.approximate == "tanh":
            u = rf"u = \sqrt{{2/\pi}} \cdot ({num(s.x)} + 0.044715 \cdot {signed(s.x)}^3) = {num(_inner(s.x))}"
            tanh = signed(math.tanh(_inner(s.x)))
            return rf"{u}, \quad 0.5 \cdot {signed(s.x)} \cdot (1 + {tanh}) = {num(self.formula(s))}"
        return rf"x \Phi(x) = {num(s.x)} \cdot {num(_cdf(s.x))} = {num(self.formula(s))}"


class GeluSlope(Derivative[GeluDerivative]):
    spec = GeluDerivative
    low, high = -2.5, 2.5
    rule = Text(
        r"$\Phi(x) + x \varphi(x)$ with $\varphi(x) = e^{-x^2/2}/\sqrt{2\pi}$",
        r"$\Phi(x) + x \varphi(x)$，其中 $\varphi(x) = e^{-x^2/2}/\sqrt{2\pi}$",
    )
    mistakes = (
        Mistake("The product rule has a second term, x·φ(x).", "乘积法则还有第二项 x·φ(x)。", lambda s: _cdf(s.x)),
        Mistake("The product rule has a first term, Φ(x).", "乘积法则还有第一项 Φ(x)。", lambda s: s.x * _density(s.x)),
        Mistake(
            "The second term is x·φ(x): the x is missing.",
            "第二项是 x·φ(x)：漏了 x。",
            lambda s: _cdf(s.x) + _density(s.x),
        ),
        Mistake("That is the value x·Φ(x).", "这是函数值 x·Φ(x)。", lambda s: s.x * _cdf(s.x)),
        Mistake(
            "The density has the factor 1/√(2π).",
            "密度函数带有系数 1/√(2π)。",
            lambda s: _cdf(s.x) + s.x * math.exp(-s.x * s.x / 2),
        ),
        Mistake(
            "The exponent of the density is −x²/2, not −x².",
            "密度函数的指数是 −x²/2，不是 −x²。",
            lambda s: _cdf(s.x) + s.x * math.exp(-s.x * s.x) / math.sqrt(2 * math.pi),
        ),
    )

    def function(self, s: GeluDerivative) -> Text:
        return EXACT

    def formula(self, s: GeluDerivative) -> float:
        return 0.5 * math.erfc(-s.x / math.sqrt(2)) + s.x * math.exp(-(s.x**2) / 2) / math.sqrt(2 * math.pi)

    def stem(self, s: GeluDerivative) -> Text:
        asked = Derivative.stem(self, s)
        cdf = rf"$\Phi({num(s.x)}) \approx {num(_cdf(s.x), 5)}$"
        return Text(f"{asked.en} From a table, {cdf}.", f"{asked.zh}查表得 {cdf}。")

    def steps(self, s: GeluDerivative) -> str:
        sum_ = rf"{num(_cdf(s.x))} + {signed(s.x)} \cdot {num(_density(s.x))}"
        return rf"\Phi({num(s.x)}) + {signed(s.x)} \cdot \varphi({num(s.x)}) = {sum_} = {num(self.formula(s))}"


class GeluNeuron(ChainRule[GeluChain]):
    spec = GeluChain
    rule = Text(
        r"$dy/dx = w(\Phi(z) + z \varphi(z))$ with $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$",
        r"$dy/dx = w(\Phi(z) + z \varphi(z))$，其中 $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$",
    )
    mistakes = (
        Mistake(
            "The chain rule's factor w is missing.",
            "漏了链式法则中的因子 w。",
            lambda s: _slope(s.weight * s.x + s.bias),
        ),
        Mistake(
            "The derivative is taken at z, not at x.",
            "导数应在 z 处取，而不是在 x 处。",
            lambda s: s.weight * _slope(s.x),
        ),
        Mistake(
            "The product rule has a second term, z·φ(z).",
            "乘积法则还有第二项 z·φ(z)。",
            lambda s: s.weight * _cdf(s.weight * s.x + s.bias),
        ),
        Mistake(
            "That is the derivative with respect to the weight, f′(z)·x.",
            "这是对权重的导数 f′(z)·x。",
            lambda s: s.x * _slope(s.weight * s.x + s.bias),
        ),
        Mistake(
            "That is the output y, not its derivative.",
            "这是输出 y，不是导数。",
            lambda s: (s.weight * s.x + s.bias) * _cdf(s.weight * s.x + s.bias),
        ),
        Mistake(
            "That is the derivative with ReLU.",
            "这是用 ReLU 时的导数。",
            lambda s: s.weight if s.weight * s.x + s.bias > 0 else 0.0,
        ),
    )

    def function(self, s: GeluChain) -> Text:
        return EXACT

    def formula(self, s: GeluChain) -> float:
        z = s.weight * s.x + s.bias
        return s.weight * (_cdf(z) + z * _density(z))

    def stem(self, s: GeluChain) -> Text:
        asked = ChainRule.stem(self, s)
        z = round(self.z(s), 9)
        cdf = rf"$\Phi({num(z)}) \approx {num(_cdf(z), 5)}$"
        return Text(f"{asked.en} From a table, {cdf}.", f"{asked.zh}查表得 {cdf}。")

    def steps(self, s: GeluChain) -> str:
        z = self.z(s)
        slope = rf"{num(_cdf(z))} + {signed(round(z, 9))} \cdot {num(_density(z))} = {num(_slope(z))}"
        return rf"f'(z) = {slope}, \quad {num(_slope(z))} \cdot {signed(s.weight)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="gelu_value",
    version=1,
    topic="activations-losses",
    title=Text("GELU", "GELU 激活"),
    questions=(GeluAt(), GeluSlope(), GeluNeuron()),
)
