"""Behind nginx and Caddy with the files of `deploy/`: two sites, one letter, and what must never stand in a log."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import product
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx2
import pytest

from portal.cli import main
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.opening.open_link import session_id_of
from portal.incidents.rules import Target
from portal.kernel.clock import utc_now
from portal.web.posted.forms import form_token
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.parts.commands import start_forked
from tests.parts.databases import fresh_database
from tests.parts.process import free_ports
from tests.parts.proxies import NAME, Certified, Proxy, caddy, certified, nginx
from tests.web.desks import session_of
from tests.web.test_opening import letters_in

MEBIBYTE = 1024 * 1024
LONG = b"%PDF-1.7 " + os.urandom(16) * (72 * MEBIBYTE // 16)  # more than the sockets on the way hold (tcp_rmem)
"""More than the sockets of two ways hold, which a freeze cannot take back."""
SECRET = "Zq3vXw8-Tn5kRb2_Yc7mPd9sLf4hGj6a"
LOWER = "qvxwtnkrbycmpdslfhgjazeu"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give PostgreSQL: two sites share it."""
    yield from fresh_database("postgresql", request)


@pytest.fixture
def clock() -> Watch:
    """Give the time of the sites, which run as processes of their own."""
    watch = Watch()
    watch.now = utc_now()
    return watch


class Site:
    """One `portal serve` as the unit starts it, which can be started anew."""

    def __init__(self, house: House, folder: Path, port: int) -> None:
        self.port = port
        self._environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PORTAL_DATA_DIR": str(house.settings.data_dir),
            "PORTAL_DATABASE_URL": house.settings.database,
            "PORTAL_KEY_FILE": str(house.settings.keys),
            "PORTAL_BASE_URL": f"https://{NAME}",
            "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
            "PORTAL_GATE_URL": "smtp://127.0.0.1:1",  # a port that nobody may have: only the gate's own unit tries it
        }
        self._process: BaseProcess | None = None

    def start(self) -> None:
        words = ("serve", "--no-worker", "--no-gate", "--port", str(self.port))
        self._process = start_forked(run_command, *words, environ=self._environ)  # loaded already: five are started

    def wait(self) -> None:
        """Return when it answers, as `ExecStartPost` of its unit does."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self._process is not None
            assert self._process.is_alive()
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError("the site did not answer")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None and self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)
            self._process.join(40)
            assert not self._process.is_alive()


def run_command(*words: str) -> None:
    sys.argv = ["portal", *words]
    main()


class Browser(httpx2.Client):
    """A browser that knows the portal's name, whatever the port is."""

    def __init__(self, proxy: Proxy, certificate: Certified, *, address: str = "127.0.0.1") -> None:
        context = ssl.create_default_context(cafile=certificate.authority)
        super().__init__(
            base_url=f"https://127.0.0.1:{proxy.port}",
            headers={"Host": NAME, "Sec-Fetch-Site": "same-origin"},
            transport=httpx2.HTTPTransport(verify=context, local_address=address),
            event_hooks={"request": [_by_name]},
            timeout=60,
        )


def _by_name(request: httpx2.Request) -> None:
    request.extensions = {**request.extensions, "sni_hostname": NAME}


@contextmanager
def standing(house: House, folder: Path, certificate: Certified) -> Iterator[tuple[list[Site], list[Proxy]]]:
    """Run two sites, and before both of them nginx, nginx that is told by the portal alone not to gather, and Caddy."""
    sites = [Site(house, folder, port) for port in free_ports(2)]
    ports = [site.port for site in sites]
    with ExitStack() as stack:
        for site in sites:
            stack.callback(site.stop, signal.SIGKILL)
            site.start()
        for site in sites:
            site.wait()
        yield (
            sites,
            [
                stack.enter_context(nginx(folder / "nginx", certificate, ports)),
                stack.enter_context(nginx(folder / "told", certificate, ports, without="proxy_buffering off;")),
                stack.enter_context(caddy(folder / "caddy", certificate, ports)),
            ],
        )


def asked_by(proxy: Proxy, certificate: Certified, *heads: str, path: str = "/o") -> ssl.SSLSocket:
    """Ask by hand, and read nothing of the answer yet."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    line.settimeout(60)
    line.connect(("127.0.0.1", proxy.port))
    secured = ssl.create_default_context(cafile=certificate.authority).wrap_socket(line, server_hostname=NAME)
    secured.sendall("\r\n".join([f"GET {path} HTTP/1.1", f"Host: {NAME}", *heads, "", ""]).encode())
    return secured


def rest_of(line: socket.socket) -> int:
    """Return how many bytes still come, until the other side closes."""
    count = 0
    with suppress(ConnectionResetError, ssl.SSLError):
        while piece := line.recv(MEBIBYTE):
            count += len(piece)
    return count


def see_how_it_speaks(proxy: Proxy, certificate: Certified) -> None:
    """See HTTP/2 with the name kept, TLS that is modern, one HSTS, the way from plain HTTP, and no probe's page."""
    curl = ["curl", "--silent", "--http2", "--cacert", str(certificate.authority), "--header", f"Host: {NAME}"]
    curl += ["--connect-to", f"{NAME}:443:127.0.0.1:{proxy.port}", "--output", os.devnull]
    curl += ["--write-out", "%{http_version} %{http_code}", f"https://{NAME}/o"]
    assert subprocess.run(curl, capture_output=True, text=True, check=True).stdout == "2 200"
    old = ["openssl", "s_client", "-connect", f"127.0.0.1:{proxy.port}", "-servername", NAME]
    old += ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
    assert subprocess.run(old, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode != 0
    with Browser(proxy, certificate) as browser:
        entry = browser.get("/o")
        assert (entry.status_code, len(entry.headers.get_list("strict-transport-security"))) == (200, 1)
    for path in ("/metrics", "/readyz", "/healthz", "//metrics", "/%6detrics", "/x/../readyz", "/readyz?x"):
        with asked_by(proxy, certificate, "Connection: close", path=path) as line:
            head = line.recv(4096).lower()
            assert (head[9:12], b"content-security-policy" in head) == (b"404", False), f"{path} reached a site"
    for path, place in (("/staff", "/staff"), (f"/o/{SECRET}?t={SECRET}", "/o")):
        asked = httpx2.get(f"http://127.0.0.1:{proxy.plain}{path}", headers={"Host": NAME})
        assert (asked.status_code, asked.headers["location"]) == (308, f"https://{NAME}{place}")


def see_addresses_apart(proxy: Proxy, certificate: Certified, *, number: int) -> None:
    """See that whoever guesses is held back whatever they say of their address, and a neighbour of theirs is not."""
    with Browser(proxy, certificate, address=f"127.0.{number}.7") as guessing:
        for place in range(62):  # twice what a minute allows, which may end in between
            forged = f"203.0.113.{place}"
            heads = {"X-Forwarded-For": forged, "Forwarded": f"for={forged}", "X-Real-IP": forged}
            if guessing.post("/o", data={"token": SECRET}, headers=heads).status_code == 429:
                break
        else:
            raise AssertionError("nobody was held back")
    with Browser(proxy, certificate, address=f"127.0.{number}.8") as family:
        assert family.post("/o", data={"token": SECRET}).status_code != 429


def see_upload(proxy: Proxy, certificate: Certified, *, cookie: str, token: str) -> None:
    """See that the portal itself answers for 30 MB, of which nothing lay on the proxy's disk."""
    with Browser(proxy, certificate) as staff:
        staff.cookies.set("__Host-staff", cookie)
        file = {"file": ("letter.pdf", b"%PDF-1.7 " + bytes(30_000_000), "application/pdf")}
        answer = staff.post("/staff/mailings", data={"form_token": token}, files=file)
        assert answer.status_code == 422
        assert "content-security-policy" in answer.headers


def try_to_be_written_down(proxy: Proxy, certificate: Certified) -> None:
    """Show secrets wherever a request may hold one, in requests that are well and in those that fail."""
    heads = [
        f"Referer: https://{NAME}/o#{SECRET}",
        f"Cookie: __Host-family={SECRET}",
        f"Authorization: Bearer {SECRET}",
    ]
    paths = [f"/o/{SECRET}", f"/o%23{SECRET}", f"/{SECRET}", f"/staff/{LOWER}", f"/{LOWER}", f"/o?token={SECRET}"]
    paths += [f"/staff/sign-in/callback?code={SECRET}&state={LOWER}", f"/letters/{SECRET}/file", f"/staff?{SECRET}"]
    paths += [f"/metrics/{SECRET}", f"/%zz{SECRET}", f"/{SECRET}/../../..", f"/o\x01{SECRET}"]
    for path in paths:
        with asked_by(proxy, certificate, *heads, "Connection: close", path=path) as line:
            rest_of(line)
    bad = [f"{SECRET} no header", f"Content-Length: {SECRET}", f"Host: {SECRET}.example", f"X: {SECRET * 2000}"]
    bad += [f"Transfer-Encoding: {SECRET}", f"Content-Length: 3000000000\r\nX: {SECRET}", f"Expect: {SECRET}"]
    waiting = [asked_by(proxy, certificate, *heads, head, "Connection: close", path=paths[0]) for head in bad]
    for line in waiting:
        line.settimeout(0.5)
        with line, suppress(TimeoutError):  # some wait for a body that never comes
            rest_of(line)
    curl = ["curl", "--silent", "--http2", "--cacert", str(certificate.authority), "--connect-to"]
    curl += [f"{NAME}:443:127.0.0.1:{proxy.port}", "--header", heads[0], "--output", os.devnull]
    subprocess.run([*curl, f"https://{NAME}{paths[5]}", f"https://{NAME}{paths[0]}"], check=True, capture_output=True)
    for away in (paths[0], paths[5]):  # who leaves in mid-answer
        asked_by(proxy, certificate, *heads, path=away).close()
    for host, head in product((NAME, "another.example"), (heads[0], bad[0])):
        with socket.create_connection(("127.0.0.1", proxy.plain)) as line:
            line.sendall(f"GET {paths[5]} HTTP/1.1\r\nHost: {host}\r\n{head}\r\nConnection: close\r\n\r\n".encode())
            rest_of(line)
    with socket.create_connection(("127.0.0.1", proxy.port)) as line:  # no TLS where TLS is spoken
        line.sendall(f"GET {paths[5]} HTTP/1.1\r\nHost: {NAME}\r\n{heads[0]}\r\n\r\n".encode())
        line.settimeout(10)
        rest_of(line)


def see_freeze(proxies: Sequence[Proxy], certificate: Certified, house: House, cast: Cast, mailing_id: str) -> None:
    """See that every download is cut which a freeze meets, and that no letter lies on a proxy's disk."""
    token = token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam))
    with Browser(proxies[0], certificate) as family:
        assert family.post("/o", data={"token": token}).status_code == 303
        (copy_id,) = letters_in(family.get("/letters").text)
        path = f"/letters/{copy_id}/file"
        cookie = "Cookie: " + "; ".join(f"{name}={value}" for name, value in family.cookies.items())
        part = f"Range: bytes=16-{len(LONG) - 1}"
        lines = [asked_by(one, certificate, cookie, "Connection: close", path=path) for one in proxies]
        lines += [asked_by(one, certificate, cookie, part, "Connection: close", path=path) for one in proxies]
        assert [line.recv(64)[:12] for line in lines] == [b"HTTP/1.1 200"] * 3 + [b"HTTP/1.1 206"] * 3
        time.sleep(1)  # a proxy that gathers has the whole of them by now
        assert [one.bytes_kept() for one in proxies] == [0, 0, 0]
        with house.db.write() as session:
            freeze(session, house.keys, Target("mailing", mailing_id), by=cast.admin, reason="Wrong.", now=utc_now())
        for line in lines:
            assert (received := rest_of(line)) < len(LONG) - MEBIBYTE, f"{received:,} of {len(LONG):,} bytes came"
            line.close()
        assert family.get(path).status_code == 410


def see_rolling_restart(sites: Sequence[Site], proxies: Sequence[Proxy], certificate: Certified) -> None:
    """See that sites are restarted one after another, and every page and every form meanwhile is answered."""
    over, statuses = threading.Event(), list[tuple[str, str, int]]()

    def ask(proxy: Proxy) -> None:
        with Browser(proxy, certificate) as browser:
            while not over.is_set():
                statuses.append((proxy.kind, "GET", browser.get("/o").status_code))
                chosen = browser.post("/language", data={"language": "es", "here": "/o"})
                statuses.append((proxy.kind, "POST", chosen.status_code))
                time.sleep(0.02)

    asking = [threading.Thread(target=ask, args=(proxy,)) for proxy in (proxies[0], proxies[2])]
    for one in asking:
        one.start()
    try:
        for site in sites:
            so_far = len(statuses)
            site.stop()
            until = time.monotonic() + 30
            while len(statuses) < so_far + 60 and time.monotonic() < until:  # the other has them all meanwhile
                time.sleep(0.05)
            if site is not sites[-1]:
                site.start()
                site.wait()
    finally:
        over.set()
        for one in asking:
            one.join()
    assert len(statuses) > 100
    assert [one for one in statuses if one[2] not in {200, 303}] == []


def test_two_sites_behind_the_proxies_of_the_manual(house: House, cast: Cast, tmp_path: Path) -> None:
    certificate = certified(tmp_path)
    mailing_id = send_letter(house, cast, now=utc_now(), content=LONG)
    cookie = session_of(house, cast.writer)
    token = form_token(house.keys, session_id_of(cookie))
    with standing(house, tmp_path, certificate) as (sites, proxies):

        def see(proxy: Proxy, number: int) -> None:
            see_how_it_speaks(proxy, certificate)
            see_addresses_apart(proxy, certificate, number=number)
            see_upload(proxy, certificate, cookie=cookie, token=token)
            try_to_be_written_down(proxy, certificate)

        with ThreadPoolExecutor(2) as both:
            list(both.map(see, (proxies[0], proxies[2]), (1, 2)))
        see_freeze(proxies, certificate, house, cast, mailing_id)
        see_rolling_restart(sites, proxies, certificate)
        for site in sites:
            site.stop(signal.SIGKILL)
        for proxy in (proxies[0], proxies[2]):
            with Browser(proxy, certificate) as late:
                answer = late.get(f"/o/{SECRET}?token={SECRET}", headers={"Referer": f"https://{NAME}/o#{SECRET}"})
                assert answer.status_code in {502, 503}
            written = proxy.written()
            assert "/letters" in written, "it says which area was asked for"
            assert [one for one in (SECRET, LOWER, SECRET[:12], LOWER[:12]) if one in written] == []
