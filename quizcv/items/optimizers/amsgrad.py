"""AMSGrad: the largest second moment so far divides the step."""

from __future__ import annotations

from typing import Any, ClassVar

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._adam import end, path
from quizcv.items.optimizers._numbers import num, signed, weight
from quizcv.items.optimizers._steps import WeightQuestion, epsilon, gradients, joined, numbered
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adam import Adam, AmsGrad, AmsGradGap


def _shrinking(draw: Draw, count: int) -> tuple[float, ...] | None:
    """Gradients of which an early one is much larger than the last, so that the maximum matters."""
    grads = (draw.decimal(-4, 4, 1), *draw.decimals(count - 1, -1, 1, 1))
    return grads if abs(grads[0]) >= 1.5 and all(abs(grad) >= 0.1 for grad in grads) else None


KEPT = Text(
    "PyTorch's AMSGrad takes the maximum of $v$ before bias correction.",
    "PyTorch 的 AMSGrad 取偏差修正之前的 $v$ 的最大值。",
)


class Weight(WeightQuestion):
    """Source: Reddi et al. 2018; documentation of torch.optim.Adam, `amsgrad` (the maximum is taken before the correction)."""

    spec: ClassVar[type[Any]] = AmsGrad
    optimizer = "Adam"
    rule = r"$a = \max(a, v)$, $\hat v = a/(1 - \beta_2^t)$, $w \leftarrow w - \eta \hat m/(\sqrt{\hat v} + \epsilon)$"
    mistakes: ClassVar[tuple[Mistake[Any], ...]] = (
        Mistake(
            "That is plain Adam: with `amsgrad` the largest v so far is used, not the newest.",
            "这是普通 Adam：`amsgrad` 用到目前为止最大的 v，而不是最新的 v。",
            lambda s: end(s),
        ),
        Mistake(
            "The bias correction is missing; PyTorch keeps it with `amsgrad` too.",
            "漏了偏差修正；PyTorch 使用 `amsgrad` 时也做修正。",
            lambda s: end(s, amsgrad=True, corrected=False),
        ),
        Mistake("The root of v was left out.", "漏了对 v 开方。", lambda s: end(s, amsgrad=True, root=False)),
        Mistake(
            "The numerator is the mean m̂, not the last gradient.",
            "分子是均值 m̂，而不是最新的梯度。",
            lambda s: end(s, amsgrad=True, first=False),
        ),
        Mistake("That is plain SGD.", "这是普通 SGD。", lambda s: s.w - s.lr * sum(s.grads)),
    )

    def sample(self, draw: Draw, level: int) -> Adam | None:
        grads, w = _shrinking(draw, level + 1), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            s = AmsGrad(w, grads, draw.choice((0.1, 0.2, 0.5)), 0.9, 0.9)
            return s if abs(_gap(s)) > 1e-3 else None
        s = AmsGrad(
            w,
            grads,
            draw.decimal(0.1, 0.5, 1),
            *draw.choice(((0.9, 0.8), (0.8, 0.9), (0.5, 0.9))),
            draw.choice((1e-8, 0.1)),
        )
        return s if abs(_gap(s)) > 1e-3 else None

    def formula(self, s: Adam) -> float:
        return end(s, amsgrad=True)

    def code(self, s: Adam) -> str:
        return f"{_adam.code(s)}, amsgrad=True"

    def stem(self, s: Adam) -> Text:
        return joined(KEPT, super().stem(s))

    def math(self, s: Adam) -> str:
        return epsilon(s.eps)

    def lines(self, s: Adam) -> list[tuple[str, ...]]:
        before, largest = None, 0.0
        found: list[tuple[str, ...]] = []
        for t, now in enumerate(path(s, amsgrad=True), 1):
            most = rf"a = \max({num(largest)}, {num(now.v)}) = {num(now.largest)}"
            found.append(
                (
                    *_adam.moments(s, t, now, before),
                    most,
                    *_adam.corrections(s, t, now, now.largest),
                    _adam.move(s, now),
                )
            )
            before, largest = now, now.largest
        return found


class Gap(Weight):
    """What the maximum changes."""

    spec = AmsGradGap
    answer = Number(decimals=4)
    levels = (3,)
    find = "gap"
    rule = r"$w_{AMS} - w_{Adam} = -\eta \sum_t \hat m_t (1/(\sqrt{\hat a_t} + \epsilon) - 1/(\sqrt{\hat v_t} + \epsilon))$"
    mistakes = (
        Mistake(
            "The sign: Adam's weight is subtracted from AMSGrad's.",
            "符号错误：应为 AMSGrad 的权重减去 Adam 的权重。",
            lambda s: -_gap(s),
        ),
        Mistake("The bias correction is missing.", "漏了偏差修正。", lambda s: _gap(s, corrected=False)),
        Mistake(
            "That is the whole displacement with AMSGrad, not the difference.",
            "这是 AMSGrad 的总位移，而不是差值。",
            lambda s: end(s, amsgrad=True) - s.w,
        ),
        Mistake(
            "That is the whole displacement with Adam, not the difference.",
            "这是 Adam 的总位移，而不是差值。",
            lambda s: end(s) - s.w,
        ),
        Mistake("The roots of v were left out.", "漏了对 v 开方。", lambda s: _gap(s, root=False)),
    )

    def sample(self, draw: Draw, level: int) -> Adam | None:
        grads, w = _shrinking(draw, 2), draw.decimal(-3, 3, 1)
        betas = draw.choice(((0.9, 0.9), (0.9, 0.8), (0.8, 0.9)))
        if grads is None:
            return None
        s = AmsGradGap(w, grads, draw.choice((0.1, 0.2, 0.5, 1.0)), *betas)
        return s if abs(_gap(s)) > 1e-3 else None

    def formula(self, s: Adam) -> float:
        return _gap(s)

    def stem(self, s: Adam) -> Text:
        return joined(
            KEPT,
            Text(
                f"PyTorch's `optim.Adam({_adam.code(s)})`, with ${epsilon(s.eps)}$, updates two copies of the weight w = {num(s.w)}, "
                "once with `amsgrad=True` and once without; all other options are at their defaults. Both get the same gradients.",
                f"用 PyTorch 的 `optim.Adam({_adam.code(s)})`（${epsilon(s.eps)}$）更新权重 w = {num(s.w)} 的两个副本，"
                "一个设 `amsgrad=True`，一个不设，其余选项取默认值。两者梯度相同。",
            ),
            gradients(s.grads),
            Text(
                "What is the weight with `amsgrad` minus the one without after these steps?",
                f"这 {len(s.grads)} 步之后，使用 `amsgrad` 的权重减去另一个权重等于多少？",
            ),
        )

    def solution(self, s: Adam) -> Text:
        plain = [_adam.corrections(s, t, now)[1] + "$, $" + _adam.move(s, now) for t, now in enumerate(path(s), 1)]
        gap = f"{weight(end(s, amsgrad=True))} - {signed(round(end(s), 6))} = {weight(_gap(s))}"
        last = Text(
            f"Without `amsgrad`, with the same m and v: ${'$; $'.join(plain)}$.\n\nThe difference: ${gap}$.",
            f"不用 `amsgrad` 时 m 和 v 不变：${'$；$'.join(plain).replace('$, $', '$，$')}$。\n\n差值：${gap}$。",
        )
        return numbered(self.lines(s), last)


def _gap(s: Adam, **parts: bool) -> float:
    return end(s, amsgrad=True, **parts) - end(s, **parts)


MODEL = ItemModel("amsgrad_step", 1, "optimizers", Text("Adam with AMSGrad", "带 AMSGrad 的 Adam"), (Weight(), Gap()))
