"""Information gain and gain ratio of a split. Source: Quinlan 1986 and 1993."""

from __future__ import annotations

import math

from quizcv.items.classical._data import entropy
from quizcv.items.classical._splits import asked_of, drawn_split, entropy_after, gain_of, gini_after, gini_of, parent_of
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.trees import GainRatio, InformationGain


class Gain(Worked[InformationGain]):
    spec = InformationGain
    levels = (1, 2)
    rule = r"$H(S) - \sum_k \frac{n_k}{n} H(S_k)$, $H = -\sum_c p_c \log_2 p_c$"
    mistakes = (
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: entropy(parent_of(s)) - (entropy(s.left) + entropy(s.right)) / 2,
        ),
        Mistake(
            "The children's entropies are averaged, not added.",
            "子节点的熵取加权平均，不是相加。",
            lambda s: entropy(parent_of(s)) - entropy(s.left) - entropy(s.right),
        ),
        Mistake("That is the entropy after the split.", "这是划分之后的熵。", entropy_after),
        Mistake("That is the entropy before the split.", "这是划分之前的熵。", lambda s: entropy(parent_of(s))),
        Mistake(
            "Bits take the logarithm to base 2, not the natural one.",
            "比特以 2 为底，不用自然对数。",
            lambda s: gain_of(s) * math.log(2),
        ),
        Mistake(
            "That is the decrease of the Gini impurity.",
            "这是基尼不纯度的下降。",
            lambda s: gini_of(parent_of(s)) - gini_after(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InformationGain | None:
        drawn = drawn_split(draw, 2 if level == 1 else 3)
        return InformationGain(*drawn) if drawn else None

    def formula(self, s: InformationGain) -> float:
        total = sum(s.left) + sum(s.right)
        gain = 0.0
        for side in (s.left, s.right):
            for count, whole in zip(side, parent_of(s), strict=True):
                if count:
                    gain += count / total * math.log2(count * total / sum(side) / whole)
        return gain

    def stem(self, s: InformationGain) -> Text:
        return asked_of(s, "What is its information gain in bits?", "信息增益是多少比特？")

    def why(self, s: InformationGain) -> Text:
        before, left, right = num(entropy(parent_of(s))), num(entropy(s.left)), num(entropy(s.right))
        return Text(
            f"The entropy of the parent {vector(parent_of(s))} is ${before}$, of the left child ${left}$, of the right ${right}$:",
            f"父节点 {vector(parent_of(s))} 的熵为 ${before}$，左子节点为 ${left}$，右子节点为 ${right}$：",
        )

    def steps(self, s: InformationGain) -> str:
        n = sum(s.left) + sum(s.right)
        left = rf"\frac{{{sum(s.left)}}}{{{n}}} \cdot {num(entropy(s.left))}"
        right = rf"\frac{{{sum(s.right)}}}{{{n}}} \cdot {num(entropy(s.right))}"
        return f"{num(entropy(parent_of(s)))} - {left} - {right} = {num(self.formula(s))}"


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
            gain_of,
        ),
        Mistake(
            "The divisor is the entropy of the sizes, not of the classes.",
            "除数是样本数划分的熵，不是类别的熵。",
            lambda s: gain_of(s) / entropy(parent_of(s)) if entropy(parent_of(s)) else None,
        ),
        Mistake(
            "That is the split's own entropy.", "这是划分自身的熵。", lambda s: entropy([sum(s.left), sum(s.right)])
        ),
        Mistake(
            "The gain is divided by the split's entropy, not multiplied.",
            "增益应除以划分的熵，不是乘以。",
            lambda s: gain_of(s) * entropy([sum(s.left), sum(s.right)]),
        ),
        Mistake(
            "The children have to be weighted with their sizes.",
            "子节点要按样本数加权。",
            lambda s: (
                (entropy(parent_of(s)) - (entropy(s.left) + entropy(s.right)) / 2)
                / entropy([sum(s.left), sum(s.right)])
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GainRatio | None:
        drawn = drawn_split(draw, 2)
        return GainRatio(*drawn) if drawn else None

    def formula(self, s: GainRatio) -> float:
        n, left, right = sum(parent_of(s)), sum(s.left), sum(s.right)
        own = math.log2(n) - (left * math.log2(left) + right * math.log2(right)) / n
        return (entropy(parent_of(s)) - left / n * entropy(s.left) - right / n * entropy(s.right)) / own

    def stem(self, s: GainRatio) -> Text:
        return asked_of(s, "What is its gain ratio (C4.5)?", "增益率（C4.5）是多少？")

    def why(self, s: GainRatio) -> Text:
        gain, own = num(gain_of(s)), num(entropy([sum(s.left), sum(s.right)]))
        sizes = f"{sum(s.left)} : {sum(s.right)}"
        return Text(
            f"The information gain is ${gain}$ bits, the entropy of the sizes {sizes} ${own}$ bits:",
            f"信息增益为 ${gain}$ 比特，样本数划分 {sizes} 的熵为 ${own}$ 比特：",
        )

    def steps(self, s: GainRatio) -> str:
        return f"{num(gain_of(s))}/{num(entropy([sum(s.left), sum(s.right)]))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="information_gain",
    version=1,
    topic="classical",
    title=Text("Information gain", "信息增益"),
    questions=(Gain(), Ratio()),
)
