"""A district's mark, as every page asks for it."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.web.answers.headers import FILE_POLICY
from portal.web.answers.static_files import ASK_AGAIN, FOR_A_YEAR, fingerprint_of
from portal.web.guards import AnyRequest
from portal.wiring import school_mark


def mark(ask: AnyRequest) -> Response:
    """Answer with the mark. A page of before the mark was changed is given the new one, to be asked for again."""
    path = ask.house.settings.mark
    if path is None:
        raise HTTPException(404)
    png = school_mark(path).png
    is_this_very_one = ask.path("fingerprint") == fingerprint_of(png)
    headers = {"Cache-Control": FOR_A_YEAR if is_this_very_one else ASK_AGAIN, "Content-Security-Policy": FILE_POLICY}
    return Response(png, headers=headers, media_type="image/png")
