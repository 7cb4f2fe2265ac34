"""Scaled dot-product attention: one weight, one output, and one under a causal mask."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, num, signed, vector
from quizcv.items.values._matrices import draw_matrix, draw_vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.cells import AttentionOutput, AttentionWeight, CausalAttention
from quizcv.specs.matrices import Matrix, Vector


def _dots(query: Vector, keys: Matrix) -> list[int]:
    return [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]


def _weights(query: Vector, keys: Matrix, scale: float | None = None) -> list[float]:
    by = 1 / math.sqrt(len(query)) if scale is None else scale
    return _softmax([dot * by for dot in _dots(query, keys)])


def _worked(query: Vector, keys: Matrix) -> str:
    """Scores and weights, the same in both languages."""
    dots, width = _dots(query, keys), len(query)
    scores = vector(round(dot / math.sqrt(width), 6) for dot in dots)
    weights = vector(round(weight, 6) for weight in _weights(query, keys))
    return rf"$q \cdot k$ = {vector(dots)}; $q \cdot k / \sqrt{{{width}}}$ = {scores}; softmax = {weights}"


def _mixed(weights: Sequence[float], values: Matrix, component: int) -> float:
    return sum(weight * value[component] for weight, value in zip(weights, values, strict=False))


def _is_varied(weights: Sequence[float]) -> bool:
    """Neither all equal nor one of them alone."""
    return max(weights) < 0.97 and max(weights) - min(weights) > 0.05


class Weight(Question[AttentionWeight]):
    """Source: Vaswani et al. 2017, section 3.2.1."""

    spec = AttentionWeight
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$a_i = \mathrm{softmax}_i(q \cdot k_i / \sqrt{d})$"
    mistakes = (
        Mistake(
            "The scores were not divided by √d.",
            "分数没有除以 √d。",
            lambda s: _weights(s.query, s.keys, 1.0)[s.index],
        ),
        Mistake(
            "The scores were divided by d, not by √d.",
            "分数除以了 d，而不是 √d。",
            lambda s: _weights(s.query, s.keys, 1 / len(s.query))[s.index],
        ),
        Mistake(
            "That is the scaled score; a softmax over all keys follows.",
            "这是缩放后的分数；还要对所有键做 softmax。",
            lambda s: _dots(s.query, s.keys)[s.index] / math.sqrt(len(s.query)),
        ),
        Mistake(
            "The scores were divided by their sum, without the exponential.",
            "没有取指数，直接除以了分数之和。",
            lambda s: _ratio(s),
        ),
        Mistake("That is the weight of another key.", "这是另一个键的权重。", lambda s: _next(s)),
    )

    def sample(self, draw: Draw, level: int) -> AttentionWeight | None:
        width = draw.choice((2, 4))
        s = AttentionWeight(draw_vector(draw, width, -2, 2), draw_matrix(draw, 3, width, -2, 2), draw.integer(0, 2))
        return s if _is_varied(_weights(s.query, s.keys)) else None

    def formula(self, s: AttentionWeight) -> float:
        return _weights(s.query, s.keys)[s.index]

    def stem(self, s: AttentionWeight) -> Text:
        return Text(
            f"Scaled dot-product attention has the query {vector(s.query)} and these keys, one per row:{grid(s.keys)}Which weight does the "
            f"key with index {s.index} (from 0) get?",
            f"缩放点积注意力的查询向量为 {vector(s.query)}，键为（每行一个）：{grid(s.keys)}下标为 {s.index}（从 0 数起）"
            "的键得到的权重是多少？",
        )

    def solution(self, s: AttentionWeight) -> Text:
        key = num(self.formula(s))
        return Text(
            f"{_worked(s.query, s.keys)}.\n\nIndex {s.index}: ${key}$.",
            f"{_worked(s.query, s.keys).replace('; ', '；')}。\n\n下标 {s.index}：${key}$。",
        )


def _ratio(s: AttentionWeight) -> float | None:
    dots = _dots(s.query, s.keys)
    return dots[s.index] / sum(dots) if sum(dots) else None


def _next(s: AttentionWeight) -> float:
    return _weights(s.query, s.keys)[(s.index + 1) % len(s.keys)]


def _best(s: AttentionOutput) -> float | None:
    """The value of the key with the highest score, if there is one such."""
    dots = _dots(s.query, s.keys)
    return float(s.values[dots.index(max(dots))][s.component]) if dots.count(max(dots)) == 1 else None


class Output(Question[AttentionOutput]):
    """The values mixed by the weights."""

    spec = AttentionOutput
    answer = Number(decimals=3)
    levels = (2,)
    find = "output"
    rule = r"$o = \sum_i \mathrm{softmax}_i(q \cdot k_i / \sqrt{d}) \, v_i$"
    mistakes = (
        Mistake(
            "The scores were not divided by √d.",
            "分数没有除以 √d。",
            lambda s: _mixed(_weights(s.query, s.keys, 1.0), s.values, s.component),
        ),
        Mistake(
            "The scores were divided by d, not by √d.",
            "分数除以了 d，而不是 √d。",
            lambda s: _mixed(_weights(s.query, s.keys, 1 / len(s.query)), s.values, s.component),
        ),
        Mistake(
            "Only the value of the best key was taken; attention mixes all of them.",
            "只取了得分最高的键的值；注意力是对所有值加权求和。",
            _best,
        ),
        Mistake(
            "The values were averaged with equal weights; the softmax gives the weights.",
            "对各值取了等权平均；权重应由 softmax 给出。",
            lambda s: sum(value[s.component] for value in s.values) / len(s.values),
        ),
        Mistake(
            "The softmax was left out: the scores themselves were taken as weights.",
            "漏了 softmax：直接把分数当成了权重。",
            lambda s: _mixed([dot / math.sqrt(len(s.query)) for dot in _dots(s.query, s.keys)], s.values, s.component),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AttentionOutput | None:
        width = draw.choice((2, 3, 4))
        query, keys = draw_vector(draw, width, -2, 2), draw_matrix(draw, 3, width, -2, 2)
        s = AttentionOutput(query, keys, draw_matrix(draw, 3, 2, -5, 9), draw.integer(0, 1))
        return s if _is_varied(_weights(query, keys)) else None

    def formula(self, s: AttentionOutput) -> float:
        return _mixed(_weights(s.query, s.keys), s.values, s.component)

    def stem(self, s: AttentionOutput) -> Text:
        return Text(
            f"Scaled dot-product attention has the query {vector(s.query)}. The keys are, one per row,{grid(s.keys)}and their values"
            f"{grid(s.values)}What is component {s.component} (from 0) of the output?",
            f"缩放点积注意力的查询向量为 {vector(s.query)}。键为（每行一个）：{grid(s.keys)}对应的值为（每行一个）：{grid(s.values)}"
            f"输出的分量 {s.component}（从 0 数起）是多少？",
        )

    def solution(self, s: AttentionOutput) -> Text:
        steps = _sum(_weights(s.query, s.keys), s.values, s.component)
        return Text(
            f"{_worked(s.query, s.keys)}.\n\nComponent {s.component}: ${steps} = {num(self.formula(s))}$",
            f"{_worked(s.query, s.keys).replace('; ', '；')}。\n\n分量 {s.component}：${steps} = {num(self.formula(s))}$",
        )


def _sum(weights: Sequence[float], values: Matrix, component: int) -> str:
    return " + ".join(
        rf"{num(round(weight, 6))} \cdot {signed(value[component])}"
        for weight, value in zip(weights, values, strict=False)
    )


def _visible(s: CausalAttention) -> Matrix:
    """The keys that a token may look at: its own and those before."""
    return s.keys[: s.token + 1]


def _causal(s: CausalAttention, scale: float | None = None) -> float:
    return _mixed(_weights(s.queries[s.token], _visible(s), scale), s.values, s.component)


class Causal(Question[CausalAttention]):
    """Source: Vaswani et al. 2017, section 3.2.3: scores of later tokens are set to minus infinity before the softmax."""

    spec = CausalAttention
    answer = Number(decimals=3)
    levels = (3,)
    find = "causal"
    rule = r"$o_t = \sum_{i \le t} \mathrm{softmax}_{i \le t}(q_t \cdot k_i / \sqrt{d}) \, v_i$"
    mistakes = (
        Mistake(
            "The mask was forgotten: a token must not look at later ones.",
            "忘了掩码：词元不能看到后面的词元。",
            lambda s: _mixed(_weights(s.queries[s.token], s.keys), s.values, s.component),
        ),
        Mistake(
            "Later tokens were masked after the softmax: the weights left do not add up to 1.",
            "在 softmax 之后才做掩码：剩下的权重之和不为 1。",
            lambda s: _mixed(_weights(s.queries[s.token], s.keys)[: s.token + 1], s.values, s.component),
        ),
        Mistake(
            "Masked scores were set to 0; exp(0) = 1 still takes part. They are minus infinity.",
            "把被掩码的分数设成了 0；exp(0) = 1 仍参与计算。应设为负无穷。",
            lambda s: _zeroed(s),
        ),
        Mistake("The scores were not divided by √d.", "分数没有除以 √d。", lambda s: _causal(s, 1.0)),
        Mistake(
            "A token also sees itself; only the ones before were taken.",
            "词元也能看到自己；只用了前面的词元。",
            lambda s: (
                _mixed(_weights(s.queries[s.token], s.keys[: s.token]), s.values, s.component) if s.token else None
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CausalAttention | None:
        queries, keys = draw_matrix(draw, 4, 2, -2, 2), draw_matrix(draw, 4, 2, -2, 2)
        s = CausalAttention(queries, keys, draw_matrix(draw, 4, 2, -5, 9), draw.integer(1, 2), draw.integer(0, 1))
        return s if _is_varied(_weights(queries[s.token], _visible(s))) else None

    def formula(self, s: CausalAttention) -> float:
        return _causal(s)

    def stem(self, s: CausalAttention) -> Text:
        return Text(
            f"Causal (masked) scaled dot-product self-attention over {len(s.keys)} tokens has, one row per token, the "
            f"queries{grid(s.queries)}"
            f"the keys{grid(s.keys)}and the values{grid(s.values)}What is component {s.component} of the output of token "
            f"{s.token} (both counted "
            "from 0)?",
            f"对 {len(s.keys)} 个词元做因果（带掩码的）缩放点积自注意力，每行对应一个词元，查询为：{grid(s.queries)}键为："
            f"{grid(s.keys)}值为："
            f"{grid(s.values)}词元 {s.token} 的输出的分量 {s.component} 是多少（均从 0 数起）？",
        )

    def solution(self, s: CausalAttention) -> Text:
        weights = _weights(s.queries[s.token], _visible(s))
        steps = f"{_sum(weights, s.values, s.component)} = {num(_causal(s))}"
        scores = _worked(s.queries[s.token], _visible(s))
        return Text(
            f"Token {s.token} sees the tokens 0 to {s.token}: {scores}.\n\nComponent {s.component}: ${steps}$",
            f"词元 {s.token} 能看到词元 0 到 {s.token}：{scores.replace('; ', '；')}。\n\n分量 {s.component}：${steps}$",
        )


def _zeroed(s: CausalAttention) -> float:
    query = s.queries[s.token]
    scores = [dot / math.sqrt(len(query)) if at <= s.token else 0.0 for at, dot in enumerate(_dots(query, s.keys))]
    return _mixed(_softmax(scores), s.values, s.component)


MODEL = ItemModel(
    name="attention_weights",
    version=1,
    topic="values",
    title=Text("Scaled dot-product attention", "缩放点积注意力"),
    questions=(Weight(), Output(), Causal()),
)
