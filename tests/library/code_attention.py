"""Attention by hand, against torch."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as fn

from tests.library.code_cards import check, randn, same


@check("att-code", [((4, 3), 4, 3), ((2, 5, 8), 7, 2), ((2, 3, 1, 4), 6, 4)])
def attention(f: Any, shape: tuple[int, ...], keys: int, width: int) -> None:
    """With as many keys and as wide values as one likes."""
    q, k, v = randn(*shape), randn(*shape[:-2], keys, shape[-1]), randn(*shape[:-2], keys, width)
    for scale in (1, 100):
        same(f(scale * q, scale * k, v), fn.scaled_dot_product_attention(scale * q, scale * k, v))


@check("vit-patchify-code", [(1, 3, 4, 4, 2), (2, 3, 6, 9, 3), (2, 1, 4, 4, 4), (1, 2, 3, 2, 1)])
def patchify(f: Any, n: int, c: int, h: int, w: int, p: int) -> None:
    x = randn(n, c, h, w)
    same(f(x, p), fn.unfold(x, p, stride=p).transpose(1, 2).contiguous())
    cells = [x[:, :, r : r + p, s : s + p].reshape(n, -1) for r in range(0, h, p) for s in range(0, w, p)]
    same(f(x, p), torch.stack(cells, dim=1))
