"""What an exponential moving average weighs, and for how long."""

from __future__ import annotations

from math import ceil, log

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import EmaForgotten, EmaWeight, EmaWindow

RECURSION = Text(
    r"$m_t = \beta m_{t-1} + (1 - \beta) x_t$, $m_0 = 0$", r"$m_t = \beta m_{t-1} + (1 - \beta) x_t$，$m_0 = 0$"
)


class Window(Question[EmaWindow]):
    """How many values such an average is worth."""

    spec = EmaWindow
    answer = Number(decimals=1)
    levels = (1,)
    rule = r"$1/(1 - \beta)$"
    mistakes = (
        Mistake(
            "β is the weight of the old average; the newest value has 1 − β.",
            "β 是旧均值的权重；最新值的权重为 1 − β。",
            lambda s: 1 / s.beta,
        ),
        Mistake(
            "That is the mean age of the values, β/(1 − β): one less than the window.",
            "这是各值的平均“年龄”β/(1 − β)，比窗口少 1。",
            lambda s: s.beta / (1 - s.beta),
        ),
        Mistake(
            "That is the number of steps until a weight is halved.",
            "这是权重减半所需的步数。",
            lambda s: log(0.5) / log(s.beta),
        ),
        Mistake(
            "That is the span 2/(1 − β) − 1, as known from finance; here there is no factor 2.",
            "这是金融中常用的 span：2/(1 − β) − 1；这里没有因子 2。",
            lambda s: 2 / (1 - s.beta) - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmaWindow | None:
        return EmaWindow(draw.decimal(0.6, 0.99, 2) if draw.chance(0.7) else draw.decimal(0.98, 0.999, 3))

    def formula(self, s: EmaWindow) -> float:
        return 1 / (1 - s.beta)

    def stem(self, s: EmaWindow) -> Text:
        return Text(
            f"An exponential moving average ({RECURSION.en}) uses $\\beta = {num(s.beta)}$. How many values does a plain mean "
            "have in which every value has the weight of the newest value here (the effective window)?",
            f"指数移动平均（{RECURSION.zh}）取 $\\beta = {num(s.beta)}$。若某个简单平均中每个值的权重"
            "都等于这里最新值的权重，它包含多少个值（有效窗口长度）？",
        )

    def solution(self, s: EmaWindow) -> Text:
        steps = rf"1/(1 - {num(s.beta)}) = {num(self.formula(s))}"
        return Text(
            f"The newest value has the weight $1 - \\beta = {num(1 - s.beta)}$; n values each have 1/n: $n = {steps}$.",
            f"最新值的权重为 $1 - \\beta = {num(1 - s.beta)}$；n 个值各占 1/n：$n = {steps}$。",
        )


def _weight(s: EmaWeight, *, age: int = 0, steps: int = 0, beta: float = 0) -> float:
    beta = beta or s.beta
    return (1 - beta) * beta ** (s.age + age) / (1 - beta ** (s.steps + steps) if s.corrected else 1)


class Weight(Question[EmaWeight]):
    """What an older value still counts."""

    spec = EmaWeight
    answer = Number(decimals=4)
    levels = (2,)
    find = "weight"
    rule = Text(
        r"$(1 - \beta)\beta^k$, with bias correction divided by $1 - \beta^t$",
        r"$(1 - \beta)\beta^k$，做偏差修正时再除以 $1 - \beta^t$",
    )
    mistakes = (
        Mistake(
            "The factor 1 − β of every new value was left out.",
            "漏了每个新值都有的因子 1 − β。",
            lambda s: s.beta**s.age,
        ),
        Mistake(
            "That is one step off: the newest value has age 0.",
            "差了一步：最新值的“年龄”为 0。",
            lambda s: _weight(s, age=1),
        ),
        Mistake("β and 1 − β were exchanged.", "β 与 1 − β 弄反了。", lambda s: _weight(s, beta=1 - s.beta)),
        Mistake(
            "Mind the bias correction: only with it are the weights divided by 1 − βᵗ.",
            "注意偏差修正：只有做修正时权重才除以 1 − βᵗ。",
            lambda s: (1 - s.beta) * s.beta**s.age / (1 if s.corrected else 1 - s.beta**s.steps),
        ),
        Mistake(
            "Only in a plain mean do all values have the same weight.",
            "只有简单平均中各值的权重才相同。",
            lambda s: 1 / s.steps,
        ),
        Mistake(
            "The correction counts all steps, not the age.",
            "修正按总步数计算，而不是按“年龄”。",
            lambda s: (1 - s.beta) * s.beta**s.age / (1 - s.beta**s.age) if s.corrected and s.age else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmaWeight | None:
        steps = draw.integer(3, 12)
        return EmaWeight(
            draw.choice((0.6, 0.7, 0.8, 0.9, 0.95)), draw.integer(1, min(6, steps - 1)), steps, draw.chance(0.5)
        )

    def formula(self, s: EmaWeight) -> float:
        return _weight(s)

    def stem(self, s: EmaWeight) -> Text:
        en, zh = (
            ("and is divided by its bias correction $1 - \\beta^t$", "并除以偏差修正 $1 - \\beta^t$")
            if s.corrected
            else ("without bias correction", "不做偏差修正")
        )
        ago = f"{s.age} step{'s' if s.age > 1 else ''}"
        return Text(
            f"An exponential moving average ({RECURSION.en}) with $\\beta = {num(s.beta)}$ has seen {s.steps} values, {en}. What is "
            f"the weight in it of the value that came {ago} before the newest one?",
            f"指数移动平均（{RECURSION.zh}，$\\beta = {num(s.beta)}$）已累积 {s.steps} "
            f"个值，{zh}。比最新值早 {s.age} 步的那个值在其中的权重是多少？",
        )

    def solution(self, s: EmaWeight) -> Text:
        plain = (1 - s.beta) * s.beta**s.age
        steps = rf"(1 - {num(s.beta)}) \cdot {num(s.beta)}^{{{s.age}}} = {num(plain)}"
        if s.corrected:
            last = rf"{num(plain)}/(1 - {num(s.beta)}^{{{s.steps}}}) = {num(_weight(s))}"
            return Text(
                f"Uncorrected: ${steps}$.\n\nAfter {s.steps} steps: ${last}$.",
                f"未修正：${steps}$。\n\n{s.steps} 步之后：${last}$。",
            )
        return Text(
            f"${steps}$; without correction the number of values ({s.steps}) does not matter.",
            f"${steps}$；不做修正时与值的个数（{s.steps}）无关。",
        )


class Forgotten(Question[EmaForgotten]):
    """The memory, counted in steps."""

    spec = EmaForgotten
    answer = Integer("steps")
    levels = (3,)
    find = "steps"
    rule = Text(
        r"the smallest $k$ with $\beta^k \le q$: $\lceil \ln q/\ln \beta \rceil$",
        r"满足 $\beta^k \le q$ 的最小 $k$：$\lceil \ln q/\ln \beta \rceil$",
    )
    mistakes = (
        Mistake("Rounded down, the weight is still larger.", "向下取整时权重仍然更大。", lambda s: ceil(_steps(s)) - 1),
        Mistake(
            "That is the effective window 1/(1 − β), which leaves the fraction out.",
            "这是有效窗口 1/(1 − β)，没有考虑比例。",
            lambda s: round(1 / (1 - s.beta)),
        ),
        Mistake(
            "Weights fall geometrically, not by 1 − β each step.",
            "权重按几何级数下降，而不是每步减少 1 − β。",
            lambda s: ceil((1 - s.fraction) / (1 - s.beta)),
        ),
        Mistake(
            "The weight falls to this fraction, not by this fraction.",
            "权重降到该比例，而不是减少该比例。",
            lambda s: ceil(log(1 - s.fraction) / log(s.beta)),
        ),
        Mistake(
            "The factor 1 − β stands in both weights and cancels.",
            "两个权重都含因子 1 − β，会约掉。",
            lambda s: ceil(log(s.fraction * (1 - s.beta)) / log(s.beta)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmaForgotten | None:
        s = EmaForgotten(draw.choice((0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)), draw.decimal(0.02, 0.8, 2))
        return s if 0.01 < _steps(s) % 1 < 0.99 and _steps(s) > 1 else None

    def formula(self, s: EmaForgotten) -> int:
        return ceil(_steps(s))

    def stem(self, s: EmaForgotten) -> Text:
        return Text(
            f"In an exponential moving average ({RECURSION.en}) with $\\beta = {num(s.beta)}$ and without bias correction, a value "
            "has its largest weight when it is the newest. After how many further steps is its weight at most "
            f"{num(s.fraction)} times that for the first time?",
            f"指数移动平均（{RECURSION.zh}，$\\beta = {num(s.beta)}$，不做偏差修正）中，一个值刚进入时权重最大。"
            f"再过多少步，它的权重首次不超过当时的 {num(s.fraction)} 倍？",
        )

    def solution(self, s: EmaForgotten) -> Text:
        steps = rf"k \ge \ln {num(s.fraction)}/\ln {num(s.beta)} = {num(_steps(s))}"
        return Text(
            f"Every step multiplies the weight by {num(s.beta)}: ${steps}$, so {self.formula(s)}.",
            f"每步权重乘以 {num(s.beta)}：${steps}$，故为 {self.formula(s)}。",
        )


def _steps(s: EmaForgotten) -> float:
    return log(s.fraction) / log(s.beta)


MODEL = ItemModel(
    "ema_window",
    1,
    "optimizers",
    Text("Memory of a moving average", "移动平均的记忆长度"),
    (Window(), Weight(), Forgotten()),
)
