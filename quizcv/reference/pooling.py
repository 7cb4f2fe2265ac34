"""Pooling and what stands behind it, read off the output of the operation."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.reference.shapes import first
from quizcv.specs.pooling import (
    AdaptiveBin,
    AdaptiveShared,
    AdaptiveStart,
    FlattenFeatures,
    FlattenSide,
    PooledClassifier,
    PooledFeatures,
    PoolInput,
    PoolOutput,
)


@witness(PoolOutput, How.OPERATION)
def max_pool1d(s: PoolOutput) -> int:
    return F.max_pool1d(torch.zeros(1, 1, s.size), s.kernel, s.stride, s.padding, ceil_mode=s.ceil_mode).shape[2]


@witness(PoolOutput, How.OPERATION)
def avg_pool1d(s: PoolOutput) -> int:
    stride = () if s.stride is None else s.stride  # what torch's signature has where nothing is stated
    return F.avg_pool1d(torch.zeros(1, 1, s.size), s.kernel, stride, s.padding, s.ceil_mode).shape[2]


@witness(PoolOutput, How.META)
def max_pool2d(s: PoolOutput) -> int:
    x = torch.empty(1, 1, s.size, s.size, device="meta")
    return F.max_pool2d(x, s.kernel, s.stride, s.padding, ceil_mode=s.ceil_mode).shape[2]


@witness(PoolInput, How.BRUTE_FORCE)
def every_pool_input(s: PoolInput) -> int:
    """Up from the smallest input that a whole window fits into, until too many pixels come out."""

    def pooled(size: int) -> int:
        return F.max_pool1d(torch.zeros(1, 1, size), s.kernel, s.stride, s.padding, ceil_mode=s.ceil_mode).shape[2]

    smallest = max(1, s.kernel - 2 * s.padding)
    longest = smallest + (s.out + 1) * s.stride + 2 * s.kernel
    too_large = first(range(smallest, longest + 1), lambda size: pooled(size) > s.out)
    if pooled(too_large - 1) != s.out:
        raise ValueError("no input gives that size")
    return too_large - 1


def _cells(size: int, bins: int) -> torch.Tensor:
    """Cells × bins, true where the bin's mean depends on the cell: one channel for each cell, with a one in it."""
    return F.adaptive_avg_pool1d(torch.eye(size)[None], bins)[0] > 0


@witness(AdaptiveBin, How.OPERATION)
def cells_in_bin(s: AdaptiveBin) -> int:
    return int(_cells(s.size, s.bins)[:, s.index].sum().item())


@witness(AdaptiveBin, How.AUTOGRAD)
def cells_with_gradient(s: AdaptiveBin) -> int:
    x = torch.ones(1, 1, s.size, requires_grad=True)
    (gradient,) = torch.autograd.grad(F.adaptive_avg_pool1d(x, s.bins)[0, 0, s.index], x)
    return int(gradient.count_nonzero().item())


@witness(AdaptiveStart, How.OPERATION)
def first_cell_in_bin(s: AdaptiveStart) -> int:
    return int(_cells(s.size, s.bins)[:, s.index].nonzero()[0].item())


@witness(AdaptiveShared, How.OPERATION)
def cells_in_two_bins(s: AdaptiveShared) -> int:
    return int((_cells(s.size, s.bins).sum(1) > 1).sum().item())


@witness(PooledFeatures, How.META)
def pool_and_flatten(s: PooledFeatures) -> int:
    layers = nn.Sequential(nn.AdaptiveAvgPool2d(s.bins), nn.Flatten())
    features: int = layers(torch.empty(1, s.channels, s.height, s.width, device="meta")).shape[1]
    return features


@witness(PooledFeatures, How.OPERATION)
def pool_one_channel(s: PooledFeatures) -> int:
    """One real map, shown as if it were all channels: no number is copied."""
    x = torch.zeros(1, 1, s.height, s.width).expand(1, s.channels, s.height, s.width)
    return F.adaptive_avg_pool2d(x, s.bins).flatten(1).shape[1]


@witness(PooledClassifier, How.MODULE)
def with_and_without_pool(s: PooledClassifier) -> int:
    """Both heads built, the width of the linear layer taken from the map that reaches it."""
    x = torch.empty(1, s.channels, s.height, s.width, device="meta")
    counts = []
    for layers in (nn.Sequential(nn.Flatten()), nn.Sequential(nn.AdaptiveAvgPool2d(s.bins), nn.Flatten())):
        head = nn.Linear(layers(x).shape[1], s.classes, device="meta")
        counts.append(sum(p.numel() for p in head.parameters()))
    return counts[0] - counts[1]


@witness(FlattenFeatures, How.META)
def conv_pool_flatten(s: FlattenFeatures) -> int:
    layers = nn.Sequential(
        nn.Conv2d(1, s.out_channels, s.kernel, s.stride, s.padding, device="meta"), nn.MaxPool2d(s.pool), nn.Flatten()
    )
    features: int = layers(torch.empty(1, 1, s.height, s.width, device="meta")).shape[1]
    return features


@witness(FlattenFeatures, How.OPERATION)
def conv_pool_one_channel(s: FlattenFeatures) -> int:
    """One real channel, then the linear layer that all of them need."""
    x = F.conv2d(torch.zeros(1, 1, s.height, s.width), torch.zeros(1, 1, s.kernel, s.kernel), None, s.stride, s.padding)
    pooled = F.max_pool2d(x, s.pool)
    return pooled.expand(1, s.out_channels, *pooled.shape[2:]).flatten(1).shape[1]


@witness(FlattenSide, How.BRUTE_FORCE)
def every_side(s: FlattenSide) -> int:
    """Up from the smallest input that kernel and pooling fit into, until too many features come out."""
    weight = torch.empty(s.out_channels, 1, s.kernel, s.kernel, device="meta")

    def features(side: int) -> int:
        x = F.conv2d(torch.empty(1, 1, side, side, device="meta"), weight, None, s.stride, s.padding)
        return F.max_pool2d(x, s.pool).flatten(1).shape[1] if x.shape[2] >= s.pool else 0

    smallest = max(1, s.kernel - 2 * s.padding)
    too_large = first(range(smallest, 5000), lambda side: features(side) > s.in_features)
    if features(too_large - 1) != s.in_features:
        raise ValueError("no input gives so many features")
    return too_large - 1
