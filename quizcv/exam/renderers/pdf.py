"""Forms, solutions and keys as PDF, to be printed: what `quizcv.exam.renderers.typst` writes, compiled."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from quizcv.errors import ExamError
from quizcv.exam.form import Exam
from quizcv.exam.renderers.typst import TypstRenderer
from quizcv.exam.typstlook import CHINESE
from quizcv.exam.typsttext import holds_han

NO_FONT = "this exam has Chinese text, and no font with Chinese was found."
NO_FONT_HINT = "Install Noto Serif CJK SC (Debian, Ubuntu: `apt install fonts-noto-cjk`; elsewhere: https://fonts.google.com/noto)."
NO_TYPST_HINT = "Install it: `pip install typst`; or use another format, such as md."


class PdfRenderer:
    """The same files as `TypstRenderer`, compiled. Latin and math are set in fonts that the compiler brings, Chinese in one of the
    machine's (or of `font_paths`), which alone makes the bytes depend on the machine."""

    def __init__(self, *, system_fonts: bool = True, font_paths: Sequence[Path] = ()) -> None:
        self.system_fonts = system_fonts
        self.font_paths = tuple(font_paths)

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        sources = TypstRenderer().render(exam)
        return {f"{name.removesuffix('.typ')}.pdf": data for name, data in self.compiled(sources).items()}

    def compiled(self, sources: Mapping[str, bytes]) -> dict[str, bytes]:
        """The sources, compiled, by the same names.

        Raises:
            ExamError: there is no compiler, or no font with Chinese where it is needed.
        """
        return {name: parts[0] for name, parts in self.exported(sources, "pdf").items()}

    def exported(self, sources: Mapping[str, bytes], form: Literal["pdf", "png"]) -> dict[str, list[bytes]]:
        """The same, in one part as PDF, as PNG in one for each page."""
        try:
            import typst
        except ImportError as error:
            raise ExamError("PDF needs the package typst.", NO_TYPST_HINT) from error
        han = any(holds_han(source.decode()) for source in sources.values())
        fonts = typst.Fonts(
            include_system_fonts=self.system_fonts and han, font_paths=[str(path) for path in self.font_paths]
        )
        if han and not set(CHINESE) & set(fonts.families()):
            raise ExamError(NO_FONT, NO_FONT_HINT)
        found = {}
        # An empty root: even a text that got through as code would find nothing to read, and no package.
        with tempfile.TemporaryDirectory() as empty:
            for name, source in sources.items():
                compiler = typst.Compiler(
                    source, root=empty, font_paths=fonts, package_path=empty, package_cache_path=empty
                )
                try:
                    made = compiler.compile(format=form, timestamp=0, ppi=100)
                except typst.TypstError as error:
                    raise ExamError(f"{name} cannot be set ({error.message:.120}).", "Please report this.") from error
                found[name] = made if isinstance(made, list) else [made or b""]
        return found
