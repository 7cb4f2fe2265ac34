"""Top-k accuracy: the true class is among the k with the highest scores."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.detection._text import short, table
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.metrics import Scores, TopKAccuracy, TopKSmallest


def _rank(row: tuple[float, ...], target: int) -> int:
    """Place of the true class, 1 being the best."""
    return 1 + sum(score > row[target] for score in row)


def _ranks(scores: Scores, targets: tuple[int, ...]) -> list[int]:
    return [_rank(row, target) for row, target in zip(scores, targets, strict=True)]


def _accuracy(s: TopKAccuracy | TopKSmallest, k: int) -> float:
    return sum(rank <= k for rank in _ranks(s.scores, s.targets)) / len(s.targets)


def _shown(scores: Scores, targets: tuple[int, ...]) -> str:
    head = ["sample", *(f"class {at}" for at in range(len(scores[0]))), "true class"]
    rows = [
        [str(at), *map(num, row), str(target)] for at, (row, target) in enumerate(zip(scores, targets, strict=True))
    ]
    return table(head, rows)


def _draw(draw: Draw, samples: int, classes: int) -> tuple[Scores, tuple[int, ...]]:
    rows, targets = [], []
    for _ in range(samples):
        row = tuple(at / 10 for at in draw.sample(range(-20, 60), classes))
        rows.append(row)
        # The true class is drawn twice and the better one taken, so that accuracies are not those of chance.
        targets.append(min(draw.integer(0, classes - 1), draw.integer(0, classes - 1), key=lambda at: -row[at]))
    return tuple(rows), tuple(targets)


class Share(Question[TopKAccuracy]):
    """For a given k."""

    spec = TopKAccuracy
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(r"share of samples whose true class has rank $\leq k$", r"真实类别名次 $\leq k$ 的样本比例")
    mistakes = (
        Mistake("That is the top-1 accuracy.", "这是 top-1 准确率。", lambda s: _accuracy(s, 1) if s.k > 1 else None),
        Mistake("One rank too many: the k best count.", "多算了一名：只算前 k 名。", lambda s: _accuracy(s, s.k + 1)),
        Mistake(
            "One rank too few: the k-th best counts, too.", "少算了一名：第 k 名也算。", lambda s: _accuracy(s, s.k - 1)
        ),
        Mistake("That is the error rate.", "这是错误率。", lambda s: 1 - _accuracy(s, s.k)),
        Mistake(
            "The accuracy is not divided by k.",
            "准确率不再除以 k。",
            lambda s: _accuracy(s, s.k) / s.k,
        ),
        Mistake(
            "That takes the lowest scores instead of the highest.",
            "这是取了得分最低的类别，而不是最高的。",
            lambda s: sum(rank > len(s.scores[0]) - s.k for rank in _ranks(s.scores, s.targets)) / len(s.targets),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TopKAccuracy | None:
        samples, classes = (4, 4) if level == 1 else (6, draw.integer(5, 6))
        scores, targets = _draw(draw, samples, classes)
        s = TopKAccuracy(scores, targets, draw.integer(1, 2) if level == 1 else draw.integer(2, 3))
        return s if 0 < _accuracy(s, s.k) < 1 or draw.chance(0.1) else None

    def formula(self, s: TopKAccuracy) -> float:
        return _accuracy(s, s.k)

    def stem(self, s: TopKAccuracy) -> Text:
        shown = _shown(s.scores, s.targets)
        return Text(
            f"Scores of a classifier, and the true classes:{shown}What is the top-{s.k} accuracy?",
            f"某分类器的得分与真实类别（sample 样本，class 类别，true class 真实类别）：{shown}top-{s.k} 准确率是多少？",
        )

    def solution(self, s: TopKAccuracy) -> Text:
        ranks = ", ".join(map(str, _ranks(s.scores, s.targets)))
        right = sum(rank <= s.k for rank in _ranks(s.scores, s.targets))
        steps = f"{right}/{len(s.targets)} = {short(self.formula(s))}"
        return Text(
            f"Ranks of the true classes: {ranks}. Of these, at most {s.k}: ${steps}$.",
            f"真实类别的名次：{ranks}。不超过 {s.k} 的占：${steps}$。",
        )


def _smallest(s: TopKSmallest, *, more: bool = False) -> int | None:
    """`more`: the accuracy must be exceeded, not only reached."""
    for k in range(1, len(s.scores[0]) + 1):
        accuracy = _accuracy(s, k)
        if accuracy > s.accuracy if more else accuracy >= s.accuracy:
            return k
    return None


class Smallest(Question[TopKSmallest]):
    """The inverse."""

    spec = TopKSmallest
    answer = Integer()
    levels = (3,)
    find = "k"
    rule = Text(r"the smallest $k$ with top-$k$ accuracy $\geq a$", r"使 top-$k$ 准确率 $\geq a$ 的最小 $k$")
    mistakes = (
        Mistake(
            "Reaching the accuracy is enough; it need not be exceeded.",
            "达到该准确率即可，不必超过。",
            lambda s: _smallest(s, more=True),
        ),
        Mistake("The ranks count from 1.", "名次从 1 起计。", lambda s: (_smallest(s) or 1) - 1 or None),
        Mistake(
            "That is the worst rank of a true class: not every sample must be right.",
            "这是真实类别的最差名次：不要求所有样本都正确。",
            lambda s: max(_ranks(s.scores, s.targets)),
        ),
        Mistake(
            "That is the number of samples that must be right, not k.",
            "这是需要正确的样本数，而不是 k。",
            lambda s: -int(-s.accuracy * len(s.targets) // 1),
        ),
        Mistake(
            "That is the mean rank of the true classes (rounded).",
            "这是真实类别名次的平均（四舍五入）。",
            lambda s: round(sum(_ranks(s.scores, s.targets)) / len(s.targets)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> TopKSmallest | None:
        samples = draw.choice((4, 5))
        scores, targets = _draw(draw, samples, 6)
        s = TopKSmallest(scores, targets, draw.choice((0.4, 0.6, 0.8) if samples == 5 else (0.5, 0.75)))
        return s if (_smallest(s) or 0) > 1 else None

    def formula(self, s: TopKSmallest) -> int:
        k = _smallest(s)
        return k if k is not None else len(s.scores[0])

    def stem(self, s: TopKSmallest) -> Text:
        shown = _shown(s.scores, s.targets)
        return Text(
            f"Scores of a classifier, and the true classes:{shown}What is the smallest k with which the top-k accuracy is at least "
            f"{num(s.accuracy)}?",
            "某分类器的得分与真实类别（sample 样本，class 类别，true class "
            f"真实类别）：{shown}top-k 准确率不低于 {num(s.accuracy)} 的最小 k 是多少？",
        )

    def solution(self, s: TopKSmallest) -> Text:
        ranks = ", ".join(map(str, _ranks(s.scores, s.targets)))
        k = self.formula(s)
        return Text(
            f"Ranks of the true classes: {ranks}. With k = {k} the accuracy "
            f"is {short(_accuracy(s, k))}, at least {num(s.accuracy)}; with "
            f"{k - 1} it is {short(_accuracy(s, k - 1))}.",
            f"真实类别的名次：{ranks}。k = {k} 时准确率为 {short(_accuracy(s, k))}，不低于 {num(s.accuracy)}；"
            f"k = {k - 1} 时为 {short(_accuracy(s, k - 1))}。",
        )


MODEL = ItemModel(
    name="top_k_accuracy",
    version=1,
    topic="detection",
    title=Text("Top-k accuracy", "top-k 准确率"),
    questions=(Share(), Smallest()),
)
