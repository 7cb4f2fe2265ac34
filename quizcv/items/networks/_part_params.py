"""Parameters of a stage or block of a known network."""

from __future__ import annotations

from math import prod

from quizcv.answers import Integer
from quizcv.errors import BadParameters
from quizcv.items.counting.blocks._common import added
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._layers import (
    bullets,
    conv_steps,
    made,
    part_steps,
    plain,
    tallied,
)
from quizcv.items.networks._words import both, is_bottleneck, part_place, title
from quizcv.model import Text
from quizcv.networks import network, ops
from quizcv.networks.questions.layers import (
    NetworkPartParams,
    layers_of,
)
from quizcv.seeds import Draw

STAGED = ("vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50", "mobilenet_v2")


def _norms(s: NetworkPartParams) -> int:
    return sum(step.parameters.norms for step in part_steps(made(s.network), s.part))


def _plain(s: NetworkPartParams) -> int:
    """Weights and biases."""
    return sum(step.parameters.weights + step.parameters.biases for step in part_steps(made(s.network), s.part))


def _part(s: NetworkPartParams) -> int:
    return _plain(s) + s.norms * _norms(s)


def _outputs(s: NetworkPartParams) -> int:
    """Output channels of all convolutions and fully connected layers."""
    return sum(step.shape[0] for step in conv_steps(made(s.network), s.part))


def _shortcut(s: NetworkPartParams) -> int | None:
    """Without the projections."""
    steps = [step for step in part_steps(made(s.network), s.part) if step.layer.row.endswith("downsample")]
    return (
        _part(s) - sum(step.parameters.total - (not s.norms) * step.parameters.norms for step in steps)
        if steps
        else None
    )


def _last_lost(s: NetworkPartParams) -> int | None:
    """Without the last convolution."""
    steps = conv_steps(made(s.network), s.part)
    row = [step for step in part_steps(made(s.network), s.part) if step.layer.row == steps[-1].layer.row]
    lost = sum(step.parameters.total - (not s.norms) * step.parameters.norms for step in row)
    return _part(s) - lost if len(steps) > 1 else None


def _first_like_rest(s: NetworkPartParams) -> int | None:
    """The first convolution reads as many channels as it gives (or as the part gives)."""
    first = conv_steps(made(s.network), s.part)[0]
    op = first.layer.op
    if not isinstance(op, ops.Conv) or op.groups > 1:
        return None
    gives = part_steps(made(s.network), s.part)[-1].shape[0] if is_bottleneck(s.network) else first.shape[0]
    return _part(s) + (gives - first.inputs[0][0]) * prod(op.kernel) * first.shape[0]


def _taps_in_line(s: NetworkPartParams) -> int:
    """k in place of k²."""
    lost = 0
    for step in conv_steps(made(s.network), s.part):
        kernel = step.layer.op.kernel[0] if isinstance(step.layer.op, ops.Conv) else 1
        lost += step.parameters.weights - step.parameters.weights // kernel
    return _part(s) - lost


class PartParams(Question[NetworkPartParams]):
    """All of a stage's or block's layers."""

    spec = NetworkPartParams
    answer = Integer()
    levels = (3,)
    find = "part"
    rule = Text(
        r"$\sum k^2 C_{in}/g \cdot C_{out}$, biases where there are some, and $2C$ for each batch normalization that counts",
        r"$\sum k^2 C_{in}/g \cdot C_{out}$，有偏置的层再加偏置；批归一化若计入，每个加 $2C$",
    )
    mistakes = (
        Mistake(
            "Batch normalization was left out: scale and shift are two parameters a channel.",
            "漏了批归一化：每个通道有缩放和平移两个参数。",
            lambda s: _plain(s) if s.norms else None,
        ),
        Mistake(
            "Batch normalization was counted; it is not asked for.",
            "把批归一化也算进去了；题目不要求。",
            lambda s: None if s.norms else _plain(s) + _norms(s),
        ),
        Mistake(
            "The projection on the shortcut was forgotten.",
            "忘了捷径上的投影卷积。",
            _shortcut,
        ),
        Mistake(
            "The last convolution was left out.",
            "漏了最后一个卷积。",
            _last_lost,
        ),
        Mistake(
            "The first convolution reads what the stage or block before gives, not as many channels as the others.",
            "第一个卷积读取的是前一阶段（或前一块）的输出，通道数与其余卷积不同。",
            _first_like_rest,
        ),
        Mistake(
            "The biases were left out.",
            "漏了偏置。",
            lambda s: _part(s) - sum(step.parameters.biases for step in part_steps(made(s.network), s.part)),
        ),
        Mistake(
            "Biases were added to convolutions that have none.",
            "给没有偏置的卷积加了偏置。",
            lambda s: None if _norms(s) == 0 else _part(s) + _outputs(s),
        ),
        Mistake(
            "A k×k kernel has k² taps, not k.",
            "k×k 的卷积核有 k² 个权重，而不是 k 个。",
            _taps_in_line,
        ),
        Mistake(
            "Running mean and variance are no parameters; only scale and shift are.",
            "滑动均值和方差不是参数，只有缩放和平移是。",
            lambda s: _part(s) + _norms(s) if s.norms else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkPartParams | None:
        name = draw.choice(STAGED)
        return NetworkPartParams(name, draw.choice(_parts(name)), name.startswith("vgg") or draw.chance(0.5))

    def formula(self, s: NetworkPartParams) -> int:
        if not conv_steps(made(s.network), s.part):
            raise BadParameters(f"{s.part} of {s.network} has no convolution and no fully connected layer.")
        plain(s.network, part_steps(made(s.network), s.part))
        return _part(s)

    def stem(self, s: NetworkPartParams) -> Text:
        named, where = title(s.network), part_place(s.network, s.part)
        there = any(isinstance(layer.op, ops.Norm) for layer in network(s.network).layers)
        if s.norms:
            counts = (
                Text("Scale and shift of batch normalization count.", "批归一化的缩放和平移参数计入。")
                if there
                else Text("Weights and biases count.", "计入权重和偏置。")
            )
        else:
            counts = Text(
                "Batch normalization is not counted, only weights and (if there are any) biases.",
                "不计批归一化，只计权重和（如果有的）偏置。",
            )
        return both(
            f"How many parameters does {where.en} of {named.en} have in all? {counts.en}",
            f"{named.zh} 的{where.zh}共有多少个参数？{counts.zh}",
        )

    def solution(self, s: NetworkPartParams) -> Text:
        lines = tallied(conv_steps(made(s.network), s.part))
        found, total = bullets(lines), self.formula(s)
        weights = sum(value for _, _, value in lines)
        biases = sum(step.parameters.biases for step in part_steps(made(s.network), s.part))
        parts = [weights, *([biases] if biases else []), *([_norms(s)] if s.norms and _norms(s) else [])]
        normed = len(parts) > 1 + bool(biases)
        en = ["weights", *(["biases"] if biases else []), *(["batch normalization"] if normed else [])]
        zh = ["权重", *(["偏置"] if biases else []), *(["批归一化"] if normed else [])]
        assert sum(parts) == total
        return both(
            f"Weights:\n\n{found.en}\n\nTogether ({', '.join(en)}): ${added(*parts)}$.",
            f"权重：\n\n{found.zh}\n\n合计（{'、'.join(zh)}）：${added(*parts)}$。",
        )


def _parts(name: str) -> list[str]:
    """Stages with several convolutions; of residual networks also the first two blocks of each."""
    if "resnet" in name:
        return [f"layer{at}{block}" for at in (1, 2, 3, 4) for block in ("", ".0", ".1")]
    if name == "mobilenet_v2":
        return [f"bottleneck{at}{block}" for at in range(2, 8) for block in ("", ".0", ".1") if f"{at}{block}" != "7.1"]
    return [f"conv{at}" for at in range(1, 6) if len(layers_of(network(name), f"conv{at}")) > 3]
