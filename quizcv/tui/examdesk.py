"""What every face of an exam shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quizcv.errors import QuizcvError
from quizcv.exam.sitting import Sitting
from quizcv.tui.markup import clean


@dataclass(frozen=True, slots=True)
class Desk:
    """A sitting, the language of what is said around it, the time (aware), and where every step is kept."""

    sitting: Sitting
    lang: str
    now: Callable[[], datetime]
    keep: Callable[[dict[str, Any]], None] | None = None

    def kept(self) -> str:
        """Keep the sitting as it stands; what went wrong, or nothing. A full disk does not end an exam."""
        if self.keep is not None:
            try:
                self.keep(self.sitting.to_json(self.now()))
            except (QuizcvError, OSError) as error:
                return " ".join(clean(str(error)).split())
        return ""
