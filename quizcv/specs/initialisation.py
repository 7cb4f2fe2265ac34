"""How weights begin: fans, bounds, standard deviations, and what becomes of a variance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.spec import Spec

Mode = Literal["fan_in", "fan_out"]

#: Weights are never allocated, but their number must be countable.
MOST_WEIGHTS = 10**12
#: The widest layer whose weights' signs are all written out.
WIDEST = 512
#: The largest layer that a search tries.
FARTHEST = 10**7


@dataclass(frozen=True, slots=True)
class LinearLayer(Spec):
    """The sizes of a linear layer."""

    in_features: int
    out_features: int

    def rules(self) -> Iterator[str]:
        if min(self.in_features, self.out_features) < 1:
            yield "in_features and out_features must be at least 1"
        elif self.in_features * self.out_features > MOST_WEIGHTS:
            yield "the layer is too large to be run"


@dataclass(frozen=True, slots=True)
class ConvLayer(Spec):
    """The sizes of a convolution with a square kernel."""

    in_channels: int
    out_channels: int
    kernel: int
    groups: int = 1

    def rules(self) -> Iterator[str]:
        if min(self.in_channels, self.out_channels, self.kernel, self.groups) < 1:
            yield "in_channels, out_channels, kernel and groups must be at least 1"
        elif self.in_channels % self.groups or self.out_channels % self.groups:
            yield "groups must divide in_channels and out_channels"
        elif self.in_channels * self.out_channels * self.kernel**2 > MOST_WEIGHTS:
            yield "the layer is too large to be run"


@dataclass(frozen=True, slots=True)
class ConvFan(ConvLayer):
    """The fan of a convolution's weight as PyTorch counts it."""

    mode: Mode = "fan_in"


@dataclass(frozen=True, slots=True)
class LinearFan(LinearLayer):
    """The fan of a linear layer's weight."""

    mode: Mode = "fan_in"


@dataclass(frozen=True, slots=True)
class TransposedFan(ConvLayer):
    """The fan of a transposed convolution's weight, which PyTorch reads off as if it were a convolution's."""

    mode: Mode = "fan_in"


@dataclass(frozen=True, slots=True)
class FanKernel(Spec):
    """The kernel size of a convolution that has a given fan_in."""

    in_channels: int
    groups: int
    fan: int

    meaning: ClassVar[Mapping[str, str]] = {"fan": "fan_in of the weight"}

    def rules(self) -> Iterator[str]:
        if min(self.in_channels, self.groups, self.fan) < 1:
            yield "in_channels, groups and fan must be at least 1"
        elif self.in_channels % self.groups:
            yield "groups must divide in_channels"
        elif not any(self.in_channels // self.groups * kernel**2 == self.fan for kernel in range(1, 32)):
            yield "no square kernel up to 31×31 has this fan_in"


def _gain(gain: float) -> Iterator[str]:
    if not 0 < gain <= 1000:
        yield "gain must be positive, and 1000 at most"


@dataclass(frozen=True, slots=True)
class XavierUniform(LinearLayer):
    """The bound a of U(−a, a) in `nn.init.xavier_uniform_`, linear layer."""

    gain: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from LinearLayer.rules(self)
        yield from _gain(self.gain)


@dataclass(frozen=True, slots=True)
class XavierNormal(LinearLayer):
    """The standard deviation in `nn.init.xavier_normal_`, linear layer."""

    gain: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from LinearLayer.rules(self)
        yield from _gain(self.gain)


@dataclass(frozen=True, slots=True)
class XavierUniformConv(ConvLayer):
    """The bound a of U(−a, a) in `nn.init.xavier_uniform_`, convolution."""

    gain: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from ConvLayer.rules(self)
        yield from _gain(self.gain)


@dataclass(frozen=True, slots=True)
class XavierNormalConv(ConvLayer):
    """The standard deviation in `nn.init.xavier_normal_`, convolution."""

    gain: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from ConvLayer.rules(self)
        yield from _gain(self.gain)


def short_rules(**values: float) -> Iterator[str]:
    """For numbers that are compared exactly: whole layers hang on the last bit of any other."""
    for name, value in values.items():
        if round(value, 6) != value:
            yield f"{name} may have 6 decimals at most"


def _searched(fan: float) -> Iterator[str]:
    if fan > FARTHEST:
        yield f"the layer would have more than {FARTHEST:,} features: too large to be run"


@dataclass(frozen=True, slots=True)
class XavierUniformWidth(Spec):
    """The smallest out_features for which the bound of Xavier's uniform distribution (gain 1) is at most `largest`."""

    in_features: int
    largest: float

    meaning: ClassVar[Mapping[str, str]] = {"largest": "what the bound may be at most"}
    spread: ClassVar[int] = 6

    def rules(self) -> Iterator[str]:
        if self.in_features < 1:
            yield "in_features must be at least 1"
        yield from short_rules(largest=self.largest)
        if self.largest <= 0:
            yield "largest must be positive"
        else:
            yield from _searched(max(self.in_features, self.spread / self.largest**2))


@dataclass(frozen=True, slots=True)
class XavierNormalWidth(XavierUniformWidth):
    """The same for the standard deviation of Xavier's normal distribution."""

    spread: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class KaimingUniform(ConvLayer):
    """The bound of U(−b, b) in `nn.init.kaiming_uniform_` before a (leaky) ReLU."""

    mode: Mode = "fan_in"
    a: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = {"a": "negative slope of the leaky ReLU; 0 for ReLU"}

    def rules(self) -> Iterator[str]:
        yield from ConvLayer.rules(self)
        if abs(self.a) > 1000:
            yield "a may be 1000 at most"


@dataclass(frozen=True, slots=True)
class KaimingNormal(KaimingUniform):
    """The standard deviation in `nn.init.kaiming_normal_` before a (leaky) ReLU."""


@dataclass(frozen=True, slots=True)
class KaimingUniformWidth(Spec):
    """The smallest in_features of a linear layer for which the bound of Kaiming's uniform distribution is at most `largest`."""

    a: float
    largest: float

    meaning: ClassVar[Mapping[str, str]] = {
        "a": "negative slope of the leaky ReLU; 0 for ReLU",
        "largest": "what the bound may be at most",
    }
    spread: ClassVar[int] = 6

    def rules(self) -> Iterator[str]:
        if abs(self.a) > 1000:
            yield "a may be 1000 at most"
        yield from short_rules(a=self.a, largest=self.largest)
        if self.largest <= 0:
            yield "largest must be positive"
        else:
            yield from _searched(self.spread / self.largest**2)


@dataclass(frozen=True, slots=True)
class KaimingNormalWidth(KaimingUniformWidth):
    """The same for the standard deviation of Kaiming's normal distribution."""

    spread: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class DefaultLinear(LinearLayer):
    """The bound from which a new `nn.Linear` draws weights and biases."""


@dataclass(frozen=True, slots=True)
class DefaultConv(ConvLayer):
    """The bound from which a new `nn.Conv2d` draws weights and biases."""


@dataclass(frozen=True, slots=True)
class DefaultStd(ConvLayer):
    """The standard deviation of the weights of a new `nn.Conv2d`."""


Nonlinearity = Literal["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]


@dataclass(frozen=True, slots=True)
class Gain(Spec):
    """What `nn.init.calculate_gain(nonlinearity, param)` gives."""

    nonlinearity: Nonlinearity
    param: float = 0.01

    meaning: ClassVar[Mapping[str, str]] = {"param": "negative slope of the leaky ReLU; the others ignore it"}

    def rules(self) -> Iterator[str]:
        if abs(self.param) > 1000:
            yield "param may be 1000 at most"


@dataclass(frozen=True, slots=True)
class GainStd(Spec):
    """The standard deviation gain/√fan_in of weights before a nonlinearity."""

    nonlinearity: Literal["linear", "sigmoid", "tanh", "relu", "selu"]
    fan_in: int

    def rules(self) -> Iterator[str]:
        if not 1 <= self.fan_in <= FARTHEST:
            yield f"fan_in must lie between 1 and {FARTHEST:,}"


@dataclass(frozen=True, slots=True)
class GainSlope(Spec):
    """The negative slope of the leaky ReLU that has a given gain."""

    gain: float

    def rules(self) -> Iterator[str]:
        if not 0.1 <= self.gain < 1.414:
            yield "gain must lie between 0.1 and 1.414, less than √2"
