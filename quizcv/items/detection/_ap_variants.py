"""The three variants of average precision: values, worked steps and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quizcv.items.detection._ap import (
    Ap,
    ap_11,
    ap_101,
    ap_all,
    ap_points,
    ap_raw,
    counts,
    envelope,
    listed_envelope,
    precisions,
    reached,
)
from quizcv.items.detection._text import short
from quizcv.model import Text
from quizcv.specs.ranking import Hits

Wrong = tuple[str, str, Ap]


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the three."""

    name: Text
    convention: Text
    ap: Ap
    steps: Callable[[Hits, int], Text]
    wrong: tuple[Wrong, ...]


def _point_steps(parts: int) -> Callable[[Hits, int], Text]:
    def steps(hits: Hits, truths: int) -> Text:
        groups: dict[float, int] = {}
        for count, value in zip(counts(truths, parts), envelope(hits), strict=False):
            groups[value] = groups.get(value, 0) + count
        if missed := parts + 1 - sum(groups.values()):
            groups[0.0] = missed
        total = " + ".join(rf"{count} \cdot {short(value)}" for value, count in groups.items())
        result = rf"({total})/{parts + 1} = {short(ap_points(hits, truths, parts))}"
        return Text(
            f"How many of the {parts + 1} recalls have which value: ${result}$.",
            f"{parts + 1} 个召回率处的取值及其个数：${result}$。",
        )

    return steps


def _all_steps(hits: Hits, truths: int) -> Text:
    result = f"({listed_envelope(hits).replace(', ', ' + ')})/{truths} = {short(ap_all(hits, truths))}"
    return Text(
        f"Each of the {truths} ground truths is a step of recall: ${result}$.",
        f"{truths} 个真实框各为召回率的一步：${result}$。",
    )


def _over_found(ap: Ap) -> Ap:
    """As if there were no more ground truths than were found."""
    return lambda hits, _truths: ap(hits, max(1, sum(hits)))


COMMON: tuple[Wrong, ...] = (
    (
        "That is the precision of the whole list: AP averages it over recall.",
        "这是整个列表的精确率；AP 要在召回率上取平均。",
        lambda hits, _truths: sum(hits) / len(hits),
    ),
    (
        "That is the recall of the whole list.",
        "这是整个列表的召回率。",
        lambda hits, truths: sum(hits) / truths,
    ),
)
MISSED_EN = "Recall divides by all ground truths, those that were never found included."
MISSED_ZH = "召回率除以全部真实框，包括未被找到的。"
RAW_EN = "Precision is interpolated: at each recall the best precision at this or a larger one counts."
RAW_ZH = "精确率要插值：每个召回率处取该召回率及更大召回率中的最高精确率。"

ELEVEN = Variant(
    Text("11-point interpolated AP (PASCAL VOC 2007)", "11 点插值 AP（PASCAL VOC 2007）"),
    Text(
        "the mean, over the recalls 0, 0.1, …, 1, of the highest precision at this recall or a larger one (0 if it is not reached)",
        "在召回率 0, 0.1, …, 1 处，取该召回率及更大召回率中的最高精确率（达不到则为 0），再求平均",
    ),
    ap_11,
    _point_steps(10),
    (
        (RAW_EN, RAW_ZH, lambda hits, truths: ap_points(hits, truths, 10, dips=True)),
        (MISSED_EN, MISSED_ZH, _over_found(ap_11)),
        (
            "There are eleven recalls: 0 belongs to them.",
            "共有 11 个召回率：0 也算。",
            lambda hits, truths: (11 * ap_11(hits, truths) - max(precisions(hits))) / 10,
        ),
        ("That is the all-point form.", "这是全点插值。", ap_all),
        (
            "Recalls that are not reached count as 0; they are not left out.",
            "达不到的召回率按 0 计，而不是略去。",
            lambda hits, truths: ap_11(hits, truths) * 11 / reached(hits, truths, 10),
        ),
        *COMMON,
    ),
)

ALL = Variant(
    Text("all-point interpolated AP (PASCAL VOC from 2010 on)", "全点插值 AP（PASCAL VOC 2010 起）"),
    Text(
        "the area under the precision-recall curve with, at each recall, the highest precision at this recall or a larger one",
        "精确率-召回率曲线下的面积，其中每个召回率处取该召回率及更大召回率中的最高精确率",
    ),
    ap_all,
    _all_steps,
    (
        (RAW_EN, RAW_ZH, ap_raw),
        (MISSED_EN, MISSED_ZH, _over_found(ap_all)),
        ("That is the 11-point form.", "这是 11 点插值。", ap_11),
        ("That is the 101-point form of COCO.", "这是 COCO 的 101 点插值。", ap_101),
        *COMMON,
    ),
)

COCO = Variant(
    Text("101-point interpolated AP (COCO, at one IoU threshold)", "COCO 的 101 点插值 AP（单个 IoU 阈值）"),
    Text(
        "the mean, over the recalls 0, 0.01, …, 1, of the highest precision at this recall or a larger one (0 if it is not reached)",
        "在召回率 0, 0.01, …, 1 处，取该召回率及更大召回率中的最高精确率（达不到则为 0），再求平均",
    ),
    ap_101,
    _point_steps(100),
    (
        (RAW_EN, RAW_ZH, lambda hits, truths: ap_points(hits, truths, 100, dips=True)),
        (MISSED_EN, MISSED_ZH, _over_found(ap_101)),
        ("That is the 11-point form.", "这是 11 点插值。", ap_11),
        ("That is the all-point form.", "这是全点插值。", ap_all),
        (
            "Recalls that are not reached count as 0; they are not left out.",
            "达不到的召回率按 0 计，而不是略去。",
            lambda hits, truths: ap_101(hits, truths) * 101 / reached(hits, truths, 100),
        ),
        *COMMON,
    ),
)
