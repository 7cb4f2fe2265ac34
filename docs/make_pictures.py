"""Draws the decks' pictures, decks/{en,zh}/pictures/*.svg: `python docs/make_pictures.py` (`--check` only compares).

Every number in them is worked out by the item model that asks for it, or is a network's; the drawing follows the same parameters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from quizcv.items import model_named
from quizcv.networks import network
from quizcv.networks.picture import svg
from quizcv.networks.walk import walk
from quizcv.specs import read

DECKS = Path(__file__).parents[1] / "decks"
INK, SOFT, PAPER = "#1f2933", "#9aa5b1", "#ffffff"
BLUE, ORANGE, GREEN = "#4c8bc0", "#e0a030", "#5a9e6f"
PALE = {BLUE: "#d6e6f4", ORANGE: "#fbe8c6", GREEN: "#d9ecdf"}

Draw = Callable[[str], tuple[int, int, Iterator[str]]]


def value(model: str, find: str = "", **params: Any) -> Any:
    """What an item model answers to these parameters."""
    question = model_named(model).question(find)
    return question.formula(read(question.spec, params, model))


def text(
    x: float, y: float, words: str, *, size: int = 14, anchor: str = "middle", colour: str = INK, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, fill: str = PAPER, stroke: str = INK) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{stroke}"/>'


def line(
    x1: float, y1: float, x2: float, y2: float, colour: str = INK, *, width: float = 1.2, arrow: bool = False
) -> str:
    end = ' marker-end="url(#arrow)"' if arrow else ""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{colour}" stroke-width="{width:g}" fill="none"{end}/>'


def page(width: int, height: int, parts: Iterator[str]) -> str:
    marker = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{INK}"/></marker></defs>'
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f"font-family=\"Helvetica, Arial, 'Noto Sans CJK SC', sans-serif\">"
    )
    return "\n".join((head, marker, f'<rect width="{width}" height="{height}" fill="{PAPER}"/>', *parts, "</svg>", ""))


def receptive_field(lang: str) -> tuple[int, int, Iterator[str]]:
    """Three 3-wide windows on a line: what one unit sees, layer by layer."""
    layers = 3
    width = value("receptive_field", layers=[[3, 1]] * layers)
    cell, left, gap = 44, 150, 92
    names = (["input", "layer 1", "layer 2", "layer 3"], ["输入", "第 1 层", "第 2 层", "第 3 层"])[lang == "zh"]
    sees = ("sees {} px", "看到 {} 个像素")[lang == "zh"]

    def parts() -> Iterator[str]:
        for level in range(layers + 1):
            y = 40 + (layers - level) * gap
            count = width - 2 * level
            for unit in range(count):
                x = left + (unit + level) * cell
                if level:
                    for tap in (-1, 0, 1):
                        yield line(x + cell / 2, y + 34, x + cell / 2 + tap * cell, y + gap, SOFT)
                yield box(x + 3, y, cell - 6, 34, PALE[BLUE] if level < layers else BLUE)
            yield text(left - 16, y + 22, names[level], anchor="end")
            if level:
                seen = value("receptive_field", layers=[[3, 1]] * level)
                yield text(left + (width - level) * cell + 14, y + 22, sees.format(seen), anchor="start", colour=BLUE)

    return left + width * cell + 130, 40 + layers * gap + 60, parts()


def dilated(lang: str) -> tuple[int, int, Iterator[str]]:
    """A 3×3 kernel with dilations 1, 2 and 3 on the pixels that it spans."""
    cell, most = 26, 7
    named = ("dilation {}: spans {}×{}", "空洞率 {}：跨 {}×{}")[lang == "zh"]

    def parts() -> Iterator[str]:
        for at, rate in enumerate((1, 2, 3)):
            extent = value("receptive_field", "dilated", layers=[[3, 1, rate]])
            assert value("conv_output", size=extent, kernel=3, dilation=rate) == 1
            x0 = 30 + at * (most * cell + 50) + (most - extent) * cell / 2
            y0 = 30 + (most - extent) * cell / 2
            for row in range(extent):
                for column in range(extent):
                    tap = row % rate == 0 and column % rate == 0
                    yield box(x0 + column * cell, y0 + row * cell, cell, cell, BLUE if tap else PALE[BLUE], PAPER)
            yield text(
                30 + at * (most * cell + 50) + most * cell / 2,
                30 + most * cell + 32,
                named.format(rate, extent, extent),
            )

    return 3 * (most * cell + 50) + 10, 30 + most * cell + 56, parts()


def groups(lang: str) -> tuple[int, int, Iterator[str]]:
    """Which input channels each output channel reads, for 1, 2 and 8 groups of 8 channels."""
    channels, step, high = 8, 26, 130
    named = ("{} groups: {} weights", "{} 组：{} 个权重")[lang == "zh"]
    ends = (("input channels", "output channels"), ("输入通道", "输出通道"))[lang == "zh"]

    def parts() -> Iterator[str]:
        for at, count in enumerate((1, 2, channels)):
            left = 40 + at * (channels * step + 60)
            size = channels // count
            for out in range(channels):
                for one in range(out // size * size, out // size * size + size):
                    yield line(left + one * step + 9, 58, left + out * step + 9, 42 + high, SOFT)
            for end, y in ((0, 40), (1, 40 + high)):
                for one in range(channels):
                    colour = (BLUE, ORANGE)[one // size % 2]
                    yield f'<circle cx="{left + one * step + 9}" cy="{y + 9}" r="9" fill="{colour}"/>'
                yield text(left + channels * step / 2 - 4, (26, 40 + high + 38)[end], ends[end], size=13, colour=INK)
            weights = value("grouped_conv_params", in_channels=channels, out_channels=channels, kernel=3, groups=count)
            yield text(left + channels * step / 2 - 4, 40 + high + 66, named.format(count, weights), bold=True)

    return 3 * (channels * step + 60) + 20, 40 + high + 90, parts()


def transposed(lang: str) -> tuple[int, int, Iterator[str]]:
    """A transposed convolution on a line: every input pixel lays its kernel down, stride apart; what overlaps is added."""
    size, kernel, stride = 4, 3, 2
    out = value("conv_transpose_output", size=size, kernel=kernel, stride=stride)
    cell, left = 46, 120
    words = (
        ("input", "output", "kernel 3, stride 2: ({} − 1)·2 + 3 = {}; dark: two windows overlap"),
        ("输入", "输出", "卷积核 3、步长 2：({} − 1)·2 + 3 = {}；深色处两个窗口重叠"),
    )[lang == "zh"]

    def parts() -> Iterator[str]:
        hits = [0] * out
        for pixel in range(size):
            x = left + (pixel * stride + 1) * cell
            for tap in range(kernel):
                hits[pixel * stride + tap] += 1
                yield line(x + cell / 2, 70, left + (pixel * stride + tap) * cell + cell / 2, 150, SOFT, arrow=True)
            yield box(x + 3, 34, cell - 6, 36, PALE[ORANGE])
        for pixel, count in enumerate(hits):
            yield box(left + pixel * cell + 3, 152, cell - 6, 36, PALE[BLUE] if count == 1 else BLUE)
        yield text(left - 16, 58, words[0], anchor="end")
        yield text(left - 16, 176, words[1], anchor="end")
        yield text(left + out * cell / 2, 224, words[2].format(size, out))

    return left + out * cell + 40, 248, parts()


def anchors(lang: str) -> tuple[int, int, Iterator[str]]:
    """The nine anchors of Faster R-CNN around one cell, to scale."""
    scale, centre = 0.55, (235, 235)
    caption = ("3 scales × 3 ratios (height : width) at one place", "同一位置：3 种尺度 × 3 种高宽比")[lang == "zh"]

    def parts() -> Iterator[str]:
        for side, colour in zip((128, 256, 512), (GREEN, ORANGE, BLUE), strict=True):
            for at, ratio in enumerate((0.5, 1, 2)):
                wide, high = (value("anchor_size", scale=side, ratio=ratio, side=one) for one in ("width", "height"))
                yield (
                    f'<rect x="{centre[0] - wide * scale / 2:.1f}" y="{centre[1] - high * scale / 2:.1f}" '
                    f'width="{wide * scale:.1f}" height="{high * scale:.1f}" fill="none" stroke="{colour}" stroke-width="2"/>'
                )
                row = {128: 0, 256: 1, 512: 2}[side] * 3 + at
                yield text(
                    500,
                    84 + row * 34,
                    f"{side}², {('1:2', '1:1', '2:1')[at]}",
                    anchor="start",
                    colour=colour,
                    bold=True,
                )
                yield text(680, 84 + row * 34, f"{high:.0f} × {wide:.0f}", anchor="end")
        yield f'<circle cx="{centre[0]}" cy="{centre[1]}" r="4" fill="{INK}"/>'
        yield text(centre[0], 470, caption)
        yield text(680, 48, ("height × width, px", "高 × 宽（像素）")[lang == "zh"], anchor="end", size=13)

    return 710, 490, parts()


def residual_blocks(lang: str) -> tuple[int, int, Iterator[str]]:
    """A basic block and a bottleneck for 256 channels, with their weights."""
    plain = value("basic_block_params", in_channels=256, out_channels=256)
    neck = value("bottleneck_params", channels=256, width=64)
    names = (("basic block", "bottleneck"), ("基本块", "瓶颈块"))[lang == "zh"]
    unit = ("weights", "个权重")[lang == "zh"]
    blocks = (
        (names[0], ["3×3 conv, 256", "3×3 conv, 256"], plain),
        (names[1], ["1×1 conv, 64", "3×3 conv, 64", "1×1 conv, 256"], neck),
    )

    def parts() -> Iterator[str]:
        for at, (name, convs, weights) in enumerate(blocks):
            x, top, bottom = 70 + at * 300, 84, 330
            yield text(x + 80, 30, name, bold=True, size=16)
            yield text(x + 80, 62, ("256 channels", "256 通道")[lang == "zh"], size=13)
            room = (bottom - top) / len(convs)
            before = 68.0
            for number, conv in enumerate(convs):
                y = top + number * room + (room - 40) / 2
                yield line(x + 80, before, x + 80, y, arrow=True)
                yield box(x, y, 160, 40, PALE[BLUE])
                yield text(x + 80, y + 25, conv)
                before = y + 40
            yield line(x + 80, before, x + 80, bottom + 12, arrow=True)
            yield f'<circle cx="{x + 80}" cy="{bottom + 24}" r="12" fill="{PAPER}" stroke="{INK}"/>'
            yield text(x + 80, bottom + 29, "+", bold=True)
            route = f"M{x + 80} 74H{x + 190}V{bottom + 24}H{x + 94}"
            yield f'<path d="{route}" fill="none" stroke="{ORANGE}" stroke-width="2" marker-end="url(#arrow)"/>'
            yield line(x + 80, bottom + 36, x + 80, bottom + 58, arrow=True)
            yield text(x + 80, bottom + 84, f"{weights:,} {unit}")

    return 640, 440, parts()


def normalisations(lang: str) -> tuple[int, int, Iterator[str]]:
    """Over which values each normalisation takes one mean: samples down, channels across; every square is a whole map."""
    samples, channels, cell = 4, 6, 30
    kinds = (
        ("batch norm", lambda n, c: c == 0),
        ("layer norm", lambda n, c: n == 0),
        ("instance norm", lambda n, c: n == 0 and c == 0),
        ("group norm", lambda n, c: n == 0 and c < 3),
    )
    axes = (("channels", "samples"), ("通道", "样本"))[lang == "zh"]
    note = (
        "blue: what shares one mean and one variance; a square is a whole map",
        "蓝色：共用一个均值和一个方差的值；每格是一整张特征图",
    )[lang == "zh"]

    def parts() -> Iterator[str]:
        for at, (name, shared) in enumerate(kinds):
            left = 60 + at * (channels * cell + 46)
            for sample in range(samples):
                for channel in range(channels):
                    fill = BLUE if shared(sample, channel) else PALE[BLUE]
                    yield box(left + channel * cell, 56 + sample * cell, cell, cell, fill, PAPER)
            yield text(left + channels * cell / 2, 46, axes[0], size=13)
            yield text(left + channels * cell / 2, 56 + samples * cell + 28, name, bold=True)
        yield text(50, 56 + samples * cell / 2 + 5, axes[1], size=13, anchor="end")
        yield text(60 + (4 * channels * cell + 138) / 2, 56 + samples * cell + 62, note)

    return 60 + 4 * (channels * cell + 46), 56 + samples * cell + 84, parts()


#: Detections of one class, best first: right or wrong; and how many objects there are.
HITS, OBJECTS = (True, False, True, True, False), 4


def curve() -> list[tuple[float, float]]:
    """Recall and precision behind each detection."""
    found, points = 0, []
    for rank, hit in enumerate(HITS, 1):
        found += hit
        points.append((found / OBJECTS, found / rank))
    return points


def pr_curve(lang: str) -> tuple[int, int, Iterator[str]]:
    """Precision against recall of the detections, and the envelope whose area is the average precision."""
    left, top, side = 80, 30, 320
    points = curve()
    average = value("ap_all_point", hits=[int(hit) for hit in HITS], truths=OBJECTS)
    words = (
        ("recall", "precision", "area under the envelope: AP = {:.3f}"),
        ("召回率", "精确率", "包络线下的面积：AP = {:.3f}"),
    )[lang == "zh"]

    def at(recall: float, precision: float) -> tuple[float, float]:
        return left + recall * side, top + (1 - precision) * side

    def parts() -> Iterator[str]:
        outline, before = [], 0.0
        for recall in sorted({recall for recall, _ in points}):
            best = max(precision for other, precision in points if other >= recall)
            outline += [at(before, best), at(recall, best)]
            before = recall
        area = "L".join(f"{x:g} {y:g}" for x, y in [at(0, 0), *outline, at(before, 0)])
        yield f'<path d="M{area}z" fill="{PALE[BLUE]}" stroke="none"/>'
        yield f'<path d="M{"L".join(f"{x:g} {y:g}" for x, y in outline)}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>'
        raw = "L".join("{:g} {:g}".format(*at(*point)) for point in points)
        yield f'<path d="M{raw}" fill="none" stroke="{ORANGE}" stroke-width="1.5" stroke-dasharray="4 3"/>'
        for (recall, precision), hit in zip(points, HITS, strict=True):
            x, y = at(recall, precision)
            yield f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{GREEN if hit else PAPER}" stroke="{INK}"/>'
        yield line(left, top, left, top + side)
        yield line(left, top + side, left + side, top + side)
        for tick in (0, 0.25, 0.5, 0.75, 1):
            yield text(left + tick * side, top + side + 20, f"{tick:g}", size=12)
            yield text(left - 8, top + (1 - tick) * side + 4, f"{tick:g}", size=12, anchor="end")
        yield text(left + side / 2, top + side + 44, words[0])
        turned = f"translate(26 {top + side / 2:g}) rotate(-90)"
        yield f'<text transform="{turned}" font-size="14" text-anchor="middle" fill="{INK}">{words[1]}</text>'
        yield text(left + side / 2, top + side + 76, words[2].format(average), colour=BLUE, bold=True)

    return left + side + 60, top + side + 96, parts()


PICTURES: dict[str, Draw] = {
    "receptive-field": receptive_field,
    "dilated-kernel": dilated,
    "groups": groups,
    "transposed-convolution": transposed,
    "anchor-boxes": anchors,
    "residual-blocks": residual_blocks,
    "normalisations": normalisations,
    "pr-curve": pr_curve,
}
#: Networks drawn whole; the drawing has no words of its own that need another language.
NETWORKS: Sequence[str] = ("unet", "resnet50")


def files() -> Iterator[tuple[Path, str]]:
    """Every picture, where it lies, and what it should hold."""
    for lang in ("en", "zh"):
        folder = DECKS / lang / "pictures"
        for name, draw in PICTURES.items():
            yield folder / f"{name}.svg", page(*draw(lang))
        for name in NETWORKS:
            yield folder / f"{name.replace('_', '-')}.svg", svg(walk(network(name)))


def main() -> int:
    stale = [(path, drawn) for path, drawn in files() if not path.exists() or path.read_text(encoding="utf-8") != drawn]
    for path, drawn in stale:
        print(path.relative_to(DECKS))  # noqa: T201
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(drawn, encoding="utf-8")
    return len(stale) if "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
