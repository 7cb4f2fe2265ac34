"""What questions about splits of decision trees share."""

from __future__ import annotations

from collections.abc import Sequence

from quizcv.items.classical._data import entropy
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.trees import Split


def parent_of(s: Split) -> list[int]:
    return [a + b for a, b in zip(s.left, s.right, strict=True)]


def gini_of(counts: Sequence[int]) -> float:
    return 1 - sum((count / sum(counts)) ** 2 for count in counts)


def sizes_of(s: Split) -> tuple[float, float]:
    """Of the samples on either side."""
    total = sum(s.left) + sum(s.right)
    return sum(s.left) / total, sum(s.right) / total


def entropy_after(s: Split) -> float:
    """Entropy after the split."""
    left, right = sizes_of(s)
    return left * entropy(s.left) + right * entropy(s.right)


def gini_after(s: Split) -> float:
    left, right = sizes_of(s)
    return left * gini_of(s.left) + right * gini_of(s.right)


def gain_of(s: Split) -> float:
    return entropy(parent_of(s)) - entropy_after(s)


def drawn_split(draw: Draw, classes: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    left, right = (tuple(draw.integer(0, 9) for _ in range(classes)) for _ in range(2))
    sizes = sum(left), sum(right)
    if min(sizes) < 2 or sizes[0] == sizes[1] or min(a + b for a, b in zip(left, right, strict=True)) == 0:
        return None
    return left, right


def asked_of(s: Split, en: str, zh: str) -> Text:
    return Text(
        f"A split sends the class counts {vector(s.left)} to the left and {vector(s.right)} to the right. {en}",
        f"某划分把各类样本数 {vector(s.left)} 分到左侧，{vector(s.right)} 分到右侧。{zh}",
    )
