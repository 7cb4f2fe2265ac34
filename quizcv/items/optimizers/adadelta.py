"""Adadelta: the step is the gradient times the ratio of two running root mean squares."""

from __future__ import annotations

from math import sqrt

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import WeightQuestion, asked_rate, epsilon, numbered, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adaptive import Adadelta, AdadeltaRate


def _path(
    s: Adadelta | AdadeltaRate,
    *,
    root: bool = True,
    outside: bool = False,
    gain: float | None = None,
    late: bool = True,
) -> list[tuple[float, float, float]]:
    """Per step the mean of squared gradients, the mean of squared updates and the update, with parts of the rule replaced."""
    gain = 1 - s.rho if gain is None else gain
    squares = updates = 0.0
    path = []
    for grad in s.grads:
        squares = s.rho * squares + gain * grad * grad
        if outside:
            move = (sqrt(updates) + s.eps) / (sqrt(squares) + s.eps) * grad
        elif root:
            move = sqrt(updates + s.eps) / sqrt(squares + s.eps) * grad
        else:
            move = (updates + s.eps) / (squares + s.eps) * grad
        if late:
            updates = s.rho * updates + gain * move * move
        path.append((squares, updates, move))
    return path


def _total(path: list[tuple[float, float, float]]) -> float:
    return sum(move for _, _, move in path)


def _lines(s: Adadelta | AdadeltaRate) -> list[tuple[str, ...]]:
    squares, updates = 0.0, 0.0
    lines: list[tuple[str, ...]] = []
    for grad, (new, after, move) in zip(s.grads, _path(s), strict=True):
        lines.append(
            (
                rf"v = {num(s.rho)} \cdot {num(squares)} + {num(1 - s.rho)} \cdot {signed(grad)}^2 = {num(new)}",
                rf"\Delta = \sqrt{{{num(updates)} + {num(s.eps)}}}/\sqrt{{{num(new)} + {num(s.eps)}}} \cdot {signed(grad)} "
                rf"= {num(move)}",
                rf"u = {num(s.rho)} \cdot {num(updates)} + {num(1 - s.rho)} \cdot {signed(move)}^2 = {num(after)}",
            )
        )
        squares, updates = new, after
    return lines


class Weight(WeightQuestion):
    """Source: Zeiler 2012; documentation of torch.optim.Adadelta."""

    spec = Adadelta
    optimizer = "Adadelta"
    rule = (
        r"$v = \rho v + (1 - \rho) g^2$, $\Delta = \sqrt{u + \epsilon}/\sqrt{v + \epsilon} \cdot g$, "
        r"$u = \rho u + (1 - \rho) \Delta^2$, $w \leftarrow w - \eta \Delta$"
    )
    mistakes = (
        Mistake("The roots were left out.", "漏了开方。", lambda s: s.w - s.lr * _total(_path(s, root=False))),
        Mistake(
            "In Adadelta ε stands under both roots, not beside them.",
            "Adadelta 的 ε 在两个根号之内，而不是之外。",
            lambda s: s.w - s.lr * _total(_path(s, outside=True)),
        ),
        Mistake(
            "The new square enters with weight 1 − ρ, not with 1.",
            "新的平方以权重 1 − ρ 进入，而不是 1。",
            lambda s: s.w - s.lr * _total(_path(s, gain=1)),
        ),
        Mistake(
            "The factor √(u + ε) of the numerator was left out: that is a step of RMSprop.",
            "漏了分子中的 √(u + ε)：那就成了 RMSprop 的更新。",
            lambda s: s.w - s.lr * sum(g / sqrt(v + s.eps) for g, (v, _, _) in zip(s.grads, _path(s), strict=True)),
        ),
        Mistake(
            "The mean u of the squared updates does not stay 0: every step adds to it.",
            "更新量平方的均值 u 逐步累积，不会一直为 0。",
            lambda s: s.w - s.lr * _total(_path(s, late=False)),
        ),
        Mistake("The learning rate was left out.", "漏掉了学习率。", lambda s: s.w - _total(_path(s))),
        Mistake(
            "The sign: the step goes against the gradient.",
            "符号错误：应沿负梯度方向。",
            lambda s: s.w + s.lr * _total(_path(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Adadelta | None:
        grads, w = some_grads(draw, level), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            return Adadelta(w, grads, 1.0, draw.choice((0.5, 0.8, 0.9)), draw.choice((0.01, 0.04, 0.09)))
        return Adadelta(
            w, grads, draw.choice((0.5, 1.0, 2.0)), draw.choice((0.5, 0.8, 0.9, 0.95)), draw.choice((1e-3, 0.01, 0.1))
        )

    def formula(self, s: Adadelta) -> float:
        return s.w - s.lr * _total(_path(s))

    def code(self, s: Adadelta) -> str:
        return f"lr={num(s.lr)}, rho={num(s.rho)}"

    def math(self, s: Adadelta) -> str:
        return epsilon(s.eps)

    def lines(self, s: Adadelta) -> list[tuple[str, ...]]:
        w = s.w
        lines: list[tuple[str, ...]] = []
        for formulas, (_, _, move) in zip(_lines(s), _path(s), strict=True):
            new = w - s.lr * move
            lines.append((*formulas, rf"w = {num(w)} - {num(s.lr)} \cdot {signed(move)} = {num(new)}"))
            w = new
        return lines


class Rate(Question[AdadeltaRate]):
    """Two steps solved for the rate, which only multiplies the updates."""

    spec = AdadeltaRate
    answer = Number(decimals=2)
    levels = (3,)
    find = "lr"
    rule = Text(
        r"$\eta = (w - w')/\sum_t \Delta_t$; the $\Delta_t$ do not depend on $\eta$",
        r"$\eta = (w - w')/\sum_t \Delta_t$，$\Delta_t$ 与 $\eta$ 无关",
    )
    mistakes = (
        Mistake(
            "The change is divided by the sum of both updates, not by the first alone.",
            "变化量应除以两步更新量之和，而不只是第一步的。",
            lambda s: (s.w - s.w_new) / _path(s)[0][2],
        ),
        Mistake(
            "The change was divided by the gradients, as for SGD.",
            "像 SGD 那样除以了梯度。",
            lambda s: (s.w - s.w_new) / sum(s.grads),
        ),
        Mistake(
            "In Adadelta ε stands under both roots, not beside them.",
            "Adadelta 的 ε 在两个根号之内，而不是之外。",
            lambda s: (s.w - s.w_new) / _total(_path(s, outside=True)),
        ),
        Mistake("The roots were left out.", "漏了开方。", lambda s: (s.w - s.w_new) / _total(_path(s, root=False))),
        Mistake(
            "In the second step u is no longer 0; that makes its update larger.",
            "第二步时 u 已不为 0，更新量因此更大。",
            lambda s: (s.w - s.w_new) / _total(_path(s, late=False)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdadeltaRate | None:
        w, lr = draw.decimal(-3, 3, 1), draw.decimal(0.2, 3, 1)
        s = AdadeltaRate(
            w, draw.decimals(2, 0.3, 3, 1), w - 1, draw.choice((0.5, 0.8, 0.9)), draw.choice((0.01, 0.04, 0.09))
        )
        return AdadeltaRate(w, s.grads, round(w - lr * _total(_path(s)), 4), s.rho, s.eps)

    def formula(self, s: AdadeltaRate) -> float:
        return (s.w - s.w_new) / _total(_path(s))

    def stem(self, s: AdadeltaRate) -> Text:
        return asked_rate("Adadelta", f"rho={num(s.rho)}", epsilon(s.eps), s)

    def solution(self, s: AdadeltaRate) -> Text:
        total = _total(_path(s))
        ratio = rf"\eta = ({num(s.w)} - {signed(s.w_new)})/{num(total)} = {num(self.formula(s))}"
        return numbered(
            _lines(s), Text(f"The rate multiplies both updates: ${ratio}$.", f"学习率乘在两步更新量上：${ratio}$。")
        )


MODEL = ItemModel("adadelta_step", 1, "optimizers", Text("Steps of Adadelta", "Adadelta 的更新"), (Weight(), Rate()))
