"""Cosine similarity and cosine embedding loss. Source: documentation of torch.nn.CosineEmbeddingLoss."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, terms, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.embedding_losses import CosineEmbedding, CosineSimilarity


def _dot(s: CosineSimilarity) -> float:
    return sum(a * b for a, b in zip(s.x1, s.x2, strict=True))


def _length(x: Sequence[float]) -> float:
    return math.sqrt(sum(a * a for a in x))


def _cos(s: CosineSimilarity) -> float:
    return _dot(s) / _length(s.x1) / _length(s.x2)


def _draw(draw: Draw, count: int) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    x1, x2 = (tuple(float(draw.integer(-4, 5)) for _ in range(count)) for _ in range(2))
    return (x1, x2) if any(x1) and any(x2) and sum(a * b for a, b in zip(x1, x2, strict=True)) != 0 else None


class Cosine(Worked[CosineSimilarity]):
    spec = CosineSimilarity
    levels = (1, 2)
    rule = r"$x_1 \cdot x_2/(|x_1| |x_2|)$"
    mistakes = (
        Mistake("That is the dot product; the lengths divide it.", "这是点积；还要除以两个长度。", _dot),
        Mistake(
            "Both lengths divide, not only the first.",
            "要除以两个长度，不只是第一个。",
            lambda s: _dot(s) / _length(s.x1),
        ),
        Mistake(
            "The lengths have roots: squared lengths divide too much.",
            "长度要开方：不能除以长度的平方。",
            lambda s: _dot(s) / _length(s.x1) ** 2 / _length(s.x2) ** 2,
        ),
        Mistake("That is the cosine distance, 1 − cos.", "这是余弦距离 1 − cos。", lambda s: 1 - _cos(s)),
        Mistake(
            "The lengths are multiplied, not added.",
            "两个长度相乘，不是相加。",
            lambda s: _dot(s) / (_length(s.x1) + _length(s.x2)),
        ),
        Mistake("The sign of the dot product stays.", "点积的符号要保留。", lambda s: -_cos(s)),
    )

    def sample(self, draw: Draw, level: int) -> CosineSimilarity | None:
        drawn = _draw(draw, 2 if level == 1 else draw.choice((3, 4)))
        return CosineSimilarity(*drawn) if drawn else None

    def formula(self, s: CosineSimilarity) -> float:
        return _dot(s) / math.sqrt(sum(a * a for a in s.x1) * sum(b * b for b in s.x2))

    def stem(self, s: CosineSimilarity) -> Text:
        x1, x2 = vector(s.x1), vector(s.x2)
        return Text(f"What is the cosine similarity of {x1} and {x2}?", f"{x1} 与 {x2} 的余弦相似度是多少？")

    def steps(self, s: CosineSimilarity) -> str:
        lengths = rf"(\sqrt{{{num(_length(s.x1) ** 2)}}} \cdot \sqrt{{{num(_length(s.x2) ** 2)}}})"
        return rf"({terms(zip(s.x1, s.x2, strict=True))})/{lengths} = {num(self.formula(s))}"


class Embedding(Worked[CosineEmbedding]):
    spec = CosineEmbedding
    levels = (3,)
    find = "loss"
    rule = Text(
        r"$1 - \cos$ for similar pairs, else $\max(0, \cos - m)$", r"相似对为 $1 - \cos$，否则为 $\max(0, \cos - m)$"
    )
    mistakes = (
        Mistake(
            "That is the loss of the other kind of pair.",
            "这是另一种样本对的损失。",
            lambda s: max(0.0, _cos(s) - s.margin) if s.similar else 1 - _cos(s),
        ),
        Mistake("That is the similarity, not the loss.", "这是相似度，不是损失。", _cos),
        Mistake("The margin is missing.", "漏了间隔。", lambda s: None if s.similar else max(0.0, _cos(s))),
        Mistake(
            "The margin concerns dissimilar pairs only.",
            "间隔只用于不相似对。",
            lambda s: max(0.0, 1 - _cos(s) - s.margin) if s.similar else None,
        ),
        Mistake(
            "The loss of a dissimilar pair is cut at 0.",
            "不相似对的损失在 0 处截断。",
            lambda s: None if s.similar else _cos(s) - s.margin,
        ),
        Mistake(
            "The margin is subtracted from the cosine, not the other way round.",
            "应从余弦中减去间隔，而不是反过来。",
            lambda s: None if s.similar else max(0.0, s.margin - _cos(s)),
        ),
        Mistake(
            "The lengths were left out of the similarity.",
            "计算相似度时漏了长度。",
            lambda s: 1 - _dot(s) if s.similar else max(0.0, _dot(s) - s.margin),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CosineEmbedding | None:
        drawn = _draw(draw, 2)
        if drawn is None:
            return None
        s = CosineEmbedding(*drawn, draw.chance(0.4), draw.choice((0.1, 0.2, 0.3, 0.5)))
        return s if s.similar or _cos(s) > s.margin or draw.chance(0.1) else None

    def formula(self, s: CosineEmbedding) -> float:
        cos = _dot(s) / math.sqrt(sum(a * a for a in s.x1) * sum(b * b for b in s.x2))
        return 1 - cos if s.similar else max(0.0, cos - s.margin)

    def stem(self, s: CosineEmbedding) -> Text:
        kind = (
            ("similar (target 1)", "相似（目标 1）") if s.similar else ("dissimilar (target −1)", "不相似（目标 −1）")
        )
        return Text(
            f"What does `nn.CosineEmbeddingLoss(margin={num(s.margin)})` give for the pair {vector(s.x1)} and {vector(s.x2)}, which is "
            f"{kind[0]}?",
            f"{vector(s.x1)} 与 {vector(s.x2)} 为{kind[1]}样本对。`nn.CosineEmbeddingLoss(margin={num(s.margin)})` 给出多少？",
        )

    def why(self, s: CosineEmbedding) -> Text:
        lengths = rf"(\sqrt{{{num(_length(s.x1) ** 2)}}} \cdot \sqrt{{{num(_length(s.x2) ** 2)}}})"
        cos = rf"\cos = {num(_dot(s))}/{lengths} = {num(_cos(s))}"
        if s.similar:
            return Text(
                f"${cos}$; the margin {num(s.margin)} does not concern similar pairs:",
                f"${cos}$；间隔 {num(s.margin)} 与相似对无关：",
            )
        return Text(f"${cos}$; for a dissimilar pair:", f"${cos}$；不相似对：")

    def steps(self, s: CosineEmbedding) -> str:
        if s.similar:
            return f"1 - ({num(_cos(s))}) = {num(self.formula(s))}"
        return rf"\max(0, {num(_cos(s))} - {num(s.margin)}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="cosine_similarity",
    version=1,
    topic="activations-losses",
    title=Text("Cosine similarity", "余弦相似度"),
    questions=(Cosine(), Embedding()),
)
