"""Text from elsewhere made safe to stand in a deck: it reads the same, and no line of it is taken for more than text."""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache

from quizcv.deck import attributes, blocks, markdown, markers
from quizcv.deck.document import Document
from quizcv.deck.inline import plain, spans
from quizcv.deck.markdown import Block
from quizcv.deck.markers import Marker

_LINE_END = re.compile(r"\r\n?")
_NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+$")
_STYLE = re.compile(r"[*_`~\[\]<\\&{$]")
_STYLE_AND_MATH = re.compile(r"[*_`~\[\]<\\&{]")
_NOT_IN_A_TAG = re.compile(r"[^\w.:-]+")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_PASSES = 4
#: Of a line that CommonMark takes for blank.
_BLANKS = " \t"
#: What ends the HTML blocks that a blank line does not.
_HTML_ENDS = (
    (re.compile(r"\s*<!--"), "-->"),
    (re.compile(r"\s*<\?"), "?>"),
    (re.compile(r"\s*<!\[CDATA\["), "]]>"),
    (re.compile(r"\s*<![A-Za-z]"), ">"),
    *((re.compile(rf"\s*<{name}(?:[\s>]|$)", re.I), f"</{name}>") for name in ("script", "pre", "style", "textarea")),
)
#: A block of its own that shows nothing: parts two paragraphs as a blank line does.
_NOTHING = "<!-- -->"


def clean(text: str) -> str:
    """A text as a UTF-8 file gives it back: `\\n` ends lines; NULs and lone surrogates are no characters."""
    text = _LINE_END.sub("\n", text) if "\r" in text else text
    return _NO_CHARACTERS.sub("\ufffd", text)


def legal_name(name: str) -> bool:
    """Whether `{#name}` names a card."""
    return _read(f"{{#{name}}}").id == name


def legal_tag(tag: str) -> bool:
    """Whether `{.tag}` is this tag."""
    return _read(f"{{.{tag}}}").tags == (tag,)


def made_legal(tag: str) -> str:
    """The most alike tag that attributes can say; empty if nothing is left. `typed` means something else there."""
    tag = _NOT_IN_A_TAG.sub("-", clean(tag)).strip("-.:")[:200]
    return f"{tag}-" if tag == "typed" else tag


def bites(line: str) -> bool:
    """Whether the reader would take the end of this line for attributes."""
    return line.rstrip().endswith("}") and attributes.take(Document("", [line]), line, 0, 0)[0] != line


def _read(written: str) -> attributes.Attributes:
    left, found = attributes.take(Document("", [written]), written, 0, 0)
    return attributes.NONE if left else found


def closed(title: str) -> str:
    """A heading's text that keeps the `#` it ends with: the reader drops one run of them."""
    return f"{title} #" if _CLOSING_MARKS.search(title) else title


@lru_cache(maxsize=4096)
def heading(part: str) -> str:
    """The source of a heading whose plain text is `part`, or as near to it as one can be; empty if nothing is left."""
    part = " ".join(clean(part).split())
    for source in (part, _backslashed(part, math=True), _backslashed(part, math=False)):
        if plain(source) == part and not bites(source):
            return source
    return " ".join(re.sub(r"[^\w\s]", " ", part).split())


def _backslashed(text: str, *, math: bool) -> str:
    """With a backslash before everything that means style, outside `math` if that is to stay."""
    if not math:
        return _STYLE.sub(r"\\\g<0>", text)
    parts, position = [], 0
    for span in spans(text):
        if span.math:
            parts += [_STYLE_AND_MATH.sub(r"\\\g<0>", text[position : span.start]), text[span.start : span.end]]
            position = span.end
    return "".join((*parts, _STYLE_AND_MATH.sub(r"\\\g<0>", text[position:])))


def quoted(text: str) -> str:
    """The text as a block quote: in there only text is read. Tabs would be other columns behind the mark."""
    return "\n".join(
        f"> {line.expandtabs(4) if line[0] == chr(9) else line}" if line else ">" for line in text.split("\n")
    )


def escaped(text: str, opening: str) -> str:
    """The text with every line that the reader would take for more than text turned into text that looks alike.

    `opening` is what the text is written behind: `Q: `, `A:` and a line end, … or nothing for the body of a heading, in which
    breaks may stand. Headings become bold lines, breaks `<hr>`, blocks named `item` and `check` lose the name, what was opened
    at the end is closed.
    """
    for _ in range(_PASSES):
        before, text = text, _Pass(text, opening).result()
        if text == before:
            break
    return text


def unparted(text: str) -> str:
    """A cloze text without blank lines, which would end it; as it is if they stand where nothing can stand for them."""
    outer, nested = markdown.parse(text)
    if nested or any(block.kind == "html" for block in outer):
        return text
    whole = {line for block in outer if block.kind in ("fence", "code") for line in range(block.start, block.end)}
    lines: list[str] = []
    parted = False
    for index, line in enumerate(text.split("\n")):
        if index not in whole and (not line or line.isspace()):
            parted = True
            continue
        if parted:
            lines.append(line[: len(line) - len(line.lstrip())] + _NOTHING if index not in whole else _NOTHING)
        parted = False
        lines.append(line)
    return "\n".join(lines)


class _Pass:
    """One look at a text, as it will stand behind its opening."""

    def __init__(self, text: str, opening: str) -> None:
        self.opening = opening
        self.source = opening + text
        self.document = Document("", self.source.split("\n"))
        self.lines = self.document.lines

    def result(self) -> str:
        outer, _ = markdown.parse(self.source)
        found = deque(marker for marker in markers.candidates(self.source) if marker.line or not self.opening)
        out: list[str] = []
        done = 0
        for block in outer:
            out += self.lines[done : block.start]
            inside = []
            while found and found[0].line < block.end:
                inside.append(found.popleft())
            out += self.edited(block, inside, blank_above=not out or not out[-1].strip(_BLANKS))
            done = block.end
        out += self.lines[done:]
        if outer:
            out += self.closing(outer[-1])
        return "\n".join(out).removeprefix(self.opening).strip("\n").rstrip()

    def edited(self, block: Block, inside: list[Marker], *, blank_above: bool) -> list[str]:
        lines = self.lines[block.start : block.end]
        if blocks.name(block):
            fence = _FENCE.match(lines[0])
            return [fence.group() if fence else "", *lines[1:]]
        if block.kind == "heading":
            title = self.title(block)
            bold = _bold(title) if title else ["\\" + lines[-1].lstrip()]
            return self.parted(block, bold, blank_above=blank_above)
        if block.kind == "break" and self.opening:
            rule = "" if self.opening.startswith("C") else "<hr>"
            return self.parted(block, [rule], blank_above=blank_above)
        for marker in markers.visible(self.document, block, inside) if inside else ():
            line, colon = lines[marker.line - block.start], marker.column - 1
            said = "\\:" if line[colon] == ":" else "&#65306;"
            lines[marker.line - block.start] = line[:colon] + said + line[colon + 1 :]
        return lines

    def title(self, block: Block) -> list[str]:
        """The lines of a heading; none for an opening that was underlined."""
        if block.end - block.start == 1:
            return [block.text]
        lines = "\n".join(self.lines[block.start : block.end - 1])
        lines = lines.removeprefix(self.opening) if block.start == 0 else lines
        return [line for line in lines.split("\n") if line.strip() and f"{line}\n" != self.opening]

    def parted(self, block: Block, lines: list[str], *, blank_above: bool) -> list[str]:
        """Paragraphs of their own in the place of a block."""
        if block.start == 0 and self.opening:
            lines = (self.opening + "\n".join(lines)).split("\n")
        elif not blank_above:
            lines = ["", *lines]
        below = self.lines[block.end : block.end + 1]
        return [*lines, ""] if below and below[0].strip(_BLANKS) else lines

    def closing(self, block: Block) -> list[str]:
        """What closes the fence or the HTML that runs to the end."""
        lines = self.lines[block.start : block.end]
        if block.kind == "fence" and (fence := _FENCE.match(lines[0])):
            last, mark = lines[-1].strip(), fence[1]
            return [] if len(lines) > 1 and last.startswith(mark) and not last.strip(mark[0]) else [fence.group()]
        if block.kind == "html":
            end = next((end for opens, end in _HTML_ENDS if opens.match(lines[0])), "")
            return [end] if end and end not in "\n".join(lines).lower() else []
        return []


def _bold(lines: list[str]) -> list[str]:
    """Lines in bold, unless marks in them would end it."""
    text = "\n".join(line.strip() for line in lines)
    if text and "*" not in text and "{{c" not in text and not text.endswith("\\"):
        text = f"**{text}**"
    return text.split("\n") if text else []
