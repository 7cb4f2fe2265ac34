"""A step of a GRU with one unit, and two in a row."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.values._activations import num, sigmoid, signed, zh
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cells import GruStep, GruTwoSteps, Three


def _gates(s: GruStep) -> tuple[float, float]:
    """Reset and update."""
    r, z = (sigmoid(s.w_x[at] * s.x + s.w_h[at] * s.h + s.bias[at]) for at in (0, 1))
    return r, z


def _inner(s: GruStep) -> float:
    """What the reset gate weights."""
    return s.w_h[2] * s.h + s.hidden_bias


def _new(s: GruStep, *, reset: float | None = None) -> float:
    """The candidate."""
    r = _gates(s)[0] if reset is None else reset
    return math.tanh(s.w_x[2] * s.x + s.bias[2] + r * _inner(s))


def _state(s: GruStep) -> float:
    z = _gates(s)[1]
    return (1 - z) * _new(s) + z * s.h


def _table(w_x: Three, w_h: Three, bias: Three | None) -> str:
    lines = []
    for at, gate in enumerate("rzn"):
        extra = f" {num(bias[at]):>5}" if bias else ""
        lines.append(f"{gate}: {num(w_x[at]):>5} {num(w_h[at]):>5}{extra}")
    body, head = "\n".join(lines), f"   {'w_x':>5} {'w_h':>5}" + (f" {'b':>5}" if bias else "")
    return f"\n\n```\n{head}\n{body}\n```\n\n"


_RULE = r"$r, z = \sigma(w_x x + w_h h + b)$, $n = \tanh(w_x x + b + r (w_h h + b_h))$, $h' = (1 - z) n + z h$"


def _worked(s: GruStep) -> str:
    r, z = _gates(s)
    lines = []
    for at, gate, value in ((0, "r", r), (1, "z", z)):
        weighed = rf"{num(s.w_x[at])} \cdot {signed(s.x)} + {signed(s.w_h[at])} \cdot {signed(s.h)}"
        lines.append(rf"${gate} = \sigma({weighed} + {signed(s.bias[at])}) = {num(value)}$")
    inner = rf"({num(s.w_h[2])} \cdot {signed(s.h)} + {signed(s.hidden_bias)})"
    lines.append(
        rf"$n = \tanh({num(s.w_x[2])} \cdot {signed(s.x)} + {signed(s.bias[2])} + {num(r)} \cdot {inner}) = {num(_new(s))}$"
    )
    lines.append(rf"$h' = {num(1 - z)} \cdot {signed(_new(s))} + {num(z)} \cdot {signed(s.h)} = {num(_state(s))}$")
    return "\n\n".join(lines)


def _three(values: tuple[float, ...]) -> Three:
    one, two, three = values
    return one, two, three


class Step(Question[GruStep]):
    """Source: Cho et al. 2014; documentation of torch.nn.GRUCell (whose reset gate acts behind the recurrent weight)."""

    spec = GruStep
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = _RULE
    mistakes = (
        Mistake(
            "The update gate was turned round: here z weights the old state and 1 − z the candidate.",
            "更新门用反了：这里 z 乘旧状态，1 − z 乘候选值。",
            lambda s: _gates(s)[1] * _new(s) + (1 - _gates(s)[1]) * s.h,
        ),
        Mistake(
            "The reset gate was left out: it weights the recurrent part of the candidate.",
            "漏了重置门：它乘候选值中的循环部分。",
            lambda s: (1 - _gates(s)[1]) * _new(s, reset=1.0) + _gates(s)[1] * s.h,
        ),
        Mistake(
            "That is the candidate n; the update gate mixes it with the old state.",
            "这是候选值 n；还要由更新门与旧状态混合。",
            _new,
        ),
        Mistake(
            "Reset and update gate were swapped: r acts within the candidate, z on the new state.",
            "重置门和更新门弄反了：r 作用于候选值内部，z 作用于新状态。",
            lambda s: (1 - _gates(s)[0]) * _new(s, reset=_gates(s)[1]) + _gates(s)[0] * s.h,
        ),
        Mistake(
            "The candidate went through a sigmoid; it takes tanh.",
            "候选值用了 sigmoid；应使用 tanh。",
            lambda s: (
                (1 - _gates(s)[1]) * sigmoid(s.w_x[2] * s.x + s.bias[2] + _gates(s)[0] * _inner(s)) + _gates(s)[1] * s.h
            ),
        ),
        Mistake(
            "The bias b_h was put outside the reset gate; r multiplies it too.",
            "把偏置 b_h 放到了重置门之外；它也要乘以 r。",
            lambda s: (
                (1 - _gates(s)[1])
                * math.tanh(s.w_x[2] * s.x + s.bias[2] + _gates(s)[0] * s.w_h[2] * s.h + s.hidden_bias)
                + _gates(s)[1] * s.h
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GruStep | None:
        one, two = _three(draw.decimals(3, -1.5, 1.5, 1)), _three(draw.decimals(3, -1.5, 1.5, 1))
        bias = (0.0, 0.0, 0.0) if level == 1 else _three(draw.decimals(3, -1, 1, 1))
        hidden = 0.0 if level == 1 else draw.decimal(-1, 1, 1)
        s = GruStep(draw.decimal(-2, 2, 1), draw.decimal(-0.9, 0.9, 1), one, two, bias, hidden)
        return s if s.h and abs(_state(s)) > 0.01 else None

    def formula(self, s: GruStep) -> float:
        return _state(s)

    def stem(self, s: GruStep) -> Text:
        table = _table(s.w_x, s.w_h, s.bias)
        given = f"$b_h = {num(s.hidden_bias)}$, $x = {num(s.x)}$, $h = {num(s.h)}$"
        return Text(
            f"A GRU cell with one input and one unit computes, as `nn.GRUCell` does, {_RULE}. Its weights and biases "
            f"are{table}With {given}, "
            "what is the new state $h'$?",
            f"一个 GRU 单元（单输入、单隐藏单元）与 `nn.GRUCell` 的算法相同：{zh(_RULE)}。权重和偏置为：{table}已知 {zh(given)}，新状态 "
            "$h'$ 是多少？",
        )

    def solution(self, s: GruStep) -> Text:
        return Text(
            f"The gates r and z, the candidate n, then the state:\n\n{_worked(s)}",
            f"先算门 r 和 z，再算候选值 n，最后是状态：\n\n{_worked(s)}",
        )


def _first(s: GruTwoSteps) -> GruStep:
    return GruStep(s.x[0], 0.0, s.w_x, s.w_h, (0.0, 0.0, 0.0))


def _second(s: GruTwoSteps, h: float) -> GruStep:
    return GruStep(s.x[1], h, s.w_x, s.w_h, (0.0, 0.0, 0.0))


class TwoSteps(Question[GruTwoSteps]):
    """The same weights twice."""

    spec = GruTwoSteps
    answer = Number(decimals=3)
    levels = (3,)
    find = "two_steps"
    rule = _RULE
    mistakes = (
        Mistake("That is the state after the first step.", "这是第一步之后的状态。", lambda s: _state(_first(s))),
        Mistake(
            "The state of the first step was forgotten; the second one starts from it.",
            "忘了第一步的状态；第二步从它开始。",
            lambda s: _state(_second(s, 0.0)),
        ),
        Mistake(
            "The update gate was turned round in both steps: z weights the old state, 1 − z the candidate.",
            "两步的更新门都用反了：z 乘旧状态，1 − z 乘候选值。",
            lambda s: _turned(_second(s, _turned(_first(s)))),
        ),
        Mistake(
            "The candidate of the second step was taken for the state.",
            "把第二步的候选值当成了状态。",
            lambda s: _new(_second(s, _state(_first(s)))),
        ),
        Mistake(
            "The states of both steps were added; the new one replaces the old.",
            "把两步的状态相加了；新状态应替换旧状态。",
            lambda s: _state(_first(s)) + _state(_second(s, _state(_first(s)))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GruTwoSteps | None:
        one, two = _three(draw.decimals(3, -1.5, 1.5, 1)), _three(draw.decimals(3, -1.5, 1.5, 1))
        s = GruTwoSteps((draw.decimal(-2, 2, 1), draw.decimal(-2, 2, 1)), one, two)
        return s if abs(_state(_first(s))) > 0.05 else None

    def formula(self, s: GruTwoSteps) -> float:
        return _state(_second(s, _state(_first(s))))

    def stem(self, s: GruTwoSteps) -> Text:
        table = _table(s.w_x, s.w_h, None)
        return Text(
            f"A GRU with one input and one unit computes, as `nn.GRU` does, {_RULE}. All biases are 0, the weights are{table}Starting from "
            f"$h = 0$ it reads {num(s.x[0])}, then {num(s.x[1])}. What is the state after the second step?",
            f"一个 GRU（单输入、单隐藏单元）与 `nn.GRU` 的算法相同：{zh(_RULE)}。所有偏置为 0，权重为：{table}从 $h = 0$ 开始，先后读入 "
            f"{num(s.x[0])} 和 {num(s.x[1])}。第二步之后的状态是多少？",
        )

    def solution(self, s: GruTwoSteps) -> Text:
        one, two = _worked(_first(s)), _worked(_second(s, _state(_first(s))))
        return Text(f"First step:\n\n{one}\n\nSecond step:\n\n{two}", f"第一步：\n\n{one}\n\n第二步：\n\n{two}")


def _turned(s: GruStep) -> float:
    z = _gates(s)[1]
    return z * _new(s) + (1 - z) * s.h


MODEL = ItemModel(
    name="gru_step",
    version=1,
    topic="values",
    title=Text("Step of a GRU", "GRU 的一步"),
    questions=(Step(), TwoSteps()),
)
