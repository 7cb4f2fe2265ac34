"""One value after local response normalisation."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, vector
from quizcv.items.values._matrices import draw_vector, relu
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.filters import LrnAfterRelu, LrnValue
from quizcv.specs.matrices import Vector


def _window(s: LrnValue) -> tuple[int, int]:
    """First channel, and the one behind the last: size // 2 before, (size − 1) // 2 after."""
    return max(0, s.channel - s.size // 2), min(len(s.x), s.channel + (s.size - 1) // 2 + 1)


def _squares(s: LrnValue, x: Vector) -> int:
    first, end = _window(s)
    return sum(a * a for a in x[first:end])


def _base(s: LrnValue, x: Vector) -> float:
    return s.k + s.alpha / s.size * _squares(s, x)


def _divided(s: LrnValue, base: float, value: int | None = None) -> float:
    return float((s.x[s.channel] if value is None else value) / base**s.beta)


def _after(s: LrnValue) -> float:
    """On the other side of the channel: (size − 1) // 2 before, size // 2 after."""
    first, end = max(0, s.channel - (s.size - 1) // 2), s.channel + s.size // 2 + 1
    return s.k + s.alpha / s.size * sum(a * a for a in s.x[first:end])


def _real(s: LrnValue) -> int:
    first, end = _window(s)
    return end - first


class Normalised(Question[LrnValue]):
    """Source: documentation of torch.nn.LocalResponseNorm; Krizhevsky et al. 2012 (there alpha is not divided by n)."""

    spec = LrnValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$b_c = a_c \, (k + \frac{\alpha}{n} \sum a_i^2)^{-\beta}$, $c - \lfloor n/2 \rfloor \le i \le c + \lfloor (n-1)/2 \rfloor$"
    mistakes = (
        Mistake(
            "α was not divided by n: that is the form of the AlexNet paper, PyTorch divides.",
            "α 没有除以 n：那是 AlexNet 论文的写法，PyTorch 要除以 n。",
            lambda s: _divided(s, s.k + s.alpha * _squares(s, s.x)),
        ),
        Mistake(
            "The exponent β was left out: the base is raised to it first.",
            "漏了指数 β：应先取 β 次幂再相除。",
            lambda s: s.x[s.channel] / _base(s, s.x),
        ),
        Mistake(
            "The sum was taken over all channels, not over a window of n.",
            "对所有通道求了和，而不是 n 个通道的窗口。",
            lambda s: _divided(s, s.k + s.alpha / s.size * sum(a * a for a in s.x)),
        ),
        Mistake(
            "The window was turned round: for an even n it has one channel more before than after.",
            "窗口前后弄反了：n 为偶数时，前面比后面多一个通道。",
            lambda s: _divided(s, _after(s)),
        ),
        Mistake(
            "α was divided by the number of channels that exist; missing ones count as zeros.",
            "α 除以了实际存在的通道数；缺少的通道按零计入。",
            lambda s: _divided(s, s.k + s.alpha / _real(s) * _squares(s, s.x)),
        ),
        Mistake(
            "The channel values were not squared.",
            "没有对通道值取平方。",
            lambda s: _plain(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LrnValue | None:
        if level == 1:
            x, size, alpha, beta, k = draw_vector(draw, 5, 1, 6), 3, 1.0, 0.5, 1.0
        else:
            x, size = draw_vector(draw, 6, -5, 6), draw.choice((2, 3, 4, 5))
            alpha, beta, k = draw.choice((0.1, 0.5, 1.0, 2.0)), draw.choice((0.5, 0.75)), draw.choice((1.0, 2.0))
        s = LrnValue(x, draw.integer(0, len(x) - 1), size, alpha, beta, k)
        return s if s.x[s.channel] else None

    def formula(self, s: LrnValue) -> float:
        return _divided(s, _base(s, s.x))

    def stem(self, s: LrnValue) -> Text:
        layer = _layer(s)
        return Text(
            f"One pixel of a feature map has the channel values {vector(s.x)}. {layer} follows{_even(s).en}. What is the value of channel "
            f"{s.channel} (from 0) after it?",
            f"特征图某像素各通道的值为 {vector(s.x)}。经过 {layer}{_even(s).zh}后，通道 {s.channel}（从 0 数起）的值是多少？",
        )

    def solution(self, s: LrnValue) -> Text:
        return _solution(s, s.x)


def _plain(s: LrnValue) -> float | None:
    first, end = _window(s)
    base = s.k + s.alpha / s.size * sum(s.x[first:end])
    return _divided(s, base) if base > 0.01 else None


def _layer(s: LrnValue) -> str:
    return f"`nn.LocalResponseNorm({s.size}, alpha={num(s.alpha)}, beta={num(s.beta)}, k={num(s.k)})`"


def _even(s: LrnValue) -> Text:
    """On which side the window is longer: the layer's documentation does not say."""
    if s.size % 2:
        return Text("", " ")
    before, after = s.size // 2, s.size // 2 - 1
    return Text(
        f" (in its window: {before} before the channel, {after} after it)",
        f"（窗口包括前 {before} 个和后 {after} 个通道）",
    )


def _solution(s: LrnValue, x: Vector) -> Text:
    first, end = _window(s)
    base, value = _base(s, x), x[s.channel]
    inner = rf"{num(s.k)} + {num(s.alpha)}/{s.size} \cdot {_squares(s, x)} = {num(base)}"
    steps = f"{value} / {num(base)}^{{{num(s.beta)}}} = {num(round(_divided(s, base, value), 6))}"
    return Text(
        f"The window of channel {s.channel} (n = {s.size}) holds channels {first} to {end - 1}: {vector(x[first:end])}, sum of squares "
        f"{_squares(s, x)}.\n\n${inner}$\n\n${steps}$",
        f"通道 {s.channel} 的窗口（n = {s.size}）为通道 {first} 到 {end - 1}：{vector(x[first:end])}，平方和为 {_squares(s, x)}。"
        f"\n\n${inner}$\n\n${steps}$",
    )


def _active(s: LrnValue) -> Vector:
    return tuple(map(relu, s.x))


class BehindRelu(Question[LrnAfterRelu]):
    """As in AlexNet: the ReLU comes first."""

    spec = LrnAfterRelu
    answer = Number(decimals=3)
    levels = (3,)
    find = "relu"
    rule = r"$b_c = a_c \, (k + \frac{\alpha}{n} \sum a_i^2)^{-\beta}$, $a = \mathrm{ReLU}(x)$"
    mistakes = (
        Mistake(
            "Negative channels were squared too; the ReLU has made them 0.",
            "把负的通道值也平方了；ReLU 已把它们变为 0。",
            lambda s: _divided(s, _base(s, s.x)),
        ),
        Mistake(
            "Only the channel itself was squared; its neighbours belong to the sum.",
            "只平方了该通道自身；相邻通道也要计入平方和。",
            lambda s: _divided(s, s.k + s.alpha / s.size * s.x[s.channel] ** 2),
        ),
        Mistake("That is the value before the normalisation.", "这是归一化之前的值。", lambda s: float(s.x[s.channel])),
        Mistake(
            "α was not divided by n: that is the form of the AlexNet paper, PyTorch divides.",
            "α 没有除以 n：那是 AlexNet 论文的写法，PyTorch 要除以 n。",
            lambda s: _divided(s, s.k + s.alpha * _squares(s, _active(s))),
        ),
        Mistake(
            "The exponent β was left out: the base is raised to it first.",
            "漏了指数 β：应先取 β 次幂再相除。",
            lambda s: s.x[s.channel] / _base(s, _active(s)),
        ),
        Mistake(
            "The sum was taken over all channels, not over a window of n.",
            "对所有通道求了和，而不是 n 个通道的窗口。",
            lambda s: _divided(s, s.k + s.alpha / s.size * sum(a * a for a in _active(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LrnAfterRelu | None:
        x, size = draw_vector(draw, 6, -6, 6), draw.choice((3, 4, 5))
        alpha, beta, k = draw.choice((0.5, 1.0, 2.0)), draw.choice((0.5, 0.75)), draw.choice((1.0, 2.0))
        s = LrnAfterRelu(x, draw.integer(0, 5), size, alpha, beta, k)
        return s if s.x[s.channel] > 0 and _squares(s, s.x) != _squares(s, _active(s)) else None

    def formula(self, s: LrnAfterRelu) -> float:
        return _divided(s, _base(s, _active(s)), relu(s.x[s.channel]))

    def stem(self, s: LrnAfterRelu) -> Text:
        layer = _layer(s)
        return Text(
            f"A convolution gives one pixel the channel values {vector(s.x)}. A ReLU follows, then {layer}{_even(s).en}. What is "
            "the value of "
            f"channel {s.channel} (from 0) after both?",
            f"卷积输出某像素各通道的值为 {vector(s.x)}，随后经过 ReLU，再经过 {layer}{_even(s).zh.strip()}。通道 {s.channel}（从 0 数起）"
            "最后的值是多少？",
        )

    def solution(self, s: LrnAfterRelu) -> Text:
        after, steps = vector(_active(s)), _solution(s, _active(s))
        return Text(f"After the ReLU: {after}. {steps.en}", f"经过 ReLU 后：{after}。{steps.zh}")


MODEL = ItemModel(
    name="lrn_value",
    version=1,
    topic="values",
    title=Text("Local response normalisation", "局部响应归一化"),
    questions=(Normalised(), BehindRelu()),
)
