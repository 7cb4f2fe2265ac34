"""GIoU (Rezatofighi et al. 2019), DIoU and CIoU (Zheng et al. 2020): IoU with a penalty, and the losses made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from quizcv.answers import Number
from quizcv.items.detection._geometry import area, draw_box, draw_near, hull, union
from quizcv.items.detection._measures import CIOU, DIOU, GIOU, Measure
from quizcv.items.detection._text import BOXES, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.boxes import (
    Box,
    Ciou,
    CiouFall,
    CiouLoss,
    Diou,
    DiouFall,
    DiouLoss,
    Giou,
    GiouFall,
    GiouLoss,
    Moved,
    Predicted,
)

P = TypeVar("P", bound=Predicted)
M = TypeVar("M", bound=Moved)

Of = Callable[[Box, Box], float]

LOSS_EN, LOSS_ZH = "That is the similarity; the loss is 1 minus it.", "这是相似度本身；损失为 1 减去它。"


def _value(of: Of) -> Callable[[Predicted], float]:
    return lambda s: of(s.box, s.target)


def _loss(of: Of) -> Callable[[Predicted], float]:
    return lambda s: 1 - of(s.box, s.target)


def _fall(of: Of) -> Callable[[Moved], float]:
    return lambda s: of(s.after, s.target) - of(s.before, s.target)


def _values(measure: Measure) -> tuple[Mistake[Any], ...]:
    return tuple(Mistake(en, zh, _value(wrong)) for en, zh, wrong in measure.wrong)


def _losses(measure: Measure) -> tuple[Mistake[Any], ...]:
    wrong = (Mistake(en, zh, _loss(wrong)) for en, zh, wrong in measure.wrong)
    return Mistake(LOSS_EN, LOSS_ZH, _value(measure.value)), *wrong


def _falls(measure: Measure) -> tuple[Mistake[Any], ...]:
    return (
        Mistake(
            "The fall is the loss before minus the loss after.",
            "下降量为之前的损失减去之后的损失。",
            lambda s: -_fall(measure.value)(s),
        ),
        *(Mistake(en, zh, _fall(wrong)) for en, zh, wrong in measure.wrong),
        Mistake(
            "That is the loss after the step.", "这是更新之后的损失。", lambda s: 1 - measure.value(s.after, s.target)
        ),
    )


class OfPair(Question[P]):
    """The similarity of two boxes."""

    measure: ClassVar[Measure]
    answer = Number(decimals=3)
    levels = (1,)

    def sample(self, draw: Draw, level: int) -> P | None:
        extent, step = (40, 2) if level == 1 else (200, 5)
        target = draw_box(draw, extent, extent // 5, extent // 2, step, margin=extent // 5)
        if draw.chance(0.6):
            box = draw_near(draw, target, extent, extent // 5, step)
        else:
            box = draw_box(draw, extent, extent // 5, extent // 2, step)
        if not box or area(hull(box, target)) == union(box, target):
            return None
        made: P = self.spec(box, target)
        return made

    def formula(self, s: P) -> float:
        return self.measure.value(s.box, s.target)

    def stem(self, s: P) -> Text:
        m, box, target = self.measure, written(s.box), written(s.target)
        return Text(
            f"{BOXES.en} {m.convention.en}What is the {m.name} of the predicted box {box} and the ground truth {target}?",
            f"{BOXES.zh}{m.convention.zh}预测框 {box} 与真实框 {target} 的 {m.name} 是多少？",
        )

    def solution(self, s: P) -> Text:
        return self.measure.steps(s.box, s.target)


class LossOfPair(OfPair[P]):
    """1 minus it."""

    levels = (2,)
    find = "loss"

    def formula(self, s: P) -> float:
        return 1 - self.measure.value(s.box, s.target)

    def stem(self, s: P) -> Text:
        m, box, target = self.measure, written(s.box), written(s.target)
        return Text(
            f"{BOXES.en} {m.convention.en}What is the {m.name} loss of the predicted box {box} against the ground truth {target}?",
            f"{BOXES.zh}{m.convention.zh}预测框 {box} 对真实框 {target} 的 {m.name} 损失是多少？",
        )

    def solution(self, s: P) -> Text:
        steps = self.measure.steps(s.box, s.target)
        end = f"1 - {signed(self.measure.value(s.box, s.target), 5)} = {short(self.formula(s))}"
        return Text(f"{steps.en}\n\nLoss: ${end}$.", f"{steps.zh}\n\n损失：${end}$。")


class FallOfLoss(Question[M]):
    """What a step of training gains."""

    measure: ClassVar[Measure]
    answer = Number(decimals=3)
    levels = (3,)
    find = "fall"

    def sample(self, draw: Draw, level: int) -> M | None:
        target = draw_box(draw, 200, 50, 100, 10, margin=40)
        before, after = draw_near(draw, target, 200, 40, 10), draw_near(draw, target, 200, 20, 10)
        if before is None or after is None or before == after or target in (before, after):
            return None
        made: M = self.spec(before, after, target)
        return made

    def formula(self, s: M) -> float:
        return self.measure.value(s.after, s.target) - self.measure.value(s.before, s.target)

    def stem(self, s: M) -> Text:
        m, target, before, after = self.measure, written(s.target), written(s.before), written(s.after)
        return Text(
            f"{BOXES.en} {m.convention.en}A step of training moves the predicted box from {before} to {after}; the ground truth is "
            f"{target}. By how much does the {m.name} loss fall (negative if it rises)?",
            f"{BOXES.zh}{m.convention.zh}一次训练更新使预测框由 {before} 变为 {after}，真实框为 {target}。{m.name} 损失"
            "下降了多少（若上升则为负）？",
        )

    def solution(self, s: M) -> Text:
        first, then = self.measure.steps(s.before, s.target), self.measure.steps(s.after, s.target)
        losses = [short(1 - self.measure.value(box, s.target)) for box in (s.before, s.after)]
        end = f"{losses[0]} - {losses[1]} = {short(self.formula(s))}"
        return Text(
            f"Before: {first.en}\n\nAfter: {then.en}\n\nLoss before minus loss after: ${end}$.",
            f"之前：{first.zh}\n\n之后：{then.zh}\n\n之前的损失减之后的损失：${end}$。",
        )


class GiouOfPair(OfPair[Giou]):
    spec, measure, mistakes = Giou, GIOU, _values(GIOU)
    rule = r"$\mathrm{GIoU} = \mathrm{IoU} - (|C| - |A \cup B|)/|C|$"


class LossOfGiou(LossOfPair[GiouLoss]):
    spec, measure, mistakes = GiouLoss, GIOU, _losses(GIOU)
    rule = r"$L = 1 - \mathrm{IoU} + (|C| - |A \cup B|)/|C|$"


class FallOfGiou(FallOfLoss[GiouFall]):
    spec, measure, mistakes = GiouFall, GIOU, _falls(GIOU)
    rule = Text(
        r"$L = 1 - \mathrm{IoU} + (|C| - |A \cup B|)/|C|$; before − after",
        r"$L = 1 - \mathrm{IoU} + (|C| - |A \cup B|)/|C|$；之前 − 之后",
    )


class DiouOfPair(OfPair[Diou]):
    spec, measure, mistakes = Diou, DIOU, _values(DIOU)
    rule = r"$\mathrm{DIoU} = \mathrm{IoU} - \rho^2/c^2$"


class LossOfDiou(LossOfPair[DiouLoss]):
    spec, measure, mistakes = DiouLoss, DIOU, _losses(DIOU)
    rule = r"$L = 1 - \mathrm{IoU} + \rho^2/c^2$"


class FallOfDiou(FallOfLoss[DiouFall]):
    spec, measure, mistakes = DiouFall, DIOU, _falls(DIOU)
    rule = Text(
        r"$L = 1 - \mathrm{IoU} + \rho^2/c^2$; before − after", r"$L = 1 - \mathrm{IoU} + \rho^2/c^2$；之前 − 之后"
    )


class CiouOfPair(OfPair[Ciou]):
    spec, measure, mistakes = Ciou, CIOU, _values(CIOU)
    rule = r"$\mathrm{CIoU} = \mathrm{IoU} - \rho^2/c^2 - \alpha v$, $v = \frac{4}{\pi^2}(\arctan(w_t/h_t) - \arctan(w/h))^2$"


class LossOfCiou(LossOfPair[CiouLoss]):
    spec, measure, mistakes = CiouLoss, CIOU, _losses(CIOU)
    rule = r"$L = 1 - \mathrm{IoU} + \rho^2/c^2 + \alpha v$, $v = \frac{4}{\pi^2}(\arctan(w_t/h_t) - \arctan(w/h))^2$"


class FallOfCiou(FallOfLoss[CiouFall]):
    spec, measure, mistakes = CiouFall, CIOU, _falls(CIOU)
    rule = Text(
        r"$L = 1 - \mathrm{IoU} + \rho^2/c^2 + \alpha v$, $v = \frac{4}{\pi^2}(\arctan(w_t/h_t) - \arctan(w/h))^2$; before − after",
        r"$L = 1 - \mathrm{IoU} + \rho^2/c^2 + \alpha v$, $v = \frac{4}{\pi^2}(\arctan(w_t/h_t) - \arctan(w/h))^2$；之前 − 之后",
    )


def _model(name: str, title: Text, *questions: Question[Any]) -> ItemModel:
    return ItemModel(name, 1, "detection", title, questions)


MODELS = (
    _model("giou", Text("Generalized IoU", "广义交并比 GIoU"), GiouOfPair(), LossOfGiou(), FallOfGiou()),
    _model("diou", Text("Distance IoU", "距离交并比 DIoU"), DiouOfPair(), LossOfDiou(), FallOfDiou()),
    _model("ciou", Text("Complete IoU", "完整交并比 CIoU"), CiouOfPair(), LossOfCiou(), FallOfCiou()),
)
