"""Accumulated gradients: what several micro-batches leave in `.grad`."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import Accumulated, AccumulatedGap


def _means(s: Accumulated) -> list[float]:
    return [sum(batch) / len(batch) for batch in s.grads]


def _flat(s: Accumulated) -> list[float]:
    return [grad for batch in s.grads for grad in batch]


def _whole(s: Accumulated) -> float:
    return sum(_flat(s)) / len(_flat(s))


def _accumulated(s: Accumulated) -> float:
    return sum(_means(s)) / (len(s.grads) if s.divided else 1)


def _setting(s: Accumulated) -> Text:
    """The samples, the losses and the calls."""
    count = len(s.grads)
    listed = "; ".join(vector(batch) for batch in s.grads), "；".join(vector(batch) for batch in s.grads)
    en, zh = (
        ("divided by the number of micro-batches", "再除以微批数")
        if s.divided
        else ("not divided any further", "不再做其他除法")
    )
    return Text(
        f"Gradients are accumulated over {count} micro-batches: `zero_grad()` once, then `backward()` for each micro-batch. For "
        f"one weight the losses of the samples have the gradients {listed[0]} (one list per micro-batch). The loss of a "
        f"micro-batch is the mean over its samples, {en}.",
        f"在 {count} 个微批上累积梯度：先调用一次 `zero_grad()`，再对每个微批调用 `backward()`。各样本损失对某个权重的梯度为 "
        f"{listed[1]}（每个微批一组）。每个微批的损失是其样本损失的平均，{zh}。",
    )


class InGrad(Question[Accumulated]):
    """Source: documentation of torch.Tensor.backward: gradients are added to `.grad`."""

    spec = Accumulated
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        (
            r"$\frac 1k \sum_j \bar g_j$ (loss divided) or $\sum_j \bar g_j$ (not divided), $\bar g_j$ the mean "
            "of micro-batch $j$"
        ),
        r"$\frac 1k \sum_j \bar g_j$（损失除以微批数）或 $\sum_j \bar g_j$（不除），$\bar g_j$ 为第 $j$ 个微批的平均",
    )
    mistakes = (
        Mistake(
            "`backward()` adds to `.grad`; without the division the means add up, with it they are averaged.",
            "`backward()` 会累加到 `.grad`；不除时各均值相加，除以微批数时才是平均。",
            lambda s: sum(_means(s)) * (1 if s.divided else 1 / len(s.grads)),
        ),
        Mistake(
            "Each micro-batch counts alike, however many samples it has: that is not the mean over all samples.",
            "各微批的权重相同，与样本数无关：这不等于所有样本的平均。",
            lambda s: _whole(s),
        ),
        Mistake(
            "`backward()` adds to `.grad`; it does not overwrite it.",
            "`backward()` 是累加到 `.grad`，而不是覆盖。",
            lambda s: _means(s)[-1] / (len(s.grads) if s.divided else 1),
        ),
        Mistake(
            "A micro-batch's loss is a mean, not a sum.",
            "微批的损失是平均，而不是求和。",
            lambda s: sum(_flat(s)) / (len(s.grads) if s.divided else 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Accumulated | None:
        if level == 1:
            count, size = draw.integer(2, 3), draw.integer(2, 3)
            return Accumulated(tuple(draw.decimals(size, -4, 8, 0) for _ in range(count)))
        sizes = [draw.integer(1, 3) for _ in range(draw.integer(2, 3))]
        if len(set(sizes)) == 1:
            return None
        return Accumulated(tuple(draw.decimals(size, -4, 8, 1) for size in sizes), draw.chance(0.6))

    def formula(self, s: Accumulated) -> float:
        return _accumulated(s)

    def stem(self, s: Accumulated) -> Text:
        setting = _setting(s)
        return Text(
            f"{setting.en} What is the weight's `.grad` in the end?", f"{setting.zh}最后该权重的 `.grad` 是多少？"
        )

    def solution(self, s: Accumulated) -> Text:
        means = [num(mean) for mean in _means(s)]
        total = " + ".join(signed(mean) for mean in _means(s))
        total = f"({total})/{len(s.grads)}" if s.divided else total
        return Text(
            f"Means of the micro-batches: {', '.join(means)}.\n\nAdded up in `.grad`: ${total} = {num(_accumulated(s))}$.",
            f"各微批的平均：{'，'.join(means)}。\n\n在 `.grad` 中累加：${total} = {num(_accumulated(s))}$。",
        )


class Gap(Question[AccumulatedGap]):
    """What unequal micro-batches change."""

    spec = AccumulatedGap
    answer = Number(decimals=3)
    levels = (3,)
    find = "gap"
    rule = Text(
        (
            r"$\frac 1k \sum_j \bar g_j - \frac 1N \sum_i g_i$ (loss divided), $\sum_j \bar g_j - \frac 1N \sum_i "
            "g_i$ (not divided)"
        ),
        (
            r"$\frac 1k \sum_j \bar g_j - \frac 1N \sum_i g_i$（损失除以微批数）或 $\sum_j \bar g_j - \frac 1N \sum_i "
            "g_i$（不除）"
        ),
    )
    mistakes = (
        Mistake(
            "The two agree only if all micro-batches are equally large and the loss is divided.",
            "只有微批大小相同且损失除以微批数时，两者才相等。",
            lambda s: 0.0,
        ),
        Mistake(
            "The sign: the gradient of the single batch is subtracted.",
            "符号错误：应减去单个大批的梯度。",
            lambda s: _whole(s) - _accumulated(s),
        ),
        Mistake(
            "Mind whether each loss is divided by the number of micro-batches.",
            "注意每个损失是否除以微批数。",
            lambda s: sum(_means(s)) * (1 if s.divided else 1 / len(s.grads)) - _whole(s),
        ),
        Mistake("That is the accumulated gradient itself.", "这是累积得到的梯度本身。", lambda s: _accumulated(s)),
        Mistake(
            "The single batch takes the mean over all samples, not the sum.",
            "单个大批取所有样本的平均，而不是求和。",
            lambda s: _accumulated(s) - sum(_flat(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AccumulatedGap | None:
        sizes = [draw.integer(1, 4) for _ in range(draw.integer(2, 3))]
        if len(set(sizes)) == 1:
            return None
        return AccumulatedGap(tuple(draw.decimals(size, -4, 8, 0) for size in sizes), draw.chance(0.7))

    def formula(self, s: AccumulatedGap) -> float:
        return _accumulated(s) - _whole(s)

    def stem(self, s: AccumulatedGap) -> Text:
        setting = _setting(s)
        return Text(
            f"{setting.en} What is the weight's `.grad` in the end minus the gradient of the mean loss over all samples taken as "
            "one batch?",
            f"{setting.zh}最后该权重的 `.grad` 减去把所有样本作为一个批、取平均损失时的 `.grad`，等于多少？",
        )

    def solution(self, s: AccumulatedGap) -> Text:
        total = " + ".join(signed(mean) for mean in _means(s))
        total = f"({total})/{len(s.grads)}" if s.divided else total
        whole = f"({' + '.join(signed(grad) for grad in _flat(s))})/{len(_flat(s))} = {num(_whole(s))}"
        gap = f"{num(_accumulated(s))} - {signed(_whole(s))} = {num(self.formula(s))}"
        return Text(
            f"Accumulated: ${total} = {num(_accumulated(s))}$.\n\nOne batch: ${whole}$.\n\nThe difference: ${gap}$.",
            f"累积：${total} = {num(_accumulated(s))}$。\n\n单个大批：${whole}$。\n\n差值：${gap}$。",
        )


MODEL = ItemModel(
    "gradient_accumulation_gradient", 1, "optimizers", Text("Accumulated gradients", "梯度累积"), (InGrad(), Gap())
)
