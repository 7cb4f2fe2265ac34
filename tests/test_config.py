"""Settings: every way to write them, and every way to get them wrong."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv import config
from quizcv.config import SETTINGS
from quizcv.errors import ConfigError, QuizcvError
from quizcv.model import Settings

DEFAULTS = {name: setting.default for name, setting in SETTINGS.items()}

#: For every setting a value that is not its default.
OTHERS: Mapping[str, Any] = {
    "decks": ["~/notes", "/笔记/cv.md", 'a "quoted" one'], "lang": "zh", "learner": "zoë", "timezone": "Asia/Shanghai",
    "day_start": 0, "new_per_day": 0, "reviews_per_day": 99999, "grades": 6, "leech_lapses": 1, "leech_every": 99,
    "leech_action": "tag", "editor": "code --wait", "prepare": False, "db": "postgresql+psycopg://me@host/quiz",
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


# --- reading -----------------------------------------------------------------------------------------------------


def test_without_a_file_all_is_default(path: Path) -> None:
    assert config.load(path) == DEFAULTS
    write(path, "")
    assert config.load(path) == DEFAULTS


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_read_and_written(path: Path, name: str) -> None:
    """Alone, over the defaults of the others; the default itself may be written as well."""
    for value in (OTHERS[name], DEFAULTS[name]):
        assert config.save(name, value, path) == path
        assert config.load(path) == {**DEFAULTS, name: value}
        assert tomllib.loads(path.read_text(encoding="utf-8")) == {name: value}
    assert OTHERS[name] != DEFAULTS[name]


def test_every_default_is_allowed() -> None:
    for name, setting in SETTINGS.items():
        assert config.checked(name, setting.default) == setting.default
        assert setting.help


def test_what_one_reader_does_to_its_values_is_nothing_to_the_next(path: Path) -> None:
    config.load(path)["decks"].append("elsewhere")
    assert config.load(path)["decks"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lang = ", "config.toml: Invalid value (at end of document)."),
        ("lang = 'zh'\nlang = 'en'", "config.toml: Cannot overwrite a value"),
        ("lang == 'zh'", "config.toml: "),
        ("languages = 'zh'", "config.toml: there is no setting 'languages'."),
        ("[lang]\nx = 1", "config.toml: lang = {'x': 1} is not a text."),
        ("lang = 'fr'", "config.toml: lang = 'fr': it must be one of '', 'zh', 'en'."),
        ("lang = 1", "config.toml: lang = 1 is not a text."),
        ("day_start = 4.0", "config.toml: day_start = 4.0 is not a whole number."),
        ("day_start = true", "config.toml: day_start = True is not a whole number."),
        ("day_start = '4'", "config.toml: day_start = '4' is not a whole number."),
        ("day_start = -1", "config.toml: day_start = -1: it must lie between 0 and 12."),
        ("day_start = 13", "config.toml: day_start = 13: it must lie between 0 and 12."),
        ("grades = 5", "config.toml: grades = 5: it must be one of 4, 6."),
        ("leech_every = 0", "config.toml: leech_every = 0: it must lie between 1 and 99."),
        ("leech_action = 'delete'", "config.toml: leech_action = 'delete': it must be one of 'suspend', 'tag'."),
        ("new_per_day = 10000", "config.toml: new_per_day = 10000: it must lie between 0 and 9999."),
        ("decks = '~/notes'", "config.toml: decks = '~/notes' is not a list of texts."),
        ("decks = ['a', 1]", "config.toml: decks = ['a', 1] is not a list of texts."),
        ("timezone = 'Mars'", "config.toml: timezone = 'Mars': no time zone is called 'Mars'."),
        ("timezone = '../../etc/passwd'", "config.toml: timezone = '../../etc/passwd': no time zone is called"),
    ],
)
def test_a_wrong_file_is_told_with_its_name(path: Path, text: str, words: str) -> None:
    """One line that names the file, the setting and the value, and what would be right."""
    write(path, text)
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert caught.value.message.startswith(str(path.parent))
    assert words in caught.value.message
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("data", [b"lang = '\xff'", b"\x00", b"\xfe\xff\x00l"])
def test_a_file_that_is_no_text(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.load(path)


def test_a_byte_order_mark_is_let_pass(path: Path) -> None:
    """Windows editors write one."""
    path.write_bytes(b"\xef\xbb\xbflang = 'zh'\r\n")
    assert config.load(path)["lang"] == "zh"
    config.save("grades", 6, path)
    assert config.load(path) == {**DEFAULTS, "lang": "zh", "grades": 6}


@pytest.mark.parametrize("where", ["folder", "file/config.toml"])
def test_a_file_that_cannot_be_read_or_written(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for act in (lambda: config.load(tmp_path / where), lambda: config.save("lang", "zh", tmp_path / where)):
        with pytest.raises(ConfigError) as caught:
            act()
        assert str(tmp_path / where) in caught.value.message
        assert caught.value.hint


# --- writing -----------------------------------------------------------------------------------------------------

COMMENTED = """# My settings.

lang = "zh"   # 中文

# twenty is too many
new_per_day =    5
decks = [
    "~/notes",  # mine
    "bundled",
]
"""


def test_the_rest_of_the_file_stays(path: Path) -> None:
    """Comments, order, spaces, and the ends of lines."""
    for text in (COMMENTED, COMMENTED.replace("\n", "\r\n")):
        write(path, text)
        config.save("new_per_day", 7, path)
        assert path.read_bytes().decode() == text.replace("   5", "   7")
        config.save("grades", 6, path)
        after = path.read_bytes().decode()
        assert after.startswith(text.replace("   5", "   7"))
        assert config.load(path) == {
            **DEFAULTS, "lang": "zh", "new_per_day": 7, "decks": ["~/notes", "bundled"], "grades": 6
        }  # fmt: skip


def test_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "config.toml"
    config.save("lang", "en", path)
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(("name", "value"), [("lang", "fr"), ("day_start", "4"), ("nothing", 1), ("decks", "x")])
def test_a_wrong_value_is_not_written(path: Path, name: str, value: Any) -> None:
    for text in ("", COMMENTED):
        write(path, text)
        with pytest.raises(ConfigError):
            config.save(name, value, path)
        assert path.read_bytes() == text.encode()
        assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_file_that_is_no_toml_is_not_written_to(path: Path) -> None:
    write(path, "lang == 'zh'\n# precious\n")
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.save("lang", "en", path)
    assert "precious" in path.read_text(encoding="utf-8")


def test_a_wrong_value_can_be_mended(path: Path) -> None:
    """By the command that sets it; what else is wrong is still told afterwards."""
    write(path, "day_start = 99  # oops\nlang = 'fr'\n")
    config.save("day_start", 4, path)
    with pytest.raises(ConfigError, match="lang = 'fr'"):
        config.load(path)
    config.save("lang", "zh", path)
    assert config.load(path) == {**DEFAULTS, "lang": "zh"}
    assert "# oops" in path.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path, path: Path) -> None:
    """Settings are often kept among one's dotfiles, elsewhere."""
    real = tmp_path / "dotfiles" / "quizcv.toml"
    real.parent.mkdir()
    write(real, COMMENTED)
    path.symlink_to(real)
    config.save("new_per_day", 7, path)
    assert path.is_symlink()
    assert "   7" in real.read_text(encoding="utf-8")
    assert [file.name for file in real.parent.iterdir()] == ["quizcv.toml"]


def test_a_folder_that_may_not_be_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(ConfigError, match=r"cannot write .*config\.toml: Permission denied\.") as caught:
        config.save("lang", "zh", path)
    assert caught.value.hint


# --- words of the command line -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("day_start", ["3"], 3),
        ("day_start", [" 3 "], 3),
        ("lang", ["zh"], "zh"),
        ("lang", [], ""),
        ("lang", [""], ""),
        ("learner", ["Ada", "Lovelace"], "Ada Lovelace"),
        ("learner", ["42"], "42"),
        ("editor", ["code", "--wait"], "code --wait"),
        ("decks", ["a", "b c", "d"], ["a", "b c", "d"]),
        ("decks", ["bundled"], ["bundled"]),
        ("decks", [], []),
        ("decks", [""], []),
    ],
)
def test_words_that_mean_a_value(name: str, words: list[str], value: Any) -> None:
    assert config.parsed(name, words) == value


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("day_start", ["four"], "day_start = 'four' is not a whole number."),
        ("day_start", ["4", "5"], "day_start = '4 5' is not a whole number."),
        ("day_start", [], "day_start = '' is not a whole number."),
        ("day_start", ["4.5"], "day_start = '4.5' is not a whole number."),
        ("day_start", ["13"], "day_start = 13: it must lie between 0 and 12."),
        ("lang", ["Zh"], "lang = 'Zh': it must be one of '', 'zh', 'en'."),
        ("language", ["zh"], "there is no setting 'language'."),
    ],
)
def test_words_that_mean_none(name: str, words: list[str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parsed(name, words)
    assert caught.value.message == message
    assert caught.value.hint


@given(st.sampled_from(sorted(SETTINGS)), st.lists(st.text(max_size=8), max_size=3))
def test_no_words_are_a_surprise(name: str, words: list[str]) -> None:
    """A value that may be stored, or a line that says what is wrong."""
    try:
        value = config.parsed(name, words)
    except ConfigError:
        return
    assert config.checked(name, value) == value


@given(
    st.sampled_from(sorted(SETTINGS)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    ),
)
def test_no_value_is_a_surprise(name: str, value: Any) -> None:
    try:
        checked = config.checked(name, value)
    except ConfigError:
        return
    assert checked is value
    assert type(checked) is type(SETTINGS[name].default)


def test_the_settings_of_studying() -> None:
    """Each is a line of the file, under its own name and with the same default; none is forgotten."""
    assert config.settings(DEFAULTS) == Settings()
    chosen = config.settings(OTHERS)
    for name in Settings.__slots__:
        assert getattr(chosen, name) == OTHERS[name]


# --- where things are --------------------------------------------------------------------------------------------


def test_where_the_settings_are(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.delenv("QUIZCV_CONFIG", raising=False)
    assert config.config_path() == platformdirs.user_config_path("quizcv") / "config.toml"
    monkeypatch.setenv("QUIZCV_CONFIG", "")
    assert config.config_path() == platformdirs.user_config_path("quizcv") / "config.toml"
    monkeypatch.setenv("QUIZCV_CONFIG", str(path))
    assert config.config_path() == path
    config.save("lang", "zh")
    assert config.load()["lang"] == "zh"
    assert path.exists()


@pytest.mark.parametrize(
    ("stated", "environ", "lang"),
    [
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LC_ALL": "zh_CN.UTF-8"}, "en"),
        ("", {}, "en"),
        ("", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("", {"LANG": "zh"}, "zh"),
        ("", {"LANG": "ZH_TW"}, "zh"),
        ("", {"LANG": "de_DE.UTF-8"}, "en"),
        ("", {"LANG": "C"}, "en"),
        ("", {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ("", {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ("", {"LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ("", {"LANG": "zh_CN.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}, "zh"),
    ],
)
def test_the_language(stated: str, environ: Mapping[str, str], lang: str) -> None:
    """What was said, else the locale in POSIX's order; a variable that is empty is none."""
    assert config.language(stated, environ) == lang


def test_the_language_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_HK.UTF-8")
    assert config.language("") == "zh"


def test_where_the_database_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A URL as it is; a path made absolute, its `~` resolved; else the platform's place."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for url in ("postgresql+psycopg://me:pw@host/quiz", "sqlite:///x.db", "sqlite://"):
        assert config.database_url(url) == url
    assert config.database_url("") == f"sqlite:///{platformdirs.user_data_path('quizcv') / 'quizcv.db'}"
    assert config.database_url("x.db") == f"sqlite:///{tmp_path / 'x.db'}"
    assert config.database_url(str(tmp_path / "数 据.db")) == f"sqlite:///{tmp_path / '数 据.db'}"
    assert config.database_url("~/x.db") == f"sqlite:///{tmp_path / 'home' / 'x.db'}"
    assert config.deck_paths(["~/notes", "bundled", "rel"]) == [
        tmp_path / "home" / "notes", config.shipped("decks"), Path("rel")
    ]  # fmt: skip
    assert config.deck_paths([]) == [config.shipped("decks")]


def test_a_home_that_is_not_there() -> None:
    """A line, not a RuntimeError."""
    for look in (lambda: config.database_url("~nobody-here/x.db"), lambda: config.deck_paths(["~nobody-here/x"])):
        with pytest.raises(QuizcvError, match="~nobody-here"):
            look()


@pytest.mark.parametrize("name", ["decks", "alembic"])
def test_what_ships(name: str) -> None:
    assert config.shipped(name).is_dir()
    assert config.shipped(name).is_absolute()


def test_a_deck_file_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bundled files go by a name that does not depend on where quizcv was installed; all others by their path."""
    for file in config.shipped("decks").rglob("*.md"):
        name = config.source_name(file)
        assert re.fullmatch(r"bundled:(en|zh)/[\w/-]+\.md", name)
        assert config.source_file(name) == file
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / "a b.md", tmp_path / "bundled:x.md", tmp_path / "笔记" / "x.md"):
        assert config.source_name(path) == str(path)
        assert config.source_file(str(path)) == path
    assert config.source_file(config.source_name(Path("rel.md"))) == tmp_path / "rel.md"
    assert config.source_file(config.source_name(Path("bundled:rel.md"))) == tmp_path / "bundled:rel.md"
