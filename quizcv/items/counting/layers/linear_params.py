"""Parameters of fully connected layers."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases, plus_bias
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.counting import FlattenLinear, LinearInput, LinearParams
from quizcv.specs.spec import LARGEST

FEATURES = (10, 32, 64, 84, 100, 120, 128, 256, 400, 512, 784, 1000, 1024, 2048, 4096)
OTHER_FEATURES = (48, 96, 144, 192, 200, 320, 384, 576, 640, 768, 960, 1280, 3072, 6272, 9216)
_CHANNELS = (16, 32, 64, 128, 256, 512)

_WITHOUT_BIAS = ("The biases were left out; there is one for each output.", "漏了偏置；每个输出有一个偏置。")
_UNWANTED_BIAS = ("The layer has no biases; they were counted.", "该层没有偏置，却把偏置算进去了。")


def _product(s: LinearParams) -> int:
    return s.in_features * s.out_features


class Params(Question[LinearParams]):
    """Source: documentation of torch.nn.Linear, "Variables"."""

    spec = LinearParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$(n_{in} + 1) \cdot n_{out}$, without the $+ 1$ if there are no biases",
        r"$(n_{in} + 1) \cdot n_{out}$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(*_WITHOUT_BIAS, lambda s: _product(s) if s.bias else None),
        Mistake(*_UNWANTED_BIAS, lambda s: None if s.bias else _product(s) + s.out_features),
        Mistake(
            "The biases follow the outputs, not the inputs.",
            "偏置的个数等于输出数，而不是输入数。",
            lambda s: _product(s) + s.in_features if s.bias else None,
        ),
        Mistake(
            "A bias was counted for every weight; there is one for each output.",
            "给每个权重都算了一个偏置；实际上每个输出只有一个。",
            lambda s: 2 * _product(s) if s.bias else None,
        ),
        Mistake(
            "Every output is connected to every input: the numbers are multiplied, not added.",
            "每个输出与每个输入相连：应相乘，而不是相加。",
            lambda s: s.in_features + s.out_features,
        ),
        Mistake(
            "The layer has one bias for each output, not a single one.",
            "每个输出有一个偏置，而不是整层只有一个。",
            lambda s: _product(s) + 1 if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearParams | None:
        if level == 1:
            return LinearParams(draw.choice(FEATURES), draw.choice(FEATURES))
        return LinearParams(
            draw.choice(FEATURES + OTHER_FEATURES), draw.choice(FEATURES + OTHER_FEATURES[:8]), draw.chance(0.6)
        )

    def formula(self, s: LinearParams) -> int:
        return (s.in_features + (1 if s.bias else 0)) * s.out_features

    def stem(self, s: LinearParams) -> Text:
        bias = biases(s.bias)
        return Text(
            f"A fully connected layer leads from {s.in_features} inputs to {s.out_features} outputs, {bias.en}. How many learnable "
            "parameters does it have?",
            f"全连接层有 {s.in_features} 个输入、{s.out_features} 个输出，{bias.zh}。它共有多少个可学习参数？",
        )

    def solution(self, s: LinearParams) -> Text:
        weights = rf"{num(s.in_features)} \cdot {num(s.out_features)} = {num(_product(s))}"
        total = plus_bias(_product(s), s.out_features, s.bias)
        return Text(
            f"Weights: ${weights}$.\n\nIn all, {biases(s.bias).en}: ${total}$.",
            f"权重：${weights}$。\n\n合计（{biases(s.bias).zh}）：${total}$。",
        )


def _flat(s: FlattenLinear) -> int:
    return s.channels * s.height * s.width


def _added(s: FlattenLinear) -> int:
    return s.out_features if s.bias else 0


class Flattened(Question[FlattenLinear]):
    """The first fully connected layer behind the convolutions."""

    spec = FlattenLinear
    answer = Integer()
    levels = (3,)
    find = "flatten"
    rule = Text(
        r"$(C \cdot H \cdot W + 1) \cdot n_{out}$, without the $+ 1$ if there are no biases",
        r"$(C \cdot H \cdot W + 1) \cdot n_{out}$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(
            "Height and width were forgotten when flattening.",
            "展平时漏了高和宽。",
            lambda s: s.channels * s.out_features + _added(s),
        ),
        Mistake(
            "The channels were forgotten when flattening.",
            "展平时漏了通道。",
            lambda s: s.height * s.width * s.out_features + _added(s),
        ),
        Mistake(
            "Only one side of the map was taken.",
            "只乘了特征图的一条边。",
            lambda s: s.channels * s.height * s.out_features + _added(s),
        ),
        Mistake(*_WITHOUT_BIAS, lambda s: _flat(s) * s.out_features if s.bias else None),
        Mistake(*_UNWANTED_BIAS, lambda s: None if s.bias else (_flat(s) + 1) * s.out_features),
        Mistake("Those are the inputs of the layer only.", "这只是该层的输入数。", lambda s: _flat(s)),
    )

    def sample(self, draw: Draw, level: int) -> FlattenLinear | None:
        sizes = (draw.integer(3, 14), draw.integer(3, 14))
        return FlattenLinear(draw.choice(_CHANNELS), *sizes, draw.choice(FEATURES), draw.chance(0.6))

    def formula(self, s: FlattenLinear) -> int:
        return _flat(s) * s.out_features + _added(s)

    def stem(self, s: FlattenLinear) -> Text:
        bias, size = biases(s.bias), by(s.channels, s.height, s.width)
        return Text(
            f"A feature map of {size} (C×H×W) is flattened and read by a fully connected layer with {s.out_features} outputs, {bias.en}. "
            "How many learnable parameters does the layer have?",
            f"{size}（C×H×W）的特征图展平后送入有 {s.out_features} 个输出的全连接层，{bias.zh}。该层共有多少个可学习参数？",
        )

    def solution(self, s: FlattenLinear) -> Text:
        flat = rf"{s.channels} \cdot {s.height} \cdot {s.width} = {num(_flat(s))}"
        weights = rf"{num(_flat(s))} \cdot {num(s.out_features)} = {num(_flat(s) * s.out_features)}"
        total = plus_bias(_flat(s) * s.out_features, s.out_features, s.bias)
        return Text(
            f"Inputs: ${flat}$. Weights: ${weights}$.\n\nIn all, {biases(s.bias).en}: ${total}$.",
            f"输入：${flat}$。权重：${weights}$。\n\n合计（{biases(s.bias).zh}）：${total}$。",
        )


class Inputs(Question[LinearInput]):
    """The same solved for the inputs."""

    spec = LinearInput
    answer = Integer()
    levels = (3,)
    find = "in_features"
    rule = Text(
        r"$n_{in} = P/n_{out}$, and with biases $P/n_{out} - 1$",
        r"$n_{in} = P/n_{out}$，带偏置时为 $P/n_{out} - 1$",
    )
    mistakes = (
        Mistake(
            "One of the parameters of each output is its bias.",
            "每个输出的参数中有一个是偏置。",
            lambda s: s.params // s.out_features if s.bias else None,
        ),
        Mistake(
            "The layer has no biases to take off.",
            "该层没有偏置，不必减 1。",
            lambda s: None if s.bias else s.params // s.out_features - 1,
        ),
        Mistake(
            "The bias of each output is taken off, not added.",
            "每个输出的偏置应减去，而不是加上。",
            lambda s: s.params // s.out_features + 1 if s.bias else None,
        ),
        Mistake(
            "Weights are inputs times outputs: divide by the outputs, do not subtract them.",
            "权重数是输入数乘以输出数：应除以输出数，而不是减去它。",
            lambda s: s.params - s.out_features,
        ),
        Mistake(
            "Inputs and outputs need not be equally many: do not take the square root of the parameters.",
            "输入数与输出数不一定相等，不能直接开平方。",
            lambda s: round(s.params**0.5),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearInput | None:
        inputs, outputs, bias = draw.choice(FEATURES + OTHER_FEATURES), draw.choice(FEATURES), draw.chance(0.6)
        params = (inputs + (1 if bias else 0)) * outputs
        return LinearInput(outputs, params, bias) if params <= LARGEST else None

    def formula(self, s: LinearInput) -> int:
        return s.params // s.out_features - (1 if s.bias else 0)

    def stem(self, s: LinearInput) -> Text:
        bias = biases(s.bias)
        return Text(
            f"A fully connected layer with {s.out_features} outputs, {bias.en}, has {num(s.params)} learnable parameters. How "
            "many inputs does it have?",
            f"有 {s.out_features} 个输出、{bias.zh}的全连接层有 {num(s.params)} 个可学习参数。它有多少个输入？",
        )

    def solution(self, s: LinearInput) -> Text:
        each = f"{num(s.params)}/{num(s.out_features)} = {num(s.params // s.out_features)}"
        if not s.bias:
            return Text(
                f"Each output has ${each}$ parameters, one for each input.",
                f"每个输出有 ${each}$ 个参数，每个输入对应一个。",
            )
        left = f"{num(s.params // s.out_features)} - 1 = {num(self.formula(s))}"
        return Text(
            f"Each output has ${each}$ parameters.\n\nOne is its bias: ${left}$ inputs.",
            f"每个输出有 ${each}$ 个参数。\n\n其中一个是偏置：${left}$ 个输入。",
        )


MODEL = ItemModel(
    name="linear_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a fully connected layer", "全连接层的参数量"),
    questions=(Params(), Flattened(), Inputs()),
)
