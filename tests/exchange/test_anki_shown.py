"""Cards from our packages, imported by the real Anki and rendered by it, as a learner sees them: in Anki's own page, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anki_client import Client, anki
from browser import Chromium, Tab
from reviewer import Reviewer

from quizcv.exchange.anki.outgoing import Request, outgoing
from quizcv.exchange.anki.package.writer import write
from quizcv.items import model_named
from quizcv.model import Card
from quizcv.published import PublishedItem
from quizcv.reference import running
from quizcv.store import Store
from quizcv.sync import sync
from quizcv.verify import verified

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DECK = """\
---
deck: shown
---
# 卷积神经网络
## Conv1 {#conv1}
A map of $\\lfloor (227 - 11)/4 \\rfloor + 1 = 55$ by 55, with 34,944 parameters: $(11 \\cdot 11 \\cdot 3 + 1) \\cdot 96 = 34,944$.

$$\\begin{align} y_i &= \\sum_j w_{ij} x_j \\\\ &= Wx \\end{align}$$

| layer | kernel | stride | padding | output | parameters | multiplications |
|---|---|---|---|---|---|---|
| conv1 | 11×11 | 4 | 0 | 55×55×96 | 34,944 | 105,415,200 |

```python
class Block(nn.Module):
    def forward(self, x):  # 残差
        return x + self.conv(self.norm(x)) + self.another_convolution_with_a_very_long_name(x, 3.14, "text")
```

> 引用：残差连接让梯度直接流过。

Q: 为什么要用残差连接？为什么很深的网络在没有残差连接的情况下训练误差反而会变大，而不仅仅是测试误差变大？ {#residual}
A: 因为恒等映射很难学到。

C: The derivative of $x^{{c1::n}}$ is $n x^{ {{c2::n - 1}} }$, {{c3::for every $n$::for which n?}}. {#power}

Q: How many layers? {#layers .typed}
A: eight

```item {#computed}
model: conv_params
```
"""


def items(card: Card) -> list[PublishedItem]:
    assert card.item is not None
    with running():
        return [verified(model_named(card.item.model).item(1, index, 2)).published() for index in range(6)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An Anki into which the deck was imported."""
    folder = tmp_path_factory.mktemp("shown")
    (folder / "deck.md").write_text(DECK, encoding="utf-8")
    with Store.open(f"sqlite:///{folder / 'q.db'}") as store:
        sync(store, [folder], NOW.date())
        with store.read() as db:
            cards = list(db.cards.all())
    write(
        outgoing(Request(cards, NOW, NOW.date(), items=items, proven={card.id for card in cards})).collection,
        folder / "a.apkg",
    )
    with anki(folder / "collection.anki2") as client:
        client.take(folder / "a.apkg")
        yield client


def card(client: Client, key: str, number: int = 0) -> Any:
    return client.col.get_card(sorted(client.col.find_cards(f"Id:{key}"))[number])


KEYS = [("conv1", 0), ("residual", 0), ("power", 0), ("power", 1), ("power", 2), ("layers", 0), ("computed", 0)]
RAW_MATH = "/\\\\[(\\[]|\\$/.test(document.getElementById('qa').innerText)"
#: Luminance contrast of text against the page, as WCAG counts it, the worst of all text on the card.
CONTRAST = """(() => {
  const part = (x) => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  const lum = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(part);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
  const page = lum(getComputedStyle(document.body).backgroundColor);
  let worst = 99;
  for (const e of document.querySelectorAll('#qa *')) {
    const says = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!says || !e.offsetParent || e.closest('mjx-assistive-mml, style, script')) continue;
    const own = lum(getComputedStyle(e).color);
    worst = Math.min(worst, (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05));
  }
  return worst;
})()"""


@pytest.mark.parametrize(("key", "number"), KEYS)
@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_a_card_is_readable(
    chromium: Chromium, reviewer: Reviewer, client: Client, key: str, number: int, night: bool
) -> None:
    """On a phone's width, by day and by night: math is set, nothing runs off the page, text stands out, no error in the console."""
    with chromium.tab(360, 700, phone=True) as tab:
        desk = reviewer.open(tab, night=night)
        shown = card(client, key, number)
        desk.question(shown)
        looked_at(tab)
        desk.answer(shown)
        looked_at(tab)
        assert tab.errors == []


def looked_at(tab: Tab) -> None:
    assert not tab.run(RAW_MATH)
    assert tab.run("document.documentElement.scrollWidth") <= 360
    assert tab.run(CONTRAST) >= 4.5


def test_math_of_every_kind_is_set(chromium: Chromium, reviewer: Reviewer, client: Client) -> None:
    """Inline, display, aligned lines; thousands without a gap; nothing that MathJax refused."""
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card(client, "conv1"))
        desk.answer(card(client, "conv1"))
        assert tab.run("document.querySelectorAll('#qa mjx-container').length") == 3
        assert tab.run("document.querySelectorAll('#qa mjx-merror, #qa [data-mjx-error]').length") == 0
        assert tab.run("document.querySelectorAll('#qa mjx-mtable').length") == 1


def test_code_has_its_colours(chromium: Chromium, reviewer: Reviewer, client: Client) -> None:
    """By class names: keywords are other than names, and other again at night."""
    seen = set()
    for night in (False, True):
        with chromium.tab() as tab:
            desk = reviewer.open(tab, night=night)
            desk.question(card(client, "conv1"))
            desk.answer(card(client, "conv1"))
            colour = "getComputedStyle(document.querySelector('#qa pre %s')).color"
            seen |= {tab.run(colour % ".k"), tab.run(colour % ".n"), tab.run(colour % ".c1")}
    assert len(seen) == 6


def test_a_cloze_hides_and_shows(chromium: Chromium, reviewer: Reviewer, client: Client) -> None:
    """In an exponent, in a group, in text with a hint: the question lacks the answer, the answer has it, math is whole."""
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card(client, "power", 2))
        assert "[for which n?]" in tab.run("document.getElementById('qa').innerText")
        desk.answer(card(client, "power", 2))
        assert "for every" in tab.run("document.getElementById('qa').innerText")
        for number in (0, 1):
            desk.question(card(client, "power", number))
            assert tab.run("document.querySelectorAll('#qa mjx-merror').length") == 0
            assert "..." in tab.run(f"document.querySelectorAll('#qa mjx-container')[{number}].textContent")


def test_a_typed_answer_is_compared_by_anki(chromium: Chromium, reviewer: Reviewer, client: Client) -> None:
    """Anki's own box stands where it belongs, and knows the answer."""
    shown = card(client, "layers")
    assert "[[type:Answer]]" in shown.question()
    assert shown.note()["Answer"] == "eight"


def test_the_computed_card_came_through_the_package(chromium: Chromium, reviewer: Reviewer, client: Client) -> None:
    """The script of the package, as Anki keeps it, runs on both sides, and marks."""
    shown = card(client, "computed")
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(shown)
        index = tab.run("quizcvChoice.index")
        tab.run("document.querySelector('#quizcv input').focus()")
        tab.write("12")
        tab.press("Enter")
        assert desk.commands == ["ans"]
        desk.answer(shown)
        assert tab.run("quizcvChoice.index") == index
        assert tab.run("document.querySelector('#quizcv .verdict .word').innerText") == "Not right"
