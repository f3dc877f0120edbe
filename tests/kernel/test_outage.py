"""What is out of reach is told once when it goes and once when it is back, whoever meets with it, and wordlessly."""

import json

import pytest

from portal.kernel import outage
from portal.kernel.errors import PortalError
from portal.kernel.log import start_logging
from portal.kernel.outage import Outage, is_told


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_one_line_when_it_goes_and_one_when_it_stays_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start_logging()
    now = 1000.0
    monkeypatch.setattr(outage.time, "monotonic", lambda: now)
    server = Outage("mail server", "mail.test:25")
    server.over()
    for _ in range(50):
        server.began(OSError("Ana Rivera"))
        now += 1
        server.over()  # what half works is not back
    now += 5
    server.over()
    server.over()
    lines = told(capsys)
    assert [(one["event"], one["level"], one["host"]) for one in lines] == [
        ("mail server gone", "error", "mail.test:25"),
        ("mail server back", "warning", "mail.test:25"),
    ]
    assert (lines[0]["cause"], lines[1]["seconds"]) == ("OSError", 55)


def test_what_is_told_is_not_told_again_by_whom_it_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    error, other = OSError(), PortalError()
    other.__cause__ = error
    assert not is_told(other)
    Outage("database").began(error)
    assert is_told(other)
    Outage("outbox").began(other)
    assert [one["event"] for one in told(capsys)] == ["database gone"]
