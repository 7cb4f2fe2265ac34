"""Which files are found, what they are called, and what cannot be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from quizcv.deck import MAX_BYTES, decode, find, parse, read
from quizcv.model import Fault, Severity

Tree = Callable[..., Path]

links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes files of one heading card each and returns the folder they are in."""

    def make(*names: str) -> Path:
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"# {name}\nanswer\n", encoding="utf-8")
        return tmp_path

    return make


def places(faults: tuple[Fault, ...], root: Path) -> list[tuple[str, str]]:
    return [(str(fault.place).removeprefix(str(root) + os.sep), fault.code) for fault in faults]


def test_decks_are_found_in_order_and_named_after_their_path(tree: Tree) -> None:
    root = tree("b.md", "a.markdown", "backbone/vgg.md", "backbone/deep/x y.MD", "notes.txt")
    found = find([root])
    assert found.faults == ()
    assert [(item.deck, item.lang, item.file.name) for item in found.files] == [
        ("a", "", "a.markdown"),
        ("b", "", "b.md"),
        ("backbone::deep::x y", "", "x y.MD"),
        ("backbone::vgg", "", "vgg.md"),
    ]
    assert all(item.root == root and item.path == str(item.file) for item in found.files)


def test_languages_are_folders_right_below_the_root_and_not_in_the_name(tree: Tree) -> None:
    root = tree("zh/backbone/vgg.md", "en/backbone/vgg.md", "other/en/x.md", "zh.md")
    assert sorted((item.deck, item.lang) for item in find([root]).files) == [
        ("backbone::vgg", "en"),
        ("backbone::vgg", "zh"),
        ("other::en::x", ""),
        ("zh", ""),
    ]


def test_a_language_folder_or_a_file_in_one_says_its_language_when_typed_itself(tree: Tree) -> None:
    root = tree("zh/backbone/vgg.md", "en/top.md")
    found = find([root / "zh", root / "en" / "top.md", root / "zh" / "backbone" / "vgg.md"])
    assert [(item.deck, item.lang) for item in found.files] == [("backbone::vgg", "zh"), ("top", "en")]


def test_paths_are_shown_as_they_were_typed(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree("sub/a.md", "b.md"))
    shown = [item.path for item in find([Path("sub"), Path(), Path("sub/../b.md")]).files]
    assert shown == [str(Path("sub", "a.md")), "b.md"]


def test_hidden_folders_and_those_of_other_tools_are_skipped(tree: Tree) -> None:
    names = (".git/a.md", ".venv/a.md", "node_modules/x/a.md", "a/.b/c.md", ".hidden.md", "kept/a.md")
    root = tree(*names)
    assert [item.deck for item in find([root]).files] == ["kept::a"]
    assert [item.deck for item in find([root / ".git"]).files] == ["a"]


def test_a_file_that_is_reached_twice_is_read_once(tree: Tree) -> None:
    root = tree("a/x.md", "b/y.md")
    assert [item.deck for item in find([root / "a" / "x.md", root, root / "a"]).files] == ["x", "b::y"]


def test_any_file_may_be_typed_whatever_its_name(tree: Tree) -> None:
    root = tree("notes.txt")
    assert [(item.deck, item.root) for item in find([root / "notes.txt"]).files] == [("notes", root)]


def test_what_is_missing_is_told_and_the_rest_is_found(tree: Tree) -> None:
    root = tree("a.md")
    found = find([root / "none.md", root / "a.md", Path("nul\0byte")])
    assert [item.deck for item in found.files] == ["a"]
    assert places(found.faults, root) == [("none.md:1:1", "file-missing"), ("nul\0byte:1:1", "file-missing")]


@links
def test_links_are_followed_once(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tree("real/a.md")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "b.md").write_text("# b\nc\n", encoding="utf-8")
    (root / "linked").symlink_to(elsewhere)
    (root / "again").symlink_to(elsewhere)
    (root / "z.md").symlink_to(root / "real" / "a.md")
    found = find([root])
    assert [item.deck for item in found.files] == ["again::b", "z"]
    assert found.faults == ()


@links
def test_links_that_lead_nowhere_or_in_circles_are_told(tree: Tree) -> None:
    root = tree("a/x.md")
    (root / "a" / "up").symlink_to(root)
    (root / "gone.md").symlink_to(root / "nothing")
    (root / "self.md").symlink_to(root / "self.md")
    found = find([root])
    assert [item.deck for item in found.files] == ["a::x"]
    assert sorted(places(found.faults, root)) == [
        (str(Path("a", "up:1:1")), "link-loop"),
        ("gone.md:1:1", "file-missing"),
        ("self.md:1:1", "link-loop"),
    ]
    assert [fault.severity for fault in sorted(found.faults)] == [Severity.WARNING, Severity.FAULT, Severity.FAULT]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_deck_and_stops_nobody(tree: Tree) -> None:
    root = tree("a.md")
    os.mkfifo(root / "b.md")
    assert [item.deck for item in find([root]).files] == ["a"]
    assert places(find([root / "b.md"]).faults, root) == [("b.md:1:1", "not-a-file")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_entered_is_told(tree: Tree) -> None:  # pragma: no cover (as root)
    root = tree("shut/a.md", "open/b.md")
    (root / "shut").chmod(0)
    try:
        found = find([root])
    finally:
        (root / "shut").chmod(0o755)
    assert [item.deck for item in found.files] == ["open::b"]
    assert places(found.faults, root) == [("shut:1:1", "folder-unreadable")]


def test_a_folder_that_cannot_be_listed_is_told(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree("shut/a.md", "open/b.md")
    listed = Path.iterdir

    def iterdir(self: Path) -> object:
        if self.name == "shut":
            raise PermissionError(13, "Permission denied")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    found = find([root])
    assert [item.deck for item in found.files] == ["open::b"]
    assert places(found.faults, root) == [("shut:1:1", "folder-unreadable")]


def test_a_folder_that_shows_only_names_stops_nobody(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree("shut/sub/a.md", "shut/b.md", "open/c.md")
    looked_at = Path.stat

    def stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if self.parent.name == "shut":
            raise PermissionError(13, "Permission denied")
        return looked_at(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", stat)
    found = find([root])
    assert [item.deck for item in found.files] == ["open::c"]
    assert places(found.faults, root) == [(str(Path("shut", "b.md:1:1")), "file-unreadable")]


def test_a_deep_tree_is_no_trouble(tree: Tree) -> None:
    root = tree("/".join("d" * 300) + "/a.md")
    assert len(find([root]).files) == 1


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are Unicode there")
def test_a_name_that_is_no_text_is_shown_all_the_same(tree: Tree) -> None:
    root = tree("a.md")
    (root / os.fsdecode(b"\xff.md")).write_text("# a\n", encoding="utf-8")
    item = find([root]).files[1]
    assert item.file.exists()
    assert item.deck == "\ufffd"
    item.path.encode()


@pytest.mark.parametrize(
    ("data", "place", "code"),
    [
        (b"# a\nb\xff\n", "x.md:2:2", "file-not-utf8"),
        ("标题\r\n甲".encode() + "乙".encode("gbk"), "x.md:2:2", "file-not-utf8"),
        (b"\xef\xbb\xbfa\xe4\xb8", "x.md:1:2", "file-not-utf8"),
        (b"\xff\xfe#\0 \0", "x.md:1:1", "file-not-utf8"),
        (b"# a\r\rb\0", "x.md:3:2", "file-binary"),
        (b"a" * (MAX_BYTES + 1), "x.md:1:1", "file-too-large"),
    ],
    ids=["latin", "gbk", "cut", "utf-16", "nul", "large"],
)
def test_bytes_that_are_no_deck_are_one_fault(tmp_path: Path, data: bytes, place: str, code: str) -> None:
    fault = decode(data, "x.md")
    assert isinstance(fault, Fault)
    assert (str(fault.place), fault.code, fault.severity) == (place, code, Severity.FAULT)
    file = tmp_path / "x.md"
    file.write_bytes(data)
    deck = read(file, path="x.md", deck="d", lang="zh")
    assert (deck.cards, deck.gaps, deck.deck, deck.lang) == ((), (), "d", "zh")
    assert [(str(fault.place), fault.code) for fault in deck.faults] == [(place, code)]


@pytest.mark.parametrize("name", ["none.md", ""])
def test_a_file_that_cannot_be_opened_is_one_fault(tmp_path: Path, name: str) -> None:
    deck = read(tmp_path / name, path="x.md", deck="d", lang="")
    assert [(str(fault.place), fault.code) for fault in deck.faults] == [("x.md:1:1", "file-unreadable")]


def test_reading_a_file_is_parsing_its_text(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_bytes("\ufeff# 甲\r\n乙\r\n".encode())
    assert read(file, path="x", deck="d", lang="zh") == parse("# 甲\n乙\n", path="x", deck="d", lang="zh")
