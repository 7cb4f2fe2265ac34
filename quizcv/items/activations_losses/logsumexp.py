"""log Σ exp and log-softmax. Source: documentation of torch.logsumexp and torch.nn.LogSoftmax."""

from __future__ import annotations

import math

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import Numbers
from quizcv.specs.softmax import LogSoftmax, LogSumExp, MissingLogit


def _sum(logits: Numbers) -> float:
    return sum(math.exp(z) for z in logits)


class Lse(Worked[LogSumExp]):
    spec = LogSumExp
    levels = (1,)
    rule = r"$\ln \sum_j e^{z_j}$"
    mistakes = (
        Mistake(
            "The logarithm of a sum of exponentials is not the sum.",
            "指数之和的对数不等于和。",
            lambda s: sum(s.logits),
        ),
        Mistake("The logarithm is missing.", "漏了取对数。", lambda s: _sum(s.logits)),
        Mistake(
            "The natural logarithm is meant, not base 10.",
            "应取自然对数，而不是以 10 为底。",
            lambda s: math.log10(_sum(s.logits)),
        ),
        Mistake("The maximum is only a lower bound.", "最大值只是下界。", lambda s: max(s.logits)),
        Mistake(
            "That is the logarithm of the mean, smaller by ln n.",
            "这是均值的对数，少了 ln n。",
            lambda s: math.log(_sum(s.logits) / len(s.logits)),
        ),
        Mistake(
            "After subtracting the maximum it has to be added again.",
            "减去最大值之后还要加回来。",
            lambda s: math.log(_sum(s.logits)) - max(s.logits),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LogSumExp | None:
        logits = draw.decimals(3, -2, 3, 1)
        return LogSumExp(logits) if len(set(logits)) == 3 else None

    def formula(self, s: LogSumExp) -> float:
        top = max(s.logits)
        return top + math.log(sum(math.exp(z - top) for z in s.logits))

    def stem(self, s: LogSumExp) -> Text:
        z = vector(s.logits)
        return Text(
            f"What is `logsumexp` of $z = {z}$ (natural logarithm)?", f"$z = {z}$ 的 `logsumexp`（自然对数）是多少？"
        )

    def why(self, s: LogSumExp) -> Text:
        powers = vector(math.exp(z) for z in s.logits)
        return Text(f"The exponentials are {powers}:", f"各指数为 {powers}：")

    def steps(self, s: LogSumExp) -> str:
        return rf"\ln {num(_sum(s.logits))} = {num(self.formula(s))}"


class LogSoftmaxAt(Worked[LogSoftmax]):
    spec = LogSoftmax
    levels = (2,)
    find = "log_softmax"
    rule = r"$z_i - \ln \sum_j e^{z_j}$"
    mistakes = (
        Mistake(
            "That is the cross-entropy, minus the log-probability.",
            "这是交叉熵，即对数概率的相反数。",
            lambda s: math.log(_sum(s.logits)) - s.logits[s.index],
        ),
        Mistake(
            "That is the softmax; its logarithm is missing.",
            "这是 softmax；还要取对数。",
            lambda s: math.exp(s.logits[s.index]) / _sum(s.logits),
        ),
        Mistake(
            "The maximum only stabilises; what is subtracted is logsumexp.",
            "减去最大值只是为了数值稳定；应减去 logsumexp。",
            lambda s: s.logits[s.index] - max(s.logits),
        ),
        Mistake(
            "The natural logarithm is meant, not base 10.",
            "应取自然对数，而不是以 10 为底。",
            lambda s: (s.logits[s.index] - math.log(_sum(s.logits))) / math.log(10),
        ),
        Mistake(
            "The logarithm of the sum is subtracted, not the sum.",
            "减去的是和的对数，不是和本身。",
            lambda s: s.logits[s.index] - _sum(s.logits),
        ),
        Mistake(
            "The logarithm of the sum is subtracted, not the sum of the logits.",
            "减去的是指数之和的对数，不是 logit 之和。",
            lambda s: s.logits[s.index] - sum(s.logits),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LogSoftmax | None:
        logits = draw.decimals(4, -2, 3, 1)
        return LogSoftmax(logits, draw.integer(0, 3)) if len(set(logits)) == 4 else None

    def formula(self, s: LogSoftmax) -> float:
        return -math.log(sum(math.exp(z - s.logits[s.index]) for z in s.logits))

    def stem(self, s: LogSoftmax) -> Text:
        return Text(
            f"What is the entry of class {s.index} (counted from 0) of `log_softmax` for the logits $z = {vector(s.logits)}$?",
            f"对 logit $z = {vector(s.logits)}$ 求 `log_softmax`，类别 {s.index}（从 0 起）的值是多少？",
        )

    def why(self, s: LogSoftmax) -> Text:
        lse = rf"$\ln {num(_sum(s.logits))} = {num(math.log(_sum(s.logits)))}$"
        return Text(f"logsumexp is {lse}; class {s.index}:", f"logsumexp 为 {lse}；类别 {s.index}：")

    def steps(self, s: LogSoftmax) -> str:
        return f"{num(s.logits[s.index])} - {num(math.log(_sum(s.logits)))} = {num(self.formula(s))}"


class Missing(Worked[MissingLogit]):
    spec = MissingLogit
    levels = (3,)
    find = "logit"
    rule = r"$z = \ln(e^L - \sum_j e^{z_j})$"
    mistakes = (
        Mistake(
            "Logits are not subtracted from logsumexp; their exponentials are.",
            "相减的是指数，而不是 logit。",
            lambda s: s.total - sum(s.logits),
        ),
        Mistake(
            "The logarithm at the end is missing.", "最后漏了取对数。", lambda s: math.exp(s.total) - _sum(s.logits)
        ),
        Mistake(
            "logsumexp is not additive: exponentials have to be subtracted.",
            "logsumexp 不可直接相减：应相减指数。",
            lambda s: s.total - math.log(_sum(s.logits)),
        ),
        Mistake(
            "The exponentials are subtracted, not added.",
            "指数应相减，不是相加。",
            lambda s: math.log(math.exp(s.total) + _sum(s.logits)),
        ),
        Mistake(
            "The exponential of L is missing.",
            "漏了 L 的指数。",
            lambda s: math.log(s.total - _sum(s.logits)) if s.total > _sum(s.logits) else None,
        ),
        Mistake(
            "logsumexp is only near the largest logit, not equal to it.",
            "logsumexp 只是接近最大的 logit，并不相等。",
            lambda s: s.total,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MissingLogit | None:
        logits, z = draw.decimals(2, -1, 2.5, 1), draw.decimal(-1, 2.5, 1)
        total = round(math.log(_sum(logits) + math.exp(z)), 2)
        return MissingLogit(logits, total) if math.exp(total) - _sum(logits) > 0.3 else None

    def formula(self, s: MissingLogit) -> float:
        return math.log(math.exp(s.total) - sum(math.exp(z) for z in s.logits))

    def stem(self, s: MissingLogit) -> Text:
        return Text(
            f"{len(s.logits)} of {len(s.logits) + 1} logits are {vector(s.logits)}, and `logsumexp` of all "
            f"{len(s.logits) + 1} (natural logarithm) is {num(s.total)}. What is the missing logit?",
            f"{len(s.logits) + 1} 个 logit 中有 {len(s.logits)} 个为 {vector(s.logits)}，全部 {len(s.logits) + 1} 个的 `logsumexp`"
            f"（自然对数）为 {num(s.total)}。缺少的 logit 是多少？",
        )

    def why(self, s: MissingLogit) -> Text:
        parts = " + ".join(num(math.exp(z)) for z in s.logits)
        power = f"e^{{{num(s.total)}}} = {num(math.exp(s.total))}"
        return Text(
            f"All exponentials sum to ${power}$, the known ones to ${parts}$:",
            f"指数总和为 ${power}$，已知的为 ${parts}$：",
        )

    def steps(self, s: MissingLogit) -> str:
        rest = num(math.exp(s.total) - _sum(s.logits))
        return rf"z = \ln({num(math.exp(s.total))} - {signed(_sum(s.logits))}) = \ln {rest} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="logsumexp_value",
    version=1,
    topic="activations-losses",
    title=Text("logsumexp and log-softmax", "logsumexp 与 log-softmax"),
    questions=(Lse(), LogSoftmaxAt(), Missing()),
)
