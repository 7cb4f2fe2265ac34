"""Shapes around pixel shuffle, which makes positions out of channels."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.upsampling import PixelShuffle, ShuffleChannels


def _shape(s: PixelShuffle, channels: int, factor: int | None = None) -> tuple[int, int, int]:
    r = s.factor if factor is None else factor
    if s.layer == "PixelShuffle":
        return channels, s.height * r, s.width * r
    return channels, s.height // r, s.width // r


class Shuffled(Question[PixelShuffle]):
    """Source: Shi et al. 2016, section 3.2; documentation of torch.nn.PixelShuffle and PixelUnshuffle."""

    spec = PixelShuffle
    answer = Shape(("C", "H", "W"))
    levels = (1, 2)
    rule = r"`PixelShuffle(r)`: $C/r^2 \times Hr \times Wr$; `PixelUnshuffle(r)`: $Cr^2 \times H/r \times W/r$"
    mistakes = (
        Mistake(
            "The channels were changed by r; the number of positions changes by r², so the channels must, too.",
            "通道数只按 r 倍变化了；位置数变化 r² 倍，通道数也应如此。",
            lambda s: _shape(s, s.channels // s.factor if s.layer == "PixelShuffle" else s.channels * s.factor),
        ),
        Mistake(
            "The channels were kept; the layer moves values between channels and positions.",
            "通道数保持不变了；该层在通道与空间位置之间重排数值。",
            lambda s: _shape(s, s.channels),
        ),
        Mistake(
            "Each side changes by r, not by r².",
            "每条边变化 r 倍，而不是 r² 倍。",
            lambda s: _shape(
                s,
                s.channels // s.factor**2 if s.layer == "PixelShuffle" else s.channels * s.factor**2,
                s.factor**2,
            ),
        ),
        Mistake(
            "That is the inverse layer.",
            "这是它的逆操作。",
            lambda s: (
                (s.channels * s.factor**2, s.height // s.factor, s.width // s.factor)
                if s.layer == "PixelShuffle"
                else (s.channels // s.factor**2, s.height * s.factor, s.width * s.factor)
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PixelShuffle | None:
        factor, few = draw.integer(2, 4), draw.choice((1, 2, 3, 4, 6, 8, 12, 16))
        height, width = draw.integer(3, 24), draw.integer(3, 24)
        if level == 1 or draw.chance(0.4):
            return PixelShuffle(few * factor * factor, height, height if level == 1 else width, factor)
        return PixelShuffle(few, height * factor, width * factor, factor, "PixelUnshuffle")

    def formula(self, s: PixelShuffle) -> tuple[int, int, int]:
        square = s.factor * s.factor
        return _shape(s, s.channels // square if s.layer == "PixelShuffle" else s.channels * square)

    def stem(self, s: PixelShuffle) -> Text:
        shape = by(s.channels, s.height, s.width)
        return Text(
            f"A map of shape {shape} (C×H×W) passes through `nn.{s.layer}({s.factor})`. What is the shape of the output?",
            f"形状为 {shape}（C×H×W）的特征图经过 `nn.{s.layer}({s.factor})`。输出的形状是什么？",
        )

    def solution(self, s: PixelShuffle) -> Text:
        channels, height, width = self.formula(s)
        sign = "/" if s.layer == "PixelShuffle" else r" \cdot "
        back = r" \cdot " if s.layer == "PixelShuffle" else "/"
        numbers = (
            f"C = {s.channels}{sign}{s.factor}^2 = {channels}, H = {s.height}{back}{s.factor} = {height}, "
            f"W = {s.width}{back}{s.factor} = {width}"
        )
        return Text(
            f"Values are only moved, between $r^2$ channels and $r \\times r$ blocks of pixels: ${numbers}$.",
            f"不做计算，只在 $r^2$ 个通道与 $r \\times r$ 的像素块之间重排数值：${numbers}$。",
        )


class NeededChannels(Question[ShuffleChannels]):
    """The convolution before a shuffle, as sub-pixel layers have it."""

    spec = ShuffleChannels
    answer = Integer()
    levels = (3,)
    find = "channels"
    rule = r"$C \cdot r^2$"
    mistakes = (
        Mistake(
            "The channels were multiplied by r; each channel after the shuffle takes r² of them, one per pixel of an r×r block.",
            "只乘了 r；重排后的每个通道需要 r² 个通道，r×r 像素块中每个像素对应一个。",
            lambda s: s.out_channels * s.factor,
        ),
        Mistake(
            "The factor was squared, but the wanted channels were left out.",
            "算了 r²，但漏了所需的通道数。",
            lambda s: s.factor**2,
        ),
        Mistake(
            "The shuffle does not keep the number of channels; it divides it by r².",
            "像素重排不会保持通道数，而是除以 r²。",
            lambda s: s.out_channels,
        ),
        Mistake(
            "The channels were squared too; only the factor counts for both sides.",
            "把通道数也平方了；只有倍数要算两条边。",
            lambda s: (s.out_channels * s.factor) ** 2,
        ),
        Mistake(
            "Two sides multiply to r², not 2r.", "两条边相乘是 r²，而不是 2r。", lambda s: 2 * s.factor * s.out_channels
        ),
    )

    def sample(self, draw: Draw, level: int) -> ShuffleChannels | None:
        return ShuffleChannels(draw.choice((1, 3, 4, 8, 12, 16, 24, 32, 48, 64)), draw.integer(2, 8))

    def formula(self, s: ShuffleChannels) -> int:
        return s.out_channels * s.factor * s.factor

    def stem(self, s: ShuffleChannels) -> Text:
        return Text(
            f"A convolution is followed by `nn.PixelShuffle({s.factor})`. The number of channels after the shuffle is to be "
            f"{s.out_channels}. How many output channels must the convolution have?",
            f"卷积之后接 `nn.PixelShuffle({s.factor})`，重排后需要 {s.out_channels} 个通道。卷积的输出通道数应为多少？",
        )

    def solution(self, s: ShuffleChannels) -> Text:
        product = rf"{s.out_channels} \cdot {s.factor}^2 = {self.formula(s)}"
        return Text(
            f"Every channel after the shuffle is made of $r^2$ channels: ${product}$.",
            f"重排后每个通道由 $r^2$ 个通道组成：${product}$。",
        )


MODEL = ItemModel(
    name="pixel_shuffle",
    version=1,
    topic="shapes",
    title=Text("Shape after pixel shuffle", "像素重排之后的形状"),
    questions=(Shuffled(), NeededChannels()),
)
