"""A frozen letter is read by two administrators together: asked for, granted by the other one, then opened."""

from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from portal.flows.incidents import read_frozen
from portal.kernel.errors import PortalError
from portal.overviews.incidents import incident_readings
from portal.web.answers.files import SMALL, CutOff, file_headers
from portal.web.guards import AdminRequest
from portal.web.render import see_other


def ask_to_read(ask: AdminRequest) -> Response:
    """Ask to read one file: by its id, or by the number of the child whose letter it is."""
    incident_id = ask.path("incident")
    with ask.house.db.write() as session:
        document_id = ask.form.text("document")[:64] or incident_readings.letter_of_child(
            session, incident_id, ask.form.text("number").strip()[:64], by=ask.acting
        )
        read_frozen.ask_to_read(
            session, ask.house.keys, incident_id, document_id,
            reason=ask.form.text("reason"), by=ask.acting, now=ask.now,
        )  # fmt: skip
    return _back(ask)


def grant(ask: AdminRequest) -> Response:
    """Grant what another administrator asked for."""
    with ask.house.db.write() as session:
        read_frozen.grant_reading(
            session, ask.house.keys, ask.path("incident"), ask.path("reading"), by=ask.acting, now=ask.now
        )
    return _back(ask)


def file(ask: AdminRequest) -> Response:
    """Show the file to one of the two, after it is in the ledger who looks."""
    house = ask.house
    with house.db.write() as session:
        found = read_frozen.read_frozen(
            session, house.keys, ask.path("incident"), ask.path("reading"), by=ask.acting, now=ask.now
        )
    chunks = house.documents.open(found.document_id, found.size)
    headers = file_headers(found.file_name, found.media_type) | {"Content-Length": str(found.size)}
    if found.size <= SMALL:
        return Response(b"".join(chunks), headers=headers)
    return StreamingResponse(_while_open(ask, chunks), headers=headers)


def _while_open(ask: AdminRequest, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunk after chunk, looking again before each: when the time is over it stops in the middle."""
    for chunk in chunks:
        try:
            with ask.house.db.read() as session:
                now = ask.house.clock()
                read_frozen.may_read(session, ask.path("incident"), ask.path("reading"), by=ask.acting, now=now)
        except PortalError:
            raise CutOff from None
        yield chunk


def _back(ask: AdminRequest) -> Response:
    return see_other(f"/admin/incidents/{ask.path('incident')}#reading")
