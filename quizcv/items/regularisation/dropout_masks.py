"""How many networks dropout draws from, and how likely they are."""

from __future__ import annotations

import math

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation.dropout_survivors import DROP
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regularisation import DropoutAtLeast, DropoutExactly, DropoutMasks


class Masks(Question[DropoutMasks]):
    """Source: Srivastava et al. 2014, section 1."""

    spec = DropoutMasks
    answer = Integer()
    levels = (1,)
    rule = "$2^n$"
    mistakes = (
        Mistake(
            "That is n²; every unit doubles the number.", "这是 n²；每多一个单元，个数翻倍。", lambda s: s.units**2
        ),
        Mistake(
            "The network in which no unit is dropped counts too.",
            "没有单元被丢弃的网络也要计入。",
            lambda s: 2**s.units - 1,
        ),
        Mistake(
            "That is 2n; every unit doubles the number.", "这是 2n；每多一个单元，个数翻倍。", lambda s: 2 * s.units
        ),
        Mistake(
            "That counts orders, not subsets.",
            "这是排列数，不是子集数。",
            lambda s: math.factorial(s.units) if s.units <= 10 else None,
        ),
        Mistake("One factor 2 too many.", "多乘了一个 2。", lambda s: 2 ** (s.units + 1)),
    )

    def sample(self, draw: Draw, level: int) -> DropoutMasks | None:
        return DropoutMasks(draw.integer(3, 14))

    def formula(self, s: DropoutMasks) -> int:
        return 1 << s.units

    def stem(self, s: DropoutMasks) -> Text:
        return Text(
            f"Dropout acts on {s.units} units of a network, each of which may be kept or dropped. How many different thinned "
            "networks can it "
            "draw (the whole one and the one without any of these units included)?",
            f"dropout 作用于网络的 {s.units} 个单元，每个单元可能保留或丢弃。它能采样出多少个不同的子网络（"
            "含完整网络和这些单元全被丢弃的网络）？",
        )

    def solution(self, s: DropoutMasks) -> Text:
        steps = f"2^{{{s.units}}} = {num(self.formula(s))}"
        return Text(f"Two possibilities for each unit: ${steps}$.", f"每个单元有两种可能：${steps}$。")


def _chance(s: DropoutExactly, dropped: int, p: float | None = None) -> float:
    p = s.p if p is None else p
    return float(math.comb(s.units, dropped) * p**dropped * (1 - p) ** (s.units - dropped))


def _units(s: DropoutExactly) -> Text:
    return Text(
        f"`nn.Dropout(p={num(s.p)})` acts on {s.units} units in training.",
        f"训练时 `nn.Dropout(p={num(s.p)})` 作用于 {s.units} 个单元。",
    )


def _draw(draw: Draw) -> tuple[int, int, float]:
    units = draw.integer(3, 7)
    return units, draw.integer(0, units - 1), draw.decimal(0.1, 0.7, 1)


class Exactly(Question[DropoutExactly]):
    """The binomial distribution."""

    spec = DropoutExactly
    answer = Number(decimals=4)
    levels = (2,)
    find = "exactly"
    rule = r"$\binom{n}{k} p^k (1 - p)^{n-k}$"
    mistakes = (
        Mistake(
            "Which units are dropped does not matter: every choice of k of n counts.",
            "丢弃哪些单元不限：要乘以从 n 个中选 k 个的方式数。",
            lambda s: s.p**s.dropped * (1 - s.p) ** (s.units - s.dropped),
        ),
        Mistake(*DROP, lambda s: _chance(s, s.dropped, 1 - s.p)),
        Mistake(
            "The other units must be kept.",
            "其余单元必须保留。",
            lambda s: p if (p := math.comb(s.units, s.dropped) * s.p**s.dropped) < 1 else None,
        ),
        Mistake(
            "That is at least so many, not exactly.",
            "这是至少这么多个的概率，而不是恰好。",
            lambda s: sum(_chance(s, k) for k in range(s.dropped, s.units + 1)),
        ),
        Mistake(
            "That is the share of such masks; they are not equally likely.",
            "这是此类掩码所占的比例；各掩码并非等可能。",
            lambda s: math.comb(s.units, s.dropped) / 2**s.units if s.p != 0.5 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DropoutExactly | None:
        s = DropoutExactly(*_draw(draw))
        return s if _chance(s, s.dropped) > 0.005 else None

    def formula(self, s: DropoutExactly) -> float:
        return float(math.comb(s.units, s.dropped) * s.p**s.dropped * (1 - s.p) ** (s.units - s.dropped))

    def stem(self, s: DropoutExactly) -> Text:
        units = _units(s)
        return Text(
            f"{units.en} What is the probability that it drops exactly {s.dropped} of them?",
            f"{units.zh}恰好丢弃 {s.dropped} 个的概率是多少？",
        )

    def solution(self, s: DropoutExactly) -> Text:
        ways = math.comb(s.units, s.dropped)
        steps = (
            rf"{ways} \cdot {num(s.p)}^{{{s.dropped}}} \cdot {num(1 - s.p)}^{{{s.units - s.dropped}}} "
            rf"= {num(self.formula(s))}"
        )
        return Text(
            f"The number of ways to choose {s.dropped} of {s.units} is {ways}: ${steps}$.",
            f"从 {s.units} 个中选 {s.dropped} 个有 {ways} 种方式：${steps}$。",
        )


class AtLeast(Question[DropoutAtLeast]):
    """The tail of the distribution."""

    spec = DropoutAtLeast
    answer = Number(decimals=4)
    levels = (3,)
    find = "at_least"
    rule = r"$1 - \sum_{j<k} \binom{n}{j} p^j (1 - p)^{n-j}$"
    mistakes = (
        Mistake(
            "That is exactly so many, not at least.",
            "这是恰好这么多个的概率，而不是至少。",
            lambda s: _chance(s, s.dropped),
        ),
        Mistake("That is more than so many.", "这是多于这么多个的概率。", lambda s: _tail(s) - _chance(s, s.dropped)),
        Mistake("That is the opposite: fewer than so many.", "这是相反的情形：少于这么多个。", lambda s: 1 - _tail(s)),
        Mistake(*DROP, lambda s: sum(_chance(s, k, 1 - s.p) for k in range(s.dropped, s.units + 1))),
        Mistake(
            "That is n·p, the number of units dropped on average.",
            "这是 n·p，即平均丢弃的单元数。",
            lambda s: s.units * s.p,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DropoutAtLeast | None:
        units, dropped, p = _draw(draw)
        return DropoutAtLeast(units, draw.integer(1, min(3, units - 1)) if dropped == 0 else min(dropped, 3), p)

    def formula(self, s: DropoutAtLeast) -> float:
        return 1 - sum([_chance(s, k) for k in range(s.dropped)])

    def stem(self, s: DropoutAtLeast) -> Text:
        units = _units(s)
        return Text(
            f"{units.en} What is the probability that it drops at least {s.dropped} of them?",
            f"{units.zh}至少丢弃 {s.dropped} 个的概率是多少？",
        )

    def solution(self, s: DropoutAtLeast) -> Text:
        parts = " - ".join(
            rf"{math.comb(s.units, k)} \cdot {num(s.p)}^{{{k}}} \cdot {num(1 - s.p)}^{{{s.units - k}}}"
            for k in range(s.dropped)
        )
        return Text(
            f"One minus the probabilities of fewer than {s.dropped} of {s.units}: $1 - {parts} = {num(self.formula(s))}$.",
            f"用 1 减去 {s.units} 个中少于 {s.dropped} 个的各种概率：$1 - {parts} = {num(self.formula(s))}$。",
        )


def _tail(s: DropoutAtLeast) -> float:
    return sum([_chance(s, k) for k in range(s.dropped, s.units + 1)])


MODEL = ItemModel(
    name="dropout_masks",
    version=1,
    topic="regularisation",
    title=Text("Masks of dropout and their probabilities", "dropout 的掩码及其概率"),
    questions=(Masks(), Exactly(), AtLeast()),
)
