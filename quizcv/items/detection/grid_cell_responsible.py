"""Which cell of YOLOv1's grid is responsible for an object: the one that its centre falls into (Redmon et al. 2016)."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.detection._geometry import draw_box
from quizcv.items.detection._text import BOXES, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.grids import GridCell, GridIndex, GridOffset


def _place(s: GridIndex, axis: int) -> float:
    """The centre along an axis, in cells."""
    return s.centre[axis] * s.cells / (s.width, s.height)[axis]


def _index(s: GridIndex, x: float, y: float) -> int:
    return int(y) * s.cells + int(x)


class Column(Question[GridCell]):
    """Along one axis."""

    spec = GridCell
    answer = Integer()
    levels = (1,)
    rule = r"$\lfloor x S / W \rfloor$"
    mistakes = (
        Mistake("Columns are counted from 0.", "列号从 0 起计。", lambda s: int(s.centre * s.cells / s.size) + 1),
        Mistake(
            "The cell is the one that the centre falls into: rounded down, not to the nearest.",
            "应取中心所落入的格子：向下取整，而不是四舍五入。",
            lambda s: int(s.centre * s.cells / s.size + 0.5),
        ),
        Mistake(
            "That divides by the number of cells instead of by the size of one.",
            "应除以每格的尺寸，而不是格子数。",
            lambda s: int(s.centre / s.cells),
        ),
        Mistake(
            "That counts from the right border.",
            "这是从右边界数起的。",
            lambda s: s.cells - 1 - int(s.centre * s.cells / s.size),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GridCell | None:
        cells, size = draw.choice(((7, 448), (7, 224), (13, 416), (10, 640), (8, 512), (14, 448)))
        centre = draw.integer(1, size - 1)
        return GridCell(size, cells, float(centre)) if centre * cells % size else None

    def formula(self, s: GridCell) -> int:
        return int(s.centre * s.cells / s.size)

    def stem(self, s: GridCell) -> Text:
        return Text(
            f"YOLOv1 divides an image {s.size} pixels wide into {s.cells} columns of cells. An object's centre is at "
            f"x = {num(s.centre)}. In which column (from 0) is the cell responsible for it?",
            f"YOLOv1 把宽 {s.size} 像素的图像分为 {s.cells} 列格子。某目标的中心位于 x = {num(s.centre)}。"
            "负责该目标的格子在第几列（从 0 起）？",
        )

    def solution(self, s: GridCell) -> Text:
        steps = rf"\lfloor {num(s.centre)} \cdot {s.cells} / {s.size} \rfloor"
        end = rf"\lfloor {short(s.centre * s.cells / s.size)} \rfloor = {self.formula(s)}"
        return Text(
            f"The centre's place in cells, rounded down: ${steps} = {end}$.",
            f"中心以格子为单位的位置向下取整：${steps} = {end}$。",
        )


class Index(Question[GridIndex]):
    """Of a box, as the index into the flattened grid."""

    spec = GridIndex
    answer = Integer()
    levels = (2,)
    find = "index"
    rule = r"$\lfloor c_y S/H \rfloor \cdot S + \lfloor c_x S/W \rfloor$"
    mistakes = (
        Mistake(
            "Rows come first: the row is multiplied by S, not the column.",
            "按行存放：乘以 S 的是行号，不是列号。",
            lambda s: _index(s, _place(s, 1), _place(s, 0)),
        ),
        Mistake(
            "The centre decides, not the top left corner.",
            "由中心决定，而不是左上角。",
            lambda s: _index(s, s.box[0] * s.cells / s.width, s.box[1] * s.cells / s.height),
        ),
        Mistake("The index counts from 0.", "序号从 0 起计。", lambda s: _index(s, _place(s, 0), _place(s, 1)) + 1),
        Mistake(
            "Rounding is downwards on both axes.",
            "两个轴都向下取整。",
            lambda s: _index(s, _place(s, 0) + 0.5, _place(s, 1) + 0.5),
        ),
        Mistake(
            "Width and height of the image were swapped.",
            "图像的宽和高弄反了。",
            lambda s: _index(s, s.centre[0] * s.cells / s.height, s.centre[1] * s.cells / s.width),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GridIndex | None:
        return _draw(draw)

    def formula(self, s: GridIndex) -> int:
        return _index(s, _place(s, 0), _place(s, 1))

    def stem(self, s: GridIndex) -> Text:
        return Text(
            f"{BOXES.en} YOLOv1 lays a grid of {s.cells}×{s.cells} cells over an image {s.width} wide and {s.height} high. Cells are "
            f"numbered row by row from 0. What is the number of the cell responsible for the object {written(s.box)}?",
            f"{BOXES.zh}YOLOv1 在宽 {s.width}、高 {s.height} 的图像上划分 {s.cells}×{s.cells} 的格子，格子从 0 起逐行编号。"
            f"负责目标 {written(s.box)} 的格子编号是多少？",
        )

    def solution(self, s: GridIndex) -> Text:
        x, y = s.centre
        column = rf"\lfloor {num(x)} \cdot {s.cells} / {s.width} \rfloor = {int(_place(s, 0))}"
        row = rf"\lfloor {num(y)} \cdot {s.cells} / {s.height} \rfloor = {int(_place(s, 1))}"
        steps = rf"{int(_place(s, 1))} \cdot {s.cells} + {int(_place(s, 0))} = {self.formula(s)}"
        return Text(
            f"Centre ({num(x)}, {num(y)}): column ${column}$, row ${row}$.\n\nNumber: ${steps}$.",
            f"中心 ({num(x)}, {num(y)})：列 ${column}$，行 ${row}$。\n\n编号：${steps}$。",
        )


class Offset(Question[GridOffset]):
    """The target that the responsible cell regresses."""

    spec = GridOffset
    answer = Number(decimals=3)
    levels = (3,)
    find = "offset"
    rule = r"$c_x S/W - \lfloor c_x S/W \rfloor$"
    mistakes = (
        Mistake(
            "That is relative to the image; the target is relative to the cell.",
            "这是相对整幅图像的坐标；目标应相对于格子。",
            lambda s: _along(s) / s.cells,
        ),
        Mistake("The index of the cell still has to be subtracted.", "还要减去格子的下标。", lambda s: _along(s)),
        Mistake(
            "The offset is measured from the cell's left or upper border, not from its middle.",
            "偏移从格子的左（上）边界量起，而不是从格子中心。",
            lambda s: _along(s) % 1 - 0.5,
        ),
        Mistake(
            "That is the distance from the far border of the cell.",
            "这是到格子另一侧边界的距离。",
            lambda s: 1 - _along(s) % 1,
        ),
        Mistake(
            "The centre of the box is meant, not its corner.",
            "应取框的中心，而不是角点。",
            lambda s: s.box[_axis(s)] * s.cells / (s.width, s.height)[_axis(s)] % 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GridOffset | None:
        s = _draw(draw)
        return GridOffset(s.width, s.height, s.cells, s.box, draw.choice(("x", "y"))) if s else None

    def formula(self, s: GridOffset) -> float:
        return _along(s) % 1

    def stem(self, s: GridOffset) -> Text:
        return Text(
            f"{BOXES.en} YOLOv1 lays a grid of {s.cells}×{s.cells} cells over an image {s.width} wide and {s.height} high. What is the "
            f"target {s.axis} (the centre's offset in its cell, as a fraction of the cell) for the object {written(s.box)}?",
            f"{BOXES.zh}YOLOv1 在宽 {s.width}、高 {s.height} 的图像上划分 {s.cells}×{s.cells} 的格子。对目标 {written(s.box)}，"
            f"{s.axis} 的回归目标（中心在所属格子内的偏移，以格子尺寸为 1）是多少？",
        )

    def solution(self, s: GridOffset) -> Text:
        size = (s.width, s.height)[_axis(s)]
        place = rf"{num(s.centre[_axis(s)])} \cdot {s.cells} / {size} = {short(_along(s))}"
        end = f"{short(_along(s))} - {int(_along(s))} = {short(self.formula(s))}"
        return Text(
            f"In the {s.width}×{s.height} image the centre is at ${place}$ cells.\n\nOffset: ${end}$.",
            f"在 {s.width}×{s.height} 的图像中，以格子为单位，中心位于 ${place}$。\n\n偏移：${end}$。",
        )


def _axis(s: GridOffset) -> int:
    return 0 if s.axis == "x" else 1


def _along(s: GridOffset) -> float:
    return _place(s, _axis(s))


def _draw(draw: Draw) -> GridIndex | None:
    """A box whose centre is on no border of a cell."""
    cells, width, height = draw.choice(((7, 448, 448), (7, 560, 420), (7, 700, 490), (13, 416, 416), (10, 640, 480)))
    s = GridIndex(width, height, cells, draw_box(draw, min(width, height), 20, 200))
    return s if all(0.05 < _place(s, axis) % 1 < 0.95 for axis in (0, 1)) else None


MODEL = ItemModel(
    name="grid_cell_responsible",
    version=1,
    topic="detection",
    title=Text("The responsible cell of YOLO", "YOLO 中负责预测的格子"),
    questions=(Column(), Index(), Offset()),
)
