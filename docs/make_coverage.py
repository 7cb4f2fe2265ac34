"""Writes docs/coverage.md, which card answers which heading of the source notes: `python docs/make_coverage.py` (`--check` only compares).

The decks say it themselves, in the `covers:` of their front matter; `docs/headings.json` has the notes' headings with their levels.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from quizcv.deck import find, read

ROOT = Path(__file__).parents[1]
DECKS = ROOT / "decks"
PAGE = ROOT / "docs" / "coverage.md"
LANGUAGES = ("en", "zh")

#: Headings that ask nothing.
NO_SUBJECT = {
    "notes-0": {"思维导图": "a mind map's place"},
    "notes-1": {"TODO": "the author's list of things to do"},
    "notes-3": {"前言": "a foreword", "参考资料": "links"},
    "notes-4": {"": "a heading without text"},
}

Headings = Mapping[str, list[tuple[int, str]]]
#: Note and heading -> ids of cards.
Covered = dict[tuple[str, str], list[str]]


def headings() -> Headings:
    """The headings of each note with their levels, in order."""
    return json.loads((ROOT / "docs" / "headings.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def metadata(path: Path) -> dict[str, Any]:
    """The front matter of a deck."""
    text = path.read_text(encoding="utf-8")
    return yaml.safe_load(text[3 : text.index("\n---", 3)]) if text.startswith("---\n") else {}


def heading_named(note: str, name: str, known: Headings) -> str | None:
    """The heading that a deck means: its whole text, or the number that it begins with."""
    texts = [text for _, text in known.get(note, [])]
    if name in texts:
        return name
    numbered = [text for text in texts if text.split(" ")[0] == name]
    return numbered[0] if len(numbered) == 1 else None


def collect(lang: str, known: Headings) -> tuple[Covered, list[str]]:
    """What the decks of a language cover, and what is wrong with what they say."""
    covered: Covered = {}
    wrong: list[str] = []
    for item in find([DECKS / lang]).files:
        path = Path(item.file)
        ids = {card.note for card in read(path, path=item.path, deck=item.deck, lang=item.lang).cards}
        for note, answers in metadata(path).get("covers", {}).items():
            for name, cards in answers.items():
                heading = heading_named(note, str(name), known)
                if heading is None:
                    wrong.append(f"{path.relative_to(ROOT)}: {note} has no heading {name!r}")
                    continue
                wrong += [
                    f"{path.relative_to(ROOT)}: no card {card} (for {note}, {heading})"
                    for card in cards
                    if card not in ids
                ]
                covered.setdefault((note, heading), []).extend(cards)
    return covered, wrong


def parts(at: int, found: list[tuple[int, str]]) -> list[str]:
    """The headings directly or indirectly below one."""
    level = found[at][0]
    below = []
    for deeper, text in found[at + 1 :]:
        if deeper <= level:
            break
        below.append(text)
    return below


def rows(note: str, found: list[tuple[int, str]], covered: Covered) -> Iterator[tuple[str, str, bool]]:
    """Each heading, what answers it, and whether anything does."""
    for at, (level, text) in enumerate(found):
        shown = f"{'· ' * max(0, level - 1)}{text or '(empty)'}"
        cards = covered.get((note, text), [])
        below = [one for one in parts(at, found) if one not in NO_SUBJECT.get(note, {})]
        if cards:
            yield shown, ", ".join(f"`{card}`" for card in dict.fromkeys(cards)), True
        elif text in NO_SUBJECT.get(note, {}):
            yield shown, f"*no subject: {NO_SUBJECT[note][text]}*", True
        elif below and all(covered.get((note, one)) or _divided(note, one, found, covered) for one in below):
            yield shown, "*by its parts*", True
        else:
            yield shown, "**nothing yet**", False


def _divided(note: str, text: str, found: list[tuple[int, str]], covered: Covered) -> bool:
    at = next(index for index, (_, one) in enumerate(found) if one == text)
    below = parts(at, found)
    return bool(below) and all(covered.get((note, one)) for one in below)


def page() -> tuple[str, list[str]]:
    """The page, and what is wrong: unknown names, headings that nothing answers, languages that differ."""
    known = headings()
    both = {lang: collect(lang, known) for lang in LANGUAGES}
    wrong = [problem for _, problems in both.values() for problem in problems]
    covered = both[LANGUAGES[0]][0]
    if len({json.dumps(sorted(found.items(), key=str)) for found, _ in both.values()}) > 1:
        wrong.append("the languages cover different headings")
    lines = [
        "# Coverage",
        "",
        "Which card answers which heading of the five source notes. Made by `docs/make_coverage.py` from the `covers:` of the decks.",
    ]
    for note, found in known.items():
        told = list(rows(note, found, covered))
        wrong += [f"{note}: nothing answers {shown!r}" for shown, _, answered in told if not answered]
        lines += ["", f"## {note}", "", "| heading | cards |", "|---|---|"]
        lines += [f"| {shown.replace('|', chr(92) + '|')} | {answer} |" for shown, answer, _ in told]
    return "\n".join(lines) + "\n", wrong


def main() -> int:
    text, wrong = page()
    for problem in wrong:
        print(problem)  # noqa: T201
    if "--check" in sys.argv:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
        return int(bool(wrong) or stale)
    PAGE.write_text(text, encoding="utf-8")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
