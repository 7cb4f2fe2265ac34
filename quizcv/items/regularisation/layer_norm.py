"""Layer norm: one output by hand, and a channel after ReLU and pooling."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import (
    SPREAD,
    Norm,
    affine,
    draw_affine,
    own_channel,
    pooled,
    pooled_text,
    pooled_worked,
    usual,
    whole_batch,
    whole_sample,
    worked,
)
from quizcv.items.regularisation.batch_norm import NOT_REST, UNBIASED, draw_pooled
from quizcv.items.text import grid, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import LayerNormPooled, LayerNormValue


def _norm(s: LayerNormValue) -> Norm:
    return Norm(s.x[s.row][s.col], s.x[s.row], s.gamma, s.beta, s.eps)


class Value(Question[LayerNormValue]):
    """Source: Ba et al. 2016, equation 4; documentation of torch.nn.LayerNorm."""

    spec = LayerNormValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$, moments of the token's own features",
        r"$y = \gamma (x - \mu)/\sqrt{\sigma^2 + \epsilon} + \beta$，统计量取自该 token 自身的特征",
    )
    mistakes = (
        Mistake(
            "That is batch norm: layer norm takes the statistics of one token, not of one feature.",
            "这是批归一化；层归一化对一个 token 的所有特征求统计量。",
            lambda s: (
                Norm(s.x[s.row][s.col], [row[s.col] for row in s.x], s.gamma, s.beta, s.eps).out
                if len(s.x) > 1
                else None
            ),
        ),
        *usual(_norm),
    )

    def sample(self, draw: Draw, level: int) -> LayerNormValue | None:
        tokens, features = (1 if level == 1 else draw.integer(2, 3)), draw.integer(3, 5)
        x = tuple(tuple(draw.integer(-4, 9) for _ in range(features)) for _ in range(tokens))
        s = LayerNormValue(x, draw.integer(0, tokens - 1), draw.integer(0, features - 1), *draw_affine(draw, level))
        column = Norm(0, [row[s.col] for row in x])
        spread = _norm(s).var >= SPREAD and (tokens == 1 or column.var >= SPREAD)
        return s if spread and s.x[s.row][s.col] * features != sum(x[s.row]) else None

    def formula(self, s: LayerNormValue) -> float:
        token = s.x[s.row]
        mean = sum(token) / len(token)
        var = sum((x - mean) ** 2 for x in token) / len(token)
        return float(s.gamma * (token[s.col] - mean) / (var + s.eps) ** 0.5 + s.beta)

    def stem(self, s: LayerNormValue) -> Text:
        given = affine(s)
        return Text(
            f"`nn.LayerNorm({len(s.x[0])})` {given.en} reads these tokens, one per row:{grid(s.x)}What is its output for feature {s.col} "
            f"of token {s.row} (both counted from 0)?",
            f"`nn.LayerNorm({len(s.x[0])})`{given.zh}的输入如下，每行一个 token：{grid(s.x)}token {s.row} 的特征 {s.col}"
            "（均从 0 数起）的输出是多少？",
        )

    def solution(self, s: LayerNormValue) -> Text:
        value = num(s.x[s.row][s.col])
        over = Text(
            f"Token {s.row}, feature {s.col} is {value}. Over the token's features:",
            f"token {s.row} 的特征 {s.col} 为 {value}。对该 token 的所有特征：",
        )
        return worked(_norm(s), over)


class Pooled(Question[LayerNormPooled]):
    """Layer norm of a feature map, with two operations behind it."""

    spec = LayerNormPooled
    answer = Number(decimals=3)
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"statistics per sample over channels and positions; then $\mathrm{mean}(\max(0, y))$",
        r"每个样本对通道和位置求统计量；再求 $\max(0, y)$ 的平均",
    )
    mistakes = (
        Mistake(
            "That is batch norm: layer norm does not look at other samples.",
            "这是批归一化；层归一化不看其他样本。",
            lambda s: pooled(s, whole_batch(s)),
        ),
        Mistake(
            "That is instance norm: layer norm takes all channels of a sample together.",
            "这是实例归一化；层归一化把一个样本的所有通道放在一起。",
            lambda s: pooled(s, own_channel(s)),
        ),
        Mistake(*NOT_REST, lambda s: pooled(s, whole_sample(s), active=False)),
        Mistake(*UNBIASED, lambda s: pooled(s, whole_sample(s), biased=False)),
    )

    def sample(self, draw: Draw, level: int) -> LayerNormPooled | None:
        found: LayerNormPooled | None = draw_pooled(draw, LayerNormPooled, whole_sample)
        return found

    def formula(self, s: LayerNormPooled) -> float:
        return pooled(s, whole_sample(s))

    def stem(self, s: LayerNormPooled) -> Text:
        size = f"[{len(s.x[0])}, {len(s.x[0][0])}]"
        layer = f"`nn.LayerNorm({size})`"
        return pooled_text(s, Text(f"{layer}, with the same γ and β everywhere,", f" {layer}（各处 γ、β 相同）"))

    def solution(self, s: LayerNormPooled) -> Text:
        return pooled_worked(s, whole_sample(s), Text("Over all channels of this sample:", "对该样本的所有通道："))


MODEL = ItemModel(
    name="layer_norm_value",
    version=1,
    topic="regularisation",
    title=Text("Layer norm by hand", "手算层归一化"),
    questions=(Value(), Pooled()),
)
