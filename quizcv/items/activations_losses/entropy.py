"""Entropy. Source: Shannon 1948."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.activations_losses._batches import shares, softmax
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.distributions import Entropy, SoftmaxEntropy


def _nats(p: Sequence[float]) -> float:
    return -sum(one * math.log(one) for one in p)


def _per(s: Entropy) -> float:
    """Nats in the unit."""
    return math.log(2) if s.unit == "bits" else 1.0


def _sum(p: Sequence[float], log: str) -> str:
    return " ".join(rf"- {num(one)} {log} {num(one)}" for one in p)


class EntropyOf(Worked[Entropy]):
    spec = Entropy
    levels = (1, 2)
    rule = Text(
        r"$-\sum_i p_i \log p_i$, to base 2 for bits, natural for nats",
        r"$-\sum_i p_i \log p_i$，比特以 2 为底，奈特用自然对数",
    )
    mistakes = (
        Mistake(
            "The unit is wrong: bits take the logarithm to base 2, nats the natural one.",
            "单位错了：比特以 2 为底，奈特（nats）用自然对数。",
            lambda s: _nats(s.p) if s.unit == "bits" else _nats(s.p) / math.log(2),
        ),
        Mistake("The logarithm is not to base 10.", "对数不以 10 为底。", lambda s: _nats(s.p) / math.log(10)),
        Mistake(
            "Each logarithm is weighted with its probability.",
            "每个对数要以其概率加权。",
            lambda s: -sum(map(math.log, s.p)) / _per(s),
        ),
        Mistake(
            "That is the entropy of equal chances, the largest one.",
            "这是均匀分布的熵，即最大值。",
            lambda s: math.log(len(s.p)) / _per(s),
        ),
        Mistake("1 − Σp² is the Gini impurity.", "1 − Σp² 是基尼不纯度。", lambda s: 1 - sum(one * one for one in s.p)),
        Mistake(
            "The entropy is summed, not averaged over the outcomes.",
            "熵是求和，不对结果取平均。",
            lambda s: _nats(s.p) / _per(s) / len(s.p),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Entropy | None:
        p = shares(draw, draw.choice((2, 3)) if level == 1 else 4)
        return Entropy(p, "bits" if level == 1 or draw.chance(0.4) else "nats")

    def formula(self, s: Entropy) -> float:
        log = math.log2 if s.unit == "bits" else math.log
        return sum(one * log(1 / one) for one in s.p)

    def stem(self, s: Entropy) -> Text:
        unit = (
            ("bits (logarithm to base 2)", "比特（bits，以 2 为底）")
            if s.unit == "bits"
            else ("nats (natural logarithm)", "奈特（nats，自然对数）")
        )
        p = vector(s.p)
        return Text(
            f"What is the entropy of the distribution {p} in {unit[0]}?", f"分布 {p} 的熵是多少？以{unit[1]}为单位。"
        )

    def steps(self, s: Entropy) -> str:
        log = r"\log_2" if s.unit == "bits" else r"\ln"
        return f"{_sum(s.p, log)} = {num(self.formula(s))}"


class OfSoftmax(Worked[SoftmaxEntropy]):
    spec = SoftmaxEntropy
    levels = (3,)
    find = "logits"
    rule = Text(
        r"$-\sum_i p_i \ln p_i$ with $p = \mathrm{softmax}(z)$",
        r"$-\sum_i p_i \ln p_i$，其中 $p = \mathrm{softmax}(z)$",
    )
    mistakes = (
        Mistake(
            "Nats take the natural logarithm; these are bits.",
            "奈特用自然对数；这是比特。",
            lambda s: _nats(softmax(s.logits)) / math.log(2),
        ),
        Mistake(
            "That is the entropy of equal chances, the largest one.",
            "这是均匀分布的熵，即最大值。",
            lambda s: math.log(len(s.logits)),
        ),
        Mistake(
            "That is logsumexp; the mean logit has to be subtracted.",
            "这是 logsumexp；还要减去 logit 的期望。",
            lambda s: math.log(sum(map(math.exp, s.logits))),
        ),
        Mistake(
            "That is minus the logarithm of the largest probability alone.",
            "这只是最大概率的负对数。",
            lambda s: -math.log(max(softmax(s.logits))),
        ),
        Mistake(
            "The entropy is summed, not averaged over the classes.",
            "熵是求和，不对类别取平均。",
            lambda s: _nats(softmax(s.logits)) / len(s.logits),
        ),
        Mistake(
            "Each logarithm is weighted with its probability.",
            "每个对数要以其概率加权。",
            lambda s: -sum(map(math.log, softmax(s.logits))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftmaxEntropy | None:
        logits = draw.decimals(3, -1, 3, 1)
        return SoftmaxEntropy(logits) if len(set(logits)) == 3 else None

    def formula(self, s: SoftmaxEntropy) -> float:
        powers = [math.exp(z) for z in s.logits]
        return math.log(sum(powers)) - sum(z * power for z, power in zip(s.logits, powers, strict=True)) / sum(powers)

    def stem(self, s: SoftmaxEntropy) -> Text:
        z = vector(s.logits)
        return Text(
            f"What is the entropy, in nats, of the softmax of the logits {z}?",
            f"logit {z} 的 softmax 分布的熵是多少奈特（nats）？",
        )

    def why(self, s: SoftmaxEntropy) -> Text:
        p = vector(softmax(s.logits))
        return Text(f"The softmax is {p}:", f"softmax 为 {p}：")

    def steps(self, s: SoftmaxEntropy) -> str:
        log = r"\ln"
        return f"{_sum(softmax(s.logits), log)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="entropy",
    version=1,
    topic="activations-losses",
    title=Text("Entropy", "信息熵"),
    questions=(EntropyOf(), OfSoftmax()),
)
