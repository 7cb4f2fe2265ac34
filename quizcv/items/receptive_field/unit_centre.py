"""Where the receptive field of a unit lies in the image."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.receptive_field._layers import field_of, jump_of, listed
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.receptive_field import UnitCentre, UnitStart

_Padded = tuple[tuple[int, int, int], ...]


def _plain(layers: _Padded) -> tuple[tuple[int, ...], ...]:
    return tuple((kernel, stride) for kernel, stride, _ in layers)


def _jump(layers: _Padded) -> int:
    return jump_of(_plain(layers))


def _shift(layers: _Padded) -> int:
    """Input pixels by which the paddings move the first window to the left."""
    return sum(padding * _jump(layers[:at]) for at, (_, _, padding) in enumerate(layers))


def _start(s: UnitCentre) -> int:
    return s.unit * _jump(s.layers) - _shift(s.layers)


def _half(s: UnitCentre) -> float:
    """From a field's first pixel to its centre."""
    return (field_of(_plain(s.layers)) - 1) / 2


def _described(layers: _Padded) -> tuple[str, str]:
    return (
        listed(f"{k}×{k}, stride {stride}, padding {p}" for k, stride, p in layers),
        listed(f"{k}×{k}，步长 {stride}，填充 {p}" for k, stride, p in layers),
    )


def _draw_layers(draw: Draw, count: int, strides: tuple[int, ...]) -> _Padded:
    layers = []
    for _ in range(count):
        kernel = draw.choice((2, 3, 3, 4, 5, 7))
        layers.append((kernel, draw.choice(strides), draw.integer(0, (kernel - 1) // 2)))
    return tuple(layers)


def _sum(values: list[tuple[int, int]]) -> str:
    return " + ".join(rf"{one} \cdot {other}" for one, other in values)


class Centre(Question[UnitCentre]):
    """Source: Araujo, Norris and Sim 2019, equations 3 to 5 (first and last pixel of a unit's field)."""

    spec = UnitCentre
    answer = Number(decimals=1, unit="px")
    levels = (1, 2)
    rule = r"$c_i = i \prod_l s_l + \sum_l ((k_l - 1)/2 - p_l) \prod_{m < l} s_m$"
    mistakes = (
        Mistake(
            "The padding was left out; it moves the windows to the left.",
            "没有算上填充；填充使窗口左移。",
            lambda s: s.unit * _jump(s.layers) + _half(s),
        ),
        Mistake(
            "The unit's index was only multiplied by the total stride; the first centre need not be at 0.",
            "只是把单元序号乘以总步长；第一个中心不一定在 0。",
            lambda s: float(s.unit * _jump(s.layers)),
        ),
        Mistake(
            "The centre was put r/2 from the first pixel's centre; it is (r − 1)/2 from it.",
            "把第一个像素中心到感受野中心的距离当成了 r/2；应为 (r − 1)/2。",
            lambda s: _start(s) + _half(s) + 0.5,
        ),
        Mistake(
            "The paddings were added as they are; a layer's padding is in units of the map before it.",
            "把填充直接相加了；每层的填充以前一层的单元计。",
            lambda s: s.unit * _jump(s.layers) + _half(s) - sum(padding for _, _, padding in s.layers),
        ),
        Mistake(
            "That is the field's first pixel, not its centre.",
            "这是感受野的第一个像素，不是中心。",
            lambda s: float(_start(s)),
        ),
        Mistake(
            "The padding was added; it moves the windows to the left, not to the right.",
            "把填充加上了；填充使窗口左移，而不是右移。",
            lambda s: s.unit * _jump(s.layers) + _half(s) + _shift(s.layers),
        ),
    )

    def sample(self, draw: Draw, level: int) -> UnitCentre | None:
        if level == 1:
            return UnitCentre(_draw_layers(draw, 2, (1, 2, 2)), 0)
        return UnitCentre(_draw_layers(draw, draw.integer(2, 3), (1, 2, 2, 3)), draw.integer(1, 9))

    def formula(self, s: UnitCentre) -> float:
        return _start(s) + _half(s)

    def stem(self, s: UnitCentre) -> Text:
        en, zh = _described(s.layers)
        return Text(
            f"A network is a chain of these convolutions and poolings (padding on every side, dilation 1):{en}Along one axis pixels "
            f"and units are counted from 0, and pixel i has its centre at coordinate i. What is the coordinate of the centre of the "
            f"receptive field of unit {s.unit} of the last map? (Padding belongs to the field.)",
            f"网络由以下卷积或池化层依次组成（填充为每侧的填充，膨胀率 1）：{zh}"
            "沿一个方向，像素和单元都从 0 起编号，像素 i 的中心坐标为 i。"
            f"最后特征图上单元 {s.unit} 的感受野中心的坐标是多少？（填充也算在感受野内。）",
        )

    def solution(self, s: UnitCentre) -> Text:
        field = field_of(_plain(s.layers))
        paddings = _sum([(padding, _jump(s.layers[:at])) for at, (_, _, padding) in enumerate(s.layers)])
        start = rf"{s.unit} \cdot {_jump(s.layers)} - ({paddings}) = {_start(s)}"
        found = f"{_start(s)} + ({field} - 1)/2 = {num(self.formula(s))}"
        return Text(
            f"First pixel, with each padding multiplied by the strides before it: ${start}$.\n\nThe field is {field} wide: ${found}$.",
            f"第一个像素（每层填充乘以之前步长之积）：${start}$。\n\n感受野宽 {field}：${found}$。",
        )


class Start(Question[UnitStart]):
    """The field's first pixel."""

    spec = UnitStart
    answer = Integer("px", signed=True)
    levels = (3,)
    find = "start"
    rule = r"$i \prod_l s_l - \sum_l p_l \prod_{m < l} s_m$"
    mistakes = (
        Mistake(
            "The padding was left out; it moves the windows to the left.",
            "没有算上填充；填充使窗口左移。",
            lambda s: s.unit * _jump(s.layers),
        ),
        Mistake(
            "The paddings were added as they are; a layer's padding is in units of the map before it.",
            "把填充直接相加了；每层的填充以前一层的单元计。",
            lambda s: s.unit * _jump(s.layers) - sum(padding for _, _, padding in s.layers),
        ),
        Mistake(
            "Each padding was multiplied by its own layer's stride, too; only the strides before it count.",
            "每层填充还乘上了该层自己的步长；只有之前的步长起作用。",
            lambda s: (
                s.unit * _jump(s.layers)
                - sum(padding * _jump(s.layers[: at + 1]) for at, (_, _, padding) in enumerate(s.layers))
            ),
        ),
        Mistake(
            "The padding was added; it moves the windows to the left, not to the right.",
            "把填充加上了；填充使窗口左移，而不是右移。",
            lambda s: s.unit * _jump(s.layers) + _shift(s.layers),
        ),
        Mistake(
            "The units were counted from 1; the first unit has index 0.",
            "把单元当成从 1 起编号了；第一个单元的序号是 0。",
            lambda s: _start(s) - _jump(s.layers),
        ),
        Mistake(
            "That is the field's last pixel.",
            "这是感受野的最后一个像素。",
            lambda s: _start(s) + field_of(_plain(s.layers)) - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> UnitStart | None:
        s = UnitStart(_draw_layers(draw, draw.integer(2, 4), (1, 2, 2)), draw.integer(0, 9))
        return s if _shift(s.layers) > 0 else None

    def formula(self, s: UnitStart) -> int:
        return _start(s)

    def stem(self, s: UnitStart) -> Text:
        en, zh = _described(s.layers)
        return Text(
            f"A network is a chain of these convolutions and poolings (padding on every side, dilation 1):{en}Along one axis pixels "
            f"and units are counted from 0. Which is the first pixel of the receptive field of unit {s.unit} of the last map? (The "
            "padding to the left of the image has the indices −1, −2, …)",
            f"网络由以下卷积或池化层依次组成（填充为每侧的填充，膨胀率 1）：{zh}"
            f"沿一个方向，像素和单元都从 0 起编号。最后特征图上单元 {s.unit} "
            "的感受野的第一个像素是第几号？（图像左侧的填充编号为 −1、−2……）",
        )

    def solution(self, s: UnitStart) -> Text:
        paddings = _sum([(padding, _jump(s.layers[:at])) for at, (_, _, padding) in enumerate(s.layers)])
        strides = r" \cdot ".join(str(stride) for _, stride, _ in s.layers) + f" = {_jump(s.layers)}"
        found = rf"{s.unit} \cdot {_jump(s.layers)} - ({paddings}) = {_start(s)}"
        return Text(
            f"Units are ${strides}$ pixels apart; each padding is multiplied by the strides before it: ${found}$.",
            f"单元相距 ${strides}$ 个像素；每层填充乘以之前步长之积：${found}$。",
        )


MODEL = ItemModel(
    name="unit_centre",
    version=1,
    topic="receptive-field",
    title=Text("Where a unit looks", "单元感受野的位置"),
    questions=(Centre(), Start()),
)
