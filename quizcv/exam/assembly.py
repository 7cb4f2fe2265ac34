"""Blueprint -> exam: every form has the same cells, filled with items of its own.

All draws come from `quizcv.seeds`, each from a stream named by what it decides, so that nothing depends on the order of the work:
the same blueprint, seed and language give the same exam for ever, and neighbouring seeds share nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from quizcv.answers import Choice, written
from quizcv.errors import ExamError
from quizcv.exam.blueprint import Blueprint, Cell, ItemCell, Style, TheoryCell
from quizcv.exam.form import Exam, Form, Option, Part, Question, Theory
from quizcv.items import Item, model_named, models
from quizcv.model import LEVELS
from quizcv.published import PublishedItem
from quizcv.seeds import Draw, rng_for

#: Version of how forms are put together: part of every stream, so that it changes all of them when it changes.
ASSEMBLY = 1

#: Items drawn in vain, one after the other, after which a model is held to have no other questions.
PATIENCE = 200
#: Wrong options beside the right one, at the least and at the most.
FEWEST_WRONG, MOST_WRONG = 2, 5

HINT = "Ask for fewer questions or forms, or let forms share items."

Verify = Callable[[Item], PublishedItem]
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


@dataclass(frozen=True, slots=True)
class Asked:
    """What to assemble. `cards` gives the theory questions of a cell, in a lasting order; `shared` lets all forms have the same items,
    in other orders."""

    blueprint: Blueprint
    forms: int
    seed: int
    lang: str
    cards: Callable[[TheoryCell], Sequence[Theory]] = lambda _cell: ()
    shared: bool = False


def assemble(asked: Asked, verify: Verify, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Exam:
    """Draw all forms.

    Raises:
        ExamError: some models or decks do not have as many different questions as are asked for; all of them are named.
        ItemError: a model gives no item, or formula and reference disagree.
    """
    return _Assembly(asked, verify, progress).exam()


def form_code(blueprint: Blueprint, seed: int, lang: str) -> str:
    """Five letters that the forms of one exam share and those of another do not."""
    said = json.dumps([ASSEMBLY, blueprint.to_json(), seed, lang], sort_keys=True, ensure_ascii=True)
    number = int(sha256(said.encode()).hexdigest(), 16)
    return "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(5))


class _Supply:
    """The items of one model and level, drawn as they are wanted. `stems` are the questions asked of this model, at any level: none
    comes twice."""

    def __init__(self, model: str, level: int, seed: int, stems: set[str]) -> None:
        self.model, self.level, self.seed = model, level, seed
        self.items: list[Item] = []
        self._stems = stems
        self._next = self._vain = 0

    def holds(self, count: int) -> bool:
        """Whether there are so many; a model is held to have no more when many draws on end give nothing new."""
        while len(self.items) < count and self._vain < PATIENCE:
            item = model_named(self.model).item(self.seed, self._next, self.level)
            self._next += 1
            self._vain += 1
            if (stem := item.stem.en) not in self._stems:
                self._stems.add(stem)
                self.items.append(item)
                self._vain = 0
        return len(self.items) >= count


class _Assembly:
    def __init__(self, asked: Asked, verify: Verify, progress: Callable[[int, int], None]) -> None:
        self.asked = asked
        self.verify = verify
        self.progress = progress
        self.cells = asked.blueprint.cells
        self.supplies: dict[tuple[str, int], _Supply] = {}
        self.stems: dict[str, set[str]] = {}
        self.slots = self.slots_of()
        self.code = form_code(asked.blueprint, asked.seed, asked.lang)

    def draw(self, *names: object) -> Draw:
        """The stream of one decision."""
        name = "\x1f".join(("exam", *map(str, names)))
        return Draw(rng_for(name, ASSEMBLY, self.asked.seed, 0, 0))

    @property
    def different(self) -> int:
        """How many forms have items of their own."""
        return 1 if self.asked.shared else self.asked.forms

    def supply(self, model: str, level: int) -> _Supply:
        if (model, level) not in self.supplies:
            self.supplies[model, level] = _Supply(model, level, self.asked.seed, self.stems.setdefault(model, set()))
        return self.supplies[model, level]

    # --- what is drawn ---

    def slots_of(self) -> dict[int, list[tuple[str, int]]]:
        """Model and level of every computational question, by cell: the same on all forms, which makes them equally hard."""
        cells = {number: cell for number, cell in enumerate(self.cells) if isinstance(cell, ItemCell)}
        taken = [cell.model for cell in cells.values() if cell.model]
        for name in taken:
            if enemy := self.enemy(name, taken):
                raise ExamError(
                    f"{name} and {enemy} are enemies, and the blueprint asks both.", "Take one of them out."
                )
        found = {}
        for number, cell in cells.items():
            levels = [cell.level or LEVELS[place % len(LEVELS)] for place in range(cell.count)]
            if cell.model:
                there = [level for level in LEVELS if model_named(cell.model).at(level)]
                found[number] = [(cell.model, level if level in there else there[0]) for level in levels]
            else:
                found[number] = self.of_topic(number, cell, levels, taken)
        return found

    def of_topic(self, number: int, cell: ItemCell, levels: Sequence[int], taken: list[str]) -> list[tuple[str, int]]:
        """Different models of a topic, none that is on the form already, and no enemy of one that is; `taken` grows."""
        chosen: list[tuple[str, int]] = []
        for place, level in enumerate(levels):
            possible = [name for name, model in models().items() if model.topic == cell.topic and model.at(level)]
            fresh = [name for name in possible if name not in taken and not self.enemy(name, taken)]
            draw = self.draw("model", number, place)
            model = next((name for name in draw.shuffled(fresh) if self.supply(name, level).holds(self.different)), "")
            if not model:
                message = (
                    f"{cell.topic}: only {len(chosen)} of {cell.count} item models can stand on these forms together."
                )
                hint = "Ask for fewer questions or forms, or for several questions of a model by its name."
                raise ExamError(message, hint)
            taken.append(model)
            chosen.append((model, level))
        return chosen

    def enemy(self, name: str, others: Sequence[str]) -> str:
        """One of the others that may not stand on a form with this model, or nothing."""
        groups = [group for group in self.asked.blueprint.enemies if name in group]
        return next((other for other in others if other != name and any(other in group for group in groups)), "")

    def exam(self) -> Exam:
        items = self.items()
        theory: dict[int, list[Theory]] = {}
        used: set[str] = set()
        for number, cell in enumerate(self.cells):
            if isinstance(cell, TheoryCell):
                theory[number] = self.theory(number, cell, used)
                used.update(card.key for card in theory[number])
        forms = tuple(self.form(number, items, theory) for number in range(self.asked.forms))
        return Exam(self.asked.blueprint, self.asked.seed, self.asked.lang, forms)

    def items(self) -> dict[tuple[int, int, int], PublishedItem]:
        """The item of every form, cell and place. Nothing is verified before all are known to be there."""
        slots = [
            (form, cell, place, slot)
            for form in range(self.different)
            for cell, asked in self.slots.items()
            for place, slot in enumerate(asked)
        ]
        wanted = Counter(slot for *_where, slot in slots)
        if short := [slot for slot, count in wanted.items() if not self.supply(*slot).holds(count)]:
            lines = [
                f"{model} (level {level}) gives {len(self.supply(model, level).items)} different questions; "
                f"{wanted[model, level]} are asked for on all forms together."
                for model, level in short
            ]
            raise ExamError("\n".join(lines), HINT)
        rest = {slot: iter(self.supply(*slot).items) for slot in wanted}
        made = {}
        for number, (form, cell, place, slot) in enumerate(slots, start=1):
            made[form, cell, place] = self.verify(next(rest[slot]))
            self.progress(number, len(slots))
        return made

    def theory(self, number: int, cell: TheoryCell, used: Collection[str]) -> list[Theory]:
        """The cards of a cell in the order in which forms take them, as many as they take; none that another cell has."""
        there = [card for card in self.asked.cards(cell) if card.key not in used]
        if cell.style is Style.CHOICE:
            there = [one for one in there if len(one.wrong) >= FEWEST_WRONG]
        wanted = cell.count * self.different
        if len(there) < wanted:
            where = ", ".join((*cell.decks, *(f".{tag}" for tag in cell.tags)))
            kind = "cards that can be asked with options" if cell.style is Style.CHOICE else "cards"
            raise ExamError(
                f"{where}: there are {len(there)} {kind}; {wanted} are asked for on all forms together.", HINT
            )
        return list(self.draw("theory", number).shuffled(there)[:wanted])

    # --- one form ---

    def form(
        self, number: int, items: Mapping[tuple[int, int, int], PublishedItem], theory: Mapping[int, Sequence[Theory]]
    ) -> Form:
        source = 0 if self.asked.shared else number
        parts, first, cell_number = [], 1, 0
        for section, stated in enumerate(self.asked.blueprint.sections):
            questions: list[Question] = []
            for cell in stated.cells:
                for place in range(cell.count):
                    questions.append(self.question(number, cell_number, place, cell, source, items, theory))  # noqa: PERF401
                cell_number += 1
            shuffled = self.draw("order", number, section).shuffled(questions)
            parts.append(Part(section, tuple(_numbered(question, first + at) for at, question in enumerate(shuffled))))
            first += len(questions)
        return Form(f"{self.code}-{number + 1:0{max(2, len(str(self.asked.forms)))}}", number + 1, tuple(parts))

    def question(
        self,
        form: int,
        cell_number: int,
        place: int,
        cell: Cell,
        source: int,
        items: Mapping[tuple[int, int, int], PublishedItem],
        theory: Mapping[int, Sequence[Theory]],
    ) -> Question:
        draw = self.draw("options", form, cell_number, place)
        if isinstance(cell, TheoryCell):
            card = theory[cell_number][source * cell.count + place]
            options = _theory_options(card, draw) if cell.style is Style.CHOICE else ()
            return Question(0, cell_number, cell.points, cell.style, theory=card, options=options)
        item = items[source, cell_number, place]
        options = _item_options(item, self.asked.lang, draw) if cell.style is Style.CHOICE else ()
        # Where misconceptions lead to too few other values, options would give the key away: it is typed.
        style = cell.style if options or cell.style is Style.TYPED else Style.TYPED
        return Question(0, cell_number, cell.points, style, item=item, options=options)


def _numbered(question: Question, number: int) -> Question:
    return Question(
        number, question.cell, question.points, question.style, question.item, question.theory, question.options
    )


def _item_options(item: PublishedItem, lang: str, draw: Draw) -> tuple[Option, ...]:
    """The key among what misconceptions lead to; nothing if these are too few, or if the stem offers its own."""
    if isinstance(item.answer, Choice):
        return ()
    wrong = [Option(written(one.value, item.answer), False, one.misconception.in_(lang)) for one in item.distractors]
    if len(wrong) < FEWEST_WRONG:
        return ()
    return draw.shuffled((Option(written(item.key, item.answer), True), *draw.shuffled(wrong)[:MOST_WRONG]))


def _theory_options(card: Theory, draw: Draw) -> tuple[Option, ...]:
    wrong = [Option(text, False) for text in draw.shuffled(card.wrong)[:MOST_WRONG]]
    return draw.shuffled((Option(card.back, True), *wrong))
