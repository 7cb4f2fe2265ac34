"""What is asked of a whole network: the types of the parameters."""

from __future__ import annotations

from dataclasses import dataclass

from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import with_op
from quizcv.networks.network import Network
from quizcv.networks.questions.layers import Known, last_linear


@dataclass(frozen=True, slots=True)
class NetworkTotal(Known):
    """All trained parameters."""

    classes: int | None = None

    @property
    def table(self) -> Network:
        """The network with so many classes, its own where none are stated."""
        table = network(self.network)
        if self.classes is None:
            return table
        last = last_linear(table)
        bias = isinstance(last.op, ops.Linear) and last.op.bias
        return with_op(table, last.name, ops.Linear(self.classes, bias))

    @property
    def image(self) -> tuple[int, ...]:
        """The input."""
        return network(self.network).input


@dataclass(frozen=True, slots=True)
class NetworkTotalMacs(NetworkTotal):
    """All multiply-accumulates, for an image of its own size or a square one."""

    size: int | None = None

    @property
    def image(self) -> tuple[int, ...]:
        own = network(self.network).input
        return own if self.size is None else (own[0], self.size, self.size)
