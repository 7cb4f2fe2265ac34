"""What a heading's body really says: unticked boxes, tables of contents and lists of references are no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from quizcv.deck.document import Document
from quizcv.deck.markdown import Block

_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)、])(?:\s+|$)")
_UNTICKED = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\[ ?\](?:\s|$)")
_CONTENTS = re.compile(r"\s*\[\[?_?TOC_?\]?\]\s*", re.IGNORECASE)
_KRAMDOWN = re.compile(r"\s*\{:[^{}\n]*\}\s*")
_KRAMDOWN_CONTENTS = re.compile(r"\s*(?:[-*+]|1\.)\s+\S[^\n]*\n\s*\{:\s*toc[^{}\n]*\}\s*", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BARE_TAG = re.compile(r"</?(?:a|br|center|div|font|p|span)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[|<img\b", re.IGNORECASE)
_LINK = re.compile(
    r"\[(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])"
    r"|<?(?:https?|ftp)://[^\s<>()（）「」，。；、\"]+(?:\([^\s()]*\)[^\s<>()（），。；、\"]*)*>?"
    r"|\bwww\.[^\s<>()（），。；、\"]+"
)
_LABEL = re.compile(
    r"参考(?:资料|文献|链接|文章|来源|阅读|书籍|网址|网站)?|引用(?:来源|文献)|(?:延伸|扩展|拓展|相关)阅读|相关链接"
    r"|References?|Further reading|See also|Bibliography",
    re.IGNORECASE,
)
#: Words that label a list below a question are themselves a question in a heading: what is a reference in C++?
_SUBJECTS = frozenset(("参考", "reference"))
_SAYS_MORE = re.compile(r"[\[<{]|://|www\.")
_OPAQUE = frozenset(("fence", "code", "math", "table"))
_DECORATION = "*_#>~` \t\n"
_LEFT_OVER = re.compile(r"(?:\[\d{1,3}\]|[\W_])*")
_SENTENCE_END = tuple("。！？!?；;：:.")
_LONGEST = 50_000
_SHORT = 120


def is_label(text: str) -> bool:
    """Whether a text only announces references: 参考资料, **References:** …"""
    return len(text) < 60 and _LABEL.fullmatch(text.strip(_DECORATION).rstrip(":：").strip(_DECORATION)) is not None


class _Sort(Enum):
    NOTHING = auto()
    LABEL = auto()
    LINKS = auto()
    #: Nothing below a label, else a body.
    SHORT = auto()
    BODY = auto()


def body(document: Document, blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks that answer a heading: from the first that says something to the last. Empty if none does.

    Links without a label stay where the line above announces them with a colon.
    """
    listed = is_label(title) and title.casefold() not in _SUBJECTS
    first, last, text_of_last = -1, -1, ""
    for index, block in enumerate(blocks):
        text = "\n".join(document.lines[block.start : block.end])
        sort = _sort(block.kind, text)
        if sort is _Sort.LABEL:
            listed = True
        elif sort is _Sort.BODY or (sort is _Sort.SHORT and not listed):
            listed, last, text_of_last = False, index, text
        elif sort is _Sort.LINKS and last == index - 1 >= 0 and text_of_last.rstrip(_DECORATION).endswith((":", "：")):
            last, text_of_last = index, ""
        if first < 0 and sort is not _Sort.NOTHING:
            first = index
    return list(blocks[first : last + 1]) if last >= 0 else []


def _sort(kind: str, text: str) -> _Sort:
    if kind in _OPAQUE:
        return _Sort.BODY
    if kind == "break" or not text.strip():
        return _Sort.NOTHING
    if kind == "definition":
        return _Sort.LINKS
    if len(text) > _LONGEST or _IMAGE.search(text):
        return _Sort.BODY
    if kind == "quote":
        text = _QUOTE_MARK.sub("", text)
    if is_label(text):
        return _Sort.LABEL
    if not _SAYS_MORE.search(text):
        return _Sort.SHORT if _short(kind, text) else _Sort.BODY
    return _sort_marked(kind, text)


def _sort_marked(kind: str, text: str) -> _Sort:
    """For text with brackets, braces, tags or addresses in it."""
    text = _BARE_TAG.sub("", _COMMENT.sub("", text))
    lines = text.split("\n")
    if (
        not text.strip()
        or _CONTENTS.fullmatch(text)
        or _KRAMDOWN_CONTENTS.fullmatch(text)
        or all(_KRAMDOWN.fullmatch(line) for line in lines)
        or (kind == "list" and all(_UNTICKED.match(line) for line in lines if _ITEM.match(line)))
    ):
        return _Sort.NOTHING
    if kind == "html":
        return _Sort.BODY
    rest, links = _LINK.subn("", "\n".join(_ITEM.sub("", line) for line in lines))
    if links and _LEFT_OVER.fullmatch(rest):
        return _Sort.LINKS
    if links and is_label(rest):
        return _Sort.LABEL
    return _Sort.SHORT if _short(kind, rest) else _Sort.BODY


def _short(kind: str, text: str) -> bool:
    """Whether every line is short, as titles of books and articles are; in a paragraph none is a sentence."""
    lines = [line.strip(_DECORATION) for line in text.split("\n")]
    if kind != "list" and any(line.endswith(_SENTENCE_END) for line in lines):
        return False
    return all(len(line) <= _SHORT for line in lines)
