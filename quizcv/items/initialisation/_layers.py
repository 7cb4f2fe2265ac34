"""Layers as the questions on initialisation name them, and the fans of their weights."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.initialisation import ConvLayer, LinearLayer

#: Bounds and deviations of weights span orders of magnitude.
THREE = Number(decimals=0, significant=3)

CHANNELS = (3, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
FEATURES = (50, 64, 84, 100, 120, 128, 200, 256, 300, 400, 512, 784, 1024)


def fan_in(s: ConvLayer) -> int:
    return s.in_channels // s.groups * s.kernel**2


def fan_out(s: ConvLayer) -> int:
    """As PyTorch counts it: the groups do not divide it."""
    return s.out_channels * s.kernel**2


def linear(s: LinearLayer) -> str:
    return f"`nn.Linear({s.in_features}, {s.out_features})`"


def conv(s: ConvLayer, name: str = "Conv2d") -> str:
    return f"`nn.{name}({s.in_channels}, {s.out_channels}, kernel_size={s.kernel}, groups={s.groups})`"


def fan_in_worked(s: ConvLayer) -> str:
    return rf"({s.in_channels}/{s.groups}) \cdot {s.kernel}^2 = {num(fan_in(s))}"


def fan_out_worked(s: ConvLayer) -> str:
    return rf"{s.out_channels} \cdot {s.kernel}^2 = {num(fan_out(s))}"


def fans_worked(s: ConvLayer) -> Text:
    """Both fans with the numbers put in."""
    steps = f"`fan_in` $= {fan_in_worked(s)}$", f"`fan_out` $= {fan_out_worked(s)}$"
    return Text(f"{steps[0]} and {steps[1]}.", f"{steps[0]}，{steps[1]}。")


def draw_features(draw: Draw) -> tuple[int, int]:
    """Two different sizes."""
    one, other = draw.sample(FEATURES, 2)
    return one, other


def draw_conv(draw: Draw, level: int) -> tuple[int, int, int, int] | None:
    """in_channels, out_channels, kernel, groups; different numbers of channels, and groups at level 2."""
    one, other = draw.sample(CHANNELS, 2)
    kernel = draw.choice((3, 5, 7))
    groups = draw.choice((1, 2, 4, 8)) if level >= 2 else 1
    return None if one % groups or other % groups else (one, other, kernel, groups)
