"""A Word or OpenDocument letter becomes the PDF that families see; only that is published."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from portal.documents.rules import safe_file_name
from portal.press.office.converter import OFFICE_TYPES, NotConverted
from portal.publish.checking.check_file import GuardReport, Yardstick, check_file, not_to_be_stripped
from portal.publish.checking.judging import Stripped, Upload
from portal.reading.reader import Unreadable
from portal.wiring import House

_ENDINGS = {f".{kind}": media_type for media_type, kind in OFFICE_TYPES.items()}

__all__ = ["OFFICE_TYPES", "Made", "NotConverted", "judge_made", "make_pdf"]


@dataclass(frozen=True, slots=True)
class Made:
    """The PDF that was made of a letter, and what is told of how it was made (see `press.office.notes`)."""

    upload: Upload
    notes: tuple[str, ...]


def make_pdf(house: House, upload: Upload, media_type: str, into: Path) -> Made:
    """Make a PDF of a letter that the guard has read. Raises `NotConverted`."""
    made = house.converter.convert(upload.path.read_bytes(), OFFICE_TYPES[media_type])
    into.write_bytes(made.pdf)
    return Made(Upload(into, pdf_name(upload.name)), made.notes)


def as_pdf(house: House, path: Path, name: str, into: Path) -> Made | NotConverted | None:
    """Return the PDF of a letter that its name says is an office one, or why there is none; None for all others."""
    kind = _ENDINGS.get(PurePath(name).suffix.lower())
    if kind is None:
        return None
    try:
        return make_pdf(house, Upload(path, name), kind, into)
    except NotConverted as error:
        return error


def pdf_name(name: str) -> str:
    """Return what a letter is called once it is a PDF."""
    return safe_file_name(f"{PurePath(name).stem}.pdf")


def name_of_kept(path: Path, name: str) -> str:
    """Return what a kept file is called: one that was suggested for a child is kept as the PDF it became."""
    with path.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    return pdf_name(name) if is_pdf and PurePath(name).suffix.lower() in _ENDINGS else name


def judge_made(house: House, by: Yardstick, made: Made, into: Path) -> Stripped:
    """Take out of a PDF that was made here what no family is meant to get, and judge what is left."""
    done = house.reader.strip(made.upload.path, into)
    if isinstance(done, Unreadable):
        return Stripped(into, not_to_be_stripped(by, done), is_clear=False)
    found = check_file(house.reader, by, path=into, name=made.upload.name)
    return Stripped(into, replace(found, removed=(*made.notes, *done.removed)), found.is_clear)


def made_to_hold(house: House, by: Yardstick, upload: Upload, found: GuardReport, folder: Path) -> Stripped | None:
    """Return the PDF of a letter that was stopped and may be released: whoever releases it looks at what is published.

    None where that is no office letter, can't be converted, or would be stopped as a PDF for good.
    """
    if not found.may_be_released or found.media_type not in OFFICE_TYPES:
        return None
    try:
        made = make_pdf(house, upload, found.media_type, folder / "made")
    except NotConverted:
        return None
    judged = judge_made(house, by, made, folder / "held")
    return judged if judged.report.may_be_released else None
