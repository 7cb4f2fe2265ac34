"""Multiply-accumulates of fully connected layers."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers.conv_macs import AS_FLOPS
from quizcv.items.counting.layers.linear_params import FEATURES, OTHER_FEATURES
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import HiddenMacs, LinearMacs


def _macs(s: LinearMacs) -> int:
    return s.in_features * s.out_features * s.batch


class Macs(Question[LinearMacs]):
    """One product for each weight and vector."""

    spec = LinearMacs
    answer = Integer()
    levels = (1, 2)
    rule = r"$n_{in} \cdot n_{out} \cdot B$"
    mistakes = (
        Mistake(*AS_FLOPS, lambda s: 2 * _macs(s)),
        Mistake(
            "The biases were counted; they are only added.",
            "把偏置也算进去了；偏置只是加法。",
            lambda s: _macs(s) + s.out_features * s.batch,
        ),
        Mistake(
            "That is a single vector; every vector of the batch costs as much.",
            "这只是一个向量的开销；批中的每个向量都要算一遍。",
            lambda s: _macs(s) // s.batch,
        ),
        Mistake(
            "A sum of n products has n − 1 additions, but n multiply-accumulates.",
            "n 个乘积相加有 n − 1 次加法，但乘加是 n 次。",
            lambda s: (s.in_features - 1) * s.out_features * s.batch,
        ),
        Mistake(
            "Every output is connected to every input: the numbers are multiplied, not added.",
            "每个输出与每个输入相连：应相乘，而不是相加。",
            lambda s: (s.in_features + s.out_features) * s.batch,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearMacs | None:
        if level == 1:
            return LinearMacs(draw.choice(FEATURES), draw.choice(FEATURES))
        return LinearMacs(
            draw.choice(FEATURES + OTHER_FEATURES), draw.choice(FEATURES), draw.choice((2, 4, 8, 16, 32, 64, 128))
        )

    def formula(self, s: LinearMacs) -> int:
        return _macs(s)

    def stem(self, s: LinearMacs) -> Text:
        return Text(
            f"A fully connected layer leads from {s.in_features} inputs to {s.out_features} outputs. How many "
            f"multiply-accumulates (MACs) does a batch of {s.batch} need, biases not counted?",
            f"全连接层有 {s.in_features} 个输入、{s.out_features} 个输出。批大小为 {s.batch} 时需要多少次乘加（MAC）？偏置不计。",
        )

    def solution(self, s: LinearMacs) -> Text:
        total = rf"{num(s.in_features)} \cdot {num(s.out_features)} \cdot {s.batch} = {num(_macs(s))}"
        return Text(
            f"Each weight is used once for each vector of the batch: ${total}$.",
            f"每个权重对批中的每个向量各用一次：${total}$。",
        )


def _first(s: HiddenMacs) -> int:
    return s.in_features * s.hidden * s.tokens


def _second(s: HiddenMacs) -> int:
    return s.hidden * s.out_features * s.tokens


class Hidden(Question[HiddenMacs]):
    """Two layers applied to every token, as in a transformer's MLP."""

    spec = HiddenMacs
    answer = Integer()
    levels = (3,)
    find = "hidden"
    rule = r"$N \cdot h \cdot (n_{in} + n_{out})$"
    mistakes = (
        Mistake("That is the first layer only.", "这只是第一层。", _first),
        Mistake("That is the second layer only.", "这只是第二层。", _second),
        Mistake(
            "That is a single token; every token costs as much.",
            "这只是一个 token 的开销；每个 token 都要算一遍。",
            lambda s: (_first(s) + _second(s)) // s.tokens,
        ),
        Mistake(*AS_FLOPS, lambda s: 2 * (_first(s) + _second(s))),
        Mistake(
            "The layers follow each other: their costs are added, not multiplied.",
            "两层先后执行：开销应相加，而不是相乘。",
            lambda s: s.in_features * s.hidden * s.out_features * s.tokens,
        ),
        Mistake(
            "The biases were counted; they are only added.",
            "把偏置也算进去了；偏置只是加法。",
            lambda s: _first(s) + _second(s) + (s.hidden + s.out_features) * s.tokens,
        ),
    )

    def sample(self, draw: Draw, level: int) -> HiddenMacs | None:
        features = draw.choice((64, 96, 128, 192, 256, 384, 512, 768))
        outputs = features if draw.chance(0.5) else draw.choice((10, 100, 128, 256, 1000))
        return HiddenMacs(features, features * draw.integer(2, 4), outputs, draw.choice((1, 16, 49, 64, 196, 197, 256)))

    def formula(self, s: HiddenMacs) -> int:
        return _first(s) + _second(s)

    def stem(self, s: HiddenMacs) -> Text:
        return Text(
            f"Two fully connected layers, from {s.in_features} features to {s.hidden} and from there to {s.out_features}, are applied to "
            f"every token. How many multiply-accumulates (MACs) do they need together when the number of tokens is {s.tokens}? "
            "Biases and the activation between them are not counted.",
            f"两个全连接层依次作用于每个 token：先从 {s.in_features} 维到 {s.hidden} 维，再到 {s.out_features} 维。token 数为 "
            f"{s.tokens} 时，两层共需多少次乘加（MAC）？偏置和中间的激活函数不计。",
        )

    def solution(self, s: HiddenMacs) -> Text:
        one = rf"{num(s.in_features)} \cdot {num(s.hidden)} + {num(s.hidden)} \cdot {num(s.out_features)}"
        each = s.hidden * (s.in_features + s.out_features)
        total = rf"{num(each)} \cdot {s.tokens} = {num(self.formula(s))}"
        return Text(
            f"A token: ${one} = {num(each)}$.\n\nAll tokens: ${total}$.",
            f"每个 token：${one} = {num(each)}$。\n\n全部 token：${total}$。",
        )


MODEL = ItemModel(
    name="linear_macs",
    version=1,
    topic="counting",
    title=Text("Multiply-accumulates of a fully connected layer", "全连接层的乘加次数"),
    questions=(Macs(), Hidden()),
)
