"""Hinge losses. Source: documentation of torch.nn.MultiMarginLoss; Cortes and Vapnik 1995 for the binary one."""

from __future__ import annotations

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.embedding_losses import BinaryHinge, HingeScore, MultiMargin


def _gaps(s: MultiMargin) -> list[float]:
    """Margin less the lead of the target over each other class."""
    return [round(s.margin - s.scores[s.target] + x, 9) for at, x in enumerate(s.scores) if at != s.target]


def _terms(s: MultiMargin) -> list[float]:
    return [max(0.0, gap) ** s.p for gap in _gaps(s)]


class MultiClass(Worked[MultiMargin]):
    spec = MultiMargin
    levels = (1, 2)
    rule = Text(
        r"$\frac{1}{K} \sum_{j \ne t} \max(0, m - x_t + x_j)^p$, with $K$ classes",
        r"$\frac{1}{K} \sum_{j \ne t} \max(0, m - x_t + x_j)^p$，共 $K$ 个类别",
    )
    mistakes = (
        Mistake("PyTorch divides by the number of classes.", "PyTorch 要除以类别数。", lambda s: sum(_terms(s))),
        Mistake(
            "It is divided by all K classes, not by K − 1.",
            "除以全部 K 个类别，不是 K − 1。",
            lambda s: sum(_terms(s)) / (len(s.scores) - 1),
        ),
        Mistake(
            "Only the worst class was counted; here all are summed.",
            "只计了最大的一项；这里对所有类别求和。",
            lambda s: max(_terms(s)) / len(s.scores),
        ),
        Mistake(
            "Classes that keep the margin count 0, not less.",
            "满足间隔的类别计 0，不计负值。",
            lambda s: sum(_gaps(s)) / len(s.scores) if s.p == 1 else None,
        ),
        Mistake(
            "The target's own term m is not in the sum.",
            "求和不含目标自身的那一项 m。",
            lambda s: (sum(_terms(s)) + s.margin**s.p) / len(s.scores),
        ),
        Mistake(
            "The margin is missing.",
            "漏了间隔。",
            lambda s: sum(max(0.0, gap - s.margin) ** s.p for gap in _gaps(s)) / len(s.scores),
        ),
        Mistake(
            "With p = 2 each term is squared.",
            "p = 2 时每一项要平方。",
            lambda s: sum(max(0.0, gap) for gap in _gaps(s)) / len(s.scores),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MultiMargin | None:
        count = 3 if level == 1 else 4
        scores, target = draw.decimals(count, -2, 3, 1), draw.integer(0, count - 1)
        s = (
            MultiMargin(scores, target)
            if level == 1
            else MultiMargin(scores, target, draw.choice((0.5, 1.5, 2.0)), draw.choice((1, 2)))
        )
        return s if sum(_terms(s)) > 0.2 else None

    def formula(self, s: MultiMargin) -> float:
        x = s.scores[s.target]
        total = sum(max(0.0, s.margin - x + other) ** s.p for other in s.scores) - s.margin**s.p
        return total / len(s.scores)

    def stem(self, s: MultiMargin) -> Text:
        call = f"`nn.MultiMarginLoss(p={s.p}, margin={num(s.margin)})`"
        return Text(
            f"What does {call} give for the class scores {vector(s.scores)} of one sample if the target is class "
            f"{s.target} (counted from 0)?",
            f"某样本的类别得分为 {vector(s.scores)}，目标为类别 {s.target}（从 0 起）。{call} 给出多少？",
        )

    def why(self, s: MultiMargin) -> Text:
        gaps = vector(_gaps(s))
        m, t = num(s.margin), num(s.scores[s.target])
        return Text(
            f"$m - x_t + x_j = {m} - {signed(s.scores[s.target])} + x_j$ is {gaps} for the classes other than "
            f"{s.target}; the positive ones "
            f"count, to the power p = {s.p}:",
            f"间隔 {m}、目标类别 {s.target} 的得分 {t}：其余各类的 $m - x_t + x_j$ 为 {gaps}；取正的部分，p = {s.p} 次幂：",
        )

    def steps(self, s: MultiMargin) -> str:
        return f"({' + '.join(num(term) for term in _terms(s))})/{len(s.scores)} = {num(self.formula(s))}"


def _agreements(s: BinaryHinge) -> list[float]:
    return [round(f * y, 9) for f, y in zip(s.scores, s.labels, strict=True)]


class Binary(Worked[BinaryHinge]):
    spec = BinaryHinge
    levels = (2,)
    find = "binary"
    rule = Text(r"the mean of $\max(0, 1 - y f)$", r"$\max(0, 1 - y f)$ 的平均")
    mistakes = (
        Mistake(
            "That is the sum, not the mean.",
            "这是总和，不是平均。",
            lambda s: sum(max(0.0, 1 - a) for a in _agreements(s)),
        ),
        Mistake(
            "Beyond the margin the loss is 0, not negative.",
            "超出间隔后损失为 0，不为负。",
            lambda s: sum(1 - a for a in _agreements(s)) / len(s.scores),
        ),
        Mistake(
            "The label was left out: y·f counts.",
            "漏了标签：应为 y·f。",
            lambda s: sum(max(0.0, 1 - f) for f in s.scores) / len(s.scores),
        ),
        Mistake(
            "That is the perceptron's loss, without the margin 1.",
            "这是感知机损失，没有间隔 1。",
            lambda s: sum(max(0.0, -a) for a in _agreements(s)) / len(s.scores),
        ),
        Mistake(
            "That is the share of wrong signs.",
            "这是符号错误的比例。",
            lambda s: sum(a < 0 for a in _agreements(s)) / len(s.scores),
        ),
        Mistake(
            "That is the squared hinge loss.",
            "这是平方 hinge 损失。",
            lambda s: sum(max(0.0, 1 - a) ** 2 for a in _agreements(s)) / len(s.scores),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BinaryHinge | None:
        labels = tuple(draw.choice((-1, 1)) for _ in range(4))
        s = BinaryHinge(draw.decimals(4, -2.5, 2.5, 1), labels)
        return s if len(set(labels)) == 2 and 0 not in s.scores and max(_agreements(s)) > 1 else None

    def formula(self, s: BinaryHinge) -> float:
        return sum(max(0.0, 1 - y * f) for f, y in zip(s.scores, s.labels, strict=True)) / len(s.scores)

    def stem(self, s: BinaryHinge) -> Text:
        return Text(
            f"A linear SVM gives the scores {vector(s.scores)} to samples with the labels {vector(s.labels)} (1 "
            "or −1). What is their mean "
            "binary hinge loss (margin 1, not squared)?",
            f"线性 SVM 对各样本的得分为 {vector(s.scores)}，标签为 {vector(s.labels)}（1 或 −1）。平均二分类 "
            "hinge 损失（间隔为 1，不平方）是多少？",
        )

    def why(self, s: BinaryHinge) -> Text:
        return Text(f"$y f$ is {vector(_agreements(s))}:", f"$y f$ 为 {vector(_agreements(s))}：")

    def steps(self, s: BinaryHinge) -> str:
        parts = " + ".join(num(round(max(0.0, 1 - a), 9)) for a in _agreements(s))
        return f"({parts})/{len(s.scores)} = {num(self.formula(s))}"


class EnoughScore(Worked[HingeScore]):
    spec = HingeScore
    levels = (3,)
    find = "score"
    rule = r"$\max_j x_j + m$"
    mistakes = (
        Mistake(
            "Leading is not enough: the lead must be the margin.",
            "领先还不够：领先量要达到间隔。",
            lambda s: max(s.others),
        ),
        Mistake(
            "The margin is added to the best other score, not subtracted.",
            "间隔加在其他类的最高分上，不是减去。",
            lambda s: max(s.others) - s.margin,
        ),
        Mistake(
            "The best other class decides, not their mean.",
            "由其他类的最高分决定，而不是平均。",
            lambda s: sum(s.others) / len(s.others) + s.margin,
        ),
        Mistake(
            "The best other class decides, not the worst.",
            "由其他类的最高分决定，而不是最低分。",
            lambda s: min(s.others) + s.margin,
        ),
        Mistake("The scores are not added up.", "其他类的得分不相加。", lambda s: sum(s.others) + s.margin),
        Mistake(
            "The score of the best other class counts with its sign.",
            "其他类的得分要带符号。",
            lambda s: max(map(abs, s.others)) + s.margin,
        ),
    )

    def sample(self, draw: Draw, level: int) -> HingeScore | None:
        others = draw.decimals(3, -3, 3, 1)
        return HingeScore(others, draw.choice((0.5, 1.0, 1.5, 2.0))) if len(set(others)) == 3 else None

    def formula(self, s: HingeScore) -> float:
        return max(s.others) + s.margin

    def stem(self, s: HingeScore) -> Text:
        return Text(
            f"`nn.MultiMarginLoss(margin={num(s.margin)})`: the other classes have the scores {vector(s.others)}. "
            "What is the smallest score of "
            "the target with which the loss is 0?",
            f"`nn.MultiMarginLoss(margin={num(s.margin)})`：其他类别的得分为 {vector(s.others)}。目标类别的得分至少为多少时损失为 0？",
        )

    def why(self, s: HingeScore) -> Text:
        return Text(
            "The target must lead the best of the others by the margin:", "目标的得分须比其他类的最高分至少高出间隔："
        )

    def steps(self, s: HingeScore) -> str:
        return f"{num(max(s.others))} + {num(s.margin)} = {num(round(self.formula(s), 9))}"


MODEL = ItemModel(
    name="hinge",
    version=1,
    topic="activations-losses",
    title=Text("Hinge loss", "hinge 损失（合页损失）"),
    questions=(MultiClass(), Binary(), EnoughScore()),
)
