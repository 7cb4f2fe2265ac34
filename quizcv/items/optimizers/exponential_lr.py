"""The learning rate falls by a factor after every epoch."""

from __future__ import annotations

from math import exp

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import INVERSE_COUNTED, rate_question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rates import ExponentialGamma, ExponentialLr


class Exponential(Question[ExponentialLr]):
    """Source: documentation of torch.optim.lr_scheduler.ExponentialLR."""

    spec = ExponentialLr
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$\eta_n = \eta_0 \gamma^n$"
    mistakes = (
        Mistake(
            "One decay too few: epoch n comes after n decays.",
            "少算一次衰减：epoch n 之前已衰减 n 次。",
            lambda s: s.lr * s.gamma ** (s.epoch - 1),
        ),
        Mistake(
            "One decay too many: epoch 0 has the first rate.",
            "多算一次衰减：epoch 0 用初始学习率。",
            lambda s: s.lr * s.gamma ** (s.epoch + 1),
        ),
        Mistake(
            "The decay is geometric, not linear.",
            "是按比例（几何）衰减，而不是线性衰减。",
            lambda s: s.lr * (1 - (1 - s.gamma) * s.epoch) if (1 - s.gamma) * s.epoch < 1 else None,
        ),
        Mistake(
            "The base is γ itself, not e: the rate is not e^(−γn).",
            "底数是 γ 本身，而不是 e：不是 e^(−γn)。",
            lambda s: s.lr * exp(-s.gamma * s.epoch) if s.gamma * s.epoch < 12 else None,
        ),
        Mistake(
            "The rate is multiplied by γ, not by 1 − γ.",
            "学习率乘以 γ，而不是 1 − γ。",
            lambda s: s.lr * (1 - s.gamma) ** s.epoch if (1 - s.gamma) ** s.epoch > 1e-6 else None,
        ),
        Mistake("The factor was applied only once.", "只乘了一次因子。", lambda s: s.lr * s.gamma),
    )

    def sample(self, draw: Draw, level: int) -> ExponentialLr | None:
        if level == 1:
            return ExponentialLr(
                draw.choice((0.01, 0.1, 0.2, 0.5, 1.0)), draw.choice((0.5, 0.8, 0.9)), draw.integer(2, 5)
            )
        return ExponentialLr(draw.decimal(0.02, 0.9, 2), draw.decimal(0.8, 0.98, 2), draw.integer(5, 30))

    def formula(self, s: ExponentialLr) -> float:
        return s.lr * s.gamma**s.epoch

    def stem(self, s: ExponentialLr) -> Text:
        return rate_question(s.lr, f"ExponentialLR(gamma={num(s.gamma)})", s.epoch)

    def solution(self, s: ExponentialLr) -> Text:
        rate = rf"{num(s.lr)} \cdot {num(s.gamma)}^{{{s.epoch}}} = {num(self.formula(s))}"
        return Text(f"{s.epoch} decays come before: ${rate}$.", f"此前已衰减 {s.epoch} 次：${rate}$。")


class Gamma(Question[ExponentialGamma]):
    """The schedule solved for the decay."""

    spec = ExponentialGamma
    answer = Number(decimals=3)
    levels = (3,)
    find = "gamma"
    rule = r"$\gamma = (\eta_n/\eta_0)^{1/n}$"
    mistakes = (
        Mistake(
            "The n-th root is needed, not a division by n.",
            "要开 n 次方，而不是除以 n。",
            lambda s: 1 - (1 - s.rate / s.lr) / s.epoch,
        ),
        Mistake("That is the factor of all epochs together.", "这是所有 epoch 合计的因子。", lambda s: s.rate / s.lr),
        Mistake(
            "n decays lie between epoch 0 and epoch n, not n + 1.",
            "从 epoch 0 到 epoch n 有 n 次衰减，而不是 n + 1 次。",
            lambda s: (s.rate / s.lr) ** (1 / (s.epoch + 1)),
        ),
        Mistake(
            "n decays lie between epoch 0 and epoch n, not n − 1.",
            "从 epoch 0 到 epoch n 有 n 次衰减，而不是 n − 1 次。",
            lambda s: (s.rate / s.lr) ** (1 / (s.epoch - 1)) if s.epoch > 1 else None,
        ),
        Mistake("That is 1 − γ.", "这是 1 − γ。", lambda s: 1 - (s.rate / s.lr) ** (1 / s.epoch)),
    )

    def sample(self, draw: Draw, level: int) -> ExponentialGamma | None:
        lr = draw.choice((0.1, 0.2, 0.4, 0.5, 0.8, 1.0))
        rate = draw.decimal(0.005, 0.09, 3)
        return ExponentialGamma(lr, draw.integer(3, 15), rate)

    def formula(self, s: ExponentialGamma) -> float:
        return float((s.rate / s.lr) ** (1 / s.epoch))

    def stem(self, s: ExponentialGamma) -> Text:
        return Text(
            f"Under PyTorch's `ExponentialLR` the learning rate falls from {num(s.lr)} in epoch 0 to {num(s.rate)} in epoch {s.epoch} "
            f"({INVERSE_COUNTED.en}). What is `gamma`?",
            f"使用 PyTorch 的 `ExponentialLR`，学习率从 epoch 0 的 {num(s.lr)} 降到 epoch {s.epoch} 的 {num(s.rate)}"
            f"（{INVERSE_COUNTED.zh}）。`gamma` 是多少？",
        )

    def solution(self, s: ExponentialGamma) -> Text:
        root = (
            rf"\gamma = ({num(s.rate)}/{num(s.lr)})^{{1/{s.epoch}}} = "
            rf"{num(s.rate / s.lr)}^{{{num(1 / s.epoch)}}} = {num(self.formula(s))}"
        )
        return Text(
            f"${num(s.lr)} \\gamma^{{{s.epoch}}} = {num(s.rate)}$, so ${root}$.",
            f"${num(s.lr)} \\gamma^{{{s.epoch}}} = {num(s.rate)}$，故 ${root}$。",
        )


MODEL = ItemModel("exponential_lr", 1, "optimizers", Text("Exponential decay", "指数衰减"), (Exponential(), Gamma()))
