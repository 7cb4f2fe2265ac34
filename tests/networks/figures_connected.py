"""Residual networks before, beside and after the plain ones: pre-activation, CIFAR, dense, attentive; and SqueezeNet."""

from published import Published

TORCHVISION = "torchvision 0.29, weights' metadata"
OPERATIONS = "as PyTorch's operations count them"
CIFAR = "He et al. 2016, table 6"
IDENTITY = "He et al. 2016, Identity Mappings in Deep Residual Networks, table 4"
WIDE = "Zagoruyko and Komodakis 2016, table 5"
DENSE = "Huang et al. 2017, section 4.4"
SE = "Hu et al. 2018, section 4"
SK = "Li et al. 2019, table 1"
FIRE = "Iandola et al. 2016, table 1"
NEXT = "Xie et al. 2017, table 1"
#: The zoo's models normalize the pooled maps once more before the first unit: 2·64 numbers.
ZOO = "imgclsmob, PyTorch models: {}, with 128 for a second normalization in front"
#: Its models project where ours pad: 16·32 + 32·64 weights, and 2·(32 + 64) where these are normalized.
PROJECTED = "imgclsmob, PyTorch models: {}, with {} for projecting shortcuts"

PREACTIVATION = (
    *(
        Published(name, "params", printed, ZOO.format(zoo))
        for name, printed, zoo in (
            ("preact_resnet18", "11,687,720", "11,687,848"),
            ("preact_resnet34", "21,795,880", "21,796,008"),
            ("preact_resnet50", "25,549,352", "25,549,480"),
            ("preact_resnet101", "44,541,480", "44,541,608"),
            ("preact_resnet152", "60,185,128", "60,185,256"),
            ("preact_resnet200", "64,666,152", "64,666,280"),
        )
    ),
    *(
        Published(name, "macs", printed, f"the convolutions of ResNet: {TORCHVISION}")
        for name, printed in (
            ("preact_resnet18", "1.814 G"),
            ("preact_resnet34", "3.664 G"),
            ("preact_resnet50", "4.089 G"),
            ("preact_resnet101", "7.801 G"),
            ("preact_resnet152", "11.514 G"),
        )
    ),
    Published(
        "preact_resnet200",
        "macs",
        "15.007 G",
        "ResNet-152's 11,513,626,624, and 16 more units of 28·28·(512·128 + 9·128·128 + 128·512)",
    ),
    Published("cifar_preact_resnet110", "params", "1.7 M", WIDE),
    Published("cifar_preact_resnet110", "params", "1,727,962", PROJECTED.format("1,730,522", "2,560")),
    Published("cifar_preact_resnet164", "params", "1.7 M", IDENTITY),
    Published("cifar_preact_resnet164", "params", "1,703,258", "imgclsmob, PyTorch models"),
)

SMALL = (
    *(
        Published(name, "params", printed, CIFAR)
        for name, printed in (
            ("cifar_resnet20", "0.27 M"),
            ("cifar_resnet32", "0.46 M"),
            ("cifar_resnet44", "0.66 M"),
            ("cifar_resnet56", "0.85 M"),
            ("cifar_resnet110", "1.7 M"),
        )
    ),
    *(
        Published(name, "params", printed, PROJECTED.format(zoo, "2,752"))
        for name, printed, zoo in (
            ("cifar_resnet20", "269,722", "272,474"),
            ("cifar_resnet56", "853,018", "855,770"),
            ("cifar_resnet110", "1,727,962", "1,730,714"),
        )
    ),
    Published(
        "cifar_resnet32", "params", "464,154", "ResNet-20's 269,722, and 4 · 9 · (16² + 32² + 64²) + 8 · (16 + 32 + 64)"
    ),
    Published(
        "cifar_resnet44",
        "params",
        "658,586",
        "ResNet-20's 269,722, and 8 · 9 · (16² + 32² + 64²) + 16 · (16 + 32 + 64)",
    ),
    Published(
        "cifar_resnet20",
        "macs",
        "40,551,040",
        "9·(3·16 + 6·16²)·32² + 9·(16·32 + 5·32²)·16² + 9·(32·64 + 5·64²)·8² + 64·10",
    ),
    *(
        Published("cifar_resnet110", "shape", printed, "He et al. 2016, section 4.2", part=part)
        for part, printed in (
            ("layer1.17.add", "16x32x32"),
            ("layer2.17.add", "32x16x16"),
            ("layer3.17.add", "64x8x8"),
        )
    ),
    Published("cifar_wrn40_4", "params", "8.9 M", WIDE),
    Published("cifar_wrn16_8", "params", "11.0 M", WIDE),
    Published("cifar_wrn28_10", "params", "36.5 M", WIDE),
    Published("cifar_wrn28_10", "params", "36,479,194", "imgclsmob, PyTorch models"),
    Published(
        "cifar_wrn16_8",
        "params",
        "10,961,370",
        "9·(3·16 + 16·128 + 3·128² + 128·256 + 3·256² + 256·512 + 3·512²) + 16·128 + 128·256 + 256·512 "
        "+ 2·(16 + 4·128 + 4·256 + 4·512) + 10·512 + 10",
    ),
)

DENSENET = (
    *(
        Published(name, quantity, printed, TORCHVISION)
        for name, params, macs in (
            ("densenet121", "7,978,856", "2.834 G"),
            ("densenet161", "28,681,000", "7.728 G"),
            ("densenet169", "14,149,480", "3.360 G"),
            ("densenet201", "20,013,928", "4.291 G"),
        )
        for quantity, printed in (("params", params), ("macs", macs))
    ),
    Published("densenet121", "macs", "2,834,161,664", OPERATIONS),
    Published("densenet201", "params", "20 M", DENSE),
    Published("densenet121", "shape", "256x56x56", "64 + 6·32 maps, of the size in table 1", part="block1.6.concat"),
    Published("densenet121", "shape", "1024x7x7", "512 + 16·32 maps, of the size in table 1", part="norm5"),
    Published("densenet161", "shape", "2208x7x7", "1056 + 24·48 maps, of the size in table 1", part="norm5"),
)

ATTENTIVE = (
    Published("se_resnet50", "params", "28,088,024", "imgclsmob, PyTorch models"),
    Published(
        "se_resnet50",
        "params",
        "28,088,024",
        "ResNet-50's 25,557,032, 2/16 · (3·256² + 4·512² + 6·1024² + 3·2048²) weights, "
        "and (1 + 1/16) · (3·256 + 4·512 + 6·1024 + 3·2048) biases",
    ),
    # ResNet-50 is 3.858 G, and the layers of the gates 2.5 M; the paper's step from 3.86 to 3.87 counts their pooling, too.
    Published("se_resnet50", "macs", "3.87 G", SE, differs="3.860 G"),
    Published("sknet50", "params", "27.5 M", SK),
    Published(
        "sknet50",
        "params",
        "27,479,784",
        "ResNeXt-50's 25,028,904, and in a unit of width w, squeezed to d, 9·w²/32 + 2w and w·d + 2d and d·2w",
    ),
    # The same table has 4.24 for ResNeXt-50, which is 4.230 G: it counts a little more than the products.
    Published("sknet50", "macs", "4.47 G", SK, differs="4.463 G"),
    Published("sknet50", "shape", "2048x7x7", SK, part="layer4.2.add"),
    Published("resnext50_32x4d", "params", "25.0 M", NEXT),
    Published("resnext50_32x4d", "macs", "4.2 G", NEXT),
    Published("resnext50_32x4d", "shape", "128x56x56", NEXT, part="layer1.0.conv2"),
    Published("resnext50_32x4d", "shape", "2048x7x7", NEXT, part="layer4.2.add"),
    Published("resnext50_32x4d", "weights", "4,608", "32 groups of 3·3·4·4", part="layer1.1.conv2"),
)

SQUEEZENET = (
    Published("squeezenet1_0", "params", "1,248,424", TORCHVISION),
    Published("squeezenet1_0", "macs", "0.819 G", TORCHVISION),
    Published("squeezenet1_1", "params", "1,235,496", TORCHVISION),
    Published("squeezenet1_1", "macs", "0.349 G", TORCHVISION),
    Published("squeezenet1_1", "macs", "349,151,936", OPERATIONS),
    *(
        Published("squeezenet1_0", "params", printed, FIRE, part=part)
        for part, printed in (
            ("", "1,248,424"),
            ("conv1", "14,208"),
            ("fire2", "11,920"),
            ("fire3", "12,432"),
            ("fire4", "45,344"),
            ("fire5", "49,440"),
            ("fire6", "104,880"),
            ("fire7", "111,024"),
            ("fire8", "188,992"),
            ("fire9", "197,184"),
            ("conv10", "513,000"),
        )
    ),
    # The table says that its input is 224×224, but its sizes are those of 227×227.
    Published("squeezenet1_0", "shape", "96x111x111", FIRE, part="conv1", differs="96x109x109"),
    *(
        Published("squeezenet1_0", "shape", printed, FIRE, part=part, input=(3, 227, 227))
        for part, printed in (
            ("conv1", "96x111x111"),
            ("maxpool1", "96x55x55"),
            ("fire4.concat", "256x55x55"),
            ("maxpool4", "256x27x27"),
            ("fire8.concat", "512x27x27"),
            ("maxpool8", "512x13x13"),
            ("conv10", "1000x13x13"),
            ("avgpool", "1000x1x1"),
        )
    ),
)

PUBLISHED = (*PREACTIVATION, *SMALL, *DENSENET, *ATTENTIVE, *SQUEEZENET)
