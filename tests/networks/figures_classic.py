"""LeNet, AlexNet and what followed up to Inception-v3 and Xception."""

from published import Published

TORCHVISION = "torchvision 0.29, weights' metadata"
LECUN = "LeCun et al. 1998, section II.B"
KRIZHEVSKY = "Krizhevsky et al. 2012"
FIGURE_2 = "Krizhevsky et al. 2012, figure 2, caption"
SZE = "Sze et al. 2017, Efficient Processing of Deep Neural Networks, table II"
ABDELOUAHAB = "Abdelouahab's CNN-Workload, table of results"
DLCOOKBOOK = "HewlettPackard's dlcookbook-dlbs, table of models"
SEMERY = "Semery's imgclsmob, table of ImageNet models"
GOOGLENET = "Szegedy et al. 2015, table 1"
FIELDS = "Araujo et al. 2019, google-research/receptive_field, table with results (alexnet_v2, inception_v3)"
HEADS = (("heads", True),)
#: Rows of GoogLeNet's table 1: weights as printed, and as they are; operations as printed, and as they are if that is not the same.
#: Its K is 1,024 in conv2 (112), inception3a (159.5) and the linear layer (1000), with biases also in inception3b (379.6); behind that
#: neither 1,000 nor 1,024 fits. The first row is a separable convolution's: 3 · 8 · 49 + 24 · 64 = 2,712, times 112² = 34 M.
ROWS = (
    ("conv1", "2.7 K", "9,408", "34 M", "118 M"),
    ("conv2", "112 K", "114,688", "360 M", ""),
    ("inception3a", "159 K", "163,328", "128 M", ""),
    ("inception3b", "380 K", "388,096", "304 M", ""),
    ("inception4a", "364 K", "375,552", "73 M", ""),
    ("inception4b", "437 K", "448,512", "88 M", ""),
    ("inception4c", "463 K", "509,440", "100 M", ""),
    ("inception4d", "580 K", "604,672", "119 M", ""),
    ("inception4e", "840 K", "867,328", "170 M", ""),
    ("inception5a", "1072 K", "1,042,432", "54 M", "51 M"),
    ("inception5b", "1388 K", "1,442,816", "71 M", ""),
    ("classifier", "1000 K", "1,024,000", "1 M", ""),
)

LENET = (
    *(
        Published("lenet5", quantity, printed, LECUN, part=part)
        for part, params, connections in (
            ("C1", "156", "122,304"),
            ("S2", "12", "5,880"),
            ("C3", "1,516", "151,600"),
            ("S4", "32", "2,000"),
            ("C5", "48,120", "48,120"),
            ("F6", "10,164", "10,164"),
        )
        for quantity, printed in (("params", params), ("connections", connections))
    ),
    Published("lenet5", "params", "60,000", LECUN),
    Published("lenet5", "connections", "340,908", LECUN),
    Published("lenet5", "connections", "345,308", f"{LECUN}, in the journal's print", differs="340,908"),
    Published("lenet5", "connections", "840", "84 · 10 distances", part="output"),
    # They are its connections: with biases, and with what the subsampling adds up.
    Published("lenet5", "macs", "341 k", SZE, differs="326 k"),
    *(
        Published("lenet5", "shape", printed, "LeCun et al. 1998, figure 2", part=part)
        for part, printed in (("C1", "6x28x28"), ("S2", "6x14x14"), ("C3", "16x10x10"), ("S4", "16x5x5"))
    ),
    Published("lenet5_full", "params", "61,706", "156 + 2,416 + 48,120 + 10,164 + 850"),
    Published("lenet5_full", "params", "2,416", "16 maps of 6 · 25 weights and a bias", part="C3"),
    Published("lenet5_full", "macs", "416,520", "25·6·28² + 150·16·10² + 400·120 + 120·84 + 84·10"),
)

ALEXNET = (
    *(
        Published("alexnet_2012", "params", printed, arithmetic, part=part)
        for part, printed, arithmetic in (
            ("conv1", "34,944", "96 · (3 · 121 + 1)"),
            ("conv2", "307,456", "256 · (48 · 25 + 1)"),
            ("conv3", "885,120", "384 · (256 · 9 + 1)"),
            ("conv4", "663,936", "384 · (192 · 9 + 1)"),
            ("conv5", "442,624", "256 · (192 · 9 + 1)"),
            ("fc6", "37,752,832", "4096 · (9,216 + 1)"),
            ("fc7", "16,781,312", "4096 · (4,096 + 1)"),
            ("fc8", "4,097,000", "1000 · (4,096 + 1)"),
        )
    ),
    *(
        Published("alexnet_2012", "neurons", printed, FIGURE_2, part=part, differs=differs)
        for part, printed, differs in (
            ("conv1", "253,440", "290,400"),
            ("conv2", "186,624", ""),
            ("conv3", "64,896", ""),
            ("conv4", "64,896", ""),
            ("conv5", "43,264", ""),
            ("fc6", "4096", ""),
            ("fc7", "4096", ""),
            ("fc8", "1000", ""),
        )
    ),
    Published("alexnet_2012", "shape", "96x55x55", FIGURE_2, part="conv1"),
    Published("alexnet_2012", "params", "60 M", f"{KRIZHEVSKY}, abstract"),
    Published("alexnet_2012", "params", "60,965,224", DLCOOKBOOK),
    Published(
        "alexnet_2012",
        "params",
        "62,378,344",
        "of one group: 307,200 + 663,552 + 442,368 more",
        options=(("groups", 1),),
    ),
    Published("alexnet_2012", "macs", "724 M", SZE),
    Published("alexnet_2012", "macs", "724 M", ABDELOUAHAB),
    Published("alexnet_2012", "weights", "61 M", SZE),
    Published("alexnet", "params", "61,100,840", TORCHVISION),
    Published("alexnet", "macs", "0.714 G", TORCHVISION),
    *(
        Published("alexnet", "field", printed, FIELDS, part=part)
        for part, printed in (
            ("conv1", "11"),
            ("pool1", "19"),
            ("conv2", "51"),
            ("conv3", "99"),
            ("conv4", "131"),
            ("conv5", "163"),
            ("pool5", "195"),
        )
    ),
    Published("zfnet", "params", "62,357,608", SEMERY),
    *(
        Published("zfnet", "shape", printed, "Zeiler and Fergus 2014, figure 3", part=part)
        for part, printed in (
            ("conv1", "96x110x110"),
            ("norm1", "96x55x55"),
            ("conv2", "256x26x26"),
            ("norm2", "256x13x13"),
            ("conv3", "384x13x13"),
            ("conv4", "384x13x13"),
            ("conv5", "256x13x13"),
            ("pool5", "256x6x6"),
        )
    ),
    *(
        Published("nin", quantity, printed, arithmetic, part=part)
        for part, quantity, printed, arithmetic in (
            ("mlpconv1", "params", "53,568", "96 · (363 + 1) + 2 · 96 · 97"),
            ("mlpconv2", "params", "746,240", "256 · (2,400 + 1) + 2 · 256 · 257"),
            ("mlpconv3", "params", "1,180,800", "384 · (2,304 + 1) + 2 · 384 · 385"),
            ("mlpconv4", "params", "5,614,568", "1024 · (3,456 + 1) + 1024 · 1025 + 1000 · 1025"),
            ("mlpconv1", "macs", "155,364,480", "96 · (363 + 2 · 96) · 54²"),
            ("mlpconv2", "macs", "543,449,088", "256 · (2,400 + 2 · 256) · 27²"),
            ("mlpconv3", "macs", "199,360,512", "384 · (2,304 + 2 · 384) · 13²"),
            ("mlpconv4", "macs", "202,014,720", "1024 · (3,456 + 1,024 + 1,000) · 6²"),
        )
    ),
)

INCEPTION = (
    *(
        Published("googlenet_2014", quantity, printed, GOOGLENET, part=part, differs=differs)
        for part, weights, real_weights, macs, real_macs in ROWS
        for quantity, printed, differs in (("weights", weights, real_weights), ("macs", macs, real_macs))
    ),
    *(
        Published("googlenet_2014", "shape", printed, GOOGLENET, part=part)
        for part, printed in (
            ("conv1", "64x112x112"),
            ("pool1", "64x56x56"),
            ("conv2", "192x56x56"),
            ("pool2", "192x28x28"),
            ("inception3a.concat", "256x28x28"),
            ("pool3", "480x14x14"),
            ("inception4d.concat", "528x14x14"),
            ("pool4", "832x7x7"),
            ("inception5b.concat", "1024x7x7"),
            ("avgpool", "1024x1x1"),
        )
    ),
    Published("googlenet_2014", "shape", "512x4x4", "Szegedy et al. 2015, section 5", part="aux1.pool", options=HEADS),
    Published("googlenet_2014", "shape", "528x4x4", "Szegedy et al. 2015, section 5", part="aux2.pool", options=HEADS),
    Published("googlenet_2014", "params", "6,998,552", DLCOOKBOOK),
    Published("googlenet_2014", "params", "3,188,840", "65,664 + 2,098,176 + 1,025,000", part="aux1", options=HEADS),
    Published("googlenet_2014", "params", "3,190,888", "67,712 + 2,098,176 + 1,025,000", part="aux2", options=HEADS),
    Published("googlenet_2014", "macs", "1.58 G", ABDELOUAHAB),
    Published("googlenet_2014", "macs", "1.43 G", SZE, differs="1.58 G"),
    Published("googlenet", "params", "6,624,904", TORCHVISION),
    Published("googlenet", "macs", "1.498 G", TORCHVISION),
    Published("googlenet", "macs", "1,498,376,192", "as PyTorch's operations count them"),
    Published("googlenet", "params", "13,004,888", "torchvision's model with auxiliary classifiers", options=HEADS),
    Published("googlenet", "macs", "4,169,728", "512·128·4² + 2048·1024 + 1024·1000", part="aux1", options=HEADS),
    Published("inception_v3", "params", "27,161,264", TORCHVISION),
    Published("inception_v3", "macs", "5.713 G", TORCHVISION),
    Published("inception_v3", "macs", "5 G", "Szegedy et al. 2016, abstract"),
    Published("inception_v3", "params", "3,326,696", f"the above without 23,834,568 of {SEMERY}", part="aux"),
    Published("inception_v3", "macs", "5,683,200", "768·128·5² + 25·128·768 + 768·1000", part="aux", options=HEADS),
    *(
        Published("inception_v3", "shape", printed, "Szegedy et al. 2016, table 1", part=part)
        for part, printed in (
            ("Conv2d_1a_3x3", "32x149x149"),
            ("Conv2d_2a_3x3", "32x147x147"),
            ("Conv2d_2b_3x3", "64x147x147"),
            ("maxpool1", "64x73x73"),
            ("Mixed_5d.concat", "288x35x35"),
            ("Mixed_6e.concat", "768x17x17"),
            ("Mixed_7c.concat", "2048x8x8"),
        )
    ),
    *(
        Published("inception_v3", "field", printed, FIELDS, part=part)
        for part, printed in (
            ("Conv2d_1a_3x3", "3"),
            ("Conv2d_2a_3x3", "7"),
            ("Conv2d_2b_3x3", "11"),
            ("maxpool1", "15"),
            ("Conv2d_4a_3x3", "23"),
            ("maxpool2", "31"),
            ("Mixed_5b.concat", "63"),
            ("Mixed_5d.concat", "127"),
            ("Mixed_6a.concat", "159"),
            ("Mixed_6e.concat", "927"),
            ("Mixed_7a.concat", "1055"),
            ("Mixed_7c.concat", "1311"),
        )
    ),
    Published("xception", "params", "22,855,952", "Chollet 2017, table 3"),
    Published("xception", "macs", "4,648,547,904", "8 · 3 · 728 · (9 + 728) · 19²", part="middle flow"),
    Published("xception", "shape", "728x19x19", "Chollet 2017, figure 5", part="block4.add"),
    Published("xception", "shape", "2048", "Chollet 2017, figure 5", part="flatten"),
)

PUBLISHED = (*LENET, *ALEXNET, *INCEPTION)
