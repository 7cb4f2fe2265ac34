"""Nesterov momentum as PyTorch has it: the step is g + μb with the buffer that already contains g."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import WeightQuestion, gradients, joined, numbered, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.optimizers import Nesterov, NesterovGap


def _path(
    s: Nesterov, *, ahead: bool = True, gain: float = 1, old: bool = False, decay: float | None = None
) -> list[tuple[float, ...]]:
    """Per step the gradient, the buffer, the step's direction and the new weight, with parts of the rule replaced."""
    decay = s.weight_decay if decay is None else decay
    w, buffer = s.w, 0.0
    path: list[tuple[float, ...]] = []
    for grad in s.grads:
        full = grad + decay * w
        before, buffer = buffer, s.momentum * buffer + gain * full
        move = full + s.momentum * (before if old else buffer) if ahead else buffer
        w -= s.lr * move
        path.append((full, buffer, move, w))
    return path


class Weight(WeightQuestion):
    """Source: documentation of torch.optim.SGD, `nesterov`."""

    spec = Nesterov
    optimizer = "SGD"
    rule = Text(
        (
            r"$b_t = \mu b_{t-1} + g_t$, $w \leftarrow w - \eta (g_t + \mu b_t)$; weight decay: $g_t = \nabla L + "
            r"\lambda w$"
        ),
        (
            r"$b_t = \mu b_{t-1} + g_t$，$w \leftarrow w - \eta (g_t + \mu b_t)$；有权重衰减时 $g_t = \nabla L + \lambda "
            "w$"
        ),
    )
    mistakes = (
        Mistake(
            "That is ordinary momentum; Nesterov's step is g + μb, which looks ahead.",
            "这是普通动量；Nesterov 的更新量是 g + μb，向前多看一步。",
            lambda s: _path(s, ahead=False)[-1][-1],
        ),
        Mistake(
            "The buffer in g + μb is the new one, which contains g already.",
            "g + μb 中的 b 是已包含 g 的新缓冲区。",
            lambda s: _path(s, old=True)[-1][-1] if len(s.grads) > 1 else None,
        ),
        Mistake(
            "In PyTorch the gradient enters the buffer with weight 1, not with 1 − μ.",
            "PyTorch 中梯度以权重 1 进入缓冲区，而不是 1 − μ。",
            lambda s: _path(s, gain=1 - s.momentum)[-1][-1],
        ),
        Mistake(
            "There is no momentum in this at all.",
            "这里完全没有动量。",
            lambda s: s.w - s.lr * sum(s.grads) if len(s.grads) > 1 else None,
        ),
        Mistake("The weight decay was left out.", "漏掉了权重衰减。", lambda s: _path(s, decay=0)[-1][-1]),
        Mistake(
            "The step is g + μb, not b + μb.",
            "更新量是 g + μb，而不是 b + μb。",
            lambda s: (
                s.w - s.lr * (1 + s.momentum) * sum(step[1] for step in _path(s)) if s.weight_decay == 0 else None
            ),
        ),
        Mistake(
            "The learning rate was left out.",
            "漏掉了学习率。",
            lambda s: s.w - (1 + s.momentum) * s.grads[0] if len(s.grads) == 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> Nesterov | None:
        grads, w = some_grads(draw, 1 if level == 1 else draw.integer(2, 3)), draw.decimal(-3, 3, 1)
        if grads is None or abs(w) < 0.5:
            return None
        if level == 1:
            return Nesterov(w, grads, draw.choice((0.01, 0.1, 0.2, 0.5)), draw.choice((0.5, 0.8, 0.9)))
        return Nesterov(w, grads, draw.decimal(0.05, 0.5, 2), draw.decimal(0.5, 0.95, 2), draw.choice((0.01, 0.1, 0.2)))

    def formula(self, s: Nesterov) -> float:
        return _path(s)[-1][-1]

    def code(self, s: Nesterov) -> str:
        return f"lr={num(s.lr)}, momentum={num(s.momentum)}, weight_decay={num(s.weight_decay)}, nesterov=True"

    def lines(self, s: Nesterov) -> list[tuple[str, ...]]:
        w, buffer = s.w, 0.0
        lines: list[tuple[str, ...]] = []
        for raw, (full, new, move, moved) in zip(s.grads, _path(s), strict=True):
            lines.append(
                (
                    rf"g = {num(raw)} + {num(s.weight_decay)} \cdot {signed(w)} = {num(full)}",
                    rf"b = {num(s.momentum)} \cdot {signed(buffer)} + {signed(full)} = {num(new)}",
                    rf"w = {num(w)} - {num(s.lr)} \cdot ({num(full)} + {num(s.momentum)} \cdot {signed(new)}) "
                    rf"= {num(w)} - {num(s.lr)} \cdot {signed(move)} = {num(moved)}",
                )
            )
            w, buffer = moved, new
        return lines


class Gap(Question[NesterovGap]):
    """Nesterov's weight less that of ordinary momentum: by induction −ημb_T, since both share the buffers."""

    spec = NesterovGap
    answer = Number(decimals=4)
    levels = (3,)
    find = "gap"
    rule = Text(
        r"the buffers are the same, $w_N - w_M = -\eta \sum_t (g_t + \mu b_t - b_t) = -\eta \mu b_T$",
        r"两者的缓冲区相同，$w_N - w_M = -\eta \sum_t (g_t + \mu b_t - b_t) = -\eta \mu b_T$",
    )
    mistakes = (
        Mistake(
            "The sign: Nesterov's weight comes first, and it goes further against the gradient.",
            "符号错误：Nesterov 的权重在前，且沿负梯度走得更远。",
            lambda s: s.lr * s.momentum * _last(s),
        ),
        Mistake(
            "The difference is one more momentum term: multiply the buffer by μ too.",
            "差的是再多一个动量项：缓冲区还要乘以 μ。",
            lambda s: -s.lr * _last(s),
        ),
        Mistake("The learning rate was left out.", "漏掉了学习率。", lambda s: -s.momentum * _last(s)),
        Mistake(
            "That counts the last gradient only, not what the buffer holds of the ones before.",
            "只算了最后一个梯度，没有算缓冲区中以前的梯度。",
            lambda s: -s.lr * s.momentum * s.grads[-1],
        ),
        Mistake(
            "That adds up the buffers of all steps; the differences of all but the last cancel.",
            "这是把各步的缓冲区都加了起来；除最后一个外，其余的差互相抵消。",
            lambda s: -s.lr * s.momentum * _sum(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NesterovGap | None:
        grads = some_grads(draw, 2, 4)
        if grads is None:
            return None
        return NesterovGap(grads, draw.choice((0.05, 0.1, 0.2, 0.5)), draw.choice((0.5, 0.8, 0.9)))

    def formula(self, s: NesterovGap) -> float:
        return -s.lr * s.momentum * _last(s)

    def stem(self, s: NesterovGap) -> Text:
        options = f"lr={num(s.lr)}, momentum={num(s.momentum)}"
        return joined(
            Text(
                f"PyTorch's `optim.SGD({options})` updates two copies of a weight, once with `nesterov=True` and once without; "
                "all other options are at their defaults. Both get the same gradients.",
                f"用 PyTorch 的 `optim.SGD({options})` 更新同一权重的两个副本，一个设 "
                "`nesterov=True`，一个不设，其余选项取默认值，两者得到的梯度相同。",
            ),
            gradients(s.grads),
            Text(
                "After these steps, what is the weight with Nesterov momentum minus the other one?",
                f"这 {len(s.grads)} 步之后，使用 Nesterov 动量的权重减去另一个权重等于多少？",
            ),
        )

    def solution(self, s: NesterovGap) -> Text:
        buffer = 0.0
        lines: list[tuple[str, ...]] = []
        for grad in s.grads:
            new = s.momentum * buffer + grad
            lines.append((rf"b = {num(s.momentum)} \cdot {signed(buffer)} + {signed(grad)} = {num(new)}",))
            buffer = new
        last = rf"-{num(s.lr)} \cdot {num(s.momentum)} \cdot {signed(buffer)} = {num(self.formula(s))}"
        end = Text(
            f"Ordinary steps are $-\\eta b_t$, Nesterov's $-\\eta (g_t + \\mu b_t) = -\\eta (b_t + \\mu b_t - \\mu b_{{t-1}})$. "
            f"All but the last term cancel: ${last}$.",
            f"普通动量的更新为 $-\\eta b_t$，Nesterov 为 $-\\eta (g_t + \\mu b_t) = -\\eta (b_t + \\mu b_t - \\mu b_{{t-1}})$。"
            f"累加后只剩最后一项：${last}$。",
        )
        return numbered(lines, end)


def _buffers(s: NesterovGap) -> list[float]:
    buffer, buffers = 0.0, []
    for grad in s.grads:
        buffer = s.momentum * buffer + grad
        buffers.append(buffer)
    return buffers


def _last(s: NesterovGap) -> float:
    return _buffers(s)[-1]


def _sum(s: NesterovGap) -> float:
    return sum(_buffers(s))


MODEL = ItemModel("nesterov_step", 1, "optimizers", Text("Nesterov momentum", "Nesterov 动量"), (Weight(), Gap()))
