"""Convolution and pooling by hand, against torch."""

from __future__ import annotations

import itertools
import random
from typing import Any

import torch
import torch.nn.functional as fn
from torch import nn

from tests.library.code_cards import check, randn, same

#: Stride, padding: nothing, each alone, both, a stride beyond the kernel, windows that do not come out even.
STRIDES = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 2), (4, 1)]


@check("hand-conv2d-lists", [(1, 1, 1, 4, 4), (2, 3, 3, 5, 7), (3, 2, 2, 6, 4), (2, 2, 4, 4, 4)])
def conv2d_lists(f: Any, channels: int, out: int, k: int, height: int, width: int) -> None:
    x, w = randn(channels, height, width), randn(out, channels, k, k)
    same(torch.tensor(f(x.tolist(), w.tolist()), dtype=x.dtype), fn.conv2d(x[None], w)[0])
    assert f([[[1, 2], [3, 4]]], [[[[1, 0], [0, 1]]]]) == [[[5]]]


@check("hand-conv2d", [(*one, kh, kw) for one in STRIDES for kh, kw in [(3, 3), (1, 1), (2, 3)]])
def conv2d(f: Any, stride: int, padding: int, kh: int, kw: int) -> None:
    x, w = randn(3, 7, 6), randn(4, 3, kh, kw)
    same(f(x, w, stride, padding), fn.conv2d(x[None], w, stride=stride, padding=padding)[0])


@check("hand-im2col", [(*one, k) for one in STRIDES for k in (1, 2, 3)])
def im2col(f: Any, stride: int, padding: int, kernel: int) -> None:
    x = randn(3, 7, 6)
    same(f(x, kernel, stride, padding), fn.unfold(x[None], kernel, padding=padding, stride=stride)[0])


@check("hand-conv2d-gemm", [(*one, k) for one in STRIDES for k in (1, 2, 3)])
def conv2d_gemm(f: Any, stride: int, padding: int, k: int) -> None:
    x, w = randn(3, 7, 6), randn(4, 3, k, k)
    same(f(x, w, stride, padding), fn.conv2d(x[None], w, stride=stride, padding=padding)[0])


def depthwise_then_pointwise(x: Any, depthwise: Any, pointwise: Any) -> torch.Tensor:
    """Channel by channel, with a loop in the place of groups."""
    padding = depthwise.shape[-1] // 2
    maps = [fn.conv2d(x[:, i : i + 1], one[None], padding=padding) for i, one in enumerate(depthwise)]
    return torch.einsum("oi,nihw->nohw", pointwise[:, :, 0, 0], torch.cat(maps, dim=1))


@check("hand-separable", [(4, 5), (1, 2), (3, 1)])
def separable(f: Any, channels: int, out: int, k: int = 3) -> None:
    x, depthwise, pointwise = randn(2, channels, 6, 5), randn(channels, 1, k, k), randn(out, channels, 1, 1)
    same(f(x, depthwise, pointwise), depthwise_then_pointwise(x, depthwise, pointwise))


@check("hand-max-pool", [(2, 2), (3, 2), (2, 3), (3, 1), (1, 2), (6, 1)])
def max_pool2d(f: Any, kernel: int, stride: int) -> None:
    for x in (randn(3, 7, 6), -randn(2, 6, 9).abs() - 1):
        same(f(x, kernel, stride), fn.max_pool2d(x[None], kernel, stride)[0])


@check("hand-max-unpool", [(2, 2), (3, 2), (3, 1), (2, 3)])
def max_unpool2d(f: Any, kernel: int, stride: int) -> None:
    x = randn(3, 7, 8)
    y, indices = fn.max_pool2d(x, kernel, stride, return_indices=True)
    same(f(y, indices, 7, 8), fn.max_unpool2d(y, indices, kernel, stride, output_size=(7, 8)))


@check("hand-conv-transpose", [(*one, k) for one in STRIDES for k in (2, 3, 4) if 2 * one[1] < k])
def conv_transpose2d(f: Any, stride: int, padding: int, k: int) -> None:
    x, w = randn(3, 4, 5), randn(3, 2, k, k)
    same(f(x, w, stride, padding), fn.conv_transpose2d(x[None], w, stride=stride, padding=padding)[0])


@check("hand-bilinear-resize", [(4, 5), (8, 10), (3, 2), (7, 11), (1, 1), (13, 1)])
def bilinear_resize(f: Any, height: int, width: int) -> None:
    for x in (randn(4, 5), randn(1, 1), randn(1, 6)):
        expected = fn.interpolate(x[None, None], (height, width), mode="bilinear", align_corners=False)[0, 0]
        same(f(x, height, width), expected)


@check("hand-pixel-shuffle", [1, 2, 3])
def pixel_shuffle(f: Any, r: int) -> None:
    x = randn(2 * r * r, 3, 4)
    same(f(x, r), fn.pixel_shuffle(x[None], r)[0])


@check("hand-channel-shuffle", [(1, 4), (2, 6), (3, 6), (6, 6)])
def channel_shuffle(f: Any, groups: int, channels: int) -> None:
    x = randn(2, channels, 3, 4)
    same(f(x, groups), nn.ChannelShuffle(groups)(x))


@check("hand-spp", [((4, 2, 1),), ((1,),), ((3, 2),), ((8,),)])
def spatial_pyramid_pool(f: Any, levels: tuple[int, ...]) -> None:
    x = randn(2, 3, 7, 5)
    rows = []
    for image in x:
        row = []
        for n in levels:
            for channel, r, c in itertools.product(image, range(n), range(n)):
                # a cell reaches from the floor of its start to the ceiling of its end
                row.append(channel[r * 7 // n : -(-(r + 1) * 7 // n), c * 5 // n : -(-(c + 1) * 5 // n)].max())
        rows.append(torch.stack(row))
    same(f(x, levels), torch.stack(rows))


@check("hand-conv-weight-gradient", [(*one, k) for one in STRIDES for k in (1, 2, 3)])
def conv2d_backward(f: Any, stride: int, padding: int, kernel: int) -> None:
    x, w = randn(3, 7, 6), randn(4, 3, kernel, kernel).requires_grad_()
    y = fn.conv2d(x[None], w, stride=stride, padding=padding)[0]
    grad = randn(*y.shape)
    same(f(x, grad, kernel, stride, padding), torch.autograd.grad(y, w, grad)[0])


@check("hand-conv-input-gradient", [(*one, k) for one in STRIDES for k in (1, 2, 3)])
def conv2d_input_gradient(f: Any, stride: int, padding: int, k: int) -> None:
    x, w = randn(3, 7, 6).requires_grad_(), randn(4, 3, k, k)
    y = fn.conv2d(x[None], w, stride=stride, padding=padding)[0]
    grad = randn(*y.shape)
    same(f(grad, w, 7, 6, stride, padding), torch.autograd.grad(y, x, grad)[0])


@check("hand-max-pool-backward", [(2, 2), (3, 2), (2, 3), (3, 1)])
def max_pool2d_backward(f: Any, kernel: int, stride: int) -> None:
    ties = torch.randint(0, 2, (3, 7, 6)).double()
    for x in (randn(3, 7, 6), ties, torch.zeros(2, 6, 6, dtype=torch.float64)):
        leaf = x.clone().requires_grad_()
        y = fn.max_pool2d(leaf[None], kernel, stride)[0]
        grad = randn(*y.shape)
        same(f(x, grad, kernel, stride), torch.autograd.grad(y, leaf, grad)[0])


@check("hand-receptive-field", [0, 1, 2, 3, 4])
def receptive_field(f: Any, depth: int) -> None:
    """The stretch of the input that the gradient of one output of ones reaches."""
    for _ in range(5):
        layers = [(random.randint(1, 4), random.randint(1, 2), random.randint(1, 2)) for _ in range(depth)]
        x = torch.ones(1, 1, 200, requires_grad=True)
        y = x
        for kernel, stride, dilation in layers:
            y = fn.conv1d(y, torch.ones(1, 1, kernel), stride=stride, dilation=dilation)
        touched = torch.autograd.grad(y[0, 0, y.shape[-1] // 2], x)[0][0, 0].nonzero()
        assert f(layers) == int(touched.max() - touched.min()) + 1


@check("hand-conv-output", [1, 2, 3])
def output_side(f: Any, dilation: int) -> None:
    for size, kernel, stride, padding in itertools.product((7, 12), (1, 2, 3), (1, 2, 3), (0, 1, 2)):
        y = fn.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), None, stride, padding, dilation)
        assert f(size, kernel, stride, padding, dilation) == y.shape[-1]


@check("ccount-code")
def count_parameters(f: Any) -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(5, 2, bias=False))
    norms, convolution = 4 + 4, 4 * 3 * 3 * 3 + 4
    assert f(model) == (convolution + norms + 10, convolution + norms + 10)
    model[0].requires_grad_(False)
    assert f(model) == (convolution + norms + 10, norms + 10)
    assert f(nn.ReLU()) == (0, 0)
