"""Max-norm constraint: the incoming weights of a unit are scaled back onto a ball."""

from __future__ import annotations

import math
from typing import Any

from quizcv.answers import Indices, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.penalties import MaxNorm, MaxNormRows, MaxNormStep

#: What torch.renorm adds to the norm it divides by.
EPS = 1e-7
FOUR = Number(decimals=4)

#: Whole vectors of a whole norm.
WHOLE = ((3, 4), (6, 8), (5, 12), (8, 15), (1, 2, 2), (2, 3, 6), (1, 4, 8), (4, 4, 7), (2, 6, 9), (6, 6, 7))


def _norm(weights: Any) -> float:
    return math.sqrt(sum([w * w for w in weights]))


def _held(weights: Any, max_norm: float, index: int) -> float:
    norm = _norm(weights)
    return float(weights[index] * max_norm / (norm + EPS)) if norm > max_norm else float(weights[index])


def _moved(s: MaxNormStep) -> list[float]:
    return [w - s.lr * grad for w, grad in zip(s.weights, s.grads, strict=True)]


def _norm_worked(weights: Any) -> str:
    inner = " + ".join(f"{signed(w)}^2" for w in weights)
    return rf"\sqrt{{{inner}}} = {num(_norm(weights))}"


HARD = (
    "The whole vector is scaled; single weights are not clipped.",
    "是对整个向量缩放，而不是逐个截断权重。",
)
L1 = ("The L2 norm counts, not the sum of magnitudes.", "用的是 L2 范数，不是绝对值之和。")
UNHELD = ("The norm is larger than allowed: the weights are scaled down.", "范数超过了上限：权重要缩小。")


class Held(Question[MaxNorm]):
    """Source: Srebro and Shraibman 2005; Srivastava et al. 2014, section 5.1; torch.renorm."""

    spec = MaxNorm
    answer = FOUR
    levels = (1, 2)
    rule = r"$w \leftarrow w \min(1, c/\Vert w \Vert_2)$"
    mistakes = (
        Mistake(*UNHELD, lambda s: s.weights[s.index] if _norm(s.weights) > s.max_norm else None),
        Mistake(
            "A norm within the bound is left as it is; the constraint does not stretch.",
            "范数未超过上限时保持不变；约束不会放大权重。",
            lambda s: s.weights[s.index] * s.max_norm / _norm(s.weights) if _norm(s.weights) <= s.max_norm else None,
        ),
        Mistake(
            "The weights are scaled to the norm c, not to 1.",
            "范数缩放到 c，不是 1。",
            lambda s: s.weights[s.index] / _norm(s.weights),
        ),
        Mistake(*L1, lambda s: s.weights[s.index] * s.max_norm / sum(abs(w) for w in s.weights)),
        Mistake(
            "The root of the sum of squares is missing.",
            "漏掉了平方和的开方。",
            lambda s: s.weights[s.index] * s.max_norm / _norm(s.weights) ** 2,
        ),
        Mistake(*HARD, lambda s: math.copysign(min(abs(s.weights[s.index]), s.max_norm), s.weights[s.index])),
    )

    def sample(self, draw: Draw, level: int) -> MaxNorm | None:
        if level == 1:
            whole = draw.shuffled(draw.choice(WHOLE))
            weights = tuple(float(w * draw.choice((1, -1))) for w in whole)
            return MaxNorm(weights, float(draw.integer(1, 4)), draw.integer(0, len(weights) - 1))
        weights = draw.decimals(draw.integer(2, 4), -3, 3, 1)
        s = MaxNorm(weights, draw.decimal(1, 5, 1), draw.integer(0, len(weights) - 1))
        return s if abs(_norm(weights) - s.max_norm) > 0.05 and abs(weights[s.index]) >= 0.3 else None

    def formula(self, s: MaxNorm) -> float:
        return _held(s.weights, s.max_norm, s.index)

    def stem(self, s: MaxNorm) -> Text:
        return Text(
            f"After an update the incoming weights of a unit are {vector(s.weights)}. A max-norm constraint holds their L2 norm to at most "
            f"{num(s.max_norm)}. What becomes of the weight at index {s.index} (from 0)?",
            f"一次更新之后，某单元的输入权重为 {vector(s.weights)}。最大范数约束使其 L2 范数不超过 {num(s.max_norm)}。序号 "
            f"{s.index}（从 0 起）的权重变为多少？",
        )

    def solution(self, s: MaxNorm) -> Text:
        return _worked(s.weights, s.max_norm, s.index)


def _worked(weights: Any, max_norm: float, index: int) -> Text:
    norm, value = f"${_norm_worked(weights)}$", num(_held(weights, max_norm, index))
    if _norm(weights) <= max_norm:
        return Text(
            f"The norm {norm} is not above {num(max_norm)}: the weight at index {index} stays {value}.",
            f"范数 {norm} 没有超过 {num(max_norm)}：序号 {index} 的权重仍为 {value}。",
        )
    steps = rf"{num(weights[index])} \cdot {num(max_norm)} / {num(_norm(weights))} = {value}"
    return Text(
        f"The norm {norm} is above {num(max_norm)}: all weights are scaled down. At index {index}: ${steps}$.",
        f"范数 {norm} 超过了 {num(max_norm)}：所有权重按比例缩小。序号 {index} 处：${steps}$。",
    )


class Step(Question[MaxNormStep]):
    """A step, then the constraint."""

    spec = MaxNormStep
    answer = FOUR
    levels = (3,)
    find = "step"
    rule = r"$v = w - \eta g$, $w \leftarrow v \min(1, c/\Vert v \Vert_2)$"
    mistakes = (
        Mistake(*UNHELD, lambda s: _moved(s)[s.index]),
        Mistake(
            "The constraint is applied after the step, not before.",
            "约束应在更新之后施加，而不是之前。",
            lambda s: _held(s.weights, s.max_norm, s.index) - s.lr * s.grads[s.index],
        ),
        Mistake(
            "The weights are constrained, not their gradient.",
            "受约束的是权重，而不是梯度。",
            lambda s: s.weights[s.index] - s.lr * _held(s.grads, s.max_norm, s.index),
        ),
        Mistake(*L1, lambda s: _moved(s)[s.index] * s.max_norm / sum(abs(v) for v in _moved(s))),
        Mistake("The step was left out.", "漏掉了更新。", lambda s: _held(s.weights, s.max_norm, s.index)),
    )

    def sample(self, draw: Draw, level: int) -> MaxNormStep | None:
        count = draw.integer(2, 3)
        weights, grads = draw.decimals(count, -3, 3, 1), draw.decimals(count, -4, 4, 1)
        s = MaxNormStep(weights, grads, draw.choice((0.1, 0.2, 0.5)), draw.decimal(1, 3, 1), draw.integer(0, count - 1))
        usable = _norm(_moved(s)) > s.max_norm + 0.05 and abs(_moved(s)[s.index]) >= 0.3 and grads[s.index]
        return s if usable else None

    def formula(self, s: MaxNormStep) -> float:
        return _held(_moved(s), s.max_norm, s.index)

    def stem(self, s: MaxNormStep) -> Text:
        return Text(
            f"The incoming weights of a unit are {vector(s.weights)}, their gradients {vector(s.grads)}. After a step of plain SGD with "
            f"learning rate {num(s.lr)} a max-norm constraint holds the L2 norm to at most {num(s.max_norm)}. What is the weight at index "
            f"{s.index} (from 0) then?",
            f"某单元的输入权重为 {vector(s.weights)}，梯度为 {vector(s.grads)}。用普通 SGD（学习率 {num(s.lr)}）走一步之后，"
            "最大范数约束使 L2 范数不超过 "
            f"{num(s.max_norm)}。此后序号 {s.index}（从 0 起）的权重是多少？",
        )

    def solution(self, s: MaxNormStep) -> Text:
        moved, worked = _moved(s), _worked(_moved(s), s.max_norm, s.index)
        return Text(
            f"Step with rate {num(s.lr)}: {vector(moved)}.\n\n{worked.en}",
            f"以学习率 {num(s.lr)} 走一步：{vector(moved)}。\n\n{worked.zh}",
        )


def _rows(s: MaxNormRows, size: Any) -> tuple[int, ...]:
    """The rows whose size is above the bound."""
    return tuple(at for at, row in enumerate(s.weights) if size(row) > s.max_norm)


class Rows(Question[MaxNormRows]):
    """Whom the constraint concerns."""

    spec = MaxNormRows
    answer = Indices()
    levels = (2,)
    find = "rows"
    rule = Text(r"units with $\Vert w \Vert_2 > c$", r"$\Vert w \Vert_2 > c$ 的单元")
    mistakes = (
        Mistake(*L1, lambda s: _rows(s, lambda row: sum(abs(w) for w in row))),
        Mistake(
            "Single weights are not what is bounded.",
            "受约束的不是单个权重。",
            lambda s: _rows(s, lambda row: max(abs(w) for w in row)),
        ),
        Mistake(
            "The root of the sum of squares is missing.",
            "漏掉了平方和的开方。",
            lambda s: _rows(s, lambda row: sum(w * w for w in row)),
        ),
        Mistake(
            "Those are the units that stay as they are.",
            "这些是保持不变的单元。",
            lambda s: tuple(at for at in range(len(s.weights)) if at not in _rows(s, _norm)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaxNormRows | None:
        rows = tuple(tuple(draw.integer(-4, 4) for _ in range(3)) for _ in range(5))
        s = MaxNormRows(rows, draw.decimal(3, 6, 1))
        usable = all(abs(_norm(row) - s.max_norm) > 0.05 for row in rows) and 0 < len(_rows(s, _norm)) < 5
        return s if usable else None

    def formula(self, s: MaxNormRows) -> tuple[int, ...]:
        return tuple(at for at, row in enumerate(s.weights) if sum([w * w for w in row]) > s.max_norm**2)

    def stem(self, s: MaxNormRows) -> Text:
        return Text(
            f"These are the incoming weights of {len(s.weights)} units, one per row:{grid(s.weights)}A max-norm constraint holds "
            "the L2 norm "
            f"of every row to at most {num(s.max_norm)}. Which rows does it change?",
            f"{len(s.weights)} 个单元的输入权重如下，每行一个单元：{grid(s.weights)}最大范数约束使每行的 L2 范数不超过 "
            f"{num(s.max_norm)}。哪些行会被改变？",
        )

    def solution(self, s: MaxNormRows) -> Text:
        norms, rows = vector([round(_norm(row), 3) for row in s.weights]), ", ".join(map(str, self.formula(s)))
        return Text(
            f"The norms of the rows are {norms}; above {num(s.max_norm)} lie {rows}.",
            f"各行的范数为 {norms}；超过 {num(s.max_norm)} 的行是 {rows}。",
        )


MODEL = ItemModel(
    name="max_norm_constraint",
    version=1,
    topic="regularisation",
    title=Text("Max-norm constraint", "最大范数约束"),
    questions=(Held(), Rows(), Step()),
)
