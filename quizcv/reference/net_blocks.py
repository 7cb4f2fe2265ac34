"""LeNet's table, AlexNet's groups, stacks of layers and transformers, built and counted, or run."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import fuse_conv_bn_eval

from quizcv.reference._modules import Conv, batch_norm, conv, largest, linear, macs, parameters
from quizcv.reference.engine import How, witness
from quizcv.specs.net_blocks import (
    AttentionMacs,
    ConvBnFused,
    ConvBnStack,
    ConvBnState,
    GroupSaving,
    GroupStack,
    MlpParams,
    MlpWidth,
    PatchEmbedding,
    PatchResized,
    PatchTokens,
    RnnClassifier,
    RnnStack,
    SparseConnection,
    SparseConnections,
    SparseSaving,
    TransformerBlock,
    TransformerDecoder,
    VitMacs,
)


def _table(s: SparseConnection) -> Tensor:
    """The kernels of all filters, ones where they see a map and zeros elsewhere."""
    seen = [maps for units, maps in zip(s.units, s.maps, strict=True) for _ in range(units)]
    taps = torch.arange(s.in_channels) < torch.tensor(seen)[:, None]
    return taps.double()[:, :, None, None].expand(-1, -1, s.kernel, s.kernel)


def _one_by_one(s: SparseConnection) -> int:
    kinds = [parameters(conv(maps, 1, s.kernel, bias=True)) for maps in s.maps]
    return sum(units * each for units, each in zip(s.units, kinds, strict=True))


@witness(SparseConnection, How.MODULE, "meta")
def one_module_per_filter(s: SparseConnection) -> int:
    """A convolution of its own for each kind of filter, counted as often as there are filters."""
    return _one_by_one(s)


@witness(SparseConnection, How.OPERATION)
def kernels_that_are_used(s: SparseConnection) -> int:
    """The masked kernels of the whole layer read one patch of ones; every filter's bias is a one too."""
    patch = torch.ones(1, s.in_channels, s.kernel, s.kernel)
    return round(F.conv2d(patch, _table(s), torch.ones(sum(s.units))).sum().item())


@witness(SparseSaving, How.MODULE, "meta")
def full_less_sparse(s: SparseSaving) -> int:
    return parameters(conv(s.in_channels, sum(s.units), s.kernel, bias=True)) - _one_by_one(s)


@witness(SparseConnections, How.OPERATION)
def ones_through_the_table(s: SparseConnections) -> int:
    x = torch.ones(1, s.in_channels, s.size, s.size)
    return round(F.conv2d(x, _table(s), torch.ones(sum(s.units))).sum().item())


@witness(GroupSaving, How.MODULE, "meta")
def full_less_grouped(s: GroupSaving) -> int:
    full = conv(s.in_channels, s.out_channels, s.kernel, bias=True)
    return parameters(full) - parameters(conv(s.in_channels, s.out_channels, s.kernel, groups=s.groups, bias=True))


@witness(GroupStack, How.MODULE, "meta")
def grouped_stack(s: GroupStack) -> int:
    layers = zip(pairwise(s.channels), s.kernels, s.groups, strict=True)
    return parameters(*(conv(*ends, kernel, groups=groups, bias=True) for ends, kernel, groups in layers))


def _conv_bn(s: ConvBnStack) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    return [
        (conv(s.in_channels, s.mid_channels, s.kernel, bias=s.bias), batch_norm(s.mid_channels)),
        (conv(s.mid_channels, s.out_channels, s.kernel2, bias=s.bias), batch_norm(s.out_channels)),
    ]


@witness(ConvBnStack, How.MODULE, "meta")
def conv_bn(s: ConvBnStack) -> int:
    return parameters(*(layer for pair in _conv_bn(s) for layer in (*pair, nn.ReLU())))


@witness(ConvBnState, How.MODULE, "meta")
def state_dict(s: ConvBnState) -> int:
    layers = nn.Sequential(*(layer for pair in _conv_bn(s) for layer in (*pair, nn.ReLU())))
    return sum(entry.numel() for entry in layers.state_dict().values())


@witness(ConvBnFused, How.MODULE, "meta")
def fused(s: ConvBnFused) -> int:
    """What torch folds them into for inference."""
    return parameters(*(fuse_conv_bn_eval(layer.eval(), norm.eval()) for layer, norm in _conv_bn(s)))


def _perceptron(*features: int, bias: bool = True) -> int:
    return parameters(*(linear(*ends, bias=bias) for ends in pairwise(features)))


@witness(MlpParams, How.MODULE, "meta")
def perceptron(s: MlpParams) -> int:
    return _perceptron(*s.features, bias=s.bias)


@witness(MlpWidth, How.BRUTE_FORCE, "meta")
def widest_perceptron(s: MlpWidth) -> int:
    return largest(lambda width: _perceptron(s.in_features, width, width, s.out_features) <= s.params)


def _recurrent(s: RnnStack | RnnClassifier, *, bidirectional: bool) -> nn.Module:
    kind = nn.LSTM if s.kind == "LSTM" else nn.GRU
    return kind(s.input_size, s.hidden_size, s.num_layers, bidirectional=bidirectional, device="meta")


@witness(RnnStack, How.MODULE, "meta")
def recurrent(s: RnnStack) -> int:
    return parameters(_recurrent(s, bidirectional=s.bidirectional))


@witness(RnnClassifier, How.MODULE, "meta")
def recurrent_classifier(s: RnnClassifier) -> int:
    """The linear layer reads both directions."""
    return parameters(_recurrent(s, bidirectional=True), linear(2 * s.hidden_size, s.classes))


@witness(TransformerBlock, How.MODULE, "meta")
def encoder_layer(s: TransformerBlock) -> int:
    return parameters(nn.TransformerEncoderLayer(s.width, s.heads, s.mlp, bias=s.bias, device="meta"))


@witness(TransformerDecoder, How.MODULE, "meta")
def decoder_layers(s: TransformerDecoder) -> int:
    return s.layers * parameters(nn.TransformerDecoderLayer(s.width, s.heads, s.mlp, bias=s.bias, device="meta"))


def _attend(x: Tensor, mlp: int) -> Tensor:
    """An encoder layer's matrix products, one head (several share the same products out among them)."""
    width = x.shape[1]
    square, up, down = (torch.empty(*size, device="meta") for size in ((width, width), (mlp, width), (width, mlp)))
    queries, keys, values = (F.linear(x, square) for _ in range(3))
    mixed = F.linear((queries @ keys.T) @ values, square)
    return F.linear(F.linear(mixed, up), down)


@witness(AttentionMacs, How.META)
def attention_run(s: AttentionMacs) -> int:
    x = torch.empty(s.tokens, s.width, device="meta")
    return macs(lambda: _attend(x, s.mlp))


def _tokens(size: int, patch: int, width: int, *, cls: bool = True) -> Tensor:
    """The patches of an image by a strided convolution, the class token before them."""
    image, kernels = torch.empty(1, 1, size, size, device="meta"), torch.empty(1, 1, patch, patch, device="meta")
    grid = F.conv2d(image, kernels, stride=patch).flatten().shape[0]
    return torch.empty(grid + cls, width, device="meta")


@witness(VitMacs, How.META)
def vit_run(s: VitMacs) -> int:
    x = _tokens(s.size, s.patch, s.width)
    return macs(lambda: _attend(x, s.mlp))


@witness(PatchEmbedding, How.MODULE, "meta")
def patch_projection(s: PatchEmbedding) -> int:
    return parameters(Conv(s.in_channels, s.width, s.patch, s.patch, bias=s.bias, device="meta"))


@witness(PatchTokens, How.MODULE, "meta")
def embedding(s: PatchTokens) -> int:
    projection = Conv(s.in_channels, s.width, s.patch, s.patch, device="meta")
    positions = nn.Parameter(_tokens(s.size, s.patch, s.width, cls=s.cls))
    token = [nn.Parameter(torch.empty(s.width, device="meta"))] if s.cls else []
    return parameters(projection, nn.ParameterList([positions, *token]))


@witness(PatchResized, How.META)
def more_positions(s: PatchResized) -> int:
    after, before = (_tokens(size, s.patch, s.width) for size in (s.larger, s.size))
    return after.numel() - before.numel()
