"""What the site tells the server of whoever asks: that they are signed in, and are to be kept when it is crowded."""

from collections.abc import Iterable, MutableMapping
from typing import Any, Protocol

from portal.web.server.crowd import Crowd, Guest

_HERE = "portal.connection"


class Connected(Guest, Protocol):
    """The connection that a request came by."""

    crowd: Crowd

    def keep(self) -> None:
        """Let it go after all others when there is no room."""
        ...


def put_connection(scope: MutableMapping[str, Any], connection: Connected) -> None:
    """Let the site find the connection in its request."""
    scope["extensions"] = {_HERE: connection}


def connection_of(scope: MutableMapping[str, Any]) -> Connected | None:
    """Return the connection of a request; None under another server than ours."""
    found: Connected | None = scope.get("extensions", {}).get(_HERE)
    return found


def cookies_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the cookies of a request as they came."""
    return b"; ".join(value for name, value in headers if name == b"cookie")


def note_genuine(scope: MutableMapping[str, Any]) -> None:
    """Note that the session which came with a request is genuine."""
    cookies, connection = cookies_of(scope["headers"]), connection_of(scope)
    if connection is not None and cookies:
        connection.crowd.remember(cookies)
        connection.keep()
