"""A step of an LSTM with one unit: the cell state, the output, and two steps in a row."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.values._activations import num, sigmoid, signed, zh
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cells import Four, LstmHidden, LstmStep, LstmTwoSteps


@dataclass(frozen=True, slots=True)
class Gates:
    """After their activations."""

    i: float
    f: float
    g: float
    o: float


def _pre(s: LstmStep) -> list[float]:
    return [a * s.x + b * s.h + c for a, b, c in zip(s.w_x, s.w_h, s.bias, strict=True)]


def _gates(s: LstmStep) -> Gates:
    i, f, g, o = _pre(s)
    return Gates(sigmoid(i), sigmoid(f), math.tanh(g), sigmoid(o))


def _cell(s: LstmStep) -> float:
    gates = _gates(s)
    return gates.f * s.c + gates.i * gates.g


def _hidden(s: LstmStep) -> float:
    return _gates(s).o * math.tanh(_cell(s))


def _table(w_x: Four, w_h: Four, bias: Four) -> str:
    """The weights per gate, in both languages the same."""
    lines = [
        f"{gate}: {num(one):>5} {num(two):>5} {num(three):>5}"
        for gate, one, two, three in zip("ifgo", w_x, w_h, bias, strict=True)
    ]
    body = "\n".join(lines)
    return f"\n\n```\n   {'w_x':>5} {'w_h':>5} {'b':>5}\n{body}\n```\n\n"


def _stem(s: LstmStep, asked: Text) -> Text:
    table, given = _table(s.w_x, s.w_h, s.bias), f"$x = {num(s.x)}$, $h = {num(s.h)}$, $c = {num(s.c)}$"
    return Text(
        f"An LSTM cell with one input and one unit (no peepholes) has these weights and biases for the input gate i, the forget gate f, "
        f"the candidate g and the output gate o:{table}The input and the previous state are {given}. {asked.en}",
        f"一个 LSTM 单元（单输入、单隐藏单元，无窥孔连接），输入门 i、遗忘门 f、候选值 g、输出门 o 的权重和偏置为：{table}"
        f"输入和上一时刻的状态为 {zh(given)}。{asked.zh}",
    )


def _worked(s: LstmStep, *, output: bool = True) -> str:
    """Gates and cell state; the output gate where it is needed."""
    gates, pre = _gates(s), _pre(s)
    lines = [
        rf"${gate} = {fn}({num(w)} \cdot {signed(s.x)} + {signed(u)} \cdot {signed(s.h)} + {signed(b)}) = {fn}({num(z)}) = {num(a)}$"
        for gate, fn, w, u, b, z, a in zip(
            "ifgo",
            (r"\sigma", r"\sigma", r"\tanh", r"\sigma"),
            s.w_x,
            s.w_h,
            s.bias,
            pre,
            (gates.i, gates.f, gates.g, gates.o),
            strict=True,
        )
    ]
    cell = rf"$c' = f c + i g = {num(gates.f)} \cdot {signed(s.c)} + {num(gates.i)} \cdot {signed(gates.g)} = {num(_cell(s))}$"
    return "\n\n".join((*(lines if output else lines[:3]), cell))


def _draw(draw: Draw, level: int) -> LstmStep:
    state = (draw.decimal(-0.9, 0.9, 1), draw.decimal(-2, 2, 1))
    one, two, three = (draw.decimals(4, -1.5, 1.5, 1) for _ in range(3))
    bias = (0.0, 0.0, 0.0, 0.0) if level == 1 else _four(three)
    return LstmStep(draw.decimal(-2, 2, 1), *state, _four(one), _four(two), bias)


def _four(values: tuple[float, ...]) -> Four:
    one, two, three, four = values
    return one, two, three, four


class CellState(Question[LstmStep]):
    """Source: Hochreiter and Schmidhuber 1997; documentation of torch.nn.LSTMCell."""

    spec = LstmStep
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$c' = f c + i g$; $i, f, o = \sigma(\cdot)$, $g = \tanh(\cdot)$"
    mistakes = (
        Mistake(
            "Input and forget gate were swapped: f weights the old cell state, i the candidate.",
            "输入门和遗忘门弄反了：f 乘旧的细胞状态，i 乘候选值。",
            lambda s: _gates(s).i * s.c + _gates(s).f * _gates(s).g,
        ),
        Mistake(
            "The candidate went through a sigmoid; it takes tanh.",
            "候选值用了 sigmoid；应使用 tanh。",
            lambda s: _gates(s).f * s.c + _gates(s).i * sigmoid(_pre(s)[2]),
        ),
        Mistake(
            "That is the new hidden state h' = o·tanh(c'), not the cell state.",
            "这是新的隐藏状态 h' = o·tanh(c')，不是细胞状态。",
            _hidden,
        ),
        Mistake(
            "The old cell state was kept whole; the forget gate weights it.",
            "旧的细胞状态被整个保留了；应乘以遗忘门。",
            lambda s: s.c + _gates(s).i * _gates(s).g,
        ),
        Mistake(
            "The old cell state was left out: the forget gate keeps part of it.",
            "漏了旧的细胞状态：遗忘门会保留其中一部分。",
            lambda s: _gates(s).i * _gates(s).g,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmStep | None:
        return _draw(draw, level)

    def formula(self, s: LstmStep) -> float:
        return _cell(s)

    def stem(self, s: LstmStep) -> Text:
        return _stem(s, Text("What is the new cell state $c'$?", "新的细胞状态 $c'$ 是多少？"))

    def solution(self, s: LstmStep) -> Text:
        steps = _worked(s, output=False)
        return Text(
            f"The gates and the candidate, then the cell state:\n\n{steps}",
            f"先算门和候选值，再算细胞状态：\n\n{steps}",
        )


class Hidden(Question[LstmHidden]):
    """The output of the cell."""

    spec = LstmHidden
    answer = Number(decimals=3)
    levels = (2,)
    find = "h"
    rule = r"$h' = o \tanh(c')$, $c' = f c + i g$"
    mistakes = (
        Mistake("That is the new cell state; h' = o·tanh(c').", "这是新的细胞状态；h' = o·tanh(c')。", _cell),
        Mistake(
            "The tanh around the cell state was left out.",
            "漏了细胞状态外面的 tanh。",
            lambda s: _gates(s).o * _cell(s),
        ),
        Mistake("The output gate was left out.", "漏乘了输出门。", lambda s: math.tanh(_cell(s))),
        Mistake(
            "The old cell state was put into the output; the new one belongs there.",
            "输出用了旧的细胞状态；应使用新的。",
            lambda s: _gates(s).o * math.tanh(s.c),
        ),
        Mistake(
            "Input and forget gate were swapped: f weights the old cell state, i the candidate.",
            "输入门和遗忘门弄反了：f 乘旧的细胞状态，i 乘候选值。",
            lambda s: _gates(s).o * math.tanh(_gates(s).i * s.c + _gates(s).f * _gates(s).g),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmHidden | None:
        s = _draw(draw, level)
        return LstmHidden(s.x, s.h, s.c, s.w_x, s.w_h, s.bias)

    def formula(self, s: LstmHidden) -> float:
        return _hidden(s)

    def stem(self, s: LstmHidden) -> Text:
        return _stem(s, Text("What is the new hidden state $h'$?", "新的隐藏状态 $h'$ 是多少？"))

    def solution(self, s: LstmHidden) -> Text:
        last = rf"$h' = o \tanh(c') = {num(_gates(s).o)} \cdot \tanh({num(_cell(s))}) = {num(_hidden(s))}$"
        return Text(
            f"The gates, the cell state, then the output:\n\n{_worked(s)}\n\n{last}",
            f"先算各门和细胞状态，再算输出：\n\n{_worked(s)}\n\n{last}",
        )


def _first(s: LstmTwoSteps) -> LstmStep:
    return LstmStep(s.x[0], 0.0, 0.0, s.w_x, s.w_h, s.bias)


def _second(s: LstmTwoSteps, *, h: float | None = None, c: float | None = None) -> LstmStep:
    first = _first(s)
    state = _hidden(first) if h is None else h, _cell(first) if c is None else c
    return LstmStep(s.x[1], *state, s.w_x, s.w_h, s.bias)


class TwoSteps(Question[LstmTwoSteps]):
    """The same weights twice."""

    spec = LstmTwoSteps
    answer = Number(decimals=3)
    levels = (3,)
    find = "two_steps"
    rule = r"$c_t = f_t c_{t-1} + i_t g_t$, $h_t = o_t \tanh(c_t)$"
    mistakes = (
        Mistake(
            "That is the cell state after the first step.", "这是第一步之后的细胞状态。", lambda s: _cell(_first(s))
        ),
        Mistake(
            "The hidden state of the first step was forgotten: the gates of the second read it.",
            "忘了第一步的隐藏状态：第二步的各门要用到它。",
            lambda s: _cell(_second(s, h=0.0)),
        ),
        Mistake(
            "The cell state of the first step was forgotten: the forget gate keeps part of it.",
            "忘了第一步的细胞状态：遗忘门会保留其中一部分。",
            lambda s: _cell(_second(s, c=0.0)),
        ),
        Mistake(
            "That is the hidden state after the second step.",
            "这是第二步之后的隐藏状态。",
            lambda s: _hidden(_second(s)),
        ),
        Mistake(
            "The gates of the second step read the cell state; they read the hidden state h = o·tanh(c).",
            "第二步的各门误用了细胞状态；应使用隐藏状态 h = o·tanh(c)。",
            lambda s: _cell(_second(s, h=_cell(_first(s)))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmTwoSteps | None:
        one, two = draw.decimals(4, -1.5, 1.5, 1), draw.decimals(4, -1.5, 1.5, 1)
        x = draw.decimal(-2, 2, 1), draw.decimal(-2, 2, 1)
        return LstmTwoSteps(x, _four(one), _four(two), (0.0, 0.0, 0.0, 0.0)) if x[0] else None

    def formula(self, s: LstmTwoSteps) -> float:
        return _cell(_second(s))

    def stem(self, s: LstmTwoSteps) -> Text:
        table = _table(s.w_x, s.w_h, s.bias)
        return Text(
            f"An LSTM with one input and one unit (no peepholes) has these weights and biases for the input gate i, the forget gate f, the "
            f"candidate g and the output gate o:{table}Starting from $h = c = 0$ it reads {num(s.x[0])}, then {num(s.x[1])}. "
            "What is the cell "
            "state after the second step?",
            f"一个 LSTM（单输入、单隐藏单元，无窥孔连接），输入门 i、遗忘门 f、候选值 g、输出门 o 的权重和偏置为：{table}"
            f"从 $h = c = 0$ 开始，先后读入 {num(s.x[0])} 和 {num(s.x[1])}。第二步之后的细胞状态是多少？",
        )

    def solution(self, s: LstmTwoSteps) -> Text:
        first, second = _first(s), _second(s)
        state = rf"$h_1 = {num(_gates(first).o)} \cdot \tanh({num(_cell(first))}) = {num(_hidden(first))}$"
        return Text(
            f"First step:\n\n{_worked(first)}\n\n{state}\n\nSecond step:\n\n{_worked(second, output=False)}",
            f"第一步：\n\n{_worked(first)}\n\n{state}\n\n第二步：\n\n{_worked(second, output=False)}",
        )


MODEL = ItemModel(
    name="lstm_step",
    version=1,
    topic="values",
    title=Text("Step of an LSTM", "LSTM 的一步"),
    questions=(CellState(), Hidden(), TwoSteps()),
)
