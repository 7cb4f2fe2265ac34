"""The learning rate that goes with a batch size."""

from __future__ import annotations

from math import sqrt

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.batches import DevicesForRate, LinearScaling


class Scaling(Question[LinearScaling]):
    """Source: Goyal et al. 2017, "Linear Scaling Rule"."""

    spec = LinearScaling
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$\eta = \eta_0 \cdot B D/B_0$"
    mistakes = (
        Mistake(
            "The rate is proportional to the batch size, not inversely proportional.",
            "学习率与批大小成正比，而不是成反比。",
            lambda s: s.base_lr * s.base_batch / (s.batch_size * s.devices),
        ),
        Mistake(
            "That is the square-root rule.",
            "这是平方根规则。",
            lambda s: s.base_lr * sqrt(s.batch_size * s.devices / s.base_batch),
        ),
        Mistake(
            "The batches of all devices together count.",
            "要算所有设备的批大小之和。",
            lambda s: s.base_lr * s.batch_size / s.base_batch,
        ),
        Mistake(
            "Only the devices were counted, not the size of their batches.",
            "只算了设备数，没有考虑批大小的变化。",
            lambda s: s.base_lr * s.devices if s.devices > 1 else None,
        ),
        Mistake("The rate is scaled along with the batch size.", "学习率要随批大小缩放。", lambda s: s.base_lr),
        Mistake(
            "The scaled rate takes the place of the old one; the two are not added.",
            "缩放后的学习率取代原来的学习率，而不是与之相加。",
            lambda s: s.base_lr + s.base_lr * s.batch_size * s.devices / s.base_batch,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearScaling | None:
        if level == 1:
            base, batch = draw.choice((32, 64, 128, 256)), draw.choice((16, 64, 128, 256, 512, 1024))
            return LinearScaling(draw.choice((0.01, 0.02, 0.05, 0.1, 0.2)), base, batch) if base != batch else None
        s = LinearScaling(
            draw.decimal(0.01, 0.3, 2),
            draw.choice((16, 32, 64, 96, 128, 256)),
            draw.choice((2, 4, 8, 16, 24, 32, 48)),
            draw.choice((2, 4, 6, 8, 16)),
        )
        return s if s.batch_size * s.devices != s.base_batch else None

    def formula(self, s: LinearScaling) -> float:
        return s.base_lr * s.batch_size * s.devices / s.base_batch

    def stem(self, s: LinearScaling) -> Text:
        en = (
            f"on {s.devices} devices with {num(s.batch_size)} samples each per step"
            if s.devices > 1
            else f"on 1 device with {num(s.batch_size)} samples per step"
        )
        zh = (
            f"{s.devices} 个设备、每个设备每步 {num(s.batch_size)} 个样本"
            if s.devices > 1
            else f"1 个设备、每步 {num(s.batch_size)} 个样本"
        )
        return Text(
            f"SGD with a learning rate of {num(s.base_lr)} works well at a total batch "
            f"size of {s.base_batch} (mean loss). Which learning rate "
            f"does the linear scaling rule give for training {en}?",
            f"总批大小为 {s.base_batch}（损失取平均）时，SGD 的合适学习率为 {num(s.base_lr)}。改为 {zh}，按线性缩放规则学习率应为多少？",
        )

    def solution(self, s: LinearScaling) -> Text:
        batch = rf"{num(s.batch_size)} \cdot {s.devices} = {num(s.batch_size * s.devices)}"
        rate = rf"{num(s.base_lr)} \cdot {num(s.batch_size * s.devices)}/{s.base_batch} = {num(self.formula(s))}"
        return Text(
            f"Batch: ${batch}$.\n\nk times the batch, k times the rate: ${rate}$.",
            f"总批大小：${batch}$。\n\n批大小变为 k 倍，学习率也变为 k 倍：${rate}$。",
        )


def _whole(value: float) -> int | None:
    """A number of devices, if this can be one."""
    return round(value) if value > 0.5 and abs(value - round(value)) < 1e-9 else None


class Devices(Question[DevicesForRate]):
    """The rule solved for the devices."""

    spec = DevicesForRate
    answer = Integer("devices")
    levels = (3,)
    find = "devices"
    rule = r"$D = \eta B_0/(\eta_0 B)$"
    mistakes = (
        Mistake(
            "That is the ratio of the rates; the batch sizes count as well.",
            "这是学习率之比；还要考虑两个批大小。",
            lambda s: _whole(s.lr / s.base_lr),
        ),
        Mistake("That is the total batch size.", "这是总批大小。", lambda s: round(s.lr / s.base_lr * s.base_batch)),
        Mistake(
            "That is the square-root rule.",
            "这是平方根规则。",
            lambda s: _whole((s.lr / s.base_lr) ** 2 * s.base_batch / s.batch_size),
        ),
        Mistake(
            "That many devices make up the first batch size; the ratio of the rates was left out.",
            "这是凑成原批大小的设备数；漏了学习率之比。",
            lambda s: _whole(s.base_batch / s.batch_size),
        ),
        Mistake(
            "The rates were exchanged.",
            "两个学习率弄反了。",
            lambda s: _whole(s.base_lr * s.base_batch / (s.lr * s.batch_size)),
        ),
        Mistake(
            "The batch sizes were exchanged.",
            "两个批大小弄反了。",
            lambda s: _whole(s.lr * s.batch_size / (s.base_lr * s.base_batch)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DevicesForRate | None:
        base_lr, base_batch = draw.choice((0.01, 0.02, 0.05, 0.1)), draw.choice((16, 32, 64, 128, 256))
        batch_size, devices = draw.choice((2, 4, 8, 16, 32)), draw.integer(2, 24)
        lr = base_lr * batch_size * devices / base_batch
        exact = abs(round(lr, 4) - lr) < 1e-12 and abs(lr - base_lr) > 1e-9
        return DevicesForRate(base_lr, base_batch, batch_size, round(lr, 4)) if exact else None

    def formula(self, s: DevicesForRate) -> int:
        return round(s.lr * s.base_batch / (s.base_lr * s.batch_size))

    def stem(self, s: DevicesForRate) -> Text:
        return Text(
            f"SGD with a learning rate of {num(s.base_lr)} works well at a total batch size of {s.base_batch} (mean loss). By the linear "
            f"scaling rule, a training with {s.batch_size} samples per device and step "
            f"uses the rate {num(s.lr)}. On how many devices does it run?",
            f"总批大小为 {s.base_batch}（损失取平均）时，SGD 的合适学习率为 "
            f"{num(s.base_lr)}。另一次训练每个设备每步 {s.batch_size} 个样本，"
            f"按线性缩放规则取学习率 {num(s.lr)}。它用了多少个设备？",
        )

    def solution(self, s: DevicesForRate) -> Text:
        total = round(s.lr / s.base_lr * s.base_batch)
        batch = rf"{s.base_batch} \cdot {num(s.lr)}/{num(s.base_lr)} = {num(total)}"
        devices = f"{num(total)}/{s.batch_size} = {self.formula(s)}"
        return Text(
            f"Total batch: ${batch}$.\n\nDevices: ${devices}$.", f"总批大小：${batch}$。\n\n设备数：${devices}$。"
        )


MODEL = ItemModel(
    "linear_scaling_lr", 1, "optimizers", Text("Linear scaling rule", "学习率的线性缩放规则"), (Scaling(), Devices())
)
