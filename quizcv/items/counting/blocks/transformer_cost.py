"""Cost of transformer blocks, from tokens or from an image."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import FLOPS, Counted, Part
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import AttentionMacs, VitMacs

NO_CLASS = ("The class token was left out of the tokens.", "漏了类别 token。")
TOKENS_ONCE = (
    "The attention matrix was counted with N instead of N² entries.",
    "注意力矩阵按 N 个元素计了，应为 N²。",
)
NO_PRODUCTS = (
    "The products of queries with keys and of weights with values were left out; they have no parameters, but they cost.",
    "漏了查询与键、注意力权重与值的乘积；它们没有参数，但有计算量。",
)
ONE_SIDE = (
    "The patches of one side were counted; there are as many rows.",
    "只算了一条边上的图块数；还要乘以行数。",
)


def _block(tokens: int, width: int, mlp: int, *, mixing: int = 2, squares: int = 4) -> int:
    """With the products of tokens with tokens, or the square matrices, replaced."""
    return tokens * (squares * width**2 + 2 * width * mlp) + mixing * tokens**2 * width


def _parts(tokens: int, width: int, mlp: int) -> list[Part]:
    return [
        ("queries, keys, values, output", "查询、键、值、输出投影", (4, tokens, width, width)),
        ("queries with keys, weights with values", "查询与键、权重与值", (2, tokens, tokens, width)),
        (f"linear layers, {width}→{mlp}→{width}", f"全连接层，{width}→{mlp}→{width}", (2, tokens, width, mlp)),
    ]


class Macs(Counted[AttentionMacs]):
    """Source: Vaswani et al. 2017, "Attention Is All You Need", table 1 and section 3."""

    spec = AttentionMacs
    answer = Integer("MACs")
    levels = (1, 2)
    rule = r"$4 N E^2 + 2 N^2 E + 2 N E F$"
    mistakes = (
        Mistake(*NO_PRODUCTS, lambda s: _block(s.tokens, s.width, s.mlp, mixing=0)),
        Mistake(
            "The output projection was left out.",
            "漏了输出投影。",
            lambda s: _block(s.tokens, s.width, s.mlp, squares=3),
        ),
        Mistake(
            "One product of tokens with tokens was counted; there are two: with the keys and with the values.",
            "token 之间的乘积只算了一次；应为两次：与键、与值。",
            lambda s: _block(s.tokens, s.width, s.mlp, mixing=1),
        ),
        Mistake(*TOKENS_ONCE, lambda s: _block(s.tokens, s.width, s.mlp, mixing=0) + 2 * s.tokens * s.width),
        Mistake(*FLOPS, lambda s: 2 * _block(s.tokens, s.width, s.mlp)),
    )

    def sample(self, draw: Draw, level: int) -> AttentionMacs | None:
        width = 64 * draw.integer(1, 12)
        if level == 1:
            return AttentionMacs(draw.choice((16, 49, 50, 64, 100, 196)), width, 4 * width)
        return AttentionMacs(draw.integer(16, 400), width, width * draw.choice((1, 2, 3, 4)))

    def parts(self, s: AttentionMacs) -> list[Part]:
        return _parts(s.tokens, s.width, s.mlp)

    def stem(self, s: AttentionMacs) -> Text:
        return Text(
            f"An encoder layer of a transformer reads {s.tokens} tokens of width {s.width}: self-attention over all of "
            f"them, then two linear layers {s.width}→{s.mlp}→{s.width}. How many multiply-accumulates do its matrix "
            "products take for one sequence (biases, softmax, normalization and activations not counted)?",
            f"Transformer 的一个编码器层读入 {s.tokens} 个维度为 {s.width} 的 token：先做全局自注意力，再经过两个全连接层 "
            f"{s.width}→{s.mlp}→{s.width}。对一个序列，其矩阵乘法共需多少次乘加（MAC；偏置、softmax、归一化和激活不计）？",
        )


def _tokens(size: int, patch: int) -> int:
    return (size // patch) ** 2 + 1


class Image(Counted[VitMacs]):
    """Source: Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words", section 3.1."""

    spec = VitMacs
    answer = Integer("MACs")
    levels = (3,)
    find = "image"
    rule = Text(
        "$4 N E^2 + 2 N^2 E + 2 N E F$ with $N = (H/p)^2 + 1$",
        "$4 N E^2 + 2 N^2 E + 2 N E F$，其中 $N = (H/p)^2 + 1$",
    )
    mistakes = (
        Mistake(*NO_CLASS, lambda s: _block(_tokens(s.size, s.patch) - 1, s.width, s.mlp)),
        Mistake(*NO_PRODUCTS, lambda s: _block(_tokens(s.size, s.patch), s.width, s.mlp, mixing=0)),
        Mistake(*ONE_SIDE, lambda s: _block(s.size // s.patch + 1, s.width, s.mlp)),
        Mistake(
            "The output projection was left out.",
            "漏了输出投影。",
            lambda s: _block(_tokens(s.size, s.patch), s.width, s.mlp, squares=3),
        ),
        Mistake(*FLOPS, lambda s: 2 * _block(_tokens(s.size, s.patch), s.width, s.mlp)),
    )

    def sample(self, draw: Draw, level: int) -> VitMacs | None:
        patch, width = draw.choice((8, 14, 16, 32)), 64 * draw.integer(1, 12)
        return VitMacs(patch * draw.integer(4, 16), patch, width, width * draw.choice((2, 3, 4)))

    def parts(self, s: VitMacs) -> list[Part]:
        return _parts(_tokens(s.size, s.patch), s.width, s.mlp)

    def stem(self, s: VitMacs) -> Text:
        return Text(
            f"A vision transformer cuts an image of {s.size}×{s.size} into patches of {s.patch}×{s.patch} that do not "
            f"overlap, and adds a class token; tokens have width {s.width}. One of its encoder layers has self-attention "
            f"and two linear layers {s.width}→{s.mlp}→{s.width}. How many multiply-accumulates do the matrix products of "
            "this layer take per image (biases, softmax, normalization and activations not counted)?",
            f"视觉 Transformer 把 {s.size}×{s.size} 的图像切成互不重叠的 {s.patch}×{s.patch} 图块，并加一个类别 token，"
            f"token 维度为 {s.width}。它的一个编码器层含自注意力和两个全连接层 {s.width}→{s.mlp}→{s.width}。对一张图像，"
            "该层的矩阵乘法共需多少次乘加（MAC；偏置、softmax、归一化和激活不计）？",
        )

    def solution(self, s: VitMacs) -> Text:
        tokens = rf"({s.size}/{s.patch})^2 + 1 = {_tokens(s.size, s.patch)}"
        sums = Counted.solution(self, s)
        return Text(f"Tokens: ${tokens}$.\n\n{sums.en}", f"token 数：${tokens}$。\n\n{sums.zh}")


MODEL = ItemModel(
    name="vit_block_macs",
    version=1,
    topic="counting",
    title=Text("Cost of a transformer block", "Transformer 块的计算量"),
    questions=(Macs(), Image()),
)
