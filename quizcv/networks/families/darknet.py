"""Darknet-19 and Darknet-53, and the YOLO detectors of three versions."""

from __future__ import annotations

from itertools import count

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

YOLO = "Redmon et al. 2016, You Only Look Once: Unified, Real-Time Object Detection, figure 3"
YOLO2 = "Redmon and Farhadi 2017, YOLO9000: Better, Faster, Stronger, table 6"
YOLO2_VOC = "Redmon and Farhadi 2017, YOLO9000: Better, Faster, Stronger, section 2, and the released yolov2-voc.cfg"
YOLO3 = "Redmon and Farhadi 2018, YOLOv3: An Incremental Improvement, table 1"
YOLO3_COCO = "Redmon and Farhadi 2018, YOLOv3: An Incremental Improvement, section 2.3, and the released yolov3.cfg"

#: (channels, kernel) of each convolution, stage by stage; a pooling stands between stages.
YOLO_STAGES = (
    ((64, 7),),
    ((192, 3),),
    ((128, 1), (256, 3), (256, 1), (512, 3)),
    (*((256, 1), (512, 3)) * 4, (512, 1), (1024, 3)),
    (*((512, 1), (1024, 3)) * 2, (1024, 3)),
)
DARKNET19_STAGES = (
    ((32, 3),),
    ((64, 3),),
    ((128, 3), (64, 1), (128, 3)),
    ((256, 3), (128, 1), (256, 3)),
    ((512, 3), *((256, 1), (512, 3)) * 2),
    ((1024, 3), *((512, 1), (1024, 3)) * 2),
)
#: Residual blocks of Darknet-53's stages; the first convolution of each halves the size.
DARKNET53_BLOCKS = (1, 2, 8, 8, 4)


def _conv(net: Plan, name: str, x: str, channels: int, kernel: int, stride: int = 1) -> str:
    """What Darknet calls a convolutional layer, since its second version."""
    return net.conv(name, x, channels, kernel, stride=stride, norm="batch", act="leaky relu")


def _yolov1(net: Plan) -> None:
    x, number = net.input, count(1)
    for at, convs in enumerate(YOLO_STAGES, 1):
        with net.stage(f"stage{at}"):
            for channels, kernel in convs:
                stride = 2 if kernel == 7 else 1
                x = net.conv(f"conv{next(number)}", x, channels, kernel, stride=stride, act="leaky relu")
            if at < len(YOLO_STAGES):
                x = net.max_pool(f"pool{at}", x, 2)
            else:
                x = net.conv(f"conv{next(number)}", x, 1024, 3, stride=2, act="leaky relu")
    with net.stage("stage6"):
        for _ in range(2):
            x = net.conv(f"conv{next(number)}", x, 1024, 3, act="leaky relu")
    with net.stage("head"):
        x = net.linear("fc1", net.flatten("flatten", x), 4096, act="leaky relu", drop=0.5)
        x = net.linear("fc2", x, 1470)
        net.add("output", ops.Reshape((30, 7, 7)), x)
    net.note("Each of 7×7 cells has 2 boxes of 5 numbers and 20 class scores (VOC): 30 values.")
    net.note("As in the paper, without batch normalization and with two fully connected layers; released files differ.")


def _darknet19_body(net: Plan) -> str:
    """Its first 18 convolutions, all but the classifier."""
    x, number = net.input, count(1)
    for at, convs in enumerate(DARKNET19_STAGES, 1):
        with net.stage(f"stage{at}"):
            for channels, kernel in convs:
                x = _conv(net, f"conv{next(number)}", x, channels, kernel)
            if at < len(DARKNET19_STAGES):
                x = net.max_pool(f"pool{at}", x, 2)
    return x


def _darknet19(net: Plan) -> None:
    x = _darknet19_body(net)
    with net.stage("head"):
        x = net.conv("conv19", x, 1000, 1)
        net.act("softmax", net.flatten("flatten", net.global_pool("avgpool", x)), "softmax")


def _yolov2(net: Plan) -> None:
    x = _darknet19_body(net)
    with net.stage("detection"):
        for number in (19, 20):
            x = _conv(net, f"conv{number}", x, 1024, 3)
    with net.stage("passthrough"):
        y = _conv(net, "conv21", "conv13.leaky_relu", 64, 1)
        y = net.add("reorg", ops.SpaceToDepth(2), y)
        x = net.concat("concat", y, x)
    with net.stage("head"):
        x = _conv(net, "conv22", x, 1024, 3)
        net.conv("conv23", x, 125, 1)
    net.note("5 boxes with 5 numbers and 20 class scores each (VOC): 125 values.")
    net.note(
        "The passthrough has a 1×1 convolution to 64 channels, as released; the paper's text makes all 512 channels 2048."
    )


def _darknet53_body(net: Plan) -> list[str]:
    """The outputs of its stages."""
    made: list[str] = []
    with net.stage("stem"):
        x = _conv(net, "conv1", net.input, 32, 3)
    for at, blocks in enumerate(DARKNET53_BLOCKS, 1):
        channels = 32 * 2**at
        with net.stage(f"stage{at}"):
            x = _conv(net, f"stage{at}.down", x, channels, 3, 2)
            for block in range(blocks):
                name = f"stage{at}.{block}"
                y = _conv(net, f"{name}.conv1", x, channels // 2, 1)
                y = _conv(net, f"{name}.conv2", y, channels, 3)
                x = net.join(f"{name}.add", y, x)
        made.append(x)
    return made


def _darknet53(net: Plan) -> None:
    x = _darknet53_body(net)[-1]
    with net.stage("head"):
        x = net.linear("fc", net.flatten("flatten", net.global_pool("avgpool", x)), 1000)
        net.act("softmax", x, "softmax")


def _yolov3(net: Plan) -> None:
    made = _darknet53_body(net)
    x = made[-1]
    for head, (channels, skip) in enumerate(((512, ""), (256, made[3]), (128, made[2])), 1):
        with net.stage(f"scale{head}"):
            if skip:
                x = _conv(net, f"scale{head}.reduce", x, channels, 1)
                x = net.add(f"scale{head}.upsample", ops.Upsample(2), x)
                x = net.concat(f"scale{head}.concat", x, skip)
            for number in range(1, 6):
                wide = number % 2 == 0
                x = _conv(net, f"scale{head}.conv{number}", x, 2 * channels if wide else channels, 3 if wide else 1)
            y = _conv(net, f"scale{head}.conv6", x, 2 * channels, 3)
            net.conv(f"scale{head}.output", y, 255, 1)
    net.note("At each scale 3 boxes with 5 numbers and 80 class scores each (COCO): 255 values.")


NETWORKS = (
    Known("yolov1", "YOLO", _yolov1, YOLO, 2015, (3, 448, 448), "detection"),
    Known("darknet19", "Darknet-19", _darknet19, YOLO2, 2016),
    Known("yolov2", "YOLOv2", _yolov2, YOLO2_VOC, 2016, (3, 416, 416), "detection"),
    Known("darknet53", "Darknet-53", _darknet53, YOLO3, 2018, (3, 256, 256)),
    Known("yolov3", "YOLOv3", _yolov3, YOLO3_COCO, 2018, (3, 416, 416), "detection"),
)
