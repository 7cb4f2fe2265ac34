"""Networks for segmentation, detection and pose."""

from published import Published

TORCHVISION = "torchvision 0.29, weights' metadata"
SSD = "Liu et al. 2016, figure 2"
UNET = "Ronneberger et al. 2015, figure 1"
YOLO = "Redmon et al. 2016, figure 3"
PAGE = "the project's page pjreddie.com/darknet"

#: Sums of what the papers describe, in another order than the tables have it.
UNET_SUM = "3×3: 9 · (64 + 766 · 64²); up: 8 · 85 · 64²; 1×1: 128; biases: 64 · (2 · 31 + 3 · 15) + 2; 766 = 1 + 1.5 · 340 + 3 · 85"
FCN_SUM = f"vgg16 ({TORCHVISION}) less fc8's 4,097,000, plus 21 · 4,097 scores"
SEGNET_SUM = (
    "13 convolutions of vgg16 14,714,688 and BN 8,448; decoder: their 14,710,464 weights less 64 · 27 plus 64 · 108, "
    "biases 3,724, BN 2 · 3,712"
)
PSP_SUM = (
    f"resnet50 ({TORCHVISION}) less its classifier's 2,049,000; pyramid 4 · (2,048 · 512 + 1,024); "
    "3×3 4,096 · 512 · 9 + 1,024; scores 513 · 150"
)
PSP_520 = (
    f"fcn_resnet50 at 520×520 ({TORCHVISION}: 152.717 G) less its heads' 65² · (9 · 2,048 · 512 + 21 · 512 + 9 · 1,024 · 256 + "
    "21 · 256), plus 50 · 2,048 · 512 of the pyramid and 65² · (9 · 4,096 · 512 + 150 · 512)"
)
DEEPLAB_SUM = (
    f"deeplabv3_resnet101 ({TORCHVISION}: 60,996,202) less its auxiliary head's 2,365,205; plus 256 · 48 + 96, 9 · 48 · 256, and "
    "9 · 256² + 512"
)
FPN_SUM = f"resnet50 ({TORCHVISION}) less its classifier's 2,049,000; laterals 3,840 · 256 + 4 · 256; outputs 4 · (9 · 256² + 256)"
RETINANET_SUM = (
    f"retinanet_resnet50_fpn ({TORCHVISION}: 34,014,999, BN frozen), and resnet50's 53,120 of batch normalization"
)
SSD_SUM = f"ssd300_vgg16 ({TORCHVISION}: 35,641,826, 91 classes) less 70 · (9 · 14,848 + 30)"
SSD_MACS = f"ssd300_vgg16 ({TORCHVISION}: 34.858 G, 91 classes) less 70 · 9 · 5,531,136"
RPN_SUM = "13 convolutions of vgg16 14,714,688; 9 · 512² + 512; 54 · 513"
YOLO_FLOPS = f"{PAGE}: 40.19 G of convolutions and a last layer of 12,544 · 1,715; instead of it 50,176 · 4,096 and 4,096 · 1,470"
YOLO_FC = "7 · 7 · 1,024 · 4,096 weights and 4,096 biases"
YOLO2_SUM = "the Keras port's 50,962,889 trained (COCO, 425 outputs), less 300 · 1,025"
HOURGLASS_SUM = (
    "13 modules of 214,528 in the hourglass; 9,472 + 128; modules 58,112, 54,016 and 230,912; 65,792 + 512; 257 · 16"
)

PUBLISHED = (
    *(
        Published("unet", "shape", shape, UNET, part=part)
        for part, shape in (
            ("down1.conv2", "64x568x568"),
            ("down4.conv2", "512x64x64"),
            ("bottom.conv2", "1024x28x28"),
            ("up4.conv2", "512x52x52"),
            ("up1.concat", "128x392x392"),
            ("out", "2x388x388"),
        )
    ),
    Published("unet", "params", "31,030,658", UNET_SUM),
    Published("fcn32s", "params", "136,152,917", f"{FCN_SUM}, and 64² · 21² of the enlargement"),
    Published(
        "fcn32s",
        "params",
        "134 M",
        "Long et al. 2015, table 1",
        differs="136 M",
    ),
    Published("fcn32s", "field", "404", "Long et al. 2015, table 1", part="fc7"),
    Published("fcn32s", "shape", "21x500x500", "the input's size, Long et al. 2015, figure 1", part="score"),
    Published("fcn16s", "params", "134,815,994", f"{FCN_SUM} and 21 · 513, and (4² + 32²) · 21² of the enlargements"),
    Published("fcn16s", "shape", "21x500x500", "the input's size, Long et al. 2015, figure 1", part="score"),
    Published(
        "fcn8s",
        "params",
        "134,489,759",
        f"{FCN_SUM}, 21 · 513 and 21 · 257, and (2 · 4² + 16²) · 21² of the enlargements",
    ),
    Published("fcn8s", "shape", "21x500x500", "the input's size, Long et al. 2015, figure 1", part="score"),
    Published("segnet", "params", "29,449,932", SEGNET_SUM),
    Published("segnet", "parameter_bytes", "117 M", "Badrinarayanan et al. 2017, table 6"),
    Published(
        "segnet", "shape", "12x360x480", "the input's size, Badrinarayanan et al. 2017, figure 2", part="conv1_1_D"
    ),
    Published("pspnet", "params", "46,658,774", PSP_SUM),
    Published("pspnet", "macs", "182.93 G", PSP_520, input=(3, 520, 520)),
    Published("deeplabv3plus", "params", "59,344,309", DEEPLAB_SUM),
    Published("deeplabv3plus", "shape", "2048x33x33", "513 at output stride 16, Chen et al. 2018", part="layer4.2.add"),
    Published("fpn_resnet50", "params", "26,852,416", FPN_SUM),
    Published("retinanet", "params", "34,068,119", RETINANET_SUM),
    Published("rpn_vgg16", "params", "17,102,198", RPN_SUM),
    Published("rpn_vgg16", "weights", "2.4 M", "Ren et al. 2015, section 3.1, footnote", part="rpn"),
    Published("rpn_vgg16", "field", "228", "Ren et al. 2015, section 3.1", part="rpn_conv"),
    Published("ssd300", "params", "26,285,486", SSD_SUM),
    Published("ssd300", "macs", "31.373 G", SSD_MACS),
    *(
        Published("ssd300", "shape", shape, SSD, part=part)
        for part, shape in (
            ("conv4_3_norm", "512x38x38"),
            ("fc6", "1024x19x19"),
            ("fc7", "1024x19x19"),
            ("conv8_2", "512x10x10"),
            ("conv9_2", "256x5x5"),
            ("conv10_2", "256x3x3"),
            ("conv11_2", "256x1x1"),
        )
    ),
    Published("yolov1", "flops", "40.57 G", YOLO_FLOPS),
    Published("yolov1", "params", "205,524,992", YOLO_FC, part="fc1"),
    Published("yolov1", "shape", "1024x7x7", YOLO, part="conv24"),
    Published("yolov1", "shape", "30x7x7", YOLO, part="output"),
    Published("darknet19", "flops", "5.58 G", "Redmon and Farhadi 2017, section 3"),
    Published("darknet19", "flops", "7.29 G", "Redmon and Farhadi 2018, table 2", input=(3, 256, 256)),
    Published("yolov2", "params", "50,655,389", YOLO2_SUM),
    Published("yolov2", "flops", "34.90 G", f"{PAGE}/yolov2, with 2,048 channels passed through", differs="29.36 G"),
    Published("darknet53", "params", "41,609,928", "imgclsmob's table of models, DarkNet-53"),
    Published("darknet53", "flops", "18.57 G", f"{PAGE}/imagenet"),
    Published("darknet53", "flops", "18.7 G", "Redmon and Farhadi 2018, table 2", differs="18.6 G"),
    Published("yolov3", "params", "61,949,149", "the Keras and PyTorch ports, trained parameters"),
    Published("yolov3", "flops", "65.86 G", f"{PAGE}/yolo"),
    Published("hourglass", "params", "3,211,920", HOURGLASS_SUM),
    Published(
        "hourglass", "shape", "256x4x4", "Newell et al. 2016, section 3.2: lowest resolution 4×4", part="down4.add"
    ),
    Published("hourglass", "shape", "16x64x64", "Newell et al. 2016, section 3.2: output 64×64", part="heatmaps"),
)
