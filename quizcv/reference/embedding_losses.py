"""Margins, distances and similarities of embeddings, run."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import embedding_losses as e
from quizcv.specs.activations import Numbers


def _one(row: Numbers) -> Tensor:
    """A batch of one."""
    return torch.tensor([row])


@witness(e.MultiMargin, How.OPERATION)
def multi_margin(s: e.MultiMargin) -> float:
    return F.multi_margin_loss(_one(s.scores), torch.tensor([s.target]), s.p, s.margin).item()


@witness(e.BinaryHinge, How.OPERATION)
def hinge_embedding(s: e.BinaryHinge) -> float:
    """With the target −1, `hinge_embedding_loss` is max(0, margin − x)."""
    agreement = torch.tensor(s.scores) * torch.tensor(s.labels)
    return F.hinge_embedding_loss(agreement, -torch.ones_like(agreement), margin=1.0).item()


@witness(e.HingeScore, How.BRUTE_FORCE)
def every_score(s: e.HingeScore) -> float:
    others = torch.tensor(s.others)

    def fit(scores: Tensor) -> Tensor:
        rows = torch.cat([scores.unsqueeze(1), others.expand(len(scores), -1)], 1)
        targets = torch.zeros(len(scores), dtype=torch.long)
        return -F.multi_margin_loss(rows, targets, margin=s.margin, reduction="none")

    return solve(fit, -1e-14, -60.0, 101.0)


@witness(e.Triplet, How.OPERATION)
def triplet(s: e.Triplet) -> float:
    loss = nn.TripletMarginLoss(margin=s.margin, p=s.p, eps=0.0)
    return float(loss(_one(s.anchor), _one(s.positive), _one(s.negative)))


@witness(e.SemiHard, How.BRUTE_FORCE)
def every_negative(s: e.SemiHard) -> tuple[int, ...]:
    """Points on a line: a semi-hard negative is farther away than the positive (no loss without a margin), but has a loss."""
    negatives = torch.tensor(s.negatives).unsqueeze(1)
    positive, anchor = torch.full_like(negatives, s.positive), torch.zeros_like(negatives)
    loss = F.triplet_margin_loss(anchor, positive, negatives, s.margin, eps=0.0, reduction="none")
    farther = F.pairwise_distance(anchor, negatives, eps=0.0) > F.pairwise_distance(anchor, positive, eps=0.0)
    return tuple(torch.nonzero((loss > 0) & farther).flatten().tolist())


def _contrastive(distance: Tensor, margin: float) -> Tensor:
    """Of dissimilar pairs."""
    gap = F.hinge_embedding_loss(distance, -torch.ones_like(distance), margin=margin, reduction="none")
    return F.mse_loss(gap, torch.zeros_like(gap), reduction="none") / 2


@witness(e.Contrastive, How.OPERATION)
def contrastive(s: e.Contrastive) -> float:
    x1, x2 = torch.tensor(s.x1), torch.tensor(s.x2)
    if s.similar:
        return F.mse_loss(x1, x2, reduction="sum").item() / 2
    return _contrastive(torch.dist(x1, x2), s.margin).item()


@witness(e.ContrastiveDistance, How.BRUTE_FORCE)
def every_distance(s: e.ContrastiveDistance) -> float:
    return solve(lambda distance: -_contrastive(distance, s.margin), -s.loss, 0.0, s.margin)


@witness(e.CosineSimilarity, How.OPERATION)
def cosine(s: e.CosineSimilarity) -> float:
    return F.cosine_similarity(torch.tensor(s.x1), torch.tensor(s.x2), dim=0).item()


@witness(e.CosineEmbedding, How.OPERATION)
def cosine_embedding(s: e.CosineEmbedding) -> float:
    target = torch.tensor([1 if s.similar else -1])
    # Its eps of 1e-12 within the squared norms cannot be turned off: long vectors make it vanish.
    return F.cosine_embedding_loss(_one(s.x1) * 1e4, _one(s.x2) * 1e4, target, margin=s.margin).item()


@witness(e.InfoNce, How.OPERATION)
def info_nce(s: e.InfoNce) -> float:
    return F.cross_entropy(torch.tensor(s.similarities) / s.temperature, torch.tensor(s.positive)).item()


@witness(e.InfoNceGradient, How.AUTOGRAD)
def info_nce_gradient(s: e.InfoNceGradient) -> float:
    similarities = torch.tensor(s.similarities, requires_grad=True)
    loss = F.cross_entropy(similarities / s.temperature, torch.tensor(s.positive))
    return torch.autograd.grad(loss, similarities)[0][s.positive].item()


@witness(e.InfoNceGap, How.BRUTE_FORCE)
def every_gap(s: e.InfoNceGap) -> float:
    def fit(gap: Tensor) -> Tensor:
        rows = torch.cat([gap.unsqueeze(1), torch.zeros(len(gap), s.negatives)], 1) / s.temperature
        return -F.cross_entropy(rows, torch.zeros(len(gap), dtype=torch.long), reduction="none")

    return solve(fit, -s.loss, -30.0 * s.temperature, 30.0 * s.temperature)
