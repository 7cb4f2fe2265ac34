"""One output of a residual block."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid, signed, vector
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    draw_matrix,
    draw_vector,
    flipped,
    place,
    products,
    relu,
    sum_of,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Vector
from quizcv.specs.vectors import ResidualBlock, ResidualValue


def _branch(s: ResidualValue, *, turn: bool = False) -> int:
    """What the convolution adds."""
    weight = flipped(s.weight) if turn else s.weight
    return s.bias + correlate(s.x, weight, s.row, s.col, padding=len(s.weight) // 2)


class Residual(Question[ResidualValue]):
    """Source: He et al. 2016: the ReLU stands behind the addition."""

    spec = ResidualValue
    answer = Integer()
    levels = (1, 2)
    rule = r"$y = \mathrm{ReLU}(x + F(x))$"
    mistakes = (
        Mistake(
            "The shortcut was forgotten: x itself is added.",
            "忘了捷径连接：还要加上 x 本身。",
            lambda s: relu(_branch(s)),
        ),
        Mistake(
            "The ReLU was applied before the addition; it comes after it.",
            "把 ReLU 放在了相加之前；它应在相加之后。",
            lambda s: s.x[s.row][s.col] + relu(_branch(s)),
        ),
        Mistake(
            "x was subtracted; the block adds it.",
            "减去了 x；残差块是加上 x。",
            lambda s: relu(_branch(s) - s.x[s.row][s.col]),
        ),
        Mistake("The bias was left out.", "漏加了偏置。", lambda s: relu(s.x[s.row][s.col] + _branch(s) - s.bias)),
        Mistake(
            FLIP_EN,
            FLIP_ZH,
            lambda s: relu(s.x[s.row][s.col] + _branch(s, turn=True)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ResidualValue | None:
        bias = 0 if level == 1 else draw.integer(-4, 4)
        at = (1, 1) if level == 1 else (draw.integer(0, 2), draw.integer(0, 2))
        x, weight = draw_matrix(draw, 3, 3, -3 if level == 2 else 0, 5), draw_matrix(draw, 3, 3, -2, 2)
        s = ResidualValue(x, weight, *at, bias)
        dead = s.x[s.row][s.col] + _branch(s) <= 0
        return s if s.x[s.row][s.col] and (not dead or draw.chance(0.1)) else None

    def formula(self, s: ResidualValue) -> int:
        return relu(s.x[s.row][s.col] + _branch(s))

    def stem(self, s: ResidualValue) -> Text:
        at, half = place(s.row, s.col), len(s.weight) // 2
        size = by(len(s.weight), len(s.weight))
        return Text(
            f"A residual block computes $y = \\mathrm{{ReLU}}(x + F(x))$, where $F$ is one {size} convolution (`nn.Conv2d`, one "
            f"channel, stride 1, padding {half}, bias {s.bias}). The input $x$ is{grid(s.x)}The kernel is{grid(s.weight)}What is "
            f"$y$ at {at.en} {FROM_0.en}?",
            f"残差块计算 $y = \\mathrm{{ReLU}}(x + F(x))$，其中 $F$ 是一个 {size} 卷积（`nn.Conv2d`，单通道，步长 1，填充 {half}，"
            f"偏置 {s.bias}）。输入 $x$ 为：{grid(s.x)}卷积核为：{grid(s.weight)}$y$ 的{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: ResidualValue) -> Text:
        here, pairs = s.x[s.row][s.col], products(s.x, s.weight, s.row, s.col, padding=len(s.weight) // 2)
        branch = f"{sum_of(pairs)} + {signed(s.bias)} = {_branch(s)}"
        steps = rf"\max(0, {here} + {signed(_branch(s))}) = {self.formula(s)}"
        return Text(
            f"The branch at ({s.row}, {s.col}), bias {s.bias}: $F = {branch}$.\n\nPlus the input there, then ReLU: ${steps}$.",
            f"卷积支路在 ({s.row}, {s.col}) 的值（偏置 {s.bias}）：$F = {branch}$。\n\n加上该处的输入，再过 ReLU：${steps}$。",
        )


def _same(x: Vector, weight: Vector) -> Vector:
    """A 1-D convolution that keeps the length."""
    half = len(weight) // 2
    return tuple(correlate((x,), (weight,), 0, at, padding=0) for at in range(-half, len(x) - half))


def _block(s: ResidualBlock, *, inner: bool = True, skip: bool = True, outer: bool = True) -> int:
    first = _same(s.x, s.weight1)
    out = _same(tuple(map(relu, first)) if inner else first, s.weight2)[s.index] + (s.x[s.index] if skip else 0)
    return relu(out) if outer else out


class Block(Question[ResidualBlock]):
    """Two convolutions in the branch."""

    spec = ResidualBlock
    answer = Integer()
    levels = (3,)
    find = "block"
    rule = r"$y = \mathrm{ReLU}(x + w_2 * \mathrm{ReLU}(w_1 * x))$"
    mistakes = (
        Mistake(
            "The shortcut was forgotten: x itself is added.",
            "忘了捷径连接：还要加上 x 本身。",
            lambda s: _block(s, skip=False),
        ),
        Mistake(
            "The ReLU between the two convolutions was left out.",
            "漏了两个卷积之间的 ReLU。",
            lambda s: _block(s, inner=False),
        ),
        Mistake(
            "The last ReLU was applied before the addition; it comes after it.",
            "把最后的 ReLU 放在了相加之前；它应在相加之后。",
            lambda s: s.x[s.index] + _block(s, skip=False),
        ),
        Mistake(
            "The second convolution was left out.",
            "漏了第二个卷积。",
            lambda s: relu(s.x[s.index] + relu(_same(s.x, s.weight1)[s.index])),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ResidualBlock | None:
        x, one, two = draw_vector(draw, 5, -3, 4), draw_vector(draw, 3, -2, 2), draw_vector(draw, 3, -2, 2)
        s = ResidualBlock(x, one, two, draw.integer(1, 3))
        return s if _block(s) and _block(s, inner=False) != _block(s) and s.x[s.index] else None

    def formula(self, s: ResidualBlock) -> int:
        return _block(s)

    def stem(self, s: ResidualBlock) -> Text:
        return Text(
            "A residual block along one axis computes $y = \\mathrm{ReLU}(x + F_2(\\mathrm{ReLU}(F_1(x))))$. $F_1$ and $F_2$ are "
            f"`nn.Conv1d` layers with one channel, stride 1, no bias and padding that keeps the length; their kernels are "
            f"{vector(s.weight1)} and {vector(s.weight2)}. The input is {vector(s.x)}. What is $y$ at index {s.index} (from 0)?",
            "一维残差块计算 $y = \\mathrm{ReLU}(x + F_2(\\mathrm{ReLU}(F_1(x))))$。$F_1$、$F_2$ 是单通道、步长 1、无偏置的 `nn.Conv1d`，"
            f"补零使长度不变，卷积核分别为 {vector(s.weight1)} 和 {vector(s.weight2)}。输入为 {vector(s.x)}。"
            f"$y$ 在下标 {s.index}（从 0 数起）处的值是多少？",
        )

    def solution(self, s: ResidualBlock) -> Text:
        first = _same(s.x, s.weight1)
        active = tuple(map(relu, first))
        branch = _same(active, s.weight2)[s.index]
        second = f"{sum_of(products((active,), (s.weight2,), 0, s.index - len(s.weight2) // 2))} = {branch}"
        steps = rf"\max(0, {s.x[s.index]} + {signed(branch)}) = {_block(s)}"
        return Text(
            f"$F_1(x)$ = {vector(first)}, after the ReLU {vector(active)}.\n\n$F_2$ at index {s.index}: ${second}$.\n\nPlus the input "
            f"there, then ReLU: ${steps}$.",
            f"$F_1(x)$ = {vector(first)}，经过 ReLU 后为 {vector(active)}。\n\n$F_2$ 在下标 {s.index} 处：${second}$。"
            f"\n\n加上该处的输入，再过 ReLU：${steps}$。",
        )


MODEL = ItemModel(
    name="residual_value",
    version=1,
    topic="values",
    title=Text("One output of a residual block", "残差块的一个输出值"),
    questions=(Residual(), Block()),
)
