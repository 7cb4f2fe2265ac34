"""Optimisers, gradients, data and the tricks of training, against torch."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as fn
from torch import nn
from torch.utils.data import WeightedRandomSampler

from tests.library.code_cards import check, randn, same


def steps(make: Any, start: torch.Tensor, scale: float = 1) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Random gradients, each with the weights torch's optimiser has after it."""
    w = start.clone().requires_grad_()
    optimizer = make([w])
    for _ in range(6):
        w.grad = scale * randn(*start.shape)
        optimizer.step()
        yield w.grad, w.detach().clone()


@check("adam-code", [(1e-3, 1), (0.5, 1), (0.1, 1e-8)])
def adam_step(f: Any, lr: float, scale: float) -> None:
    """Gradients as small as epsilon show where it is added."""
    w = randn(5)
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    for t, (g, expected) in enumerate(steps(lambda p: torch.optim.Adam(p, lr=lr), w, scale), start=1):
        w, m, v = f(w, g, m, v, t, lr)
        same(w, expected)
    same(f(1.0, 0.0, 0.0, 0.0, 1, 0.1), (1.0, 0.0, 0.0))


@check("adap-rms-code", [(1e-2, 0.99, 1e-8), (0.1, 0.5, 1e-2), (0.1, 0.0, 1e-8)])
def rmsprop_step(f: Any, lr: float, alpha: float, eps: float) -> None:
    w = randn(5)
    v = torch.zeros_like(w)
    for g, expected in steps(lambda p: torch.optim.RMSprop(p, lr=lr, alpha=alpha, eps=eps), w):
        w, v = f(w, g, v, lr, alpha, eps)
        same(w, expected)
    same(f(1.0, 0.0, 0.0, 0.1, 0.9, 1e-8), (1.0, 0.0))


@check("batch-accumulate-code", [1, 2, 4])
def accumulate_step(f: Any, count: int) -> None:
    """One step with all micro-batches as one batch, whatever gradients were there before."""
    model = nn.Linear(3, 2).double()
    whole = copy.deepcopy(model)
    x, y = randn(8, 3), randn(8, 2)
    model(x).sum().backward()
    batches = list(zip(x.chunk(count), y.chunk(count), strict=True))
    f(model, fn.mse_loss, torch.optim.SGD(model.parameters(), lr=0.1), batches)
    fn.mse_loss(whole(x), y).backward()
    torch.optim.SGD(whole.parameters(), lr=0.1).step()
    same(list(model.parameters()), list(whole.parameters()))


@check("gd-code", [0, 1, 7])
def gradient_descent(f: Any, count: int) -> None:
    matrix = randn(3, 3)
    w = randn(3).requires_grad_()
    start, optimizer = w.detach().clone(), torch.optim.SGD([w], lr=0.05)
    for _ in range(count):
        optimizer.zero_grad()
        ((matrix @ w) ** 2).sum().backward()
        optimizer.step()
    same(f(lambda x: 2 * matrix.T @ matrix @ x, start, 0.05, count), w.detach())
    same(f(lambda x: 2 * x, 1.0, 0.25, count), 0.5**count)


@check("anneal-code", [(0.5, 1.0), (2.0, 0.7), (1e3, 1e-3)])
def accept(f: Any, delta: float, temperature: float) -> None:
    for u in (0.0, 0.5, 0.999):
        assert f(-delta, temperature, u) is True
        assert f(0, temperature, u) is True
    bound = math.e ** (-delta / temperature)
    assert f(delta, temperature, bound) is False
    assert f(delta, temperature, 0.999) is False
    assert f(delta, temperature, 0.999 * bound) is (bound > 0)


@check("mom-ema-code", [0.0, 0.5, 0.9])
def ema(f: Any, beta: float) -> None:
    """The weighted mean whose weights fall by beta with age."""
    for count in (1, 2, 10):
        values = [random.gauss(0, 1) for _ in range(count)]
        weights = [beta**age for age in reversed(range(count))]
        same(f(values, beta), sum(map(float.__mul__, weights, values)) / sum(weights))


@check("sched-code", [(100, 10, 0.1), (10, 0, 1.0), (7, 6, 3.0)])
def lr_at(f: Any, total: int, warmup: int, peak: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total - warmup)
    for step in range(warmup):
        same(f(step, total, warmup, peak), peak * (step + 1) / warmup)
    for step in range(warmup, total + 1):
        same(f(step, total, warmup, peak), optimizer.param_groups[0]["lr"])
        optimizer.step()
        cosine.step()
    assert f(warmup, total, warmup, peak) == peak
    assert abs(f(total, total, warmup, peak)) < 1e-12


@check("bp-code", [(1, 1, 1, 1), (5, 3, 4, 2)])
def two_layer_grads(f: Any, n: int, d: int, h: int, k: int) -> None:
    for dead in (False, True):
        x, y, w1, w2 = randn(n, d), randn(n, k), randn(d, h), randn(h, k)
        if dead:
            w1[:, 0] = 0
        w1.requires_grad_()
        w2.requires_grad_()
        expected = torch.autograd.grad(((torch.relu(x @ w1) @ w2 - y) ** 2).sum() / 2, (w1, w2))
        same(f(x, y, w1.detach(), w2.detach()), expected)


@check("bp-numerical", [0, 1, 4])
def numerical_grad(f: Any, count: int) -> None:
    def loss(values: Any) -> Any:
        return sum(v**3 + 2 * v * values[0] for v in values)

    x = randn(count).requires_grad_()
    expected = torch.autograd.grad(loss(x), x)[0].tolist() if count else []
    same(f(loss, x.tolist(), 1e-4), expected, rtol=1e-6, atol=1e-6)
    # the error of a cubic is h², that of a one-sided difference would be of order h
    same(f(lambda v: v[0] ** 3, [2.0], 0.1), [12.01])


@check("data-sample-weights", [(["a", "b", "a", "a"],), ([2, 2],), ([],), ([0, 1, 1, 2, 2, 2, 2],)])
def sample_weights(f: Any, labels: list[Any]) -> None:
    weights = f(labels)
    totals = {one: sum(w for w, label in zip(weights, labels, strict=True) if label == one) for one in labels}
    same(list(totals.values()), [1.0] * len(totals))
    if labels:
        drawn = [labels[i] for i in WeightedRandomSampler(weights, 6000)]
        assert all(abs(drawn.count(one) / 6000 - 1 / len(totals)) < 0.03 for one in totals)


@check("data-flip-code", [(0, 7), (1, 7), (4, 6)])
def hflip(f: Any, count: int, width: int) -> None:
    """A box paints its pixels; flipped, it paints the flipped pixels."""
    image = randn(3, 5, width)
    corners = torch.stack([torch.randint(0, 3, (count,)), torch.randint(0, 3, (count,))], dim=1)
    boxes = torch.cat([corners, corners + torch.randint(1, 3, (count, 2))], dim=1).double()
    flipped, moved = f(image, boxes)
    same(flipped, image[:, :, range(width - 1, -1, -1)])
    assert moved.shape == boxes.shape
    for (x1, y1, x2, y2), (u1, v1, u2, v2) in zip(boxes.int().tolist(), moved.int().tolist(), strict=True):
        assert u1 < u2
        same(flipped[:, v1:v2, u1:u2].flip(-1), image[:, y1:y2, x1:x2])
    same(f(flipped, moved), (image, boxes))


@check("data-brightness-code", [(1.0, 0.0), (0.0, 0.1), (3.0, 0.4), (0.5, -0.6)])
def brightness_contrast(f: Any, contrast: float, brightness: float) -> None:
    image = torch.rand(3, 4, 5, dtype=torch.float64)
    values = image.flatten().tolist()
    mean = sum(values) / len(values)
    expected = [min(max(mean + contrast * (v - mean) + brightness, 0.0), 1.0) for v in values]
    same(f(image, contrast, brightness).flatten().tolist(), expected)


@check("data-crop-code", [(0, 0, 0), (4, 0, 0), (4, 8, 8), (4, 3, 6), (2, 1, 4)])
def pad_crop(f: Any, pad: int, top: int, left: int) -> None:
    image = randn(3, 6, 7)
    expected = torch.zeros_like(image)
    for r in range(6):
        for c in range(7):
            u, v = r + top - pad, c + left - pad
            if 0 <= u < 6 and 0 <= v < 7:
                expected[:, r, c] = image[:, u, v]
    same(f(image, pad, top, left), expected)


@check("grad-clip-code", [1e-3, 1.0, 5.0, 1e3])
def clip_by_norm(f: Any, max_norm: float) -> None:
    grads = [randn(3, 4), randn(5), randn()]
    holders = [g.clone().requires_grad_() for g in grads]
    for holder, g in zip(holders, grads, strict=True):
        holder.grad = g.clone()
    nn.utils.clip_grad_norm_(holders, max_norm)
    same(f(grads, max_norm), [holder.grad for holder in holders], rtol=1e-5, atol=1e-6)
    same(f([torch.zeros(3)], max_norm), [torch.zeros(3)])
    assert f([], max_norm) == []


@check("init-xavier-code", [(400, 200), (100, 900), (1, 1)])
def xavier_uniform(f: Any, n_in: int, n_out: int) -> None:
    torch.manual_seed(1)
    expected = nn.init.xavier_uniform_(torch.empty(n_out, n_in))
    w = f(n_in, n_out)
    assert w.shape == expected.shape
    bound = math.sqrt(6 / (n_in + n_out))
    assert w.abs().max() <= bound
    if w.numel() > 1:
        assert w.abs().max() > 0.99 * bound
        same(w.std(), expected.std(), rtol=0.02, atol=0)
        same(w.mean(), torch.tensor(0.0), rtol=0, atol=0.02 * bound)


@check("over-decay-groups", [0.0, 0.1])
def param_groups(f: Any, decay: float) -> None:
    """Only tensors of two dimensions and more shrink, and nothing is lost."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(5, 2))
    groups = f(model, decay)
    assert sum(len(group["params"]) for group in groups) == len(list(model.parameters()))
    before = copy.deepcopy(list(model.parameters()))
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    torch.optim.SGD(groups, lr=1.0).step()
    for old, new in zip(before, model.parameters(), strict=True):
        same(new.detach(), old.detach() * (1 - decay if old.ndim > 1 else 1))
    model[0].requires_grad_(False)
    assert sum(len(group["params"]) for group in f(model, decay)) == 4


@check("over-l1-code", [0.0, 0.3])
def l1_loss(f: Any, lam: float) -> None:
    model, x = nn.Linear(3, 2).double(), randn(4, 3)
    plain = torch.autograd.grad(model(x).sum(), list(model.parameters()))
    f(model, model(x).sum(), lam).backward()
    for p, g in zip(model.parameters(), plain, strict=True):
        same(p.grad, g + lam * p.detach().sign())


@check("tune-smooth-code", [0.0, 0.1, 1.0])
def smooth_ce(f: Any, eps: float) -> None:
    for n, classes in [(5, 4), (1, 2)]:
        logits, target = 100 * randn(n, classes), torch.randint(classes, (n,))
        same(f(logits, target, eps), fn.cross_entropy(logits, target, label_smoothing=eps))
