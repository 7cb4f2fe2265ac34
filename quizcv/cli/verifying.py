"""`quizcv items verify`"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizcv.cli.itemchoice import Level, Models, Seed, Topic, chosen
from quizcv.cli.options import AsJson

if TYPE_CHECKING:
    from quizcv.verify.trial import Trial


def verify(
    models: Models = None,
    topic: Topic = "",
    everything: Annotated[bool, typer.Option("--all", help="Every item model.")] = False,
    count: Annotated[int, typer.Option("--count", min=1, help="How many items of each model.")] = 200,
    level: Level = None,
    seed: Seed = 1,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="How many processes.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Hold formula against PyTorch on many items. Exit code 1 if they disagree on any.

    Each disagreement is told with all that is needed to repeat it.

    Example: `quizcv items verify --all --count 300 --jobs 2`
    """
    from quizcv.verify.trial import Trial, pieces, run_all

    meant = chosen(models, topic, everything=everything)
    trials = {model.name: Trial(model.name) for model in meant}
    work = list(pieces(meant, count, seed, level))
    with _bar(len(work), quiet=as_json) as advance:
        for trial in run_all(work, jobs):
            trials[trial.model].add(trial)
            advance()
    failed = [trial for trial in trials.values() if trial.agreed < trial.count]
    if as_json:
        from quizcv.cli.output import write_json

        write_json(
            {"ok": not failed, "seed": seed, "level": level, "models": [_trial_dict(t) for t in trials.values()]}
        )
    else:
        _tell_trials(list(trials.values()))
    if failed:
        raise typer.Exit(1)


def _trial_dict(trial: Trial) -> dict[str, Any]:
    return {
        "model": trial.model,
        "count": trial.count,
        "agreed": trial.agreed,
        "worst_difference": trial.worst,
        "seconds": round(trial.seconds, 3),
        "disagreements": trial.failures,
    }


def _tell_trials(trials: list[Trial]) -> None:
    width = max((len(trial.model) for trial in trials), default=5)
    typer.echo(f"{'model':{width}}  {'items':>9}  {'agree':>9}  {'worst':>8}  {'seconds':>8}")
    for trial in trials:
        typer.echo(
            f"{trial.model:{width}}  {trial.count:>9,}  {trial.agreed:>9,}  {trial.worst:>8.1e}  {trial.seconds:>8.2f}"
        )
    count, agreed = sum(trial.count for trial in trials), sum(trial.agreed for trial in trials)
    seconds = sum(trial.seconds for trial in trials)
    typer.echo(
        f"\n{len(trials)} models, {count:,} items, {count - agreed:,} disagreements, {seconds:,.1f} s of one core "
        f"({count / seconds if seconds else 0:,.0f} a second)."
    )
    for trial in trials:
        for failure in trial.failures:
            typer.echo(f"DISAGREE {failure}", err=True)


class _bar:  # noqa: N801 - used as a function: with _bar(10) as advance
    """A progress bar on standard error where that is a terminal."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total, self._done = total, 0
        self._quiet = quiet or not os.isatty(2)
        self._progress: Any = None

    def __enter__(self) -> Any:
        if not self._quiet:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._progress.start()
            self._task = self._progress.add_task("verifying", total=self._total)
        return self._advance

    def _advance(self) -> None:
        if self._progress is not None:
            self._progress.advance(self._task)

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()
