"""Steps of optimizers, schedules of the learning rate, bookkeeping of batches."""

from __future__ import annotations
