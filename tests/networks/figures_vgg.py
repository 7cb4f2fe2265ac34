"""VGG."""

from published import Published

TORCHVISION = "torchvision 0.29, weights' metadata"
PAPER = "Simonyan and Zisserman 2015, table 2"

PUBLISHED = (
    *(
        Published(name, quantity, printed, TORCHVISION)
        for name, params, macs in (
            ("vgg11", "132,863,336", "7.609 G"),
            ("vgg11_bn", "132,868,840", "7.609 G"),
            ("vgg13", "133,047,848", "11.308 G"),
            ("vgg13_bn", "133,053,736", "11.308 G"),
            ("vgg16", "138,357,544", "15.470 G"),
            ("vgg16_bn", "138,365,992", "15.470 G"),
            ("vgg19", "143,667,240", "19.632 G"),
            ("vgg19_bn", "143,678,248", "19.632 G"),
        )
        for quantity, printed in (("params", params), ("macs", macs))
    ),
    Published("vgg11", "params", "133 M", PAPER),
    Published("vgg13", "params", "133 M", PAPER),
    Published("vgg16_c", "params", "134 M", PAPER),
    Published("vgg16_c_bn", "params", "133,647,400", "vgg16_c, and the 8,448 by which vgg16_bn is more than vgg16"),
    Published("vgg16", "params", "138 M", PAPER),
    Published("vgg19", "params", "144 M", PAPER),
    Published("vgg16", "params", "102,764,544", "25,088 · 4,096 weights and 4,096 biases", part="fc6"),
    Published("vgg16", "macs", "15,470,264,320", "as PyTorch's operations count them"),
    Published("vgg16", "field", "212", "Araujo et al. 2019, table 1", part="pool5"),
)
