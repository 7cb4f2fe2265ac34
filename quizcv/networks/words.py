"""How layers and their costs are written: short for a table, and with the arithmetic put in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from quizcv.networks import ops
from quizcv.networks.ops import Op, Pair, Shape
from quizcv.networks.walk import Row, Step

CONVENTIONS = (
    "A MAC is counted wherever a weight meets an input, padding too; none for biases, normalization, activations and pooling.",
    "A MAC is two FLOPs.",
    "Activations are the values that the rows compute.",
    "The receptive field ignores borders and gates.",
)

_SHORT = {"batch": "BN", "layer": "LN", "local response": "LRN", "L2": "L2 norm"}
_SPELLED = {"relu": "ReLU", "relu6": "ReLU6", "leaky relu": "leaky ReLU", "gelu": "GELU"}


def by(shape: Shape) -> str:
    """`64×112×112`."""
    return "×".join(map(str, shape))


def _both(size: Pair, joint: str = "×") -> str:
    """One number where both axes are alike."""
    return str(size[0]) if size[0] == size[1] else joint.join(map(str, size))


def _window(kernel: Pair, stride: Pair, padding: Pair = (0, 0), dilation: Pair = (1, 1)) -> str:
    """`3×3/2 p1`: kernel, stride where it is not 1, padding and dilation where there are any."""
    text = by(kernel) + (f"/{_both(stride)}" if stride != (1, 1) else "")
    text += f" p{_both(padding)}" if padding != (0, 0) else ""
    return text + (f" d{_both(dilation)}" if dilation != (1, 1) else "")


@singledispatch
def operation(op: Op) -> str:
    """An operation in a few letters: `conv 3×3/2 p1 g32`."""
    return type(op).__name__.lower()


@operation.register
def _(op: ops.Conv) -> str:
    groups = f" g{op.groups}" if op.groups > 1 else ""
    return f"conv {_window(op.kernel, op.stride, op.padding, op.dilation)}{groups}"


@operation.register
def _(op: ops.SparseConv) -> str:
    return f"conv {_window(op.kernel, (1, 1))} sparse"


@operation.register
def _(op: ops.ConvTranspose) -> str:
    groups = f" g{op.groups}" if op.groups > 1 else ""
    extra = f" op{_both(op.output_padding)}" if op.output_padding != (0, 0) else ""
    return f"upconv {_window(op.kernel, op.stride, op.padding)}{extra}{groups}"


@operation.register
def _(op: ops.Pool) -> str:
    return f"{'max' if op.kind == 'max' else 'avg'} {_window(op.kernel, op.stride, op.padding)}{' ceil' * op.ceil}"


@operation.register
def _(op: ops.Subsample) -> str:
    return f"subsample {_window(op.kernel, op.kernel)}"


@operation.register
def _(op: ops.AdaptivePool) -> str:
    kind = "max" if op.kind == "max" else "avg"
    return f"global {kind}" if op.size == (1, 1) else f"{kind} to {by(op.size)}"


@operation.register
def _(op: ops.Unpool) -> str:
    return "unpool"


@operation.register
def _(op: ops.Upsample) -> str:
    return f"{op.mode} ×{op.factor}" if op.factor else f"{op.mode} resize"


@operation.register
def _(op: ops.RadialBasis) -> str:
    return "RBF"


@operation.register
def _(op: ops.Norm) -> str:
    return _SHORT[op.kind]


@operation.register
def _(op: ops.Activation) -> str:
    return _SPELLED.get(op.kind, op.kind)


@operation.register
def _(op: ops.Slice) -> str:
    return f"channels {op.start}–{op.stop - 1}"


@operation.register
def _(op: ops.Shuffle) -> str:
    return f"shuffle g{op.groups}"


@operation.register
def _(op: ops.SpaceToDepth) -> str:
    return f"space to depth {op.block}"


@operation.register
def _(op: ops.PadShortcut) -> str:
    return f"pad{f' /{op.stride}' if op.stride > 1 else ''}"


@operation.register
def _(op: ops.ToTokens) -> str:
    return "to tokens"


@operation.register
def _(op: ops.ClassToken) -> str:
    return "class token"


@operation.register
def _(op: ops.PositionTable) -> str:
    return "positions"


@operation.register
def _(op: ops.Attention) -> str:
    return f"attention h{op.heads}"


@operation.register
def _(op: ops.FirstToken) -> str:
    return "first token"


def row_operation(row: Row) -> tuple[str, tuple[str, ...]]:
    """What a row does, and what stands behind it: `conv 3×3 p1` and `BN`, `ReLU`."""
    behind = (operation(step.layer.op) for step in row.steps[1:] if not isinstance(step.layer.op, ops.Dropout))
    return operation(row.main.layer.op), tuple(behind)


def field(row: Row) -> str:
    """The receptive field behind a row: one number where both axes are alike; empty where there is none."""
    if row.sight is None:
        return ""
    high, wide = row.sight[0].size, row.sight[1].size
    return f"{high:,}" if high == wide else f"{high}×{wide}"


def arithmetic(row: Row) -> Iterator[str]:
    """A row written out, line by line: shape, parameters, MACs, of each of its layers."""
    for step in row.steps:
        yield from _worked(step)


def _worked(step: Step) -> Iterator[str]:
    reads = " and ".join(by(shape) for shape in step.inputs)
    yield f"{step.layer.name}: {operation(step.layer.op)} reads {reads}, gives {by(step.shape)}"
    for title, told in (("output", _sizes(step)), ("parameters", _parameters(step)), ("MACs", _macs(step))):
        if told:
            yield f"  {title:10}  {told}"


def _sizes(step: Step) -> str:
    """How height and width come about, where a window slides."""
    op, size, made = step.layer.op, step.inputs[0][1:], step.shape[1:]
    axes = (0,) if len(size) == 2 and size[0] == size[1] and _square(op) else (0, 1)
    if isinstance(op, ops.Conv | ops.Pool):
        dilation = op.dilation if isinstance(op, ops.Conv) else (1, 1)
        up = isinstance(op, ops.Pool) and op.ceil
        parts = []
        for axis in axes:
            taps = f"{dilation[axis]}·({op.kernel[axis]} − 1) − 1" if dilation[axis] > 1 else f"{op.kernel[axis]}"
            inner = f"({size[axis]} + 2·{op.padding[axis]} − {taps})/{op.stride[axis]}"
            naive = -((op.kernel[axis] - size[axis] - 2 * op.padding[axis]) // op.stride[axis]) + 1
            outside = " − 1 (a last window would start outside)" if up and made[axis] < naive else ""
            parts.append(f"{'⌈' if up else '⌊'}{inner}{'⌉' if up else '⌋'} + 1{outside} = {made[axis]}")
        return ", ".join(parts)
    if isinstance(op, ops.ConvTranspose):
        return ", ".join(
            f"({size[axis]} − 1)·{op.stride[axis]} − 2·{op.padding[axis]} + {op.kernel[axis]}"
            f"{f' + {op.output_padding[axis]}' if op.output_padding[axis] else ''} = {made[axis]}"
            for axis in axes
        )
    return ""


def _square(op: Op) -> bool:
    """Whether it does the same along both axes."""
    names = ("kernel", "stride", "padding", "dilation", "output_padding")
    return all(size[0] == size[1] for name in names if (size := getattr(op, name, (0, 0))))


def _parameters(step: Step) -> str:
    op, found = step.layer.op, step.parameters
    if not found.total:
        return ""
    first = step.inputs[0]
    if isinstance(op, ops.Conv | ops.ConvTranspose):
        reads, makes = first[0], op.channels
        weights = f"{by(op.kernel)} · {reads:,}{f'/{op.groups}' if op.groups > 1 else ''} · {makes:,}"
    elif isinstance(op, ops.Linear):
        weights = f"{first[-1]:,} · {op.features:,}"
    elif isinstance(op, ops.SparseConv):
        weights = f"{by(op.kernel)} · {sum(map(len, op.table))} pairs of maps"
    elif isinstance(op, ops.Attention):
        weights = f"4 · {first[1]:,}²"
    elif isinstance(op, ops.Norm):
        each = found.norms // (first[-1] if len(first) == 2 else first[0])
        weights = f"{each} · {found.norms // each:,}"
    else:
        weights = f"{found.weights:,}"
    told = weights + (f" + {found.biases:,}" if found.biases else "")
    return told if told == f"{found.total:,}" else f"{told} = {found.total:,}"


def _macs(step: Step) -> str:
    op, first = step.layer.op, step.inputs[0]
    if not step.macs:
        return ""
    if isinstance(op, ops.Conv):
        groups = f"/{op.groups}" if op.groups > 1 else ""
        return f"{by(step.shape)} · {by(op.kernel)} · {first[0]:,}{groups} = {step.macs:,}"
    if isinstance(op, ops.SparseConv):
        return f"{by(step.shape[1:])} · {by(op.kernel)} · {sum(map(len, op.table))} pairs of maps = {step.macs:,}"
    if isinstance(op, ops.ConvTranspose):
        groups = f"/{op.groups}" if op.groups > 1 else ""
        return f"{by(first)} · {by(op.kernel)} · {op.channels:,}{groups} = {step.macs:,}"
    if isinstance(op, ops.Linear):
        tokens = f"{first[0]:,} · " if len(first) == 2 else ""
        return f"{tokens}{first[-1]:,} · {op.features:,} = {step.macs:,}"
    if isinstance(op, ops.Attention):
        return f"4 · {first[0]} · {first[1]}² + 2 · {first[0]}² · {first[1]} = {step.macs:,}"
    return f"{step.macs:,}"
