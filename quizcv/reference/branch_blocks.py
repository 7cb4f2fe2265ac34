"""Fire and inception modules, built and counted, or run."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._modules import conv, largest, macs, maps, metered, parameters
from quizcv.reference.engine import How, witness
from quizcv.specs.branch_blocks import (
    FireParams,
    FireSqueeze,
    InceptionChannels,
    InceptionMacs,
    InceptionParams,
    ReducedMacs,
    ReductionSaving,
    ReductionWidth,
)


def _fire(s: FireParams | FireSqueeze, squeeze: int, *, bias: bool) -> int:
    return parameters(
        conv(s.in_channels, squeeze, bias=bias),
        conv(squeeze, s.expand1, bias=bias),
        conv(squeeze, s.expand3, 3, bias=bias),
    )


@witness(FireParams, How.MODULE, "meta")
def fire(s: FireParams) -> int:
    return _fire(s, s.squeeze, bias=s.bias)


@witness(FireSqueeze, How.BRUTE_FORCE, "meta")
def widest_squeeze(s: FireSqueeze) -> int:
    return largest(lambda squeeze: _fire(s, squeeze, bias=False) <= s.params)


class _Inception:
    """The four branches; `InceptionChannels` names their widths."""

    def __init__(self, s: InceptionChannels, *, bias: bool = False) -> None:
        self.one = conv(s.in_channels, s.out1, bias=bias)
        self.before3 = conv(s.in_channels, s.reduce3, bias=bias)
        self.three = conv(s.reduce3, s.out3, 3, bias=bias)
        self.before5 = conv(s.in_channels, s.reduce5, bias=bias)
        self.five = conv(s.reduce5, s.out5, 5, bias=bias)
        self.after_pool = conv(s.in_channels, s.pool_proj, bias=bias)

    def __call__(self, x: Tensor) -> Tensor:
        branches = (
            self.one(x),
            self.three(self.before3(x)),
            self.five(self.before5(x)),
            self.after_pool(F.max_pool2d(x, 3, 1, 1)),
        )
        return torch.cat(branches, 1)


@witness(InceptionChannels, How.META)
def inception_channels(s: InceptionChannels) -> int:
    return _Inception(s)(maps(s.in_channels, 7)).shape[1]


@witness(InceptionParams, How.MODULE, "meta")
def inception(s: InceptionParams) -> int:
    built = _Inception(s, bias=s.bias)
    return parameters(built.one, built.before3, built.three, built.before5, built.five, built.after_pool)


@witness(InceptionMacs, How.META)
def inception_run(s: InceptionMacs) -> int:
    built, x = _Inception(s), maps(s.in_channels, s.size)
    return macs(lambda: built(x))


def _kxk(x: Tensor, outputs: int, kernel: int) -> Tensor:
    weight = torch.empty(outputs, x.shape[1], kernel, kernel, device="meta")
    return F.conv2d(x, weight, padding=kernel // 2)


@witness(ReducedMacs, How.META)
def reduced_run(s: ReducedMacs) -> int:
    x = maps(s.in_channels, s.size)
    return macs(lambda: _kxk(_kxk(x, s.reduce, 1), s.out_channels, s.kernel))


@witness(ReductionSaving, How.META)
def both_runs(s: ReductionSaving) -> int:
    x = maps(s.in_channels, s.size)
    with metered() as cost:
        alone = cost(lambda: _kxk(x, s.out_channels, s.kernel))
        return alone - cost(lambda: _kxk(_kxk(x, s.reduce, 1), s.out_channels, s.kernel))


@witness(ReductionWidth, How.BRUTE_FORCE, "meta")
def widest_reduction(s: ReductionWidth) -> int:
    """On one pixel: every size costs as many times more."""
    x = maps(s.in_channels, 1)
    with metered() as cost:
        alone = cost(lambda: _kxk(x, s.out_channels, s.kernel))
        return largest(
            lambda reduce: s.factor * cost(lambda: _kxk(_kxk(x, reduce, 1), s.out_channels, s.kernel)) <= alone
        )
