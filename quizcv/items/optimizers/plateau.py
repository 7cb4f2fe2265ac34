"""ReduceLROnPlateau: the learning rate falls when the loss no longer does."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cycles import Plateau, PlateauPatience


def _reductions(
    s: Plateau, *, early: int = 0, threshold: float | None = None, cooldown: int | None = None, previous: bool = False
) -> list[int]:
    """The epochs (from 0) after which the rate is reduced, with parts of the rule replaced."""
    threshold = s.threshold if threshold is None else threshold
    cooldown = s.cooldown if cooldown is None else cooldown
    best, bad, rest = float("inf"), 0, 0
    found: list[int] = []
    for epoch, loss in enumerate(s.losses):
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad += 1
        if previous:
            best = loss
        if rest > 0:
            rest, bad = rest - 1, 0
        if bad > s.patience - early:
            found.append(epoch)
            rest, bad = cooldown, 0
    return found


def _rate(s: Plateau, count: int) -> float:
    """The rate after so many reductions; one that changes it by 1e-8 at most is not made."""
    rate = s.lr
    for _ in range(count):
        new = max(rate * s.factor, s.min_lr)
        rate = new if rate - new > 1e-8 else rate
    return rate


class Rate(Question[Plateau]):
    """Source: documentation of torch.optim.lr_scheduler.ReduceLROnPlateau (mode "min", relative threshold)."""

    spec = Plateau
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = Text(
        (
            r"an epoch is bad unless loss $<$ best $\cdot (1 - \theta)$; with more than `patience` bad ones in a "
            "row the rate is multiplied by `factor`"
        ),
        r"损失 $<$ 最好值 $\cdot (1 - \theta)$ 的 epoch 才算好，否则为坏；连续的坏 epoch 超过 `patience` 个时，学习率乘以 `factor`",
    )
    mistakes = (
        Mistake(
            "The rate falls at bad epoch number patience + 1 in a row, not already at number patience.",
            "连续坏 epoch 数达到 patience + 1 才降低，而不是等于 patience 时。",
            lambda s: _rate(s, len(_reductions(s, early=1))) if s.patience else None,
        ),
        Mistake(
            "This waits for one bad epoch more than PyTorch does.",
            "这里比 PyTorch 多等了一个坏 epoch。",
            lambda s: _rate(s, len(_reductions(s, early=-1))),
        ),
        Mistake(
            "A loss is compared with the best so far, not with the one before.",
            "损失与目前最好的比较，而不是与上一个比较。",
            lambda s: _rate(s, len(_reductions(s, previous=True))),
        ),
        Mistake(
            "Every further run of more than `patience` bad epochs reduces the rate once more.",
            "之后每再有一段超过 `patience` 个的连续坏 epoch，学习率都会再降一次。",
            lambda s: _rate(s, 1) if len(_reductions(s)) > 1 else None,
        ),
        Mistake("The rate has been reduced by then.", "此时学习率已经降低过。", lambda s: s.lr),
        Mistake(
            "During the cooldown bad epochs do not count.",
            "冷却期内的坏 epoch 不计数。",
            lambda s: _rate(s, len(_reductions(s, cooldown=0))),
        ),
        Mistake(
            "Too small an improvement does not count: the threshold was ignored.",
            "太小的改进不算数：忽略了 threshold。",
            lambda s: _rate(s, len(_reductions(s, threshold=0))),
        ),
        Mistake(
            "The rate does not fall below min_lr.",
            "学习率不会低于 min_lr。",
            lambda s: s.lr * s.factor ** len(_reductions(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Plateau | None:
        count = draw.integer(6, 8) if level == 1 else draw.integer(8, 11)
        loss, losses = draw.decimal(1, 3, 1), []
        for _ in range(count):
            losses.append(loss)
            loss = round(
                loss + draw.choice((-0.3, -0.1, 0.0, 0.1, 0.2) if level == 1 else (-0.3, -0.1, -0.02, 0.0, 0.05, 0.1)),
                2,
            )
            loss = max(loss, 0.1)
        if level == 1:
            s = Plateau(draw.choice((0.01, 0.1, 0.2)), tuple(losses), draw.choice((0.1, 0.2, 0.5)), draw.integer(1, 2))
        else:
            s = Plateau(
                draw.decimal(0.05, 0.5, 2),
                tuple(losses),
                draw.choice((0.2, 0.3, 0.5)),
                draw.integer(0, 2),
                draw.choice((0.01, 0.05)),
                draw.integer(0, 2),
                draw.choice((0.0, 0.01, 0.02)),
            )
        if not _reductions(s) and draw.chance(0.9):
            return None
        edges = [best * (1 - s.threshold) for best in s.losses]
        return None if any(0 < abs(loss - edge) < 1e-6 for edge in edges for loss in s.losses) else s

    def formula(self, s: Plateau) -> float:
        return _rate(s, len(_reductions(s)))

    def stem(self, s: Plateau) -> Text:
        call = (
            f"ReduceLROnPlateau(factor={num(s.factor)}, patience={s.patience}, threshold={num(s.threshold)}, cooldown={s.cooldown}, "
            f"min_lr={num(s.min_lr)})"
        )
        return Text(
            f'Training starts with a learning rate of {num(s.lr)} under PyTorch\'s `{call}` (mode "min", relative threshold), whose '
            f"`step(loss)` is called after each epoch with the losses {vector(s.losses)}. What is the learning rate after the last "
            "call?",
            f'训练的初始学习率为 {num(s.lr)}，使用 PyTorch 的 `{call}`（mode 为 "min"，相对阈值），每个 epoch 之后调用 `step(loss)`，'
            f"损失依次为 {vector(s.losses)}。最后一次调用之后学习率是多少？",
        )

    def solution(self, s: Plateau) -> Text:
        at = _reductions(s)
        options_en = (
            f"patience {s.patience}, threshold {num(s.threshold)}, cooldown {s.cooldown}, min_lr {num(s.min_lr)}"
        )
        options_zh = f"patience = {s.patience}，threshold = {num(s.threshold)}，cooldown = {s.cooldown}，min_lr = {num(s.min_lr)}"
        if not at:
            return Text(
                f"With {options_en} there are never more than {s.patience} bad epochs in a row; the factor {num(s.factor)} is not "
                f"applied: {num(s.lr)}.",
                f"在 {options_zh} 下，连续的坏 epoch 从未超过 {s.patience} 个，因子 {num(s.factor)} 没有用到：{num(s.lr)}。",
            )
        calls_en = ", ".join(str(epoch + 1) for epoch in at)
        calls_zh = "、".join(str(epoch + 1) for epoch in at)
        rate = rf"\max({num(s.lr)} \cdot {num(s.factor)}^{len(at)}, {num(s.min_lr)}) = {num(self.formula(s))}"
        return Text(
            f"With {options_en}, the number of bad epochs in a row (outside the cooldown) exceeds {s.patience} at these calls "
            f"(the first is 1): {calls_en}.\n\nThe rate: ${rate}$.",
            f"在 {options_zh} 下，连续的坏 epoch（冷却期外）超过 {s.patience} 个出现在第 {calls_zh} 次调用。\n\n学习率：${rate}$。",
        )


def _longest(losses: tuple[float, ...], threshold: float, *, previous: bool = False) -> int:
    """The longest run of bad epochs."""
    best, bad, longest = float("inf"), 0, 0
    for loss in losses:
        bad = 0 if loss < best * (1 - threshold) else bad + 1
        best = loss if bad == 0 or previous else best
        longest = max(longest, bad)
    return longest


class Patience(Question[PlateauPatience]):
    """The rule turned round: a run of bad epochs is put up with if it is no longer than the patience."""

    spec = PlateauPatience
    answer = Integer("epochs")
    levels = (3,)
    find = "patience"
    rule = Text("the longest run of bad epochs", "最长的一段连续坏 epoch 的个数")
    mistakes = (
        Mistake(
            "A run of exactly `patience` bad epochs does not reduce the rate yet.",
            "恰好 `patience` 个连续坏 epoch 还不会降低学习率。",
            lambda s: _longest(s.losses, s.threshold) + 1,
        ),
        Mistake(
            "With this patience the longest run of bad epochs reduces the rate.",
            "用这个 patience 时，最长的一段坏 epoch 会降低学习率。",
            lambda s: _longest(s.losses, s.threshold) - 1,
        ),
        Mistake(
            "A loss is compared with the best so far, not with the one before.",
            "损失与目前最好的比较，而不是与上一个比较。",
            lambda s: _longest(s.losses, s.threshold, previous=True),
        ),
        Mistake(
            "Too small an improvement is no improvement: the threshold was ignored.",
            "太小的改进不算改进：忽略了 threshold。",
            lambda s: _longest(s.losses, 0.0),
        ),
        Mistake("Only bad epochs in a row count.", "只有连续的坏 epoch 才计数。", lambda s: _bad(s)),
    )

    def sample(self, draw: Draw, level: int) -> PlateauPatience | None:
        loss, losses = draw.decimal(1, 3, 1), []
        for _ in range(draw.integer(8, 12)):
            losses.append(loss)
            loss = max(round(loss + draw.choice((-0.3, -0.1, -0.02, 0.0, 0.05, 0.1)), 2), 0.1)
        s = PlateauPatience(tuple(losses), draw.choice((0.01, 0.05)))
        edges = [best * (1 - s.threshold) for best in s.losses]
        clear = not any(0 < abs(loss - edge) < 1e-6 for edge in edges for loss in s.losses)
        return s if clear and 1 < _longest(s.losses, s.threshold) < len(s.losses) - 1 else None

    def formula(self, s: PlateauPatience) -> int:
        return _longest(s.losses, s.threshold)

    def stem(self, s: PlateauPatience) -> Text:
        return Text(
            f'PyTorch\'s `ReduceLROnPlateau(threshold={num(s.threshold)})` (mode "min", relative threshold) gets the losses '
            f"{vector(s.losses)}, one after each epoch. What is the smallest `patience` with which it never reduces the learning rate?",
            f'PyTorch 的 `ReduceLROnPlateau(threshold={num(s.threshold)})`（mode 为 "min"，相对阈值）在每个 epoch 之后依次得到损失 '
            f"{vector(s.losses)}。`patience` 最小为多少时，它始终不会降低学习率？",
        )

    def solution(self, s: PlateauPatience) -> Text:
        best, bad, runs = float("inf"), 0, []
        for loss in s.losses:
            bad = 0 if loss < best * (1 - s.threshold) else bad + 1
            best = loss if bad == 0 else best
            runs.append(bad)
        return Text(
            f"An epoch is good if its loss is below the best one times $1 - {num(s.threshold)}$. Bad epochs in a row, counted along: "
            f"{vector(runs)}.\n\nThe rate falls when the count exceeds the patience, so it must be {self.formula(s)}.",
            f"损失小于最好值乘以 $1 - {num(s.threshold)}$ 的 epoch 才算好。逐个累计连续的坏 epoch：{vector(runs)}。\n\n"
            f"计数超过 patience 时学习率才降低，故 patience 为 {self.formula(s)}。",
        )


def _bad(s: PlateauPatience) -> int:
    best, bad = float("inf"), 0
    for loss in s.losses:
        if loss < best * (1 - s.threshold):
            best = loss
        else:
            bad += 1
    return bad


MODEL = ItemModel(
    "plateau_lr", 1, "optimizers", Text("Reduction on a plateau", "损失停滞时降低学习率"), (Rate(), Patience())
)
