"""What the questions on normalisation layers have in common: moments, the normalised value, its usual mistakes, its worked steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from quizcv.items.model import Mistake
from quizcv.items.text import grid, num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Stack

EPS = 1e-5
#: A smaller variance makes everything hang on the last digits.
SPREAD = 0.5


class Norm:
    """One value and the values it is normalised with."""

    __slots__ = ("beta", "cells", "eps", "gamma", "mean", "squares", "var", "x")

    def __init__(
        self, x: float, cells: Sequence[float], gamma: float = 1.0, beta: float = 0.0, eps: float = EPS
    ) -> None:
        self.x, self.cells, self.gamma, self.beta, self.eps = x, cells, gamma, beta, eps
        self.mean = mean = sum(cells) / len(cells)
        #: The sum of squared deviations.
        self.squares = sum([(cell - mean) ** 2 for cell in cells])
        self.var = self.squares / len(cells)

    @property
    def out(self) -> float:
        return self.at(self.x)

    def at(self, x: float) -> float:
        return self.gamma * (x - self.mean) / math.sqrt(self.var + self.eps) + self.beta


def moments(norm: Norm) -> tuple[str, str]:
    """Mean and variance, worked."""
    count = len(norm.cells)
    return (
        rf"\mu = {num(sum(norm.cells))}/{count} = {num(norm.mean)}",
        rf"\sigma^2 = {num(norm.squares)}/{count} = {num(norm.var)}",
    )


def step(norm: Norm, x: float | None = None) -> str:
    """The last step, worked."""
    x = norm.x if x is None else x
    eps = f" + {num(norm.eps)}"
    inner = rf"({num(x)} - {signed(norm.mean)})/\sqrt{{{num(norm.var)}{eps}}}"
    return rf"{num(norm.gamma)} \cdot {inner} + {signed(norm.beta)} = {num(norm.at(x))}"


def worked(norm: Norm, over: Text) -> Text:
    """Moments and last step; `over` says over what the moments are taken."""
    mean, var = moments(norm)
    return Text(
        f"{over.en} ${mean}$, ${var}$ (biased).\n\n${step(norm)}$",
        f"{over.zh}${mean}$，${var}$（有偏）。\n\n${step(norm)}$",
    )


def usual(norm_of: Callable[[Any], Norm]) -> tuple[Mistake[Any], ...]:
    """The mistakes that every normalised value invites."""

    def unbiased(s: Any) -> float | None:
        n = norm_of(s)
        var = n.squares / (len(n.cells) - 1)
        return n.gamma * (n.x - n.mean) / math.sqrt(var + n.eps) + n.beta

    def by_variance(s: Any) -> float:
        n = norm_of(s)
        return n.gamma * (n.x - n.mean) / (n.var + n.eps) + n.beta

    def not_centred(s: Any) -> float:
        n = norm_of(s)
        return n.gamma * n.x / math.sqrt(n.var + n.eps) + n.beta

    def plain(s: Any) -> float | None:
        n = norm_of(s)
        return (n.x - n.mean) / math.sqrt(n.var + n.eps)

    def shifted_first(s: Any) -> float:
        n = norm_of(s)
        return n.gamma * ((n.x - n.mean) / math.sqrt(n.var + n.eps) + n.beta)

    return (
        Mistake(
            "The layer normalises with the biased variance: divide by n, not by n − 1.",
            "归一化用的是有偏方差：除以 n，不是 n − 1。",
            unbiased,
        ),
        Mistake("Divide by the standard deviation, not by the variance.", "应除以标准差，而不是方差。", by_variance),
        Mistake("The mean was not subtracted.", "没有减去均值。", not_centred),
        Mistake("The scale γ and the shift β were left out.", "漏掉了缩放 γ 和平移 β。", plain),
        Mistake("β is added after scaling with γ.", "β 在乘以 γ 之后才加。", shifted_first),
    )


def affine(s: Any) -> Text:
    """Scale, shift and eps of the layer."""
    return Text(
        rf"($\gamma$ = {num(s.gamma)}, $\beta$ = {num(s.beta)}, $\epsilon$ = ${num(s.eps)}$)",
        rf"（$\gamma$ = {num(s.gamma)}，$\beta$ = {num(s.beta)}，$\epsilon$ = ${num(s.eps)}$）",
    )


def draw_affine(draw: Draw, level: int) -> tuple[float, float]:
    """γ and β: 1 and 0 at level 1."""
    if level == 1:
        return 1.0, 0.0
    return draw.choice((0.5, 0.8, 1.2, 1.5, 2.0, -0.5, -1.5)), draw.choice((-1.0, -0.5, 0.2, 0.5, 1.0))


def draw_stack(draw: Draw, samples: int, channels: int, positions: int) -> Stack:
    """Small whole numbers, samples × channels × positions."""
    return tuple(
        tuple(tuple(draw.integer(-4, 9) for _ in range(positions)) for _ in range(channels)) for _ in range(samples)
    )


def shown(x: Stack) -> Text:
    """The features, a row per channel; a block per sample."""
    if len(x) == 1:
        return Text(f" (one row per channel):{grid(x[0])}", f"（每行一个通道）：{grid(x[0])}")
    en = "".join(f"Sample {at}:{grid(sample)}" for at, sample in enumerate(x))
    zh = "".join(f"样本 {at}：{grid(sample)}" for at, sample in enumerate(x))
    return Text(f" (one row per channel).\n\n{en}", f"（每行一个通道）。\n\n{zh}")


def own_channel(s: Any) -> list[int]:
    """What instance norm averages over."""
    return list(s.x[s.sample][s.channel])


def whole_sample(s: Any) -> list[int]:
    """What layer norm averages over."""
    return [cell for channel in s.x[s.sample] for cell in channel]


def whole_batch(s: Any) -> list[int]:
    """What batch norm averages over."""
    return [cell for sample in s.x for cell in sample[s.channel]]


def own_group(s: Any) -> list[int]:
    """What group norm averages over."""
    size = len(s.x[0]) // s.groups
    first = s.channel // size * size
    return [cell for channel in s.x[s.sample][first : first + size] for cell in channel]


def pooled(s: Any, cells: Sequence[float], *, active: bool = True, biased: bool = True) -> float:
    """Mean over the channel's positions of what the ReLU lets through."""
    norm = Norm(0, cells, s.gamma, s.beta, s.eps)
    stretch = 1.0 if biased else math.sqrt((norm.var + s.eps) / (norm.squares / (len(cells) - 1) + s.eps))
    outs = [(norm.at(x) - s.beta) * stretch + s.beta for x in s.x[s.sample][s.channel]]
    return float(sum([max(0.0, out) if active else out for out in outs]) / len(outs))


def pooled_text(s: Any, layer: Text) -> Text:
    """The stem of a question on a channel after normalisation, ReLU and pooling."""
    x, given = shown(s.x), affine(s)
    return Text(
        f"{layer.en} in training {given.en} reads these features{x.en}"
        f"A ReLU and global average pooling over the positions follow. What comes out for channel {s.channel} of sample {s.sample} "
        "(both counted from 0)?",
        f"训练模式下的{layer.zh}{given.zh}读入如下特征{x.zh}之后是 ReLU 和对所有位置的全局平均池化。样本 {s.sample} 的通道 "
        f"{s.channel}（均从 0 数起）的输出是多少？",
    )


def pooled_worked(s: Any, cells: Sequence[float], over: Text) -> Text:
    norm = Norm(0, cells, s.gamma, s.beta, s.eps)
    mean, var = moments(norm)
    outs = [norm.at(x) for x in s.x[s.sample][s.channel]]
    where = Text(f"channel {s.channel} of sample {s.sample}", f"样本 {s.sample} 的通道 {s.channel} ")
    total = " + ".join(num(max(0.0, out)) for out in outs)
    last = f"({total})/{len(outs)} = {num(pooled(s, cells))}"
    given = affine(s)
    return Text(
        f"{over.en} ${mean}$, ${var}$ (biased). Normalised {given.en}, {where.en} becomes {vector(outs)}.\n\n"
        f"ReLU and mean: ${last}$",
        f"{over.zh}${mean}$，${var}$（有偏）。归一化{given.zh}后，{where.zh}变为 {vector(outs)}。\n\nReLU 后求平均：${last}$",
    )
