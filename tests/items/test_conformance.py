"""Every item model keeps what quizcv promises of one."""

from __future__ import annotations

import pytest

from quizcv import testing
from quizcv.items import models
from quizcv.model import LEVELS


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", sorted(models()))
def test_model(name: str, level: int) -> None:
    testing.check_model(models()[name], level, count=100)
