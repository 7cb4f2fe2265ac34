"""Everything that can go wrong and is not a bug.

    QuizcvError            one or two lines for the person, and an exit code
    ├── UsageError         (2) the command cannot mean that
    │   ├── ConfigError        a setting is missing, unknown or of the wrong kind
    │   ├── BadParameters      an item model cannot be asked that
    │   ├── NetworkError       a network cannot be asked that, or not with this input
    │   └── NotATerminal       a screen was asked for where there is none
    ├── DeckError          (1) something in a deck file; carries every Fault
    ├── ItemError          (1) an item model gives no item
    │   └── Disagreement       formula and PyTorch differ: nothing of that model is shown
    ├── ExamError          (1) an exam cannot be made as asked; nothing is written
    ├── ExchangeError      (1) another program's file cannot be read, or ours cannot be written; nothing is changed
    ├── NotFound           (2) no such card, deck, learner
    ├── StaleCard          (5) the card was answered elsewhere since it was shown
    ├── NothingToUndo      (5)
    └── StoreError         (4) the database
        ├── StoreNewer         written by a newer quizcv; never touched
        ├── StoreDamaged       SQLite says it is broken
        └── StoreBusy          another program holds it

Each message says what was wrong and, after it, `hint` says what to do.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_FAULTS = 1
EXIT_USAGE = 2
EXIT_BUG = 3
EXIT_STORE = 4
EXIT_STATE = 5
EXIT_INTERRUPTED = 130


class QuizcvError(Exception):
    """Base of all; `message` is one line, `hint` says what to do about it."""

    exit_code = EXIT_FAULTS

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(QuizcvError):
    exit_code = EXIT_USAGE


class ConfigError(UsageError):
    pass


class NotATerminal(UsageError):
    pass


class BadParameters(UsageError):
    pass


class NetworkError(UsageError):
    pass


class ItemError(QuizcvError):
    exit_code = EXIT_FAULTS


class Disagreement(ItemError):
    pass


class DeckError(QuizcvError):
    exit_code = EXIT_FAULTS


class ExamError(QuizcvError):
    exit_code = EXIT_FAULTS


class ExchangeError(QuizcvError):
    exit_code = EXIT_FAULTS


class NotFound(QuizcvError):
    exit_code = EXIT_USAGE


class StaleCard(QuizcvError):
    exit_code = EXIT_STATE


class NothingToUndo(QuizcvError):
    exit_code = EXIT_STATE


class StoreError(QuizcvError):
    exit_code = EXIT_STORE


class StoreNewer(StoreError):
    pass


class StoreDamaged(StoreError):
    pass


class StoreBusy(StoreError):
    pass
