"""The running statistics of batch norm."""

from __future__ import annotations

import math
from fractions import Fraction

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import Norm
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import RunningBatches, RunningStat


def _stats(s: RunningStat, *, biased: bool = False) -> list[float]:
    """The statistic of each batch."""
    norms = [Norm(0, batch) for batch in s.batches]
    if s.stat == "mean":
        return [norm.mean for norm in norms]
    return [norm.var if biased else norm.squares / (len(norm.cells) - 1) for norm in norms]


def _run(s: RunningStat, stats: list[float], start: float | None = None, *, inverted: bool = False) -> float:
    value = (0.0 if s.stat == "mean" else 1.0) if start is None else start
    new = 1 - s.momentum if inverted else s.momentum
    for stat in stats:
        value = (1 - new) * value + new * stat
    return value


class Running(Question[RunningStat]):
    """Source: documentation of torch.nn.BatchNorm1d; its running variance is the unbiased one."""

    spec = RunningStat
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$r \leftarrow (1 - m) r + m \cdot s$, from 0 (mean) or 1 (variance, unbiased)",
        r"$r \leftarrow (1 - m) r + m \cdot s$，初值为 0（均值）或 1（方差，无偏）",
    )
    mistakes = (
        Mistake(
            "PyTorch's momentum weights the new value, not the old one.",
            "PyTorch 的 momentum 是新值的权重，不是旧值的权重。",
            lambda s: _run(s, _stats(s), inverted=True),
        ),
        Mistake(
            "The running variance is updated with the unbiased variance (n − 1).",
            "running_var 用无偏方差（除以 n − 1）更新。",
            lambda s: _run(s, _stats(s, biased=True)) if s.stat == "var" else None,
        ),
        Mistake(
            "running_var starts from 1, not from 0.",
            "running_var 的初值是 1，不是 0。",
            lambda s: _run(s, _stats(s), 0.0) if s.stat == "var" else None,
        ),
        Mistake(
            "The running value starts from 0 (mean) or 1 (variance), not from the first batch.",
            "运行值的初值是 0（均值）或 1（方差），不是第一批的统计量。",
            lambda s: _run(s, _stats(s)[1:], _stats(s)[0]),
        ),
        Mistake(
            "That is the plain mean over the batches; the running value is an exponential one.",
            "这是各批的普通平均；运行值是指数滑动平均。",
            lambda s: sum(_stats(s)) / len(s.batches),
        ),
        Mistake(
            "Only the last batch was taken in.",
            "只算了最后一批。",
            lambda s: _run(s, _stats(s)[-1:]),
        ),
        Mistake(
            "The root was taken: the layer keeps variances.",
            "多开了方：该层保存的是方差。",
            lambda s: math.sqrt(_run(s, _stats(s))) if s.stat == "var" else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> RunningStat | None:
        count, batches = draw.integer(3, 5), (1 if level == 1 else draw.integer(2, 3))
        values = tuple(tuple(draw.integer(-3, 9) for _ in range(count)) for _ in range(batches))
        s = RunningStat(values, draw.choice(("mean", "var")), 0.1 if level == 1 else draw.decimal(0.05, 0.4, 2))
        return s if all(abs(stat) > 0.2 for stat in _stats(s)) else None

    def formula(self, s: RunningStat) -> float:
        keep, value = 1 - s.momentum, 0.0
        if s.stat == "var":
            value = 1.0
        for stat in _stats(s):
            value = keep * value + s.momentum * stat
        return value

    def stem(self, s: RunningStat) -> Text:
        name = "running_mean" if s.stat == "mean" else "running_var"
        batches = ", ".join(vector(batch) for batch in s.batches)
        read = (
            ("one batch", "读入一批数据")
            if len(s.batches) == 1
            else (f"{len(s.batches)} batches, one after the other", f"依次读入 {len(s.batches)} 批数据")
        )
        return Text(
            f"A new `nn.BatchNorm1d(1, momentum={num(s.momentum)})` of PyTorch, in training mode, reads {read[0]}: {batches}. What is its "
            f"`{name}` then?",
            f"新建 PyTorch 的 `nn.BatchNorm1d(1, momentum={num(s.momentum)})`，在训练模式下{read[1]}：{batches}。此后它的 "
            f"`{name}` 是多少？",
        )

    def solution(self, s: RunningStat) -> Text:
        stats, value = _stats(s), (0.0 if s.stat == "mean" else 1.0)
        steps = []
        for stat in stats:
            new = (1 - s.momentum) * value + s.momentum * stat
            steps.append(
                rf"${num(1 - s.momentum)} \cdot {num(value)} + {num(s.momentum)} \cdot {_bracketed(stat)} = {num(new)}$"
            )
            value = new
        what = ("means", "均值") if s.stat == "mean" else ("unbiased variances (n − 1)", "无偏方差（n − 1）")
        start = 0 if s.stat == "mean" else 1
        return Text(
            f"The {what[0]} of the batches: {vector(stats)}; the running value starts from {start}.\n\n"
            + ", ".join(steps),
            f"各批的{what[1]}：{vector(stats)}；运行值从 {start} 开始。\n\n" + "，".join(steps),
        )


def _bracketed(value: float) -> str:
    return num(value) if value >= 0 else f"({num(value)})"


def _reached(momentum: float, share: float) -> int:
    """The smallest n with 1 − (1 − m)^n ≥ share, exactly."""
    keep, left, count = 1 - Fraction(str(momentum)), 1 - Fraction(str(share)), 1
    rest = keep
    while rest > left:
        rest *= keep
        count += 1
    return count


class Batches(Question[RunningBatches]):
    """How long the running mean takes."""

    spec = RunningBatches
    answer = Integer()
    levels = (3,)
    find = "batches"
    rule = r"$1 - (1 - m)^n \ge q$"
    mistakes = (
        Mistake(
            "The share left over shrinks by the factor 1 − m per batch, it is not reduced by m each time.",
            "剩余的比例每批乘以 1 − m，而不是每批减去 m。",
            lambda s: math.ceil(round(s.share / s.momentum, 9)),
        ),
        Mistake(
            "PyTorch's momentum weights the new value, not the old one.",
            "PyTorch 的 momentum 是新值的权重，不是旧值的权重。",
            lambda s: max(1, math.ceil(math.log(1 - s.share) / math.log(s.momentum))),
        ),
        Mistake(
            "Rounded down, the share is not reached yet.",
            "向下取整时尚未达到该比例。",
            lambda s: _reached(s.momentum, s.share) - 1,
        ),
        Mistake(
            "That solves (1 − m)^n ≤ q; what is left over must be at most 1 − q.",
            "这是由 (1 − m)^n ≤ q 解出的；剩余部分应不超过 1 − q。",
            lambda s: max(1, math.ceil(math.log(s.share) / math.log(1 - s.momentum))),
        ),
        Mistake(
            "1/m batches is only the time constant.",
            "1/m 批只是时间常数。",
            lambda s: round(1 / s.momentum),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RunningBatches | None:
        return RunningBatches(draw.choice((0.05, 0.1, 0.15, 0.2, 0.25, 0.3)), draw.integer(10, 19) * 5 / 100)

    def formula(self, s: RunningBatches) -> int:
        return _reached(s.momentum, s.share)

    def stem(self, s: RunningBatches) -> Text:
        return Text(
            f"A new `nn.BatchNorm1d(1, momentum={num(s.momentum)})` of PyTorch, in training mode, reads batches that all have the same "
            f"positive mean. After how many batches is `running_mean` for the first time at least {num(s.share)} times that mean?",
            f"新建 PyTorch 的 `nn.BatchNorm1d(1, momentum={num(s.momentum)})`，在训练模式下读入若干批数据，各批均值相同且为正。"
            f"经过多少批后，`running_mean` 首次不小于该均值的 {num(s.share)} 倍？",
        )

    def solution(self, s: RunningBatches) -> Text:
        n = self.formula(s)
        keep = num(1 - s.momentum)
        bound = rf"n \ge \ln {num(1 - s.share)} / \ln {keep} = {num(math.log(1 - s.share) / math.log(1 - s.momentum))}"
        return Text(
            f"With momentum {num(s.momentum)}, $1 - {keep}^n$ of the mean is reached after n batches; it must be at least {num(s.share)}: "
            f"${bound}$, so n = {n}.",
            f"momentum 为 {num(s.momentum)} 时，n 批后达到均值的 $1 - {keep}^n$，应不小于 {num(s.share)}：${bound}$，故 n = {n}。",
        )


MODEL = ItemModel(
    name="batch_norm_running",
    version=1,
    topic="regularisation",
    title=Text("Running statistics of batch norm", "批归一化的运行统计量"),
    questions=(Running(), Batches()),
)
