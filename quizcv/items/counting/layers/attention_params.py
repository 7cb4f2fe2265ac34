"""Parameters of multi-head attention."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import AttentionDim, AttentionParams, CrossAttentionParams
from quizcv.specs.spec import LARGEST

_DIMS = (64, 96, 128, 192, 256, 320, 384, 512, 640, 768, 1024)
_HEADS = (2, 4, 8, 16)

_UNWANTED_BIAS = ("The layer has no biases; they were counted.", "该层没有偏置，却把偏置算进去了。")
_NO_BIAS = (
    "The biases were left out: each of the four projections has them.",
    "漏了偏置：四个投影都有偏置。",
)
_NO_OUTPUT = (
    "The output projection behind the heads was left out.",
    "漏了各头之后的输出投影。",
)


def _bias(s: AttentionParams | CrossAttentionParams, projections: int = 4) -> int:
    return projections * s.embed_dim if s.bias else 0


class Params(Question[AttentionParams]):
    """Source: Vaswani et al. 2017, section 3.2.2; torch.nn.MultiheadAttention."""

    spec = AttentionParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$4E^2$, and with biases $4E$ more: queries, keys, values and output, whatever the number of heads",
        r"$4E^2$，带偏置时再加 $4E$：查询、键、值和输出，与头数无关",
    )
    mistakes = (
        Mistake(*_NO_OUTPUT, lambda s: 3 * s.embed_dim**2 + _bias(s, 3)),
        Mistake(*_NO_BIAS, lambda s: 4 * s.embed_dim**2 if s.bias else None),
        Mistake(*_UNWANTED_BIAS, lambda s: None if s.bias else 4 * s.embed_dim * (s.embed_dim + 1)),
        Mistake(
            "Each head works on E/h features; the heads together have E×E weights for each projection.",
            "每个头只处理 E/h 个特征；所有头合起来每个投影才是 E×E 个权重。",
            lambda s: (3 * s.num_heads + 1) * s.embed_dim**2 + _bias(s, 3 * s.num_heads + 1),
        ),
        Mistake(
            "All heads have weights, not a single one.",
            "每个头都有权重，而不是只有一个头。",
            lambda s: 3 * s.embed_dim**2 // s.num_heads + s.embed_dim**2 + _bias(s),
        ),
        Mistake(
            "The biases of the output projection were left out.",
            "漏了输出投影的偏置。",
            lambda s: 4 * s.embed_dim**2 + _bias(s, 3) if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AttentionParams | None:
        return AttentionParams(draw.choice(_DIMS), draw.choice(_HEADS), level == 1 or draw.chance(0.5))

    def formula(self, s: AttentionParams) -> int:
        return 4 * s.embed_dim**2 + _bias(s)

    def stem(self, s: AttentionParams) -> Text:
        code = f"nn.MultiheadAttention({s.embed_dim}, {s.num_heads}, bias={s.bias})"
        return Text(
            f"How many learnable parameters does `{code}` have? (The first two arguments are `embed_dim` and `num_heads`.)",
            f"`{code}` 有多少个可学习参数？（前两个参数为 `embed_dim` 和 `num_heads`。）",
        )

    def solution(self, s: AttentionParams) -> Text:
        weights = rf"4 \cdot {num(s.embed_dim)}^2 = {num(4 * s.embed_dim**2)}"
        en = f"Four projections (queries, keys, values, output), shared among {s.num_heads} heads: ${weights}$ weights."
        zh = f"四个投影（查询、键、值、输出），由 {s.num_heads} 个头分用：${weights}$ 个权重。"
        if not s.bias:
            return Text(en, zh)
        total = rf"{num(4 * s.embed_dim**2)} + 4 \cdot {num(s.embed_dim)} = {num(self.formula(s))}"
        return Text(f"{en}\n\nWith biases: ${total}$.", f"{zh}\n\n加上偏置：${total}$。")


def _cross(s: CrossAttentionParams) -> int:
    return s.embed_dim * (2 * s.embed_dim + s.kdim + s.vdim)


class Cross(Question[CrossAttentionParams]):
    """Keys and values come from elsewhere."""

    spec = CrossAttentionParams
    answer = Integer()
    levels = (2,)
    find = "cross"
    rule = Text(
        r"$E(2E + E_k + E_v)$, and with biases $4E$ more",
        r"$E(2E + E_k + E_v)$，带偏置时再加 $4E$",
    )
    mistakes = (
        Mistake(
            "Keys and values have widths of their own here.",
            "这里键和值有各自的维度。",
            lambda s: 4 * s.embed_dim**2 + _bias(s),
        ),
        Mistake(*_NO_OUTPUT, lambda s: _cross(s) - s.embed_dim**2 + _bias(s, 3)),
        Mistake(*_NO_BIAS, lambda s: _cross(s) if s.bias else None),
        Mistake(*_UNWANTED_BIAS, lambda s: None if s.bias else _cross(s) + 4 * s.embed_dim),
        Mistake(
            "The values are projected to E features before the output projection reads them.",
            "值先被投影到 E 维，输出投影再读取它们。",
            lambda s: s.embed_dim * (s.embed_dim + s.kdim + 2 * s.vdim) + _bias(s),
        ),
        Mistake(
            "Every bias vector has E elements: biases belong to outputs, not to inputs.",
            "每个偏置向量都有 E 个元素：偏置属于输出，而不是输入。",
            lambda s: _cross(s) + 2 * s.embed_dim + s.kdim + s.vdim if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossAttentionParams | None:
        dim = draw.choice(_DIMS)
        kdim = draw.choice(_DIMS)
        vdim = kdim if draw.chance(0.5) else draw.choice(_DIMS)
        s = CrossAttentionParams(dim, draw.choice(_HEADS), kdim, vdim, draw.chance(0.6))
        return s if (kdim, vdim) != (dim, dim) else None

    def formula(self, s: CrossAttentionParams) -> int:
        return _cross(s) + _bias(s)

    def stem(self, s: CrossAttentionParams) -> Text:
        code = f"nn.MultiheadAttention({s.embed_dim}, {s.num_heads}, kdim={s.kdim}, vdim={s.vdim}, bias={s.bias})"
        return Text(
            f"How many learnable parameters does `{code}` have? (The first two arguments are `embed_dim` and `num_heads`.)",
            f"`{code}` 有多少个可学习参数？（前两个参数为 `embed_dim` 和 `num_heads`。）",
        )

    def solution(self, s: CrossAttentionParams) -> Text:
        weights = rf"{num(s.embed_dim)} \cdot ({s.embed_dim} + {s.kdim} + {s.vdim} + {s.embed_dim}) = {num(_cross(s))}"
        en = f"Queries, keys, values and output, shared among {s.num_heads} heads: ${weights}$ weights."
        zh = f"查询、键、值和输出投影，由 {s.num_heads} 个头分用：${weights}$ 个权重。"
        if not s.bias:
            return Text(en, zh)
        total = rf"{num(_cross(s))} + 4 \cdot {num(s.embed_dim)} = {num(self.formula(s))}"
        return Text(f"{en}\n\nWith biases: ${total}$.", f"{zh}\n\n加上偏置：${total}$。")


def _dim(s: AttentionDim, projections: int = 4) -> int:
    """The positive root of E² + E = P/4 (E² = P/4 without biases), rounded down."""
    extra = 1 if s.bias else 0
    return (math.isqrt(extra + 4 * (s.params // projections)) - extra) // 2


class Dim(Question[AttentionDim]):
    """The same solved for E."""

    spec = AttentionDim
    answer = Integer()
    levels = (3,)
    find = "embed_dim"
    rule = Text(
        r"$E^2 + E = P/4$, and $E^2 = P/4$ without biases: take the positive root",
        r"$E^2 + E = P/4$，不带偏置时 $E^2 = P/4$，取正根",
    )
    mistakes = (
        Mistake(*_NO_OUTPUT, lambda s: _dim(s, 3)),
        Mistake("There are four projections, not one.", "投影有四个，而不是一个。", lambda s: _dim(s, 1)),
        Mistake("Those are the features of one head.", "这是一个头的特征数。", lambda s: _dim(s) // s.num_heads),
        Mistake(
            "The heads share the embedding out among them: they do not multiply it.",
            "各头分用嵌入维度，而不是使其加倍。",
            lambda s: _dim(s) * s.num_heads,
        ),
        Mistake(
            "The number of heads does not change the number of parameters.",
            "头数不影响参数量。",
            lambda s: _dim(s, 4 * s.num_heads),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AttentionDim | None:
        dim, heads, bias = draw.choice(_DIMS), draw.choice(_HEADS), draw.chance(0.5)
        params = 4 * dim * (dim + (1 if bias else 0))
        return AttentionDim(heads, params, bias) if params <= LARGEST else None

    def formula(self, s: AttentionDim) -> int:
        return _dim(s)

    def stem(self, s: AttentionDim) -> Text:
        code = f"nn.MultiheadAttention(embed_dim, {s.num_heads}, bias={s.bias})"
        return Text(
            f"`{code}`, with {s.num_heads} heads, has {num(s.params)} learnable parameters. What is its `embed_dim`?",
            f"`{code}` 有 {s.num_heads} 个头，共 {num(s.params)} 个可学习参数。它的 `embed_dim` 是多少？",
        )

    def solution(self, s: AttentionDim) -> Text:
        each = f"{num(s.params)}/4 = {num(s.params // 4)}"
        dim = self.formula(s)
        check = f"{dim}^2 + {dim}" if s.bias else f"{dim}^2"
        with_ = biases(s.bias)
        return Text(
            f"Each of the four projections, {with_.en}, has ${each}$ parameters, whatever the {s.num_heads} heads.\n\n"
            f"${num(s.params // 4)} = {check}$, so $E = {dim}$.",
            f"四个投影（{with_.zh}）各有 ${each}$ 个参数，与 {s.num_heads} 个头无关。\n\n${num(s.params // 4)} = {check}$，故 "
            f"$E = {dim}$。",
        )


MODEL = ItemModel(
    name="attention_params",
    version=1,
    topic="counting",
    title=Text("Parameters of multi-head attention", "多头注意力的参数量"),
    questions=(Params(), Cross(), Dim()),
)
