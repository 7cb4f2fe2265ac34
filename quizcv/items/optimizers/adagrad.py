"""Adagrad: the rate of a weight shrinks with the sum of its squared gradients."""

from __future__ import annotations

from math import sqrt

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import EPS_SHOWS, WeightQuestion, epsilon, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adaptive import Adagrad, AdagradLater


def _path(
    s: Adagrad, *, root: bool = True, memory: bool = True, inside: bool = False, decay: int = 1, initial: bool = True
) -> list[tuple[float, float, float]]:
    """Per step the sum of squares, the rate and the new weight, with parts of the rule replaced."""
    w, total, path = s.w, s.initial if initial else 0.0, []
    for t, grad in enumerate(s.grads):
        total = total * memory + grad * grad
        rate = s.lr / (1 + (t + 1 - decay) * s.lr_decay)
        below = sqrt(total + s.eps) if inside else (sqrt(total) if root else total) + s.eps
        w -= rate * grad / below
        path.append((total, rate, w))
    return path


class Weight(WeightQuestion):
    """Source: Duchi et al. 2011; documentation of torch.optim.Adagrad."""

    spec = Adagrad
    optimizer = "Adagrad"
    rule = r"$s_t = s_{t-1} + g_t^2$, $w \leftarrow w - \frac{\eta}{1 + (t - 1)\delta} \cdot \frac{g_t}{\sqrt{s_t} + \epsilon}$"
    mistakes = (
        Mistake(
            "The root was left out: divide by √s.", "漏了开方：应除以 √s。", lambda s: _path(s, root=False)[-1][-1]
        ),
        Mistake(
            "The squares are added up over all steps, not only the last one.",
            "平方在所有步上累加，而不是只取最后一步。",
            lambda s: _path(s, memory=False)[-1][-1],
        ),
        Mistake(
            "That is plain SGD: Adagrad divides the gradient by √s.",
            "这是普通 SGD：Adagrad 还要把梯度除以 √s。",
            lambda s: s.w - s.lr * sum(s.grads),
        ),
        Mistake(
            "The sign: the step goes against the gradient.",
            "符号错误：应沿负梯度方向。",
            lambda s: 2 * s.w - _path(s)[-1][-1],
        ),
        Mistake(
            "ε is added to the root, not under it.",
            "ε 加在根号外，而不是根号内。",
            lambda s: _path(s, inside=True)[-1][-1] if s.eps >= EPS_SHOWS else None,
        ),
        Mistake(
            "The decay of the rate starts with the second step: 1 + (t − 1)δ.",
            "学习率的衰减从第二步开始：1 + (t − 1)δ。",
            lambda s: _path(s, decay=0)[-1][-1],
        ),
        Mistake(
            "The sum starts at its initial value, not at 0.",
            "累加和从初始值开始，而不是从 0。",
            lambda s: _path(s, initial=False)[-1][-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> Adagrad | None:
        grads, w = some_grads(draw, 2 if level == 1 else draw.integer(2, 3), 4), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            return Adagrad(w, grads, draw.choice((0.05, 0.1, 0.2, 0.5, 1.0)))
        eps = draw.choice((1e-10, 0.01, 0.1))
        return Adagrad(
            w, grads, draw.decimal(0.1, 0.9, 1), draw.choice((0.0, 0.1, 0.5)), draw.choice((0.0, 0.1, 1.0)), eps
        )

    def formula(self, s: Adagrad) -> float:
        return _path(s)[-1][-1]

    def code(self, s: Adagrad) -> str:
        return f"lr={num(s.lr)}, lr_decay={num(s.lr_decay)}, initial_accumulator_value={num(s.initial)}"

    def math(self, s: Adagrad) -> str:
        return epsilon(s.eps)

    def lines(self, s: Adagrad) -> list[tuple[str, ...]]:
        w, total = s.w, s.initial
        lines: list[tuple[str, ...]] = []
        for t, (grad, (new, rate, moved)) in enumerate(zip(s.grads, _path(s), strict=True)):
            lines.append(
                (
                    f"s = {num(total)} + {signed(grad)}^2 = {num(new)}",
                    rf"\eta_t = {num(s.lr)}/(1 + {t} \cdot {num(s.lr_decay)}) = {num(rate)}",
                    rf"w = {num(w)} - {num(rate)} \cdot {signed(grad)}/(\sqrt{{{num(new)}}} + {num(s.eps)}) = {num(moved)}",
                )
            )
            w, total = moved, new
        return lines


class Later(Question[AdagradLater]):
    """How the steps shrink while the gradient does not."""

    spec = AdagradLater
    answer = Number(decimals=0, significant=3)
    levels = (3,)
    find = "step"
    rule = Text(
        r"$s_n = n g^2$, so the step is $\eta g/(g\sqrt n + \epsilon) \approx \eta/\sqrt{n}$",
        r"$s_n = n g^2$，故更新量为 $\eta g/(g\sqrt n + \epsilon) \approx \eta/\sqrt{n}$",
    )
    mistakes = (
        Mistake(
            "The sum of squares grows with every step; only the first step has the size of the rate.",
            "平方和逐步增大；只有第一步等于学习率本身。",
            lambda s: s.lr,
        ),
        Mistake(
            "The root was left out: the step falls as 1/√n.", "漏了开方：更新量按 1/√n 减小。", lambda s: s.lr / s.step
        ),
        Mistake(
            "The gradient cancels: it is in the numerator and, through the sum of squares, in the denominator.",
            "梯度会约掉：分子中有它，分母的平方和中也有它。",
            lambda s: s.lr * s.grad / sqrt(s.step),
        ),
        Mistake(
            "The sum of squares contains n terms in step n, not n − 1.",
            "第 n 步时平方和有 n 项，而不是 n − 1 项。",
            lambda s: s.lr / sqrt(s.step - 1) if s.step > 4 else None,
        ),
        Mistake(
            "That is the length of all n steps together.",
            "这是 n 步的总路程。",
            lambda s: sum(s.lr / sqrt(t) for t in range(1, s.step + 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdagradLater | None:
        grad = draw.decimal(0.2, 5, 1)
        return AdagradLater(grad, draw.choice((0.01, 0.05, 0.1, 0.2, 0.5)), draw.integer(4, 64)) if grad != 1 else None

    def formula(self, s: AdagradLater) -> float:
        return s.lr * s.grad / (sqrt(s.step) * s.grad + s.eps)

    def stem(self, s: AdagradLater) -> Text:
        return Text(
            f"PyTorch's `optim.Adagrad(lr={num(s.lr)})`, with $\\epsilon = {num(s.eps)}$ and all other options at their defaults, "
            f"gets the same gradient {num(s.grad)} in every step. By how much does step number {s.step} (the first is number 1) "
            "move the weight, as an absolute value?",
            f"PyTorch 的 `optim.Adagrad(lr={num(s.lr)})`（$\\epsilon = {num(s.eps)}$，其余选项取默认值）每一步得到的梯度都是 "
            f"{num(s.grad)}。第 {s.step} 步（从第 1 步数起）使权重移动了多少（取绝对值）？",
        )

    def solution(self, s: AdagradLater) -> Text:
        total = rf"s = {s.step} \cdot {num(s.grad)}^2 = {num(s.step * s.grad**2)}"
        step = rf"{num(s.lr)} \cdot {num(s.grad)}/(\sqrt{{{num(s.step * s.grad**2)}}} + {num(s.eps)}) = {num(self.formula(s))}"
        return Text(
            f"After {s.step} equal gradients ${total}$.\n\nThe step: ${step}$, in short $\\eta/\\sqrt n$.",
            f"经过 {s.step} 个相同的梯度，${total}$。\n\n该步的更新量：${step}$，即 $\\eta/\\sqrt n$。",
        )


MODEL = ItemModel("adagrad_step", 1, "optimizers", Text("Steps of Adagrad", "Adagrad 的更新"), (Weight(), Later()))
