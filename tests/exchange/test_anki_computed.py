"""Computational cards as Anki shows them: in its own renderer, its own reviewer, a real browser."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from anki.collection import Collection
from browser import Chromium, Tab
from reviewer import Reviewer

from quizcv.answers import Integer, Number, Verdict, mark, written
from quizcv.deck.html import to_html
from quizcv.exchange.anki.own.computed import fields, notetype
from quizcv.items import model_named
from quizcv.model import Text
from quizcv.published import PublishedItem
from quizcv.reference import running
from quizcv.verify import verified

ITEMS = 5
TEN = (
    *("conv_output", "conv_shape", "conv_params", "mean_iou", "softmax_value", "adam_step", "nms_survivors", "roc_auc"),
    *("knn_vote", "anchor_size"),
)
NO_STORAGE = "Object.defineProperty(window, 'sessionStorage', {get() { %s }})"
BROKEN = {
    "null": NO_STORAGE % "return null",
    "throws": NO_STORAGE % "throw new DOMException('denied', 'SecurityError')",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
}
STEM = "document.querySelector('#quizcv .live .front').innerText"
WORD = "document.querySelector('#quizcv .verdict .word').innerText"

Add = Callable[..., Any]


@cache
def real(model: str, level: int = 2) -> tuple[PublishedItem, ...]:
    with running():
        return tuple(
            verified(model_named(model).item(seed=1, index=index, level=level)).published() for index in range(ITEMS)
        )


@pytest.fixture
def add(collection: Collection) -> Add:
    """Put a note into Anki; gives its card."""
    kind = notetype()
    models = collection.models
    made = models.new(kind.name)
    for name in kind.fields:
        models.add_field(made, models.new_field(name))
    for template in kind.templates:
        new = models.new_template(template.name)
        new.update(qfmt=template.question, afmt=template.answer, bqfmt=template.browser)
        models.add_template(made, new)
    made["css"] = kind.css
    models.add_dict(made)

    def put(model: str = "conv_output", lang: str = "en", items: Sequence[PublishedItem] = (), card: str = "") -> Any:
        note = collection.new_note(models.by_name(kind.name))
        note.fields = list(
            fields(
                items or real(model),
                lang=lang,
                title=model_named(model).title,
                context="Networks &amp; shapes",
                id=card or f"{model}-{lang}",
                source="opaque",
                render=to_html,
            )
        )
        collection.add_note(note, collection.decks.id("Default"))
        return note.cards()[0]

    return put


def shown(tab: Tab) -> int:
    """Which item of the note stands on the page; asks no more of the script than what it put there."""
    index: int = tab.run("quizcvChoice.index")
    return index


def plain(text: str) -> str:
    return "".join(re.sub(r"[$`\\]", "", text).split())


def type_in(tab: Tab, text: str) -> None:
    tab.run("document.querySelector('#quizcv input').focus()")
    tab.run("document.querySelector('#quizcv input').select()")
    tab.write(text)


# --- the field


def test_the_field_is_json_that_neither_html_nor_anki_touches(collection: Collection, add: Add) -> None:
    """Nothing in the field means anything to HTML, to templates, to sound and LaTeX tags or to MathJax; Anki gives it back as it was."""
    hostile = r"</script><b> [sound:x.mp3] [[type:Id]] {{Id}} {{c1::x}} [latex]x[/latex] \(x\) <!-- & ' \u0041 é 中"
    items = tuple(replace(one, stem=Text(hostile, hostile[::-1]), rule=Text("", "")) for one in real("conv_output"))
    card = add(items=items)
    field = card.note()["Items"]
    made = fields(
        items, lang="en", title=model_named("conv_output").title, context="", id="i", source="", render=to_html
    )
    assert field == made[notetype().fields.index("Items")]
    assert not re.search(r"[<>&']|\[\[|\{\{|\\[^u]|\[(?:sound|latex|\$)", field)
    data = json.loads(field)
    en, zh = data["forms"][data["items"][0]["q"][0]] if isinstance(data["items"][0]["q"], list) else ("", "")
    assert en.replace("0", "") == re.sub(r"\d", "", to_html(hostile)).replace("0", "")
    assert zh != en
    rendered = card.render_output()
    assert field in rendered.question_text
    assert field in rendered.answer_text
    assert not rendered.question_av_tags
    assert collection.fix_integrity()[1]


def test_texts_that_are_alike_are_stored_once() -> None:
    """Fifty items take a fraction of their own JSON."""
    items = real("conv_params") * 10
    made = fields(items, lang="en", title=Text("t", "t"), context="", id="i", source="", render=to_html)
    field = made[notetype().fields.index("Items")]
    assert len(field.encode()) * 5 < len(json.dumps([one.to_json() for one in items], ensure_ascii=False).encode())
    with pytest.raises(ValueError, match="needs an item"):
        fields((), lang="en", title=Text("t", "t"), context="", id="i", source="", render=to_html)


def test_the_templates_hold_nothing_that_anki_would_read() -> None:
    """Braces and brackets of the script are no fields; it is old enough for old phones to read it through."""
    for side in (notetype().templates[0].question, notetype().templates[0].answer):
        script = side.rpartition("<script>")[2]
        assert len(script) > 10_000
        assert not re.search(r"\{\{|\}\}|\[\[|<!--|SCRIPT|^\s*//|\n\s", script.rpartition("</script>")[0], re.MULTILINE)
        assert not re.search(r"\?\.[a-z(\[]|\?\?|\b\d+n\b|\(\?<[=!]|catch \{|\.at\(|replaceAll|Object\.hasOwn", script)
        assert set(re.findall(r"\{\{[#/]?(?:text:)?(\w+)\}\}", side)) <= set(notetype().fields)


def test_the_list_of_cards_shows_words(collection: Collection, add: Add) -> None:
    """Anki's browser shows the question and its answer, without the script and the data."""
    card = add()
    collection.load_browser_card_columns()
    collection.set_browser_card_columns(["question", "answer"])
    cells, *_ = collection.browser_row_for_id(card.id)
    question, answer = (text for text, *_ in cells)
    assert plain(question) == plain(real("conv_output")[0].stem.en)
    assert written(real("conv_output")[0].key, Integer("px")) in answer
    assert "function" not in question + answer
    assert "forms" not in question + answer


# --- which item


def test_the_same_item_on_both_sides_and_another_next_time(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """In one page, review after review: the back shows the item of the front, the next front another; all get their turn."""
    card, seen = add(), []
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        for _ in range(25):
            desk.question(card)
            seen.append(shown(tab))
            stem = tab.run(STEM)
            assert plain(stem) == plain(real("conv_output")[seen[-1]].stem.en)
            desk.answer(card)
            assert tab.run(STEM) == stem
            assert tab.run("document.querySelector('.live .key').innerText") == written(
                real("conv_output")[seen[-1]].key, Integer("px")
            )
        assert tab.errors == []
    assert all(one != other for one, other in pairwise(seen))
    assert set(seen) == set(range(ITEMS))


@pytest.mark.parametrize("storage", ["works", *BROKEN])
def test_the_same_item_in_two_pages(chromium: Chromium, reviewer: Reviewer, add: Add, storage: str) -> None:
    """Where each side is a page of its own the item is carried by sessionStorage, and agreed upon without it."""
    card = add()
    seen = set()
    with chromium.tab() as tab:
        if storage in BROKEN:
            tab.before(BROKEN[storage])
        for _ in range(8):
            reviewer.open_alone(tab, card.question())
            stem = tab.run(STEM)
            seen.add(stem)
            type_in(tab, "12345")
            reviewer.open_alone(tab, card.answer())
            assert tab.run(STEM) == stem
            assert tab.run("!!document.querySelector('.verdict')") is (storage == "works")
        assert tab.errors == []
    assert (len(seen) > 1) is (storage == "works")


@pytest.mark.parametrize("storage", list(BROKEN))
def test_without_storage_the_day_chooses(chromium: Chromium, reviewer: Reviewer, add: Add, storage: str) -> None:
    """One page or two, both sides know the day's item; it turns at 04:00 of the local clock, and neighbours differ."""
    card = add()
    clock = (
        "const at = new Date('%s').getTime(), real = Date;"
        "Date = class extends real { constructor(...with_) { with_.length ? super(...with_) : super(at) } static now() { return at } }"
    )
    stems = {}
    for moment in ("2026-03-01T04:00:00", "2026-03-02T03:59:00", "2026-03-02T04:00:00", "2026-03-03T12:00:00"):
        with chromium.tab() as tab:
            tab.before(BROKEN[storage] + ";" + clock % moment)
            desk = reviewer.open(tab)
            desk.question(card)
            stems[moment[5:]] = tab.run(STEM)
            type_in(tab, "1")
            desk.answer(card)
            assert tab.run(STEM) == stems[moment[5:]]
            assert tab.run(WORD) == "Not right"  # the global brought the answer over
            reviewer.open_alone(tab, card.answer())
            assert tab.run(STEM) == stems[moment[5:]]
    first, late, second, third = stems.values()
    assert first == late
    assert len({first, second, third}) == 3


def test_a_back_by_itself(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """Without its front, and after the front of another card, a back shows an item of its own without a verdict."""
    card, other = add(), add("conv_params")
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(other)
        type_in(tab, "77")
        desk.answer(card)
        assert plain(tab.run(STEM)) in {plain(one.stem.en) for one in real("conv_output")}
        assert tab.run("document.querySelector('.verdict')") is None
        assert tab.errors == []


# --- answering


def answers(one: PublishedItem) -> dict[str, tuple[str, str, Text]]:
    """Something to type for every verdict, with the word and the reason that are due."""
    wrong = one.distractors[0]
    told = mark(wrong.value, one.key, one.answer, [(wrong.value, wrong.misconception)])
    assert told.verdict is Verdict.WRONG
    return {
        "right": (str(one.key), "Right|正确", Text("", "")),
        "wrong": (str(wrong.value), "Not right|不对", wrong.misconception),
        "other": ("987654321", "Not right|不对", Text("", "")),
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", ["right", "wrong", "other"])
def test_an_answer_is_marked(chromium: Chromium, reviewer: Reviewer, add: Add, lang: str, case: str) -> None:
    """Enter turns the card; the back has what was typed, verdict, misconception, key, solution and witness, in the note's language."""
    card = add(lang=lang)
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        one = real("conv_output")[shown(tab)]
        typed, word, why = answers(one)[case]
        tab.write(typed)  # the cursor is in the field already
        assert desk.commands == []
        tab.press("Enter")
        assert desk.commands == ["ans"]
        desk.answer(card)
        assert tab.run(WORD) == word.split("|")[lang == "zh"]
        assert tab.run("document.querySelector('.verdict .given').innerText") == typed
        reason = tab.run("(document.querySelector('.verdict .why') || {innerText: ''}).innerText")
        assert plain(reason) == plain(why.in_(lang))
        assert tab.run("document.querySelector('.live .key').innerText") == written(one.key, one.answer)
        assert one.verification.witness in tab.run("document.querySelector('.live .proof').innerText")
        solution = tab.run("document.querySelector('.live .solution').innerText")
        assert plain(solution).startswith(plain(one.solution.in_(lang).split("$")[0]))
        assert tab.run("document.querySelectorAll('#answer').length") == 1
        assert tab.errors == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nearly_right(chromium: Chromium, reviewer: Reviewer, add: Add, lang: str) -> None:
    """A rounded count is near, and told so."""
    (item,) = (replace(real("conv_params")[0], key=34944, answer=Integer(), distractors=()),)
    card = add("conv_params", lang, items=[item])
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        tab.write("34.9k")
        desk.answer(card)  # turned by Anki's own button: what stands in the field counts
        assert tab.run(WORD) == ("接近正确" if lang == "zh" else "Nearly right")
        assert tab.run("document.querySelector('.why').innerText") == (
            "很接近，但计数必须精确。" if lang == "zh" else "Close, but a count is exact."
        )


def test_what_cannot_be_read_is_asked_again(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """The front stays and says what to write instead, in Python's words; turned all the same, nothing is marked wrong."""
    card = add()
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        tab.write("<b>12</b>")
        tab.press("Enter")
        assert desk.commands == []
        said = tab.run("document.querySelector('[aria-live]').innerText")
        assert said.startswith("<b>12</b> cannot be read; write a number such as 34,944")
        tab.run("document.querySelector('.language').click()")
        assert tab.run("document.querySelector('[aria-live]').innerText").startswith("无法识别")
        assert tab.run("document.querySelector('#quizcv input').value") == "<b>12</b>"
        desk.answer(card)
        assert tab.run(WORD) == "无法识别"
        assert tab.run("document.querySelector('.verdict.wrong')") is None
        desk.question(card)
        tab.press("Enter")
        assert desk.commands == ["ans"], "nothing typed: the card is turned"
        desk.answer(card)
        assert tab.run("document.querySelector('.verdict')") is None
        assert tab.errors == []


def test_an_input_method_may_use_enter(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """Enter that ends a composition turns nothing, and keys outside the field are the reviewer's."""
    card = add()
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        tab.run(
            "document.querySelector('#quizcv input').dispatchEvent("
            "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
        )
        assert desk.commands == []
        tab.run(
            "window.pressed = []; document.addEventListener('keydown', (e) => pressed.push(e.key, e.defaultPrevented)), 0"
        )
        tab.press("Escape")
        tab.press("1")
        tab.press("Enter")
        assert tab.run("document.activeElement.tagName") == "BODY"
        assert tab.run("pressed") == ["Escape", False, "1", False, "Enter", False]
        assert desk.commands == []


def test_nobody_turns_the_card(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """In an app that the script cannot ask, or that does not turn, the verdict comes on the front."""
    card = add()
    with chromium.tab() as tab:
        reviewer.open_alone(tab, card.question())
        type_in(tab, "1")
        tab.press("Enter")
        assert tab.run(WORD) == "Not right"
        assert "Turn the card" in tab.run("document.querySelector('.turn').innerText")
        assert tab.run("document.querySelector('.key')") is None
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        tab.write("1")
        tab.press("Enter")
        tab.until("document.querySelector('.verdict')")
        assert tab.run(WORD) == "Not right"


@pytest.mark.parametrize("app", ["showAnswer", "sendMessage2"])
def test_other_apps_are_asked_their_way(chromium: Chromium, reviewer: Reviewer, add: Add, app: str) -> None:
    """AnkiDroid has a function to turn the card, AnkiMobile a message."""
    card = add()
    with chromium.tab() as tab:
        tab.before(f"window.asked = []; window.anki = {{}}; window.{app} = (...what) => asked.push(...what, 1)")
        reviewer.open_alone(tab, card.question())
        type_in(tab, "1")
        tab.run("document.querySelector('.check').click()")
        assert tab.run("asked") == ([1] if app == "showAnswer" else ["ankitap", "midCenter", 1])


def test_the_hint_is_the_rule(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """Shown on demand, set in type, in the language of the moment."""
    card = add("conv_params")
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        assert not tab.run("document.querySelector('.rule').innerText")
        tab.run("document.querySelector('.hint-button').click()")
        tab.until("document.querySelector('.rule mjx-container')")
        assert "if there are no biases" in tab.run("document.querySelector('.rule').innerText")
        tab.run("document.querySelector('.language').click()")
        tab.until("document.querySelector('.rule mjx-container')")
        assert "不带偏置时没有" in tab.run("document.querySelector('.rule').innerText")


def test_the_language_goes_with_the_card(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """Turned to Chinese on the front, the back is Chinese, and the next card begins in the note's own."""
    card = add()
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(card)
        tab.write("1")
        tab.run("document.querySelector('.language').click()")
        one = real("conv_output")[shown(tab)]
        assert plain(tab.run(STEM)) == plain(one.stem.zh)
        assert tab.run("document.querySelector('#quizcv input').value") == "1"
        assert tab.run("document.querySelector('.title').innerText") == model_named("conv_output").title.zh
        assert tab.run("document.querySelector('.live').lang") == "zh-CN"
        desk.answer(card)
        assert tab.run(WORD) == "不对"
        desk.question(card)
        assert tab.run("document.querySelector('.live').lang") == "en"


# --- when something is missing


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_javascript(chromium: Chromium, reviewer: Reviewer, add: Add, lang: str) -> None:
    """One item stands there, and on the back its key and solution."""
    card, one = add(lang=lang), real("conv_output")[0]
    with chromium.tab(scripts=False) as tab:
        reviewer.open_alone(tab, card.question())
        text = tab.run("document.body.innerText")
        assert plain(one.stem.in_(lang)) in plain(text)
        assert "Networks & shapes › " + model_named("conv_output").title.in_(lang) in text
        assert written(one.key, one.answer) not in text
        reviewer.open_alone(tab, card.answer())
        text = tab.run("document.body.innerText")
        assert plain(one.stem.in_(lang)) in plain(text)
        assert written(one.key, one.answer) in text
        assert "✓ PyTorch" in text
        assert "forms" not in text


@pytest.mark.parametrize(
    "broken",
    [
        "delete window.BigInt",
        "JSON.parse = () => { throw new Error('x') }",
        "Math.random = () => NaN",
        "HTMLElement.prototype.focus = () => { throw new Error('x') }",
        "String.prototype.normalize = undefined",
    ],
)
def test_a_script_that_fails_leaves_the_item(chromium: Chromium, reviewer: Reviewer, add: Add, broken: str) -> None:
    """An old browser, an empty field, anything: front and back show the same item, and the console stays quiet."""
    card, one = add(), real("conv_output")[0]
    with chromium.tab() as tab:
        tab.before(broken)
        reviewer.open_alone(tab, card.question())
        if tab.run("!!document.querySelector('#quizcv input')"):  # what fails so late does it when asked
            type_in(tab, "12")
            tab.press("Enter")
        assert plain(one.stem.en) in plain(tab.run("document.querySelector('#quizcv').innerText"))
        assert tab.run("document.querySelector('#quizcv .live')") is None
        reviewer.open_alone(tab, card.answer())
        assert tab.run("document.querySelector('#quizcv .live')") is None
        assert plain(one.stem.en) in plain(tab.run("document.querySelector('#quizcv').innerText"))
        assert written(one.key, one.answer) in tab.run("document.querySelector('#quizcv').innerText")


def test_a_field_that_an_editor_has_been_in(
    chromium: Chromium, reviewer: Reviewer, add: Add, collection: Collection
) -> None:
    """Hard spaces and tags around the JSON do no harm; JSON cut short leaves the still item."""
    card = add()
    note = card.note()
    whole = note["Items"]
    with chromium.tab() as tab:
        for text, lives in ((f"<div>{whole.replace(' ', '&nbsp;')}<br></div>", True), (whole[:-5], False), ("", False)):
            note["Items"] = text
            collection.update_note(note)
            desk = reviewer.open(tab)
            desk.question(card)
            assert tab.run("!!document.querySelector('.live')") is lives
            assert tab.run("document.querySelector('#quizcv').innerText.length") > 60
        assert tab.errors == []


# --- how it looks


@pytest.mark.parametrize("alone", [False, True], ids=["reviewer", "alone"])
@pytest.mark.parametrize("model", ["conv_params", "adam_step", "softmax_value"])
def test_math_is_set_on_both_sides(chromium: Chromium, reviewer: Reviewer, add: Add, model: str, alone: bool) -> None:
    """What the script puts in is typeset by Anki's MathJax; nothing stays raw."""
    card = add(model)
    raw = r"/\\[(\[]/.test(document.querySelector('#quizcv').innerText)"
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        for side in ("question", "answer"):
            if alone:
                reviewer.open_alone(tab, getattr(card, side)(), math=True)
            else:
                getattr(desk, side)(card)
            assert tab.run(raw) is False
        assert tab.run("document.querySelectorAll('.live .solution mjx-container').length")
        assert tab.errors == []


_CONTRAST = """(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.unshift(numbers(getComputedStyle(one).backgroundColor));
    return layers.reduce((below, [r, g, b, a = 1]) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a)), [255, 255, 255]);
  };
  const found = {};
  for (const element of document.querySelectorAll('#quizcv .live *')) {
    if (!element.innerText || !element.offsetWidth || element.closest('mjx-container')) continue;
    const pair = [light(numbers(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    found[element.className + ' ' + element.tagName] = (pair[0] + 0.05) / (pair[1] + 0.05);
  }
  return found;
})()"""


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("alone", [False, True], ids=["reviewer", "alone"])
def test_contrast(chromium: Chromium, reviewer: Reviewer, add: Add, night: bool, alone: bool) -> None:
    """Everything can be read by day and by night: 4.5 to 1, as WCAG has it."""
    card = add("conv_params")
    with chromium.tab() as tab:
        desk = reviewer.open(tab, night=night)
        for typed in ("1", "x", "right"):
            if alone:
                reviewer.open_alone(tab, card.question(), night=night)
            else:
                desk.question(card)
            key = real("conv_params")[shown(tab)].key
            type_in(tab, str(key) if typed == "right" else typed)
            tab.run("document.querySelector('.hint-button').click()")
            if typed == "x":
                tab.press("Enter")
            front = tab.run(_CONTRAST)
            assert any("hint-button" in name for name in front)
            if alone:
                reviewer.open_alone(tab, card.answer(), night=night)
            else:
                desk.answer(card)
            back = tab.run(_CONTRAST)
            assert {"key DIV", "proof DIV", "sign SPAN"} <= set(back)
            assert {name: ratio for name, ratio in (front | back).items() if ratio < 4.5} == {}
            dark = tab.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((part) => part < 60)")
            assert dark is night


@pytest.mark.parametrize("model", ["mean_iou", "conv_params", "adam_step", "attention_macs", "one_cycle_lr"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_narrow_phone(chromium: Chromium, reviewer: Reviewer, add: Add, model: str, lang: str) -> None:
    """At 360 pixels nothing sticks out, letters in the field are large enough not to zoom, and no keyboard comes up by itself."""
    card = add(model, lang)
    wide = "document.documentElement.scrollWidth - innerWidth"
    with chromium.tab(360, 640, phone=True) as tab:
        desk = reviewer.open(tab)
        for _ in range(ITEMS):
            desk.question(card)
            assert tab.run("document.activeElement.tagName") == "BODY"
            assert tab.run("parseFloat(getComputedStyle(document.querySelector('#quizcv input')).fontSize)") >= 16
            tab.run("document.querySelector('.hint-button').click()")
            type_in(tab, "12345678901234567890" * 8)
            assert tab.run(wide) <= 0
            desk.answer(card)
            assert tab.run(wide) <= 0
        assert tab.errors == []


def test_ten_cards_in_a_row(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """Cards of ten kinds in one page leave no error and no listener behind, and take a moment each."""
    cards = [add(name) for name in TEN]
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        desk.question(cards[0])
        tab.run(
            "window.bound = []; for (const target of [window, document, document.body]) {"
            " const real = target.addEventListener;"
            " target.addEventListener = function (name) { bound.push(name); return real.apply(this, arguments); }; } 0"
        )
        globals_before = set(tab.run("Object.getOwnPropertyNames(window)"))
        took = []
        for name, card in [*zip(TEN, cards, strict=True)] * 2:
            begun = time.perf_counter()
            desk.question(card)
            key = real(name)[shown(tab)].key
            tab.write(" ".join(map(str, key)) or "-" if isinstance(key, tuple) else str(key))
            tab.press("Enter")
            assert desk.commands == ["ans"]
            desk.answer(card)
            took.append(time.perf_counter() - begun)
            assert tab.run(WORD) == "Right"
            assert tab.run("document.querySelectorAll('#quizcv').length") == 1
        assert tab.errors == []
        assert [name for name in tab.run("bound") if name not in ("dragover",)] == []
        assert set(tab.run("Object.getOwnPropertyNames(window)")) - globals_before == set()
    assert sorted(took)[len(took) // 2] < 5


def test_a_number_beyond_javascript(chromium: Chromium, reviewer: Reviewer, add: Add) -> None:
    """Counts above 2^53 are exact, and small numbers are read in their own notation."""
    huge = replace(real("conv_params")[0], key=2**53 + 1, answer=Integer(), distractors=())
    tiny = replace(huge, key=1.23457e-7, answer=Number(significant=3))
    with chromium.tab() as tab:
        desk = reviewer.open(tab)
        for item, typed, word in (
            (huge, "9007199254740993", "Right"),
            (huge, "9007199254740992", "Not right"),
            (tiny, "1.23e-7", "Right"),
            (tiny, "0.000000124", "Right"),
            (tiny, "1.25e-7", "Not right"),
        ):
            card = add("conv_params", items=[item], card=f"{item.key}")
            desk.question(card)
            tab.write(typed)
            desk.answer(card)
            assert tab.run(WORD) == word, typed
