"""How PyTorch's recurrent layers begin."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

from quizcv.answers import Integer
from quizcv.items.initialisation._layers import THREE
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.variance import LstmInit, LstmWidth, RnnInit

SIZES = (16, 20, 32, 40, 50, 64, 80, 100, 128, 150, 200, 256, 300, 384, 512)
BY_INPUTS = ("The bound depends on hidden_size, not on input_size.", "上界取决于 hidden_size，而不是 input_size。")
BY_BOTH = (
    "The input size does not add to the hidden size: the bound is 1/√hidden_size for all parameters.",
    "不应把 input_size 与 hidden_size 相加：所有参数的上界都是 1/√hidden_size。",
)
NO_ROOT = ("The root was left out.", "漏掉了开方。")
GATES = (
    "The gates stand in one matrix, but they do not enter the bound.",
    "各个门拼在同一个矩阵中，但上界与门数无关。",
)


class Lstm(Question[LstmInit]):
    """Source: documentation of torch.nn.LSTM, the note on initialisation."""

    spec = LstmInit
    answer = THREE
    levels = (1,)
    rule = r"$b = 1/\sqrt{H}$"
    mistakes = (
        Mistake(*BY_INPUTS, lambda s: 1 / math.sqrt(s.input_size)),
        Mistake(*BY_BOTH, lambda s: 1 / math.sqrt(s.input_size + s.hidden_size)),
        Mistake(*NO_ROOT, lambda s: 1 / s.hidden_size),
        Mistake(*GATES, lambda s: 1 / math.sqrt(4 * s.hidden_size)),
        Mistake(
            "That is Xavier's bound, which recurrent layers do not use by default.",
            "这是 Xavier 的上界，循环层默认不用它。",
            lambda s: math.sqrt(6 / (s.input_size + s.hidden_size)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmInit | None:
        return LstmInit(*draw.sample(SIZES, 2))

    def formula(self, s: LstmInit) -> float:
        return 1 / math.sqrt(s.hidden_size)

    def stem(self, s: LstmInit) -> Text:
        layer = f"`nn.LSTM(input_size={s.input_size}, hidden_size={s.hidden_size})`"
        return Text(
            f"A new {layer} draws all its weights and biases from U(−b, b). What is b, by PyTorch's default?",
            f"新建的 {layer} 从 U(−b, b) 中抽取全部权重和偏置。按 PyTorch 的默认设置，b 是多少？",
        )

    def solution(self, s: LstmInit) -> Text:
        steps = rf"1/\sqrt{{{s.hidden_size}}} = {num(self.formula(s))}"
        return Text(
            f"The bound is 1/√hidden_size, whatever the input size {s.input_size} is: ${steps}$.",
            f"上界为 1/√hidden_size，与输入维数 {s.input_size} 无关：${steps}$。",
        )


KINDS: tuple[Literal["RNN", "GRU", "LSTM"], ...] = ("RNN", "GRU", "LSTM")
_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


class Stacked(Question[RnnInit]):
    """The same in a stack; every kind has the same rule."""

    spec = RnnInit
    answer = THREE
    levels = (2,)
    find = "stacked"
    rule = Text(r"$b = 1/\sqrt{H}$ for every parameter of every layer", r"$b = 1/\sqrt{H}$，各层的所有参数都如此")
    mistakes = (
        Mistake(*BY_INPUTS, lambda s: 1 / math.sqrt(s.input_size)),
        Mistake(*BY_BOTH, lambda s: 1 / math.sqrt(s.input_size + s.hidden_size)),
        Mistake(*NO_ROOT, lambda s: 1 / s.hidden_size),
        Mistake(*GATES, lambda s: 1 / math.sqrt(_GATES[s.kind] * s.hidden_size)),
        Mistake(
            "The number of layers does not enter the bound.",
            "上界与层数无关。",
            lambda s: 1 / math.sqrt(s.num_layers * s.hidden_size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RnnInit | None:
        inputs, hidden = draw.sample(SIZES, 2)
        return RnnInit(inputs, hidden, draw.choice(KINDS), draw.integer(2, 4))

    def formula(self, s: RnnInit) -> float:
        return 1 / math.sqrt(s.hidden_size)

    def stem(self, s: RnnInit) -> Text:
        layer = f"`nn.{s.kind}(input_size={s.input_size}, hidden_size={s.hidden_size}, num_layers={s.num_layers})`"
        return Text(
            f"A new {layer} draws the weights of its last layer from U(−b, b). What is b, by PyTorch's default?",
            f"新建的 {layer} 从 U(−b, b) 中抽取最后一层的权重。按 PyTorch 的默认设置，b 是多少？",
        )

    def solution(self, s: RnnInit) -> Text:
        steps = rf"1/\sqrt{{{s.hidden_size}}} = {num(self.formula(s))}"
        return Text(
            f"In all {s.num_layers} layers of `nn.{s.kind}` the bound is 1/√hidden_size; the input size {s.input_size} does not matter: "
            f"${steps}$.",
            f"`nn.{s.kind}` 的 {s.num_layers} 层中上界都是 1/√hidden_size，与输入维数 {s.input_size} 无关：${steps}$。",
        )


def _width(s: LstmWidth) -> int:
    return math.ceil(1 / Fraction(str(s.largest)) ** 2)


class Width(Question[LstmWidth]):
    """The bound solved for the number of units."""

    spec = LstmWidth
    answer = Integer()
    levels = (3,)
    find = "hidden_size"
    rule = r"$H = \lceil 1/b^2 \rceil$"
    mistakes = (
        Mistake("The quotient was not squared.", "没有对商取平方。", lambda s: math.ceil(1 / s.largest)),
        Mistake(
            "One unit too few: the bound is then a little too large.",
            "少了一个单元：此时上界略微偏大。",
            lambda s: _width(s) - 1,
        ),
        Mistake(*BY_BOTH, lambda s: _width(s) - s.input_size if _width(s) > s.input_size else None),
        Mistake(*GATES, lambda s: math.ceil(_width(s) / 4)),
        Mistake(
            "That follows from b = √(3/H), the bound for the variance 1/H; the default is 1/√H.",
            "这是由方差为 1/H 时的上界 b = √(3/H) 得出的；默认是 1/√H。",
            lambda s: math.ceil(3 / Fraction(str(s.largest)) ** 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmWidth | None:
        return LstmWidth(draw.choice(SIZES), draw.decimal(0.03, 0.2, 3))

    def formula(self, s: LstmWidth) -> int:
        return _width(s)

    def stem(self, s: LstmWidth) -> Text:
        return Text(
            f"A new `nn.LSTM` with input_size {s.input_size} draws its parameters from U(−b, b), by PyTorch's default. What is the "
            f"smallest hidden_size for which b is at most {num(s.largest)}?",
            f"新建一个 input_size 为 {s.input_size} 的 `nn.LSTM`，按 PyTorch 的默认设置从 U(−b, b) 中抽取参数。要使 b 不超过 "
            f"{num(s.largest)}，hidden_size 最小是多少？",
        )

    def solution(self, s: LstmWidth) -> Text:
        steps = f"H \\ge 1/{num(s.largest)}^2 = {num(1 / s.largest**2)}"
        return Text(
            f"$b = 1/\\sqrt{{H}}$ whatever the input size {s.input_size} is: ${steps}$, so H = {num(_width(s))}.",
            f"$b = 1/\\sqrt{{H}}$，与输入维数 {s.input_size} 无关：${steps}$，故 H = {num(_width(s))}。",
        )


MODEL = ItemModel(
    name="lstm_init_bound",
    version=1,
    topic="initialisation",
    title=Text("Default initialisation of recurrent layers", "循环层的默认初始化"),
    questions=(Lstm(), Stacked(), Width()),
)
