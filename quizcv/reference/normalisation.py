"""Normalisation: the layers are run on the features that the parameters list."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils.fusion import fuse_conv_bn_weights

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import normalisation as of
from quizcv.specs import statistics as st
from quizcv.specs.matrices import Matrix, Stack, Vector


def _real(values: Vector | Stack | Matrix | tuple[float, ...]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


@witness(of.BatchNormTrain, How.OPERATION)
def batch_norm(s: of.BatchNormTrain) -> float:
    gamma, beta = torch.tensor([s.gamma]), torch.tensor([s.beta])
    out = F.batch_norm(_real(s.x)[:, None], None, None, gamma, beta, training=True, eps=s.eps)
    return out[s.index, 0].item()


def _affine(s: of.NormPooled) -> tuple[Tensor, Tensor]:
    """The same scale and shift for all channels; one is looked at."""
    channels = len(s.x[0])
    return torch.full((channels,), s.gamma), torch.full((channels,), s.beta)


def _pooled(out: Tensor, s: of.NormPooled) -> float:
    return F.adaptive_avg_pool1d(F.relu(out), 1)[s.sample, s.channel, 0].item()


@witness(of.BatchNormPooled, How.OPERATION)
def batch_norm_pooled(s: of.BatchNormPooled) -> float:
    gamma, beta = _affine(s)
    return _pooled(F.batch_norm(_real(s.x), None, None, gamma, beta, training=True, eps=s.eps), s)


def _instance_norm(s: of.NormPooled) -> Tensor:
    gamma, beta = _affine(s)
    return F.instance_norm(_real(s.x), None, None, gamma, beta, eps=s.eps)


@witness(of.InstanceNormValue, How.OPERATION)
def instance_norm(s: of.InstanceNormValue) -> float:
    return _instance_norm(s)[s.sample, s.channel, s.position].item()


@witness(of.InstanceNormPooled, How.OPERATION)
def instance_norm_pooled(s: of.InstanceNormPooled) -> float:
    return _pooled(_instance_norm(s), s)


@witness(of.GroupNormValue, How.OPERATION)
def group_norm(s: of.GroupNormValue) -> float:
    gamma, beta = _affine(s)
    return F.group_norm(_real(s.x), s.groups, gamma, beta, s.eps)[s.sample, s.channel, s.position].item()


@witness(of.GroupNormPooled, How.OPERATION)
def group_norm_pooled(s: of.GroupNormPooled) -> float:
    gamma, beta = _affine(s)
    return _pooled(F.group_norm(_real(s.x), s.groups, gamma, beta, s.eps), s)


@witness(of.LayerNormValue, How.OPERATION)
def layer_norm(s: of.LayerNormValue) -> float:
    x = _real(s.x)
    width = x.shape[1:]
    out = F.layer_norm(x, width, torch.full(width, s.gamma), torch.full(width, s.beta), s.eps)
    return out[s.row, s.col].item()


@witness(of.LayerNormPooled, How.OPERATION)
def layer_norm_pooled(s: of.LayerNormPooled) -> float:
    x = _real(s.x)
    shape = x.shape[1:]
    return _pooled(F.layer_norm(x, shape, torch.full(shape, s.gamma), torch.full(shape, s.beta), s.eps), s)


@witness(of.RunningStat, How.MODULE)
def running_stat(s: of.RunningStat) -> float:
    module = nn.BatchNorm1d(1, momentum=s.momentum)
    for batch in s.batches:
        module(_real(batch)[:, None])
    found = module.running_mean if s.stat == "mean" else module.running_var
    assert found is not None
    return found.item()


@witness(of.RunningBatches, How.BRUTE_FORCE)
def running_batches(s: of.RunningBatches) -> int:
    """Batch after batch of mean 1."""
    mean, var, batch = torch.zeros(1), torch.ones(1), torch.tensor([[0.0], [2.0]])
    for count in range(1, 1000):
        F.batch_norm(batch, mean, var, training=True, momentum=s.momentum)
        if mean.item() >= s.share - 1e-12:
            return count
    raise ValueError("the share is never reached")


def _evaluated(x: float, s: of.BatchNormEval | of.BatchNormEvalInput | of.FoldedWeight) -> float:
    mean, var, gamma, beta = (torch.tensor([v]) for v in (s.running_mean, s.running_var, s.gamma, s.beta))
    return F.batch_norm(torch.tensor([[x]]), mean, var, gamma, beta, training=False, eps=s.eps).item()


@witness(of.BatchNormEval, How.OPERATION)
def batch_norm_eval(s: of.BatchNormEval) -> float:
    return _evaluated(s.x, s)


@witness(of.BatchNormEvalInput, How.BRUTE_FORCE)
def batch_norm_inputs(s: of.BatchNormEvalInput) -> float:
    return solve(lambda x: _evaluated(x, s), s.y, s.running_mean, s.running_mean + 1)


def _fused(s: of.FoldedWeight) -> tuple[float, float]:
    mean, var, gamma, beta, bias = (torch.tensor([v]) for v in (s.running_mean, s.running_var, s.gamma, s.beta, s.bias))
    weight = torch.full((1, 1, 1, 1), s.weight)
    fused = fuse_conv_bn_weights(weight, bias, mean, var, s.eps, gamma, beta)
    return fused[0].item(), fused[1].item()


def _behind(x: float, s: of.FoldedWeight) -> float:
    """A pixel through the convolution and the batch norm behind it."""
    out = F.conv2d(torch.full((1, 1, 1, 1), x), torch.full((1, 1, 1, 1), s.weight), torch.tensor([s.bias]))
    return _evaluated(out.item(), s)


@witness(of.FoldedWeight, How.OPERATION)
def fused_weight(s: of.FoldedWeight) -> float:
    return _fused(s)[0]


@witness(of.FoldedWeight, How.BRUTE_FORCE)
def slope_of_both(s: of.FoldedWeight) -> float:
    return _behind(1.0, s) - _behind(0.0, s)


@witness(of.FoldedBias, How.OPERATION)
def fused_bias(s: of.FoldedBias) -> float:
    return _fused(s)[1]


@witness(of.FoldedBias, How.BRUTE_FORCE)
def both_at_zero(s: of.FoldedBias) -> float:
    return _behind(0.0, s)


@witness(of.FoldedGamma, How.BRUTE_FORCE)
def fused_at_gammas(s: of.FoldedGamma) -> float:
    def folded(gamma: float) -> float:
        return _fused(of.FoldedWeight(s.weight, 0.0, 0.0, s.running_var, gamma, 0.0, s.eps))[0]

    return solve(folded, s.folded, 0.5, 1.0)


def _means(kind: of.Kind, x: Tensor, groups: int) -> Tensor:
    """The means that the kernel of the layer itself gives back."""
    samples, channels, *size = x.shape
    found: Tensor
    match kind:
        case "batch":
            found = torch.ops.aten.native_batch_norm(x, None, None, None, None, True, 0.1, 1e-5)[1]
        case "instance":
            flat = x.reshape(1, samples * channels, *size)
            found = torch.ops.aten.native_batch_norm(flat, None, None, None, None, True, 0.1, 1e-5)[1]
        case "layer":
            found = torch.native_layer_norm(x, [channels, *size], None, None, 1e-5)[1]
        case "group":
            found = torch.native_group_norm(x, None, None, samples, channels, size[0] * size[1], groups, 1e-5)[1]
    return found


@witness(st.NormStatistics, How.OPERATION)
def means(s: st.NormStatistics) -> int:
    x = torch.zeros(s.samples, s.channels, s.height, s.width)
    return _means(s.kind, x, 1).numel()


@witness(st.GroupStatistics, How.OPERATION)
def group_means(s: st.GroupStatistics) -> int:
    x = torch.zeros(s.samples, s.channels, s.height, s.width)
    return _means("group", x, s.groups).numel()


def _share(kind: of.Kind, s: st.NormStatistics | st.GroupStatistics, groups: int) -> int:
    """A single 1 among zeros moves the mean that the kernel takes by one over the number of its values."""
    x = torch.zeros(s.samples, s.channels, s.height, s.width)
    x[0, 0, 0, 0] = 1
    return round(1 / _means(kind, x, groups).flatten()[0].item())


@witness(st.StatisticSize, How.OPERATION)
def share_in_mean(s: st.StatisticSize) -> int:
    return _share(s.kind, s, 1)


@witness(st.GroupSize, How.OPERATION)
def share_in_group_mean(s: st.GroupSize) -> int:
    return _share("group", s, s.groups)


@witness(st.GroupsFound, How.BRUTE_FORCE)
def every_grouping(s: st.GroupsFound) -> int:
    x = torch.zeros(1, s.channels, s.height, s.width)
    for groups in range(1, s.channels + 1):
        if s.channels % groups == 0 and x.numel() == s.values * _means("group", x, groups).numel():
            return groups
    raise ValueError("no number of groups gives this")


def _gathered(counts: Vector, means: tuple[float, ...], variances: tuple[float, ...]) -> Tensor:
    """Values with the devices' counts, means and variances, all in one batch."""
    parts = []
    for count, mean, variance in zip(counts, means, variances, strict=True):
        spread = F.layer_norm(torch.arange(float(count)), (count,), eps=0.0)
        parts.append(mean + spread * torch.tensor(variance).sqrt())
    return torch.cat(parts)


@witness(st.SyncStat, How.BRUTE_FORCE)
def gathered_stat(s: st.SyncStat) -> float:
    var, mean = torch.var_mean(_gathered(s.counts, s.means, s.variances), correction=0)
    return mean.item() if s.stat == "mean" else var.item()


@witness(st.SyncNormed, How.OPERATION)
def gathered_norm(s: st.SyncNormed) -> float:
    """The statistics of the whole batch, used on x."""
    var, mean = torch.var_mean(_gathered(s.counts, s.means, s.variances), correction=0)
    return F.batch_norm(torch.tensor([[s.x]]), mean[None], var[None], eps=s.eps).item()


@witness(st.RmsNormValue, How.OPERATION)
def rms_norm(s: st.RmsNormValue) -> float:
    x = _real(s.x)
    return F.rms_norm(x, x.shape, torch.full(x.shape, s.gamma), s.eps)[s.index].item()


@witness(st.RmsGap, How.OPERATION)
def both_norms(s: st.RmsGap) -> float:
    x = _real(s.x)
    return (F.layer_norm(x, x.shape, eps=s.eps) - F.rms_norm(x, x.shape, eps=s.eps))[s.index].item()
