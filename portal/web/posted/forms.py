"""What a browser posted, read within limits, and whether it came from a page of ours."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.requests import Request

from portal.kernel.errors import Refused, WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.web.posted.many_files import read_into_memory, read_onto_disk

FORM_BYTES = 64 * 1024
_MOST_FIELDS = 400


class ForeignPost(Refused):
    """This did not come from a page of the portal, so nothing was done. Load the page again and try once more."""


class NotText(WrongCall):
    """This holds characters that are no text. Type it again by hand."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields and the one file of a form; `files` by field, where a form may bring many."""

    fields: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    file: UploadFile | None = None
    files: Mapping[str, list[UploadFile]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field's text, or nothing."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Return every value of a field that stands there more than once."""
        return self.fields.get(name, [])

    def number(self, name: str) -> int | None:
        """Return a field as a whole number, or None."""
        text = self.text(name).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def check_same_origin(request: Request, base_url: str) -> None:
    """Refuse a post that another site's page could have caused (ASVS V3.5.1).

    Accepted: `Sec-Fetch-Site: same-origin`; or that header is absent and `Origin` is the base URL. `null` and
    a missing origin are refused. Raises `ForeignPost`.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site == "same-origin" or (site is None and origin == base_url):
        return
    raise ForeignPost


def form_token(keys: KeyRing, session_id: str) -> str:
    """Return the token that a form of this session carries; no other session's fits."""
    return keys.mac("form", session_id.encode()).hex()


def check_form_token(keys: KeyRing, session_id: str, form: Form) -> None:
    """Refuse a form that was not made for this session. Raises `ForeignPost`."""
    given = form.text("form_token").encode()
    wanted = [keys.mac("form", session_id.encode(), key_id=key_id).hex().encode() for key_id in keys.ids("form")]
    if not any([hmac.compare_digest(one, given) for one in wanted]):  # noqa: C419 - each is compared, whichever fits
        raise ForeignPost


async def read_form(request: Request, *, most_files: int = 1, in_memory: bool = False) -> Form:
    """Read the posted form; the body's limit is the route's own, files are spooled to disk past 1 MiB.

    Of more files than one each is an `OnDisk`; one that has to stay `in_memory` lies on no disk. Raises `NotText`,
    `TooManyFiles`.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))  # as Starlette reads it
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise NotText  # no browser names another, and a codec of the sender's choice may do more than decode
    if kind not in {b"application/x-www-form-urlencoded", b"multipart/form-data"}:
        return Form()
    if kind == b"multipart/form-data" and most_files > 1:
        posted = await read_onto_disk(request, most_files=most_files, most_fields=_MOST_FIELDS, part_bytes=FORM_BYTES)
        request.state.posted = posted
    elif kind == b"multipart/form-data" and in_memory:
        posted = await read_into_memory(request, most_fields=_MOST_FIELDS, part_bytes=FORM_BYTES)
        request.state.posted = posted
    else:
        posted = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=FORM_BYTES)
    fields: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    file: UploadFile | None = None
    for name, value in posted.multi_items():
        if isinstance(value, UploadFile):
            file = value
            files.setdefault(name, []).append(value)
        elif "\0" in value:  # PostgreSQL keeps none
            raise NotText
        else:
            fields.setdefault(name, []).append(value)
    return Form(fields, file, files)
