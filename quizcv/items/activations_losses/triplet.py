"""Triplet loss and semi-hard negatives. Source: documentation of torch.nn.TripletMarginLoss; Schroff et al. 2015."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from quizcv.answers import Indices
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.embedding_losses import SemiHard, Triplet


def _distance(one: Sequence[float], other: Sequence[float], p: int) -> float:
    gaps = [abs(a - b) for a, b in zip(one, other, strict=True)]
    return sum(gaps) if p == 1 else math.sqrt(sum(gap * gap for gap in gaps))


def _both(s: Triplet, p: int | None = None) -> tuple[float, float]:
    """Distances of the positive and of the negative."""
    return _distance(s.anchor, s.positive, p or s.p), _distance(s.anchor, s.negative, p or s.p)


def _off(draw: Draw, point: tuple[float, float]) -> tuple[float, float]:
    """A point at a whole distance."""
    a, b = draw.choice(((3, 4), (4, 3), (6, 8), (8, 6), (5, 0), (0, 4), (2, 0), (0, 3)))
    return point[0] + a * draw.choice((-1, 1)), point[1] + b * draw.choice((-1, 1))


class TripletLoss(Worked[Triplet]):
    spec = Triplet
    levels = (1, 2)
    rule = r"$\max(0, d(a, p) - d(a, n) + m)$"
    mistakes = (
        Mistake(
            "The roles are swapped: the negative is to be farther away.",
            "正负颠倒了：负样本应更远。",
            lambda s: max(0.0, _both(s)[1] - _both(s)[0] + s.margin),
        ),
        Mistake("The margin is missing.", "漏了间隔。", lambda s: max(0.0, _both(s)[0] - _both(s)[1])),
        Mistake(
            "The margin is added, not subtracted.",
            "间隔应加上，不是减去。",
            lambda s: max(0.0, _both(s)[0] - _both(s)[1] - s.margin),
        ),
        Mistake(
            "`nn.TripletMarginLoss` takes distances, not squared distances.",
            "`nn.TripletMarginLoss` 用距离，不是距离的平方。",
            lambda s: max(0.0, _both(s)[0] ** 2 - _both(s)[1] ** 2 + s.margin),
        ),
        Mistake(
            "A loss is never negative: it is cut at 0.",
            "损失不为负：要在 0 处截断。",
            lambda s: _both(s)[0] - _both(s)[1] + s.margin,
        ),
        Mistake(
            "That is the other distance: p = 2 is Euclidean, p = 1 sums absolute differences.",
            "距离用错了：p = 2 为欧氏距离，p = 1 为绝对差之和。",
            lambda s: max(0.0, _both(s, 3 - s.p)[0] - _both(s, 3 - s.p)[1] + s.margin),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Triplet | None:
        anchor = (float(draw.integer(-4, 5)), float(draw.integer(-4, 5)))
        if level == 1:
            s = Triplet(anchor, _off(draw, anchor), _off(draw, anchor))
        else:
            positive, negative = (tuple(float(draw.integer(-4, 5)) for _ in range(2)) for _ in range(2))
            s = Triplet(anchor, positive, negative, draw.choice((0.5, 1.5, 2.0, 3.0)), draw.choice((1, 2)))
        ap, an = _both(s)
        return s if ap > 0 and an > 0 and (ap - an + s.margin > 0 or draw.chance(0.1)) else None

    def formula(self, s: Triplet) -> float:
        if s.p == 1:
            ap = sum(abs(a - b) for a, b in zip(s.anchor, s.positive, strict=True))
            an = sum(abs(a - b) for a, b in zip(s.anchor, s.negative, strict=True))
        else:
            ap, an = math.dist(s.anchor, s.positive), math.dist(s.anchor, s.negative)
        return max(0.0, ap - an + s.margin)

    def stem(self, s: Triplet) -> Text:
        return Text(
            f"What does `nn.TripletMarginLoss(margin={num(s.margin)}, p={s.p})` give for the anchor {vector(s.anchor)}, the positive "
            f"{vector(s.positive)} and the negative {vector(s.negative)} (its tiny `eps` neglected)?",
            f"锚点为 {vector(s.anchor)}，正样本为 {vector(s.positive)}，负样本为 {vector(s.negative)}。"
            f"`nn.TripletMarginLoss(margin={num(s.margin)}, p={s.p})`（忽略极小的 `eps`）给出多少？",
        )

    def why(self, s: Triplet) -> Text:
        ap, an = map(num, _both(s))
        return Text(
            f"With p = {s.p} the positive is ${ap}$ away, the negative ${an}$:",
            f"p = {s.p} 时，正样本距离 ${ap}$，负样本距离 ${an}$：",
        )

    def steps(self, s: Triplet) -> str:
        ap, an = map(num, _both(s))
        return rf"\max(0, {ap} - {an} + {num(s.margin)}) = {num(self.formula(s))}"


def _where(s: SemiHard, holds: Callable[[float], bool]) -> tuple[int, ...]:
    return tuple(at for at, distance in enumerate(s.negatives) if holds(distance))


class SemiHardNegatives(Question[SemiHard]):
    spec = SemiHard
    answer = Indices()
    levels = (3,)
    find = "semi_hard"
    rule = r"$d(a, p) < d(a, n) < d(a, p) + m$"
    mistakes = (
        Mistake(
            "Hard negatives, nearer than the positive, are not semi-hard.",
            "比正样本更近的是困难负样本，不是半困难。",
            lambda s: _where(s, lambda d: d < s.positive + s.margin),
        ),
        Mistake(
            "Those are the hard negatives, nearer than the positive.",
            "这些是比正样本更近的困难负样本。",
            lambda s: _where(s, lambda d: d < s.positive),
        ),
        Mistake(
            "Negatives beyond the margin have no loss: they are easy.",
            "超出间隔的负样本没有损失，是容易的。",
            lambda s: _where(s, lambda d: d > s.positive),
        ),
        Mistake(
            "Those are the easy negatives, which have no loss.",
            "这些是没有损失的容易负样本。",
            lambda s: _where(s, lambda d: d > s.positive + s.margin),
        ),
        Mistake(
            "The margin is counted from the positive's distance on, not from 0.",
            "间隔从正样本的距离算起，而不是从 0。",
            lambda s: _where(s, lambda d: d < s.margin),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SemiHard | None:
        positive, margin = draw.decimal(0.5, 2, 1), draw.choice((0.3, 0.5, 0.8, 1.0))
        s = SemiHard(positive, draw.decimals(6, 0.2, 3.5, 1), margin)
        near = any(min(abs(d - positive), abs(d - positive - margin)) < 0.05 for d in s.negatives)
        return None if near or len(set(s.negatives)) < 6 else s

    def formula(self, s: SemiHard) -> tuple[int, ...]:
        return tuple(at for at, d in enumerate(s.negatives) if s.positive < d < s.positive + s.margin)

    def stem(self, s: SemiHard) -> Text:
        return Text(
            f"An anchor's positive is {num(s.positive)} away, its negatives {vector(s.negatives)}. Which negatives are semi-hard for the "
            f"triplet loss with margin {num(s.margin)}?",
            f"锚点到正样本的距离为 {num(s.positive)}，到各负样本的距离为 {vector(s.negatives)}。间隔为 {num(s.margin)} 的三元组损失中，"
            "哪些负样本是半困难（semi-hard）的？",
        )

    def solution(self, s: SemiHard) -> Text:
        found = ", ".join(map(str, self.formula(s))) or "-"
        bounds = (
            f"${num(s.positive)}$",
            f"${num(s.positive)} + {signed(s.margin)} = {num(round(s.positive + s.margin, 9))}$",
        )
        return Text(
            f"Semi-hard ones are farther than the positive but still have a loss, between {bounds[0]} and {bounds[1]}: {found}.",
            f"半困难负样本比正样本远，但仍有损失，即在 {bounds[0]} 与 {bounds[1]} 之间：{found}。",
        )


MODEL = ItemModel(
    name="triplet",
    version=1,
    topic="activations-losses",
    title=Text("Triplet loss", "三元组损失"),
    questions=(TripletLoss(), SemiHardNegatives()),
)
