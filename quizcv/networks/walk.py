"""A network walked with an input: what every layer gives, costs and sees, and the totals.

network ── walk(input) ──▶ Walk: steps (one a layer) ──▶ rows (as shown) ──▶ totals
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import prod

from quizcv.errors import NetworkError
from quizcv.networks import counting, ops, seeing
from quizcv.networks.counting import Parameters
from quizcv.networks.network import INPUT, Layer, Network
from quizcv.networks.ops import Shape
from quizcv.networks.seeing import Sight
from quizcv.networks.shapes import Misfit, shape

#: What gives the values that it reads.
VIEWS = ops.Flatten | ops.Reshape | ops.ToTokens | ops.Slice | ops.Crop | ops.FirstToken | ops.Dropout
#: Bytes of a float32.
FLOAT = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One layer with its input. `sight` is None where there is no definite receptive field."""

    layer: Layer
    inputs: tuple[Shape, ...]
    shape: Shape
    parameters: Parameters
    macs: int
    connections: int
    neurons: int
    sight: Sight | None

    @property
    def activations(self) -> int:
        """Values that it computes; none where it only looks at them in another way."""
        return 0 if isinstance(self.layer.op, VIEWS) else prod(self.shape)


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown as one line: a layer with the normalization, activation and dropout behind it."""

    name: str
    stage: str
    steps: tuple[Step, ...]

    @property
    def main(self) -> Step:
        """The layer that the row is named after."""
        return self.steps[0]

    @property
    def auxiliary(self) -> bool:
        return self.main.layer.auxiliary

    @property
    def shape(self) -> Shape:
        return self.steps[-1].shape

    @property
    def activations(self) -> int:
        """Of its last layer that computes any."""
        return next((found for step in reversed(self.steps) if (found := step.activations)), 0)

    @property
    def parameters(self) -> Parameters:
        return sum((step.parameters for step in self.steps), Parameters())

    @property
    def macs(self) -> int:
        return sum(step.macs for step in self.steps)

    @property
    def sight(self) -> Sight | None:
        return self.steps[-1].sight


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one image, in float32. `activations` and `neurons` are values of all layers, and of those with connections; `memory`
    (bytes) is what parameters and the outputs of all rows take."""

    parameters: Parameters
    macs: int
    connections: int
    neurons: int
    activations: int

    @property
    def params(self) -> int:
        return self.parameters.total

    @property
    def flops(self) -> int:
        """Two operations a MAC."""
        return 2 * self.macs

    @property
    def parameter_bytes(self) -> int:
        return FLOAT * self.params

    @property
    def activation_bytes(self) -> int:
        return FLOAT * self.activations

    @property
    def memory(self) -> int:
        return self.parameter_bytes + self.activation_bytes


@dataclass(frozen=True)
class Walk:
    """All layers of a network with one input."""

    network: Network
    input: Shape
    steps: tuple[Step, ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The layers as they are shown."""
        return tuple(
            Row(name, steps[0].layer.stage, steps)
            for name, grouped in groupby(self.steps, key=lambda step: step.layer.row)
            if (steps := tuple(grouped))
        )

    @cached_property
    def totals(self) -> Totals:
        """The whole network's."""
        return self.total(self.rows)

    def total(self, rows: Iterable[Row]) -> Totals:
        """Of some rows; auxiliary ones add their parameters, and all else only if the network is in training."""
        rows = tuple(rows)
        counted = [row for row in rows if self.network.training or not row.auxiliary]
        steps = [step for row in counted for step in row.steps]
        return Totals(
            sum((row.parameters for row in rows), Parameters()),
            sum(step.macs for step in steps),
            sum(step.connections for step in steps),
            sum(step.neurons for step in steps),
            sum(row.activations for row in counted),
        )

    def step(self, name: str) -> Step:
        """Raises KeyError."""
        for step in self.steps:
            if step.layer.name == name:
                return step
        raise KeyError(name)

    def row(self, name: str) -> Row:
        """Raises KeyError."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)

    def stages(self) -> Iterator[tuple[str, tuple[Row, ...]]]:
        """Neighbouring rows of one stage together."""
        for stage, rows in groupby(self.rows, key=lambda row: row.stage):
            yield stage, tuple(rows)


def walk(network: Network, input: Shape | None = None) -> Walk:  # noqa: A002 - the field's own word
    """The network with an input `(channels, height, width)`, or the one that it was made for.

    Raises:
        NetworkError: a layer cannot read what comes to it; the layer is named.
    """
    start = network.input if input is None else input
    shapes: dict[str, Shape] = {INPUT: start}
    sights: dict[str, Sight | None] = {INPUT: seeing.START if len(start) == 3 else None}
    layers: dict[str, Layer] = {}
    steps: list[Step] = []
    for layer in network.layers:
        reads = _reads(layer, layers)
        inputs = tuple(shapes[name] for name in reads)
        try:
            made = shape(layer.op, *inputs)
        except Misfit as misfit:
            raise _breaks(network, start, layer, inputs, misfit) from None
        op = layer.op
        layers[layer.name], shapes[layer.name] = layer, made
        sights[layer.name] = seeing.sight(op, tuple(sights[name] for name in reads), inputs, made)
        steps.append(
            Step(
                layer,
                inputs,
                made,
                counting.parameters(op, *inputs),
                counting.macs(op, *inputs),
                counting.connections(op, *inputs),
                counting.neurons(op, *inputs),
                sights[layer.name],
            )
        )
    return Walk(network, start, tuple(steps))


def _reads(layer: Layer, layers: Mapping[str, Layer]) -> tuple[str, ...]:
    """The names a layer reads; max unpooling also reads what its pooling read."""
    if isinstance(layer.op, ops.Unpool):
        return (*layer.inputs, *layers[layer.inputs[1]].inputs)
    return layer.inputs


def _breaks(network: Network, start: Shape, layer: Layer, inputs: tuple[Shape, ...], misfit: Misfit) -> NetworkError:
    reads = " and ".join("×".join(map(str, one)) for one in inputs)
    made_for = "×".join(map(str, network.input))
    hint = "Choose other options." if start == network.input else f"The network is made for {made_for}."
    return NetworkError(
        f"{network.name} breaks at {layer.name} with an input of {'×'.join(map(str, start))}: "
        f"it gets {reads}, and {misfit}.",
        hint,
    )
