"""Networks as data: one table of layers each, from which totals, walks, questions and pictures follow.

    families/*.py ── network(name) ──▶ Network ── walk(network, input) ──▶ Walk: steps, rows, totals
                                          └── quizcv.reference.networks builds the same table in PyTorch

`ops` and `network` are the data, which the reference reads too; `shapes`, `counting`, `field`, `seeing` and `walk` are the
formulas, which it may not. `questions` are what is asked of them.
"""

from quizcv.networks.catalogue import Known, catalogue, known, network
from quizcv.networks.network import INPUT, Layer, Network, Plan

__all__ = ["INPUT", "Known", "Layer", "Network", "Plan", "catalogue", "known", "network"]
