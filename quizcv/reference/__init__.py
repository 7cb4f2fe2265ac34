"""The reference engine: what PyTorch gives for the parameters of a quantity, found by running operations.

The only part of quizcv that imports torch. It knows no formula: a witness runs the operation itself, or counts, rasterises or
tries every candidate with the operation where torch has none. `quizcv.items` cannot be imported here, nor the other way round.
"""

from quizcv.reference.engine import ENGINE, How, Panel, Witness, panel, running, witness

__all__ = ["ENGINE", "How", "Panel", "Witness", "panel", "running", "witness"]
