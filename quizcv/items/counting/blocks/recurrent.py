"""Stacked recurrent networks, in one direction and in both."""

from __future__ import annotations

from typing import Literal

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import Counted, Part
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import RnnClassifier, RnnStack

ONE_BIAS = (
    "One bias vector was counted per gate; PyTorch keeps two, one for the input and one for the state.",
    "每个门只算了一个偏置向量；PyTorch 有两个，分别用于输入和隐状态。",
)
NARROW = (
    "Later layers of a bidirectional network were taken to read h numbers; they read both directions, 2h.",
    "当成双向网络的后续层读 h 个数；它们读两个方向共 2h 个。",
)


def _gates(kind: str) -> int:
    return 4 if kind == "LSTM" else 3


def _layer(kind: str, inputs: int, hidden: int, biases: int = 2) -> int:
    """Of one direction."""
    return _gates(kind) * hidden * (inputs + hidden + biases)


def _stack(s: RnnStack | RnnClassifier, directions: int, read: int | None = None, biases: int = 2) -> int:
    """With what later layers read."""
    later = directions * s.hidden_size if read is None else read
    first = _layer(s.kind, s.input_size, s.hidden_size, biases)
    return directions * (first + (s.num_layers - 1) * _layer(s.kind, later, s.hidden_size, biases))


def _parts(s: RnnStack | RnnClassifier, directions: int) -> list[Part]:
    gates, hidden = _gates(s.kind), s.hidden_size
    both = (directions,) if directions > 1 else ()
    en, zh = (" in both directions", "（两个方向）") if directions > 1 else ("", "")
    first = s.input_size + hidden + 2
    found: list[Part] = [
        (
            f"first layer{en}, {s.input_size} + {hidden} weights and 2 biases per unit and gate",
            f"第一层{zh}，每个单元每个门 {s.input_size} + {hidden} 个权重和 2 个偏置",
            (*both, gates, hidden, first),
        )
    ]
    if s.num_layers > 1:
        later, count = directions * hidden, s.num_layers - 1
        found.append(
            (
                f"{'second layer' if count == 1 else f'{count} later layers'}{en}, {later} + {hidden} weights and 2 biases",
                f"{'第二层' if count == 1 else f'之后 {count} 层'}{zh}，{later} + {hidden} 个权重和 2 个偏置",
                (*((count,) if count > 1 else ()), *both, gates, hidden, later + hidden + 2),
            )
        )
    return found


def _kind(draw: Draw) -> Literal["LSTM", "GRU"]:
    return "LSTM" if draw.chance(0.6) else "GRU"


def _summed(s: RnnStack | RnnClassifier, sums: Text) -> Text:
    layers = "layer" if s.num_layers == 1 else "layers"
    return Text(
        f"{s.num_layers} {layers}, {_gates(s.kind)} blocks of weights ({s.kind}).\n\n{sums.en}",
        f"{s.num_layers} 层，{s.kind} 有 {_gates(s.kind)} 组权重。\n\n{sums.zh}",
    )


class Params(Counted[RnnStack]):
    """Source: documentation of torch.nn.LSTM and torch.nn.GRU, "Variables"."""

    spec = RnnStack
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        "per layer and direction $g h (n + h + 2)$ with $g = 4$ (LSTM) or $g = 3$ (GRU); later layers read "
        "$n = h$, or $n = 2h$ from both directions",
        "每层每个方向 $g h (n + h + 2)$，LSTM 的 $g = 4$，GRU 的 $g = 3$；后续层的输入为 $n = h$，双向时为 $n = 2h$",
    )
    mistakes = (
        Mistake(*ONE_BIAS, lambda s: _stack(s, 1 + s.bidirectional, biases=1)),
        Mistake(*NARROW, lambda s: _stack(s, 2, s.hidden_size) if s.bidirectional else None),
        Mistake(
            "All layers were taken to read the network's input; later ones read the layer before.",
            "当成每层都读网络的输入；后续层读的是前一层的输出。",
            lambda s: _stack(s, 1 + s.bidirectional, s.input_size) if s.num_layers > 1 else None,
        ),
        Mistake(
            "The second direction was left out.",
            "漏了另一个方向。",
            lambda s: _stack(s, 1) if s.bidirectional else None,
        ),
        Mistake(
            "The gates were miscounted: an LSTM has four blocks of weights, a GRU three.",
            "门数弄错了：LSTM 有四组权重，GRU 有三组。",
            lambda s: _stack(s, 1 + s.bidirectional) // _gates(s.kind) * (7 - _gates(s.kind)),
        ),
        Mistake(
            "Only the first layer was counted.",
            "只算了第一层。",
            lambda s: (1 + s.bidirectional) * _layer(s.kind, s.input_size, s.hidden_size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RnnStack | None:
        inputs, hidden = 8 * draw.integer(2, 32), 8 * draw.integer(2, 32)
        if level == 1:
            return RnnStack(_kind(draw), inputs, hidden, draw.integer(1, 2))
        return RnnStack(_kind(draw), inputs, hidden, draw.integer(2, 3), draw.chance(0.8))

    def parts(self, s: RnnStack) -> list[Part]:
        return _parts(s, 1 + s.bidirectional)

    def stem(self, s: RnnStack) -> Text:
        en, zh = ("bidirectional", "双向") if s.bidirectional else ("unidirectional", "单向")
        layers = "layer" if s.num_layers == 1 else "layers"
        return Text(
            f"A {en} {s.kind} of PyTorch (`nn.{s.kind}`, two bias vectors per gate) has {s.num_layers} {layers}, input "
            f"size {s.input_size} and hidden size {s.hidden_size}. How many parameters does it have?",
            f"PyTorch 的{zh} {s.kind}（`nn.{s.kind}`，每个门两个偏置向量）有 {s.num_layers} 层，输入维度 {s.input_size}，"
            f"隐状态维度 {s.hidden_size}。它有多少个参数？",
        )

    def solution(self, s: RnnStack) -> Text:
        return _summed(s, Counted.solution(self, s))


class Classifier(Counted[RnnClassifier]):
    """With a linear layer that reads both directions."""

    spec = RnnClassifier
    answer = Integer()
    levels = (3,)
    find = "classifier"
    rule = r"$2 g h (n + h + 2) + (L - 1) \cdot 2 g h (3h + 2) + (2h + 1) K$"
    mistakes = (
        Mistake(*ONE_BIAS, lambda s: _stack(s, 2, biases=1) + (2 * s.hidden_size + 1) * s.classes),
        Mistake(
            *NARROW,
            lambda s: _stack(s, 2, s.hidden_size) + (2 * s.hidden_size + 1) * s.classes if s.num_layers > 1 else None,
        ),
        Mistake(
            "The linear layer was taken to read one direction; it reads both, concatenated.",
            "当成线性层只读一个方向；它读的是两个方向的拼接。",
            lambda s: _stack(s, 2) + (s.hidden_size + 1) * s.classes,
        ),
        Mistake(
            "The gates were miscounted: an LSTM has four blocks of weights, a GRU three.",
            "门数弄错了：LSTM 有四组权重，GRU 有三组。",
            lambda s: _stack(s, 2) // _gates(s.kind) * (7 - _gates(s.kind)) + (2 * s.hidden_size + 1) * s.classes,
        ),
        Mistake("The linear layer was left out.", "漏了线性层。", lambda s: _stack(s, 2)),
    )

    def sample(self, draw: Draw, level: int) -> RnnClassifier | None:
        return RnnClassifier(
            _kind(draw),
            8 * draw.integer(2, 32),
            8 * draw.integer(2, 32),
            draw.integer(1, 3),
            draw.choice((2, 5, 10, 37, 63, 100)),
        )

    def parts(self, s: RnnClassifier) -> list[Part]:
        read = 2 * s.hidden_size
        linear = (f"linear, {read}→{s.classes}", f"线性层，{read}→{s.classes}")
        more = ("its biases", "线性层的偏置", (s.classes,))
        return [*_parts(s, 2), (*linear, (read, s.classes)), more]

    def solution(self, s: RnnClassifier) -> Text:
        return _summed(s, Counted.solution(self, s))

    def stem(self, s: RnnClassifier) -> Text:
        layers = "layer" if s.num_layers == 1 else "layers"
        return Text(
            f"A bidirectional {s.kind} of PyTorch (`nn.{s.kind}`, two bias vectors per gate) has {s.num_layers} {layers}, "
            f"input size {s.input_size} and hidden size {s.hidden_size}. A linear layer with biases gives {s.classes} "
            "class scores from the concatenated outputs of both directions. How many parameters do the two have together?",
            f"PyTorch 的双向 {s.kind}（`nn.{s.kind}`，每个门两个偏置向量）有 {s.num_layers} 层，输入维度 {s.input_size}，"
            f"隐状态维度 {s.hidden_size}。两个方向的输出拼接后，由带偏置的线性层给出 {s.classes} 个类别得分。"
            "两者共有多少个参数？",
        )


MODEL = ItemModel(
    name="bidirectional_stack",
    version=1,
    topic="counting",
    title=Text("Stacked recurrent networks", "堆叠的循环网络"),
    questions=(Params(), Classifier()),
)
