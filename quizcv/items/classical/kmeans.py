"""One step of k-means: assign, then average. Source: Lloyd 1982."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from quizcv.items.classical._data import distance, mean, points
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.classical import KmeansPlane, KmeansStep, KmeansTwice


def _nearest(point: Sequence[float], centres: Sequence[Sequence[float]], metric: str = "euclidean") -> int:
    gaps = [distance(point, centre, metric) for centre in centres]
    return gaps.index(min(gaps))


def _own(s: KmeansStep, centres: Sequence[float] | None = None, cluster: int | None = None) -> list[float]:
    """The points of the cluster."""
    at = s.centres if centres is None else centres
    wanted = s.cluster if cluster is None else cluster
    own = []
    for x in s.points:
        gaps = [abs(x - c) for c in at]
        if gaps[wanted] == min(gaps):
            own.append(x)
    return own


def _moved(s: KmeansStep) -> list[float]:
    """All centres after the step."""
    return [mean(_own(s, cluster=at)) for at in range(len(s.centres))]


def _line(draw: Draw, level: int) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    clusters, count = (2, 5) if level == 1 else (3, 7)
    points_ = tuple(map(float, draw.sample(range(0, 21), count)))
    centres = tuple(map(float, sorted(draw.sample(range(0, 21), clusters))))
    return points_, centres, draw.integer(0, clusters - 1)


def _closest(s: KmeansStep) -> float:
    """The point of the cluster that is nearest to its mean."""
    own = _own(s)
    return min((abs(x - mean(own)), x) for x in own)[1]


class OnLine(Worked[KmeansStep]):
    spec = KmeansStep
    levels = (1, 2)
    rule = Text("the mean of the points for which the centre is the nearest", "以该中心为最近中心的点的均值")
    mistakes = (
        Mistake(
            "The old centre is not one of the points averaged.",
            "旧中心不参与平均。",
            lambda s: mean([*_own(s), s.centres[s.cluster]]),
        ),
        Mistake(
            "The centre becomes the mean of its own points, not of all.",
            "新中心是本簇点的均值，不是全部点的均值。",
            lambda s: mean(s.points),
        ),
        Mistake(
            "k-means takes the mean, not the median.",
            "k-means 取均值，不取中位数。",
            lambda s: median(_own(s)),
        ),
        Mistake("The centre does not stay where it was.", "中心不会停在原处。", lambda s: s.centres[s.cluster]),
        Mistake(
            "The new centre is not the middle between the old one and the mean.",
            "新中心不是旧中心与均值的中点。",
            lambda s: (s.centres[s.cluster] + mean(_own(s))) / 2,
        ),
        Mistake(
            "The mean is asked, not the point nearest to it.",
            "所求为均值，而不是离它最近的点。",
            _closest,
        ),
        Mistake(
            "That is the new place of another centre.", "这是另一个中心的新位置。", lambda s: _moved(s)[s.cluster - 1]
        ),
    )

    def sample(self, draw: Draw, level: int) -> KmeansStep | None:
        s = KmeansStep(*_line(draw, level))
        return s if len(_own(s)) > 1 and not any(s.rules()) else None

    def formula(self, s: KmeansStep) -> float:
        own = [x for x in s.points if all(abs(x - s.centres[s.cluster]) <= abs(x - c) for c in s.centres)]
        return sum(own) / len(own)

    def stem(self, s: KmeansStep) -> Text:
        return Text(
            f"k-means on a line: points {vector(s.points)}, centres {vector(s.centres)}. Where is centre "
            f"{s.cluster} (counted from 0) after one "
            "step (assignment and update)?",
            f"一维 k-means：点为 {vector(s.points)}，中心为 {vector(s.centres)}。迭代一步（分配加更新）后，中心 "
            f"{s.cluster}（从 0 起）在哪里？",
        )

    def why(self, s: KmeansStep) -> Text:
        own = vector(_own(s))
        return Text(f"Centre {s.cluster} is the nearest for {own}:", f"离中心 {s.cluster} 最近的点为 {own}：")

    def steps(self, s: KmeansStep) -> str:
        return f"({' + '.join(map(num, _own(s)))})/{len(_own(s))} = {num(self.formula(s))}"


def _plane(s: KmeansPlane, cluster: int | None = None, metric: str = "euclidean") -> list[tuple[float, ...]]:
    wanted = s.cluster if cluster is None else cluster
    return [point for point in s.points if _nearest(point, s.centres, metric) == wanted]


def _axis(rows: Sequence[Sequence[float]], axis: int) -> float | None:
    return mean([row[axis] for row in rows]) if rows else None


class InPlane(Worked[KmeansPlane]):
    spec = KmeansPlane
    levels = (2,)
    find = "plane"
    rule = Text(
        "the mean, axis by axis, of the points for which the centre is the nearest (Euclidean)",
        "以该中心为最近中心（欧氏距离）的点，逐坐标取均值",
    )
    mistakes = (
        Mistake(
            "The old centre is not one of the points averaged.",
            "旧中心不参与平均。",
            lambda s: _axis([*_plane(s), s.centres[s.cluster]], s.axis),
        ),
        Mistake(
            "The centre becomes the mean of its own points, not of all.",
            "新中心是本簇点的均值，不是全部点的均值。",
            lambda s: _axis(s.points, s.axis),
        ),
        Mistake("That is the other coordinate.", "这是另一个坐标。", lambda s: _axis(_plane(s), 1 - s.axis)),
        Mistake(
            "That is the new place of another centre.",
            "这是另一个中心的新位置。",
            lambda s: _axis(_plane(s, (s.cluster + 1) % len(s.centres)), s.axis),
        ),
        Mistake(
            "k-means assigns by Euclidean distance, not by Manhattan.",
            "k-means 用欧氏距离分配，不是曼哈顿距离。",
            lambda s: _axis(_plane(s, metric="manhattan"), s.axis),
        ),
        Mistake("The centre does not stay where it was.", "中心不会停在原处。", lambda s: s.centres[s.cluster][s.axis]),
    )

    def sample(self, draw: Draw, level: int) -> KmeansPlane | None:
        def row() -> tuple[float, float]:
            return float(draw.integer(0, 9)), float(draw.integer(0, 9))

        s = KmeansPlane(tuple(row() for _ in range(6)), (row(), row()), draw.integer(0, 1), draw.integer(0, 1))
        return s if len(set(s.points)) == 6 and len(_plane(s)) > 1 and not any(s.rules()) else None

    def formula(self, s: KmeansPlane) -> float:
        def far(point: Sequence[float], centre: Sequence[float]) -> float:
            return sum((a - b) ** 2 for a, b in zip(point, centre, strict=True))

        own = [p[s.axis] for p in s.points if far(p, s.centres[s.cluster]) <= min(far(p, c) for c in s.centres)]
        return sum(own) / len(own)

    def stem(self, s: KmeansPlane) -> Text:
        axis = "xy"[s.axis]
        return Text(
            f"k-means in the plane: points {points(s.points)}, centres {points(s.centres)}. What is the {axis} "
            f"coordinate (axis {s.axis}) of centre "
            f"{s.cluster} (counted from 0) after one step (assignment and update)?",
            f"二维 k-means：点为 {points(s.points)}，中心为 {points(s.centres)}。迭代一步（分配加更新）后，中心 "
            f"{s.cluster}（从 0 起）的 {axis} 坐标"
            f"（轴 {s.axis}）是多少？",
        )

    def why(self, s: KmeansPlane) -> Text:
        own = points(_plane(s))
        return Text(
            f"Centre {s.cluster} is the nearest for {own}; the mean along axis {s.axis}:",
            f"离中心 {s.cluster} 最近的点为 {own}；沿轴 {s.axis} 取平均：",
        )

    def steps(self, s: KmeansPlane) -> str:
        own = [point[s.axis] for point in _plane(s)]
        return f"({' + '.join(map(num, own))})/{len(own)} = {num(self.formula(s))}"


class TwoSteps(Worked[KmeansTwice]):
    spec = KmeansTwice
    levels = (3,)
    find = "two_steps"
    rule = Text("assign, average, assign again, average again", "分配，取均值，再分配，再取均值")
    mistakes = (
        Mistake("That is the centre after one step.", "这是一步之后的中心。", lambda s: _moved(s)[s.cluster]),
        Mistake("That is the mean of all points.", "这是全部点的均值。", lambda s: mean(s.points)),
        Mistake(
            "That is another centre after two steps.",
            "这是两步之后的另一个中心。",
            lambda s: mean(_own(s, _moved(s), (s.cluster + 1) % len(s.centres))),
        ),
        Mistake(
            "The centres of before are not among the points averaged.",
            "先前的中心不参与平均。",
            lambda s: mean([*_own(s, _moved(s)), _moved(s)[s.cluster]]),
        ),
        Mistake("The centre does not stay where it was.", "中心不会停在原处。", lambda s: s.centres[s.cluster]),
    )

    def sample(self, draw: Draw, level: int) -> KmeansTwice | None:
        # Centres that start side by side move far.
        count = draw.choice((5, 6, 7))
        centres = tuple(map(float, sorted(draw.sample(range(0, 7), 2))))
        s = KmeansTwice(tuple(map(float, draw.sample(range(0, 21), count))), centres, draw.integer(0, 1))
        if any(s.rules()):
            return None
        return s if _own(s) != _own(s, _moved(s)) or draw.chance(0.02) else None

    def formula(self, s: KmeansTwice) -> float:
        centres = list(s.centres)
        for _ in range(2):
            groups: list[list[float]] = [[] for _ in centres]
            for x in s.points:
                groups[min((abs(x - c), at) for at, c in enumerate(centres))[1]].append(x)
            centres = [sum(group) / len(group) for group in groups]
        return centres[s.cluster]

    def stem(self, s: KmeansTwice) -> Text:
        return Text(
            f"k-means on a line: points {vector(s.points)}, centres {vector(s.centres)}. Where is centre "
            f"{s.cluster} (counted from 0) after two "
            "steps (each assignment and update)?",
            f"一维 k-means：点为 {vector(s.points)}，中心为 {vector(s.centres)}。迭代两步（每步分配加更新）后，"
            f"中心 {s.cluster}（从 0 起）在哪里？",
        )

    def why(self, s: KmeansTwice) -> Text:
        moved, own = vector(_moved(s)), vector(_own(s, _moved(s)))
        return Text(
            f"After the first step the centres are {moved}; now centre {s.cluster} is the nearest for {own}:",
            f"第一步后中心为 {moved}；此时离中心 {s.cluster} 最近的点为 {own}：",
        )

    def steps(self, s: Any) -> str:
        own = _own(s, _moved(s))
        return f"({' + '.join(map(signed, own))})/{len(own)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="kmeans_step",
    version=1,
    topic="classical",
    title=Text("A step of k-means", "k-means 的一步"),
    questions=(OnLine(), InPlane(), TwoSteps()),
)
