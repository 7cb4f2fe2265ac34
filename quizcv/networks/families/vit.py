"""The Vision Transformer."""

from __future__ import annotations

from functools import partial

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = (
    "Dosovitskiy et al. 2021, An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale, "
    "table 1 and figure 1"
)


def _layer(net: Plan, name: str, x: str, width: int, hidden: int, heads: int) -> str:
    """Normalization stands before attention and before the MLP, within the shortcuts."""
    y = net.norm(f"{name}.ln1", x, "layer")
    y = net.add(f"{name}.attention", ops.Attention(heads), y)
    x = net.join(f"{name}.add1", y, x)
    y = net.norm(f"{name}.ln2", x, "layer")
    y = net.linear(f"{name}.mlp1", y, hidden, act="gelu")
    y = net.linear(f"{name}.mlp2", y, width)
    return net.join(f"{name}.add2", y, x)


def _vit(net: Plan, patch: int, layers: int, width: int, hidden: int, heads: int) -> None:
    with net.stage("patches"):
        x = net.conv("conv_proj", net.input, width, patch, stride=patch, padding=0)
        x = net.add("tokens", ops.ToTokens(), x)
    with net.stage("embedding"):
        x = net.add("class_token", ops.ClassToken(), x)
        x = net.add("pos_embedding", ops.PositionTable(), x)
    with net.stage("encoder"):
        for at in range(layers):
            x = _layer(net, f"encoder.{at}", x, width, hidden, heads)
        x = net.norm("ln", x, "layer")
    with net.stage("head"):
        net.linear("head", net.add("first", ops.FirstToken(), x), 1000)
    net.note("Another input has another number of tokens, and thus a position table of another size.")


NETWORKS = (
    Known(
        "vit_b_16",
        "ViT-B/16",
        partial(_vit, patch=16, layers=12, width=768, hidden=3072, heads=12),
        SOURCE,
        2020,
    ),
)
