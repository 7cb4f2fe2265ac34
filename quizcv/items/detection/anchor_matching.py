"""Labels of anchors for training: positive from an IoU on, negative below another (Ren et al. 2015, section 3.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from quizcv.answers import Indices, Integer
from quizcv.items.detection._geometry import draw_box, draw_near, intersection, iou
from quizcv.items.detection._text import BOXES, listed, short, table, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.anchors import AnchorMatching, AnchorMatchingBoxes, Overlaps
from quizcv.specs.boxes import Box

WANTED: tuple[Literal["positive", "negative", "ignored"], ...] = ("positive", "negative", "ignored")
WANTED_ZH = {"positive": "正样本", "negative": "负样本", "ignored": "忽略样本（既非正也非负）"}
WANTED_EN = {"positive": "positive", "negative": "negative", "ignored": "ignored (neither positive nor negative)"}


def _labels(
    ious: Overlaps, high: float, low: float, *, best: bool, of: Callable[[tuple[float, ...]], float] = max
) -> list[str]:
    positive = {row for row, overlaps in enumerate(ious) if of(overlaps) >= high}
    if best:
        for column in range(len(ious[0])):
            top = max(overlaps[column] for overlaps in ious)
            positive |= {row for row, overlaps in enumerate(ious) if overlaps[column] == top > 0}
    return [
        "positive" if row in positive else "negative" if of(overlaps) < low else "ignored"
        for row, overlaps in enumerate(ious)
    ]


def _chosen(s: AnchorMatching, *, best: bool | None = None) -> tuple[int, ...]:
    labels = _labels(s.ious, s.high, s.low, best=s.best if best is None else best)
    return tuple(at for at, label in enumerate(labels) if label == s.wanted)


def _labelled(s: AnchorMatching, *wanted: str) -> tuple[int, ...]:
    labels = _labels(s.ious, s.high, s.low, best=s.best)
    return tuple(at for at, label in enumerate(labels) if label in wanted)


def _either(s: AnchorMatching, *wanted: str) -> tuple[int, ...] | None:
    """Two groups taken for the one asked for."""
    return _labelled(s, *wanted) if s.wanted in wanted else None


def _swapped(s: AnchorMatching) -> tuple[int, ...] | None:
    other = {"positive": "negative", "negative": "positive"}.get(s.wanted)
    return _labelled(s, other) if other else None


def _by_mean(s: AnchorMatching) -> tuple[int, ...]:
    labels = _labels(s.ious, s.high, s.low, best=s.best, of=lambda row: sum(row) / len(row))
    return tuple(at for at, label in enumerate(labels) if label == s.wanted)


class FromTable(Question[AnchorMatching]):
    """From a table of IoUs."""

    spec = AnchorMatching
    answer = Indices()
    levels = (1, 2)
    rule = Text(
        r"positive: $\max_j \mathrm{IoU}_{ij} \geq t_+$ (or best of a ground truth); negative: $\max_j \mathrm{IoU}_{ij} < t_-$",
        r"正：$\max_j \mathrm{IoU}_{ij} \geq t_+$（或某真实框的最佳锚框）；负：$\max_j \mathrm{IoU}_{ij} < t_-$",
    )
    mistakes = (
        Mistake(
            "Whether the best anchor of each ground truth is positive as well was taken the other way round.",
            "对“每个真实框的最佳锚框是否也算正样本”的理解反了。",
            lambda s: _chosen(s, best=not s.best),
        ),
        Mistake(
            "There are two thresholds: anchors between them are ignored, not negative.",
            "有两个阈值：介于两者之间的锚框被忽略，而不是负样本。",
            lambda s: _either(s, "negative", "ignored"),
        ),
        Mistake(
            "There are two thresholds: anchors between them are ignored, not positive.",
            "有两个阈值：介于两者之间的锚框被忽略，而不是正样本。",
            lambda s: _either(s, "positive", "ignored"),
        ),
        Mistake(
            "Positive and negative were swapped: a high IoU makes an anchor positive.",
            "正负弄反了：IoU 高的锚框是正样本。",
            lambda s: _swapped(s),
        ),
        Mistake(
            "The largest IoU of an anchor counts, not the mean over the ground truths.",
            "看锚框与各真实框 IoU 的最大值，而不是平均值。",
            _by_mean,
        ),
        Mistake(
            "All ground truths count, not only the first.",
            "要看所有真实框，而不只是第一个。",
            lambda s: _chosen(AnchorMatching(tuple(row[:1] for row in s.ious), s.high, s.low, s.wanted, s.best)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AnchorMatching | None:
        rows, columns = (5, 1) if level == 1 else (6, draw.integer(2, 3))
        high, low = draw.choice(((0.7, 0.3), (0.5, 0.4), (0.6, 0.3), (0.5, 0.3)))
        top = 95 if level == 1 else round(100 * high) + 12
        values = [at / 100 for at in range(2, top) if at / 100 not in (high, low)]
        drawn = draw.sample(values, rows * columns)
        table_ = tuple(drawn[row * columns : (row + 1) * columns] for row in range(rows))
        wanted = draw.choice(WANTED)
        s = AnchorMatching(table_, high, low, wanted, level == 2 and draw.chance(0.7))
        return s if 0 < len(_chosen(s)) < rows else None

    def formula(self, s: AnchorMatching) -> tuple[int, ...]:
        return _chosen(s)

    def stem(self, s: AnchorMatching) -> Text:
        head = ["anchor", *(f"gt {at}" for at in range(len(s.ious[0])))]
        shown = table(head, [[str(at), *(num(value) for value in row)] for at, row in enumerate(s.ious)])
        best = (
            (
                "; so is the anchor that overlaps a ground truth most, for each ground truth, however small this IoU",
                "；此外，与每个真实框 IoU 最高的锚框无论数值多少也都是正样本",
            )
            if s.best
            else (" (no further rule makes an anchor positive)", "（没有其他规则使锚框成为正样本）")
        )
        return Text(
            f"IoU of anchors with ground truths:{shown}An anchor is positive "
            f"if its highest IoU is at least {num(s.high)}{best[0]}. Of the "
            f"others, those whose highest IoU is below {num(s.low)} are negative, the rest is ignored. Which anchors are "
            f"{WANTED_EN[s.wanted]}?",
            f"锚框与真实框（gt）的 IoU：{shown}最高 IoU 不低于 {num(s.high)} "
            f"的锚框为正样本{best[1]}。其余锚框中，最高 IoU 低于 {num(s.low)} "
            f"的为负样本，剩下的被忽略。哪些锚框是{WANTED_ZH[s.wanted]}？",
        )

    def solution(self, s: AnchorMatching) -> Text:
        labels = _labels(s.ious, s.high, s.low, best=s.best)
        zh = {"positive": "正", "negative": "负", "ignored": "忽略"}
        lines, lines_zh = [], []
        for at, (row, label) in enumerate(zip(s.ious, labels, strict=True)):
            rescued = label == "positive" and max(row) < s.high
            lines.append(f"{at}: {num(max(row))}, {label}{' (the best of a ground truth)' if rescued else ''}")
            lines_zh.append(f"{at}：{num(max(row))}，{zh[label]}{'（某真实框的最佳锚框）' if rescued else ''}")
        answer = ", ".join(map(str, self.formula(s))) or "-"
        ends = f"{num(s.low)}", f"{num(s.high)}"
        return Text(
            f"Highest IoU of each anchor against {ends[0]} and {ends[1]}: {'; '.join(lines)}.\n\nSo: {answer}.",
            f"各锚框的最高 IoU，与 {ends[0]} 和 {ends[1]} 比较：{'；'.join(lines_zh)}。\n\n答案：{answer}。",
        )


def _table(s: AnchorMatchingBoxes) -> Overlaps:
    return tuple(tuple(iou(anchor, target) for target in s.targets) for anchor in s.anchors)


def _count(s: AnchorMatchingBoxes, *, high: float | None = None, low: float | None = None) -> int:
    return _labels(_table(s), high or s.high, low or s.low, best=False).count(s.wanted)


def _over_anchor(s: AnchorMatchingBoxes) -> int:
    """Intersection over the area of the ground truth instead of IoU."""
    shares = tuple(tuple(intersection(a, t) / ((t[2] - t[0]) * (t[3] - t[1])) for t in s.targets) for a in s.anchors)
    return _labels(shares, s.high, s.low, best=False).count(s.wanted)


class FromBoxes(Question[AnchorMatchingBoxes]):
    """From the boxes: first the IoUs, then the labels."""

    spec = AnchorMatchingBoxes
    answer = Integer()
    levels = (3,)
    find = "count"
    rule = Text(
        r"positive: $\max_j \mathrm{IoU}_{ij} \geq t_+$; negative: $\max_j \mathrm{IoU}_{ij} < t_-$; else ignored",
        r"正：$\max_j \mathrm{IoU}_{ij} \geq t_+$；负：$\max_j \mathrm{IoU}_{ij} < t_-$；其余忽略",
    )
    mistakes = (
        Mistake(
            "Below the high threshold an anchor is not yet negative.",
            "低于高阈值并不等于负样本。",
            lambda s: _count(s, low=s.high),
        ),
        Mistake(
            "Above the low threshold an anchor is not yet positive.",
            "高于低阈值并不等于正样本。",
            lambda s: _count(s, high=s.low),
        ),
        Mistake(
            "The overlap is relative to the union, not to the ground truth alone.",
            "重叠应除以并集，而不是只除以真实框面积。",
            _over_anchor,
        ),
        Mistake(
            "That is the number of the other anchors.", "这是其余锚框的个数。", lambda s: len(s.anchors) - _count(s)
        ),
        Mistake(
            "Each anchor counts once, by its highest IoU, not once per ground truth.",
            "每个锚框按其最高 IoU 只计一次，而不是对每个真实框各计一次。",
            lambda s: sum(
                _count(AnchorMatchingBoxes(s.anchors, (target,), s.high, s.low, s.wanted)) for target in s.targets
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AnchorMatchingBoxes | None:
        high, low = draw.choice(((0.7, 0.3), (0.5, 0.4), (0.6, 0.3)))
        targets = draw_box(draw, 80, 20, 30, 10, margin=10), draw_box(draw, 80, 20, 30, 10, margin=10)
        anchors: list[Box] = []
        for _ in range(12):
            box = draw_near(draw, draw.choice(targets), 80, 10, 10)
            # No overlap is so near a threshold that rounding it could decide.
            if box and box not in anchors and all(abs(iou(box, t) - at) > 0.01 for t in targets for at in (high, low)):
                anchors.append(box)
            if len(anchors) == 4:
                break
        if len(anchors) < 4 or targets[0] == targets[1]:
            return None
        s = AnchorMatchingBoxes(tuple(anchors), targets, high, low, draw.choice(WANTED))
        return s if 0 < _count(s) < 4 else None

    def formula(self, s: AnchorMatchingBoxes) -> int:
        return _count(s)

    def stem(self, s: AnchorMatchingBoxes) -> Text:
        anchors = listed(f"anchor {at}: {written(box)}" for at, box in enumerate(s.anchors))
        targets = listed(f"gt {at}: {written(box)}" for at, box in enumerate(s.targets))
        return Text(
            f"{BOXES.en} Anchors:{anchors}Ground truths:{targets}An anchor whose highest IoU is at least {num(s.high)} is positive; "
            f"below {num(s.low)} it is negative; in between it is ignored. No other rule applies. How many anchors are "
            f"{WANTED_EN[s.wanted].partition(' (')[0]}?",
            f"{BOXES.zh}锚框：{anchors}真实框：{targets}最高 IoU 不低于 {num(s.high)} 的锚框为正样本，低于 {num(s.low)} 的为负样本，"
            f"介于两者之间的被忽略，没有其他规则。{WANTED_ZH[s.wanted].partition('（')[0]}的锚框有多少个？",
        )

    def solution(self, s: AnchorMatchingBoxes) -> Text:
        tops = ", ".join(short(max(row)) for row in _table(s))
        return Text(
            f"Highest IoU of each anchor: {tops}. Compared with {num(s.low)} and {num(s.high)}: {self.formula(s)}.",
            f"各锚框的最高 IoU：{tops}。与 {num(s.low)} 和 {num(s.high)} 比较：{self.formula(s)} 个。",
        )


MODEL = ItemModel(
    name="anchor_matching",
    version=1,
    topic="detection",
    title=Text("Labels of anchors by IoU", "按 IoU 给锚框定标签"),
    questions=(FromTable(), FromBoxes()),
)
