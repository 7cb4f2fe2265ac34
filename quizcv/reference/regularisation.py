"""Dropout, stochastic depth and early stopping: the layers are run, all masks listed, the losses fed to torch's own patience."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.distributions import Binomial
from torch.nn import functional as F  # noqa: N812
from torch.optim import SGD
from torch.optim.lr_scheduler import ReduceLROnPlateau

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import early_stopping as early
from quizcv.specs import regularisation as of
from quizcv.specs.regularisation import DropoutRate, DropoutScale, DropoutValue


def _kept(x: float, p: float, *, training: bool = True) -> float:
    """Push copies of a value through dropout until one of them is kept."""
    while True:
        out = F.dropout(torch.full((32,), x), p, training)
        kept = out[out != 0]
        if len(kept):
            return kept[0].item()


@witness(DropoutScale, How.OPERATION)
def dropout_of_one(s: DropoutScale) -> float:
    return _kept(1.0, s.p)


@witness(DropoutValue, How.OPERATION)
def dropout(s: DropoutValue) -> float:
    return _kept(s.x, s.p, training=s.training)


@witness(DropoutRate, How.BRUTE_FORCE)
def every_percent(s: DropoutRate) -> float:
    """Of all rates in whole percents, the first whose layer gives as much: the rate and what is kept grow together."""
    return bisect_left(range(100), s.y * (1 - 1e-9), key=lambda percent: _kept(s.x, percent / 100)) / 100


def _masks(units: int) -> Tensor:
    """All patterns of kept (1) and dropped (0) units, one per row."""
    return torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * units).reshape(-1, units)


def _chances(masks: Tensor, p: float) -> Tensor:
    """The probability of each pattern."""
    return torch.where(masks > 0, 1 - p, p).prod(1)


def _expected(x: Tensor, weight: Tensor, p: float) -> float:
    """The mean over all masks of a linear unit behind dropped activations."""
    masks = _masks(len(x))
    return torch.dot(_chances(masks, p), F.linear(masks * x, weight)).item()


@witness(of.DropoutTestScale, How.BRUTE_FORCE)
def mean_of_three(s: of.DropoutTestScale) -> float:
    return _expected(torch.ones(3), torch.full((3,), 1 / 3), s.p)


@witness(of.DropoutTestSum, How.BRUTE_FORCE)
def mean_sum(s: of.DropoutTestSum) -> float:
    return _expected(torch.tensor(s.x), torch.tensor(s.weight), s.p)


@witness(of.DropoutTestRate, How.BRUTE_FORCE)
def means_at_rates(s: of.DropoutTestRate) -> float:
    one, weight = torch.ones(1), torch.tensor([s.weight])
    return solve(lambda p: _expected(one, weight, p), s.scaled, 0.2, 0.8)


@witness(of.DropoutSurvivors, How.BRUTE_FORCE)
def every_count(s: of.DropoutSurvivors) -> float:
    """Every possible number of kept units with its probability."""
    counts = torch.arange(float(s.units + 1))
    chances = Binomial(s.units, torch.tensor(1 - s.p)).log_prob(counts).exp()  # type: ignore[no-untyped-call]
    return torch.dot(counts, chances).item()


@witness(of.DropoutSum, How.BRUTE_FORCE)
def mean_of_kept(s: of.DropoutSum) -> float:
    kept = [_kept(x, s.p) if s.scaled and x else x for x in s.x]
    return _expected(torch.tensor(kept), torch.ones(len(kept)), s.p)


@witness(of.DropoutWidth, How.BRUTE_FORCE)
def every_width(s: of.DropoutWidth) -> int:
    """Unit after unit, until enough are kept on average."""
    per_unit = _expected(torch.ones(1), torch.ones(1), s.p)
    means = torch.full((int(s.kept / per_unit) + 2,), per_unit).cumsum(0)
    return int(torch.nonzero(means >= s.kept - 1e-9)[0].item()) + 1


@witness(of.DropoutMasks, How.BRUTE_FORCE)
def every_mask(s: of.DropoutMasks) -> int:
    return len(_masks(s.units))


@witness(of.DropoutExactly, How.BRUTE_FORCE)
def masks_that_drop(s: of.DropoutExactly) -> float:
    masks = _masks(s.units)
    return _chances(masks, s.p)[(masks == 0).sum(1) == s.dropped].sum().item()


@witness(of.DropoutAtLeast, How.BRUTE_FORCE)
def masks_that_drop_more(s: of.DropoutAtLeast) -> float:
    masks = _masks(s.units)
    return _chances(masks, s.p)[(masks == 0).sum(1) >= s.dropped].sum().item()


def _survivals(blocks: int, last: float) -> list[float]:
    """From the input, which always survives, down to the last block."""
    survivals: list[float] = torch.linspace(1.0, last, blocks + 1).tolist()
    return survivals


@witness(of.BlockSurvival, How.OPERATION)
def block_survival(s: of.BlockSurvival) -> float:
    return _survivals(s.blocks, s.last)[s.block]


def _mean_depth(blocks: int, last: float) -> float:
    """Block after block, the distribution of the number that survive; then its mean."""
    chances = torch.ones(1, 1, 1)
    for survival in _survivals(blocks, last)[1:]:
        chances = F.conv1d(chances, torch.tensor([[[survival, 1 - survival]]]), padding=1)
    return torch.dot(chances[0, 0], torch.arange(float(blocks + 1))).item()


@witness(of.ExpectedDepth, How.BRUTE_FORCE)
def mean_depth(s: of.ExpectedDepth) -> float:
    return _mean_depth(s.blocks, s.last)


@witness(of.DepthSurvival, How.BRUTE_FORCE)
def depths_at_survivals(s: of.DepthSurvival) -> float:
    return solve(lambda last: _mean_depth(s.blocks, last), s.depth, 0.3, 0.7)


def _stopped(losses: Iterable[float], patience: int, min_delta: float) -> tuple[int | None, int]:
    """The epoch in which ReduceLROnPlateau loses its patience (it waits for one epoch more than its own), and the best until then.
    Millionths as whole numbers: whether a loss is lower must not be left to rounding."""
    optimizer = SGD([torch.zeros(1)], lr=1.0)
    plateau = ReduceLROnPlateau(
        optimizer, patience=patience - 1, threshold=round(min_delta * 1e6), threshold_mode="abs", factor=0.5
    )
    best = 0
    for epoch, loss in enumerate(losses, 1):
        before = plateau.best
        plateau.step(round(loss * 1e6))
        best = epoch if plateau.best < before else best
        if optimizer.param_groups[0]["lr"] < 1.0:
            return epoch, best
    return None, best


@witness(early.EarlyStopping, How.OPERATION)
def plateau_epoch(s: early.EarlyStopping) -> int:
    epoch = _stopped(s.losses, s.patience, s.min_delta)[0]
    if epoch is None:
        raise ValueError("training never stops")
    return epoch


@witness(early.EarlyBest, How.OPERATION)
def plateau_best(s: early.EarlyBest) -> int:
    return _stopped(s.losses, s.patience, s.min_delta)[1]


@witness(early.EarlyPatience, How.BRUTE_FORCE)
def every_patience(s: early.EarlyPatience) -> int:
    lowest = int(torch.tensor(s.losses).argmin().item()) + 1
    for patience in range(1, len(s.losses) + 1):
        if _stopped(s.losses, patience, 0.0)[1] == lowest:
            return patience
    raise ValueError("no patience is enough")
