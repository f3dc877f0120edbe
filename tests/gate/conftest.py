"""A house whose gate is open, and a mail key of its writer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from portal.flows.people import change_mail_keys
from portal.kernel.configuration.gate_places import Place
from portal.kernel.configuration.settings import Settings
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.gate.gates import DOMAIN, Client, standing
from tests.mail.servers import HOST

SECRET = "a-secret-of-the-mail-system-in-front"
GATE = "gate.riverbend.example.org"


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the gate's certificate and key, and the certificate of who issued it."""
    folder = tmp_path_factory.mktemp("gate-certificate")
    authority = trustme.CA()
    own = authority.issue_cert(GATE, HOST)
    own.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "cert.pem").write_bytes(b"".join(one.bytes() for one in own.cert_chain_pems))
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return folder


@pytest.fixture
def settings(settings: Settings, issued: Path) -> Settings:
    shown = {"gate_cert_file": issued / "cert.pem", "gate_key_file": issued / "key.pem"}
    return settings.model_copy(update={"gate_domain": DOMAIN, "gate_secret": SecretStr(SECRET)} | shown)


@pytest.fixture
def key(house: House, cast: Cast, clock: Watch) -> str:
    with house.db.write() as session:
        return change_mail_keys.make_mail_key(session, house.keys, "Outlook", by=cast.writer, now=clock.now)[1]


@pytest.fixture
def port(house: House, cast: Cast) -> Iterator[int]:
    del cast
    with standing(house) as ports:
        yield ports[0]


@pytest.fixture
def starttls_port(house: House, cast: Cast) -> Iterator[int]:
    del cast
    with standing(house, Place(HOST, 0, "starttls")) as ports:
        yield ports[0]


@pytest.fixture
def signed_in(port: int, key: str) -> Iterator[Client]:
    with Client(port) as client:
        assert client.sign_in(key).startswith("235")
        yield client
