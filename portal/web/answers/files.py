"""How a letter's file is answered, to families and to staff alike."""

from urllib.parse import quote

from markupsafe import Markup

from portal.overviews.family.letters import Letter
from portal.web.answers.headers import FILE_POLICY, PICTURE_POLICY
from portal.wiring import House

SMALL = 512 * 1024
"""Up to here a file is opened whole before it is answered; above, it is judged again before each mebibyte."""

_SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png"}


class CutOff(Exception):
    """The letter was taken back while its file was being handed out; the connection is closed unfinished."""


def file_headers(file_name: str, media_type: str, *, is_saved: bool = False) -> dict[str, str]:
    """Return the headers of a file: shown in the browser only where it cannot run anything, else saved.

    The name stands there twice: in ASCII for old programs, and in UTF-8 (RFC 6266, RFC 8187).
    """
    inline = media_type in _SHOWN_INLINE and not is_saved
    plain = file_name.encode("ascii", "replace").decode()
    for letter in '"\\?%':
        plain = plain.replace(letter, "_")
    how = "inline" if inline else "attachment"
    policy = PICTURE_POLICY if media_type.startswith("image/") else FILE_POLICY
    return {
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}",
        "Content-Security-Policy": policy if inline else f"{FILE_POLICY}; sandbox",
        "Content-Type": media_type,
    }


def page_of(house: House, letter: Letter) -> Markup:
    """Return a letter as a part of a page, where it has one; whoever asks has noted who sees it."""
    if letter.page_id is None or letter.page_size is None:
        return Markup()
    chunks = house.documents.open(letter.page_id, letter.page_size)
    return Markup(b"".join(chunks).decode())  # noqa: S704 - the press made it and escaped all that people wrote
