"""A second, strict OpenID provider (npm `oidc-provider`)."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin

import httpx2
import pytest

from tests.parts.process import MissingPart, answers, free_ports, running

HERE = Path(__file__).parent / "strict_oidc"
INSTALLED = Path(sys.prefix) / "strict-oidc"
CALLBACK = "https://letters.riverbend.example/staff/sign-in/callback"


@dataclass(frozen=True)
class StrictProvider:
    """A provider that signs in whoever the test names, by the letter of the standard."""

    issuer: str
    client_id: str = "portal-tests"
    client_secret: str = "only-for-tests-and-long-enough-for-a-mac"

    def knows(self, subject: str, **claims: object) -> None:
        """Make a person known."""
        httpx2.put(f"{self.issuer}/users/{quote(subject)}", content=json.dumps(claims)).raise_for_status()

    def forgets(self, subject: str) -> None:
        """Close a person's account."""
        httpx2.delete(f"{self.issuer}/users/{quote(subject)}").raise_for_status()

    def sign_in(self, authorization_url: str, subject: str) -> str:
        """Return the callback URL the provider sends the browser to, in a browser of its own."""
        with httpx2.Client(timeout=10) as browser:
            place = authorization_url
            for _ in range(6):
                answer = browser.get(place)
                assert answer.is_redirect, answer.text
                place = urljoin(str(answer.url), answer.headers["location"])
                if place.startswith(CALLBACK):
                    return place
                if "/interaction/" in place:
                    place += f"?sub={quote(subject)}"
        raise AssertionError(place)


@pytest.fixture(scope="session")
def strict_provider() -> Iterator[StrictProvider]:
    node = shutil.which("node")
    if node is None or not (INSTALLED / "node_modules" / "oidc-provider").is_dir():
        raise MissingPart("The strict OpenID provider is not installed. Run `make test-parts`.")
    home = Path(tempfile.mkdtemp(prefix="portal-strict-oidc-"))
    shutil.copy(HERE / "provider.mjs", INSTALLED)
    (port,) = free_ports(1)
    provider = StrictProvider(f"http://127.0.0.1:{port}")
    command = [node, str(INSTALLED / "provider.mjs"), str(port), provider.client_secret, CALLBACK]
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "NO_COLOR": "1"}
    try:
        with running(command, folder=home, environ=environ, ready=lambda: answers(port)):
            yield provider
    finally:
        shutil.rmtree(home, ignore_errors=True)
