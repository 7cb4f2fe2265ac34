"""Parameters, multiply-accumulates, neurons, connections, bytes."""

from __future__ import annotations
