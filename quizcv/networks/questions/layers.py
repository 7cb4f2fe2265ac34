"""What is asked of layers and parts of known networks: parameter types, and which layers a name means.

These are specs that need the catalogue to say what is wrong with a name. Data only: formulas and reference both read this module.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from quizcv.errors import BadParameters, NotFound
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.network import Layer, Network
from quizcv.specs import Spec

MEANING = {
    "network": "a network of `quizcv net list`, e.g. vgg16",
    "layer": "a layer of it, as `quizcv net NAME` names it, e.g. conv3_2",
    "part": "a layer, a stage or a block of it, e.g. conv3_2, layer2, layer2.0",
    "other": "the part that is compared with",
    "size": "height and width of the image",
    "side": "height and width of the layer's map",
    "classes": "outputs of the last fully connected layer",
    "norms": "whether the parameters of normalizations count",
    "batch": "images",
}


@dataclass(frozen=True, slots=True)
class Known(Spec):
    """Base of all: names that must be known, and counts from 1."""

    network: str

    meaning: ClassVar[dict[str, str]] = MEANING

    def rules(self) -> Iterator[str]:
        for count in ("size", "side", "classes", "batch"):
            stated = getattr(self, count, None)
            if stated is not None and stated < 1:
                yield f"{count} must be at least 1"
        try:
            table = network(self.network)
        except NotFound as error:
            near = error.hint.removesuffix("?").removeprefix("Did you mean ")
            yield error.message.removesuffix(".") + (f" (did you mean {near}?)" if near != error.hint else "")
            return
        names = [layer.name for layer in table.layers]
        layer = getattr(self, "layer", None)
        if layer is not None and layer not in names:
            yield _unknown(table, "layer", layer, names)
        for part in (getattr(self, "part", None), getattr(self, "other", None)):
            if part is not None and not layers_of(table, part):
                yield _unknown(table, "layer, stage or block", part, list(dict.fromkeys(_parts(table))))


def _parts(table: Network) -> Iterator[str]:
    """Names that a part may have."""
    for layer in table.layers:
        yield from (layer.row, layer.stage)
        pieces = layer.row.split(".")
        yield from (".".join(pieces[:at]) for at in range(1, len(pieces)))


def _unknown(table: Network, what: str, name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"its layers go from {names[0]} to {names[-1]}"
    return f"{table.name} has no {what} {name!r} ({hint})"


def layers_of(table: Network, part: str) -> tuple[Layer, ...]:
    """The layers of a row (a convolution with the normalization and activation behind it), else of a stage, else of a block; none for
    an unknown name. Auxiliary layers belong to no stage. `classifier` means the fully connected layers where nothing is called so."""
    for chosen in (
        [layer for layer in table.layers if layer.row == part],
        [layer for layer in table.layers if layer.stage == part and not layer.auxiliary],
        [layer for layer in table.layers if layer.row.startswith(f"{part}.")],
        [layer for layer in _linears(table) if part == "classifier"],
    ):
        if chosen:
            return tuple(chosen)
    return ()


def _linears(table: Network) -> list[Layer]:
    return [layer for layer in table.layers if isinstance(layer.op, ops.Linear) and not layer.auxiliary]


def last_linear(table: Network) -> Layer:
    """The layer that gives the classes.

    Raises:
        BadParameters: the network has no fully connected layer.
    """
    found = _linears(table)
    if not found:
        raise BadParameters(f"{table.name} has no fully connected layer.")
    return found[-1]


def flattened(table: Network) -> Layer:
    """The layer that turns the last maps into features.

    Raises:
        BadParameters: the network has none.
    """
    for layer in table.layers:
        if isinstance(layer.op, ops.Flatten) and not layer.auxiliary:
            return layer
    raise BadParameters(f"{table.name} does not flatten its last maps.")


@dataclass(frozen=True, slots=True)
class NetworkOutput(Known):
    """Shape of a layer's output."""

    layer: str
    size: int


@dataclass(frozen=True, slots=True)
class NetworkInputSize(Known):
    """The smallest square image for which a layer gives maps of this side."""

    layer: str
    side: int


@dataclass(frozen=True, slots=True)
class NetworkLayerParams(Known):
    """Weights and biases of one layer, at the input the network was made for."""

    layer: str


@dataclass(frozen=True, slots=True)
class NetworkResizedParams(Known):
    """The same at another input: the first fully connected layer grows."""

    layer: str
    size: int


@dataclass(frozen=True, slots=True)
class NetworkClassParams(Known):
    """Parameters of the last fully connected layer for so many classes."""

    classes: int


@dataclass(frozen=True, slots=True)
class NetworkPartParams(Known):
    """Parameters of a stage or block."""

    part: str
    norms: bool = True


@dataclass(frozen=True, slots=True)
class NetworkShare(Known):
    """Percentage of all parameters that a part has, at this input and for so many classes."""

    part: str
    size: int
    classes: int


@dataclass(frozen=True, slots=True)
class NetworkPooledParams(Known):
    """All parameters once global pooling and one fully connected layer stand behind the last maps."""

    classes: int


@dataclass(frozen=True, slots=True)
class NetworkMacs(Known):
    """Multiply-accumulates of a part."""

    part: str
    size: int


@dataclass(frozen=True, slots=True)
class NetworkMacShare(Known):
    """Percentage of all multiply-accumulates that a part has."""

    part: str
    size: int


@dataclass(frozen=True, slots=True)
class NetworkMacRatio(Known):
    """Multiply-accumulates of one part by those of another."""

    part: str
    other: str
    size: int


@dataclass(frozen=True, slots=True)
class NetworkValues(Known):
    """How many values a layer gives."""

    layer: str
    size: int


@dataclass(frozen=True, slots=True)
class NetworkMemory(Known):
    """MiB in float32 of what a layer gives for a batch."""

    layer: str
    size: int
    batch: int


@dataclass(frozen=True, slots=True)
class NetworkPartMemory(Known):
    """MiB in float32 of what the convolutions of a part give for a batch."""

    part: str
    size: int
    batch: int
