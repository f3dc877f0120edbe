"""The site's browser answers as Starlette's client does, and a body that is streamed comes piece by piece."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.parts.site import Site

HERE = "https://letters.riverbend.example"


async def _told(request: Request) -> Response:
    """Say all that an application learns of a request."""
    scope = {key: request.scope[key] for key in ("method", "scheme", "http_version", "client", "server", "root_path")}
    places = [request.scope["path"], request.scope["raw_path"].decode(), request.scope["query_string"].decode()]
    headers = [(name.decode(), value.decode("latin-1")) for name, value in request.scope["headers"]]
    answer = JSONResponse([scope, places, headers, (await request.body()).hex(), sorted(request.scope["extensions"])])
    answer.set_cookie("seen", "twice")
    answer.headers.append("x-more", "and more")
    return answer


async def _pieces() -> AsyncIterator[bytes]:
    yield b"first"
    yield b""
    raise ZeroDivisionError


async def _broken(request: Request) -> Response:
    if "begun" in request.query_params:
        return StreamingResponse(_pieces())
    raise ZeroDivisionError


def app() -> Starlette:
    every = ["GET", "POST"]
    return Starlette(routes=[Route("/told/{it:path}", _told, methods=every), Route("/broken", _broken, methods=every)])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/told/a%20b%2fc?q=%ff&r=1"),
        ("HEAD", "/told/x"),
        ("POST", "/told/%C3%A9"),
        ("PUT", "/told/x"),
        ("GET", "/none"),
        ("GET", "https://elsewhere.example:8443/told/x"),
    ],
)
def test_it_asks_and_answers_as_starlettes_client_does(method: str, path: str) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    with Site(app(), base_url=HERE) as site, TestClient(app(), HERE, headers=headers, follow_redirects=False) as other:
        for content in (b"", b"a=1&b=%00"):
            ours, theirs = (each.request(method, path, content=content) for each in (site, other))
            assert (ours.status_code, ours.headers.multi_items()) == (theirs.status_code, theirs.headers.multi_items())
            assert ours.content == theirs.content
        assert dict(site.cookies) == dict(other.cookies)


@pytest.mark.parametrize("path", ["/broken", "/broken?begun"])
def test_an_error_of_the_application_is_the_tests_own(path: str) -> None:
    with Site(app(), base_url=HERE) as site, pytest.raises(ZeroDivisionError):
        site.get(path)


def test_an_error_can_be_looked_at_as_a_browser_sees_it() -> None:
    with Site(app(), base_url=HERE) as site:
        site.answer_faults()
        assert site.get("/broken").status_code == 500


def test_what_came_before_the_break_is_seen_when_it_is_streamed() -> None:
    with Site(app(), base_url=HERE) as site:
        pieces = []
        with pytest.raises(ZeroDivisionError), site.stream("GET", "/broken?begun") as answer:
            pieces.extend(answer.iter_raw())
        assert pieces == [b"first"]
