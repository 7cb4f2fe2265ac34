"""Masks painted and label maps compared, pixel by pixel."""

from __future__ import annotations

import torch
from torch import Tensor

from quizcv.reference._labels import confused, share
from quizcv.reference.engine import How, witness
from quizcv.specs.segmentation import (
    FINEST,
    DiceCounts,
    DiceFromIou,
    DiceMasks,
    IouFromDice,
    MeanIou,
    MeanIouMaps,
    MeanPixelAccuracy,
    PixelAccuracy,
    PixelAccuracyIgnored,
)


def _row(a: int, b: int, common: int) -> tuple[Tensor, Tensor]:
    """Two masks along a row of pixels that overlap as wanted: the second begins before the first ends."""
    pixels = torch.arange(a + b - common)
    return pixels < a, pixels >= a - common


def _dice(one: Tensor, other: Tensor) -> float:
    """Of all pixels of the first mask and then all of the second, the share that also lies in the other mask."""
    return float(torch.cat((other[one], one[other])).double().mean())


def _iou(one: Tensor, other: Tensor) -> float:
    return share(one & other, one | other)


@witness(DiceCounts, How.BRUTE_FORCE)
def painted_row(s: DiceCounts) -> float:
    return _dice(*_row(s.a, s.b, s.common))


@witness(DiceMasks, How.BRUTE_FORCE)
def every_pixel_of_both(s: DiceMasks) -> float:
    return _dice(torch.tensor(s.target).bool(), torch.tensor(s.prediction).bool())


@witness(DiceFromIou, How.BRUTE_FORCE)
def nested_masks(s: DiceFromIou) -> float:
    """A mask within another one, as large as the IoU says."""
    return _dice(*_row(FINEST, common := round(s.iou * FINEST), common))


@witness(IouFromDice, How.BRUTE_FORCE)
def equal_masks(s: IouFromDice) -> float:
    """Two masks of the same size, overlapping as much as the Dice coefficient says."""
    return _iou(*_row(FINEST, FINEST, round(s.dice * FINEST)))


def _mean_iou(target: Tensor, prediction: Tensor, classes: int) -> float:
    return float(torch.tensor([_iou(target == label, prediction == label) for label in range(classes)]).mean())


@witness(MeanIou, How.BRUTE_FORCE)
def pixels_of_the_matrix(s: MeanIou) -> float:
    return _mean_iou(*confused(s.matrix), len(s.matrix))


@witness(MeanIouMaps, How.BRUTE_FORCE)
def masks_of_every_class(s: MeanIouMaps) -> float:
    return _mean_iou(torch.tensor(s.target), torch.tensor(s.prediction), s.classes)


@witness(PixelAccuracy, How.BRUTE_FORCE)
def every_pixel(s: PixelAccuracy) -> float:
    return float(torch.tensor(s.target).eq(torch.tensor(s.prediction)).double().mean())


@witness(PixelAccuracyIgnored, How.BRUTE_FORCE)
def every_pixel_that_counts(s: PixelAccuracyIgnored) -> float:
    target = torch.tensor(s.target)
    return share(target == torch.tensor(s.prediction), target != s.ignore)


@witness(MeanPixelAccuracy, How.BRUTE_FORCE)
def every_class(s: MeanPixelAccuracy) -> float:
    target, prediction = torch.tensor(s.target), torch.tensor(s.prediction)
    shares = [share(prediction == label, target == label) for label in range(s.classes)]
    return float(torch.tensor(shares).mean())
