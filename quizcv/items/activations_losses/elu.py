"""ELU and SELU. Source: documentation of torch.nn.ELU and torch.nn.SELU; Clevert et al. 2016, Klambauer et al. 2017."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import EluDerivative, EluInverse, EluValue, SeluDerivative, SeluInverse, SeluValue

SCALE = 1.0507009873554804934193349852946
ALPHA = 1.6732632423543772848170429916717
SELU = Text(
    r"SELU ($\lambda \approx 1.0507$, $\alpha \approx 1.67326$)",
    r" SELU（$\lambda \approx 1.0507$，$\alpha \approx 1.67326$）",
)
ALPHAS = (0.5, 0.8, 1.0, 1.5, 2.0)


def _name(alpha: float) -> Text:
    return Text(f"ELU with $\\alpha = {num(alpha)}$", f"$\\alpha = {num(alpha)}$ 的 ELU ")


def _mostly_negative(draw: Draw) -> float:
    return -draw.decimal(0.3, 3, 1) if draw.chance(0.85) else draw.decimal(0.3, 4, 1)


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
            lambda s: s.alpha * math.exp(s.x),
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
            lambda s: s.alpha * math.expm1(-s.x),
        ),
        Mistake(
            "That is leaky ReLU with slope α; ELU bends down to −α.",
            "这是斜率为 α 的 Leaky ReLU；ELU 会弯向 −α。",
            lambda s: s.alpha * s.x,
        ),
        Mistake(
            "The exponential is for negative inputs only.",
            "指数部分只用于负输入。",
            lambda s: s.alpha * math.expm1(s.x),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EluValue | None:
        return EluValue(_mostly_negative(draw), draw.choice(ALPHAS))

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
            lambda s: s.alpha,
        ),
        Mistake("The exponent is x, not −x.", "指数是 x，不是 −x。", lambda s: s.alpha * math.exp(-s.x)),
        Mistake("For a positive input the slope is 1.", "正输入处斜率为 1。", lambda s: s.alpha * math.exp(s.x)),
    )

    def sample(self, draw: Draw, level: int) -> EluDerivative | None:
        return EluDerivative(_mostly_negative(draw), draw.choice(ALPHAS))

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
        Mistake("α is for negative inputs only.", "α 只用于负输入。", lambda s: SCALE * ALPHA * s.x),
    )

    def sample(self, draw: Draw, level: int) -> SeluValue | None:
        return SeluValue(_mostly_negative(draw))

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
            lambda s: SCALE * ALPHA,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeluDerivative | None:
        return SeluDerivative(_mostly_negative(draw))

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
        Mistake("Backwards λ divides.", "求逆时要除以 λ。", lambda s: s.y * SCALE),
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


MODELS = (
    ItemModel(
        name="elu_value",
        version=1,
        topic="activations-losses",
        title=Text("ELU", "ELU 激活"),
        questions=(EluAt(), EluSlope(), EluBack()),
    ),
    ItemModel(
        name="selu_value",
        version=1,
        topic="activations-losses",
        title=Text("SELU", "SELU 激活"),
        questions=(SeluAt(), SeluSlope(), SeluBack()),
    ),
)
