"""What is written under a block: its name, what happens in it, and how numbers look in small type."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from itertools import groupby
from math import ceil

from quizcv.networks import ops
from quizcv.networks.ops import Op, Pair, Shape
from quizcv.networks.picture.paper import STUCK
from quizcv.networks.picture.parts import ENLARGING, FEATURES, POOLING, TOKENS, WEIGHTY, Block, Unit, common, reads
from quizcv.networks.walk import Row, Walk

#: Beyond so many parts a list of convolutions is summed up.
LIST = 3
#: Depthwise kernels larger than this are ConvNeXt's.
LARGE = 5

#: What is worth a word beside the convolutions.
WORTHY = WEIGHTY | POOLING | ENLARGING | TOKENS | ops.Concat | ops.Add | ops.Crop | ops.SpaceToDepth | ops.PadShortcut


def shape_text(shape: Shape) -> str:
    return "×".join(map(str, shape))


def short(value: int) -> str:
    """Three digits and a unit."""
    for power, unit in ((1e9, " G"), (1e6, " M"), (1e3, " K")):
        if value >= power * 0.9995:
            part = value / power
            return f"{part:.{2 if part < 9.995 else 1 if part < 99.95 else 0}f}{unit}"
    return str(value)


def names(found: Sequence[Block]) -> list[str]:
    """What each block is called: no two alike within a stage, as far as rows' names allow."""
    given: list[str] = []
    for block in found:
        options = _names(block, [other for other in found if other.stage == block.stage])
        given.append(next((name for name in options if name not in given), options[-1]))
    return given


def _names(block: Block, stage: list[Block]) -> list[str]:
    """The stage's name where the block does what the stage is for; a single row's; what all rows are under; the last row's."""
    working = [other for other in stage if other.has(WEIGHTY) or not other.has(POOLING)]
    rows = [row for row in block.rows if isinstance(row.main.layer.op, WEIGHTY | POOLING | ENLARGING)] or block.rows
    if block.stage and working == [block]:
        return [block.stage, rows[-1].name]
    if len(rows) == 1:
        return [rows[0].name]
    under = common(rows)
    numbered = block.stage and under.removeprefix(f"{block.stage}.").isdigit()
    return [
        name
        for name in (block.stage if numbered else under, block.stage, common(block.units[-1]), rows[-1].name)
        if name
    ]


def describe(block: Block) -> list[str]:
    """What happens in a block."""
    if block.sort == "attention":
        heads = [row.main.layer.op.heads for row in block.rows if isinstance(row.main.layer.op, ops.Attention)]
        return [_times(len(heads), "transformer block"), f"{heads[0]} heads"]
    said_of: list[str] = []
    for at, unit in enumerate(block.units):
        worthy = [row for row in unit if isinstance(row.main.layer.op, WORTHY)] or list(unit[:1])
        made = module(unit) if len(worthy) > 1 else ""
        said_of += [made + (_pace(unit) if at == 0 else "")] if made else [said(row) for row in worthy]
    last = module(block.units[-1])
    paced = said_of[0].partition(STUCK + "/")
    if last and paced[0] == last and paced[1]:
        return [_times(len(said_of), last) + "".join(paced[1:]), *_kernels(block.units[-1])]
    kernels = _kernels(block.units[-1]) if last and said_of[-1] == last else []
    return [*_listed(said_of), *kernels]


def _times(count: int, what: str) -> str:
    return f"{count}×{STUCK}{what}" if count > 1 else what


def _pace(unit: Unit) -> str:
    """By how much a unit reduces the size."""
    had, has = unit[0].main.inputs[0], unit[-1].shape
    if len(had) != 3 or len(has) != 3 or has[1] * 1.5 > had[1]:
        return ""
    return f"{STUCK}/{ceil(had[1] / has[1] - 0.5)}"


def module(unit: Unit) -> str:
    """What a unit with branches is called by everybody; empty where nobody has a name."""
    found = [row.main.layer.op for row in unit]
    if sum(isinstance(op, ops.Conv) for op in found) < 2:
        return ""
    convs = _convs(unit)
    has = {type(op) for op in found}
    squeeze = " + SE" if ops.Gate in has and ops.AdaptivePool in has else ""
    here = {step.layer.name for row in unit for step in row.steps}
    branches = sum(any(source not in here for step in row.steps for source in reads(step)) for row in unit)
    if any(
        isinstance(step.layer.op, ops.Activation) and step.layer.op.branches > 1 for row in unit for step in row.steps
    ):
        return "selective kernel unit"
    if ops.Shuffle in has:
        return "shuffle unit"
    if ops.Add in has:
        return _residual(convs) + squeeze
    if any(depthwise(row) for row in convs):
        return ("inverted residual" if len(convs) > 2 else "depthwise separable conv") + squeeze
    if ops.Concat in has and branches < 3:
        return "dense layer" if branches > 1 else "fire module" if len(convs) == 3 else "branches"
    if ops.Concat in has and any(isinstance(op, ops.Conv) and op.dilation[0] > 1 for op in found):
        return "atrous pyramid"
    if ops.Concat in has:
        return "pyramid pooling" if ops.AdaptivePool in has else "inception module"
    return ""


def _residual(convs: list[Row]) -> str:
    kernels = [row.main.layer.op.kernel for row in convs if isinstance(row.main.layer.op, ops.Conv)]
    if depthwise(convs[0]) and kernels[0][0] > LARGE:
        return "ConvNeXt block"
    if depthwise(convs[0]) and len(convs) > 2:
        return "separable residual block"
    if any(depthwise(row) for row in convs):
        return "inverted residual"
    return "bottleneck" if len(kernels) > 2 and kernels[0] == kernels[2] == (1, 1) != kernels[1] else "residual block"


def _convs(unit: Unit) -> list[Row]:
    """Its convolutions, without those that squeeze-and-excitation has."""
    gated = any(isinstance(row.main.layer.op, ops.Gate) for row in unit)
    found = [row for row in unit if isinstance(row.main.layer.op, ops.Conv)]
    return [row for row in found if not (gated and row.shape[1:] == (1, 1))] or found


def depthwise(row: Row) -> bool:
    op = row.main.layer.op
    return isinstance(op, ops.Conv) and op.groups > 1 and op.groups == row.main.inputs[0][0]


def _kernels(unit: Unit) -> list[str]:
    """The convolutions of a unit: along its only path, or each kind once where there are several; depthwise ones are what matters
    where there are any."""
    found: list[str] = []
    apart: list[str] = []
    groups = 1
    for row in _convs(unit):
        op = row.main.layer.op
        if isinstance(op, ops.Conv):
            (apart if depthwise(row) else found).append(pair(op.kernel))
            groups = groups if depthwise(row) else max(groups, op.groups)
    if apart:
        return [f"({', '.join(dict.fromkeys(apart))} depthwise)"]
    if len(found) > LIST:
        found = sorted(set(found))
    return ["(" + ", ".join(found) + (f"; {groups}{STUCK}groups" if groups > 1 else "") + ")"]


def _listed(said_of: list[str]) -> list[str]:
    """A list in few words: repeated parts counted, long ones summed up."""
    for period in range(1, len(said_of) // 2 + 1):
        count, rest = divmod(len(said_of), period)
        if not rest and said_of == said_of[:period] * count and period <= 2:
            inner = " + ".join(said_of[:period])
            return [f"{count}× {inner}" if period == 1 else f"{count}× ({inner})"]
    runs = [(what, len(list(run))) for what, run in groupby(said_of)]
    if len(runs) > LIST:
        kinds = dict.fromkeys(said_of)
        runs = [(what, said_of.count(what)) for what in kinds]
    return [_times(count, what) for what, count in runs]


def pair(size: Pair) -> str:
    return f"{size[0]}×{size[1]}"


def _stride(size: Pair) -> str:
    if size == (1, 1):
        return ""
    return f"{STUCK}/{size[0]}" if size[0] == size[1] else f"{STUCK}/{pair(size)}"


def said(row: Row) -> str:
    """What one row does."""
    if depthwise(row):
        return phrase(row.main.layer.op).replace("conv", "depthwise conv").partition(",")[0]
    if isinstance(row.main.layer.op, ops.Linear) and len(row.shape) > 1:
        return "linear"
    return phrase(row.main.layer.op)


KINDS = {"max": "max", "average": "avg"}


@singledispatch
def phrase(op: Op) -> str:
    """An operation in two or three words."""
    return NAMES.get(type(op), type(op).__name__.lower())


NAMES: dict[type[Op], str] = {
    ops.Linear: "fully connected",
    ops.RadialBasis: "radial basis functions",
    ops.Unpool: "max unpooling",
    ops.ToTokens: "to a sequence",
    ops.ClassToken: "class token",
    ops.PositionTable: "positions",
    ops.SpaceToDepth: "space to depth",
    ops.PadShortcut: "shortcut",
    ops.Norm: "normalization",
}


@phrase.register
def _(op: ops.Conv) -> str:
    groups = f", {op.groups}{STUCK}groups" if op.groups > 1 else ""
    rate = f", rate{STUCK}{op.dilation[0]}" if op.dilation[0] > 1 else ""
    return f"{pair(op.kernel)} conv{_stride(op.stride)}{groups}{rate}"


@phrase.register
def _(op: ops.SparseConv) -> str:
    return f"{pair(op.kernel)} conv, sparse"


@phrase.register
def _(op: ops.ConvTranspose) -> str:
    return f"{pair(op.kernel)} up-conv{STUCK}×{op.stride[0]}"


@phrase.register
def _(op: ops.Pool) -> str:
    return f"{pair(op.kernel)} {KINDS[op.kind]} pool{_stride(op.stride)}"


@phrase.register
def _(op: ops.Subsample) -> str:
    return f"{pair(op.kernel)} subsampling{_stride(op.kernel)}"


@phrase.register
def _(op: ops.AdaptivePool) -> str:
    return f"global {KINDS[op.kind]} pool" if op.size == (1, 1) else f"{KINDS[op.kind]} pool to {pair(op.size)}"


@phrase.register
def _(op: ops.Upsample) -> str:
    return ("upsampling" if op.mode == "nearest" else f"{op.mode} upsampling") + (
        f"{STUCK}×{op.factor}" if op.factor else ""
    )


def kind(block: Block, last: bool) -> str:
    """Of which colour it is; `last`: nothing reads it."""
    if isinstance(block.rows[0].main.layer.op, ENLARGING):
        return "upsampling"
    if last and block.has(WEIGHTY):
        return "output"
    if block.has(ops.Attention):
        return "attention"
    if block.has(ops.Conv | ops.SparseConv):
        return "convolution"
    if block.has(FEATURES):
        return "fully connected"
    if block.has(ENLARGING):
        return "upsampling"
    if block.has(POOLING):
        return "pooling"
    return "tokens" if block.has(TOKENS) else "other"


def outputs(block: Block) -> int:
    """Rows of the block that no other of its rows reads."""
    read = {source for row in block.rows for step in row.steps for source in step.layer.inputs}
    return sum(row.steps[-1].layer.name not in read for row in block.rows)


def origins(block: Block, walked: Walk) -> list[str]:
    """The stages that an auxiliary block reads, as far as they are not auxiliary themselves."""
    named = {step.layer.name: row for row in walked.rows for step in row.steps}
    homes = [named[source] for row in block.rows for step in row.steps for source in reads(step) if source in named]
    return list(dict.fromkeys(row.stage or row.name for row in homes if not row.auxiliary))
