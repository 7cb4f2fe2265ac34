"""Texts made of the pieces that decks and study notes are made of, in every order."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [
    "# a", "## b ##", "### 标题 {#id}", "#", "text", "文字。", "- ", "* ", "+ x", "1. ", "2) x", "> ", "```", "~~~",
    "```item", "```check", "```item {#it .t}", "model: conv_output", "level: 2", "- model: a", "equals: 3", "params: {a: 1}",
    "$$", "$$x$$", "$$ (1)", "$x", "y$", "$5", "    code", "\tx", "---", "===", "***", "_ _ _", "|a|b|", "|-|-|", "a|b",
    "-|-", "[a]: /u", "[b]: /v 'x", "[a][b]", "<div>", "</div>", "<br>", "<!-- c", "-->", "<img src=x.png>", "", "", "  ",
    "`", "``", "`x`", "  two", "   three", "- [ ] x", "- [x] y", "[TOC]", "{:toc}", "* content", "Q: a", "A: b", "Q:", "A:",
    "Q：甲 {#q .typed}", "A：乙", "C: {{c1::x}}", "C: {{c1::x::h}} $y_{{c2::z}}$ {#c}", "C: {{c1::", "C: {{c0::a}} {{c2::}}",
    "C: x", "T: t", "D: d", "T:", "{{c1::", "}}", "::", "{#x}", "{.y", "**", "参考资料", "**References:**", "https://a.b/c",
    "- [a](b)", "![](img.png)", "[x](#y)", "deck: a/b", "tags: [a]", "lang: zh", "cards: explicit", "&a *a", "\u2028", "\x85",
    "\x0c", "\0", "\ud800", "\ufeff", "\u3000", "\\", "\\`", "{", "}", "~",
]  # fmt: skip

lines = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=3).map("".join)
texts = st.lists(lines, max_size=14).map("\n".join) | st.text(max_size=200)
