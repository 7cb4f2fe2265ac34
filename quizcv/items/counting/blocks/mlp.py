"""Multilayer perceptrons."""

from __future__ import annotations

from itertools import pairwise
from math import isqrt

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, BIAS_MISSED, Counted, Part, biases, dense, with_biases
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import MlpParams, MlpWidth


def _weights(s: MlpParams) -> int:
    return sum(inputs * outputs for inputs, outputs in pairwise(s.features))


class Params(Counted[MlpParams]):
    """Source: documentation of torch.nn.Linear, "Variables"."""

    spec = MlpParams
    answer = Integer()
    levels = (1, 2)
    rule = with_biases(r"$\sum n_{i-1} n_i$", r"$\sum n_i$")
    mistakes = (
        Mistake(
            "The input was given biases too; only layers with weights have them.",
            "给输入也算了偏置；只有带权重的层才有偏置。",
            lambda s: _weights(s) + sum(s.features) if s.bias else None,
        ),
        Mistake(
            "The last layer was left out.",
            "漏了最后一层。",
            lambda s: _weights(s) - s.features[-2] * s.features[-1] + s.bias * sum(s.features[1:-1]),
        ),
        Mistake(
            "One bias was counted per layer; there is one per unit.",
            "每层只算了一个偏置；每个单元各有一个。",
            lambda s: _weights(s) + len(s.features) - 1 if s.bias else None,
        ),
        Mistake(
            "All units were taken to be connected with the input.",
            "当成所有单元都直接与输入相连。",
            lambda s: s.features[0] * sum(s.features[1:]) + s.bias * sum(s.features[1:]),
        ),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + sum(s.features[1:])),
    )

    def sample(self, draw: Draw, level: int) -> MlpParams | None:
        first = draw.choice((64, 100, 256, 400, 784) if level == 1 else (64, 100, 400, 784, 1024, 3072))
        hidden = tuple(
            draw.choice((32, 50, 64, 84, 100, 120, 128, 200, 256)) for _ in range(level + draw.integer(0, 1))
        )
        return MlpParams((first, *hidden, draw.choice((2, 5, 10, 20, 100))), level == 1 or draw.chance(0.8))

    def parts(self, s: MlpParams) -> list[Part]:
        found = [dense(*ends) for ends in pairwise(s.features)]
        return [*found, biases(*s.features[1:])] if s.bias else found

    def stem(self, s: MlpParams) -> Text:
        en = "Every layer has biases, which count." if s.bias else "No layer has biases."
        zh = "每层都有偏置，偏置计入。" if s.bias else "各层均无偏置。"
        named = "→".join(map(str, s.features))
        return Text(
            f"A multilayer perceptron has {len(s.features) - 1} fully connected layers: {named}. {en} How many parameters "
            "does it have?",
            f"一个多层感知机有 {len(s.features) - 1} 个全连接层：{named}。{zh}它有多少个参数？",
        )


def _taken(s: MlpWidth, width: int) -> int:
    return width * width + (s.in_features + s.out_features + 2) * width + s.out_features


def _widest(slope: int, room: int) -> int:
    """The largest h with h² + slope · h ≤ room, since then (2h + slope)² ≤ slope² + 4 room."""
    return (isqrt(slope**2 + 4 * room) - slope) // 2


class Width(Question[MlpWidth]):
    """The same solved for the width of two equal hidden layers."""

    spec = MlpWidth
    answer = Integer("units")
    levels = (3,)
    find = "width"
    rule = Text(
        r"the largest $h$ with $h^2 + (n_0 + n_3 + 2) h + n_3 \le P$, from $n_0$ inputs to $n_3$ outputs",
        r"满足 $h^2 + (n_0 + n_3 + 2) h + n_3 \le P$ 的最大 $h$（$n_0$ 个输入，$n_3$ 个输出）",
    )
    mistakes = (
        Mistake(
            "The weights between the two hidden layers were left out.",
            "漏了两个隐藏层之间的权重。",
            lambda s: (s.params - s.out_features) // (s.in_features + s.out_features + 2),
        ),
        Mistake(
            "One unit too many: the budget is exceeded.",
            "多了一个单元：超出了预算。",
            lambda s: _widest(s.in_features + s.out_features + 2, s.params - s.out_features) + 1,
        ),
        Mistake(
            "Only the square of the width was counted, without input and output.",
            "只算了宽度的平方，漏了输入层和输出层。",
            lambda s: isqrt(s.params),
        ),
        Mistake(
            "Three hidden layers were counted instead of two.",
            "按三个隐藏层计了，而不是两个。",
            lambda s: (
                (
                    isqrt((s.in_features + s.out_features + 3) ** 2 + 8 * (s.params - s.out_features))
                    - s.in_features
                    - s.out_features
                    - 3
                )
                // 4
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MlpWidth | None:
        return MlpWidth(
            draw.choice((50, 64, 100, 128, 256, 400, 784)),
            draw.choice((2, 5, 10, 20, 100)),
            1000 * draw.integer(20, 400),
        )

    def formula(self, s: MlpWidth) -> int:
        return _widest(s.in_features + s.out_features + 2, s.params - s.out_features)

    def stem(self, s: MlpWidth) -> Text:
        return Text(
            f"A multilayer perceptron {s.in_features}→h→h→{s.out_features} has two hidden layers of h units; every layer "
            f"has biases, which count. What is the largest h with no more than {num(s.params)} parameters?",
            f"一个多层感知机 {s.in_features}→h→h→{s.out_features} 有两个各 h 个单元的隐藏层，每层都有偏置，偏置计入。"
            f"要使参数量不超过 {num(s.params)}，h 最大是多少？",
        )

    def solution(self, s: MlpWidth) -> Text:
        width = self.formula(s)
        slope = s.in_features + s.out_features + 2
        count = rf"{s.in_features} h + h + h^2 + h + {s.out_features} h + {s.out_features}"
        steps = rf"h^2 + {slope} h + {s.out_features} \le {num(s.params)}"
        fits, over = num(_taken(s, width)), num(_taken(s, width + 1))
        return Text(
            f"Parameters: ${count}$, so ${steps}$.\n\nh = {width} takes {fits}, h = {width + 1} takes {over}: the largest "
            f"is {width}.",
            f"参数量：${count}$，故 ${steps}$。\n\nh = {width} 时为 {fits}，h = {width + 1} 时为 {over}：最大为 {width}。",
        )


MODEL = ItemModel(
    name="mlp_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a multilayer perceptron", "多层感知机的参数量"),
    questions=(Params(), Width()),
)
