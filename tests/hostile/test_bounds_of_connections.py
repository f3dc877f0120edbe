"""Whoever connects gets their share and no more, whatever stands in front of the server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from portal.web.server.limits import Limits
from portal.web.too_busy import NotTooMany
from tests.parts.bounded import Served, hears, is_over, said, served, slow

LIMITS = Limits(
    connections=40, head_seconds=0.4, rate=20_000, rate_seconds=0.4, read_seconds=0.4, linger_seconds=0.4, tick=0.05
)
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n\r\n"
POST = b"POST /size HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def site() -> Iterator[Served]:
    with served(LIMITS) as running:
        yield running


def status(answer: bytes) -> int:
    return int(answer[9:12] or 0)


def test_a_request_is_answered(site: Served) -> None:
    assert status(site.ask(GET + LAST)) == 200
    body = b"a" * 300_000
    whole = POST + f"Content-Length: {len(body)}\r\n".encode() + LAST + body
    assert b"300000 " in site.ask(whole)
    chunks = b"".join(b"1000\r\n" + bytes(0x1000) + b"\r\n" for _ in range(64)) + b"0\r\n\r\n"
    assert b"262144 " in site.ask(CHUNKED + LAST + chunks)


def test_a_connection_serves_one_request_after_another(site: Served) -> None:
    with site.connect() as door:
        for _ in range(3):
            door.sendall(GET + b"\r\n")
            assert hears(door, b"hello")
        door.sendall(POST + b"Content-Length: 5\r\n\r\nhello" + GET + b"\r\n" + GET + LAST)
        heard = said(door)
    assert heard.count(b"HTTP/1.1 200") == 3


def test_headers_up_to_32_kilobytes_are_read(site: Served) -> None:
    assert status(site.ask(GET + b"A: " + b"b" * 32_000 + b"\r\n" + LAST)) == 200
    assert status(site.ask(GET + b"A: b\r\n" * 90 + LAST)) == 200


@pytest.mark.parametrize(
    "head",
    [
        GET + b"A: " + b"b" * 33_000 + b"\r\n\r\n",
        GET + b"A: b\r\n" * 120 + b"\r\n",
        b"GET /" + b"a" * 33_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        GET + b"A: " + b"b" * 70_000,
        GET + b"A" * 70_000,
        b"GET /" + b"a" * 70_000,
        b"".join((GET, *(f"A{n}: b\r\n".encode() for n in range(500)))),
    ],
    ids=["one", "many", "url", "endless value", "endless name", "endless url", "endless lines"],
)
def test_a_larger_head_is_refused(site: Served, head: bytes) -> None:
    assert status(site.ask(head)) in {431, 0}, "0: what was unread took the answer with it"


def test_a_head_of_40_megabytes_is_over_at_once(site: Served) -> None:
    with site.connect() as door:
        began = time.monotonic()
        said(door, GET + b"A: " + b"b" * 40_000_000)
        assert status(site.ask(GET + LAST)) == 200
        assert time.monotonic() - began < 2


def test_empty_lines_without_end_are_over(site: Served) -> None:
    assert status(site.ask(b"\r\n" * 60_000)) in {431, 0}


@pytest.mark.parametrize("sent", [b"", b"GET", GET, GET + b"A: b", b"\r\n"])
def test_a_head_that_does_not_come_is_not_waited_for(site: Served, sent: bytes) -> None:
    with site.connect() as door:
        door.sendall(sent)
        assert status(said(door)) in {408, 0}


@pytest.mark.parametrize("before", [b"", GET + b"A: "], ids=["empty lines", "a value"])
def test_a_byte_now_and_then_renews_nothing(site: Served, before: bytes) -> None:
    with site.connect() as door:
        door.sendall(before)
        until = time.monotonic() + 3
        with suppress(OSError):
            while time.monotonic() < until:
                door.sendall(b"a" if before else b"\r\n")
                time.sleep(0.05)
        assert time.monotonic() < until


def test_the_next_head_is_not_waited_for_either(site: Served) -> None:
    with site.connect() as door:
        door.sendall(GET + b"\r\n")
        assert hears(door, b"hello")
        door.sendall(GET)
        assert status(said(door)) == 408


@pytest.mark.parametrize("drip", [b"", b"a"])
def test_a_body_that_comes_too_slowly_is_not_waited_for(site: Served, drip: bytes) -> None:
    with site.connect() as door:
        door.sendall(POST + b"Content-Length: 100000\r\n\r\n" + b"a" * 50)
        until = time.monotonic() + 3
        door.settimeout(0.05)
        heard = None
        while heard is None and time.monotonic() < until:
            door.sendall(drip)
            try:
                heard = door.recv(100)
            except TimeoutError:
                continue
        assert status(heard or b"") == 408


def test_a_body_at_an_even_pace_is_waited_for(site: Served) -> None:
    with site.connect() as door:
        door.sendall(POST + b"Content-Length: 100000\r\n" + LAST)
        for _ in range(20):
            door.sendall(b"a" * 5_000)
            time.sleep(0.06)
        assert b"100000 " in said(door)


@pytest.mark.parametrize(
    "body",
    [b"1\r\na\r\n" * 60_000, b"5;a=" + b"b" * 300_000 + b"\r\n", b"0\r\n" + b"A: b\r\n" * 60_000],
    ids=["chunks of a byte", "an extension", "trailers"],
)
def test_what_a_body_is_wrapped_in_is_bounded(site: Served, body: bytes) -> None:
    assert status(site.ask(CHUNKED + b"\r\n" + body)) in {400, 431, 0}


def test_what_follows_a_body_is_no_header(site: Served) -> None:
    heard = site.ask(CHUNKED + LAST + b"2\r\nab\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\nCookie: a=b\r\n\r\n")
    assert heard.endswith(b"2 ['connection', 'host', 'transfer-encoding']")


def test_a_body_that_was_answered_early_is_read_for_a_while_only(site: Served) -> None:
    with site.connect() as door:
        door.sendall(b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        assert hears(door, b"early")
        ended = threading.Event()

        def send_on() -> None:
            try:
                for _ in range(1_000):
                    door.sendall(b"a" * 1_000)
                    time.sleep(0.005)
            except OSError:
                ended.set()

        threading.Thread(target=send_on).start()
        assert ended.wait(3)


def test_a_download_that_nobody_reads_is_over(site: Served) -> None:
    with site.connect() as door:
        door.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.2)
        assert 0 < len(said(door)) < 30_000_000, "what was on its way arrives, and no more"


def test_a_download_that_is_read_slowly_but_steadily_arrives(site: Served) -> None:
    """So it does after a body that took a while."""
    heard = 0
    with site.connect() as door:
        door.sendall(b"POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n" + LAST)
        for _ in range(10):
            door.sendall(b"a" * 5_000)
            time.sleep(0.06)
        while more := door.recv(2**20):
            heard += len(more)
            time.sleep(0.01)
    assert heard > 64 * 2**20


def test_a_download_is_not_too_slow_while_the_system_holds_megabytes_of_it() -> None:
    """At this pace a third of what the system holds takes longer than the time in which some must be read."""
    limits = Limits(connections=40, rate=1_000, read_seconds=0.4, tick=0.05)
    heard, until = 0, time.monotonic() + 3
    with served(limits) as site, site.connect() as door:
        door.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n" + LAST)
        while time.monotonic() < until:
            heard += len(door.recv(20_000))
            time.sleep(0.02)
        after = time.monotonic() + 3
        while time.monotonic() < after and (more := door.recv(2**20)):
            heard += len(more)
    assert heard > 20_000_000, "it was not ended"


def test_whoever_is_to_wait_with_a_body_until_we_ask_is_not_too_slow(site: Served) -> None:
    with site.connect() as door:
        head = b"POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
        door.sendall(head + LAST)
        assert door.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert b"later" in said(door, b"hello")


def test_many_requests_at_once_are_too_many(site: Served) -> None:
    heard = site.ask((b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") * 2_000)
    assert heard.count(b"HTTP/1.1") <= LIMITS.queued


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c"])
def test_no_other_protocol_is_spoken(site: Served, upgrade: bytes) -> None:
    asked = GET + b"Connection: Upgrade\r\nUpgrade: " + upgrade + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
    heard = site.ask(asked + b"\x81\x05hello" * 100)
    assert status(heard) in {200, 0}
    assert heard.count(b"HTTP/1.1") <= 1


@pytest.mark.parametrize(
    "sent",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        POST + b"Transfer-Encoding: identity, chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_no_request_of_ours_is_refused(site: Served, sent: bytes) -> None:
    assert status(site.ask(sent)) == 400


def test_whoever_closes_their_half_is_let_go(site: Served) -> None:
    with site.connect() as door:
        door.sendall(GET)
        door.shutdown(socket.SHUT_WR)
        assert is_over(door)


def test_a_network_that_holds_its_share_pushes_out_its_own() -> None:
    with served(Limits(connections=40, tick=0.05)) as site:
        elsewhere = site.connect("127.0.2.1")
        silent = [site.connect("127.0.1.1") for _ in range(10)]
        for n in range(5):
            assert status(site.ask(GET + LAST, f"127.0.1.{n + 2}")) == 200
        assert [is_over(door, 0.05) for door in silent] == [True] + [False] * 9, "the oldest made room for all five"
        assert not is_over(elsewhere, 0.1)


def test_where_there_is_no_room_the_network_with_most_silent_ones_makes_it() -> None:
    with served(Limits(connections=40, tick=0.05)) as site:
        few = [site.connect("127.0.9.1") for _ in range(4)]
        many = [site.connect(f"127.0.{n}.1") for n in (1, 2, 3, 4) for _ in range(9)]
        with site.connect("127.0.5.1") as door:
            door.sendall(GET + LAST)
            assert status(said(door)) == 200
            assert not any(is_over(one, 0.01) for one in few)
            assert sum(is_over(one, 0.01) for one in many) == 1


def test_whoever_is_signed_in_stays_when_the_silent_of_their_network_go() -> None:
    asked = b"GET /signed-in HTTP/1.1\r\nHost: x\r\nCookie: session=genuine\r\n\r\n"
    with served(Limits(connections=40, tick=0.05)) as site, site.connect("127.0.1.1") as family:
        family.sendall(asked)
        assert hears(family, b"welcome")
        silent = [site.connect("127.0.1.2") for _ in range(30)]
        time.sleep(0.1)
        family.sendall(asked)
        assert hears(family, b"welcome")
        assert sum(is_over(one, 0.01) for one in silent) == 21


def test_a_proxy_of_our_own_has_no_share_and_each_network_behind_it_has() -> None:
    asked = b"GET /slow HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\n" + LAST
    limits = Limits(connections=80, tick=0.05)
    with served(limits, proxy_headers=True, forwarded_allow_ips="127.0.0.1") as site:
        doors = []
        for n in range(40):
            doors.append(site.connect())
            doors[-1].sendall(asked % (b"192.0.2.%d" % n if n < 30 else b"198.51.100.%d" % n))
        answers = [status(said(door)) for door in doors]
    assert answers[30:] == [200] * 10
    assert sorted(answers[:30]) == [200] * 18 + [503] * 12, "of its 20, two are for those who are signed in"


@pytest.mark.parametrize("proxy", [None, "127.0.0.1"])
def test_requests_that_have_us_wait_make_room_for_others_of_their_network(proxy: str | None) -> None:
    """Each network has twenty: eighteen of strangers. A proxy may hand on bodies as they come."""
    proxied = {"proxy_headers": True, "forwarded_allow_ips": proxy} if proxy else {}
    with served(Limits(connections=80, tick=0.05), **proxied) as site:

        def begun(network: int, sent: bytes) -> socket.socket:
            door = site.connect() if proxy else site.connect(f"127.0.{network}.1")
            door.sendall(sent % (b"X-Forwarded-For: 192.0.%d.1\r\n" % network))
            return door

        unfinished = POST + b"%sContent-Length: 1000\r\n\r\na"
        waiting = [begun(1 + n // 18, unfinished) for n in range(70)]
        time.sleep(0.2)
        genuine = b"GET /signed-in HTTP/1.1\r\nHost: x\r\n%sCookie: session=genuine\r\n"
        assert status(said(begun(2, genuine + LAST))) == 200
        for network in (9, 2):
            assert status(said(begun(network, GET + b"%s" + LAST))) == 200
        assert sum(is_over(one, 0.01) for one in waiting) == 2, "those that waited longest, and no more"


def test_a_body_of_somebody_who_is_signed_in_makes_no_room() -> None:
    cookie = b"Cookie: session=genuine\r\n"
    with served(Limits(connections=80, tick=0.05)) as site:
        assert status(site.ask(b"GET /signed-in HTTP/1.1\r\nHost: x\r\n" + cookie + LAST, "127.0.1.1")) == 200
        doors = [site.connect("127.0.1.2") for _ in range(18)]
        for door in doors:
            door.sendall(POST + cookie + b"Content-Length: 1000\r\n" + LAST + b"a")
        time.sleep(0.1)
        assert status(site.ask(GET + LAST, "127.0.1.3")) == 503
        assert b"1000 " in said(doors[0], b"a" * 999)


def test_the_probe_is_answered_where_there_is_no_room() -> None:
    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    site_with_probe = NotTooMany(Starlette(routes=[Route("/healthz", healthz), Route("/slow", slow)]))
    with served(Limits(connections=40, tick=0.05), site_with_probe) as site:
        doors = [site.connect("127.0.1.2") for _ in range(9)]
        for door in doors:
            door.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n" + LAST)
        time.sleep(0.1)
        assert b"ok" in site.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + LAST, "127.0.1.3")


def test_some_answers_are_kept_for_those_who_are_signed_in() -> None:
    cookie = b"Cookie: session=genuine\r\n"
    asked = b"GET /slow HTTP/1.1\r\nHost: x\r\n"
    with served(Limits(connections=80, tick=0.05)) as site:
        assert status(site.ask(b"GET /signed-in HTTP/1.1\r\nHost: x\r\n" + cookie + LAST, "127.0.1.1")) == 200
        doors = [site.connect("127.0.1.2") for _ in range(18)]
        for door in doors:
            door.sendall(asked + LAST)
        assert status(site.ask(GET + LAST, "127.0.1.3")) == 503
        assert status(site.ask(GET + b"Cookie: session=unknown\r\n" + LAST, "127.0.1.3")) == 200
        assert status(site.ask(GET + cookie + LAST, "127.0.1.3")) == 200
        assert [status(said(door)) for door in doors] == [200] * 18
