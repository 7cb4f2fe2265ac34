"""Classical machine learning on counts and chances: resampling, ensembles, trees, Bayes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.spec import Spec

Numbers = tuple[float, ...]
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BootstrapShare(Spec):
    """The expected share of the samples that are drawn at least once."""

    n: int
    draws: int

    meaning: ClassVar[Mapping[str, str]] = {"n": "samples to draw from", "draws": "with replacement"}

    def rules(self) -> Iterator[str]:
        if not 1 <= self.n <= 1000:
            yield "n must lie between 1 and 1,000; more is too large to be run"
        if not 1 <= self.draws <= 1000:
            yield "draws must lie between 1 and 1,000; more is too large to be run"


@dataclass(frozen=True, slots=True)
class OutOfBag(BootstrapShare):
    """The expected number of samples that are never drawn."""


@dataclass(frozen=True, slots=True)
class BootstrapDraws(Spec):
    """The smallest number of draws after which the expected share of samples drawn reaches a wanted one."""

    n: int
    share: float

    def rules(self) -> Iterator[str]:
        if not 2 <= self.n <= 200:
            yield "n must lie between 2 and 200"
        elif not 0 < self.share <= 0.99:
            yield "share must be positive and 0.99 at most"
        elif any(abs(1 - (1 - 1 / self.n) ** draws - self.share) < 1e-9 for draws in range(1, 1000)):
            yield "share must not be hit exactly"


@dataclass(frozen=True, slots=True)
class AdaBoostAlpha(Spec):
    """The weight α of the first weak learner of AdaBoost."""

    samples: int
    wrong: int

    meaning: ClassVar[Mapping[str, str]] = {"wrong": "samples that the learner gets wrong"}

    def rules(self) -> Iterator[str]:
        if not 2 <= self.samples <= 10_000:
            yield "samples must lie between 2 and 10,000"
        if not 0 < self.wrong < self.samples:
            yield "wrong must be at least 1, and less than samples"


@dataclass(frozen=True, slots=True)
class AdaBoostWeight(Spec):
    """The weight of a sample after a round of AdaBoost."""

    weights: Numbers
    wrong: Counts
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"wrong": "places of the samples it gets wrong", "index": "sample, from 0"}

    def rules(self) -> Iterator[str]:
        if not self.weights or not all(0 < weight < 1 for weight in self.weights) or abs(sum(self.weights) - 1) > 1e-10:
            yield "weights must be positive and sum to 1"
        places = range(len(self.weights))
        if not all(at in places for at in (*self.wrong, self.index)) or len(set(self.wrong)) < len(self.wrong):
            yield "wrong and index must be samples, none twice"
        elif not 0 < len(self.wrong) < len(self.weights):
            yield "some samples must be wrong, not all"


@dataclass(frozen=True, slots=True)
class AdaBoostSecond(Spec):
    """The weight α of the second weak learner of AdaBoost."""

    samples: int
    wrong1: Counts
    wrong2: Counts

    meaning: ClassVar[Mapping[str, str]] = {
        "wrong1": "places of the samples the first learner gets wrong",
        "wrong2": "places of the samples the second learner gets wrong",
    }

    def rules(self) -> Iterator[str]:
        if not 2 <= self.samples <= 64:
            yield "samples must lie between 2 and 64"
        for wrong in (self.wrong1, self.wrong2):
            if not all(0 <= at < self.samples for at in wrong) or len(set(wrong)) < len(wrong):
                yield "wrong1 and wrong2 must be samples, none twice"
            elif not 0 < len(wrong) < self.samples:
                yield "each learner must get some samples wrong, not all"


@dataclass(frozen=True, slots=True)
class NaiveBayes(Spec):
    """Posterior of class 1 of naive Bayes with binary features."""

    totals: tuple[int, int]
    counts0: Counts
    counts1: Counts
    present: Counts
    alpha: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "totals": "samples of class 0 and of class 1",
        "counts0": "of the samples of class 0, how many have each feature",
        "counts1": "of the samples of class 1, how many have each feature",
        "present": "1 where the new sample has the feature, else 0",
        "alpha": "Laplace smoothing",
    }

    def rules(self) -> Iterator[str]:
        if not 1 <= len(self.present) <= 10 or not len(self.counts0) == len(self.counts1) == len(self.present):
            yield "counts0, counts1 and present need one entry per feature, ten at most"
            return
        if not all(1 <= total <= 100_000 for total in self.totals) or not 0 <= self.alpha <= 100:
            yield "totals must lie between 1 and 100,000, alpha between 0 and 100"
        if not all(flag in (0, 1) for flag in self.present):
            yield "present must be 0 or 1"
        for counts, total in zip((self.counts0, self.counts1), self.totals, strict=True):
            if not all(0 <= count <= total for count in counts):
                yield "a feature cannot be in more samples than there are"
            elif not self.alpha and not all(0 < count < total for count in counts):
                yield "without smoothing no feature may be in none or in all samples of a class"


@dataclass(frozen=True, slots=True)
class NaiveBayesOdds(NaiveBayes):
    """Logarithm of the posterior odds of class 1."""


@dataclass(frozen=True, slots=True)
class BayesRule(Spec):
    """The chance of being ill after a positive test."""

    prior: float
    sensitivity: float
    specificity: float

    meaning: ClassVar[Mapping[str, str]] = {
        "prior": "share of the ill",
        "sensitivity": "chance that the ill test positive",
        "specificity": "chance that the healthy test negative",
    }

    def rules(self) -> Iterator[str]:
        for name in ("prior", "sensitivity", "specificity"):
            if not 1e-4 <= getattr(self, name) <= 0.9999:
                yield f"{name} must lie between 0.0001 and 0.9999"


@dataclass(frozen=True, slots=True)
class BayesNegative(BayesRule):
    """The chance of being ill after a negative test."""


@dataclass(frozen=True, slots=True)
class BayesTwice(BayesRule):
    """The chance of being ill after two positive tests that err independently."""


@dataclass(frozen=True, slots=True)
class EnsembleMajority(Spec):
    """The chance that a majority of independent classifiers is right."""

    voters: int
    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "chance of each to be right"}

    def rules(self) -> Iterator[str]:
        if not 1 <= self.voters <= 15 or self.voters % 2 == 0:
            yield "voters must be odd and 15 at most"
        if not 0 <= self.p <= 1:
            yield "p must lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class EnsembleDifferent(Spec):
    """The same for classifiers that are not equally good."""

    p: Numbers

    meaning: ClassVar[Mapping[str, str]] = {"p": "chance of each to be right"}

    def rules(self) -> Iterator[str]:
        if not 1 <= len(self.p) <= 15 or len(self.p) % 2 == 0:
            yield "there must be an odd number of classifiers, 15 at most"
        if not all(0 <= p <= 1 for p in self.p):
            yield "p must lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class EnsembleSize(Spec):
    """The smallest odd number of classifiers whose majority is right with a wanted chance."""

    p: float
    wanted: float

    def rules(self) -> Iterator[str]:
        if not 0.55 <= self.p <= 0.99:
            yield "p must lie between 0.55 and 0.99"
        if not 0.5 <= self.wanted <= 0.9999:
            yield "wanted must lie between 0.5 and 0.9999"


@dataclass(frozen=True, slots=True)
class FoldSize(Spec):
    """Samples in one fold of k-fold cross-validation; the first folds take what is left over."""

    samples: int
    folds: int
    fold: int

    meaning: ClassVar[Mapping[str, str]] = {"fold": "which one, from 0"}

    def rules(self) -> Iterator[str]:
        if not 2 <= self.samples <= 1_000_000:
            yield "samples must lie between 2 and 1,000,000"
        if not 2 <= self.folds <= min(self.samples, 1000):
            yield "folds must lie between 2 and the number of samples, and be 1,000 at most"
        elif not 0 <= self.fold < self.folds:
            yield "fold must be one of the folds"


@dataclass(frozen=True, slots=True)
class TrainingSize(FoldSize):
    """Samples that are trained on while one fold is held out."""


@dataclass(frozen=True, slots=True)
class CrossValidationSteps(Spec):
    """Optimiser steps of a whole k-fold cross-validation; the last, smaller batch of an epoch counts."""

    samples: int
    folds: int
    batch_size: int
    epochs: int

    def rules(self) -> Iterator[str]:
        if not 2 <= self.samples <= 100_000:
            yield "samples must lie between 2 and 100,000"
        if not 2 <= self.folds <= min(self.samples, 100):
            yield "folds must lie between 2 and the number of samples, and be 100 at most"
        if not 1 <= self.epochs <= 1_000_000:
            yield "epochs must lie between 1 and 1,000,000"
        if self.batch_size < 1 or self.samples / self.batch_size > 5000:
            yield "batch_size must be at least 1, and an epoch have 5,000 steps at most"
