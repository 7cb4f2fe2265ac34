"""How weights begin: the modules and functions of `torch.nn.init` are run, and what they draw from is heard."""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor, nn
from torch.distributions import Uniform
from torch.nn import functional as F  # noqa: N812
from torch.nn import init

from quizcv.reference._draws import heard, smallest
from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import initialisation as of
from quizcv.specs import variance as va

#: A bound that is meant to be met exactly may miss by the last bits.
SLACK = 1 + 1e-12


def _blank(*shape: int) -> Tensor:
    return torch.empty(*shape, device="meta")


def _kernels(s: of.ConvLayer) -> Tensor:
    """The weight of a real module."""
    return nn.Conv2d(s.in_channels, s.out_channels, s.kernel, groups=s.groups, device="meta").weight


def _fan(weight: Tensor, mode: of.Mode) -> int:
    """What torch.nn.init itself reads off a weight."""
    both = init._calculate_fan_in_and_fan_out(weight)
    return int(both[0] if mode == "fan_in" else both[1])


@witness(of.ConvFan, How.MODULE, "meta")
def conv_fan(s: of.ConvFan) -> int:
    return _fan(_kernels(s), s.mode)


@witness(of.LinearFan, How.MODULE, "meta")
def linear_fan(s: of.LinearFan) -> int:
    return _fan(nn.Linear(s.in_features, s.out_features, device="meta").weight, s.mode)


@witness(of.TransposedFan, How.MODULE, "meta")
def transposed_fan(s: of.TransposedFan) -> int:
    module = nn.ConvTranspose2d(s.in_channels, s.out_channels, s.kernel, groups=s.groups, device="meta")
    return _fan(module.weight, s.mode)


@witness(of.FanKernel, How.BRUTE_FORCE, "meta")
def every_kernel(s: of.FanKernel) -> int:
    for kernel in range(1, 32):
        if _fan(_kernels(of.ConvLayer(s.in_channels, s.groups, kernel, s.groups)), "fan_in") == s.fan:
            return kernel
    raise ValueError("no kernel has this fan")


@witness(of.XavierUniform, How.OPERATION, "meta")
def xavier_uniform(s: of.XavierUniform) -> float:
    return heard(lambda: init.xavier_uniform_(_blank(s.out_features, s.in_features), s.gain))[0][1]


@witness(of.XavierNormal, How.OPERATION, "meta")
def xavier_normal(s: of.XavierNormal) -> float:
    return heard(lambda: init.xavier_normal_(_blank(s.out_features, s.in_features), s.gain))[0][1]


@witness(of.XavierUniformConv, How.OPERATION, "meta")
def xavier_uniform_conv(s: of.XavierUniformConv) -> float:
    weight = _kernels(s)
    return heard(lambda: init.xavier_uniform_(weight, s.gain))[0][1]


@witness(of.XavierNormalConv, How.OPERATION, "meta")
def xavier_normal_conv(s: of.XavierNormalConv) -> float:
    weight = _kernels(s)
    return heard(lambda: init.xavier_normal_(weight, s.gain))[0][1]


@witness(of.XavierUniformWidth, How.BRUTE_FORCE, "meta")
def xavier_uniform_widths(s: of.XavierUniformWidth) -> int:
    def meets(width: int) -> bool:
        return heard(lambda: init.xavier_uniform_(_blank(width, s.in_features)))[0][1] <= s.largest * SLACK

    return smallest(meets, of.FARTHEST)


@witness(of.XavierNormalWidth, How.BRUTE_FORCE, "meta")
def xavier_normal_widths(s: of.XavierNormalWidth) -> int:
    def meets(width: int) -> bool:
        return heard(lambda: init.xavier_normal_(_blank(width, s.in_features)))[0][1] <= s.largest * SLACK

    return smallest(meets, of.FARTHEST)


@witness(of.KaimingUniform, How.OPERATION, "meta")
def kaiming_uniform(s: of.KaimingUniform) -> float:
    weight = _kernels(s)
    return heard(lambda: init.kaiming_uniform_(weight, s.a, s.mode))[0][1]


@witness(of.KaimingNormal, How.OPERATION, "meta")
def kaiming_normal(s: of.KaimingNormal) -> float:
    weight = _kernels(s)
    return heard(lambda: init.kaiming_normal_(weight, s.a, s.mode))[0][1]


@witness(of.KaimingUniformWidth, How.BRUTE_FORCE, "meta")
def kaiming_uniform_widths(s: of.KaimingUniformWidth) -> int:
    def meets(width: int) -> bool:
        return heard(lambda: init.kaiming_uniform_(_blank(1, width), s.a))[0][1] <= s.largest * SLACK

    return smallest(meets, of.FARTHEST)


@witness(of.KaimingNormalWidth, How.BRUTE_FORCE, "meta")
def kaiming_normal_widths(s: of.KaimingNormalWidth) -> int:
    def meets(width: int) -> bool:
        return heard(lambda: init.kaiming_normal_(_blank(1, width), s.a))[0][1] <= s.largest * SLACK

    return smallest(meets, of.FARTHEST)


def _one_bound(draws: list[tuple[float, float]]) -> float:
    """The bound of several uniform draws that must all be the same."""
    bounds = {round(high, 12) for _, high in draws} | {round(-low, 12) for low, _ in draws}
    if len(bounds) > 1:
        raise ValueError(f"several bounds: {bounds}")
    return draws[0][1]


@witness(of.DefaultLinear, How.MODULE, "meta")
def new_linear(s: of.DefaultLinear) -> float:
    return _one_bound(heard(lambda: nn.Linear(s.in_features, s.out_features, device="meta")))


def _new_conv(s: of.ConvLayer) -> float:
    return _one_bound(heard(lambda: nn.Conv2d(s.in_channels, s.out_channels, s.kernel, groups=s.groups, device="meta")))


@witness(of.DefaultConv, How.MODULE, "meta")
def new_conv(s: of.DefaultConv) -> float:
    return _new_conv(s)


@witness(of.DefaultStd, How.MODULE, "meta")
def new_conv_std(s: of.DefaultStd) -> float:
    bound = _new_conv(s)
    return math.sqrt(_spread(-bound, bound))


@witness(of.Gain, How.OPERATION)
def calculate_gain(s: of.Gain) -> float:
    return float(init.calculate_gain(s.nonlinearity, s.param))


@witness(of.GainStd, How.OPERATION, "meta")
def kaiming_of_any(s: of.GainStd) -> float:
    return heard(lambda: init.kaiming_normal_(_blank(1, s.fan_in), nonlinearity=s.nonlinearity))[0][1]


@witness(of.GainSlope, How.BRUTE_FORCE)
def gain_at_slopes(s: of.GainSlope) -> float:
    """Bisection: the steeper the negative side, the smaller the gain."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if init.calculate_gain("leaky_relu", middle) > s.gain else (low, middle)
    return (low + high) / 2


def _spread(low: float, high: float) -> float:
    """The variance of U(low, high) by Simpson's rule over its quantiles, which is exact for squares."""
    share, weight = torch.tensor([0.0, 0.5, 1.0]), torch.tensor([1.0, 4.0, 1.0]) / 6
    x = Uniform(low, high).icdf(share)  # type: ignore[no-untyped-call]
    return torch.dot((x - torch.dot(x, weight)) ** 2, weight).item()


@witness(va.UniformVariance, How.BRUTE_FORCE)
def uniform_variance(s: va.UniformVariance) -> float:
    return _spread(-s.bound, s.bound)


@witness(va.UniformVariance, How.OPERATION)
def uniform_distribution(s: va.UniformVariance) -> float:
    return Uniform(-s.bound, s.bound).variance.item()


@witness(va.UniformStd, How.BRUTE_FORCE)
def uniform_std(s: va.UniformStd) -> float:
    return math.sqrt(_spread(s.low, s.high))


@witness(va.UniformStd, How.OPERATION)
def uniform_distribution_std(s: va.UniformStd) -> float:
    return Uniform(s.low, s.high).stddev.item()


@witness(va.UniformBound, How.BRUTE_FORCE)
def uniform_bounds(s: va.UniformBound) -> float:
    return s.std * solve(lambda ratio: math.sqrt(_spread(-ratio * s.std, ratio * s.std)) / s.std, 1.0, 1.0, 2.0)


@cache
def _signs(count: int) -> Tensor:
    """Rows of signs in which every two columns meet in all four ways equally often, as independent signs do: Hadamard's matrix
    and its negative. Variances over these rows are exactly those over all 2^count patterns."""
    signs = torch.ones(1, 1)
    while len(signs) < count:
        signs = torch.kron(torch.tensor([[1.0, 1.0], [1.0, -1.0]]), signs)
    return torch.cat([signs, -signs])[:, :count]


def _outputs(fan_in: int, weight_std: float, mean_square: float) -> Tensor:
    """The outputs of a linear layer for weights of either sign."""
    return F.linear(torch.full((fan_in,), mean_square).sqrt(), _signs(fan_in) * weight_std)


def _last_variance(s: va.DepthVariance | va.VarianceStd, weight_std: float) -> float:
    outputs = _outputs(s.fan_in, weight_std, s.mean_square)
    for _ in range(s.layers - 1):
        inputs = F.relu(outputs) if s.relu else outputs
        outputs = _outputs(s.fan_in, weight_std, inputs.square().mean().item())
    return outputs.var(correction=0).item()


@witness(va.LayerVariance, How.BRUTE_FORCE)
def layer_variance(s: va.LayerVariance) -> float:
    return _outputs(s.fan_in, s.weight_std, s.mean_square).var(correction=0).item()


@witness(va.DepthVariance, How.BRUTE_FORCE)
def depth_variance(s: va.DepthVariance) -> float:
    return _last_variance(s, s.weight_std)


@witness(va.VarianceStd, How.BRUTE_FORCE)
def variances_at_stds(s: va.VarianceStd) -> float:
    """Solved on a scale on which the answer is neither tiny nor steep."""
    unit = math.sqrt(1 / s.fan_in)

    def grown(factor: float) -> float:
        return float((_last_variance(s, abs(factor) * unit) / s.mean_square) ** (1 / (2 * s.layers)))

    return unit * abs(solve(grown, (s.variance / s.mean_square) ** (1 / (2 * s.layers)), 1.0, 1.5))


@witness(va.LstmInit, How.MODULE, "meta")
def new_lstm(s: va.LstmInit) -> float:
    return _one_bound(heard(lambda: nn.LSTM(s.input_size, s.hidden_size, device="meta")))


@witness(va.RnnInit, How.MODULE, "meta")
def new_rnn(s: va.RnnInit) -> float:
    kind = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}[s.kind]
    return _one_bound(heard(lambda: kind(s.input_size, s.hidden_size, s.num_layers, device="meta")))


@witness(va.LstmWidth, How.BRUTE_FORCE, "meta")
def lstm_widths(s: va.LstmWidth) -> int:
    def meets(width: int) -> bool:
        return heard(lambda: nn.LSTM(s.input_size, width, device="meta"))[0][1] <= s.largest * SLACK

    bound = heard(lambda: nn.LSTM(s.input_size, 64, device="meta"))[0][1]
    return smallest(meets, 100_000, near=round(64 * (bound / s.largest) ** 2))
