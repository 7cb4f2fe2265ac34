"""Which item models a command means: the arguments and options that the commands of `quizcv items` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from quizcv.cli.calc import complete_models

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizcv.items import ItemModel


def complete_topics(incomplete: str) -> list[str]:
    from quizcv.items import TOPICS

    return [topic for topic in TOPICS if topic.startswith(incomplete)]


Models = Annotated[
    list[str] | None, typer.Argument(metavar="MODEL", help="Item models.", autocompletion=complete_models)
]
Topic = Annotated[
    str, typer.Option("--topic", help="Only models of this topic.", show_default=False, autocompletion=complete_topics)
]
Level = Annotated[
    int | None, typer.Option("--level", min=1, max=3, help="Only this level; default: all three in turns.")
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same items for ever.")]


def chosen(names: Sequence[str] | None, topic: str, *, everything: bool = True) -> list[ItemModel]:
    """The models that the options mean.

    Raises:
        NotFound: no such model or topic.
        UsageError: none was named where one must be.
    """
    from quizcv.errors import NotFound, UsageError
    from quizcv.items import model_named, models

    found = [model_named(name) for name in names] if names else list(models().values())
    topics = dict.fromkeys(model.topic for model in models().values())
    if topic and topic not in topics:
        raise NotFound(f"there is no topic {topic!r}.", f"Topics: {', '.join(topics)}.")
    if not names and not topic and not everything:
        raise UsageError("no item model is named.", "Name some, or a --topic, or --all.")
    return [model for model in found if not topic or model.topic == topic]
