"""Heads of region proposal networks."""

from __future__ import annotations

from typing import Literal

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
from quizcv.specs.head_blocks import RpnAnchors, RpnHead


def _head(s: RpnHead, outputs: int) -> int:
    """With the outputs per position."""
    return 9 * s.channels**2 + s.channels * outputs + s.bias * (s.channels + outputs)


def _outputs(s: RpnHead) -> int:
    return s.anchors * (s.scores + 4)


def _scores(draw: Draw) -> Literal[1, 2]:
    return 1 if draw.chance(0.5) else 2


def _said(scores: int) -> Text:
    if scores == 1:
        return Text("1 objectness score (a sigmoid)", "1 个前景得分（sigmoid）")
    return Text("2 scores (a softmax over object and background)", "2 个得分（前景与背景的 softmax）")


class Params(Counted[RpnHead]):
    """Source: Ren et al. 2015, "Faster R-CNN", section 3.1."""

    spec = RpnHead
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$9 C^2 + C A (s + 4)$", "$C + A (s + 4)$")
    mistakes = (
        Mistake(
            "The anchors were left out: every anchor has scores and a box of its own.",
            "漏了锚框数：每个锚框各有得分和框回归。",
            lambda s: _head(s, s.scores + 4),
        ),
        Mistake(
            "The box regression was left out: four numbers per anchor.",
            "漏了框回归：每个锚框四个数。",
            lambda s: _head(s, s.anchors * s.scores),
        ),
        Mistake(
            "The 3×3 convolution was left out.",
            "漏了 3×3 卷积。",
            lambda s: (s.channels + s.bias) * _outputs(s),
        ),
        Mistake(
            "The predictors were counted as 3×3; they are 1×1.",
            "预测层按 3×3 计了；它是 1×1。",
            lambda s: _head(s, _outputs(s)) + 8 * s.channels * _outputs(s),
        ),
        Mistake(
            "The number of scores per anchor was mixed up: a sigmoid takes 1, a softmax over object and background 2.",
            "每个锚框的得分个数弄混了：sigmoid 为 1 个，前景与背景的 softmax 为 2 个。",
            lambda s: _head(s, s.anchors * (7 - s.scores)),
        ),
        Mistake(*BIAS_MISSED, lambda s: _head(s, _outputs(s)) - s.channels - _outputs(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _head(s, _outputs(s)) + s.channels + _outputs(s)),
    )

    def sample(self, draw: Draw, level: int) -> RpnHead | None:
        channels, anchors = 32 * draw.integer(2, 16), draw.choice((3, 6, 9, 12, 15))
        if level == 1:
            return RpnHead(channels, anchors, 1, False)
        return RpnHead(channels, anchors, _scores(draw), draw.chance(0.8))

    def parts(self, s: RpnHead) -> list[Part]:
        scores, boxes = s.anchors * s.scores, 4 * s.anchors
        found = [conv(s.channels, s.channels, 3), conv(s.channels, scores), conv(s.channels, boxes)]
        return [*found, biases(s.channels, scores, boxes)] if s.bias else found

    def stem(self, s: RpnHead) -> Text:
        rule, said = biased(s.bias), _said(s.scores)
        return Text(
            f"The head of a region proposal network reads {s.channels} channels: a 3×3 convolution keeps them, and two "
            f"parallel 1×1 convolutions give, for each of {s.anchors} anchors per position, {said.en} and 4 box offsets. "
            f"{rule.en} How many parameters does the head have?",
            f"区域建议网络（RPN）的头部读入 {s.channels} 个通道：先是保持通道数的 3×3 卷积，"
            f"再由两个并行的 1×1 卷积对每个位置的 {s.anchors} 个锚框各输出 {said.zh}和 4 个框偏移量。"
            f"{rule.zh}该头部有多少个参数？",
        )

    def solution(self, s: RpnHead) -> Text:
        scores = rf"{s.anchors} \cdot {s.scores} = {s.anchors * s.scores}"
        boxes, sums = rf"{s.anchors} \cdot 4 = {s.anchors * 4}", Counted.solution(self, s)
        return Text(
            f"Per position ${scores}$ scores and ${boxes}$ offsets.\n\n{sums.en}",
            f"每个位置 ${scores}$ 个得分，${boxes}$ 个偏移量。\n\n{sums.zh}",
        )


def _shared(s: RpnAnchors) -> int:
    return 9 * s.channels**2 + s.channels


class Anchors(Question[RpnAnchors]):
    """The same solved for A."""

    spec = RpnAnchors
    answer = Integer("anchors")
    levels = (3,)
    find = "anchors"
    rule = r"$A = (P - 9 C^2 - C) / ((s + 4)(C + 1))$"
    mistakes = (
        Mistake(
            "That is the number of outputs per position; every anchor has several.",
            "这是每个位置的输出数；每个锚框有多个输出。",
            lambda s: (s.params - _shared(s)) // (s.channels + 1),
        ),
        Mistake(
            "The scores were left out: only the four offsets were counted per anchor.",
            "漏了得分：每个锚框只算了四个偏移量。",
            lambda s: (s.params - _shared(s)) // (4 * (s.channels + 1)),
        ),
        Mistake(
            "The 3×3 convolution was not subtracted.",
            "没有减去 3×3 卷积的参数。",
            lambda s: s.params // ((s.scores + 4) * (s.channels + 1)),
        ),
        Mistake(
            "The predictors were counted as 3×3; they are 1×1.",
            "预测层按 3×3 计了；它是 1×1。",
            lambda s: (s.params - _shared(s)) // ((s.scores + 4) * (9 * s.channels + 1)) or None,
        ),
        Mistake(
            "The background was counted as one more output per anchor.",
            "每个锚框多算了一个背景输出。",
            lambda s: (s.params - _shared(s)) // ((s.scores + 5) * (s.channels + 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RpnAnchors | None:
        channels, anchors, scores = 32 * draw.integer(2, 16), draw.integer(3, 30), _scores(draw)
        each = (scores + 4) * (channels + 1)
        return RpnAnchors(channels, channels * (9 * channels + 1) + anchors * each, scores)

    def formula(self, s: RpnAnchors) -> int:
        return (s.params - _shared(s)) // ((s.scores + 4) * (s.channels + 1))

    def stem(self, s: RpnAnchors) -> Text:
        said = _said(s.scores)
        return Text(
            f"The head of a region proposal network has {num(s.params)} parameters: a 3×3 convolution that keeps "
            f"{s.channels} channels, and two parallel 1×1 convolutions that give {said.en} and 4 box offsets for every anchor. "
            "Every convolution has a bias; biases count. How many anchors are there per position?",
            f"区域建议网络（RPN）的头部共有 {num(s.params)} 个参数：一个保持 {s.channels} 个通道的 3×3 卷积，"
            f"以及两个并行的 1×1 卷积，为每个锚框输出 {said.zh}和 4 个框偏移量。每个卷积都有偏置，偏置计入。"
            "每个位置有多少个锚框？",
        )

    def solution(self, s: RpnAnchors) -> Text:
        shared = rf"9 \cdot {s.channels}^2 + {s.channels} = {num(_shared(s))}"
        each = rf"({s.scores} + 4) \cdot ({s.channels} + 1) = {num((s.scores + 4) * (s.channels + 1))}"
        steps = rf"({num(s.params)} - {num(_shared(s))}) / {num((s.scores + 4) * (s.channels + 1))} = {self.formula(s)}"
        return Text(
            f"3×3: ${shared}$. Every anchor: ${each}$.\n\n${steps}$.",
            f"3×3 卷积：${shared}$。每个锚框：${each}$。\n\n${steps}$。",
        )


MODEL = ItemModel(
    name="rpn_head_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a region proposal head", "区域建议网络头部的参数量"),
    questions=(Params(), Anchors()),
)
