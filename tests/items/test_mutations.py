"""Typical slips in a formula, put in one at a time: the engine catches every one, within a few dozen items."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import variance
from typing import Any

import pytest

from quizcv.errors import Disagreement
from quizcv.items import model_named
from quizcv.reference import running
from quizcv.verify import check

#: (what is wrong, model, level, the question's `find`, the formula with the slip)
MUTATIONS: list[tuple[str, str, int, str, Callable[[Any], Any]]] = [
    ("no floor", "conv_output", 2, "", lambda s: math.ceil((s.size + 2 * s.padding - s.extent) / s.stride) + 1),
    ("no + 1", "conv_output", 1, "", lambda s: (s.size + 2 * s.padding - s.kernel) // s.stride),
    ("padding once", "conv_output", 1, "", lambda s: (s.size + s.padding - s.kernel) // s.stride + 1),
    ("dilation forgotten", "conv_output", 2, "", lambda s: (s.size + 2 * s.padding - s.kernel) // s.stride + 1),
    ("kernel d·k", "effective_kernel", 1, "", lambda s: s.dilation * s.kernel),
    ("channels kept", "conv_shape", 1, "", lambda s: (s.in_channels, s.height, s.width)),
    ("output padding missed", "conv_transpose_output", 2, "",
     lambda s: (s.size - 1) * s.stride - 2 * s.padding + s.dilation * (s.kernel - 1) + 1),
    ("strides added", "total_stride", 1, "", lambda s: sum(layer[1] for layer in s.layers)),
    ("groups forgotten", "conv_params", 2, "",
     lambda s: s.in_channels * s.out_channels * s.kernel**2 + s.bias * s.out_channels),
    ("bias forgotten", "conv_params", 1, "", lambda s: s.in_channels // s.groups * s.out_channels * s.kernel**2),
    ("a bias for every weight", "conv_params", 1, "",
     lambda s: s.in_channels // s.groups * s.out_channels * (s.kernel**2 + 1)),
    ("depthwise times C_out", "depthwise_params", 1, "", lambda s: s.in_channels**2 * s.kernel**2),
    ("MAC for FLOP", "conv_flops", 1, "",
     lambda s: s.in_channels // s.groups * s.out_channels * s.kernel**2 * s.out_size**2),
    ("flipped kernel", "conv1d_value", 1, "",
     lambda s: sum(w * s.x[s.index * s.stride + i] for i, w in enumerate(reversed(s.weight))) + s.bias),
    ("biased for unbiased", "batch_norm_train", 1, "",
     lambda s: s.gamma * (s.x[s.index] - sum(s.x) / len(s.x)) / math.sqrt(variance(s.x) + s.eps) + s.beta),
    ("× for ÷", "dropout_scale", 1, "", lambda s: 1 - s.p),
    ("keep for drop", "dropout_scale", 1, "", lambda s: 1 / s.p),
    ("no bias correction", "adam_step", 1, "",
     lambda s: s.w - s.lr * (1 - s.beta1) * s.grads[0] / (math.sqrt((1 - s.beta2) * s.grads[0] ** 2) + s.eps)),
    ("eps inside the root", "adagrad_step", 2, "", lambda s: _adagrad(s)),
    ("(1 − μ)g", "momentum_step", 1, "buffer", lambda s: _blended(s.grads, s.momentum)),
    ("no root", "rmsprop_step", 1, "", lambda s: s.w - s.lr * s.grads[0] / ((1 - s.alpha) * s.grads[0] ** 2 + s.eps)),
    ("no square root of the fan", "kaiming_normal_std", 1, "",
     lambda s: 2 / ((s.in_channels // s.groups) * s.kernel**2)),
    ("fan without k²", "kaiming_normal_std", 1, "", lambda s: math.sqrt(2 / (s.in_channels // s.groups))),
    ("std for the bound", "xavier_uniform_bound", 1, "",
     lambda s: s.gain * math.sqrt(2 / (s.in_features + s.out_features))),
    ("fans of groups", "fan_in_out", 2, "",
     lambda s: (s.in_channels if s.mode == "fan_in" else s.out_channels // s.groups) * s.kernel**2),
    ("log2 for ln", "binary_cross_entropy", 1, "",
     lambda s: -math.log2(s.p if s.target else 1 - s.p)),
    ("the sigmoid itself as its slope", "sigmoid_value", 2, "derivative", lambda s: 1 / (1 + math.exp(-s.x))),
    ("union with the intersection", "iou", 1, "", lambda s: _overlap(s.a, s.b) / (_area(s.a) + _area(s.b))),
    ("+ 1 pixel", "iou", 1, "", lambda s: _overlap(s.a, s.b, 1) / (_area(s.a, 1) + _area(s.b, 1) - _overlap(s.a, s.b, 1))),
    ("the jump of a layer within it", "receptive_field", 2, "",
     lambda s: 1 + sum((layer[0] - 1) * math.prod(other[1] for other in s.layers[: at + 1]) for at, layer in enumerate(s.layers))),
    ("an epoch too early", "step_lr", 2, "", lambda s: s.lr * s.gamma ** ((s.epoch + 1) // s.step_size)),
]  # fmt: skip


def _blended(grads: tuple[float, ...], momentum: float) -> float:
    buffer = (1 - momentum) * grads[0]
    for gradient in grads[1:]:
        buffer = momentum * buffer + (1 - momentum) * gradient
    return buffer


def _adagrad(s: Any) -> float:
    w, total = s.w, s.initial
    for step, gradient in enumerate(s.grads):
        total += gradient**2
        w -= s.lr / (1 + step * s.lr_decay) * gradient / math.sqrt(total + s.eps)
    return float(w)


def _overlap(a: tuple[float, ...], b: tuple[float, ...], more: int = 0) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0]) + more
    height = min(a[3], b[3]) - max(a[1], b[1]) + more
    return max(0, width) * max(0, height)


def _area(box: tuple[float, ...], more: int = 0) -> float:
    return (box[2] - box[0] + more) * (box[3] - box[1] + more)


@pytest.mark.parametrize(
    ("wrong", "name", "level", "find", "slip"), MUTATIONS, ids=[f"{m[1]}: {m[0]}" for m in MUTATIONS]
)
def test_the_engine_catches(
    wrong: str, name: str, level: int, find: str, slip: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formula with the slip disagrees with PyTorch; the formula without it does not."""
    model = model_named(name)
    items = [item for item in (model.item(17, index, level) for index in range(60)) if item.question.find == find]
    assert items
    with running():
        for item in items:
            check(item)
        question = model.question(find)
        caught = 0
        monkeypatch.setattr(type(question), "formula", lambda _self, s: slip(s))
        for index in range(60):
            try:
                check(model.item(17, index, level))
            except Disagreement:
                caught += 1
    assert caught >= 1, wrong


def test_there_are_enough() -> None:
    """Twenty and more, of many models."""
    assert len(MUTATIONS) >= 20
    assert len({mutation[1] for mutation in MUTATIONS}) >= 15
