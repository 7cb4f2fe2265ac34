"""Networks made to be cheap, and what came after them."""

from published import Published

TORCHVISION = "torchvision 0.29, weights' metadata"
MOBILENET = "Howard et al. 2017, tables 6 and 7"
SLIM = "TensorFlow models, slim/nets/mobilenet/README.md"
SHUFFLENET = "Zhang et al. 2018, table 1"
WITHOUT_FC = f"{SHUFFLENET}; all its five figures are right if fc is not counted"
SHUFFLENET_V2 = "Ma et al. 2018, table 5"
MEGVII = "ShuffleNet series of the authors, README.md"
EFFICIENTNET = "Tan and Le 2019, table 2"
PYCLS = "pycls of the authors, MODEL_ZOO.md"


def _square(size: int) -> tuple[int, int, int]:
    return (3, size, size)


PUBLISHED = (
    *(
        Published(name, quantity, printed, TORCHVISION, input=_square(size) if quantity == "macs" else None)
        for name, params, macs, size in (
            ("mobilenet_v2", "3,504,872", "0.301 G", 224),
            ("mobilenet_v3_large", "5,483,032", "0.217 G", 224),
            ("mobilenet_v3_small", "2,542,856", "0.057 G", 224),
            ("shufflenet_v2_x0_5", "1,366,792", "0.040 G", 224),
            ("shufflenet_v2_x1_0", "2,278,604", "0.145 G", 224),
            ("shufflenet_v2_x1_5", "3,503,624", "0.296 G", 224),
            ("shufflenet_v2_x2_0", "7,393,996", "0.583 G", 224),
            ("mnasnet0_5", "2,218,512", "0.104 G", 224),
            ("mnasnet0_75", "3,170,208", "0.215 G", 224),
            ("mnasnet1_0", "4,383,312", "0.314 G", 224),
            ("mnasnet1_3", "6,282,256", "0.526 G", 224),
            ("efficientnet_b0", "5,288,548", "0.386 G", 224),
            ("efficientnet_b1", "7,794,184", "0.687 G", 240),
            ("efficientnet_b2", "9,109,994", "1.088 G", 288),
            ("efficientnet_b3", "12,233,232", "1.827 G", 300),
            ("efficientnet_b4", "19,341,616", "4.394 G", 380),
            ("efficientnet_b5", "30,389,784", "10.266 G", 456),
            ("efficientnet_b6", "43,040,704", "19.068 G", 528),
            ("efficientnet_b7", "66,347,960", "37.746 G", 600),
            ("regnet_x_400mf", "5,495,976", "0.414 G", 224),
            ("regnet_x_800mf", "7,259,656", "0.800 G", 224),
            ("regnet_y_400mf", "4,344,144", "0.402 G", 224),
            ("regnet_y_800mf", "6,432,512", "0.834 G", 224),
            ("convnext_tiny", "28,589,128", "4.456 G", 224),
            ("vit_b_16", "86,567,656", "17.564 G", 224),
        )
        for quantity, printed in (("params", params), ("macs", macs))
    ),
    Published("vit_b_16", "macs", "17,563,828,224", "as PyTorch's operations count them"),
    Published("vit_b_16", "params", "86,859,496", f"{TORCHVISION}, at 384", input=_square(384)),
    Published("vit_b_16", "macs", "55.484 G", f"{TORCHVISION}, at 384", input=_square(384)),
    Published("vit_b_16", "params", "86 M", "Dosovitskiy et al. 2021, table 1"),
    Published("convnext_tiny", "params", "29 M", "Liu et al. 2022, table 1"),
    Published("convnext_tiny", "macs", "4.5 G", "Liu et al. 2022, table 1"),
    # MobileNets
    *(
        Published(name, quantity, printed, MOBILENET)
        for name, macs, params in (
            ("mobilenet_v1", "569 M", "4.2 M"),
            ("mobilenet_v1_x0_75", "325 M", "2.6 M"),
            ("mobilenet_v1_x0_5", "149 M", "1.3 M"),
            ("mobilenet_v1_x0_25", "41 M", "0.5 M"),
        )
        for quantity, printed in (("macs", macs), ("params", params))
    ),
    *(
        Published("mobilenet_v1", "macs", macs, MOBILENET, input=_square(size))
        for size, macs in ((192, "418 M"), (160, "290 M"), (128, "186 M"))
    ),
    Published("mobilenet_v1", "macs", "325 M", MOBILENET, options=(("width", 0.75),)),
    Published("mobilenet_v1", "params", "4,231,976", "Keras, trainable parameters of its summary"),
    Published("mobilenet_v1", "field", "315", "Araujo et al. 2019, table 1", part="conv14.pointwise"),
    Published("mobilenet_v1", "shape", "1024x7x7", "Howard et al. 2017, table 1", part="conv14.pointwise"),
    Published("mobilenet_v2", "macs", "300 M", "Sandler et al. 2018, table 4"),
    Published("mobilenet_v2", "params", "3.4 M", "Sandler et al. 2018, table 4", differs="3.5 M"),
    Published(
        "mobilenet_v2", "params", "6.9 M", "Sandler et al. 2018, table 4", options=(("width", 1.4),), differs="6.1 M"
    ),
    Published(
        "mobilenet_v2", "macs", "585 M", "Sandler et al. 2018, table 4", options=(("width", 1.4),), differs="582 M"
    ),
    Published("mobilenet_v2", "weights", "3.47 M", f"{SLIM}, which leaves out batch normalization"),
    *(
        Published("mobilenet_v2", "weights", printed, SLIM, options=(("width", width),))
        for width, printed in ((0.35, "1.66 M"), (0.5, "1.95 M"), (0.75, "2.61 M"), (1.3, "5.34 M"), (1.4, "6.06 M"))
    ),
    *(
        Published("mobilenet_v2", "macs", printed, SLIM, options=(("width", width),))
        for width, printed in ((0.35, "59 M"), (0.5, "97 M"), (0.75, "209 M"), (1.3, "509 M"))
    ),
    *(
        Published("mobilenet_v2", "macs", printed, SLIM, input=_square(size))
        for size, printed in ((192, "221 M"), (160, "154 M"), (128, "99 M"), (96, "56 M"))
    ),
    Published("mobilenet_v2", "shape", "320x7x7", "Sandler et al. 2018, table 2", part="bottleneck7.0.project"),
    Published("mobilenet_v3_large", "params", "5.4 M", "Howard et al. 2019, table 3"),
    Published("mobilenet_v3_large", "macs", "219 M", "Howard et al. 2019, table 3", differs="217 M"),
    Published("mobilenet_v3_small", "params", "2.5 M", "Howard et al. 2019, table 3"),
    Published("mobilenet_v3_small", "macs", "56 M", "Howard et al. 2019, table 3"),
    # ShuffleNets
    Published("shufflenet_v1", "macs", "137 M", SHUFFLENET),
    Published("shufflenet_v1", "macs", "133 M", WITHOUT_FC, options=(("groups", 4),), differs="134 M"),
    Published("shufflenet_v1_g1", "macs", "143 M", SHUFFLENET),
    Published("shufflenet_v1_g2", "macs", "140 M", SHUFFLENET),
    Published("shufflenet_v1_g3", "macs", "137 M", SHUFFLENET),
    Published("shufflenet_v1_g4", "macs", "133 M", WITHOUT_FC, differs="134 M"),
    Published("shufflenet_v1_g8", "macs", "137 M", WITHOUT_FC, differs="138 M"),
    Published("shufflenet_v1_g3", "params", "1.9 M", MEGVII),
    Published("shufflenet_v1_g8", "params", "2.4 M", MEGVII),
    Published("shufflenet_v1_g8", "macs", "138 M", MEGVII),
    Published("shufflenet_v1_g4", "shape", "1088x7x7", SHUFFLENET, part="stage4.3.add"),
    Published("shufflenet_v2_x0_5", "macs", "41 M", SHUFFLENET_V2, differs="40 M"),
    Published("shufflenet_v2_x1_0", "macs", "146 M", SHUFFLENET_V2, differs="145 M"),
    Published("shufflenet_v2_x1_5", "macs", "299 M", SHUFFLENET_V2, differs="296 M"),
    Published("shufflenet_v2_x2_0", "macs", "591 M", SHUFFLENET_V2, differs="583 M"),
    *(
        Published(f"shufflenet_v2_{width}", "params", printed, SHUFFLENET_V2)
        for width, printed in (("x0_5", "1.4 M"), ("x1_0", "2.3 M"), ("x1_5", "3.5 M"), ("x2_0", "7.4 M"))
    ),
    Published("shufflenet_v2_x1_0", "macs", "144,907,992", "as PyTorch's operations count them"),
    # EfficientNets
    *(
        Published(f"efficientnet_b{number}", quantity, printed, EFFICIENTNET, differs=differs)
        for number, quantity, printed, differs in (
            (0, "params", "5.3 M", ""),
            (1, "params", "7.8 M", ""),
            (2, "params", "9.2 M", "9.1 M"),
            (3, "params", "12 M", ""),
            (4, "params", "19 M", ""),
            (5, "params", "30 M", ""),
            (6, "params", "43 M", ""),
            (7, "params", "66 M", ""),
            (0, "macs", "0.39 B", ""),
            (1, "macs", "0.70 B", "0.69 B"),
            (2, "macs", "1.0 B", ""),
            (3, "macs", "1.8 B", ""),
            (4, "macs", "4.2 B", "4.4 B"),
            (5, "macs", "9.9 B", "10.3 B"),
            (6, "macs", "19 B", ""),
            (7, "macs", "37 B", ""),
        )
    ),
    # RegNets
    *(
        Published(f"regnet_{name}", quantity, printed, PYCLS, differs=differs)
        for name, quantity, printed, differs in (
            ("x_400mf", "params", "5.2 M", "5.5 M"),
            ("x_800mf", "params", "7.3 M", ""),
            ("y_400mf", "params", "4.3 M", ""),
            ("y_800mf", "params", "6.3 M", "6.4 M"),
            ("x_400mf", "macs", "0.4 B", ""),
            ("x_800mf", "macs", "0.8 B", ""),
            ("y_400mf", "macs", "0.4 B", ""),
            ("y_800mf", "macs", "0.8 B", ""),
        )
    ),
)
