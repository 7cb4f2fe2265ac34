"""`quizcv stats`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from quizcv.cli.options import AsJson, Db, Decks, Lang, LearnerName, Tags

if TYPE_CHECKING:
    from rich.console import Console

    from quizcv.study.stats import Figures, Period, Tally

NOT_BEGUN = "Nothing was studied yet: `quizcv review` begins."


def stats(
    decks: Decks,
    tags: Tags,
    as_json: AsJson = False,
    lang: Lang = "",
    learner: LearnerName = "",
    db: Db = "",
) -> None:
    """Show how the learning goes: today, streak, calendar, retention, forecast, cards, hardest cards.

    Retention is the share of scheduled reviews graded 3 or more; first answers, repeats on the same day and cramming do
    not count. A card is mature when its interval was 21 days or more before the review. The streak is of all decks.

    With `--json` an object whose keys stay (days in ISO form; retention and easiness are null without answers):

        day, learner
        today      graded = learned + reviewed + drilled + crammed; passed,
                   retention, seconds
        streak     current, longest, today (whether this day counts already)
        calendar   day: answers, crammed ones left out; 52 weeks, only days
                   with any
        retention  days: 30 of day, reviews, passed, retention
                   periods: 4 of days (7, 30, 365, null for ever), young,
                   mature, all (each reviews, passed, retention)
        forecast   days: 30 of day, reviews; overdue (part of the first day),
                   limit (your reviews a day)
        cards      total = new + learning + young + mature + suspended;
                   leeches and flagged among them, orphaned besides;
                   easiness (mean)
        hardest    10 at most of id, deck, front, lapses, easiness, interval,
                   suspended, leech

    Example: `quizcv stats --json | jq .today`
    """
    from quizcv.cli.chosen import chosen as wanted_cards
    from quizcv.cli.due import NO_CARDS
    from quizcv.cli.output import write_json
    from quizcv.cli.workspace import workspace
    from quizcv.study.stats import figures

    with workspace(db, learner, lang) as ws, ws.store.read() as unit:
        empty = unit.cards.empty()
        chosen = wanted_cards(unit, decks, tags)
        found = figures(unit, ws.learner, ws.today(), ws.settings, chosen, ws.lang)
        name = ws.learner.name
    if as_json:
        write_json({"day": found.today.day.isoformat(), "learner": name, **as_dict(found)})
    elif empty:
        typer.echo(NO_CARDS)
    else:
        from rich.console import Console

        _show(Console(highlight=False), found)


def _show(console: Console, found: Figures) -> None:
    """The pictures, in the order in which they matter."""
    from quizcv.tui.charts import (
        CensusBars,
        HardestTable,
        Heatmap,
        MaturityTable,
        forecast_bars,
        retention_bars,
    )

    def section(title: str, says: str, picture: object = None) -> None:
        console.print(f"[bold]{title}[/bold]  {says}".rstrip())
        if picture is not None:
            console.print(picture)
        console.print()

    today = found.today
    section("Today", _today(found))
    if not found.begun:
        section("Cards", _cards(found), CensusBars(found.cards))
        console.print(NOT_BEGUN)
        return
    section("Streak", _streak(found))
    section("Calendar", _calendar(found), Heatmap(found.calendar))
    month = found.periods[1].all
    section("Retention", _retention(month), retention_bars(found.retention, today.day) if month.reviews else None)
    if found.periods[-1].all.reviews:
        section("Retention by maturity", "young: interval under 21 days", MaturityTable(found.periods))
    section("Forecast", _forecast(found), forecast_bars(found.forecast, found.limit))
    section("Cards", _cards(found), CensusBars(found.cards))
    if found.hardest:
        section("Hardest cards", "", HardestTable(found.hardest))


def _today(found: Figures) -> str:
    from quizcv.tui.wording import duration

    today, kept = found.today, found.today.reviews.retention
    if not today.graded:
        return f"{today.day}, nothing yet"
    kinds = ((today.learned, "new"), (today.reviewed, "reviews"), (today.drilled, "again"), (today.crammed, "crammed"))
    split = ", ".join(f"{count:,} {word}" for count, word in kinds if count)
    retention = "" if kept is None else f", retention {kept:.0%}"
    return f"{today.day}, {_count(today.graded, 'answer')} in {duration(today.seconds)}{retention}\n       {split}"


def _streak(found: Figures) -> str:
    streak = found.streak
    still = "" if streak.today or not streak.current else ", today still to come"
    longest = "the longest so far" if streak.current == streak.longest else f"longest {_count(streak.longest, 'day')}"
    return f"{_count(streak.current, 'day')}{still}; {longest}"


def _calendar(found: Figures) -> str:
    answers = sum(day.count for day in found.calendar)
    days = sum(day.count > 0 for day in found.calendar)
    return f"{_count(answers, 'answer')} on {_count(days, 'day')} of the last 52 weeks"


def _retention(month: Tally) -> str:
    if month.retention is None:
        return "no reviews in the last 30 days"
    return f"{month.retention:.0%} of {_count(month.reviews, 'review')} in the last 30 days"


def _forecast(found: Figures) -> str:
    reviews = sum(day.count for day in found.forecast)
    overdue = f", {found.overdue:,} overdue" if found.overdue else ""
    above = sum(day.count > found.limit for day in found.forecast)
    limit = f"; {_count(above, 'day')} over the limit of {found.limit:,}" if above else ""
    return f"{_count(reviews, 'review')} in 30 days{overdue}{limit}"


def _cards(found: Figures) -> str:
    cards = found.cards
    marked = ((cards.leeches, "leeches"), (cards.flagged, "flagged"), (cards.orphaned, "orphaned besides"))
    parts = [f"{cards.total:,}", *(f"{count:,} {word}" for count, word in marked if count)]
    if cards.easiness is not None:
        parts.append(f"average ease {cards.easiness:.2f}")
    return ", ".join(parts)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def as_dict(found: Figures) -> dict[str, Any]:
    """What `--json` says; the keys are promised in the help of `stats`."""
    today, streak, cards = found.today, found.streak, found.cards
    return {
        "today": {
            "graded": today.graded,
            "learned": today.learned,
            "reviewed": today.reviewed,
            "drilled": today.drilled,
            "crammed": today.crammed,
            "passed": today.reviews.passed,
            "retention": today.reviews.retention,
            "seconds": today.seconds,
        },
        "streak": {"current": streak.current, "longest": streak.longest, "today": streak.today},
        "calendar": {day.day.isoformat(): day.count for day in found.calendar if day.count},
        "retention": {
            "days": [{"day": day.day.isoformat(), **_tally(day.tally)} for day in found.retention],
            "periods": [_period(period) for period in found.periods],
        },
        "forecast": {
            "days": [{"day": day.day.isoformat(), "reviews": day.count} for day in found.forecast],
            "overdue": found.overdue,
            "limit": found.limit,
        },
        "cards": {
            "total": cards.total,
            "new": cards.new,
            "learning": cards.learning,
            "young": cards.young,
            "mature": cards.mature,
            "suspended": cards.suspended,
            "leeches": cards.leeches,
            "flagged": cards.flagged,
            "orphaned": cards.orphaned,
            "easiness": cards.easiness,
        },
        "hardest": [
            {
                "id": hard.card.key,
                "deck": hard.card.deck,
                "front": hard.card.front,
                "lapses": hard.trouble.lapses,
                "easiness": hard.trouble.easiness / 100,
                "interval": hard.trouble.interval,
                "suspended": hard.trouble.suspended,
                "leech": hard.trouble.leech,
            }
            for hard in found.hardest
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {"reviews": tally.reviews, "passed": tally.passed, "retention": tally.retention}


def _period(period: Period) -> dict[str, Any]:
    tallies = {"young": period.young, "mature": period.mature, "all": period.all}
    return {"days": period.days, **{name: _tally(tally) for name, tally in tallies.items()}}
