"""Memory of feature maps."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.memory import Dtype, FeatureBatch, FeatureBytes, FeatureMib

#: Bytes of a number.
WIDTHS: dict[Dtype, int] = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}

_CHANNELS = (3, 16, 32, 64, 96, 128, 256, 512)
_SIDES = (7, 14, 28, 32, 56, 64, 112, 128, 224)
_MIB = 2**20

BITS = ("Those are bits; a byte has 8 of them.", "这是比特数；1 字节为 8 比特。")
NUMBERS = ("That is the count of numbers, not of bytes.", "这是数的个数，而不是字节数。")


def _image(s: FeatureBytes | FeatureBatch) -> int:
    """Numbers in the map of one image."""
    return s.channels * s.size**2


def _bytes(s: FeatureBytes) -> int:
    return _image(s) * s.batch * WIDTHS[s.dtype]


def other_width(s: Any) -> int:
    """Bytes of a number as somebody has it who takes float32 for the rule, or forgets that it is."""
    return 2 if s.dtype == "float32" else 4


class Bytes(Question[FeatureBytes]):
    """Numbers times bytes of a number."""

    spec = FeatureBytes
    answer = Integer("B")
    levels = (1, 2)
    rule = Text(
        r"$B \cdot C \cdot H \cdot W \cdot b$ with $b$ = 4, 2, 2, 1 bytes for float32, float16, bfloat16, int8",
        r"$B \cdot C \cdot H \cdot W \cdot b$，float32、float16、bfloat16、int8 的 $b$ 为 4、2、2、1 字节",
    )
    mistakes = (
        Mistake(*NUMBERS, lambda s: _image(s) * s.batch),
        Mistake(*BITS, lambda s: 8 * _bytes(s)),
        Mistake(
            "A number of this type takes another number of bytes: float32 4, float16 and bfloat16 2, int8 1.",
            "该类型每个数占的字节数不对：float32 为 4，float16 和 bfloat16 为 2，int8 为 1。",
            lambda s: _image(s) * s.batch * other_width(s),
        ),
        Mistake("The batch was left out.", "漏了批大小。", lambda s: _bytes(s) // s.batch),
        Mistake("The channels were left out.", "漏了通道数。", lambda s: _bytes(s) // s.channels),
        Mistake("The map has H·W pixels, not H.", "特征图有 H·W 个像素，而不是 H 个。", lambda s: _bytes(s) // s.size),
    )

    def sample(self, draw: Draw, level: int) -> FeatureBytes | None:
        channels, side = draw.choice(_CHANNELS), draw.choice(_SIDES)
        if level == 1:
            return FeatureBytes(channels, side)
        return FeatureBytes(
            channels, side, draw.choice((2, 4, 8, 16, 32)), draw.choice(("float32", "float16", "bfloat16", "int8"))
        )

    def formula(self, s: FeatureBytes) -> int:
        return _bytes(s)

    def stem(self, s: FeatureBytes) -> Text:
        size = by(s.channels, s.size, s.size)
        return Text(
            f"How many bytes does a feature map of {size} (C×H×W for each image) in {s.dtype} take for a batch of {s.batch}?",
            f"批大小为 {s.batch} 时，每张图像 {size}（C×H×W）、类型为 {s.dtype} 的特征图占多少字节？",
        )

    def solution(self, s: FeatureBytes) -> Text:
        numbers = rf"{s.batch} \cdot {s.channels} \cdot {s.size}^2 = {num(_image(s) * s.batch)}"
        total = rf"{num(_image(s) * s.batch)} \cdot {WIDTHS[s.dtype]} = {num(_bytes(s))}"
        return Text(
            f"Numbers: ${numbers}$. In {s.dtype} each takes {WIDTHS[s.dtype]} B.\n\nBytes: ${total}$.",
            f"数的个数：${numbers}$。{s.dtype} 每个数占 {WIDTHS[s.dtype]} 字节。\n\n字节数：${total}$。",
        )


class Mib(Question[FeatureMib]):
    """The same in MiB."""

    spec = FeatureMib
    answer = Number(decimals=2, unit="MiB")
    levels = (2,)
    find = "mib"
    rule = r"$B \cdot C \cdot H \cdot W \cdot b / 2^{20}$"
    mistakes = (
        Mistake(
            "That is in MB, 10⁶ bytes; a MiB has 2²⁰.",
            "这是以 MB（10⁶ 字节）计；1 MiB 为 2²⁰ 字节。",
            lambda s: _bytes(s) / 1e6,
        ),
        Mistake("Those are Mibit; a byte has 8 bits.", "这是 Mibit；1 字节为 8 比特。", lambda s: 8 * _bytes(s) / _MIB),
        Mistake("The bytes of a number were left out.", "漏了每个数的字节数。", lambda s: _image(s) * s.batch / _MIB),
        Mistake(
            "A number of this type takes another number of bytes: float32 4, float16 and bfloat16 2, int8 1.",
            "该类型每个数占的字节数不对：float32 为 4，float16 和 bfloat16 为 2，int8 为 1。",
            lambda s: _image(s) * s.batch * other_width(s) / _MIB,
        ),
        Mistake("The batch was left out.", "漏了批大小。", lambda s: _bytes(s) / s.batch / _MIB),
    )

    def sample(self, draw: Draw, level: int) -> FeatureMib | None:
        s = FeatureMib(
            draw.choice(_CHANNELS),
            draw.choice(_SIDES),
            draw.choice((2, 4, 8, 16, 32, 64)),
            draw.choice(("float32", "float16", "bfloat16", "int8")),
        )
        return s if 2 * _MIB < _bytes(s) < 2000 * _MIB else None

    def formula(self, s: FeatureMib) -> float:
        return _bytes(s) / _MIB

    def stem(self, s: FeatureMib) -> Text:
        size = by(s.channels, s.size, s.size)
        return Text(
            f"How many MiB (1 MiB = 2^20 = 1,048,576 bytes) does a feature map of {size} (C×H×W for each image) in {s.dtype} "
            f"take for a batch of {s.batch}?",
            f"批大小为 {s.batch} 时，每张图像 {size}（C×H×W）、类型为 {s.dtype} 的特征图占多少 MiB（1 MiB = 2^20 = 1,048,576 字节）？",
        )

    def solution(self, s: FeatureMib) -> Text:
        numbers = rf"{s.batch} \cdot {s.channels} \cdot {s.size}^2 \cdot {WIDTHS[s.dtype]} = {num(_bytes(s))}"
        total = f"{num(_bytes(s))} / 1,048,576 = {num(self.formula(s))}"
        return Text(f"Bytes: ${numbers}$.\n\nMiB: ${total}$.", f"字节数：${numbers}$。\n\nMiB：${total}$。")


def _fits(s: FeatureBatch, *, unit: int = _MIB, width: int | None = None) -> int:
    return s.mib * unit // (_image(s) * (width or WIDTHS[s.dtype]))


class Batch(Question[FeatureBatch]):
    """The largest batch for a memory."""

    spec = FeatureBatch
    answer = Integer()
    levels = (3,)
    find = "batch"
    rule = r"$\lfloor M \cdot 2^{20} / (C \cdot H \cdot W \cdot b) \rfloor$"
    mistakes = (
        Mistake(
            "A MiB has 2²⁰ bytes; 10⁶ are a MB.", "1 MiB 为 2²⁰ 字节；10⁶ 字节是 1 MB。", lambda s: _fits(s, unit=10**6)
        ),
        Mistake("The bytes of a number were left out.", "漏了每个数的字节数。", lambda s: _fits(s, width=1)),
        Mistake(
            "The memory is given in bytes, not in bits.",
            "内存以字节计，而不是比特。",
            lambda s: _fits(s, width=8 * WIDTHS[s.dtype]),
        ),
        Mistake(
            "That was rounded up: the last image does not fit whole.",
            "向上取整了：最后一张图像放不下。",
            lambda s: -(-s.mib * _MIB // (_image(s) * WIDTHS[s.dtype])),
        ),
        Mistake(
            "A number of this type takes another number of bytes: float32 4, float16 and bfloat16 2, int8 1.",
            "该类型每个数占的字节数不对：float32 为 4，float16 和 bfloat16 为 2，int8 为 1。",
            lambda s: _fits(s, width=other_width(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FeatureBatch | None:
        dtype: Dtype = draw.choice(("float32", "float32", "float16", "bfloat16", "int8"))
        s = FeatureBatch(draw.choice(_CHANNELS), draw.choice(_SIDES), draw.choice((16, 64, 100, 128, 256, 500)), dtype)
        return s if 3 <= _fits(s) <= 1000 else None

    def formula(self, s: FeatureBatch) -> int:
        return _fits(s)

    def stem(self, s: FeatureBatch) -> Text:
        size = by(s.channels, s.size, s.size)
        return Text(
            f"A feature map has {size} (C×H×W) numbers in {s.dtype} for each image. What is the largest batch whose maps all fit into "
            f"{s.mib} MiB (1 MiB = 2^20 = 1,048,576 bytes)?",
            f"每张图像的特征图为 {size}（C×H×W），类型为 {s.dtype}。若整批图像的特征图要放进 {s.mib} MiB（1 MiB = 2^20 = "
            "1,048,576 字节），批大小最大是多少？",
        )

    def solution(self, s: FeatureBatch) -> Text:
        each = rf"{s.channels} \cdot {s.size}^2 \cdot {WIDTHS[s.dtype]} = {num(_image(s) * WIDTHS[s.dtype])}"
        memory = rf"{s.mib} \cdot 1,048,576 = {num(s.mib * _MIB)}"
        total = rf"\lfloor {num(s.mib * _MIB)} / {num(_image(s) * WIDTHS[s.dtype])} \rfloor = {num(_fits(s))}"
        return Text(
            f"Bytes of an image: ${each}$. Memory: ${memory}$ bytes.\n\nBatch: ${total}$.",
            f"每张图像的字节数：${each}$。内存：${memory}$ 字节。\n\n批大小：${total}$。",
        )


MODEL = ItemModel(
    name="feature_bytes",
    version=1,
    topic="counting",
    title=Text("Memory of a feature map", "特征图占用的内存"),
    questions=(Bytes(), Mib(), Batch()),
)
