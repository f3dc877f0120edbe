"""An OpenID provider as a process of its own, so its settings never leak into the portal under test."""

import http.client
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.parts.process import answers, free_ports, running


@dataclass(frozen=True)
class OpenIdProvider:
    """A provider that signs in whoever the test names. It insists on a nonce."""

    issuer: str
    client_id: str = "portal-tests"
    client_secret: str = "only-for-tests"

    def knows(self, subject: str, **claims: object) -> None:
        """Make a person known by `subject`, with claims such as `email` and `email_verified`."""
        status, _ = self._send("PUT", f"/users/{quote(subject, safe='')}", json.dumps(claims), "application/json")
        assert status == 204

    def drops(self, subject: str) -> None:
        """Forget whatever was handed out for a person, as a provider does when an account is closed."""
        status, _ = self._send("POST", f"/users/{quote(subject, safe='')}/revoke-tokens", "", "text/plain")
        assert status == 204

    def sign_in(self, authorization_url: str, subject: str) -> str:
        """Return the callback URL the provider sends the browser to once `subject` has agreed."""
        return self._answer(authorization_url, {"sub": subject})

    def decline(self, authorization_url: str) -> str:
        """Return the callback URL after the person pressed "deny"."""
        return self._answer(authorization_url, {"action": "deny"})

    def _answer(self, authorization_url: str, form: dict[str, str]) -> str:
        parts = urlsplit(authorization_url)
        status, location = self._send(
            "POST", f"{parts.path}?{parts.query}", urlencode(form), "application/x-www-form-urlencoded"
        )
        assert status == 302, f"the provider answered {status} instead of sending the browser back"
        assert location is not None
        return location

    def _send(self, method: str, path: str, body: str, kind: str) -> tuple[int, str | None]:
        connection = http.client.HTTPConnection(urlsplit(self.issuer).netloc, timeout=10)
        try:
            connection.request(method, path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location")
        finally:
            connection.close()


@contextmanager
def oidc_provider() -> Iterator[OpenIdProvider]:
    """Run a provider on loopback until the block ends."""
    home = Path(tempfile.mkdtemp(prefix="portal-oidc-"))
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "NO_COLOR": "1"}
    try:
        with running(command, folder=home, environ=environ, ready=lambda: answers(port)):
            yield OpenIdProvider(f"http://127.0.0.1:{port}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def oidc() -> Iterator[OpenIdProvider]:
    with oidc_provider() as provider:
        yield provider
