"""One output of a linear layer, and of two with a ReLU between them."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, signed, vector
from quizcv.items.values._matrices import draw_matrix, draw_vector, relu, sum_of, transposed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix, Vector
from quizcv.specs.vectors import LinearValue, TwoLinear


def _dot(one: Vector, other: Vector) -> int:
    return sum(a * b for a, b in zip(one, other, strict=True))


class Linear(Question[LinearValue]):
    """Source: documentation of torch.nn.Linear: y = x Aᵀ + b."""

    spec = LinearValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_j = b_j + \sum_i W_{j,i} x_i$"
    mistakes = (
        Mistake(
            "A column of the weight was taken; unit j uses row j, since the weight is out_features × in_features.",
            "用了权重的一列；权重为 out_features × in_features，输出单元 j 用第 j 行。",
            lambda s: _column(s),
        ),
        Mistake("The bias was left out.", "漏加了偏置。", lambda s: _out(s) - s.bias[s.unit]),
        Mistake(
            "The bias of another unit was added.",
            "加了另一个单元的偏置。",
            lambda s: _out(s) - s.bias[s.unit] + s.bias[(s.unit + 1) % len(s.bias)],
        ),
        Mistake(
            "Another sample of the batch was taken.",
            "用了批中的另一个样本。",
            lambda s: _dot(s.x[(s.sample + 1) % len(s.x)], s.weight[s.unit]) + s.bias[s.unit],
        ),
        Mistake("A ReLU was applied; the layer has none.", "用了 ReLU；该层没有激活函数。", lambda s: relu(_out(s))),
    )

    def sample(self, draw: Draw, level: int) -> LinearValue | None:
        batch, width, units = (1, draw.choice((2, 3)), draw.choice((2, 3))) if level == 1 else (2, 3, 3)
        x, weight = draw_matrix(draw, batch, width, -3, 5), draw_matrix(draw, units, width, -4, 4)
        bias = draw_vector(draw, units, -5, 5)
        s = LinearValue(x, weight, bias, draw.integer(0, batch - 1), draw.integer(0, units - 1))
        return s if _out(s) != s.bias[s.unit] else None

    def formula(self, s: LinearValue) -> int:
        return _out(s)

    def stem(self, s: LinearValue) -> Text:
        size = f"`nn.Linear({len(s.weight[0])}, {len(s.weight)})`"
        return Text(
            f"{size} has the weight (`layer.weight`, one row per output unit){grid(s.weight)}and the bias {vector(s.bias)}. The batch "
            f"is, one sample per row,{grid(s.x)}What is the value of output unit {s.unit} for sample {s.sample} (both counted from 0)?",
            f"{size} 的权重（`layer.weight`，每行对应一个输出单元）为：{grid(s.weight)}偏置为 {vector(s.bias)}。输入批为（每行一个样本）："
            f"{grid(s.x)}样本 {s.sample} 的输出单元 {s.unit}（均从 0 数起）的值是多少？",
        )

    def solution(self, s: LinearValue) -> Text:
        pairs = list(zip(s.weight[s.unit], s.x[s.sample], strict=True))
        steps = f"{sum_of(pairs)} + {signed(s.bias[s.unit])} = {_out(s)}"
        return Text(
            f"Row {s.unit} of the weight times sample {s.sample}, plus the bias: ${steps}$.",
            f"权重的第 {s.unit} 行与样本 {s.sample} 做内积，再加偏置：${steps}$。",
        )


def _out(s: LinearValue) -> int:
    return _dot(s.x[s.sample], s.weight[s.unit]) + s.bias[s.unit]


def _column(s: LinearValue) -> int | None:
    if len(s.weight) != len(s.weight[0]):
        return None
    return _dot(s.x[s.sample], transposed(s.weight)[s.unit]) + s.bias[s.unit]


def _hidden(s: TwoLinear, weight: Matrix | None = None) -> Vector:
    """Before the ReLU."""
    return tuple(_dot(row, s.x) + b for row, b in zip(weight or s.weight1, s.bias1, strict=True))


def _end(s: TwoLinear, hidden: Vector) -> int:
    return _dot(s.weight2, hidden) + s.bias2


class Two(Question[TwoLinear]):
    """A network with one hidden layer."""

    spec = TwoLinear
    answer = Integer(signed=True)
    levels = (3,)
    find = "two_layers"
    rule = r"$y = W_2 \, \mathrm{ReLU}(W_1 x + b_1) + b_2$"
    mistakes = (
        Mistake("The ReLU was left out.", "漏了 ReLU。", lambda s: _end(s, _hidden(s))),
        Mistake(
            "The first bias was left out.",
            "漏了第一层的偏置。",
            lambda s: _end(s, tuple(relu(h - b) for h, b in zip(_hidden(s), s.bias1, strict=True))),
        ),
        Mistake("The second bias was left out.", "漏了第二层的偏置。", lambda s: _two(s) - s.bias2),
        Mistake(
            "The first weight was transposed: each of its rows belongs to one hidden unit.",
            "把第一层的权重转置了；它的每一行对应一个隐藏单元。",
            lambda s: (
                _end(s, tuple(map(relu, _hidden(s, transposed(s.weight1))))) if len(s.weight1) == len(s.x) else None
            ),
        ),
        Mistake("A ReLU was applied to the output too.", "对输出也用了 ReLU。", lambda s: relu(_two(s))),
    )

    def sample(self, draw: Draw, level: int) -> TwoLinear | None:
        width, units = draw.choice(((2, 2), (2, 3), (3, 2)))
        x, weight1 = draw_vector(draw, width, -3, 4), draw_matrix(draw, units, width, -3, 3)
        bias1, weight2 = draw_vector(draw, units, -4, 4), draw_vector(draw, units, -3, 3)
        s = TwoLinear(x, weight1, bias1, weight2, draw.integer(-5, 5))
        active = any(h > 0 and w for h, w in zip(_hidden(s), weight2, strict=True))
        return s if _two(s) != _end(s, _hidden(s)) and active else None

    def formula(self, s: TwoLinear) -> int:
        return _two(s)

    def stem(self, s: TwoLinear) -> Text:
        sizes = f"`nn.Linear({len(s.x)}, {len(s.weight1)})`", f"`nn.Linear({len(s.weight1)}, 1)`"
        return Text(
            f"A network is {sizes[0]}, a ReLU and {sizes[1]}. The first layer has the weight (one row per hidden unit)"
            f"{grid(s.weight1)}and the bias {vector(s.bias1)}, the second the weight {vector(s.weight2)} and the bias "
            f"{s.bias2}. What is the "
            f"output for the input {vector(s.x)}?",
            f"网络依次为 {sizes[0]}、ReLU、{sizes[1]}。第一层的权重（每行对应一个隐藏单元）为：{grid(s.weight1)}偏置为 {vector(s.bias1)}；"
            f"第二层的权重为 {vector(s.weight2)}，偏置为 {s.bias2}。输入为 {vector(s.x)} 时，输出是多少？",
        )

    def solution(self, s: TwoLinear) -> Text:
        hidden = _hidden(s)
        active = tuple(map(relu, hidden))
        steps = f"{sum_of(list(zip(s.weight2, active, strict=True)))} + {signed(s.bias2)} = {_two(s)}"
        return Text(
            f"First layer: {vector(hidden)}, after the ReLU {vector(active)}.\n\nSecond layer: ${steps}$.",
            f"第一层：{vector(hidden)}，经过 ReLU 后为 {vector(active)}。\n\n第二层：${steps}$。",
        )


def _two(s: TwoLinear) -> int:
    return _end(s, tuple(map(relu, _hidden(s))))


MODEL = ItemModel(
    name="linear_value",
    version=1,
    topic="values",
    title=Text("One output of a linear layer", "全连接层的一个输出值"),
    questions=(Linear(), Two()),
)
