"""Polynomial decay."""

from __future__ import annotations

from math import log

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import STEPS
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cycles import PolyLr, PolyPower


def _poly(s: PolyLr, at: float, power: float | None = None) -> float:
    left = 1 - min(at / s.total_iters, 1)
    return float(s.lr * left ** (s.power if power is None else power))


class Poly(Question[PolyLr]):
    """Source: documentation of torch.optim.lr_scheduler.PolynomialLR; Chen et al. 2017 (DeepLab) for power 0.9."""

    spec = PolyLr
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$\eta_n = \eta_0 (1 - \min(n/T, 1))^p$"
    mistakes = (
        Mistake(
            "The power belongs to the share that is left, 1 − n/T.",
            "幂次作用于剩余的比例 1 − n/T。",
            lambda s: s.lr * (1 - (s.step / s.total_iters) ** s.power),
        ),
        Mistake("The power was left out.", "漏掉了幂次。", lambda s: _poly(s, s.step, 1)),
        Mistake(
            "That is the share that has passed, not the one that is left.",
            "这是已过去的比例，而不是剩余的比例。",
            lambda s: s.lr * (s.step / s.total_iters) ** s.power,
        ),
        Mistake(
            "That is the rate of step n − 1: step n comes after n updates of the rate.",
            "这是第 n − 1 步的学习率：第 n 步之前学习率已更新 n 次。",
            lambda s: _poly(s, s.step - 1),
        ),
        Mistake(
            "The power does not multiply the share that is left.",
            "幂次不是乘以剩余的比例。",
            lambda s: s.lr * s.power * (1 - s.step / s.total_iters),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PolyLr | None:
        if level == 1:
            total = draw.choice((10, 20, 40, 50))
            return PolyLr(
                draw.choice((0.01, 0.1, 0.2, 0.4, 0.5)), total, draw.integer(1, total - 1), draw.choice((1.0, 2.0, 2.0))
            )
        total = draw.integer(20, 60)
        return PolyLr(
            draw.decimal(0.01, 0.5, 2), total, draw.integer(5, total - 1), draw.choice((0.5, 0.9, 0.9, 1.5, 2.0, 3.0))
        )

    def formula(self, s: PolyLr) -> float:
        return _poly(s, s.step)

    def stem(self, s: PolyLr) -> Text:
        call = f"PolynomialLR(total_iters={s.total_iters}, power={num(s.power)})"
        return Text(
            f"Training starts with a learning rate of {num(s.lr)} under PyTorch's `{call}`. {STEPS.en} With which learning rate is step "
            f"{s.step} made?",
            f"训练的初始学习率为 {num(s.lr)}，使用 PyTorch 的 `{call}`。{STEPS.zh}第 {s.step} 步的学习率是多少？",
        )

    def solution(self, s: PolyLr) -> Text:
        left = 1 - min(s.step / s.total_iters, 1)
        rate = rf"{num(s.lr)} \cdot {num(left)}^{{{num(s.power)}}} = {num(self.formula(s))}"
        share = rf"1 - \min({s.step}/{s.total_iters}, 1) = {num(left)}"
        return Text(f"Left: ${share}$.\n\nRate: ${rate}$.", f"剩余比例：${share}$。\n\n学习率：${rate}$。")


class Power(Question[PolyPower]):
    """The decay solved for the power."""

    spec = PolyPower
    answer = Number(decimals=2)
    levels = (3,)
    find = "power"
    rule = r"$p = \ln(\eta_n/\eta_0)/\ln(1 - n/T)$"
    mistakes = (
        Mistake(
            "The share that is left is 1 − n/T, not n/T.",
            "剩余的比例是 1 − n/T，而不是 n/T。",
            lambda s: log(s.rate / s.lr) / log(s.step / s.total_iters),
        ),
        Mistake(
            "The fraction is upside down.",
            "分子和分母颠倒了。",
            lambda s: log(1 - s.step / s.total_iters) / log(s.rate / s.lr),
        ),
        Mistake(
            "The logarithms are divided, not the numbers.",
            "相除的是对数，而不是数本身。",
            lambda s: (s.rate / s.lr) / (1 - s.step / s.total_iters),
        ),
        Mistake(
            "The rate was not divided by the first rate.",
            "没有除以初始学习率。",
            lambda s: log(s.rate) / log(1 - s.step / s.total_iters),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PolyPower | None:
        total, lr = draw.choice((10, 20, 30, 40)), draw.choice((0.1, 0.2, 0.4, 0.5))
        step, power = draw.integer(total // 4, 3 * total // 4), draw.decimal(0.5, 3, 1)
        rate = round(lr * (1 - step / total) ** power, 5)
        return PolyPower(lr, total, step, rate) if 0 < rate < lr else None

    def formula(self, s: PolyPower) -> float:
        return log(s.rate / s.lr) / log(1 - s.step / s.total_iters)

    def stem(self, s: PolyPower) -> Text:
        return Text(
            f"Under PyTorch's `PolynomialLR(total_iters={s.total_iters}, power=?)` a learning rate that starts at {num(s.lr)} is "
            f"{num(s.rate)} in step {s.step}. {STEPS.en} What is `power`?",
            f"使用 PyTorch 的 `PolynomialLR(total_iters={s.total_iters}, power=?)`，初始学习率为 {num(s.lr)}，第 {s.step} 步的学习率为 "
            f"{num(s.rate)}。{STEPS.zh}`power` 是多少？",
        )

    def solution(self, s: PolyPower) -> Text:
        left = 1 - s.step / s.total_iters
        share = rf"1 - {s.step}/{s.total_iters} = {num(left)}"
        power = rf"p = \ln({num(s.rate)}/{num(s.lr)})/\ln {num(left)} = {num(self.formula(s))}"
        return Text(f"Left: ${share}$.\n\n${power}$.", f"剩余比例：${share}$。\n\n${power}$。")


MODEL = ItemModel("poly_lr", 1, "optimizers", Text("Polynomial decay", "多项式衰减"), (Poly(), Power()))
