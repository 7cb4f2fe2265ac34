"""What layers with random weights do to the variance of what passes through them."""

from __future__ import annotations

import math

from quizcv.items.initialisation._layers import THREE
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.variance import DepthVariance, LayerVariance, VarianceStd

WIDTHS = (10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 256)


class OneLayer(Question[LayerVariance]):
    """Source: He et al. 2015, equations 5 and 6."""

    spec = LayerVariance
    answer = THREE
    levels = (1,)
    rule = r"$\mathrm{Var}(y) = n \, \sigma_w^2 \, E[x^2]$"
    mistakes = (
        Mistake(
            "The standard deviation of the weights has to be squared.",
            "权重的标准差要平方。",
            lambda s: s.fan_in * s.weight_std * s.mean_square,
        ),
        Mistake(
            "The variances of all fan_in summands add up.",
            "fan_in 个加项的方差要相加。",
            lambda s: s.weight_std**2 * s.mean_square,
        ),
        Mistake(
            "That is the standard deviation.",
            "这是标准差。",
            lambda s: math.sqrt(s.fan_in * s.mean_square) * s.weight_std,
        ),
        Mistake(
            "E[x²] is already a square.", "E[x²] 已经是平方。", lambda s: s.fan_in * s.weight_std**2 * s.mean_square**2
        ),
        Mistake(
            "Half of it is lost in a ReLU; here there is none.",
            "ReLU 才会使其减半；这里没有 ReLU。",
            lambda s: s.fan_in * s.weight_std**2 * s.mean_square / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LayerVariance | None:
        return LayerVariance(draw.choice(WIDTHS), draw.decimal(0.02, 0.5, 2), draw.decimal(0.5, 4, 1))

    def formula(self, s: LayerVariance) -> float:
        return s.fan_in * s.weight_std**2 * s.mean_square

    def stem(self, s: LayerVariance) -> Text:
        return Text(
            f"A linear layer without bias has {s.fan_in} inputs of mean square E[x²] = {num(s.mean_square)}. Its weights are independent, "
            f"with mean 0 and standard deviation {num(s.weight_std)}. What is the variance of an output over the random weights?",
            f"一个无偏置的全连接层有 {s.fan_in} 个输入，均方 E[x²] = {num(s.mean_square)}。权重相互独立，均值为 0，"
            f"标准差为 {num(s.weight_std)}。输出（对随机权重）的方差是多少？",
        )

    def solution(self, s: LayerVariance) -> Text:
        steps = rf"{s.fan_in} \cdot {num(s.weight_std)}^2 \cdot {num(s.mean_square)} = {num(self.formula(s), 5)}"
        return Text(
            f"Each summand w·x has the variance σ²·E[x²], and they add up: ${steps}$.",
            f"每个加项 w·x 的方差为 σ²·E[x²]，方差相加：${steps}$。",
        )


def _factor(s: DepthVariance) -> float:
    return s.fan_in * s.weight_std**2


def _after(s: DepthVariance, layers: int, *, relu: bool) -> float:
    halved = 0.5 ** (s.layers - 1) if relu else 1.0
    return float(s.mean_square * _factor(s) ** layers * halved)


class Depth(Question[DepthVariance]):
    """Source: He et al. 2015, equation 9; a ReLU halves the mean square of what is distributed symmetrically."""

    spec = DepthVariance
    answer = THREE
    levels = (2,)
    find = "layers"
    rule = Text(
        r"$\mathrm{Var}(y_L) = E[x^2] (n \sigma_w^2)^L$, times $1/2$ for every ReLU passed",
        r"$\mathrm{Var}(y_L) = E[x^2] (n \sigma_w^2)^L$，每经过一个 ReLU 再乘以 $1/2$",
    )
    mistakes = (
        Mistake(
            "A ReLU between two layers halves the mean square; without one nothing is halved.",
            "两层之间的 ReLU 使均方减半；没有 ReLU 则不减半。",
            lambda s: _after(s, s.layers, relu=not s.relu),
        ),
        Mistake("One layer too few was counted.", "少算了一层。", lambda s: _after(s, s.layers - 1, relu=s.relu)),
        Mistake(
            "The factors of the layers are multiplied, not added.",
            "各层的因子相乘，而不是相加。",
            lambda s: s.mean_square * _factor(s) * s.layers * (0.5 ** (s.layers - 1) if s.relu else 1),
        ),
        Mistake(
            "There is one ReLU fewer than layers: the output is asked for before any activation.",
            "ReLU 比层数少一个：所求的输出尚未经过激活。",
            lambda s: _after(s, s.layers, relu=True) / 2 if s.relu else None,
        ),
        Mistake(
            "The standard deviation of the weights has to be squared.",
            "权重的标准差要平方。",
            lambda s: s.mean_square * (s.fan_in * s.weight_std) ** s.layers * (0.5 ** (s.layers - 1) if s.relu else 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DepthVariance | None:
        fan_in, std = draw.choice(WIDTHS), draw.decimal(0.05, 0.5, 2)
        if not 0.2 <= fan_in * std**2 <= 6 or fan_in * std**2 == 1:
            return None
        return DepthVariance(fan_in, std, draw.decimal(0.5, 4, 1), draw.integer(2, 5), draw.chance(0.6))

    def formula(self, s: DepthVariance) -> float:
        return float(s.mean_square * (s.fan_in * s.weight_std**2) ** s.layers / (2 ** (s.layers - 1) if s.relu else 1))

    def stem(self, s: DepthVariance) -> Text:
        between = (
            ("with a ReLU between consecutive layers", "相邻两层之间有一个 ReLU")
            if s.relu
            else ("without activations between them", "层间没有激活函数")
        )
        return Text(
            f"{s.layers} linear layers without bias follow each other, {between[0]}. Each has {s.fan_in} inputs; the inputs of the first "
            f"have the mean square E[x²] = {num(s.mean_square)}. All weights are independent and symmetric about 0, with standard "
            f"deviation {num(s.weight_std)}. What is the variance of an output of the last layer, before any activation?",
            f"{s.layers} 个无偏置的全连接层依次相连，{between[1]}。每层有 {s.fan_in} 个输入；第一层输入的均方 E[x²] = "
            f"{num(s.mean_square)}。所有权重相互独立，关于 0 对称，标准差为 {num(s.weight_std)}。最后一层输出（激活之前）的方差是多少？",
        )

    def solution(self, s: DepthVariance) -> Text:
        factor = rf"{s.fan_in} \cdot {num(s.weight_std)}^2 = {num(_factor(s))}"
        halves = rf" \cdot (1/2)^{{{s.layers - 1}}}" if s.relu else ""
        steps = rf"{num(s.mean_square)} \cdot {num(_factor(s))}^{{{s.layers}}}{halves} = {num(self.formula(s), 5)}"
        relu = (
            (f" Each of the {s.layers - 1} ReLUs halves the mean square.", f"{s.layers - 1} 个 ReLU 各使均方减半。")
            if s.relu and s.layers > 2
            else (" The ReLU halves the mean square.", "ReLU 使均方减半。")
            if s.relu
            else ("", "")
        )
        return Text(
            f"Each of the {s.layers} layers multiplies by ${factor}$.{relu[0]}\n\n${steps}$",
            f"{s.layers} 层中每层都乘以 ${factor}$。{relu[1]}\n\n${steps}$",
        )


class Weights(Question[VarianceStd]):
    """The same solved for the weights."""

    spec = VarianceStd
    answer = THREE
    levels = (3,)
    find = "weight_std"
    rule = Text(
        r"$\sigma_w = \sqrt{\sqrt[L]{v \, 2^{L-1} / E[x^2]} / n}$; without ReLU no $2^{L-1}$",
        r"$\sigma_w = \sqrt{\sqrt[L]{v \, 2^{L-1} / E[x^2]} / n}$；没有 ReLU 时没有 $2^{L-1}$",
    )
    mistakes = (
        Mistake(
            "A ReLU between two layers halves the mean square; without one nothing is halved.",
            "两层之间的 ReLU 使均方减半；没有 ReLU 则不减半。",
            lambda s: _std(s, 1 if s.relu else 2 ** (s.layers - 1)),
        ),
        Mistake("That is the variance of the weights.", "这是权重的方差。", lambda s: _std(s, _ratio(s)) ** 2),
        Mistake(
            "There is one ReLU fewer than layers.",
            "ReLU 比层数少一个。",
            lambda s: _std(s, 2**s.layers) if s.relu else None,
        ),
        Mistake(
            "All layers share the change: the root over the number of layers is missing.",
            "变化由各层共同造成：漏了对层数开方。",
            lambda s: math.sqrt(s.variance / s.mean_square * _ratio(s) / s.fan_in),
        ),
        Mistake(
            "The fraction of the variances is upside down.",
            "方差之比弄反了。",
            lambda s: math.sqrt((s.mean_square / s.variance * _ratio(s)) ** (1 / s.layers) / s.fan_in),
        ),
    )

    def sample(self, draw: Draw, level: int) -> VarianceStd | None:
        before, after = draw.decimal(0.5, 4, 1), draw.decimal(0.5, 4, 1)
        return VarianceStd(draw.choice(WIDTHS), before, after, draw.integer(2, 4), draw.chance(0.6))

    def formula(self, s: VarianceStd) -> float:
        grown = s.variance / s.mean_square * (2 ** (s.layers - 1) if s.relu else 1)
        return float(math.sqrt(grown ** (1 / s.layers) / s.fan_in))

    def stem(self, s: VarianceStd) -> Text:
        between = (
            ("with a ReLU between consecutive layers", "相邻两层之间有一个 ReLU")
            if s.relu
            else ("without activations between them", "层间没有激活函数")
        )
        return Text(
            f"{s.layers} linear layers without bias follow each other, {between[0]}. Each has {s.fan_in} inputs; the inputs of the first "
            f"have the mean square E[x²] = {num(s.mean_square)}. All weights are independent and symmetric about 0, with the same standard "
            f"deviation. Which one gives the outputs of the last layer, before any activation, the variance {num(s.variance)}?",
            f"{s.layers} 个无偏置的全连接层依次相连，{between[1]}。每层有 {s.fan_in} 个输入；第一层输入的均方 E[x²] = "
            f"{num(s.mean_square)}。所有权重相互独立，关于 0 对称，标准差相同。要使最后一层输出（激活之前）的方差为 {num(s.variance)}，"
            "权重的标准差应为多少？",
        )

    def solution(self, s: VarianceStd) -> Text:
        halves = rf" \cdot 2^{{{s.layers - 1}}}" if s.relu else ""
        grown = (s.variance / s.mean_square * _ratio(s)) ** (1 / s.layers)
        factor = rf"n \sigma^2 = ({num(s.variance)} / {num(s.mean_square)}{halves})^{{1/{s.layers}}} = {num(grown)}"
        steps = rf"\sigma = \sqrt{{{num(grown)} / {s.fan_in}}} = {num(self.formula(s), 5)}"
        relu = (", and each ReLU halves", "，每个 ReLU 减半") if s.relu else ("", "")
        return Text(
            f"Each of the {s.layers} layers multiplies by n·σ²{relu[0]}: ${factor}$.\n\nSo ${steps}$.",
            f"{s.layers} 层中每层都乘以 n·σ²{relu[1]}：${factor}$。\n\n故 ${steps}$。",
        )


def _ratio(s: VarianceStd) -> int:
    """What the ReLUs take away."""
    return int(2 ** (s.layers - 1)) if s.relu else 1


def _std(s: VarianceStd, ratio: float) -> float:
    return math.sqrt((s.variance / s.mean_square * ratio) ** (1 / s.layers) / s.fan_in)


MODEL = ItemModel(
    name="variance_after_layer",
    version=1,
    topic="initialisation",
    title=Text("Variance after layers of random weights", "随机权重层之后的方差"),
    questions=(OneLayer(), Depth(), Weights()),
)
