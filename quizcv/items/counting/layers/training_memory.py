"""Memory that training takes beside the activations: weights, gradients, optimizer state."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases, plus_one
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.memory import MixedBytes, Optimizer, TrainingBytes

#: Numbers that the optimizer keeps for each weight.
_STATES: dict[Optimizer, int] = {"SGD": 0, "SGD with momentum": 1, "Adam": 2, "AdamW": 2, "Adam with amsgrad": 3}

_NAMES_ZH: dict[Optimizer, str] = {
    "SGD": "不带动量的 SGD",
    "SGD with momentum": "带动量的 SGD",
    "Adam": " Adam",
    "AdamW": " AdamW",
    "Adam with amsgrad": "带 amsgrad 的 Adam",
}
_NAMES: dict[Optimizer, str] = {**{name: name for name in _STATES}, "SGD": "SGD without momentum"}

_NOT_COUNTED = Text(
    "Do not count activations or a step counter of the optimizer.",
    "不计激活，也不计优化器的步数计数器。",
)

_SIZES = (10, 20, 32, 50, 64, 84, 100, 120, 128, 200, 256)


def _params(s: TrainingBytes) -> int:
    return (s.in_features + (1 if s.bias else 0)) * s.out_features


def _each(s: TrainingBytes) -> int:
    """Bytes for each parameter, all in float32."""
    return 4 * (2 + _STATES[s.optimizer])


def _draw(draw: Draw, level: int) -> TrainingBytes:
    if level == 1:
        return TrainingBytes(draw.choice(_SIZES), draw.choice(_SIZES))
    optimizer = draw.choice(
        tuple(_STATES) if level == 2 else ("SGD with momentum", "Adam", "AdamW", "Adam with amsgrad")
    )
    return TrainingBytes(draw.choice(_SIZES), draw.choice(_SIZES), draw.chance(0.6), optimizer)


def _layer(s: TrainingBytes) -> Text:
    bias = biases(s.bias)
    return Text(
        f"A fully connected layer from {s.in_features} inputs to {s.out_features} outputs, {bias.en}, is trained with "
        f"{_NAMES[s.optimizer]}",
        f"全连接层有 {s.in_features} 个输入、{s.out_features} 个输出，{bias.zh}，用{_NAMES_ZH[s.optimizer]} 训练",
    )


def _count(s: TrainingBytes) -> str:
    return rf"{plus_one(s.in_features, s.bias)} \cdot {num(s.out_features)} = {num(_params(s))}"


class Memory(Question[TrainingBytes]):
    """Source: Kingma and Ba 2015, algorithm 1: two moments for each parameter; Rajbhandari et al. 2020, ZeRO, section 3.1."""

    spec = TrainingBytes
    answer = Integer("B")
    levels = (1, 2)
    rule = Text(
        r"$4 \cdot (2 + n) \cdot P$ with $n$ = 0 for SGD, 1 with momentum, 2 for Adam and AdamW, 3 with amsgrad",
        r"$4 \cdot (2 + n) \cdot P$，SGD 的 $n$ 为 0，带动量时为 1，Adam 和 AdamW 为 2，带 amsgrad 时为 3",
    )
    mistakes = (
        Mistake("Those are the parameters alone.", "这只是参数本身。", lambda s: 4 * _params(s)),
        Mistake(
            "One number of each parameter was left out: its gradient, or one that the optimizer keeps.",
            "每个参数漏了一个数：梯度，或优化器保存的某个数。",
            lambda s: (_each(s) - 4) * _params(s) if _STATES[s.optimizer] else None,
        ),
        Mistake(
            "The state of the optimizer was left out.",
            "漏了优化器状态。",
            lambda s: 8 * _params(s) if _STATES[s.optimizer] else None,
        ),
        Mistake(
            "One number too many was counted for each parameter in the state of this optimizer.",
            "该优化器的状态对每个参数多算了一个数。",
            lambda s: (_each(s) + 4) * _params(s),
        ),
        Mistake(
            "Those are numbers; each takes 4 bytes.",
            "这是数的个数；每个数占 4 字节。",
            lambda s: _each(s) // 4 * _params(s),
        ),
        Mistake(
            "The biases are trained too, and have gradients and state.",
            "偏置也参与训练，同样有梯度和状态。",
            lambda s: _each(s) * s.in_features * s.out_features if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TrainingBytes | None:
        return _draw(draw, level)

    def formula(self, s: TrainingBytes) -> int:
        return _each(s) * _params(s)

    def stem(self, s: TrainingBytes) -> Text:
        layer = _layer(s)
        return Text(
            f"{layer.en}, everything in float32. How many bytes do parameters, gradients and the optimizer's state take together "
            f"after the first step? {_NOT_COUNTED.en}",
            f"{layer.zh}，全部为 float32。第一步之后，参数、梯度和优化器状态一共占多少字节？{_NOT_COUNTED.zh}",
        )

    def solution(self, s: TrainingBytes) -> Text:
        kept = _STATES[s.optimizer]
        each = rf"4 \cdot (2 + {kept}) = {_each(s)}"
        total = rf"{num(_params(s))} \cdot {_each(s)} = {num(self.formula(s))}"
        return Text(
            f"Parameters: ${_count(s)}$. Each has its value, its gradient and {kept} more in the optimizer: ${each}$ bytes.\n\n"
            f"In all ${total}$ bytes.",
            f"参数：${_count(s)}$ 个。每个参数有自身、梯度和优化器中的 {kept} 个数：${each}$ 字节。\n\n合计 ${total}$ 字节。",
        )


def _mixed(s: MixedBytes) -> int:
    """Bytes for each parameter in mixed precision."""
    return 2 + 2 + 4 + 4 * _STATES[s.optimizer]


class Mixed(Question[MixedBytes]):
    """Source: Micikevicius et al. 2018, section 3.1: a float32 master copy; Rajbhandari et al. 2020, section 3.1."""

    spec = MixedBytes
    answer = Integer("B")
    levels = (3,)
    find = "mixed"
    rule = Text(
        r"$(2 + 2 + 4 + 4n) \cdot P$ with $n$ numbers of state for each parameter",
        r"$(2 + 2 + 4 + 4n) \cdot P$，$n$ 为每个参数的优化器状态个数",
    )
    mistakes = (
        Mistake(
            "The float32 copy of the parameters was left out.",
            "漏了参数的 float32 副本。",
            lambda s: (_mixed(s) - 4) * _params(s),
        ),
        Mistake(
            "The state of the optimizer stays float32, it is not halved.",
            "优化器状态仍为 float32，并不减半。",
            lambda s: (8 + 2 * _STATES[s.optimizer]) * _params(s),
        ),
        Mistake(
            "The gradients are float16 here, without a float32 copy.",
            "这里的梯度是 float16，没有 float32 副本。",
            lambda s: (_mixed(s) + 4) * _params(s),
        ),
        Mistake(
            "The float16 gradients were left out.", "漏了 float16 的梯度。", lambda s: (_mixed(s) - 2) * _params(s)
        ),
        Mistake("The state of the optimizer was left out.", "漏了优化器状态。", lambda s: 8 * _params(s)),
        Mistake(
            "Mixed precision does not halve everything.",
            "混合精度并不会让一切减半。",
            lambda s: _each(s) // 2 * _params(s),
        ),
        Mistake(
            "The biases are trained too, and have gradients and state.",
            "偏置也参与训练，同样有梯度和状态。",
            lambda s: _mixed(s) * s.in_features * s.out_features if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MixedBytes | None:
        s = _draw(draw, 3)
        return MixedBytes(s.in_features, s.out_features, s.bias, s.optimizer)

    def formula(self, s: MixedBytes) -> int:
        return _mixed(s) * _params(s)

    def stem(self, s: MixedBytes) -> Text:
        layer = _layer(s)
        return Text(
            f"{layer.en} in mixed precision: parameters and gradients in float16, beside them a float32 copy of the parameters "
            "and the optimizer's state in float32. How many bytes do all these take after the first step? "
            f"{_NOT_COUNTED.en}",
            f"{layer.zh}，采用混合精度：参数和梯度为 float16，另有一份 float32 的参数副本，优化器状态为 float32。第一步之后，"
            f"这些一共占多少字节？{_NOT_COUNTED.zh}",
        )

    def solution(self, s: MixedBytes) -> Text:
        each = rf"2 + 2 + 4 + 4 \cdot {_STATES[s.optimizer]} = {_mixed(s)}"
        total = rf"{num(_params(s))} \cdot {_mixed(s)} = {num(self.formula(s))}"
        return Text(
            f"Parameters: ${_count(s)}$. Each takes value, gradient, copy and state: ${each}$ bytes.\n\nIn all ${total}$ bytes.",
            f"参数：${_count(s)}$ 个。每个参数有自身、梯度、副本和状态：${each}$ 字节。\n\n合计 ${total}$ 字节。",
        )


MODEL = ItemModel(
    name="training_memory",
    version=1,
    topic="counting",
    title=Text("Memory of training", "训练占用的内存"),
    questions=(Memory(), Mixed()),
)
