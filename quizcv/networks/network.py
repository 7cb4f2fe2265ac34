"""A network as data: its layers in an order in which each comes after what it reads.

net = Plan("tiny", "Tiny", (3, 32, 32))
x = net.conv("conv1", net.input, 16, 3, stride=2, norm="batch", act="relu")
net.linear("fc", net.flatten("flatten", x), 10)
net.network()
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from quizcv.networks import ops
from quizcv.networks.ops import ActivationKind, NormKind, Op, Pair, Shape

#: The name under which layers read the network's input.
INPUT = "input"

SUFFIX = {"batch": "bn", "layer": "ln", "local response": "lrn", "L2": "norm"}

#: Stated as one number where both axes are alike.
Size = int | Pair


@dataclass(frozen=True, slots=True)
class Layer:
    """One operation. `row` is the layer under whose name it is shown: a convolution with the normalization and activation behind it
    is one row. `auxiliary`: only used in training."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    stage: str
    row: str
    auxiliary: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """`input` is the shape it was made for; `notes` are its own conventions, sentences; `source` is where its layers are from.

    `training`: the auxiliary layers count as others do; otherwise only their parameters count.
    """

    name: str
    title: str
    input: Shape
    layers: tuple[Layer, ...]
    source: str = ""
    notes: tuple[str, ...] = ()
    training: bool = False

    def layer(self, name: str) -> Layer:
        """Raises KeyError."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)


def pair(size: Size) -> Pair:
    return (size, size) if isinstance(size, int) else size


class Plan:
    """Writes a network down, layer by layer; every method gives the name under which later layers read what it made."""

    def __init__(
        self,
        name: str,
        title: str,
        input: Shape,  # noqa: A002 - the field's own word
        *,
        source: str = "",
        training: bool = False,
    ) -> None:
        self.name, self.title, self.shape, self.source, self.training = name, title, input, source, training
        self.input = INPUT
        self._layers: list[Layer] = []
        self._names: set[str] = set()
        self._notes: list[str] = []
        self._stage = ""
        self._auxiliary = False

    def network(self) -> Network:
        """What was written."""
        return Network(
            self.name, self.title, self.shape, tuple(self._layers), self.source, tuple(self._notes), self.training
        )

    def note(self, sentence: str) -> None:
        """A convention of this network alone, shown under its table."""
        self._notes.append(sentence)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Layers written within belong to this stage (a part that the paper names, or one resolution)."""
        before, self._stage = self._stage, name
        yield
        self._stage = before

    @contextmanager
    def auxiliary(self) -> Iterator[None]:
        """Layers written within are used in training only."""
        before, self._auxiliary = self._auxiliary, True
        yield
        self._auxiliary = before

    def add(self, name: str, op: Op, *inputs: str, row: str = "") -> str:
        """Any operation.

        Raises:
            ValueError: the name is taken, or an input is not there yet.
        """
        if name in self._names or name == INPUT:
            raise ValueError(f"{self.name}: two layers are called {name}")
        for read in inputs:
            if read not in self._names and read != INPUT:
                raise ValueError(f"{self.name}: {name} reads {read}, which is not there yet")
        self._names.add(name)
        self._layers.append(Layer(name, op, inputs, self._stage, row or name, self._auxiliary))
        return name

    def conv(
        self,
        name: str,
        x: str,
        channels: int,
        kernel: Size,
        *,
        stride: Size = 1,
        padding: Size | None = None,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool | None = None,
        norm: NormKind | None = None,
        act: ActivationKind | None = None,
    ) -> str:
        """A convolution and what stands behind it. Without `padding` it is half the kernel, which keeps the size of odd ones at
        stride 1; without `bias` there is one unless batch normalization follows."""
        k, d = pair(kernel), pair(dilation)
        half = (d[0] * (k[0] - 1) // 2, d[1] * (k[1] - 1) // 2)
        made = ops.Conv(
            channels,
            k,
            pair(stride),
            half if padding is None else pair(padding),
            d,
            groups,
            norm != "batch" if bias is None else bias,
        )
        return self._behind(name, self.add(name, made, x), norm, act)

    def conv_transpose(
        self,
        name: str,
        x: str,
        channels: int,
        kernel: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool | None = None,
        norm: NormKind | None = None,
        act: ActivationKind | None = None,
    ) -> str:
        """A transposed convolution and what stands behind it."""
        made = ops.ConvTranspose(
            channels,
            pair(kernel),
            pair(stride),
            pair(padding),
            pair(output_padding),
            groups,
            norm != "batch" if bias is None else bias,
        )
        return self._behind(name, self.add(name, made, x), norm, act)

    def linear(
        self, name: str, x: str, features: int, *, bias: bool = True, act: ActivationKind | None = None, drop: float = 0
    ) -> str:
        """A fully connected layer, its activation, and dropout behind that."""
        x = self._behind(name, self.add(name, ops.Linear(features, bias), x), None, act)
        return self.add(f"{name}.dropout", ops.Dropout(drop), x, row=name) if drop else x

    def norm(self, name: str, x: str, kind: NormKind = "batch", act: ActivationKind | None = None) -> str:
        """A normalization of its own row (before a convolution), and the activation behind it."""
        return self._behind(name, self.add(name, ops.Norm(kind), x), None, act)

    def act(self, name: str, x: str, kind: ActivationKind) -> str:
        return self.add(name, ops.Activation(kind), x)

    def max_pool(
        self, name: str, x: str, kernel: Size, *, stride: Size | None = None, padding: Size = 0, ceil: bool = False
    ) -> str:
        """Without `stride` it is the kernel."""
        k = pair(kernel)
        return self.add(name, ops.Pool("max", k, k if stride is None else pair(stride), pair(padding), ceil), x)

    def avg_pool(
        self, name: str, x: str, kernel: Size, *, stride: Size | None = None, padding: Size = 0, ceil: bool = False
    ) -> str:
        """Without `stride` it is the kernel."""
        k = pair(kernel)
        return self.add(name, ops.Pool("average", k, k if stride is None else pair(stride), pair(padding), ceil), x)

    def global_pool(self, name: str, x: str) -> str:
        """The mean of each map: `(C, 1, 1)`."""
        return self.add(name, ops.AdaptivePool((1, 1)), x)

    def flatten(self, name: str, x: str) -> str:
        return self.add(name, ops.Flatten(), x)

    def join(self, name: str, *inputs: str, act: ActivationKind | None = None) -> str:
        """The sum (a shortcut), and the activation behind it."""
        return self._behind(name, self.add(name, ops.Add(), *inputs), None, act)

    def concat(self, name: str, *inputs: str) -> str:
        return self.add(name, ops.Concat(), *inputs)

    def squeeze_excite(
        self,
        name: str,
        x: str,
        channels: int,
        squeezed: int,
        *,
        act: ActivationKind = "relu",
        gate: ActivationKind = "sigmoid",
        bias: bool = True,
    ) -> str:
        """Squeeze-and-excitation of `channels` maps: global pooling, two 1×1 convolutions, and the gate they make."""
        squeeze = self.global_pool(f"{name}.pool", x)
        squeeze = self.conv(f"{name}.reduce", squeeze, squeezed, 1, bias=bias, act=act)
        weight = self.conv(f"{name}.expand", squeeze, channels, 1, bias=bias, act=gate)
        return self.add(f"{name}.scale", ops.Gate(), x, weight)

    def _behind(self, name: str, x: str, norm: NormKind | None, act: ActivationKind | None) -> str:
        if norm is not None:
            x = self.add(f"{name}.{SUFFIX[norm]}", ops.Norm(norm), x, row=name)
        if act is not None:
            x = self.add(f"{name}.{act.replace(' ', '_')}", ops.Activation(act), x, row=name)
        return x
