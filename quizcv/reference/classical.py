"""Classical machine learning on points, run."""

from __future__ import annotations

import torch
from torch import Tensor

from quizcv.reference._numerics import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import classical as c

P = {"euclidean": 2.0, "manhattan": 1.0, "chebyshev": float("inf")}


def _nearest(points: Tensor, query: Tensor, labels: c.Numbers | tuple[int, ...], k: int, p: float) -> int:
    near = torch.cdist(query, points, p)[0].topk(k, largest=False).indices
    return int(torch.bincount(torch.tensor(labels)[near]).argmax())


@witness(c.KnnVote, How.OPERATION)
def knn(s: c.KnnVote) -> int:
    return _nearest(torch.tensor(s.points), torch.tensor([s.query]), s.labels, s.k, P[s.metric])


@witness(c.KnnSmallest, How.BRUTE_FORCE)
def every_k(s: c.KnnSmallest) -> int:
    points, query = torch.tensor(s.points).unsqueeze(1), torch.tensor([[s.query]])
    for k in range(1, len(s.points) + 1, 2):
        if _nearest(points, query, s.labels, k, 2.0) == s.target:
            return k
    raise ValueError("no odd k gives this class")


def _step(points: Tensor, centres: Tensor) -> Tensor:
    """New centres: the mean of the points nearest to each."""
    nearest = torch.cdist(points, centres).argmin(1)
    places = nearest.unsqueeze(1).expand_as(points)
    return torch.scatter_reduce(torch.zeros_like(centres), 0, places, points, "mean", include_self=False)


@witness(c.KmeansStep, How.OPERATION)
def kmeans(s: c.KmeansStep) -> float:
    return _step(torch.tensor(s.points).unsqueeze(1), torch.tensor(s.centres).unsqueeze(1))[s.cluster, 0].item()


@witness(c.KmeansPlane, How.OPERATION)
def kmeans_plane(s: c.KmeansPlane) -> float:
    return _step(torch.tensor(s.points), torch.tensor(s.centres))[s.cluster, s.axis].item()


@witness(c.KmeansTwice, How.OPERATION)
def kmeans_twice(s: c.KmeansTwice) -> float:
    points = torch.tensor(s.points).unsqueeze(1)
    return _step(points, _step(points, torch.tensor(s.centres).unsqueeze(1)))[s.cluster, 0].item()


@witness(c.DistributedMean, How.BRUTE_FORCE)
def mean_of_all(s: c.DistributedMean) -> float:
    """Samples that have their machine's mean, all in one list."""
    return torch.repeat_interleave(torch.tensor(s.means), torch.tensor(s.counts)).mean().item()


@witness(c.DistributedMissing, How.BRUTE_FORCE)
def every_last_mean(s: c.DistributedMissing) -> float:
    known = torch.repeat_interleave(torch.tensor(s.means), torch.tensor(s.counts[:-1]))

    def total(last: Tensor) -> Tensor:
        samples = [known.expand(len(last), -1), last.unsqueeze(1).expand(-1, s.counts[-1])]
        return torch.cat(samples, 1).mean(1)

    reach = 2.0 * c.MOST * sum(s.counts) / s.counts[-1]
    return solve(total, s.total, -reach, reach)


@witness(c.DistanceValue, How.OPERATION)
def cdist(s: c.DistanceValue) -> float:
    return torch.cdist(torch.tensor([s.x1]), torch.tensor([s.x2]), P[s.metric]).item()


@witness(c.Mahalanobis, How.OPERATION)
def whitened(s: c.Mahalanobis) -> float:
    """Euclidean distance after both points were whitened by the Cholesky factor."""
    factor = torch.linalg.cholesky(torch.tensor([[s.variance1, s.covariance], [s.covariance, s.variance2]]))
    points = torch.linalg.solve_triangular(factor, torch.tensor([s.x1, s.x2]).T, upper=False).T
    return torch.dist(points[0], points[1]).item()
