"""Stochastic depth: residual blocks that are skipped at random in training, the later the more often."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regularisation import BlockSurvival, DepthSurvival, ExpectedDepth

LINEAR = Text(
    "The survival probabilities of its residual blocks decay linearly from 1 at the input (l = 0)",
    "各残差块的生存概率从输入处（l = 0）的 1 线性下降",
)


def _survival(s: BlockSurvival | ExpectedDepth, block: int) -> float:
    return 1 - block / s.blocks * (1 - s.last)


class Survival(Question[BlockSurvival]):
    """Source: Huang et al. 2016, equation 4."""

    spec = BlockSurvival
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$p_l = 1 - \frac{l}{L} (1 - p_L)$"
    mistakes = (
        Mistake("That is the probability to be skipped.", "这是被跳过的概率。", lambda s: 1 - _survival(s, s.block)),
        Mistake(
            "The first block is block 1, not block 0: it may be skipped too.",
            "第一块是 l = 1，不是 l = 0：它也可能被跳过。",
            lambda s: _survival(s, s.block - 1),
        ),
        Mistake(
            "The decay is linear, not a power.", "是线性下降，而不是幂。", lambda s: s.last ** (s.block / s.blocks)
        ),
        Mistake(
            "The probability falls by 1 − p_L in all, not by p_L.",
            "概率总共下降 1 − p_L，而不是 p_L。",
            lambda s: 1 - s.block / s.blocks * s.last,
        ),
        Mistake(
            "There are L steps from the input to the last block, not L − 1.",
            "从输入到最后一块有 L 步，不是 L − 1 步。",
            lambda s: 1 - (s.block - 1) / (s.blocks - 1) * (1 - s.last) if s.blocks > 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BlockSurvival | None:
        blocks = draw.choice((6, 8, 9, 12, 16, 18, 27, 33, 50, 54))
        return BlockSurvival(draw.integer(2, blocks - 1), blocks, draw.choice((0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)))

    def formula(self, s: BlockSurvival) -> float:
        return 1 - s.block * (1 - s.last) / s.blocks

    def stem(self, s: BlockSurvival) -> Text:
        return Text(
            f"A network is trained with stochastic depth. {LINEAR.en} to {num(s.last)} at the last, block {s.blocks}. With which "
            "probability "
            f"does block {s.block} survive?",
            f"某网络用随机深度训练。{LINEAR.zh}到最后一块（第 {s.blocks} 块）的 {num(s.last)}。第 {s.block} 块的生存概率是多少？",
        )

    def solution(self, s: BlockSurvival) -> Text:
        steps = rf"1 - {s.block}/{s.blocks} \cdot (1 - {num(s.last)}) = {num(self.formula(s))}"
        return Text(f"${steps}$", f"代入公式：${steps}$")


class Depth(Question[ExpectedDepth]):
    """Source: Huang et al. 2016, section 3, "Expected network depth"."""

    spec = ExpectedDepth
    answer = Number(decimals=2)
    levels = (2,)
    find = "depth"
    rule = r"$E = \sum_l p_l = L - (1 - p_L)(L + 1)/2$"
    mistakes = (
        Mistake(
            "The mean of 1 and p_L is that of the blocks 0 to L; block 0 does not exist.",
            "1 与 p_L 的平均对应第 0 到第 L 块；第 0 块并不存在。",
            lambda s: s.blocks * (1 + s.last) / 2,
        ),
        Mistake(
            "Only the last block survives so rarely.", "只有最后一块的生存概率这么低。", lambda s: s.blocks * s.last
        ),
        Mistake(
            "That is the expected number of skipped blocks.",
            "这是被跳过的块数的期望。",
            lambda s: (1 - s.last) * (s.blocks + 1) / 2,
        ),
        Mistake("Some blocks are skipped.", "有一部分块被跳过。", lambda s: float(s.blocks)),
    )

    def sample(self, draw: Draw, level: int) -> ExpectedDepth | None:
        return ExpectedDepth(draw.choice((6, 8, 9, 12, 16, 18, 20, 27, 33, 54)), draw.decimal(0.1, 0.9, 1))

    def formula(self, s: ExpectedDepth) -> float:
        return s.blocks - (1 - s.last) * (s.blocks + 1) / 2

    def stem(self, s: ExpectedDepth) -> Text:
        return Text(
            f"A network with {s.blocks} residual blocks is trained with stochastic depth. {LINEAR.en} to {num(s.last)} at the last block "
            f"(l = {s.blocks}). How many blocks survive on average?",
            f"某网络有 {s.blocks} 个残差块，用随机深度训练。{LINEAR.zh}到最后一块（l = {s.blocks}）的 {num(s.last)}。平均有多少个块生存？",
        )

    def solution(self, s: ExpectedDepth) -> Text:
        steps = rf"{s.blocks} - (1 - {num(s.last)}) \cdot ({s.blocks} + 1)/2 = {num(self.formula(s))}"
        return Text(
            f"The sum of $1 - (l/L)(1 - p_L)$ over all blocks: ${steps}$.",
            f"对所有块求 $1 - (l/L)(1 - p_L)$ 之和：${steps}$。",
        )


class Last(Question[DepthSurvival]):
    """The expected depth solved for the last block."""

    spec = DepthSurvival
    answer = Number(decimals=3)
    levels = (3,)
    find = "last"
    rule = r"$p_L = 1 - 2 (L - E)/(L + 1)$"
    mistakes = (
        Mistake("That is the mean over all blocks.", "这是所有块的平均。", lambda s: s.depth / s.blocks),
        Mistake(
            "The blocks are counted from 1: L + 1 belongs below, not L.",
            "块从 1 数起：分母是 L + 1，不是 L。",
            lambda s: 2 * s.depth / s.blocks - 1,
        ),
        Mistake("That is the probability to be skipped.", "这是被跳过的概率。", lambda s: 1 - _last(s)),
        Mistake(
            "The factor 2 is missing: the mean lies halfway between both ends.",
            "漏了系数 2：平均值在两端的中间。",
            lambda s: 1 - (s.blocks - s.depth) / (s.blocks + 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DepthSurvival | None:
        blocks, last = draw.choice((6, 8, 9, 12, 16, 18, 20)), draw.decimal(0.1, 0.9, 1)
        return DepthSurvival(blocks, round(blocks - (1 - last) * (blocks + 1) / 2, 2))

    def formula(self, s: DepthSurvival) -> float:
        return _last(s)

    def stem(self, s: DepthSurvival) -> Text:
        return Text(
            f"A network with {s.blocks} residual blocks is trained with stochastic depth; on average {num(s.depth)} of them survive. "
            f"{LINEAR.en} to p at the last block (l = {s.blocks}). What is p?",
            f"某网络有 {s.blocks} 个残差块，用随机深度训练，平均有 {num(s.depth)} 个块生存。{LINEAR.zh}到最后一块（l = {s.blocks}）的 p。"
            "p 是多少？",
        )

    def solution(self, s: DepthSurvival) -> Text:
        steps = rf"1 - 2 \cdot ({s.blocks} - {num(s.depth)})/({s.blocks} + 1) = {num(_last(s))}"
        return Text(f"From $E = L - (1 - p_L)(L + 1)/2$: ${steps}$.", f"由 $E = L - (1 - p_L)(L + 1)/2$ 得 ${steps}$。")


def _last(s: DepthSurvival) -> float:
    return 1 - 2 * (s.blocks - s.depth) / (s.blocks + 1)


MODEL = ItemModel(
    name="stochastic_depth",
    version=1,
    topic="regularisation",
    title=Text("Stochastic depth", "随机深度"),
    questions=(Survival(), Depth(), Last()),
)
