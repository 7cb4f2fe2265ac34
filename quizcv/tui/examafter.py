"""An exam after it was handed in: open answers judged, the score, the solutions one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from quizcv.exam.judging import Marked, Verdict, is_open
from quizcv.exam.wording import solution, stem
from quizcv.tui import examwords, keys, lines
from quizcv.tui.card import SIGN_STYLES
from quizcv.tui.examdesk import Desk
from quizcv.tui.examsheets import options, pressed
from quizcv.tui.markup import clean
from quizcv.tui.render import plain
from quizcv.tui.widgets import Page

if TYPE_CHECKING:
    from quizcv.tui.exam import ExamApp

_MOVES = {"enter": 1, "n": 1, "right": 1, "tab": 1, "p": -1, "left": -1, "shift+tab": -1}


class AfterScreen(Screen[None]):
    """Open answers first, each until it is judged; then the score, and from there the solutions."""

    AUTO_FOCUS: ClassVar[str] = ""
    app: ExamApp

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._sitting = desk.sitting
        self._lang = desk.lang
        self._walking = False
        self._notice = examwords.TIME_OVER.in_(desk.lang) if desk.sitting.timed_out else ""

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        yield Static(id="progress")
        with Page(id="body"):
            yield Static(id="front")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self._show()

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if not self.is_current:
            return
        key = keys.pressed(event.key, event.character)
        if key == "q":
            self.app.action_leave()
        elif key in examwords.JUDGING and (self._sitting.unjudged or self._walking):
            self._judge(examwords.JUDGING[key])
        elif self._sitting.unjudged:
            self.query_one(Page).move(keys.command(key))
        elif key in ("escape", "s") and self._walking:
            self._walking = False
            self._show()
        elif key in _MOVES:
            self._walk(_MOVES[key])
        else:
            self.query_one(Page).move(keys.command(key))

    def _judge(self, verdict: Verdict) -> None:
        """Of the open question in front; in the walk also one that was judged before."""
        if is_open(self._sitting.question):
            self._sitting.judge(self._sitting.number, verdict)
            self._notice = self._desk.kept()
            self._show()

    def _walk(self, step: int) -> None:
        """On through the solutions, behind the last of them back to the score."""
        sitting = self._sitting
        if not self._walking:
            self._walking = sitting.go(1) if step > 0 else False
        elif not sitting.go(sitting.number + step):
            self._walking = step < 0
            self._notice = (examwords.FIRST if step < 0 else examwords.LAST_SOLUTION).in_(self._lang)
        self._show()

    # --- drawing ---

    def _show(self) -> None:
        if unjudged := self._sitting.unjudged:
            self._sitting.go(unjudged[0])
            self._draw(self._to_judge(), [("1", "right"), ("2", "partly"), ("3", "wrong"), ("q", "leave")])
        elif self._walking:
            does = [("enter", "next"), ("p", "previous"), ("space", "read on"), ("esc", "score"), ("q", "leave")]
            if is_open(self._sitting.question):
                does += [("1", "right"), ("2", "partly"), ("3", "wrong")]
            self._draw(self._solved(), does)
        else:
            self._draw(self._score(), [("enter", "solutions"), ("q", "leave")])
        self.query_one(Page).scroll_home(animate=False)

    def _draw(self, parts: list[RenderableType], does: list[tuple[str, str]]) -> None:
        sitting, scoring = self._sitting, not self._sitting.unjudged and not self._walking
        title = " ".join(clean(sitting.exam.blueprint.title).split())
        path = (title, examwords.RESULT.in_(self._lang)) if scoring else examwords.place(sitting, self._lang)
        self.query_one("#top", Static).update(lines.TopLine(path, (), ()))
        self.query_one("#progress", Static).update(lines.Progress(1 if scoring else sitting.number / sitting.last))
        self.query_one("#front", Static).update(Group(*parts))
        said = Text(self._notice, style="bold")
        self._notice = ""
        self.query_one("#keys", Static).update(Group(said, pressed(self._lang, *does)))

    def _to_judge(self) -> list[RenderableType]:
        sitting, lang = self._sitting, self._lang
        note = sitting.typed(sitting.number) or examwords.NOTHING.in_(lang)
        return [
            lines.Shown(stem(sitting.question, lang)),
            Text(),
            lines.Ruled(examwords.YOUR_NOTE.in_(lang)),
            Text(clean(note)),
            Text(),
            lines.Ruled(examwords.KEY.in_(lang)),
            lines.Shown(solution(sitting.question, lang)),
            Text(),
            Text(examwords.JUDGE.in_(lang), style="bold"),
        ]

    def _solved(self) -> list[RenderableType]:
        question, lang = self._sitting.question, self._lang
        parts: list[RenderableType] = [lines.Shown(stem(question, lang))]
        parts += options(question)
        parts += [
            Text(),
            lines.Ruled(examwords.YOUR_ANSWER.in_(lang)),
            *said(self._sitting.marked(question.number), lang),
        ]
        parts += [Text(), lines.Ruled(examwords.KEY.in_(lang))]
        if key := examwords.key(question):
            parts.append(lines.Shown(f"**{key}**" if question.item and not question.options else key))
        if question.item or not key:
            parts += [*((Text(),) if key else ()), lines.Shown(solution(question, lang))]
        if proof := examwords.proof(question, lang):
            parts += [Text(), Text(clean(proof), style="italic")]
        return parts

    def _score(self) -> list[RenderableType]:
        result = self._sitting.result(self._desk.now())
        if result is None:
            return []
        lang, parts = self._lang, list[RenderableType]()
        if result.timed_out:
            parts += [Text(examwords.TIME_OVER.in_(lang), style="bold"), Text()]
        parts.append(lines.table(examwords.score_rows(result, lang)))
        if unread := examwords.not_read(result.marked):
            parts += [Text(), Text(f"{examwords.NOT_READ.in_(lang)}: {', '.join(unread)}")]
        counts = [
            f"{number} {name.in_(lang)}"
            for verdict, name in examwords.VERDICTS.items()
            if (number := sum(one.verdict is verdict for one in result.marked))
        ]
        return [*parts, Text(), Text(examwords.COMMA.in_(lang).join(counts))]


def said(marked: Marked, lang: str) -> list[RenderableType]:
    """The learner's answer with a sign and a word for what became of it, and the reason where it is known."""
    sign = examwords.SIGNS[marked.verdict]
    typed = clean(marked.typed) or examwords.NOTHING.in_(lang)
    verdict = f"  {examwords.became(marked, lang)}"
    parts: list[RenderableType] = [Text.assemble((sign, SIGN_STYLES.get(sign, "bold")), " ", (typed, "bold"), verdict)]
    return [*parts, Text(plain(marked.why.in_(lang)))] if marked.why else parts
