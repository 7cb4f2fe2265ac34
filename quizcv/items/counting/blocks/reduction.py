"""1×1 reductions before large kernels."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import FLOPS, Counted, Part, added, conv, product
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.branch_blocks import ReducedMacs, ReductionSaving, ReductionWidth

NO_ONES = ("The 1×1 convolution itself was left out.", "漏了 1×1 卷积本身的计算量。")


def _alone(s: ReducedMacs) -> int:
    return (s.size * s.kernel) ** 2 * s.in_channels * s.out_channels


def _ones(s: ReducedMacs) -> int:
    return s.size**2 * s.in_channels * s.reduce


def _after(s: ReducedMacs) -> int:
    return (s.size * s.kernel) ** 2 * s.reduce * s.out_channels


def _sampled(draw: Draw, kernels: tuple[int, ...]) -> tuple[int, int, int, int, int]:
    reduce = 8 * draw.integer(1, 6)
    inputs = reduce * draw.integer(4, 12)
    return inputs, reduce, reduce * draw.integer(1, 4), draw.choice(kernels), draw.choice((7, 14, 28, 32, 56))


class Macs(Counted[ReducedMacs]):
    """Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 4."""

    spec = ReducedMacs
    answer = Integer("MACs")
    levels = (1,)
    rule = r"$H^2 (C_1 r + k^2 r C_2)$"
    mistakes = (
        Mistake(*NO_ONES, _after),
        Mistake(
            "Those are the multiply-accumulates without the reduction.",
            "这是不做压缩时的乘加次数。",
            _alone,
        ),
        Mistake(
            "The large kernel was taken to read the input channels; it reads the reduced ones.",
            "大卷积核按输入通道数计了；它读的是压缩后的通道。",
            lambda s: _ones(s) + _alone(s),
        ),
        Mistake(
            "The k×k kernel was counted with k taps instead of k².",
            "k×k 卷积核按 k 个权重计了，应为 k²。",
            lambda s: _ones(s) + _after(s) // s.kernel,
        ),
        Mistake(*FLOPS, lambda s: 2 * (_ones(s) + _after(s))),
    )

    def sample(self, draw: Draw, level: int) -> ReducedMacs | None:
        return ReducedMacs(*_sampled(draw, (3, 5)))

    def parts(self, s: ReducedMacs) -> list[Part]:
        found = [conv(s.in_channels, s.reduce), conv(s.reduce, s.out_channels, s.kernel)]
        return [(en, zh, (s.size, s.size, *factors)) for en, zh, factors in found]

    def stem(self, s: ReducedMacs) -> Text:
        k = s.kernel
        return Text(
            f"On a map of {s.size}×{s.size}, a 1×1 convolution reduces {s.in_channels} channels to {s.reduce}, and a "
            f"{k}×{k} convolution (stride 1, padded so that the size stays) turns those into {s.out_channels}. How many "
            "multiply-accumulates do both take together (taps on padding counted, no biases)?",
            f"在 {s.size}×{s.size} 的特征图上，先用 1×1 卷积把 {s.in_channels} 个通道压缩到 {s.reduce} 个，"
            f"再用 {k}×{k} 卷积（步长 1，填充使尺寸不变）得到 {s.out_channels} 个通道。两者共需多少次乘加（MAC；"
            "落在填充上的也计入，无偏置）？",
        )


class Saving(Question[ReductionSaving]):
    """Against the large kernel alone."""

    spec = ReductionSaving
    answer = Integer("MACs")
    levels = (2,)
    find = "saving"
    rule = r"$H^2 (k^2 C_1 C_2 - C_1 r - k^2 r C_2)$"
    mistakes = (
        Mistake(*NO_ONES, lambda s: _alone(s) - _after(s)),
        Mistake(
            "That is what is left, not what is saved.",
            "这是剩下的计算量，不是节省的计算量。",
            lambda s: _ones(s) + _after(s),
        ),
        Mistake(
            "That is what the large kernel alone takes.",
            "这是只用大卷积核时的计算量。",
            _alone,
        ),
        Mistake(
            "The map was counted as H positions; it has H².",
            "特征图按 H 个位置计了；应为 H²。",
            lambda s: (_alone(s) - _ones(s) - _after(s)) // s.size,
        ),
        Mistake(*FLOPS, lambda s: 2 * (_alone(s) - _ones(s) - _after(s))),
    )

    def sample(self, draw: Draw, level: int) -> ReductionSaving | None:
        s = ReductionSaving(*_sampled(draw, (3, 5, 7)))
        return s if _alone(s) > _ones(s) + _after(s) else None

    def formula(self, s: ReductionSaving) -> int:
        return _alone(s) - _ones(s) - _after(s)

    def stem(self, s: ReductionSaving) -> Text:
        k = s.kernel
        return Text(
            f"A {k}×{k} convolution {s.in_channels}→{s.out_channels} (stride 1, padded so that the size stays) reads a map of "
            f"{s.size}×{s.size}. How many multiply-accumulates are saved by a 1×1 convolution before it that reduces the "
            f"{s.in_channels} channels to {s.reduce}? The 1×1 convolution counts; taps on padding count; no biases.",
            f"一个 {k}×{k} 卷积 {s.in_channels}→{s.out_channels}（步长 1，填充使尺寸不变）读入 {s.size}×{s.size} 的特征图。"
            f"若先用 1×1 卷积把 {s.in_channels} 个通道压缩到 {s.reduce} 个，可节省多少次乘加（MAC）？1×1 卷积本身计入，"
            "落在填充上的也计入，无偏置。",
        )

    def solution(self, s: ReductionSaving) -> Text:
        k, area = s.kernel, (s.size, s.size)
        alone = product(*area, k, k, s.in_channels, s.out_channels)
        first = product(*area, s.in_channels, s.reduce)
        then = product(*area, k, k, s.reduce, s.out_channels)
        rest = f"{num(_alone(s))} - {num(_ones(s) + _after(s))} = {num(self.formula(s))}"
        total = added(_ones(s), _after(s))
        return Text(
            f"Alone: ${alone}$.\n\nReduced: ${first}$ and ${then}$, together ${total}$.\n\nSaved: ${rest}$.",
            f"不压缩：${alone}$。\n\n压缩：${first}$ 和 ${then}$，合计 ${total}$。\n\n节省：${rest}$。",
        )


def _each(s: ReductionWidth) -> int:
    """What every reduced channel costs per position."""
    return s.in_channels + s.kernel**2 * s.out_channels


class Width(Question[ReductionWidth]):
    """The reduction that a wanted saving needs."""

    spec = ReductionWidth
    answer = Integer("channels")
    levels = (3,)
    find = "reduce"
    rule = r"$\lfloor k^2 C_1 C_2 / (f (C_1 + k^2 C_2)) \rfloor$"
    mistakes = (
        Mistake(
            *NO_ONES,
            lambda s: s.in_channels // s.factor,
        ),
        Mistake(
            "One channel too many: the cost is above the limit.",
            "多了一个通道：计算量超出限制。",
            lambda s: s.kernel**2 * s.in_channels * s.out_channels // (s.factor * _each(s)) + 1,
        ),
        Mistake(
            "The k×k kernel was counted with k taps instead of k².",
            "k×k 卷积核按 k 个权重计了，应为 k²。",
            lambda s: (
                s.kernel * s.in_channels * s.out_channels // (s.factor * (s.in_channels + s.kernel * s.out_channels))
            ),
        ),
        Mistake(
            "The output channels were divided by the factor; what is reduced are the channels that the large kernel reads.",
            "把输出通道数除以了倍数；被压缩的是大卷积核的输入通道。",
            lambda s: s.out_channels // s.factor,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ReductionWidth | None:
        inputs, outputs = 16 * draw.integer(6, 40), 16 * draw.integer(1, 16)
        s = ReductionWidth(inputs, outputs, draw.choice((3, 5, 7)), draw.integer(2, 10))
        return s if s.kernel**2 * inputs * outputs // (s.factor * _each(s)) >= 4 else None

    def formula(self, s: ReductionWidth) -> int:
        return s.kernel**2 * s.in_channels * s.out_channels // (s.factor * _each(s))

    def stem(self, s: ReductionWidth) -> Text:
        k = s.kernel
        return Text(
            f"A 1×1 convolution {s.in_channels}→r is put before a {k}×{k} convolution, which becomes "
            f"r→{s.out_channels} (stride 1, size kept, taps on padding counted, no biases). Both together are to "
            f"take at most 1/{s.factor} of the multiply-accumulates of the {k}×{k} convolution "
            f"{s.in_channels}→{s.out_channels} alone. What is the largest r?",
            f"在 {k}×{k} 卷积之前加一个 1×1 卷积 {s.in_channels}→r，{k}×{k} 卷积随之变为 r→{s.out_channels}（步长 1，"
            f"尺寸不变，落在填充上的也计入，无偏置）。两者的乘加次数之和不得超过单独的 {k}×{k} 卷积 "
            f"{s.in_channels}→{s.out_channels} 的 1/{s.factor}。r 最大是多少？",
        )

    def solution(self, s: ReductionWidth) -> Text:
        k = s.kernel
        alone = product(k, k, s.in_channels, s.out_channels)
        each = rf"{s.in_channels} + {k}^2 \cdot {s.out_channels} = {num(_each(s))}"
        full = s.kernel**2 * s.in_channels * s.out_channels
        steps = rf"\lfloor {num(full)} / ({s.factor} \cdot {num(_each(s))}) \rfloor = {self.formula(s)}"
        return Text(
            f"Per position the {k}×{k} alone takes ${alone}$; every reduced channel takes ${each}$.\n\n${steps}$.",
            f"每个位置上，单独的 {k}×{k} 卷积需 ${alone}$ 次；每个压缩通道需 ${each}$ 次。\n\n${steps}$。",
        )


MODEL = ItemModel(
    name="inception_reduction_saving",
    version=1,
    topic="counting",
    title=Text("What 1×1 reductions save", "1×1 压缩卷积的节省"),
    questions=(Macs(), Saving(), Width()),
)
