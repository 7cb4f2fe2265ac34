"""Mean average precision: over classes, and over COCO's IoU thresholds (Lin et al. 2014)."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.detection._ap import ap_11, ap_all, ap_raw, draw_hits, shown
from quizcv.items.detection._text import listed, short, table
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.ranking import Hits, MeanAp, MeanApCoco, MeanApLists

COCO = ("0.5", "0.55", "0.6", "0.65", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95")


class OverClasses(Question[MeanAp]):
    """Over classes."""

    spec = MeanAp
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$\mathrm{mAP} = \frac{1}{C} \sum_c \mathrm{AP}_c$"
    mistakes = (
        Mistake("That is the median of the classes.", "这是各类别的中位数。", lambda s: _median(s.aps)),
        Mistake(
            "The background is no class of its own: the divisor is the number of classes.",
            "背景不算一个类别：除数为类别数。",
            lambda s: sum(s.aps) / (len(s.aps) + 1),
        ),
        Mistake("That is the best class only.", "这只是最好的类别。", lambda s: max(s.aps)),
        Mistake("That is the worst class only.", "这只是最差的类别。", lambda s: min(s.aps)),
        Mistake(
            "A class with AP 0 counts, too.",
            "AP 为 0 的类别也要计入。",
            lambda s: sum(s.aps) / max(1, sum(ap > 0 for ap in s.aps)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MeanAp | None:
        aps = [at / 1000 for at in draw.sample(range(200, 950), draw.integer(3, 6))]
        return MeanAp((*aps[1:], 0.0) if draw.chance(0.3) else tuple(aps))

    def formula(self, s: MeanAp) -> float:
        return sum(s.aps) / len(s.aps)

    def stem(self, s: MeanAp) -> Text:
        values = ", ".join(num(ap) for ap in s.aps)
        return Text(
            f"A detector is tested on {len(s.aps)} classes; its average precisions are {values}. What is the mAP?",
            f"某检测器在 {len(s.aps)} 个类别上测试，各类别的 AP 为 {values}。mAP 是多少？",
        )

    def solution(self, s: MeanAp) -> Text:
        total = " + ".join(num(ap) for ap in s.aps)
        steps = f"({total})/{len(s.aps)} = {short(self.formula(s))}"
        return Text(f"Every class counts alike: ${steps}$.", f"各类别权重相同：${steps}$。")


def _median(values: tuple[float, ...]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)


class OverThresholds(Question[MeanApCoco]):
    """Over two classes and COCO's ten thresholds."""

    spec = MeanApCoco
    answer = Number(decimals=3)
    levels = (2,)
    find = "coco"
    rule = Text(
        r"mean over the classes and over the IoU thresholds 0.5, 0.55, …, 0.95",
        r"对类别以及 IoU 阈值 0.5, 0.55, …, 0.95 取平均",
    )
    mistakes = (
        Mistake(
            "That is AP50, at the IoU threshold 0.5 only.",
            "这是 AP50，只用 IoU 阈值 0.5。",
            lambda s: (s.first[0] + s.second[0]) / 2,
        ),
        Mistake(
            "That is AP75, at the IoU threshold 0.75 only.",
            "这是 AP75，只用 IoU 阈值 0.75。",
            lambda s: (s.first[5] + s.second[5]) / 2,
        ),
        Mistake(
            "That is the mean of the first and the last threshold only.",
            "这只是首末两个阈值的平均。",
            lambda s: (s.first[0] + s.second[0] + s.first[9] + s.second[9]) / 4,
        ),
        Mistake("That is the first class only.", "这只是第一个类别。", lambda s: _mean(s.first)),
        Mistake(
            "The values of the classes were added, not averaged.",
            "两个类别相加后没有取平均。",
            lambda s: _mean(s.first) + _mean(s.second),
        ),
        Mistake(
            "The last threshold, 0.95, belongs to them.",
            "最后一个阈值 0.95 也要计入。",
            lambda s: (_mean(s.first[:9]) + _mean(s.second[:9])) / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MeanApCoco | None:
        return MeanApCoco(_falling(draw), _falling(draw))

    def formula(self, s: MeanApCoco) -> float:
        return sum((*s.first, *s.second)) / 20

    def stem(self, s: MeanApCoco) -> Text:
        rows = [(at, num(a), num(b)) for at, a, b in zip(COCO, s.first, s.second, strict=True)]
        shown_ = table(("IoU", "class 0", "class 1"), rows)
        return Text(
            f"AP of two classes at ten IoU thresholds:{shown_}What is the AP in the sense of COCO, AP@[0.5:0.95]?",
            f"两个类别（class）在十个 IoU 阈值下的 AP：{shown_}COCO 意义下的 AP，即 AP@[0.5:0.95]，是多少？",
        )

    def solution(self, s: MeanApCoco) -> Text:
        one, two = short(_mean(s.first)), short(_mean(s.second))
        steps = f"({one} + {two})/2 = {short(self.formula(s))}"
        return Text(
            f"Means over the ten thresholds: {one} and {two}.\n\nMean over the classes: ${steps}$.",
            f"十个阈值上的平均：{one} 和 {two}。\n\n再对类别取平均：${steps}$。",
        )


def _falling(draw: Draw) -> tuple[float, ...]:
    """An AP falls as the threshold rises."""
    drops = sorted(draw.sample(range(2, 95), 10), reverse=True)
    return tuple(at / 100 for at in drops)


def _over(s: MeanApLists, ap: object = None) -> float:
    of = ap if callable(ap) else ap_all
    return float(sum(of(hits, truths) for hits, truths in zip(s.hits, s.truths, strict=True)) / len(s.hits))


class FromLists(Question[MeanApLists]):
    """Over classes, from ranked detections."""

    spec = MeanApLists
    answer = Number(decimals=3)
    levels = (3,)
    find = "lists"
    rule = r"$\frac{1}{C} \sum_c \mathrm{AP}_c$, $\mathrm{AP}_c = \sum_k (r_k - r_{k-1}) \max_{r' \geq r_k} p(r')$"
    mistakes = (
        Mistake(
            "Classes count alike, not by their number of ground truths.",
            "各类别权重相同，不按真实框数加权。",
            lambda s: sum(ap_all(h, t) * t for h, t in zip(s.hits, s.truths, strict=True)) / sum(s.truths),
        ),
        Mistake(
            "Precision is interpolated: at each recall the best precision at this or a larger one counts.",
            "精确率要插值：每个召回率处取该召回率及更大召回率中的最高精确率。",
            lambda s: _over(s, ap_raw),
        ),
        Mistake("That is the 11-point form.", "这是 11 点插值。", lambda s: _over(s, ap_11)),
        Mistake(
            "Recall divides by all ground truths, those that were never found included.",
            "召回率除以全部真实框，包括未被找到的。",
            lambda s: _over(s, lambda hits, _truths: ap_all(hits, max(1, sum(hits)))),
        ),
        Mistake(
            "That is the mean of the classes' precisions.",
            "这是各类别精确率的平均。",
            lambda s: _over(s, lambda hits, _truths: sum(hits) / len(hits)),
        ),
        Mistake("That is the first class only.", "这只是第一个类别。", lambda s: ap_all(s.hits[0], s.truths[0])),
    )

    def sample(self, draw: Draw, level: int) -> MeanApLists | None:
        hits: tuple[Hits, ...] = (draw_hits(draw, draw.integer(3, 5)), draw_hits(draw, draw.integer(3, 5)))
        if any(sum(h) < 1 or sum(h) == len(h) for h in hits):
            return None
        truths = tuple(sum(h) + draw.integer(0, 2) for h in hits)
        return MeanApLists(hits, truths) if truths[0] != truths[1] else None

    def formula(self, s: MeanApLists) -> float:
        return _over(s)

    def stem(self, s: MeanApLists) -> Text:
        lines = listed(
            f"class {at}: {shown(h)}; ground truths: {t}"
            for at, (h, t) in enumerate(zip(s.hits, s.truths, strict=True))
        )
        return Text(
            "Detections of each class, the best score first (1 = true positive, "
            f"0 = false positive):{lines}What is the mAP with all-point "
            "interpolation: the area under the precision-recall curve with, at each recall, the highest precision at this recall or a "
            "larger one?",
            f"各类别（class）的检测结果按得分从高到低（1 为真阳性，0 为假阳性；ground truths 为真实框数）：{lines}采用全点插值"
            "（精确率-召回率曲线下的面积，每个召回率处取该召回率及更大召回率中的最高精确率），mAP 是多少？",
        )

    def solution(self, s: MeanApLists) -> Text:
        aps = [short(ap_all(h, t)) for h, t in zip(s.hits, s.truths, strict=True)]
        steps = f"({' + '.join(aps)})/{len(aps)} = {short(self.formula(s))}"
        return Text(
            f"AP of each class: {', '.join(aps)}.\n\nTheir mean: ${steps}$.",
            f"各类别的 AP：{', '.join(aps)}。\n\n平均：${steps}$。",
        )


MODEL = ItemModel(
    name="mean_ap",
    version=1,
    topic="detection",
    title=Text("Mean average precision", "平均精度均值 mAP"),
    questions=(OverClasses(), OverThresholds(), FromLists()),
)
