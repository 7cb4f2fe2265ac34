"""What is left for the last batch."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._batches import up
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.batches import FullBatches, LastBatch


class Last(Question[LastBatch]):
    """Source: documentation of torch.utils.data.DataLoader and DistributedSampler."""

    spec = LastBatch
    answer = Integer("samples")
    levels = (1, 2)
    rule = Text(
        r"$n \bmod B$, or $B$ where that is 0; with $n = \lceil N/D \rceil$ samples per device",
        r"$n \bmod B$，余数为 0 时为 $B$；每个设备的样本数 $n = \lceil N/D \rceil$",
    )
    mistakes = (
        Mistake(
            "If the division leaves no rest, the last batch is a full one.",
            "整除时最后一批是满的。",
            lambda s: 0 if up(s.samples, s.devices) % s.batch_size == 0 else None,
        ),
        Mistake(
            "That is what the last batch lacks.",
            "这是最后一批缺少的样本数。",
            lambda s: -up(s.samples, s.devices) % s.batch_size,
        ),
        Mistake("The last batch is not full.", "最后一批不满。", lambda s: s.batch_size),
        Mistake(
            "That is the number of full batches.",
            "这是满批的个数。",
            lambda s: up(s.samples, s.devices) // s.batch_size,
        ),
        Mistake(
            "Every device goes through its own part of the samples only.",
            "每个设备只遍历自己的那部分样本。",
            lambda s: s.samples % s.batch_size if s.devices > 1 else None,
        ),
        Mistake(
            "The sampler repeats samples until all devices have equally many: round up.",
            "采样器会重复样本使各设备一样多：应向上取整。",
            lambda s: s.samples // s.devices % s.batch_size or s.batch_size,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LastBatch | None:
        if level == 1:
            return LastBatch(draw.integer(5, 60) * 50, draw.choice((16, 32, 48, 64, 128)))
        return LastBatch(draw.integer(500, 9000), draw.choice((12, 24, 32, 48, 64, 96)), draw.choice((2, 3, 4, 8)))

    def formula(self, s: LastBatch) -> int:
        return up(s.samples, s.devices) % s.batch_size or s.batch_size

    def stem(self, s: LastBatch) -> Text:
        if s.devices == 1:
            return Text(
                f"A `DataLoader` on 1 device goes through {num(s.samples)} samples in "
                f"batches of {s.batch_size} (`drop_last=False`). How many "
                "samples does the last batch of an epoch have?",
                f"1 个设备上的 `DataLoader` 以批大小 {s.batch_size} 遍历 {num(s.samples)} "
                "个样本（`drop_last=False`）。一个 epoch 的最后一批有多少个样本？",
            )
        return Text(
            f"`DistributedSampler` shares {num(s.samples)} samples among {s.devices} "
            "devices, the same number to each (repeating some where "
            f"they do not divide evenly). Each device forms batches of {s.batch_size} (`drop_last=False`). How many samples does the last "
            "batch of an epoch have on each device?",
            f"`DistributedSampler` 把 {num(s.samples)} 个样本平均分给 {s.devices} 个设备（不能整除时重复一些样本补齐），每个设备的批大小为 "
            f"{s.batch_size}（`drop_last=False`）。每个设备上一个 epoch 的最后一批有多少个样本？",
        )

    def solution(self, s: LastBatch) -> Text:
        share = up(s.samples, s.devices)
        each = rf"\lceil {num(s.samples)}/{s.devices} \rceil = {num(share)}"
        full, left = divmod(share, s.batch_size)
        rest = rf"{num(share)} - {num(full)} \cdot {s.batch_size} = {left}"
        en, zh = (
            (f"so the last batch has {left}", f"最后一批有 {left} 个")
            if left
            else (f"so the last batch is full: {s.batch_size}", f"最后一批是满的：{s.batch_size} 个")
        )
        return Text(
            f"Samples per device: ${each}$.\n\nAfter {num(full)} full batches ${rest}$ are left, {en}.",
            f"每个设备的样本数：${each}$。\n\n{num(full)} 个满批之后剩 ${rest}$ 个，{zh}。",
        )


class Full(Question[FullBatches]):
    """Divisors."""

    spec = FullBatches
    answer = Integer("samples")
    levels = (3,)
    find = "batch_size"
    rule = Text(r"the largest divisor of $N$ that is $\le B_{max}$", "$N$ 的不超过 $B_{max}$ 的最大约数")
    mistakes = (
        Mistake(
            "With this batch size the last batch is not full.", "用这个批大小时最后一批不满。", lambda s: s.largest
        ),
        Mistake(
            "The batch size need not be a power of two.",
            "批大小不必是 2 的幂。",
            lambda s: 1 << (s.largest.bit_length() - 1),
        ),
        Mistake(
            "A larger batch size does as well.", "更大的批大小也满足要求。", lambda s: _below(s, _divisor(s)) or None
        ),
        Mistake(
            "This batch size is above the limit.",
            "这个批大小超过了上限。",
            lambda s: (
                next(size for size in range(s.largest + 1, s.samples + 1) if s.samples % size == 0)
                if s.samples > s.largest
                else None
            ),
        ),
        Mistake("That is the number of batches.", "这是批数。", lambda s: s.samples // _divisor(s)),
    )

    def sample(self, draw: Draw, level: int) -> FullBatches | None:
        s = FullBatches(draw.integer(5, 60) * draw.choice((6, 8, 10, 12, 15)), draw.integer(20, 70))
        return s if s.largest - 35 < _divisor(s) < s.largest and s.samples > 2 * s.largest else None

    def formula(self, s: FullBatches) -> int:
        return _divisor(s)

    def stem(self, s: FullBatches) -> Text:
        return Text(
            f"A `DataLoader` goes through {num(s.samples)} samples (`drop_last=False`), "
            f"and the memory allows batches of at most {s.largest} "
            "samples. What is the largest batch size with which the last batch of an epoch is full as well?",
            f"`DataLoader` 遍历 {num(s.samples)} 个样本（`drop_last=False`），显存最多放得下 "
            f"{s.largest} 个样本的批。要使最后一批也是满的，批大小最大为多少？",
        )

    def solution(self, s: FullBatches) -> Text:
        division = f"{num(s.samples)}/{_divisor(s)} = {num(s.samples // _divisor(s))}"
        return Text(
            f"The batch size must divide {num(s.samples)}. Down from {s.largest}, the first divisor is {_divisor(s)}: ${division}$.",
            f"批大小必须整除 {num(s.samples)}。从 {s.largest} 往下，第一个约数是 {_divisor(s)}：${division}$。",
        )


def _divisor(s: FullBatches) -> int:
    return next(size for size in range(min(s.largest, s.samples), 0, -1) if s.samples % size == 0)


def _below(s: FullBatches, size: int) -> int:
    """The next smaller divisor."""
    return next((other for other in range(size - 1, 0, -1) if s.samples % other == 0), 0)


MODEL = ItemModel(
    "last_batch_size", 1, "optimizers", Text("Size of the last batch", "最后一批的大小"), (Last(), Full())
)
