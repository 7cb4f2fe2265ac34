"""Perplexity of language models: the exponential of the mean cross-entropy per token. Source: Jelinek et al. 1977."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.distributions import Perplexity, PerplexityMerged


def _nll(s: Perplexity) -> float:
    return -sum(math.log(p) for p in s.p) / len(s.p)


class OfText(Worked[Perplexity]):
    spec = Perplexity
    answer = Number(decimals=2)
    levels = (1, 2)
    rule = Text(
        r"$\exp(-\frac{1}{n} \sum_i \ln p_i)$, the geometric mean of $1/p_i$",
        r"$\exp(-\frac{1}{n} \sum_i \ln p_i)$，即 $1/p_i$ 的几何平均",
    )
    mistakes = (
        Mistake(
            "That is the cross-entropy per token; its exponential is missing.",
            "这是每个词元的交叉熵；还要取指数。",
            _nll,
        ),
        Mistake(
            "That is the inverse of the text's probability; the n-th root is missing.",
            "这是文本概率的倒数；还要开 n 次方。",
            lambda s: 1 / math.prod(s.p),
        ),
        Mistake(
            "Logarithms are averaged, not probabilities.", "平均的是对数，不是概率。", lambda s: len(s.p) / sum(s.p)
        ),
        Mistake(
            "That is the arithmetic mean of 1/p; perplexity is the geometric one.",
            "这是 1/p 的算术平均；困惑度是几何平均。",
            lambda s: sum(1 / p for p in s.p) / len(s.p),
        ),
        Mistake(
            "Base and exponential must match: natural logarithms with 2 as the base.",
            "对数与指数的底不一致：自然对数却以 2 为底取幂。",
            lambda s: 2 ** _nll(s),
        ),
        Mistake(
            "That is the geometric mean of the probabilities; perplexity is its inverse.",
            "这是概率的几何平均；困惑度是它的倒数。",
            lambda s: math.exp(-_nll(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Perplexity | None:
        p = draw.decimals(3, 0.1, 0.9, 1) if level == 1 else draw.decimals(5, 0.02, 0.9, 2)
        return Perplexity(p) if len(set(p)) > 1 else None

    def formula(self, s: Perplexity) -> float:
        return math.pow(math.prod(s.p), -1 / len(s.p))

    def stem(self, s: Perplexity) -> Text:
        p = vector(s.p)
        return Text(
            f"A language model gave the tokens of a text the probabilities {p}. What is its perplexity on this text?",
            f"语言模型给某段文本各词元的概率为 {p}。该文本的困惑度是多少？",
        )

    def why(self, s: Perplexity) -> Text:
        mean = num(_nll(s))
        return Text(f"The mean of $-\\ln p$ is ${mean}$:", f"$-\\ln p$ 的平均为 ${mean}$：")

    def steps(self, s: Perplexity) -> str:
        return f"e^{{{num(_nll(s))}}} = {num(self.formula(s))}"


class OfTwo(Worked[PerplexityMerged]):
    spec = PerplexityMerged
    answer = Number(decimals=2)
    levels = (3,)
    find = "merged"
    rule = r"$\exp((n_1 \ln P_1 + n_2 \ln P_2)/(n_1 + n_2))$"
    mistakes = (
        Mistake(
            "Perplexities are not averaged; their logarithms are.",
            "不能直接平均困惑度；平均的是其对数。",
            lambda s: sum(n * p for n, p in zip(s.tokens, s.perplexities, strict=True)) / sum(s.tokens),
        ),
        Mistake(
            "The number of tokens counts: the longer text has more weight.",
            "要按词元数加权：长文本权重更大。",
            lambda s: math.sqrt(math.prod(s.perplexities)),
        ),
        Mistake(
            "That is the plain mean of the two perplexities.",
            "这是两个困惑度的简单平均。",
            lambda s: sum(s.perplexities) / 2,
        ),
        Mistake(
            "The weights are swapped.",
            "权重颠倒了。",
            lambda s: math.exp(
                sum(n * math.log(p) for n, p in zip(reversed(s.tokens), s.perplexities, strict=True)) / sum(s.tokens)
            ),
        ),
        Mistake(
            "That is the cross-entropy per token; its exponential is missing.",
            "这是每个词元的交叉熵；还要取指数。",
            lambda s: sum(n * math.log(p) for n, p in zip(s.tokens, s.perplexities, strict=True)) / sum(s.tokens),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PerplexityMerged | None:
        tokens, perplexities = (
            (draw.integer(1, 20) * 10, draw.integer(1, 20) * 10),
            (float(draw.integer(4, 60)), float(draw.integer(4, 60))),
        )
        return (
            PerplexityMerged(tokens, perplexities)
            if tokens[0] != tokens[1] and abs(perplexities[0] - perplexities[1]) > 5
            else None
        )

    def formula(self, s: PerplexityMerged) -> float:
        first, second = (n / sum(s.tokens) for n in s.tokens)
        return math.pow(s.perplexities[0], first) * math.pow(s.perplexities[1], second)

    def stem(self, s: PerplexityMerged) -> Text:
        (n, m), (p, q) = s.tokens, map(num, s.perplexities)
        return Text(
            f"A language model has the perplexity {p} on a text of {n} tokens and {q} on one of {m} tokens. What "
            "is its perplexity on both "
            "together?",
            f"语言模型在 {n} 个词元的文本上困惑度为 {p}，在 {m} 个词元的文本上为 {q}。两段文本合在一起的困惑度是多少？",
        )

    def why(self, s: PerplexityMerged) -> Text:
        (n, m), (p, q) = s.tokens, s.perplexities
        mean = (n * math.log(p) + m * math.log(q)) / (n + m)
        sum_ = rf"({n} \cdot {num(math.log(p))} + {m} \cdot {num(math.log(q))})/{n + m} = {num(mean)}"
        return Text(f"The cross-entropy per token is ${sum_}$:", f"每个词元的交叉熵为 ${sum_}$：")

    def steps(self, s: PerplexityMerged) -> str:
        return f"e^{{{num(math.log(self.formula(s)))}}} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="perplexity",
    version=1,
    topic="activations-losses",
    title=Text("Perplexity", "困惑度"),
    questions=(OfText(), OfTwo()),
)
