"""LeNet's table of connections: filters that see only some of the maps."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_MISSED, Counted, Part
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import SparseConnection, SparseConnections, SparseSaving

FULL = (
    "Every filter was taken to see all input maps; the table connects it to some of them.",
    "当成每个滤波器都连接全部输入特征图；按连接表它只连接其中一部分。",
)
ONE_MAP = ("Every filter was taken to see one map only.", "当成每个滤波器只连接一张特征图。")


def _seen(s: SparseConnection) -> int:
    """Kernels in all: one per filter and map that it sees."""
    return sum(units * maps for units, maps in zip(s.units, s.maps, strict=True))


def _params(s: SparseConnection, kernels: int) -> int:
    return kernels * s.kernel**2 + sum(s.units)


def _drawn(draw: Draw, level: int) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
    inputs = draw.choice((6, 8)) if level == 1 else draw.integer(5, 12)
    kinds = 2 if level == 1 else draw.choice((2, 3))
    maps = tuple(sorted(draw.sample(range(2, inputs + 1), kinds)))
    return inputs, draw.choice((3, 5)), tuple(draw.integer(2, 10) for _ in range(kinds)), maps


def _table(s: SparseConnection) -> Text:
    en = ", ".join(f"{units} filters see {maps} maps each" for units, maps in zip(s.units, s.maps, strict=True))
    zh = "，".join(f"{units} 个滤波器各连接 {maps} 张" for units, maps in zip(s.units, s.maps, strict=True))
    k = s.kernel
    return Text(
        f"A convolution with {k}×{k} kernels reads {s.in_channels} maps, but not every filter sees all of them: {en}.",
        f"一个卷积层的卷积核为 {k}×{k}，输入 {s.in_channels} 张特征图，但并非每个滤波器都连接全部输入：{zh}。",
    )


def _parts(s: SparseConnection) -> list[Part]:
    k, count = s.kernel, sum(s.units)
    found: list[Part] = [
        (
            f"{units} filters that see {maps} of {s.in_channels} maps",
            f"{units} 个滤波器，各连接 {s.in_channels} 张中的 {maps} 张",
            (units, maps, k, k),
        )
        for units, maps in zip(s.units, s.maps, strict=True)
    ]
    return [*found, ("biases, one per filter", "偏置，每个滤波器一个", (count,))]


class Params(Counted[SparseConnection]):
    """Source: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", table I."""

    spec = SparseConnection
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$\sum u_i (m_i k^2 + 1)$ for $u_i$ filters that see $m_i$ maps",
        r"$\sum u_i (m_i k^2 + 1)$，其中 $u_i$ 个滤波器各连接 $m_i$ 张特征图",
    )
    mistakes = (
        Mistake(*FULL, lambda s: _params(s, s.in_channels * sum(s.units))),
        Mistake(*ONE_MAP, lambda s: _params(s, sum(s.units))),
        Mistake(*BIAS_MISSED, lambda s: _seen(s) * s.kernel**2),
        Mistake(
            "A bias was counted per kernel; a filter has one, however many maps it sees.",
            "每个卷积核都算了一个偏置；每个滤波器只有一个，与连接的图数无关。",
            lambda s: _seen(s) * (s.kernel**2 + 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SparseConnection | None:
        return SparseConnection(*_drawn(draw, level))

    def parts(self, s: SparseConnection) -> list[Part]:
        return _parts(s)

    def stem(self, s: SparseConnection) -> Text:
        table = _table(s)
        return Text(
            f"{table.en} Every filter has one bias. How many parameters does the layer have, biases included?",
            f"{table.zh}每个滤波器有一个偏置。该层有多少个参数（含偏置）？",
        )


class Saving(Question[SparseSaving]):
    """Against a convolution whose filters see all maps."""

    spec = SparseSaving
    answer = Integer()
    levels = (2,)
    find = "saving"
    rule = r"$k^2 (C \sum u_i - \sum u_i m_i)$"
    mistakes = (
        Mistake(
            "The biases were subtracted on one side only; both layers have them.",
            "只在一边计了偏置；两种层都有偏置。",
            lambda s: (s.in_channels * sum(s.units) - _seen(s)) * s.kernel**2 - sum(s.units),
        ),
        Mistake(
            "Those are the sparse layer's parameters, not what it saves.",
            "这是稀疏连接层的参数量，不是节省的数量。",
            lambda s: _params(s, _seen(s)),
        ),
        Mistake(
            "Those are the full layer's parameters.",
            "这是每个滤波器都连接全部特征图时的参数量。",
            lambda s: _params(s, s.in_channels * sum(s.units)),
        ),
        Mistake(
            "Kernels were counted with k weights instead of k².",
            "卷积核按 k 个权重计了，应为 k²。",
            lambda s: (s.in_channels * sum(s.units) - _seen(s)) * s.kernel,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SparseSaving | None:
        s = SparseSaving(*_drawn(draw, level))
        return s if min(s.maps) < s.in_channels else None

    def formula(self, s: SparseSaving) -> int:
        return (s.in_channels * sum(s.units) - _seen(s)) * s.kernel**2

    def stem(self, s: SparseSaving) -> Text:
        table = _table(s)
        return Text(
            f"{table.en} Every filter has one bias. How many parameters fewer does the layer have than one with as many "
            "filters that all see all maps?",
            f"{table.zh}每个滤波器有一个偏置。与滤波器个数相同、每个滤波器都连接全部输入的卷积层相比，该层少多少个参数？",
        )

    def solution(self, s: SparseSaving) -> Text:
        count = sum(s.units)
        every = rf"{count} \cdot {s.in_channels} = {count * s.in_channels}"
        seen = " + ".join(rf"{units} \cdot {maps}" for units, maps in zip(s.units, s.maps, strict=True))
        rest = rf"({count * s.in_channels} - {_seen(s)}) \cdot {s.kernel}^2 = {num(self.formula(s))}"
        return Text(
            f"Kernels of the full layer: ${every}$; by the table ${seen} = {_seen(s)}$. The biases are the same.\n\n${rest}$.",
            f"连接全部特征图时的卷积核数：${every}$；按连接表：${seen} = {_seen(s)}$。偏置相同。\n\n${rest}$。",
        )


def _out(s: SparseConnections) -> int:
    return s.size - s.kernel + 1


class Connections(Counted[SparseConnections]):
    """Every parameter is used once per position."""

    spec = SparseConnections
    answer = Integer()
    levels = (3,)
    find = "connections"
    rule = Text(
        r"$o^2 \sum u_i (m_i k^2 + 1)$ with $o = H - k + 1$",
        r"$o^2 \sum u_i (m_i k^2 + 1)$，其中 $o = H - k + 1$",
    )
    mistakes = (
        Mistake(*FULL, lambda s: _out(s) ** 2 * _params(s, s.in_channels * sum(s.units))),
        Mistake(
            "The positions of the input were counted; without padding the output has fewer.",
            "按输入的位置数计了；不填充时输出更小。",
            lambda s: s.size**2 * _params(s, _seen(s)),
        ),
        Mistake(
            "The output was taken as H − k pixels wide; it is H − k + 1.",
            "输出宽按 H − k 计了，应为 H − k + 1。",
            lambda s: (s.size - s.kernel) ** 2 * _params(s, _seen(s)),
        ),
        Mistake(
            "The connections of the biases were left out.",
            "漏了偏置的连接。",
            lambda s: _out(s) ** 2 * _seen(s) * s.kernel**2,
        ),
        Mistake(
            "Those are the parameters; each of them is used at every output position.",
            "这是参数量；每个参数在每个输出位置都要用一次。",
            lambda s: _params(s, _seen(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SparseConnections | None:
        return SparseConnections(*_drawn(draw, level), draw.integer(10, 20))

    def parts(self, s: SparseConnections) -> list[Part]:
        out = (_out(s), _out(s))
        return [(en, zh, (*out, *factors)) for en, zh, factors in _parts(s)]

    def stem(self, s: SparseConnections) -> Text:
        table = _table(s)
        return Text(
            f"{table.en} Every filter has one bias. The input maps are {s.size}×{s.size}; stride 1, no padding. How many "
            "connections does the layer have, if the bias of every output pixel counts as one?",
            f"{table.zh}每个滤波器有一个偏置。输入特征图为 {s.size}×{s.size}，不填充，步长 1。若每个输出像素的偏置算作一个连接，"
            "该层共有多少个连接？",
        )

    def solution(self, s: SparseConnections) -> Text:
        out, sums = f"{s.size} - {s.kernel} + 1 = {_out(s)}", Counted.solution(self, s)
        return Text(
            f"The output is ${out}$ pixels wide and high.\n\n{sums.en}",
            f"输出的宽和高均为 ${out}$ 像素。\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="full_vs_sparse_connection",
    version=1,
    topic="counting",
    title=Text("LeNet's sparse connections", "LeNet 的稀疏连接"),
    questions=(Params(), Saving(), Connections()),
)
