"""Gini impurity. Source: Breiman et al. 1984."""

from __future__ import annotations

import math

from quizcv.items.classical._data import entropy
from quizcv.items.classical._splits import (
    asked_of,
    drawn_split,
    entropy_after,
    gain_of,
    gini_after,
    gini_of,
    parent_of,
    sizes_of,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.trees import Gini, GiniDecrease, GiniSplit, Split


class Impurity(Worked[Gini]):
    spec = Gini
    levels = (1,)
    rule = r"$1 - \sum_c p_c^2$"
    mistakes = (
        Mistake(
            "That is Σp²; Gini impurity is 1 minus it.",
            "这是 Σp²；基尼不纯度为 1 减去它。",
            lambda s: 1 - gini_of(s.counts),
        ),
        Mistake("That is the entropy in bits.", "这是以比特计的熵。", lambda s: entropy(s.counts)),
        Mistake(
            "That is the error rate of the most frequent class.",
            "这是按最多类预测的错误率。",
            lambda s: 1 - max(s.counts) / sum(s.counts),
        ),
        Mistake(
            "That is the largest impurity that so many classes can have.",
            "这是该类别数所能达到的最大不纯度。",
            lambda s: 1 - 1 / len(s.counts),
        ),
        Mistake(
            "The probabilities are squared one by one, not multiplied.",
            "各概率分别平方，不是相乘。",
            lambda s: 1 - math.prod(c / sum(s.counts) for c in s.counts),
        ),
        Mistake(
            "Pairs are drawn with replacement.",
            "成对抽取是有放回的。",
            lambda s: 1 - sum(c * (c - 1) for c in s.counts) / (sum(s.counts) * (sum(s.counts) - 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Gini | None:
        counts = tuple(draw.integer(1, 20) for _ in range(draw.choice((2, 3))))
        return Gini(counts) if len(set(counts)) > 1 else None

    def formula(self, s: Gini) -> float:
        n = sum(s.counts)
        return sum(count * (n - count) for count in s.counts) / n**2

    def stem(self, s: Gini) -> Text:
        counts = vector(s.counts)
        return Text(
            f"A node has the class counts {counts}. What is its Gini impurity?",
            f"某节点各类样本数为 {counts}。基尼不纯度是多少？",
        )

    def steps(self, s: Gini) -> str:
        n = sum(s.counts)
        parts = " + ".join(f"{count}^2" for count in s.counts)
        return f"1 - ({parts})/{n}^2 = {num(self.formula(s))}"


def _both(s: Split) -> Text:
    left, right = num(gini_of(s.left)), num(gini_of(s.right))
    return Text(
        f"The left child has ${left}$, the right one ${right}$:", f"左子节点为 ${left}$，右子节点为 ${right}$："
    )


def _weighted(s: Split) -> str:
    n = sum(s.left) + sum(s.right)
    left = rf"\frac{{{sum(s.left)}}}{{{n}}} \cdot {num(gini_of(s.left))}"
    return rf"{left} + \frac{{{sum(s.right)}}}{{{n}}} \cdot {num(gini_of(s.right))}"


class AfterSplit(Worked[GiniSplit]):
    spec = GiniSplit
    levels = (2,)
    find = "split"
    rule = r"$\sum_k \frac{n_k}{n} (1 - \sum_c p_{kc}^2)$"
    mistakes = (
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: (gini_of(s.left) + gini_of(s.right)) / 2,
        ),
        Mistake(
            "The impurities are averaged, not added.",
            "取加权平均，不是相加。",
            lambda s: gini_of(s.left) + gini_of(s.right),
        ),
        Mistake("That is the impurity before the split.", "这是划分之前的不纯度。", lambda s: gini_of(parent_of(s))),
        Mistake(
            "That is the decrease, not what remains.",
            "这是下降量，不是剩余的不纯度。",
            lambda s: gini_of(parent_of(s)) - gini_after(s),
        ),
        Mistake("That is the weighted entropy in bits.", "这是以比特计的加权熵。", entropy_after),
        Mistake(
            "The weights are swapped.",
            "权重颠倒了。",
            lambda s: sizes_of(s)[1] * gini_of(s.left) + sizes_of(s)[0] * gini_of(s.right),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GiniSplit | None:
        drawn = drawn_split(draw, 2)
        return GiniSplit(*drawn) if drawn else None

    def formula(self, s: GiniSplit) -> float:
        n = sum(s.left) + sum(s.right)
        return 1 - sum(sum(count**2 for count in side) / sum(side) for side in (s.left, s.right)) / n

    def stem(self, s: GiniSplit) -> Text:
        return asked_of(s, "What is the weighted Gini impurity after it?", "划分后的加权基尼不纯度是多少？")

    def why(self, s: GiniSplit) -> Text:
        return _both(s)

    def steps(self, s: GiniSplit) -> str:
        return f"{_weighted(s)} = {num(self.formula(s))}"


class Decrease(Worked[GiniDecrease]):
    spec = GiniDecrease
    levels = (3,)
    find = "decrease"
    rule = r"$G(S) - \sum_k \frac{n_k}{n} G(S_k)$"
    mistakes = (
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: gini_of(parent_of(s)) - (gini_of(s.left) + gini_of(s.right)) / 2,
        ),
        Mistake(
            "The children's impurities are averaged, not added.",
            "子节点取加权平均，不是相加。",
            lambda s: gini_of(parent_of(s)) - gini_of(s.left) - gini_of(s.right),
        ),
        Mistake("That is what remains after the split.", "这是划分后剩余的不纯度。", gini_after),
        Mistake("That is the impurity before the split.", "这是划分之前的不纯度。", lambda s: gini_of(parent_of(s))),
        Mistake("That is the information gain in bits.", "这是以比特计的信息增益。", gain_of),
    )

    def sample(self, draw: Draw, level: int) -> GiniDecrease | None:
        drawn = drawn_split(draw, draw.choice((2, 3)))
        return GiniDecrease(*drawn) if drawn else None

    def formula(self, s: GiniDecrease) -> float:
        n = sum(parent_of(s))
        after = sum(sum(count**2 for count in side) / sum(side) for side in (s.left, s.right))
        return after / n - sum(count**2 for count in parent_of(s)) / n**2

    def stem(self, s: GiniDecrease) -> Text:
        return asked_of(s, "By how much does it lower the Gini impurity?", "基尼不纯度下降了多少？")

    def why(self, s: GiniDecrease) -> Text:
        both, before = _both(s), num(gini_of(parent_of(s)))
        return Text(
            f"The parent {vector(parent_of(s))} has ${before}$. {both.en}",
            f"父节点 {vector(parent_of(s))} 为 ${before}$。{both.zh}",
        )

    def steps(self, s: GiniDecrease) -> str:
        return f"{num(gini_of(parent_of(s)))} - ({_weighted(s)}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="gini",
    version=1,
    topic="classical",
    title=Text("Gini impurity", "基尼不纯度"),
    questions=(Impurity(), AfterSplit(), Decrease()),
)
