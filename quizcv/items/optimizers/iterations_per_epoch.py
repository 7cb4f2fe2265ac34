"""Iterations of one epoch."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._batches import KEPT, division, length, rest, up
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.batches import (
    BatchForIterations,
    IterationsPerEpoch,
)

_SETS = (50_000, 60_000, 10_000, 45_000, 118_287, 16_551, 5_000, 8_498)


class PerEpoch(Question[IterationsPerEpoch]):
    """Source: documentation of torch.utils.data.DataLoader."""

    spec = IterationsPerEpoch
    answer = Integer("iterations")
    levels = (1, 2)
    rule = Text(
        r"$\lceil N/B \rceil$, with `drop_last` $\lfloor N/B \rfloor$",
        r"$\lceil N/B \rceil$；`drop_last` 为 True 时 $\lfloor N/B \rfloor$",
    )
    mistakes = (
        Mistake(
            "Mind `drop_last`: an incomplete batch is one more iteration if it is False, and none if it is True.",
            "注意 `drop_last`：为 False 时不满的批多算一次迭代，为 True 时不算。",
            lambda s: length(s.samples, s.batch_size, drop_last=not s.drop_last),
        ),
        Mistake("That is the number of samples.", "这是样本数。", lambda s: s.samples),
        Mistake(
            "Rounding already settles the incomplete batch; nothing is added to it.",
            "取整已处理了不满的批，不用再加一。",
            lambda s: up(s.samples, s.batch_size) + 1,
        ),
        Mistake(
            "That is the size of the last batch.", "这是最后一批的大小。", lambda s: s.samples % s.batch_size or None
        ),
        Mistake("One batch is missing.", "少了一批。", lambda s: s.samples // s.batch_size - 1),
    )

    def sample(self, draw: Draw, level: int) -> IterationsPerEpoch | None:
        if level == 1:
            return IterationsPerEpoch(
                draw.choice((1000, 5000, 10_000, 50_000, 60_000)), draw.choice((8, 16, 32, 50, 64, 100, 128))
            )
        samples = draw.choice(_SETS) if draw.chance(0.3) else draw.integer(500, 30_000)
        s = IterationsPerEpoch(samples, draw.choice((12, 16, 24, 32, 48, 64, 96, 128, 256)), draw.chance(0.5))
        return s if samples % s.batch_size else None

    def formula(self, s: IterationsPerEpoch) -> int:
        return length(s.samples, s.batch_size, drop_last=s.drop_last)

    def stem(self, s: IterationsPerEpoch) -> Text:
        last = rest(drop_last=s.drop_last)
        return Text(
            f"A `DataLoader` goes through {num(s.samples)} samples in batches of {num(s.batch_size)}; {last.en}. How many iterations is "
            "one epoch?",
            f"`DataLoader` 以批大小 {num(s.batch_size)} 遍历 {num(s.samples)} 个样本，{last.zh}。一个 epoch 有多少次迭代？",
        )

    def solution(self, s: IterationsPerEpoch) -> Text:
        steps = division(s.samples, s.batch_size, drop_last=s.drop_last)
        if s.samples % s.batch_size == 0:
            return Text(f"All batches are full: ${steps}$.", f"所有批都是满的：${steps}$。")
        en, zh = ("rounded down", "向下取整") if s.drop_last else ("rounded up", "向上取整")
        return Text(f"The last batch is incomplete, so {en}: ${steps}$.", f"最后一批不满，{zh}：${steps}$。")


class BatchSize(Question[BatchForIterations]):
    """The division turned round."""

    spec = BatchForIterations
    answer = Integer("samples")
    levels = (3,)
    find = "batch_size"
    rule = Text(r"the smallest $2^k \ge \lceil N/I \rceil$", r"满足 $2^k \ge \lceil N/I \rceil$ 的最小 $2^k$")
    mistakes = (
        Mistake(
            "With this batch size an epoch takes too many iterations.",
            "用这个批大小时迭代次数太多。",
            lambda s: _power(s) // 2 or None,
        ),
        Mistake("A smaller power of two does as well.", "更小的 2 的幂也满足要求。", lambda s: 2 * _power(s)),
        Mistake(
            "The batch size is to be a power of two.", "批大小应为 2 的幂。", lambda s: up(s.samples, s.iterations)
        ),
        Mistake("That is the exponent.", "这是指数。", lambda s: _power(s).bit_length() - 1),
    )

    def sample(self, draw: Draw, level: int) -> BatchForIterations | None:
        samples = draw.choice(_SETS) if draw.chance(0.3) else draw.integer(1000, 30_000)
        return BatchForIterations(samples, draw.integer(20, 900))

    def formula(self, s: BatchForIterations) -> int:
        return _power(s)

    def stem(self, s: BatchForIterations) -> Text:
        return Text(
            f"A `DataLoader` goes through {num(s.samples)} samples; {KEPT.en}. Which power of two is the smallest batch size with "
            f"which an epoch takes at most {num(s.iterations)} iterations?",
            f"`DataLoader` 遍历 {num(s.samples)} 个样本，{KEPT.zh}。若要求一个 epoch "
            f"不超过 {num(s.iterations)} 次迭代，批大小取 2 的幂，最小为多少？",
        )

    def solution(self, s: BatchForIterations) -> Text:
        need = rf"\lceil {num(s.samples)}/{num(s.iterations)} \rceil = {num(up(s.samples, s.iterations))}"
        return Text(
            f"At least ${need}$ samples per batch; the next power of two is {num(_power(s))}.",
            f"每批至少 ${need}$ 个样本；不小于它的最小 2 的幂为 {num(_power(s))}。",
        )


def _power(s: BatchForIterations) -> int:
    return 1 << (up(s.samples, s.iterations) - 1).bit_length()


MODEL = ItemModel(
    "iterations_per_epoch",
    1,
    "optimizers",
    Text("Iterations per epoch", "每个 epoch 的迭代次数"),
    (PerEpoch(), BatchSize()),
)
