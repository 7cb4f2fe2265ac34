"""What questions about schedules of the learning rate have in common."""

from __future__ import annotations

from math import cos, pi

from quizcv.items.optimizers._numbers import num
from quizcv.model import Text

COUNTED = Text(
    "`scheduler.step()` is called at the end of each epoch; epochs are counted from 0.",
    "每个 epoch 结束时调用 `scheduler.step()`，epoch 从 0 数起（最先的是 epoch 0）。",
)
INVERSE_COUNTED = Text(
    "`scheduler.step()` is called at the end of each epoch", "每个 epoch 结束时调用 `scheduler.step()`"
)
STEPS = Text(
    "`scheduler.step()` is called after every step; steps are counted from 0.",
    "每一步之后调用 `scheduler.step()`，步数从 0 数起（最先的是第 0 步）。",
)


def rate_question(lr: float, call: str, epoch: int) -> Text:
    """The rate of an epoch under a scheduler."""
    return Text(
        f"Training starts with a learning rate of {num(lr)} under PyTorch's `{call}`. {COUNTED.en} With which learning rate does epoch "
        f"{epoch} train?",
        f"训练的初始学习率为 {num(lr)}，使用 PyTorch 的 `{call}`。{COUNTED.zh}epoch {epoch} 的学习率是多少？",
    )


def between(high: float, low: float, share: float) -> float:
    """Half a cosine from `high` at share 0 to `low` at share 1."""
    return low + (high - low) * (1 + cos(pi * share)) / 2
