"""Parameters of normalisation, recurrent, attention, embedding and activation layers: built and counted."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from quizcv.reference.counting import conv, held, search
from quizcv.reference.engine import How, witness
from quizcv.specs.layer_params import (
    WIDEST_HIDDEN,
    AttentionDim,
    AttentionParams,
    BatchNormBuffers,
    BatchNormParams,
    BatchNormState,
    ConvBnParams,
    CrossAttentionParams,
    EmbeddingParams,
    EmbeddingTied,
    FoldedParams,
    FoldedSaving,
    GruHidden,
    GruParams,
    LayerGroupDifference,
    LayerNormParams,
    LstmHidden,
    LstmParams,
    PreluNetwork,
    PreluParams,
)

META = "meta"


@witness(BatchNormParams, How.MODULE, META)
def batch_norm(s: BatchNormParams) -> int:
    return held(nn.BatchNorm2d(s.channels, device=META))


@witness(BatchNormBuffers, How.MODULE, META)
def batch_norm_buffers(s: BatchNormBuffers) -> int:
    return sum(buffer.numel() for buffer in nn.BatchNorm2d(s.channels, device=META).buffers())


@witness(BatchNormState, How.MODULE, META)
def batch_norm_state(s: BatchNormState) -> int:
    norm = nn.BatchNorm2d(s.channels, affine=s.affine, track_running_stats=s.track_running_stats, device=META)
    return sum(tensor.numel() for tensor in norm.state_dict().values())


@witness(ConvBnParams, How.MODULE, META)
def conv_and_batch_norm(s: ConvBnParams) -> int:
    layer = conv(s.in_channels, s.out_channels, s.kernel, bias=s.bias)
    return held(layer, nn.BatchNorm2d(layer.out_channels, device=META))


def _pair(s: FoldedParams) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    layer = conv(s.in_channels, s.out_channels, s.kernel, s.groups, bias=s.bias)
    return layer.eval(), nn.BatchNorm2d(s.out_channels, device=META).eval()


@witness(FoldedParams, How.MODULE, META)
def fused(s: FoldedParams) -> int:
    return held(fuse_conv_bn_eval(*_pair(s)))


@witness(FoldedSaving, How.MODULE, META)
def before_and_after_fusing(s: FoldedSaving) -> int:
    layer, norm = _pair(s)
    statistics = sum(buffer.numel() for name, buffer in norm.named_buffers() if name.startswith("running"))
    return held(layer, norm) + statistics - held(fuse_conv_bn_eval(layer, norm))


@witness(LayerNormParams, How.MODULE, META)
def layer_norm(s: LayerNormParams) -> int:
    return held(nn.LayerNorm(s.shape, bias=s.bias, device=META))


@witness(LayerGroupDifference, How.MODULE, META)
def layer_norm_and_group_norm(s: LayerGroupDifference) -> int:
    x = torch.empty(1, s.channels, s.size, s.size, device=META)
    return held(nn.LayerNorm(x.shape[1:], device=META)) - held(nn.GroupNorm(s.groups, x.shape[1], device=META))


@witness(LstmParams, How.MODULE, META)
def lstm(s: LstmParams) -> int:
    return held(
        nn.LSTM(s.input_size, s.hidden_size, s.num_layers, bidirectional=s.bidirectional, bias=s.bias, device=META)
    )


@witness(GruParams, How.MODULE, META)
def gru(s: GruParams) -> int:
    return held(
        nn.GRU(s.input_size, s.hidden_size, s.num_layers, bidirectional=s.bidirectional, bias=s.bias, device=META)
    )


@witness(LstmHidden, How.BRUTE_FORCE, META)
def hidden_size_of_lstm(s: LstmHidden) -> int:
    return search(WIDEST_HIDDEN, lambda hidden: held(nn.LSTM(s.input_size, hidden, bias=s.bias, device=META)), s.params)


@witness(GruHidden, How.BRUTE_FORCE, META)
def hidden_size_of_gru(s: GruHidden) -> int:
    return search(WIDEST_HIDDEN, lambda hidden: held(nn.GRU(s.input_size, hidden, bias=s.bias, device=META)), s.params)


@witness(AttentionParams, How.MODULE, META)
def attention(s: AttentionParams) -> int:
    return held(nn.MultiheadAttention(s.embed_dim, s.num_heads, bias=s.bias, device=META))


@witness(CrossAttentionParams, How.MODULE, META)
def cross_attention(s: CrossAttentionParams) -> int:
    return held(nn.MultiheadAttention(s.embed_dim, s.num_heads, bias=s.bias, kdim=s.kdim, vdim=s.vdim, device=META))


@witness(AttentionDim, How.BRUTE_FORCE, META)
def embed_dim_of_attention(s: AttentionDim) -> int:
    def count(per_head: int) -> int:
        return held(nn.MultiheadAttention(per_head * s.num_heads, s.num_heads, bias=s.bias, device=META))

    return search(WIDEST_HIDDEN, count, s.params) * s.num_heads


@witness(EmbeddingParams, How.MODULE, META)
def embedding(s: EmbeddingParams) -> int:
    padding = 0 if s.padding else None
    # Built on the CPU it would fill the padding row; on meta it cannot, and need not.
    return held(nn.Embedding(s.num_embeddings, s.embedding_dim, padding_idx=padding, device=META))


@witness(EmbeddingTied, How.MODULE, META)
def tied_embedding(s: EmbeddingTied) -> int:
    tokens = nn.Embedding(s.num_embeddings, s.embedding_dim, device=META)
    head = nn.Linear(s.embedding_dim, s.num_embeddings, bias=False, device=META)
    if s.tied:
        head.weight = tokens.weight
    return held(nn.ModuleList([tokens, nn.Embedding(s.positions, s.embedding_dim, device=META), head]))


def _prelu(channels: int, *, shared: bool) -> nn.PReLU:
    return nn.PReLU(device=META) if shared else nn.PReLU(channels, device=META)


@witness(PreluParams, How.MODULE, META)
def prelu(s: PreluParams) -> int:
    return held(_prelu(s.channels, shared=s.shared))


@witness(PreluNetwork, How.MODULE, META)
def prelus(s: PreluNetwork) -> int:
    chain = nn.Sequential(*(_prelu(channels, shared=s.shared) for channels in s.channels))
    return held(chain) - held(nn.Sequential(*(nn.ReLU() for _ in s.channels)))
