"""Steps of recurrent cells and of attention, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import Matrix, Vector, matrix_rules, size_rules, vector_rules
from quizcv.specs.spec import Spec

Four = tuple[float, float, float, float]
Three = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class RnnStep(Spec):
    """The new state of a plain recurrent cell with one unit."""

    x: float
    h: float
    w_x: float
    w_h: float
    bias: float
    activation: Literal["tanh", "relu"] = "tanh"

    meaning: ClassVar[Mapping[str, str]] = {"h": "state before", "bias": "sum of both bias terms"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x, self.h, self.w_x, self.w_h, self.bias)


@dataclass(frozen=True, slots=True)
class RnnGradient(Spec):
    """∂h_n/∂h_0 of a plain recurrent cell (tanh) with one unit after n inputs, from the state 0 on."""

    x: tuple[float, ...]
    w_x: float
    w_h: float
    bias: float

    meaning: ClassVar[Mapping[str, str]] = {"x": "the inputs, one per step"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x)
        yield from size_rules(self.w_x, self.w_h, self.bias)


@dataclass(frozen=True, slots=True)
class LstmStep(Spec):
    """The new cell state of an LSTM with one unit. Weights and biases in PyTorch's order i, f, g, o."""

    x: float
    h: float
    c: float
    w_x: Four
    w_h: Four
    bias: Four

    meaning: ClassVar[Mapping[str, str]] = {
        "h": "state before",
        "c": "cell state before",
        "w_x": "input weights of i, f, g, o",
        "w_h": "recurrent weights of i, f, g, o",
        "bias": "sums of both bias terms of i, f, g, o",
    }

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x, self.h, self.c)
        yield from vector_rules(w_x=self.w_x, w_h=self.w_h, bias=self.bias)


@dataclass(frozen=True, slots=True)
class LstmHidden(LstmStep):
    """The new state h."""


@dataclass(frozen=True, slots=True)
class LstmTwoSteps(Spec):
    """The cell state after two steps from h = c = 0."""

    x: tuple[float, float]
    w_x: Four
    w_h: Four
    bias: Four

    meaning: ClassVar[Mapping[str, str]] = LstmStep.meaning

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x, w_x=self.w_x, w_h=self.w_h, bias=self.bias)


@dataclass(frozen=True, slots=True)
class GruStep(Spec):
    """The new state of a GRU with one unit, as nn.GRUCell computes it. Weights in its order r, z, n."""

    x: float
    h: float
    w_x: Three
    w_h: Three
    bias: Three
    hidden_bias: float = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "h": "state before",
        "w_x": "input weights of r, z, n",
        "w_h": "recurrent weights of r, z, n",
        "bias": "biases of r, z, n outside the reset gate",
        "hidden_bias": "bias of n within the reset gate, b_hn",
    }

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x, self.h, self.hidden_bias)
        yield from vector_rules(w_x=self.w_x, w_h=self.w_h, bias=self.bias)


@dataclass(frozen=True, slots=True)
class GruTwoSteps(Spec):
    """The state after two steps from h = 0, without biases."""

    x: tuple[float, float]
    w_x: Three
    w_h: Three

    meaning: ClassVar[Mapping[str, str]] = GruStep.meaning

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x, w_x=self.w_x, w_h=self.w_h)


@dataclass(frozen=True, slots=True)
class AttentionWeight(Spec):
    """The weight that scaled dot-product attention gives to one key."""

    query: Vector
    keys: Matrix
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"keys": "one key per row", "index": "which key, from 0"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(query=self.query)
        if faults := list(matrix_rules(keys=self.keys)):
            yield from faults
        elif len(self.keys[0]) != len(self.query):
            yield "keys must be as long as the query"
        elif not 0 <= self.index < len(self.keys):
            yield "index must be that of a key"


@dataclass(frozen=True, slots=True)
class AttentionOutput(Spec):
    """One component of the output of scaled dot-product attention for one query."""

    query: Vector
    keys: Matrix
    values: Matrix
    component: int

    meaning: ClassVar[Mapping[str, str]] = {"keys": "one key per row", "values": "one value per row"}

    def rules(self) -> Iterator[str]:
        yield from AttentionWeight(self.query, self.keys, 0).rules()
        if faults := list(matrix_rules(values=self.values)):
            yield from faults
        elif len(self.values) != len(self.keys):
            yield "there must be one value per key"
        elif not 0 <= self.component < len(self.values[0]):
            yield "component must be one of the values'"


@dataclass(frozen=True, slots=True)
class CausalAttention(Spec):
    """One component of the output of self-attention with a causal mask at one token."""

    queries: Matrix
    keys: Matrix
    values: Matrix
    token: int
    component: int

    meaning: ClassVar[Mapping[str, str]] = {"token": "which token, from 0"}

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(queries=self.queries)):
            yield from faults
            return
        yield from AttentionOutput(self.queries[0], self.keys, self.values, self.component).rules()
        if len(self.queries) != len(self.keys):
            yield "there must be one query per key"
        if not 0 <= self.token < len(self.queries):
            yield "token must exist"
