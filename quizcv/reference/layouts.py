"""Maps cut up, laid out and put together by the operations."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.reference.shapes import first, triple
from quizcv.specs.layouts import (
    AddShape,
    CatShape,
    DenseBlocks,
    DenseChannels,
    PatchScores,
    PatchSide,
    PatchTokens,
    UnfoldElements,
    UnfoldShape,
)


@witness(UnfoldShape, How.OPERATION)
def unfold(s: UnfoldShape) -> tuple[int, int]:
    """One window of all channels for the rows, all windows of one channel for the columns."""
    window = s.axes[0].extent
    rows = F.unfold(torch.zeros(1, s.in_channels, window, window), s.kernel, s.dilation, 0, window)
    columns = F.unfold(torch.zeros(1, 1, s.height, s.width), s.kernel, s.dilation, s.padding, s.stride)
    return rows.shape[1], columns.shape[2]


@witness(UnfoldElements, How.META)
def numbers_unfolded(s: UnfoldElements) -> int:
    x = torch.empty(s.batch, s.in_channels, s.height, s.width, device="meta")
    return F.unfold(x, s.kernel, s.dilation, s.padding, s.stride).numel()


@witness(CatShape, How.OPERATION)
def cat(s: CatShape) -> tuple[int, int, int]:
    return triple(torch.cat([torch.empty(1, c, s.height, s.width) for c in s.channels], dim=1))


@witness(AddShape, How.OPERATION)
def add(s: AddShape) -> tuple[int, int, int]:
    return triple(torch.empty(1, *s.x) + torch.empty(1, *s.y))


def _dense(x: torch.Tensor, growth: int, layers: int) -> torch.Tensor:
    """Every layer reads all there is, by 1×1 convolution, and puts its maps behind it."""
    for _ in range(layers):
        made = F.conv2d(x, x.new_zeros(1, 1, 1, 1).expand(growth, x.shape[1], 1, 1))
        x = torch.cat([x, made], dim=1)
    return x


@witness(DenseChannels, How.OPERATION)
def dense_block(s: DenseChannels) -> int:
    return _dense(torch.zeros(1, s.in_channels, 1, 1), s.growth, s.layers).shape[1]


@witness(DenseBlocks, How.OPERATION)
def two_dense_blocks(s: DenseBlocks) -> int:
    """The transition averages pairs of channels."""
    x = _dense(torch.zeros(1, s.in_channels, 1, 1), s.growth, s.layers)
    halved = F.avg_pool1d(x.flatten(1)[:, None], 2)[:, 0, :, None, None]
    return _dense(halved, s.growth, s.layers2).shape[1]


def _tokens(height: int, width: int, patch: int, stride: int, *, class_token: bool) -> torch.Tensor:
    """Patch embedding as vision transformers do it, to one dimension: batch × tokens × 1."""
    embed = nn.Conv2d(1, 1, patch, stride, device="meta")
    tokens: torch.Tensor = embed(torch.empty(1, 1, height, width, device="meta")).flatten(2).transpose(1, 2)
    if class_token:
        return torch.cat([torch.empty(1, 1, 1, device="meta"), tokens], dim=1)
    return tokens


@witness(PatchTokens, How.META)
def embed_patches(s: PatchTokens) -> int:
    stride = s.patch if s.stride is None else s.stride
    return _tokens(s.height, s.width, s.patch, stride, class_token=s.class_token).shape[1]


@witness(PatchTokens, How.OPERATION)
def cut_patches(s: PatchTokens) -> int:
    """Real windows of a real image, as views."""
    stride = s.patch if s.stride is None else s.stride
    windows = torch.zeros(s.height, s.width).unfold(0, s.patch, stride).unfold(1, s.patch, stride)
    tokens = list(range(windows.shape[0] * windows.shape[1]))
    return len(["class", *tokens] if s.class_token else tokens)


@witness(PatchSide, How.BRUTE_FORCE)
def every_patch(s: PatchSide) -> int:
    """Patches of 1, 2, 3, … pixels until there are too few."""

    def patches(patch: int) -> int:
        windows = torch.empty(s.size, s.size, device="meta").unfold(0, patch, patch).unfold(1, patch, patch)
        return windows.shape[0] * windows.shape[1]

    if patches(s.size) >= s.tokens:
        return s.size
    return first(range(1, s.size + 1), lambda patch: patches(patch) < s.tokens) - 1


@witness(PatchScores, How.META)
def query_times_key(s: PatchScores) -> int:
    tokens = _tokens(s.size, s.size, s.patch, s.patch, class_token=True)
    heads = tokens.expand(s.heads, -1, -1)
    return (heads @ heads.transpose(1, 2)).numel()
