"""YOLOv2's output: stride 32, every anchor with a box of 5 numbers and class scores of its own (Redmon and Farhadi 2017)."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.heads import YoloV2Classes, YoloV2Outputs, YoloV2Tensor

OWN_EN = "From YOLOv2 on every anchor has class scores of its own, not every cell."
OWN_ZH = "从 YOLOv2 起，类别得分属于每个锚框，而不是每个格子。"
FOUR_EN = "Every anchor has 5 numbers besides the classes: place, size and objectness."
FOUR_ZH = "除类别外，每个锚框还有 5 个数：位置、宽高和目标置信度。"
BACKGROUND_EN = "YOLO has no class for the background: the objectness takes its place."
BACKGROUND_ZH = "YOLO 没有背景类：由目标置信度代替。"


def _depth(s: YoloV2Tensor) -> int:
    return s.anchors * (5 + s.classes)


def _draw(draw: Draw) -> tuple[int, int, int]:
    return 32 * draw.integer(10, 19), draw.integer(3, 9), draw.choice((20, 80, draw.integer(2, 90)))


class Tensor(Question[YoloV2Tensor]):
    """Its shape."""

    spec = YoloV2Tensor
    answer = Shape(("C", "H", "W"))
    levels = (1,)
    rule = r"$A(5 + C) \times S/32 \times S/32$"
    mistakes = (
        Mistake(OWN_EN, OWN_ZH, lambda s: (5 * s.anchors + s.classes, s.size // 32, s.size // 32)),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: (s.anchors * (4 + s.classes), s.size // 32, s.size // 32)),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: (s.anchors * (6 + s.classes), s.size // 32, s.size // 32)),
        Mistake(
            "The stride of YOLOv2 is 32, not 16.",
            "YOLOv2 的步长是 32，不是 16。",
            lambda s: (_depth(s), s.size // 16, s.size // 16),
        ),
        Mistake(
            "There is more than one anchor.", "锚框不止一个。", lambda s: (5 + s.classes, s.size // 32, s.size // 32)
        ),
    )

    def sample(self, draw: Draw, level: int) -> YoloV2Tensor | None:
        return YoloV2Tensor(*_draw(draw))

    def formula(self, s: YoloV2Tensor) -> tuple[int, ...]:
        return _depth(s), s.size // 32, s.size // 32

    def stem(self, s: YoloV2Tensor) -> Text:
        return Text(
            f"YOLOv2 (total stride 32) reads an image of {s.size}×{s.size} pixels, with {s.anchors} anchors per cell and {s.classes} "
            "classes. What is the shape of the output of its last convolution for one image?",
            f"YOLOv2（总步长 32）读入 {s.size}×{s.size} 的图像，每格 {s.anchors} 个锚框，{s.classes} 个类别。"
            "对一幅图像，最后一个卷积的输出形状是什么？",
        )

    def solution(self, s: YoloV2Tensor) -> Text:
        depth = rf"{s.anchors} \cdot (5 + {s.classes}) = {_depth(s)}"
        size = rf"{s.size}/32 = {s.size // 32}"
        return Text(f"Channels: ${depth}$; cells per side: ${size}$.", f"通道：${depth}$；每边格子数：${size}$。")


class Outputs(Question[YoloV2Outputs]):
    """How many numbers."""

    spec = YoloV2Outputs
    answer = Integer()
    levels = (2,)
    find = "outputs"
    rule = r"$(S/32)^2 A (5 + C)$"
    mistakes = (
        Mistake(OWN_EN, OWN_ZH, lambda s: (s.size // 32) ** 2 * (5 * s.anchors + s.classes)),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: (s.size // 32) ** 2 * s.anchors * (4 + s.classes)),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: (s.size // 32) ** 2 * s.anchors * (6 + s.classes)),
        Mistake(
            "The stride of YOLOv2 is 32, not 16.",
            "YOLOv2 的步长是 32，不是 16。",
            lambda s: (s.size // 16) ** 2 * _depth(s),
        ),
        Mistake("That is the number of boxes.", "这是框的个数。", lambda s: (s.size // 32) ** 2 * s.anchors),
    )

    def sample(self, draw: Draw, level: int) -> YoloV2Outputs | None:
        return YoloV2Outputs(*_draw(draw))

    def formula(self, s: YoloV2Outputs) -> int:
        return (s.size // 32) ** 2 * _depth(s)

    def stem(self, s: YoloV2Outputs) -> Text:
        return Text(
            f"YOLOv2 (total stride 32) reads an image of {s.size}×{s.size} pixels, with {s.anchors} anchors per cell and {s.classes} "
            "classes. How many numbers does its last convolution put out for one image?",
            f"YOLOv2（总步长 32）读入 {s.size}×{s.size} 的图像，每格 {s.anchors} 个锚框，{s.classes} 个类别。"
            "对一幅图像，最后一个卷积共输出多少个数？",
        )

    def solution(self, s: YoloV2Outputs) -> Text:
        cells = s.size // 32
        steps = rf"{cells}^2 \cdot {s.anchors} \cdot (5 + {s.classes}) = {self.formula(s)}"
        return Text(
            f"Cells per side: ${s.size}/32 = {cells}$.\n\n${steps}$.",
            f"每边格子数：${s.size}/32 = {cells}$。\n\n${steps}$。",
        )


class Classes(Question[YoloV2Classes]):
    """The inverse."""

    spec = YoloV2Classes
    answer = Integer()
    levels = (3,)
    find = "classes"
    rule = r"$C = D/A - 5$"
    mistakes = (
        Mistake(OWN_EN, OWN_ZH, lambda s: s.channels - 5 * s.anchors),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: s.channels // s.anchors - 4),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: s.channels // s.anchors - 6),
        Mistake(
            "The box's 5 numbers still have to be taken off.",
            "还要减去框的 5 个数。",
            lambda s: s.channels // s.anchors,
        ),
    )

    def sample(self, draw: Draw, level: int) -> YoloV2Classes | None:
        anchors = draw.integer(2, 9)
        return YoloV2Classes(anchors * (5 + draw.integer(2, 90)), anchors)

    def formula(self, s: YoloV2Classes) -> int:
        return s.channels // s.anchors - 5

    def stem(self, s: YoloV2Classes) -> Text:
        return Text(
            f"The last convolution of a YOLOv2 network has {s.channels} output "
            f"channels for {s.anchors} anchors per cell. How many classes "
            "does it know?",
            f"某 YOLOv2 网络最后一个卷积有 {s.channels} 个输出通道，每格 {s.anchors} 个锚框。它能识别多少个类别？",
        )

    def solution(self, s: YoloV2Classes) -> Text:
        steps = rf"{s.channels}/{s.anchors} - 5 = {self.formula(s)}"
        return Text(f"Per anchor, less the box's 5 numbers: ${steps}$.", f"按锚框平分，再减去框的 5 个数：${steps}$。")


MODEL = ItemModel(
    name="yolo_v2_tensor",
    version=1,
    topic="detection",
    title=Text("Output of YOLOv2", "YOLOv2 的输出"),
    questions=(Tensor(), Outputs(), Classes()),
)
