"""Step decay: the learning rate falls by a factor every few epochs."""

from __future__ import annotations

from math import floor, log

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import COUNTED, rate_question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rates import StepLr, StepLrBelow


class Step(Question[StepLr]):
    """Source: documentation of torch.optim.lr_scheduler.StepLR."""

    spec = StepLr
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$\eta_n = \eta_0 \gamma^{\lfloor n/T \rfloor}$"
    mistakes = (
        Mistake(
            "One decay too few: epochs T, 2T, … themselves already have the smaller rate.",
            "少算一次衰减：epoch T、2T、… 本身就已用较小的学习率。",
            lambda s: s.lr * s.gamma ** (s.epoch // s.step_size - 1) if s.epoch >= s.step_size else None,
        ),
        Mistake(
            "One decay too many: epochs 0 to T − 1 have the first rate.",
            "多算一次衰减：epoch 0 到 T − 1 用初始学习率。",
            lambda s: s.lr * s.gamma ** (s.epoch // s.step_size + 1),
        ),
        Mistake(
            "The rate falls in steps, not continuously.",
            "学习率是阶梯式下降，不是连续下降。",
            lambda s: s.lr * s.gamma ** (s.epoch / s.step_size),
        ),
        Mistake(
            "The factor applies once per T epochs, not in each of them.",
            "每 T 个 epoch 才乘一次因子，而不是每个 epoch 都乘。",
            lambda s: s.lr * s.gamma**s.epoch if s.gamma**s.epoch > 1e-6 else None,
        ),
        Mistake(
            "The rate is multiplied by γ, not by 1 − γ.",
            "学习率乘以 γ，而不是 1 − γ。",
            lambda s: s.lr * (1 - s.gamma) ** (s.epoch // s.step_size) if s.gamma < 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> StepLr | None:
        if level == 1:
            size = draw.choice((5, 10, 20, 30))
            return StepLr(
                draw.choice((0.01, 0.1, 0.2, 0.5, 1.0)),
                size,
                draw.choice((1, 2, 3)) * size + draw.choice((0, 0, 1, 3)),
                0.1,
            )
        size = draw.integer(3, 12)
        s = StepLr(
            draw.decimal(0.02, 0.9, 2),
            size,
            draw.choice((1, 2, 3, 4)) * size + draw.choice((-1, 0, 0, 1, 2)),
            draw.decimal(0.2, 0.9, 1),
        )
        return s if s.epoch >= s.step_size else None

    def formula(self, s: StepLr) -> float:
        return s.lr * s.gamma ** (s.epoch // s.step_size)

    def stem(self, s: StepLr) -> Text:
        return rate_question(s.lr, f"StepLR(step_size={s.step_size}, gamma={num(s.gamma)})", s.epoch)

    def solution(self, s: StepLr) -> Text:
        count = s.epoch // s.step_size
        times = rf"\lfloor {s.epoch}/{s.step_size} \rfloor = {count}"
        rate = rf"{num(s.lr)} \cdot {num(s.gamma)}^{{{count}}} = {num(self.formula(s))}"
        return Text(f"Decays so far: ${times}$.\n\nRate: ${rate}$.", f"已衰减次数：${times}$。\n\n学习率：${rate}$。")


class Below(Question[StepLrBelow]):
    """The schedule turned round."""

    spec = StepLrBelow
    answer = Integer("epoch")
    levels = (3,)
    find = "epoch"
    rule = Text(
        r"$kT$ with the smallest $k$ for which $\eta_0 \gamma^k < c$",
        r"$kT$，$k$ 为满足 $\eta_0 \gamma^k < c$ 的最小整数",
    )
    mistakes = (
        Mistake("That is the number of decays, not the epoch.", "这是衰减次数，而不是 epoch。", lambda s: _decays(s)),
        Mistake(
            "One decay too few: the rate is not below the limit yet.",
            "少一次衰减：学习率还没有低于该值。",
            lambda s: (_decays(s) - 1) * s.step_size,
        ),
        Mistake(
            "Epochs are counted from 0: kT is the first one after the k-th decay.",
            "epoch 从 0 数起：第 k 次衰减之后的第一个 epoch 是 kT。",
            lambda s: _decays(s) * s.step_size + 1,
        ),
        Mistake(
            "The rate falls in steps: up to kT − 1 it is still the old one.",
            "学习率阶梯式下降：直到 kT − 1 仍是旧值。",
            lambda s: _decays(s) * s.step_size - 1,
        ),
        Mistake(
            "One decay too many: the rate is below the limit earlier.",
            "多一次衰减：学习率之前就已低于该值。",
            lambda s: (_decays(s) + 1) * s.step_size,
        ),
    )

    def sample(self, draw: Draw, level: int) -> StepLrBelow | None:
        s = StepLrBelow(
            draw.choice((0.1, 0.2, 0.5, 1.0)),
            draw.integer(2, 12),
            draw.choice((0.0005, 0.001, 0.002, 0.005, 0.01, 0.02)),
            draw.decimal(0.1, 0.7, 1),
        )
        exact = log(s.limit / s.lr) / log(s.gamma)
        return s if abs(exact - round(exact)) > 0.02 and 1 < exact < 10 else None

    def formula(self, s: StepLrBelow) -> int:
        return _decays(s) * s.step_size

    def stem(self, s: StepLrBelow) -> Text:
        return Text(
            f"Training starts with a learning rate of {num(s.lr)} under PyTorch's `StepLR(step_size={s.step_size}, "
            f"gamma={num(s.gamma)})`. {COUNTED.en} Which is the first epoch with a rate below {num(s.limit)}?",
            f"训练的初始学习率为 {num(s.lr)}，使用 PyTorch 的 `StepLR(step_size={s.step_size}, gamma={num(s.gamma)})`。"
            f"{COUNTED.zh}学习率首次低于 {num(s.limit)} 的是哪个 epoch？",
        )

    def solution(self, s: StepLrBelow) -> Text:
        exact = rf"k > \ln({num(s.limit)}/{num(s.lr)})/\ln {num(s.gamma)} = {num(log(s.limit / s.lr) / log(s.gamma))}"
        epoch = rf"{_decays(s)} \cdot {s.step_size} = {self.formula(s)}"
        return Text(
            f"The rate after k decays is ${num(s.lr)} \\cdot {num(s.gamma)}^k$: ${exact}$, so k = {_decays(s)}.\n\n"
            f"The first epoch after the k-th decay is ${epoch}$.",
            f"k 次衰减后的学习率为 ${num(s.lr)} \\cdot {num(s.gamma)}^k$：${exact}$，故 "
            f"k = {_decays(s)}。\n\n第 k 次衰减后的第一个 epoch 是 ${epoch}$。",
        )


def _decays(s: StepLrBelow) -> int:
    """The smallest number of decays after which the rate is below the limit."""
    return floor(log(s.limit / s.lr) / log(s.gamma)) + 1


MODEL = ItemModel("step_lr", 1, "optimizers", Text("Step decay", "阶梯衰减"), (Step(), Below()))
