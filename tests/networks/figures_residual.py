"""ResNets and their kin."""

from published import Published

TORCHVISION = "torchvision 0.29, weights' metadata"

PUBLISHED = (
    *(
        Published(name, quantity, printed, TORCHVISION)
        for name, params, macs in (
            ("resnet18", "11,689,512", "1.814 G"),
            ("resnet34", "21,797,672", "3.664 G"),
            ("resnet50", "25,557,032", "4.089 G"),
            ("resnet101", "44,549,160", "7.801 G"),
            ("resnet152", "60,192,808", "11.514 G"),
            ("wide_resnet50_2", "68,883,240", "11.398 G"),
            ("wide_resnet101_2", "126,886,696", "22.753 G"),
            ("resnext50_32x4d", "25,028,904", "4.230 G"),
            ("resnext101_32x8d", "88,791,336", "16.414 G"),
            ("resnext101_64x4d", "83,455,272", "15.460 G"),
        )
        for quantity, printed in (("params", params), ("macs", macs))
    ),
    Published("resnet18", "macs", "1.8 G", "He et al. 2016, table 1"),
    Published("resnet34", "macs", "3.6 G", "He et al. 2016, table 1"),
    Published("resnet50", "macs", "3.8 G", "He et al. 2016, table 1", differs="4.1 G"),
    Published("resnet101", "macs", "7.6 G", "He et al. 2016, table 1", differs="7.8 G"),
    Published("resnet152", "macs", "11.3 G", "He et al. 2016, table 1", differs="11.5 G"),
    Published("resnet50", "shape", "256x56x56", "He et al. 2016, table 1", part="layer1.2.add"),
    Published("resnet50", "shape", "2048x7x7", "He et al. 2016, table 1", part="layer4.2.add"),
)
