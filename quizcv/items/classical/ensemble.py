"""Majority of independent classifiers. Source: Condorcet 1785."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.probability import EnsembleDifferent, EnsembleMajority, EnsembleSize


def _exactly(p: float, voters: int, right: int) -> float:
    return math.comb(voters, right) * p**right * (1 - p) ** (voters - right)


def _majority(p: float, voters: int) -> float:
    return sum(_exactly(p, voters, right) for right in range(voters // 2 + 1, voters + 1))


class Majority(Worked[EnsembleMajority]):
    spec = EnsembleMajority
    levels = (1, 2)
    rule = r"$\sum_{k > n/2} \binom{n}{k} p^k (1 - p)^{n - k}$"
    mistakes = (
        Mistake("That is the chance of one classifier.", "这是单个分类器的概率。", lambda s: s.p),
        Mistake("That is the chance that all are right.", "这是全部正确的概率。", lambda s: s.p**s.voters),
        Mistake(
            "That is the chance that at least one is right.",
            "这是至少一个正确的概率。",
            lambda s: 1 - (1 - s.p) ** s.voters,
        ),
        Mistake(
            "More than the bare majority may be right too.",
            "正确的个数还可以多于最低多数。",
            lambda s: _exactly(s.p, s.voters, s.voters // 2 + 1),
        ),
        Mistake(
            "The number of ways to choose who is right is missing.",
            "漏了选出正确者的组合数。",
            lambda s: sum(s.p**k * (1 - s.p) ** (s.voters - k) for k in range(s.voters // 2 + 1, s.voters + 1)),
        ),
        Mistake(
            "That is the chance that the majority is wrong.",
            "这是多数错误的概率。",
            lambda s: 1 - _majority(s.p, s.voters),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EnsembleMajority | None:
        if level == 1:
            return EnsembleMajority(3, draw.decimal(0.55, 0.95, 2))
        return EnsembleMajority(draw.choice((5, 7, 9)), draw.decimal(0.4, 0.9, 2))

    def formula(self, s: EnsembleMajority) -> float:
        wrong = sum(math.comb(s.voters, k) * s.p**k * (1 - s.p) ** (s.voters - k) for k in range(s.voters // 2 + 1))
        return 1 - wrong

    def stem(self, s: EnsembleMajority) -> Text:
        return Text(
            f"{s.voters} binary classifiers err independently; each is right with probability {num(s.p)}. With "
            "what probability is their majority right?",
            f"{s.voters} 个二分类器的错误相互独立，每个正确的概率为 {num(s.p)}。多数投票正确的概率是多少？",
        )

    def why(self, s: EnsembleMajority) -> Text:
        least = s.voters // 2 + 1
        chances = ", ".join(f"{k}: {num(round(_exactly(s.p, s.voters, k), 6))}" for k in range(least, s.voters + 1))
        return Text(
            f"With p = {num(s.p)}, the chances that exactly so many of {s.voters} are right: {chances}. Their sum:",
            f"p = {num(s.p)}，{s.voters} 个中恰有这么多个正确的概率：{chances}。求和：",
        )

    def steps(self, s: EnsembleMajority) -> str:
        return rf"\sum_{{k \ge {s.voters // 2 + 1}}} = {num(self.formula(s))}"


def _counts(p: Sequence[float]) -> list[float]:
    """Chances of every number of right ones."""
    chances = [1.0]
    for one in p:
        chances = [
            (chances[k] if k < len(chances) else 0.0) * (1 - one) + (chances[k - 1] * one if k else 0.0)
            for k in range(len(chances) + 1)
        ]
    return chances


class Different(Worked[EnsembleDifferent]):
    spec = EnsembleDifferent
    levels = (2,)
    find = "different"
    rule = r"$p_1 p_2 p_3 + p_1 p_2 (1 - p_3) + p_1 (1 - p_2) p_3 + (1 - p_1) p_2 p_3$"
    mistakes = (
        Mistake(
            "That is the majority of three equal ones of the mean quality.",
            "这是用平均正确率代替三者的结果。",
            lambda s: _majority(sum(s.p) / len(s.p), len(s.p)),
        ),
        Mistake("That is the chance that all are right.", "这是全部正确的概率。", lambda s: math.prod(s.p)),
        Mistake("That is the mean of the chances.", "这是各概率的平均。", lambda s: sum(s.p) / len(s.p)),
        Mistake("That is the chance of the best one alone.", "这只是最好的一个的概率。", lambda s: max(s.p)),
        Mistake(
            "That is the chance that at least one is right.",
            "这是至少一个正确的概率。",
            lambda s: 1 - math.prod(1 - p for p in s.p),
        ),
        Mistake(
            "The case that all are right belongs to the majority.",
            "全部正确的情形也属于多数正确。",
            lambda s: _counts(s.p)[len(s.p) // 2 + 1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> EnsembleDifferent | None:
        p = draw.decimals(3, 0.4, 0.95, 2)
        return EnsembleDifferent(p) if max(p) - min(p) > 0.1 else None

    def formula(self, s: EnsembleDifferent) -> float:
        return sum(_counts(s.p)[len(s.p) // 2 + 1 :])

    def stem(self, s: EnsembleDifferent) -> Text:
        return Text(
            f"{len(s.p)} binary classifiers err independently; they are right with the probabilities "
            f"{vector(s.p)}. With what probability is their majority right?",
            f"{len(s.p)} 个二分类器的错误相互独立，正确的概率分别为 {vector(s.p)}。多数投票正确的概率是多少？",
        )

    def why(self, s: EnsembleDifferent) -> Text:
        chances = ", ".join(num(round(one, 6)) for one in _counts(s.p))
        return Text(
            f"The chances that 0, 1, … {len(s.p)} of them are right are {chances}. More than half:",
            f"恰有 0、1、… {len(s.p)} 个正确的概率为 {chances}。过半的部分：",
        )

    def steps(self, s: EnsembleDifferent) -> str:
        return f"{' + '.join(num(round(one, 6)) for one in _counts(s.p)[len(s.p) // 2 + 1 :])} = {num(self.formula(s))}"


class Size(Question[EnsembleSize]):
    spec = EnsembleSize
    answer = Integer()
    levels = (3,)
    find = "voters"
    rule = Text(
        r"the smallest odd $n$ with $\sum_{k > n/2} \binom{n}{k} p^k (1 - p)^{n - k} \ge P$",
        r"满足 $\sum_{k > n/2} \binom{n}{k} p^k (1 - p)^{n - k} \ge P$ 的最小奇数 $n$",
    )
    mistakes = (
        Mistake("That many are not enough yet.", "这么多还不够。", lambda s: _least(s) - 2),
        Mistake("Fewer are enough.", "更少就够了。", lambda s: _least(s) + 2),
        Mistake(
            "That is how many it takes for one of them to be right.",
            "这是使至少一个正确所需的个数。",
            lambda s: math.ceil(round(math.log(1 - s.wanted) / math.log(1 - s.p), 9)),
        ),
        Mistake("An even number was given; with it there are ties.", "偶数个会出现平局。", lambda s: _least(s) - 1),
        Mistake(
            "That is how many must be right, not how many vote.",
            "这是需要正确的个数，不是投票的个数。",
            lambda s: _least(s) // 2 + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EnsembleSize | None:
        p = draw.decimal(0.6, 0.9, 2)
        voters = draw.choice((3, 5, 7, 9, 11))
        low, high = _majority(p, voters - 2), _majority(p, voters)
        wanted = math.floor(high * 100) / 100
        return EnsembleSize(p, wanted) if low + 0.002 < wanted < high - 0.0005 else None

    def formula(self, s: EnsembleSize) -> int:
        for voters in range(1, 16, 2):
            if sum(_counts([s.p] * voters)[voters // 2 + 1 :]) >= s.wanted:
                return voters
        raise ValueError("15 classifiers are not enough")

    def stem(self, s: EnsembleSize) -> Text:
        return Text(
            f"Binary classifiers that err independently are each right with probability {num(s.p)}. What is the "
            "smallest odd number of them whose majority is "
            f"right with probability {num(s.wanted)} or more?",
            f"若干二分类器的错误相互独立，每个正确的概率为 {num(s.p)}。至少需要多少个（奇数个），"
            f"多数投票正确的概率才不低于 {num(s.wanted)}？",
        )

    def solution(self, s: EnsembleSize) -> Text:
        n = self.formula(s)
        tried = ", ".join(f"{k}: {num(round(_majority(s.p, k), 5))}" for k in range(max(1, n - 4), n + 1, 2))
        return Text(
            f"With p = {num(s.p)} the majority is right with the probability {tried}; {num(s.wanted)} is reached with {n}.",
            f"p = {num(s.p)} 时多数正确的概率为 {tried}；{n} 个时达到 {num(s.wanted)}。",
        )


def _least(s: EnsembleSize) -> int:
    return next((n for n in range(1, 16, 2) if _majority(s.p, n) >= s.wanted), 15)


MODEL = ItemModel(
    name="ensemble_majority",
    version=1,
    topic="classical",
    title=Text("Majority vote", "多数投票"),
    questions=(Majority(), Different(), Size()),
)
