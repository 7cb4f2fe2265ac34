"""Clipping of gradients, each component on its own."""

from __future__ import annotations

from math import hypot, sqrt

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import ClipAngle, ClipValue


def _cut(s: ClipValue) -> list[float]:
    return [max(-s.clip_value, min(s.clip_value, grad)) for grad in s.grads]


class Values(Question[ClipValue]):
    """Source: documentation of torch.nn.utils.clip_grad_value_."""

    spec = ClipValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$g_i \leftarrow \max(-c, \min(c, g_i))$"
    mistakes = (
        Mistake(
            "Clipping by value does not set the norm to the limit.",
            "按值裁剪不会使范数等于上限。",
            lambda s: s.clip_value,
        ),
        Mistake("That is the norm before the clipping.", "这是裁剪之前的范数。", lambda s: hypot(*s.grads)),
        Mistake(
            "Negative components are cut at −c as well.",
            "负分量也要在 −c 处截断。",
            lambda s: hypot(*(min(s.clip_value, grad) for grad in s.grads)),
        ),
        Mistake(
            "Only components beyond the limit change; the others stay.",
            "只有超出上限的分量才变；其余不变。",
            lambda s: s.clip_value * sqrt(len(s.grads)),
        ),
        Mistake(
            "Components beyond the limit become the limit, not 0.",
            "超出上限的分量变为上限，而不是 0。",
            lambda s: hypot(*(grad for grad in s.grads if abs(grad) <= s.clip_value)),
        ),
        Mistake(
            "The norm is Euclidean, not the sum of absolute values.",
            "范数是欧几里得范数，而不是绝对值之和。",
            lambda s: sum(map(abs, _cut(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ClipValue | None:
        count = draw.integer(2, 3) if level == 1 else draw.integer(3, 5)
        places = 0 if level == 1 else 1
        s = ClipValue(
            draw.decimals(count, -8, 8, places),
            draw.choice((1.0, 2.0, 3.0, 5.0)) if level == 1 else draw.decimal(0.5, 5, 1),
        )
        beyond = sum(abs(grad) > s.clip_value for grad in s.grads)
        return s if 0 < beyond < count else None

    def formula(self, s: ClipValue) -> float:
        return hypot(*_cut(s))

    def stem(self, s: ClipValue) -> Text:
        return Text(
            f"PyTorch's `clip_grad_value_` with `clip_value={num(s.clip_value)}` is applied to the gradient {vector(s.grads)}. What is "
            "the Euclidean norm of the gradient after that?",
            f"对梯度 {vector(s.grads)} 调用 PyTorch 的 `clip_grad_value_`（`clip_value={num(s.clip_value)}`）。"
            "之后梯度的欧几里得范数是多少？",
        )

    def solution(self, s: ClipValue) -> Text:
        cut = _cut(s)
        norm = rf"\sqrt{{{' + '.join(signed(grad) + '^2' for grad in cut)}}} = {num(hypot(*cut))}"
        return Text(
            f"Each component is cut to [-{num(s.clip_value)}, {num(s.clip_value)}]: {vector(cut)}.\n\nNorm: ${norm}$.",
            f"每个分量截断到 [-{num(s.clip_value)}, {num(s.clip_value)}]：{vector(cut)}。\n\n范数：${norm}$。",
        )


class Angle(Question[ClipAngle]):
    """Clipping by value turns the gradient."""

    spec = ClipAngle
    answer = Number(decimals=3)
    levels = (3,)
    find = "cosine"
    rule = r"$\cos = g \cdot g'/(\|g\| \|g'\|)$"
    mistakes = (
        Mistake(
            "Clipping by value changes the direction; only clipping by norm keeps it.",
            "按值裁剪会改变方向；只有按范数裁剪才保持方向。",
            lambda s: 1.0,
        ),
        Mistake("That is the ratio of the norms.", "这是范数之比。", lambda s: hypot(*_cut(s)) / hypot(*s.grads)),
        Mistake(
            "The product was divided by the square of the old norm; both norms belong there.",
            "点积除以了原范数的平方；应除以两个范数之积。",
            lambda s: sum(a * b for a, b in zip(s.grads, _cut(s), strict=True)) / hypot(*s.grads) ** 2,
        ),
        Mistake(
            "Negative components are cut at −c as well.",
            "负分量也要在 −c 处截断。",
            lambda s: _cosine(s.grads, [min(s.clip_value, grad) for grad in s.grads]),
        ),
        Mistake(
            "The root was left out: the square of the cosine.",
            "漏了开方：这是余弦的平方。",
            lambda s: _cosine(s.grads, _cut(s)) ** 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ClipAngle | None:
        s = ClipAngle(draw.decimals(draw.integer(2, 3), -9, 9, 0), draw.choice((1.0, 2.0, 3.0)))
        if not any(abs(grad) > s.clip_value for grad in s.grads) or not all(s.grads):
            return None
        return s if _cosine(s.grads, _cut(s)) < 0.985 else None

    def formula(self, s: ClipAngle) -> float:
        return _cosine(s.grads, _cut(s))

    def stem(self, s: ClipAngle) -> Text:
        return Text(
            f"PyTorch's `clip_grad_value_` with `clip_value={num(s.clip_value)}` is applied to the gradient {vector(s.grads)}. What is "
            "the cosine of the angle between the gradients before and after that?",
            f"对梯度 {vector(s.grads)} 调用 PyTorch 的 `clip_grad_value_`（`clip_value={num(s.clip_value)}`）。"
            "裁剪前后两个梯度的夹角的余弦是多少？",
        )

    def solution(self, s: ClipAngle) -> Text:
        cut = _cut(s)
        dot = sum(a * b for a, b in zip(s.grads, cut, strict=True))
        product = " + ".join(rf"{signed(a)} \cdot {signed(b)}" for a, b in zip(s.grads, cut, strict=True))
        norms = rf"\|g\| = {num(hypot(*s.grads))}", rf"\|g'\| = {num(hypot(*cut))}"
        cosine = rf"{num(dot)}/({num(hypot(*s.grads))} \cdot {num(hypot(*cut))}) = {num(self.formula(s))}"
        return Text(
            f"Cut at ±{num(s.clip_value)}: {vector(cut)}, ${'$, $'.join(norms)}$.\n\n${product} = {num(dot)}$, cosine ${cosine}$.",
            f"在 ±{num(s.clip_value)} 处截断：{vector(cut)}，${'$，$'.join(norms)}$。\n\n${product} = {num(dot)}$，余弦为 ${cosine}$。",
        )


def _cosine(one: tuple[float, ...], other: list[float]) -> float:
    below = hypot(*one) * hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / below


MODEL = ItemModel("clip_value", 1, "optimizers", Text("Clipping by value", "按值裁剪梯度"), (Values(), Angle()))
