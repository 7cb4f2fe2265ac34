"""Classical machine learning on counts and chances: every outcome is enumerated, or followed draw by draw."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

from quizcv.reference._numerics import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import probability as c

#: Sequences of draws that are enumerated at most.
MOST_SEQUENCES = 20_000


def _distinct(n: int, draws: int) -> float:
    """The mean number of different samples over all sequences of draws."""
    places = torch.arange(n**draws)
    seen = torch.zeros(n**draws, n, dtype=torch.bool)
    for _ in range(draws):
        seen.scatter_(1, (places % n).unsqueeze(1), True)
        places = places // n
    return seen.sum(1).double().mean().item()


def _occupied(n: int) -> Iterator[float]:
    """The mean number of different samples after 0, 1, 2 … draws, from the chances of every number: a draw brings a new sample
    with the share of those unseen."""
    numbers = torch.arange(n + 1.0)
    step = torch.diag(numbers / n) + torch.diag((1 - numbers / n)[:-1], 1)
    chances = torch.zeros(n + 1)
    chances[0] = 1
    while True:
        yield (chances @ numbers).item()
        chances = chances @ step


def _expected(n: int, draws: int) -> float:
    if n**draws <= MOST_SEQUENCES:
        return _distinct(n, draws)
    return next(islice(_occupied(n), draws, None))


@witness(c.BootstrapShare, How.BRUTE_FORCE)
def drawn(s: c.BootstrapShare) -> float:
    return _expected(s.n, s.draws) / s.n


@witness(c.OutOfBag, How.BRUTE_FORCE)
def not_drawn(s: c.OutOfBag) -> float:
    return s.n - _expected(s.n, s.draws)


@witness(c.BootstrapDraws, How.BRUTE_FORCE)
def draw_by_draw(s: c.BootstrapDraws) -> int:
    return next(draws for draws, seen in enumerate(_occupied(s.n)) if seen / s.n >= s.share)


def _alpha(weights: Tensor, agreement: Tensor) -> float:
    """The α that minimises the exponential loss: where its gradient is 0."""

    def gradient(alphas: Tensor) -> Tensor:
        tried = alphas.clone().requires_grad_()
        loss = (weights * torch.exp(-tried.unsqueeze(1) * agreement)).sum()
        return torch.autograd.grad(loss, tried)[0]

    return solve(gradient, 0.0, -15.0, 15.0)


def _agreement(samples: int, wrong: tuple[int, ...]) -> Tensor:
    """1 where a learner is right, −1 where it is wrong."""
    agreement = torch.ones(samples)
    agreement[list(wrong)] = -1
    return agreement


def _reweighted(weights: Tensor, agreement: Tensor) -> Tensor:
    return torch.softmax(weights.log() - _alpha(weights, agreement) * agreement, 0)


@witness(c.AdaBoostAlpha, How.BRUTE_FORCE)
def every_alpha(s: c.AdaBoostAlpha) -> float:
    weights = torch.full((s.samples,), 1 / s.samples)
    return _alpha(weights, _agreement(s.samples, tuple(range(s.wrong))))


@witness(c.AdaBoostWeight, How.BRUTE_FORCE)
def reweighted(s: c.AdaBoostWeight) -> float:
    return _reweighted(torch.tensor(s.weights), _agreement(len(s.weights), s.wrong))[s.index].item()


@witness(c.AdaBoostSecond, How.BRUTE_FORCE)
def second_alpha(s: c.AdaBoostSecond) -> float:
    weights = _reweighted(torch.full((s.samples,), 1 / s.samples), _agreement(s.samples, s.wrong1))
    return _alpha(weights, _agreement(s.samples, s.wrong2))


def _table(s: c.NaiveBayes) -> Tensor:
    """The chance of either class together with the features seen, from the table of all combinations."""
    joint = torch.tensor(s.totals) / sum(s.totals)
    for count0, count1 in zip(s.counts0, s.counts1, strict=True):
        rows = torch.tensor([[s.totals[0] - count0, count0], [s.totals[1] - count1, count1]]) + s.alpha
        chances = rows / rows.sum(1, keepdim=True)
        joint = joint.unsqueeze(-1) * chances.reshape(2, *[1] * (joint.dim() - 1), 2)
    for flag in reversed(s.present):
        joint = joint[..., flag]
    return joint


@witness(c.NaiveBayes, How.BRUTE_FORCE)
def every_combination(s: c.NaiveBayes) -> float:
    seen = _table(s)
    return (seen[1] / seen.sum()).item()


@witness(c.NaiveBayesOdds, How.BRUTE_FORCE)
def odds_of_combination(s: c.NaiveBayesOdds) -> float:
    return torch.logit(torch.tensor(every_combination(s))).item()


def _population(s: c.BayesRule) -> Tensor:
    """Shares of people: healthy or ill × first test × second test, each negative or positive."""
    people = torch.tensor([1 - s.prior, s.prior])
    test = torch.tensor([[s.specificity, 1 - s.specificity], [1 - s.sensitivity, s.sensitivity]])
    return torch.einsum("i,ia,ib->iab", people, test, test)


def _ill(people: Tensor) -> float:
    return (people[1].sum() / people.sum()).item()


@witness(c.BayesRule, How.BRUTE_FORCE)
def of_the_positive(s: c.BayesRule) -> float:
    return _ill(_population(s)[:, 1])


@witness(c.BayesNegative, How.BRUTE_FORCE)
def of_the_negative(s: c.BayesNegative) -> float:
    return _ill(_population(s)[:, 0])


@witness(c.BayesTwice, How.BRUTE_FORCE)
def of_the_twice_positive(s: c.BayesTwice) -> float:
    return _ill(_population(s)[:, 1, 1])


def _majority(p: Tensor) -> float:
    """Over all combinations of right and wrong."""
    voters = len(p)
    right = (torch.arange(2**voters).unsqueeze(1) >> torch.arange(voters)) & 1
    chances = torch.where(right == 1, p, 1 - p).prod(1)
    return chances[right.sum(1) * 2 > voters].sum().item()


@witness(c.EnsembleMajority, How.BRUTE_FORCE)
def every_vote(s: c.EnsembleMajority) -> float:
    return _majority(torch.full((s.voters,), s.p))


@witness(c.EnsembleDifferent, How.BRUTE_FORCE)
def every_different_vote(s: c.EnsembleDifferent) -> float:
    return _majority(torch.tensor(s.p))


@witness(c.EnsembleSize, How.BRUTE_FORCE)
def every_size(s: c.EnsembleSize) -> int:
    for voters in range(1, 16, 2):
        if _majority(torch.full((voters,), s.p)) >= s.wanted:
            return voters
    raise ValueError("15 classifiers are not enough")


def _folds(samples: int, folds: int) -> tuple[Tensor, ...]:
    return torch.tensor_split(torch.arange(samples), folds)


@witness(c.FoldSize, How.OPERATION)
def held_out(s: c.FoldSize) -> int:
    return len(_folds(s.samples, s.folds)[s.fold])


@witness(c.TrainingSize, How.OPERATION)
def trained_on(s: c.TrainingSize) -> int:
    rest = [fold for at, fold in enumerate(_folds(s.samples, s.folds)) if at != s.fold]
    return len(torch.cat(rest))


@witness(c.CrossValidationSteps, How.BRUTE_FORCE)
def every_batch(s: c.CrossValidationSteps) -> int:
    held = torch.cat([torch.full((len(fold),), at) for at, fold in enumerate(_folds(s.samples, s.folds))])
    batches = (len(torch.split(torch.nonzero(held != at), s.batch_size)) for at in range(s.folds))
    return s.epochs * sum(batches)
