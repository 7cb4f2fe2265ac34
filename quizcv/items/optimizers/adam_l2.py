"""Adam with weight decay in its L2 form: added to the gradient, as `optim.Adam` has it."""

from __future__ import annotations

from math import sqrt

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._adam import end, path
from quizcv.items.optimizers._decay import Decayed
from quizcv.items.optimizers._numbers import num, signed, weight
from quizcv.items.optimizers._steps import (
    EPS_SHOWS,
    epsilon,
    gradients,
    joined,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adam import AdamL2, AdamW, DecayGap


class Coupled(Decayed):
    """Source: documentation of torch.optim.Adam, `weight_decay`."""

    spec = AdamL2
    optimizer = "Adam"
    rule = Text(
        r"$g' = g + \lambda w$ takes the place of $g$ in both moments; then Adam's step",
        r"两个矩中的 $g$ 换成 $g' = g + \lambda w$，其余与 Adam 相同",
    )
    mistakes = (
        Mistake(
            "That is AdamW: `optim.Adam` adds λw to the gradient, so the root divides it too.",
            "这是 AdamW：`optim.Adam` 把 λw 加到梯度里，同样要除以根号。",
            lambda s: end(s, decay=s.weight_decay),
        ),
        Mistake("The weight decay was left out.", "漏掉了权重衰减。", lambda s: end(s) if len(s.grads) > 1 else None),
        Mistake(
            "The bias correction is missing.", "漏了偏差修正。", lambda s: end(s, l2=s.weight_decay, corrected=False)
        ),
        Mistake("The root of v was left out.", "漏了对 v 开方。", lambda s: end(s, l2=s.weight_decay, root=False)),
        Mistake(
            "That is SGD with weight decay.",
            "这是带权重衰减的 SGD。",
            lambda s: s.w - s.lr * (s.grads[0] + s.weight_decay * s.w) if len(s.grads) == 1 else None,
        ),
        Mistake(
            "ε is added to the root, not under it.",
            "ε 加在根号外，而不是根号内。",
            lambda s: end(s, l2=s.weight_decay, inside=True) if s.eps >= EPS_SHOWS else None,
        ),
    )

    def formula(self, s: AdamW) -> float:
        return end(s, l2=s.weight_decay)

    def lines(self, s: AdamW) -> list[tuple[str, ...]]:
        before = None
        found: list[tuple[str, ...]] = []
        for t, (raw, now) in enumerate(zip(s.grads, path(s, l2=s.weight_decay), strict=True), 1):
            full = rf"g' = {num(raw)} + {num(s.weight_decay)} \cdot {signed(now.start)} = {num(now.grad)}"
            found.append((full, *_adam.moments(s, t, now, before), *_adam.corrections(s, t, now), _adam.move(s, now)))
            before = now
        return found


class Gap(Question[DecayGap]):
    """Both forms side by side."""

    spec = DecayGap
    answer = Number(decimals=4)
    levels = (3,)
    find = "gap"
    rule = Text(
        (
            r"AdamW: $w(1 - \eta\lambda) - \eta \hat m/(\sqrt{\hat v} + \epsilon)$; Adam: $\lambda w$ within "
            r"$\hat m$ and $\hat v$"
        ),
        (
            r"AdamW：$w(1 - \eta\lambda) - \eta \hat m/(\sqrt{\hat v} + \epsilon)$；Adam：$\lambda w$ 含在 $\hat m$ 和 "
            r"$\hat v$ 中"
        ),
    )
    mistakes = (
        Mistake(
            "The sign: Adam's weight is subtracted from AdamW's.",
            "符号错误：应为 AdamW 的权重减去 Adam 的权重。",
            lambda s: end(s, l2=s.weight_decay) - end(s, decay=s.weight_decay),
        ),
        Mistake(
            "The two forms are equal for plain SGD only.",
            "只有对普通 SGD 这两种形式才等价。",
            lambda s: 0.0,
        ),
        Mistake(
            "Decoupled decay is multiplied by the learning rate in PyTorch.",
            "PyTorch 中解耦的衰减也乘以学习率。",
            lambda s: end(s, decay=s.weight_decay / s.lr) - end(s, l2=s.weight_decay),
        ),
        Mistake(
            "That is AdamW's whole change of the weight.",
            "这是 AdamW 对权重的全部改变量。",
            lambda s: end(s, decay=s.weight_decay) - s.w,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DecayGap | None:
        w, grad = draw.decimal(-5, 5, 1), draw.decimal(-2, 2, 1)
        lr, decay = draw.choice((0.01, 0.02, 0.05, 0.1, 0.2)), draw.decimal(0.05, 0.5, 2)
        if abs(w) < 1 or abs(grad) < 0.2 or abs(grad + decay * w) < 0.1:
            return None
        return DecayGap(w, (grad,), lr, 0.9, 0.999, 1e-8, decay)

    def formula(self, s: DecayGap) -> float:
        return end(s, decay=s.weight_decay) - end(s, l2=s.weight_decay)

    def stem(self, s: DecayGap) -> Text:
        options = f"{_adam.code(s)}, weight_decay={num(s.weight_decay)}"
        return joined(
            Text(
                f"PyTorch's `optim.AdamW` and `optim.Adam`, both new and with `{options}`, ${epsilon(s.eps)}$ and all else at "
                f"the defaults, each update a copy of the weight w = {num(s.w)}.",
                f"新建 PyTorch 的 `optim.AdamW` 和 `optim.Adam`，都设 `{options}`、${epsilon(s.eps)}$，其余取默认值，"
                f"各自更新权重 w = {num(s.w)} 的一个副本。",
            ),
            gradients(s.grads),
            Text("What is AdamW's weight minus Adam's after that?", "之后 AdamW 的权重减去 Adam 的权重等于多少？"),
        )

    def solution(self, s: DecayGap) -> Text:
        apart, within = path(s, decay=s.weight_decay), path(s, l2=s.weight_decay)
        rows: tuple[list[str], list[str]] = ([], [])
        for steps, row in ((apart, rows[0]), (within, rows[1])):
            for t, now in enumerate(steps, 1):
                ratio = now.m_hat / (sqrt(now.v_hat) + s.eps)
                row.append(
                    rf"\hat m/(\sqrt{{\hat v}} + {num(s.eps)}) = {num(ratio)}$, ${_adam.move(s, now)}"
                    if t > 1
                    else "$, $".join((*_adam.corrections(s, t, now), _adam.move(s, now)))
                )
        shrunk = rf"{num(s.w)} \cdot (1 - {num(s.lr)} \cdot {num(s.weight_decay)}) = {num(apart[0].start)}"
        full = rf"g' = {num(s.grads[0])} + {num(s.weight_decay)} \cdot {signed(s.w)} = {num(within[0].grad)}"
        gap = f"{weight(apart[-1].w)} - {signed(round(within[-1].w, 6))} = {weight(self.formula(s))}"
        zh = ["$；$".join(row).replace("$, $", "$，$") for row in rows]
        return Text(
            f"AdamW: ${shrunk}$, then ${'$; $'.join(rows[0])}$.\n\nAdam: ${full}$, then ${'$; $'.join(rows[1])}$.\n\n"
            f"The difference: ${gap}$.",
            f"AdamW：${shrunk}$，然后 ${zh[0]}$。\n\nAdam：${full}$，然后 ${zh[1]}$。\n\n差值：${gap}$。",
        )


MODEL = ItemModel(
    "adam_l2_step", 1, "optimizers", Text("Adam with L2 in the gradient", "梯度中带 L2 的 Adam"), (Coupled(), Gap())
)
