"""Chains of layers: what they reach by the closed formulas, and how a stem lists them."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

#: [kernel, stride] or [kernel, stride, dilation] each.
Layers = tuple[tuple[int, ...], ...]


def dilation_of(layer: tuple[int, ...]) -> int:
    return layer[2] if len(layer) == 3 else 1


def jump_of(layers: Layers) -> int:
    """Input pixels between neighbouring units."""
    return prod(layer[1] for layer in layers)


def grown(layers: Layers) -> list[tuple[int, int]]:
    """What each layer adds: its extent less 1, and the jump before it."""
    return [(dilation_of(layer) * (layer[0] - 1), jump_of(layers[:at])) for at, layer in enumerate(layers)]


def field_of(layers: Layers) -> int:
    """r = 1 + Σ d(k − 1) · jump before the layer (Araujo, Norris and Sim 2019, equation 2, with dilation)."""
    return 1 + sum(add * jump for add, jump in grown(layers))


def field_without_strides(layers: Layers) -> int:
    return 1 + sum(add for add, _ in grown(layers))


def field_with_own_stride(layers: Layers) -> int:
    """Wrong: every layer's own stride already counts for its own kernel."""
    return 1 + sum(add * jump_of(layers[: at + 1]) for at, (add, _) in enumerate(grown(layers)))


def worked(layers: Layers) -> str:
    """The sum with its numbers, in LaTeX."""
    parts = []
    for layer, (add, jump) in zip(layers, grown(layers), strict=True):
        dilation = dilation_of(layer)
        taken = rf"{add}" if dilation == 1 else rf"{dilation} \cdot {layer[0] - 1}"
        parts.append(rf"{taken} \cdot {jump}")
    return "1 + " + " + ".join(parts) + f" = {field_of(layers)}"


def listed(lines: Iterable[str]) -> str:
    """A numbered list: a blank line before and behind belongs to it."""
    return "\n\n" + "\n".join(f"{at}. {line}" for at, line in enumerate(lines, 1)) + "\n\n"


def chain(layers: Layers) -> tuple[str, str]:
    """The sentence that opens a stem and its list. The dilation is said once where no layer states its own."""
    en, zh = described(layers)
    if any(len(layer) == 3 for layer in layers):
        return f"A network is a chain of these convolutions and poolings:{en}", f"网络由以下卷积或池化层依次组成：{zh}"
    return (
        f"A network is a chain of these convolutions and poolings (dilation 1):{en}",
        f"网络由以下卷积或池化层依次组成（膨胀率 1）：{zh}",
    )


def described(layers: Layers) -> tuple[str, str]:
    """The layers for a stem, in English and in Chinese; the dilation is said where any layer states one."""
    dilated = any(len(layer) == 3 for layer in layers)
    en = (
        f"{layer[0]}×{layer[0]}, stride {layer[1]}" + (f", dilation {dilation_of(layer)}" if dilated else "")
        for layer in layers
    )
    zh = (
        f"{layer[0]}×{layer[0]}，步长 {layer[1]}" + (f"，膨胀率 {dilation_of(layer)}" if dilated else "")
        for layer in layers
    )
    return listed(en), listed(zh)
