"""Classical machine learning by hand, against torch, numpy and the definitions."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as fn

from tests.library.code_cards import check, randn, same


@check("mlhand-kmeans-step", [(6, 2, 2), (30, 3, 4), (5, 1, 5), (1, 2, 3)])
def kmeans_step(f: Any, n: int, d: int, k: int) -> None:
    points, centres = randn(n, d), randn(k, d)
    centres[-1] = 50 if n > 1 else centres[-1]  # a centre that nobody is near
    owner = [min(range(k), key=lambda i: math.dist(p, centres[i])) for p in points]
    groups = [[p for p, o in zip(points, owner, strict=True) if o == i] for i in range(k)]
    moved = [sum(group) / len(group) if group else centre for group, centre in zip(groups, centres, strict=True)]
    same(f(points, centres), torch.stack(moved))


@check("mlhand-merge-centres", [1, 3])
def merge_centres(f: Any, machines: int) -> None:
    """As one machine with all the samples has it; a machine may have none of a cluster, and so no mean."""
    labels, points = torch.tensor([0, 1, 2] * 6), randn(18, 2)
    share = torch.arange(18) % machines
    counts, means = torch.zeros(machines, 3, dtype=torch.int64), torch.zeros(machines, 3, 2, dtype=torch.float64)
    for m, k in itertools.product(range(machines), range(3)):
        members = points[(labels == k) & (share == m)]
        counts[m, k] = len(members)
        means[m, k] = members.mean(dim=0)
    assert machines == 1 or means.isnan().any()
    same(f(means, counts), torch.stack([points[labels == k].mean(dim=0) for k in range(3)]))
    same(f(torch.tensor([[[1.0]], [[5.0]]]), torch.tensor([[3], [1]])), torch.tensor([[2.0]]))


@check("mlhand-knn-predict", [1, 2, 3, 5, 20])
def knn_predict(f: Any, k: int) -> None:
    for _ in range(20):
        train = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(20)]
        labels = [random.choice("abc") for _ in train]
        x = [random.gauss(0, 1), random.gauss(0, 1)]
        near = [label for _, label in sorted(zip((math.dist(p, x) for p in train), labels, strict=True))][:k]
        most = max(near.count(label) for label in near)
        assert f(train, labels, x, k) == next(label for label in near if near.count(label) == most)
    assert f([[3], [1], [2], [4]], ["b", "a", "b", "a"], [0], 4) == "a"


@check("mlhand-responsibilities", [1, 2, 4])
def responsibilities(f: Any, k: int) -> None:
    x, means, stds = randn(7), randn(k), randn(k).abs() + 0.5
    weights = torch.softmax(randn(k), dim=0)
    joint = weights * torch.distributions.Normal(means, stds).log_prob(x[:, None]).exp()
    same(f(x, weights, means, stds), joint / joint.sum(dim=1, keepdim=True))
    far = f(torch.tensor([1e4]), torch.tensor([0.5, 0.5]), torch.tensor([0.0, 9e3]), torch.tensor([1.0, 1.0]))
    same(far, torch.tensor([[0.0, 1.0]]))
    one = f(torch.tensor([0.3]), torch.tensor([0.0, 1.0]), torch.tensor([0.0, 0.0]), torch.tensor([1.0, 1.0]))
    same(one, torch.tensor([[0.0, 1.0]]))


def label_lists() -> list[list[Any]]:
    return [["a"], [1, 1, 1], [0, 1], [*"abc"], *([random.randrange(4) for _ in range(9)] for _ in range(10))]


@check("mlhand-gini")
def gini(f: Any) -> None:
    """The chance that two labels drawn with replacement differ."""
    for labels in label_lists():
        pairs = list(itertools.product(labels, repeat=2))
        assert f(labels) == pytest.approx(sum(a != b for a, b in pairs) / len(pairs))


@check("mlhand-information-gain")
def information_gain(f: Any) -> None:
    """The mutual information of side and label, from the table of both."""
    for left, right in itertools.pairwise(label_lists()):
        n = len(left) + len(right)
        gain = 0.0
        for side, label in itertools.product((left, right), set(left + right)):
            if joint := side.count(label) / n:
                gain += joint * math.log2(joint / (len(side) / n * (left + right).count(label) / n))
        assert f(left, right) == pytest.approx(gain, abs=1e-12)
    assert f([0, 0], [1, 1]) == 1


@check("mlhand-adaboost-round", [2, 3, 10])
def adaboost_round(f: Any, n: int) -> None:
    """Alpha minimises the exponential loss, and the new weights make the learner as good as chance."""
    for _ in range(10):
        raw = [random.uniform(0.1, 1) for _ in range(n)]
        weights = [w / sum(raw) for w in raw]
        wrong = [True, False, *(random.random() < 0.3 for _ in range(n - 2))]
        alpha, new = f(weights, wrong)

        def loss(a: float, weights: Sequence[float] = weights, wrong: Sequence[bool] = wrong) -> float:
            return sum(w * math.exp(a if bad else -a) for w, bad in zip(weights, wrong, strict=True))

        assert loss(alpha) < min(loss(alpha - 1e-3), loss(alpha + 1e-3))
        same(new, [w * math.exp(alpha * (2 * bad - 1)) / loss(alpha) for w, bad in zip(weights, wrong, strict=True)])
        same(sum(w for w, bad in zip(new, wrong, strict=True) if bad), 0.5)


@check("mlhand-least-squares", [2, 3, 20])
def least_squares(f: Any, n: int) -> None:
    for _ in range(5):
        x, y = np.random.randn(n), np.random.randn(n)
        same(list(f(x.tolist(), y.tolist())), np.polyfit(x, y, 1).tolist(), rtol=1e-6, atol=1e-9)
    assert f([0, 1, 2], [5, 5, 5]) == (0, 5)


@check("mlhand-logistic-step", [(1, 1), (8, 3)])
def logistic_step(f: Any, n: int, d: int) -> None:
    for scale in (1, 1e4):
        x, y = scale * randn(n, d), torch.randint(2, (n,)).double()
        w, b = randn(d).requires_grad_(), randn().requires_grad_()
        loss = fn.binary_cross_entropy_with_logits(x @ w + b, y)
        dw, db = torch.autograd.grad(loss, (w, b))
        w, b = w.detach(), b.detach()
        same(f(w, b, x, y, 0.3), (w - 0.3 * dw, b - 0.3 * db))


@check("mlhand-svm-objective", [(1, 1, 0.5), (8, 3, 1.0), (8, 3, 0.0)])
def svm_objective(f: Any, n: int, d: int, c: float) -> None:
    x, y, w, b = randn(n, d), 2.0 * torch.randint(2, (n,)).double() - 1, randn(d), randn()
    losses = [max(0.0, 1 - (y[i] * (sum(x[i] * w) + b)).item()) for i in range(n)]
    same(f(w, b, x, y, c).item(), w.norm().item() ** 2 / 2 + c * sum(losses))
    # on the margin and beyond it nothing is lost
    edge = torch.tensor([[1.0], [3.0]])
    same(f(torch.ones(1), torch.tensor(0.0), edge, torch.ones(2), 5.0), torch.tensor(0.5))


@check("mlhand-pca-first", [(2, 2), (20, 3), (4, 6), (9, 1)])
def pca_first(f: Any, n: int, d: int) -> None:
    """The first right singular vector of the centred samples, up to its sign."""
    x = randn(n, d) + 7
    direction = f(x)
    expected = torch.linalg.svd(x - x.mean(dim=0)).Vh[0]
    same(direction.norm(), torch.tensor(1.0, dtype=torch.float64))
    same(direction * torch.sign(direction @ expected), expected)


@check("mlhand-k-folds", [(0, 3), (10, 1), (10, 3), (11, 4), (9, 3), (2, 4)])
def k_folds(f: Any, n: int, k: int) -> None:
    assert f(n, k) == [part.tolist() for part in np.array_split(range(n), k)]
