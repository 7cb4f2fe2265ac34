"""Kullback-Leibler divergence. Source: documentation of torch.nn.KLDivLoss; Kingma and Welling 2014 for the normal case."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._batches import shares
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.distributions import GaussianKl, KlDivergence


def _kl(p: tuple[float, ...], q: tuple[float, ...]) -> float:
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))


class Discrete(Worked[KlDivergence]):
    spec = KlDivergence
    levels = (1, 2)
    rule = r"$\sum_i p_i \ln(p_i/q_i)$"
    mistakes = (
        Mistake("The roles are swapped: that is KL(q‖p).", "两个分布颠倒了：这是 KL(q‖p)。", lambda s: _kl(s.q, s.p)),
        Mistake(
            "The logarithm is natural, not base 2.",
            "应取自然对数，不是以 2 为底。",
            lambda s: _kl(s.p, s.q) / math.log(2),
        ),
        Mistake(
            "That is the cross-entropy; the entropy of p has to be subtracted.",
            "这是交叉熵；还要减去 p 的熵。",
            lambda s: -sum(a * math.log(b) for a, b in zip(s.p, s.q, strict=True)),
        ),
        Mistake(
            "The sign is wrong: the divergence is never negative.", "符号错了：散度不会为负。", lambda s: -_kl(s.p, s.q)
        ),
        Mistake(
            "Each logarithm is weighted with p.",
            "每个对数要以 p 加权。",
            lambda s: sum(math.log(a / b) for a, b in zip(s.p, s.q, strict=True)),
        ),
        Mistake(
            "It is a sum, not the mean over the outcomes.",
            "应求和，而不是对结果取平均。",
            lambda s: _kl(s.p, s.q) / len(s.p),
        ),
    )

    def sample(self, draw: Draw, level: int) -> KlDivergence | None:
        count = 2 if level == 1 else 3
        s = KlDivergence(shares(draw, count), shares(draw, count))
        return s if max(abs(a - b) for a, b in zip(s.p, s.q, strict=True)) >= 0.15 else None

    def formula(self, s: KlDivergence) -> float:
        entropy = -sum(a * math.log(a) for a in s.p)
        return -sum(a * math.log(b) for a, b in zip(s.p, s.q, strict=True)) - entropy

    def stem(self, s: KlDivergence) -> Text:
        p, q = vector(s.p), vector(s.q)
        return Text(
            f"What is the Kullback-Leibler divergence KL(p‖q), in nats, for $p = {p}$ and $q = {q}$?",
            f"$p = {p}$，$q = {q}$。KL 散度 KL(p‖q) 是多少奈特（nats）？",
        )

    def steps(self, s: KlDivergence) -> str:
        parts = " + ".join(rf"{num(a)} \ln({num(a)}/{num(b)})" for a, b in zip(s.p, s.q, strict=True))
        return f"{parts} = {num(self.formula(s))}"


class Normal(Worked[GaussianKl]):
    spec = GaussianKl
    levels = (3,)
    find = "normal"
    rule = r"$\frac{1}{2}(\mu^2 + \sigma^2 - 1) - \ln \sigma$"
    mistakes = (
        Mistake(
            "The factor 1/2 is missing.", "漏了系数 1/2。", lambda s: s.mean**2 + s.std**2 - 1 - 2 * math.log(s.std)
        ),
        Mistake(
            "The −1 is missing: equal distributions must give 0.",
            "漏了 −1：两个分布相同时应为 0。",
            lambda s: (s.mean**2 + s.std**2) / 2 - math.log(s.std),
        ),
        Mistake(
            "The variance enters, not the standard deviation.",
            "代入的是方差，不是标准差。",
            lambda s: (s.mean**2 + s.std - 1 - math.log(s.std)) / 2,
        ),
        Mistake(
            "The sign of the logarithm is wrong.",
            "对数项的符号错了。",
            lambda s: (s.mean**2 + s.std**2 - 1) / 2 + math.log(s.std),
        ),
        Mistake("The term of the mean is missing.", "漏了均值项。", lambda s: (s.std**2 - 1) / 2 - math.log(s.std)),
        Mistake(
            "The roles are swapped: that is the divergence of the standard normal from it.",
            "两个分布颠倒了。",
            lambda s: math.log(s.std) + (1 + s.mean**2) / (2 * s.std**2) - 0.5,
        ),
        Mistake(
            "The mean enters squared.", "均值要平方。", lambda s: (abs(s.mean) + s.std**2 - 1) / 2 - math.log(s.std)
        ),
    )

    def sample(self, draw: Draw, level: int) -> GaussianKl | None:
        s = GaussianKl(draw.decimal(-2, 2, 1), draw.decimal(0.3, 2, 1))
        return s if s.mean and s.std != 1 else None

    def formula(self, s: GaussianKl) -> float:
        variance = s.std * s.std
        return -(1 + math.log(variance) - s.mean * s.mean - variance) / 2

    def stem(self, s: GaussianKl) -> Text:
        return Text(
            f"A VAE's encoder gives one latent the mean {num(s.mean)} and the standard deviation {num(s.std)}. "
            "What is the KL divergence, in nats, "
            "of this normal distribution from the standard normal prior, KL(encoder‖prior)?",
            f"VAE 编码器对一个隐变量给出均值 {num(s.mean)}、标准差 {num(s.std)}。该正态分布与标准正态先验的 KL "
            "散度 KL(编码器‖先验) 是多少奈特（nats）？",
        )

    def steps(self, s: GaussianKl) -> str:
        return (
            rf"\frac{{1}}{{2}}({num(abs(s.mean))}^2 + {num(s.std)}^2 - 1) - \ln {num(s.std)} = {num(self.formula(s))}"
        )


MODEL = ItemModel(
    name="kl_divergence",
    version=1,
    topic="activations-losses",
    title=Text("KL divergence", "KL 散度"),
    questions=(Discrete(), Normal()),
)
