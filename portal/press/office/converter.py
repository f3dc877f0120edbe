"""The port of whatever makes a PDF of a Word or OpenDocument letter, and what it gives."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from portal.kernel.errors import WrongCall

OfficeKind = Literal["docx", "odt"]
OFFICE_TYPES: Final[dict[str, OfficeKind]] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}
"""The media types that are converted."""
LARGEST: Final = 40 * 1024 * 1024


class NotConverted(WrongCall):
    """The portal cannot make a PDF of this file. Save it as PDF in the program it was written with and choose that."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The PDF, and what staff are told of how it was made, a note each (see `notes`)."""

    pdf: bytes
    notes: tuple[str, ...] = ()


class Converter(Protocol):
    """Something that makes PDFs of letters as office programs write them. Safe for threads."""

    @property
    def programs(self) -> tuple[str, ...]:
        """What draws them on this machine, the best first; none where no letter is converted."""
        ...

    def convert(self, source: bytes, kind: OfficeKind) -> Converted:
        """Return the letter as a PDF, without comments, earlier words and hidden text, and what is to be told of it.

        Every word that the letter shows stands in the PDF. Raises `NotConverted`, saying why and what to do.
        """
        ...
