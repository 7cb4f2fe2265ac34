"""Soft-NMS: scores decay with overlap instead of vanishing (Bodla et al. 2017)."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.detection._geometry import draw_box, draw_near, intersection, iou, union
from quizcv.items.detection._suppression import over_smaller
from quizcv.items.detection._text import BOXES, listed, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.suppression import SoftNmsGaussian, SoftNmsLinear, SoftNmsRun

HARD_EN, HARD_ZH = "That is hard suppression: Soft-NMS only lowers the score.", "这是硬抑制：Soft-NMS 只降低得分。"
GAUSS_EN = "The IoU is squared in the exponent."
GAUSS_ZH = "指数中的 IoU 要平方。"


def _bell(overlap: float, sigma: float) -> float:
    return math.exp(-(overlap**2) / sigma)


class Linear(Question[SoftNmsLinear]):
    """The linear form."""

    spec = SoftNmsLinear
    answer = Number(decimals=3)
    levels = (1,)
    rule = Text(
        r"$s \leftarrow s(1 - \mathrm{IoU})$ if $\mathrm{IoU} \geq N_t$, else $s$",
        r"若 $\mathrm{IoU} \geq N_t$ 则 $s \leftarrow s(1 - \mathrm{IoU})$，否则 $s$ 不变",
    )
    mistakes = (
        Mistake(HARD_EN, HARD_ZH, lambda s: 0.0 if s.iou >= s.threshold else None),
        Mistake(
            "Below the threshold the score stays; from it on it decays.",
            "低于阈值时得分不变，达到阈值才衰减。",
            lambda s: s.score if s.iou >= s.threshold else s.score * (1 - s.iou),
        ),
        Mistake(
            "The score is multiplied by 1 − IoU, not by the IoU.",
            "得分乘以 1 − IoU，而不是 IoU。",
            lambda s: s.score * s.iou,
        ),
        Mistake(
            "The factor is 1 − IoU, not 1 − threshold.",
            "倍数是 1 − IoU，而不是 1 − 阈值。",
            lambda s: s.score * (1 - s.threshold),
        ),
        Mistake(
            "The score is multiplied by 1 − IoU; the IoU is not subtracted from it.",
            "得分乘以 1 − IoU，而不是减去 IoU。",
            lambda s: max(0.0, s.score - s.iou),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftNmsLinear | None:
        s = SoftNmsLinear(draw.decimal(0.3, 0.9, 2), draw.decimal(0.1, 0.9, 2), draw.choice((0.3, 0.4, 0.5)))
        return s if abs(s.iou - s.threshold) > 0.02 and (s.iou > s.threshold or draw.chance(0.4)) else None

    def formula(self, s: SoftNmsLinear) -> float:
        return s.score * (1 - s.iou) if s.iou >= s.threshold else s.score

    def stem(self, s: SoftNmsLinear) -> Text:
        return Text(
            f"Linear Soft-NMS (decay from an IoU of {num(s.threshold)} on) has "
            f"picked the best box. Another box has score {num(s.score)} and "
            f"an IoU of {num(s.iou)} with it. What is its score after this step?",
            f"线性 Soft-NMS（IoU 达到 {num(s.threshold)} 起衰减）已选出得分最高的框。"
            f"另一个框得分为 {num(s.score)}，与它的 IoU 为 {num(s.iou)}。"
            "这一步之后该框的得分是多少？",
        )

    def solution(self, s: SoftNmsLinear) -> Text:
        if s.iou < s.threshold:
            return Text(
                f"{num(s.iou)} is below {num(s.threshold)}: the score stays {num(s.score)}.",
                f"{num(s.iou)} 低于 {num(s.threshold)}：得分仍为 {num(s.score)}。",
            )
        steps = rf"{num(s.score)} \cdot (1 - {num(s.iou)}) = {short(self.formula(s))}"
        return Text(
            f"{num(s.iou)} is at least {num(s.threshold)}: ${steps}$.",
            f"{num(s.iou)} 不低于 {num(s.threshold)}：${steps}$。",
        )


class Gaussian(Question[SoftNmsGaussian]):
    """The Gaussian form, from boxes."""

    spec = SoftNmsGaussian
    answer = Number(decimals=3)
    levels = (2,)
    find = "gaussian"
    rule = r"$s \leftarrow s \cdot e^{-\mathrm{IoU}^2/\sigma}$"
    mistakes = (
        Mistake(GAUSS_EN, GAUSS_ZH, lambda s: s.score * math.exp(-iou(s.box, s.better) / s.sigma)),
        Mistake(
            "The exponent is divided by σ itself, not by 2σ².",
            "指数除以 σ 本身，而不是 2σ²。",
            lambda s: s.score * math.exp(-(iou(s.box, s.better) ** 2) / (2 * s.sigma**2)),
        ),
        Mistake("That is the linear decay.", "这是线性衰减。", lambda s: s.score * (1 - iou(s.box, s.better))),
        Mistake(
            "The overlap is the IoU, not the share of the smaller box.",
            "重叠用 IoU，而不是占较小框的比例。",
            lambda s: s.score * _bell(over_smaller(s.box, s.better), s.sigma),
        ),
        Mistake(
            "That is the factor; the score has to be multiplied by it.",
            "这是衰减倍数，还要乘以得分。",
            lambda s: _bell(iou(s.box, s.better), s.sigma),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftNmsGaussian | None:
        better = draw_box(draw, 60, 15, 40, 5)
        box = draw_near(draw, better, 60, 10, 5)
        if box is None or box == better or not 0.2 < iou(box, better) < 0.95:
            return None
        return SoftNmsGaussian(draw.decimal(0.4, 0.9, 2), box, better, draw.choice((0.5, 0.3, 0.4, 0.6)))

    def formula(self, s: SoftNmsGaussian) -> float:
        return s.score * _bell(iou(s.box, s.better), s.sigma)

    def stem(self, s: SoftNmsGaussian) -> Text:
        box, better = written(s.box), written(s.better)
        return Text(
            f"{BOXES.en} Gaussian Soft-NMS ($\\sigma$ = {num(s.sigma)}) has picked the best box {better}. Another box {box} has score "
            f"{num(s.score)}. What is its score after this step?",
            f"{BOXES.zh}高斯 Soft-NMS（$\\sigma$ = {num(s.sigma)}）已选出得分最高的框 {better}。另一个框 {box} 的得分为 {num(s.score)}。"
            "这一步之后它的得分是多少？",
        )

    def solution(self, s: SoftNmsGaussian) -> Text:
        overlap = f"{intersection(s.box, s.better)}/{union(s.box, s.better)} = {short(iou(s.box, s.better))}"
        steps = (
            rf"{num(s.score)} \cdot e^{{-{short(iou(s.box, s.better))}^2/{num(s.sigma)}}} = {short(self.formula(s))}"
        )
        return Text(f"IoU: ${overlap}$.\n\nScore: ${steps}$.", f"IoU：${overlap}$。\n\n得分：${steps}$。")


def _between(s: SoftNmsRun, a: int, b: int) -> float:
    return s.ious[a + b - 1]


def _run(s: SoftNmsRun, *, again: bool = True) -> tuple[list[float], list[int]]:
    """Final scores, and the order in which boxes were picked. Without `again` only the first box makes others decay."""
    scores, order = list(s.scores), list[int]()
    rest = [0, 1, 2]
    while rest:
        best = max(rest, key=lambda at: scores[at])
        rest.remove(best)
        order.append(best)
        if again or len(order) == 1:
            for at in rest:
                scores[at] *= _bell(_between(s, best, at), s.sigma)
    return scores, order


def _by_initial(s: SoftNmsRun) -> float:
    """Decayed by every box with a higher initial score."""
    higher = [at for at in range(3) if s.scores[at] > s.scores[s.box]]
    return s.scores[s.box] * math.prod(_bell(_between(s, at, s.box), s.sigma) for at in higher)


class Run(Question[SoftNmsRun]):
    """Until all three boxes are picked."""

    spec = SoftNmsRun
    answer = Number(decimals=3)
    levels = (3,)
    find = "run"
    rule = Text(
        r"pick the best remaining box, then $s_i \leftarrow s_i e^{-\mathrm{IoU}^2/\sigma}$ for the others; repeat",
        r"选出剩余框中最好的，其余 $s_i \leftarrow s_i e^{-\mathrm{IoU}^2/\sigma}$；重复",
    )
    mistakes = (
        Mistake(
            "Every box that is picked makes the remaining ones decay, not only the first.",
            "每个被选出的框都使其余框衰减，而不只是第一个。",
            lambda s: _run(s, again=False)[0][s.box],
        ),
        Mistake(
            "The next box is picked by the scores after the decay, not by the initial ones.",
            "下一个框按衰减后的得分选出，而不是按初始得分。",
            _by_initial,
        ),
        Mistake(
            "Boxes picked before this one make it decay, not those picked after it.",
            "只有先于它被选出的框才使它衰减，后选出的不会。",
            lambda s: (
                s.scores[s.box] * math.prod(_bell(_between(s, at, s.box), s.sigma) for at in range(3) if at != s.box)
            ),
        ),
        Mistake("That is the score before any decay.", "这是衰减之前的得分。", lambda s: s.scores[s.box]),
        Mistake(
            GAUSS_EN,
            GAUSS_ZH,
            lambda s: s.scores[s.box] * math.prod(math.exp(-_between(s, at, s.box) / s.sigma) for at in _before(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftNmsRun | None:
        first, second, third = draw.sample(range(45, 98), 3)
        ious = draw.decimals(3, 0.2, 0.8, 1)
        start = SoftNmsRun(
            (first / 100, second / 100, third / 100), (ious[0], ious[1], ious[2]), draw.choice((0.5, 0.4)), 0
        )
        order = _run(start)[1]
        one_step = _run(start, again=False)[0]
        if abs(one_step[order[1]] - one_step[order[2]]) < 0.01:
            return None
        return SoftNmsRun(start.scores, start.ious, start.sigma, order[2] if draw.chance(0.8) else order[1])

    def formula(self, s: SoftNmsRun) -> float:
        return _run(s)[0][s.box]

    def stem(self, s: SoftNmsRun) -> Text:
        boxes = listed(f"box {at}: score {num(score)}" for at, score in enumerate(s.scores))
        one, two, three = map(num, s.ious)
        return Text(
            f"Three detections of one class:{boxes}IoU of boxes 0 and 1: {one}; 0 and 2: {two}; 1 and 2: {three}. Gaussian Soft-NMS with "
            f"$\\sigma$ = {num(s.sigma)} runs until every box has been picked. What is the final score of box {s.box}?",
            f"同一类别的三个检测（score 为得分）：{boxes}框 0 与 1 的 IoU 为 {one}，0 与 2 为 {two}，1 与 2 为 {three}。"
            f"做 $\\sigma$ = {num(s.sigma)} 的高斯 Soft-NMS，直到所有框都被选出。框 {s.box} 的最终得分是多少？",
        )

    def solution(self, s: SoftNmsRun) -> Text:
        order = _run(s)[1]
        factors = r" \cdot ".join(f"e^{{-{num(_between(s, at, s.box))}^2/{num(s.sigma)}}}" for at in _before(s))
        steps = rf"{num(s.scores[s.box])} \cdot {factors}" if factors else num(s.scores[s.box])
        ranked = ", ".join(map(str, order))
        return Text(
            f"The boxes are picked in the order {ranked} (by the scores as they are then). Box {s.box} decays with those before it: "
            f"${steps} = {short(self.formula(s))}$.",
            f"各框依次被选出的顺序为 {ranked}（按当时的得分）。框 {s.box} 因先于它的框而衰减：${steps} = {short(self.formula(s))}$。",
        )


def _before(s: SoftNmsRun) -> list[int]:
    order = _run(s)[1]
    return order[: order.index(s.box)]


MODEL = ItemModel(
    name="soft_nms_score",
    version=1,
    topic="detection",
    title=Text("Scores after Soft-NMS", "Soft-NMS 后的得分"),
    questions=(Linear(), Gaussian(), Run()),
)
