"""A step of a plain recurrent cell, and the gradient through several."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import vector
from quizcv.items.values import _activations as act
from quizcv.items.values._activations import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cells import RnnGradient, RnnStep


def _z(s: RnnStep) -> float:
    return s.w_x * s.x + s.w_h * s.h + s.bias


class Step(Question[RnnStep]):
    """Source: Elman 1990; documentation of torch.nn.RNNCell."""

    spec = RnnStep
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$h' = f(w_x x + w_h h + b)$"
    mistakes = (
        Mistake("The activation was left out.", "漏了激活函数。", _z),
        Mistake(
            "The previous state was left out.",
            "漏了上一时刻的状态。",
            lambda s: act.value(s.activation, _z(s) - s.w_h * s.h),
        ),
        Mistake(
            "The weights of input and state were swapped.",
            "输入权重与状态权重弄反了。",
            lambda s: act.value(s.activation, s.w_h * s.x + s.w_x * s.h + s.bias),
        ),
        Mistake(
            "A sigmoid was taken instead of the activation given.",
            "用了 sigmoid，而不是题中给出的激活函数。",
            lambda s: act.sigmoid(_z(s)),
        ),
        Mistake("The bias was left out.", "漏加了偏置。", lambda s: act.value(s.activation, _z(s) - s.bias)),
        Mistake(
            "The new state was added to the old one; it replaces it.",
            "把新状态加到了旧状态上；应是替换。",
            lambda s: s.h + act.value(s.activation, _z(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RnnStep | None:
        x, h = draw.decimal(-2, 2, 1), draw.decimal(-0.9, 0.9, 1)
        w_x, w_h = draw.decimals(2, -1.5, 1.5, 1)
        bias = 0.0 if level == 1 else draw.decimal(-1, 1, 1)
        s = RnnStep(x, h, w_x, w_h, bias, "relu" if level == 2 and draw.chance(0.3) else "tanh")
        return s if h and w_h and 0.05 < abs(_z(s)) < 2.5 and (s.activation == "tanh" or _z(s) > 0) else None

    def formula(self, s: RnnStep) -> float:
        return act.value(s.activation, _z(s))

    def stem(self, s: RnnStep) -> Text:
        f = act.name(s.activation)
        values = f"$w_x = {num(s.w_x)}$, $w_h = {num(s.w_h)}$, $b = {num(s.bias)}$"
        return Text(
            f"A recurrent cell with one unit computes $h' = f(w_x x + w_h h + b)$ with $f$ = {f.en}; {values}. The input is "
            f"$x = {num(s.x)}$, the previous state $h = {num(s.h)}$. What is the new state $h'$?",
            f"只有一个单元的循环网络：$h' = f(w_x x + w_h h + b)$，$f$ 为 {f.zh}；{act.zh(values)}。输入 $x = {num(s.x)}$，上一时刻的状态 "
            f"$h = {num(s.h)}$。新状态 $h'$ 是多少？",
        )

    def solution(self, s: RnnStep) -> Text:
        steps = (
            rf"{num(s.w_x)} \cdot {signed(s.x)} + {signed(s.w_h)} \cdot {signed(s.h)} + {signed(s.bias)} = {num(_z(s))}"
        )
        key = num(self.formula(s))
        return Text(f"${steps}$\n\nAfter {s.activation}: ${key}$.", f"${steps}$\n\n经过 {s.activation}：${key}$。")


def _states(s: RnnGradient) -> list[float]:
    h, states = 0.0, []
    for x in s.x:
        h = math.tanh(s.w_x * x + s.w_h * h + s.bias)
        states.append(h)
    return states


def _gradient(s: RnnGradient) -> float:
    return math.prod(s.w_h * (1 - h * h) for h in _states(s))


class ThroughTime(Question[RnnGradient]):
    """Source: back-propagation through time; Pascanu et al. 2013."""

    spec = RnnGradient
    answer = Number(decimals=3)
    levels = (3,)
    find = "gradient"
    rule = r"$\partial h_n/\partial h_0 = \prod_t w_h (1 - h_t^2)$"
    mistakes = (
        Mistake(
            "The derivatives of tanh are missing: each step multiplies by w_h(1 − h²).",
            "漏了 tanh 的导数：每一步乘以 w_h(1 − h²)。",
            lambda s: s.w_h ** len(s.x),
        ),
        Mistake(
            "The recurrent weight is missing from each step.",
            "每一步都漏了循环权重。",
            lambda s: math.prod(1 - h * h for h in _states(s)),
        ),
        Mistake(
            "Only the last step was taken; every step gives a factor.",
            "只算了最后一步；每一步都贡献一个因子。",
            lambda s: s.w_h * (1 - _states(s)[-1] ** 2),
        ),
        Mistake(
            "The steps were added; along the chain they multiply.",
            "把各步相加了；沿链应相乘。",
            lambda s: sum(s.w_h * (1 - h * h) for h in _states(s)),
        ),
        Mistake(
            "The gradient was taken through the input weight; from state to state it goes through w_h.",
            "梯度乘了输入权重；状态之间的梯度经过 w_h。",
            lambda s: math.prod(s.w_x * (1 - h * h) for h in _states(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RnnGradient | None:
        x = draw.decimals(draw.choice((2, 3)), -1.5, 1.5, 1)
        w_x, w_h, bias = draw.decimal(-1.5, 1.5, 1), draw.decimal(0.6, 1.8, 1), draw.decimal(-0.5, 0.5, 1)
        s = RnnGradient(x, w_x, w_h if draw.chance(0.5) else -w_h, bias)
        return s if abs(_gradient(s)) > 0.02 else None

    def formula(self, s: RnnGradient) -> float:
        return _gradient(s)

    def stem(self, s: RnnGradient) -> Text:
        n, asked = len(s.x), rf"$\partial h_{{{len(s.x)}}}/\partial h_0$"
        values = f"$w_x = {num(s.w_x)}$, $w_h = {num(s.w_h)}$, $b = {num(s.bias)}$"
        return Text(
            f"A recurrent cell with one unit computes $h_t = \\tanh(w_x x_t + w_h h_{{t-1}} + b)$ with {values}. Starting from "
            f"$h_0 = 0$, it reads the {n} inputs {vector(s.x)}. What is {asked}?",
            f"只有一个单元的循环网络：$h_t = \\tanh(w_x x_t + w_h h_{{t-1}} + b)$，{act.zh(values)}。从 $h_0 = 0$ 开始依次读入 {n} 个输入 "
            f"{vector(s.x)}。{asked} 是多少？",
        )

    def solution(self, s: RnnGradient) -> Text:
        states = vector(round(h, 6) for h in _states(s))
        steps = r" \cdot ".join(rf"({num(s.w_h)} \cdot {num(1 - h * h)})" for h in _states(s))
        key = num(_gradient(s))
        values = f"$w_x = {num(s.w_x)}$, $b = {num(s.bias)}$"
        return Text(
            f"With {values} the states are {states}; each step multiplies by $w_h (1 - h_t^2)$:\n\n${steps} = {key}$",
            f"{act.zh(values)} 时各状态为 {states}；每一步乘以 $w_h (1 - h_t^2)$：\n\n${steps} = {key}$",
        )


MODEL = ItemModel(
    name="rnn_step",
    version=1,
    topic="values",
    title=Text("Step of a recurrent cell", "循环神经网络的一步"),
    questions=(Step(), ThroughTime()),
)
