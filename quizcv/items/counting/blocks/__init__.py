"""What blocks of layers cost."""

from __future__ import annotations

from quizcv.items.counting.blocks import (
    aspp,
    basic_block,
    bottleneck,
    dense_block,
    detection_head,
    factorised,
    fire,
    fpn,
    inception,
    inverted_residual,
    projection,
    reduction,
    resnext,
    retina,
    rpn,
    separable_stack,
    shuffle_unit,
    squeeze_excitation,
    three_threes,
    transition,
    unet,
    width_scaling,
)
from quizcv.items.model import ItemModel

MODELS: tuple[ItemModel, ...] = (
    three_threes.MODEL,
    factorised.MODEL,
    reduction.MODEL,
    inception.MODEL,
    fire.MODEL,
    basic_block.MODEL,
    bottleneck.MODEL,
    projection.MODEL,
    resnext.MODEL,
    dense_block.MODEL,
    transition.MODEL,
    squeeze_excitation.MODEL,
    separable_stack.MODEL,
    width_scaling.MODEL,
    inverted_residual.MODEL,
    shuffle_unit.MODEL,
    unet.MODEL,
    aspp.MODEL,
    fpn.MODEL,
    rpn.MODEL,
    detection_head.MODEL,
    retina.MODEL,
)
