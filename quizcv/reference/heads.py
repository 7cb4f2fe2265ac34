"""Detection heads built on the meta device: convolutions per anchor, outputs joined, counted."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.heads import (
    RpnChannels,
    RpnOutputs,
    RpnParams,
    SsdBoxes,
    SsdMissing,
    SsdOutputs,
    YoloV1Classes,
    YoloV1Outputs,
    YoloV1Tensor,
    YoloV2Classes,
    YoloV2Outputs,
    YoloV2Tensor,
    YoloV3Boxes,
    YoloV3Outputs,
    YoloV3Tensor,
)

#: What every box has besides its classes: place, size and confidence.
BOX = ("x", "y", "width", "height", "confidence")


def _head(x: Tensor, anchors: int, *numbers: int) -> Tensor:
    """A 1×1 convolution whose kernel is put together from those of each anchor, each with kernels for its own numbers."""
    of_anchor = [torch.empty(n, x.shape[1], 1, 1, device="meta") for n in numbers]
    return F.conv2d(x, torch.cat([kernel for _ in range(anchors) for kernel in of_anchor]))


def _rpn(x: Tensor, anchors: int, scores: int, head: str = "both") -> Tensor:
    parts = {"cls": (scores,), "reg": (len("xywh"),), "both": (scores, len("xywh"))}[head]
    return _head(x, anchors, *parts)


@witness(RpnChannels, How.META)
def rpn_head(s: RpnChannels) -> int:
    return _rpn(torch.empty(1, 8, 2, 2, device="meta"), s.anchors, s.scores, s.head).shape[1]


@witness(RpnOutputs, How.META)
def rpn_output(s: RpnOutputs) -> int:
    return _rpn(torch.empty(1, 8, s.height, s.width, device="meta"), s.anchors, s.scores).numel()


@witness(RpnParams, How.MODULE)
def rpn_modules(s: RpnParams) -> int:
    """A convolution of its own for each anchor's scores and for its offsets."""
    per_anchor = [torch.nn.Conv2d(s.hidden, n, 1, device="meta") for n in (s.scores, len("xywh"))]
    shared = torch.nn.Conv2d(s.in_channels, s.hidden, 3, padding=1, device="meta")
    of_anchor = sum(p.numel() for module in per_anchor for p in module.parameters())
    return sum(p.numel() for p in shared.parameters()) + sum(of_anchor for _ in range(s.anchors))


def _cells(height: int, width: int, boxes: int, classes: int) -> Tensor:
    """Per cell: the numbers of each box, then one score per class."""
    parts = [torch.empty(height, width, len(BOX), device="meta") for _ in range(boxes)]
    return torch.cat((*parts, torch.empty(height, width, classes, device="meta")), dim=2)


@witness(YoloV1Tensor, How.META)
def joined_cells(s: YoloV1Tensor) -> tuple[int, ...]:
    return tuple(_cells(s.grid, s.grid, s.boxes, s.classes).shape)


@witness(YoloV1Outputs, How.META)
def joined_cells_counted(s: YoloV1Outputs) -> int:
    return _cells(s.grid, s.grid, s.boxes, s.classes).numel()


@witness(YoloV1Classes, How.BRUTE_FORCE, "meta")
def every_class_count(s: YoloV1Classes) -> int:
    """Take the boxes' numbers off a cell, one box after the other; what is left are classes."""
    cell = torch.empty(s.depth, device="meta")
    for _ in range(s.boxes):
        cell = cell[len(BOX) :]
    return len(cell)


def _halved(size: int, times: int) -> Tensor:
    """The map after so many layers that keep every second row and column."""
    x = torch.empty(1, 1, 1, 1, device="meta").expand(1, 1, size, size)
    for _ in range(times):
        x = x[..., ::2, ::2]
    return x


def _anchored(x: Tensor, anchors: int, classes: int) -> Tensor:
    """Every anchor has its own box and its own classes."""
    return _head(x, anchors, len(BOX), classes)


@witness(YoloV2Tensor, How.META)
def halved_five_times(s: YoloV2Tensor) -> tuple[int, ...]:
    return tuple(_anchored(_halved(s.size, 5), s.anchors, s.classes).shape[1:])


@witness(YoloV2Outputs, How.META)
def halved_five_times_counted(s: YoloV2Outputs) -> int:
    return _anchored(_halved(s.size, 5), s.anchors, s.classes).numel()


@witness(YoloV2Classes, How.META)
def channels_by_anchor(s: YoloV2Classes) -> int:
    """Share the channels out among the anchors and take each one's box off."""
    shared = torch.empty(s.channels, device="meta").chunk(s.anchors)
    return len(shared[0][len(BOX) :])


@witness(YoloV3Tensor, How.META)
def halved_to_the_scale(s: YoloV3Tensor) -> tuple[int, ...]:
    times = {8: 3, 16: 4, 32: 5}[s.stride]
    return tuple(_anchored(_halved(s.size, times), s.anchors, s.classes).shape[1:])


@witness(YoloV3Boxes, How.META)
def cells_of_three_scales(s: YoloV3Boxes) -> int:
    return sum(_head(_halved(s.size, times), s.anchors, 1).numel() for times in (3, 4, 5))


@witness(YoloV3Outputs, How.META)
def numbers_of_three_scales(s: YoloV3Outputs) -> int:
    return sum(_anchored(_halved(s.size, times), s.anchors, s.classes).numel() for times in (3, 4, 5))


def _ssd(sizes: Iterable[int], boxes: Iterable[int], *numbers: int) -> int:
    """On every map, numbers for every box of every cell; flattened and joined, as the loss reads them."""
    outs = [
        torch.empty(size, size, k, n, device="meta").flatten()
        for size, k in zip(sizes, boxes, strict=True)
        for n in numbers
    ]
    return len(torch.cat(outs))


@witness(SsdBoxes, How.META)
def one_number_per_box(s: SsdBoxes) -> int:
    return _ssd(s.sizes, s.boxes, 1)


@witness(SsdOutputs, How.META)
def scores_and_offsets(s: SsdOutputs) -> int:
    return _ssd(s.sizes, s.boxes, s.classes, len("xywh"))


@witness(SsdMissing, How.BRUTE_FORCE, "meta")
def boxes_added_until_enough(s: SsdMissing) -> int:
    """One more box per cell of the first map until the total is reached."""
    rest, boxes = _ssd(s.sizes[1:], s.boxes, 1) if s.boxes else 0, 0
    while rest < s.total:
        rest += _ssd(s.sizes[:1], (1,), 1)
        boxes += 1
    if rest != s.total:
        raise ValueError("no number of boxes gives that total")
    return boxes
