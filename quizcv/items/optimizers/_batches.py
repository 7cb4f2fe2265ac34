"""What questions about batches have in common."""

from __future__ import annotations

from quizcv.items.optimizers._numbers import num
from quizcv.model import Text

KEPT = Text("a last, incomplete batch is kept (`drop_last=False`)", "保留最后不满的批（`drop_last=False`）")
DROPPED = Text("a last, incomplete batch is left out (`drop_last=True`)", "丢弃最后不满的批（`drop_last=True`）")


def rest(*, drop_last: bool) -> Text:
    """What happens to the last batch."""
    return DROPPED if drop_last else KEPT


def up(one: int, other: int) -> int:
    """Division rounded up."""
    return -(-one // other)


def length(samples: int, batch_size: int, *, drop_last: bool) -> int:
    return samples // batch_size if drop_last else up(samples, batch_size)


def division(samples: int, batch_size: int, *, drop_last: bool) -> str:
    left, right = (r"\lfloor", r"\rfloor") if drop_last else (r"\lceil", r"\rceil")
    return f"{left} {num(samples)}/{num(batch_size)} {right} = {num(length(samples, batch_size, drop_last=drop_last))}"
