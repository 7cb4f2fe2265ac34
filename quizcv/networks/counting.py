"""Closed formulas for what one layer costs: its parameters, multiply-accumulates and connections.

- a multiply-accumulate (MAC) is counted for every weight that meets an input, also where the input is padding; biases,
  normalizations, activations, pooling and sums have none;
- a connection is a MAC or a bias that is added (LeCun et al. 1998 count so).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from math import prod

from quizcv.networks import ops
from quizcv.networks.ops import Op, Shape
from quizcv.networks.shapes import shape


@dataclass(frozen=True, slots=True)
class Parameters:
    """Trained numbers of a layer: `weights` (also embeddings and layer scales), `biases` of convolutions and linear layers, `norms` of
    normalizations."""

    weights: int = 0
    biases: int = 0
    norms: int = 0

    @property
    def total(self) -> int:
        return self.weights + self.biases + self.norms

    def __add__(self, other: Parameters) -> Parameters:
        return Parameters(self.weights + other.weights, self.biases + other.biases, self.norms + other.norms)


@singledispatch
def parameters(op: Op, *inputs: Shape) -> Parameters:
    """Trained parameters of an operation that reads these shapes."""
    return Parameters()


@parameters.register
def _(op: ops.Conv, *inputs: Shape) -> Parameters:
    return Parameters(inputs[0][0] // op.groups * prod(op.kernel) * op.channels, op.channels * op.bias)


@parameters.register
def _(op: ops.SparseConv, *inputs: Shape) -> Parameters:
    return Parameters(sum(map(len, op.table)) * prod(op.kernel), len(op.table))


@parameters.register
def _(op: ops.ConvTranspose, *inputs: Shape) -> Parameters:
    return Parameters(inputs[0][0] * prod(op.kernel) * op.channels // op.groups, op.channels * op.bias)


@parameters.register
def _(op: ops.Subsample, *inputs: Shape) -> Parameters:
    return Parameters(inputs[0][0], inputs[0][0])


@parameters.register
def _(op: ops.Linear, *inputs: Shape) -> Parameters:
    return Parameters(inputs[0][-1] * op.features, op.features * op.bias)


@parameters.register
def _(op: ops.Norm, *inputs: Shape) -> Parameters:
    channels = inputs[0][-1] if len(inputs[0]) == 2 else inputs[0][0]
    return Parameters(norms={"batch": 2, "layer": 2, "local response": 0, "L2": 1}[op.kind] * channels)


@parameters.register
def _(op: ops.Scale, *inputs: Shape) -> Parameters:
    return Parameters(inputs[0][0])


@parameters.register
def _(op: ops.ClassToken, *inputs: Shape) -> Parameters:
    return Parameters(inputs[0][1])


@parameters.register
def _(op: ops.PositionTable, *inputs: Shape) -> Parameters:
    return Parameters(prod(inputs[0]))


@parameters.register
def _(op: ops.Attention, *inputs: Shape) -> Parameters:
    width = inputs[0][1]
    return Parameters(4 * width**2, 4 * width)


@singledispatch
def macs(op: Op, *inputs: Shape) -> int:
    """Multiply-accumulates of one image."""
    return 0


@macs.register
def _(op: ops.Conv, *inputs: Shape) -> int:
    return prod(shape(op, *inputs)) * (inputs[0][0] // op.groups) * prod(op.kernel)


@macs.register
def _(op: ops.SparseConv, *inputs: Shape) -> int:
    return sum(map(len, op.table)) * prod(op.kernel) * prod(shape(op, *inputs)[1:])


@macs.register
def _(op: ops.ConvTranspose, *inputs: Shape) -> int:
    """Every value of the input meets every weight of its filters, also where the padding cuts the product off."""
    return prod(inputs[0]) * (op.channels // op.groups) * prod(op.kernel)


@macs.register
def _(op: ops.Linear, *inputs: Shape) -> int:
    return prod(inputs[0]) * op.features


@macs.register
def _(op: ops.Attention, *inputs: Shape) -> int:
    """Four projections; scores and weighted sums take tokens² · width each. Source: Vaswani et al. 2017, table 1."""
    tokens, width = inputs[0]
    return 4 * tokens * width**2 + 2 * tokens**2 * width


def connections(op: Op, *inputs: Shape) -> int:
    """MACs, and biases added; of LeNet's subsampling every input of a window and the bias, of its output every distance's input."""
    made = shape(op, *inputs)
    if isinstance(op, ops.Subsample):
        return prod(made) * (prod(op.kernel) + 1)
    if isinstance(op, ops.RadialBasis):
        return prod(inputs[0]) * op.features
    found = macs(op, *inputs)
    if isinstance(op, ops.SparseConv) or (isinstance(op, ops.Conv | ops.ConvTranspose | ops.Linear) and op.bias):
        found += prod(made)
    if isinstance(op, ops.Attention):
        found += 4 * prod(inputs[0])
    return found


def neurons(op: Op, *inputs: Shape) -> int:
    """Units: the outputs of layers that have connections."""
    return prod(shape(op, *inputs)) if connections(op, *inputs) else 0
