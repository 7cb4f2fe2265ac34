"""Which labels a multi-label classifier predicts: every label has its own sigmoid and threshold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from quizcv.answers import Indices
from quizcv.items.activations_losses._batches import sigmoid, softmax
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import MultiLabel, MultiLabelThresholds


def _where(flags: Iterable[bool]) -> tuple[int, ...]:
    return tuple(at for at, flag in enumerate(flags) if flag)


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _top(values: Sequence[float]) -> tuple[int, ...]:
    return (max(range(len(values)), key=values.__getitem__),)


def _logits(draw: Draw, count: int, thresholds: Sequence[float]) -> tuple[float, ...] | None:
    logits = draw.decimals(count, -3, 3, 1)
    near = any(abs(z - _logit(t)) < 0.05 for z, t in zip(logits, thresholds, strict=True))
    return None if near or 0 in logits or len(set(logits)) < count else logits


class OneThreshold(Question[MultiLabel]):
    spec = MultiLabel
    answer = Indices()
    levels = (1, 2)
    rule = Text(
        r"labels with $\sigma(z) \ge t$, that is $z \ge \ln(t/(1 - t))$",
        r"满足 $\sigma(z) \ge t$，即 $z \ge \ln(t/(1 - t))$ 的标签",
    )
    mistakes = (
        Mistake(
            "The logits are compared with the threshold only after the sigmoid.",
            "要先做 sigmoid，再与阈值比较。",
            lambda s: _where(z >= s.threshold for z in s.logits),
        ),
        Mistake(
            "Multi-label heads use a sigmoid for each label, not softmax.",
            "多标签分类对每个标签用 sigmoid，不用 softmax。",
            lambda s: _where(p >= s.threshold for p in softmax(s.logits)),
        ),
        Mistake(
            "Several labels may be predicted, not only the best.",
            "可以同时预测多个标签，而不只是最高的一个。",
            lambda s: _top(s.logits),
        ),
        Mistake(
            "Those are the labels that are not predicted.",
            "这些是未判为正的标签。",
            lambda s: _where(sigmoid(z) < s.threshold for z in s.logits),
        ),
        Mistake(
            "A logit of 0 is the threshold 0.5 only.",
            "logit 为 0 只对应阈值 0.5。",
            lambda s: _where(z >= 0 for z in s.logits),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MultiLabel | None:
        count = 4 if level == 1 else 5
        threshold = 0.5 if level == 1 else draw.choice((0.2, 0.3, 0.4, 0.6, 0.7, 0.8))
        logits = _logits(draw, count, (threshold,) * count)
        return MultiLabel(logits, threshold) if logits else None

    def formula(self, s: MultiLabel) -> tuple[int, ...]:
        least = math.log(s.threshold / (1 - s.threshold))
        return tuple(at for at, z in enumerate(s.logits) if z >= least)

    def stem(self, s: MultiLabel) -> Text:
        return Text(
            f"A multi-label classifier (one sigmoid per label) gives the logits {vector(s.logits)}. A label is predicted if its "
            f"probability is at least {num(s.threshold)}. Which labels are predicted?",
            f"某多标签分类器（每个标签一个 sigmoid）给出 logit {vector(s.logits)}。概率不低于 {num(s.threshold)} "
            "的标签判为正。哪些标签被判为正？",
        )

    def solution(self, s: MultiLabel) -> Text:
        least, p = num(_logit(s.threshold)), vector(round(sigmoid(z), 3) for z in s.logits)
        found = ", ".join(map(str, self.formula(s))) or "-"
        return Text(
            f"The probabilities are {p}; {num(s.threshold)} is reached from the logit ${least}$ on: {found}.",
            f"各概率为 {p}；logit 不小于 ${least}$ 时达到 {num(s.threshold)}：{found}。",
        )


class OwnThresholds(Question[MultiLabelThresholds]):
    spec = MultiLabelThresholds
    answer = Indices()
    levels = (3,)
    find = "thresholds"
    rule = Text(r"labels with $z_i \ge \ln(t_i/(1 - t_i))$", r"满足 $z_i \ge \ln(t_i/(1 - t_i))$ 的标签")
    mistakes = (
        Mistake(
            "Each label has its own threshold, not 0.5.",
            "每个标签有各自的阈值，不是 0.5。",
            lambda s: _where(z >= 0 for z in s.logits),
        ),
        Mistake(
            "The logits are compared with the thresholds only after the sigmoid.",
            "要先做 sigmoid，再与阈值比较。",
            lambda s: _where(z >= t for z, t in zip(s.logits, s.thresholds, strict=True)),
        ),
        Mistake(
            "Multi-label heads use a sigmoid for each label, not softmax.",
            "多标签分类对每个标签用 sigmoid，不用 softmax。",
            lambda s: _where(p >= t for p, t in zip(softmax(s.logits), s.thresholds, strict=True)),
        ),
        Mistake(
            "Those are the labels that are not predicted.",
            "这些是未判为正的标签。",
            lambda s: _where(sigmoid(z) < t for z, t in zip(s.logits, s.thresholds, strict=True)),
        ),
        Mistake(
            "Several labels may be predicted, not only the best.",
            "可以同时预测多个标签，而不只是最高的一个。",
            lambda s: _top(s.logits),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MultiLabelThresholds | None:
        thresholds = tuple(draw.choice((0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)) for _ in range(5))
        logits = _logits(draw, 5, thresholds)
        return MultiLabelThresholds(logits, thresholds) if logits else None

    def formula(self, s: MultiLabelThresholds) -> tuple[int, ...]:
        pairs = enumerate(zip(s.logits, s.thresholds, strict=True))
        return tuple(at for at, (z, t) in pairs if z >= math.log(t / (1 - t)))

    def stem(self, s: MultiLabelThresholds) -> Text:
        return Text(
            f"A multi-label classifier (one sigmoid per label) gives the logits {vector(s.logits)}. A label is predicted if its "
            f"probability is at least its own threshold, {vector(s.thresholds)}. Which labels are predicted?",
            f"某多标签分类器（每个标签一个 sigmoid）给出 logit {vector(s.logits)}。概率不低于各自阈值 "
            f"{vector(s.thresholds)} 的标签判为正。"
            "哪些标签被判为正？",
        )

    def solution(self, s: MultiLabelThresholds) -> Text:
        least = vector(round(_logit(t), 3) for t in s.thresholds)
        found = ", ".join(map(str, self.formula(s))) or "-"
        return Text(
            f"As logits the thresholds are {least}; reached by {found}.",
            f"阈值换算成 logit 为 {least}；达到的有 {found}。",
        )


MODEL = ItemModel(
    name="multi_label_decision",
    version=1,
    topic="activations-losses",
    title=Text("Multi-label decision", "多标签判定"),
    questions=(OneThreshold(), OwnThresholds()),
)
