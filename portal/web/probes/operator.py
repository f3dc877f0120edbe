"""What an operator's probes ask, and what robots and researchers read."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal.overviews.sending import progress
from portal.web.guards import AnyRequest
from portal.web.render import see_other


async def healthz(_: Request) -> Response:
    """Say that the process answers: in its event loop, so that no thread is waited for."""
    return PlainTextResponse("ok\n")


healthz.guard = "anyone"  # type: ignore[attr-defined]  # as `anyone` would say


def readyz(ask: AnyRequest) -> Response:
    """Say whether database, key store and blobs answer and the database is the newest, 503 when not; and of the queue.

    A queue that does not move, or a silent virus scanner, is told and no reason to take the site away: families
    read on. While the portal moves no site is taken away either, for each tells families so; whoever is still where
    it has moved from is.
    """
    house = ask.house
    database = house.db.answers() and house.family_db.answers()
    parts = {"database": database, "key_store": house.key_store.answers(), "blobs": house.blobs.answers()}
    moves = False
    if parts["database"]:
        house.age.looked_at(ask.now)
        parts["database_is_newest"] = not house.age.is_older
        with house.db.read() as session:
            moves = not progress.mail_is_stuck(session, house.settings, now=ask.now)
    told = {"mail_queue": moves}
    if house.age.closed_by:
        is_over = house.age.closed_by.state == "moved"
        (parts if is_over else told)["at_its_place"] = False
    if house.scanner_answers:
        told["virus_scanner"] = house.scanner_answers()
    return JSONResponse(parts | told, status_code=200 if all(parts.values()) else 503)


def front(_: AnyRequest) -> Response:
    """Send whoever typed the bare address to the way in."""
    return see_other("/o")


def robots(_: AnyRequest) -> Response:
    """Ask every robot to stay away."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


def security_txt(ask: AnyRequest) -> Response:
    """Say where a weakness is reported (RFC 9116)."""
    settings = ask.house.settings
    expires = ask.now.replace(year=ask.now.year + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.mail_from}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.base_url}/.well-known/security.txt",
    ]
    return PlainTextResponse("\n".join(lines) + "\n")
