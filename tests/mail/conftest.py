"""The people and the certificates of the mail tests."""

import ssl
from pathlib import Path

import pytest
import trustme

from portal.kernel.text.addresses import OneAddress
from tests.mail.servers import HOST


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def guardian() -> OneAddress:
    return OneAddress.parse("marta@families.test")


@pytest.fixture
def envelope() -> OneAddress:
    return OneAddress.parse("bounce+1@birchwood.test")


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system trusts the test's certificate authority."""
    store = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(store)
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
