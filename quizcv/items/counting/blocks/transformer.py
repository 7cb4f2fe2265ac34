"""Transformer layers: parameters of encoder and decoder."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, BIAS_MISSED, Counted, Part
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import TransformerBlock, TransformerDecoder

NO_OUTPUT = (
    "The output projection of the attention was left out: there are four square matrices.",
    "漏了注意力的输出投影：共有四个方阵。",
)
NO_NORM = ("The layer normalizations were left out.", "漏了层归一化。")
PER_HEAD = (
    "The attention was counted once per head with all channels; the heads share the channels out.",
    "按头数重复计了注意力；各头是平分通道的。",
)


def _layer(
    s: TransformerBlock, attentions: int = 1, *, squares: int = 4, norms: int | None = None, bias: bool | None = None
) -> int:
    """With the square matrices of an attention, or the normalizations, replaced."""
    biased = s.bias if bias is None else bias
    count = attentions + 1 if norms is None else norms
    matrices = attentions * squares * s.width**2 + 2 * s.width * s.mlp
    added = attentions * squares * s.width + s.mlp + s.width + count * s.width
    return matrices + count * s.width + biased * added


def _parts(s: TransformerBlock, attentions: int, times: tuple[int, ...] = ()) -> list[Part]:
    e, norms = s.width, attentions + 1
    many = (attentions,) if attentions > 1 else ()
    found: list[Part] = [
        ("attention: queries, keys, values, output", "注意力：查询、键、值、输出投影", (*times, *many, 4, e, e)),
        (f"linear layers, {e}→{s.mlp}→{e}", f"全连接层，{e}→{s.mlp}→{e}", (*times, 2, e, s.mlp)),
    ]
    if s.bias:
        written = rf"{4 * attentions} · {e} + {s.mlp} + {e}"
        found.append(
            (f"their biases ({written})", f"以上各层的偏置（{written}）", (*times, attentions * 4 * e + s.mlp + e))
        )
        found.append(("scales and shifts of the normalizations", "层归一化的缩放和平移", (*times, 2, norms, e)))
    else:
        found.append(("scales of the normalizations", "层归一化的缩放", (*times, norms, e)))
    return found


def _drawn(draw: Draw, level: int) -> tuple[int, int, int]:
    heads = draw.choice((2, 4, 8)) if level == 1 else draw.choice((2, 3, 4, 6, 8, 12))
    width = heads * draw.choice((16, 32, 64))
    return width, heads, width * (4 if level == 1 else draw.choice((1, 2, 3, 4)))


def _rule(bias: bool) -> Text:
    if bias:
        return Text(
            "All linear layers have biases, the layer normalizations scales and shifts; all of them count.",
            "所有线性层都有偏置，层归一化有缩放和平移，全部计入。",
        )
    return Text(
        "No linear layer has a bias; the layer normalizations have a scale, which counts, and no shift.",
        "所有线性层均无偏置；层归一化只有缩放（计入），没有平移。",
    )


class Params(Counted[TransformerBlock]):
    """Source: Vaswani et al. 2017, "Attention Is All You Need", section 3; documentation of torch.nn.TransformerEncoderLayer."""

    spec = TransformerBlock
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        "$4 E^2 + 2 E F + 2 E$, and $4E + F + E + 2E$ more with biases and shifts",
        "$4 E^2 + 2 E F + 2 E$；有偏置和平移时再加 $4E + F + E + 2E$",
    )
    mistakes = (
        Mistake(*NO_OUTPUT, lambda s: _layer(s, squares=3)),
        Mistake(*NO_NORM, lambda s: _layer(s, norms=0)),
        Mistake(*PER_HEAD, lambda s: _layer(s, squares=4 * s.heads)),
        Mistake(
            "One layer normalization was counted; there are two.",
            "只算了一个层归一化；共有两个。",
            lambda s: _layer(s, norms=1),
        ),
        Mistake(*BIAS_MISSED, lambda s: _layer(s, bias=False) + 2 * s.width if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _layer(s, bias=True) - 2 * s.width),
    )

    def sample(self, draw: Draw, level: int) -> TransformerBlock | None:
        return TransformerBlock(*_drawn(draw, level), level == 1 or draw.chance(0.6))

    def parts(self, s: TransformerBlock) -> list[Part]:
        return _parts(s, 1)

    def stem(self, s: TransformerBlock) -> Text:
        rule = _rule(s.bias)
        return Text(
            f"An encoder layer of a transformer has embedding width {s.width}, {s.heads} attention heads of "
            f"{s.width // s.heads} channels, two linear layers {s.width}→{s.mlp}→{s.width} and two layer normalizations. "
            f"{rule.en} How many parameters does the layer have?",
            f"Transformer 的一个编码器层：嵌入维度 {s.width}，{s.heads} 个注意力头（每头 {s.width // s.heads} 维），"
            f"两个全连接层 {s.width}→{s.mlp}→{s.width}，两个层归一化。{rule.zh}该层有多少个参数？",
        )

    def solution(self, s: TransformerBlock) -> Text:
        sums = Counted.solution(self, s)
        return Text(
            f"The {s.heads} heads share the {s.width} channels out; their number changes nothing.\n\n{sums.en}",
            f"{s.heads} 个头平分 {s.width} 个通道，头数不影响参数量。\n\n{sums.zh}",
        )


class Decoder(Counted[TransformerDecoder]):
    """Source: the same; documentation of torch.nn.TransformerDecoderLayer."""

    spec = TransformerDecoder
    answer = Integer()
    levels = (3,)
    find = "decoder"
    rule = Text(
        "per layer $8 E^2 + 2 E F + 3 E$, and $8E + F + E + 3E$ more with biases and shifts",
        "每层 $8 E^2 + 2 E F + 3 E$；有偏置和平移时再加 $8E + F + E + 3E$",
    )
    mistakes = (
        Mistake(
            "The attention to the encoder was left out: a decoder layer has two.",
            "漏了对编码器输出的交叉注意力：解码器层有两个注意力。",
            lambda s: s.layers * _layer(s),
        ),
        Mistake(*NO_OUTPUT, lambda s: s.layers * _layer(s, 2, squares=3)),
        Mistake(*PER_HEAD, lambda s: s.layers * _layer(s, 2, squares=4 * s.heads)),
        Mistake(*NO_NORM, lambda s: s.layers * _layer(s, 2, norms=0)),
        Mistake(
            "Two layer normalizations were counted per layer; there is one for each of the three parts.",
            "每层只算了两个层归一化；三个部分各有一个。",
            lambda s: s.layers * _layer(s, 2, norms=2),
        ),
        Mistake("Only one layer was counted.", "只算了一层。", lambda s: _layer(s, 2)),
    )

    def sample(self, draw: Draw, level: int) -> TransformerDecoder | None:
        return TransformerDecoder(*_drawn(draw, level), draw.chance(0.6), draw.integer(2, 6))

    def parts(self, s: TransformerDecoder) -> list[Part]:
        return _parts(s, 2, (s.layers,))

    def stem(self, s: TransformerDecoder) -> Text:
        rule = _rule(s.bias)
        return Text(
            f"A transformer decoder has {s.layers} layers of embedding width {s.width}. Each has self-attention and "
            f"attention to the encoder's output (of width {s.width} too), both with {s.heads} heads of "
            f"{s.width // s.heads} channels, two linear layers {s.width}→{s.mlp}→{s.width} and three layer normalizations. "
            f"{rule.en} How many parameters do the {s.layers} layers have together?",
            f"一个 Transformer 解码器有 {s.layers} 层，嵌入维度 {s.width}。每层含自注意力和对编码器输出（维度同为 "
            f"{s.width}）的交叉注意力，各 {s.heads} 个头（每头 {s.width // s.heads} 维），"
            f"两个全连接层 {s.width}→{s.mlp}→{s.width}，三个层归一化。{rule.zh}这 {s.layers} 层共有多少个参数？",
        )

    def solution(self, s: TransformerDecoder) -> Text:
        sums = Counted.solution(self, s)
        return Text(
            f"{s.layers} layers, two attentions each; the {s.heads} heads share the channels out.\n\n{sums.en}",
            f"{s.layers} 层，每层两个注意力；{s.heads} 个头平分通道。\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="transformer_block",
    version=1,
    topic="counting",
    title=Text("Parameters of transformer layers", "Transformer 层的参数量"),
    questions=(Params(), Decoder()),
)
