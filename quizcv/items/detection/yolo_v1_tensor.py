"""YOLOv1's output: S×S cells, each with B boxes of 5 numbers and one set of C class scores (Redmon et al. 2016)."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.heads import YoloV1Classes, YoloV1Outputs, YoloV1Tensor

SHARED_EN = "In YOLOv1 the class scores belong to the cell, not to each box: they count once."
SHARED_ZH = "YOLOv1 的类别得分属于格子，而不是每个框：只计一次。"
FOUR_EN = "Every box has 5 numbers: place, size and confidence."
FOUR_ZH = "每个框有 5 个数：位置、宽高和置信度。"
BACKGROUND_EN = "YOLO has no class for the background: the confidence takes its place."
BACKGROUND_ZH = "YOLO 没有背景类：由置信度代替。"


def _draw(draw: Draw) -> tuple[int, int, int]:
    return (
        draw.choice((7, 7, 9, 11, 13, 14)),
        draw.integer(2, 5),
        draw.choice((10, 20, 20, 30, 40, 80, draw.integer(3, 100))),
    )


class Tensor(Question[YoloV1Tensor]):
    """Its shape."""

    spec = YoloV1Tensor
    answer = Shape(("H", "W", "C"))
    levels = (1,)
    rule = r"$S \times S \times (5B + C)$"
    mistakes = (
        Mistake(SHARED_EN, SHARED_ZH, lambda s: (s.grid, s.grid, s.boxes * (5 + s.classes))),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: (s.grid, s.grid, 4 * s.boxes + s.classes)),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: (s.grid, s.grid, 5 * s.boxes + s.classes + 1)),
        Mistake(
            "There is more than one box per cell.", "每个格子不止一个框。", lambda s: (s.grid, s.grid, 5 + s.classes)
        ),
        Mistake("The class scores are missing.", "缺少类别得分。", lambda s: (s.grid, s.grid, 5 * s.boxes)),
    )

    def sample(self, draw: Draw, level: int) -> YoloV1Tensor | None:
        return YoloV1Tensor(*_draw(draw))

    def formula(self, s: YoloV1Tensor) -> tuple[int, ...]:
        return s.grid, s.grid, 5 * s.boxes + s.classes

    def stem(self, s: YoloV1Tensor) -> Text:
        return Text(
            f"A YOLOv1 network divides the image into {s.grid}×{s.grid} cells and predicts {s.boxes} boxes per cell and {s.classes} "
            "classes. What is the shape of its output for one image, the numbers of a cell last?",
            f"YOLOv1 网络把图像分为 {s.grid}×{s.grid} 个格子，每格预测 {s.boxes} 个框，共 {s.classes} 个类别。"
            "对一幅图像，其输出的形状是什么（每格的数在最后一维）？",
        )

    def solution(self, s: YoloV1Tensor) -> Text:
        depth = rf"5 \cdot {s.boxes} + {s.classes} = {5 * s.boxes + s.classes}"
        return Text(
            f"Per cell, 5 numbers for each box and one score per class: ${depth}$, on {s.grid}×{s.grid} cells.",
            f"每格中每个框 5 个数，每个类别一个得分：${depth}$，共 {s.grid}×{s.grid} 格。",
        )


class Outputs(Question[YoloV1Outputs]):
    """How many numbers its last layer gives."""

    spec = YoloV1Outputs
    answer = Integer()
    levels = (2,)
    find = "outputs"
    rule = r"$S^2 (5B + C)$"
    mistakes = (
        Mistake(SHARED_EN, SHARED_ZH, lambda s: s.grid**2 * s.boxes * (5 + s.classes)),
        Mistake(FOUR_EN, FOUR_ZH, lambda s: s.grid**2 * (4 * s.boxes + s.classes)),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: s.grid**2 * (5 * s.boxes + s.classes + 1)),
        Mistake(
            "Those are the numbers of one row of cells.",
            "这只是一行格子的数。",
            lambda s: s.grid * (5 * s.boxes + s.classes),
        ),
        Mistake("That is the number of boxes.", "这是框的个数。", lambda s: s.grid**2 * s.boxes),
    )

    def sample(self, draw: Draw, level: int) -> YoloV1Outputs | None:
        return YoloV1Outputs(*_draw(draw))

    def formula(self, s: YoloV1Outputs) -> int:
        return s.grid**2 * (5 * s.boxes + s.classes)

    def stem(self, s: YoloV1Outputs) -> Text:
        return Text(
            "The last layer of YOLOv1 is fully connected. How many outputs "
            f"does it need for {s.grid}×{s.grid} cells, {s.boxes} boxes per "
            f"cell and {s.classes} classes?",
            f"YOLOv1 的最后一层是全连接层。对 {s.grid}×{s.grid} 个格子、每格 {s.boxes} 个框、{s.classes} 个类别，它需要多少个输出？",
        )

    def solution(self, s: YoloV1Outputs) -> Text:
        steps = rf"{s.grid}^2 \cdot (5 \cdot {s.boxes} + {s.classes}) = {s.grid**2} \cdot {5 * s.boxes + s.classes} = {self.formula(s)}"
        return Text(f"Cells times numbers per cell: ${steps}$.", f"格子数乘以每格的数：${steps}$。")


class Classes(Question[YoloV1Classes]):
    """The inverse."""

    spec = YoloV1Classes
    answer = Integer()
    levels = (3,)
    find = "classes"
    rule = r"$C = D - 5B$"
    mistakes = (
        Mistake(FOUR_EN, FOUR_ZH, lambda s: s.depth - 4 * s.boxes),
        Mistake(SHARED_EN, SHARED_ZH, lambda s: s.depth // s.boxes - 5 if s.depth % s.boxes == 0 else None),
        Mistake(BACKGROUND_EN, BACKGROUND_ZH, lambda s: s.depth - 5 * s.boxes - 1),
        Mistake("There is more than one box per cell.", "每个格子不止一个框。", lambda s: s.depth - 5),
    )

    def sample(self, draw: Draw, level: int) -> YoloV1Classes | None:
        boxes = draw.integer(2, 5)
        return YoloV1Classes(5 * boxes + boxes * draw.integer(2, 30), boxes)

    def formula(self, s: YoloV1Classes) -> int:
        return s.depth - 5 * s.boxes

    def stem(self, s: YoloV1Classes) -> Text:
        return Text(
            f"The output of a YOLOv1 network has {s.depth} numbers per cell and {s.boxes} boxes per cell. How many classes does it know?",
            f"某 YOLOv1 网络的输出每格有 {s.depth} 个数，每格 {s.boxes} 个框。它能识别多少个类别？",
        )

    def solution(self, s: YoloV1Classes) -> Text:
        steps = rf"{s.depth} - 5 \cdot {s.boxes} = {self.formula(s)}"
        return Text(
            f"What the boxes leave are class scores: ${steps}$.", f"减去各框的数，剩下的是类别得分：${steps}$。"
        )


MODEL = ItemModel(
    name="yolo_v1_tensor",
    version=1,
    topic="detection",
    title=Text("Output of YOLOv1", "YOLOv1 的输出"),
    questions=(Tensor(), Outputs(), Classes()),
)
