"""Reading what a learner typed. Kind about notation, strict about meaning, bounded in work.

`34,944` `3.5e4` `34.9k` `1.38亿` `12%` `-1/3` `(11*11*3+1)*96` `２２４` for numbers; `55x55x96` `(96, 55, 55)` `55 × 55 × 96` for shapes.
Arithmetic is exact (fractions) until the end, and refused as soon as a number outgrows `LARGEST`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction

from quizcv.answers.kinds import LETTERS, Answer, Choice, Indices, Integer, Number, Shape, Value
from quizcv.model import Text

LONGEST = 200
DEEPEST = 20
LARGEST = 10**40

#: What a number may carry behind it. M and B (billion) as engineers write them; a unit of bytes is part of the question.
MULTIPLIERS: dict[str, int | Fraction] = {
    "k": 10**3,
    "千": 10**3,
    "w": 10**4,
    "万": 10**4,
    "萬": 10**4,
    "m": 10**6,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "億": 10**8,
    "g": 10**9,
    "b": 10**9,
    "十亿": 10**9,
    "t": 10**12,
    "万亿": 10**12,
    "%": Fraction(1, 100),
}
_FUNCTIONS = {"sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "log": math.log, "tanh": math.tanh}
_CONSTANTS = {"pi": math.pi, "π": math.pi}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = str.maketrans(
    {"×": "*", "·": "*", "⋅": "*", "∙": "*", "✕": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "∶": ":", "、": ","}
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?:[,_ ]\d{3})+(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?:e(?P<exponent>[+-]?\d+))?"
    r"|(?P<word>[^\W\d_]+|%)|(?P<power>\*\*|\^)|(?P<sign>[-+*/()√]))",
    re.IGNORECASE,
)
_BETWEEN_SIZES = re.compile(r"\s*[x*,;]\s*|\s+", re.IGNORECASE)


class Malformed(Exception):
    """An answer that means nothing; `text` says what to write instead. It is never marked wrong."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


def read(typed: str, answer: Answer) -> Value:
    """What was typed, as the kind of value asked for.

    Raises:
        Malformed: it cannot be read as that.
    """
    text = _tidied(typed)
    if not text:
        raise Malformed("Nothing was typed.", "还没有输入。")
    if len(text) > LONGEST:
        raise Malformed(f"An answer has at most {LONGEST} characters.", f"答案最多 {LONGEST} 个字符。")
    match answer:
        case Integer():
            return _whole(text, answer.unit)
        case Number():
            return _number(text, answer.unit)
        case Shape(axes=axes):
            return _sizes(text, axes)
        case Choice(options=options):
            return _letter(text, len(options))
        case Indices():
            return _indices(text)


def _tidied(typed: str) -> str:
    """Full-width forms made plain, raised digits made powers, signs of multiplication made `*`."""
    raised = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "^" + found.group().translate(_RAISED), typed)
    plain = unicodedata.normalize("NFKC", raised).translate(_SIGNS)
    plain = plain.strip().lstrip("=$ ")
    return plain.rstrip("。.;$ ") or plain


def _letter(text: str, count: int) -> str:
    found = text.casefold().strip("()[] .:")
    if found in tuple(LETTERS[:count]):
        return found
    raise Malformed(
        f"Answer with one letter, a to {LETTERS[count - 1]}.", f"请用一个字母作答，a 到 {LETTERS[count - 1]}。"
    )


def _indices(text: str) -> tuple[int, ...]:
    inner = text.strip("()[]{} ")
    if inner in ("", "-", "none", "无", "没有", "空"):
        return ()
    parts = [part for part in re.split(r"[,;\s]+", inner) if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 7 for part in parts):
        raise Malformed("Write indices such as `0, 2, 5`, or `-` for none.", "请写序号，如 `0, 2, 5`；没有则写 `-`。")
    return tuple(sorted({int(part) for part in parts}))


def _sizes(text: str, axes: tuple[str, ...]) -> tuple[int, ...]:
    inner = re.sub(r"^(torch\.size)?[\s(\[]+|[\s)\]]+$", "", text, flags=re.IGNORECASE)
    parts = _BETWEEN_SIZES.split(inner)
    order = "×".join(axes)
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        raise Malformed(
            f"Write the sizes as {order}, for example {_example(axes)}.", f"请按 {order} 写，例如 {_example(axes)}。"
        )
    if len(parts) != len(axes):
        raise Malformed(
            f"{order} has {len(axes)} sizes, not {len(parts)}.", f"{order} 有 {len(axes)} 个数，不是 {len(parts)} 个。"
        )
    return tuple(int(part) for part in parts)


def _example(axes: tuple[str, ...]) -> str:
    return "x".join("64" if axis.startswith(("C", "N")) else "56" for axis in axes)


def _whole(text: str, unit: str) -> int:
    value = _value(text, unit)
    if value != int(value):
        raise Malformed("A whole number is asked for.", "要求的是整数。")
    return int(value)


def _number(text: str, unit: str) -> float:
    return float(_value(text, unit))


def _value(text: str, unit: str) -> Fraction:
    """The value of an arithmetic expression, with the question's unit behind it or not."""
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].rstrip()
    return _Arithmetic(text).value()


class _Arithmetic:
    """A parser by recursive descent: sum, product, sign, power, atom. Each step checks the size of its result."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, str]] = []
        self.at = 0
        self.depth = 0
        start = 0
        while start < len(text):
            found = _TOKEN.match(text, start)
            if found is None:
                raise _unread(text[start:])
            kind = found.lastgroup or ""
            if found["number"]:
                self.tokens.append(("number", found["number"], found["exponent"] or "0"))
            else:
                self.tokens.append((kind, found[kind], ""))
            start = found.end()

    def value(self) -> Fraction:
        value = self._sum()
        if self.at < len(self.tokens):
            raise _unread(self.tokens[self.at][1])
        return value

    def _next(self, *texts: str) -> str:
        """The next token if it is one of these, taken; else empty."""
        if self.at < len(self.tokens) and self.tokens[self.at][1].casefold() in texts:
            self.at += 1
            return self.tokens[self.at - 1][1].casefold()
        return ""

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._next("+", "-"):
            other = self._product()
            value = _checked(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while sign := self._next("*", "/", "x"):
            other = self._signed()
            if sign == "/" and not other:
                raise Malformed("That divides by zero.", "除数为零。")
            value = _checked(value / other if sign == "/" else value * other)
        return value

    def _signed(self) -> Fraction:
        sign = 1
        while found := self._next("+", "-"):
            sign = -sign if found == "-" else sign
        return sign * self._power()

    def _power(self) -> Fraction:
        base = self._atom()
        if not self._next("**", "^"):
            return base
        exponent = self._nested(self._signed)
        if abs(exponent) > 200:
            raise _large()
        if exponent != int(exponent):
            return _real(lambda: float(base) ** float(exponent))
        if not base and exponent < 0:
            raise Malformed("That divides by zero.", "除数为零。")
        size = max(len(str(base.numerator)), len(str(base.denominator)))
        if abs(base) != 1 and size * abs(int(exponent)) > 400:
            raise _large()
        return _checked(base ** int(exponent))

    def _atom(self) -> Fraction:
        if self.at >= len(self.tokens):
            raise Malformed("Something is missing at the end.", "末尾缺少内容。")
        kind, text, exponent = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            value = _literal(text, exponent)
        elif text == "(":
            value = self._nested(self._sum)
            if not self._next(")"):
                raise Malformed("A bracket is not closed.", "括号没有闭合。")
        elif text == "√" or text.casefold() in _FUNCTIONS:
            function = _FUNCTIONS[text.casefold()] if text != "√" else math.sqrt
            argument = self._nested(self._atom)
            return _real(lambda: function(float(argument)))
        elif text.casefold() in _CONSTANTS:
            return Fraction(_CONSTANTS[text.casefold()])
        else:
            raise _unread(text)
        return self._multiplied(value)

    def _multiplied(self, value: Fraction) -> Fraction:
        """The number with `k`, `万`, `%` and the like behind it."""
        if self.at < len(self.tokens):
            kind, text, _ = self.tokens[self.at]
            if kind == "word" and text.casefold() in MULTIPLIERS:
                self.at += 1
                return _checked(value * MULTIPLIERS[text.casefold()])
        return value

    def _nested(self, read: Callable[[], Fraction]) -> Fraction:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Malformed("That is nested too deeply.", "嵌套层数过多。")
        value = read()
        self.depth -= 1
        return value


def _literal(text: str, exponent: str) -> Fraction:
    if len(exponent) > 4 or abs(int(exponent)) > 40:
        if exponent.startswith("-"):
            raise Malformed("That number is too small for any answer here.", "这个数过小，不可能是这里的答案。")
        raise _large()
    return _checked(Fraction(re.sub(r"[,_ ]", "", text)) * Fraction(10) ** int(exponent))


def _real(compute: Callable[[], float]) -> Fraction:
    """A value that fractions cannot hold exactly."""
    try:
        value = compute()
    except (ValueError, OverflowError, ZeroDivisionError):
        value = math.nan
    if isinstance(value, complex) or not math.isfinite(value):
        raise Malformed("That has no real value.", "该式没有实数值。")
    return _checked(Fraction(value))


def _checked(value: Fraction) -> Fraction:
    if abs(value) > LARGEST:
        raise _large()
    if value.denominator.bit_length() > 2000:
        raise Malformed("That is too fine to compute with.", "数值过细，无法计算。")
    return value


def _large() -> Malformed:
    return Malformed("That number is too large for any answer here.", "这个数过大，不可能是这里的答案。")


def _unread(text: str) -> Malformed:
    shown = text.strip()[:20]
    return Malformed(
        f"`{shown}` cannot be read; write a number such as 34,944 or 3.5e4, or arithmetic such as (11*11*3+1)*96.",
        f"无法识别 `{shown}`；请写数字（如 34,944 或 3.5e4）或算式（如 (11*11*3+1)*96）。",
    )
