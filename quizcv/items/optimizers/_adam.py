"""The path that a weight takes under Adam and its kin."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from quizcv.items.optimizers._numbers import num, plain, signed, weight
from quizcv.specs.adam import Adam


class Step(NamedTuple):
    """What one step leaves behind; `grad` and `start` are what it began with, after weight decay."""

    start: float
    grad: float
    m: float
    v: float
    largest: float
    m_hat: float
    v_hat: float
    w: float


def path(
    s: Adam,
    *,
    corrected: bool = True,
    root: bool = True,
    inside: bool = False,
    swapped: bool = False,
    l2: float = 0,
    decay: float = 0,
    amsgrad: bool = False,
    first: bool = True,
) -> list[Step]:
    """The steps with parts of the rule replaced: without bias correction, root or first moment, ε under the root, the betas
    exchanged. `l2` is added to the gradient, `decay` shrinks the weight; with `amsgrad` the largest v divides."""
    beta1, beta2 = (s.beta2, s.beta1) if swapped else (s.beta1, s.beta2)
    w, m, v, largest, steps = s.w, 0.0, 0.0, 0.0, []
    for t, raw in enumerate(s.grads, 1):
        grad = raw + l2 * w
        start = w * (1 - s.lr * decay)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad * grad
        largest = max(largest, v)
        m_hat, v_hat = m, largest if amsgrad else v
        if corrected:
            m_hat, v_hat = m_hat / (1 - beta1**t), v_hat / (1 - beta2**t)
        below = sqrt(v_hat + s.eps) if inside else (sqrt(v_hat) if root else v_hat) + s.eps
        w = start - s.lr * (m_hat if first else grad) / below
        steps.append(Step(start, grad, m, v, largest, m_hat, v_hat, w))
    return steps


def end(s: Adam, **parts: float) -> float:
    """The weight after the last step."""
    return path(s, **parts)[-1].w  # type: ignore[arg-type]


def code(s: Adam) -> str:
    return f"lr={plain(s.lr)}, betas=({num(s.beta1)}, {num(s.beta2)})"


def moments(s: Adam, t: int, now: Step, before: Step | None) -> tuple[str, ...]:
    """The formulas of m and v in step t."""
    m, v = (before.m, before.v) if before else (0.0, 0.0)
    return (
        rf"m = {num(s.beta1)} \cdot {signed(m)} + {num(1 - s.beta1)} \cdot {signed(now.grad)} = {num(now.m)}",
        rf"v = {num(s.beta2)} \cdot {num(v)} + {num(1 - s.beta2)} \cdot {signed(now.grad)}^2 = {num(now.v)}",
    )


def corrections(s: Adam, t: int, now: Step, divided: float | None = None) -> tuple[str, ...]:
    """The formulas of the corrected moments in step t."""
    v = now.v if divided is None else divided
    return (
        rf"\hat m = {num(now.m)}/(1 - {num(s.beta1)}^{t}) = {num(now.m_hat)}",
        rf"\hat v = {num(v)}/(1 - {num(s.beta2)}^{t}) = {num(now.v_hat)}",
    )


def move(s: Adam, now: Step) -> str:
    """The formula of the new weight."""
    update = rf"{num(s.lr)} \cdot {signed(now.m_hat)}/(\sqrt{{{num(now.v_hat)}}} + {num(s.eps)})"
    return rf"w = {weight(now.start)} - {update} = {weight(now.w)}"


def lines(s: Adam) -> list[tuple[str, ...]]:
    """Plain Adam, step by step."""
    before = None
    found: list[tuple[str, ...]] = []
    for t, now in enumerate(path(s), 1):
        found.append((*moments(s, t, now, before), *corrections(s, t, now), move(s, now)))
        before = now
    return found
