"""The learning rate falls by a factor at each milestone."""

from __future__ import annotations

from itertools import pairwise

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._schedules import COUNTED, rate_question
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rates import MultiStepLr, MultiStepMean


def _passed(milestones: tuple[int, ...], epoch: int) -> int:
    return sum(milestone <= epoch for milestone in milestones)


class Milestones(Question[MultiStepLr]):
    """Source: documentation of torch.optim.lr_scheduler.MultiStepLR."""

    spec = MultiStepLr
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = Text(
        r"$\eta_n = \eta_0 \gamma^k$ with $k$ the number of milestones $\le n$",
        r"$\eta_n = \eta_0 \gamma^k$，$k$ 为不超过 $n$ 的里程碑个数",
    )
    mistakes = (
        Mistake(
            "One decay too few: all milestones up to epoch n count, n itself included.",
            "少算一次衰减：不超过 n 的里程碑都要算，等于 n 的也算。",
            lambda s: (
                s.lr * s.gamma ** (_passed(s.milestones, s.epoch) - 1) if _passed(s.milestones, s.epoch) else None
            ),
        ),
        Mistake(
            "One decay too many: that milestone has not come yet.",
            "多算一次衰减：还没有到那个里程碑。",
            lambda s: (
                s.lr * s.gamma ** (_passed(s.milestones, s.epoch) + 1)
                if s.epoch < max(s.milestones, default=0)
                else None
            ),
        ),
        Mistake(
            "All milestones were counted, also those to come.",
            "把尚未到达的里程碑也算进去了。",
            lambda s: s.lr * s.gamma ** len(s.milestones),
        ),
        Mistake(
            "Every milestone reached multiplies the rate once more.",
            "每到一个里程碑都要再乘一次因子。",
            lambda s: s.lr * s.gamma,
        ),
        Mistake(
            "The rate is multiplied by γ, not by 1 − γ.",
            "学习率乘以 γ，而不是 1 − γ。",
            lambda s: s.lr * (1 - s.gamma) ** _passed(s.milestones, s.epoch) if s.gamma < 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MultiStepLr | None:
        if level == 1:
            milestones = draw.choice(((30, 60, 90), (10, 20, 30), (8, 11), (16, 22), (50, 75), (60, 80)))
            epoch = draw.choice(milestones) + draw.choice((-2, -1, 0, 0, 3))
            s = MultiStepLr(draw.choice((0.01, 0.02, 0.1, 0.5)), milestones, epoch, 0.1)
            return s if _passed(milestones, epoch) else None
        milestones = tuple(sorted(draw.sample(range(3, 41), draw.integer(3, 4))))
        s = MultiStepLr(
            draw.decimal(0.02, 0.9, 2),
            milestones,
            draw.choice(milestones) + draw.choice((-1, 0, 0, 1)),
            draw.decimal(0.2, 0.8, 1),
        )
        return s if _passed(milestones, s.epoch) else None

    def formula(self, s: MultiStepLr) -> float:
        return s.lr * s.gamma ** _passed(s.milestones, s.epoch)

    def stem(self, s: MultiStepLr) -> Text:
        return rate_question(s.lr, f"MultiStepLR(milestones={vector(s.milestones)}, gamma={num(s.gamma)})", s.epoch)

    def solution(self, s: MultiStepLr) -> Text:
        count = _passed(s.milestones, s.epoch)
        rate = rf"{num(s.lr)} \cdot {num(s.gamma)}^{{{count}}} = {num(self.formula(s))}"
        return Text(
            f"Milestones up to epoch {s.epoch}, itself included: {count}.\n\nRate: ${rate}$.",
            f"到 epoch {s.epoch}（含）为止的里程碑：{count} 个。\n\n学习率：${rate}$。",
        )


class Mean(Question[MultiStepMean]):
    """All phases of the schedule put together."""

    spec = MultiStepMean
    answer = Number(decimals=0, significant=3)
    levels = (3,)
    find = "mean"
    rule = Text(
        (
            r"$\frac 1E \sum_j (m_{j+1} - m_j) \eta_0 \gamma^j$ with $m_0 = 0$, then the milestones, and last the "
            "number of epochs $E$"
        ),
        r"$\frac 1E \sum_j (m_{j+1} - m_j) \eta_0 \gamma^j$，$m_0 = 0$，其后依次为各里程碑，最后为 epoch 总数 $E$",
    )
    mistakes = (
        Mistake(
            "The phases differ in length: their rates are weighted by their numbers of epochs.",
            "各阶段长短不同：要按 epoch 数加权。",
            lambda s: sum(rate for _, rate in _phases(s)) / len(_phases(s)),
        ),
        Mistake("That is the rate at the end.", "这是最后的学习率。", lambda s: _phases(s)[-1][1]),
        Mistake(
            "Each milestone's own epoch has the smaller rate already.",
            "里程碑那个 epoch 本身就已用较小的学习率。",
            lambda s: sum(count * rate for count, rate in _phases(s, late=1)) / s.epochs,
        ),
        Mistake(
            "The last phase, after the last milestone, was left out.",
            "漏了最后一个里程碑之后的阶段。",
            lambda s: sum(count * rate for count, rate in _phases(s)[:-1]) / s.epochs,
        ),
        Mistake(
            "That is the mean of the first rate and the last.",
            "这是首尾两个学习率的平均。",
            lambda s: (s.lr + _phases(s)[-1][1]) / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MultiStepMean | None:
        milestones = tuple(sorted(draw.sample(range(3, 18), 2)))
        return MultiStepMean(
            draw.choice((0.1, 0.2, 0.4, 0.5, 0.8)), milestones, draw.integer(18, 30), draw.choice((0.1, 0.2, 0.5))
        )

    def formula(self, s: MultiStepMean) -> float:
        return sum(count * rate for count, rate in _phases(s)) / s.epochs

    def stem(self, s: MultiStepMean) -> Text:
        return Text(
            f"Training runs for {s.epochs} epochs with an initial learning rate of {num(s.lr)} under PyTorch's `MultiStepLR(milestones="
            f"{vector(s.milestones)}, gamma={num(s.gamma)})`. {COUNTED.en} What is the mean learning rate over all epochs?",
            f"训练共 {s.epochs} 个 epoch，初始学习率为 {num(s.lr)}，使用 PyTorch 的 `MultiStepLR(milestones={vector(s.milestones)}, "
            f"gamma={num(s.gamma)})`。{COUNTED.zh}所有 epoch 的平均学习率是多少？",
        )

    def solution(self, s: MultiStepMean) -> Text:
        parts = " + ".join(rf"{count} \cdot {num(rate)}" for count, rate in _phases(s))
        return Text(
            f"With $\\eta_0 = {num(s.lr)}$ and $\\gamma = {num(s.gamma)}$: $({parts})/{s.epochs} = {num(self.formula(s))}$.",
            f"由 $\\eta_0 = {num(s.lr)}$、$\\gamma = {num(s.gamma)}$：$({parts})/{s.epochs} = {num(self.formula(s))}$。",
        )


def _phases(s: MultiStepMean, late: int = 0) -> list[tuple[int, float]]:
    """Epochs and rate of each phase."""
    edges = [0, *(min(milestone + late, s.epochs) for milestone in sorted(s.milestones)), s.epochs]
    return [(to - at, s.lr * s.gamma**k) for k, (at, to) in enumerate(pairwise(edges))]


MODEL = ItemModel("multistep_lr", 1, "optimizers", Text("Decay at milestones", "里程碑衰减"), (Milestones(), Mean()))
