"""Who may pass, as types: a handler for staff cannot be handed a family's request.

Every route is made by one of `anyone`, `family`, `staff` and `admin`; a test looks for a route that is not.
A handler is plain and runs in a thread: parse, tell one story, answer. The door around it commits.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from portal.flows.opening.open_link import session_id_of
from portal.flows.people import keep_signed_in
from portal.links.errors import NotOpened
from portal.links.rules import kept_network
from portal.rate_limits.rules import asking_network
from portal.staff.errors import NotAllowed, OutOfScope, SignedOut
from portal.staff.rules import Acting
from portal.web import vouching
from portal.web.answers.headers import host_cookie
from portal.web.posted.forms import Form, check_form_token, check_same_origin, form_token, read_form
from portal.web.server.guests import note_genuine
from portal.web.waiting.doing import Doing
from portal.web.waiting.in_line import InLine
from portal.web.waiting.lanes import Lane, Lanes, run_in_lane
from portal.web.waiting.line import Turn
from portal.wiring import House
from portal.words.sentences import sentence

Endpoint = Callable[[Request], Awaitable[Response]]
Guard = Literal["anyone", "family", "staff", "admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyRequest:
    """Somebody, nobody knows who."""

    http: Request
    house: House
    form: Form
    now: datetime

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.http.path_params[name])

    def query(self, name: str) -> str:
        """Return a query parameter, or nothing."""
        return self.http.query_params.get(name, "")

    @property
    def network(self) -> str:
        """The address the request came from, as the trusted proxies tell it; an IPv6 network of 64 bits is one."""
        host = self.http.client.host if self.http.client else "unknown"
        return asking_network(host)

    @property
    def network_kept(self) -> str:
        """What is kept of where a link was opened from; nothing that names a household."""
        return kept_network(self.http.client.host) if self.http.client else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRequest(AnyRequest):
    """A browser that has opened a link; what it may see is judged anew from the rows."""

    session_id: str

    @property
    def form_token(self) -> str:
        """The token that this session's forms carry."""
        return form_token(self.house.keys, self.session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRequest(AnyRequest):
    """A signed-in staff member."""

    acting: Acting
    session_id: str

    @property
    def form_token(self) -> str:
        """The token that this session's forms carry."""
        return form_token(self.house.keys, self.session_id)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the guard let in, for a page that is made when their request came to nothing."""

    acting: Acting
    form_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest(StaffRequest):
    """A signed-in admin."""


_FIRST_PROBLEM = 400
_WAY_OUT = "/staff/sign-out"
"""Signing out needs nobody's word: it works while the provider is silent too."""
Asking = TypeVar("Asking", bound=AnyRequest)
MOST_POSTED = 100 * 1024**2
"""What a body is taken for that does not say how long it is; no browser sends one."""
LetIn = Callable[[AnyRequest], Awaitable[tuple[Acting, str]]]
Keeps = Callable[[AnyRequest, Acting], None]
"""Keeps what somebody posted whose session has run out while they typed."""

Cookie = Literal["family", "staff", "code", "device"]


def cookie_name(house: House, kind: Cookie) -> str:
    """Return the name of a cookie of ours."""
    return host_cookie(kind, is_https=house.settings.is_https)


def cookie_of(request: Request, kind: Cookie) -> str | None:
    """Return a cookie of ours that a browser brings, if it has the shape of a secret."""
    cookie = request.cookies.get(cookie_name(request.state.house, kind), "")
    return cookie if 20 <= len(cookie) <= 100 else None


def set_session_cookie(
    response: Response, house: House, kind: Cookie, value: str, *, lasts: timedelta | None = None
) -> None:
    """Hand a browser a random id and nothing else, gone when the browser closes unless it `lasts`."""
    seconds = int(lasts.total_seconds()) if lasts else None
    response.set_cookie(
        cookie_name(house, kind),
        value,
        max_age=seconds,
        path="/",
        secure=house.settings.is_https,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, house: House, kind: Cookie) -> None:
    """Take a cookie out of a browser."""
    response.delete_cookie(cookie_name(house, kind), path="/", secure=house.settings.is_https, httponly=True)


def drop_session_cookie(response: Response, house: House, kind: Literal["family", "staff"]) -> None:
    """Take the session out of a browser, with everything it may have kept of our pages."""
    drop_cookie(response, house, kind)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _begin(request: Request) -> AnyRequest:
    house: House = request.state.house
    if request.method not in {"GET", "HEAD"}:
        check_same_origin(request, house.settings.base_url)
    return AnyRequest(http=request, house=house, form=Form(), now=house.clock())


async def _read(begun: AnyRequest, session_id: str | None, *, most_files: int = 1, in_memory: bool = False) -> Form:
    """Read what was posted, once it is known who posts: nobody unknown fills a disk with uploads."""
    if begun.http.method in {"GET", "HEAD"}:
        return begun.form
    form = await read_form(begun.http, most_files=most_files, in_memory=in_memory)
    if session_id is not None:
        check_form_token(begun.house.keys, session_id, form)
    return form


def _guarded(endpoint: Endpoint, guard: Guard, lane: Lane) -> Endpoint:
    async def closing(request: Request) -> Response:
        request.state.lanes.enter(lane, request.scope)
        answer = None
        try:
            answer = await endpoint(request)
            if guard != "anyone" and answer.status_code < _FIRST_PROBLEM:
                note_genuine(request.scope)
        finally:
            if not isinstance(answer, InLine):  # that one is not over yet
                await _let_go(request)
        return answer

    closing.guard, closing.lane = guard, lane  # type: ignore[attr-defined]  # read by the tests of every route
    return closing


async def _let_go(request: Request) -> None:
    """Let go of the files of a form, and of the turn in line."""
    await request.close()
    if hasattr(request.state, "posted"):
        await request.state.posted.close()
    if hasattr(request.state, "turn"):
        request.state.turn.leave()


async def not_closed(house: House, now: datetime, *, to_staff: bool = False) -> None:
    """Raise `StoreMoving` while the portal moves; to families `DatabaseOlder` while an older database is in place."""
    if house.age.is_due(now):
        await run_in_lane(house.age.look, now)
    (house.age.check_place if to_staff else house.age.check)(now=now)


def anyone(handler: Callable[[AnyRequest], Response], *, opens: bool = False, lane: Lane = "entry") -> Endpoint:
    """Let everybody pass; a post must still come from our own page. `opens`: it leads to letters, see `not_closed`."""

    async def endpoint(request: Request) -> Response:
        begun = _begin(request)
        if opens:
            await not_closed(begun.house, begun.now)
        return await run_in_lane(handler, replace(begun, form=await _read(begun, None)))

    return _guarded(endpoint, "anyone", lane)


def family_session(request: Request) -> str:
    """Return the id of the family session that a browser claims to have. Raises `NotOpened`."""
    cookie = cookie_of(request, "family")
    if cookie is None:
        raise NotOpened
    return session_id_of(cookie)


def family(handler: Callable[[FamilyRequest], Response]) -> Endpoint:
    """Let a browser pass that has a family session; a post carries that session's form token."""

    async def endpoint(request: Request) -> Response:
        begun = _begin(request)
        await not_closed(begun.house, begun.now)
        session_id = family_session(request)
        form = await _read(begun, session_id)
        ask = FamilyRequest(http=request, house=begun.house, form=form, now=begun.now, session_id=session_id)
        return await run_in_lane(handler, ask)

    return _guarded(endpoint, "family", "family")


def waiting_family(handler: Callable[[FamilyRequest], Awaitable[Response]]) -> Endpoint:
    """As `family`, for reading what takes a while: who waits holds no thread that the others need."""

    async def endpoint(request: Request) -> Response:
        begun = _begin(request)
        await not_closed(begun.house, begun.now)
        session_id = family_session(request)
        ask = FamilyRequest(http=request, house=begun.house, form=begun.form, now=begun.now, session_id=session_id)
        return await handler(ask)

    return _guarded(endpoint, "family", "family")


def _sign_in_of(begun: AnyRequest) -> tuple[Acting, str]:
    cookie = begun.http.cookies.get(cookie_name(begun.house, "staff"), "")
    if not cookie:
        raise SignedOut
    session_id = session_id_of(cookie)
    with begun.house.db.read() as session:
        found = keep_signed_in.who_is_signed_in(session, session_id, now=begun.now)
    if found.is_to_be_noted and not begun.http.url.path.endswith("/progress"):  # a page that polls is not a person
        with begun.house.db.write() as session:
            keep_signed_in.note_use(session, session_id, now=begun.now)
    return found.person, session_id


async def _who_is_here(begun: AnyRequest) -> tuple[Acting, str]:
    await not_closed(begun.house, begun.now, to_staff=True)
    acting, session_id = await run_in_lane(_sign_in_of, begun)
    note_genuine(begun.http.scope)
    begun.http.state.staff_id = acting.id
    if begun.house.settings.has_oidc and begun.http.url.path != _WAY_OUT:
        acting = await vouching.stay_vouched(begun.house, session_id, acting)
    begun.http.state.signed_in = SignedIn(acting, form_token(begun.house.keys, session_id))
    return acting, session_id


def _signed_in(
    handler: Callable[[Asking], Response],
    kind: type[Asking],
    guard: Guard,
    *,
    most_files: int = 1,
    of_every_site: bool = False,
    lane: Lane = "staff",
    waits: bool = False,
    in_memory: bool = False,
    keeps: Keeps | None = None,
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        begun = _begin(request)
        try:
            acting, session_id = await let_in(begun)
        except SignedOut:
            await _keep_of_signed_out(begun, keeps, most_files=most_files)
            raise
        if waits:
            request.state.turn = _turn(request, acting)
        ask = kind(
            http=request,
            house=begun.house,
            form=await _read(begun, session_id, most_files=most_files, in_memory=in_memory),
            now=begun.now,
            acting=acting,  # type: ignore[call-arg]  # `kind` is StaffRequest or AdminRequest
            session_id=session_id,
        )
        return await (_in_turn(ask, handler, let_in) if waits else run_in_lane(handler, ask))

    async def let_in(begun: AnyRequest) -> tuple[Acting, str]:
        acting, session_id = await _who_is_here(begun)
        if guard == "admin" and not acting.is_admin:
            raise NotAllowed
        if of_every_site and acting.sites is not None:
            raise OutOfScope(sentence("This is about every site. Ask an admin who acts for all of them."))
        return acting, session_id

    return _guarded(endpoint, guard, lane)


async def _keep_of_signed_out(begun: AnyRequest, keeps: Keeps | None, *, most_files: int) -> None:
    """Keep what was posted by a browser whose session has run out: the row still says whose it was."""
    length = begun.http.headers.get("content-length", "")
    cookie = cookie_of(begun.http, "staff")
    if keeps is None or cookie is None or not length.isdecimal() or int(length) > MOST_POSTED:
        return
    session_id = session_id_of(cookie)
    person = await run_in_lane(_whose_it_was, begun, session_id)
    if person is not None:
        form = await _read(begun, session_id, most_files=most_files)
        await run_in_lane(keeps, replace(begun, form=form), person)


def _whose_it_was(begun: AnyRequest, session_id: str) -> Acting | None:
    with begun.house.db.read() as session:
        return keep_signed_in.whose_it_was(session, session_id)


def _turn(request: Request, acting: Acting) -> Turn:
    """Enter the line before a body is read, with as much room as it may take. Raises `LineFull`."""
    length = request.headers.get("content-length", "")
    size = int(length) if length.isdecimal() else MOST_POSTED
    lanes: Lanes = request.state.lanes
    return lanes.line.enter(acting.id, size)


async def _in_turn(ask: Asking, handler: Callable[[Asking], Response], let_in: LetIn) -> Response:
    """Have a slow act done when its turn comes; from the second second on the page tells its place, and how far it is.

    It goes on without whoever leaves the page. Whoever has waited is asked once more who they are: they may have been
    removed, or signed out, meanwhile.
    """
    request, lanes = ask.http, ask.http.state.lanes
    turn: Turn = request.state.turn

    async def act(about: Asking) -> Response:
        response: Response = await lanes.run("slow", handler, about)
        return response

    async def act_at_last() -> Response:
        acting, _ = await let_in(ask)
        return await act(replace(ask, acting=acting, now=ask.house.clock()))  # type: ignore[call-arg]  # as above

    doing = Doing(turn, lambda: act(ask), act_at_last, lambda: _let_go(request))
    lanes.keep(doing.task)
    if await doing.is_over_at_once():
        return doing.task.result()
    return InLine(request, doing)


def staff(
    handler: Callable[[StaffRequest], Response],
    *,
    most_files: int = 1,
    lane: Lane = "staff",
    waits: bool = False,
    keeps: Keeps | None = None,
) -> Endpoint:
    """Let signed-in staff pass; what each may do is decided by the story with the acting person in hand.

    `waits`: it reads files or sets pages, and is answered by a page; it waits in line. `keeps` what is typed.
    """
    return _signed_in(handler, StaffRequest, "staff", most_files=most_files, lane=lane, waits=waits, keeps=keeps)


def admin(
    handler: Callable[[AdminRequest], Response],
    *,
    of_every_site: bool = False,
    lane: Lane = "staff",
    waits: bool = False,
    in_memory: bool = False,
) -> Endpoint:
    """Let signed-in admins pass; `of_every_site`: those alone who are not limited to some; `waits` as for `staff`.

    `in_memory`: the file that is posted lies on no disk.
    """
    return _signed_in(
        handler, AdminRequest, "admin", of_every_site=of_every_site, lane=lane, waits=waits, in_memory=in_memory
    )
