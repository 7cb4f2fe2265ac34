"""How far neighbouring units lie apart in the input, and what their receptive fields share."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.receptive_field._layers import Layers, chain, field_of, jump_of, worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.receptive_field import Jump, SharedField, UnitDistance


def _product(layers: Layers) -> str:
    return r" \cdot ".join(str(layer[1]) for layer in layers) + f" = {jump_of(layers)}"


def _draw_layers(draw: Draw, count: int) -> Layers:
    return tuple((draw.choice((1, 2, 3, 3, 5, 7)), draw.choice((1, 2, 2, 3))) for _ in range(count))


class Distance(Question[Jump]):
    """Source: Araujo, Norris and Sim 2019 (effective stride); the kernels do not count."""

    spec = Jump
    answer = Integer("px")
    levels = (1,)
    rule = r"$j = \prod_l s_l$"
    mistakes = (
        Mistake(
            "The strides multiply; they do not add up.",
            "步长是相乘，而不是相加。",
            lambda s: sum(layer[1] for layer in s.layers),
        ),
        Mistake(
            "That is the distance before the last layer; the stride of the last layer counts, too.",
            "这是最后一层之前的间距；最后一层的步长也要算。",
            lambda s: jump_of(s.layers[:-1]),
        ),
        Mistake(
            "That is the receptive field, not the distance.",
            "这是感受野，不是间距。",
            lambda s: field_of(s.layers),
        ),
        Mistake(
            "That is the last layer's stride, in units of the map before it.",
            "这只是最后一层的步长，以前一层的单元计。",
            lambda s: s.layers[-1][1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> Jump | None:
        layers = _draw_layers(draw, draw.integer(2, 4))
        return Jump(layers) if 2 <= jump_of(layers) <= 36 else None

    def formula(self, s: Jump) -> int:
        return jump_of(s.layers)

    def stem(self, s: Jump) -> Text:
        en, zh = chain(s.layers)
        return Text(
            f"{en}How many input pixels apart are the centres of the "
            "receptive fields of two neighbouring units of the last map?",
            f"{zh}最后特征图上两个相邻单元的感受野中心相距多少个输入像素？",
        )

    def solution(self, s: Jump) -> Text:
        return Text(f"The strides multiply: ${_product(s.layers)}$.", f"各层步长相乘：${_product(s.layers)}$。")


class Far(Question[UnitDistance]):
    """The same for units further apart."""

    spec = UnitDistance
    answer = Integer("px")
    levels = (2,)
    find = "distance"
    rule = r"$n \prod_l s_l$"
    mistakes = (
        Mistake(
            "The strides multiply; they do not add up.",
            "步长是相乘，而不是相加。",
            lambda s: s.apart * sum(layer[1] for layer in s.layers),
        ),
        Mistake(
            "That is the distance of neighbouring units.",
            "这是相邻单元的间距。",
            lambda s: jump_of(s.layers),
        ),
        Mistake(
            "One step too many was counted; from one unit to the other there are n.",
            "多算了一步；从一个单元到另一个是 n 步。",
            lambda s: (s.apart + 1) * jump_of(s.layers),
        ),
        Mistake(
            "From one unit to the other there are n steps, not n − 1.",
            "从一个单元到另一个是 n 步，而不是 n − 1 步。",
            lambda s: (s.apart - 1) * jump_of(s.layers),
        ),
        Mistake(
            "That is what both units see together, not the distance of their centres.",
            "这是两个单元合起来看到的范围，不是中心的间距。",
            lambda s: s.apart * jump_of(s.layers) + field_of(s.layers),
        ),
    )

    def sample(self, draw: Draw, level: int) -> UnitDistance | None:
        layers = _draw_layers(draw, draw.integer(3, 5))
        return UnitDistance(layers, draw.integer(2, 9)) if 4 <= jump_of(layers) <= 72 else None

    def formula(self, s: UnitDistance) -> int:
        return s.apart * jump_of(s.layers)

    def stem(self, s: UnitDistance) -> Text:
        en, zh = chain(s.layers)
        return Text(
            f"{en}Two units of the last map are in the same row, {s.apart} "
            f"columns apart (unit i and unit i + {s.apart}). How many input pixels apart are the centres of their receptive fields?",
            f"{zh}最后特征图上同一行的两个单元相隔 {s.apart} 列（单元 i 与单元 i + {s.apart}）。"
            "它们的感受野中心相距多少个输入像素？",
        )

    def solution(self, s: UnitDistance) -> Text:
        found = rf"{s.apart} \cdot {jump_of(s.layers)} = {self.formula(s)}"
        return Text(
            f"Neighbours: ${_product(s.layers)}$ pixels. These two: ${found}$.",
            f"相邻单元：${_product(s.layers)}$ 个像素。这两个单元：${found}$。",
        )


class Shared(Question[SharedField]):
    """Two fields of r pixels, shifted by the jump."""

    spec = SharedField
    answer = Integer("px")
    levels = (3,)
    find = "shared"
    rule = Text(
        "$r - j$ with field $r$ and product of strides $j$, at least 0",
        "$r - j$，至少为 0；$r$ 为感受野，$j$ 为各步长之积",
    )
    mistakes = (
        Mistake(
            "That is the whole receptive field of one unit.",
            "这是一个单元的整个感受野。",
            lambda s: field_of(s.layers),
        ),
        Mistake(
            "That is by how much the two fields are shifted.",
            "这是两个感受野错开的距离。",
            lambda s: jump_of(s.layers),
        ),
        Mistake(
            "The fields were taken to be shifted by one pixel; they are shifted by the product of all strides.",
            "认为两个感受野只错开一个像素；错开的距离是所有步长之积。",
            lambda s: field_of(s.layers) - 1,
        ),
        Mistake(
            "That is what both fields cover together.",
            "这是两个感受野合起来覆盖的范围。",
            lambda s: field_of(s.layers) + jump_of(s.layers),
        ),
        Mistake(
            "Only the last layer's stride was taken off; the fields are shifted by the product of all strides.",
            "只减去了最后一层的步长；错开的距离是所有步长之积。",
            lambda s: field_of(s.layers) - s.layers[-1][1],
        ),
        Mistake(
            "The last layer's stride was left out; it is part of the shift, too.",
            "漏了最后一层的步长；它也计入错开的距离。",
            lambda s: field_of(s.layers) - jump_of(s.layers[:-1]),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SharedField | None:
        layers = _draw_layers(draw, draw.integer(2, 4))
        return SharedField(layers) if 4 <= jump_of(layers) <= 24 and field_of(layers) > jump_of(layers) else None

    def formula(self, s: SharedField) -> int:
        return max(0, field_of(s.layers) - jump_of(s.layers))

    def stem(self, s: SharedField) -> Text:
        en, zh = chain(s.layers)
        return Text(
            f"{en}Two units of the last map are neighbours in a row. How many "
            "columns of the input lie in the receptive fields of both (from first to last pixel, far from the image's edges)?",
            f"{zh}最后特征图上同一行有两个相邻单元。输入中有多少列同时位于两者的感受野之内"
            "（感受野从第一个像素算到最后一个像素，远离图像边缘）？",
        )

    def solution(self, s: SharedField) -> Text:
        field, jump = field_of(s.layers), jump_of(s.layers)
        rest = f"{field} - {jump} = {field - jump}"
        return Text(
            f"Field: ${worked(s.layers)}$. Shift: ${_product(s.layers)}$.\n\nShared: "
            + (f"${rest}$." if field >= jump else f"${rest}$ is negative, so 0."),
            f"感受野：${worked(s.layers)}$。错开：${_product(s.layers)}$。\n\n共享："
            + (f"${rest}$。" if field >= jump else f"${rest}$ 为负，故为 0。"),
        )


MODEL = ItemModel(
    name="jump",
    version=1,
    topic="receptive-field",
    title=Text("Distance of neighbouring units", "相邻单元的间距"),
    questions=(Distance(), Far(), Shared()),
)
