"""What the formats of learning platforms share: safe XML and zips, a question's texts as HTML, and the spellings of typed answers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from io import BytesIO
from xml.etree import ElementTree

from quizcv.answers import Choice, Indices, Integer, Number, Shape, Value, written
from quizcv.deck.html import to_html, to_text
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Option, Question
from quizcv.published import PublishedItem

Element = ElementTree.Element

LONGEST_TITLE = 200
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Marks that turn the direction of what stands behind them: not in titles, which stand among the texts of others.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")


# --- files ---


def clean(text: str) -> str:
    """Text without the characters that XML 1.0 has no place for."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new child. An attribute that Python has other plans for (`class`) is written with `_` behind it."""
    stated = {name.removesuffix("_"): clean(value) for name, value in attributes.items()}
    child = ElementTree.SubElement(parent, tag, stated)
    child.text = clean(text) or None
    return child


def document(root: Element, *, indented: bool = True) -> bytes:
    """The file of an element; not `indented` where blanks between elements mean something."""
    if indented:
        ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'.encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip that is the same for the same files."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return buffer.getvalue()


def identifier(*parts: object) -> str:
    """A name that XML takes for an identifier, and a file system for a file."""
    return _NOT_IN_NAMES.sub("_", "-".join(("form", *map(str, parts))))


# --- texts ---


def html(markdown: str) -> str:
    return clean(to_html(clean(markdown)))


def title(markdown: str) -> str:
    """A text as a title: one line, no marks."""
    return _TURNING.sub("", clean(to_text(html(markdown))))[:LONGEST_TITLE].strip()


def heading(exam: Exam, form: Form) -> str:
    """What the form is called on a platform; its end names the form."""
    said = title(exam.blueprint.title)[: LONGEST_TITLE // 2]
    return f"{said} — {wording.FORM.in_(exam.lang)} {title(form.id)}" if said else title(form.id)


def cover(exam: Exam, form: Form) -> str:
    """Everything that stands before the questions, HTML."""
    lang, blueprint = exam.lang, exam.blueprint
    lines = [escape(line.in_(lang)) for line in wording.cover(blueprint, len(form.questions))]
    blocks = [listed(lines)]
    if blueprint.instructions:
        blocks.append(f"<div>{html(blueprint.instructions)}</div>")
    if blueprint.conventions:
        blocks.append(f"<p>{wording.CONVENTIONS.in_(lang)}</p>")
        blocks.append(listed([html(line) for line in blueprint.conventions]))
    return "".join(blocks)


def listed(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def stem(question: Question, lang: str, *, spelled: bool = False) -> str:
    """The question as HTML; `spelled` says how to write what a platform compares letter by letter."""
    said = f"<div>{html(wording.stem(question, lang))}</div>"
    answer = question.item.answer if question.item else None
    if not spelled or question.options:
        return said
    if isinstance(answer, Indices):
        return f"{said}<p>{wording.ASCENDING.in_(lang)}</p>"
    return f"{said}<p>{wording.SCIENTIFIC.in_(lang)}</p>" if isinstance(answer, Number) else said


def solution(question: Question, lang: str) -> str:
    return f"<div>{html(wording.solution(question, lang))}</div>"


def option_text(question: Question, option: Option) -> str:
    """What an option shows, HTML: of an item a bare value, in which `-` begins no list."""
    return clean(escape(option.text)) if question.item else html(option.text)


# --- typed answers ---


@dataclass(frozen=True, slots=True)
class Expected:
    """An answer that a platform knows: the key, or what a misconception leads to, with its reason as HTML."""

    value: Value
    why: str = ""


def expected(item: PublishedItem, lang: str) -> list[Expected]:
    """The key, then what misconceptions lead to: the first that fits an answer says what it is."""
    wrong = [Expected(one.value, html(one.misconception.in_(lang))) for one in item.distractors]
    return [Expected(item.key), *wrong]


def numbers(item: PublishedItem) -> list[float] | None:
    """The sizes of the key and of all distractors, where numbers are asked for."""
    values = [item.key, *(one.value for one in item.distractors)]
    sizes = [abs(value) for value in values if isinstance(value, int | float)]
    return sizes if isinstance(item.answer, Integer | Number) else None


def decimal(value: Value) -> Decimal:
    return Decimal(str(value))


def digits(value: Value) -> str:
    """A number as a machine reads it: no exponent, since some platforms have no eye for it."""
    return format(decimal(value), "f")


def slack(value: Value, item: PublishedItem) -> float:
    """How far off an answer may be, a hair more than is stated: 0.1 + 0.001 is not 0.101 in binary."""
    return item.answer.tolerance(value) * (1 + 1e-9)


def spellings(value: Value, item: PublishedItem) -> list[str]:
    """How people write a value, for platforms that compare letter by letter (but not capitals)."""
    answer = item.answer
    if isinstance(value, tuple):
        found = _shapes(value) if isinstance(answer, Shape) else _indices(value)
    elif isinstance(answer, Choice):
        found = [f"{value}", f"{value})", f"({value})", f"{value}."]
    elif isinstance(answer, Number) and isinstance(value, int | float):
        found = [spelled for one in _rounded(value, answer) for spelled in _decimals(one)]
    else:
        found = [f"{value}", f"{value:,}"] if isinstance(value, int) else [str(value)]
    if answer.unit:
        found = [spelled + behind for behind in ("", f" {answer.unit}", answer.unit) for spelled in found]
    return list(dict.fromkeys((*found, written(value, answer))))


def _shapes(sizes: tuple[int, ...]) -> list[str]:
    found = [between.join(map(str, sizes)) for between in ("x", "×", "*", " x ", " × ", " * ", ", ", ",", " ", "，")]
    spaced, tight = ", ".join(map(str, sizes)), ",".join(map(str, sizes))
    found += [f"{opening}{inner}{closing}" for opening, closing in ("()", "[]") for inner in (spaced, tight)]
    return [*found, f"torch.Size([{spaced}])"]


def _indices(indices: tuple[int, ...]) -> list[str]:
    if not indices:
        return ["-", "none", "无", "没有", "空", "∅", "()", "[]", "{}"]
    spaced, tight = ", ".join(map(str, indices)), ",".join(map(str, indices))
    found = [spaced, tight, " ".join(map(str, indices)), "，".join(map(str, indices)), "、".join(map(str, indices))]
    return found + [
        f"{opening}{inner}{closing}" for opening, closing in ("()", "[]", "{}") for inner in (spaced, tight)
    ]


def _rounded(value: float, answer: Number) -> list[Decimal]:
    """The values that somebody writes who rounds: to the places asked for, one more or less in the last, and to finer ones."""
    exact, places = decimal(value), answer.places(value)
    unit = Decimal(1).scaleb(-places)
    grid = [exact.quantize(unit) + step * unit for step in (0, -1, 1)]
    finer = [exact.quantize(Decimal(1).scaleb(-places - more)) for more in (1, 2, 3)]
    return list(dict.fromkeys(one for one in (*grid, *finer) if abs(one - exact) <= unit))


def _decimals(value: Decimal) -> list[str]:
    plain = format(value, "f")
    if not value:
        return ["0", plain]
    short = plain.rstrip("0").rstrip(".") if "." in plain else plain
    found = [plain, short, *(text.replace("0.", ".", 1) for text in (plain, short) if abs(value) < 1)]
    mantissa, _, exponent = f"{value:e}".partition("e")
    power = int(exponent)
    for one in dict.fromkeys((mantissa, mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa)):
        found += [f"{one}e{power}", f"{one}e{power:+03}", f"{one}×10^{power}", f"{one}*10^{power}", f"{one}x10^{power}"]
    return found
