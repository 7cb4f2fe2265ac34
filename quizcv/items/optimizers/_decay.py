"""What both forms of weight decay in Adam have in common."""

from __future__ import annotations

from quizcv.items.model import Mistake
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._adam import end
from quizcv.items.optimizers._numbers import num
from quizcv.items.optimizers._steps import (
    WeightQuestion,
    epsilon,
    small_eps,
    some_grads,
)
from quizcv.seeds import Draw
from quizcv.specs.adam import AdamW

NO_DECAY: Mistake[AdamW] = Mistake("The weight decay was left out.", "漏掉了权重衰减。", lambda s: end(s))


class Decayed(WeightQuestion):
    """What both forms have in common."""

    def code(self, s: AdamW) -> str:
        return f"{_adam.code(s)}, weight_decay={num(s.weight_decay)}"

    def math(self, s: AdamW) -> str:
        return epsilon(s.eps)

    def sample(self, draw: Draw, level: int) -> AdamW | None:
        grads, w = some_grads(draw, level), draw.decimal(-5, 5, 1)
        if grads is None or abs(w) < 1:
            return None
        lr, decay, eps = draw.choice((0.01, 0.02, 0.05, 0.1)), draw.choice((0.01, 0.05, 0.1)), small_eps(draw, level)
        if level == 1:
            return self.spec(w, grads, lr, 0.9, 0.999, eps, decay)  # type: ignore[no-any-return]
        betas = draw.choice(((0.9, 0.999), (0.9, 0.99), (0.8, 0.9)))
        return self.spec(w, grads, draw.choice((0.1, 0.2, 0.5)), *betas, eps, decay)  # type: ignore[no-any-return]
