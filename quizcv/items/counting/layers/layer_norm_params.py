"""Learnable parameters of layer norm, and how many more than those of group norm they are."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import LayerGroupDifference, LayerNormParams


def _elements(s: LayerNormParams) -> int:
    return math.prod(s.shape)


class Params(Question[LayerNormParams]):
    """Source: Ba et al. 2016, section 3; documentation of torch.nn.LayerNorm, "Variables"."""

    spec = LayerNormParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$2 \prod_i d_i$ over the axes of `normalized_shape`, half of it with `bias=False`",
        r"$2 \prod_i d_i$，对 `normalized_shape` 的各轴求积；`bias=False` 时减半",
    )
    mistakes = (
        Mistake(
            "Every element has a scale and a shift, not one of them only.",
            "每个元素既有缩放也有平移，而不是只有一个。",
            lambda s: _elements(s) if s.bias else None,
        ),
        Mistake(
            "With `bias=False` there are scales only.",
            "`bias=False` 时只有缩放。",
            lambda s: None if s.bias else 2 * _elements(s),
        ),
        Mistake(
            "Layer norm has a scale and a shift for every element, not one pair for the layer.",
            "层归一化对每个元素都有缩放和平移，而不是整层一对。",
            lambda s: 2 if s.bias else 1,
        ),
        Mistake(
            "Layer norm keeps no running statistics.",
            "层归一化不保存滑动统计量。",
            lambda s: _elements(s) * (4 if s.bias else 3),
        ),
        Mistake(
            "Batch norm has parameters for each channel; layer norm has them for every element of `normalized_shape`.",
            "批归一化的参数按通道；层归一化的参数按 `normalized_shape` 的每个元素。",
            lambda s: s.shape[0] * (2 if s.bias else 1) if len(s.shape) > 1 else None,
        ),
        Mistake(
            "The sizes of the axes are multiplied, not added.",
            "各轴的尺寸应相乘，而不是相加。",
            lambda s: sum(s.shape) * (2 if s.bias else 1) if len(s.shape) > 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LayerNormParams | None:
        if level == 1:
            return LayerNormParams((draw.integer(1, 64) * draw.choice((8, 16, 32)),))
        side = draw.choice((7, 8, 14, 16, 28, 32))
        return LayerNormParams((draw.choice((16, 24, 32, 48, 64, 96, 128)), side, side), draw.chance(0.6))

    def formula(self, s: LayerNormParams) -> int:
        return _elements(s) * (2 if s.bias else 1)

    def stem(self, s: LayerNormParams) -> Text:
        shape = str(s.shape[0]) if len(s.shape) == 1 else str(list(s.shape))
        code = f"nn.LayerNorm({shape}, bias={s.bias})"
        return Text(
            f"How many learnable parameters does `{code}` have (other options at their defaults)?",
            f"`{code}`（其余选项为默认值）有多少个可学习参数？",
        )

    def solution(self, s: LayerNormParams) -> Text:
        count = r" \cdot ".join(map(num, s.shape))
        count = f"{count} = {num(_elements(s))}" if len(s.shape) > 1 else count
        total = rf"2 \cdot {num(_elements(s))} = {num(self.formula(s))}" if s.bias else num(self.formula(s))
        en = "A scale and a shift" if s.bias else "A scale"
        zh = "一个缩放和一个平移" if s.bias else "一个缩放"
        return Text(
            f"Elements that are normalised together: ${count}$.\n\n{en} for each: ${total}$.",
            f"一起归一化的元素：${count}$ 个。\n\n每个元素有{zh}：${total}$。",
        )


class Difference(Question[LayerGroupDifference]):
    """Group norm has its parameters by channel, layer norm by element."""

    spec = LayerGroupDifference
    answer = Integer()
    levels = (3,)
    find = "difference"
    rule = Text(
        r"$2CH^2 - 2C$: group norm has a scale and a shift for each channel",
        r"$2CH^2 - 2C$：组归一化每个通道一个缩放和一个平移",
    )
    mistakes = (
        Mistake(
            "Those are the parameters of the layer norm.",
            "这是层归一化的参数量。",
            lambda s: 2 * s.channels * s.size**2,
        ),
        Mistake(
            "Group norm has a scale and a shift for each channel, not for each group.",
            "组归一化的缩放和平移按通道，而不是按组。",
            lambda s: 2 * s.channels * s.size**2 - 2 * s.groups,
        ),
        Mistake(
            "Each of the two has scales and shifts, not scales only.",
            "两者都既有缩放也有平移，而不是只有缩放。",
            lambda s: s.channels * s.size**2 - s.channels,
        ),
        Mistake(
            "The layer norm over C×H×W has a scale and a shift for every element, not for each channel.",
            "对 C×H×W 的层归一化按元素有缩放和平移，而不是按通道。",
            lambda s: 0,
        ),
        Mistake(
            "Neither of the two keeps running statistics.",
            "两者都不保存滑动统计量。",
            lambda s: 4 * s.channels * s.size**2 - 4 * s.channels,
        ),
        Mistake(
            "The map has H² pixels, not H.",
            "特征图有 H² 个像素，而不是 H 个。",
            lambda s: 2 * s.channels * s.size - 2 * s.channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LayerGroupDifference | None:
        channels = draw.choice((16, 32, 48, 64, 96, 128, 256))
        return LayerGroupDifference(channels, draw.choice((7, 8, 14, 16, 28, 32)), draw.choice((2, 4, 8, 16)))

    def formula(self, s: LayerGroupDifference) -> int:
        return 2 * s.channels * (s.size**2 - 1)

    def stem(self, s: LayerGroupDifference) -> Text:
        size = by(s.channels, s.size, s.size)
        layer, group = f"nn.LayerNorm([{s.channels}, {s.size}, {s.size}])", f"nn.GroupNorm({s.groups}, {s.channels})"
        return Text(
            f"A feature map of {size} (C×H×W) is normalised by `{layer}` or by `{group}`, all other options at their defaults. How many "
            "more learnable parameters does the layer norm have?",
            f"{size}（C×H×W）的特征图用 `{layer}` 或 `{group}` 归一化，其余选项为默认值。层归一化比组归一化多多少个可学习参数？",
        )

    def solution(self, s: LayerGroupDifference) -> Text:
        one = rf"2 \cdot {s.channels} \cdot {s.size}^2 = {num(2 * s.channels * s.size**2)}"
        two = rf"2 \cdot {s.channels} = {num(2 * s.channels)}"
        last = f"{num(2 * s.channels * s.size**2)} - {num(2 * s.channels)} = {num(self.formula(s))}"
        return Text(
            f"Layer norm: ${one}$. Group norm, whatever its {s.groups} groups: ${two}$.\n\nDifference: ${last}$.",
            f"层归一化：${one}$。组归一化（与组数 {s.groups} 无关）：${two}$。\n\n相差：${last}$。",
        )


MODEL = ItemModel(
    name="layer_norm_params",
    version=1,
    topic="counting",
    title=Text("Parameters of layer norm", "层归一化的参数量"),
    questions=(Params(), Difference()),
)
