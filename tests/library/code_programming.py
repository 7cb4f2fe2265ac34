"""What the cards on Python itself define."""

from __future__ import annotations

from typing import Any

import pytest

from tests.library.code_cards import check


@check("py-decorator-timed")
def counted(f: Any) -> None:
    @f
    def total(*values: int, scale: int = 1) -> int:
        """Says what it does."""
        return scale * sum(values)

    @f
    def broken() -> None:
        raise KeyError("lost")

    assert (total.__name__, total.__doc__, total.calls, broken.calls) == ("total", "Says what it does.", 0, 0)
    assert [total(1, 2), total(1, 2, scale=5), total()] == [3, 15, 0]
    with pytest.raises(KeyError, match="lost"):
        broken()
    assert (total.calls, broken.calls) == (3, 1)
