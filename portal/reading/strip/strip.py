"""Takes out of a file what no family is meant to get, and what nobody saw when it was written. What it shows stays.

The result is a file of the same kind, and the same file once more if it is stripped again.
"""

from collections.abc import Callable
from typing import Final

from portal.reading.budget import CannotRead
from portal.reading.kinds import shape_of
from portal.reading.strip.pdf import strip_pdf
from portal.reading.strip.stripped_pictures import strip_gif, strip_jpeg, strip_png, strip_tiff, strip_webp

_STRIPPERS: Final[dict[str, Callable[[bytes], tuple[bytes, list[str]]]]] = {
    "jpeg": strip_jpeg, "png": strip_png, "gif": strip_gif, "webp": strip_webp, "tiff": strip_tiff,
}  # fmt: skip
_NOT_PUBLISHED: Final = "Families open letters on any phone: save the letter as PDF and choose it again."


def strip(data: bytes, *, is_read_next: bool = False) -> tuple[bytes, tuple[str, ...]]:
    """Return the file without what it tells beside its pages or picture, and what was taken out in words for staff.

    `is_read_next` if the caller reads all that is left, and so sees whether it is whole. Raises `CannotRead` for kinds
    that are not published (office files and texts), for damaged and for locked files.
    """
    shape = shape_of(data)
    if shape == "pdf":
        stripped, removed = strip_pdf(data, is_read_next=is_read_next)
    elif shape in _STRIPPERS:
        stripped, removed = _STRIPPERS[shape](data)
    else:
        raise CannotRead(_NOT_PUBLISHED)
    return stripped, tuple(dict.fromkeys(removed))
