"""Random numbers that are the same for ever: a seed and a place in a stream give one item on every machine.

The stream is `random.Random.random()` (Mersenne Twister, 53 bits), the one method whose sequence Python promises to keep for
a given seed. Every draw below is made from it by arithmetic written here, since `randint`, `choice` and `shuffle` may change
between versions. The seed is a SHA-256 over all that names an item, so neighbouring seeds and indices share nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


def rng_for(model: str, version: int, seed: int, index: int, level: int) -> Random:
    """The stream of one item."""
    name = "\x1f".join(("quizcv-1", model, str(version), str(seed), str(index), str(level)))
    digest = sha256(name.encode()).digest()
    return Random(int.from_bytes(digest, "big"))  # noqa: S311 - exercises, not secrets


class Draw:
    """Draws from a stream, each from `random()` alone."""

    __slots__ = ("_random",)

    def __init__(self, rng: Random) -> None:
        self._random = rng.random

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def decimal(self, low: float, high: float, places: int) -> float:
        """A number with at most `places` decimals from `low` to `high`, both included: the float that prints that short."""
        unit: int = 10**places
        return self.integer(round(low * unit), round(high * unit)) / unit

    def decimals(self, count: int, low: float, high: float, places: int) -> tuple[float, ...]:
        """Several such numbers."""
        return tuple(self.decimal(low, high, places) for _ in range(count))

    def choice(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[int(self._random() * len(options))]

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def sample(self, options: Sequence[T], count: int) -> tuple[T, ...]:
        """`count` different places of `options`, in random order."""
        rest = list(options)
        return tuple(rest.pop(int(self._random() * len(rest))) for _ in range(count))

    def shuffled(self, options: Sequence[T]) -> tuple[T, ...]:
        return self.sample(options, len(options))
