"""What an operator's probes ask, and what robots and researchers read."""

from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal.web.guards import AnyRequest


def healthz(_: AnyRequest) -> Response:
    """Say that the process answers."""
    return PlainTextResponse("ok\n")


def readyz(ask: AnyRequest) -> Response:
    """Say whether the database, the blobs and the mail queue answer; 503 when one does not."""
    house = ask.house
    parts = {"database": house.db.answers(), "key_store": house.key_store.answers(), "blobs": house.blobs.answers()}
    return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)


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
