"""HTML as the XHTML that QTI 2.1 has: fewer elements, all of them closed, text only in paragraphs."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

from quizcv.exam.renderers.platform import Element, clean

_VOID = frozenset(("br", "hr", "img", "wbr", "col"))
_TEXT = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"))
_BLOCKS = frozenset(
    (*_TEXT, "div", "blockquote", "ul", "ol", "dl", "table", "hr", "li", "dt", "dd", "figure", "figcaption", "details")
) | {"summary", "caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"}
_INLINE = frozenset("abbr b big br cite code dfn em i kbd q samp small span strong sub sup tt var".split())  # noqa: SIM905


def put(html: str, parent: Element) -> None:
    """Append the HTML to an element that holds blocks."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    _blocks(tree.root, parent)


class _Tree(HTMLParser):
    """The HTML as a tree; what is not closed ends with what is around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        child = ElementTree.SubElement(self._open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self._open.append(child)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        _say(self._open[-1], data)


def _say(target: Element, text: str | None) -> None:
    """Append text."""
    if not text:
        return
    text = clean(text)
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _blocks(source: Element, target: Element) -> None:
    """Blocks as they are; text and what is inside of lines in paragraphs between them."""
    line: Element | None = None
    if source.text and source.text.strip():
        line = ElementTree.SubElement(target, "p")
        _say(line, source.text)
    for child in source:
        if child.tag in _BLOCKS:
            line = None
            _block(child, target)
        elif line is None:
            line = ElementTree.SubElement(target, "p")
            _inline(child, line)
        else:
            _inline(child, line)
        if child.tail and (line is not None or child.tail.strip()):
            line = ElementTree.SubElement(target, "p") if line is None else line
            _say(line, child.tail)


def _block(source: Element, target: Element) -> None:
    tag = source.tag
    if tag == "table":
        _table(source, target)
    elif tag in ("ul", "ol", "dl"):
        _list(source, target)
    elif tag in _TEXT:
        _lines(source, ElementTree.SubElement(target, tag, _class(source)))
    elif tag == "hr":
        ElementTree.SubElement(target, "hr")
    elif tag not in ("caption", "colgroup"):
        _blocks(source, ElementTree.SubElement(target, "blockquote" if tag == "blockquote" else "div", _class(source)))


def _list(source: Element, target: Element) -> None:
    """Only items stand in a list: what else stands there becomes one."""
    if not len(source) and not (source.text or "").strip():
        return
    made = ElementTree.SubElement(target, source.tag, _class(source))
    item = "dd" if source.tag == "dl" else "li"
    if source.text and source.text.strip():
        _say(ElementTree.SubElement(made, item), source.text)
    for child in source:
        if child.tag == "dt" and source.tag == "dl":
            _lines(child, ElementTree.SubElement(made, "dt"))
        else:
            _cell(child, ElementTree.SubElement(made, item))
        if child.tail and child.tail.strip():
            _say(ElementTree.SubElement(made, item), child.tail)


def _cell(source: Element, target: Element) -> None:
    """What stands in an item or in a cell: a line, or blocks."""
    if source.tag not in _BLOCKS:
        _inline(source, target)
    elif source.tag in _TEXT or any(child.tag in _BLOCKS for child in source):
        _blocks(source, target)
    else:
        _lines(source, target)


def _table(source: Element, target: Element) -> None:
    head = [row for part in source.findall("thead") for row in part.findall("tr") if len(row)]
    rows = [
        row
        for part in (*source.findall("tbody"), *source.findall("tfoot"), source)
        for row in part.findall("tr")
        if len(row)
    ]
    if not rows:
        head, rows = [], head
    if not rows:
        return
    for caption in source.findall("caption"):
        _lines(caption, ElementTree.SubElement(target, "p"))
    table = ElementTree.SubElement(target, "table", _class(source))
    for name, those in (("thead", head), ("tbody", rows)):
        part = ElementTree.SubElement(table, name) if those else table
        for row in those:
            made = ElementTree.SubElement(part, "tr")
            for cell in row:
                spans = {key: cell.get(key, "") for key in ("colspan", "rowspan") if cell.get(key, "").isdecimal()}
                _cell(cell, ElementTree.SubElement(made, "th" if cell.tag == "th" else "td", spans))


def _lines(source: Element, target: Element) -> None:
    """Text and what is inside of lines; a block that stands there nevertheless becomes a span."""
    _say(target, source.text)
    for child in source:
        _inline(child, target)
        _say(target, child.tail)


def _inline(child: Element, target: Element) -> None:
    tag = child.tag
    if tag == "img":
        sizes = {name: child.get(name, "") for name in ("width", "height") if child.get(name, "").isdecimal()}
        picture = {"src": clean(child.get("src", "")), "alt": clean(child.get("alt", ""))}
        if picture["src"]:
            ElementTree.SubElement(target, "img", {**picture, **sizes})
        else:
            _say(target, picture["alt"])
    elif tag == "a" and child.get("href"):
        _lines(child, ElementTree.SubElement(target, "a", {"href": clean(child.get("href", ""))}))
    elif tag not in _VOID or tag == "br":
        _lines(child, ElementTree.SubElement(target, tag if tag in _INLINE else "span", _class(child)))


def _class(source: Element) -> dict[str, str]:
    named = " ".join(clean(source.get("class", "")).split())
    return {"class": named} if named else {}
