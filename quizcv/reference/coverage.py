"""Which pixels the windows of a layer read, by the gradients they send back."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.coverage import PixelWindows, UnreadPixels


def _reads(size: int, kernel: int, stride: int, padding: int) -> Tensor:
    """How often each pixel enters into the sum of all outputs of a convolution with ones."""
    x = torch.zeros(1, 1, size, requires_grad=True)
    out = F.conv1d(x, torch.ones(1, 1, kernel), None, stride, padding)
    (gradient,) = torch.autograd.grad(out.sum(), x)
    return gradient[0, 0]


@witness(PixelWindows, How.AUTOGRAD)
def gradient_of_pixel(s: PixelWindows) -> int:
    return int(_reads(s.size, s.kernel, s.stride, s.padding)[s.pixel].item())


@witness(PixelWindows, How.OPERATION)
def windows_that_answer(s: PixelWindows) -> int:
    """A single 1 as input: the outputs that are not zero."""
    x = torch.zeros(1, 1, s.size)
    x[0, 0, s.pixel] = 1
    return int(F.conv1d(x, torch.ones(1, 1, s.kernel), None, s.stride, s.padding).count_nonzero().item())


@witness(UnreadPixels, How.AUTOGRAD)
def pixels_without_gradient(s: UnreadPixels) -> int:
    return int((_reads(s.size, s.kernel, s.stride, 0) == 0).sum().item())
