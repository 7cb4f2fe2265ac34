"""The gradient that average pooling passes to one input cell, and an upstream gradient found from it."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid, num, signed
from quizcv.items.values._matrices import FROM_0, draw_matrix, holed, place
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pools import AvgPoolBackward, AvgPoolUpstream


def _shares(s: AvgPoolBackward, *, include: bool | None = None) -> list[tuple[int, int]]:
    """(upstream gradient, by what it is divided) of every window that covers the cell."""
    found = []
    for i, line in enumerate(s.grad):
        for j, grad in enumerate(line):
            top, left = i * s.stride - s.padding, j * s.stride - s.padding
            if 0 <= s.row - top < s.kernel and 0 <= s.col - left < s.kernel:
                real = (min(s.size, top + s.kernel) - max(0, top)) * (min(s.size, left + s.kernel) - max(0, left))
                found.append((grad, s.kernel**2 if (s.count_include_pad if include is None else include) else real))
    return found


def _sum(shares: list[tuple[int, int]]) -> float:
    return sum(grad / count for grad, count in shares)


class Shared(Question[AvgPoolBackward]):
    """Source: the derivative of the mean: 1/n for each of its n cells."""

    spec = AvgPoolBackward
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$\partial L/\partial x = \sum g/n$ over the windows that cover the cell, each with divisor $n$",
        r"$\partial L/\partial x = \sum g/n$，对覆盖该像素的窗口求和，$n$ 为各窗口的除数",
    )
    mistakes = (
        Mistake(
            "The upstream gradients were not divided by the number of cells of a window.",
            "上游梯度没有除以窗口的像素个数。",
            lambda s: float(sum(grad for grad, _ in _shares(s))),
        ),
        Mistake(
            "Only one window was counted; the shares of all windows that cover the cell add up.",
            "只算了一个窗口；所有覆盖该像素的窗口的贡献要相加。",
            lambda s: _sum(_shares(s)[:1]) if len(_shares(s)) > 1 else None,
        ),
        Mistake(
            "With `count_include_pad=True` padded zeros count among the cells of a window; with False only cells of the image do.",
            "`count_include_pad=True` 时窗口的像素个数包含填充的零；为 False 时只计图像内的像素。",
            lambda s: _sum(_shares(s, include=not s.count_include_pad)),
        ),
        Mistake(
            "It was divided by the kernel size k, not by k².",
            "除以了核边长 k，而不是 k²。",
            lambda s: sum(grad for grad, _ in _shares(s)) / s.kernel,
        ),
        Mistake(
            "The shares were averaged over the windows; they add up.",
            "对各窗口的贡献取了平均；应当相加。",
            lambda s: _sum(_shares(s)) / len(_shares(s)) if _shares(s) else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AvgPoolBackward | None:
        if level == 1:
            size, kernel, stride, padding, include = *draw.choice(((4, 2, 2), (6, 3, 3), (3, 2, 1))), 0, True
        else:
            size, kernel, stride, padding = draw.choice(
                ((4, 2, 1, 0), (5, 3, 2, 1), (4, 3, 1, 1), (3, 3, 1, 1), (4, 2, 2, 1))
            )
            include = draw.chance(0.5)
        out = (size + 2 * padding - kernel) // stride + 1
        grad = draw_matrix(draw, out, out, -4, 9)
        s = AvgPoolBackward(
            grad, size, kernel, draw.integer(0, size - 1), draw.integer(0, size - 1), stride, padding, include
        )
        return s if _shares(s) and abs(_sum(_shares(s))) > 0.01 else None

    def formula(self, s: AvgPoolBackward) -> float:
        return _sum(_shares(s))

    def stem(self, s: AvgPoolBackward) -> Text:
        at, size = place(s.row, s.col), by(s.size, s.size)
        layer = f"`nn.AvgPool2d({s.kernel}, stride={s.stride}, padding={s.padding}, count_include_pad={s.count_include_pad})`"
        return Text(
            f"{layer} reads an input of {size}. The gradient of the loss with respect to its output is{grid(s.grad)}What is the "
            f"gradient of the loss with respect to the input cell at {at.en} {FROM_0.en}?",
            f"{layer} 的输入大小为 {size}。损失对其输出的梯度为：{grid(s.grad)}损失对输入{at.zh}的像素的梯度是多少{FROM_0.zh}？",
        )

    def solution(self, s: AvgPoolBackward) -> Text:
        shares = _shares(s)
        steps = f"{' + '.join(f'{signed(grad)}/{count}' for grad, count in shares)} = {num(_sum(shares))}"
        return Text(
            f"Windows (kernel {s.kernel}, stride {s.stride}, padding {s.padding}) that cover the cell ({s.row}, {s.col}) of the "
            f"{s.size}-wide input: {len(shares)}. Each gives its gradient divided by the cells it counts: ${steps}$.",
            f"宽 {s.size} 的输入中，覆盖像素 ({s.row}, {s.col}) 的窗口（核大小 {s.kernel}，步长 {s.stride}，填充 {s.padding}）有 "
            f"{len(shares)} 个。每个窗口的贡献为其梯度除以计入的像素个数：${steps}$。",
        )


def _known(s: AvgPoolUpstream) -> int:
    """The known upstream gradients of the windows that cover the cell."""
    return sum(
        grad
        for i, line in enumerate(s.grad)
        for j, grad in enumerate(line)
        if 0 <= s.row - i < s.kernel and 0 <= s.col - j < s.kernel and (i, j) != (s.hole_row, s.hole_col)
    )


class Upstream(Question[AvgPoolUpstream]):
    """The same sum solved for one upstream gradient."""

    spec = AvgPoolUpstream
    answer = Number(decimals=2)
    levels = (3,)
    find = "upstream"
    rule = Text(
        r"$g = k^2 \, \partial L/\partial x - \sum_{\mathrm{known}} g$",
        r"$g = k^2 \, \partial L/\partial x - \sum_{\text{已知}} g$",
    )
    mistakes = (
        Mistake(
            "The gradient of the input cell was not multiplied by the k² cells of a window.",
            "输入像素的梯度没有乘以窗口的像素个数 k²。",
            lambda s: s.arrived - _known(s),
        ),
        Mistake(
            "The other windows that cover the cell were not subtracted.",
            "没有减去覆盖该像素的其他窗口。",
            lambda s: s.arrived * s.kernel**2,
        ),
        Mistake(
            "The known gradients of all windows were subtracted; only those that cover the cell count.",
            "减去了所有窗口的已知梯度；只有覆盖该像素的窗口才算。",
            lambda s: s.arrived * s.kernel**2 - sum(map(sum, s.grad)) + s.grad[s.hole_row][s.hole_col],
        ),
        Mistake(
            "It was multiplied by k, not by k².", "乘以了 k，而不是 k²。", lambda s: s.arrived * s.kernel - _known(s)
        ),
    )

    def sample(self, draw: Draw, level: int) -> AvgPoolUpstream | None:
        out, missing = draw.choice((2, 3)), draw.integer(-6, 9)
        grad = draw_matrix(draw, out, out, -4, 9)
        hole = draw.integer(0, out - 1), draw.integer(0, out - 1)
        grad = tuple(tuple(0 if (i, j) == hole else v for j, v in enumerate(line)) for i, line in enumerate(grad))
        s = AvgPoolUpstream(grad, 2, hole[0] + draw.integer(0, 1), hole[1] + draw.integer(0, 1), *hole, 0.0)
        known = _known(s)
        s = AvgPoolUpstream(s.grad, s.kernel, s.row, s.col, *hole, (known + missing) / 4)
        return s if missing and known else None

    def formula(self, s: AvgPoolUpstream) -> float:
        return s.arrived * s.kernel**2 - _known(s)

    def stem(self, s: AvgPoolUpstream) -> Text:
        at, shown = place(s.row, s.col), holed(s.grad, s.hole_row, s.hole_col)
        return Text(
            f"The gradient of the loss with respect to the output of `nn.AvgPool2d({s.kernel}, stride=1)` is unknown at row {s.hole_row}, "
            f"column {s.hole_col}:{shown}The gradient with respect to the input cell at {at.en} is {num(s.arrived)} {FROM_0.en}. "
            "What is the unknown upstream gradient?",
            f"损失对 `nn.AvgPool2d({s.kernel}, stride=1)` 输出的梯度中，第 {s.hole_row} 行第 {s.hole_col} 列的值未知：{shown}"
            f"已知损失对输入{at.zh}的像素的梯度为 {num(s.arrived)}{FROM_0.zh}。未知的上游梯度是多少？",
        )

    def solution(self, s: AvgPoolUpstream) -> Text:
        steps = rf"{num(s.arrived)} \cdot {s.kernel**2} - {signed(_known(s))} = {num(self.formula(s))}"
        return Text(
            f"A window of {by(s.kernel, s.kernel)} cells (kernel {s.kernel}) passes 1/{s.kernel**2} of its gradient to each. The "
            "other windows "
            f"that cover the cell ({s.row}, {s.col}) have gradients of {_known(s)} together, so the one at ({s.hole_row}, "
            f"{s.hole_col}) has ${steps}$.",
            f"{by(s.kernel, s.kernel)} 的窗口（核大小 {s.kernel}）把梯度的 1/{s.kernel**2} 传给每个像素。覆盖像素 ({s.row}, "
            f"{s.col}) 的其他窗口"
            f"的梯度之和为 {_known(s)}，故 ({s.hole_row}, {s.hole_col}) 处为 ${steps}$。",
        )


MODEL = ItemModel(
    name="avg_pool_backward",
    version=1,
    topic="values",
    title=Text("Gradient through average pooling", "平均池化的反向传播"),
    questions=(Shared(), Upstream()),
)
