"""The mean of data spread over machines: local means weighted by their counts, as in distributed k-means."""

from __future__ import annotations

from quizcv.items.classical._data import mean
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, terms, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.classical import DistributedMean, DistributedMissing


def _sum(s: DistributedMean | DistributedMissing) -> float:
    return sum(n * m for n, m in zip(s.counts, s.means, strict=False))


class OfAll(Worked[DistributedMean]):
    spec = DistributedMean
    levels = (1, 2)
    rule = r"$\sum_k n_k m_k / \sum_k n_k$"
    mistakes = (
        Mistake("The means have to be weighted with the counts.", "各均值要按样本数加权。", lambda s: mean(s.means)),
        Mistake(
            "That is the sum of the samples; it has to be divided by their number.",
            "这是样本总和；还要除以总数。",
            _sum,
        ),
        Mistake(
            "It is divided by the number of samples, not of machines.",
            "除以样本总数，不是机器数。",
            lambda s: _sum(s) / len(s.counts),
        ),
        Mistake(
            "The weights are upside down: more samples count more.",
            "权重颠倒了：样本越多权重越大。",
            lambda s: sum(m / n for n, m in zip(s.counts, s.means, strict=True)) / sum(1 / n for n in s.counts),
        ),
        Mistake(
            "That is the mean of the machine with the most samples.",
            "这是样本最多的那台机器的均值。",
            lambda s: s.means[s.counts.index(max(s.counts))],
        ),
        Mistake("That is the sum of the means.", "这是各均值之和。", lambda s: sum(s.means)),
    )

    def sample(self, draw: Draw, level: int) -> DistributedMean | None:
        machines = 2 if level == 1 else draw.choice((3, 4))
        counts = tuple(draw.integer(1, 20) * (10 if level == 1 else 5) for _ in range(machines))
        return DistributedMean(counts, draw.decimals(machines, -5, 15, 1)) if len(set(counts)) > 1 else None

    def formula(self, s: DistributedMean) -> float:
        return sum(n * m for n, m in zip(s.counts, s.means, strict=True)) / sum(s.counts)

    def stem(self, s: DistributedMean) -> Text:
        return Text(
            f"The samples of a cluster lie on {len(s.counts)} machines, {vector(s.counts)} of them; their local "
            f"means are {vector(s.means)}. What is "
            "the mean of all samples, the new centre?",
            f"某簇的样本分布在 {len(s.counts)} 台机器上，样本数为 {vector(s.counts)}，各机器的局部均值为 "
            f"{vector(s.means)}。全部样本的均值（新中心）是多少？",
        )

    def steps(self, s: DistributedMean) -> str:
        products = terms(zip(map(float, s.counts), s.means, strict=True))
        return f"({products})/{num(sum(s.counts))} = {num(self.formula(s))}"


class OfLast(Worked[DistributedMissing]):
    spec = DistributedMissing
    levels = (3,)
    find = "last"
    rule = r"$(M \sum_k n_k - \sum_{k < K} n_k m_k)/n_K$"
    mistakes = (
        Mistake(
            "The means have to be weighted with the counts.",
            "各均值要按样本数加权。",
            lambda s: s.total * len(s.counts) - sum(s.means),
        ),
        Mistake(
            "The counts of all machines make up the total, not only those of the others.",
            "总数包括全部机器，不只是其他机器。",
            lambda s: (s.total * sum(s.counts[:-1]) - _sum(s)) / s.counts[-1],
        ),
        Mistake(
            "The rest is divided by the last machine's own count.",
            "剩余部分应除以最后一台机器的样本数。",
            lambda s: (s.total * sum(s.counts) - _sum(s)) / sum(s.counts),
        ),
        Mistake(
            "That is the sum of the last machine's samples.",
            "这是最后一台机器的样本之和。",
            lambda s: s.total * sum(s.counts) - _sum(s),
        ),
        Mistake(
            "That is the mean of the other machines.", "这是其他机器的均值。", lambda s: _sum(s) / sum(s.counts[:-1])
        ),
        Mistake(
            "The sums are subtracted, not added.",
            "两个和应相减，不是相加。",
            lambda s: (s.total * sum(s.counts) + _sum(s)) / s.counts[-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> DistributedMissing | None:
        machines = draw.choice((2, 3))
        counts = tuple(draw.integer(1, 16) * 5 for _ in range(machines))
        s = DistributedMissing(counts, draw.decimals(machines - 1, -5, 15, 1), draw.decimal(-3, 12, 1))
        return s if len(set(counts)) > 1 and abs(self.formula(s)) < 60 and s.total else None

    def formula(self, s: DistributedMissing) -> float:
        rest = sum(n * (s.total - m) for n, m in zip(s.counts[:-1], s.means, strict=True))
        return s.total + rest / s.counts[-1]

    def stem(self, s: DistributedMissing) -> Text:
        return Text(
            f"Samples lie on {len(s.counts)} machines, {vector(s.counts)} of them. The mean of all is "
            f"{num(s.total)}; the local means of all machines but "
            f"the last are {vector(s.means)}. What is the last one's mean?",
            f"样本分布在 {len(s.counts)} 台机器上，样本数为 {vector(s.counts)}。总均值为 {num(s.total)}，"
            f"除最后一台外各机器的均值为 {vector(s.means)}。"
            "最后一台机器的均值是多少？",
        )

    def why(self, s: DistributedMissing) -> Text:
        all_ = rf"{num(sum(s.counts))} \cdot {signed(s.total)} = {num(round(s.total * sum(s.counts), 6))}"
        others = num(round(_sum(s), 6))
        return Text(
            f"All samples sum to ${all_}$, those of the others to ${others}$:",
            f"全部样本之和为 ${all_}$，其他机器之和为 ${others}$：",
        )

    def steps(self, s: DistributedMissing) -> str:
        whole, others = num(round(s.total * sum(s.counts), 6)), signed(round(_sum(s), 6))
        return f"({whole} - {others})/{s.counts[-1]} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="distributed_mean",
    version=1,
    topic="classical",
    title=Text("Mean over machines", "多机求均值"),
    questions=(OfAll(), OfLast()),
)
