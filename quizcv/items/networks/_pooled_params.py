"""What is left of a known network without its fully connected layers."""

from __future__ import annotations

from math import prod

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import added
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._layers import bullets, flat_maps, made, plain, side_made_for, tallied
from quizcv.items.networks._words import both, note, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks import network, ops
from quizcv.networks.questions.layers import NetworkPooledParams, last_linear
from quizcv.networks.walk import Step
from quizcv.seeds import Draw

NETWORKS = ("vgg11", "vgg13", "vgg16", "vgg19", "alexnet", "alexnet_2012")


def _convs(s: NetworkPooledParams) -> int:
    return made(s.network).totals.params - _dense(s)


def _dense(s: NetworkPooledParams) -> int:
    """What the fully connected layers have."""
    return sum(step.parameters.total for step in _fully(s))


def _fully(s: NetworkPooledParams) -> list[Step]:
    return [step for step in made(s.network).steps if isinstance(step.layer.op, ops.Linear)]


def _conv_list(s: NetworkPooledParams) -> list[Step]:
    return [step for step in made(s.network).steps if isinstance(step.layer.op, ops.Conv)]


def _maps(s: NetworkPooledParams) -> tuple[int, ...]:
    return flat_maps(s.network, side_made_for(s.network))


def _spared(s: NetworkPooledParams) -> int:
    return _convs(s) + (_maps(s)[0] + 1) * s.classes


class Pooled(Question[NetworkPooledParams]):
    """Global average pooling in place of fully connected layers (Lin et al. 2014, section 3.2)."""

    spec = NetworkPooledParams
    answer = Integer()
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"parameters of the convolutions, and $(C + 1) \cdot K$ for $C$ maps and $K$ classes",
        r"卷积层参数量加 $(C + 1) \cdot K$，$C$ 为最后的通道数，$K$ 为类别数",
    )
    mistakes = (
        Mistake(
            "The maps were flattened; global pooling leaves one number for each channel.",
            "把特征图展平了；全局池化后每个通道只剩一个数。",
            lambda s: _convs(s) + (prod(_maps(s)) + 1) * s.classes,
        ),
        Mistake(
            "The biases of the new layer were left out.",
            "漏了新的全连接层的偏置。",
            lambda s: _spared(s) - s.classes,
        ),
        Mistake(
            "The biases of the convolutions were left out.",
            "漏了卷积层的偏置。",
            lambda s: _spared(s) - sum(step.parameters.biases for step in _conv_list(s)),
        ),
        Mistake(
            "Those are the convolutions alone; the new layer has parameters, too.",
            "这只是卷积层的参数；新的全连接层也有参数。",
            _convs,
        ),
        Mistake(
            "Only the last fully connected layer was replaced; all of them go.",
            "只替换了最后一个全连接层；应全部去掉。",
            lambda s: (
                made(s.network).totals.params
                - _fully(s)[-1].parameters.total
                + (_fully(s)[-1].inputs[0][0] + 1) * s.classes
            ),
        ),
        Mistake(
            "The new layer reads the channels of the last map, not 4096 units.",
            "新的全连接层读取的是最后特征图的通道数，而不是 4096 个单元。",
            lambda s: _convs(s) + (_fully(s)[-1].inputs[0][0] + 1) * s.classes,
        ),
        Mistake(
            "The last convolution was left out.",
            "漏了最后一个卷积层。",
            lambda s: _spared(s) - _conv_list(s)[-1].parameters.total,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkPooledParams | None:
        return NetworkPooledParams(
            draw.choice(NETWORKS), draw.choice((2, 5, 10, 17, 20, 37, 43, 80, 100, 120, 200, 365, 1000))
        )

    def formula(self, s: NetworkPooledParams) -> int:
        last_linear(network(s.network))
        plain(s.network, made(s.network).steps)
        return _spared(s)

    def stem(self, s: NetworkPooledParams) -> Text:
        named, more = title(s.network), note(s.network)
        return both(
            f"All fully connected layers of {named.en} are replaced by global average pooling and a single fully connected layer with "
            f"biases for {s.classes} classes. How many parameters does the network have then, biases included?{more.en}",
            f"把 {named.zh} 的所有全连接层换成全局平均池化和一个 {s.classes} 类的全连接层（带偏置）。此时网络共有多少个参数（含偏置）？"
            f"{more.zh}",
        )

    def solution(self, s: NetworkPooledParams) -> Text:
        found = bullets(tallied(_conv_list(s)))
        other = _convs(s) - sum(step.parameters.weights for step in _conv_list(s))
        channels = _maps(s)[0]
        head = rf"({channels} + 1) \cdot {s.classes} = {num((channels + 1) * s.classes)}"
        total = added(_convs(s), (channels + 1) * s.classes)
        normed = any(step.parameters.norms for step in made(s.network).steps)
        more = Text(" and batch normalization", "及批归一化参数") if normed else Text("", "")
        return both(
            f"Weights of the convolutions:\n\n{found.en}\n\nWith {num(other)} biases{more.en}: {num(_convs(s))}. "
            f"New layer: ${head}$. Together: ${total}$.",
            f"卷积层的权重：\n\n{found.zh}\n\n加上 {num(other)} 个偏置{more.zh}：{num(_convs(s))}。新的全连接层：${head}$。"
            f"合计：${total}$。",
        )
