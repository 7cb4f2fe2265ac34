"""Binary cross-entropy of logits, with `pos_weight`. Source: documentation of torch.nn.BCEWithLogitsLoss."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._batches import sigmoid
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import BceWithLogits, BceWithLogitsGradient


def _plain(s: BceWithLogits) -> float:
    """Without the weight."""
    return math.log1p(math.exp(-s.x if s.target else s.x))


def _sample(draw: Draw, level: int) -> tuple[float, int, float] | None:
    x = draw.decimal(-3, 3, 1)
    weight = 1.0 if level == 1 else draw.choice((0.5, 2.0, 3.0, 4.0, 5.0))
    target = int(draw.chance(0.5 if level == 1 else 0.75))
    return (x, target, weight) if abs(x) >= 0.3 else None


class LogitLoss(Worked[BceWithLogits]):
    spec = BceWithLogits
    levels = (1, 2)
    rule = Text(
        r"$-w y \ln\sigma(x) - (1 - y) \ln(1 - \sigma(x))$, with $w$ the weight of positives",
        r"$-w y \ln\sigma(x) - (1 - y) \ln(1 - \sigma(x))$，$w$ 为正样本权重",
    )
    mistakes = (
        Mistake(
            "That is the loss for the other class.",
            "这是另一类的损失。",
            lambda s: math.log1p(math.exp(s.x)) if s.target else s.pos_weight * math.log1p(math.exp(-s.x)),
        ),
        Mistake("`pos_weight` was left out.", "漏了 `pos_weight`。", lambda s: _plain(s) if s.target else None),
        Mistake(
            "`pos_weight` concerns positives only.", "`pos_weight` 只作用于正样本。", lambda s: _plain(s) * s.pos_weight
        ),
        Mistake(
            "The loss is not divided by `pos_weight`: no normalisation.",
            "损失不除以 `pos_weight`，没有归一化。",
            lambda s: _plain(s) / s.pos_weight if s.target else None,
        ),
        Mistake("That is the sigmoid of the logit.", "这是该 logit 的 sigmoid。", lambda s: sigmoid(s.x)),
        Mistake(
            "The logit is no probability: the sigmoid comes first.",
            "logit 不是概率：要先做 sigmoid。",
            lambda s: -math.log(s.x if s.target else 1 - s.x) if 0 < s.x < 1 else None,
        ),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: _plain(s) / math.log(10) * (s.pos_weight if s.target else 1),
        ),
        Mistake(
            "The sigmoid was applied twice: the loss contains it.",
            "sigmoid 做了两次：损失函数已包含它。",
            lambda s: (
                math.log1p(math.exp(-sigmoid(s.x) if s.target else sigmoid(s.x))) * (s.pos_weight if s.target else 1)
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BceWithLogits | None:
        drawn = _sample(draw, level)
        return BceWithLogits(*drawn) if drawn else None

    def formula(self, s: BceWithLogits) -> float:
        p = 1 / (1 + math.exp(-s.x))
        return -s.pos_weight * math.log(p) if s.target == 1 else math.log(1 + math.exp(s.x))

    def stem(self, s: BceWithLogits) -> Text:
        return Text(
            f"What does `nn.BCEWithLogitsLoss` with `pos_weight` {num(s.pos_weight)} give for the logit {num(s.x)} and the target "
            f"{s.target}?",
            f"`pos_weight` 为 {num(s.pos_weight)} 的 `nn.BCEWithLogitsLoss`，logit 为 {num(s.x)}，目标为 {s.target}。损失是多少？",
        )

    def why(self, s: BceWithLogits) -> Text:
        p = rf"$\sigma({num(s.x)}) = {num(sigmoid(s.x))}$"
        if s.target:
            return Text(f"{p}; for the target 1, with the weight:", f"{p}；目标为 1，乘以权重：")
        return Text(
            f"{p}; for the target 0 the weight {num(s.pos_weight)} does not count:",
            f"{p}；目标为 0，权重 {num(s.pos_weight)} 不起作用：",
        )

    def steps(self, s: BceWithLogits) -> str:
        p = num(sigmoid(s.x))
        front = rf"-{num(s.pos_weight)} \cdot \ln {p}" if s.target else rf"-\ln(1 - {p})"
        return f"{front} = {num(self.formula(s))}"


class LogitGradient(Worked[BceWithLogitsGradient]):
    spec = BceWithLogitsGradient
    levels = (3,)
    find = "derivative"
    rule = Text(
        r"$w(\sigma(x) - 1)$ for target 1, $\sigma(x)$ for target 0",
        r"目标为 1 时为 $w(\sigma(x) - 1)$，为 0 时为 $\sigma(x)$",
    )
    mistakes = (
        Mistake(
            "The sign is wrong: sigmoid minus target.",
            "符号错了：应为 sigmoid 减目标。",
            lambda s: s.pos_weight * (1 - sigmoid(s.x)) if s.target else -sigmoid(s.x),
        ),
        Mistake("`pos_weight` was left out.", "漏了 `pos_weight`。", lambda s: sigmoid(s.x) - 1 if s.target else None),
        Mistake(
            "`pos_weight` concerns positives only.",
            "`pos_weight` 只作用于正样本。",
            lambda s: None if s.target else s.pos_weight * sigmoid(s.x),
        ),
        Mistake(
            "The target 1 was not subtracted before weighting.",
            "乘权重之前没有减去目标 1。",
            lambda s: s.pos_weight * sigmoid(s.x) if s.target else None,
        ),
        Mistake("The target was not subtracted.", "没有减去目标。", lambda s: sigmoid(s.x)),
        Mistake(
            "σ(1 − σ) is the derivative of the sigmoid; the logarithm cancels one factor.",
            "σ(1 − σ) 是 sigmoid 的导数；取对数后约去了一个因子。",
            lambda s: sigmoid(s.x) * (1 - sigmoid(s.x)),
        ),
        Mistake(
            "The weight multiplies the whole difference σ − 1, not only σ.",
            "权重乘整个差 σ − 1，而不只是 σ。",
            lambda s: s.pos_weight * sigmoid(s.x) - 1 if s.target else None,
        ),
        Mistake("For the target 0 nothing is subtracted.", "目标为 0 时不减 1。", lambda s: sigmoid(s.x) - 1),
    )

    def sample(self, draw: Draw, level: int) -> BceWithLogitsGradient | None:
        drawn = _sample(draw, level)
        return BceWithLogitsGradient(*drawn) if drawn else None

    def formula(self, s: BceWithLogitsGradient) -> float:
        return -s.pos_weight / (1 + math.exp(s.x)) if s.target == 1 else 1 / (1 + math.exp(-s.x))

    def stem(self, s: BceWithLogitsGradient) -> Text:
        return Text(
            f"What is the derivative of `nn.BCEWithLogitsLoss` with `pos_weight` {num(s.pos_weight)} with respect to "
            f"the logit, at the logit {num(s.x)} and for the target {s.target}?",
            f"`pos_weight` 为 {num(s.pos_weight)} 的 `nn.BCEWithLogitsLoss`，目标为 {s.target}。在 logit 为 "
            f"{num(s.x)} 处，损失对 logit 的导数是多少？",
        )

    def why(self, s: BceWithLogitsGradient) -> Text:
        p = rf"$\sigma({num(s.x)}) = {num(sigmoid(s.x))}$"
        if s.target:
            return Text(f"{p}; for the target 1, with the weight:", f"{p}；目标为 1，乘以权重：")
        return Text(
            f"{p}; for the target 0 the weight {num(s.pos_weight)} does not count:",
            f"{p}；目标为 0，权重 {num(s.pos_weight)} 不起作用：",
        )

    def steps(self, s: BceWithLogitsGradient) -> str:
        p = num(sigmoid(s.x))
        return (
            rf"{num(s.pos_weight)} \cdot ({p} - 1) = {num(self.formula(s))}"
            if s.target
            else f"{p} - 0 = {num(self.formula(s))}"
        )


MODEL = ItemModel(
    name="bce_with_logits",
    version=1,
    topic="activations-losses",
    title=Text("Binary cross-entropy with logits", "带 logit 的二元交叉熵"),
    questions=(LogitLoss(), LogitGradient()),
)
