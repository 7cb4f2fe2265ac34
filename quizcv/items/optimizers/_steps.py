"""What all questions about steps of an optimizer have in common: how they are asked and how they are worked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from quizcv.answers import Number
from quizcv.items.model import Question
from quizcv.items.optimizers._numbers import num
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw

S = TypeVar("S")

#: So large an eps shows in the digits asked for; below, where it stands makes no difference.
EPS_SHOWS = 1e-3


def small_eps(draw: Draw, level: int, usual: float = 1e-8) -> float:
    """The default, or at level 2 often one that matters."""
    return usual if level == 1 else draw.choice((usual, 0.01, 0.1))


def some_grads(draw: Draw, count: int, largest: float = 2.0) -> tuple[float, ...] | None:
    """Gradients with one decimal, none of them 0."""
    grads = draw.decimals(count, -largest, largest, 1)
    return grads if all(abs(grad) >= 0.1 for grad in grads) else None


def given(optimizer: str, code: str, math: str = "", w: float | None = None) -> Text:
    """The sentence on the optimizer, its options and the weight: `code` as one would write the call, `math` for what is not."""
    en = f"A new `optim.{optimizer}({code})` of PyTorch"
    zh = f"新建 PyTorch 的 `optim.{optimizer}({code})`"
    if math:
        en, zh = f"{en}, with ${math}$,", f"{zh}（${math}$）"
    if w is not None:
        return Text(
            f"{en} updates the weight w = {num(w)}; all other options are at their defaults.",
            f"{zh}，其余选项取默认值，用它更新权重 w = {num(w)}。",
        )
    return Text(
        f"{en} updates a weight; all other options are at their defaults.",
        f"{zh}，其余选项取默认值，用它更新一个权重。",
    )


def gradients(grads: Sequence[float]) -> Text:
    """The sentence on the gradients, without what the optimizer adds to them."""
    if len(grads) == 1:
        return Text(
            f"`backward()` gives the gradient {num(grads[0])} in the first step.",
            f"第一步 `backward()` 算出的梯度为 {num(grads[0])}。",
        )
    count = len(grads)
    return Text(
        f"`backward()` gives the gradients {vector(grads)} in the first {count} steps, in this order.",
        f"前 {count} 步 `backward()` 算出的梯度依次为 {vector(grads)}。",
    )


def joined(*parts: Text) -> Text:
    return Text(" ".join(part.en for part in parts), "".join(part.zh for part in parts))


def numbered(steps: Sequence[Sequence[str]], end: Text | None = None) -> Text:
    """A paragraph of formulas per step."""
    en = [f"Step {t}: " + ", ".join(f"${part}$" for part in step) + "." for t, step in enumerate(steps, 1)]
    zh = [f"第 {t} 步：" + "，".join(f"${part}$" for part in step) + "。" for t, step in enumerate(steps, 1)]
    if end:
        en.append(end.en)
        zh.append(end.zh)
    return Text("\n\n".join(en), "\n\n".join(zh))


class WeightQuestion(Question[Any]):
    """The weight after the first steps of an optimizer."""

    answer = Number(decimals=4)
    levels: ClassVar[tuple[int, ...]] = (1, 2)
    optimizer: ClassVar[str]

    def code(self, s: Any) -> str:
        """The options as in the optimizer's call."""
        raise NotImplementedError

    def math(self, s: Any) -> str:
        """What stands beside the call, in LaTeX."""
        return ""

    def lines(self, s: Any) -> list[tuple[str, ...]]:
        """Per step the formulas with the numbers put in, the last one for w."""
        raise NotImplementedError

    def stem(self, s: Any) -> Text:
        asked = (
            Text("What is w after this step?", "这一步之后 w 是多少？")
            if len(s.grads) == 1
            else Text("What is w after these steps?", f"这 {len(s.grads)} 步之后 w 是多少？")
        )
        return joined(given(self.optimizer, self.code(s), self.math(s), s.w), gradients(s.grads), asked)

    def solution(self, s: Any) -> Text:
        return numbered(self.lines(s))


def epsilon(value: float) -> str:
    return rf"\epsilon = {num(value)}"


def asked_rate(optimizer: str, code: str, math: str, s: Any) -> Text:
    """An optimizer of unknown learning rate has moved the weight: which rate?"""
    after = "this step" if len(s.grads) == 1 else "these steps"
    after_zh = "这一步" if len(s.grads) == 1 else f"这 {len(s.grads)} 步"
    return joined(
        given(optimizer, f"lr=?{', ' if code else ''}{code}", math, s.w),
        gradients(s.grads),
        Text(
            f"After {after} w is {num(s.w_new)}. What is the learning rate?",
            f"{after_zh}之后 w 为 {num(s.w_new)}。学习率是多少？",
        ),
    )
