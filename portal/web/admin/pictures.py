"""Known pictures: the logo and the seal of the school, which the guard need not read any more."""

import shutil

from starlette.responses import Response

from portal import publish
from portal.flows.writing.know_picture import LABEL_MOST, forget_picture
from portal.kernel.errors import PortalError, Refused, WrongCall
from portal.kernel.machine.scratch import scratch
from portal.overviews.operation import known_pictures
from portal.publish import Upload
from portal.web.answers.headers import PICTURE_POLICY
from portal.web.guards import AdminRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import reason, sentence

_PNG = {"Content-Type": "image/png", "Content-Security-Policy": PICTURE_POLICY}
_SAID = {
    "known": sentence("It is registered. A letter that was stopped because of it can be chosen again."),
    "accepted": sentence("It is known in all letters from now on. Whoever wrote the letter can check it again."),
    "declined": sentence("Nobody is asked about it again, and its preview is gone. Letters with it stay stopped."),
    "forgotten": sentence(
        "It is read again from now on, also in letters that were checked and that nobody has approved yet."
    ),
}


def pictures(ask: AdminRequest) -> Response:
    """List what is known, with a form for one more."""
    return _page(ask, said=_SAID.get(ask.query("said"), ""))


def register(ask: AdminRequest) -> Response:
    """Register the one picture of a file."""
    posted = ask.form.file
    if posted is None or not posted.filename:
        return _page(ask, fault=sentence("Choose the picture, or a letter that holds it."), status=400)
    try:
        with scratch() as folder:
            path = folder / "picture"
            with path.open("wb") as file:
                shutil.copyfileobj(posted.file, file, 1 << 20)
            upload = Upload(path, posted.filename)
            publish.know_pictures_of(ask.house, upload, label=ask.form.text("label"), by=ask.acting, now=ask.now)
    except (Refused, WrongCall) as error:
        return _page(ask, fault=reason(error), status=_status(error))
    return see_other("/admin/pictures?said=known")


def preview(ask: AdminRequest) -> Response:
    """Show a picture that waits, as nobody but an admin sees it."""
    with ask.house.db.read() as session:
        found = known_pictures.waiting_picture(session, ask.acting, ask.path("sha256"), now=ask.now)
    return Response(b"".join(ask.house.documents.open(found.blob_id, found.size)), headers=_PNG)


def accept(ask: AdminRequest) -> Response:
    """Register a picture that waits, for all letters."""
    sha256, label = ask.path("sha256"), ask.form.text("label")
    try:
        publish.accept_picture(ask.house, sha256, label=label, by=ask.acting, now=ask.now)
    except WrongCall as error:
        return _page(ask, fault=reason(error), faulty=sha256, status=_status(error))
    return see_other("/admin/pictures?said=accepted")


def decline(ask: AdminRequest) -> Response:
    """Say no to a picture that waits."""
    publish.decline_picture(ask.house, ask.path("sha256"), by=ask.acting, now=ask.now)
    return see_other("/admin/pictures?said=declined")


def _status(error: PortalError) -> int:
    return 422 if isinstance(error, publish.NotOnePicture) else status_of(error)


def forget(ask: AdminRequest) -> Response:
    """Have a picture read again from now on."""
    with ask.house.db.write() as session:
        forget_picture(session, ask.house.keys, ask.path("sha256"), by=ask.acting, now=ask.now)
    return see_other("/admin/pictures?said=forgotten")


def _page(ask: AdminRequest, *, fault: str = "", faulty: str = "", said: str = "", status: int = 200) -> Response:
    with ask.house.db.read() as session:
        waiting = known_pictures.waiting_pictures(session, ask.acting, now=ask.now)
        known = known_pictures.known_pictures(session)
    label = ask.form.text("label")
    return staff_page(
        ask, "admin/pictures.html", here="Pictures", status=status, known=known, waiting=waiting, fault=fault,
        faulty=faulty, label=label, most=LABEL_MOST, said=said,
    )  # fmt: skip
