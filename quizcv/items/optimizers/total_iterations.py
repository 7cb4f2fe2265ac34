"""Iterations and optimizer steps of a whole training."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._batches import division, length, rest, up
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.batches import (
    OptimizerSteps,
    TotalIterations,
)


class Total(Question[TotalIterations]):
    """Source: documentation of torch.utils.data.DataLoader and DistributedSampler."""

    spec = TotalIterations
    answer = Integer("iterations")
    levels = (1, 2)
    rule = Text(
        r"$E \lceil \lceil N/D \rceil/B \rceil$, with `drop_last` $E \lfloor \lceil N/D \rceil/B \rfloor$",
        r"$E \lceil \lceil N/D \rceil/B \rceil$；`drop_last` 为 True 时 $E \lfloor \lceil N/D \rceil/B \rfloor$",
    )
    mistakes = (
        Mistake(
            "Mind `drop_last`: an incomplete batch is one more iteration per epoch if it is False, and none if it is True.",
            "注意 `drop_last`：为 False 时每个 epoch 的不满批多一次迭代，为 True 时不算。",
            lambda s: s.epochs * length(up(s.samples, s.devices), s.batch_size, drop_last=not s.drop_last),
        ),
        Mistake(
            "Batches do not run on from one epoch to the next: round within each epoch.",
            "批不会跨 epoch 连续：应在每个 epoch 内取整。",
            lambda s: length(up(s.samples, s.devices) * s.epochs, s.batch_size, drop_last=s.drop_last),
        ),
        Mistake(
            "That is one epoch only.",
            "这只是一个 epoch。",
            lambda s: length(up(s.samples, s.devices), s.batch_size, drop_last=s.drop_last),
        ),
        Mistake(
            "The devices share the samples; each goes through its own part only.",
            "各设备分担样本；每个设备只遍历自己的部分。",
            lambda s: s.epochs * length(s.samples, s.batch_size, drop_last=s.drop_last),
        ),
        Mistake(
            "The iterations of all devices were added up.",
            "把所有设备的迭代次数加在了一起。",
            lambda s: s.devices * s.epochs * length(up(s.samples, s.devices), s.batch_size, drop_last=s.drop_last),
        ),
        Mistake(
            "That is the number of samples seen, not of batches.",
            "这是看过的样本数，而不是批数。",
            lambda s: s.samples * s.epochs,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TotalIterations | None:
        if level == 1:
            samples = draw.choice((1000, 5000, 10_000, 50_000, 60_000))
            return TotalIterations(samples, draw.choice((16, 32, 64, 100, 128)), draw.choice((5, 10, 20, 50)))
        samples = draw.integer(1000, 30_000)
        return TotalIterations(
            samples, draw.choice((8, 16, 24, 32, 64)), draw.integer(3, 60), draw.chance(0.5), draw.choice((2, 4, 8))
        )

    def formula(self, s: TotalIterations) -> int:
        return s.epochs * length(up(s.samples, s.devices), s.batch_size, drop_last=s.drop_last)

    def stem(self, s: TotalIterations) -> Text:
        last = rest(drop_last=s.drop_last)
        if s.devices == 1:
            return Text(
                f"1 device trains for {num(s.epochs)} epochs on {num(s.samples)} samples in batches of {num(s.batch_size)}; {last.en}, in "
                "every epoch anew. How many iterations is that in all?",
                f"1 个设备上训练 {num(s.epochs)} 个 epoch，共 {num(s.samples)} 个样本，批大小 "
                f"{num(s.batch_size)}；每个 epoch 都{last.zh}。总共多少次迭代？",
            )
        return Text(
            f"{s.devices} devices train for {num(s.epochs)} epochs on {num(s.samples)} samples. `DistributedSampler` gives each the same "
            f"number of samples in every epoch (repeating some where they do not divide evenly); each device forms batches of "
            f"{num(s.batch_size)}, and {last.en}. How many iterations does each device make in all?",
            f"{s.devices} 个设备共同训练 {num(s.epochs)} 个 epoch，共 {num(s.samples)} "
            "个样本。`DistributedSampler` 每个 epoch 给各设备分配同样多的样本"
            f"（不能整除时重复一些样本补齐）；每个设备的批大小为 {num(s.batch_size)}，{last.zh}。每个设备总共做多少次迭代？",
        )

    def solution(self, s: TotalIterations) -> Text:
        share = up(s.samples, s.devices)
        each = rf"\lceil {num(s.samples)}/{s.devices} \rceil = {num(share)}"
        batches_made = division(share, s.batch_size, drop_last=s.drop_last)
        total = (
            rf"{num(s.epochs)} \cdot {num(length(share, s.batch_size, drop_last=s.drop_last))} = {num(self.formula(s))}"
        )
        return Text(
            f"Samples per device: ${each}$.\n\nPer epoch: ${batches_made}$; in all ${total}$.",
            f"每个设备的样本数：${each}$。\n\n每个 epoch：${batches_made}$；总共 ${total}$。",
        )


class Updates(Question[OptimizerSteps]):
    """Accumulation makes fewer optimizer steps than iterations."""

    spec = OptimizerSteps
    answer = Integer("steps")
    levels = (3,)
    find = "updates"
    rule = r"$E \lceil \lceil N/B \rceil/k \rceil$"
    mistakes = (
        Mistake(
            "That is the number of iterations; only every k-th makes an optimizer step.",
            "这是迭代次数；每 k 次迭代才更新一次。",
            lambda s: s.epochs * up(s.samples, s.batch_size),
        ),
        Mistake(
            "The micro-batches left over in an epoch make one more optimizer step here.",
            "这里每个 epoch 剩余的微批也单独更新一次。",
            lambda s: s.epochs * (up(s.samples, s.batch_size) // s.accumulate),
        ),
        Mistake(
            "Micro-batches do not run on from one epoch to the next: round within each epoch.",
            "微批不会跨 epoch 累积：应在每个 epoch 内取整。",
            lambda s: up(s.epochs * up(s.samples, s.batch_size), s.accumulate),
        ),
        Mistake(
            "Accumulation does not multiply the optimizer steps.",
            "梯度累积不会增加更新次数。",
            lambda s: s.epochs * up(s.samples, s.batch_size) * s.accumulate,
        ),
        Mistake(
            "That is one epoch only.", "这只是一个 epoch。", lambda s: up(up(s.samples, s.batch_size), s.accumulate)
        ),
    )

    def sample(self, draw: Draw, level: int) -> OptimizerSteps | None:
        s = OptimizerSteps(
            draw.integer(500, 6000), draw.choice((8, 16, 24, 32)), draw.integer(3, 20), draw.choice((2, 3, 4, 8))
        )
        return s if s.epochs * s.samples / s.batch_size < 3000 else None

    def formula(self, s: OptimizerSteps) -> int:
        return s.epochs * up(up(s.samples, s.batch_size), s.accumulate)

    def stem(self, s: OptimizerSteps) -> Text:
        return Text(
            f"Training runs for {num(s.epochs)} epochs over {num(s.samples)} samples in micro-batches of {num(s.batch_size)} (a last, "
            f"incomplete one is kept). The optimizer steps after every {s.accumulate} micro-batches, and once more at the end of an "
            "epoch for what is left over. How many optimizer steps is that in all?",
            f"训练 {num(s.epochs)} 个 epoch，共 {num(s.samples)} 个样本，微批大小 {num(s.batch_size)}（保留最后不满的微批）。每累积 "
            f"{s.accumulate} 个微批更新一次参数，每个 epoch 末尾剩余的微批再更新一次。总共更新多少次？",
        )

    def solution(self, s: OptimizerSteps) -> Text:
        batches = up(s.samples, s.batch_size)
        batches_made = division(s.samples, s.batch_size, drop_last=False)
        steps = rf"\lceil {num(batches)}/{s.accumulate} \rceil = {num(up(batches, s.accumulate))}"
        total = rf"{num(s.epochs)} \cdot {num(up(batches, s.accumulate))} = {num(self.formula(s))}"
        return Text(
            f"Micro-batches per epoch: ${batches_made}$.\n\nOptimizer steps per epoch: ${steps}$; in all ${total}$.",
            f"每个 epoch 的微批数：${batches_made}$。\n\n每个 epoch 的更新次数：${steps}$；总共 ${total}$。",
        )


MODEL = ItemModel(
    "total_iterations", 1, "optimizers", Text("Iterations of a training", "训练的总迭代次数"), (Total(), Updates())
)
