"""Counts laid out as labels, one entry per sample, so that metrics can be counted."""

from __future__ import annotations

import torch
from torch import Tensor

from quizcv.specs.matrices import Matrix


def outcomes(tp: int, fp: int, fn: int, tn: int = 0) -> tuple[Tensor, Tensor]:
    """What is true and what was predicted, for every sample."""
    counts = torch.tensor((tp, fp, fn, tn))
    true = torch.tensor((True, False, True, False)).repeat_interleave(counts)
    predicted = torch.tensor((True, True, False, False)).repeat_interleave(counts)
    return true, predicted


def confused(matrix: Matrix) -> tuple[Tensor, Tensor]:
    """Every sample of a confusion matrix: its true and its predicted class."""
    counts = torch.tensor(matrix)
    cells = torch.arange(counts.numel()).repeat_interleave(counts.flatten())
    return cells.div(len(matrix), rounding_mode="floor"), cells.remainder(len(matrix))


def share(of: Tensor, among: Tensor) -> float:
    """Of the samples in the mask `among`, the share that is also in `of`."""
    return float(of[among].double().mean())
