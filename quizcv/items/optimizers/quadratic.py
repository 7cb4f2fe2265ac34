"""Gradient descent on a parabola: geometric convergence, and the learning rate that breaks it."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import GdLimit, GdQuadratic


def _after(s: GdQuadratic, *, slope: float = 2, steps: int = 0, center: bool = True) -> float:
    middle = s.center if center else 0.0
    return middle + (s.x - middle) * (1 - slope * s.a * s.lr) ** (s.steps + steps)


class Descent(Question[GdQuadratic]):
    """Source: Nesterov 2004, section 1.2.3, for L = 2a."""

    spec = GdQuadratic
    answer = Number(decimals=4)
    levels = (1, 2)
    rule = r"$x_n = c + (1 - 2a\eta)^n (x_0 - c)$"
    mistakes = (
        Mistake("The derivative of ax² is 2ax, not ax.", "ax² 的导数是 2ax，而不是 ax。", lambda s: _after(s, slope=1)),
        Mistake(
            "The steps go downhill, against the gradient.",
            "应沿负梯度方向下降。",
            lambda s: _after(s, slope=-2) if s.steps < 5 else None,
        ),
        Mistake("That is one step less.", "少走了一步。", lambda s: _after(s, steps=-1)),
        Mistake("That is one step more.", "多走了一步。", lambda s: _after(s, steps=1)),
        Mistake(
            "Each step's gradient is taken where the step starts, not at the beginning.",
            "每步的梯度取自该步的起点，而不是最初的位置。",
            lambda s: s.x - s.steps * s.lr * 2 * s.a * (s.x - s.center),
        ),
        Mistake(
            "The minimum of a(x − c)² lies at c, not at 0.",
            "a(x − c)² 的最小值点是 c，而不是 0。",
            lambda s: _after(s, center=False),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GdQuadratic | None:
        x = draw.decimal(-5, 5, 0 if level == 1 else 1)
        if level == 1:
            s = GdQuadratic(draw.choice((0.5, 1.5, 2.0)), x, draw.choice((0.05, 0.1, 0.2)), draw.integer(2, 3))
        else:
            s = GdQuadratic(
                draw.decimal(0.5, 4, 1), x, draw.decimal(0.02, 0.3, 2), draw.integer(2, 5), draw.decimal(-3, 3, 1)
            )
        factor = 1 - 2 * s.a * s.lr
        wide = s.a != 1 and abs(s.x - s.center) >= 1
        return s if wide and 0.1 < abs(factor) < 1.3 and (level == 1 or s.center) else None

    def formula(self, s: GdQuadratic) -> float:
        return _after(s)

    def stem(self, s: GdQuadratic) -> Text:
        loss, en, zh = rf"{num(s.a)} (x {'+' if s.center < 0 else '-'} {num(abs(s.center))})^2", "", ""
        if s.center == 0:
            loss, en, zh = f"{num(s.a)} x^2", "(minimum at 0) ", "（最小值点为 0）"
        return Text(
            f"Plain gradient descent with learning rate {num(s.lr)} minimises $f(x) = {loss}$ {en}from "
            f"x = {num(s.x)}. What is x after {s.steps} step{'s' if s.steps != 1 else ''}?",
            f"用学习率为 {num(s.lr)} 的普通梯度下降从 x = {num(s.x)} 开始最小化 $f(x) = {loss}${zh}。{s.steps} 步之后 x 是多少？",
        )

    def solution(self, s: GdQuadratic) -> Text:
        factor = 1 - 2 * s.a * s.lr
        one = rf"1 - 2 \cdot {num(s.a)} \cdot {num(s.lr)} = {num(factor)}"
        end = rf"{num(s.center)} + {signed(factor)}^{s.steps} \cdot ({num(s.x)} - {signed(s.center)}) = {num(self.formula(s))}"
        return Text(
            f"A step multiplies the distance from the minimum by ${one}$.\n\nAfter {s.steps} steps: ${end}$.",
            f"每一步使到最小值点的距离乘以 ${one}$。\n\n{s.steps} 步之后：${end}$。",
        )


class Limit(Question[GdLimit]):
    """The bound 2/L with the curvature L = 2a."""

    spec = GdLimit
    answer = Number(decimals=0, significant=3)
    levels = (3,)
    find = "lr"
    rule = Text(r"$\eta < 2/L$ with $L = f'' = 2a$", r"$\eta < 2/L$，其中 $L = f'' = 2a$")
    mistakes = (
        Mistake(
            "That is 1/L, with which one step reaches the minimum; convergence ends at 2/L.",
            "这是 1/L，一步即到最小值点；收敛的界限是 2/L。",
            lambda s: 1 / (2 * s.a),
        ),
        Mistake("The second derivative is 2a, not a.", "二阶导数是 2a，而不是 a。", lambda s: 2 / s.a),
        Mistake("That is L itself.", "这是 L 本身。", lambda s: 2 * s.a),
        Mistake("That is 1/(2L); the bound is 2/L.", "这是 1/(2L)；界限是 2/L。", lambda s: 1 / (4 * s.a)),
        Mistake(
            "The linear term moves the minimum but does not change the curvature.",
            "一次项只移动最小值点，不改变曲率。",
            lambda s: 2 / abs(2 * s.a + s.b) if 2 * s.a + s.b else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GdLimit | None:
        s = GdLimit(draw.decimal(0.2, 20, 1), draw.decimal(-6, 6, 0))
        return s if abs(s.b) > 1 and s.a != 1 else None

    def formula(self, s: GdLimit) -> float:
        return 1 / s.a

    def stem(self, s: GdLimit) -> Text:
        loss = f"{num(s.a)} x^2 {'-' if s.b < 0 else '+'} {num(abs(s.b))} x"
        return Text(
            f"Plain gradient descent minimises $f(x) = {loss}$. It converges from every starting point exactly if the learning rate is "
            "positive and below a bound. What is this bound?",
            f"用普通梯度下降最小化 $f(x) = {loss}$。当且仅当（正的）学习率小于某个上界时，从任意起点都收敛。该上界是多少？",
        )

    def solution(self, s: GdLimit) -> Text:
        bend = rf"L = f'' = 2 \cdot {num(s.a)} = {num(2 * s.a)}"
        limit = rf"2/L = 2/{num(2 * s.a)} = {num(self.formula(s))}"
        return Text(
            f"${bend}$; the linear term ({num(s.b)}) plays no part. A step multiplies the distance by $1 - \\eta L$, whose size is "
            f"below 1 for $\\eta < {limit}$.",
            f"${bend}$；一次项（{num(s.b)}）不起作用。每一步使距离乘以 $1 - \\eta L$，当 $\\eta < {limit}$ 时其绝对值小于 1。",
        )


MODEL = ItemModel(
    "gd_quadratic", 1, "optimizers", Text("Gradient descent on a parabola", "抛物线上的梯度下降"), (Descent(), Limit())
)
