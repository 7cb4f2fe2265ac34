"""Blocks of backbones, against modules of torch put together from the papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as fn
from torch import nn

from tests.library.code_cards import check, randn, same


def conv(weight: torch.Tensor, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    """A module without bias that keeps the size at stride 1, with these weights."""
    out, inner, k, _ = weight.shape
    made = nn.Conv2d(inner * groups, out, k, stride, k // 2, groups=groups, bias=False).double()
    made.weight.data = weight
    return made


def norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, affine=False, track_running_stats=False).double()


@check("densenet-code", [((),), ((4,),), ((2, 3, 1),)])
def dense_block(f: Any, growth: Sequence[int]) -> None:
    x, weights, channels = randn(2, 3, 6, 5), [], 3
    expected = x
    for k in growth:
        weights.append(randn(k, channels, 3, 3))
        expected = torch.cat([expected, nn.ReLU()(conv(weights[-1])(expected))], dim=1)
        channels += k
    same(f(x, weights), expected)


@check("hourglass-code", [(0, 4, 6), (1, 4, 6), (2, 4, 8), (3, 16, 8)])
def hourglass(f: Any, depth: int, height: int, width: int) -> None:
    """On every level, the maximum of a cell is added to each of its pixels."""
    x = randn(2, 3, height, width)
    levels = [x]
    for _ in range(depth):
        levels.append(nn.MaxPool2d(2)(levels[-1]))
    out = levels.pop()
    while levels:
        out = levels.pop() + out.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    same(f(x, depth), out)


@check("mnv2-code", [(4, 4, 1), (4, 4, 2), (4, 6, 1), (1, 1, 1)])
def inverted_residual(f: Any, channels: int, out: int, stride: int) -> None:
    wide = 6 * channels
    x = 3 * randn(2, channels, 6, 5)
    expand, depthwise, project = randn(wide, channels, 1, 1), randn(wide, 1, 3, 3), randn(out, wide, 1, 1)
    steps = [conv(expand), nn.ReLU6(), conv(depthwise, stride, groups=wide), nn.ReLU6(), conv(project)]
    y = nn.Sequential(*steps)(x)
    same(f(x, expand, depthwise, project, stride), x + y if stride == 1 and channels == out else y)


@check("mnv3-hswish-code", [(7,), (2, 3), (0,)])
def hard_swish(f: Any, *shape: int) -> None:
    x = 4 * randn(*shape)
    same(f(x), fn.hardswish(x))
    edges = torch.tensor([-9.0, -3.0, 0.0, 3.0, 9.0])
    same(f(edges), fn.hardswish(edges))


@check("darts-code", [1, 2, 5])
def mixed_op(f: Any, count: int) -> None:
    x, alpha = randn(2, 3, 4, 4), randn(count).requires_grad_()
    ops = [nn.Identity(), torch.zeros_like, nn.MaxPool2d(3, 1, 1), nn.AvgPool2d(3, 1, 1), torch.relu][:count]
    scores = alpha.detach().exp()
    y = f(x, alpha, ops)
    same(y, torch.stack([score * op(x) for score, op in zip(scores, ops, strict=True)]).sum(dim=0) / scores.sum())
    assert y.requires_grad


@check("resattn-code", [(2, 3, 4, 4), (1, 1, 1, 1)])
def attend(f: Any, *shape: int) -> None:
    trunk, logits = randn(*shape), randn(*shape)
    same(f(trunk, logits), trunk + trunk * nn.Sigmoid()(logits))
    same(f(trunk, torch.full(shape, -1e4, dtype=torch.float64)), trunk)


@check("preact-code", [(1, 1), (4, 3)])
def preact_block(f: Any, channels: int, batch: int) -> None:
    x, w1, w2 = randn(batch, channels, 6, 5), randn(channels, channels, 3, 3), randn(channels, channels, 3, 3)
    branch = [norm(channels), nn.ReLU(), conv(w1), norm(channels), nn.ReLU(), conv(w2)]
    same(f(x, w1, w2), x + nn.Sequential(*branch)(x))


@check("resnet-block-code", [(1, 1), (4, 3)])
def basic_block(f: Any, channels: int, batch: int) -> None:
    x, w1, w2 = randn(batch, channels, 6, 5), randn(channels, channels, 3, 3), randn(channels, channels, 3, 3)
    same(f(x, w1, w2), nn.ReLU()(x + nn.Sequential(conv(w1), nn.ReLU(), conv(w2))(x)))


@check("resnet-bottleneck-code", [(256, 64), (8, 2), (1, 1), (5, 7)])
def bottleneck_weights(f: Any, channels: int, width: int) -> None:
    sides = [(channels, width, 1), (width, width, 3), (width, channels, 1)]
    assert f(channels, width) == sum(nn.Conv2d(*side, bias=False).weight.numel() for side in sides)


@check("se-code", [(4, 2), (6, 3), (2, 1)])
def squeeze_excite(f: Any, channels: int, reduction: int) -> None:
    x = randn(2, channels, 5, 3)
    w1, w2 = randn(channels // reduction, channels), randn(channels, channels // reduction)
    first, last = conv(w1[:, :, None, None]), conv(w2[:, :, None, None])
    gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), first, nn.ReLU(), last, nn.Sigmoid())
    same(f(x, w1, w2), x * gate(x))


@check("squeezenet-fire-code", [(3, 2, 4, 4), (1, 1, 1, 2)])
def fire(f: Any, channels: int, squeezed: int, small: int, large: int) -> None:
    x = randn(2, channels, 5, 6)
    squeeze, expand1 = randn(squeezed, channels, 1, 1), randn(small, squeezed, 1, 1)
    expand3 = randn(large, squeezed, 3, 3)
    s = nn.ReLU()(conv(squeeze)(x))
    same(f(x, squeeze, expand1, expand3), nn.ReLU()(torch.cat([conv(expand1)(s), conv(expand3)(s)], dim=1)))


@check("gc-code", [(2, 3, 4, 5), (1, 1, 1, 1), (3, 2, 1, 6)])
def global_context(f: Any, *shape: int) -> None:
    """A weighted mean over the pixels of each image."""
    x, w = randn(*shape), randn(shape[1])
    scores = conv(w[None, :, None, None])(x).exp()
    same(f(x, w), ((x * scores).sum(dim=(2, 3)) / scores.sum(dim=(2, 3))).detach())


@check("oct-code", [(2, 3, 4, 5), (1, 1, 2, 1)])
def octave_conv(f: Any, c: int, d: int, to_high: int, to_low: int) -> None:
    high, low = randn(2, c, 6, 8), randn(2, d, 3, 4)
    hh, hl, lh, ll = randn(to_high, c, 3, 3), randn(to_low, c, 3, 3), randn(to_high, d, 3, 3), randn(to_low, d, 3, 3)
    up = conv(lh)(low).repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    down = conv(hl)(nn.AvgPool2d(2)(high))
    same(f(high, low, hh, hl, lh, ll), (conv(hh)(high) + up, conv(ll)(low) + down))


@check("sk-code", [(2, 3, 4, 5), (1, 1, 1, 1)])
def sk_select(f: Any, *shape: int) -> None:
    """Of two branches, softmax is a sigmoid of the difference."""
    u, v, p, q = randn(*shape), randn(*shape), randn(*shape[:2]), randn(*shape[:2])
    share = torch.sigmoid(p - q)[:, :, None, None]
    same(f(u, v, p, q), share * u + (1 - share) * v)
