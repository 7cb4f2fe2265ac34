"""The command line: one short file per command, one place that catches errors."""

from quizcv.cli.app import main

__all__ = ["main"]
