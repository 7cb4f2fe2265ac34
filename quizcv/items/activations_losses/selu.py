"""SELU. Source: documentation of torch.nn.SELU; Klambauer et al. 2017."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._exponential import mostly_negative
from quizcv.items.activations_losses._pointwise import Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import SeluDerivative, SeluInverse, SeluValue

SCALE = 1.0507009873554804934193349852946


ALPHA = 1.6732632423543772848170429916717


SELU = Text(
    r"SELU ($\lambda \approx 1.0507$, $\alpha \approx 1.67326$)",
    r" SELU（$\lambda \approx 1.0507$，$\alpha \approx 1.67326$）",
)


class SeluAt(Value[SeluValue]):
    spec = SeluValue
    rule = Text(
        r"$\lambda x$ for $x > 0$, else $\lambda\alpha(e^x - 1)$",
        r"$x > 0$ 时为 $\lambda x$，否则为 $\lambda\alpha(e^x - 1)$",
    )
    mistakes = (
        Mistake("That is ReLU.", "这是 ReLU。", lambda s: max(s.x, 0.0)),
        Mistake("The factor λ is missing.", "漏了系数 λ。", lambda s: s.x if s.x > 0 else ALPHA * math.expm1(s.x)),
        Mistake("The factor α is missing.", "漏了系数 α。", lambda s: SCALE * math.expm1(s.x) if s.x < 0 else None),
        Mistake("That is ELU with α = 1.", "这是 α = 1 的 ELU。", lambda s: s.x if s.x > 0 else math.expm1(s.x)),
        Mistake("The − 1 is missing.", "漏了 − 1。", lambda s: SCALE * ALPHA * math.exp(s.x) if s.x < 0 else None),
        Mistake(
            "α is for negative inputs only.", "α 只用于负输入。", lambda s: SCALE * ALPHA * s.x if s.x > 0 else None
        ),
        Mistake(
            "Below 0 SELU is no line: λα multiplies e^x − 1, not x.",
            "负半轴上 SELU 不是直线：λα 乘的是 e^x − 1，不是 x。",
            lambda s: SCALE * ALPHA * s.x if s.x < 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeluValue | None:
        return SeluValue(mostly_negative(draw))

    def function(self, s: SeluValue) -> Text:
        return SELU

    def formula(self, s: SeluValue) -> float:
        return SCALE * (s.x if s.x > 0 else ALPHA * (math.exp(s.x) - 1))

    def steps(self, s: SeluValue) -> str:
        if s.x > 0:
            return rf"1.0507 \cdot {num(s.x)} = {num(self.formula(s))}"
        inside = rf"(e^{{{num(s.x)}}} - 1) = 1.0507 \cdot 1.67326 \cdot ({num(math.exp(s.x))} - 1)"
        return rf"1.0507 \cdot 1.67326 \cdot {inside} = {num(self.formula(s))}"


class SeluSlope(Derivative[SeluDerivative]):
    spec = SeluDerivative
    rule = Text(
        r"$\lambda$ for $x > 0$, else $\lambda\alpha e^x$", r"$x > 0$ 时为 $\lambda$，否则为 $\lambda\alpha e^x$"
    )
    mistakes = (
        Mistake(
            "That is the value of SELU.",
            "这是 SELU 的值。",
            lambda s: SCALE * (s.x if s.x > 0 else ALPHA * math.expm1(s.x)),
        ),
        Mistake("The factor λ is missing.", "漏了系数 λ。", lambda s: 1.0 if s.x > 0 else ALPHA * math.exp(s.x)),
        Mistake("The factor α is missing.", "漏了系数 α。", lambda s: SCALE * math.exp(s.x) if s.x < 0 else None),
        Mistake("That is the derivative of ReLU.", "这是 ReLU 的导数。", lambda s: 0.0 if s.x < 0 else None),
        Mistake("λ is the slope for positive inputs only.", "λ 只是正输入处的斜率。", lambda s: SCALE),
        Mistake(
            "For positive inputs the slope is λ; α does not enter.",
            "正输入处斜率为 λ，与 α 无关。",
            lambda s: SCALE * ALPHA if s.x > 0 else None,
        ),
        Mistake(
            "Below 0 the slope is λα e^x: the exponential is missing.",
            "负半轴斜率为 λα e^x：漏了指数项。",
            lambda s: SCALE * ALPHA if s.x < 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeluDerivative | None:
        return SeluDerivative(mostly_negative(draw))

    def function(self, s: SeluDerivative) -> Text:
        return SELU

    def formula(self, s: SeluDerivative) -> float:
        return SCALE if s.x > 0 else SCALE * ALPHA * math.exp(s.x)

    def why(self, s: SeluDerivative) -> Text:
        x = num(s.x)
        if s.x > 0:
            return Text(f"For $x = {x} > 0$ SELU is a line:", f"$x = {x} > 0$ 时 SELU 是直线：")
        return Text(
            f"For $x = {x} < 0$ the exponential is its own derivative:", f"$x = {x} < 0$ 时指数函数的导数是其自身："
        )

    def steps(self, s: SeluDerivative) -> str:
        if s.x > 0:
            return rf"\lambda = {num(SCALE)}"
        return rf"1.0507 \cdot 1.67326 \cdot e^{{{num(s.x)}}} = {num(self.formula(s))}"


class SeluBack(Inverse[SeluInverse]):
    spec = SeluInverse
    rule = Text(
        r"$y/\lambda$ for $y > 0$, else $\ln(1 + y/(\lambda\alpha))$",
        r"$y > 0$ 时为 $y/\lambda$，否则为 $\ln(1 + y/(\lambda\alpha))$",
    )
    mistakes = (
        Mistake(
            "λ was left out: y = λα(e^x − 1).",
            "漏了 λ：y = λα(e^x − 1)。",
            lambda s: s.y if s.y > 0 else math.log1p(s.y / ALPHA) if s.y > -ALPHA else None,
        ),
        Mistake(
            "α was left out: y = λα(e^x − 1).",
            "漏了 α：y = λα(e^x − 1)。",
            lambda s: math.log1p(s.y / SCALE) if -SCALE < s.y < 0 else None,
        ),
        Mistake(
            "That inverts a line; SELU is exponential for negative inputs.",
            "这是直线的反函数；SELU 在负半轴是指数函数。",
            lambda s: s.y / SCALE,
        ),
        Mistake("The inverse divides by λ.", "求逆时要除以 λ。", lambda s: s.y * SCALE),
        Mistake(
            "That is SELU of the given value, not its inverse.",
            "这是对给定值再求 SELU，而不是求逆。",
            lambda s: SCALE * (s.y if s.y > 0 else ALPHA * math.expm1(s.y)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeluInverse | None:
        return SeluInverse(-draw.decimal(0.1, 1.6, 2) if draw.chance(0.85) else draw.decimal(0.3, 4, 1))

    def function(self, s: SeluInverse) -> Text:
        return SELU

    def formula(self, s: SeluInverse) -> float:
        return s.y / SCALE if s.y > 0 else math.log(1 + s.y / (SCALE * ALPHA))

    def why(self, s: SeluInverse) -> Text:
        return (
            Text(r"Solve $\lambda\alpha(e^x - 1) = y$:", r"解 $\lambda\alpha(e^x - 1) = y$：")
            if s.y < 0
            else Text("Divide by λ:", "除以 λ：")
        )

    def steps(self, s: SeluInverse) -> str:
        if s.y > 0:
            return f"{num(s.y)}/1.0507 = {num(self.formula(s))}"
        return rf"\ln(1 + {signed(s.y)}/{num(SCALE * ALPHA)}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="selu_value",
    version=1,
    topic="activations-losses",
    title=Text("SELU", "SELU 激活"),
    questions=(SeluAt(), SeluSlope(), SeluBack()),
)
