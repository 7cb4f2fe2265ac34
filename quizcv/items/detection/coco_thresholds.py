"""COCO's IoU thresholds 0.5, 0.55, …, 0.95, and what is averaged over them (Lin et al. 2014; Hosang et al. 2015 for recall)."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.ranking import CocoHits, CocoRecall, CocoThresholds

TEN = tuple(at / 100 for at in range(50, 100, 5))


class Count(Question[CocoThresholds]):
    """How many thresholds."""

    spec = CocoThresholds
    answer = Integer()
    levels = (1,)
    rule = r"$(b - a)/s + 1$"
    mistakes = (
        Mistake(
            "Both ends belong to the list: one more than there are steps.",
            "两端都计入：比步数多一个。",
            lambda s: round((s.high - s.low) / s.step),
        ),
        Mistake("That is one too many.", "多算了一个。", lambda s: round((s.high - s.low) / s.step) + 2),
        Mistake(
            "The list ends at its last threshold, not at 1.",
            "阈值到上限为止，而不是到 1。",
            lambda s: round((1 - s.low) / s.step) + 1,
        ),
        Mistake(
            "The list begins at its first threshold, not at 0.",
            "阈值从下限开始，而不是从 0。",
            lambda s: round(s.high / s.step),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CocoThresholds | None:
        step = draw.choice((1, 2, 5, 5, 10))
        low = draw.choice((10, 20, 25, 30, 40, 50, 50, 55, 60, 75))
        high = draw.choice((70, 75, 80, 90, 95, 95))
        if high <= low or (high - low) % step:
            return None
        return CocoThresholds(low / 100, high / 100, step / 100)

    def formula(self, s: CocoThresholds) -> int:
        return round((s.high - s.low) / s.step) + 1

    def stem(self, s: CocoThresholds) -> Text:
        name = f"AP@[{num(s.low)}:{num(s.step)}:{num(s.high)}]"
        return Text(
            f"{name} averages over IoU thresholds from {num(s.low)} to {num(s.high)}, both included, in steps of {num(s.step)}. How many "
            "thresholds are there?",
            f"{name} 对 IoU 阈值取平均，阈值从 {num(s.low)} 到 {num(s.high)}（含两端），步长 {num(s.step)}。共有多少个阈值？",
        )

    def solution(self, s: CocoThresholds) -> Text:
        steps = f"({num(s.high)} - {num(s.low)})/{num(s.step)} + 1 = {self.formula(s)}"
        return Text(f"One more than there are steps: ${steps}$.", f"比步数多一个：${steps}$。")


def _passed(iou: float) -> int:
    return sum(iou >= threshold for threshold in TEN)


class Passed(Question[CocoHits]):
    """At how many thresholds a detection is right."""

    spec = CocoHits
    answer = Integer()
    levels = (2,)
    find = "passed"
    rule = Text(
        r"count the $t \in \{0.5, 0.55, \ldots, 0.95\}$ with $\mathrm{IoU} \geq t$",
        r"数出满足 $\mathrm{IoU} \geq t$ 的 $t \in \{0.5, 0.55, \ldots, 0.95\}$",
    )
    mistakes = (
        Mistake("The threshold 0.5 itself belongs to the list.", "阈值 0.5 本身也算。", lambda s: _passed(s.iou) - 1),
        Mistake("Those are the thresholds that it misses.", "这是未达到的阈值数。", lambda s: 10 - _passed(s.iou)),
        Mistake(
            "The steps are 0.05, not 0.1.",
            "步长是 0.05，而不是 0.1。",
            lambda s: sum(s.iou >= at / 10 for at in range(5, 10)),
        ),
        Mistake(
            "The list begins at 0.5, not at 0.", "阈值从 0.5 开始，而不是从 0。", lambda s: int(s.iou / 0.05 + 1e-9)
        ),
        Mistake(
            "The next threshold is not reached: it is rounded down.",
            "尚未达到下一个阈值：应向下取整。",
            lambda s: min(10, _passed(s.iou) + 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CocoHits | None:
        percent = draw.integer(500, 999)
        return CocoHits(percent / 1000) if percent % 50 else None

    def formula(self, s: CocoHits) -> int:
        return _passed(s.iou)

    def stem(self, s: CocoHits) -> Text:
        return Text(
            f"A detection has an IoU of {num(s.iou)} with its ground truth, which "
            "nothing else matches. At how many of COCO's ten IoU thresholds "
            "is it a true positive?",
            f"某检测与其真实框的 IoU 为 {num(s.iou)}，且没有其他检测与该真实框匹配。"
            "在 COCO 的十个 IoU 阈值中，它在多少个阈值下是真阳性？",
        )

    def solution(self, s: CocoHits) -> Text:
        right = [threshold for threshold in TEN if s.iou >= threshold]
        last = num(right[-1]) if right else "-"
        return Text(
            f"The thresholds are 0.5, 0.55, …, 0.95. {num(s.iou)} reaches those up to {last}: {_passed(s.iou)}.",
            f"阈值为 0.5, 0.55, …, 0.95。{num(s.iou)} 达到了直到 {last} 的阈值：{_passed(s.iou)} 个。",
        )


def _recall(s: CocoRecall) -> float:
    return sum(_passed(iou) for iou in s.ious) / (10 * len(s.ious))


class AverageRecall(Question[CocoRecall]):
    """The mean recall over the thresholds."""

    spec = CocoRecall
    answer = Number(decimals=3)
    levels = (3,)
    find = "recall"
    rule = r"$\frac{1}{10} \sum_t |\{i: \mathrm{IoU}_i \geq t\}|/N$"
    mistakes = (
        Mistake(
            "That is the recall at the threshold 0.5 only.",
            "这只是阈值 0.5 下的召回率。",
            lambda s: sum(iou >= 0.5 for iou in s.ious) / len(s.ious),
        ),
        Mistake(
            "That is the mean IoU, not the mean recall.",
            "这是平均 IoU，而不是平均召回率。",
            lambda s: sum(s.ious) / len(s.ious),
        ),
        Mistake(
            "That is the recall at the threshold 0.75 only.",
            "这只是阈值 0.75 下的召回率。",
            lambda s: sum(iou >= 0.75 for iou in s.ious) / len(s.ious),
        ),
        Mistake(
            "Objects that no threshold finds count in the denominator, too.",
            "任何阈值下都未找到的目标也要计入分母。",
            lambda s: sum(map(_passed, s.ious)) / (10 * max(1, sum(iou >= 0.5 for iou in s.ious))),
        ),
        Mistake(
            "There are ten thresholds: 0.5 belongs to them.",
            "共十个阈值：0.5 也算。",
            lambda s: sum(max(0, _passed(iou) - 1) for iou in s.ious) / (9 * len(s.ious)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CocoRecall | None:
        count = draw.integer(3, 6)
        ious = tuple(at / 100 for at in draw.sample([at for at in range(30, 100) if at % 5], count))
        return CocoRecall(ious) if sum(iou >= 0.5 for iou in ious) >= 2 else None

    def formula(self, s: CocoRecall) -> float:
        return _recall(s)

    def stem(self, s: CocoRecall) -> Text:
        ious = ", ".join(num(iou) for iou in s.ious)
        return Text(
            f"A data set has {len(s.ious)} ground truths, each with one detection "
            f"of its own; their IoUs are {ious}. What is the average recall "
            "over COCO's ten IoU thresholds?",
            f"数据集中有 {len(s.ious)} 个真实框，每个各对应一个检测，IoU "
            f"分别为 {ious}。在 COCO 的十个 IoU 阈值上的平均召回率（AR）是多少？",
        )

    def solution(self, s: CocoRecall) -> Text:
        counts = [_passed(iou) for iou in s.ious]
        total = " + ".join(map(str, counts))
        steps = rf"({total})/(10 \cdot {len(counts)}) = {short(_recall(s))}"
        return Text(
            f"Thresholds that each one passes: {', '.join(map(str, counts))}.\n\nOf all pairs of ground truth and threshold: ${steps}$.",
            f"各自达到的阈值数：{', '.join(map(str, counts))}。\n\n占全部（真实框, 阈值）组合的比例：${steps}$。",
        )


MODEL = ItemModel(
    name="coco_thresholds",
    version=1,
    topic="detection",
    title=Text("COCO's IoU thresholds", "COCO 的 IoU 阈值"),
    questions=(Count(), Passed(), AverageRecall()),
)
