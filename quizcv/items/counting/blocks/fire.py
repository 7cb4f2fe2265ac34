"""SqueezeNet's fire modules."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    Counted,
    Part,
    biased,
    biases,
    conv,
    with_biases,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.branch_blocks import FireParams, FireSqueeze

IN_SERIES = (
    "The 3×3 filters were taken to read what the 1×1 filters give; both read the squeeze layer.",
    "把 3×3 滤波器当成读 1×1 滤波器的输出；两者读的都是 squeeze 层。",
)


def _weights(s: FireParams) -> int:
    return s.squeeze * (s.in_channels + s.expand1 + 9 * s.expand3)


def _biases(s: FireParams) -> int:
    return s.bias * (s.squeeze + s.expand1 + s.expand3)


class Params(Counted[FireParams]):
    """Source: Iandola et al. 2016, "SqueezeNet", section 3.2."""

    spec = FireParams
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$s (C + e_1 + 9 e_3)$", "$s + e_1 + e_3$")
    mistakes = (
        Mistake(
            *IN_SERIES,
            lambda s: s.squeeze * (s.in_channels + s.expand1) + 9 * s.expand1 * s.expand3 + _biases(s),
        ),
        Mistake(
            "The filters that expand were taken to read the module's input; they read the squeeze layer.",
            "expand 滤波器按模块的输入通道计了；它们读的是 squeeze 层。",
            lambda s: s.in_channels * (s.squeeze + s.expand1 + 9 * s.expand3) + _biases(s),
        ),
        Mistake(
            "The squeeze layer was left out.",
            "漏了 squeeze 层。",
            lambda s: s.squeeze * (s.expand1 + 9 * s.expand3) + s.bias * (s.expand1 + s.expand3),
        ),
        Mistake(
            "The 3×3 filters were counted as 1×1.",
            "3×3 滤波器按 1×1 计了。",
            lambda s: _weights(s) - 8 * s.squeeze * s.expand3 + _biases(s),
        ),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + s.squeeze + s.expand1 + s.expand3),
    )

    def sample(self, draw: Draw, level: int) -> FireParams | None:
        squeeze = draw.choice((16, 24, 32, 48, 64) if level == 1 else (8, 12, 16, 24, 32, 40, 48, 64))
        inputs = squeeze * draw.choice((4, 6, 8))
        if level == 1:
            return FireParams(inputs, squeeze, 4 * squeeze, 4 * squeeze, False)
        return FireParams(inputs, squeeze, squeeze * draw.integer(2, 6), squeeze * draw.integer(2, 6), draw.chance(0.8))

    def parts(self, s: FireParams) -> list[Part]:
        found = [conv(s.in_channels, s.squeeze), conv(s.squeeze, s.expand1), conv(s.squeeze, s.expand3, 3)]
        return [*found, biases(s.squeeze, s.expand1, s.expand3)] if s.bias else found

    def stem(self, s: FireParams) -> Text:
        rule = biased(s.bias)
        return Text(
            f"A fire module of SqueezeNet reads {s.in_channels} channels. Its squeeze layer has {s.squeeze} filters of "
            f"1×1; its expand layer has {s.expand1} filters of 1×1 and {s.expand3} filters of 3×3, whose outputs are "
            f"concatenated. {rule.en} How many parameters does the module have?",
            f"SqueezeNet 的一个 fire 模块输入 {s.in_channels} 个通道。squeeze 层有 {s.squeeze} 个 1×1 滤波器；"
            f"expand 层有 {s.expand1} 个 1×1 滤波器和 {s.expand3} 个 3×3 滤波器，两者的输出拼接。"
            f"{rule.zh}该模块有多少个参数？",
        )


def _each(s: FireSqueeze) -> int:
    """Weights that every filter that squeezes brings."""
    return s.in_channels + s.expand1 + 9 * s.expand3


class Squeeze(Question[FireSqueeze]):
    """The same solved for s."""

    spec = FireSqueeze
    answer = Integer("filters")
    levels = (3,)
    find = "squeeze"
    rule = r"$s = \lfloor P / (C + e_1 + 9 e_3) \rfloor$"
    mistakes = (
        Mistake(
            "One filter too many: the budget is exceeded.",
            "多了一个滤波器：超出了预算。",
            lambda s: s.params // _each(s) + 1,
        ),
        Mistake(
            "The 3×3 filters were counted as 1×1.",
            "3×3 滤波器按 1×1 计了。",
            lambda s: s.params // (s.in_channels + s.expand1 + s.expand3),
        ),
        Mistake(
            "The weights of the squeeze layer itself were left out.",
            "漏了 squeeze 层自身的权重。",
            lambda s: s.params // (s.expand1 + 9 * s.expand3),
        ),
        Mistake(
            "Every filter that expands was counted with 3×3 weights.",
            "所有 expand 滤波器都按 3×3 计了。",
            lambda s: s.params // (s.in_channels + 9 * s.expand1 + 9 * s.expand3),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FireSqueeze | None:
        inputs, one, three = (16 * draw.integer(2, 16) for _ in range(3))
        params = 1000 * draw.integer(10, 200)
        s = FireSqueeze(inputs, one, three, params)
        return s if 6 <= params // _each(s) <= 128 else None

    def formula(self, s: FireSqueeze) -> int:
        return s.params // _each(s)

    def stem(self, s: FireSqueeze) -> Text:
        return Text(
            f"A fire module reads {s.in_channels} channels; its expand layer has {s.expand1} filters of 1×1 and "
            f"{s.expand3} filters of 3×3. No convolution has a bias. How many 1×1 filters may its squeeze layer have at "
            f"most, if the module is to have no more than {num(s.params)} weights?",
            f"一个 fire 模块输入 {s.in_channels} 个通道，expand 层有 {s.expand1} 个 1×1 滤波器和 {s.expand3} 个 3×3 滤波器"
            f"。所有卷积均无偏置。若模块的权重数不超过 {num(s.params)}，squeeze 层最多可有多少个 1×1 滤波器？",
        )

    def solution(self, s: FireSqueeze) -> Text:
        each = rf"{s.in_channels} + {s.expand1} + 9 \cdot {s.expand3} = {num(_each(s))}"
        steps = rf"\lfloor {num(s.params)} / {num(_each(s))} \rfloor = {self.formula(s)}"
        return Text(
            f"Every filter that squeezes brings ${each}$ weights: its own, and one per filter tap that reads it.\n\n${steps}$.",
            f"每个 squeeze 滤波器带来 ${each}$ 个权重：它自身的权重，加上读它的各滤波器的权重。\n\n${steps}$。",
        )


MODEL = ItemModel(
    name="fire_module",
    version=1,
    topic="counting",
    title=Text("Parameters of a fire module", "fire 模块的参数量"),
    questions=(Params(), Squeeze()),
)
