"""Norms, activations, losses and the LSTM cell by hand, against torch."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as fn
from torch import nn

from tests.library.code_cards import check, randn, same

IMAGES = [(2, 4, 3, 5), (1, 6, 2, 2), (5, 2, 1, 1)]


@check("hand-batch-norm", IMAGES)
def batch_norm(f: Any, *shape: int) -> None:
    x, gamma, beta = 3 * randn(*shape) + 2, randn(shape[1]), randn(shape[1])
    for eps in (1e-5, 0.1):
        same(f(x, gamma, beta, eps), fn.batch_norm(x, None, None, gamma, beta, training=True, eps=eps))
    constant = torch.full(shape, 4.0, dtype=torch.float64)
    same(f(constant, gamma, beta, 1e-5), beta.view(1, -1, 1, 1).expand(shape))


@check("hand-update-running", [(momentum, shape) for momentum in (0.0, 0.1, 1.0) for shape in IMAGES])
def update_running(f: Any, momentum: float, shape: tuple[int, ...]) -> None:
    x, mean, var = 3 * randn(*shape) + 2, randn(shape[1]), randn(shape[1]).abs()
    layer = nn.BatchNorm2d(shape[1], momentum=momentum).double()
    layer.running_mean.copy_(mean)
    layer.running_var.copy_(var)
    layer(x)
    same(f(mean, var, x, momentum), (layer.running_mean, layer.running_var))


@check("hand-layer-norm", [(3, 5), (6,), (2, 3, 4), (2, 1)])
def layer_norm(f: Any, *shape: int) -> None:
    x, gamma, beta = 3 * randn(*shape) + 2, randn(shape[-1]), randn(shape[-1])
    for eps in (1e-5, 0.1):
        same(f(x, gamma, beta, eps), fn.layer_norm(x, shape[-1:], gamma, beta, eps))


@check("hand-group-norm", [1, 2, 3, 6])
def group_norm(f: Any, groups: int) -> None:
    x, gamma, beta = 3 * randn(2, 6, 3, 5) + 2, randn(6), randn(6)
    for eps in (1e-5, 0.1):
        same(f(x, groups, gamma, beta, eps), fn.group_norm(x, groups, gamma, beta, eps))
    same(f(x.transpose(2, 3), groups, gamma, beta, 1e-5), fn.group_norm(x.transpose(2, 3), groups, gamma, beta, 1e-5))


@check("hand-sync-moments", [((4,),), ((3, 3),), ((1, 5, 2),), ((2, 0, 3),)])
def global_moments(f: Any, counts: tuple[int, ...]) -> None:
    parts = [3 * randn(n) + 2 for n in counts]
    sums, squares = [part.sum().item() for part in parts], [(part**2).sum().item() for part in parts]
    every = torch.cat(parts)
    same(f(list(counts), sums, squares), (every.mean().item(), every.var(unbiased=False).item()))


@check("hand-softmax", [(5,), (3, 4), (2, 3, 1)])
def softmax(f: Any, *shape: int) -> None:
    x = randn(*shape)
    for logits in (x, 1e4 * x, x - 1e5, (1e3 * x).float()):
        same(f(logits), fn.softmax(logits, dim=-1))


@check("hand-dropout", [0.0, 0.2, 0.5, 0.9])
def dropout(f: Any, p: float) -> None:
    """torch's dropout says by its zeros which mask it drew."""
    x = randn(40, 5)
    expected = fn.dropout(x, p)
    same(f(x, p, (expected != 0).double()), expected)
    same(f(x, p, expected != 0), expected)


@check("hand-cross-entropy", [(1, 2), (6, 3), (4, 1)])
def cross_entropy(f: Any, n: int, classes: int) -> None:
    logits, target = randn(n, classes), torch.randint(classes, (n,))
    for scaled in (logits, 1e4 * logits, logits + 1e6, (500 * logits).float()):
        same(f(scaled, target), fn.cross_entropy(scaled, target))


@check("hand-bce-logits", [(7,), (2, 3)])
def bce_with_logits(f: Any, *shape: int) -> None:
    x = randn(*shape)
    for y in (torch.rand(shape, dtype=torch.float64), (randn(*shape) > 0).double()):
        for logits in (x, 1e4 * x, torch.zeros_like(x)):
            same(f(logits, y), fn.binary_cross_entropy_with_logits(logits, y))
        same(f(200 * x.float(), y.float()), fn.binary_cross_entropy_with_logits(200 * x.float(), y.float()))


@check("hand-focal-loss", [(0.25, 2.0), (0.5, 0.0), (0.9, 5.0)])
def focal_loss(f: Any, alpha: float, gamma: float) -> None:
    """Value by value from the formula."""
    logits, target = 2 * randn(3, 4), (randn(3, 4) > 0).double()
    terms = []
    for x, y in zip(logits.flatten().tolist(), target.flatten().tolist(), strict=True):
        p = 1 / (1 + math.exp(-x))
        p_t, alpha_t = (p, alpha) if y == 1 else (1 - p, 1 - alpha)
        terms.append(-alpha_t * (1 - p_t) ** gamma * math.log(p_t))
    same(f(logits, target, alpha, gamma).item(), sum(terms) / len(terms))
    same(f(logits, target), f(logits, target, 0.25, 2.0))
    assert f(torch.tensor([1e4, -1e4]), torch.tensor([0.0, 1.0])).isfinite()


@check("hand-smooth-l1", [0.1, 1.0, 2.0])
def smooth_l1(f: Any, beta: float) -> None:
    pred, target = 2 * randn(4, 5), 2 * randn(4, 5)
    same(f(pred, target, beta), fn.smooth_l1_loss(pred, target, beta=beta))
    edges = torch.tensor([0.0, beta, -beta, 2 * beta])
    same(f(edges, torch.zeros(4), beta), fn.smooth_l1_loss(edges, torch.zeros(4), beta=beta))


@check("hand-ohem", [1, 3, 8])
def ohem_cross_entropy(f: Any, keep: int) -> None:
    logits, target = randn(8, 4), torch.randint(4, (8,))
    logits[5], target[5] = logits[2], target[2]
    losses = sorted((fn.cross_entropy(logits[i], target[i]).item() for i in range(8)), reverse=True)
    same(f(logits, target, keep).item(), sum(losses[:keep]) / keep)


@check("hand-lstm-cell", [(1, 3, 4), (5, 2, 1)])
def lstm_cell(f: Any, n: int, inputs: int, hidden: int) -> None:
    cell = nn.LSTMCell(inputs, hidden).double()
    x, h, c = randn(n, inputs), randn(n, hidden), randn(n, hidden)
    with torch.no_grad():
        same(f(x, h, c, cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh), cell(x, (h, c)))
