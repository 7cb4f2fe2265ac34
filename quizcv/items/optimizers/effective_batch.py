"""What one optimizer step averages over."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._batches import up
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.batches import AccumulateFor, EffectiveBatch


class Effective(Question[EffectiveBatch]):
    """Source: Goyal et al. 2017, section 2, for devices; documentation of torch.Tensor.backward for accumulation."""

    spec = EffectiveBatch
    answer = Integer("samples")
    levels = (1, 2)
    rule = r"$B \cdot k \cdot D$"
    mistakes = (
        Mistake(
            "Accumulated micro-batches belong to the same step.",
            "累积的微批属于同一步更新。",
            lambda s: s.batch_size * s.devices,
        ),
        Mistake(
            "Every device contributes its own batch to the step.",
            "每个设备都为该步贡献自己的批。",
            lambda s: s.batch_size * s.accumulate,
        ),
        Mistake(
            "Micro-batches and devices multiply; they are not added.",
            "微批数与设备数相乘，而不是相加。",
            lambda s: s.batch_size * (s.accumulate + s.devices) if s.devices > 1 else None,
        ),
        Mistake(
            "Every micro-batch has B samples; B is not divided among them.",
            "每个微批都有 B 个样本，而不是把 B 个样本分给各微批。",
            lambda s: s.batch_size // s.accumulate if s.batch_size % s.accumulate == 0 else None,
        ),
        Mistake("That is the batch size of one micro-batch.", "这是单个微批的大小。", lambda s: s.batch_size),
        Mistake(
            "The number of devices enters once, not squared.",
            "设备数只乘一次，不是平方。",
            lambda s: s.batch_size * s.accumulate * s.devices**2 if s.devices > 1 else None,
        ),
        Mistake(
            "The number of micro-batches enters once, not squared.",
            "微批数只乘一次，不是平方。",
            lambda s: s.batch_size * s.accumulate**2 if s.devices == 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EffectiveBatch | None:
        batch = draw.choice((2, 4, 6, 8, 12, 16, 24, 32, 48, 64))
        if level == 1:
            return EffectiveBatch(batch, draw.integer(2, 8))
        return EffectiveBatch(batch, draw.integer(2, 6), draw.choice((2, 3, 4, 6, 8)))

    def formula(self, s: EffectiveBatch) -> int:
        return s.batch_size * s.accumulate * s.devices

    def stem(self, s: EffectiveBatch) -> Text:
        if s.devices == 1:
            en = (
                f"Training on 1 device accumulates the gradients of {s.accumulate} micro-batches of {s.batch_size} samples before "
                "each optimizer step."
            )
            zh = f"在 1 个设备上训练，每累积 {s.accumulate} 个大小为 {s.batch_size} 的微批的梯度才更新一次参数。"
        else:
            en = (
                f"In data-parallel training {s.devices} devices each go through micro-batches of {s.batch_size} samples. Each "
                f"accumulates the gradients of {s.accumulate} micro-batches; then one optimizer step uses those of all devices."
            )
            zh = (
                f"数据并行训练中，{s.devices} 个设备各自处理大小为 {s.batch_size} 的微批。每个设备累积 {s.accumulate} "
                "个微批的梯度，汇总所有设备的梯度后才更新一次参数。"
            )
        return Text(
            f"{en} Over how many samples does one optimizer step average (the effective batch size)?",
            f"{zh}一次更新对多少个样本取平均（有效批大小）？",
        )

    def solution(self, s: EffectiveBatch) -> Text:
        steps = rf"{s.batch_size} \cdot {s.accumulate} \cdot {s.devices} = {num(self.formula(s))}"
        return Text(
            f"Micro-batch, accumulation and devices multiply: ${steps}$.",
            f"微批大小、累积次数与设备数相乘：${steps}$。",
        )


class Accumulate(Question[AccumulateFor]):
    """The product solved for the accumulation."""

    spec = AccumulateFor
    answer = Integer("micro-batches")
    levels = (3,)
    find = "accumulate"
    rule = r"$\lceil T/(B D) \rceil$"
    mistakes = (
        Mistake(
            "Every device contributes its own batch to the step.",
            "每个设备都为该步贡献自己的批。",
            lambda s: up(s.target, s.batch_size),
        ),
        Mistake(
            "Rounded down, there are too few samples.",
            "向下取整时样本不够。",
            lambda s: s.target // (s.batch_size * s.devices),
        ),
        Mistake(
            "That is what is needed in addition to the first micro-batch.",
            "这是除第一个微批之外还需要的个数。",
            lambda s: up(s.target, s.batch_size * s.devices) - 1,
        ),
        Mistake(
            "The micro-batch size has to be taken into account.",
            "还要考虑微批大小。",
            lambda s: up(s.target, s.devices),
        ),
        Mistake(
            "One micro-batch fewer is enough.",
            "少一个微批就够了。",
            lambda s: up(s.target, s.batch_size * s.devices) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AccumulateFor | None:
        s = AccumulateFor(
            draw.choice((96, 100, 128, 200, 256, 400, 500, 512)),
            draw.choice((2, 3, 4, 6, 8, 12, 16)),
            draw.choice((1, 2, 3, 4, 8)),
        )
        return s if 2 <= s.target / (s.batch_size * s.devices) <= 40 else None

    def formula(self, s: AccumulateFor) -> int:
        return up(s.target, s.batch_size * s.devices)

    def stem(self, s: AccumulateFor) -> Text:
        many = s.devices > 1
        en, each = (f"{s.devices} devices each hold", "each device") if many else ("1 device holds", "it")
        zh, each_zh = (f"{s.devices} 个设备各自", "每个设备") if many else ("1 个设备", "")
        return Text(
            f"{en} micro-batches of at most {s.batch_size} samples. How many micro-batches must {each} accumulate per optimizer step, "
            f"at least, so that a step averages over {s.target} samples or more?",
            f"{zh}最多能放下大小为 {s.batch_size} 的微批。要使一次参数更新至少对 "
            f"{s.target} 个样本取平均，{each_zh}至少要累积多少个微批？",
        )

    def solution(self, s: AccumulateFor) -> Text:
        one = rf"{s.batch_size} \cdot {s.devices} = {s.batch_size * s.devices}"
        steps = rf"\lceil {s.target}/{s.batch_size * s.devices} \rceil = {self.formula(s)}"
        return Text(
            f"One micro-batch on every device makes ${one}$ samples: ${steps}$.",
            f"每个设备一个微批，共 ${one}$ 个样本：${steps}$。",
        )


MODEL = ItemModel(
    "effective_batch", 1, "optimizers", Text("Effective batch size", "有效批大小"), (Effective(), Accumulate())
)
