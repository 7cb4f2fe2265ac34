"""Pictures of all networks: read back from the SVG, and held against the walk."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product

import pytest

from quizcv.networks import catalogue, network
from quizcv.networks.network import Plan
from quizcv.networks.picture import svg
from quizcv.networks.picture.compose import LIMITS
from quizcv.networks.picture.paper import width, wrap
from quizcv.networks.picture.parts import blocks, heads
from quizcv.networks.walk import Walk, walk

NAMES = sorted(catalogue())
#: Networks with an auxiliary head that is written down when asked for.
OPTIONED = [f"{name} heads" for name, known in sorted(catalogue().items()) if "heads" in (known.options or {})]
PICTURES = [*NAMES, *OPTIONED]
SVG = "{http://www.w3.org/2000/svg}"
#: Ems a character, as in an ordinary sans-serif.
REGULAR, BOLD = 0.56, 0.6


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    what: str = ""

    def meets(self, other: Box, slack: float = 0) -> bool:
        across = self.left + slack < other.right and other.left + slack < self.right
        return across and self.top + slack < other.bottom and other.top + slack < self.bottom

    def within(self, other: Box) -> bool:
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Drawn:
    """One block read back."""

    row: str
    kind: str
    shape: str
    texts: tuple[str, ...]
    thickness: float
    height: float


class Picture:
    """The elements of an SVG with where they are on the page."""

    def __init__(self, text: str) -> None:
        self.root = ET.fromstring(text)
        left, top, wide, high = map(float, self.root.attrib["viewBox"].split())
        self.page = Box(left, top, left + wide, top + high)
        self.placed = list(self._placed(self.root, 0, 0))

    def _placed(self, element: ET.Element, x: float, y: float) -> Iterator[tuple[ET.Element, float, float]]:
        moved = element.get("transform")
        if moved is not None:
            dx, dy = map(float, moved.removeprefix("translate(").removesuffix(")").split())
            x, y = x + dx, y + dy
        yield element, x, y
        for child in element:
            yield from self._placed(child, x, y)

    def texts(self) -> list[Box]:
        return [text_box(one, x, y) for one, x, y in self.placed if one.tag == f"{SVG}text"]

    def solids(self) -> list[Box]:
        return [
            corners(one.attrib["points"], x, y)
            for one, x, y in self.placed
            if one.tag == f"{SVG}polygon" and one.get("stroke")
        ]

    def rects(self) -> list[Box]:
        found = [(one.attrib, x, y) for one, x, y in self.placed if one.tag == f"{SVG}rect"]
        return [
            Box(
                x + float(at["x"]),
                y + float(at["y"]),
                x + float(at["x"]) + float(at["width"]),
                y + float(at["y"]) + float(at["height"]),
            )
            for at, x, y in found
        ]

    def strokes(self) -> list[Box]:
        """Every straight piece of an arrow."""
        found = []
        for one, x, y in self.placed:
            if one.tag == f"{SVG}polyline":
                ends = one.attrib["points"].split()
                found += [corners(f"{a} {b}", x, y) for a, b in pairwise(ends)]
        return found

    def blocks(self) -> list[Drawn]:
        return [drawn(one) for one, _, _ in self.placed if one.get("class") == "block"]

    def arrows(self, kind: str) -> set[tuple[str, str]]:
        return {
            (one.attrib["data-from"], one.attrib["data-to"])
            for one, _, _ in self.placed
            if one.get("class") == f"arrow {kind}"
        }


def text_box(one: ET.Element, x: float, y: float) -> Box:
    size = float(one.attrib["font-size"])
    said = one.text or ""
    wide = len(said) * size * (BOLD if one.get("font-weight") == "bold" else REGULAR)
    left = x + float(one.attrib["x"]) - (wide / 2 if one.get("text-anchor") == "middle" else 0)
    baseline = y + float(one.attrib["y"])
    return Box(left, baseline - 0.75 * size, left + wide, baseline + 0.2 * size, said)


def corners(points: str, x: float, y: float) -> Box:
    pairs = [tuple(map(float, point.split(","))) for point in points.split()]
    return Box(
        x + min(p[0] for p in pairs),
        y + min(p[1] for p in pairs),
        x + max(p[0] for p in pairs),
        y + max(p[1] for p in pairs),
    )


def drawn(one: ET.Element) -> Drawn:
    texts = one.findall(f"{SVG}text")
    shape = next(text.text or "" for text in texts if text.get("class") == "shape")
    front = next(rect for rect in one.findall(f"{SVG}rect") if rect.get("class") == "front")
    return Drawn(
        one.attrib["data-row"],
        one.attrib["data-kind"],
        shape,
        tuple(text.text or "" for text in texts),
        float(front.attrib["width"]),
        float(front.attrib["height"]),
    )


@cache
def walked(name: str) -> Walk:
    name, *option = name.split()
    return walk(network(name, **dict.fromkeys(option, True)))


@cache
def picture(name: str) -> Picture:
    return Picture(svg(walked(name)))


def overlapping(found: Picture) -> list[tuple[str, str]]:
    """Texts that stand on texts, on solids or on arrows."""
    texts = found.texts()
    pairs = [(one.what, other.what) for one, other in combinations(texts, 2) if one.meets(other)]
    pairs += [(one.what, "a solid") for one, solid in product(texts, found.solids()) if one.meets(solid)]
    return pairs + [(one.what, "an arrow") for one, stroke in product(texts, found.strokes()) if one.meets(stroke)]


def outside(found: Picture) -> list[Box]:
    every = [*found.texts(), *found.rects(), *found.solids(), *found.strokes()]
    return [box for box in every if not box.within(found.page)]


def untrue(found: Picture, of: Walk) -> list[str]:
    """Blocks whose label has another shape than the walk."""
    true = {row.name: row.shape for row in of.rows} | {"input": of.input}
    return [block.row for block in found.blocks() if block.shape != "×".join(map(str, true[block.row]))]


def disordered(found: Picture) -> list[tuple[str, str]]:
    """Maps of more pixels drawn lower, or of more channels drawn thinner, or of as many drawn otherwise."""
    maps = [(block, [int(part) for part in block.shape.split("×")]) for block in found.blocks()]
    maps = [(block, shape) for block, shape in maps if len(shape) == 3]
    wrong = []
    for (one, a), (other, b) in combinations(maps, 2):
        for size, had, has in ((1, one.height, other.height), (0, one.thickness, other.thickness)):
            if (a[size] - b[size]) * (had - has) < 0 or (a[size] == b[size] and had != has):
                wrong.append((one.row, other.row))
    return wrong


@pytest.mark.parametrize("name", PICTURES)
def test_is_one_file_that_anything_shows(name: str) -> None:
    text = svg(walked(name))
    found = picture(name)
    assert found.root.tag == f"{SVG}svg"
    assert found.page.right <= 1600
    assert text == svg(walked(name))
    assert {one.tag.removeprefix(SVG) for one, _, _ in found.placed} <= {
        *("svg", "title", "desc", "g", "rect", "polygon", "polyline", "text")
    }
    assert "href" not in text
    assert "url(" not in text
    assert all(float(one.attrib["font-size"]) >= 11 for one, _, _ in found.placed if one.tag == f"{SVG}text")
    assert found.rects()[0] == found.page


@pytest.mark.parametrize("name", PICTURES)
def test_shapes_are_the_true_ones(name: str) -> None:
    assert untrue(picture(name), walked(name)) == []


@pytest.mark.parametrize("name", PICTURES)
def test_all_is_on_the_page(name: str) -> None:
    assert outside(picture(name)) == []


@pytest.mark.parametrize("name", PICTURES)
def test_texts_stand_free(name: str) -> None:
    assert overlapping(picture(name)) == []


@pytest.mark.parametrize("name", PICTURES)
def test_solids_are_in_order(name: str) -> None:
    assert disordered(picture(name)) == []


@pytest.mark.parametrize("name", PICTURES)
def test_every_row_is_in_one_block(name: str) -> None:
    rows = walked(name).rows
    for limit in LIMITS:
        assert [row for block in blocks(walked(name), limit) for row in block.rows] == [
            row for row in rows if not row.auxiliary
        ]
    assert [row for head in heads(walked(name)) for block in head for row in block.rows] == [
        row for row in rows if row.auxiliary
    ]


@pytest.mark.parametrize("name", PICTURES)
def test_every_block_is_reached(name: str) -> None:
    """All but those of auxiliary heads have an arrow that comes from an earlier block."""
    found = picture(name)
    order = [block.row for block in found.blocks()]
    arrows = found.arrows("flow") | found.arrows("branch") | found.arrows("skip")
    assert all(order.index(source) < order.index(target) for source, target in arrows)
    main = [row for row in order[1:] if not walked(name).row(row).auxiliary]
    assert {target for _, target in arrows} >= set(main)


@pytest.mark.parametrize(
    ("name", "size"),
    [("resnet50", (3, 320, 480)), ("unet", (1, 700, 508)), ("vgg16", (3, 224, 224)), ("fcn8s", (3, 64, 999))],
)
def test_another_input(name: str, size: tuple[int, int, int]) -> None:
    other = walk(network(name), size)
    found = Picture(svg(other))
    assert untrue(found, other) == []
    assert overlapping(found) == []
    assert outside(found) == []
    assert disordered(found) == []


def test_says_the_totals() -> None:
    said = [box.what for box in picture("resnet50").texts()]
    assert "ResNet-50" in said
    assert "input 3×224×224" in said
    assert "25,557,032 parameters, 4.09 G MACs" in said
    assert any(line.startswith("Source: He et al. 2016") for line in said)


def test_resnet_is_told_by_stages() -> None:
    shown = {block.texts[0]: block for block in picture("resnet50").blocks()}
    assert shown["stem"].texts[1:3] == ("7×7 conv /2", "64×112×112")
    assert [shown[f"layer{at}"].texts[1] for at in (1, 2, 3, 4)] == [
        "3× bottleneck",
        "4× bottleneck /2",
        "6× bottleneck /2",
        "3× bottleneck /2",
    ]
    assert shown["layer4"].shape == "2048×7×7"


def test_alexnet_and_vgg_are_told_by_layers() -> None:
    names = [block.texts[0] for block in picture("alexnet_2012").blocks()]
    assert names == [
        *("input", "conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5", "fc6", "fc7", "fc8")
    ]
    shown = {block.texts[0]: block.texts[1] for block in picture("vgg16").blocks()}
    assert (shown["conv1"], shown["conv5"]) == ("2× 3×3 conv", "3× 3×3 conv")


def test_unet_has_its_skips() -> None:
    skips = picture("unet").arrows("skip")
    shown = {block.row: block.shape for block in picture("unet").blocks()}
    assert [(shown[source], shown[target]) for source, target in sorted(skips)] == [
        ("64×568×568", "64×388×388"),
        ("128×280×280", "128×196×196"),
        ("256×136×136", "256×100×100"),
        ("512×64×64", "512×52×52"),
    ]


@pytest.mark.parametrize(
    ("name", "count"),
    [("segnet", 4), ("fcn8s", 2), ("yolov3", 2), ("hourglass", 4), ("deeplabv3plus", 1), ("ssd300", 1)],
)
def test_others_have_theirs(name: str, count: int) -> None:
    joined = {target for _, target in picture(name).arrows("skip")}
    assert len(joined) == count


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "densenet121", "googlenet", "vit_b_16"])
def test_plain_networks_have_none(name: str) -> None:
    assert picture(name).arrows("skip") == set()
    assert picture(name).arrows("branch") == set()


def test_the_main_path_is_told_from_its_branches() -> None:
    found = picture("fpn_resnet50")
    assert {source.partition(".")[0] for source, _ in found.arrows("branch")} >= {"layer1", "layer2", "layer3"}
    flows = {(source.partition(".")[0], target.partition(".")[0]) for source, target in found.arrows("flow")}
    assert flows >= {("layer1", "layer2"), ("layer2", "layer3"), ("layer3", "layer4")}


def test_auxiliary_heads_stand_apart() -> None:
    found = picture("inception_v3 heads")
    apart = next(box for box in found.texts() if box.what.startswith("auxiliary"))
    for one, x, y in found.placed:
        if one.get("class") == "block":
            front = next(rect for rect in one.findall(f"{SVG}rect"))
            below = y + float(front.attrib["y"]) > apart.bottom
            assert below == (one.attrib["data-row"].startswith("aux")), (one.attrib["data-row"], x)


def test_colours_say_what_a_block_does() -> None:
    kinds = {block.texts[0]: block.kind for block in picture("alexnet_2012").blocks()}
    assert [kinds[name] for name in ("conv1", "pool1", "fc6", "fc8")] == [
        "convolution",
        "pooling",
        "fully connected",
        "output",
    ]
    assert "attention" in {block.kind for block in picture("vit_b_16").blocks()}
    assert "upsampling" in {block.kind for block in picture("unet").blocks()}


def small(title: str = "Small", channels: int = 16) -> Walk:
    net = Plan("small", title, (3, 32, 32), source='A & B, "C" < D')
    with net.stage("body & <b>"):
        x = net.conv("conv<1>", net.input, channels, 3, stride=2, norm="batch", act="relu")
        x = net.conv("conv2", x, 2 * channels, 3, stride=2)
    with net.stage("head"):
        net.linear("fc", net.flatten("flatten", x), 10)
    return walk(net.network())


def test_any_name_is_escaped() -> None:
    found = Picture(svg(small("<script>alert('1 & 2')</script>")))
    assert found.texts()[0].what == "<script>alert('1 & 2')</script>"
    assert not [one for one, _, _ in found.placed if "script" in one.tag]
    assert "conv<1>" in {block.row for block in found.blocks()}


def test_a_very_long_name_is_broken() -> None:
    long = Picture(svg(small("A network whose title is far longer than its picture is wide " * 4)))
    assert outside(long) == []


def test_lines_are_broken_between_words_first() -> None:
    assert wrap("one two", 12, width("one two", 12)) == ["one two"]
    assert wrap("one two", 12, width("one two", 12) - 1) == ["one", "two"]
    assert wrap("layer1.conv2", 12, width("layer1.", 12)) == ["layer1.", "conv2"]


class TestChecksFindFaults:
    """Pictures spoilt on purpose."""

    def spoilt(self, before: str, after: str) -> Picture:
        text = svg(small())
        assert before in text
        return Picture(text.replace(before, after, 1))

    def test_none_in_a_good_one(self) -> None:
        good = Picture(svg(small()))
        assert (overlapping(good), outside(good), untrue(good, small()), disordered(good)) == ([], [], [], [])

    def test_wrong_shape(self) -> None:
        assert untrue(self.spoilt(">16×16×16<", ">16×15×16<"), small()) == ["conv<1>"]

    def test_text_outside(self) -> None:
        assert outside(self.spoilt(">Small</text>", f">{'Small' * 40}</text>"))

    def test_text_on_text(self) -> None:
        assert overlapping(self.spoilt(">conv2<", ">conv2 and very much more than there is room for<"))

    def test_text_on_a_solid(self) -> None:
        root = Picture(svg(small()))
        solid = root.solids()[0]
        moved = f'<text x="{solid.left + 1}" y="{solid.top + 20}" font-size="12">stray</text></svg>'
        assert ("stray", "a solid") in overlapping(Picture(svg(small()).replace("</svg>", moved)))

    def test_thin_and_low(self) -> None:
        text = svg(small())
        blocks_ = {block.row: block for block in Picture(text).blocks()}
        thick, high = blocks_["conv2"].thickness, blocks_["input"].height
        for attribute, value in (("width", thick), ("height", high)):
            before = f'{attribute}="{value:g}"'
            assert before in text
            assert disordered(Picture(text.replace(before, f'{attribute}="1"')))
