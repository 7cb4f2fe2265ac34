"""Linear warm-up."""

from __future__ import annotations

from math import ceil, floor

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import STEPS
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rates import LinearWarmup, WarmupReached


def _linear(s: LinearWarmup, at: float, iters: float | None = None) -> float:
    share = min(max(at, 0) / (iters or s.total_iters), 1.0)
    return s.lr * (s.start_factor + (s.end_factor - s.start_factor) * share)


class Warmup(Question[LinearWarmup]):
    """Source: documentation of torch.optim.lr_scheduler.LinearLR."""

    spec = LinearWarmup
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$\eta_n = \eta (f_0 + (f_1 - f_0) \min(n/T, 1))$"
    mistakes = (
        Mistake(
            "The warm-up starts at the start factor, not at 0.",
            "预热从 start_factor 开始，而不是从 0 开始。",
            lambda s: s.lr * s.end_factor * min(s.step / s.total_iters, 1),
        ),
        Mistake(
            "That is the rate of step n − 1: step n comes after n updates of the rate.",
            "这是第 n − 1 步的学习率：第 n 步之前学习率已更新 n 次。",
            lambda s: _linear(s, s.step - 1),
        ),
        Mistake(
            "That is the rate of step n + 1: steps are counted from 0.",
            "这是第 n + 1 步的学习率：步数从 0 数起。",
            lambda s: _linear(s, s.step + 1),
        ),
        Mistake(
            "After the last warm-up step the rate stays.",
            "预热结束后学习率保持不变。",
            lambda s: (
                s.lr * (s.start_factor + (s.end_factor - s.start_factor) * s.step / s.total_iters)
                if s.step > s.total_iters
                else None
            ),
        ),
        Mistake(
            "The end factor was left out.",
            "漏掉了 end_factor。",
            lambda s: s.lr * (s.start_factor + (1 - s.start_factor) * min(s.step / s.total_iters, 1)),
        ),
        Mistake(
            "The start factor was added on top of the linear rise.",
            "start_factor 被额外加在了线性增长之上。",
            lambda s: s.lr * (s.start_factor + s.end_factor * min(s.step / s.total_iters, 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearWarmup | None:
        if level == 1:
            total = draw.choice((5, 10, 20))
            return LinearWarmup(
                draw.choice((0.01, 0.1, 0.2, 0.4)),
                total,
                draw.integer(1, total - 1),
                draw.choice((0.1, 0.2, 0.25, 0.5)),
            )
        total = draw.integer(5, 30)
        step = draw.integer(1, total - 1) if draw.chance(0.8) else total + draw.integer(1, 10)
        s = LinearWarmup(
            draw.decimal(0.02, 0.9, 2), total, step, draw.decimal(0.1, 0.5, 2), draw.choice((0.5, 0.8, 0.9, 1.0))
        )
        return s if s.start_factor != s.end_factor else None

    def formula(self, s: LinearWarmup) -> float:
        return _linear(s, s.step)

    def stem(self, s: LinearWarmup) -> Text:
        call = (
            f"LinearLR(start_factor={num(s.start_factor)}, end_factor={num(s.end_factor)}, total_iters={s.total_iters})"
        )
        return Text(
            f"An optimizer with learning rate {num(s.lr)} is warmed up by PyTorch's `{call}`. {STEPS.en} With which learning rate is "
            f"step {s.step} made?",
            f"优化器的学习率为 {num(s.lr)}，用 PyTorch 的 `{call}` 预热。{STEPS.zh}第 {s.step} 步的学习率是多少？",
        )

    def solution(self, s: LinearWarmup) -> Text:
        share = min(s.step / s.total_iters, 1)
        factor = s.start_factor + (s.end_factor - s.start_factor) * share
        step = (
            rf"{num(s.start_factor)} + ({num(s.end_factor)} - {num(s.start_factor)}) "
            rf"\cdot \min({s.step}/{s.total_iters}, 1) = {num(factor)}"
        )
        rate = rf"{num(s.lr)} \cdot {num(factor)} = {num(self.formula(s))}"
        return Text(f"Factor: ${step}$.\n\nRate: ${rate}$.", f"因子：${step}$。\n\n学习率：${rate}$。")


class Reached(Question[WarmupReached]):
    """The warm-up turned round."""

    spec = WarmupReached
    answer = Integer("step")
    levels = (3,)
    find = "step"
    rule = r"$n = \lceil T (r/\eta - f_0)/(1 - f_0) \rceil$"
    mistakes = (
        Mistake("Rounded down, the rate is still too small.", "向下取整时学习率还不够大。", lambda s: floor(_exact(s))),
        Mistake(
            "The warm-up starts at the start factor, not at 0.",
            "预热从 start_factor 开始，而不是从 0 开始。",
            lambda s: ceil(s.total_iters * s.rate / s.lr),
        ),
        Mistake(
            "The rise is 1 − f₀, not 1: divide by it.",
            "上升幅度是 1 − f₀，而不是 1：要除以它。",
            lambda s: ceil(s.total_iters * (s.rate / s.lr - s.start_factor)),
        ),
        Mistake(
            "One step too late: steps are counted from 0.", "晚了一步：步数从 0 数起。", lambda s: ceil(_exact(s)) + 1
        ),
        Mistake("That is the end of the warm-up.", "这是预热结束的时刻。", lambda s: s.total_iters),
    )

    def sample(self, draw: Draw, level: int) -> WarmupReached | None:
        lr = draw.choice((0.01, 0.1, 0.2, 0.4, 0.5))
        s = WarmupReached(
            lr,
            draw.choice((10, 20, 50, 80, 100, 120)),
            round(lr * draw.decimal(0.3, 0.95, 2), 5),
            draw.choice((0.05, 0.1, 0.2, 0.25)),
        )
        return s if 0.02 < _exact(s) % 1 < 0.98 else None

    def formula(self, s: WarmupReached) -> int:
        return ceil(_exact(s))

    def stem(self, s: WarmupReached) -> Text:
        call = f"LinearLR(start_factor={num(s.start_factor)}, total_iters={s.total_iters})"
        return Text(
            f"An optimizer with learning rate {num(s.lr)} is warmed up by PyTorch's `{call}` to its full rate. {STEPS.en} Which is the "
            f"first step made with a rate of at least {num(s.rate)}?",
            f"优化器的学习率为 {num(s.lr)}，用 PyTorch 的 `{call}` 预热到完整学习率。{STEPS.zh}学习率首次不小于 {num(s.rate)} 的是第几步？",
        )

    def solution(self, s: WarmupReached) -> Text:
        exact = rf"{s.total_iters} \cdot ({num(s.rate)}/{num(s.lr)} - {num(s.start_factor)})/(1 - {num(s.start_factor)}) = {num(_exact(s))}"
        return Text(f"$n \\ge {exact}$, so step {self.formula(s)}.", f"$n \\ge {exact}$，故为第 {self.formula(s)} 步。")


def _exact(s: WarmupReached) -> float:
    return s.total_iters * (s.rate / s.lr - s.start_factor) / (1 - s.start_factor)


MODEL = ItemModel("linear_warmup", 1, "optimizers", Text("Linear warm-up", "线性预热"), (Warmup(), Reached()))
