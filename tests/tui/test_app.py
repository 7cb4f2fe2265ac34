"""The review on a (headless) screen: every key, and what it leaves in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from desk import Text, World, burst, seen
from samples import LONG
from sqlalchemy import update
from textual.pilot import Pilot
from textual.widgets import Input

from quizcv.errors import StoreBusy, StoreError, UsageError
from quizcv.model import Action, Card, CardFilter, Grade, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.store.tables import texts
from quizcv.study import Wanted
from quizcv.study.grading import replayed
from quizcv.tui.app import ReviewApp

FIRST, SECOND, NEW = "Which activation?", "Which year?", "How many layers has AlexNet?"


def bottom(app: ReviewApp) -> str:
    return "\n".join(seen(app).splitlines()[-2:])


# --- showing and grading -----------------------------------------------------------------------------------------


async def test_the_first_card_is_there_at_once(three: World) -> None:
    """Where it stands, how many are to come, the question; not the answer."""
    app = three.app()
    async with app.run_test():
        screen = seen(app)
        assert "backbone::alexnet › AlexNet" in screen
        assert "1 new · 2 due" in screen
        assert FIRST in screen
        assert "ReLU" not in screen
        assert "space show answer" in screen


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_reveal(three: World, key: str) -> None:
    """The answer, and beside each key when the card would come again."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press(key)
        assert "ReLU" in seen(app)
        assert "1 again today, 1d   2 hard today, 15d   3 good 15d   4 easy 16d" in seen(app)
        assert three.journal() == []


@pytest.mark.parametrize(("key", "grade"), [("1", 1), ("2", 3), ("3", 4), ("4", 5), ("３", 4)])
async def test_grade(three: World, key: str, grade: int) -> None:
    """One key; the review is on the disk when the next card is on the screen, with the time it took."""
    app = three.app()
    async with app.run_test() as pilot:
        three.clock.wait(4.5)
        await pilot.press("space")
        three.clock.wait(3)
        await pilot.press(key)
        assert SECOND in seen(app)
        with three.opened().read() as db:
            (entry,) = db.journal.entries(1)
        assert (entry.action, entry.grade, entry.took_ms) == (Action.REVIEW, grade, 7500)


@pytest.mark.parametrize("key", ["1", "4", "0", "5"])
async def test_no_grade_before_the_answer(three: World, key: str) -> None:
    """It is said, and nothing is written."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press(key)
        assert FIRST in seen(app)
        assert three.journal() == []
        assert "first show the answer" in bottom(app) or "grade with 1-4" in bottom(app)


@pytest.mark.parametrize("key", ["enter", "space", "0", "5"])
async def test_nothing_grades_by_accident(three: World, key: str) -> None:
    """Enter and space on a turned card do not grade, nor do numbers that are not on offer."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("space", key, key)
        assert "ReLU" in seen(app)
        assert three.journal() == []
        assert key == "space" or "grade with 1-4" in bottom(app)


async def test_six_grades(three: World) -> None:
    """By the setting, the keys are SM-2's own."""
    three.settings = Settings(grades=6)
    app = three.app()
    async with app.run_test() as pilot:
        for key in "012345":
            await pilot.press("space")
            assert "2 almost" in seen(app)
            await pilot.press(key)
        assert [grade for _, grade in three.journal()] == [0, 1, 2, 3, 4, 5]


async def test_the_drill(three: World) -> None:
    """What was graded under 4 comes again today, marked, until it is good; then the summary."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("space", "1", "space", "3", "space", "3")
        assert FIRST in seen(app)
        assert "again" in seen(app).splitlines()[0]
        await pilot.press("space")
        assert "1 again today   2 hard today   3 good done   4 easy done" in seen(app)
        await pilot.press("2", "space", "3")
        assert "5 cards graded, all done." in seen(app)
    assert three.journal()[-2:] == [("drill", 3), ("drill", 4)]


async def test_cramming_touches_no_schedule(three: World) -> None:
    """The journal has it, the schedule does not; what was not known comes again."""
    before = three.rows()["schedule"]
    app = three.app(Wanted(cram=True))
    async with app.run_test() as pilot:
        assert "cram   3 to cram" in seen(app)
        await pilot.press("space", "1", "space", "3", "space", "3", "space", "3")
        assert "all done" in seen(app)
    assert three.rows()["schedule"] == before
    assert [action for action, _ in three.journal()] == ["cram"] * 4


async def test_progress_counts_grades_only(three: World) -> None:
    """A flag is not progress."""
    app = three.app()
    async with app.run_test() as pilot:
        assert "━" not in seen(app)
        await pilot.press("f")
        assert "━" not in seen(app)
        await pilot.press("space", "3")
        assert seen(app).splitlines()[1].count("━") == 26  # a third of 78


# --- the other keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "field"), [("x", "suspended"), ("exclamation_mark", "suspended"), ("b", "buried")])
async def test_bury_and_suspend(three: World, key: str, field: str) -> None:
    """The card goes, before or after its answer, and it is said."""
    for reveal in ((), ("space",)):
        app = three.app()
        async with app.run_test() as pilot:
            card = app._sitting.prompt.card.id  # type: ignore[union-attr]
            await pilot.press(*reveal, key)
            assert field in bottom(app)
            with three.store.read() as db:
                assert getattr(db.schedule.state(1, card), field)


async def test_skip(three: World) -> None:
    """Behind the others, with nothing written; the only card left stays."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("s")
        assert SECOND in seen(app)
        assert "skipped" in bottom(app)
        await pilot.press("s", "s")
        assert FIRST in seen(app)
        assert three.journal() == []
        await pilot.press("space", "3", "space", "3", "s")
        assert "only card left" in bottom(app)


async def test_flag(three: World) -> None:
    """On and off; a turned card stays turned, also when the flag is taken back."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("space", "f")
        assert "flag" in seen(app).splitlines()[0]
        assert "ReLU" in seen(app)
        await pilot.press("f")
        assert "flag" not in seen(app).splitlines()[0]
        await pilot.press("u")
        assert "flag" in seen(app).splitlines()[0]
        assert "ReLU" in seen(app)
        assert "undone: flag taken away" in bottom(app)


async def test_hint(world: World) -> None:
    """Only where there is one, under the question."""
    world.put(Text("ReLU is […].", "ReLU is **max(0, x)**.", hint="a *function* of $x_1$"), Text("q", "a"))
    app = world.app()
    async with app.run_test() as pilot:
        assert "h hint" in seen(app)
        await pilot.press("h")
        assert "hint: a function of x₁" in seen(app)
        assert "h hint" not in seen(app)
        await pilot.press("space", "3", "h")
        assert "no hint" in bottom(app)


async def test_help(three: World) -> None:
    """All keys; any key closes it and does nothing else."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("question_mark")
        for word in ("again", "bury", "Ctrl+C", "u", "deck file"):
            assert word in seen(app)
        await pilot.press("down", "3")
        assert FIRST in seen(app)
        assert three.journal() == []


async def test_scrolling(world: World) -> None:
    """A long answer is read to its end by every key that scrolls; the keys below stay in sight."""
    world.put(Text("List them.", LONG))
    app = world.app()
    async with app.run_test() as pilot:
        await pilot.press("space")
        assert "Point 1:" in seen(app)
        assert "Point 20:" not in seen(app)
        pairs = (("j", "k"), ("down", "up"), ("space", "pageup"), ("pagedown", "pageup"), ("end", "home"))
        for down, up in pairs:
            await burst(pilot, *[down] * 40)
            assert "Point 20:" in seen(app), down
            assert "3 good" in seen(app)
            await burst(pilot, *[up] * 40)
            assert "Point 1:" in seen(app), up
        await pilot.press("end", "3")
    assert world.journal() == [("learn", 4)]


async def test_a_long_question_leaves_room_for_its_answer(world: World) -> None:
    """Turned, the answer is in sight; the next card begins at its top."""
    world.put(Text(LONG, "The answer."), Text(LONG, "Another."))
    app = world.app()
    async with app.run_test() as pilot:
        await pilot.press("space")
        await pilot.pause()
        assert "The answer." in seen(app)
        await pilot.press("3")
        assert "Point 1:" in seen(app)


DEAD = ["left", "f5", "tab", "shift+tab", "escape", "delete", "backspace", "z", "Z", "é", "我", "ctrl+k", "ctrl+p", "0",
        "7", "left_square_bracket", "ctrl+z", "ctrl+d", "insert", "comma", "plus", "home", "pagedown", "j"]  # fmt: skip


async def test_dead_keys(three: World) -> None:
    """They do nothing, on every screen."""
    app = three.app()
    async with app.run_test() as pilot:
        await burst(pilot, *DEAD)
        assert FIRST in seen(app)
        await burst(pilot, "space", *DEAD)
        assert FIRST in seen(app)
        assert "ReLU" in seen(app)
    assert three.journal() == []


# --- undo --------------------------------------------------------------------------------------------------------


async def test_undo_to_the_start(three: World) -> None:
    """Every kind of step, then undo until there is nothing: every row of every table is as it was."""
    before = three.rows()
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("f", "space", "1", "s", "space", "2", "b", "space", "3", "space", "2", "x")
        assert "all done" in seen(app)
        assert three.rows() != before
        for _ in range(20):
            await pilot.press("u")
            if "nothing to undo" in bottom(app):
                break
        assert "nothing to undo" in bottom(app)
        assert three.rows() == before
        assert FIRST in seen(app)
        assert "1 new · 2 due" in seen(app)


async def test_undo_shows_the_question_again(three: World) -> None:
    """Not its answer; and says what was taken back."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("space", "3", "space", "u")
        assert FIRST in seen(app)
        assert "ReLU" not in seen(app)
        assert "undone: good." in bottom(app)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_keys_at_any_speed(three: World, seed: int) -> None:
    """No crash, the journal explains the schedule, and undo leads back to the first row."""
    random = Random(seed)
    three.settings = Settings(new_per_day=100)
    three.put(
        *[Text(f"typed {number}?", "yes", typed=number % 5 == 0, hint="h" * (number % 2)) for number in range(80)]
    )
    before = three.rows()
    app = three.app()
    usual = ["space", "enter", "1", "2", "3", "4", "u", "s", "b", "x", "f", "h", "j", "tab", "escape", "y", "e"]
    async with app.run_test() as pilot:
        for _ in range(6):
            await burst(pilot, *random.choices(usual, k=50))
            three.clock.wait(1)
        with three.store.read() as db:
            assert len(list(db.journal.entries(1))) > 10
            for card in db.cards.all(CardFilter(text="typed")):
                entries = list(db.journal.entries(1, card_id=card.id))
                assert replayed(entries, SM2(), three.settings) == db.schedule.state(1, card.id)
        await burst(pilot, *["escape", "u"] * 300)
        assert "nothing to undo" in bottom(app)
    assert three.rows() == before


# --- typed answers -----------------------------------------------------------------------------------------------


@pytest.fixture
def asking(world: World) -> World:
    world.put(Text("Parameters of conv1?", "34,944. As $(11^2 \\cdot 3 + 1) \\cdot 96$.", typed=True), Text("q", "a"))
    return world


@pytest.mark.parametrize(("typed", "sign"), [("34944", "✓"), ("34,944 ", "✓"), ("3", "✗")])
async def test_typed_answer(asking: World, typed: str, sign: str) -> None:
    """It is typed before the reveal and shown beside the answer; the grade is the learner's."""
    app = asking.app()
    async with app.run_test() as pilot:
        await pilot.press(*typed, "enter")
        assert f"{sign} {typed.strip()}" in seen(app)
        assert asking.journal() == []
        await pilot.press("1")
    assert asking.journal() == [("learn", 1)]


async def test_keys_beside_typing(asking: World) -> None:
    """Escape gives the keys back, tab the line; Enter alone shows the answer, without a sign."""
    app = asking.app()
    async with app.run_test() as pilot:
        await pilot.press("u", "q", "3")
        assert app.query_one(Input).value == "uq3"
        await pilot.press("escape", "s")
        assert "skipped" in bottom(app)
        await pilot.press("u")
        assert app.query_one(Input).value == ""
        await pilot.press("escape", "tab", "x", "escape", "f", "tab", "y", "up", "down")
        assert app.query_one(Input).value == "xy"
        await pilot.press("ctrl+u", "enter")
        assert "34,944" in seen(app)
        assert "✓" not in seen(app)
        assert "✗" not in seen(app)


async def test_typing_faster_than_the_screen(asking: World) -> None:
    """Letters go into the line of the card they were meant for, the grade behind Enter does not."""
    asking.put(Text("What is ReLU?", "max(0, x)", typed=True), Text("last", "one"))
    app = asking.app()
    async with app.run_test() as pilot:
        await burst(pilot, *"34944", "enter")
        assert "✓ 34944" in seen(app)
        await burst(pilot, "3", "space", "3", *"max", "enter", "1", "u")
        assert asking.journal() == [("learn", 4), ("learn", 4)]
        await burst(pilot, *"max(0,x)", "enter")
        assert "✓ max(0,x)" in seen(app)


# --- the end -----------------------------------------------------------------------------------------------------


async def test_summary_and_leaving(three: World) -> None:
    """q shows what was done; escape goes back, u takes back, q or enter leaves; whoever types on by rhythm stays."""
    app = three.app()
    async with app.run_test() as pilot:
        three.clock.wait(10)
        await pilot.press("space", "3", "q")
        for words in ("1 card graded, 2 left.", "100%  (1 of 1)", "10 s", "due tomorrow"):
            assert words in seen(app)
        await pilot.press("escape")
        assert SECOND in seen(app)
        await pilot.press("q", "u")
        assert FIRST in seen(app)
        await pilot.press("q", "space", "4", "x")
        assert "all done" in seen(app) or "left." in seen(app)
        await pilot.press("enter")
        await pilot.pause()
    assert (app.return_code, app.return_value) == (0, None)


async def test_the_last_grade_can_be_taken_back(three: World) -> None:
    """On the summary at the end."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press(*["space", "3"] * 3)
        assert "3 cards graded, all done." in seen(app)
        await pilot.press("u")
        assert NEW in seen(app)


async def test_ctrl_c_leaves_and_keeps(three: World) -> None:
    """At once, also while typing; what was graded stays graded."""
    three.put(Text("typed?", "yes", typed=True))
    app = three.app(Wanted(cards=CardFilter(text="?")))
    async with app.run_test() as pilot:
        await pilot.press("space", "3", "ctrl+c")
        await pilot.pause()
    assert app.return_code == 0
    assert three.journal() == [("review", 4)]


async def test_an_empty_queue(world: World) -> None:
    """The summary at once, and nothing to take back."""
    app = world.app()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "0 cards graded, all done." in seen(app)
        assert "undo" not in seen(app)
        await pilot.press("u")
        assert "nothing to undo" in seen(app)
        await pilot.press("enter")
        await pilot.pause()
    assert app.return_code == 0


# --- trouble -----------------------------------------------------------------------------------------------------


async def test_a_card_answered_in_another_window(three: World) -> None:
    """That answer stands, it is said, and the next card comes; undo of what another window changed is refused."""
    app = three.app()
    other = three.session(store=three.opened())
    async with app.run_test() as pilot:
        await pilot.press("space")
        other.show(three.clock())
        other.grade(Grade.PERFECT, three.clock())
        await pilot.press("3")
        assert "another window" in bottom(app)
        assert SECOND in seen(app)
        assert three.journal() == [("review", 5)]
        await pilot.press("space", "3")
        other.undo(three.clock())
        assert NEW in seen(app)


@pytest.mark.parametrize("key", ["b", "x", "f"])
async def test_marking_a_card_changed_elsewhere(three: World, key: str) -> None:
    """As with a grade: the other window's answer stands."""
    app = three.app()
    other = three.session(store=three.opened())
    async with app.run_test() as pilot:
        other.show(three.clock())
        other.grade(Grade.PERFECT, three.clock())
        await pilot.press(key)
        assert "another window" in bottom(app)
        assert SECOND in seen(app)


async def test_undoing_a_card_changed_elsewhere(three: World) -> None:
    """Refused, with the card on the screen left as it is."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("space", "1")
        other = three.session(store=three.opened())
        while (prompt := other.show(three.clock())) and prompt.action is not Action.DRILL:
            other.skip()
        other.grade(Grade.GOOD, three.clock())
        await pilot.press("space", "u")
        assert "2012" in seen(app)
        assert "another window" in bottom(app)


async def test_two_apps_lose_nothing(three: World) -> None:
    """Both go through the same queue; each card is scheduled once."""
    first, second = three.app(), three.app(store=three.opened())
    async with first.run_test() as one:
        await one.press("space")
        async with second.run_test() as two:
            await two.press("space", "3")
            await one.press("3", "space", "3")
            await two.press("space", "3", "space", "3")
            assert "all done" in seen(second)
    assert sorted(three.journal()) == [("learn", 4), ("review", 4), ("review", 4)]


async def test_a_leech(world: World) -> None:
    """The eighth failure suspends it, and that is said."""
    world.put(Text("hard one", "x", due=0, lapses=7), Text("q", "a"))
    app = world.app()
    async with app.run_test() as pilot:
        await pilot.press("space", "1")
        assert "leech: failed 8 times, suspended." in bottom(app)
        await pilot.press("u")
        assert world.journal() == []


async def test_a_leech_that_is_only_marked(world: World) -> None:
    """By the setting it stays in the reviews."""
    world.settings = Settings(leech_action="tag")
    world.put(Text("hard one", "x", due=0, lapses=7))
    app = world.app()
    async with app.run_test() as pilot:
        await pilot.press("space", "1")
        assert "leech: failed 8 times." in bottom(app)
        assert "again  leech" in seen(app).splitlines()[0]


async def test_where_the_database_fails_the_app_gives_the_error_back(
    three: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends, nothing is shown as accepted, and the caller gets the error to print."""
    app = three.app()
    failure = StoreBusy("held by another program.", "Close it.")

    @contextmanager
    def fails() -> Iterator[Any]:
        raise failure
        yield

    async with app.run_test() as pilot:
        await pilot.press("space")
        monkeypatch.setattr(three.store, "write", fails)
        await pilot.press("3")
        await pilot.pause()
    assert app.return_value is failure
    assert isinstance(failure, StoreError)
    assert three.journal() == []


# --- editing -----------------------------------------------------------------------------------------------------


async def suspended(pilot: Pilot[Any], monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Press keys where the app can be suspended, as in a real terminal."""

    @contextmanager
    def suspend() -> Iterator[None]:
        yield

    monkeypatch.setattr(pilot.app, "suspend", suspend)
    await pilot.press(*keys)


async def test_edit_shows_the_new_text(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, on the side that was shown; the time in the editor is not time to think."""
    edited: list[Card] = []

    def edit(card: Card) -> None:
        edited.append(card)
        three.clock.wait(500)
        with three.store.write() as db:
            change = (
                update(texts).where(texts.c.card_id == card.id).values(front="Which nonlinearity?", back="the ReLU")
            )
            db.connection.execute(change)

    app = three.app(edit=edit)
    async with app.run_test() as pilot:
        three.clock.wait(2)
        await suspended(pilot, monkeypatch, "space", "e")
        assert "Which nonlinearity?" in seen(app)
        assert "the ReLU" in seen(app)
        assert (edited[0].path, edited[0].line) == ("decks/notes.md", 11)
        await pilot.press("3")
        with three.store.read() as db:
            assert [entry.took_ms for entry in db.journal.entries(1)] == [2000]


async def test_edit_that_takes_the_card_away(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one comes, with its question."""

    def edit(card: Card) -> None:
        with three.store.write() as db:
            db.decks.set_orphaned([card.id], three.clock().date())

    app = three.app(edit=edit)
    async with app.run_test() as pilot:
        await suspended(pilot, monkeypatch, "space", "e")
        assert SECOND in seen(app)
        assert "2012" not in seen(app)
        assert "not in its file any more" in bottom(app)


async def test_edit_that_fails(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong is said, and the card stays."""

    def edit(_card: Card) -> None:
        raise UsageError("no editor was found.", "Set $EDITOR.")

    app = three.app(edit=edit)
    async with app.run_test() as pilot:
        await suspended(pilot, monkeypatch, "e")
        assert "no editor was found. Set $EDITOR." in bottom(app)
        assert FIRST in seen(app)


async def test_edit_where_nothing_can_be_opened(three: World) -> None:
    """No callback, or a terminal that cannot be handed over: the place is told instead."""
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("e")
        assert "cannot be edited" in bottom(app)
    app = three.app(edit=lambda _card: None)
    async with app.run_test() as pilot:
        await pilot.press("e")
        assert "decks/notes.md:11" in bottom(app)


async def test_edit_with_a_broken_database(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app leaves, as everywhere."""

    def edit(_card: Card) -> None:
        raise StoreError("disk full.")

    app = three.app(edit=edit)
    async with app.run_test() as pilot:
        await suspended(pilot, monkeypatch, "e")
        await pilot.pause()
    assert isinstance(app.return_value, StoreError)


# --- safety ------------------------------------------------------------------------------------------------------


async def test_a_deck_cannot_write_to_the_terminal(world: World) -> None:
    """Control characters in any part of a card are gone before they are shown."""
    evil = "\x1b]0;owned\x07\x1b[2Jtext\x9b31m"
    world.put(Text(evil, evil, deck=f"deck{evil}", breadcrumb=(evil,), hint=evil))
    app = world.app()
    async with app.run_test() as pilot:
        await pilot.press("h", "space")
        assert not any(
            ord(letter) < 32 or 127 <= ord(letter) < 160 for line in seen(app).splitlines() for letter in line
        )


@pytest.mark.parametrize("size", [(40, 12), (200, 60), (10, 3)])
async def test_any_size(three: World, size: tuple[int, int]) -> None:
    """From a strip to a wall; the review works blind if it must."""
    app = three.app()
    async with app.run_test(size=size) as pilot:
        await pilot.press("space", "3", "question_mark", "escape", "f", "q", "escape", "space", "3")
    assert len(three.journal()) == 3


async def test_resizing_keeps_the_card(three: World) -> None:
    """Turned stays turned."""
    app = three.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "ReLU" in seen(app)
        assert "4 easy" in seen(app)


async def test_without_colour(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR: not one colour; what matters is said in words."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = three.app()
    async with app.run_test() as pilot:
        await pilot.press("f", "space")
        for strip in app.screen._compositor.render_strips():
            for segment in strip.apply_filter(app.get_line_filters()[-1], app.screen.background_colors[0]):
                colour = segment.style.color if segment.style else None
                assert colour is None or colour.is_default
        assert "flag" in seen(app)


async def test_typing_ahead_of_the_screen(three: World) -> None:
    """Keys that come all at once: each meets the card it was meant for, and none does harm between two screens."""
    app = three.app()
    async with app.run_test() as pilot:
        await burst(pilot, *["space", "3"] * 2)
        assert three.journal() == [("review", 4)] * 2
        await burst(pilot, *"?z")
        await burst(pilot, *"???z")
        await burst(pilot, "escape")
        await burst(pilot, "q")
        await burst(pilot, "escape", "escape")
        assert NEW in seen(app)
        await burst(pilot, *"uu")
        assert three.journal() == []
        await burst(pilot, *"qqqqqq")
        await burst(pilot, *"qqqqqq")
        await pilot.pause()
    assert app.return_code == 0
