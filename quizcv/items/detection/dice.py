"""Dice coefficient 2|A ∩ B|/(|A| + |B|), and its relation to IoU (Dice 1945)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Number
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.segmentation import DiceCounts, DiceFromIou, DiceMasks, IouFromDice


def _sizes(s: DiceCounts | DiceMasks) -> tuple[int, int, int]:
    """Pixels of each mask, and of both."""
    if isinstance(s, DiceCounts):
        return s.a, s.b, s.common
    common = sum(
        x * y for one, other in zip(s.target, s.prediction, strict=True) for x, y in zip(one, other, strict=True)
    )
    return sum(map(sum, s.target)), sum(map(sum, s.prediction)), common


def _dice(s: DiceCounts | DiceMasks) -> float:
    a, b, common = _sizes(s)
    return 2 * common / (a + b)


def _iou(s: DiceCounts | DiceMasks) -> float:
    a, b, common = _sizes(s)
    return common / (a + b - common)


def _other(s: DiceCounts | DiceMasks, of: int) -> float | None:
    sizes = _sizes(s)
    return sizes[2] / sizes[of] if sizes[of] else None


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "That is the IoU: Dice counts the intersection twice, above and below.",
        "这是 IoU；Dice 的分子分母都把交集算两次。",
        _iou,
    ),
    Mistake("The intersection counts twice.", "交集要乘以 2。", lambda s: _dice(s) / 2),
    Mistake(
        "That is the share of the first mask that is covered.", "这是第一个掩码被覆盖的比例。", lambda s: _other(s, 0)
    ),
    Mistake(
        "That is the share of the second mask that is covered.", "这是第二个掩码被覆盖的比例。", lambda s: _other(s, 1)
    ),
    Mistake("That is the Dice loss, 1 − Dice.", "这是 Dice 损失，即 1 − Dice。", lambda s: 1 - _dice(s)),
)


def _steps(s: DiceCounts | DiceMasks) -> str:
    a, b, common = _sizes(s)
    return rf"2 \cdot {num(common)}/({num(a)} + {num(b)}) = {short(_dice(s))}"


class OfCounts(Question[DiceCounts]):
    """From sizes."""

    spec = DiceCounts
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$2|A \cap B|/(|A| + |B|)$"
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> DiceCounts | None:
        a, b = 10 * draw.integer(10, 90), 10 * draw.integer(10, 90)
        return DiceCounts(a, b, 10 * draw.integer(4, min(a, b) // 10 - 1)) if a != b else None

    def formula(self, s: DiceCounts) -> float:
        return _dice(s)

    def stem(self, s: DiceCounts) -> Text:
        return Text(
            f"A predicted mask has {s.a} pixels, the ground truth {s.b}; they "
            f"have {s.common} pixels in common. What is the Dice coefficient?",
            f"预测掩码有 {s.a} 个像素，真实掩码有 {s.b} 个像素，二者有 {s.common} 个公共像素。Dice 系数是多少？",
        )

    def solution(self, s: DiceCounts) -> Text:
        return Text(f"Put in: ${_steps(s)}$.", f"代入：${_steps(s)}$。")


class OfMasks(Question[DiceMasks]):
    """From masks."""

    spec = DiceMasks
    answer = Number(decimals=3)
    levels = (2,)
    find = "masks"
    rule = r"$2|A \cap B|/(|A| + |B|)$"
    mistakes = (
        *MISTAKES,
        Mistake(
            "That is the share of all pixels that agree: the background does not count.",
            "这是全部像素中一致的比例；背景不计入。",
            lambda s: _agree(s.target, s.prediction),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DiceMasks | None:
        target, prediction = [], []
        for _ in range(4):
            start, length = draw.integer(0, 3), draw.integer(1, 3)
            shift, longer = draw.integer(-1, 1), draw.integer(0, 1)
            target.append(tuple(int(start <= at < start + length) for at in range(6)))
            prediction.append(tuple(int(start + shift <= at < start + shift + length + longer) for at in range(6)))
        s = DiceMasks(tuple(target), tuple(prediction))
        return s if 0.2 < _dice(s) < 1 else None

    def formula(self, s: DiceMasks) -> float:
        return _dice(s)

    def stem(self, s: DiceMasks) -> Text:
        return Text(
            f"The ground truth mask:{grid(s.target)}The predicted "
            f"one:{grid(s.prediction)}What is the Dice coefficient of the object (1)?",
            f"真实掩码：{grid(s.target)}预测掩码：{grid(s.prediction)}目标（1）的 Dice 系数是多少？",
        )

    def solution(self, s: DiceMasks) -> Text:
        a, b, common = _sizes(s)
        return Text(
            f"Pixels: {a} and {b}, in common {common}.\n\n${_steps(s)}$.",
            f"像素数：{a} 与 {b}，公共 {common}。\n\n${_steps(s)}$。",
        )


def _agree(target: Matrix, prediction: Matrix) -> float:
    pairs = [(x, y) for one, other in zip(target, prediction, strict=True) for x, y in zip(one, other, strict=True)]
    return sum(x == y for x, y in pairs) / len(pairs)


class FromIou(Question[DiceFromIou]):
    """From the IoU."""

    spec = DiceFromIou
    answer = Number(decimals=3)
    levels = (3,)
    find = "from_iou"
    rule = r"$D = 2J/(1 + J)$"
    mistakes = (
        Mistake(
            "That is the inverse: the IoU of masks whose Dice is given.",
            "这是反过来由 Dice 求 IoU。",
            lambda s: s.iou / (2 - s.iou),
        ),
        Mistake("Dice is not twice the IoU.", "Dice 不是 IoU 的两倍。", lambda s: 2 * s.iou if s.iou <= 0.5 else None),
        Mistake("Dice and IoU differ, except at 0 and 1.", "除 0 和 1 外，Dice 与 IoU 不同。", lambda s: s.iou),
        Mistake("The factor 2 is missing.", "漏了系数 2。", lambda s: s.iou / (1 + s.iou)),
        Mistake("That is the mean of the IoU and 1.", "这是 IoU 与 1 的平均。", lambda s: (1 + s.iou) / 2),
    )

    def sample(self, draw: Draw, level: int) -> DiceFromIou | None:
        return DiceFromIou(draw.decimal(0.1, 0.95, 2))

    def formula(self, s: DiceFromIou) -> float:
        return 2 * s.iou / (1 + s.iou)

    def stem(self, s: DiceFromIou) -> Text:
        return Text(
            f"Two masks have an IoU of {num(s.iou)}. What is their Dice coefficient?",
            f"两个掩码的 IoU 为 {num(s.iou)}。它们的 Dice 系数是多少？",
        )

    def solution(self, s: DiceFromIou) -> Text:
        steps = rf"2 \cdot {num(s.iou)}/(1 + {num(s.iou)}) = {short(self.formula(s))}"
        return Text(
            f"With a union of 1, $|A| + |B| = 1 + J$: ${steps}$.", f"设并集为 1，则 $|A| + |B| = 1 + J$：${steps}$。"
        )


class ToIou(Question[IouFromDice]):
    """The inverse."""

    spec = IouFromDice
    answer = Number(decimals=3)
    levels = (3,)
    find = "to_iou"
    rule = r"$J = D/(2 - D)$"
    mistakes = (
        Mistake(
            "That is the inverse: the Dice of masks whose IoU is given.",
            "这是反过来由 IoU 求 Dice。",
            lambda s: 2 * s.dice / (1 + s.dice),
        ),
        Mistake("IoU is not half of Dice.", "IoU 不是 Dice 的一半。", lambda s: s.dice / 2),
        Mistake("Dice and IoU differ, except at 0 and 1.", "除 0 和 1 外，Dice 与 IoU 不同。", lambda s: s.dice),
        Mistake(
            "The denominator is 2 − D, not 1 + D.", "分母是 2 − D，而不是 1 + D。", lambda s: s.dice / (1 + s.dice)
        ),
    )

    def sample(self, draw: Draw, level: int) -> IouFromDice | None:
        return IouFromDice(draw.decimal(0.1, 0.98, 2))

    def formula(self, s: IouFromDice) -> float:
        return s.dice / (2 - s.dice)

    def stem(self, s: IouFromDice) -> Text:
        return Text(
            f"Two masks have a Dice coefficient of {num(s.dice)}. What is their IoU?",
            f"两个掩码的 Dice 系数为 {num(s.dice)}。它们的 IoU 是多少？",
        )

    def solution(self, s: IouFromDice) -> Text:
        steps = f"{num(s.dice)}/(2 - {num(s.dice)}) = {short(self.formula(s))}"
        return Text(f"$D = 2J/(1 + J)$ solved for $J$: ${steps}$.", f"由 $D = 2J/(1 + J)$ 解出 $J$：${steps}$。")


MODEL = ItemModel(
    name="dice",
    version=1,
    topic="detection",
    title=Text("Dice coefficient", "Dice 系数"),
    questions=(OfCounts(), OfMasks(), FromIou(), ToIou()),
)
