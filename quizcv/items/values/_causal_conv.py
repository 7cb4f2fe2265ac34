"""One output of a causal 1-D convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import Mistake, Question
from quizcv.items.text import vector
from quizcv.items.values._matrices import draw_vector, products, sum_of, total
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.vectors import CausalConv


def _causal(s: CausalConv, left: int) -> list[tuple[int, int]]:
    """The window with so many zeros put on the left."""
    return products((s.x,), (s.weight,), 0, s.index - left, dilation=s.dilation)


def _reach(s: CausalConv) -> int:
    return s.dilation * (len(s.weight) - 1)


class Causal(Question[CausalConv]):
    """Source: van den Oord et al. 2016, WaveNet."""

    spec = CausalConv
    answer = Integer(signed=True)
    levels = (3,)
    find = "causal"
    rule = r"$y_n = \sum_i w_i \, x_{n - d(k - 1 - i)}$"
    mistakes = (
        Mistake(
            "The padding was put on both sides: output n then reads the future.",
            "把填充放在了两侧：输出 n 会看到未来。",
            lambda s: total(_causal(s, _reach(s) // 2)),
        ),
        Mistake(
            "The padding was put on the right: the window has to end at index n, not to start there.",
            "把填充放在了右侧：窗口应在 n 处结束，而不是从 n 开始。",
            lambda s: total(_causal(s, 0)),
        ),
        Mistake(
            "The kernel was flipped: its last weight has to meet the present cell.",
            "卷积核被翻转了：最后一个权重应对应当前时刻。",
            lambda s: total(products((s.x,), (s.weight[::-1],), 0, s.index - _reach(s), dilation=s.dilation)),
        ),
        Mistake(
            "The dilation was ignored: neighbouring weights meet cells d apart.",
            "忽略了膨胀率：相邻的权重对应相隔 d 的元素。",
            lambda s: total(products((s.x,), (s.weight,), 0, s.index - len(s.weight) + 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CausalConv | None:
        kernel, dilation = draw.choice(((2, 2), (2, 3), (3, 2), (2, 4)))
        x, weight = draw_vector(draw, draw.integer(6, 8), -3, 6), draw_vector(draw, kernel, -3, 3)
        s = CausalConv(x, weight, draw.integer(2, len(x) - 1), dilation)
        return s if total(_causal(s, _reach(s))) != total(_causal(s, _reach(s) // 2)) else None

    def formula(self, s: CausalConv) -> int:
        return total(_causal(s, _reach(s)))

    def stem(self, s: CausalConv) -> Text:
        return Text(
            f"A causal 1-D convolution (cross-correlation as in `nn.Conv1d`, one channel, stride 1, dilation {s.dilation}, no "
            "bias) is padded "
            f"with zeros on the left only, so that the length stays. Its kernel is {vector(s.weight)}, its input {vector(s.x)}. "
            "What is its "
            f"output at index {s.index} (from 0)?",
            f"因果一维卷积（与 `nn.Conv1d` 相同的互相关，单通道，步长 1，膨胀率 {s.dilation}，无偏置）只在左侧补零，使长度不变。"
            f"卷积核为 {vector(s.weight)}，输入为 {vector(s.x)}。输出在下标 {s.index}（从 0 数起）处的值是多少？",
        )

    def solution(self, s: CausalConv) -> Text:
        reach, steps = _reach(s), f"{sum_of(_causal(s, _reach(s)))} = {self.formula(s)}"
        return Text(
            f"With dilation {s.dilation} the kernel reaches {reach} cells back, from index {s.index - reach} to {s.index}; "
            "cells before the "
            f"start are 0.\n\n${steps}$",
            f"膨胀率 {s.dilation}：卷积核向前覆盖 {reach} 个位置，从下标 {s.index - reach} 到 {s.index}；起点之前为 0。\n\n${steps}$",
        )
