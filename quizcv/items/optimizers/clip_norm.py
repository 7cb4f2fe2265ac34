"""Clipping of gradients by their common norm."""

from __future__ import annotations

from math import hypot

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import ClipNorm, ClipNormFound

#: Triples with an integral norm, for numbers that work out.
_EVEN = ((3, 4), (6, 8), (5, 12), (8, 15), (1, 2, 2), (2, 3, 6), (4, 4, 7), (1, 4, 8), (2, 6, 9))


def _norm(s: ClipNorm, kind: int = 0) -> float:
    flat = [grad for part in s.grads for grad in part]
    return hypot(*flat) if (kind or s.norm_type) == 2 else sum(map(abs, flat))


def _scaled(s: ClipNorm, norm: float) -> float:
    """The first gradient where this is the norm."""
    return s.grads[0][0] * min(1.0, s.max_norm / (norm + 1e-6))


class Norm(Question[ClipNorm]):
    """Source: documentation of torch.nn.utils.clip_grad_norm_, which adds 1e-6 to the norm."""

    spec = ClipNorm
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$g \leftarrow g \cdot \min(1, c/(\|g\| + 10^{-6}))$, the norm taken over all tensors together",
        r"$g \leftarrow g \cdot \min(1, c/(\|g\| + 10^{-6}))$，范数对所有张量合并计算",
    )
    mistakes = (
        Mistake(
            "Clipping by norm scales the whole gradient; it does not cut single components.",
            "按范数裁剪是整体缩放梯度，而不是截断单个分量。",
            lambda s: max(-s.max_norm, min(s.max_norm, s.grads[0][0])),
        ),
        Mistake(
            "The norm is taken over the gradients of all tensors, not of each tensor by itself.",
            "范数取自所有张量的梯度，而不是每个张量各算各的。",
            lambda s: (
                _scaled(s, hypot(*s.grads[0]) if s.norm_type == 2 else sum(map(abs, s.grads[0])))
                if len(s.grads) > 1
                else None
            ),
        ),
        Mistake(
            "Mind the kind of norm: 2 is Euclidean, 1 the sum of absolute values.",
            "注意范数的类型：2 是欧几里得范数，1 是绝对值之和。",
            lambda s: _scaled(s, _norm(s, 3 - s.norm_type)),
        ),
        Mistake(
            "The root of the sum of squares was left out.",
            "漏了对平方和开方。",
            lambda s: _scaled(s, _norm(s) ** 2) if s.norm_type == 2 else None,
        ),
        Mistake(
            "The norm exceeds the limit, so the gradient is scaled.",
            "范数超过了上限，梯度要缩放。",
            lambda s: s.grads[0][0],
        ),
        Mistake(
            "The scaled gradient has the norm `max_norm`, not the norm 1.",
            "缩放后的范数等于 `max_norm`，而不是 1。",
            lambda s: s.grads[0][0] / (_norm(s) + 1e-6),
        ),
        Mistake(
            "A gradient whose norm is below the limit is left alone, not scaled up.",
            "范数低于上限的梯度保持不变，不会放大。",
            lambda s: s.grads[0][0] * s.max_norm / (_norm(s) + 1e-6),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ClipNorm | None:
        sizes = draw.shuffled(draw.choice(_EVEN))
        scale = draw.choice((0.5, 1.0, 2.0)) if level == 1 else 1.0
        grads = tuple(size * scale * draw.choice((1, -1)) for size in sizes)
        if level == 1:
            return ClipNorm((grads,), draw.choice((0.5, 1.0, 2.0, 5.0)))
        more = draw.decimals(draw.integer(1, 2), -6, 6, 1)
        s = ClipNorm((grads, more), draw.choice((0.5, 1.0, 2.0, 5.0, 10.0, 20.0)), draw.choice((1, 2, 2, 2)))
        return s if abs(_norm(s) - s.max_norm) > 0.1 and any(more) else None

    def formula(self, s: ClipNorm) -> float:
        return _scaled(s, _norm(s))

    def stem(self, s: ClipNorm) -> Text:
        parts = " and ".join(vector(part) for part in s.grads), " 和 ".join(vector(part) for part in s.grads)
        en = (
            f"The gradients of two parameter tensors are {parts[0]}."
            if len(s.grads) > 1
            else f"The gradient of the only parameter tensor is {parts[0]}."
        )
        zh = f"两个参数张量的梯度为 {parts[1]}。" if len(s.grads) > 1 else f"唯一的参数张量的梯度为 {parts[1]}。"
        if len(s.grads) > 2:
            en, zh = (
                f"The gradients of {len(s.grads)} parameter tensors are {parts[0]}.",
                f"{len(s.grads)} 个参数张量的梯度为 {parts[1]}。",
            )
        which, which_zh = ("first ", "第一个") if len(s.grads) > 1 else ("", "该")
        call = f"clip_grad_norm_(parameters, max_norm={num(s.max_norm)}, norm_type={s.norm_type})"
        return Text(
            f"{en} PyTorch's `{call}` is applied (it adds $10^{{-6}}$ to the norm, which does not matter here). What is the first "
            f"component of the {which}gradient after that?",
            f"{zh}调用 PyTorch 的 `{call}`（它在范数上加 $10^{{-6}}$，此处可忽略）。之后{which_zh}梯度的第一个分量是多少？",
        )

    def solution(self, s: ClipNorm) -> Text:
        flat = [grad for part in s.grads for grad in part]
        if s.norm_type == 2:
            norm = rf"\sqrt{{{' + '.join(signed(grad) + '^2' for grad in flat)}}} = {num(_norm(s))}"
        else:
            norm = f"{' + '.join(num(abs(grad)) for grad in flat)} = {num(_norm(s))}"
        if _norm(s) + 1e-6 <= s.max_norm:
            return Text(
                f"The norm (type {s.norm_type}) is ${norm}$, not above {num(s.max_norm)}: nothing changes, ${num(self.formula(s))}$.",
                f"范数（类型 {s.norm_type}）为 ${norm}$，不超过 {num(s.max_norm)}：梯度不变，为 ${num(self.formula(s))}$。",
            )
        scaled = rf"{signed(s.grads[0][0])} \cdot {num(s.max_norm)}/{num(_norm(s))} = {num(self.formula(s), 5)}"
        return Text(
            f"The norm (type {s.norm_type}) is ${norm}$, above {num(s.max_norm)}.\n\nEverything is scaled by the same factor: ${scaled}$.",
            f"范数（类型 {s.norm_type}）为 ${norm}$，超过 {num(s.max_norm)}。\n\n所有分量按同一倍数缩放：${scaled}$。",
        )


class Limit(Question[ClipNormFound]):
    """Solved for the limit."""

    spec = ClipNormFound
    answer = Number(decimals=2)
    levels = (3,)
    find = "max_norm"
    rule = r"$c = \|g\| \cdot g'_1/g_1$"
    mistakes = (
        Mistake(
            "That is the scale alone; the limit is the norm times it.",
            "这只是缩放倍数；上限等于范数乘以它。",
            lambda s: s.after / s.grads[0],
        ),
        Mistake(
            "The norm is Euclidean, not the sum of absolute values.",
            "范数是欧几里得范数，而不是绝对值之和。",
            lambda s: sum(map(abs, s.grads)) * s.after / s.grads[0],
        ),
        Mistake(
            "The root of the sum of squares was left out.",
            "漏了对平方和开方。",
            lambda s: sum(g * g for g in s.grads) * s.after / s.grads[0],
        ),
        Mistake("That is the norm before the clipping.", "这是裁剪之前的范数。", lambda s: hypot(*s.grads)),
        Mistake(
            "Clipping by norm scales; it does not cut a component at `max_norm`.",
            "按范数裁剪是缩放，而不是把分量截断到 `max_norm`。",
            lambda s: s.after,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ClipNormFound | None:
        sizes, after = draw.shuffled(draw.choice(_EVEN)), draw.decimal(0.2, 6, 2)
        grads = (float(sizes[0]), *(float(size * draw.choice((1, -1))) for size in sizes[1:]))
        return ClipNormFound(grads, after) if after < 0.95 * grads[0] else None

    def formula(self, s: ClipNormFound) -> float:
        return (hypot(*s.grads) + 1e-6) * s.after / s.grads[0]

    def stem(self, s: ClipNormFound) -> Text:
        return Text(
            f"PyTorch's `clip_grad_norm_` with the Euclidean norm (the $10^{{-6}}$ that it adds to the norm does not matter here) "
            f"turned the first component of the gradient {vector(s.grads)} into {num(s.after)}. What was `max_norm`?",
            f"PyTorch 的 `clip_grad_norm_`（欧几里得范数，它在范数上加的 $10^{{-6}}$ 可忽略）把梯度 {vector(s.grads)} "
            f"的第一个分量变成了 {num(s.after)}。`max_norm` 是多少？",
        )

    def solution(self, s: ClipNormFound) -> Text:
        norm = rf"\sqrt{{{' + '.join(signed(grad) + '^2' for grad in s.grads)}}} = {num(hypot(*s.grads))}"
        limit = rf"{num(hypot(*s.grads))} \cdot {num(s.after)}/{num(s.grads[0])} = {num(self.formula(s), 5)}"
        return Text(
            f"Norm before: ${norm}$.\n\nScaled like the component: ${limit}$.",
            f"裁剪前的范数：${norm}$。\n\n按同一倍数缩放：${limit}$。",
        )


MODEL = ItemModel("clip_norm", 1, "optimizers", Text("Clipping by norm", "按范数裁剪梯度"), (Norm(), Limit()))
