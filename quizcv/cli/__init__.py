"""The command line: one short file per command, one place that catches errors."""

import gc

# Nearly all that is made while starting are modules, which live to the end: looking through them for garbage every 700
# objects takes a tenth of the start. So this stands above the imports.
gc.set_threshold(100_000, 20, 100)

from quizcv.cli.app import main  # noqa: E402

__all__ = ["main"]
