"""Where quizcv keeps its things, and the learner's settings in `config.toml`.

Every setting is declared once, in `SETTINGS`, with its default, its type and one line of help; reading, `config get|set|list`
and the documentation all go by that table. `QUIZCV_CONFIG`, `QUIZCV_DB` and `QUIZCV_LEARNER` override for one command.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from quizcv.clock import zone
from quizcv.errors import ConfigError
from quizcv.model import Settings

APP = "quizcv"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of `config.toml`. `check` returns what is wrong with a value of the right type, or nothing."""

    default: Any
    help: str
    check: Callable[[Any], str] = lambda _value: ""


def _between(low: int, high: int) -> Callable[[Any], str]:
    return lambda value: "" if low <= value <= high else f"it must lie between {low} and {high}."


def _one_of(*names: object) -> Callable[[Any], str]:
    return lambda value: "" if value in names else f"it must be one of {', '.join(repr(n) for n in names)}."


def _zone(value: Any) -> str:
    try:
        zone(value)
    except ConfigError as error:
        return f"{error.message} {error.hint}"
    return ""


SETTINGS: Mapping[str, Setting] = {
    "decks": Setting(
        [], "folders and files that `quizcv sync` reads; empty: the bundled decks. `bundled` names those."
    ),
    "lang": Setting("", "language of card texts, zh or en; empty: the locale's", _one_of("", "zh", "en")),
    "learner": Setting("default", "whose schedule is used"),
    "timezone": Setting("", "IANA name of the learner's time zone; empty: the machine's", _zone),
    "day_start": Setting(4, "hour at which a new day begins", _between(0, 12)),
    "new_per_day": Setting(20, "new cards a day", _between(0, 9999)),
    "reviews_per_day": Setting(200, "reviews a day, new cards not counted", _between(0, 99999)),
    "grades": Setting(4, "4: keys 1-4 (again, hard, good, easy); 6: keys 0-5 as in SM-2", _one_of(4, 6)),
    "leech_lapses": Setting(8, "failures that make a card a leech", _between(1, 99)),
    "leech_every": Setting(4, "further failures after which it is treated as a leech again", _between(1, 99)),
    "leech_action": Setting("suspend", "what happens to a leech: suspend or tag", _one_of("suspend", "tag")),
    "prepare": Setting(True, "whether sync and review (in the background) make verified items and confirm claims"),
    "editor": Setting("", "command that edits a card; empty: $VISUAL, $EDITOR, then nano or vi"),
    "db": Setting("", "database, a path or an SQLAlchemy URL; empty: the platform's data folder"),
}


def config_path() -> Path:
    """The settings file; it need not exist."""
    override = os.environ.get("QUIZCV_CONFIG")
    return Path(override) if override else platformdirs.user_config_path(APP) / "config.toml"


def load(path: Path | None = None) -> dict[str, Any]:
    """All settings, those of the file over the defaults.

    Raises:
        ConfigError: the file is not TOML, or a value is of the wrong kind; the message names file and key.
    """
    path = path or config_path()
    values: dict[str, Any] = {name: copy(setting.default) for name, setting in SETTINGS.items()}
    _text, stated = _read(path)
    for name, value in stated.items():
        values[name] = checked(name, value, where=f"{path}: ")
    return values


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """The file's text, with its own ends of lines but without a byte order mark, and what it states; both may be empty."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}.", "Mend the file, or delete it to have the defaults.") from error


def checked(name: str, value: Any, where: str = "") -> Any:
    """`value` if `name` may have it.

    Raises:
        ConfigError: unknown name, or a wrong type or value.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        raise ConfigError(f"{where}there is no setting {name!r}.", f"Settings: {', '.join(SETTINGS)}.")
    wanted = type(setting.default)
    if type(value) is not wanted or (wanted is list and not all(isinstance(v, str) for v in value)):
        kind = {int: "a whole number", str: "a text", list: "a list of texts", bool: "true or false"}[wanted]
        raise ConfigError(f"{where}{name} = {value!r} is not {kind}.", setting.help)
    if problem := setting.check(value):
        raise ConfigError(f"{where}{name} = {value!r}: {problem}", setting.help)
    return value


def parsed(name: str, words: list[str]) -> Any:
    """The value that the words of `quizcv config set NAME WORD…` mean.

    Raises:
        ConfigError: as `checked`.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        return checked(name, words)
    if isinstance(setting.default, list):
        return checked(name, [word for word in words if word])
    word = " ".join(words)
    if isinstance(setting.default, bool):
        return checked(name, {"true": True, "false": False}.get(word.lower(), word))
    if isinstance(setting.default, int):
        try:
            return checked(name, int(word))
        except ValueError:
            return checked(name, word)
    return checked(name, word)


def save(name: str, value: Any, path: Path | None = None) -> Path:
    """Write one setting, leaving the rest of the file, comments included, as it was; the file is replaced in one go.

    What else the file says need not be right: else a wrong value could not be mended this way.

    Raises:
        ConfigError: the file is not TOML or cannot be written, or `checked` refuses the value.
    """
    import tomlkit  # only `config set` and `sync --remember` write

    path = path or config_path()
    text, _stated = _read(path)
    document = tomlkit.parse(text)
    document[name] = checked(name, value)
    real = path.resolve()  # of a link, the file behind it is replaced
    draft = real.with_name(real.name + ".new")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(tomlkit.dumps(document).encode())
        draft.replace(real)
    except OSError as error:
        raise ConfigError(f"cannot write {real}: {error.strerror}.", "QUIZCV_CONFIG names another file.") from error
    return path


def remember(values: Mapping[str, Any], paths: Iterable[Path]) -> None:
    """Add deck files and folders to the configured ones, after those that `values` state; what is there stays, twice is once.

    Raises:
        ConfigError: as `save`.
    """
    stated = values["decks"] or [BUNDLED]
    save("decks", list(dict.fromkeys([*stated, *(str(path.absolute()) for path in paths)])))


def settings(values: Mapping[str, Any]) -> Settings:
    """The part of the settings that studying needs."""
    return Settings(
        new_per_day=values["new_per_day"],
        reviews_per_day=values["reviews_per_day"],
        day_start=values["day_start"],
        leech_lapses=values["leech_lapses"],
        leech_every=values["leech_every"],
        leech_action=values["leech_action"],
        grades=values["grades"],
    )


def language(stated: str, environ: Mapping[str, str] | None = None) -> str:
    """`stated` if there is one, else the locale's: zh for any Chinese locale, en for all others."""
    if stated:
        return stated
    environ = os.environ if environ is None else environ
    locale = next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := environ.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def database_url(stated: str) -> str:
    """The SQLAlchemy URL of the database: `stated` may be a path, a URL or empty for the platform's place."""
    if "://" in stated:
        return stated
    path = _expanded(stated) if stated else platformdirs.user_data_path(APP) / "quizcv.db"
    return f"sqlite:///{str(path.absolute()).replace('%', '%25').replace('?', '%3F')}"


def _expanded(stated: str) -> Path:
    try:
        return Path(stated).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"there is no such home folder: {stated}.", "Write the whole path.") from error


@cache
def shipped(name: str) -> Path:
    """A folder that ships with quizcv (`decks`, `alembic`): inside the wheel, or at the top of a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "_shipped" / name
    return inside if inside.is_dir() else here.parent / name


#: How the bundled decks are named in settings and in the database, where the folder they were installed to says nothing.
BUNDLED = "bundled"


def source_name(file: Path) -> str:
    """The name under which the store knows a deck file: its absolute path, or `bundled:en/counting.md`."""
    file = file.absolute()
    decks = shipped("decks")
    return f"{BUNDLED}:{file.relative_to(decks).as_posix()}" if file.is_relative_to(decks) else str(file)


def source_file(name: str) -> Path:
    """The file behind a source name."""
    scheme, _, rest = name.partition(":")
    return shipped("decks") / rest if scheme == BUNDLED else Path(name)


def deck_paths(stated: list[str]) -> list[Path]:
    """The folders and files behind the setting `decks`."""
    return [shipped("decks") if name == BUNDLED else _expanded(name) for name in stated or [BUNDLED]]
