"""Classical filters and local response normalisation, run with the operations of PyTorch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.filters import (
    BlurredValue,
    FilteredPixel,
    GaussianKernel,
    LaplacianValue,
    LrnAfterRelu,
    LrnValue,
    MedianValue,
    SeparableMedian,
    SharpenedValue,
    SobelMagnitude,
    SobelValue,
)


def _filtered(s: FilteredPixel, kernel: Tensor) -> int:
    """The response at the pixel; zeros outside."""
    out = F.conv2d(torch.tensor(s.x)[None, None], kernel[None, None], padding=1)
    return int(out[0, 0, s.row, s.col])


def _sobel(direction: str) -> Tensor:
    """Smoothing across, difference along."""
    kernel = torch.outer(torch.tensor([1, 2, 1]), torch.tensor([-1, 0, 1]))
    return kernel if direction == "x" else kernel.T.contiguous()


def _laplacian(neighbours: int) -> Tensor:
    """Minus the sum of the differences to the centre."""
    kernel = torch.ones(3, 3, dtype=torch.int64)
    if neighbours == 4:
        kernel[::2, ::2] = 0
    kernel[1, 1] = -neighbours
    return kernel


@witness(SobelValue, How.OPERATION)
def sobel(s: SobelValue) -> int:
    return _filtered(s, _sobel(s.direction))


@witness(SobelMagnitude, How.OPERATION)
def sobel_length(s: SobelMagnitude) -> float:
    both = torch.stack([_sobel("x"), _sobel("y")]).double()[:, None]
    out = F.conv2d(torch.tensor(s.x, dtype=torch.float64)[None, None], both, padding=1)[0, :, s.row, s.col]
    return float(torch.linalg.vector_norm(out))


@witness(LaplacianValue, How.OPERATION)
def laplacian(s: LaplacianValue) -> int:
    return _filtered(s, _laplacian(s.neighbours))


@witness(SharpenedValue, How.OPERATION)
def sharpened(s: SharpenedValue) -> int:
    """One filter that does both."""
    identity = torch.zeros(3, 3, dtype=torch.int64)
    identity[1, 1] = 1
    return _filtered(s, identity - s.strength * _laplacian(s.neighbours))


def _windows(s: MedianValue) -> Tensor:
    """All windows of the padded image: rows × columns × kernel × kernel."""
    x = F.pad(torch.tensor(s.x), (s.padding,) * 4)
    return x.unfold(0, s.kernel, 1).unfold(1, s.kernel, 1)


@witness(MedianValue, How.OPERATION)
def median(s: MedianValue) -> int:
    return int(_windows(s).flatten(2).median(-1).values[s.row, s.col])


@witness(SeparableMedian, How.OPERATION)
def median_twice(s: SeparableMedian) -> int:
    """A pass along the rows of the whole image, then one along its columns."""
    x = F.pad(torch.tensor(s.x), (s.padding,) * 4)
    along_rows = x.unfold(1, s.kernel, 1).median(-1).values
    return int(along_rows.unfold(0, s.kernel, 1).median(-1).values[s.row, s.col])


def _gaussian(size: int, sigma: float) -> Tensor:
    """Separable: the outer product of two windows that add up to 1."""
    window = torch.signal.windows.gaussian(size, std=sigma, dtype=torch.float64)
    return torch.outer(window / window.sum(), window / window.sum())


@witness(GaussianKernel, How.OPERATION)
def outer_product(s: GaussianKernel) -> float:
    return float(_gaussian(s.size, s.sigma)[s.row, s.col])


@witness(GaussianKernel, How.BRUTE_FORCE)
def distances(s: GaussianKernel) -> float:
    """A softmax over all cells of minus their squared distances to the centre."""
    at = torch.arange(s.size, dtype=torch.float64) - s.size // 2
    cells = torch.cartesian_prod(at, at)
    apart = torch.cdist(cells, torch.zeros(1, 2)).flatten() / s.sigma
    return float(torch.softmax(-apart.square() / 2, 0)[s.row * s.size + s.col])


@witness(BlurredValue, How.OPERATION)
def blurred(s: BlurredValue) -> float:
    x = torch.tensor(s.x, dtype=torch.float64)[None, None]
    return float(F.conv2d(x, _gaussian(len(s.x), s.sigma)[None, None]))


def _normalised(s: LrnValue, x: Tensor) -> float:
    pixel = x.double()[None, :, None, None]
    return float(F.local_response_norm(pixel, s.size, s.alpha, s.beta, s.k)[0, s.channel, 0, 0])


@witness(LrnValue, How.OPERATION)
def local_response_norm(s: LrnValue) -> float:
    return _normalised(s, torch.tensor(s.x))


@witness(LrnAfterRelu, How.OPERATION)
def relu_then_norm(s: LrnAfterRelu) -> float:
    return _normalised(s, F.relu(torch.tensor(s.x)))
