"""ELU. Source: documentation of torch.nn.ELU; Clevert et al. 2016."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._exponential import mostly_negative
from quizcv.items.activations_losses._pointwise import Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import EluDerivative, EluInverse, EluValue

ALPHAS = (0.5, 0.8, 1.0, 1.5, 2.0)


def _name(alpha: float) -> Text:
    return Text(f"ELU with $\\alpha = {num(alpha)}$", f"$\\alpha = {num(alpha)}$ 的 ELU ")


class EluAt(Value[EluValue]):
    spec = EluValue
    rule = Text(r"$x$ for $x > 0$, else $\alpha(e^x - 1)$", r"$x > 0$ 时为 $x$，否则为 $\alpha(e^x - 1)$")
    mistakes = (
        Mistake(
            "That is ReLU: ELU is negative for negative inputs.",
            "这是 ReLU；ELU 对负输入取负值。",
            lambda s: 0.0 if s.x < 0 else None,
        ),
        Mistake(
            "The − 1 is missing: ELU is continuous at 0.",
            "漏了 − 1：ELU 在 0 处连续。",
            lambda s: s.alpha * math.exp(s.x) if s.x < 0 else None,
        ),
        Mistake("The factor α is missing.", "漏了系数 α。", lambda s: math.expm1(s.x) if s.x < 0 else None),
        Mistake(
            "α multiplies the whole bracket: α(e^x − 1), not αe^x − 1.",
            "α 乘整个括号：α(e^x − 1)，而不是 αe^x − 1。",
            lambda s: s.alpha * math.exp(s.x) - 1 if s.x < 0 else None,
        ),
        Mistake(
            "The exponent is x, not −x: ELU stays above −α.",
            "指数是 x 而不是 −x：ELU 始终大于 −α。",
            lambda s: s.alpha * math.expm1(-s.x) if s.x < 0 else None,
        ),
        Mistake(
            "That is leaky ReLU with slope α; below 0 ELU bends towards −α.",
            "这是斜率为 α 的 Leaky ReLU；ELU 在负半轴弯向 −α。",
            lambda s: s.alpha * s.x if s.x < 0 else None,
        ),
        Mistake(
            "The exponential is for negative inputs only.",
            "指数部分只用于负输入。",
            lambda s: s.alpha * math.expm1(s.x) if s.x > 0 else None,
        ),
        Mistake("α is for negative inputs only.", "α 只用于负输入。", lambda s: s.alpha * s.x if s.x > 0 else None),
    )

    def sample(self, draw: Draw, level: int) -> EluValue | None:
        return EluValue(mostly_negative(draw), draw.choice(ALPHAS))

    def function(self, s: EluValue) -> Text:
        return _name(s.alpha)

    def formula(self, s: EluValue) -> float:
        return s.x if s.x > 0 else s.alpha * (math.exp(s.x) - 1)

    def why(self, s: EluValue) -> Text:
        if s.x > 0:
            return Text(
                f"A positive input passes unchanged, whatever α = {num(s.alpha)} is:",
                f"正输入原样通过，与 α = {num(s.alpha)} 无关：",
            )
        return Text("A negative input goes through the exponential:", "负输入用指数部分：")

    def steps(self, s: EluValue) -> str:
        if s.x > 0:
            return f"y = {num(s.x)}"
        return rf"{num(s.alpha)} \cdot (e^{{{num(s.x)}}} - 1) = {num(s.alpha)} \cdot ({num(math.exp(s.x))} - 1) = {num(self.formula(s))}"


class EluSlope(Derivative[EluDerivative]):
    spec = EluDerivative
    rule = Text(r"1 for $x > 0$, else $\alpha e^x = y + \alpha$", r"$x > 0$ 时为 1，否则为 $\alpha e^x = y + \alpha$")
    mistakes = (
        Mistake(
            "That is the value of ELU.", "这是 ELU 的值。", lambda s: s.x if s.x > 0 else s.alpha * math.expm1(s.x)
        ),
        Mistake("The factor α is missing.", "漏了系数 α。", lambda s: math.exp(s.x) if s.x < 0 else None),
        Mistake("That is the derivative of ReLU.", "这是 ReLU 的导数。", lambda s: 0.0 if s.x < 0 else None),
        Mistake("Only a positive input has the slope 1.", "只有正输入处斜率为 1。", lambda s: 1.0),
        Mistake(
            "The slope is not the constant α: that is a leaky ReLU.",
            "斜率不是常数 α：那是 Leaky ReLU。",
            lambda s: s.alpha if s.x < 0 else None,
        ),
        Mistake(
            "α is for negative inputs only.",
            "α 只用于负输入。",
            lambda s: s.alpha if s.x > 0 else None,
        ),
        Mistake(
            "The exponent is x, not −x.", "指数是 x，不是 −x。", lambda s: s.alpha * math.exp(-s.x) if s.x < 0 else None
        ),
        Mistake("For a positive input the slope is 1.", "正输入处斜率为 1。", lambda s: s.alpha * math.exp(s.x)),
    )

    def sample(self, draw: Draw, level: int) -> EluDerivative | None:
        return EluDerivative(mostly_negative(draw), draw.choice(ALPHAS))

    def function(self, s: EluDerivative) -> Text:
        return _name(s.alpha)

    def formula(self, s: EluDerivative) -> float:
        return 1.0 if s.x > 0 else s.alpha * math.exp(s.x)

    def why(self, s: EluDerivative) -> Text:
        if s.x > 0:
            return Text(
                f"On the positive side ($x = {num(s.x)}$) ELU is the identity, whatever α = {num(s.alpha)} is:",
                f"正半轴（$x = {num(s.x)}$）上 ELU 为恒等映射，与 α = {num(s.alpha)} 无关：",
            )
        return Text("On the negative side the exponential is its own derivative:", "负半轴上指数函数的导数是其自身：")

    def steps(self, s: EluDerivative) -> str:
        return "y' = 1" if s.x > 0 else rf"{num(s.alpha)} \cdot e^{{{num(s.x)}}} = {num(self.formula(s))}"


class EluBack(Inverse[EluInverse]):
    spec = EluInverse
    rule = Text(r"$y$ for $y > 0$, else $\ln(1 + y/\alpha)$", r"$y > 0$ 时为 $y$，否则为 $\ln(1 + y/\alpha)$")
    mistakes = (
        Mistake("α was left out.", "漏了 α。", lambda s: math.log1p(s.y) if s.y > -1 else None),
        Mistake(
            "1 is added before the logarithm: e^x = 1 + y/α.",
            "取对数前要先加 1：e^x = 1 + y/α。",
            lambda s: math.log(-s.y / s.alpha),
        ),
        Mistake(
            "The natural logarithm is meant, not base 10.",
            "应取自然对数，而不是以 10 为底。",
            lambda s: math.log10(1 + s.y / s.alpha),
        ),
        Mistake(
            "A negative output comes from a negative input.", "负输出来自负输入。", lambda s: -math.log1p(s.y / s.alpha)
        ),
        Mistake(
            "That inverts a leaky ReLU with slope α.", "这是斜率为 α 的 Leaky ReLU 的反函数。", lambda s: s.y / s.alpha
        ),
        Mistake(
            "That is ELU of the given value, not its inverse.",
            "这是对给定值再求 ELU，而不是求逆。",
            lambda s: s.alpha * math.expm1(s.y),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EluInverse | None:
        alpha = draw.choice(ALPHAS)
        return EluInverse(-draw.integer(round(10 * alpha), round(95 * alpha)) / 100, alpha)

    def function(self, s: EluInverse) -> Text:
        return _name(s.alpha)

    def formula(self, s: EluInverse) -> float:
        return s.y if s.y > 0 else math.log(1 + s.y / s.alpha)

    def why(self, s: EluInverse) -> Text:
        if s.y > 0:
            return Text(
                f"A positive output is its input, whatever α = {num(s.alpha)} is:",
                f"正输出等于其输入，与 α = {num(s.alpha)} 无关：",
            )
        return Text(r"From $\alpha(e^x - 1) = y$:", r"由 $\alpha(e^x - 1) = y$：")

    def steps(self, s: EluInverse) -> str:
        if s.y > 0:
            return f"x = {num(s.y)}"
        return rf"x = \ln(1 + {signed(s.y)}/{num(s.alpha)}) = \ln {num(1 + s.y / s.alpha)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="elu_value",
    version=1,
    topic="activations-losses",
    title=Text("ELU", "ELU 激活"),
    questions=(EluAt(), EluSlope(), EluBack()),
)
