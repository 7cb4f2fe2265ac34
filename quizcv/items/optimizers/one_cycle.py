"""One cycle: the learning rate rises to its maximum and then falls far below where it began."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, plain
from quizcv.items.optimizers._schedules import STEPS, between
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cycles import OneCycle, OneCyclePeak


def _phase(s: OneCycle) -> tuple[float, float, float]:
    """The rates between which the step lies and its place between them."""
    first, peak, last = s.max_lr / s.div_factor, s.pct_start * s.total_steps - 1, s.total_steps - 1
    if s.step <= peak:
        return first, s.max_lr, s.step / peak
    return s.max_lr, first / s.final_div_factor, (s.step - peak) / (last - peak)


def _rate(s: OneCycle, anneal: str = "") -> float:
    start, end, share = _phase(s)
    if (anneal or s.anneal) == "cos":
        return between(start, end, share)
    return start + (end - start) * share


class Rate(Question[OneCycle]):
    """Source: Smith and Topin 2018; documentation of torch.optim.lr_scheduler.OneCycleLR."""

    spec = OneCycle
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = Text(
        (
            r"from $\eta_{max}/d$ in step 0 up to $\eta_{max}$ in step $qT - 1$, then down to $\eta_{max}/(d f)$ "
            "in step $T - 1$, each along half a cosine or a straight line"
        ),
        (
            r"从第 0 步的 $\eta_{max}/d$ 升到第 $qT - 1$ 步的 $\eta_{max}$，再降到第 $T - 1$ 步的 $\eta_{max}/(d f)$，"
            "各阶段沿半个余弦或直线变化"
        ),
    )
    mistakes = (
        Mistake(
            "The schedule starts at max_lr/div_factor, not at 0.",
            "起始学习率为 max_lr/div_factor，而不是 0。",
            lambda s: _from(s, 0.0) if s.step <= s.pct_start * s.total_steps - 1 else None,
        ),
        Mistake(
            'That is the other `anneal_strategy`: "cos" is half a cosine, "linear" a straight line.',
            '这是另一种 `anneal_strategy`："cos" 为半个余弦，"linear" 为直线。',
            lambda s: _rate(s, "linear" if s.anneal == "cos" else "cos"),
        ),
        Mistake("That is the largest rate.", "这是最大学习率。", lambda s: s.max_lr),
        Mistake("That is the rate at the start.", "这是起始学习率。", lambda s: s.max_lr / s.div_factor),
        Mistake(
            "The rate at the end is the one at the start over final_div_factor, not max_lr over it.",
            "最终学习率等于起始学习率除以 final_div_factor，而不是 max_lr 除以它。",
            lambda s: s.max_lr / s.final_div_factor if s.step == s.total_steps - 1 else None,
        ),
        Mistake(
            "The phases were exchanged: pct_start is the share of the rise.",
            "两个阶段弄反了：pct_start 是上升阶段的比例。",
            lambda s: _rate(
                OneCycle(s.max_lr, s.total_steps, s.step, 1 - s.pct_start, s.div_factor, s.final_div_factor, s.anneal)
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> OneCycle | None:
        if level == 1:
            total = draw.choice((20, 40, 50, 100))
            step = draw.choice((0, total - 1, draw.integer(1, total - 2), draw.integer(1, total - 2)))
            return OneCycle(draw.choice((0.01, 0.1, 0.2, 0.5, 1.0)), total, step, anneal="linear")
        total, rise = draw.choice((20, 40, 50, 80)), draw.choice((0.2, 0.25, 0.3, 0.4))
        if round(100 * rise) * total % 100:
            return None
        return OneCycle(
            draw.decimal(0.05, 0.9, 2),
            total,
            draw.integer(1, total - 1),
            rise,
            draw.choice((10.0, 20.0, 25.0)),
            draw.choice((100.0, 1000.0, 10_000.0)),
            draw.choice(("cos", "cos", "linear")),
        )

    def formula(self, s: OneCycle) -> float:
        return _rate(s)

    def stem(self, s: OneCycle) -> Text:
        call = (
            f"OneCycleLR(max_lr={plain(s.max_lr)}, total_steps={s.total_steps}, pct_start={num(s.pct_start)}, "
            f'anneal_strategy="{s.anneal}", div_factor={plain(s.div_factor)}, final_div_factor={plain(s.final_div_factor)})'
        )
        return Text(
            f"The learning rate follows PyTorch's `{call}`: two phases, with the largest rate in step `pct_start * total_steps - 1`. "
            f"{STEPS.en} With which learning rate is step {s.step} made?",
            f"学习率由 PyTorch 的 `{call}` 设定：共两个阶段，第 `pct_start * total_steps - 1` 步达到最大值。{STEPS.zh}"
            f"第 {s.step} 步的学习率是多少？",
        )

    def solution(self, s: OneCycle) -> Text:
        start, end, share = _phase(s)
        peak = s.pct_start * s.total_steps - 1
        first = rf"{num(s.max_lr)}/{num(s.div_factor)} = {num(s.max_lr / s.div_factor)}"
        last = rf"{num(s.max_lr / s.div_factor)}/{num(s.final_div_factor)} = {num(s.max_lr / s.div_factor / s.final_div_factor)}"
        top = rf"{num(s.pct_start)} \cdot {s.total_steps} - 1 = {num(peak)}"
        if s.anneal == "cos":
            rate = rf"{num(end)} + \frac 12 ({num(start)} - {num(end)}) (1 + \cos({num(share)} \pi)) = {num(_rate(s))}"
        else:
            rate = rf"{num(start)} + ({num(end)} - {num(start)}) \cdot {num(share)} = {num(_rate(s))}"
        return Text(
            f"Start ${first}$, peak in step ${top}$, end ${last}$ in step {s.total_steps - 1}.\n\nStep {s.step} comes after the share "
            f"${num(share)}$ of its phase: ${rate}$.",
            f"起始 ${first}$，在第 ${top}$ 步达到最大值，第 {s.total_steps - 1} 步结束于 ${last}$。\n\n第 {s.step} 步在其阶段中的位置为 "
            f"${num(share)}$：${rate}$。",
        )


def _from(s: OneCycle, first: float) -> float:
    """The rate if the rise began at `first`."""
    share = s.step / (s.pct_start * s.total_steps - 1)
    return between(first, s.max_lr, share) if s.anneal == "cos" else first + (s.max_lr - first) * share


class Peak(Question[OneCyclePeak]):
    """Where the rise ends."""

    spec = OneCyclePeak
    answer = Integer("step")
    levels = (3,)
    find = "peak"
    rule = Text("$qT - 1$: steps are counted from 0", "$qT - 1$：步数从 0 数起")
    mistakes = (
        Mistake(
            "Steps are counted from 0: the rise takes the steps 0 to qT − 1.",
            "步数从 0 数起：上升阶段为第 0 到 qT − 1 步。",
            lambda s: round(s.pct_start * s.total_steps),
        ),
        Mistake(
            "The peak lies at the end of the rise, not in the middle of the training.",
            "峰值在上升阶段末尾，而不是训练中点。",
            lambda s: s.total_steps // 2,
        ),
        Mistake(
            "The rise takes the share q, the fall 1 − q.",
            "上升占比例 q，下降占 1 − q。",
            lambda s: round((1 - s.pct_start) * s.total_steps) - 1,
        ),
        Mistake(
            "The share q is of all T steps, not of T − 1.",
            "比例 q 是对全部 T 步而言，而不是 T − 1 步。",
            lambda s: int(s.pct_start * (s.total_steps - 1)) - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> OneCyclePeak | None:
        s = OneCyclePeak(draw.choice((20, 30, 40, 50, 60, 80, 100, 120, 150, 200)), draw.decimal(0.1, 0.85, 2))
        return s if (round(s.pct_start * 100) * s.total_steps) % 100 == 0 else None

    def formula(self, s: OneCyclePeak) -> int:
        return round(s.pct_start * s.total_steps) - 1

    def stem(self, s: OneCyclePeak) -> Text:
        return Text(
            f"PyTorch's `OneCycleLR(total_steps={s.total_steps}, pct_start={num(s.pct_start)})` (two phases) sets the learning rate. "
            f"{STEPS.en} Which step is made with the largest rate?",
            f"学习率由 PyTorch 的 `OneCycleLR(total_steps={s.total_steps}, pct_start={num(s.pct_start)})`（两个阶段）设定。"
            f"{STEPS.zh}第几步的学习率最大？",
        )

    def solution(self, s: OneCyclePeak) -> Text:
        rise = rf"{num(s.pct_start)} \cdot {s.total_steps} = {round(s.pct_start * s.total_steps)}"
        return Text(
            f"The rise takes ${rise}$ steps, counted from 0: the last of them is step {self.formula(s)}.",
            f"上升阶段共 ${rise}$ 步，从 0 数起，最后一步是第 {self.formula(s)} 步。",
        )


MODEL = ItemModel("one_cycle_lr", 1, "optimizers", Text("One-cycle schedule", "OneCycle 学习率"), (Rate(), Peak()))
