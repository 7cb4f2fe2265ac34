"""Entropy, divergence and what is made of them, run."""

from __future__ import annotations

import torch
from torch.distributions import Categorical, Normal, kl_divergence
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs import distributions as d


@witness(d.Entropy, How.OPERATION)
def categorical_entropy(s: d.Entropy) -> float:
    nats: torch.Tensor = Categorical(torch.tensor(s.p)).entropy()  # type: ignore[no-untyped-call]
    return (nats / torch.log(torch.tensor(2.0)) if s.unit == "bits" else nats).item()


@witness(d.Entropy, How.OPERATION)
def entropy_from_uniform(s: d.Entropy) -> float:
    """What it lacks to the entropy of as many equal chances is the divergence from them."""
    p = torch.tensor(s.p)
    even = torch.full_like(p, 1 / len(p))
    base = torch.log(torch.tensor(2.0)) if s.unit == "bits" else torch.tensor(1.0)
    return ((-even[0].log() - F.kl_div(even.log(), p, reduction="sum")) / base).item()


@witness(d.SoftmaxEntropy, How.OPERATION)
def softmax_entropy(s: d.SoftmaxEntropy) -> float:
    return float(Categorical(logits=torch.tensor(s.logits)).entropy())  # type: ignore[no-untyped-call]


@witness(d.KlDivergence, How.OPERATION)
def kl_div(s: d.KlDivergence) -> float:
    return F.kl_div(torch.tensor(s.q).log(), torch.tensor(s.p), reduction="sum").item()


@witness(d.GaussianKl, How.BRUTE_FORCE)
def gaussian_integral(s: d.GaussianKl) -> float:
    """The integral of p (ln p − ln q) over a fine grid."""
    p, q = Normal(s.mean, s.std), Normal(0.0, 1.0)
    x = s.mean + s.std * torch.linspace(-12, 12, 2001)
    log_p: torch.Tensor = p.log_prob(x)  # type: ignore[no-untyped-call]
    log_q: torch.Tensor = q.log_prob(x)  # type: ignore[no-untyped-call]
    return torch.trapezoid(log_p.exp() * (log_p - log_q), x).item()


@witness(d.GaussianKl, How.OPERATION)
def gaussian_kl(s: d.GaussianKl) -> float:
    p = Normal(torch.tensor(s.mean), torch.tensor(s.std))
    return kl_divergence(p, Normal(torch.tensor(0.0), torch.tensor(1.0))).item()


def _distillation(s: d.KlDistillation) -> torch.Tensor:
    log = F.log_softmax(torch.tensor([s.student]) / s.temperature, 1)
    soft = F.softmax(torch.tensor([s.teacher]) / s.temperature, 1)
    return F.kl_div(log, soft, reduction="batchmean") * s.temperature**2


@witness(d.KlDistillation, How.OPERATION)
def distillation(s: d.KlDistillation) -> float:
    return _distillation(s).item()


@witness(d.DistillationLoss, How.OPERATION)
def distillation_with_label(s: d.DistillationLoss) -> float:
    hard = F.cross_entropy(torch.tensor(s.student), torch.tensor(s.target))
    return torch.lerp(hard, _distillation(s), s.alpha).item()


@witness(d.Perplexity, How.OPERATION)
def perplexity(s: d.Perplexity) -> float:
    """A model of two words, the one that comes and another."""
    p = torch.tensor(s.p)
    log = torch.stack([p, 1 - p], 1).log()
    return F.nll_loss(log, torch.zeros(len(p), dtype=torch.long)).exp().item()


@witness(d.PerplexityMerged, How.BRUTE_FORCE)
def every_token(s: d.PerplexityMerged) -> float:
    """Texts all of whose tokens have the same chance, one behind the other."""
    chances = 1 / torch.tensor(s.perplexities)
    p = torch.repeat_interleave(chances, torch.tensor(s.tokens))
    return F.nll_loss(p.log().unsqueeze(1), torch.zeros(len(p), dtype=torch.long)).exp().item()
