"""A house whose gate is open, and a mail key of its writer."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from portal.flows.people import change_mail_keys
from portal.kernel.configuration.settings import Settings
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.gate.gates import DOMAIN, Client, standing

SECRET = "a-secret-of-the-mail-system-in-front"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"gate_domain": DOMAIN, "gate_secret": SecretStr(SECRET)})


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
def signed_in(port: int, key: str) -> Iterator[Client]:
    with Client(port) as client:
        assert client.sign_in(key).startswith("235")
        yield client
