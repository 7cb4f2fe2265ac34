"""Tokens of a vision transformer: patches of an image, and a class token."""

from __future__ import annotations

from math import isqrt

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import windows, windows_up
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layouts import PatchScores, PatchSide, PatchTokens


def _rows_columns(s: PatchTokens) -> tuple[int, int]:
    return windows(s.height, s.patch, s.step), windows(s.width, s.patch, s.step)


def _tokens(s: PatchTokens) -> int:
    rows, columns = _rows_columns(s)
    return rows * columns + s.class_token


class Tokens(Question[PatchTokens]):
    """Source: Dosovitskiy et al. 2021, section 3.1."""

    spec = PatchTokens
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        (
            r"$(\lfloor (H - P)/s \rfloor + 1)(\lfloor (W - P)/s \rfloor + 1)$ with $s = P$ if the patches do not overlap, and 1 more "
            "for a class token"
        ),
        r"$(\lfloor (H - P)/s \rfloor + 1)(\lfloor (W - P)/s \rfloor + 1)$，图块不重叠时 $s = P$；有类别 token 时再加 1",
    )
    mistakes = (
        Mistake(
            "The class token counts as a token if there is one, and only then.",
            "有类别 token 时才计入，没有则不计。",
            lambda s: _tokens(s) + (-1 if s.class_token else 1),
        ),
        Mistake(
            "The pixels of one patch were counted in place of the patches.",
            "数的是一个图块的像素，而不是图块数。",
            lambda s: s.patch * s.patch + s.class_token,
        ),
        Mistake(
            "Only one column of patches was counted; they lie along both axes.",
            "只数了一列图块；图块沿两个方向排列。",
            lambda s: _rows_columns(s)[0] + s.class_token,
        ),
        Mistake(
            "The rows and columns of patches are multiplied, not added.",
            "图块的行数和列数应相乘，而不是相加。",
            lambda s: sum(_rows_columns(s)) + s.class_token,
        ),
        Mistake(
            "An incomplete patch at the edge gives no token: the convolution rounds down.",
            "边缘不完整的图块不产生 token：卷积向下取整。",
            lambda s: windows_up(s.height, s.patch, s.step) * windows_up(s.width, s.patch, s.step) + s.class_token,
        ),
        Mistake(
            "The image was divided into separate patches; here they overlap, and the stride decides.",
            "按不重叠的图块计算了；这里图块有重叠，由步长决定。",
            lambda s: (s.height // s.patch) * (s.width // s.patch) + s.class_token,
        ),
        Mistake(
            "The size was divided by the stride; the last patch starts P pixels before the end.",
            "只是把尺寸除以步长；最后一个图块在末端前 P 个像素处开始。",
            lambda s: (s.height // s.step) * (s.width // s.step) + s.class_token,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PatchTokens | None:
        patch = draw.choice((4, 7, 8, 14, 16, 32))
        if level == 1:
            side = patch * draw.integer(4, 28)
            return PatchTokens(side, side, patch, None, draw.chance(0.6)) if side <= 512 else None
        height, width = patch * draw.integer(3, 16), patch * draw.integer(3, 16)
        stride = draw.choice((None, patch - patch // 4, patch // 2)) if patch % 4 == 0 else None
        s = PatchTokens(
            height + draw.integer(0, patch // 2), width + draw.integer(0, patch // 2), patch, stride, draw.chance(0.5)
        )
        return s if max(s.height, s.width) <= 512 and s.height != s.width else None

    def formula(self, s: PatchTokens) -> int:
        return _tokens(s)

    def stem(self, s: PatchTokens) -> Text:
        kind = "non-overlapping " if s.stride is None else ""
        stride = ("", "互不重叠") if s.stride is None else (f" with stride {s.stride}", f"步长为 {s.stride}")
        token = (
            ("A class token is put in front.", "并在最前面加一个类别 token")
            if s.class_token
            else ("There is no class token.", "不使用类别 token")
        )
        return Text(
            f"A vision transformer cuts an image {s.height} pixels high and {s.width} wide into {kind}patches of "
            f"{s.patch}×{s.patch} pixels, by a convolution{stride[0]} without padding. {token[0]} How many tokens enter the encoder?",
            f"视觉 Transformer 用无填充的卷积把高 {s.height}、宽 {s.width} 像素的图像切成 {s.patch}×{s.patch} 像素的图块"
            f"（{stride[1]}），{token[1]}。编码器的输入有多少个 token？",
        )

    def solution(self, s: PatchTokens) -> Text:
        rows, columns = _rows_columns(s)
        down = rf"\lfloor ({s.height} - {s.patch})/{s.step} \rfloor + 1 = {rows}"
        across = rf"\lfloor ({s.width} - {s.patch})/{s.step} \rfloor + 1 = {columns}"
        more = " + 1" if s.class_token else ""
        product = rf"{rows} \cdot {columns}{more} = {num(_tokens(s))}"
        return Text(
            f"Rows ${down}$, columns ${across}$.\n\nTokens: ${product}$.",
            f"行数 ${down}$，列数 ${across}$。\n\ntoken 数：${product}$。",
        )


def _per_side(tokens: int) -> int:
    """Patches per side at least."""
    return isqrt(tokens - 1) + 1


class LargestPatch(Question[PatchSide]):
    """⌊H/P⌋² must reach the number."""

    spec = PatchSide
    answer = Integer("px")
    levels = (3,)
    find = "patch"
    rule = r"$P = \lfloor H / \lceil \sqrt{n} \rceil \rfloor$"
    mistakes = (
        Mistake(
            "The root was rounded down: with so few patches per side there are not enough in all.",
            "平方根向下取整了：每边的图块数不够。",
            lambda s: s.size // isqrt(s.tokens),
        ),
        Mistake(
            "The side was divided by the number of patches; they lie along both sides.",
            "把边长除以了图块总数；图块沿两条边排列。",
            lambda s: s.size // s.tokens or None,
        ),
        Mistake(
            "The quotient was rounded up: then the last patch does not fit.",
            "商向上取整了：最后一个图块放不下。",
            lambda s: -(-s.size // _per_side(s.tokens)),
        ),
        Mistake(
            "That is the number of patches per side.",
            "这是每边的图块数。",
            lambda s: _per_side(s.tokens),
        ),
        Mistake(
            "One pixel too small: a larger patch still gives enough patches.",
            "小了一个像素：更大的图块仍能得到足够多的图块。",
            lambda s: s.size // _per_side(s.tokens) - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PatchSide | None:
        size = draw.choice((96, 112, 128, 160, 192, 224, 240, 256, 288))
        s = PatchSide(size, draw.integer(30, 700))
        return s if s.size // _per_side(s.tokens) <= 40 else None

    def formula(self, s: PatchSide) -> int:
        return s.size // _per_side(s.tokens)

    def stem(self, s: PatchSide) -> Text:
        return Text(
            f"An image of {s.size}×{s.size} pixels is cut into square patches that do not overlap; what is left at the edges is dropped. "
            f"What is the side of the largest patch with which there are at least {s.tokens} patches?",
            f"把 {s.size}×{s.size} 的图像切成互不重叠的方形图块，边缘余下的部分舍去。要得到至少 {s.tokens} 个图块，"
            "图块的边长最大是多少像素？",
        )

    def solution(self, s: PatchSide) -> Text:
        side = _per_side(s.tokens)
        root = rf"\lceil \sqrt{{{s.tokens}}} \rceil = {side}"
        found = rf"\lfloor {s.size}/{side} \rfloor = {self.formula(s)}"
        return Text(
            f"Patches per side: ${root}$ at least.\n\nPatch: ${found}$.",
            f"每边的图块数至少为 ${root}$。\n\n图块边长：${found}$。",
        )


def _all_tokens(s: PatchScores) -> int:
    return (s.size // s.patch) ** 2 + 1


class Scores(Question[PatchScores]):
    """A score for each pair of tokens in each head."""

    spec = PatchScores
    answer = Integer()
    levels = (3,)
    find = "scores"
    rule = r"$h \cdot ((H/P)^2 + 1)^2$"
    mistakes = (
        Mistake(
            "The class token was left out; it takes part in the attention, too.",
            "漏了类别 token；它也参与注意力。",
            lambda s: s.heads * (_all_tokens(s) - 1) ** 2,
        ),
        Mistake(
            "Only one head was counted; every head has its own scores.",
            "只算了一个头；每个头都有自己的分数。",
            lambda s: _all_tokens(s) ** 2,
        ),
        Mistake(
            "One score per token was counted; each token has a score with every token.",
            "每个 token 只算了一个分数；每个 token 与所有 token 之间都有分数。",
            lambda s: s.heads * _all_tokens(s),
        ),
        Mistake(
            "Each pair was counted once; without a mask query i with key j and query j with key i are two scores.",
            "每对 token 只算了一次；没有掩码时，i 对 j 与 j 对 i 是两个分数。",
            lambda s: s.heads * _all_tokens(s) * (_all_tokens(s) + 1) // 2,
        ),
        Mistake(
            "The heads do not multiply the tokens: each head sees all of them once.",
            "头数不会使 token 变多：每个头各看一遍所有 token。",
            lambda s: (s.heads * _all_tokens(s)) ** 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PatchScores | None:
        patch, heads = draw.choice((8, 14, 16, 32)), draw.choice((3, 4, 6, 8, 12, 16))
        return PatchScores(patch * draw.integer(4, 20), patch, heads)

    def formula(self, s: PatchScores) -> int:
        return s.heads * _all_tokens(s) ** 2

    def stem(self, s: PatchScores) -> Text:
        return Text(
            f"A vision transformer cuts an image of {s.size}×{s.size} pixels into non-overlapping patches of {s.patch}×{s.patch} and "
            f"adds a class token. How many attention scores does one layer with {s.heads} heads compute for this image, if every "
            "token attends to all tokens, itself included?",
            f"视觉 Transformer 把 {s.size}×{s.size} 的图像切成互不重叠的 {s.patch}×{s.patch} 图块，并加一个类别 token。"
            f"一个有 {s.heads} 个头的注意力层对该图像要计算多少个注意力分数（每个 token 都关注包括自身在内的所有 token，无掩码）？",
        )

    def solution(self, s: PatchScores) -> Text:
        side = s.size // s.patch
        tokens = rf"({s.size}/{s.patch})^2 + 1 = {side}^2 + 1 = {_all_tokens(s)}"
        product = rf"{s.heads} \cdot {_all_tokens(s)}^2 = {num(self.formula(s))}"
        return Text(f"Tokens: ${tokens}$.\n\nScores: ${product}$.", f"token 数：${tokens}$。\n\n分数：${product}$。")


MODEL = ItemModel(
    name="patch_embedding",
    version=1,
    topic="shapes",
    title=Text("Tokens of a vision transformer", "视觉 Transformer 的 token 数"),
    questions=(Tokens(), LargestPatch(), Scores()),
)
