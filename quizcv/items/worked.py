"""Questions whose solution is a thought and a line of steps."""

from __future__ import annotations

from typing import TypeVar

from quizcv.answers import Number
from quizcv.items.model import Question
from quizcv.model import Text
from quizcv.specs import Spec

S = TypeVar("S", bound=Spec)

PUT_IN = Text("Put in:", "代入：")


class Worked(Question[S]):
    """States `steps`, and `why` where a word before them helps."""

    answer = Number(decimals=3)

    def why(self, s: S) -> Text:
        """The thought before the steps."""
        return PUT_IN

    def steps(self, s: S) -> str:
        """The formula with the numbers put in, up to the key, for within `$…$`."""
        raise NotImplementedError

    def solution(self, s: S) -> Text:
        why, steps = self.why(s), self.steps(s)
        return Text(f"{why.en} ${steps}$.", f"{why.zh}${steps}$。")
