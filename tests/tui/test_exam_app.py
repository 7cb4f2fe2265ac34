"""Sitting an exam on the screen, from the first key to the last solution."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from desk import NOON, Clock, burst, seen
from paper import EXAM, FORM
from rich.cells import cell_len
from textual.pilot import Pilot

from quizcv.errors import StoreError
from quizcv.exam.judging import Verdict
from quizcv.exam.sitting import Phase, Sitting
from quizcv.tui.exam import ExamApp
from quizcv.tui.examdesk import Desk

STEM = "A convolution with kernel 11×11"


@dataclass
class Room:
    """An exam that somebody sits."""

    lang: str = "en"
    minutes: int | None = 30
    tick: float = 1.0
    resume: dict[str, Any] | None = None
    clock: Clock = field(default_factory=Clock)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.resume:
            self.sitting = Sitting.from_json(EXAM, FORM, self.resume, self.clock())
        else:
            self.sitting = Sitting(EXAM, FORM, self.clock(), self.minutes)
        self.app = ExamApp(Desk(self.sitting, self.lang, self.clock, self.kept.append), tick=self.tick)

    async def drive(self, *pressed: str, size: tuple[int, int] = (80, 24)) -> str:
        """The screen after these keys."""
        async with self.app.run_test(size=size) as pilot:
            return await press(pilot, *pressed)


async def press(pilot: Pilot[Any], *pressed: str) -> str:
    await pilot.press(*pressed)
    await pilot.pause()
    return seen(pilot.app) if pilot.app.is_running else ""


#: Answers to all questions, the first two wrong and right, the third with an arrow.
ANSWERS = ("5", "6", "enter", "b", "enter", "down", "down", "enter", *"off", "enter")
SUBMIT = ("escape", "s", "y")


async def test_a_whole_exam() -> None:
    """Typed, chosen by letter and by arrow, in words; handed in, judged, scored, and walked through."""
    room = Room()
    async with room.app.run_test(size=(80, 24)) as pilot:
        screen = seen(room.app)
        for said in ("Numbers", "question 1 of 4", "2 points", "30 min left", "Good luck.", "Do not forget", STEM):
            assert said in screen
        screen = await press(pilot, *ANSWERS)
        assert "This is the last question." in screen
        assert [room.sitting.typed(number) for number in range(1, 5)] == ["56", "b", "B", "off"]
        screen = await press(pilot, "escape", "s")
        assert "Hand the exam in?" in screen
        assert "blank" not in screen
        screen = await press(pilot, "y")
        for said in ("your note", "off", "switches units off", "1 right", "2 partly", "3 wrong"):
            assert said in screen
        screen = " ".join((await press(pilot, "2")).split())
        for said in ("Numbers 2 / 4 50%", "Words 词 2 / 4 50%", "In all 4 / 8 50%", "2 right, 1 partly right, 1 wrong"):
            assert said in screen
        screen = await press(pilot, "enter")
        for said in (
            "✗ 56",
            "wrong, 0 of 2 points",
            "The division was rounded up.",
            "55 px",
            "⌊(227 − 11)/4⌋ + 1 = 55",
        ):
            assert said in screen
        assert "Confirmed by PyTorch (operation: conv1d)" in screen
        assert "✓ b  right, 1 of 1 point" in await press(pilot, "enter")
        assert "✓ B" in await press(pilot, "enter")
        screen = await press(pilot, "enter")
        assert "≈ off  partly right, 2 of 4 points" in screen
        assert "right, 4 of 4" in await press(pilot, "1")
        assert "6 / 8   75%" in await press(pilot, "enter")
        await pilot.press("q")
    result = room.sitting.result(room.clock())
    assert result is not None
    assert (result.total.points, result.missed, result.missed_cards) == (6, ("conv_output",), ())


async def test_options_say_what_leads_to_them() -> None:
    """The misconception of a chosen option, and the right one with its text."""
    screen = await Room().drive("tab", "a", "tab", *SUBMIT, "1", "enter", "enter")
    assert "✗ a  wrong" in screen
    assert "The division was rounded up." in screen
    assert "B) 55 px" in screen


async def test_malformed_is_asked_again_and_kept() -> None:
    """The first time the question stays and says why; it may be left so, counts as not read, and is listed."""
    room = Room()
    async with room.app.run_test(size=(80, 24)) as pilot:
        screen = await press(pilot, *"5 cm", "enter")
        assert "cannot be read" in screen
        assert "It is kept" in screen
        assert STEM in screen
        assert "question 2 of 4" in await press(pilot, "enter")
        assert "5 cm" in await press(pilot, "shift+tab")
        screen = await press(pilot, "escape", "s")
        assert "1 cannot be read: 1" in screen
        assert "3 blank: 2, 3, 4" in screen
        screen = await press(pilot, "y", "3")
        assert "Not read, no points: 1 “5 cm”" in screen
        assert "0 / 8   0%" in screen
        assert "1 wrong, 2 blank, 1 not read" in screen
    assert room.sitting.marked(1).verdict is Verdict.UNREAD


async def test_marked_and_blank_are_counted_before_handing_in() -> None:
    """The overview and the question both say so; saying no changes nothing."""
    room = Room()
    async with room.app.run_test(size=(80, 24)) as pilot:
        screen = await press(pilot, *"55", "escape", "m")
        assert "Marked for later." in screen
        assert "marked  30 min left" in screen.split("\n")[0]
        screen = await press(pilot, "o")
        assert "1 answered: 1" in screen
        assert "3 blank: 2, 3, 4" in screen
        assert "1 marked: 1" in screen
        assert "go to question: 4_" in await press(pilot, "9", "backspace", "4")
        assert "dropout" in await press(pilot, "enter")
        screen = await press(pilot, "escape", "s")
        assert "1 marked: 1" in screen
        assert "dropout" in await press(pilot, "n")
        assert not room.sitting.submitted
        assert "no question of that number" in await press(pilot, "escape", "escape", "g", "9", "enter")


async def test_time_runs_out() -> None:
    """Handed in with what stands in the line at that moment, over any sheet, and said."""
    room = Room(tick=0.1)
    async with room.app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *"5,5", "enter", "escape", "o")
        room.clock.wait(29 * 60 + 30)
        await pilot.pause(0.5)
        assert not room.sitting.submitted
        screen = await press(pilot, "escape")
        assert "0:30 left" in screen
        await press(pilot, "s")
        room.clock.wait(31)
        await pilot.pause(0.5)
        screen = seen(room.app)
        assert "Time is over" in screen
        assert "What does dropout do?" in screen
        assert "Time is over" in await press(pilot, "3")
    assert room.sitting.timed_out
    assert room.sitting.typed(1) == "5,5"
    assert room.kept[-1]["timed_out"]


async def test_the_time_is_looked_at_with_every_key() -> None:
    """A key that comes after the end does nothing to the answers."""
    room = Room(tick=1000)
    async with room.app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *"55")
        room.clock.wait(30 * 60)
        assert "Time is over" in await press(pilot, "enter")
    assert room.sitting.phase is Phase.JUDGING


async def test_without_a_limit_no_time_is_shown() -> None:
    assert "left" not in (await Room(minutes=None).drive()).split("\n")[0]


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_leaving_asks_and_loses_nothing(key: str) -> None:
    """Also what stands in the line; taken up again it goes on there, with the time that was left."""
    room = Room()
    async with room.app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *"55", "enter", "c", "escape")
        room.clock.wait(600)
        assert "Leave the exam?" in await press(pilot, key)
        assert STEM in await press(pilot, "n")
        assert room.app.is_running
        await press(pilot, key, "y")
        assert not room.app.is_running
    assert room.sitting.result(room.clock()) is None
    again = Room(resume=room.kept[-1], clock=Clock(NOON + timedelta(days=2)))
    screen = await again.drive()
    assert "question 2 of 4" in screen
    assert "20 min left" in screen
    assert "▸ C) 54 px" in screen
    assert again.sitting.typed(1) == "55"


async def test_ctrl_c_twice_leaves() -> None:
    """Somebody in a hurry need not find the y; all is kept."""
    room = Room()
    await room.drive("5", "ctrl+c", "ctrl+c")
    assert room.app.return_code == 0
    assert room.kept[-1]["answers"] == {"1": "5"}


async def test_judging_is_kept_too() -> None:
    """Left before all is judged, it goes on there; a result there is only at the end."""
    room = Room()
    await room.drive(*ANSWERS, *SUBMIT, "q", "y")
    assert room.sitting.result(room.clock()) is None
    again = Room(resume=room.kept[-1])
    assert "8   " in await again.drive("1")
    assert again.sitting.phase is Phase.DONE


async def test_letters_are_letters_while_typing() -> None:
    """Not commands: a note may begin with q."""
    room = Room()
    await room.drive("tab", "tab", "tab", *"quite sms?")
    assert room.sitting.typed(4) == "quite sms?"
    assert not room.sitting.submitted


async def test_all_keys_at_once() -> None:
    """Faster than the screen: every answer stands with its question, and nothing is handed in by rhythm."""
    room = Room()
    async with room.app.run_test(size=(80, 24)) as pilot:
        await burst(
            pilot,
            "5",
            "5",
            "tab",
            "b",
            "enter",
            "shift+tab",
            "shift+tab",
            "tab",
            "tab",
            "a",
            "enter",
            "x",
            "enter",
            "enter",
            "enter",
        )
        assert [room.sitting.typed(number) for number in range(1, 5)] == ["55", "b", "a", "x"]
        await burst(pilot, "escape", "s", "s", "enter", "enter")
        assert not room.sitting.submitted
        await burst(pilot, "y", "y", "y", "q", "q")
        assert room.sitting.phase is Phase.JUDGING


async def test_a_disk_that_fails_does_not_end_the_exam() -> None:
    """It is said, and the answers stay on the screen."""

    def fail(_said: dict[str, Any]) -> None:
        raise StoreError("the disk is full.")

    room = Room()
    room.app = ExamApp(Desk(room.sitting, "en", room.clock, fail))
    assert "the disk is full." in await room.drive(*"55", "enter")
    assert room.sitting.typed(1) == "55"


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_every_screen_fits_80_by_24(lang: str) -> None:
    """After resizing to it too: no line is wider, and the keys are there."""
    room = Room(lang=lang)
    async with room.app.run_test(size=(120, 40)) as pilot:
        await pilot.resize_terminal(80, 24)
        steps = [
            (),
            ("enter",),
            ("escape",),
            ("?",),
            ("escape",),
            ("o",),
            ("escape",),
            ("q",),
            ("n",),
            ("s",),
            ("y",),
            ("1",),
        ]
        for step in [*steps, *[("enter",)] * 4]:
            screen = await press(pilot, *step)
            rows = screen.split("\n")
            assert len(rows) == 24
            assert max(map(cell_len, rows)) <= 80
            assert any(word in screen for word in ("back", "next", "leave", "返回", "下一题", "离开"))


async def test_chinese() -> None:
    """Everything on the screen, and the items; wide letters in the answer."""
    room = Room(lang="zh")
    async with room.app.run_test(size=(80, 24)) as pilot:
        screen = seen(room.app)
        for said in ("第 1 / 4 题 (2 分)", "剩余 30 分钟", "输出宽多少", "下一题"):
            assert said in screen
        screen = await press(pilot, "5", "6", "enter", "escape", "s")
        assert "3 未答: 2, 3, 4" in screen
        assert "确定交卷" in screen
        assert "该得多少分" in await press(pilot, "y")
        assert "总分" in await press(pilot, "1")
        screen = await press(pilot, "enter")
        assert "✗ 56  错误，0 / 2 分" in screen
        assert "除法向上取整了。" in screen
        assert not any(word in screen for word in ("wrong", "answer", "next", "leave"))


async def test_full_width_answers_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits and letters of Chinese input, and no colour: what matters is said in words."""
    monkeypatch.setenv("NO_COLOR", "1")
    room = Room(lang="zh")
    async with room.app.run_test(size=(80, 24)) as pilot:
        await burst(pilot, "５", "５", "enter", "Ｂ")
        for strip in room.app.screen._compositor.render_strips():
            for segment in strip.apply_filter(room.app.get_line_filters()[-1], room.app.screen.background_colors[0]):
                colour = segment.style.color if segment.style else None
                assert colour is None or colour.is_default
    room.sitting.submit(room.clock())
    assert [room.sitting.marked(number).verdict for number in (1, 2)] == [Verdict.RIGHT, Verdict.RIGHT]


async def test_no_escape_codes_of_a_deck() -> None:
    assert "\x1b" not in await Room().drive("tab", "tab", "tab")
