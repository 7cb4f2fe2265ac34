"""Impurity and what a split gains: pairs of samples enumerated, entropies of the table of class and side."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Categorical

from quizcv.reference.engine import How, witness
from quizcv.specs import trees as t
from quizcv.specs.probability import Counts


def _bits(counts: Tensor) -> Tensor:
    nats: Tensor = Categorical(counts.double().flatten()).entropy()  # type: ignore[no-untyped-call]
    return nats / torch.log(torch.tensor(2.0))


def _mutual(s: t.Split) -> Tensor:
    """Of class and side: what both entropies have in excess of that of the pairs."""
    table = torch.tensor([s.left, s.right])
    return _bits(table.sum(0)) + _bits(table.sum(1)) - _bits(table)


@witness(t.InformationGain, How.OPERATION)
def mutual_information(s: t.InformationGain) -> float:
    return _mutual(s).item()


@witness(t.GainRatio, How.OPERATION)
def mutual_by_side(s: t.GainRatio) -> float:
    return (_mutual(s) / _bits(torch.tensor([sum(s.left), sum(s.right)]))).item()


def _unequal(counts: Counts) -> float:
    """The share of pairs, drawn with replacement, whose classes differ."""
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    return (labels.unsqueeze(0) != labels.unsqueeze(1)).double().mean().item()


def _after(s: t.Split) -> float:
    """The same where both come from the side of the first."""
    sides = torch.tensor([[float(sum(s.left)), _unequal(s.left)], [float(sum(s.right)), _unequal(s.right)]])
    return torch.repeat_interleave(sides[:, 1], sides[:, 0].long()).mean().item()


@witness(t.Gini, How.BRUTE_FORCE)
def every_pair(s: t.Gini) -> float:
    return _unequal(s.counts)


@witness(t.GiniSplit, How.BRUTE_FORCE)
def every_pair_within(s: t.GiniSplit) -> float:
    return _after(s)


@witness(t.GiniDecrease, How.BRUTE_FORCE)
def every_pair_before_and_within(s: t.GiniDecrease) -> float:
    return _unequal(tuple(one + other for one, other in zip(s.left, s.right, strict=True))) - _after(s)
