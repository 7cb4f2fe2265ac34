"""Variances of uniform weights and of what layers make of them; how recurrent layers begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.initialisation import WIDEST, short_rules
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class UniformVariance(Spec):
    """The variance of U(−bound, bound)."""

    bound: float

    def rules(self) -> Iterator[str]:
        if not 1e-6 <= self.bound <= 1e6:
            yield "bound must lie between 1e-6 and 1e6"


@dataclass(frozen=True, slots=True)
class UniformStd(Spec):
    """The standard deviation of U(low, high)."""

    low: float
    high: float

    def rules(self) -> Iterator[str]:
        if not self.low < self.high:
            yield "low must be less than high"
        elif max(abs(self.low), abs(self.high)) > 1000 * (self.high - self.low):
            yield "low and high are too close together for their size"
        elif not 1e-6 <= self.high - self.low <= 1e6:
            yield "high - low must lie between 1e-6 and 1e6"


@dataclass(frozen=True, slots=True)
class UniformBound(Spec):
    """The bound of the uniform distribution U(−a, a) of a given standard deviation."""

    std: float

    def rules(self) -> Iterator[str]:
        if not 1e-6 <= self.std <= 1e6:
            yield "std must lie between 1e-6 and 1e6"


@dataclass(frozen=True, slots=True)
class LayerVariance(Spec):
    """The variance of the outputs of a linear layer over its random weights."""

    fan_in: int
    weight_std: float
    mean_square: float

    meaning: ClassVar[Mapping[str, str]] = {
        "weight_std": "standard deviation of the weights, their mean is 0",
        "mean_square": "mean square E[x²] of the inputs",
    }

    def rules(self) -> Iterator[str]:
        if not 1 <= self.fan_in <= WIDEST:
            yield f"fan_in must lie between 1 and {WIDEST}; more is too large to be run"
        if not 1e-6 <= self.weight_std <= 1e6:
            yield "weight_std must lie between 1e-6 and 1e6"
        if not 1e-6 <= self.mean_square <= 1e6:
            yield "mean_square must lie between 1e-6 and 1e6"


@dataclass(frozen=True, slots=True)
class DepthVariance(LayerVariance):
    """The variance of the outputs of the last of several linear layers of equal width, with or without ReLUs between them."""

    layers: int = 2
    relu: bool = False

    def rules(self) -> Iterator[str]:
        yield from LayerVariance.rules(self)
        if not 1 <= self.layers <= 20:
            yield "layers must lie between 1 and 20; more is too large to be run"
        elif not 1e-9 <= self.fan_in * self.weight_std**2 * self.mean_square <= 1e9:
            yield "the variance grows or shrinks too fast"


@dataclass(frozen=True, slots=True)
class VarianceStd(Spec):
    """The standard deviation of the weights with which the last of several layers has a wanted variance."""

    fan_in: int
    mean_square: float
    variance: float
    layers: int
    relu: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "mean_square": "mean square E[x²] of the inputs",
        "variance": "of the outputs of the last layer, before any activation",
    }

    def rules(self) -> Iterator[str]:
        if not 1 <= self.fan_in <= WIDEST:
            yield f"fan_in must lie between 1 and {WIDEST}; more is too large to be run"
        if not 1 <= self.layers <= 6:
            yield "layers must lie between 1 and 6; more is too large to be run"
        if not (1e-3 <= self.mean_square <= 1e3 and 1e-3 <= self.variance <= 1e3):
            yield "mean_square and variance must lie between 0.001 and 1000"


@dataclass(frozen=True, slots=True)
class LstmInit(Spec):
    """The bound from which a new `nn.LSTM` draws its weights and biases."""

    input_size: int
    hidden_size: int

    def rules(self) -> Iterator[str]:
        if not (1 <= self.input_size <= 100_000 and 1 <= self.hidden_size <= 100_000):
            yield "input_size and hidden_size must lie between 1 and 100,000"


@dataclass(frozen=True, slots=True)
class RnnInit(LstmInit):
    """The same for any recurrent module, its second layer's input weights included."""

    kind: Literal["RNN", "GRU", "LSTM"] = "LSTM"
    num_layers: int = 2

    meaning: ClassVar[Mapping[str, str]] = {"num_layers": "how many stacked layers"}

    def rules(self) -> Iterator[str]:
        yield from LstmInit.rules(self)
        if not 1 <= self.num_layers <= 8:
            yield "num_layers must lie between 1 and 8"


@dataclass(frozen=True, slots=True)
class LstmWidth(Spec):
    """The smallest hidden_size for which the bound of a new `nn.LSTM` is at most `largest`."""

    input_size: int
    largest: float

    meaning: ClassVar[Mapping[str, str]] = {"largest": "what the bound may be at most"}

    def rules(self) -> Iterator[str]:
        if not 1 <= self.input_size <= 100_000:
            yield "input_size must lie between 1 and 100,000"
        yield from short_rules(largest=self.largest)
        if not 0.004 <= self.largest <= 1:
            yield "largest must lie between 0.004 and 1; less is too large to be run"
