"""FLOPs of a convolution, forward and in training."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import GROUPS_IGNORED, ROUND, SIDES, conv_words, share
from quizcv.items.counting.layers.conv_macs import ONE_POSITION, draw_macs, macs
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import ConvFlops, ConvTraining


def _units(s: ConvFlops) -> int:
    return s.out_channels * s.out_size**2


class Flops(Question[ConvFlops]):
    """A multiplication and an addition are an operation each."""

    spec = ConvFlops
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$2 k^2 \cdot C_{in}/g \cdot C_{out} \cdot o^2$, and with biases $C_{out} \cdot o^2$ more",
        r"$2 k^2 \cdot C_{in}/g \cdot C_{out} \cdot o^2$，带偏置时再加 $C_{out} \cdot o^2$",
    )
    mistakes = (
        Mistake(
            "Each multiply-accumulate was counted as 1 operation; it is 2 FLOPs here.",
            "每次乘加只计了 1 次运算；这里每次乘加计 2 次。",
            lambda s: macs(s) + (_units(s) if s.bias else 0),
        ),
        Mistake(
            "The biases were left out: one addition for each unit of the output.",
            "漏了偏置：每个输出单元有一次加法。",
            lambda s: 2 * macs(s) if s.bias else None,
        ),
        Mistake(
            "A bias is added, not multiplied: 1 FLOP for each unit of the output.",
            "偏置只加不乘：每个输出单元 1 次运算。",
            lambda s: 2 * macs(s) + 2 * _units(s) if s.bias else None,
        ),
        Mistake(
            "A sum of n products has n − 1 additions, but by the convention given every multiply-accumulate is 2 FLOPs.",
            "n 个乘积相加确实只有 n − 1 次加法，但按题中约定每次乘加都计 2 次运算。",
            lambda s: 2 * macs(s) - _units(s) + (_units(s) if s.bias else 0),
        ),
        Mistake(
            "The layer has no biases to add.",
            "该层没有偏置可加。",
            lambda s: None if s.bias else 2 * macs(s) + _units(s),
        ),
        Mistake(*ONE_POSITION, lambda s: (2 * macs(s) + (_units(s) if s.bias else 0)) // s.out_size**2),
        Mistake(*GROUPS_IGNORED, lambda s: 2 * macs(s) * s.groups + (_units(s) if s.bias else 0)),
    )

    def sample(self, draw: Draw, level: int) -> ConvFlops | None:
        s = draw_macs(draw, level)
        bias = level == 2 and draw.chance(0.7)
        return ConvFlops(s.in_channels, s.out_channels, s.kernel, s.out_size, s.groups, bias) if s else None

    def formula(self, s: ConvFlops) -> int:
        return 2 * macs(s) + (_units(s) if s.bias else 0)

    def stem(self, s: ConvFlops) -> Text:
        layer, side = conv_words(s, bias=s.bias), by(s.out_size, s.out_size)
        extra = (
            ("and 1 for each bias added to a unit of the output", "每个输出单元加偏置计 1 次运算，")
            if s.bias
            else ("", "")
        )
        return Text(
            f"{layer.en} gives an output map of {side}. Count 2 FLOPs for each multiply-accumulate, padding taps included"
            f"{', ' + extra[0] if s.bias else ''}. How many FLOPs does one image cost?",
            f"{layer.zh}，输出特征图为 {side}。每次乘加计 2 次浮点运算（FLOP），{extra[1]}填充处也计入。处理一张图像需要多少 FLOPs？",
        )

    def solution(self, s: ConvFlops) -> Text:
        each = rf"{s.kernel}^2 \cdot {num(s.in_channels // s.groups)} \cdot {num(s.out_channels)} \cdot {s.out_size}^2"
        twice = rf"2 \cdot {num(macs(s))} = {num(2 * macs(s))}"
        en = f"Channels read by a filter: ${share(s)}$. MACs: ${each} = {num(macs(s))}$.\n\nFLOPs: ${twice}$."
        zh = f"每个滤波器读取的通道：${share(s)}$。乘加次数：${each} = {num(macs(s))}$。\n\nFLOPs：${twice}$。"
        if not s.bias:
            return Text(en, zh)
        added = rf"{num(s.out_channels)} \cdot {s.out_size}^2 = {num(_units(s))}"
        total = f"{num(2 * macs(s))} + {num(_units(s))} = {num(self.formula(s))}"
        return Text(
            f"{en}\n\nBiases: ${added}$ additions. In all ${total}$.",
            f"{zh}\n\n偏置：${added}$ 次加法。合计 ${total}$。",
        )


def _forward(s: ConvTraining) -> int:
    return 2 * s.kernel**2 * s.in_channels * s.out_channels * s.out_size**2 * s.batch


class Training(Question[ConvTraining]):
    """The gradients with respect to the weights and to the input cost as much as the forward pass each."""

    spec = ConvTraining
    answer = Integer()
    levels = (3,)
    find = "training"
    rule = Text(
        r"$3 \cdot 2 k^2 C_{in} C_{out} o^2 B$; $2 \cdot 2 k^2 C_{in} C_{out} o^2 B$ where the input needs no gradient",
        r"$3 \cdot 2 k^2 C_{in} C_{out} o^2 B$；不需要对输入求梯度时为 $2 \cdot 2 k^2 C_{in} C_{out} o^2 B$",
    )
    mistakes = (
        Mistake("That is the forward pass alone.", "这只是前向传播。", _forward),
        Mistake(
            "The backward pass of a hidden layer has two parts, the gradients with respect to the weights and to the input; each costs as "
            "much as the forward pass.",
            "中间层的反向传播有两部分：对权重的梯度和对输入的梯度，各与前向传播开销相同。",
            lambda s: None if s.first else 2 * _forward(s),
        ),
        Mistake(
            "The first layer needs the gradient with respect to its weights only, none with respect to the image.",
            "第一层只需要对权重的梯度，不需要对图像的梯度。",
            lambda s: 3 * _forward(s) if s.first else None,
        ),
        Mistake(
            "Those are multiply-accumulates; each is 2 FLOPs here.",
            "这是乘加次数；这里每次乘加计 2 次运算。",
            lambda s: _forward(s) * (2 if s.first else 3) // 2,
        ),
        Mistake(
            "Forward and backward pass together cost three forward passes at most.",
            "前向与反向合计至多相当于 3 次前向传播。",
            lambda s: 4 * _forward(s),
        ),
        Mistake("The batch was left out.", "漏了批大小。", lambda s: _forward(s) * (2 if s.first else 3) // s.batch),
    )

    def sample(self, draw: Draw, level: int) -> ConvTraining | None:
        first = draw.chance(0.4)
        inputs = draw.choice((1, 3)) if first else draw.choice(ROUND)
        return ConvTraining(
            inputs,
            draw.choice(ROUND),
            draw.choice((1, 3, 5, 7)),
            draw.choice(SIDES),
            draw.choice((1, 2, 4, 8, 16, 32)),
            first,
        )

    def formula(self, s: ConvTraining) -> int:
        return _forward(s) * (2 if s.first else 3)

    def stem(self, s: ConvTraining) -> Text:
        layer, side = conv_words(s, bias=False), by(s.out_size, s.out_size)
        place = (
            (
                "It is the first layer: its input, the image, needs no gradient.",
                "它是第一层，输入是图像，不需要对输入求梯度。",
            )
            if s.first
            else ("It is a hidden layer: its input needs a gradient too.", "它是中间层，对输入也要求梯度。")
        )
        return Text(
            f"{layer.en} in one group gives an output map of {side}. {place[0]} How many FLOPs do forward and backward pass "
            f"of this layer take together for a batch of {s.batch}? Count 2 for each multiply-accumulate, padding taps included; "
            "the weight update is not counted.",
            f"{layer.zh}，不分组，输出特征图为 {side}。{place[1]}批大小为 {s.batch} 时，该层前向与反向传播共需多少 FLOPs？"
            "每次乘加计 2 次运算，填充处计入，不计权重更新。",
        )

    def solution(self, s: ConvTraining) -> Text:
        each = rf"2 \cdot {s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} \cdot {s.out_size}^2 \cdot {s.batch}"
        parts = 2 if s.first else 3
        total = rf"{parts} \cdot {num(_forward(s))} = {num(self.formula(s))}"
        en = (
            "the gradient with respect to the weights, as costly as the forward pass"
            if s.first
            else "the gradients with respect to weights and input, each as costly as the forward pass"
        )
        zh, same = ("对权重的梯度", "开销与前向相同") if s.first else ("对权重和对输入的梯度", "开销各与前向相同")
        return Text(
            f"Forward: ${each} = {num(_forward(s))}$.\n\nBackward: {en}. Together ${total}$.",
            f"前向：${each} = {num(_forward(s))}$。\n\n反向：{zh}，{same}。合计 ${total}$。",
        )


MODEL = ItemModel(
    name="conv_flops",
    version=1,
    topic="counting",
    title=Text("FLOPs of a convolution", "卷积层的 FLOPs"),
    questions=(Flops(), Training()),
)
