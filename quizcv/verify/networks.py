"""A network's formulas against the same network built in PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

from quizcv.errors import Disagreement
from quizcv.networks.walk import Walk
from quizcv.reference import ENGINE, running
from quizcv.reference.networks import measure


@dataclass(frozen=True, slots=True)
class Proof:
    """All layers of a network agreed: shapes, parameters and MACs, exactly."""

    engine: str
    device: str
    layers: int


def prove(walked: Walk) -> Proof:
    """Build the network for this input, layer by layer, and compare.

    Raises:
        Disagreement: names the first layer that differs, with both values.
    """
    device = "meta"
    with running():
        built = measure(walked.network, walked.input, device)
    for step in walked.steps:
        real = built[step.layer.name]
        pairs = (
            ("shape", step.shape, real.shape),
            ("parameters", step.parameters.total, real.params),
            ("MACs", step.macs, real.macs),
        )
        for what, ours, torchs in pairs:
            if ours != torchs:
                raise Disagreement(
                    f"{walked.network.name}, {step.layer.name}: {what} are {ours} by formula and {torchs} in PyTorch.",
                    "This is a bug; please report it.",
                )
    return Proof(ENGINE, device, len(walked.steps))
