"""The site: what answers, in which order."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypedDict

from sqlalchemy.exc import IntegrityError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import PortalError
from portal.kernel.machine.host import switch_threads_more_often
from portal.kernel.machine.scratch import clear_scratch
from portal.kernel.storage.migrations import check_is_current
from portal.publish.upkeep.figures import figures_kept
from portal.publish.upkeep.heads import look_before_all
from portal.web import problems
from portal.web.answers.headers import EveryAnswer
from portal.web.posted.forms import FORM_BYTES
from portal.web.probes.metrics import Scrapes
from portal.web.routes import routes
from portal.web.too_busy import NotTooMany
from portal.web.too_large import TooLargeInAPage
from portal.web.waiting.lanes import Lanes, is_in_a_lane, run_in_lane
from portal.wiring import House, build_house, school_mark


class Lifespan(TypedDict):
    """What every request finds in its state."""

    house: House
    lanes: Lanes
    scrapes: Scrapes


def build_app(settings: Settings, house: House | None = None) -> Starlette:
    """Return the site for these settings. Opens databases when it starts, not before. Raises `StartRefused`.

    A `house` may be handed in by a door that shares it with a worker; that door then closes it.
    """
    if settings.mark:
        school_mark(settings.mark)  # made now, so that no family waits for it
    app = _Site(
        settings,
        routes=routes(),
        lifespan=_lifespan(settings, house),
        exception_handlers={
            PortalError: _in_lane(problems.answer),
            HTTPException: _in_lane(problems.answer_http),
            IntegrityError: _in_lane(problems.answer_same_moment),
            Exception: _in_lane(problems.answer_crash),
        },
        max_body_size=FORM_BYTES,
    )
    # The framework's redirect names `http://` behind a proxy, keeps the query, and has a browser post again there.
    app.router.redirect_slashes = False
    return app


def _in_lane(answer: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers an error in the lane of the request that met with it."""

    async def answered(request: Request, error: Exception) -> Response:
        if not is_in_a_lane():
            request.state.lanes.enter("entry", request.scope)
        return await run_in_lane(answer, request, error)

    return answered


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
        house.family_db.check()
        clear_scratch()
        switch_threads_more_often()
        await look_before_all(house)
        lanes = Lanes(is_near=house.documents.is_near)
        try:
            with figures_kept(house.db):
                try:
                    yield {"house": house, "lanes": lanes, "scrapes": Scrapes()}
                finally:
                    await lanes.end()
        finally:
            if given is None:
                house.close()

    return lifespan
