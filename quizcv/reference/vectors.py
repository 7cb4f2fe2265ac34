"""Values of 1-D convolutions, linear layers and residual blocks: the layers run on the numbers of the question."""

from __future__ import annotations

import torch
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.vectors import (
    CELLS,
    CausalConv,
    Conv1dInput,
    Conv1dValue,
    LinearValue,
    ResidualBlock,
    ResidualValue,
    TwoLinear,
)


@witness(Conv1dValue, How.OPERATION)
def conv1d(s: Conv1dValue) -> int:
    x, weight, bias = torch.tensor(s.x)[None, None], torch.tensor(s.weight)[None, None], torch.tensor([s.bias])
    return int(F.conv1d(x, weight, bias, s.stride, s.padding, s.dilation)[0, 0, s.index])


@witness(Conv1dInput, How.BRUTE_FORCE)
def every_input(s: Conv1dInput) -> int:
    """Each candidate is one signal of a batch."""
    tried = torch.arange(-CELLS, CELLS + 1)
    x = torch.tensor(s.x).repeat(len(tried), 1, 1)
    x[:, 0, s.hole] = tried
    weight, bias = torch.tensor(s.weight)[None, None], torch.tensor([s.bias])
    found = tried[F.conv1d(x, weight, bias, s.stride, s.padding, s.dilation)[:, 0, s.index] == s.y]
    if len(found) != 1:
        raise ValueError(f"{len(found)} whole numbers give that output")
    return int(found)


@witness(CausalConv, How.OPERATION)
def causal_conv1d(s: CausalConv) -> int:
    x = F.pad(torch.tensor(s.x), (s.dilation * (len(s.weight) - 1), 0))[None, None]
    return int(F.conv1d(x, torch.tensor(s.weight)[None, None], dilation=s.dilation)[0, 0, s.index])


@witness(LinearValue, How.OPERATION)
def linear(s: LinearValue) -> int:
    return int(F.linear(torch.tensor(s.x), torch.tensor(s.weight), torch.tensor(s.bias))[s.sample, s.unit])


@witness(TwoLinear, How.OPERATION)
def two_linear(s: TwoLinear) -> int:
    hidden = F.relu(F.linear(torch.tensor(s.x), torch.tensor(s.weight1), torch.tensor(s.bias1)))
    return int(F.linear(hidden, torch.tensor([s.weight2]), torch.tensor([s.bias2])))


@witness(ResidualValue, How.OPERATION)
def residual(s: ResidualValue) -> int:
    x = torch.tensor(s.x)[None, None]
    out = F.relu(x + F.conv2d(x, torch.tensor(s.weight)[None, None], torch.tensor([s.bias]), padding="same"))
    return int(out[0, 0, s.row, s.col])


@witness(ResidualBlock, How.OPERATION)
def residual_block(s: ResidualBlock) -> int:
    x, one, two = (torch.tensor(v)[None, None] for v in (s.x, s.weight1, s.weight2))
    between = F.relu(F.conv1d(x, one, padding="same"))
    return int(F.relu(x + F.conv1d(between, two, padding="same"))[0, 0, s.index])
