"""Multiply-accumulates of self-attention, global and in windows."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers.conv_macs import AS_FLOPS
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import AttentionMacs, WindowMacs

_DIMS = (32, 64, 96, 128, 192, 256, 384, 512, 768)

_NO_SUM = (
    "The weighted sum of the values was left out; it costs as much as the scores.",
    "漏了对值的加权求和；它与计算得分的开销相同。",
)
_NO_PROJECTIONS = ("The projections were left out.", "漏了投影。")
_THREE = (
    "There are four projections: queries, keys, values and output.",
    "投影有四个：查询、键、值和输出。",
)
_UNWANTED = ("The projections were counted, though they should not be.", "题目不计投影，却把投影算进去了。")


def _core(s: AttentionMacs) -> int:
    return 2 * s.tokens**2 * s.dim


def _projected(s: AttentionMacs) -> int:
    return 4 * s.tokens * s.dim**2 if s.projections else 0


def _asked(projections: bool) -> Text:
    return (
        Text(
            "Count the scores, the weighted sum of the values and the four projections (queries, keys, values, output); biases, scaling "
            "and softmax are not counted.",
            "计入得分、对值的加权求和以及四个投影（查询、键、值、输出）；偏置、缩放和 softmax 不计。",
        )
        if projections
        else Text(
            "Count the scores and the weighted sum of the values only: no projections, biases, scaling or softmax.",
            "只计得分和对值的加权求和，不计投影、偏置、缩放和 softmax。",
        )
    )


class Macs(Question[AttentionMacs]):
    """Source: Vaswani et al. 2017, table 1; Liu et al. 2021, Swin Transformer, equation 1."""

    spec = AttentionMacs
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$2N^2 d$, and with the projections $4N d^2$ more, whatever the number of heads",
        r"$2N^2 d$，计投影时再加 $4N d^2$，与头数无关",
    )
    mistakes = (
        Mistake(*_NO_SUM, lambda s: _core(s) // 2 + _projected(s)),
        Mistake(
            "The heads share the features out among them: together they cost as much as one head of full width.",
            "各头分用特征：合起来与一个全宽的头开销相同。",
            lambda s: _core(s) * s.heads + _projected(s),
        ),
        Mistake(
            "All heads work, not a single one.",
            "每个头都要计算，而不是只有一个头。",
            lambda s: _core(s) // s.heads + _projected(s),
        ),
        Mistake(*AS_FLOPS, lambda s: 2 * (_core(s) + _projected(s))),
        Mistake(*_NO_PROJECTIONS, lambda s: _core(s) if s.projections else None),
        Mistake(*_THREE, lambda s: _core(s) + 3 * s.tokens * s.dim**2 if s.projections else None),
        Mistake(*_UNWANTED, lambda s: None if s.projections else _core(s) + 4 * s.tokens * s.dim**2),
        Mistake(
            "Scores and weighted sum are quadratic in the tokens, not in the features.",
            "得分与加权求和的开销与 token 数成平方关系，而不是与特征数。",
            lambda s: 2 * s.tokens * s.dim**2 + _projected(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AttentionMacs | None:
        tokens = draw.choice((16, 49, 50, 64, 100, 196, 197, 256))
        if level == 1:
            return AttentionMacs(tokens, draw.choice(_DIMS))
        return AttentionMacs(tokens, draw.choice(_DIMS), draw.choice((2, 4, 8, 16)), draw.chance(0.6))

    def formula(self, s: AttentionMacs) -> int:
        return _core(s) + _projected(s)

    def stem(self, s: AttentionMacs) -> Text:
        asked = _asked(s.projections)
        return Text(
            f"Self-attention over {s.tokens} tokens of {s.dim} features each; number of heads: {s.heads}, features of all heads "
            f"together: {s.dim}. How many multiply-accumulates (MACs) does it need for one sequence? {asked.en}",
            f"对 {s.tokens} 个 token 做自注意力，每个 token 有 {s.dim} 维特征，头数为 {s.heads}（所有头的特征合计 {s.dim} 维）。"
            f"处理一个序列需要多少次乘加（MAC）？{asked.zh}",
        )

    def solution(self, s: AttentionMacs) -> Text:
        core = rf"2 \cdot {s.tokens}^2 \cdot {s.dim} = {num(_core(s))}"
        en = f"Scores and weighted sum cost $N^2 d$ each, whatever the number of heads ({s.heads}): ${core}$."
        zh = f"得分与加权求和各需 $N^2 d$ 次，与头数（{s.heads}）无关：${core}$。"
        if not s.projections:
            return Text(en, zh)
        more = rf"4 \cdot {s.tokens} \cdot {s.dim}^2 = {num(_projected(s))}"
        total = f"{num(_core(s))} + {num(_projected(s))} = {num(self.formula(s))}"
        return Text(f"{en}\n\nProjections: ${more}$. In all ${total}$.", f"{zh}\n\n投影：${more}$。合计 ${total}$。")


def _window(s: WindowMacs) -> int:
    return 2 * s.size**2 * s.window**2 * s.dim


def _window_projected(s: WindowMacs) -> int:
    return 4 * s.size**2 * s.dim**2 if s.projections else 0


class Windows(Question[WindowMacs]):
    """Source: Liu et al. 2021, Swin Transformer, equation 2."""

    spec = WindowMacs
    answer = Integer()
    levels = (3,)
    find = "window"
    rule = Text(
        r"$2 H^2 M^2 d$ for a map of side $H$ and windows of side $M$, and with the projections $4 H^2 d^2$ more",
        r"$2 H^2 M^2 d$，$H$ 为特征图边长，$M$ 为窗口边长；计投影时再加 $4 H^2 d^2$",
    )
    mistakes = (
        Mistake(
            "That is attention over the whole map; here a token attends to those of its window only.",
            "这是全局注意力；这里每个 token 只关注自己窗口内的 token。",
            lambda s: 2 * s.size**4 * s.dim + _window_projected(s),
        ),
        Mistake(
            "That is a single window.",
            "这只是一个窗口。",
            lambda s: 2 * s.window**4 * s.dim + (4 * s.window**2 * s.dim**2 if s.projections else 0),
        ),
        Mistake(
            "A window holds M² tokens, not M.",
            "一个窗口有 M² 个 token，而不是 M 个。",
            lambda s: 2 * s.size**2 * s.window * s.dim + _window_projected(s),
        ),
        Mistake(*_NO_SUM, lambda s: _window(s) // 2 + _window_projected(s)),
        Mistake(*_NO_PROJECTIONS, lambda s: _window(s) if s.projections else None),
        Mistake(*_UNWANTED, lambda s: None if s.projections else _window(s) + 4 * s.size**2 * s.dim**2),
        Mistake(*AS_FLOPS, lambda s: 2 * (_window(s) + _window_projected(s))),
    )

    def sample(self, draw: Draw, level: int) -> WindowMacs | None:
        window = draw.choice((4, 7, 8))
        return WindowMacs(window * draw.integer(2, 8), window, draw.choice(_DIMS), draw.chance(0.5))

    def formula(self, s: WindowMacs) -> int:
        return _window(s) + _window_projected(s)

    def stem(self, s: WindowMacs) -> Text:
        asked, size, window = _asked(s.projections), by(s.size, s.size), by(s.window, s.window)
        return Text(
            f"A map of {size} tokens with {s.dim} features each is cut into windows of {window} tokens that do not overlap; "
            f"self-attention runs within each. How many multiply-accumulates (MACs) do all windows need together? {asked.en}",
            f"{size} 个 token 的特征图（每个 token {s.dim} 维）被划分为互不重叠的 {window} 窗口，在每个窗口内做自注意力。"
            f"所有窗口共需多少次乘加（MAC）？{asked.zh}",
        )

    def solution(self, s: WindowMacs) -> Text:
        count = (s.size // s.window) ** 2
        windows = f"({s.size}/{s.window})^2 = {count}"
        core = rf"{count} \cdot 2 \cdot {s.window**2}^2 \cdot {s.dim} = {num(_window(s))}"
        en = f"Windows: ${windows}$, each of {s.window**2} tokens. Scores and weighted sum: ${core}$."
        zh = f"窗口数：${windows}$，每个窗口 {s.window**2} 个 token。得分与加权求和：${core}$。"
        if not s.projections:
            return Text(en, zh)
        more = rf"4 \cdot {s.size}^2 \cdot {s.dim}^2 = {num(_window_projected(s))}"
        total = f"{num(_window(s))} + {num(_window_projected(s))} = {num(self.formula(s))}"
        return Text(
            f"{en}\n\nProjections of all tokens: ${more}$. In all ${total}$.",
            f"{zh}\n\n全部 token 的投影：${more}$。合计 ${total}$。",
        )


MODEL = ItemModel(
    name="attention_macs",
    version=1,
    topic="counting",
    title=Text("Multiply-accumulates of self-attention", "自注意力的乘加次数"),
    questions=(Macs(), Windows()),
)
