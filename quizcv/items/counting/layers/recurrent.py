"""Parameters of LSTM and GRU as PyTorch has them, with two bias vectors."""

from __future__ import annotations

import math
from typing import ClassVar

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import GruHidden, GruParams, LstmHidden, LstmParams
from quizcv.specs.spec import LARGEST

_SIZES = (8, 16, 20, 32, 50, 64, 100, 128, 200, 256, 300, 512)


def _part(s: LstmParams, inputs: int, vectors: int = 2) -> int:
    """One layer in one direction, all gates."""
    return s.gates * s.hidden_size * (inputs + s.hidden_size + (vectors if s.bias else 0))


def _count(s: LstmParams, *, later: int | None = None, vectors: int = 2) -> int:
    """All layers and directions; `later`: what the layers above the first read."""
    ways = 2 if s.bidirectional else 1
    above = ways * s.hidden_size if later is None else later
    return ways * (_part(s, s.input_size, vectors) + (s.num_layers - 1) * _part(s, above, vectors))


def _rule(gates: int) -> Text:
    return Text(
        f"${gates}H(I + H + 2)$ for each layer and direction, without the $+ 2$ if there are no biases; $I$ is what the layer reads",
        f"每层每个方向 ${gates}H(I + H + 2)$，不带偏置时没有 $+ 2$；$I$ 为该层读取的特征数",
    )


class Params(Question[LstmParams]):
    """Source: documentation of torch.nn.LSTM and torch.nn.GRU, "Variables"."""

    spec = LstmParams
    answer = Integer()
    levels = (1, 2)
    rule = _rule(LstmParams.gates)
    code: ClassVar[str] = "nn.LSTM"
    mistakes = (
        Mistake(
            "PyTorch has two bias vectors for each gate, one at the input and one at the hidden state.",
            "PyTorch 的每个门有两个偏置向量：输入侧和隐藏状态侧各一个。",
            lambda s: _count(s, vectors=1) if s.bias else None,
        ),
        Mistake("The biases were left out.", "漏了偏置。", lambda s: _count(s, vectors=0) if s.bias else None),
        Mistake(
            "An LSTM has four gates (the candidate counted), a GRU three.",
            "LSTM 有四个门（含候选状态），GRU 有三个。",
            lambda s: _count(s) // s.gates * (7 - s.gates),
        ),
        Mistake(
            "The weights were counted for a single gate.",
            "只算了一个门的权重。",
            lambda s: _count(s) // s.gates,
        ),
        Mistake(
            "The recurrent weights, H×H for each gate, were left out.",
            "漏了循环权重：每个门有 H×H 个。",
            lambda s: _count(s) - (2 if s.bidirectional else 1) * s.num_layers * s.gates * s.hidden_size**2,
        ),
        Mistake(
            "The layers above the first read hidden states, not the input.",
            "第一层之上的层读取的是隐藏状态，而不是输入。",
            lambda s: _count(s, later=s.input_size) if s.num_layers > 1 else None,
        ),
        Mistake(
            "Behind a bidirectional layer the next one reads both directions, 2H features.",
            "双向层之后，下一层读取两个方向共 2H 个特征。",
            lambda s: _count(s, later=s.hidden_size) if s.num_layers > 1 and s.bidirectional else None,
        ),
        Mistake(
            "Each direction has weights of its own.",
            "两个方向各有自己的权重。",
            lambda s: _count(s) // 2 if s.bidirectional else None,
        ),
        Mistake(
            "The layer is not bidirectional.", "该层不是双向的。", lambda s: None if s.bidirectional else 2 * _count(s)
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmParams | None:
        inputs, hidden = draw.choice(_SIZES), draw.choice(_SIZES)
        if level == 1:
            return self.spec(inputs, hidden)
        return self.spec(inputs, hidden, draw.integer(1, 3), draw.chance(0.5), draw.chance(0.7))

    def formula(self, s: LstmParams) -> int:
        return _count(s)

    def stem(self, s: LstmParams) -> Text:
        code = f"{self.code}({s.input_size}, {s.hidden_size}, num_layers={s.num_layers}, bidirectional={s.bidirectional}, bias={s.bias})"
        return Text(
            f"How many learnable parameters does `{code}` have? (The first two arguments are `input_size` and `hidden_size`.)",
            f"`{code}` 有多少个可学习参数？（前两个参数为 `input_size` 和 `hidden_size`。）",
        )

    def solution(self, s: LstmParams) -> Text:
        ways = 2 if s.bidirectional else 1
        tail = " + 2" if s.bias else ""
        first = rf"{s.gates} \cdot {s.hidden_size} \cdot ({s.input_size} + {s.hidden_size}{tail}) = {num(_part(s, s.input_size))}"
        vectors = Text("with two bias vectors for each gate", "每个门两个偏置向量") if s.bias else biases(False)
        en = f"First layer, one direction, {vectors.en}: ${first}$."
        zh = f"第一层，单个方向，{vectors.zh}：${first}$。"
        inner, above = num(_part(s, s.input_size)), ways * s.hidden_size
        if s.num_layers > 1:
            more = rf"{s.gates} \cdot {s.hidden_size} \cdot ({above} + {s.hidden_size}{tail}) = {num(_part(s, above))}"
            en += f" Each layer above reads {above} features: ${more}$."
            zh += f"其上每层读取 {above} 个特征：${more}$。"
            inner = rf"({inner} + {s.num_layers - 1} \cdot {num(_part(s, above))})"
        total = rf"{ways} \cdot {inner} = {num(_count(s))}"
        return Text(
            f"{en}\n\nLayers: {s.num_layers}, directions: {ways}. In all ${total}$.",
            f"{zh}\n\n层数 {s.num_layers}，方向数 {ways}。合计 ${total}$。",
        )


def _hidden(s: LstmHidden, gates: int) -> int:
    """The larger root of h² + (I + 2)h = P/gates, rounded down."""
    linear = s.input_size + (2 if s.bias else 0)
    return (math.isqrt(linear**2 + 4 * (s.params // gates)) - linear) // 2


def _hidden_rule(gates: int) -> Text:
    return Text(
        f"$H^2 + (I + 2)H = P/{gates}$, without the $+ 2$ if there are no biases: take the positive root",
        f"$H^2 + (I + 2)H = P/{gates}$，不带偏置时没有 $+ 2$；取正根",
    )


class Hidden(Question[LstmHidden]):
    """The same solved for H, one layer and one direction."""

    spec = LstmHidden
    answer = Integer()
    levels = (3,)
    find = "hidden_size"
    rule = _hidden_rule(LstmHidden.gates)
    code: ClassVar[str] = "nn.LSTM"
    mistakes = (
        Mistake(
            "An LSTM has four gates (the candidate counted), a GRU three.",
            "LSTM 有四个门（含候选状态），GRU 有三个。",
            lambda s: _hidden(s, 7 - s.gates),
        ),
        Mistake(
            "The inputs have weights too, not the hidden state alone.",
            "不仅隐藏状态有权重，输入也有。",
            lambda s: math.isqrt(s.params // s.gates),
        ),
        Mistake(
            "The hidden state has weights too, not the inputs alone.",
            "不仅输入有权重，隐藏状态也有。",
            lambda s: s.params // s.gates // s.input_size,
        ),
        Mistake(
            "Those are the outputs of all gates together.",
            "这是所有门的输出总数。",
            lambda s: s.gates * _hidden(s, s.gates),
        ),
        Mistake(
            "All gates have weights, not a single one.", "每个门都有权重，而不是只有一个门。", lambda s: _hidden(s, 1)
        ),
        Mistake(
            "The parameters were shared out between two directions; the layer has one.",
            "把参数分给了两个方向；该层只有一个方向。",
            lambda s: _hidden(s, 2 * s.gates),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LstmHidden | None:
        s = LstmParams(draw.choice(_SIZES), draw.choice(_SIZES), bias=draw.chance(0.7))
        params = _part(s, s.input_size) // s.gates * self.spec.gates
        return self.spec(s.input_size, params, s.bias) if params <= LARGEST else None

    def formula(self, s: LstmHidden) -> int:
        return _hidden(s, s.gates)

    def stem(self, s: LstmHidden) -> Text:
        code, bias = f"{self.code}({s.input_size}, hidden_size, bias={s.bias})", biases(s.bias)
        return Text(
            f"PyTorch's `{code}` (one layer, one direction, {bias.en}, `input_size` {s.input_size}) has {num(s.params)} learnable "
            "parameters. What is its `hidden_size`?",
            f"PyTorch 的 `{code}`（单层、单向，{bias.zh}，`input_size` 为 {s.input_size}）有 {num(s.params)} 个可学习参数。"
            "它的 `hidden_size` 是多少？",
        )

    def solution(self, s: LstmHidden) -> Text:
        linear = s.input_size + (2 if s.bias else 0)
        each = f"{num(s.params)}/{s.gates} = {num(s.params // s.gates)}"
        sum_ = f"{linear} = {s.input_size} + 2" if s.bias else str(linear)
        from_ = Text("input and two bias vectors", "输入和两个偏置向量") if s.bias else Text("the input", "输入")
        square = linear**2 + 4 * (s.params // s.gates)
        root = rf"(\sqrt{{{linear}^2 + 4 \cdot {num(s.params // s.gates)}}} - {linear})/2 = ({math.isqrt(square)} - {linear})/2"
        return Text(
            f"Each gate has ${each} = H^2 + {linear} H$ parameters, where ${sum_}$ comes from {from_.en}.\n\n"
            f"$H = {root} = {self.formula(s)}$.",
            f"每个门有 ${each} = H^2 + {linear} H$ 个参数，其中 ${sum_}$ 来自{from_.zh}。\n\n$H = {root} = {self.formula(s)}$。",
        )


class Gru(Params):
    """The same with three gates."""

    spec = GruParams
    code = "nn.GRU"
    rule = _rule(GruParams.gates)


class GruSize(Hidden):
    """The same with three gates."""

    spec = GruHidden
    code = "nn.GRU"
    rule = _hidden_rule(GruHidden.gates)


MODELS = (
    ItemModel(
        name="lstm_params",
        version=1,
        topic="counting",
        title=Text("Parameters of an LSTM", "LSTM 的参数量"),
        questions=(Params(), Hidden()),
    ),
    ItemModel(
        name="gru_params",
        version=1,
        topic="counting",
        title=Text("Parameters of a GRU", "GRU 的参数量"),
        questions=(Gru(), GruSize()),
    ),
)
