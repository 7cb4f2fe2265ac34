"""An item model of another package: how many values a 1-D max pooling leaves of a sound."""

from dataclasses import dataclass

import torch

from quizcv.answers import Integer
from quizcv.items import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.reference import How, witness
from quizcv.seeds import Draw
from quizcv.specs import Spec


@dataclass(frozen=True, slots=True)
class PooledSound(Spec):
    samples: int
    window: int


class Pooled(Question[PooledSound]):
    spec, answer, levels, rule = PooledSound, Integer(), (1, 2, 3), r"$\lfloor n/w \rfloor$"
    mistakes = (
        Mistake("An incomplete window was counted.", "不完整的窗口也算上了。", lambda s: -(-s.samples // s.window)),
        Mistake("The stride is the window, not 1.", "步长是窗宽，不是 1。", lambda s: s.samples - s.window + 1),
        Mistake("The last window was lost.", "漏了最后一个窗口。", lambda s: s.samples // s.window - 1),
    )

    def sample(self, draw: Draw, level: int) -> PooledSound:
        return PooledSound(draw.integer(50, 200) * level, draw.integer(3, 9))

    def formula(self, s: PooledSound) -> int:
        return s.samples // s.window

    def stem(self, s: PooledSound) -> Text:
        asked = f"`nn.MaxPool1d({s.window})`", s.samples
        return Text(
            "{} reads {} samples. How many values come out?".format(*asked),
            "{} 读入 {} 个采样点，输出多少个值？".format(*asked),
        )

    def solution(self, s: PooledSound) -> Text:
        steps = rf"$\lfloor {s.samples}/{s.window} \rfloor = {self.formula(s)}$"
        return Text(f"Whole windows only: {steps}.", f"只算完整的窗口：{steps}。")


MODEL = ItemModel("pooled_sound", 1, "sound", Text("Pooling a sound", "声音的池化"), (Pooled(),))


@witness(PooledSound, How.OPERATION)
def max_pool1d(s: PooledSound) -> int:
    return torch.nn.MaxPool1d(s.window)(torch.zeros(1, 1, s.samples)).shape[2]
