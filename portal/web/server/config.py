"""How uvicorn serves with our bounds, in each process of its own."""

import asyncio
from functools import partial

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portal.kernel.log import log
from portal.web.server.connection import BoundedConnection
from portal.web.server.crowd import Crowd
from portal.web.server.limits import Limits

_BETWEEN_TELLING = 60.0


class BoundedConfig(uvicorn.Config):
    """Uvicorn's settings, with connections that have bounds."""

    limits: Limits | None = None

    def load(self) -> None:
        """Make the crowd of this process. Uvicorn calls it once it runs."""
        super().load()
        believed = self.loaded_app.trusted_hosts if isinstance(self.loaded_app, ProxyHeadersMiddleware) else ()
        crowd = Crowd(self.limits or Limits.of_a_process(self.workers), believed.__contains__)
        _Rounds(crowd)
        self.http_protocol_class = partial(BoundedConnection, crowd=crowd)  # type: ignore[assignment]  # makes one


class _Rounds:
    """Looks at every connection again and again while there is one, and tells in the log how many were held back."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd, self._loop = crowd, asyncio.get_running_loop()
        self._tells_from = 0.0
        self._is_looking = False
        crowd.watch = self._begin

    def _begin(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._later()

    def _later(self) -> None:
        self._loop.call_later(self._crowd.limits.tick, self._go)

    def _go(self) -> None:
        """Look at all of them, and once more in a moment, until nobody is left and everything told."""
        now, told = self._loop.time(), self._crowd.told
        for guest in self._crowd:
            guest.look(now)
        if told and now >= self._tells_from:
            log("web").warning("connections held back", count=dict(told))
            told.clear()
            self._tells_from = now + _BETWEEN_TELLING
        self._is_looking = bool(self._crowd or told)
        if self._is_looking:
            self._later()
