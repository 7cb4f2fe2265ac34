"""Targets of label smoothing as in PyTorch: the smoothing is spread over all classes, the labelled one included."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mixing import SmoothedTarget, SmoothingFound

EPSILONS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
FOUR = Number(decimals=4)

OTHERS = (
    "PyTorch spreads ε over all K classes, the labelled one included, not over the K − 1 others.",
    "PyTorch 把 ε 平均分给全部 K 个类别（含标注类别），而不是其余 K − 1 个。",
)
HARD = ("That is the target without smoothing.", "这是没有平滑时的目标。")


class Target(Question[SmoothedTarget]):
    """Source: Szegedy et al. 2016, section 7; documentation of torch.nn.CrossEntropyLoss."""

    spec = SmoothedTarget
    answer = FOUR
    levels = (1, 2)
    rule = Text(
        r"labelled class $1 - \varepsilon + \varepsilon/K$, others $\varepsilon/K$",
        r"标注类别 $1 - \varepsilon + \varepsilon/K$，其他类别 $\varepsilon/K$",
    )
    mistakes = (
        Mistake(*OTHERS, lambda s: 1 - s.epsilon if s.true_class else s.epsilon / (s.classes - 1)),
        Mistake(*HARD, lambda s: 1.0 if s.true_class else 0.0),
        Mistake(
            "That is the target of the other classes.",
            "这是其他类别的目标。",
            lambda s: s.epsilon / s.classes if s.true_class else None,
        ),
        Mistake(
            "That is the target of the labelled class.",
            "这是标注类别的目标。",
            lambda s: None if s.true_class else 1 - s.epsilon + s.epsilon / s.classes,
        ),
        Mistake(
            "ε is shared by the classes; each gets ε/K.",
            "ε 由各类别分摊；每个得到 ε/K。",
            lambda s: None if s.true_class else s.epsilon,
        ),
        Mistake(
            "The share ε/K is added, not subtracted.",
            "ε/K 应加上，而不是减去。",
            lambda s: 1 - s.epsilon - s.epsilon / s.classes if s.true_class else None,
        ),
        Mistake("That is the uniform target, ε = 1.", "这是均匀分布的目标（ε = 1）。", lambda s: 1 / s.classes),
    )

    def sample(self, draw: Draw, level: int) -> SmoothedTarget | None:
        if level == 1:
            return SmoothedTarget(draw.choice((2, 4, 5, 8, 10, 20)), draw.choice(EPSILONS))
        return SmoothedTarget(draw.integer(3, 25), draw.choice(EPSILONS), draw.chance(0.5))

    def formula(self, s: SmoothedTarget) -> float:
        share = s.epsilon / s.classes
        return 1 - s.epsilon + share if s.true_class else share

    def stem(self, s: SmoothedTarget) -> Text:
        which = (
            ("the labelled class", "标注类别") if s.true_class else ("a class that is not the label", "非标注的类别")
        )
        return Text(
            f"PyTorch's `CrossEntropyLoss(label_smoothing={num(s.epsilon)})` is used with {s.classes} classes. Which target "
            "probability does "
            f"{which[0]} get?",
            f"使用 PyTorch 的 `CrossEntropyLoss(label_smoothing={num(s.epsilon)})`，共 {s.classes} 个类别。{which[1]}的目标概率是多少？",
        )

    def solution(self, s: SmoothedTarget) -> Text:
        share = f"{num(s.epsilon)}/{s.classes} = {num(s.epsilon / s.classes)}"
        if not s.true_class:
            return Text(f"Every class gets $\\varepsilon/K = {share}$.", f"每个类别都得到 $\\varepsilon/K = {share}$。")
        last = f"1 - {num(s.epsilon)} + {num(s.epsilon / s.classes)} = {num(self.formula(s))}"
        return Text(
            f"Every class gets $\\varepsilon/K = {share}$, the label also what is left of 1: ${last}$.",
            f"每个类别都得到 $\\varepsilon/K = {share}$，标注类别还加上余下的部分：${last}$。",
        )


class Epsilon(Question[SmoothingFound]):
    """The target solved for ε."""

    spec = SmoothingFound
    answer = Number(decimals=3)
    levels = (3,)
    find = "epsilon"
    rule = r"$\varepsilon = (1 - t) K/(K - 1)$"
    mistakes = (
        Mistake(*OTHERS, lambda s: 1 - s.target),
        Mistake(
            "The factor is K/(K − 1), not (K − 1)/K.",
            "系数是 K/(K − 1)，不是 (K − 1)/K。",
            lambda s: (1 - s.target) * (s.classes - 1) / s.classes,
        ),
        Mistake(
            "That is the target of each other class, ε/K.",
            "这是其他每个类别的目标 ε/K。",
            lambda s: (1 - s.target) / (s.classes - 1),
        ),
        Mistake("That is (1 − t) K.", "这是 (1 − t) K。", lambda s: (1 - s.target) * s.classes),
    )

    def sample(self, draw: Draw, level: int) -> SmoothingFound | None:
        classes, epsilon = draw.choice((2, 4, 5, 8, 10, 16, 20)), draw.choice((*EPSILONS, 0.4, 0.5))
        return SmoothingFound(classes, round(1 - epsilon + epsilon / classes, 6))

    def formula(self, s: SmoothingFound) -> float:
        return (1 - s.target) * s.classes / (s.classes - 1)

    def stem(self, s: SmoothingFound) -> Text:
        return Text(
            f"With label smoothing as in PyTorch and {s.classes} classes the labelled class has the target probability "
            f"{num(s.target)}. What is "
            "`label_smoothing`?",
            f"采用 PyTorch 的标签平滑，共 {s.classes} 个类别，标注类别的目标概率为 {num(s.target)}。`label_smoothing` 是多少？",
        )

    def solution(self, s: SmoothingFound) -> Text:
        steps = rf"(1 - {num(s.target)}) \cdot {s.classes}/({s.classes} - 1) = {num(self.formula(s))}"
        return Text(
            f"From $t = 1 - \\varepsilon + \\varepsilon/K$: ${steps}$.",
            f"由 $t = 1 - \\varepsilon + \\varepsilon/K$ 得 ${steps}$。",
        )


MODEL = ItemModel(
    name="label_smoothing_target",
    version=1,
    topic="regularisation",
    title=Text("Targets of label smoothing", "标签平滑的目标"),
    questions=(Target(), Epsilon()),
)
