"""Impurity of decision trees. Source: Quinlan 1986 and 1993 for gain and gain ratio, Breiman et al. 1984 for Gini."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.classical._data import entropy
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.trees import GainRatio, Gini, GiniDecrease, GiniSplit, InformationGain, Split


def _parent(s: Split) -> list[int]:
    return [a + b for a, b in zip(s.left, s.right, strict=True)]


def _gini(counts: Sequence[int]) -> float:
    return 1 - sum((count / sum(counts)) ** 2 for count in counts)


def _shares(s: Split) -> tuple[float, float]:
    """Of the samples on either side."""
    total = sum(s.left) + sum(s.right)
    return sum(s.left) / total, sum(s.right) / total


def _after(s: Split) -> float:
    """Entropy after the split."""
    left, right = _shares(s)
    return left * entropy(s.left) + right * entropy(s.right)


def _gini_after(s: Split) -> float:
    left, right = _shares(s)
    return left * _gini(s.left) + right * _gini(s.right)


def _gain(s: Split) -> float:
    return entropy(_parent(s)) - _after(s)


def _draw(draw: Draw, classes: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    left, right = (tuple(draw.integer(0, 9) for _ in range(classes)) for _ in range(2))
    sizes = sum(left), sum(right)
    if min(sizes) < 2 or sizes[0] == sizes[1] or min(a + b for a, b in zip(left, right, strict=True)) == 0:
        return None
    return left, right


def _asked(s: Split, en: str, zh: str) -> Text:
    return Text(
        f"A split sends the class counts {vector(s.left)} to the left and {vector(s.right)} to the right. {en}",
        f"某划分把各类样本数 {vector(s.left)} 分到左侧，{vector(s.right)} 分到右侧。{zh}",
    )


class Gain(Worked[InformationGain]):
    spec = InformationGain
    levels = (1, 2)
    rule = r"$H(S) - \sum_k \frac{n_k}{n} H(S_k)$, $H = -\sum_c p_c \log_2 p_c$"
    mistakes = (
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: entropy(_parent(s)) - (entropy(s.left) + entropy(s.right)) / 2,
        ),
        Mistake(
            "The children's entropies are averaged, not added.",
            "子节点的熵取加权平均，不是相加。",
            lambda s: entropy(_parent(s)) - entropy(s.left) - entropy(s.right),
        ),
        Mistake("That is the entropy after the split.", "这是划分之后的熵。", _after),
        Mistake("That is the entropy before the split.", "这是划分之前的熵。", lambda s: entropy(_parent(s))),
        Mistake(
            "Bits take the logarithm to base 2, not the natural one.",
            "比特以 2 为底，不用自然对数。",
            lambda s: _gain(s) * math.log(2),
        ),
        Mistake(
            "That is the decrease of the Gini impurity.",
            "这是基尼不纯度的下降。",
            lambda s: _gini(_parent(s)) - _gini_after(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InformationGain | None:
        drawn = _draw(draw, 2 if level == 1 else 3)
        return InformationGain(*drawn) if drawn else None

    def formula(self, s: InformationGain) -> float:
        total = sum(s.left) + sum(s.right)
        gain = 0.0
        for side in (s.left, s.right):
            for count, whole in zip(side, _parent(s), strict=True):
                if count:
                    gain += count / total * math.log2(count * total / sum(side) / whole)
        return gain

    def stem(self, s: InformationGain) -> Text:
        return _asked(s, "What is its information gain in bits?", "信息增益是多少比特？")

    def why(self, s: InformationGain) -> Text:
        before, left, right = num(entropy(_parent(s))), num(entropy(s.left)), num(entropy(s.right))
        return Text(
            f"The entropy of the parent {vector(_parent(s))} is ${before}$, of the left child ${left}$, of the right ${right}$:",
            f"父节点 {vector(_parent(s))} 的熵为 ${before}$，左子节点为 ${left}$，右子节点为 ${right}$：",
        )

    def steps(self, s: InformationGain) -> str:
        n = sum(s.left) + sum(s.right)
        left = rf"\frac{{{sum(s.left)}}}{{{n}}} \cdot {num(entropy(s.left))}"
        right = rf"\frac{{{sum(s.right)}}}{{{n}}} \cdot {num(entropy(s.right))}"
        return f"{num(entropy(_parent(s)))} - {left} - {right} = {num(self.formula(s))}"


class Ratio(Worked[GainRatio]):
    spec = GainRatio
    levels = (3,)
    find = "ratio"
    rule = Text(
        r"information gain / $-\sum_k \frac{n_k}{n} \log_2 \frac{n_k}{n}$",
        r"信息增益除以 $-\sum_k \frac{n_k}{n} \log_2 \frac{n_k}{n}$",
    )
    mistakes = (
        Mistake(
            "That is the information gain; it has to be divided by the split's own entropy.",
            "这是信息增益；还要除以划分自身的熵。",
            _gain,
        ),
        Mistake(
            "The divisor is the entropy of the sizes, not of the classes.",
            "除数是样本数划分的熵，不是类别的熵。",
            lambda s: _gain(s) / entropy(_parent(s)) if entropy(_parent(s)) else None,
        ),
        Mistake(
            "That is the split's own entropy.", "这是划分自身的熵。", lambda s: entropy([sum(s.left), sum(s.right)])
        ),
        Mistake(
            "The gain is divided by the split's entropy, not multiplied.",
            "增益应除以划分的熵，不是乘以。",
            lambda s: _gain(s) * entropy([sum(s.left), sum(s.right)]),
        ),
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: (
                (entropy(_parent(s)) - (entropy(s.left) + entropy(s.right)) / 2) / entropy([sum(s.left), sum(s.right)])
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GainRatio | None:
        drawn = _draw(draw, 2)
        return GainRatio(*drawn) if drawn else None

    def formula(self, s: GainRatio) -> float:
        n, left, right = sum(_parent(s)), sum(s.left), sum(s.right)
        own = math.log2(n) - (left * math.log2(left) + right * math.log2(right)) / n
        return (entropy(_parent(s)) - left / n * entropy(s.left) - right / n * entropy(s.right)) / own

    def stem(self, s: GainRatio) -> Text:
        return _asked(s, "What is its gain ratio (C4.5)?", "增益率（C4.5）是多少？")

    def why(self, s: GainRatio) -> Text:
        gain, own = num(_gain(s)), num(entropy([sum(s.left), sum(s.right)]))
        sizes = f"{sum(s.left)} : {sum(s.right)}"
        return Text(
            f"The information gain is ${gain}$ bits, the entropy of the sizes {sizes} ${own}$ bits:",
            f"信息增益为 ${gain}$ 比特，样本数划分 {sizes} 的熵为 ${own}$ 比特：",
        )

    def steps(self, s: GainRatio) -> str:
        return f"{num(_gain(s))}/{num(entropy([sum(s.left), sum(s.right)]))} = {num(self.formula(s))}"


class Impurity(Worked[Gini]):
    spec = Gini
    levels = (1,)
    rule = r"$1 - \sum_c p_c^2$"
    mistakes = (
        Mistake(
            "That is Σp²; Gini impurity is 1 minus it.",
            "这是 Σp²；基尼不纯度为 1 减去它。",
            lambda s: 1 - _gini(s.counts),
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
    left, right = num(_gini(s.left)), num(_gini(s.right))
    return Text(
        f"The left child has ${left}$, the right one ${right}$:", f"左子节点为 ${left}$，右子节点为 ${right}$："
    )


def _weighted(s: Split) -> str:
    n = sum(s.left) + sum(s.right)
    left = rf"\frac{{{sum(s.left)}}}{{{n}}} \cdot {num(_gini(s.left))}"
    return rf"{left} + \frac{{{sum(s.right)}}}{{{n}}} \cdot {num(_gini(s.right))}"


class AfterSplit(Worked[GiniSplit]):
    spec = GiniSplit
    levels = (2,)
    find = "split"
    rule = r"$\sum_k \frac{n_k}{n} (1 - \sum_c p_{kc}^2)$"
    mistakes = (
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: (_gini(s.left) + _gini(s.right)) / 2,
        ),
        Mistake(
            "The impurities are averaged, not added.",
            "取加权平均，不是相加。",
            lambda s: _gini(s.left) + _gini(s.right),
        ),
        Mistake("That is the impurity before the split.", "这是划分之前的不纯度。", lambda s: _gini(_parent(s))),
        Mistake(
            "That is the decrease, not what remains.",
            "这是下降量，不是剩余的不纯度。",
            lambda s: _gini(_parent(s)) - _gini_after(s),
        ),
        Mistake("That is the weighted entropy in bits.", "这是以比特计的加权熵。", _after),
        Mistake(
            "The weights are swapped.",
            "权重颠倒了。",
            lambda s: _shares(s)[1] * _gini(s.left) + _shares(s)[0] * _gini(s.right),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GiniSplit | None:
        drawn = _draw(draw, 2)
        return GiniSplit(*drawn) if drawn else None

    def formula(self, s: GiniSplit) -> float:
        n = sum(s.left) + sum(s.right)
        return 1 - sum(sum(count**2 for count in side) / sum(side) for side in (s.left, s.right)) / n

    def stem(self, s: GiniSplit) -> Text:
        return _asked(s, "What is the weighted Gini impurity after it?", "划分后的加权基尼不纯度是多少？")

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
            lambda s: _gini(_parent(s)) - (_gini(s.left) + _gini(s.right)) / 2,
        ),
        Mistake(
            "The children's impurities are averaged, not added.",
            "子节点取加权平均，不是相加。",
            lambda s: _gini(_parent(s)) - _gini(s.left) - _gini(s.right),
        ),
        Mistake("That is what remains after the split.", "这是划分后剩余的不纯度。", _gini_after),
        Mistake("That is the impurity before the split.", "这是划分之前的不纯度。", lambda s: _gini(_parent(s))),
        Mistake("That is the information gain in bits.", "这是以比特计的信息增益。", _gain),
    )

    def sample(self, draw: Draw, level: int) -> GiniDecrease | None:
        drawn = _draw(draw, draw.choice((2, 3)))
        return GiniDecrease(*drawn) if drawn else None

    def formula(self, s: GiniDecrease) -> float:
        n = sum(_parent(s))
        after = sum(sum(count**2 for count in side) / sum(side) for side in (s.left, s.right))
        return after / n - sum(count**2 for count in _parent(s)) / n**2

    def stem(self, s: GiniDecrease) -> Text:
        return _asked(s, "By how much does it lower the Gini impurity?", "基尼不纯度下降了多少？")

    def why(self, s: GiniDecrease) -> Text:
        both, before = _both(s), num(_gini(_parent(s)))
        return Text(
            f"The parent {vector(_parent(s))} has ${before}$. {both.en}",
            f"父节点 {vector(_parent(s))} 为 ${before}$。{both.zh}",
        )

    def steps(self, s: GiniDecrease) -> str:
        return f"{num(_gini(_parent(s)))} - ({_weighted(s)}) = {num(self.formula(s))}"


MODELS = (
    ItemModel(
        name="information_gain",
        version=1,
        topic="classical",
        title=Text("Information gain", "信息增益"),
        questions=(Gain(), Ratio()),
    ),
    ItemModel(
        name="gini",
        version=1,
        topic="classical",
        title=Text("Gini impurity", "基尼不纯度"),
        questions=(Impurity(), AfterSplit(), Decrease()),
    ),
)
