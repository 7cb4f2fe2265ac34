"""Receptive field of blocks of convolutions with a pooling after each, as VGG has them."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.receptive_field._layers import (
    Layers,
    field_of,
    field_with_own_stride,
    field_without_strides,
    jump_of,
    worked,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.receptive_field import LastBlock, PooledField


def _layers(blocks: tuple[int, ...], kernel: int, pool: int, stride: int, *, last_pool: bool) -> Layers:
    layers: list[tuple[int, ...]] = []
    for convolutions in blocks:
        layers += [(kernel, 1)] * convolutions
        layers.append((pool, stride))
    return tuple(layers if last_pool else layers[:-1])


def _of(s: PooledField) -> Layers:
    return _layers(s.blocks, s.kernel, s.pool, s.pool_stride, last_pool=s.last_pool)


def _listed(blocks: tuple[int, ...]) -> tuple[str, str]:
    counts = [str(count) for count in blocks]
    en = counts[0] if len(counts) == 1 else ", ".join(counts[:-1]) + " and " + counts[-1]
    return en, "、".join(counts)


class Blocks(Question[PooledField]):
    """Source: Simonyan and Zisserman 2015, table 1, and the sum over the layers."""

    spec = PooledField
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$r = 1 + \sum_l (k_l - 1) \prod_{i < l} s_i$"
    mistakes = (
        Mistake(
            "The pooling windows were left out; each adds its size less 1, times the product of the strides before it.",
            "漏了池化窗口；每个池化增加（窗口大小 − 1）乘以之前各步长之积。",
            lambda s: field_of(_layers(s.blocks, s.kernel, 1, s.pool_stride, last_pool=s.last_pool)),
        ),
        Mistake(
            "The strides of the poolings were ignored; they make the later layers see more pixels per step.",
            "忽略了池化的步长；它使后面各层每一步对应更多像素。",
            lambda s: field_without_strides(_of(s)),
        ),
        Mistake(
            "A pooling's own stride was put into its own step; it counts only for the layers after it.",
            "把池化自己的步长也算进了它自己；它只影响其后的层。",
            lambda s: field_with_own_stride(_of(s)),
        ),
        Mistake(
            "The last pooling counts if the unit comes after it, and only then.",
            "单元在最后一个池化之后时才算上它，否则不算。",
            lambda s: field_of(_layers(s.blocks, s.kernel, s.pool, s.pool_stride, last_pool=not s.last_pool)),
        ),
        Mistake(
            "Each block was counted with one convolution only.",
            "每个块只算了一个卷积。",
            lambda s: field_of(_layers((1,) * len(s.blocks), s.kernel, s.pool, s.pool_stride, last_pool=s.last_pool)),
        ),
        Mistake(
            "The kernel sizes were added, times the strides before them; a layer adds only k − 1 steps.",
            "把卷积核大小乘以之前步长后相加了；每层只增加 k − 1 步。",
            lambda s: sum(layer[0] * jump_of(_of(s)[:at]) for at, layer in enumerate(_of(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PooledField | None:
        if level == 1:
            return PooledField(tuple(draw.integer(1, 3) for _ in range(2)), draw.choice((3, 5)), 2, 2, draw.chance(0.5))
        blocks = tuple(draw.integer(1, 3) for _ in range(draw.integer(3, 4)))
        return PooledField(blocks, draw.choice((3, 3, 5)), draw.choice((2, 3)), 2, draw.chance(0.5))

    def formula(self, s: PooledField) -> int:
        return field_of(_of(s))

    def stem(self, s: PooledField) -> Text:
        en, zh = _listed(s.blocks)
        where = (
            ("after the last block's pooling", "最后一个块的池化之后")
            if s.last_pool
            else (
                "after the last block's last convolution, before the last pooling",
                "最后一个块的最后一个卷积之后、池化之前",
            )
        )
        return Text(
            f"From the input on, the blocks of a network have {en} convolutions, {s.kernel}×{s.kernel} with stride 1; each block ends with "
            f"a {s.pool}×{s.pool} max pooling with stride {s.pool_stride}. How wide, in input pixels from first to last, is the receptive "
            f"field of a unit {where[0]}?",
            f"从输入起，网络各块依次有 {zh} 个 {s.kernel}×{s.kernel}、步长 1 的卷积，每个块末尾是 {s.pool}×{s.pool}、"
            f"步长 {s.pool_stride} 的最大池化。{where[1]}，一个单元的感受野（从第一个像素到最后一个像素）宽多少个输入像素？",
        )

    def solution(self, s: PooledField) -> Text:
        field, jump, en, zh = 1, 1, [], []
        for at, count in enumerate(s.blocks):
            field, before = field + count * (s.kernel - 1) * jump, field
            sum_ = rf"{before} + {count} \cdot ({s.kernel} - 1) \cdot {jump}"
            if at < len(s.blocks) - 1 or s.last_pool:
                field += (s.pool - 1) * jump
                sum_ += rf" + ({s.pool} - 1) \cdot {jump}"
                jump *= s.pool_stride
            en.append(f"Block {at + 1}: ${sum_} = {field}$.")
            zh.append(f"第 {at + 1} 块：${sum_} = {field}$。")
        return Text(
            f"After each pooling a step is {s.pool_stride} times as wide.\n\n" + "\n\n".join(en),
            f"每经过一个池化，一步对应的像素数变为 {s.pool_stride} 倍。\n\n" + "\n\n".join(zh),
        )


def _before(s: LastBlock) -> Layers:
    return _layers(s.blocks, s.kernel, s.pool, s.pool, last_pool=True)


def _missing(s: LastBlock) -> int:
    return s.field - field_of(_before(s))


class LastConvolutions(Question[LastBlock]):
    """Each convolution after the poolings adds (k − 1) · jump."""

    spec = LastBlock
    answer = Integer()
    levels = (3,)
    find = "convolutions"
    rule = Text(
        r"$n = \lceil (R - r)/((k - 1) j) \rceil$ for a field of $R$; before them field $r$, product of strides $j$",
        r"$n = \lceil (R - r)/((k - 1) j) \rceil$，$R$ 为所需感受野，$r$ 为之前的感受野，$j$ 为之前各步长之积",
    )
    mistakes = (
        Mistake(
            "The poolings before were ignored: a step is as many pixels as the product of their strides.",
            "忽略了前面的池化：一步对应的像素数是它们步长之积。",
            lambda s: -(-_missing(s) // (s.kernel - 1)),
        ),
        Mistake(
            "The quotient was rounded down: the field is still too small.",
            "商向下取整了：感受野仍然不够。",
            lambda s: _missing(s) // ((s.kernel - 1) * jump_of(_before(s))),
        ),
        Mistake(
            "What the blocks before already see was not taken off.",
            "没有减去前面各块已经看到的范围。",
            lambda s: -(-(s.field - 1) // ((s.kernel - 1) * jump_of(_before(s)))),
        ),
        Mistake(
            "A convolution adds k − 1 steps, not k.",
            "每个卷积增加 k − 1 步，而不是 k 步。",
            lambda s: -(-_missing(s) // (s.kernel * jump_of(_before(s)))),
        ),
        Mistake(
            "One convolution too many was counted.",
            "多算了一个卷积。",
            lambda s: -(-_missing(s) // ((s.kernel - 1) * jump_of(_before(s)))) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LastBlock | None:
        blocks = tuple(draw.integer(1, 3) for _ in range(draw.integer(2, 3)))
        kernel, pool = draw.choice((3, 5)), draw.choice((2, 2, 3))
        before = _layers(blocks, kernel, pool, pool, last_pool=True)
        step = (kernel - 1) * jump_of(before)
        field = field_of(before) + draw.integer(step + 1, 6 * step)
        return LastBlock(blocks, field, kernel, pool) if field <= 800 else None

    def formula(self, s: LastBlock) -> int:
        return max(0, -(-_missing(s) // ((s.kernel - 1) * jump_of(_before(s)))))

    def stem(self, s: LastBlock) -> Text:
        en, zh = _listed(s.blocks)
        return Text(
            f"From the input on, the blocks of a network have {en} convolutions, {s.kernel}×{s.kernel} with stride 1; each block ends with "
            f"a {s.pool}×{s.pool} max pooling with stride {s.pool}. A last block of such convolutions without a pooling follows. How many "
            f"convolutions must it have at least so that a unit after it has a receptive field of {s.field} or more input pixels along "
            "one axis?",
            f"从输入起，网络各块依次有 {zh} 个 {s.kernel}×{s.kernel}、步长 1 的卷积，每个块末尾是 {s.pool}×{s.pool}、步长 "
            f"{s.pool} 的最大池化。其后再接一个只有这种卷积、没有池化的块。要使其后单元的感受野沿一个方向至少为 {s.field} 个输入像素，"
            "这个块最少需要多少个卷积？",
        )

    def solution(self, s: LastBlock) -> Text:
        before = _before(s)
        step = rf"({s.kernel} - 1) \cdot {jump_of(before)} = {(s.kernel - 1) * jump_of(before)}"
        missing = f"{s.field} - {field_of(before)} = {_missing(s)}"
        found = rf"\lceil {_missing(s)}/{(s.kernel - 1) * jump_of(before)} \rceil = {self.formula(s)}"
        return Text(
            f"Field after the last {s.pool}×{s.pool} pooling: ${worked(before)}$.\n\nMissing: ${missing}$. A convolution adds ${step}$: "
            f"${found}$.",
            f"最后一个 {s.pool}×{s.pool} 池化之后的感受野：${worked(before)}$。\n\n还差 ${missing}$。每个卷积增加 ${step}$：${found}$。",
        )


MODEL = ItemModel(
    name="receptive_field_pooling",
    version=1,
    topic="receptive-field",
    title=Text("Receptive field of blocks with pooling", "带池化的卷积块的感受野"),
    questions=(Blocks(), LastConvolutions()),
)
