"""Typst as a library: accessible PDFs (PDF/UA-1), the same bytes for the same letter."""

import re
from collections.abc import Mapping
from typing import Final

from typst import Compiler, TypstError

from portal.press import OURS_ENDS, NotTypeset
from portal.press.typesetting.fonts import EVERY_FAMILY, SAMPLE, families, font_folders

_NO_GLYPH: Final = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')
_NO_VALUE: Final = re.compile(r'dictionary does not contain key "(?P<name>[^"]+)"')
_STOPPED: Final = re.compile(r"panicked with: (?P<words>.+)", re.DOTALL)
_LINE: Final = re.compile(r"┌─ [^\n]*:(?P<line>\d+):\d+\n")
_LONGEST: Final = 300
_WARM: Final = f"""
#set document(title: "Warm")
#set page(numbering: "1", header: [Warm])
#set text(lang: "en", font: {families()})
= Warm
#for family in ({", ".join(f'"{family}"' for family in EVERY_FAMILY)}) {{
  text(font: family, fallback: true)[{SAMPLE} *{SAMPLE}* _{SAMPLE}_ *_{SAMPLE}_* `{SAMPLE}`]
}}
#table(columns: 2, table.header[One][Two], [1], [2])
"""


class Engine:
    """One compiler, kept because finding the fonts costs more than a hundred letters.

    PDF/UA-1 (ISO 14289-1) makes it insist on a title, on headings in order, on words for pictures and on a font for
    every sign. `root` is an empty folder: all that templates see of this machine's files.
    """

    def __init__(self, root: str) -> None:
        """Look for fonts once."""
        self._compiler = Compiler(
            root=root,
            font_paths=list(font_folders()),
            ignore_system_fonts=True,
            package_path=root,
            package_cache_path=root,
        )

    def warm_up(self) -> None:
        """Load every font and start the threads, as behind a closed door neither is possible."""
        self.set(_WARM, {})

    def set(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return the letter as a PDF, about 3 ms a page. Raises `NotTypeset`."""
        try:
            pdf = self._compiler.compile(
                template.encode(), format="pdf", sys_inputs=dict(values), pdf_standards="ua-1", timestamp=0
            )
        except TypstError as error:
            raise NotTypeset(_sentence(error, template)) from None
        except UnicodeError:
            raise NotTypeset("This letter holds half a sign, as a damaged file does.") from None
        if not isinstance(pdf, bytes):
            raise NotTypeset
        return pdf


def _sentence(error: TypstError, template: str) -> str:
    message = str(error.message)
    if unknown := _NO_GLYPH.search(message):
        return f"No font of the portal has the signs “{unknown['text'][:40]}”. Write them in other letters."
    where = _where(str(error.diagnostic), template)
    if missing := _NO_VALUE.search(message):
        return f"The letter asks for “{missing['name'][:80]}”, which is not given{where}."
    if stopped := _STOPPED.match(message):
        return stopped["words"][:_LONGEST]
    return f"This letter cannot be set: {message[:_LONGEST]}{where}."


def _where(diagnostic: str, template: str) -> str:
    ours, mark, _ = template.partition(OURS_ENDS)
    found = _LINE.search(diagnostic)
    line = int(found["line"]) - (ours.count("\n") + 1 if mark else 0) if found else 0
    return f" (line {line})" if line > 0 else ""
