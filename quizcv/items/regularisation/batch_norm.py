"""Batch norm in training: one output by hand, and a channel after ReLU and pooling."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import (
    SPREAD,
    Norm,
    affine,
    draw_affine,
    draw_stack,
    own_channel,
    pooled,
    pooled_text,
    pooled_worked,
    usual,
    whole_batch,
    whole_sample,
    worked,
)
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import BatchNormPooled, BatchNormTrain

NOT_REST = ("The ReLU sets negative values to 0 before the mean.", "ReLU 先把负值变为 0，再求平均。")
UNBIASED = (
    "The layer normalises with the biased variance: divide by n, not by n − 1.",
    "归一化用的是有偏方差：除以 n，不是 n − 1。",
)


def _norm(s: BatchNormTrain) -> Norm:
    return Norm(s.x[s.index], s.x, s.gamma, s.beta, s.eps)


class Train(Question[BatchNormTrain]):
    """Source: Ioffe and Szegedy 2015, algorithm 1; documentation of torch.nn.BatchNorm1d."""

    spec = BatchNormTrain
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$, biased $\sigma^2$ of the batch",
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$，$\sigma^2$ 为该批的有偏方差",
    )
    mistakes = usual(_norm)

    def sample(self, draw: Draw, level: int) -> BatchNormTrain | None:
        count = 4 if level == 1 else draw.integer(3, 6)
        x = tuple(draw.integer(-4, 9) for _ in range(count))
        s = BatchNormTrain(x, draw.integer(0, count - 1), *draw_affine(draw, level))
        return s if _norm(s).var >= SPREAD and s.x[s.index] * count != sum(x) else None

    def formula(self, s: BatchNormTrain) -> float:
        mean = sum(s.x) / len(s.x)
        var = sum((x - mean) ** 2 for x in s.x) / len(s.x)
        return float(s.gamma * (s.x[s.index] - mean) / (var + s.eps) ** 0.5 + s.beta)

    def stem(self, s: BatchNormTrain) -> Text:
        given = affine(s)
        return Text(
            f"In training, one channel of a batch norm layer of PyTorch {given.en} reads the batch {vector(s.x)}. What is the output "
            f"for the value {num(s.x[s.index])} at index {s.index} (from 0)?",
            f"训练时，PyTorch 的批归一化层的一个通道{given.zh}读入一批数据 {vector(s.x)}。序号 {s.index}（从 0 起）处的值 "
            f"{num(s.x[s.index])} 的输出是多少？",
        )

    def solution(self, s: BatchNormTrain) -> Text:
        over = Text(
            f"Over all {len(s.x)} values (for index {s.index}):", f"对全部 {len(s.x)} 个值（求序号 {s.index} 处）："
        )
        return worked(_norm(s), over)


class Pooled(Question[BatchNormPooled]):
    """Two more operations behind it."""

    spec = BatchNormPooled
    answer = Number(decimals=3)
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"statistics per channel over samples and positions; then $\mathrm{mean}(\max(0, y))$",
        r"每个通道对样本和位置求统计量；再求 $\max(0, y)$ 的平均",
    )
    mistakes = (
        Mistake(
            "That is instance norm: batch norm averages over the samples too.",
            "这是实例归一化；批归一化还要对样本求平均。",
            lambda s: pooled(s, own_channel(s)),
        ),
        Mistake(
            "That is layer norm: batch norm has statistics of its own for each channel.",
            "这是层归一化；批归一化的每个通道各有统计量。",
            lambda s: pooled(s, whole_sample(s)),
        ),
        Mistake(
            "All channels were normalised together; each has its own statistics.",
            "把所有通道放在一起归一化了；每个通道各有统计量。",
            lambda s: pooled(s, [cell for sample in s.x for channel in sample for cell in channel]),
        ),
        Mistake(*NOT_REST, lambda s: pooled(s, whole_batch(s), active=False)),
        Mistake(*UNBIASED, lambda s: pooled(s, whole_batch(s), biased=False)),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormPooled | None:
        found: BatchNormPooled | None = draw_pooled(draw, BatchNormPooled, whole_batch)
        return found

    def formula(self, s: BatchNormPooled) -> float:
        return pooled(s, whole_batch(s))

    def stem(self, s: BatchNormPooled) -> Text:
        return pooled_text(s, Text("A batch norm layer of PyTorch", " PyTorch 批归一化层"))

    def solution(self, s: BatchNormPooled) -> Text:
        over = Text("Over this channel of all samples:", "对所有样本的该通道：")
        return pooled_worked(s, whole_batch(s), over)


def draw_pooled(draw: Draw, spec: type[Any], cells: Any, channels: int = 2, samples: int = 2, **more: int) -> Any:
    """Features of which the ReLU lets something through, and not everything."""
    gamma, beta = draw_affine(draw, 3)
    x = draw_stack(draw, samples, channels, 3 if channels == 2 else 2)
    s = spec(x, draw.integer(0, samples - 1), draw.integer(0, channels - 1), gamma, beta, **more)
    values = cells(s)
    if Norm(0, values).var < SPREAD or Norm(0, own_channel(s)).var < SPREAD:
        return None
    whole = pooled(s, values, active=False)
    return s if abs(pooled(s, values) - whole) > 0.01 and pooled(s, values) > 0.05 else None


MODEL = ItemModel(
    name="batch_norm_train",
    version=1,
    topic="regularisation",
    title=Text("Batch norm in training", "训练时的批归一化"),
    questions=(Train(), Pooled()),
)
