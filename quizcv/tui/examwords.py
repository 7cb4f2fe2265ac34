"""What sitting an exam says around its questions, in both languages, and how an exam's own texts are put together for a face."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from quizcv.exam import wording
from quizcv.exam.form import Question
from quizcv.exam.judging import Marked, Verdict, is_open, letters
from quizcv.exam.sitting import Result, Score, Sitting, Standing
from quizcv.model import Text
from quizcv.tui.markup import clean

# --- sentences ---

LEAVE = Text(
    "Leave the exam? It is not handed in; your answers so far are kept.", "离开考试？尚未交卷，已有的答案会保留。"
)
LEAVE_JUDGING = Text(
    "Leave now? Not everything is judged yet; what you did is kept.", "现在离开？还有题目未评分，已做的会保留。"
)
KEPT = Text("Not handed in. Your answers so far are kept.", "尚未交卷，已有的答案会保留。")
KEPT_JUDGING = Text("Not judged to the end. What you did is kept.", "评分尚未完成，已做的会保留。")
SUBMIT = Text("Hand the exam in? After that no answer can be changed.", "确定交卷？交卷后不能再修改答案。")
TIME_OVER = Text("Time is over: the exam was handed in with what was there.", "时间到：已按现有答案交卷。")
TOO_LATE = Text("The line typed last came too late and does not count.", "最后输入的一行已超时，不计入。")
LAST = Text("This is the last question.", "已是最后一题。")
FIRST = Text("This is the first question.", "已是第一题。")
MARKED = Text("Marked for later.", "已标记，稍后再看。")
UNMARKED = Text("The mark is taken away.", "已取消标记。")
NO_QUESTION = Text("There is no question of that number.", "没有这个题号。")
STAYS = Text(" It is kept; go on once more to leave it so.", "答案已保留；再按一次即可继续。")
JUDGE = Text("Compare your answer with this one: what is it worth?", "请与参考答案对照：该得多少分？")
YOUR_NOTE = Text("your note", "你的笔记")
YOUR_ANSWER = Text("your answer", "你的答案")
NOTHING = Text("(nothing)", "（未作答）")
KEY = Text("answer", "答案")
SOLUTION = Text("worked solution", "解析")
RESULT = Text("Result", "成绩")
TOTAL = Text("In all", "总分")
NOT_READ = Text("Not read, no points", "无法识别，不得分")
OVERVIEW = Text("Overview", "总览")
GO_TO = Text("go to question", "转到第几题")
OPEN_NOTE = Text("in words; a note, or nothing", "文字作答；可写笔记，也可不写")
WRITE = Text("type the answer", "输入答案")
KEYS = Text("Keys", "按键")
MARK = Text("marked", "已标记")
LAST_SOLUTION = Text("These were all questions.", "已看完所有题目。")
NOT_AMONG = Text("That is not among the answers; nothing was done.", "没有这个选项；未做任何操作。")

COMMA = Text(", ", "，")

VERDICTS = {
    Verdict.RIGHT: Text("right", "正确"),
    Verdict.PARTLY: Text("partly right", "部分正确"),
    Verdict.NEAR: Text("nearly right", "接近正确"),
    Verdict.WRONG: Text("wrong", "错误"),
    Verdict.BLANK: Text("blank", "未作答"),
    Verdict.UNREAD: Text("not read", "无法识别"),
    Verdict.UNJUDGED: Text("not judged", "未评分"),
}
SIGNS = {
    Verdict.RIGHT: "✓",
    Verdict.PARTLY: "≈",
    Verdict.NEAR: "≈",
    Verdict.WRONG: "✗",
    Verdict.BLANK: "–",
    Verdict.UNREAD: "?",
    Verdict.UNJUDGED: "?",
}
STANDINGS = {
    Standing.ANSWERED: Text("answered", "已答"),
    Standing.BLANK: Text("blank", "未答"),
    Standing.UNREAD: Text("cannot be read", "无法识别"),
}
#: The keys that judge an open answer.
JUDGING = {"1": Verdict.RIGHT, "2": Verdict.PARTLY, "3": Verdict.WRONG}

# --- what keys do ---

DOES = {
    "next": Text("next", "下一题"),
    "previous": Text("previous", "上一题"),
    "choose": Text("choose", "选择"),
    "commands": Text("other keys", "其他按键"),
    "type": Text("type", "输入答案"),
    "mark": Text("mark", "标记"),
    "overview": Text("overview, go to", "总览与跳转"),
    "submit": Text("hand in", "交卷"),
    "help": Text("help", "帮助"),
    "leave": Text("leave", "离开"),
    "back": Text("back", "返回"),
    "go": Text("go there", "跳转"),
    "solutions": Text("solutions", "查看解析"),
    "score": Text("result", "成绩"),
    "right": Text("right", "正确"),
    "partly": Text("partly", "部分正确"),
    "wrong": Text("wrong", "错误"),
    "read on": Text("read on", "继续读"),
}
HELP = (
    ("enter, tab", Text("keep the answer, next question", "保留答案，下一题")),
    ("shift+tab", Text("keep the answer, previous question", "保留答案，上一题")),
    ("↑, ↓", Text("choose among options; elsewhere a line up or down", "选择选项；否则上下滚动一行")),
    ("PgUp, PgDn", Text("read a long question", "翻阅长题目")),
    ("esc", Text("letters are commands, and back to typing", "字母作为命令；再按返回输入")),
    ("n, p", Text("next, previous question", "下一题、上一题")),
    ("m", Text("mark the question for later, or take the mark away", "标记本题或取消标记")),
    ("o, g", Text("overview; a number and enter go to a question", "总览；输入题号并回车可跳转")),
    ("s", Text("hand in, after a question", "交卷（会先确认）")),
    ("q, Ctrl+C", Text("leave, after a question; nothing is lost", "离开（会先确认），答案不会丢失")),
)
PLAIN_HELP = (
    ("Enter", Text("next question", "下一题")),
    ("p", Text("previous question", "上一题")),
    ("g 3", Text("go to question 3", "转到第 3 题")),
    ("m", Text("mark the question for later, or take the mark away", "标记本题或取消标记")),
    ("o", Text("overview", "总览")),
    ("s", Text("hand in, after a question", "交卷（会先确认）")),
    ("q", Text("leave, after a question; nothing is lost", "离开（会先确认），答案不会丢失")),
    ("=n", Text("the answer `n`, which looks like a command; = alone takes the answer away", "答案 `n`（与命令同形时）；单独 = 清除答案")),
)  # fmt: skip
ANSWERING = Text(
    "type the answer; Enter next, p previous, g 3 go to, m mark, o overview, s hand in, q leave, ? help",
    "输入答案；回车下一题，p 上一题，g 3 跳转，m 标记，o 总览，s 交卷，q 离开，? 帮助",
)
YES_NO = Text("y yes, n no", "y 是，n 否")
JUDGE_KEYS = Text("1 right, 2 partly, 3 wrong, q leave", "1 正确，2 部分正确，3 错误，q 离开")
WALK_KEYS = Text("Enter next, p previous, g 3 go to, q leave", "回车下一题，p 上一题，g 3 跳转，q 离开")


# --- put together ---


def listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def became(one: Marked, lang: str) -> str:
    """What became of a question: `wrong, 0 of 2 points`."""
    of = wording.points(one.question.points)
    points = Text(f"{one.points:g} of {of.en}", f"{one.points:g} / {of.zh}")
    return VERDICTS[one.verdict].in_(lang) + COMMA.in_(lang) + points.in_(lang)


def place(sitting: Sitting, lang: str) -> tuple[str, ...]:
    """Where the learner is: section, question and what it is worth."""
    number = sitting.number
    section = next(part.section for part in sitting.form.parts if number in [one.number for one in part.questions])
    title = " ".join(clean(sitting.exam.blueprint.sections[section].title).split())
    which = Text(f"question {number} of {sitting.last}", f"第 {number} / {sitting.last} 题").in_(lang)
    return (title, f"{which} ({wording.points(sitting.question.points).in_(lang)})")


def instructions(sitting: Sitting) -> str:
    """What is to be read before a question, Markdown: the exam's own at its beginning, the section's before its first question."""
    texts = []
    if sitting.number == 1:
        blueprint = sitting.exam.blueprint
        texts += [blueprint.instructions, "\n".join(f"- {line}" for line in blueprint.conventions)]
    for part in sitting.form.parts:
        if part.questions and part.questions[0].number == sitting.number:
            texts.append(sitting.exam.blueprint.sections[part.section].instructions)
    return "\n\n".join(text for text in texts if text.strip())


def time_left(left: timedelta, lang: str) -> str:
    """`1 h 5 min left`; below ten minutes with seconds: `9:59 left`."""
    seconds = int(left.total_seconds())
    if seconds < 600:
        said = Text(f"{seconds // 60}:{seconds % 60:02}", f"{seconds // 60}:{seconds % 60:02}")
    elif seconds < 3600:
        said = Text(f"{seconds // 60} min", f"{seconds // 60} 分钟")
    else:
        hours, minutes = seconds // 3600, seconds % 3600 // 60
        said = Text(f"{hours} h {minutes} min", f"{hours} 小时 {minutes} 分钟")
    return Text(f"{said.en} left", f"剩余 {said.zh}").in_(lang)


def standings(sitting: Sitting, lang: str, *, all_of_them: bool = True) -> list[str]:
    """A line for each way in which questions stand: `3 blank: 4, 7, 9`. Those that need no look only where all are asked for."""
    lines = []
    for standing, name in STANDINGS.items():
        numbers = sitting.numbers(standing)
        if numbers and (all_of_them or standing is not Standing.ANSWERED):
            lines.append(f"{len(numbers)} {name.in_(lang)}: {listed(numbers)}")
    if sitting.to_check:
        lines.append(f"{len(sitting.to_check)} {MARK.in_(lang)}: {listed(sorted(sitting.to_check))}")
    return lines


def options(question: Question, chosen: str = "") -> list[tuple[str, str]]:
    """The options of a question as letter and Markdown; the chosen one has an arrow before it. Those of an item stand in its stem."""
    if not question.options:
        return []
    return [
        (f"{'▸' if letter == chosen.strip().upper() else ' '} {letter})", " ".join(option.text.split()))
        for letter, option in zip(letters(question), question.options, strict=True)
    ]


def key(question: Question) -> str:
    """The right answer, Markdown; nothing where the solution is all there is."""
    if is_open(question):
        return ""
    said = wording.key(question)
    if question.options:
        right = next(option.text for option in question.options if option.right)
        return f"{said}) {' '.join(right.split())}"
    return said.upper() if letters(question) else said


def proof(question: Question, lang: str) -> str:
    """Who confirmed the key."""
    return f"✓ {wording.PROOF.in_(lang)} ({question.item.verification.witness})" if question.item else ""


def percent(score: Score) -> str:
    return f"{score.part:.0%}"


def score_rows(result: Result, lang: str) -> list[tuple[str, str]]:
    """The score by section and in all, as (name, `4 / 6   67%`)."""
    rows = [(" ".join(clean(score.title).split()), score) for score in result.sections]
    rows.append((TOTAL.in_(lang), result.total))
    return [(name, f"{score.points:g} / {score.of:g}   {percent(score)}") for name, score in rows]


def not_read(marked: Sequence[Marked]) -> list[str]:
    """The answers that could not be read, as they were typed: `3 “5 cm”`."""
    return [f"{one.question.number} “{clean(one.typed)}”" for one in marked if one.verdict is Verdict.UNREAD]
