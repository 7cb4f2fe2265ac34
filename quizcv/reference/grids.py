"""Points between image and map: walked through real pooling, painted, or searched among edges."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.grids import (
    GridCell,
    GridIndex,
    GridOffset,
    LetterboxBack,
    LetterboxPadding,
    LetterboxScale,
    MapCell,
    MapPoint,
    PointsInside,
)


def _edges(size: int, cells: int) -> Tensor:
    """Left borders of the cells and the last right one."""
    return torch.arange(cells + 1) * torch.tensor(size / cells)


@witness(GridCell, How.BRUTE_FORCE)
def between_edges(s: GridCell) -> int:
    """The last cell that begins at or before the centre."""
    return int(torch.bucketize(torch.tensor(s.centre), _edges(s.size, s.cells), right=True).item()) - 1


@witness(GridIndex, How.BRUTE_FORCE)
def every_cell(s: GridIndex) -> int:
    """Mark the one cell of the grid whose borders are around the centre, and find its place in memory."""
    (x, y), across, down = s.centre, _edges(s.width, s.cells), _edges(s.height, s.cells)
    column = (across[:-1] <= x) & (x < across[1:])
    row = (down[:-1] <= y) & (y < down[1:])
    return int(torch.outer(row, column).flatten().nonzero().item())


@witness(GridOffset, How.OPERATION)
def remainder_of_the_cell(s: GridOffset) -> float:
    size, at = (s.width, s.centre[0]) if s.axis == "x" else (s.height, s.centre[1])
    side = torch.tensor(size).double() / s.cells
    return float(torch.remainder(torch.tensor(at), side) / side)


@witness(MapCell, How.OPERATION)
def pooled_mark(s: MapCell) -> int:
    """A mark on the pixel goes through max pooling with that stride."""
    row = torch.zeros(1, 1, (s.pixel // s.stride + 1) * s.stride)
    row[0, 0, s.pixel] = 1
    return int(F.max_pool1d(row, s.stride).argmax().item())


@witness(MapPoint, How.OPERATION)
def pooled_coordinates(s: MapPoint) -> float:
    """Average pooling of the pixels' own coordinates (their middles), layer by layer."""
    row = (torch.arange((s.cell + 1) * int(torch.tensor(s.strides).prod().item())) + 0.5).view(1, 1, -1)
    for stride in s.strides:
        row = F.avg_pool1d(row, stride)
    return float(row[0, 0, s.cell])


@witness(PointsInside, How.BRUTE_FORCE)
def every_location(s: PointsInside) -> int:
    y, x = torch.meshgrid(torch.arange(s.height), torch.arange(s.width), indexing="ij")
    x, y = (x + 0.5) * s.stride, (y + 0.5) * s.stride
    x1, y1, x2, y2 = s.box
    return int(((x1 < x) & (x < x2) & (y1 < y) & (y < y2)).sum().item())


@witness(LetterboxScale, How.BRUTE_FORCE)
def largest_fit(s: LetterboxScale) -> float:
    """Try a thousand factors, then a thousand more around the largest at which both sides stay in the square, and so on."""
    sides = torch.tensor(((s.width,), (s.height,))).double()
    low, high = 0.0, float(s.size)
    for _ in range(7):
        factors = torch.linspace(low, high, 1001)
        last = int(((sides * factors).amax(0) <= s.size).nonzero().max().item())
        low, high = float(factors[last]), float(factors[min(last + 1, 1000)])
    return low


def _strip(s: LetterboxPadding) -> tuple[float, int]:
    """Along the shorter axis: where the image begins, and its size. Of all sizes the one in the same proportion, of all places to
    put it the middle one."""
    long, short = max(s.width, s.height), min(s.width, s.height)
    sizes = torch.arange(1, s.size + 1)
    side = int(sizes[sizes * long == s.size * short].item())
    starts = torch.arange(s.size).unfold(0, side, 1)[:, 0]
    return starts.double().mean().item(), side


@witness(LetterboxPadding, How.BRUTE_FORCE)
def middle_place(s: LetterboxPadding) -> int:
    start, _ = _strip(s)
    return int(start)


@witness(LetterboxBack, How.OPERATION)
def solved_map(s: LetterboxBack) -> float:
    """The affine map that sends the ends of the image in the letterbox back to the ends of the original, solved for."""
    along_x = s.axis == "x"
    start, side = _strip(s) if along_x == (s.width < s.height) else (0.0, s.size)
    rows = torch.tensor(((start, 1.0), (start + side, 1.0)))
    ends = torch.tensor((0.0, float(s.width if along_x else s.height)))
    return float(torch.linalg.solve(rows, ends) @ torch.tensor((s.x if along_x else s.y, 1.0)))
