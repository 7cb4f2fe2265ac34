"""Contrastive loss of pairs. Source: Hadsell, Chopra and LeCun 2006."""

from __future__ import annotations

import math

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.embedding_losses import Contrastive, ContrastiveDistance


def _d(s: Contrastive) -> float:
    return math.dist(s.x1, s.x2)


def _loss(distance: float, margin: float, *, similar: bool) -> float:
    return distance**2 / 2 if similar else max(0.0, margin - distance) ** 2 / 2


class PairLoss(Worked[Contrastive]):
    spec = Contrastive
    levels = (1, 2)
    rule = Text(
        r"$D^2/2$ for similar pairs, else $\max(0, m - D)^2/2$", r"相似对为 $D^2/2$，否则为 $\max(0, m - D)^2/2$"
    )
    mistakes = (
        Mistake(
            "That is the loss of the other kind of pair.",
            "这是另一种样本对的损失。",
            lambda s: _loss(_d(s), s.margin, similar=not s.similar),
        ),
        Mistake(
            "The factor 1/2 is missing.", "漏了系数 1/2。", lambda s: 2 * _loss(_d(s), s.margin, similar=s.similar)
        ),
        Mistake(
            "The square is missing.", "漏了平方。", lambda s: (_d(s) if s.similar else max(0.0, s.margin - _d(s))) / 2
        ),
        Mistake(
            "Beyond the margin a dissimilar pair has no loss.",
            "超出间隔的不相似对没有损失。",
            lambda s: None if s.similar else (s.margin - _d(s)) ** 2 / 2,
        ),
        Mistake(
            "The difference is squared, not the terms: (m − D)², not m² − D².",
            "应对差平方：(m − D)²，而不是 m² − D²。",
            lambda s: max(0.0, s.margin**2 - _d(s) ** 2) / 2 if not s.similar else None,
        ),
        Mistake(
            "D is the distance; the squares of the coordinates' differences have a root over them.",
            "D 是距离：坐标差的平方和要开方。",
            lambda s: _loss(_d(s) ** 2, s.margin, similar=s.similar),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Contrastive | None:
        if level == 1:
            step = draw.choice(((0.3, 0.4), (0.6, 0.8), (0.8, 0.6), (0.4, 0.3), (1.2, 0.9), (0.9, 1.2)))
            x1 = draw.decimals(2, -2, 2, 1)
            x2 = tuple(round(a + b * draw.choice((-1, 1)), 1) for a, b in zip(x1, step, strict=True))
            return Contrastive(x1, x2, draw.chance(0.4), 2.0)
        s = Contrastive(
            draw.decimals(2, -1, 1, 1), draw.decimals(2, -1, 1, 1), draw.chance(0.3), draw.choice((1.0, 1.5, 2.0, 2.5))
        )
        return s if _d(s) > 0.2 and (_d(s) < s.margin or draw.chance(0.2)) else None

    def formula(self, s: Contrastive) -> float:
        squares = sum((a - b) ** 2 for a, b in zip(s.x1, s.x2, strict=True))
        return squares / 2 if s.similar else max(0.0, s.margin - math.sqrt(squares)) ** 2 / 2

    def stem(self, s: Contrastive) -> Text:
        kind = ("similar", "相似") if s.similar else ("dissimilar", "不相似")
        return Text(
            f"The embeddings {vector(s.x1)} and {vector(s.x2)} are a {kind[0]} pair. What is its contrastive loss "
            "as published by Hadsell et "
            f"al. (Euclidean distance, both terms with the factor 1/2), with margin {num(s.margin)}?",
            f"嵌入 {vector(s.x1)} 与 {vector(s.x2)} 为{kind[1]}样本对。按 Hadsell 等人的原始形式（欧氏距离，两项均带系数 1/2），间隔为 "
            f"{num(s.margin)}，对比损失是多少？",
        )

    def why(self, s: Contrastive) -> Text:
        d = num(_d(s))
        if s.similar:
            return Text(
                f"The distance is ${d}$; the margin {num(s.margin)} does not concern similar pairs:",
                f"距离为 ${d}$；间隔 {num(s.margin)} 与相似对无关：",
            )
        return Text(f"The distance is ${d}$; a dissimilar pair:", f"距离为 ${d}$；不相似对：")

    def steps(self, s: Contrastive) -> str:
        front = f"{num(_d(s))}^2/2" if s.similar else rf"\max(0, {num(s.margin)} - {num(_d(s))})^2/2"
        return f"{front} = {num(self.formula(s))}"


class DistanceBehind(Worked[ContrastiveDistance]):
    spec = ContrastiveDistance
    levels = (3,)
    find = "distance"
    rule = r"$D = m - \sqrt{2 L}$"
    mistakes = (
        Mistake("That is the distance of a similar pair.", "这是相似对的距离。", lambda s: math.sqrt(2 * s.loss)),
        Mistake(
            "The factor 2 is missing under the root.", "根号下漏了系数 2。", lambda s: s.margin - math.sqrt(s.loss)
        ),
        Mistake("The root is missing.", "漏了开方。", lambda s: s.margin - 2 * s.loss),
        Mistake(
            "The root is subtracted from the margin, not added.",
            "应从间隔中减去该平方根，不是加上。",
            lambda s: s.margin + math.sqrt(2 * s.loss),
        ),
        Mistake(
            "The difference is squared, not the terms: (m − D)², not m² − D².",
            "应对差平方：(m − D)²，而不是 m² − D²。",
            lambda s: math.sqrt(s.margin**2 - 2 * s.loss),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ContrastiveDistance | None:
        margin = draw.choice((1.0, 1.5, 2.0, 2.5, 3.0))
        loss = round((margin - draw.decimal(0.1, 0.85, 2) * margin) ** 2 / 2, 3)
        return ContrastiveDistance(loss, margin)

    def formula(self, s: ContrastiveDistance) -> float:
        return s.margin - math.sqrt(2 * s.loss)

    def stem(self, s: ContrastiveDistance) -> Text:
        return Text(
            f"A dissimilar pair has the contrastive loss {num(s.loss)} with margin {num(s.margin)} (Hadsell et "
            "al., with the factor 1/2). How far "
            "apart are the two embeddings?",
            f"某不相似样本对在间隔为 {num(s.margin)} 时的对比损失（Hadsell 等人的形式，带系数 1/2）为 {num(s.loss)}。两个嵌入相距多远？",
        )

    def why(self, s: ContrastiveDistance) -> Text:
        return Text("From $(m - D)^2/2 = L$:", "由 $(m - D)^2/2 = L$：")

    def steps(self, s: ContrastiveDistance) -> str:
        return rf"D = {num(s.margin)} - \sqrt{{2 \cdot {num(s.loss)}}} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="contrastive",
    version=1,
    topic="activations-losses",
    title=Text("Contrastive loss", "对比损失"),
    questions=(PairLoss(), DistanceBehind()),
)
