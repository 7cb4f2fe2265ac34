"""Cosine annealing with warm restarts."""

from __future__ import annotations

from math import cos, pi

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import COUNTED, between, rate_question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cycles import RestartEpoch, WarmRestarts


def _place(s: WarmRestarts) -> tuple[int, int]:
    """The epoch within its cycle, and the cycle's length."""
    at, length = s.epoch, s.t_0
    while at >= length:
        at -= length
        length *= s.t_mult
    return at, length


def _restarted(s: WarmRestarts, at: float, length: float) -> float:
    return between(s.lr, s.eta_min, at / length)


class Restarts(Question[WarmRestarts]):
    """Source: Loshchilov and Hutter 2017; documentation of torch.optim.lr_scheduler.CosineAnnealingWarmRestarts."""

    spec = WarmRestarts
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = Text(
        (
            r"$\eta_{min} + \frac 12 (\eta_0 - \eta_{min})(1 + \cos(\pi t/T_i))$, $t$ since the last restart, "
            "$T_{i+1} = T_{mult} T_i$"
        ),
        (
            r"$\eta_{min} + \frac 12 (\eta_0 - \eta_{min})(1 + \cos(\pi t/T_i))$，$t$ 从上次重启数起，$T_{i+1} = T_{mult} "
            "T_i$"
        ),
    )
    mistakes = (
        Mistake(
            "There is a restart after each cycle; without restarts the rate would rise gradually.",
            "每个周期之后会重启；没有重启时学习率才会逐渐回升。",
            lambda s: _restarted(s, s.epoch, s.t_0),
        ),
        Mistake(
            "Each cycle is T_mult times as long as the one before.",
            "每个周期的长度是前一个的 T_mult 倍。",
            lambda s: _restarted(s, s.epoch % s.t_0, s.t_0),
        ),
        Mistake(
            "That is the rate of epoch n − 1: epoch n comes after n scheduler steps.",
            "这是 epoch n − 1 的学习率：epoch n 之前调度器已走 n 步。",
            lambda s: _restarted(s, _place(s)[0] - 1, _place(s)[1]) if _place(s)[0] else None,
        ),
        Mistake(
            "That is the rate of epoch n + 1: epochs are counted from 0.",
            "这是 epoch n + 1 的学习率：epoch 从 0 数起。",
            lambda s: _restarted(s, _place(s)[0] + 1, _place(s)[1]) if _place(s)[0] + 1 < _place(s)[1] else None,
        ),
        Mistake(
            "Within a cycle the decay follows a cosine, not a straight line.",
            "周期内按余弦衰减，而不是线性衰减。",
            lambda s: s.lr + (s.eta_min - s.lr) * _place(s)[0] / _place(s)[1],
        ),
        Mistake(
            "The smallest rate was left out.",
            "漏掉了最小学习率。",
            lambda s: between(s.lr, 0.0, _place(s)[0] / _place(s)[1]),
        ),
        Mistake(
            "A restart begins with the full rate.",
            "重启时从完整的初始学习率开始。",
            lambda s: s.eta_min if _place(s)[0] == 0 and s.eta_min else None,
        ),
        Mistake(
            "The time t starts at 0 again with every restart; here it ran on.",
            "每次重启后 t 都从 0 重新数起；这里没有归零。",
            lambda s: _restarted(s, s.epoch, _place(s)[1]) if s.epoch >= s.t_0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> WarmRestarts | None:
        if level == 1:
            t_0 = draw.choice((6, 8, 10, 12, 20))
            return WarmRestarts(
                draw.choice((0.01, 0.1, 0.2, 0.4, 0.5)), t_0, draw.integer(1, 3) * t_0 + draw.integer(0, t_0 - 1)
            )
        t_0, t_mult = draw.integer(4, 10), draw.choice((1, 2, 2, 3))
        return WarmRestarts(
            draw.decimal(0.1, 0.9, 2), t_0, draw.integer(t_0, 6 * t_0), t_mult, draw.choice((0.001, 0.005, 0.01))
        )

    def formula(self, s: WarmRestarts) -> float:
        return _restarted(s, *_place(s))

    def stem(self, s: WarmRestarts) -> Text:
        return rate_question(
            s.lr, f"CosineAnnealingWarmRestarts(T_0={s.t_0}, T_mult={s.t_mult}, eta_min={num(s.eta_min)})", s.epoch
        )

    def solution(self, s: WarmRestarts) -> Text:
        at, length = _place(s)
        share = num(cos(pi * at / length))
        rate = rf"{num(s.eta_min)} + \frac 12 ({num(s.lr)} - {num(s.eta_min)}) (1 + \cos(\pi \cdot {at}/{length})) = {num(self.formula(s))}"
        en = f"Cycles begin with length {s.t_0}, each {s.t_mult} times as long as the one before"
        zh = f"周期长度从 {s.t_0} 开始，之后每个是前一个的 {s.t_mult} 倍"
        if s.t_mult == 1:
            en, zh = f"All cycles have length {s.t_0} (`T_mult=1`)", f"每个周期长度都是 {s.t_0}（`T_mult=1`）"
        return Text(
            f"{en}: in epoch {s.epoch}, $t = {at}$ of "
            f"$T_i = {length}$.\n\n$\\cos(\\pi \\cdot {at}/{length}) = {share}$, ${rate}$.",
            f"{zh}：在 epoch {s.epoch}，$t = {at}$，$T_i = {length}$。"
            f"\n\n$\\cos(\\pi \\cdot {at}/{length}) = {share}$，${rate}$。",
        )


def _start(s: RestartEpoch, count: int) -> int:
    """The epoch of a restart: the lengths of the cycles before it, added up."""
    return s.t_0 * count if s.t_mult == 1 else s.t_0 * (s.t_mult**count - 1) // (s.t_mult - 1)


class Epoch(Question[RestartEpoch]):
    """Where the cycles begin."""

    spec = RestartEpoch
    answer = Integer("epoch")
    levels = (3,)
    find = "epoch"
    rule = Text(
        "$T_0 (T_{mult}^k - 1)/(T_{mult} - 1)$, or $k T_0$ where $T_{mult} = 1$",
        "$T_0 (T_{mult}^k - 1)/(T_{mult} - 1)$；$T_{mult} = 1$ 时为 $k T_0$",
    )
    mistakes = (
        Mistake(
            "The lengths of all cycles before add up; that is one cycle's length alone.",
            "要把此前所有周期的长度相加；这只是一个周期的长度。",
            lambda s: s.t_0 * s.t_mult**s.count,
        ),
        Mistake(
            "Each cycle is T_mult times as long as the one before.",
            "每个周期的长度是前一个的 T_mult 倍。",
            lambda s: s.t_0 * s.count,
        ),
        Mistake(
            "That is one restart too many.",
            "多算了一次重启。",
            lambda s: _start(s, s.count + 1),
        ),
        Mistake(
            "That is one restart earlier; the beginning of the training is no restart.",
            "这是前一次重启；训练开始不算重启。",
            lambda s: _start(s, s.count - 1) if s.count > 1 else None,
        ),
        Mistake(
            "One epoch too late: epochs are counted from 0, so the number is the sum of the cycle lengths itself.",
            "晚了一个 epoch：epoch 从 0 数起，编号就是此前周期长度之和。",
            lambda s: _start(s, s.count) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> RestartEpoch | None:
        s = RestartEpoch(draw.integer(2, 15), draw.choice((2, 2, 3)), draw.integer(2, 5))
        return s if _start(s, s.count) <= 320 else None

    def formula(self, s: RestartEpoch) -> int:
        return _start(s, s.count)

    def stem(self, s: RestartEpoch) -> Text:
        return Text(
            f"PyTorch's `CosineAnnealingWarmRestarts(T_0={s.t_0}, T_mult={s.t_mult})` sets the learning rate. {COUNTED.en} In which epoch "
            f"does restart number {s.count} set it back to its first value (the beginning in epoch 0 is no restart)?",
            f"学习率由 PyTorch 的 `CosineAnnealingWarmRestarts(T_0={s.t_0}, T_mult={s.t_mult})` 设定。{COUNTED.zh}"
            f"第 {s.count} 次重启（学习率跳回初始值，训练开始不算）发生在哪个 epoch？",
        )

    def solution(self, s: RestartEpoch) -> Text:
        lengths = " + ".join(str(s.t_0 * s.t_mult**k) for k in range(s.count))
        return Text(
            f"{s.count} cycles come before it, the first of length {s.t_0}, each {s.t_mult} times as long as the one before: "
            f"${lengths} = {self.formula(s)}$.",
            f"此前有 {s.count} 个周期，第一个长 {s.t_0}，之后每个是前一个的 {s.t_mult} 倍：${lengths} = {self.formula(s)}$。",
        )


MODEL = ItemModel(
    "warm_restarts_lr", 1, "optimizers", Text("Cosine with warm restarts", "带热重启的余弦退火"), (Restarts(), Epoch())
)
