"""No name, address, token, code or cookie stands in a log, an error, an address or a header it does not belong in."""

import http.client
import io
import logging
import re
import threading
import time
import zipfile
from collections.abc import Iterator

import pytest
import uvicorn

from portal.app import build_app
from portal.cli.operation.serve import site_config
from portal.kernel.configuration.settings import Settings
from portal.kernel.log import start_logging
from portal.wiring import House
from tests.cast import Cast, code_of, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.hostile.listening import all_logs_open, three_tables_lost
from tests.web.desks import session_of

HOST = "letters.riverbend.example"


class Caller:
    """Speaks to a real server, as a proxy would."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: list[tuple[str, int, list[tuple[str, str]], str]] = []

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Host": HOST, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, body, sent | headers)
        answer = line.getresponse()
        page = answer.read().decode("utf-8", "replace")
        line.close()
        self.answers.append((f"{method} {path}", answer.status, answer.getheaders(), page))
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, page


@pytest.fixture
def real_server(settings: Settings, house: House) -> Iterator[Caller]:
    start_logging()
    config = site_config(settings, build_app(settings, house), host="127.0.0.1", port=0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    with all_logs_open():
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield Caller(server.servers[0].sockets[0].getsockname()[1])
        server.should_exit = True
        thread.join(timeout=20)


def journey(call: Caller, token: str, code: str, staff: str) -> tuple[str, str]:
    """Open a letter, mistype, look people up, ask for a link; return the family's cookie and copy."""
    _, headers, _ = call.ask("POST", "/o", f"token={token}")
    family = headers["set-cookie"].split(";")[0]
    _, _, page = call.ask("GET", "/letters", Cookie=family)
    copy = re.findall(r"/letters/([0-9a-f]{32})", page)[0]
    for path in (f"/letters/{copy}", f"/letters/{copy}/file"):
        call.ask("GET", path, Cookie=family)
    call.ask("POST", "/o", f"code={code}", Cookie=family)
    call.ask("POST", "/o", f"token={token[:-1]}A")
    call.ask("POST", "/o", f"token={token}", **{"Sec-Fetch-Site": "cross-site"})
    for path in ("/staff/families?q=Rivera", "/admin/links?q=carla.rivera%40mail.example.org"):
        call.ask("GET", path, Cookie=staff)
    for address in ("rosa%40riverbend.example.org", "stranger%40mail.example.org"):
        call.ask("POST", "/staff/sign-in/link", f"address={address}")
    return family, copy


def test_a_journey_with_faults_leaves_no_secret_in_a_log(
    real_server: Caller, house: House, cast: Cast, clock: Watch, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    call = real_server
    link = link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana)
    token, code, staff = token_of(house, link), code_of(house, link), f"__Host-staff={session_of(house, cast.admin)}"
    family, copy = journey(call, token, code, staff)
    with three_tables_lost(house):
        crashes = [
            call.ask("GET", "/staff/families?q=Rivera", Cookie=staff),
            call.ask("GET", "/staff/families?q=carla.rivera%40mail.example.org", Cookie=staff),
            call.ask("GET", "/staff/families/100001", Cookie=staff),
            call.ask("POST", "/o", f"token={token}", Cookie=family),
            call.ask("GET", "/letters", Cookie=family),
            call.ask("GET", f"/letters/{copy}", Cookie=family),
        ]
    assert 500 in {status for status, _, _ in crashes}
    for status, headers, page in crashes:
        assert status >= 400
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "max-age" in headers["strict-transport-security"]
        assert not re.search(r"Traceback|sqlalchemy|SELECT|guardian_|Rivera|family_session", page), page
    captured = capfd.readouterr()
    said = captured.out + captured.err + caplog.text
    assert "crashed" in said, "the operator learns of it"
    assert "GET /letters/{copy}" in said, "and at which route"
    canaries = [
        *(token, *token.split("."), code, family.split("=")[1], staff.split("=")[1]),
        *("Rivera", "Carla", "carla.rivera", "rosa@", "stranger@", "100001"),
        house.keys.key("link-token").hex(),
    ]
    assert [one for one in canaries if one in said] == []


@pytest.mark.filterwarnings("default:Duplicate name")
def test_the_server_reports_a_crash_and_a_warning_without_their_words(capfd: pytest.CaptureFixture[str]) -> None:
    start_logging()
    uvicorn.Config(build_app, log_level="warning")
    try:
        int("Ana" + " Rivera")  # in pieces, for a trace quotes the lines of the code
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:  # as a writer who chooses two files of one name
        archive.writestr("Ana" + " Rivera", b"")
        archive.writestr("Ana" + " Rivera", b"")
    said = capfd.readouterr().err
    assert "ValueError" in said
    assert "UserWarning" in said
    assert "test_secrets.py" in said, "where it was is said"
    assert "Ana Rivera" not in said


def test_no_address_or_header_of_ours_holds_a_secret(
    real_server: Caller, house: House, cast: Cast, clock: Watch
) -> None:
    call = real_server
    mailing = send_letter(house, cast, now=clock.now)
    link = link_of(house, mailing, cast.carla, cast.ana)
    token, code = token_of(house, link), code_of(house, link)
    _, headers, _ = call.ask("POST", "/o", f"token={token}")
    cookie = headers["set-cookie"].split(";")[0]
    for path in ("/letters", "/o", "/about", "/robots.txt"):
        call.ask("GET", path, Cookie=cookie)
    _, _, page = call.ask("GET", "/letters", Cookie=cookie)
    copy = re.findall(r"/letters/([0-9a-f]{32})", page)[0]
    for more in ("", "/file"):
        call.ask("GET", f"/letters/{copy}{more}", Cookie=cookie)
    secrets = {token, code, cookie.split("=")[1]}
    for asked, _, headers_, text_ in call.answers:
        shown = {name.lower(): value for name, value in headers_ if name.lower() != "set-cookie"}
        assert not [one for one in secrets if one in text_ or one in str(shown)], asked
        assert shown["referrer-policy"] == "same-origin", asked
        assert "server" not in shown
        assert not re.search(r"""(src|href|action)=["']?(https?:)?//(?!letters\.riverbend)""", text_), asked
