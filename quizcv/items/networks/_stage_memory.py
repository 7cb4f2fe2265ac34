"""Memory that the convolutions of a stage or block fill."""

from __future__ import annotations

from math import prod

from quizcv.answers import Number
from quizcv.errors import BadParameters
from quizcv.items.counting.blocks._common import product
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._layers import (
    EVEN_SIZES,
    at_size,
    away,
    bullets,
    made,
    part_steps,
)
from quizcv.items.networks._words import both, image, note, part_place, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.questions.layers import NetworkPartMemory
from quizcv.networks.walk import FLOAT, Step
from quizcv.seeds import Draw

STAGED = ("vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50")
BATCHES = (2, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MIB = 2**20


def _convs(s: NetworkPartMemory) -> list[Step]:
    steps = part_steps(at_size(s.network, s.size), s.part)
    return [step for step in steps if isinstance(step.layer.op, ops.Conv)]


def _part_values(s: NetworkPartMemory) -> int:
    return sum(step.activations for step in _convs(s))


def _part_wrong(s: NetworkPartMemory, values: float | None) -> float | None:
    right = FLOAT * s.batch * _part_values(s) / MIB
    return None if values is None else away(FLOAT * s.batch * values / MIB, right, 0.05)


def _shortcuts(s: NetworkPartMemory) -> int | None:
    found = [step.activations for step in _convs(s) if step.layer.row.endswith("downsample")]
    return _part_values(s) - sum(found) if found else None


def _at_made(s: NetworkPartMemory) -> int:
    steps = part_steps(made(s.network), s.part)
    return sum(step.activations for step in steps if isinstance(step.layer.op, ops.Conv))


class StageMemory(Question[NetworkPartMemory]):
    """What training keeps of a stage's convolutions."""

    spec = NetworkPartMemory
    answer = Number(decimals=2, unit="MiB")
    levels = (3,)
    find = "stage"
    rule = r"$4 \cdot B \cdot \sum C_{out} \cdot H_{out} \cdot W_{out} / 2^{20}$"
    mistakes = (
        Mistake(
            "That is for one image; a batch has more.",
            "这只是一幅图像的；还要乘以批大小。",
            lambda s: _part_wrong(s, _part_values(s) / s.batch),
        ),
        Mistake(
            "That is in MB, 10⁶ bytes; a MiB has 2²⁰.",
            "这是以 MB（10⁶ 字节）计；1 MiB 为 2²⁰ 字节。",
            lambda s: _part_wrong(s, _part_values(s) * MIB / 10**6),
        ),
        Mistake(
            "Only the last output was counted; each convolution gives one that is kept.",
            "只算了最后一个输出；每个卷积的输出都要计入。",
            lambda s: _part_wrong(s, _convs(s)[-1].activations),
        ),
        Mistake(
            "The projection on the shortcut was forgotten.",
            "忘了捷径上的投影卷积。",
            lambda s: _part_wrong(s, _shortcuts(s)),
        ),
        Mistake(
            "Inputs were counted in place of outputs.",
            "算的是各卷积的输入，而不是输出。",
            lambda s: _part_wrong(s, sum(prod(step.inputs[0]) for step in _convs(s))),
        ),
        Mistake(
            "All convolutions were taken to give as much as the last.",
            "误以为各卷积的输出都与最后一个一样大。",
            lambda s: _part_wrong(s, len(_convs(s)) * _convs(s)[-1].activations),
        ),
        Mistake(
            "That is for the image size the network was made for.",
            "这是网络原本输入尺寸下的值。",
            lambda s: _part_wrong(s, _at_made(s)),
        ),
        Mistake(
            "Values were counted, not bytes: float32 has 4.",
            "算的是值的个数而不是字节数：float32 占 4 字节。",
            lambda s: _part_wrong(s, _part_values(s) / FLOAT),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkPartMemory | None:
        name = draw.choice(STAGED)
        s = NetworkPartMemory(name, draw.choice(_parts(name)), draw.choice(EVEN_SIZES), draw.choice(BATCHES))
        return s if len(_convs(s)) > 1 else None

    def formula(self, s: NetworkPartMemory) -> float:
        if not _convs(s):
            raise BadParameters(f"{s.part} of {s.network} has no convolution.")
        return FLOAT * s.batch * _part_values(s) / MIB

    def stem(self, s: NetworkPartMemory) -> Text:
        named, where, more = title(s.network), part_place(s.network, s.part), note(s.network)
        kinds = [step.layer.op for step in part_steps(made(s.network), s.part)]
        if any(isinstance(op, ops.Norm | ops.Add) for op in kinds):
            counted = Text(
                "Convolutions on shortcuts count; outputs of normalizations, activations and sums do not.",
                "捷径上的卷积（如有）计入；归一化、激活和相加的输出不计。",
            )
        else:
            counted = Text("Outputs of activations and poolings do not count.", "激活和池化的输出不计。")
        return both(
            f"{named.en} is trained with batches of {s.batch} images of {image(s.network, s.size)} (C×H×W). How many MiB (1 MiB = 2^20 "
            f"bytes) do the outputs of all convolutions of {where.en} take in float32? {counted.en}{more.en}",
            f"训练 {named.zh} 时，每批有 {s.batch} 幅 {image(s.network, s.size)}（C×H×W）的图像。{where.zh}中所有卷积的输出以 float32 "
            f"存储共占多少 MiB（1 MiB = 2^20 字节）？{counted.zh}{more.zh}",
        )

    def solution(self, s: NetworkPartMemory) -> Text:
        times: dict[tuple[int, ...], list[str]] = {}
        for step in _convs(s):
            times.setdefault(step.shape, []).append(step.layer.name)
        lines = [
            (
                f"`{names[0]}`" + (f" (×{len(names)})" if len(names) > 1 else ""),
                product(*((len(names),) if len(names) > 1 else ()), *shape),
                0,
            )
            for shape, names in times.items()
        ]
        found, values = bullets(lines), num(_part_values(s))
        steps = rf"4 \cdot {s.batch} \cdot {values} / 2^{{20}} = {num(self.formula(s))}"
        return both(
            f"Values for one image of side {s.size}:\n\n{found.en}\n\nTogether {values}. MiB: ${steps}$.",
            f"一幅边长 {s.size} 的图像的输出值个数：\n\n{found.zh}\n\n共 {values}。MiB：${steps}$。",
        )


def _parts(name: str) -> list[str]:
    """Stages, and the first blocks of residual ones."""
    if name.startswith("resnet"):
        return [f"layer{at}{block}" for at in (1, 2, 3, 4) for block in ("", ".0", ".1")]
    return [f"conv{at}" for at in range(1, 6)]
