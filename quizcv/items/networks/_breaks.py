"""Where a network breaks with an input that is too small, and which networks can be asked about by their names."""

from __future__ import annotations

from quizcv.answers import Choice
from quizcv.answers.kinds import LETTERS, Answer
from quizcv.errors import BadParameters
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._changes import along, chain_of, followed, walked_as
from quizcv.items.networks._smallest import breaking, known_smallest, slide, unpadded, with_ceil
from quizcv.items.networks._words import both, place, title
from quizcv.model import Text
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto
from quizcv.networks.questions.sights import BreaksAt
from quizcv.seeds import Draw

#: Those whose layers a name says.
NAMED = ("lenet5", "alexnet_2012", "alexnet", "vgg16", "vgg19", "squeezenet1_0", "squeezenet1_1", "inception_v3")
#: Of a network with branches, the layers on the way that shrink the maps.
SHRINKING = {
    "inception_v3": ("Conv2d_2a_3x3", "maxpool1", "Conv2d_4a_3x3", "maxpool2", "Mixed_6a.pool", "Mixed_7a.pool"),
    "squeezenet1_0": ("conv1", "maxpool1", "maxpool4", "maxpool8"),
    "squeezenet1_1": ("conv1", "maxpool1", "maxpool3", "maxpool5"),
}
USUAL = Text(
    "Kernels, strides, paddings and rounding are those of PyTorch's model, or of the paper where PyTorch has none.",
    "卷积核、步长、填充和取整方式以 PyTorch 的实现为准，PyTorch 没有的以论文为准。",
)


def usual(name: str) -> Text:
    """Whose network it is."""
    if name != "alexnet_2012":
        return USUAL
    return Text(f"{USUAL.en} AlexNet's `conv1` has no padding.", f"{USUAL.zh}AlexNet 的 `conv1` 没有填充。")


def candidates(name: str) -> tuple[str, ...]:
    """Layers that may be asked about."""
    if name in SHRINKING:
        return SHRINKING[name]
    net = network(name)
    return tuple(layer for layer in chain_of(net) if slide(net.layer(layer).op, 0).extent > 1)


def _letter(s: BreaksAt, layer: str) -> str | None:
    return LETTERS[s.options.index(layer)] if layer in s.options else None


def _by_place(s: BreaksAt, steps: int) -> str | None:
    """The option so many places before (negative) or behind the one that breaks, in the network's order."""
    chain = [layer for layer in chain_of(network(s.network)) if layer in s.options]
    at = chain.index(breaking(s.network, s.size)) + steps
    return _letter(s, chain[at]) if 0 <= at < len(chain) else None


WORKS = (
    "That layer still works: what comes to it, padding counted, is at least as large as its window.",
    "这一层还能工作：其输入（计入填充）不小于窗口。",
)
GONE = (
    "The network breaks before that layer: an earlier window already does not fit.",
    "在这一层之前就已经出错：更早的窗口已经放不下。",
)


class Breaks(Question[BreaksAt]):
    """Which layer does not get enough."""

    spec = BreaksAt
    answer = Choice(tuple(Text(f"layer {number}", f"第 {number} 层") for number in range(1, 5)))
    levels = (3,)
    find = "layer"
    rule = Text(
        r"the first layer with $n + 2p < k$, or $n + 2p \le k - s$ where its size is rounded up",
        r"满足 $n + 2p < k$ 的第一层；尺寸向上取整的层为 $n + 2p \le k - s$",
    )
    mistakes = (
        Mistake(
            "Padding was forgotten: with it that layer's window still fits.",
            "漏了填充：计入填充后，该层的窗口仍放得下。",
            lambda s: _letter(s, breaking(s.network, s.size, unpadded)),
        ),
        Mistake(
            "Sizes were rounded up; rounded down, an earlier window does not fit.",
            "尺寸按向上取整计算了；向下取整时，更早的窗口就放不下。",
            lambda s: _letter(s, breaking(s.network, s.size, with_ceil)),
        ),
        Mistake(*WORKS, lambda s: _by_place(s, -1)),
        Mistake(*GONE, lambda s: _by_place(s, 1)),
        Mistake(*WORKS, lambda s: _by_place(s, -2)),
        Mistake(*GONE, lambda s: _by_place(s, 2)),
        Mistake(*WORKS, lambda s: _by_place(s, -3)),
        Mistake(*GONE, lambda s: _by_place(s, 3)),
    )

    def sample(self, draw: Draw, level: int) -> BreaksAt | None:
        name = draw.choice(NAMED)
        layers = [layer for layer in candidates(name) if slide(network(name).layer(layer).op, 0).needs(1) > 1]
        broken = draw.choice(layers[1:])
        least, most = known_smallest(name, layers[layers.index(broken) - 1]), known_smallest(name, broken) - 1
        if most < least:
            return None
        size = draw.integer(least, most)
        if breaking(name, size) != broken:
            return None
        others = draw.sample([layer for layer in layers if layer != broken], 3)
        return BreaksAt(name, size, draw.shuffled((broken, *others)))

    def answer_for(self, s: BreaksAt) -> Answer:
        return Choice(tuple(_capital(place(s.network, layer)) for layer in s.options))

    def formula(self, s: BreaksAt) -> str:
        broken = breaking(s.network, s.size)
        if broken not in s.options:
            found = f"it breaks at {broken}" if broken else "it does not break"
            raise BadParameters(
                f"{s.network} with {s.size}×{s.size}: {found}.", f"The options are {', '.join(s.options)}."
            )
        return LETTERS[s.options.index(broken)]

    def stem(self, s: BreaksAt) -> Text:
        return both(
            f"{usual(s.network).en} An image of {s.size}×{s.size} is too small for {title(s.network).en}: what comes to one of "
            "its layers, padding counted, is too little for its window. Which layer is that?",
            f"{usual(s.network).zh}{s.size}×{s.size} 的图像对 {title(s.network).zh} 来说太小："
            "某一层的输入计入填充后仍不够它的窗口使用。是哪一层？",
        )

    def solution(self, s: BreaksAt) -> Text:
        net, broken = network(s.network), breaking(s.network, s.size)
        way = along(net, broken)
        one, side, how = slide(net.layer(broken).op, 1), s.size, str(s.size)
        if len(way) > 1:
            found = walked_as(upto(net, way[-2]), s.size)
            side, how = found.step(way[-2]).shape[2], followed(found, way[-2])
        key, least = self.formula(s), one.needs(1)
        up = Text(", size rounded up", "，尺寸向上取整") if one.ceil else Text("", "")
        return Text(
            f"Sides, from {s.size} on: {how}. So `{broken}` gets {side}×{side} and needs at least {least}×{least} (window {one.extent}, "
            f"padding {one.padding}{up.en}): {key}.",
            f"边长从 {s.size} 起的变化：{how}。`{broken}` 的输入为 {side}×{side}，而它至少需要 {least}×{least}（窗口 {one.extent}，"
            f"填充 {one.padding}{up.zh}）：选 {key}。",
        )


def _capital(text: Text) -> Text:
    return Text(text.en.removeprefix("the "), text.zh)
