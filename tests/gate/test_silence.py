"""A log at its most talkative says nothing of who wrote to whom, nor what."""

import logging

import pytest

from portal.gate import replies
from tests.gate.conftest import SECRET
from tests.gate.gates import DOMAIN, FAMILY, Client, letter

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_no_address_name_key_or_line_of_text_is_logged(
    port: int, key: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "mail.log", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    with Client(port) as client:
        assert client.sign_in(key[::-1]) == replies.NO_KEY
        assert client.sign_in(key) == replies.SIGNED_IN
        assert client.hand_in(letter("About Ana Rivera", X_Portal_Gate=SECRET), FAMILY) == replies.TAKEN
        assert client.hand_in(letter("About Ana Rivera"), FAMILY) == replies.TAKEN
        assert client.hand_in(letter("About Ana Rivera", file=b"")) == replies.REFUSALS["no-file"]
        assert client.say("NONSENSE from Ana Rivera")[:3] == "500"
        client.envelope(f"everyone@{DOMAIN}")
        assert client.say("DATA")[:3] == "354"
        client.socket.sendall(b"Subject: Ana Rivera\r\n")  # and goes away
    printed = capfd.readouterr()
    said = printed.out + printed.err + caplog.text
    assert "taken" in said
    for word in ("@", "Rivera", "rosa", key, key[::-1], SECRET, "report card", "Please find", "127.0.0.1"):
        assert word not in said, word
