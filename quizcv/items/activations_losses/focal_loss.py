"""Focal loss: easy examples are weighted down. Source: Lin et al. 2017, equations 4 and 5."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import FocalGamma, FocalLoss


def _true(s: FocalLoss) -> tuple[float, float]:
    """Probability and α of the true class."""
    return (s.p, s.alpha) if s.target else (round(1 - s.p, 12), round(1 - s.alpha, 12))


def _focal(p: float, alpha: float, gamma: float) -> float:
    return -alpha * math.pow(1 - p, gamma) * math.log(p)


class Focal(Worked[FocalLoss]):
    spec = FocalLoss
    answer = Number(0, significant=3)
    levels = (1, 2)
    rule = Text(
        r"$-\alpha_t (1 - p_t)^\gamma \ln p_t$; $p_t = p$, $\alpha_t = \alpha$ for target 1, else $1 - p$, $1 - \alpha$",
        r"$-\alpha_t (1 - p_t)^\gamma \ln p_t$；目标为 1 时 $p_t = p$，$\alpha_t = \alpha$，否则为 $1 - p$，$1 - \alpha$",
    )
    mistakes = (
        Mistake(
            "That is cross-entropy with α: the factor (1 − p_t)^γ is missing.",
            "这是带 α 的交叉熵：漏了因子 (1 − p_t)^γ。",
            lambda s: _focal(*_true(s), 0),
        ),
        Mistake("α is missing.", "漏了 α。", lambda s: _focal(_true(s)[0], 1, s.gamma)),
        Mistake(
            "The factor is (1 − p_t)^γ, not p_t^γ: easy examples count less.",
            "因子是 (1 − p_t)^γ 而不是 p_t^γ：易分样本权重更小。",
            lambda s: -_true(s)[1] * math.pow(_true(s)[0], s.gamma) * math.log(_true(s)[0]),
        ),
        Mistake(
            "For the target 0 α_t is 1 − α.",
            "目标为 0 时 α_t = 1 − α。",
            lambda s: _focal(_true(s)[0], s.alpha, s.gamma),
        ),
        Mistake(
            "For the target 0 p_t is 1 − p.", "目标为 0 时 p_t = 1 − p。", lambda s: _focal(s.p, _true(s)[1], s.gamma)
        ),
        Mistake(
            "For the target 1 α_t is α itself.",
            "目标为 1 时 α_t 就是 α。",
            lambda s: _focal(_true(s)[0], 1 - _true(s)[1], s.gamma),
        ),
        Mistake(
            "γ is an exponent, not a factor.",
            "γ 是指数，不是系数。",
            lambda s: -_true(s)[1] * s.gamma * (1 - _true(s)[0]) * math.log(_true(s)[0]),
        ),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: _focal(*_true(s), s.gamma) / math.log(10),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FocalLoss | None:
        p = draw.decimal(0.05, 0.95, 2)
        if level == 1:
            return FocalLoss(p, draw.integer(0, 1))
        return FocalLoss(
            p, draw.integer(0, 1), draw.choice((0.5, 1.0, 2.0, 3.0, 5.0)), draw.choice((0.25, 0.3, 0.4, 0.6, 0.75))
        )

    def formula(self, s: FocalLoss) -> float:
        if s.target == 1:
            return -s.alpha * math.pow(1 - s.p, s.gamma) * math.log(s.p)
        return -(1 - s.alpha) * math.pow(s.p, s.gamma) * math.log(1 - s.p)

    def stem(self, s: FocalLoss) -> Text:
        return Text(
            f"What is the focal loss with $\\gamma = {num(s.gamma)}$ and $\\alpha = {num(s.alpha)}$ (the weight of class 1; class 0 has "
            f"$1 - \\alpha$; natural logarithm) of a predicted probability {num(s.p)} of class 1 if the target is {s.target}?",
            f"focal loss 取 $\\gamma = {num(s.gamma)}$，$\\alpha = {num(s.alpha)}$（类别 1 的权重；类别 0 为 $1 - \\alpha$；自然对数）。"
            f"预测类别 1 的概率为 {num(s.p)}，目标为 {s.target}。损失是多少？",
        )

    def why(self, s: FocalLoss) -> Text:
        p, alpha = _true(s)
        return Text(
            f"With the target {s.target}, from p = {num(s.p)} and α = {num(s.alpha)}: $p_t = {num(p)}$ and "
            f"$\\alpha_t = {num(alpha)}$.\n\nThe loss:",
            f"目标为 {s.target}，由 p = {num(s.p)}、α = {num(s.alpha)} 得 $p_t = {num(p)}$，$\\alpha_t = {num(alpha)}$。\n\n损失：",
        )

    def steps(self, s: FocalLoss) -> str:
        p, alpha = _true(s)
        return rf"-{num(alpha)} \cdot (1 - {num(p)})^{{{num(s.gamma)}}} \cdot \ln {num(p)} = {num(self.formula(s), 4)}"


class Gamma(Worked[FocalGamma]):
    spec = FocalGamma
    answer = Number(decimals=2)
    levels = (3,)
    find = "gamma"
    rule = r"$\gamma = \ln f/\ln(1 - p_t)$"
    mistakes = (
        Mistake(
            "The base is 1 − p_t, not p_t.",
            "底数是 1 − p_t，不是 p_t。",
            lambda s: math.log(s.fraction) / math.log(s.p),
        ),
        Mistake("The fraction is upside down.", "分式上下颠倒了。", lambda s: math.log(1 - s.p) / math.log(s.fraction)),
        Mistake(
            "γ is an exponent: logarithms are divided, not the numbers.",
            "γ 是指数：应是对数相除，而不是数值相除。",
            lambda s: s.fraction / (1 - s.p),
        ),
        Mistake(
            "The whole loss is not asked: the logarithm of p_t cancels.",
            "比值中 ln p_t 已约去，不应计入。",
            lambda s: math.log(s.fraction / -math.log(s.p)) / math.log(1 - s.p),
        ),
        Mistake(
            "That is the exponent for a fraction of 1 − f.",
            "这是比例为 1 − f 时的指数。",
            lambda s: math.log(1 - s.fraction) / math.log(1 - s.p),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FocalGamma | None:
        p = draw.decimal(0.5, 0.95, 2)
        return FocalGamma(p, draw.choice((0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)))

    def formula(self, s: FocalGamma) -> float:
        return math.log(s.fraction) / math.log(1 - s.p)

    def stem(self, s: FocalGamma) -> Text:
        return Text(
            f"A classifier gives the true class the probability {num(s.p)}. For which $\\gamma$ is the focal loss "
            "without $\\alpha$ equal to "
            f"{num(s.fraction)} times the cross-entropy?",
            f"分类器给真实类别的概率为 {num(s.p)}。$\\gamma$ 为多少时，不带 $\\alpha$ 的 focal loss 等于交叉熵的 {num(s.fraction)} 倍？",
        )

    def why(self, s: FocalGamma) -> Text:
        return Text(
            f"$(1 - {num(s.p)})^\\gamma = {num(s.fraction)}$, so",
            f"$(1 - {num(s.p)})^\\gamma = {num(s.fraction)}$，因此 ",
        )

    def steps(self, s: FocalGamma) -> str:
        return rf"\gamma = \ln {num(s.fraction)}/\ln {num(round(1 - s.p, 9))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="focal_loss",
    version=1,
    topic="activations-losses",
    title=Text("Focal loss", "focal loss（焦点损失）"),
    questions=(Focal(), Gamma()),
)
