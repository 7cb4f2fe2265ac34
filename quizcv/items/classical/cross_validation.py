"""Sizes in k-fold cross-validation. Source: documentation of scikit-learn's KFold and of torch.tensor_split."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.probability import CrossValidationSteps, FoldSize, TrainingSize


def _size(samples: int, folds: int, fold: int) -> int:
    return samples // folds + (fold < samples % folds)


def _steps(s: CrossValidationSteps, *, whole: bool = False, fold_only: bool = False) -> int:
    """Of one epoch of every fold."""
    total = 0
    for fold in range(s.folds):
        held = _size(s.samples, s.folds, fold)
        trained = held if fold_only else s.samples if whole else s.samples - held
        total += -(-trained // s.batch_size)
    return total


class Fold(Question[FoldSize]):
    spec = FoldSize
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$\lfloor N/k \rfloor$, one more in the first $N \bmod k$ folds",
        r"$\lfloor N/k \rfloor$，前 $N \bmod k$ 折各多一个",
    )
    mistakes = (
        Mistake(
            "That is the training set; the fold that is held out is asked.",
            "这是训练集；所求为留出的那一折。",
            lambda s: s.samples - _size(s.samples, s.folds, s.fold),
        ),
        Mistake(
            "Folds are numbered from 0: this one takes none of the samples left over.",
            "折从 0 编号：这一折没有分到多出的样本。",
            lambda s: _size(s.samples, s.folds, 0) if s.fold >= s.samples % s.folds else None,
        ),
        Mistake(
            "The samples left over go to the first folds, one each.",
            "多出的样本依次分给前几折，每折一个。",
            lambda s: s.samples // s.folds,
        ),
        Mistake(
            "The samples left over do not all go to one fold.",
            "多出的样本不会全部放进一折。",
            lambda s: s.samples // s.folds + s.samples % s.folds,
        ),
        Mistake("There are k folds, not k − 1.", "共 k 折，不是 k − 1 折。", lambda s: s.samples // (s.folds - 1)),
        Mistake("There are k folds, not k + 1.", "共 k 折，不是 k + 1 折。", lambda s: s.samples // (s.folds + 1)),
    )

    def sample(self, draw: Draw, level: int) -> FoldSize | None:
        folds = draw.choice((4, 5, 10)) if level == 1 else draw.integer(3, 12)
        samples = draw.integer(5, 60) * folds if level == 1 else draw.integer(40, 999)
        return FoldSize(samples, folds, draw.integer(0, folds - 1)) if level == 1 or samples % folds else None

    def formula(self, s: FoldSize) -> int:
        return (s.samples + s.folds - 1 - s.fold) // s.folds

    def stem(self, s: FoldSize) -> Text:
        return Text(
            f"{s.samples:,} samples are cut into {s.folds} folds as equal as can be, the first folds taking one "
            "more where it does not come out even. How many "
            f"samples does fold {s.fold} (counted from 0) hold?",
            f"把 {s.samples:,} 个样本尽量均分为 {s.folds} 折，除不尽时前几折各多一个。第 {s.fold} 折（从 0 起）有多少个样本？",
        )

    def solution(self, s: FoldSize) -> Text:
        quotient, rest = divmod(s.samples, s.folds)
        product = f"{s.samples:,} = {s.folds} · {quotient:,}"
        if not rest:
            return Text(
                f"{product} comes out even: fold {s.fold} has {quotient:,}, like all others.",
                f"{product}，正好除尽：第 {s.fold} 折与其他折一样有 {quotient:,} 个。",
            )
        return Text(
            f"{product} + {rest}: the first {rest} folds have {quotient + 1:,}, the others {quotient:,}. "
            f"Fold {s.fold}: {self.formula(s):,}.",
            f"{product} + {rest}：前 {rest} 折各 {quotient + 1:,} 个，其余各 {quotient:,} 个。"
            f"第 {s.fold} 折：{self.formula(s):,} 个。",
        )


class Training(Question[TrainingSize]):
    spec = TrainingSize
    answer = Integer()
    levels = (2,)
    find = "train"
    rule = Text("$N$ less the fold that is held out", "$N$ 减去留出的那一折")
    mistakes = (
        Mistake("That is the fold held out.", "这是留出的那一折。", lambda s: _size(s.samples, s.folds, s.fold)),
        Mistake(
            "One fold is held out: not all samples are trained on.",
            "要留出一折：不能用全部样本训练。",
            lambda s: s.samples,
        ),
        Mistake(
            "The held-out fold does not have the size of the others: the first ones take what is left over.",
            "留出的一折与其他折大小不同：前几折多一个。",
            lambda s: s.samples - _size(s.samples, s.folds, 0 if s.fold >= s.samples % s.folds else s.folds - 1),
        ),
        Mistake(
            "The samples left over are not thrown away.",
            "多出的样本不会丢弃。",
            lambda s: s.samples // s.folds * (s.folds - 1),
        ),
        Mistake(
            "Two folds are not held out.", "不会留出两折。", lambda s: s.samples - 2 * _size(s.samples, s.folds, s.fold)
        ),
        Mistake(
            "That would be a fold of N/(k − 1).",
            "这相当于按 k − 1 折划分。",
            lambda s: s.samples - s.samples // (s.folds - 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TrainingSize | None:
        folds, samples = draw.integer(3, 12), draw.integer(40, 2000)
        return TrainingSize(samples, folds, draw.integer(0, folds - 1)) if samples % folds else None

    def formula(self, s: TrainingSize) -> int:
        return s.samples - -(-(s.samples - s.fold) // s.folds)

    def stem(self, s: TrainingSize) -> Text:
        return Text(
            f"{s.samples:,} samples are cut into {s.folds} folds as equal as can be, the first folds taking one "
            "more where it does not come out even. How many "
            f"samples are trained on while fold {s.fold} (counted from 0) is held out?",
            f"把 {s.samples:,} 个样本尽量均分为 {s.folds} 折，除不尽时前几折各多一个。留出第 {s.fold} 折（从 0 "
            "起）时，用多少个样本训练？",
        )

    def solution(self, s: TrainingSize) -> Text:
        quotient, rest = divmod(s.samples, s.folds)
        held = _size(s.samples, s.folds, s.fold)
        return Text(
            f"{s.samples:,} = {s.folds} · {quotient:,} + {rest}, so fold {s.fold} has {held:,}: {s.samples:,} − "
            f"{held:,} = {self.formula(s):,}.",
            f"{s.samples:,} = {s.folds} · {quotient:,} + {rest}，故第 {s.fold} 折有 {held:,} 个：{s.samples:,} − "
            f"{held:,} = {self.formula(s):,}。",
        )


class Steps(Question[CrossValidationSteps]):
    spec = CrossValidationSteps
    answer = Integer()
    levels = (3,)
    find = "steps"
    rule = r"$E \sum_f \lceil (N - n_f)/B \rceil$"
    mistakes = (
        Mistake(
            "Every fold is held out once: there are k trainings, not one.",
            "每一折都要留出一次：要训练 k 次，不是一次。",
            lambda s: s.epochs * -(-(s.samples - _size(s.samples, s.folds, 0)) // s.batch_size),
        ),
        Mistake(
            "One fold is held out: not all samples are trained on.",
            "要留出一折：不能用全部样本训练。",
            lambda s: s.epochs * _steps(s, whole=True),
        ),
        Mistake(
            "The training folds count, not the one held out.",
            "计入的是训练折，不是留出的一折。",
            lambda s: s.epochs * _steps(s, fold_only=True),
        ),
        Mistake("The epochs were left out.", "漏了轮数。", lambda s: _steps(s)),
        Mistake(
            "The last, smaller batch is a step too.",
            "最后一个较小的批也算一步。",
            lambda s: (
                s.epochs * sum((s.samples - _size(s.samples, s.folds, fold)) // s.batch_size for fold in range(s.folds))
            ),
        ),
        Mistake(
            "Batches do not run over the end of an epoch.",
            "批不跨越轮次。",
            lambda s: -(-s.epochs * s.samples * (s.folds - 1) // s.batch_size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossValidationSteps | None:
        samples, folds = draw.integer(20, 400) * 10, draw.choice((3, 4, 5, 8, 10))
        return CrossValidationSteps(
            samples, folds, draw.choice((16, 32, 50, 64, 100, 128)), draw.choice((1, 2, 3, 5, 10, 20))
        )

    def formula(self, s: CrossValidationSteps) -> int:
        quotient, rest = divmod(s.samples, s.folds)
        long = -(-(s.samples - quotient - 1) // s.batch_size)
        short = -(-(s.samples - quotient) // s.batch_size)
        return s.epochs * (rest * long + (s.folds - rest) * short)

    def stem(self, s: CrossValidationSteps) -> Text:
        return Text(
            f"{s.folds}-fold cross-validation on {s.samples:,} samples (folds as equal as can be) trains each "
            f"time for {s.epochs} epochs with batch size "
            f"{s.batch_size}; the last, smaller batch of an epoch counts. How many optimiser steps are there in all?",
            f"对 {s.samples:,} 个样本做 {s.folds} 折交叉验证（尽量均分），每次训练 {s.epochs} 轮，批大小 "
            f"{s.batch_size}，每轮最后一个较小的批也算。优化器总共更新多少步？",
        )

    def solution(self, s: CrossValidationSteps) -> Text:
        quotient, rest = divmod(s.samples, s.folds)
        kinds = [(rest, s.samples - quotient - 1), (s.folds - rest, s.samples - quotient)]
        shown = [(count, size, -(-size // s.batch_size)) for count, size in kinds if count]
        en = "; ".join(
            f"{count} trainings on {size:,} samples: {steps:,} steps an epoch" for count, size, steps in shown
        )
        zh = "；".join(f"{count} 次训练用 {size:,} 个样本，每轮 {steps:,} 步" for count, size, steps in shown)
        sum_ = " + ".join(f"{count} · {steps:,}" for count, _, steps in shown)
        whole = f"{s.epochs} · ({sum_}) = {self.formula(s):,}"
        return Text(
            f"{s.samples:,} samples in {s.folds} folds, batch size {s.batch_size}. {en}. In all: {whole}.",
            f"{s.samples:,} 个样本，{s.folds} 折，批大小 {s.batch_size}。{zh}。总计：{whole}。",
        )


MODEL = ItemModel(
    name="cross_validation_sizes",
    version=1,
    topic="classical",
    title=Text("Cross-validation in numbers", "交叉验证的样本数"),
    questions=(Fold(), Training(), Steps()),
)
