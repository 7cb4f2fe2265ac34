"""Epochs that a training of so many iterations takes."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._batches import division, length, rest, up
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.batches import EpochsForIterations, EpochsForUpdates


class Epochs(Question[EpochsForIterations]):
    """How long a schedule given in iterations takes."""

    spec = EpochsForIterations
    answer = Integer("epochs")
    levels = (1, 2)
    rule = Text(
        r"$\lceil I/\lceil N/B \rceil \rceil$, with `drop_last` $\lceil I/\lfloor N/B \rfloor \rceil$",
        r"$\lceil I/\lceil N/B \rceil \rceil$；`drop_last` 为 True 时 $\lceil I/\lfloor N/B \rfloor \rceil$",
    )
    mistakes = (
        Mistake(
            "Rounded down, some iterations are still missing.",
            "向下取整时还差一些迭代。",
            lambda s: s.iterations // length(s.samples, s.batch_size, drop_last=s.drop_last),
        ),
        Mistake(
            "Mind `drop_last`: it decides how many iterations an epoch has.",
            "注意 `drop_last`：它决定一个 epoch 有多少次迭代。",
            lambda s: (
                up(s.iterations, length(s.samples, s.batch_size, drop_last=not s.drop_last))
                if s.samples >= s.batch_size
                else None
            ),
        ),
        Mistake(
            "An iteration is a batch, not a sample.",
            "一次迭代是一批，而不是一个样本。",
            lambda s: up(s.iterations, s.samples),
        ),
        Mistake(
            "One epoch too many.",
            "多算了一个 epoch。",
            lambda s: up(s.iterations, length(s.samples, s.batch_size, drop_last=s.drop_last)) + 1,
        ),
        Mistake(
            "That is the number of iterations per epoch.",
            "这是每个 epoch 的迭代次数。",
            lambda s: length(s.samples, s.batch_size, drop_last=s.drop_last),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EpochsForIterations | None:
        if level == 1:
            samples, batch = draw.choice((1000, 5000, 10_000, 50_000, 60_000)), draw.choice((16, 32, 50, 64, 100, 128))
            return EpochsForIterations(draw.choice((1000, 5000, 10_000, 20_000, 40_000)), samples, batch)
        samples, batch = draw.integer(200, 20_000), draw.choice((12, 16, 24, 32, 64, 96))
        return (
            EpochsForIterations(draw.integer(10, 900) * 100, samples, batch, draw.chance(0.5))
            if samples > 2 * batch
            else None
        )

    def formula(self, s: EpochsForIterations) -> int:
        return up(s.iterations, length(s.samples, s.batch_size, drop_last=s.drop_last))

    def stem(self, s: EpochsForIterations) -> Text:
        last = rest(drop_last=s.drop_last)
        return Text(
            f"A training on {num(s.samples)} samples in batches of {num(s.batch_size)} is to make at least {num(s.iterations)} iterations; "
            f"{last.en}, in every epoch anew. How many whole epochs does it take at least?",
            f"在 {num(s.samples)} 个样本上以批大小 {num(s.batch_size)} 训练，至少要做 {num(s.iterations)} 次迭代；每个 epoch 都{last.zh}。"
            "至少需要多少个完整的 epoch？",
        )

    def solution(self, s: EpochsForIterations) -> Text:
        batches_made = division(s.samples, s.batch_size, drop_last=s.drop_last)
        epochs = (
            rf"\lceil {num(s.iterations)}/{num(length(s.samples, s.batch_size, drop_last=s.drop_last))} "
            rf"\rceil = {num(self.formula(s))}"
        )
        return Text(
            f"Iterations per epoch: ${batches_made}$.\n\nEpochs: ${epochs}$.",
            f"每个 epoch 的迭代次数：${batches_made}$。\n\nepoch 数：${epochs}$。",
        )


class EpochsOfUpdates(Question[EpochsForUpdates]):
    """The same with accumulated gradients."""

    spec = EpochsForUpdates
    answer = Integer("epochs")
    levels = (3,)
    find = "updates"
    rule = r"$\lceil U/\lceil \lceil N/B \rceil/k \rceil \rceil$"
    mistakes = (
        Mistake(
            "Rounded down, some optimizer steps are still missing.",
            "向下取整时还差一些更新。",
            lambda s: s.updates // _steps(s),
        ),
        Mistake(
            "Only every k-th micro-batch makes an optimizer step.",
            "每 k 个微批才更新一次。",
            lambda s: up(s.updates, up(s.samples, s.batch_size)),
        ),
        Mistake(
            "The micro-batches left over in an epoch make one more optimizer step here.",
            "这里每个 epoch 剩余的微批也单独更新一次。",
            lambda s: (
                up(s.updates, up(s.samples, s.batch_size) // s.accumulate)
                if up(s.samples, s.batch_size) >= s.accumulate
                else None
            ),
        ),
        Mistake("One epoch too many.", "多算了一个 epoch。", lambda s: up(s.updates, _steps(s)) + 1),
        Mistake("That is the number of optimizer steps per epoch.", "这是每个 epoch 的更新次数。", lambda s: _steps(s)),
    )

    def sample(self, draw: Draw, level: int) -> EpochsForUpdates | None:
        samples, batch, accumulate = draw.integer(100, 2000), draw.choice((8, 16, 24, 32)), draw.choice((2, 3, 4, 8))
        s = EpochsForUpdates(draw.integer(10, 80) * 10, samples, batch, accumulate)
        return s if 2 < _steps(s) < s.updates and s.updates * accumulate < 3000 else None

    def formula(self, s: EpochsForUpdates) -> int:
        return up(s.updates, _steps(s))

    def stem(self, s: EpochsForUpdates) -> Text:
        return Text(
            f"A training goes through {num(s.samples)} samples per epoch in micro-batches of {num(s.batch_size)} (a last, incomplete one "
            f"is kept). The optimizer steps after every {s.accumulate} micro-batches, and once more at the end of an epoch for what is "
            f"left over. How many whole epochs does it take at least to make {num(s.updates)} optimizer steps?",
            f"训练每个 epoch 遍历 {num(s.samples)} 个样本，微批大小 {num(s.batch_size)}（保留最后不满的微批）。每累积 {s.accumulate} "
            f"个微批更新一次参数，每个 epoch 末尾剩余的微批再更新一次。要更新 {num(s.updates)} 次，至少需要多少个完整的 epoch？",
        )

    def solution(self, s: EpochsForUpdates) -> Text:
        batches_made = division(s.samples, s.batch_size, drop_last=False)
        steps = rf"\lceil {num(up(s.samples, s.batch_size))}/{s.accumulate} \rceil = {num(_steps(s))}"
        epochs = rf"\lceil {num(s.updates)}/{num(_steps(s))} \rceil = {num(self.formula(s))}"
        return Text(
            f"Micro-batches per epoch: ${batches_made}$; optimizer steps: ${steps}$.\n\nEpochs: ${epochs}$.",
            f"每个 epoch 的微批数：${batches_made}$；更新次数：${steps}$。\n\nepoch 数：${epochs}$。",
        )


def _steps(s: EpochsForUpdates) -> int:
    return up(up(s.samples, s.batch_size), s.accumulate)


MODEL = ItemModel(
    "epochs_for_iterations",
    1,
    "optimizers",
    Text("Epochs for so many iterations", "由迭代次数求 epoch 数"),
    (Epochs(), EpochsOfUpdates()),
)
