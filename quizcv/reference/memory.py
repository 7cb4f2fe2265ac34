"""Bytes of tensors that are really made (or would be, on meta), of optimizers that made a step, and of small networks."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn, optim
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.counting import conv, held, linear
from quizcv.reference.engine import How, witness
from quizcv.specs.memory import (
    Dtype,
    FeatureBatch,
    FeatureBytes,
    FeatureMib,
    FirstFcShare,
    FirstFcShareGap,
    GapHiddenSaving,
    GapSaving,
    MixedBytes,
    Optimizer,
    QuantizedSaved,
    TrainingBytes,
    WeightBytes,
    WeightMegabytes,
)

_DTYPES: dict[Dtype, torch.dtype] = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int8": torch.int8,
}


def _bytes(module: nn.Module, dtype: torch.dtype) -> int:
    """Storage of a module's parameters in another type."""
    return sum(torch.empty_like(parameter, dtype=dtype).nbytes for parameter in module.parameters())


def _feature(s: FeatureBytes) -> int:
    return torch.empty(s.batch, s.channels, s.size, s.size, dtype=_DTYPES[s.dtype], device="meta").nbytes


@witness(FeatureBytes, How.META)
def storage_of_map(s: FeatureBytes) -> int:
    return _feature(s)


@witness(FeatureMib, How.META)
def storage_in_mib(s: FeatureMib) -> float:
    return _feature(s) / torch.empty(1024, 1024, dtype=torch.uint8, device="meta").nbytes


@witness(FeatureBatch, How.META)
def images_that_fit(s: FeatureBatch) -> int:
    """Memory of that size, cut into pieces of one image."""
    image = torch.empty(s.channels, s.size, s.size, dtype=_DTYPES[s.dtype], device="meta").nbytes
    memory = torch.empty(s.mib * 1024, 1024, dtype=torch.uint8, device="meta").flatten()
    return memory.unfold(0, image, image).shape[0] if image <= len(memory) else 0


@witness(WeightBytes, How.MODULE, "meta")
def storage_of_conv(s: WeightBytes) -> int:
    return _bytes(conv(s.in_channels, s.out_channels, s.kernel, bias=s.bias), _DTYPES[s.dtype])


@witness(WeightMegabytes, How.MODULE, "meta")
def storage_of_linear(s: WeightMegabytes) -> float:
    return _bytes(linear(s.in_features, s.out_features, bias=s.bias), _DTYPES[s.dtype]) / 1e6


@witness(QuantizedSaved, How.MODULE, "meta")
def storage_before_and_after(s: QuantizedSaved) -> int:
    layer = conv(s.in_channels, s.out_channels, s.kernel, bias=s.bias).to(torch.float32)
    largest = layer.weight.detach().abs().amax((1, 2, 3))
    kept = [torch.empty_like(layer.weight, dtype=torch.int8), largest]
    if layer.bias is not None:
        kept.append(layer.bias)
    return _bytes(layer, torch.float32) - sum(tensor.nbytes for tensor in kept)


def _optimizer(name: Optimizer, parameters: list[nn.Parameter]) -> optim.Optimizer:
    match name:
        case "SGD":
            return optim.SGD(parameters, lr=0.1)
        case "SGD with momentum":
            return optim.SGD(parameters, lr=0.1, momentum=0.9)
        case "Adam":
            return optim.Adam(parameters)
        case "AdamW":
            return optim.AdamW(parameters)
        case "Adam with amsgrad":
            return optim.Adam(parameters, amsgrad=True)


def _after_a_step(s: TrainingBytes) -> tuple[nn.Linear, int]:
    """A float32 layer with its gradients, and the bytes of what the optimizer keeps for each weight after a step."""
    layer = nn.Linear(1, 1, device="meta")
    layer.weight = nn.Parameter(torch.zeros(s.out_features, s.in_features, dtype=torch.float32))
    layer.bias = nn.Parameter(torch.zeros(s.out_features, dtype=torch.float32)) if s.bias else None  # type: ignore[assignment]
    parameters = list(layer.parameters())
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimizer = _optimizer(s.optimizer, parameters)
    optimizer.step()
    kept = (tensor for state in optimizer.state.values() for tensor in state.values() if tensor is not None)
    # The step counter of Adam is one number for each tensor, not for each weight.
    return layer, sum(tensor.nbytes for tensor in kept if tensor.dim())


@witness(TrainingBytes, How.OPERATION)
def optimizer_step(s: TrainingBytes) -> int:
    layer, state = _after_a_step(s)
    return state + sum(p.nbytes + (p.grad.nbytes if p.grad is not None else 0) for p in layer.parameters())


@witness(MixedBytes, How.OPERATION)
def optimizer_step_on_master_weights(s: MixedBytes) -> int:
    master, state = _after_a_step(s)
    halves = [tensor.half() for p in master.parameters() for tensor in (p, p.grad) if tensor is not None]
    return state + sum(p.nbytes for p in master.parameters()) + sum(tensor.nbytes for tensor in halves)


@witness(GapSaving, How.MODULE, "meta")
def flattened_or_pooled(s: GapSaving) -> int:
    x = torch.empty(1, s.channels, s.height, s.width, device="meta")
    flat, pooled = x.flatten(1), F.adaptive_avg_pool2d(x, 1).flatten(1)
    layers = [linear(features.shape[1], s.out_features, bias=s.bias) for features in (flat, pooled)]
    return held(layers[0]) - held(layers[1])


@witness(GapHiddenSaving, How.MODULE, "meta")
def hidden_layer_or_pooled(s: GapHiddenSaving) -> int:
    x = torch.empty(1, s.channels, s.size, s.size, device="meta")
    flat, pooled = x.flatten(1), F.adaptive_avg_pool2d(x, 1).flatten(1)
    before = linear(flat.shape[1], s.hidden, bias=s.bias), linear(s.hidden, s.classes, bias=s.bias)
    return held(*before) - held(linear(pooled.shape[1], s.classes, bias=s.bias))


def _share(s: FirstFcShare, *, pooled: bool) -> float:
    """The network is built layer by layer; its own map says how many features the first fully connected layer reads."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise((s.in_channels, *s.channels)):
        same = nn.Conv2d(inputs, outputs, s.kernel, padding=s.kernel // 2, device="meta")
        layers += [same, nn.MaxPool2d(2)]
    body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1) if pooled else nn.Identity(), nn.Flatten())
    with torch.no_grad():
        features = body(torch.empty(1, s.in_channels, s.size, s.size, device="meta")).shape[1]
    first = linear(features, s.hidden, bias=True)
    return 100 * held(first) / held(body, first, linear(s.hidden, s.classes, bias=True))


@witness(FirstFcShare, How.MODULE, "meta")
def share_of_first(s: FirstFcShare) -> float:
    return _share(s, pooled=False)


@witness(FirstFcShareGap, How.MODULE, "meta")
def share_of_first_behind_pooling(s: FirstFcShareGap) -> float:
    return _share(s, pooled=True)
