"""One output of two convolutions in a row."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import (
    Mistake,
    Question,
)
from quizcv.items.text import (
    by,
    grid,
)
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    correlated,
    draw_matrix,
    flipped,
    mapped,
    place,
    products,
    relu,
    sum_of,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.values import (
    StackedConv,
)


class Stacked(Question[StackedConv]):
    """Two layers: the second reads what the first gives."""

    spec = StackedConv
    answer = Integer(signed=True)
    levels = (3,)
    find = "stacked"
    rule = r"$y = w_2 * f(w_1 * x)$"
    mistakes = (
        Mistake(
            "The ReLU was left out: between the two layers negative values become 0.",
            "漏了 ReLU：两层之间的负值要变为 0。",
            lambda s: _stacked(s, active=False) if s.relu else None,
        ),
        Mistake(
            "A ReLU was put between the layers; there is none, so negative values stay.",
            "在两层之间加了 ReLU；题中没有激活函数，负值应保留。",
            lambda s: None if s.relu else _stacked(s, active=True),
        ),
        Mistake(
            "That is the first layer's output; the second still has to read it.",
            "这是第一层的输出；还要经过第二层。",
            lambda s: correlate(s.x, s.weight1, s.row, s.col),
        ),
        Mistake(FLIP_EN, FLIP_ZH, lambda s: _stacked(s, turn=True)),
        Mistake(
            "The two kernels were swapped: with a ReLU between them their order matters.",
            "两个卷积核的顺序弄反了：中间有 ReLU 时顺序不能交换。",
            lambda s: _stacked(StackedConv(s.x, s.weight2, s.weight1, s.row, s.col, s.relu)),
        ),
        Mistake(
            "A ReLU was applied to the second layer's output; there is none.",
            "对第二层的输出用了 ReLU；那里没有 ReLU。",
            lambda s: relu(_stacked(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> StackedConv | None:
        x, size = draw_matrix(draw, 4, 4, -3, 4), draw.choice((1, 2))
        one, two = draw_matrix(draw, 2, 2, -2, 3), draw_matrix(draw, 2, 2, -3, 3)
        s = StackedConv(x[: 2 + size], one, two, draw.integer(0, size - 1), draw.integer(0, 1), draw.chance(0.7))
        return s if _stacked(s, active=True) != _stacked(s, active=False) else None

    def formula(self, s: StackedConv) -> int:
        return _stacked(s)

    def stem(self, s: StackedConv) -> Text:
        at = place(s.row, s.col)
        between = (
            ("with a ReLU between them", "两层之间有 ReLU") if s.relu else ("without an activation", "没有激活函数")
        )
        return Text(
            f"Two convolutions follow each other, {between[0]}; both have one channel, stride 1, no padding and no bias. The input "
            f"is{grid(s.x)}The first kernel is{grid(s.weight1)}The second kernel is{grid(s.weight2)}What is the output of the "
            f"second layer at {at.en} {FROM_0.en}?",
            f"两个卷积层依次相连，{between[1]}；均为单通道、步长 1、无填充、无偏置。输入为：{grid(s.x)}第一层的卷积核为："
            f"{grid(s.weight1)}第二层的卷积核为：{grid(s.weight2)}第二层输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: StackedConv) -> Text:
        first = _between(s)
        size = by(len(s.weight2), len(s.weight2[0]))
        steps = f"{sum_of(products(first, s.weight2, s.row, s.col))} = {_stacked(s)}"
        after = ("after the ReLU", "经过 ReLU 后") if s.relu else ("without a ReLU", "没有 ReLU")
        return Text(
            f"The first layer gives, {after[0]}:{grid(first)}The {size} window at ({s.row}, {s.col}) under the second kernel: "
            f"${steps}$.",
            f"第一层的输出（{after[1]}）：{grid(first)}第二个卷积核在 ({s.row}, {s.col}) 处的 {size} 窗口：${steps}$。",
        )


def _between(s: StackedConv, *, active: bool | None = None, turn: bool = False) -> Matrix:
    out = correlated(s.x, flipped(s.weight1) if turn else s.weight1)
    return mapped(relu, out) if (s.relu if active is None else active) else out


def _stacked(s: StackedConv, *, active: bool | None = None, turn: bool = False) -> int:
    first = _between(s, active=active, turn=turn)
    return correlate(first, flipped(s.weight2) if turn else s.weight2, s.row, s.col)
