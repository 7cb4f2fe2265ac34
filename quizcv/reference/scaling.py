"""Scaling, variance and principal components, run."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import scaling as c


def _standardised(x: Tensor, values: tuple[float, ...], *, unbiased: bool) -> Tensor:
    """Batch normalization in evaluation, with the statistics of `values`."""
    variance, mean = torch.var_mean(torch.tensor(values), correction=int(unbiased))
    return F.batch_norm(x.unsqueeze(1), mean.reshape(1), variance.reshape(1), eps=0.0)[:, 0]


@witness(c.Standardise, How.OPERATION)
def standardised(s: c.Standardise) -> float:
    return _standardised(torch.tensor(s.values), s.values, unbiased=s.unbiased)[s.index].item()


@witness(c.StandardiseInverse, How.BRUTE_FORCE)
def every_raw_value(s: c.StandardiseInverse) -> float:
    def scaled(x: Tensor) -> Tensor:
        return _standardised(x, s.values, unbiased=s.unbiased)

    return solve(scaled, s.z, -1e5, 1e5)


def _line(values: tuple[float, ...], low: float, high: float) -> Tensor:
    """The line that takes the smallest value to `low` and the largest to `high`: slope and intercept."""
    ends = torch.stack(torch.aminmax(torch.tensor(values)))
    line: Tensor = torch.linalg.solve(torch.stack([ends, torch.ones(2)], 1), torch.tensor([low, high]))
    return line


@witness(c.MinMaxScale, How.OPERATION)
def on_line(s: c.MinMaxScale) -> float:
    return (torch.tensor([s.values[s.index], 1.0]) @ _line(s.values, s.low, s.high)).item()


@witness(c.MinMaxInverse, How.BRUTE_FORCE)
def every_raw_on_line(s: c.MinMaxInverse) -> float:
    line = _line(s.values, s.low, s.high)
    reach = 1e4 + 1e4 / line[0].item()
    return solve(lambda x: torch.stack([x, torch.ones_like(x)], 1) @ line, s.scaled, -reach, reach)


@witness(c.Covariance, How.OPERATION)
def cov(s: c.Covariance) -> float:
    return torch.cov(torch.tensor([s.x, s.y]), correction=int(s.unbiased))[0, 1].item()


@witness(c.Correlation, How.OPERATION)
def corrcoef(s: c.Correlation) -> float:
    return torch.corrcoef(torch.tensor([s.x, s.y]))[0, 1].item()


@witness(c.Correlation, How.OPERATION)
def cosine_of_centred(s: c.Correlation) -> float:
    x, y = torch.tensor(s.x), torch.tensor(s.y)
    return F.cosine_similarity(x - x.mean(), y - y.mean(), dim=0).item()


@witness(c.SumVariance, How.OPERATION)
def variance_of_sum(s: c.SumVariance) -> float:
    return torch.var(s.a * torch.tensor(s.x) + s.b * torch.tensor(s.y)).item()


def _first(eigenvalues: Tensor) -> float:
    return (eigenvalues.max() / eigenvalues.sum()).item()


@witness(c.PcaShare, How.OPERATION)
def eigvalsh(s: c.PcaShare) -> float:
    return _first(torch.linalg.eigvalsh(torch.tensor([[s.variance1, s.covariance], [s.covariance, s.variance2]])))


@witness(c.PcaData, How.OPERATION)
def eigvalsh_of_data(s: c.PcaData) -> float:
    return _first(torch.linalg.eigvalsh(torch.cov(torch.tensor([s.x, s.y]))))


@witness(c.PcaData, How.OPERATION)
def singular_values(s: c.PcaData) -> float:
    data = torch.tensor([s.x, s.y])
    return _first(torch.linalg.svdvals(data - data.mean(1, keepdim=True)) ** 2)


@witness(c.PcaComponents, How.BRUTE_FORCE)
def every_count(s: c.PcaComponents) -> int:
    eigenvalues = torch.linalg.eigvalsh(torch.diag(torch.tensor(s.eigenvalues))).flip(0)
    for count in range(1, len(s.eigenvalues) + 1):
        if (eigenvalues[:count].sum() / eigenvalues.sum()).item() >= s.share:
            return count
    return len(s.eigenvalues)
