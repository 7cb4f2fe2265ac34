"""Which blocks the picture has: the rows of a stage cut where everything passes through one of them, and what is alike put together.

stage's rows ── cut ──▶ units (a convolution, a bottleneck, an inception module) ── merged, more and more ──▶ blocks
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log2
from types import UnionType

from quizcv.networks import ops
from quizcv.networks.network import INPUT
from quizcv.networks.ops import Shape
from quizcv.networks.walk import Row, Step, Walk

WEIGHTY = ops.Conv | ops.SparseConv | ops.ConvTranspose | ops.Linear | ops.RadialBasis | ops.Attention
POOLING = ops.Pool | ops.AdaptivePool | ops.Subsample
ENLARGING = ops.ConvTranspose | ops.Upsample | ops.Unpool
FEATURES = ops.Linear | ops.RadialBasis
TOKENS = ops.ToTokens | ops.ClassToken | ops.PositionTable
#: What belongs to the layer before it; other layers without weights belong to the next.
TRAILING = ops.Norm | ops.Activation | ops.Dropout | ops.Add | ops.Gate | ops.Scale | ops.Shuffle | ops.FirstToken

#: Convolutions without padding shrink maps by no more than this, and are still said to work at one resolution.
BORDER = 1.15

Unit = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What is drawn as one cuboid: units that follow each other. `joins`: it reads more than what comes to its stage; `leaves`: what it
    gives is also read by another stage."""

    stage: str
    units: tuple[Unit, ...]
    joins: bool = False
    leaves: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for unit in self.units for row in unit)

    @property
    def shape(self) -> Shape:
        return self.rows[-1].shape

    @property
    def auxiliary(self) -> bool:
        return self.rows[0].auxiliary

    def has(self, kind: type[ops.Op] | UnionType) -> bool:
        """Whether an operation of this kind gives a row its name."""
        return any(isinstance(row.main.layer.op, kind) for row in self.rows)

    @property
    def alone(self) -> bool:
        """It is never put together with others: a pooling, an enlargement, features, tokens that begin."""
        return not self.has(ops.Conv | ops.SparseConv | ops.Attention) or self.step

    @property
    def step(self) -> bool:
        """It begins with what changes the size and is not trained to see (squeezing pools too, but gives the size back)."""
        return isinstance(self.rows[0].main.layer.op, POOLING | ENLARGING) and not self.has(ops.Gate)

    @property
    def sort(self) -> str:
        """Blocks of another sort are kept apart as long as there is room."""
        if self.has(ops.Attention):
            return "attention"
        weighty = sum(isinstance(row.main.layer.op, WEIGHTY) for row in self.units[-1])
        return "module" if weighty > 1 and not self.joins else "chain"


def resolution(shape: Shape) -> int:
    """The longer side of maps; 0 for all else."""
    return max(shape[1:]) if len(shape) == 3 else 0


def reads(step: Step) -> tuple[str, ...]:
    """The layers whose values it reads, without those that only say how large it is."""
    return step.layer.inputs[:1] if isinstance(step.layer.op, ops.Upsample | ops.Crop) else step.layer.inputs


def blocks(walked: Walk, limit: int) -> list[Block]:
    """The network without its auxiliary heads in about so many blocks, as fine as that allows."""
    rows = [row for row in walked.rows if not row.auxiliary]
    read = _read_elsewhere(rows)
    found = [
        block for name, group in groupby(rows, key=lambda row: row.stage) for block in _fine(name, list(group), read)
    ]
    found = _within_stages(found, limit, _same_resolution)
    for alike in (_same_module, _pooled, _raised):
        if len(found) > limit:
            found = merged(found, alike)
    return _within_stages(found, limit, _same_stage)


def _within_stages(found: list[Block], limit: int, alike: Callable[[Block, Block], bool]) -> list[Block]:
    """Blocks put together in the stages where that saves most, until there are few enough; stages that are alike stay alike."""
    stages = [list(group) for _, group in groupby(found, key=lambda block: block.stage)]
    while sum(map(len, stages)) > limit:
        fewer = [merged(stage, alike) for stage in stages]
        saved = [len(stage) - len(after) for stage, after in zip(stages, fewer, strict=True)]
        if not any(saved):
            break
        stages = [after if by == max(saved) else stage for stage, after, by in zip(stages, fewer, saved, strict=True)]
    return [block for stage in stages for block in stage]


def heads(walked: Walk) -> list[list[Block]]:
    """The auxiliary heads, each a list of blocks."""
    rows = [row for row in walked.rows if row.auxiliary]
    return [_fine(name, list(group)) for name, group in groupby(rows, key=lambda row: row.stage)]


def merged(found: Sequence[Block], alike: Callable[[Block, Block], bool], fuse: bool = False) -> list[Block]:
    """Neighbours that are alike become one block, or even one unit."""
    kept: list[Block] = []
    for block in found:
        if kept and alike(kept[-1], block):
            last = kept[-1]
            units = ((*last.rows, *block.rows),) if fuse else last.units + block.units
            kept[-1] = Block(last.stage, units, last.joins, block.leaves)
        else:
            kept.append(block)
    return kept


def _mix(one: Block, other: Block) -> bool:
    """Nothing is lost when the two are shown as one."""
    return not (one.alone or other.alone or other.joins or one.leaves) and len(one.shape) == len(other.shape)


def _same_shape(one: Block, other: Block) -> bool:
    """As many channels, and only borders are lost between them; or modules of one resolution."""
    if one.sort != other.sort or not _mix(one, other):
        return False
    if one.sort == "module" and one.stage == other.stage:
        return one.shape[1:] == other.shape[1:]
    near = resolution(one.shape) <= BORDER * resolution(other.shape) and resolution(other.shape) <= resolution(
        one.shape
    )
    return one.shape[0] == other.shape[0] and near


def _same_resolution(one: Block, other: Block) -> bool:
    return one.shape[1:] == other.shape[1:] and _mix(one, other)


def _same_module(one: Block, other: Block) -> bool:
    """Neighbouring stages of one shape."""
    return one.shape == other.shape and one.sort == other.sort and _mix(one, other)


def _pooled(one: Block, other: Block) -> bool:
    """A pooling, and the convolutions that read it."""
    pools = one.alone and one.has(POOLING) and not one.leaves
    return pools and not other.step and other.has(ops.Conv) and len(one.shape) == len(other.shape)


def _raised(one: Block, other: Block) -> bool:
    """An enlargement, and the convolutions that read it."""
    return one.step and one.has(ENLARGING) and not one.leaves and not other.step and other.has(ops.Conv)


def _same_stage(one: Block, other: Block) -> bool:
    """A stage without a name is none."""
    return bool(one.stage) and len(one.shape) == len(other.shape)


def _fine(stage: str, rows: list[Row], read: frozenset[str] = frozenset()) -> list[Block]:
    """A stage in its smallest blocks."""
    sources = _reads(rows)
    units = _units(rows, _cuts(sources, {at for at, row in enumerate(rows) if row.name in read}))
    joined = {rows[at].name for at, found in enumerate(sources) if None in found}
    made = [
        Block(stage, (unit,), any(row.name in joined for row in unit), any(row.name in read for row in unit))
        for unit in _attached(units)
    ]
    return merged(merged(made, _same_name, fuse=True), _same_shape)


def _read_elsewhere(rows: list[Row]) -> frozenset[str]:
    """Rows that another stage reads."""
    homes = {step.layer.name: row for row in rows for step in row.steps}
    return frozenset(
        homes[name].name
        for row in rows
        for step in row.steps
        for name in reads(step)
        if name in homes and homes[name].stage != row.stage
    )


def _same_name(one: Block, other: Block) -> bool:
    """Their rows are called alike (`fire2.squeeze`, `fire2.expand`), and not only after the stage."""
    if one.step or other.step or other.joins or one.leaves:
        return False
    names, both = (common(one.rows), common(other.rows)), common((*one.rows, *other.rows))
    if both == one.stage:
        return names == (both, both) and one.sort == "chain" and other.sort == "module"
    return bool(both) and both in names


def common(rows: Sequence[Row]) -> str:
    """The dotted name that all rows with work to do are under."""
    parts = [row.name.split(".")[:-1] for row in rows if isinstance(row.main.layer.op, WEIGHTY | POOLING)]
    kept = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        kept.append(level[0])
    return ".".join(kept)


def _reads(rows: list[Row]) -> list[set[int | None]]:
    """What each row reads: places of rows of this stage, -1 for what comes to the stage, None for what comes from elsewhere."""
    places = {step.layer.name: at for at, row in enumerate(rows) for step in row.steps}
    first = {name for step in rows[0].steps for name in reads(step) if name not in places}
    found: list[set[int | None]] = []
    for at, row in enumerate(rows):
        names = {name for step in row.steps for name in reads(step) if places.get(name) != at}
        found.append({places.get(name, -1 if name in first else None) for name in names})
    return found


def _cuts(sources: list[set[int | None]], given: set[int]) -> set[int]:
    """Rows behind which nothing is read that came before them; what is `given` to other stages may end a branch of its own."""
    last: dict[int, int] = {}
    for at, read in enumerate(sources):
        for source in read:
            if source is not None:
                last[source] = at

    def past(at: int, first: int) -> bool:
        return all(last.get(before, 0) <= at for before in range(first, at))

    ends = {at for at in given if past(at, 0) and last.get(at, 0) <= at}
    return ends | {at for at in range(len(sources)) if past(at, -1)}


def _units(rows: list[Row], cuts: set[int]) -> list[Unit]:
    units: list[Unit] = []
    begun: Unit = ()
    for at, row in enumerate(rows):
        begun = (*begun, row)
        if at in cuts:
            units.append(begun)
            begun = ()
    return [*units, begun] if begun else units


def _attached(units: list[Unit]) -> list[Unit]:
    """Layers without weights join the unit they belong to."""
    kept: list[Unit] = []
    waiting: Unit = ()
    for unit in units:
        op = unit[0].main.layer.op
        if any(isinstance(row.main.layer.op, WEIGHTY | POOLING | ENLARGING) for row in unit):
            kept.append(waiting + unit)
            waiting = ()
        elif isinstance(op, TRAILING) and kept and not waiting and not isinstance(kept[-1][-1].main.layer.op, POOLING):
            kept[-1] = kept[-1] + unit
        else:
            waiting += unit
    if waiting and kept and not any(isinstance(row.main.layer.op, TOKENS) for row in waiting):
        kept[-1] = kept[-1] + waiting
    elif waiting:
        kept.append(waiting)
    return kept


def links(found: Sequence[Block]) -> list[list[int]]:
    """For each block, the blocks it reads, latest first; -1 is the input."""
    places = {step.layer.name: at for at, block in enumerate(found) for row in block.rows for step in row.steps}
    places[INPUT] = -1
    linked: list[list[int]] = []
    for at, block in enumerate(found):
        names = [name for row in block.rows for step in row.steps for name in reads(step)]
        linked.append(sorted({places[name] for name in names if places.get(name, at) != at}, reverse=True))
    return linked


def levels(found: Sequence[Block], start: Shape) -> list[int]:
    """For each block how many halvings its maps are below the input's: counted along the path, so that borders lost to convolutions
    without padding do not add up."""
    known: dict[int, int] = {-1: 0}
    for at, sources in enumerate(links(found)):
        before = sources[0] if sources else -1
        had, has = resolution(start if before < 0 else found[before].shape), resolution(found[at].shape)
        known[at] = known[before] + (round(log2(had / has)) if had and has else 0)
    return [known[at] for at in range(len(found))]
