"""A converter for tests: the words that a letter shows, a line for each paragraph, on pages of the plain press."""

import io
import re
import zipfile
from typing import Final

from portal.press.office.converter import Converted, NotConverted, OfficeKind
from portal.press.office.notes import note, refusal
from portal.press.typesetting.plain import PlainPress

_PART: Final[dict[OfficeKind, str]] = {"docx": "word/document.xml", "odt": "content.xml"}
_PARAGRAPH: Final = re.compile(r"</(?:w|text):[ph]>")
_CHANGES: Final = re.compile(r"<(w:del|w:moveFrom|text:changed-region)\b.*?</\1>", re.DOTALL)
_NOTES: Final = re.compile(r"<office:annotation\b.*?</office:annotation>", re.DOTALL)
_MARK: Final = re.compile(r"<[^>]*>")


class PlainConverter:
    """The same contract as the real one, in a few microseconds; Latin-1 letters without entities only."""

    programs: tuple[str, ...] = ("plain",)

    def convert(self, source: bytes, kind: OfficeKind) -> Converted:
        """Return the letter as a PDF. Raises `NotConverted`."""
        try:
            with zipfile.ZipFile(io.BytesIO(source)) as packed:
                text = packed.read(_PART[kind]).decode()
                comments = sum(name.startswith("word/comments") for name in packed.namelist())
        except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
            raise NotConverted(refusal("damaged")) from None
        kept, changes = _CHANGES.subn("", text)
        kept, notes = _NOTES.subn("", kept)
        comments += notes
        lines = [line for part in _PARAGRAPH.split(kept) if (line := _MARK.sub("", part).strip())]
        values = {f"line{number}": line for number, line in enumerate(lines)}
        pdf = PlainPress().typeset(" ".join(f"sys.inputs.{name}" for name in values), values)
        told = [note(code, count) for code, count in (("changes", changes), ("comments", comments)) if count]
        return Converted(pdf, (note("from", kind), *told))
