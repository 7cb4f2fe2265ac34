"""The scaling of inverted dropout, which PyTorch and all frameworks of today use."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regularisation import DropoutRate, DropoutScale, DropoutValue


class Scale(Question[DropoutScale]):
    """Source: documentation of torch.nn.Dropout; Srivastava et al. 2014, section 10."""

    spec = DropoutScale
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$1/(1 - p)$"
    mistakes = (
        Mistake("p is the probability to drop, not to keep.", "p 是丢弃概率，不是保留概率。", lambda s: 1 / s.p),
        Mistake(
            "Inverted dropout divides by 1 − p in training; multiplying by it belongs to the textbook's test time.",
            "反向 dropout 在训练时除以 1 − p；乘以 1 − p 是教科书中测试时的做法。",
            lambda s: 1 - s.p,
        ),
        Mistake(
            "Without scaling the expected sum would shrink; the kept activations are scaled up.",
            "不缩放则期望会变小；保留的激活要放大。",
            lambda s: 1.0,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DropoutScale | None:
        return DropoutScale(draw.decimal(0.05, 0.9, 2))

    def formula(self, s: DropoutScale) -> float:
        return 1 / (1 - s.p)

    def stem(self, s: DropoutScale) -> Text:
        return Text(
            f"`nn.Dropout(p={num(s.p)})` in training (inverted dropout, p is the probability to drop): by which factor is an "
            "activation multiplied if it is kept?",
            f"训练时的 `nn.Dropout(p={num(s.p)})`（反向 dropout，p 为丢弃概率）：保留下来的激活乘以多少？",
        )

    def solution(self, s: DropoutScale) -> Text:
        steps = f"1/(1 - {num(s.p)}) = 1/{num(1 - s.p)} = {num(self.formula(s))}"
        return Text(
            f"So that the expected value stays, what is kept with probability $1 - p$ is divided by it: ${steps}$.",
            f"为保持期望不变，以概率 $1 - p$ 保留的激活要除以 $1 - p$：${steps}$。",
        )


class Kept(Question[DropoutValue]):
    """The same for a value, in training or in evaluation."""

    spec = DropoutValue
    answer = Number(decimals=3)
    levels = (2,)
    find = "value"
    rule = Text(r"training: $y = x/(1 - p)$; evaluation: $y = x$", r"训练：$y = x/(1 - p)$；评估：$y = x$")
    mistakes = (
        Mistake(
            "That is left unscaled: in training kept values are divided by 1 − p.",
            "没有缩放；训练时保留的值要除以 1 − p。",
            lambda s: s.x if s.training else None,
        ),
        Mistake(
            "Kept values are divided by 1 − p, not multiplied.",
            "保留的值除以 1 − p，而不是乘。",
            lambda s: s.x * (1 - s.p) if s.training else None,
        ),
        Mistake(
            "p is the probability to drop, not to keep.",
            "p 是丢弃概率，不是保留概率。",
            lambda s: s.x / s.p if s.training else None,
        ),
        Mistake(
            "That is what training does; in evaluation `nn.Dropout` changes nothing.",
            "这是训练时的做法；评估时 `nn.Dropout` 不做任何改变。",
            lambda s: None if s.training else s.x / (1 - s.p),
        ),
        Mistake(
            "Multiplying by 1 − p at test time belongs to classic dropout; `nn.Dropout` has scaled in training already.",
            "测试时乘以 1 − p 是经典 dropout 的做法；`nn.Dropout` 在训练时已经缩放过。",
            lambda s: None if s.training else s.x * (1 - s.p),
        ),
        Mistake(
            "In evaluation nothing is scaled, neither by p nor by 1 − p.",
            "评估时不做缩放，既不用 p，也不用 1 − p。",
            lambda s: None if s.training else s.x * s.p,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DropoutValue | None:
        s = DropoutValue(draw.decimal(0.05, 0.9, 2), draw.decimal(-4, 4, 1), draw.chance(0.7))
        return s if abs(s.x) >= 0.5 else None

    def formula(self, s: DropoutValue) -> float:
        return s.x / (1 - s.p) if s.training else s.x

    def stem(self, s: DropoutValue) -> Text:
        mode = ("`model.train()`", "`model.train()`") if s.training else ("`model.eval()`", "`model.eval()`")
        return Text(
            f"After {mode[0]} an activation of {num(s.x)} passes `nn.Dropout(p={num(s.p)})` and is not dropped. What comes out?",
            f"调用 {mode[1]} 之后，值为 {num(s.x)} 的激活经过 `nn.Dropout(p={num(s.p)})` 且未被丢弃。输出是多少？",
        )

    def solution(self, s: DropoutValue) -> Text:
        if not s.training:
            return Text(
                f"In evaluation dropout is the identity, whatever p = {num(s.p)} is: ${num(s.x)}$.",
                f"评估时 dropout 是恒等映射，与 p = {num(s.p)} 无关：${num(s.x)}$。",
            )
        steps = f"{num(s.x)}/(1 - {num(s.p)}) = {num(self.formula(s))}"
        return Text(
            f"In training kept values are divided by $1 - p$: ${steps}$.", f"训练时保留的值除以 $1 - p$：${steps}$。"
        )


class Rate(Question[DropoutRate]):
    """The scale solved for p."""

    spec = DropoutRate
    answer = Number(decimals=2)
    levels = (3,)
    find = "p"
    rule = r"$p = 1 - x/y$"
    mistakes = (
        Mistake("That is the probability to keep.", "这是保留概率。", lambda s: s.x / s.y),
        Mistake("That is the relative growth, y/x − 1.", "这是相对增长 y/x − 1。", lambda s: s.y / s.x - 1),
        Mistake("That is the factor y/x itself.", "这是缩放倍数 y/x 本身。", lambda s: s.y / s.x),
    )

    def sample(self, draw: Draw, level: int) -> DropoutRate | None:
        percent = draw.choice((5, 10, 15, 20, 25, 30, 35, 40, 45, 55, 60, 65, 70, 75, 80))
        x = draw.integer(1, 12) * (100 - percent) / 100
        return DropoutRate(x, round(x * 100 / (100 - percent), 6))

    def formula(self, s: DropoutRate) -> float:
        return 1 - s.x / s.y

    def stem(self, s: DropoutRate) -> Text:
        return Text(
            f"In training an activation of {num(s.x)} leaves a dropout layer of PyTorch as {num(s.y)}. What is the layer's p, the "
            "probability to drop?",
            f"训练时，值为 {num(s.x)} 的激活经过 PyTorch 的 dropout 层后变为 {num(s.y)}。该层的丢弃概率 p 是多少？",
        )

    def solution(self, s: DropoutRate) -> Text:
        keep = f"{num(s.x)}/{num(s.y)} = {num(s.x / s.y)}"
        return Text(
            f"The factor is $1/(1 - p)$, so $1 - p = {keep}$ and $p = {num(self.formula(s))}$.",
            f"倍数为 $1/(1 - p)$，故 $1 - p = {keep}$，$p = {num(self.formula(s))}$。",
        )


MODEL = ItemModel(
    name="dropout_scale",
    version=1,
    topic="regularisation",
    title=Text("Scaling of dropout", "dropout 的缩放"),
    questions=(Scale(), Kept(), Rate()),
)
