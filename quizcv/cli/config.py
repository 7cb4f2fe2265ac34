"""`quizcv config`"""

from __future__ import annotations

from typing import Annotated

import typer

from quizcv.cli.options import AsJson

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Settings, kept in a TOML file.")


@app.command()
def get(name: str) -> None:
    """Print one setting.

    Example: `quizcv config get new_per_day`
    """
    from quizcv import config
    from quizcv.errors import ConfigError

    values = config.load()
    if name not in values:
        raise ConfigError(f"there is no setting {name!r}.", f"Settings: {', '.join(config.SETTINGS)}.")
    value = values[name]
    typer.echo("\n".join(value) if isinstance(value, list) else value)


@app.command("set")
def set_(name: str, value: Annotated[list[str], typer.Argument()]) -> None:
    """Change one setting; several values for a list.

    Example: `quizcv config set decks bundled ~/notes`
    """
    from pathlib import Path

    from quizcv import config

    words = value
    if name == "decks":  # a relative path would mean another folder tomorrow
        words = [word if word in ("", config.BUNDLED) else str(Path(word).expanduser().absolute()) for word in value]
    path = config.save(name, config.parsed(name, words))
    typer.echo(f"{name} is set in {path}")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List every setting with its value and meaning.

    Example: `quizcv config list`
    """
    from quizcv import config

    values = config.load()
    if as_json:
        from quizcv.cli.output import write_json

        write_json(values)
        return
    for name, setting in config.SETTINGS.items():
        typer.echo(f"{name} = {values[name]!r}\n    {setting.help}")


@app.command()
def path() -> None:
    """Print where the settings file is.

    Example: `$EDITOR $(quizcv config path)`
    """
    from quizcv import config

    typer.echo(config.config_path())
