"""Statistics of one batch that lies on several devices."""

from __future__ import annotations

import math
from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import EPS
from quizcv.items.text import num, signed, terms, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.statistics import SyncNormed, SyncStat


def _mean(s: Any) -> float:
    return float(sum([n * mean for n, mean in zip(s.counts, s.means, strict=True)]) / sum(s.counts))


def _within(s: Any) -> float:
    """The weighted mean of the variances alone."""
    return float(sum([n * var for n, var in zip(s.counts, s.variances, strict=True)]) / sum(s.counts))


def _var(s: Any) -> float:
    mean = _mean(s)
    parts = zip(s.counts, s.means, s.variances, strict=True)
    return float(sum([n * (var + (m - mean) ** 2) for n, m, var in parts]) / sum(s.counts))


def _plain(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)


def _devices(s: Any) -> Text:
    return Text(
        f"A batch lies on {len(s.counts)} devices: for one channel they hold {vector(s.counts)} values, with means {vector(s.means)} and "
        f"biased variances {vector(s.variances)}.",
        f"一批数据分布在 {len(s.counts)} 个设备上：某通道在各设备上的值的个数为 {vector(s.counts)}，均值为 {vector(s.means)}，"
        f"有偏方差为 {vector(s.variances)}。",
    )


def _mean_worked(s: Any) -> str:
    return rf"\mu = ({terms(zip(s.counts, s.means, strict=True))})/{sum(s.counts)} = {num(_mean(s))}"


def _var_worked(s: Any) -> str:
    parts = zip(s.counts, s.means, s.variances, strict=True)
    inner = " + ".join(rf"{n} \cdot ({num(var)} + ({num(m)} - {signed(_mean(s))})^2)" for n, m, var in parts)
    return rf"\sigma^2 = ({inner})/{sum(s.counts)} = {num(_var(s))}"


def _draw(draw: Draw, level: int) -> tuple[Any, Any, Any]:
    devices = 2 if level == 1 else draw.integer(2, 3)
    counts = tuple(draw.choice((4, 6, 8, 10, 12, 16, 20, 24)) for _ in range(devices))
    return counts, draw.decimals(devices, -3, 5, 1), draw.decimals(devices, 0.5, 4, 1)


class Stat(Question[SyncStat]):
    """Source: documentation of torch.nn.SyncBatchNorm; the law of total variance."""

    spec = SyncStat
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$\mu = \sum n_i \mu_i / n$, $\sigma^2 = \sum n_i (\sigma_i^2 + (\mu_i - \mu)^2)/n$"
    mistakes = (
        Mistake(
            "The devices hold different numbers of values: weight them.",
            "各设备上值的个数不同：要加权。",
            lambda s: _plain(s.means) if s.stat == "mean" else _plain(s.variances),
        ),
        Mistake(
            "The means differ too: their distances from the common mean add to the variance.",
            "各设备的均值也不同：与总均值的偏差要计入方差。",
            lambda s: _within(s) if s.stat == "var" else None,
        ),
        Mistake(
            "The common mean is the weighted one; the plain one was used.",
            "总均值应是加权平均；误用了普通平均。",
            lambda s: (
                _within(s) + sum((m - _plain(s.means)) ** 2 for m in s.means) / len(s.means)
                if s.stat == "var"
                else None
            ),
        ),
        Mistake(
            "That is the variance of the means alone.",
            "这只是各均值之间的方差。",
            lambda s: _var(s) - _within(s) if s.stat == "var" else None,
        ),
        Mistake(
            "Divide by the number of all values, not by the largest count.",
            "应除以全部值的个数，而不是最大的个数。",
            lambda s: _mean(s) * sum(s.counts) / max(s.counts) if s.stat == "mean" else None,
        ),
        Mistake(
            "The weights of the devices were swapped.",
            "各设备的权重弄反了。",
            lambda s: (
                sum(n * m for n, m in zip(s.counts[::-1], s.means, strict=True)) / sum(s.counts)
                if s.stat == "mean"
                else None
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SyncStat | None:
        counts, means, variances = _draw(draw, level)
        if len(set(counts)) < 2 or len(set(means)) < 2:
            return None
        return SyncStat(counts, means, variances, "mean" if level == 1 else "var")

    def formula(self, s: SyncStat) -> float:
        return _mean(s) if s.stat == "mean" else _var(s)

    def stem(self, s: SyncStat) -> Text:
        devices = _devices(s)
        which = ("mean", "均值") if s.stat == "mean" else ("biased variance", "有偏方差")
        return Text(
            f"{devices.en} Which {which[0]} does synchronised batch norm find for the whole batch?",
            f"{devices.zh}同步批归一化对整批数据求得的{which[1]}是多少？",
        )

    def solution(self, s: SyncStat) -> Text:
        if s.stat == "mean":
            return Text(f"Every value weighs the same: ${_mean_worked(s)}$.", f"每个值权重相同：${_mean_worked(s)}$。")
        return Text(
            f"The common mean: ${_mean_worked(s)}$.\n\n${_var_worked(s)}$",
            f"总均值：${_mean_worked(s)}$。\n\n${_var_worked(s)}$",
        )


class Normed(Question[SyncNormed]):
    """What comes of a value with these statistics."""

    spec = SyncNormed
    answer = Number(decimals=3)
    levels = (3,)
    find = "output"
    rule = Text(
        r"$y = (x - \mu)/\sqrt{\sigma^2 + \epsilon}$ with the statistics of all devices",
        r"$y = (x - \mu)/\sqrt{\sigma^2 + \epsilon}$，统计量取自所有设备",
    )
    mistakes = (
        Mistake(
            "The value was normalised with the first device's statistics alone.",
            "只用了第一个设备的统计量。",
            lambda s: (s.x - s.means[0]) / math.sqrt(s.variances[0] + s.eps),
        ),
        Mistake(
            "The differences of the devices' means belong to the variance.",
            "各设备均值之间的差异也要计入方差。",
            lambda s: (s.x - _mean(s)) / math.sqrt(_within(s) + s.eps),
        ),
        Mistake(
            "The devices hold different numbers of values: weight them.",
            "各设备上值的个数不同：要加权。",
            lambda s: (s.x - _plain(s.means)) / math.sqrt(_plain(s.variances) + s.eps),
        ),
        Mistake(
            "Divide by the standard deviation, not by the variance.",
            "应除以标准差，而不是方差。",
            lambda s: (s.x - _mean(s)) / (_var(s) + s.eps),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SyncNormed | None:
        counts, means, variances = _draw(draw, 2)
        x = draw.decimal(-6, 8, 1)
        if len(set(counts)) < 2 or len(set(means)) < 2:
            return None
        s = SyncNormed(counts, means, variances, x, EPS)
        return s if abs(x - _mean(s)) > 0.5 else None

    def formula(self, s: SyncNormed) -> float:
        return (s.x - _mean(s)) / math.sqrt(_var(s) + s.eps)

    def stem(self, s: SyncNormed) -> Text:
        devices = _devices(s)
        return Text(
            f"{devices.en} What does synchronised batch norm (γ = 1, β = 0, $\\epsilon$ = ${num(s.eps)}$) give for a value {num(s.x)} on "
            "the first device?",
            f"{devices.zh}同步批归一化（γ = 1，β = 0，$\\epsilon$ = ${num(s.eps)}$）对第一个设备上的值 {num(s.x)} 的输出是多少？",
        )

    def solution(self, s: SyncNormed) -> Text:
        last = rf"({num(s.x)} - {signed(_mean(s))})/\sqrt{{{num(_var(s))} + {num(s.eps)}}} = {num(self.formula(s))}"
        return Text(
            f"All devices together: ${_mean_worked(s)}$, ${_var_worked(s)}$.\n\n${last}$",
            f"所有设备合在一起：${_mean_worked(s)}$，${_var_worked(s)}$。\n\n${last}$",
        )


MODEL = ItemModel(
    name="sync_batch_norm",
    version=1,
    topic="regularisation",
    title=Text("Synchronised batch norm", "同步批归一化"),
    questions=(Stat(), Normed()),
)
