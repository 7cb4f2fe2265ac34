"""The real Anki, as a client: a collection of its own, and what a person does with a package in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

DAY = 86_400
IF_NEWER, ALWAYS = 0, 1


@dataclass(frozen=True)
class Log:
    """What Anki says of an import, in notes."""

    new: int
    updated: int
    unchanged: int
    conflicting: int


class Client:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.col = Collection(str(path))

    def take(self, package: Path, *, schedule: bool = False, merge: bool = False) -> Log:
        """Import a package as Anki's dialog does by default; `schedule` is its "import any learning progress", `merge` its "merge note
        types"."""
        options = ImportAnkiPackageOptions(
            merge_notetypes=merge, update_notes=IF_NEWER, update_notetypes=IF_NEWER, with_scheduling=schedule
        )
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()
        return Log(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def whole(self) -> bool:
        """Anki's own "check database" and "check media" find nothing."""
        _report, ok = self.col.fix_integrity()
        media = self.col.media.check()
        return bool(ok) and not media.missing and not media.unused

    def age(self, days: int) -> None:
        """Make it a collection that somebody began so many days ago."""
        self.col.db.execute("UPDATE col SET crt = crt - ?", days * DAY)
        self.col.close()
        self.col = Collection(str(self.path))

    def rows(self, table: str) -> list[tuple[object, ...]]:
        return sorted(tuple(row) for row in self.col.db.all(f"SELECT * FROM {table}"))


@contextmanager
def anki(path: Path) -> Iterator[Client]:
    client = Client(path)
    try:
        yield client
    finally:
        client.col.close()
