"""Cosine annealing."""

from __future__ import annotations

from math import acos, ceil, cos, pi

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import COUNTED, between, rate_question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rates import CosineBelow, CosineLr


def _rate(s: CosineLr, share: float | None = None, least: float | None = None) -> float:
    return between(s.lr, s.eta_min if least is None else least, s.epoch / s.t_max if share is None else share)


class Cosine(Question[CosineLr]):
    """Source: Loshchilov and Hutter 2017; documentation of torch.optim.lr_scheduler.CosineAnnealingLR."""

    spec = CosineLr
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$\eta_n = \eta_{min} + \frac 12 (\eta_0 - \eta_{min}) (1 + \cos(\pi n/T_{max}))$"
    mistakes = (
        Mistake(
            "The decay follows a cosine, not a straight line.",
            "按余弦衰减，而不是线性衰减。",
            lambda s: s.lr + (s.eta_min - s.lr) * s.epoch / s.t_max if s.epoch <= s.t_max else None,
        ),
        Mistake(
            "After T_max the rate rises again along the cosine; it does not stay at its minimum.",
            "超过 T_max 后学习率沿余弦回升，不会停在最小值。",
            lambda s: s.eta_min if s.epoch > s.t_max and s.eta_min else None,
        ),
        Mistake(
            "After T_max the rate rises gradually; there is no restart.",
            "超过 T_max 后学习率逐渐回升，不会重启。",
            lambda s: _rate(s, (s.epoch - s.t_max) / s.t_max) if s.epoch > s.t_max else None,
        ),
        Mistake(
            "That is the rate of epoch n − 1: epoch n comes after n scheduler steps.",
            "这是 epoch n − 1 的学习率：epoch n 之前调度器已走 n 步。",
            lambda s: _rate(s, (s.epoch - 1) / s.t_max),
        ),
        Mistake("The smallest rate was left out.", "漏掉了最小学习率。", lambda s: _rate(s, least=0.0)),
        Mistake(
            "The smallest rate was added on top; the cosine should run from the first rate down to it.",
            "最小学习率被额外加了一次；余弦应从初始学习率降到它。",
            lambda s: s.eta_min + _rate(s, least=0.0),
        ),
        Mistake(
            "The half is missing: (1 + cos)/2.",
            "漏了二分之一：应为 (1 + cos)/2。",
            lambda s: s.eta_min + (s.lr - s.eta_min) * (1 + cos(pi * s.epoch / s.t_max)),
        ),
        Mistake(
            "The cosine goes through half a period up to T_max, not a quarter.",
            "到 T_max 时余弦走过半个周期，而不是四分之一。",
            lambda s: s.eta_min + (s.lr - s.eta_min) * cos(pi * s.epoch / s.t_max / 2) if s.epoch < s.t_max else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> CosineLr | None:
        if level == 1:
            t_max = draw.choice((12, 24, 30, 60, 90))
            epoch = t_max * draw.choice((2, 3, 4, 6, 8, 9, 10)) // 12
            return CosineLr(draw.choice((0.01, 0.1, 0.2, 0.4, 0.5)), t_max, epoch)
        t_max = draw.integer(8, 30)
        s = CosineLr(
            draw.decimal(0.1, 0.9, 2), t_max, draw.integer(2, 2 * t_max - 2), draw.choice((0.001, 0.005, 0.01, 0.02))
        )
        return s if s.epoch != t_max else None

    def formula(self, s: CosineLr) -> float:
        return _rate(s)

    def stem(self, s: CosineLr) -> Text:
        return rate_question(s.lr, f"CosineAnnealingLR(T_max={s.t_max}, eta_min={num(s.eta_min)})", s.epoch)

    def solution(self, s: CosineLr) -> Text:
        angle = rf"\cos(\pi \cdot {s.epoch}/{s.t_max}) = {num(cos(pi * s.epoch / s.t_max))}"
        rate = (
            rf"{num(s.eta_min)} + \frac 12 ({num(s.lr)} - {num(s.eta_min)}) (1 + {num(cos(pi * s.epoch / s.t_max))}) "
            f"= {num(_rate(s))}"
        ).replace("+ -", "- ")
        if s.epoch > s.t_max:
            return Text(
                f"Epoch {s.epoch} lies beyond T_max, the rate is rising again: ${angle}$.\n\n${rate}$.",
                f"epoch {s.epoch} 已超过 T_max，学习率正在回升：${angle}$。\n\n${rate}$。",
            )
        return Text(f"${angle}$.\n\nRate: ${rate}$.", f"${angle}$。\n\n学习率：${rate}$。")


class Below(Question[CosineBelow]):
    """The schedule turned round."""

    spec = CosineBelow
    answer = Integer("epoch")
    levels = (3,)
    find = "epoch"
    rule = r"$n > \frac{T_{max}}{\pi} \arccos\left(2 \frac{c - \eta_{min}}{\eta_0 - \eta_{min}} - 1\right)$"
    mistakes = (
        Mistake(
            "In this epoch the rate is not below the limit yet.",
            "在这个 epoch 学习率还没有低于该值。",
            lambda s: _epoch(s) - 1,
        ),
        Mistake(
            "The decay follows a cosine, not a straight line.",
            "按余弦衰减，而不是线性衰减。",
            lambda s: int(s.t_max * (s.lr - s.limit) / (s.lr - s.eta_min)) + 1,
        ),
        Mistake(
            "The smallest rate was left out.",
            "漏掉了最小学习率。",
            lambda s: ceil(s.t_max / pi * acos(2 * s.limit / s.lr - 1)),
        ),
        Mistake(
            "The half is missing: (1 + cos)/2.",
            "漏了二分之一：应为 (1 + cos)/2。",
            lambda s: ceil(s.t_max / pi * acos((s.limit - s.eta_min) / (s.lr - s.eta_min) - 1)),
        ),
        Mistake(
            "One epoch too late: epochs are counted from 0.",
            "晚了一个 epoch：epoch 从 0 数起。",
            lambda s: _epoch(s) + 1,
        ),
        Mistake(
            "That is the distance to T_max, not from the beginning.",
            "这是到 T_max 的距离，而不是从开始算起。",
            lambda s: s.t_max - _epoch(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CosineBelow | None:
        lr = draw.choice((0.1, 0.2, 0.4, 0.5, 0.8))
        s = CosineBelow(
            lr, draw.integer(20, 100), round(lr * draw.decimal(0.05, 0.8, 2), 4), draw.choice((0.0, 0.001, 0.01))
        )
        if not s.eta_min < s.limit:
            return None
        return s if 0.02 < _exact(s) % 1 < 0.98 and _epoch(s) > 2 else None

    def formula(self, s: CosineBelow) -> int:
        return _epoch(s)

    def stem(self, s: CosineBelow) -> Text:
        return Text(
            f"Training starts with a learning rate of {num(s.lr)} under PyTorch's `CosineAnnealingLR(T_max={s.t_max}, "
            f"eta_min={num(s.eta_min)})`. {COUNTED.en} Which is the first epoch with a rate below {num(s.limit)}?",
            f"训练的初始学习率为 {num(s.lr)}，使用 PyTorch 的 `CosineAnnealingLR(T_max={s.t_max}, eta_min={num(s.eta_min)})`。"
            f"{COUNTED.zh}学习率首次低于 {num(s.limit)} 的是哪个 epoch？",
        )

    def solution(self, s: CosineBelow) -> Text:
        inner = 2 * (s.limit - s.eta_min) / (s.lr - s.eta_min) - 1
        level = rf"2 ({num(s.limit)} - {num(s.eta_min)})/({num(s.lr)} - {num(s.eta_min)}) - 1 = {num(inner)}"
        n = rf"n > {s.t_max}/\pi \cdot \arccos({num(inner)}) = {num(_exact(s))}"
        return Text(
            f"The cosine must fall below ${level}$.\n\n${n}$, so epoch {_epoch(s)}.",
            f"余弦须小于 ${level}$。\n\n${n}$，故为 epoch {_epoch(s)}。",
        )


def _exact(s: CosineBelow) -> float:
    return s.t_max / pi * acos(2 * (s.limit - s.eta_min) / (s.lr - s.eta_min) - 1)


def _epoch(s: CosineBelow) -> int:
    return int(_exact(s)) + 1


MODEL = ItemModel("cosine_lr", 1, "optimizers", Text("Cosine annealing", "余弦退火"), (Cosine(), Below()))
