"""Early stopping with patience."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.early_stopping import EarlyBest, EarlyPatience, EarlyStopping


def _run(
    s: EarlyStopping, *, patience: int | None = None, in_a_row: bool = True, last: bool = False
) -> tuple[int, int]:
    """The epoch after which training ends (0 if it does not) and the best one until then. `last`: compared with the last epoch
    instead of the best; not `in_a_row`: bad epochs are counted in all."""
    wait = s.patience if patience is None else patience
    return stopped(s.losses, wait, s.min_delta, in_a_row=in_a_row, last=last)


def stopped(
    losses: tuple[float, ...], patience: int, min_delta: float, *, in_a_row: bool = True, last: bool = False
) -> tuple[int, int]:
    best, at, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best - min_delta:
            best, at, bad = loss, epoch, (0 if in_a_row else bad)
        else:
            bad += 1
            best = loss if last else best
        if bad >= patience:
            return epoch, at
    return 0, at


def _given(s: EarlyStopping) -> Text:
    better = (
        ("is lower than the best so far", "低于此前的最低值")
        if s.min_delta == 0
        else (
            f"is lower than that of the last improvement by more than {num(s.min_delta)} (the first epoch counts as one)",
            f"比上一次有改进时的损失低 {num(s.min_delta)} 以上（第 1 轮视为有改进）",
        )
    )
    floor = ("(min_delta = 0)", "（min_delta = 0）") if s.min_delta == 0 else ("", "")
    return Text(
        f"Without stopping, the validation loss after epochs 1 to {len(s.losses)} is {vector(s.losses)}. An epoch counts as an "
        f"improvement if its loss {better[0]}{' ' + floor[0] if floor[0] else ''}. Training ends "
        f"with the epoch that makes it {s.patience} epochs in a row without improvement (patience {s.patience}).",
        f"若一直训练，第 1 到第 {len(s.losses)} 轮之后的验证损失依次为 {vector(s.losses)}。若某轮的损失{better[1]}，"
        f"则算作有改进{floor[1]}。"
        f"连续 {s.patience} 轮没有改进时，训练在该轮结束（耐心值 patience 为 {s.patience}）。",
    )


def _worked(s: EarlyStopping) -> Text:
    end, best = _run(s)
    first = end - s.patience + 1
    delta = num(s.min_delta)
    return Text(
        f"The last improvement (by more than {delta}) is epoch {best} with {num(s.losses[best - 1])}; epochs {first} to {end} are "
        f"{s.patience} in a row without one.",
        f"最后一次改进（超过 {delta}）在第 {best} 轮，损失为 {num(s.losses[best - 1])}；第 {first} 到第 {end} 轮连续 "
        f"{s.patience} 轮没有改进。",
    )


def _draw_losses(draw: Draw, count: int) -> tuple[float, ...]:
    """A curve that falls with bumps."""
    level, losses = draw.decimal(0.8, 1.2, 2), []
    for _ in range(count):
        level = max(0.2, level + draw.decimal(-0.1, 0.07, 2))
        losses.append(round(level, 2))
    return tuple(losses)


class Stop(Question[EarlyStopping]):
    """Source: Prechelt 1998; the patience of the usual callbacks."""

    spec = EarlyStopping
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        "stop at the first epoch that ends `patience` epochs in a row without improvement",
        "首次连续 `patience` 轮没有改进时，在该轮停止",
    )
    mistakes = (
        Mistake(
            "That is the best epoch; training goes on for as many epochs as it is patient.",
            "这是最好的一轮；此后训练还会再等 patience 轮。",
            lambda s: _run(s)[1],
        ),
        Mistake(
            "One epoch too late: the patience is used up when that many epochs have failed.",
            "多了一轮：失败轮数达到 patience 时就结束。",
            lambda s: _run(s)[0] + 1 if _run(s)[0] < len(s.losses) else None,
        ),
        Mistake(
            "One epoch too early: the best epoch itself does not count.",
            "早了一轮：最好的那一轮本身不算在内。",
            lambda s: _run(s)[0] - 1,
        ),
        Mistake(
            "An improvement resets the count: the failures must be in a row.",
            "有改进时计数清零：必须连续失败。",
            lambda s: _run(s, in_a_row=False)[0] or None,
        ),
        Mistake(
            "Each loss is compared with that of the last improvement, not with the epoch before.",
            "每轮的损失与上一次有改进时的损失比较，而不是与上一轮比较。",
            lambda s: _run(s, last=True)[0] or None,
        ),
        Mistake(
            "A decrease of no more than min_delta does not count as an improvement.",
            "下降不超过 min_delta 不算改进。",
            lambda s: stopped(s.losses, s.patience, 0.0)[0] or None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EarlyStopping | None:
        losses = _draw_losses(draw, 9 if level == 1 else 11)
        return _usable(
            EarlyStopping(losses, draw.integer(2, 3), 0.0 if level == 1 else draw.choice((0.005, 0.015, 0.025)))
        )

    def formula(self, s: EarlyStopping) -> int:
        return _run(s)[0]

    def stem(self, s: EarlyStopping) -> Text:
        given = _given(s)
        return Text(f"{given.en} After which epoch does it end?", f"{given.zh}训练在第几轮之后结束？")

    def solution(self, s: EarlyStopping) -> Text:
        worked = _worked(s)
        return Text(
            f"{worked.en} So it ends after epoch {_run(s)[0]}.", f"{worked.zh}因此在第 {_run(s)[0]} 轮之后结束。"
        )


def _usable(s: EarlyStopping) -> EarlyStopping | None:
    """Whether it stops, not at once and before the end, and no loss is twice the best."""
    end, best = _run(s)
    return s if end and best >= 2 and end < len(s.losses) else None


class Best(Question[EarlyBest]):
    """What is restored."""

    spec = EarlyBest
    answer = Integer()
    levels = (2,)
    find = "best"
    rule = Text("the last improvement before the patience was used up", "耐心用完之前的最后一次改进")
    mistakes = (
        Mistake(
            "That is the epoch after which training ends; its weights are worse.",
            "这是训练结束的那一轮；它的权重较差。",
            lambda s: _run(s)[0],
        ),
        Mistake(
            "Training never gets that far: the patience is used up before.",
            "训练到不了那一轮：耐心在此之前已用完。",
            lambda s: s.losses.index(min(s.losses)) + 1,
        ),
        Mistake(
            "A decrease of no more than min_delta does not count as an improvement.",
            "下降不超过 min_delta 不算改进。",
            lambda s: stopped(s.losses, s.patience, 0.0)[1],
        ),
        Mistake(
            "Epochs are counted from 1 here.",
            "这里的轮数从 1 数起。",
            lambda s: _run(s)[1] - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EarlyBest | None:
        s = EarlyBest(_draw_losses(draw, 11), draw.integer(2, 3), draw.choice((0.005, 0.015, 0.025)))
        return s if _usable(s) else None

    def formula(self, s: EarlyBest) -> int:
        return _run(s)[1]

    def stem(self, s: EarlyBest) -> Text:
        given = _given(s)
        return Text(
            f"{given.en} Then the weights of the last epoch that was an improvement are restored. Which epoch is that?",
            f"{given.zh}随后恢复最后一次有改进的那一轮的权重。那是第几轮？",
        )

    def solution(self, s: EarlyBest) -> Text:
        return _worked(s)


def _needed(losses: tuple[float, ...]) -> int:
    """One more than the longest run of epochs without improvement before the lowest loss."""
    lowest, best, bad, longest = losses.index(min(losses)), float("inf"), 0, 0
    for loss in losses[:lowest]:
        best, bad = (loss, 0) if loss < best else (best, bad + 1)
        longest = max(longest, bad)
    return longest + 1


class Patience(Question[EarlyPatience]):
    """How much patience the curve asks for."""

    spec = EarlyPatience
    answer = Integer()
    levels = (3,)
    find = "patience"
    rule = Text(
        "one more than the longest run without improvement before the lowest loss",
        "损失最低的一轮之前，最长连续无改进轮数加 1",
    )
    mistakes = (
        Mistake(
            "With that patience training ends just before the improvement.",
            "用这个耐心值，训练恰好在改进之前结束。",
            lambda s: _needed(s.losses) - 1 or None,
        ),
        Mistake(
            "One more than needed: the improvement comes in time with less.",
            "多了一：更小的耐心值也来得及等到改进。",
            lambda s: _needed(s.losses) + 1,
        ),
        Mistake(
            "That is the epoch of the lowest loss.",
            "这是损失最低的那一轮。",
            lambda s: s.losses.index(min(s.losses)) + 1,
        ),
        Mistake(
            "Only epochs in a row without improvement count, not all of them.",
            "只算连续没有改进的轮数，而不是总数。",
            lambda s: _failures(s.losses) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EarlyPatience | None:
        losses = _draw_losses(draw, 12)
        usable = losses.count(min(losses)) == 1 and _needed(losses) >= 2 and _failures(losses) > _needed(losses) - 1
        return EarlyPatience(losses) if usable else None

    def formula(self, s: EarlyPatience) -> int:
        return _needed(s.losses)

    def stem(self, s: EarlyPatience) -> Text:
        return Text(
            f"Without stopping, the validation loss after epochs 1 to {len(s.losses)} is {vector(s.losses)}. Early stopping with "
            "patience p ends training with the epoch that makes it p epochs in a row without a loss lower than the best so far. "
            "What is the smallest p with which training gets to the epoch of the lowest loss?",
            f"若一直训练，第 1 到第 {len(s.losses)} 轮之后的验证损失依次为 {vector(s.losses)}。耐心值为 p 的早停："
            "连续 p 轮的损失都没有低于此前最低值时，训练在该轮结束。要使训练能到达损失最低的那一轮，p 最小是多少？",
        )

    def solution(self, s: EarlyPatience) -> Text:
        lowest, run = s.losses.index(min(s.losses)) + 1, _needed(s.losses) - 1
        return Text(
            f"The lowest loss, {num(min(s.losses))}, comes in epoch {lowest}. Before it the longest run without improvement has {run}, so "
            f"p = {run + 1} is needed.",
            f"最低的损失 {num(min(s.losses))} 出现在第 {lowest} 轮。在此之前，最长连续 {run} 轮没有改进，故需要 p = {run + 1}。",
        )


def _failures(losses: tuple[float, ...]) -> int:
    """All epochs without improvement before the lowest loss."""
    lowest, best, bad = losses.index(min(losses)), float("inf"), 0
    for loss in losses[:lowest]:
        best, bad = (loss, bad) if loss < best else (best, bad + 1)
    return bad


MODEL = ItemModel(
    name="early_stopping_epoch",
    version=1,
    topic="regularisation",
    title=Text("Early stopping", "早停"),
    questions=(Stop(), Best(), Patience()),
)
