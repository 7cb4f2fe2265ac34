"""Distillation, pruning and quantisation by hand, against the definitions and torch."""

from __future__ import annotations

import random
from typing import Any

import torch
import torch.nn.functional as fn

from tests.library.code_cards import check, randn, same


@check("distil-code", [(1.0, 0.5), (4.0, 0.9), (2.0, 0.0), (2.0, 1.0)])
def distillation_loss(f: Any, t: float, alpha: float) -> None:
    """The divergence from the probabilities themselves."""
    for n, classes in [(5, 3), (1, 2)]:
        student, teacher, target = randn(n, classes).requires_grad_(), randn(n, classes), torch.randint(classes, (n,))
        p, q = fn.softmax(teacher / t, dim=1), fn.softmax(student / t, dim=1)
        soft = sum((p[i] * (p[i] / q[i]).log()).sum() for i in range(n)) / n
        hard = -sum(fn.softmax(student[i], dim=0)[target[i]].log() for i in range(n)) / n
        loss = f(student, teacher, target, t, alpha)
        same(loss, alpha * t**2 * soft + (1 - alpha) * hard)
        same(
            torch.autograd.grad(loss, student)[0],
            torch.autograd.grad(alpha * t**2 * soft + (1 - alpha) * hard, student)[0],
        )
        extreme = f(1e4 * student, 1e4 * teacher, target, t, alpha)
        assert extreme.isfinite()


@check("prune-mask-code", [0.0, 0.3, 0.5, 1.0])
def magnitude_mask(f: Any, share: float) -> None:
    for shape in [(7,), (3, 4), (2, 3, 3, 3)]:
        w = randn(*shape)
        count = round(share * w.numel())
        least = sorted(w.abs().flatten().tolist())[:count]
        same(
            f(w, share).double(),
            torch.tensor([v not in least for v in w.abs().flatten().tolist()]).double().view(shape),
        )


@check("quant-code", [(0.1, 0), (0.25, 128), (0.05, 255), (0.5, 3)])
def fake_quantise(f: Any, scale: float, zero_point: int) -> None:
    x = 40 * scale * randn(500)
    codes = [min(max(round(v / scale) + zero_point, 0), 255) for v in x.tolist()]
    same(f(x, scale, zero_point), (torch.tensor(codes) - zero_point) * torch.tensor(scale, dtype=torch.float64))
    same(f(x.float(), scale, zero_point), torch.fake_quantize_per_tensor_affine(x.float(), scale, zero_point, 0, 255))
    # halves go to the even code, values out of reach to the last one
    halves = torch.tensor([0.5, 1.5, 2.5, 1e6, -1e6]) * scale
    same(f(halves, scale, 0), torch.tensor([0.0, 2.0, 2.0, 255.0, 0.0]) * scale)


@check("quant-binary-code", [0, 1, 8, 70])
def binary_dot(f: Any, n: int) -> None:
    """Only the n lowest bits count, whatever is above them."""
    for above in (0, 0, 5):
        a, b = random.getrandbits(n) + (above << n), random.getrandbits(n)
        assert f(a, b, n) == sum((2 * (a >> i & 1) - 1) * (2 * (b >> i & 1) - 1) for i in range(n))
        assert f(a, a, n) == n
