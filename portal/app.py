"""The site: what answers, in which order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypedDict

from anyio import CapacityLimiter
from sqlalchemy.exc import IntegrityError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from portal.kernel.errors import PortalError
from portal.kernel.migrations import check_is_current
from portal.kernel.scratch import clear_scratch
from portal.kernel.settings import Settings
from portal.publish.heads import look_before_all
from portal.web import problems
from portal.web.forms import FORM_BYTES
from portal.web.headers import EveryAnswer
from portal.web.routes import routes
from portal.web.too_busy import NotTooMany
from portal.web.too_large import TooLargeInAPage
from portal.wiring import House, build_house

_NEAR, _FAR = 4, 16
"""So many chunks of downloads are opened at once, where documents lie on this machine and where they are fetched."""


class Lifespan(TypedDict):
    """What every request finds in its state."""

    house: House
    downloads: CapacityLimiter


def build_app(settings: Settings, house: House | None = None) -> Starlette:
    """Return the site for these settings. Opens databases when it starts, not before.

    A `house` may be handed in by a door that shares it with a worker; that door then closes it.
    """
    app = _Site(
        settings,
        routes=routes(),
        lifespan=_lifespan(settings, house),
        exception_handlers={
            PortalError: problems.answer,
            HTTPException: problems.answer_http,
            IntegrityError: problems.answer_same_moment,
            Exception: problems.answer_crash,
        },
        max_body_size=FORM_BYTES,
    )
    # The framework's redirect names `http://` behind a proxy, keeps the query, and has a browser post again there.
    app.router.redirect_slashes = False
    return app


class _Site(Starlette):
    """A crash, and a body too large, are answered outside of every middleware: the headers go around those too."""

    def __init__(self, settings: Settings, **parts: Any) -> None:  # noqa: ANN401 - the framework's own, handed on
        super().__init__(**parts)
        self._settings = settings

    def build_middleware_stack(self) -> ASGIApp:
        return EveryAnswer(NotTooMany(TooLargeInAPage(super().build_middleware_stack())), self._settings)


def _lifespan(settings: Settings, given: House | None) -> Callable[[Starlette], AbstractAsyncContextManager[Lifespan]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Lifespan]:
        house = given or build_house(settings)
        check_is_current(house.db)
        clear_scratch()
        await look_before_all(house)
        try:
            few = _NEAR if house.documents.is_near else _FAR
            yield {"house": house, "downloads": CapacityLimiter(few)}
        finally:
            if given is None:
                house.close()

    return lifespan
