"""Momentum as PyTorch has it: the first buffer is the first gradient, later ones are b = μb + (1 − dampening)g."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import WeightQuestion, given, gradients, joined, numbered, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.optimizers import Momentum, MomentumBuffer, MomentumFound

_ONE_MINUS = (
    "In PyTorch the new gradient enters the buffer with weight 1 (less the dampening), not with 1 − μ.",
    "PyTorch 中新梯度以权重 1（减去 dampening）进入缓冲区，而不是 1 − μ。",
)
_INVERTED = ("The momentum multiplies the old buffer, not the new gradient.", "动量乘的是旧的缓冲区，而不是新的梯度。")
_FIRST = (
    "The first buffer is the gradient itself: dampening begins with the second step.",
    "第一步的缓冲区就是梯度本身：dampening 从第二步才开始起作用。",
)
_DAMPED = ("The dampening was ignored.", "忽略了 dampening。")


def _buffers(
    s: Momentum | MomentumBuffer, *, momentum: float | None = None, gain: float | None = None, first: float = 1
) -> list[float]:
    """The buffer after each step, with parts of the rule replaced."""
    momentum = s.momentum if momentum is None else momentum
    gain = 1 - s.dampening if gain is None else gain
    buffer = first * s.grads[0]
    buffers = [buffer]
    for grad in s.grads[1:]:
        buffer = momentum * buffer + gain * grad
        buffers.append(buffer)
    return buffers


def _one_minus(s: Momentum | MomentumBuffer) -> list[float]:
    return _buffers(s, gain=1 - s.momentum, first=1 - s.momentum)


def _inverted(s: Momentum | MomentumBuffer) -> list[float]:
    return _buffers(s, momentum=1, gain=s.momentum, first=s.momentum)


def _first_damped(s: Momentum | MomentumBuffer) -> list[float]:
    return _buffers(s, first=1 - s.dampening)


def _buffer_line(s: Momentum | MomentumBuffer, t: int, buffers: list[float]) -> str:
    grad = s.grads[t]
    if t == 0:
        return f"b = g = {num(grad)}"
    gain = rf"(1 - {num(s.dampening)}) \cdot {signed(grad)}"
    return rf"b = {num(s.momentum)} \cdot {signed(buffers[t - 1])} + {gain} = {num(buffers[t])}"


class Weight(WeightQuestion):
    """Source: documentation of torch.optim.SGD."""

    spec = Momentum
    optimizer = "SGD"
    rule = Text(
        r"$b_1 = g_1$, $b_t = \mu b_{t-1} + (1 - \tau) g_t$, $w \leftarrow w - \eta b_t$ ($\tau$: dampening)",
        r"$b_1 = g_1$，$b_t = \mu b_{t-1} + (1 - \tau) g_t$，$w \leftarrow w - \eta b_t$（$\tau$ 为 dampening）",
    )
    mistakes = (
        Mistake(
            "That is plain SGD: the momentum was left out.",
            "这是普通 SGD：漏掉了动量。",
            lambda s: s.w - s.lr * sum(s.grads),
        ),
        Mistake(*_ONE_MINUS, lambda s: s.w - s.lr * sum(_one_minus(s))),
        Mistake(*_INVERTED, lambda s: s.w - s.lr * sum(_inverted(s))),
        Mistake(*_FIRST, lambda s: s.w - s.lr * sum(_first_damped(s))),
        Mistake(*_DAMPED, lambda s: s.w - s.lr * sum(_buffers(s, gain=1))),
        Mistake(
            "Only the last buffer was subtracted; every step subtracts its own.",
            "只减去了最后一步的缓冲区；每一步都要减去当时的缓冲区。",
            lambda s: s.w - s.lr * _buffers(s)[-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> Momentum | None:
        grads, w = some_grads(draw, 2 if level == 1 else 3), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            return Momentum(w, grads, draw.choice((0.01, 0.1, 0.2, 0.5)), draw.choice((0.5, 0.8, 0.9)))
        return Momentum(w, grads, draw.decimal(0.05, 0.5, 2), draw.decimal(0.5, 0.95, 2), draw.decimal(0.1, 0.6, 1))

    def formula(self, s: Momentum) -> float:
        return s.w - s.lr * sum(_buffers(s))

    def code(self, s: Momentum) -> str:
        return f"lr={num(s.lr)}, momentum={num(s.momentum)}, dampening={num(s.dampening)}"

    def lines(self, s: Momentum) -> list[tuple[str, ...]]:
        buffers, w = _buffers(s), s.w
        lines: list[tuple[str, ...]] = []
        for t, buffer in enumerate(buffers):
            new = w - s.lr * buffer
            lines.append(
                (_buffer_line(s, t, buffers), rf"w = {num(w)} - {num(s.lr)} \cdot {signed(buffer)} = {num(new)}")
            )
            w = new
        return lines


class Buffer(Question[MomentumBuffer]):
    """The buffer alone."""

    spec = MomentumBuffer
    answer = Number(decimals=4)
    levels = (1, 2)
    find = "buffer"
    rule = Text(
        r"$b_1 = g_1$, $b_t = \mu b_{t-1} + (1 - \tau) g_t$ ($\tau$: dampening)",
        r"$b_1 = g_1$，$b_t = \mu b_{t-1} + (1 - \tau) g_t$（$\tau$ 为 dampening）",
    )
    mistakes = (
        Mistake(
            "That is the plain sum: the old buffer shrinks by μ in every step.",
            "这是简单求和：旧缓冲区每步都要乘以 μ。",
            lambda s: sum(s.grads),
        ),
        Mistake(*_ONE_MINUS, lambda s: _one_minus(s)[-1]),
        Mistake(*_INVERTED, lambda s: _inverted(s)[-1]),
        Mistake(*_FIRST, lambda s: _first_damped(s)[-1]),
        Mistake(*_DAMPED, lambda s: _buffers(s, gain=1)[-1]),
    )

    def sample(self, draw: Draw, level: int) -> MomentumBuffer | None:
        grads = some_grads(draw, 2 if level == 1 else draw.integer(3, 4), 4)
        if grads is None:
            return None
        if level == 1:
            return MomentumBuffer(grads, draw.choice((0.5, 0.8, 0.9)))
        return MomentumBuffer(grads, draw.decimal(0.5, 0.95, 2), draw.decimal(0.1, 0.6, 1))

    def formula(self, s: MomentumBuffer) -> float:
        return _buffers(s)[-1]

    def stem(self, s: MomentumBuffer) -> Text:
        return joined(
            given("SGD", f"momentum={num(s.momentum)}, dampening={num(s.dampening)}"),
            gradients(s.grads),
            Text(
                "What is `momentum_buffer` after these steps?",
                f"这 {len(s.grads)} 步之后 `momentum_buffer` 是多少？",
            ),
        )

    def solution(self, s: MomentumBuffer) -> Text:
        buffers = _buffers(s)
        end = Text(
            f"All with momentum {num(s.momentum)} and dampening {num(s.dampening)}.",
            f"其中动量为 {num(s.momentum)}，dampening 为 {num(s.dampening)}。",
        )
        return numbered([(_buffer_line(s, t, buffers),) for t in range(len(buffers))], end)


class Found(Question[MomentumFound]):
    """Two steps solved for the momentum."""

    spec = MomentumFound
    answer = Number(decimals=2)
    levels = (3,)
    find = "momentum"
    rule = r"$w - w' = \eta (g_1 + \mu g_1 + g_2)$"
    mistakes = (
        Mistake(
            "Both steps move the weight: the first step, by g₁, was forgotten.",
            "两步都会移动权重：漏掉了第一步的 g₁。",
            lambda s: ((s.w - s.w_new) / s.lr - s.grads[1]) / s.grads[0],
        ),
        Mistake(
            "The change was not divided by the learning rate.",
            "变化量没有除以学习率。",
            lambda s: (s.w - s.w_new - sum(s.grads)) / s.grads[0],
        ),
        Mistake(
            "The momentum multiplies the first gradient, not the second.",
            "动量乘的是第一个梯度，而不是第二个。",
            lambda s: ((s.w - s.w_new) / s.lr - sum(s.grads)) / s.grads[1],
        ),
        Mistake("That is 1 − μ.", "这是 1 − μ。", lambda s: 1 - _momentum(s)),
    )

    def sample(self, draw: Draw, level: int) -> MomentumFound | None:
        grads, momentum = some_grads(draw, 2), draw.decimal(0.3, 0.95, 2)
        w, lr = draw.decimal(-3, 3, 1), draw.choice((0.05, 0.1, 0.2, 0.5))
        if grads is None or abs(grads[0]) < 0.4:
            return None
        w_new = round(w - lr * (grads[0] + momentum * grads[0] + grads[1]), 5)
        return MomentumFound(w, (grads[0], grads[1]), lr, w_new)

    def formula(self, s: MomentumFound) -> float:
        return _momentum(s)

    def stem(self, s: MomentumFound) -> Text:
        return joined(
            given("SGD", f"lr={num(s.lr)}, momentum=?", w=s.w),
            gradients(s.grads),
            Text(
                f"After these steps w is {num(s.w_new)}. What is the momentum?",
                f"这两步之后 w 为 {num(s.w_new)}。动量是多少？",
            ),
        )

    def solution(self, s: MomentumFound) -> Text:
        (one, two), both = s.grads, (s.w - s.w_new) / s.lr
        total = rf"b_1 + b_2 = ({num(s.w)} - {signed(s.w_new)})/{num(s.lr)} = {num(both)}"
        mu = rf"\mu = ({num(both)} - {signed(one)} - {signed(two)})/{signed(one)} = {num(_momentum(s))}"
        return Text(
            f"The two steps together: ${total}$.\n\nSince $b_1 = g_1$ and $b_2 = \\mu g_1 + g_2$: ${mu}$.",
            f"两步合计：${total}$。\n\n因为 $b_1 = g_1$、$b_2 = \\mu g_1 + g_2$：${mu}$。",
        )


def _momentum(s: MomentumFound) -> float:
    return ((s.w - s.w_new) / s.lr - s.grads[0] - s.grads[1]) / s.grads[0]


MODEL = ItemModel(
    "momentum_step", 1, "optimizers", Text("SGD with momentum", "带动量的 SGD"), (Weight(), Buffer(), Found())
)
