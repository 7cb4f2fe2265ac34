"""Cards as people write them: tables, code, math, Chinese, long ones."""

from __future__ import annotations

from desk import Text

from quizcv.model import Kind

TABLE = """\
| layer | kernel | stride | output | parameters |
|---|---:|---:|---|---:|
| conv1 | 11×11 | 4 | 55×55×96 | 34,944 |
| pool1 | 3×3 | 2 | 27×27×96 | 0 |
| conv2 | 5×5 | 1 | 27×27×256 | 614,656 |
| pool2 | 3×3 | 2 | 13×13×256 | 0 |
| conv3 | 3×3 | 1 | 13×13×384 | 885,120 |

The padding of conv2 is **2**, so the side stays 27."""

CODE = """\
`nn.CrossEntropyLoss` takes *logits*:

```python
def loss(logits: Tensor, labels: Tensor) -> Tensor:
    # log-softmax inside, so no softmax before it
    return F.cross_entropy(logits, labels, reduction="mean")
```

1. no softmax before it
2. labels are class indices, not one-hot"""

MATH = r"""The output side is $\left\lfloor \frac{H + 2p - d(k-1) - 1}{s} \right\rfloor + 1$, here

$$\frac{224 + 2 \cdot 3 - 7}{2} + 1 = 112$$

and the receptive field grows by $(k_l - 1) \prod_{i=1}^{l-1} s_i$."""

CHINESE = """\
不加 padding 时，227 才能得到论文里的 55：$(227 - 11)/4 + 1 = 55$，而 $\\lfloor (224 - 11)/4 \\rfloor + 1 = 54$。

| 层 | 输出 | 参数 |
|---|---|---:|
| conv1 | 55×55×96 | 34,944 |
| 池化 | 27×27×96 | 0 |

- 许多实现直接用 227×227
- torchvision 用 padding 2 和 224×224"""

LONG = "\n\n".join(
    f"{number}. Point {number}: what a long answer says goes on and on, over more lines than a screen has."
    for number in range(1, 21)
)

SAMPLES = (
    Text("What are the sizes and parameters of AlexNet's first layers?", TABLE, breadcrumb=("AlexNet", "Layers"), due=3),
    Text("What does cross-entropy take in PyTorch?", CODE, deck="losses", breadcrumb=("Cross-entropy",), due=2),
    Text("What is the output side of a convolution?", MATH, deck="counting", breadcrumb=("Output size",), due=1),
    Text("论文写的输入是 224×224，为什么许多 AlexNet 实现用 227×227？", CHINESE, breadcrumb=("AlexNet", "卷积层"),
         lang="zh", due=1),
    Text("List all the points.", LONG, deck="long", breadcrumb=("A long one",), due=0),
    Text("How many parameters has conv1 of AlexNet?", "34,944. $(11 \\cdot 11 \\cdot 3 + 1) \\cdot 96$", typed=True,
         breadcrumb=("AlexNet", "Conv1")),
    Text("ReLU is […]; its gradient for x > 0 is 1.", "ReLU is **max(0, x)**; its gradient for x > 0 is 1.",
         kind=Kind.CLOZE, hint="a function of x", deck="activation", breadcrumb=("ReLU",)),
)  # fmt: skip
