"""Behind a proxy as it comes, what is frozen in mid-download is not delivered whole, and no letter lies on its disk."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from portal.flows.incidents.freeze_incident import freeze
from portal.incidents.rules import Target
from portal.kernel.clock import utc_now
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.parts.nginx import Nginx, nginx
from tests.parts.process import free_ports, is_ready
from tests.web.test_opening import letters_in

MEBIBYTE = 1024 * 1024
LONG = b"%PDF-1.7 " + os.urandom(16) * (24 * MEBIBYTE // 16)
"""More than the sockets of two ways hold, which a freeze cannot take back."""


@contextmanager
def served(house: House, folder: Path) -> Iterator[Nginx]:
    """Run the site as an operator does, and a proxy before it."""
    port, site = free_ports(2)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PORTAL_DATA_DIR": str(house.settings.data_dir),
        "PORTAL_DATABASE_URL": house.settings.database,
        "PORTAL_KEY_FILE": str(house.settings.keys),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "portal", "serve", "--no-worker", "--port", str(site)]
    process = subprocess.Popen(command, env=environ)
    try:
        with nginx(folder / "nginx", port=port, site=site) as proxy:
            until = time.monotonic() + 60
            while not is_ready(port):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            yield proxy
    finally:
        process.kill()
        process.wait(30)


def begin(proxy: Nginx, path: str, cookie: str, **headers: str) -> socket.socket:
    """Ask for a file as a phone on a slow line does: nothing of the answer is read yet."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    line.settimeout(60)
    line.connect(("127.0.0.1", proxy.port))
    told = {"Host": f"127.0.0.1:{proxy.port}", "Cookie": cookie, "Connection": "close", **headers}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    line.sendall("\r\n".join(lines).encode())
    return line


def rest_of(line: socket.socket) -> bytes:
    """Read what still comes, until the other side closes."""
    got = bytearray()
    with suppress(ConnectionResetError):
        while piece := line.recv(MEBIBYTE):
            got += piece
    return bytes(got)


def test_a_letter_that_is_frozen_in_mid_download_is_cut_and_no_byte_of_it_was_written_to_disk(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    mailing_id = send_letter(house, cast, now=utc_now(), content=LONG)
    token = token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam))
    with (
        served(house, tmp_path) as proxy,
        httpx2.Client(base_url=f"http://127.0.0.1:{proxy.port}", headers={"Sec-Fetch-Site": "same-origin"}) as family,
    ):
        assert family.post("/o", data={"token": token}).status_code == 303
        (copy_id,) = letters_in(family.get("/letters").text)
        path, cookie = (
            f"/letters/{copy_id}/file",
            "; ".join(f"{name}={value}" for name, value in family.cookies.items()),
        )
        assert family.head(path).headers["content-length"] == str(len(LONG))
        lines = [begin(proxy, path, cookie), begin(proxy, path, cookie, Range=f"bytes=16-{len(LONG) - 1}")]
        heads = [line.recv(64) for line in lines]
        assert [head[:12] for head in heads] == [b"HTTP/1.1 200", b"HTTP/1.1 206"]
        time.sleep(1)  # a proxy that gathers has the whole of them by now
        kept = proxy.bytes_kept()
        with house.db.write() as session:
            freeze(session, house.keys, Target("mailing", mailing_id), by=cast.admin, reason="Wrong.", now=utc_now())
        for line in lines:
            received = len(rest_of(line))
            assert received < len(LONG) - MEBIBYTE, f"{received:,} of {len(LONG):,} bytes came"
            line.close()
        assert family.get(path).status_code == 410
        assert (kept, proxy.wrote_to_disk()) == (0, [])
