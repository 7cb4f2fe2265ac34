"""k nearest neighbours. Source: Cover and Hart 1967."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from quizcv.answers import Integer
from quizcv.items.classical._data import distance, points
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.classical import KnnSmallest, KnnVote, Metric

NAMES = {"euclidean": Text("Euclidean", "欧氏"), "manhattan": Text("Manhattan", "曼哈顿")}


def _order(s: KnnVote, metric: str) -> list[tuple[float, int]]:
    """Distances and labels, the nearest first."""
    return sorted((distance(point, s.query, metric), label) for point, label in zip(s.points, s.labels, strict=True))


def _winner(labels: Sequence[int]) -> int | None:
    """The class with the most votes, if it is one alone."""
    votes = Counter(labels).most_common(2)
    return None if len(votes) > 1 and votes[0][1] == votes[1][1] else votes[0][0]


def _vote(s: KnnVote, metric: str | None = None, k: int | None = None, *, farthest: bool = False) -> int | None:
    order = _order(s, metric or s.metric)
    count = k or s.k
    return _winner([label for _, label in (order[-count:] if farthest else order[:count])])


class Vote(Question[KnnVote]):
    spec = KnnVote
    answer = Integer()
    levels = (1, 2)
    rule = Text("the most frequent label among the $k$ nearest points", "最近的 $k$ 个点中最多的标签")
    mistakes = (
        Mistake("That is the label of the nearest point alone.", "这只是最近一个点的标签。", lambda s: _vote(s, k=1)),
        Mistake(
            "That is the most frequent label of all points.", "这是全部点中最多的标签。", lambda s: _winner(s.labels)
        ),
        Mistake(
            "The nearest points vote, not the farthest.",
            "投票的是最近的点，不是最远的点。",
            lambda s: _vote(s, farthest=True),
        ),
        Mistake(
            "That is the vote by the other distance.",
            "这是用另一种距离的投票结果。",
            lambda s: _vote(s, "manhattan" if s.metric == "euclidean" else "euclidean"),
        ),
        Mistake("The nearest class mean does not vote in kNN.", "kNN 不按最近的类中心判定。", lambda s: _centroid(s)),
    )

    def sample(self, draw: Draw, level: int) -> KnnVote | None:
        classes, count = (2, 6) if level == 1 else (3, 8)
        rows = tuple((float(draw.integer(0, 9)), float(draw.integer(0, 9))) for _ in range(count))
        labels = tuple(draw.integer(0, classes - 1) for _ in range(count))
        metric: Metric = "euclidean" if level == 1 or draw.chance(0.4) else "manhattan"
        query = (float(draw.integer(2, 7)), float(draw.integer(2, 7)))
        s = KnnVote(rows, labels, query, 3 if level == 1 else draw.choice((3, 5)), metric)
        if len(set(labels)) < classes or len(set(rows)) < count or any(s.rules()):
            return None
        # Where the nearest point decides alone there is little to find out.
        return s if _vote(s) != _vote(s, k=1) or draw.chance(0.3) else None

    def formula(self, s: KnnVote) -> int:
        far = {at: distance(point, s.query, s.metric) for at, point in enumerate(s.points)}
        near = [s.labels[at] for at in sorted(far, key=far.__getitem__)[: s.k]]
        return max(near, key=near.count)

    def stem(self, s: KnnVote) -> Text:
        name = NAMES[s.metric]
        return Text(
            f"The points {points(s.points)} have the labels {vector(s.labels)}. Which class does kNN with $k = "
            f"{s.k}$ and {name.en} distance "
            f"(simple majority) give {points([s.query])}?",
            f"点 {points(s.points)} 的标签为 {vector(s.labels)}。用 $k = {s.k}$、{name.zh}距离的 "
            f"kNN（简单多数投票），{points([s.query])} 属于哪一类？",
        )

    def solution(self, s: KnnVote) -> Text:
        order = _order(s, s.metric)[: s.k]
        far, labels = vector(d for d, _ in order), vector(label for _, label in order)
        return Text(
            f"The {s.k} nearest points are {far} away and have the labels {labels}: class {self.formula(s)}.",
            f"最近的 {s.k} 个点距离为 {far}，标签为 {labels}：类别 {self.formula(s)}。",
        )


def _centroid(s: KnnVote) -> int:
    """The class whose mean is nearest."""
    best: dict[int, float] = {}
    for label in set(s.labels):
        own = [point for point, other in zip(s.points, s.labels, strict=True) if other == label]
        best[label] = distance([sum(axis) / len(own) for axis in zip(*own, strict=True)], s.query)
    return min(best, key=best.__getitem__)


def _line(s: KnnSmallest) -> list[int]:
    """Labels, the nearest first."""
    return [label for _, label in sorted(zip((abs(x - s.query) for x in s.points), s.labels, strict=True))]


def _smallest(labels: Sequence[int], target: int, step: int = 2) -> int | None:
    for k in range(1, len(labels) + 1, step):
        if 2 * labels[:k].count(target) > k:
            return k
    return None


class SmallestK(Question[KnnSmallest]):
    spec = KnnSmallest
    answer = Integer()
    levels = (3,)
    find = "k"
    rule = Text(
        "count from the nearest point on until the class has more than $k/2$ votes",
        "由近到远计票，直到该类超过 $k/2$ 票",
    )
    mistakes = (
        Mistake(
            "That is the place of the first neighbour of this class; it has no majority yet.",
            "这是该类第一个近邻的位置；此时还没有多数。",
            lambda s: _line(s).index(s.target) + 1,
        ),
        Mistake(
            "That is where this class has as many votes as the other, a tie.",
            "此处两类票数相等，是平局。",
            lambda s: next((k for k in range(2, len(s.labels) + 1, 2) if 2 * _line(s)[:k].count(s.target) == k), None),
        ),
        Mistake(
            "That is how many points of this class there are.", "这是该类点的个数。", lambda s: s.labels.count(s.target)
        ),
        Mistake("That is the number of all points.", "这是全部点的个数。", lambda s: len(s.points)),
        Mistake(
            "The points are ordered by their distance from the query, not as they are listed.",
            "点要按到查询点的距离排序，而不是按列出的顺序。",
            lambda s: _smallest(list(s.labels), s.target),
        ),
        Mistake(
            "One vote more is needed: the next odd k.",
            "还差一票：要取下一个奇数 k。",
            lambda s: (_smallest(_line(s), s.target) or 3) - 2 or None,
        ),
        Mistake(
            "A smaller odd k gives the class already.",
            "更小的奇数 k 已经得到该类。",
            lambda s: (_smallest(_line(s), s.target) or 0) + 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> KnnSmallest | None:
        values = draw.sample(range(0, 30), 9)
        labels = tuple(draw.integer(0, 1) for _ in values)
        s = KnnSmallest(
            tuple(map(float, values)),
            labels,
            draw.integer(8, 22) + draw.choice((0.2, 0.3, 0.4, 0.6)),
            draw.integer(0, 1),
        )
        return s if not any(s.rules()) and _line(s)[0] != s.target else None

    def formula(self, s: KnnSmallest) -> int:
        votes = 0
        for place, at in enumerate(sorted(range(len(s.points)), key=lambda at: abs(s.points[at] - s.query)), 1):
            votes += 1 if s.labels[at] == s.target else -1
            if place % 2 and votes > 0:
                return place
        raise ValueError("no odd k gives this class")

    def stem(self, s: KnnSmallest) -> Text:
        return Text(
            f"Points on a line at {vector(s.points)} have the labels {vector(s.labels)}. What is the smallest odd "
            "$k$ with which kNN (simple "
            f"majority) gives the class {s.target} at {num(s.query)}?",
            f"直线上的点 {vector(s.points)} 标签为 {vector(s.labels)}。kNN（简单多数投票）在 {num(s.query)} "
            f"处给出类别 {s.target} 的最小奇数 $k$ 是多少？",
        )

    def solution(self, s: KnnSmallest) -> Text:
        k = self.formula(s)
        return Text(
            f"From {num(s.query)} on, the labels are {vector(_line(s))}, the nearest first. Class {s.target} has "
            "more than half of the votes first at "
            f"$k = {k}$, with {_line(s)[:k].count(s.target)} of {k}.",
            f"从 {num(s.query)} 由近到远，标签为 {vector(_line(s))}。类别 {s.target} 首次过半是在 $k = {k}$，得 "
            f"{_line(s)[:k].count(s.target)} 票。",
        )


MODEL = ItemModel(
    name="knn_vote",
    version=1,
    topic="classical",
    title=Text("k nearest neighbours", "k 近邻"),
    questions=(Vote(), SmallestK()),
)
