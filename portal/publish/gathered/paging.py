"""A page before a letter holds what a message said to its family alone, and texts too long for a message."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from portal.documents.rules import safe_file_name
from portal.press import NotTypeset
from portal.press.letters.reading import put_before
from portal.press.papers.text_page import print_texts
from portal.publish.checking.check_file import Yardstick, check_files
from portal.publish.checking.converting import NotConverted, as_pdf, pdf_name
from portal.publish.checking.judging import Upload
from portal.publish.gathered.deciding import Halted, OwnFile
from portal.publish.gathered.opening import Brought
from portal.publish.gathered.wording import Wording
from portal.wiring import House, press

MOST_FILES: Final = 10
"""Files of one letter."""
_ENDINGS: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_PAGES: Final = frozenset({"own-pages", "long-page"})
"""What is told of a letter whose page stands before it."""


def name_of(file: Brought) -> str:
    """Return what a file is called; one that came without a name is called a letter of its kind."""
    return file.about.name or f"letter{_ENDINGS.get(file.about.media_type, '')}"


def with_pages(
    house: House, wording: Wording, files: Sequence[OwnFile], measure: Yardstick, folder: Path
) -> tuple[list[OwnFile], tuple[str, ...]]:
    """Return files with their pages before them, each one PDF that is judged as a whole; and what is told.

    Where a page cannot be set, or not be put before a file, the file stays as it is, and that is told. So does one that
    names none of its children by itself: a page that names them would hide that nobody knows whose file it is.
    """
    named = _name_their_child(house, files, measure)
    try:
        pages = _set(house, wording, (one.page for one in files))
        paged = [
            _with_page(house, one, pages, folder / f"paged-{place}") if is_named or not one.page else None
            for place, (one, is_named) in enumerate(zip(files, named, strict=True))
        ]
    except NotTypeset:
        return list(files), _told(wording, is_whole=False)
    return [one or file for one, file in zip(paged, files, strict=True)], _told(wording, is_whole=None not in paged)


def with_first_page(
    house: House, wording: Wording, files: Sequence[Brought], folder: Path
) -> tuple[list[Upload], tuple[str, ...]]:
    """Return the files of one letter for all, its long text as the first; and what is told.

    Raises `Halted` for more files than a letter has.
    """
    if len(files) > MOST_FILES:
        raise Halted("too-many-files")
    uploads = [Upload(one.path, name_of(one)) for one in files]
    page = next(filter(None, wording.pages), "")
    if not page:
        return uploads, wording.told
    if len(files) == MOST_FILES:
        return uploads, _told(wording, is_whole=False)
    try:
        pages = _set(house, wording, [page])
    except NotTypeset:
        return uploads, _told(wording, is_whole=False)
    first = folder / "page"
    first.write_bytes(pages[page])
    return [Upload(first, safe_file_name(f"{wording.title}.pdf")), *uploads], wording.told


def _name_their_child(house: House, files: Sequence[OwnFile], measure: Yardstick) -> list[bool]:
    """Tell of each file that has a page whether it names one of its children by itself; False of the others."""
    asked = [(one.path, one.name or "letter") for one in files if one.page]
    reports = check_files(house.reader, measure, asked)
    return [bool(one.page) and bool(next(reports)[0].people & one.children) for one in files]


def _set(house: House, wording: Wording, texts: Iterable[str]) -> dict[str, bytes]:
    """Return each text as a PDF. Raises `NotTypeset` where one cannot be set."""
    each = list(dict.fromkeys(filter(None, texts)))
    made = print_texts(press(), organisation=house.settings.organisation, title=wording.title, texts=each)
    return dict(zip(each, made, strict=True))


def _with_page(house: House, file: OwnFile, pages: dict[str, bytes], into: Path) -> OwnFile | None:
    """Return a file with its page before it, of an office letter the PDF; None where that cannot be."""
    if not file.page:
        return file
    made = as_pdf(house, file.path, file.name, into)
    if isinstance(made, NotConverted):
        return None
    given, source = (made.upload.path, file.path.read_bytes()) if made else (file.path, b"")
    try:
        into.write_bytes(put_before(pages[file.page], given.read_bytes(), source))
    except NotTypeset:
        return None
    return replace(file, name=pdf_name(file.name or "letter"), path=into, notes=made.notes if made else ())


def _told(wording: Wording, *, is_whole: bool) -> tuple[str, ...]:
    return wording.told if is_whole else (*(key for key in wording.told if key not in _PAGES), "no-page")
