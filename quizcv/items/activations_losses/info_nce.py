"""InfoNCE, the loss of contrastive pre-training. Source: van den Oord et al. 2018; Chen et al. 2020 for the temperature."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._batches import softmax
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.embedding_losses import InfoNce, InfoNceGap, InfoNceGradient

TEMPERATURES = (0.1, 0.2, 0.5)


def _p(s: InfoNce, temperature: float | None = None) -> float:
    return softmax(s.similarities, temperature or s.temperature)[s.positive]


def _draw(draw: Draw, count: int) -> tuple[tuple[float, ...], int] | None:
    """Cosines; the positive is often, not always, the largest."""
    similarities = draw.decimals(count, -0.4, 0.9, 1)
    best = similarities.index(max(similarities))
    return (
        (similarities, best if draw.chance(0.6) else draw.integer(0, count - 1))
        if len(set(similarities)) == count
        else None
    )


class Nce(Worked[InfoNce]):
    spec = InfoNce
    levels = (1, 2)
    rule = r"$-\ln(e^{s_+/\tau} / \sum_j e^{s_j/\tau})$"
    mistakes = (
        Mistake("The temperature was left out.", "漏了温度。", lambda s: -math.log(_p(s, 1.0))),
        Mistake(
            "Similarities are divided by the temperature, not multiplied.",
            "相似度要除以温度，不是乘以。",
            lambda s: -math.log(_p(s, 1 / s.temperature)),
        ),
        Mistake(
            "The positive stands in the denominator too.",
            "分母也包含正样本。",
            lambda s: -math.log(_p(s) / (1 - _p(s))),
        ),
        Mistake("That is the probability; minus its logarithm is asked.", "这是概率；还要取负对数。", _p),
        Mistake(
            "The logarithm is natural, not base 10.", "应取自然对数，不是以 10 为底。", lambda s: -math.log10(_p(s))
        ),
        Mistake(
            "InfoNCE is a sum over the one positive, not a mean over all keys.",
            "InfoNCE 只对一个正样本取值，不对所有键取平均。",
            lambda s: -math.log(_p(s)) / len(s.similarities),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InfoNce | None:
        drawn = _draw(draw, 3 if level == 1 else 5)
        s = InfoNce(*drawn, 0.5 if level == 1 else draw.choice(TEMPERATURES)) if drawn else None
        return s if s and 0.01 < _p(s) < 0.98 else None

    def formula(self, s: InfoNce) -> float:
        return math.log(sum(math.exp((other - s.similarities[s.positive]) / s.temperature) for other in s.similarities))

    def stem(self, s: InfoNce) -> Text:
        return Text(
            f"A query has the similarities {vector(s.similarities)} to its keys; key {s.positive} (counted from "
            "0) is the positive. What is "
            f"its InfoNCE loss (natural logarithm) with temperature {num(s.temperature)}?",
            f"某查询与各键的相似度为 {vector(s.similarities)}，键 {s.positive}（从 0 起）为正样本。温度为 "
            f"{num(s.temperature)} 时，InfoNCE 损失（自然对数）是多少？",
        )

    def why(self, s: InfoNce) -> Text:
        p = vector(round(one, 5) for one in softmax(s.similarities, s.temperature))
        return Text(
            f"The softmax of the similarities divided by {num(s.temperature)} is {p}; the positive is key {s.positive}:",
            f"相似度除以 {num(s.temperature)} 后的 softmax 为 {p}；正样本为键 {s.positive}：",
        )

    def steps(self, s: InfoNce) -> str:
        return rf"-\ln {num(_p(s))} = {num(self.formula(s))}"


class NceGradient(Worked[InfoNceGradient]):
    spec = InfoNceGradient
    levels = (2,)
    find = "derivative"
    rule = r"$(p_+ - 1)/\tau$"
    mistakes = (
        Mistake("The inner derivative 1/τ is missing.", "漏了内层导数 1/τ。", lambda s: _p(s) - 1),
        Mistake(
            "The sign is wrong: a larger similarity lowers the loss.",
            "符号错了：相似度越大损失越小。",
            lambda s: (1 - _p(s)) / s.temperature,
        ),
        Mistake("The 1 of the positive was not subtracted.", "没有减去正样本的 1。", lambda s: _p(s) / s.temperature),
        Mistake(
            "The inner derivative is 1/τ, not τ.", "内层导数是 1/τ，不是 τ。", lambda s: (_p(s) - 1) * s.temperature
        ),
        Mistake(
            "The temperature belongs into the softmax too.",
            "softmax 中也要除以温度。",
            lambda s: (_p(s, 1.0) - 1) / s.temperature,
        ),
        Mistake(
            "p(1 − p) is the derivative of softmax, without the logarithm.",
            "p(1 − p) 是 softmax 的导数，没有取对数。",
            lambda s: -_p(s) * (1 - _p(s)) / s.temperature,
        ),
    )

    def sample(self, draw: Draw, level: int) -> InfoNceGradient | None:
        drawn = _draw(draw, 4)
        s = InfoNceGradient(*drawn, draw.choice(TEMPERATURES)) if drawn else None
        return s if s and 0.01 < _p(s) < 0.98 else None

    def formula(self, s: InfoNceGradient) -> float:
        powers = [math.exp(one / s.temperature) for one in s.similarities]
        return (powers[s.positive] / sum(powers) - 1) / s.temperature

    def stem(self, s: InfoNceGradient) -> Text:
        return Text(
            f"A query has the similarities {vector(s.similarities)} to its keys; key {s.positive} (counted from "
            "0) is the positive. What is "
            f"the derivative of InfoNCE with temperature {num(s.temperature)} with respect to the similarity of the positive?",
            f"某查询与各键的相似度为 {vector(s.similarities)}，键 {s.positive}（从 0 起）为正样本。温度为 "
            f"{num(s.temperature)} 时，InfoNCE "
            "对正样本相似度的导数是多少？",
        )

    def why(self, s: InfoNceGradient) -> Text:
        p = vector(round(one, 5) for one in softmax(s.similarities, s.temperature))
        return Text(f"The softmax is {p}; at key {s.positive}:", f"softmax 为 {p}；在键 {s.positive} 处：")

    def steps(self, s: InfoNceGradient) -> str:
        return f"({num(_p(s))} - 1)/{num(s.temperature)} = {num(self.formula(s))}"


class Gap(Worked[InfoNceGap]):
    spec = InfoNceGap
    levels = (3,)
    find = "gap"
    rule = Text(
        r"$\Delta = \tau \ln(N/(e^L - 1))$ with $N$ negatives", r"$\Delta = \tau \ln(N/(e^L - 1))$，共 $N$ 个负样本"
    )
    mistakes = (
        Mistake(
            "The gap of the logits has to be multiplied by the temperature.",
            "logit 之差还要乘以温度。",
            lambda s: math.log(s.negatives / math.expm1(s.loss)),
        ),
        Mistake(
            "It is multiplied by the temperature, not divided.",
            "应乘以温度，不是除以。",
            lambda s: math.log(s.negatives / math.expm1(s.loss)) / s.temperature,
        ),
        Mistake(
            "The number of negatives was left out.",
            "漏了负样本的个数。",
            lambda s: -s.temperature * math.log(math.expm1(s.loss)),
        ),
        Mistake(
            "The −1 for the positive's own exponential is missing.",
            "漏减正样本自身的指数项 1。",
            lambda s: s.temperature * math.log(s.negatives / math.exp(s.loss)),
        ),
        Mistake(
            "The sign is wrong: a small loss needs the positive to lead.",
            "符号错了：损失小要求正样本领先。",
            lambda s: -s.temperature * math.log(s.negatives / math.expm1(s.loss)),
        ),
        Mistake(
            "The positive is not one of the negatives: N is not increased by one.",
            "正样本不算在负样本内：N 不加 1。",
            lambda s: s.temperature * math.log((s.negatives + 1) / math.expm1(s.loss)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InfoNceGap | None:
        return InfoNceGap(
            draw.choice((3, 7, 15, 31, 63, 100)), draw.choice((0.1, 0.2, 0.5, 1.0)), draw.decimal(0.1, 3, 1)
        )

    def formula(self, s: InfoNceGap) -> float:
        return s.temperature * (math.log(s.negatives) - math.log(math.exp(s.loss) - 1))

    def stem(self, s: InfoNceGap) -> Text:
        return Text(
            f"A query has one positive and {s.negatives} negatives, all negatives with the same similarity. By "
            "how much must the positive's "
            f"similarity exceed theirs for an InfoNCE loss (natural logarithm) of {num(s.loss)} at temperature {num(s.temperature)}?",
            f"某查询有 1 个正样本和 {s.negatives} 个负样本，所有负样本的相似度相同。温度为 {num(s.temperature)} "
            "时，正样本的相似度要比它们高多少，"
            f"InfoNCE 损失（自然对数）才为 {num(s.loss)}？",
        )

    def why(self, s: InfoNceGap) -> Text:
        return Text(r"From $L = \ln(1 + N e^{-\Delta/\tau})$:", r"由 $L = \ln(1 + N e^{-\Delta/\tau})$：")

    def steps(self, s: InfoNceGap) -> str:
        inside = rf"{s.negatives}/(e^{{{num(s.loss)}}} - 1)"
        return rf"\Delta = {num(s.temperature)} \cdot \ln({inside}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="info_nce",
    version=1,
    topic="activations-losses",
    title=Text("InfoNCE", "InfoNCE 损失"),
    questions=(Nce(), NceGradient(), Gap()),
)
