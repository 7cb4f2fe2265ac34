"""The last step to Markdown: line breaks resolved, marks written, text escaped where it would be read as Markdown."""

from __future__ import annotations

import re

from quizcv.exchange.anki.foreign import emphasis
from quizcv.exchange.anki.foreign.marks import (
    BREAK,
    CLOSE,
    CODE,
    CODE_END,
    EM,
    LINE,
    MATH,
    MATH_END,
    OPEN,
    OPENING,
    SHOWN,
    SPLIT,
    STRIKE,
    STRIKE_END,
    STRONG,
    TEXTUAL,
    WIDE_COLON,
    hidden,
)
from quizcv.prose import parser

_FORMS = str.maketrans(
    emphasis.FORMS
    | {WIDE_COLON: "：", OPEN: "{{c", SPLIT: "::", CLOSE: "}}", MATH: "$", MATH_END: "$", BREAK: "\n", LINE: "\n"}
)
_BREAKS = re.compile(f"(?<!\\s)\\s*[{BREAK}{LINE}][\\s{BREAK}{LINE}]*")
_BEHIND_OPENING = re.compile(f"({OPENING})([\\s{BREAK}{LINE}]+)")
_BEFORE_CLOSE = re.compile(f"(?<![\\s{BREAK}{LINE}])([\\s{BREAK}{LINE}]+)({CLOSE})")
_CODE = re.compile(f"{CODE}([^{CODE_END}]*){CODE_END}")
_DIGIT_BEHIND_MATH = re.compile(f"({MATH_END}(?:{OPENING}|[{SPLIT}{CLOSE}])*)([0-9])")
#: Also on a card that shows a deletion, without its marks.
_MATH_MEETS_MATH = re.compile(f"({MATH_END})((?:{OPENING}|[{SPLIT}{CLOSE}])*{MATH})")
_CODE_MEETS_CODE = re.compile(f"({CODE_END})((?:{OPENING}|[{SPLIT}{CLOSE}])+{CODE})")
_STARS = re.compile(hidden("*~"))


def lines(text: str, joint: str = "\\\n", gap: str = "\n\n", beside: str = "\n\n") -> str:
    """Resolve line breaks as a browser shows them: `joint` between lines, `gap` where one stays empty, `beside` a block."""

    def resolve(found: re.Match[str]) -> str:
        if not found.start() or found.end() == len(text):
            return ""
        if "\n" in found.group():
            return beside
        started, empty = True, False
        for mark in found.group():
            empty = empty or (mark == BREAK and not started)
            started = started and mark not in (BREAK, LINE)
        return gap if empty else joint

    text = _BEFORE_CLOSE.sub(_outwards, _BEHIND_OPENING.sub(_outwards, text))
    return _BREAKS.sub(resolve, text)


def _outwards(found: re.Match[str]) -> str:
    """Line breaks at the ends of a deletion belong outside; blanks may stay."""
    breaks = found[2] if found[1].startswith(OPEN) else found[1]
    return found[2] + found[1] if not {BREAK, LINE}.isdisjoint(breaks) or "\n\n" in breaks else found.group()


def settled(text: str, *, cloze: bool) -> str:
    """The Markdown. In a text with deletions every brace that is text is escaped: the grammar counts them."""
    styled = emphasis.settled(text)
    found = _written(styled, cloze=cloze)
    for too_much in (emphasis.ALL_BUT_STRONG, emphasis.ANY):
        # Emphasis in or beside emphasis can be read otherwise than meant; then some of its marks are seen.
        if len(emphasis.ANY.findall(styled)) <= 2 or _seen(found) <= len(_STARS.findall(text)):
            break
        styled = emphasis.settled(too_much.sub("", text))
        found = _written(styled, cloze=cloze)
    return found


def _seen(found: str) -> int:
    """How many stars and tildes a reader sees in the text of a Markdown."""
    tokens = [token for block in parser().parse(found) for token in block.children or ()]
    return sum(token.content.count("*") + token.content.count("~") for token in tokens if token.type == "text")


def _written(text: str, *, cloze: bool) -> str:
    text = _MATH_MEETS_MATH.sub(r"\1 \2", text)
    text = _CODE_MEETS_CODE.sub(r"\1<!-- -->\2", text.replace(f"{CODE_END}{CODE}", ""))
    text = _CODE.sub(_code, text)
    text = _DIGIT_BEHIND_MATH.sub(lambda found: f"{found[1]}&#{ord(found[2])};", text)
    unsafe = _unsafe(text, cloze=cloze)
    shown = text.translate(SHOWN)
    parts = [f"\\{character}" if at in unsafe else character for at, character in enumerate(shown)]
    for at in unsafe:
        if text[at] == WIDE_COLON:
            parts[at] = "&#65306;"
    return "".join(parts).translate(_FORMS)


def _code(found: re.Match[str]) -> str:
    """Inline code between as many backticks as it needs; its first and last blank are for those."""
    content = found[1]
    fence = "`" * (1 + max(map(len, re.findall("`+", content)), default=0))
    blank = " " if content[:1] == "`" or content[-1:] == "`" or (content[:1] == content[-1:] == " ") else ""
    return f"{fence}{blank}{content}{blank}{fence}"


# --- backslashes ---------------------------------------------------------------------------------------------------

_ALWAYS = re.compile(hidden("\\`*[]$"))
_UNDERSCORE = hidden("_")
_INSIDE_A_WORD = re.compile(f"(?<=[^\\W_]){_UNDERSCORE}+(?=[^\\W_])")
_BEGINS_A_LINE = re.compile(f"^(?:(?: *(?:>|-|[0-9]+\\.) ?)*)(?:{OPENING}|[{STRONG}{EM}{STRIKE} ])*", re.MULTILINE)
_ENDS = f"(?=[\\s{SPLIT}{CLOSE}]|$)"
_BLOCK = re.compile(
    f"(?P<first>[-+]{_ENDS}|#{{1,6}}{_ENDS}|>|=+ *$|[-:|](?=[-:| ]*$))"
    f"|[0-9]{{1,9}}[{SPLIT}{CLOSE}]*(?P<dot>[.)]{_ENDS})|[QATCD](?P<colon>:)",
    re.MULTILINE,
)
_WIDE_MARKER = re.compile(f"[QATCD](?={WIDE_COLON})")
_LINK_MARK = re.compile(hidden("!") + r"(?=\[)")
#: What is only special before something else.
_BEFORE = (
    re.compile(r"<(?=[A-Za-z/!?])"),
    re.compile(r"&(?=#?[0-9A-Za-z]+;)"),
    re.compile(r"~(?=~)|(?<=~)~"),
    re.compile(r"\{(?=\s*(?:[#.:]|[\w-]+=))"),
)


def _unsafe(text: str, *, cloze: bool) -> set[int]:
    """The places of characters that are text and would be read as Markdown."""
    shown = text.translate(SHOWN)
    unsafe = {found.start() for found in _ALWAYS.finditer(text)}
    inside = {at for found in _INSIDE_A_WORD.finditer(text) for at in range(*found.span())}
    unsafe |= {found.start() for found in re.finditer(_UNDERSCORE, text)} - inside
    if cloze:
        unsafe |= {found.start() for found in re.finditer(hidden("{}"), text)}
    for rule in _BEFORE:
        unsafe |= {found.start() for found in rule.finditer(shown.translate(_FORMS_OF_STRIKES))}
    unsafe |= {found.start() for found in _LINK_MARK.finditer(text)}
    for found in _BEGINS_A_LINE.finditer(text):
        if block := _BLOCK.match(shown, found.end()):
            unsafe.add(next(block.start(name) for name in ("first", "dot", "colon") if block[name]))
        elif wide := _WIDE_MARKER.match(text, found.end()):
            unsafe.add(wide.end())
    return {at for at in unsafe if TEXTUAL.match(text[at])}


_FORMS_OF_STRIKES = str.maketrans({STRIKE: "~", STRIKE_END: "~"})
