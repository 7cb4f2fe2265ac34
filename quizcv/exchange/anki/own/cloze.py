"""A cloze text as Anki wants it: HTML around `{{c1::answer::hint}}`.

Anki reads the marks without counting braces: the first `}}` ends a deletion, the first `::` begins its hint, whatever LaTeX stands there.
"""

from __future__ import annotations

import re

from quizcv.deck.cloze import deletions, in_group
from quizcv.deck.html import Media, to_html

#: What stands for the marks while Markdown is read: letters to it, as braces are not. Unicode keeps these for a program's own use;
#: the private ones that fonts draw do come in texts.
_OPEN, _HINT, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_DELETION = re.compile(f"{_OPEN}(\\d+){_OPEN}(.*?)(?:{_HINT}(.*?))?{_CLOSE}", re.DOTALL)


def cloze_html(text: str, media: Media) -> str:
    """The HTML of a cloze text that the deck grammar has accepted."""
    found, _problems = deletions(text)
    parts: list[str] = []
    position = 0
    for deletion in found:
        hint = f"{_HINT}{deletion.hint}" if deletion.hint else ""
        marked = f"{_OPEN}{deletion.number}{_OPEN}{deletion.answer}{hint}{_CLOSE}"
        parts += [text[position : deletion.start], f"{{{marked}}}" if in_group(text, deletion) else marked]
        position = deletion.end
    html = to_html("".join((*parts, text[position:])), media)
    # A blank behind a brace that LaTeX needs: `{{{c1::` and `}}}` would be read from the wrong brace on.
    html = html.replace(f"{{{_OPEN}", f"{{ {_OPEN}").replace(f"{_CLOSE}}}", f"{_CLOSE} }}")
    html = html.replace("{{c", "{<wbr>{c")  # in code, where the grammar sees no deletion and Anki would
    return _DELETION.sub(_marks, html)


def _marks(found: re.Match[str]) -> str:
    answer = _harmless(found[2]).replace("::", ":<wbr>:" if "<" in found[2] or "\\" not in found[2] else ":{:}")
    hint = f"::{_harmless(found[3])}" if found[3] else ""
    return f"{{{{c{found[1]}::{answer}{hint}}}}}"


def _harmless(text: str) -> str:
    """Without `}}`, and not ending in a brace that would make one."""
    text = re.sub(r"\}(?=\})", "} ", text)
    return f"{text} " if text.endswith("}") else text
