"""YOLOv3's outputs on three scales, strides 8, 16 and 32 (Redmon and Farhadi 2018)."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.detection.yolo_v2_tensor import BACKGROUND_EN, BACKGROUND_ZH, FOUR_EN, FOUR_ZH, OWN_EN, OWN_ZH
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.heads import YoloV3Boxes, YoloV3Outputs, YoloV3Tensor

LAST_EN, LAST_ZH = "That is the coarsest scale only: there are three.", "这只是最粗的尺度：一共有三个尺度。"


class Tensor(Question[YoloV3Tensor]):
    """The shape on one scale."""

    spec = YoloV3Tensor
    answer = Shape(("C", "H", "W"))
    levels = (1,)
    rule = r"$A(5 + C) \times S/s \times S/s$"
    mistakes = (
        Mistake(OWN_EN, OWN_ZH, lambda s: (5 * s.anchors + s.classes, s.size // s.stride, s.size // s.stride)),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: (s.anchors * (4 + s.classes), s.size // s.stride, s.size // s.stride)),
        Mistake(
            BACKGROUND_EN,
            BACKGROUND_ZH,
            lambda s: (s.anchors * (6 + s.classes), s.size // s.stride, s.size // s.stride),
        ),
        Mistake(
            "Each scale has only its own anchors, not those of all three.",
            "每个尺度只有自己的锚框，而不是三个尺度的全部锚框。",
            lambda s: (3 * s.anchors * (5 + s.classes), s.size // s.stride, s.size // s.stride),
        ),
        Mistake(
            "That is another scale.",
            "这是另一个尺度。",
            lambda s: (
                s.anchors * (5 + s.classes),
                s.size // (32 if s.stride == 8 else 8),
                s.size // (32 if s.stride == 8 else 8),
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> YoloV3Tensor | None:
        anchors = draw.choice((2, 3, 3, 4))
        return YoloV3Tensor(
            32 * draw.integer(10, 20), draw.choice((8, 16, 32)), anchors, draw.choice((20, 80, draw.integer(2, 90)))
        )

    def formula(self, s: YoloV3Tensor) -> tuple[int, ...]:
        return s.anchors * (5 + s.classes), s.size // s.stride, s.size // s.stride

    def stem(self, s: YoloV3Tensor) -> Text:
        return Text(
            f"YOLOv3 reads an image of {s.size}×{s.size} pixels, with {s.anchors} anchors per cell on each of its scales and {s.classes} "
            f"classes. What is the shape of its output on the scale of stride {s.stride}, for one image?",
            f"YOLOv3 读入 {s.size}×{s.size} 的图像，每个尺度上每格 {s.anchors} 个锚框，共 {s.classes} 个类别。"
            f"对一幅图像，步长为 {s.stride} 的尺度上输出的形状是什么？",
        )

    def solution(self, s: YoloV3Tensor) -> Text:
        depth = rf"{s.anchors} \cdot (5 + {s.classes}) = {s.anchors * (5 + s.classes)}"
        size = f"{s.size}/{s.stride} = {s.size // s.stride}"
        return Text(f"Channels: ${depth}$; cells per side: ${size}$.", f"通道：${depth}$；每边格子数：${size}$。")


def _cells(size: int) -> list[int]:
    """Cells per side on the three scales, the finest first."""
    return [size // stride for stride in (8, 16, 32)]


def _all(size: int) -> int:
    return sum(side**2 for side in _cells(size))


def _sum(size: int) -> str:
    return " + ".join(f"{side}^2" for side in _cells(size)) + f" = {_all(size)}"


class Boxes(Question[YoloV3Boxes]):
    """Boxes of all scales."""

    spec = YoloV3Boxes
    answer = Integer()
    levels = (2,)
    find = "boxes"
    rule = r"$A \sum_{s \in \{8, 16, 32\}} (S/s)^2$"
    mistakes = (
        Mistake(LAST_EN, LAST_ZH, lambda s: s.anchors * (s.size // 32) ** 2),
        Mistake(
            "Those are the cells: each has several anchors.", "这是格子数：每格有多个锚框。", lambda s: _all(s.size)
        ),
        Mistake(
            "Each scale has only its own anchors, not those of all three.",
            "每个尺度只有自己的锚框，而不是三个尺度的全部锚框。",
            lambda s: 3 * s.anchors * _all(s.size),
        ),
        Mistake(
            "The scales differ in size: not all are like the finest.",
            "三个尺度大小不同，并非都与最细的相同。",
            lambda s: 3 * s.anchors * (s.size // 8) ** 2,
        ),
        Mistake(
            "The finest scale was left out: the strides are 8, 16 and 32.",
            "漏了最细的尺度：步长为 8、16 和 32。",
            lambda s: s.anchors * (_all(s.size) - (s.size // 8) ** 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> YoloV3Boxes | None:
        return YoloV3Boxes(32 * draw.integer(7, 26), draw.choice((2, 3, 3, 4)))

    def formula(self, s: YoloV3Boxes) -> int:
        return s.anchors * _all(s.size)

    def stem(self, s: YoloV3Boxes) -> Text:
        return Text(
            f"YOLOv3 reads an image of {s.size}×{s.size} pixels and predicts "
            f"on maps of stride 8, 16 and 32, with {s.anchors} anchors per "
            "cell on each. How many boxes does it predict in all, before any suppression?",
            f"YOLOv3 读入 {s.size}×{s.size} 的图像，在步长 8、16、32 的三个特征图上预测，每个图上每格 {s.anchors} 个锚框。"
            "在做任何抑制之前，它一共预测多少个框？",
        )

    def solution(self, s: YoloV3Boxes) -> Text:
        steps = rf"{s.anchors} \cdot {_all(s.size)} = {self.formula(s)}"
        return Text(
            f"Cells ({s.size} divided by 8, 16, 32): ${_sum(s.size)}$.\n\nBoxes: ${steps}$.",
            f"格子数（{s.size} 分别除以 8、16、32）：${_sum(s.size)}$。\n\n框数：${steps}$。",
        )


class Outputs(Question[YoloV3Outputs]):
    """Numbers of all scales."""

    spec = YoloV3Outputs
    answer = Integer()
    levels = (3,)
    find = "outputs"
    rule = r"$A(5 + C) \sum_{s \in \{8, 16, 32\}} (S/s)^2$"
    mistakes = (
        Mistake(LAST_EN, LAST_ZH, lambda s: s.anchors * (5 + s.classes) * (s.size // 32) ** 2),
        Mistake(OWN_EN, OWN_ZH, lambda s: (5 * s.anchors + s.classes) * _all(s.size)),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: s.anchors * (4 + s.classes) * _all(s.size)),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: s.anchors * (6 + s.classes) * _all(s.size)),
        Mistake("That is the number of boxes.", "这是框的个数。", lambda s: s.anchors * _all(s.size)),
        Mistake(
            "Each scale has only its own anchors, not those of all three.",
            "每个尺度只有自己的锚框，而不是三个尺度的全部锚框。",
            lambda s: 3 * s.anchors * (5 + s.classes) * _all(s.size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> YoloV3Outputs | None:
        return YoloV3Outputs(
            32 * draw.integer(7, 20), draw.choice((20, 80, draw.integer(2, 90))), draw.choice((2, 3, 3, 4))
        )

    def formula(self, s: YoloV3Outputs) -> int:
        return s.anchors * (5 + s.classes) * _all(s.size)

    def stem(self, s: YoloV3Outputs) -> Text:
        return Text(
            f"YOLOv3 reads an image of {s.size}×{s.size} pixels and predicts "
            f"on maps of stride 8, 16 and 32, with {s.anchors} anchors per "
            f"cell on each and {s.classes} classes. How many numbers does it put out in all for one image?",
            f"YOLOv3 读入 {s.size}×{s.size} 的图像，在步长 8、16、32 的三个特征图上预测，"
            f"每个图上每格 {s.anchors} 个锚框，共 {s.classes} 个类别。"
            "对一幅图像，它一共输出多少个数？",
        )

    def solution(self, s: YoloV3Outputs) -> Text:
        steps = rf"{_all(s.size)} \cdot {s.anchors} \cdot (5 + {s.classes}) = {self.formula(s)}"
        return Text(
            f"Cells ({s.size} divided by 8, 16, 32): ${_sum(s.size)}$.\n\nNumbers: ${steps}$.",
            f"格子数（{s.size} 分别除以 8、16、32）：${_sum(s.size)}$。\n\n输出的数：${steps}$。",
        )


MODEL = ItemModel(
    name="yolo_v3_tensor",
    version=1,
    topic="detection",
    title=Text("Outputs of YOLOv3", "YOLOv3 的输出"),
    questions=(Tensor(), Boxes(), Outputs()),
)
