"""What several questions about layers of known networks compute: walks, the way from the image to a layer, and slips on that way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from math import prod

from quizcv.errors import BadParameters
from quizcv.items.counting.blocks._common import product
from quizcv.items.networks import _words
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.networks import INPUT, network, ops
from quizcv.networks.changing import upto
from quizcv.networks.ops import Op, Shape
from quizcv.networks.questions.layers import flattened, layers_of
from quizcv.networks.shapes import conved, pooled
from quizcv.networks.walk import Step, Walk, walk

#: Side of a map behind an operation, from the side before it.
Rule = Callable[[Op, int], int]

#: Sides of images: those of papers and data sets, and round ones.
SIZES = (160, 192, 200, 227, 240, 250, 256, 288, 299, 300, 320, 350, 384, 400, 416, 448, 480, 500, 512, 600, 640)
#: Those which a network that halves five times divides.
EVEN_SIZES = (128, 160, 192, 256, 288, 320, 352, 384, 416, 448, 480, 512)


@cache
def at_size(name: str, size: int) -> Walk:
    """The whole network with a square image."""
    table = network(name)
    return walk(table, (table.input[0], size, size))


@cache
def made(name: str) -> Walk:
    """With the image it is made for."""
    return walk(network(name))


@cache
def up_to_layer(name: str, layer: str, size: int) -> Walk:
    """The layers that this one depends on, and itself, with a square image."""
    table = network(name)
    return walk(upto(table, layer), (table.input[0], size, size))


def to_layer(name: str, layer: str, size: int) -> Step:
    """The layer, with a square image."""
    return up_to_layer(name, layer, size).step(layer)


def side_made_for(name: str) -> int:
    return network(name).input[-1]


def maps_of(name: str, layer: str, size: int) -> tuple[int, int, int]:
    """Channels, height and width.

    Raises:
        BadParameters: the layer gives features.
    """
    shape = to_layer(name, layer, size).shape
    if len(shape) != 3:
        raise BadParameters(f"{layer} of {name} gives {by(*shape)}, not maps.", "Ask for a layer before it.")
    return shape[0], shape[1], shape[2]


@cache
def chain(name: str, layer: str) -> tuple[Step, ...]:
    """One way from the image to the layer: at every sum or join the first branch."""
    steps = {step.layer.name: step for step in made(name).steps}
    path: list[Step] = []
    while layer != INPUT:
        path.append(steps[layer])
        layer = steps[layer].layer.inputs[0]
    return tuple(reversed(path))


def sliding(op: Op) -> bool:
    return isinstance(op, ops.Conv | ops.Pool)


def strided(op: Op) -> bool:
    return isinstance(op, ops.Conv | ops.Pool) and op.stride[0] > 1


def true_side(op: Op, side: int) -> int:
    """Behind one operation (the side only)."""
    if isinstance(op, ops.Conv):
        return conved(side, op.kernel[0], op.stride[0], op.padding[0], op.dilation[0])
    if isinstance(op, ops.Pool):
        return pooled(side, op.kernel[0], op.stride[0], op.padding[0], op.ceil)
    return side


def unpadded_side(op: Op, side: int) -> int:
    if isinstance(op, ops.Conv):
        return conved(side, op.kernel[0], op.stride[0], 0, op.dilation[0])
    return pooled(side, op.kernel[0], op.stride[0], 0, op.ceil) if isinstance(op, ops.Pool) else side


def other_rounding(op: Op, side: int) -> int:
    """Up where it is down, down where it is up."""
    if isinstance(op, ops.Pool) and op.ceil:
        return conved(side, op.kernel[0], op.stride[0], op.padding[0])
    if isinstance(op, ops.Conv | ops.Pool):
        dilation = op.dilation[0] if isinstance(op, ops.Conv) else 1
        return -((dilation * (op.kernel[0] - 1) + 1 - side - 2 * op.padding[0]) // op.stride[0]) + 1
    return side


def along(steps: Iterable[Op], side: int, rule: Rule = true_side) -> int | None:
    """Side of the map behind these; None where one does not fit."""
    for op in steps:
        side = rule(op, side)
        if side < 1:
            return None
    return side


def operations(name: str, layer: str) -> list[Op]:
    return [step.layer.op for step in chain(name, layer)]


def strides_to(name: str, layer: str) -> int:
    """Product of all strides up to the layer, its own included."""
    return prod(op.stride[0] for op in operations(name, layer) if isinstance(op, ops.Conv | ops.Pool))


def without_last_stride(steps: list[Op]) -> list[Op]:
    """The last operation that shrinks the map is left out."""
    last = max((at for at, op in enumerate(steps) if strided(op)), default=None)
    return steps if last is None else steps[:last] + steps[last + 1 :]


def last_stride_twice(steps: list[Op]) -> list[Op]:
    last = max((at for at, op in enumerate(steps) if strided(op)), default=None)
    return steps if last is None else [*steps[: last + 1], *steps[last:]]


def conv_steps(found: Walk, part: str) -> list[Step]:
    """The convolutions and fully connected layers of a part."""
    names = {layer.name for layer in layers_of(found.network, part)}
    return [
        step for step in found.steps if step.layer.name in names and isinstance(step.layer.op, ops.Conv | ops.Linear)
    ]


def part_steps(found: Walk, part: str) -> list[Step]:
    names = {layer.name for layer in layers_of(found.network, part)}
    return [step for step in found.steps if step.layer.name in names]


def plain(name: str, steps: Iterable[Step]) -> None:
    """Whether everything that these learn and compute is convolutions, fully connected layers and normalizations.

    Raises:
        BadParameters: it is not; the layer is named.
    """
    for step in steps:
        linear = isinstance(step.layer.op, ops.Linear) and len(step.shape) == 1
        other = step.parameters.weights + step.parameters.biases + step.macs
        if other and not linear and not isinstance(step.layer.op, ops.Conv):
            raise BadParameters(
                f"{step.layer.name} of {name} is neither a convolution nor a fully connected layer.",
                f"`quizcv net {name}` counts it.",
            )


def next_conv(name: str, layer: str) -> Step | None:
    """The convolution written next."""
    steps = list(made(name).steps)
    at = next(at for at, step in enumerate(steps) if step.layer.name == layer)
    return next((step for step in steps[at + 1 :] if isinstance(step.layer.op, ops.Conv)), None)


def side_of(shape: Shape) -> int:
    """Side of a map; 1 of features."""
    return shape[1] if len(shape) == 3 else 1


def reads(step: Step) -> int:
    """Input channels or features that one filter reads."""
    op = step.layer.op
    return step.inputs[0][0] // (op.groups if isinstance(op, ops.Conv) else 1)


def factors(step: Step, *, macs: bool = False) -> tuple[int, ...]:
    """Weights of a convolution or fully connected layer as a product: kernel, inputs of a filter, outputs, and the map for `macs`."""
    op = step.layer.op
    kernel = op.kernel if isinstance(op, ops.Conv) and max(op.kernel) > 1 else ()
    one = reads(step)
    inputs = [one] if one > 1 or not kernel else []
    area = [step.shape[1], step.shape[2]] if macs and len(step.shape) == 3 else []
    return (*kernel, *inputs, step.shape[0], *area)


def tallied(steps: Iterable[Step], *, macs: bool = False) -> list[tuple[str, str, int]]:
    """Equal layers together: their name, their product for within `$…$`, its value."""
    times: Counter[tuple[int, ...]] = Counter()
    first: dict[tuple[int, ...], str] = {}
    for step in steps:
        key = factors(step, macs=macs)
        times[key] += 1
        first.setdefault(key, step.layer.name)
    made_: list[tuple[str, str, int]] = []
    for key, count in times.items():
        parts = (count, *key) if count > 1 else key
        label = f"`{first[key]}`" + (f" (×{count})" if count > 1 else "")
        made_.append((label, product(*parts), prod(parts)))
    return made_


def bullets(lines: Iterable[tuple[str, str, int]]) -> Text:
    """A list of what was tallied."""
    lines = list(lines)
    return Text(
        "\n".join(f"- {label}: ${steps}$" for label, steps, _ in lines),
        "\n".join(f"- {label}：${steps}$" for label, steps, _ in lines),
    )


def listing(name: str, layer: str, last: int = 99) -> Text:
    """The layers up to this one, a line each, or the last few; with the blank lines around them."""
    found = made(name)
    needed = {one.name for one in upto(network(name), layer).layers}
    rows = [row.main for row in found.rows if row.main.layer.name in needed]
    known = [(step, words) for step in rows if (words := _words.described(step.layer.op))][-last:]
    lines = []
    for at, (step, words) in enumerate(known):
        before, read = known[at - 1][0].layer if at else None, step.layer.inputs[0]
        row = next((one.row for one in found.network.layers if one.name == read), read)
        branch = before is not None and row != before.row and _shown(name, read) != before.row
        lines.append(
            Text(
                f"- `{step.layer.row}`: {words.en}" + (f" (reads `{row}`)" if branch else ""),
                f"- `{step.layer.row}`：{words.zh}" + (f"（读取 `{row}`）" if branch else ""),
            )
        )
    return Text(
        "\n\n" + "\n".join(line.en for line in lines) + "\n\n", "\n\n" + "\n".join(line.zh for line in lines) + "\n\n"
    )


def _shown(name: str, layer: str) -> str:
    """The last row at or before a layer that a list shows."""
    table = network(name)
    while layer != INPUT:
        found = table.layer(layer)
        main = table.layer(found.row)
        if _words.described(main.op):
            return found.row
        layer = main.inputs[0]
    return layer


def rounding(name: str, layer: str) -> Text:
    """Which way sizes are rounded on the way to a layer."""
    up = [step.layer.name for step in chain(name, layer) if isinstance(step.layer.op, ops.Pool) and step.layer.op.ceil]
    if up:
        return Text(
            f"Sizes that do not divide are rounded down, but up in {', '.join(up)}.",
            f"不能整除时，尺寸向下取整，但 {'、'.join(up)} 向上取整。",
        )
    return Text("Sizes that do not divide are rounded down.", "不能整除时，尺寸向下取整。")


def away(value: float | None, key: float, by: float) -> float | None:
    """A wrong value that rounding cannot turn into the key; else None."""
    return value if value is not None and abs(value - key) > by else None


def numbers(*values: int) -> str:
    """A sum for within `$…$`."""
    return f"{' + '.join(num(value) for value in values)} = {num(sum(values))}" if len(values) > 1 else num(values[0])


@cache
def flat_maps(name: str, size: int) -> tuple[int, ...]:
    """The maps that are flattened before the fully connected layers."""
    return at_size(name, size).step(flattened(network(name)).name).inputs[0]
