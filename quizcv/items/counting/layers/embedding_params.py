"""Parameters of embeddings, alone and in a language model."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import EmbeddingParams, EmbeddingTied

_DIMS = (16, 32, 50, 64, 100, 128, 192, 256, 300, 384, 512, 768)
_WORDS = (1000, 2000, 5000, 8000, 10000, 16000, 20000, 30000, 30522, 32000, 50000, 50257)


def _table(s: EmbeddingParams | EmbeddingTied) -> int:
    return s.num_embeddings * s.embedding_dim


class Params(Question[EmbeddingParams]):
    """Source: documentation of torch.nn.Embedding, "Variables"."""

    spec = EmbeddingParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$V \cdot D$: a row for every index, that of the padding too",
        r"$V \cdot D$：每个序号一行，填充行也在内",
    )
    mistakes = (
        Mistake(
            "The row of the padding is a parameter too, though it is not updated.",
            "填充所在的行也是参数，只是不更新。",
            lambda s: _table(s) - s.embedding_dim if s.padding else None,
        ),
        Mistake(
            "The padding uses one of the rows; it does not add one.",
            "填充占用已有的一行，并不会增加一行。",
            lambda s: _table(s) + s.embedding_dim if s.padding else None,
        ),
        Mistake("An embedding has no biases.", "嵌入层没有偏置。", lambda s: _table(s) + s.embedding_dim),
        Mistake(
            "Indices run from 0 to V − 1: those are V rows, not V − 1.",
            "序号从 0 到 V − 1，共 V 行，而不是 V − 1 行。",
            lambda s: None if s.padding else _table(s) - s.embedding_dim,
        ),
        Mistake(
            "Rows and columns are multiplied, not added.",
            "行数与列数应相乘，而不是相加。",
            lambda s: s.num_embeddings + s.embedding_dim,
        ),
        Mistake(
            "An embedding is a table to look rows up in; its rows are not connected to each other.",
            "嵌入是查表；各行之间并不相连。",
            lambda s: s.num_embeddings**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmbeddingParams | None:
        return EmbeddingParams(draw.choice(_WORDS), draw.choice(_DIMS), level == 2 and draw.chance(0.8))

    def formula(self, s: EmbeddingParams) -> int:
        return _table(s)

    def stem(self, s: EmbeddingParams) -> Text:
        code = f"nn.Embedding({s.num_embeddings}, {s.embedding_dim}{', padding_idx=0' if s.padding else ''})"
        return Text(
            f"How many learnable parameters (elements of `weight`) does `{code}` have?",
            f"`{code}` 有多少个可学习参数（`weight` 的元素个数）？",
        )

    def solution(self, s: EmbeddingParams) -> Text:
        total = rf"{num(s.num_embeddings)} \cdot {num(s.embedding_dim)} = {num(_table(s))}"
        if s.padding:
            return Text(
                f"A row for each index, that of the padding included (its gradient is 0, but it is part of the weight): ${total}$.",
                f"每个序号一行，填充行也在内（梯度为 0，但属于权重）：${total}$。",
            )
        return Text(f"A row for each index, no biases: ${total}$.", f"每个序号一行，没有偏置：${total}$。")


def _positions(s: EmbeddingTied) -> int:
    return s.positions * s.embedding_dim


class Tied(Question[EmbeddingTied]):
    """Source: Press and Wolf 2017, Using the Output Embedding to Improve Language Models."""

    spec = EmbeddingTied
    answer = Integer()
    levels = (3,)
    find = "tied"
    rule = Text(
        r"$(V + P) \cdot D$ with tied weights, $(2V + P) \cdot D$ otherwise",
        r"共享权重时 $(V + P) \cdot D$，否则 $(2V + P) \cdot D$",
    )
    mistakes = (
        Mistake(
            "Tied weights are one tensor: they count once.",
            "共享的权重是同一个张量，只算一次。",
            lambda s: 2 * _table(s) + _positions(s) if s.tied else None,
        ),
        Mistake(
            "The output layer has weights of its own here.",
            "这里的输出层有自己的权重。",
            lambda s: None if s.tied else _table(s) + _positions(s),
        ),
        Mistake(
            "The position embedding was left out.",
            "漏了位置嵌入。",
            lambda s: (1 if s.tied else 2) * _table(s),
        ),
        Mistake(
            "A position has as many features as a token, not a single number.",
            "每个位置与 token 一样有多维特征，而不是一个数。",
            lambda s: (1 if s.tied else 2) * _table(s) + s.positions,
        ),
        Mistake(
            "The output layer has no biases here.",
            "这里的输出层没有偏置。",
            lambda s: (1 if s.tied else 2) * _table(s) + _positions(s) + s.num_embeddings,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmbeddingTied | None:
        positions = draw.choice((128, 196, 197, 256, 512, 1024))
        return EmbeddingTied(draw.choice(_WORDS), draw.choice(_DIMS), positions, draw.chance(0.6))

    def formula(self, s: EmbeddingTied) -> int:
        return (1 if s.tied else 2) * _table(s) + _positions(s)

    def stem(self, s: EmbeddingTied) -> Text:
        weights = (
            ("uses the weights of the token embedding (tied)", "与 token 嵌入共享权重")
            if s.tied
            else ("has weights of its own", "有自己的权重（不共享）")
        )
        return Text(
            f"A language model has a token embedding for {s.num_embeddings} words with {s.embedding_dim} features, a learned position "
            f"embedding for {s.positions} positions, and an output layer (linear, no biases) from features to words that "
            f"{weights[0]}. How many learnable parameters do the three have together?",
            f"语言模型有 {s.num_embeddings} 个词、{s.embedding_dim} 维的 token 嵌入，{s.positions} 个位置的可学习位置嵌入，"
            f"以及从特征到词的输出层（线性，无偏置），输出层{weights[1]}。三者共有多少个可学习参数？",
        )

    def solution(self, s: EmbeddingTied) -> Text:
        table = rf"{num(s.num_embeddings)} \cdot {num(s.embedding_dim)} = {num(_table(s))}"
        positions = rf"{num(s.positions)} \cdot {num(s.embedding_dim)} = {num(_positions(s))}"
        tables = num(_table(s)) if s.tied else rf"2 \cdot {num(_table(s))}"
        total = f"{tables} + {num(_positions(s))} = {num(self.formula(s))}"
        en = "The output layer adds nothing" if s.tied else "The output layer has as many as the token embedding"
        zh = "输出层不增加参数" if s.tied else "输出层与 token 嵌入一样多"
        return Text(
            f"Token embedding: ${table}$. Position embedding: ${positions}$.\n\n{en}: ${total}$.",
            f"token 嵌入：${table}$。位置嵌入：${positions}$。\n\n{zh}：${total}$。",
        )


MODEL = ItemModel(
    name="embedding_params",
    version=1,
    topic="counting",
    title=Text("Parameters of embeddings", "嵌入层的参数量"),
    questions=(Params(), Tied()),
)
