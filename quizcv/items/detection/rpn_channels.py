"""Outputs and parameters of a region proposal network (Ren et al. 2015, section 3.1)."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.heads import RpnChannels, RpnOutputs, RpnParams

HEAD = {
    "cls": ("does its 1×1 classification convolution have", "1×1 分类卷积有"),
    "reg": ("does its 1×1 regression convolution have", "1×1 回归卷积有"),
    "both": (
        "do its 1×1 convolutions for classification and regression have together",
        "1×1 分类卷积与 1×1 回归卷积合计有",
    ),
}


def _score(scores: int) -> Text:
    if scores == 2:
        return Text("2 scores per anchor (object or not, for a softmax)", "每个锚框 2 个得分（是否为目标，用 softmax）")
    return Text("1 score per anchor (for a sigmoid)", "每个锚框 1 个得分（用 sigmoid）")


def _per_anchor(s: RpnChannels) -> int:
    return {"cls": s.scores, "reg": 4, "both": s.scores + 4}[s.head]


class Channels(Question[RpnChannels]):
    """Of the 1×1 convolutions."""

    spec = RpnChannels
    answer = Integer()
    levels = (1,)
    rule = Text(
        r"classification $2k$ (softmax) or $k$ (sigmoid), regression $4k$",
        r"分类 $2k$（softmax）或 $k$（sigmoid），回归 $4k$",
    )
    mistakes = (
        Mistake(
            "The number of scores per anchor was taken wrong: 2 for a softmax, 1 for a sigmoid.",
            "每个锚框的得分数不对：softmax 为 2，sigmoid 为 1。",
            lambda s: _per_anchor(RpnChannels(s.anchors, s.head, 1 if s.scores == 2 else 2)) * s.anchors,
        ),
        Mistake("Those are the numbers of one anchor.", "这只是一个锚框的数目。", lambda s: _per_anchor(s)),
        Mistake(
            "The regression has 4 numbers per anchor: two for the place, two for the size.",
            "每个锚框回归 4 个数：位置 2 个，宽高 2 个。",
            lambda s: (_per_anchor(s) - 2) * s.anchors if s.head != "cls" else None,
        ),
        Mistake(
            "The 4 offsets belong to the other convolution.",
            "4 个偏移量属于另一个卷积。",
            lambda s: 4 * s.anchors if s.head == "cls" else None,
        ),
        Mistake(
            "Both convolutions count here.", "两个卷积都要计入。", lambda s: 4 * s.anchors if s.head == "both" else None
        ),
        Mistake(
            "Those are the channels of both convolutions; only one is asked about.",
            "这是两个卷积的通道数之和；只问其中一个。",
            lambda s: (s.scores + 4) * s.anchors if s.head != "both" else None,
        ),
        Mistake(
            "Every anchor has its own channels; that is one number for each.",
            "每个锚框都有自己的若干通道；这里每个只算了一个。",
            lambda s: s.anchors,
        ),
    )

    def sample(self, draw: Draw, level: int) -> RpnChannels | None:
        s = RpnChannels(draw.integer(3, 25), draw.choice(("cls", "reg", "both")), draw.choice((1, 2)))
        return s if self.formula(s) != s.anchors else None

    def formula(self, s: RpnChannels) -> int:
        return _per_anchor(s) * s.anchors

    def stem(self, s: RpnChannels) -> Text:
        score, head = _score(s.scores), HEAD[s.head]
        return Text(
            f"A region proposal network has {s.anchors} anchors per place, {score.en} and class-agnostic box offsets. How many output "
            f"channels {head[0]}?",
            f"区域建议网络（RPN）每个位置有 {s.anchors} 个锚框，{score.zh}，框偏移与类别无关。其 {head[1]}多少个输出通道？",
        )

    def solution(self, s: RpnChannels) -> Text:
        steps = rf"{_per_anchor(s)} \cdot {s.anchors} = {self.formula(s)}"
        return Text(
            f"An anchor has {s.scores} score{'s' if s.scores > 1 else ''} and 4 offsets; asked for are {_per_anchor(s)} of these "
            f"numbers for each anchor.\n\n${steps}$.",
            f"每个锚框有 {s.scores} 个得分、4 个偏移量；所求部分每个锚框共 {_per_anchor(s)} 个。\n\n${steps}$。",
        )


class Outputs(Question[RpnOutputs]):
    """All numbers for a map."""

    spec = RpnOutputs
    answer = Integer()
    levels = (2,)
    find = "outputs"
    rule = r"$H W k (n_s + 4)$"
    mistakes = (
        Mistake("The scores were left out.", "漏了得分。", lambda s: s.height * s.width * s.anchors * 4),
        Mistake(
            "The box offsets were left out.", "漏了框的偏移量。", lambda s: s.height * s.width * s.anchors * s.scores
        ),
        Mistake(
            "The number of scores per anchor was taken wrong: 2 for a softmax, 1 for a sigmoid.",
            "每个锚框的得分数不对：softmax 为 2，sigmoid 为 1。",
            lambda s: s.height * s.width * s.anchors * (7 - s.scores),
        ),
        Mistake("That is the number of anchors.", "这是锚框的个数。", lambda s: s.height * s.width * s.anchors),
        Mistake(
            "Those are the channels: every cell of the map has them.",
            "这是通道数：特征图的每个格子都有这么多。",
            lambda s: s.anchors * (s.scores + 4),
        ),
        Mistake(
            "Scores and offsets add up; they do not multiply.",
            "得分数与偏移量数相加，而不是相乘。",
            lambda s: s.height * s.width * s.anchors * s.scores * 4,
        ),
    )

    def sample(self, draw: Draw, level: int) -> RpnOutputs | None:
        return RpnOutputs(draw.integer(7, 60), draw.integer(7, 60), draw.integer(3, 15), draw.choice((1, 2)))

    def formula(self, s: RpnOutputs) -> int:
        return s.height * s.width * s.anchors * (s.scores + 4)

    def stem(self, s: RpnOutputs) -> Text:
        score = _score(s.scores)
        return Text(
            f"A region proposal network runs on a map of {s.height}×{s.width} cells, with {s.anchors} anchors per cell, {score.en} and "
            "class-agnostic box offsets. How many numbers do its two heads put out for one image?",
            f"区域建议网络（RPN）在 {s.height}×{s.width} 的特征图上运行，每格 {s.anchors} 个锚框，{score.zh}，框偏移与类别无关。"
            "对一幅图像，它的两个输出头共给出多少个数？",
        )

    def solution(self, s: RpnOutputs) -> Text:
        steps = rf"{s.height} \cdot {s.width} \cdot {s.anchors} \cdot ({s.scores} + 4) = {self.formula(s)}"
        return Text(
            f"Every anchor has {s.scores} + 4 numbers: ${steps}$.", f"每个锚框有 {s.scores} + 4 个数：${steps}$。"
        )


def _shared(s: RpnParams) -> int:
    return (9 * s.in_channels + 1) * s.hidden


class Parameters(Question[RpnParams]):
    """Of its three convolutions."""

    spec = RpnParams
    answer = Integer()
    levels = (3,)
    find = "params"
    rule = r"$(9 C + 1) D + (D + 1)(n_s + 4) k$"
    mistakes = (
        Mistake(
            "The biases were left out.",
            "漏了偏置。",
            lambda s: 9 * s.in_channels * s.hidden + s.hidden * (s.scores + 4) * s.anchors,
        ),
        Mistake(
            "The 3×3 convolution was left out.",
            "漏了 3×3 卷积。",
            lambda s: (s.hidden + 1) * (s.scores + 4) * s.anchors,
        ),
        Mistake("The 1×1 convolutions were left out.", "漏了两个 1×1 卷积。", lambda s: _shared(s)),
        Mistake(
            "The output convolutions are 1×1, not 3×3.",
            "输出卷积是 1×1，而不是 3×3。",
            lambda s: _shared(s) + (9 * s.hidden + 1) * (s.scores + 4) * s.anchors,
        ),
        Mistake(
            "The number of scores per anchor was taken wrong: 2 for a softmax, 1 for a sigmoid.",
            "每个锚框的得分数不对：softmax 为 2，sigmoid 为 1。",
            lambda s: _shared(s) + (s.hidden + 1) * (7 - s.scores) * s.anchors,
        ),
        Mistake(
            "The outputs were not multiplied by the number of anchors.",
            "输出没有乘以锚框数。",
            lambda s: _shared(s) + (s.hidden + 1) * (s.scores + 4),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RpnParams | None:
        return RpnParams(64 * draw.integer(1, 8), 64 * draw.integer(2, 8), draw.integer(3, 15), draw.choice((1, 2)))

    def formula(self, s: RpnParams) -> int:
        return _shared(s) + (s.hidden + 1) * (s.scores + 4) * s.anchors

    def stem(self, s: RpnParams) -> Text:
        score = _score(s.scores)
        return Text(
            f"A region proposal network has a 3×3 convolution from {s.in_channels} to {s.hidden} channels and on top of it two 1×1 "
            f"convolutions, for scores and for class-agnostic box offsets, with {s.anchors} anchors per place, {score.en}. All three "
            "convolutions have biases. How many parameters are there?",
            f"区域建议网络（RPN）由一个 {s.in_channels} 通道到 {s.hidden} 通道的 "
            "3×3 卷积，及其后两个 1×1 卷积（得分与类别无关的框偏移）组成；"
            f"每个位置 {s.anchors} 个锚框，{score.zh}。三个卷积都有偏置。共有多少个参数？",
        )

    def solution(self, s: RpnParams) -> Text:
        first = rf"(9 \cdot {s.in_channels} + 1) \cdot {s.hidden} = {_shared(s)}"
        rest = rf"({s.hidden} + 1) \cdot ({s.scores} + 4) \cdot {s.anchors} = {self.formula(s) - _shared(s)}"
        return Text(
            f"3×3: ${first}$. Both 1×1: ${rest}$.\n\nTogether: {self.formula(s)}.",
            f"3×3：${first}$。两个 1×1：${rest}$。\n\n合计：{self.formula(s)}。",
        )


MODEL = ItemModel(
    name="rpn_channels",
    version=1,
    topic="detection",
    title=Text("Outputs of a region proposal network", "区域建议网络的输出"),
    questions=(Channels(), Outputs(), Parameters()),
)
