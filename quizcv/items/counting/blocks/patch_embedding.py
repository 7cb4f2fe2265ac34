"""Parameters of what comes before a vision transformer's blocks: patches, positions, class token."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, BIAS_MISSED, Counted, Part, with_biases
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import PatchEmbedding, PatchResized, PatchTokens

ONE_SIDE = (
    "The patches of one side were counted; there are as many rows.",
    "只算了一条边上的图块数；还要乘以行数。",
)


def _channels(count: int) -> str:
    return "1 channel" if count == 1 else f"{count} channels"


class Projection(Counted[PatchEmbedding]):
    """Source: Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words", section 3.1; a convolution whose stride is its kernel."""

    spec = PatchEmbedding
    answer = Integer()
    levels = (1,)
    rule = with_biases("$p^2 C E$", "$E$")
    mistakes = (
        Mistake(
            "The channels of the image were left out.",
            "漏了图像的通道数。",
            lambda s: (s.patch**2 + s.bias) * s.width,
        ),
        Mistake(
            "The patch was counted with p pixels instead of p².",
            "图块按 p 个像素计了，应为 p²。",
            lambda s: (s.patch * s.in_channels + s.bias) * s.width,
        ),
        Mistake(*BIAS_MISSED, lambda s: s.patch**2 * s.in_channels * s.width if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else (s.patch**2 * s.in_channels + 1) * s.width),
        Mistake(
            "A bias was counted per input number; there is one per output channel.",
            "按每个输入数一个偏置计了；每个输出通道一个。",
            lambda s: s.patch**2 * s.in_channels * (s.width + 1) if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PatchEmbedding | None:
        return PatchEmbedding(
            draw.choice((1, 3, 3, 4)), draw.choice((4, 8, 14, 16, 32)), 64 * draw.integer(1, 16), draw.chance(0.7)
        )

    def parts(self, s: PatchEmbedding) -> list[Part]:
        p = s.patch
        name = f"{p}×{p}, {s.in_channels}→{s.width}"
        found: list[Part] = [(f"projection {name}", f"映射 {name.replace(', ', '，')}", (p, p, s.in_channels, s.width))]
        return [*found, ("biases", "偏置", (s.width,))] if s.bias else found

    def stem(self, s: PatchEmbedding) -> Text:
        p = s.patch
        en, zh = (
            ("a bias per embedding channel, which counts", "每个嵌入维度有一个偏置，计入")
            if s.bias
            else ("no biases", "无偏置")
        )
        return Text(
            f"A vision transformer cuts an image of {_channels(s.in_channels)} into patches of {p}×{p} and maps each of them "
            f"linearly to {s.width} channels, with {en}. How many parameters does this projection have (no position "
            "embedding, no class token)?",
            f"视觉 Transformer 把 {s.in_channels} 通道的图像切成 {p}×{p} 的图块，"
            f"并把每个图块线性映射到 {s.width} 维（{zh}）。该映射有多少个参数（不含位置嵌入和类别 token）？",
        )


def _embedding(s: PatchTokens, positions: int) -> int:
    """With the positions that are learnt."""
    return (s.patch**2 * s.in_channels + 1 + positions + s.cls) * s.width


class Tokens(Counted[PatchTokens]):
    """With position embedding and class token."""

    spec = PatchTokens
    answer = Integer()
    levels = (2,)
    find = "tokens"
    rule = Text(
        "$(p^2 C + 1) E + N E$ with $N = (H/p)^2$; a class token adds itself and a position: $2E$",
        "$(p^2 C + 1) E + N E$，其中 $N = (H/p)^2$；类别 token 再加它自身和它的位置嵌入：$2E$",
    )
    mistakes = (
        Mistake(
            "The position embedding was left out.",
            "漏了位置嵌入。",
            lambda s: _embedding(s, 0),
        ),
        Mistake(
            "Only one vector was counted for the class token; it is learnt itself and has a position as well.",
            "类别 token 只算了一个向量；它本身可学习，还有自己的位置嵌入。",
            lambda s: _embedding(s, (s.size // s.patch) ** 2) if s.cls else None,
        ),
        Mistake(
            "The class token was left out: it is learnt itself, and so is its position.",
            "漏了类别 token：它本身和它的位置嵌入都是可学习的。",
            lambda s: _embedding(s, (s.size // s.patch) ** 2) - s.width if s.cls else None,
        ),
        Mistake(*ONE_SIDE, lambda s: _embedding(s, s.size // s.patch + s.cls)),
        Mistake(
            "Every pixel was given a position; there is one per patch.",
            "给每个像素都算了位置嵌入；每个图块一个。",
            lambda s: _embedding(s, s.size**2 + s.cls),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PatchTokens | None:
        patch = draw.choice((4, 8, 14, 16, 32))
        return PatchTokens(
            patch * draw.integer(4, 16), patch, draw.choice((1, 3, 3)), 64 * draw.integer(1, 16), draw.chance(0.7)
        )

    def parts(self, s: PatchTokens) -> list[Part]:
        p, count = s.patch, (s.size // s.patch) ** 2
        name = f"{p}×{p}, {s.in_channels}→{s.width}"
        found: list[Part] = [
            (name, name.replace(", ", "，"), (p, p, s.in_channels, s.width)),
            ("biases", "偏置", (s.width,)),
            ("positions", "位置嵌入", (count + s.cls, s.width)),
        ]
        return [*found, ("class token", "类别 token", (s.width,))] if s.cls else found

    def stem(self, s: PatchTokens) -> Text:
        p = s.patch
        en, zh = (
            "There is no class token; every patch has a learnt position embedding.",
            "没有类别 token；每个图块有一个可学习的位置嵌入。",
        )
        asked = ("projection and positions", "线性映射和位置嵌入")
        if s.cls:
            asked = ("projection, positions and class token", "线性映射、位置嵌入和类别 token ")
            en = "A learnt class token is added; it and every patch have learnt position embeddings."
            zh = "另加一个可学习的类别 token；它和每个图块各有一个可学习的位置嵌入。"
        return Text(
            f"A vision transformer cuts an image of {s.size}×{s.size} with {_channels(s.in_channels)} into patches of "
            f"{p}×{p}, which do not overlap, and maps each linearly, with biases, to {s.width} channels. {en} How many "
            f"parameters do {asked[0]} have together?",
            f"视觉 Transformer 把 {s.size}×{s.size}、{s.in_channels} 通道的图像切成互不重叠的 {p}×{p} 图块，"
            f"并带偏置地线性映射到 {s.width} 维。{zh}{asked[1]}共有多少个参数？",
        )

    def solution(self, s: PatchTokens) -> Text:
        count = rf"({s.size}/{s.patch})^2 = {(s.size // s.patch) ** 2}"
        sums = Counted.solution(self, s)
        return Text(f"Patches: ${count}$.\n\n{sums.en}", f"图块数：${count}$。\n\n{sums.zh}")


def _grid(size: int, patch: int) -> int:
    return (size // patch) ** 2


class Resized(Question[PatchResized]):
    """Fine-tuning at a higher resolution, section 3.2 of the paper."""

    spec = PatchResized
    answer = Integer()
    levels = (3,)
    find = "resized"
    rule = r"$((H_2/p)^2 - (H_1/p)^2) E$"
    mistakes = (
        Mistake(
            "Those are the positions of all patches of the larger image, not only the new ones.",
            "这是大图全部图块的位置嵌入，不是新增的部分。",
            lambda s: _grid(s.larger, s.patch) * s.width,
        ),
        Mistake(
            "The class token's position was counted as new; it was there before.",
            "把类别 token 的位置也算作新增；它原来就有。",
            lambda s: (_grid(s.larger, s.patch) - _grid(s.size, s.patch) + 1) * s.width,
        ),
        Mistake(
            "The patches of one side were compared; their number grows with the square.",
            "只比较了一条边上的图块数；图块总数按平方增长。",
            lambda s: (s.larger - s.size) // s.patch * s.width,
        ),
        Mistake(
            "The growth of the side was squared; the squares are to be subtracted.",
            "把边长之差平方了；应是平方之差。",
            lambda s: ((s.larger - s.size) // s.patch) ** 2 * s.width,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PatchResized | None:
        patch, first = draw.choice((8, 14, 16, 32)), draw.integer(4, 16)
        return PatchResized(patch * first, patch * (first + draw.integer(2, 12)), patch, 64 * draw.integer(1, 16))

    def formula(self, s: PatchResized) -> int:
        return (_grid(s.larger, s.patch) - _grid(s.size, s.patch)) * s.width

    def stem(self, s: PatchResized) -> Text:
        return Text(
            f"A vision transformer with patches of {s.patch}×{s.patch}, a class token and tokens of width {s.width} was "
            f"trained on images of {s.size}×{s.size}. Its learnt position embedding (one per token) is interpolated for "
            f"images of {s.larger}×{s.larger}; the patch size stays. How many parameters does the position embedding gain?",
            f"一个视觉 Transformer 的图块为 {s.patch}×{s.patch}，有类别 token，token 维度 {s.width}，"
            f"在 {s.size}×{s.size} 的图像上训练。现将其可学习的位置嵌入（每个 token 一个）"
            f"插值到 {s.larger}×{s.larger} 的图像，图块大小不变。位置嵌入的参数增加了多少个？",
        )

    def solution(self, s: PatchResized) -> Text:
        before, after = _grid(s.size, s.patch), _grid(s.larger, s.patch)
        grids = (rf"$({s.size}/{s.patch})^2 = {before}$", rf"$({s.larger}/{s.patch})^2 = {after}$")
        steps = rf"({after} - {before}) \cdot {s.width} = {num(self.formula(s))}"
        return Text(f"Patches: {', '.join(grids)}.\n\n${steps}$.", f"图块数：{'，'.join(grids)}。\n\n${steps}$。")


MODEL = ItemModel(
    name="patch_embedding_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a patch embedding", "图块嵌入的参数量"),
    questions=(Projection(), Tokens(), Resized()),
)
