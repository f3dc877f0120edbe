"""What is printed for the mail systems in front, and the addresses that probes of them go to."""

from datetime import timedelta
from pathlib import Path

import pytest

from portal.gate.in_front.exchange import exchange_rule
from portal.gate.in_front.front import Front
from portal.gate.in_front.google import google_rule
from portal.gate.in_front.postfix import postfix_rule
from portal.gate.probes import probe_address, probe_in
from portal.kernel.errors import StartRefused
from portal.kernel.secrets.keys import KeyRing
from portal.wiring import House
from tests.cast import NOON, Cast
from tests.gate.conftest import SECRET
from tests.gate.gates import DOMAIN, FAMILY
from tests.parts.commands import run_portal

GATE = "gate.riverbend.example.org"
DOMAINS = ["riverbend.example.org"]
FRONT = Front.of(host=GATE, port=587, domains=DOMAINS, secret=SECRET)


def test_the_address_of_a_probe_is_known_for_an_hour_and_cannot_be_made_up(keys: KeyRing) -> None:
    made, address = probe_address(keys, DOMAIN, now=NOON)
    name = address.text.partition("@")[0]
    other = name[:-1] + ("a" if name[-1] != "a" else "b")
    later = NOON + timedelta(minutes=59)
    assert probe_in(keys, [FAMILY, address.text.upper()], DOMAIN, now=later) == made
    assert probe_in(keys, [address.text], DOMAIN, now=NOON + timedelta(minutes=61)) is None
    assert probe_in(keys, [address.text], "elsewhere.example.org", now=NOON) is None
    for forged in (f"{other}@{DOMAIN}", f"probe-@{DOMAIN}", f"probe-!@{DOMAIN}", f"probe-aaaaaaaa@{DOMAIN}"):
        assert probe_in(keys, [forged], DOMAIN, now=NOON) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_prints_the_rule_of_the_staff_that_are_there_or_says_how_to_make_a_secret(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    del cast
    environ = {
        "PORTAL_DATA_DIR": str(house.settings.data_dir),
        "PORTAL_DATABASE_URL": house.settings.database,
        "PORTAL_KEY_FILE": str(house.settings.keys),
    }
    words = ["gate", "rule", "--for", "exchange", "--host", GATE]
    refused = run_portal(words, environ, tmp_path)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "openssl rand -hex 32" in refused.stderr
    done = run_portal(words, environ | {"PORTAL_GATE_SECRET": SECRET}, tmp_path)
    assert done.stdout.startswith(exchange_rule(FRONT)[:200])
    assert SECRET not in done.stderr


def test_each_rule_names_the_secret_header_the_gate_and_tls() -> None:
    exchange, google = exchange_rule(FRONT), google_rule(FRONT)
    for rule in (exchange, google, postfix_rule(FRONT)):
        assert "X-Portal-Gate" in rule
        assert rule.count(SECRET) == 1
        assert GATE in rule
    assert "-TlsSettings DomainValidation -TlsDomain 'gate.riverbend.example.org'" in exchange
    assert "-FromScope InOrganization -SentToScope NotInOrganization" in exchange
    assert "Let port 25 lead to 587" in exchange
    assert r"@(riverbend\.example\.org)$" in google
    assert SECRET not in repr(FRONT)


@pytest.mark.parametrize(
    ("host", "port", "domains", "secret"),
    [
        (GATE, 587, DOMAINS, "short"),
        (GATE, 587, DOMAINS, "$1" * 20),
        ("gate' -Enabled", 587, DOMAINS, SECRET),
        (GATE, 587, [], SECRET),
        (GATE, 0, DOMAINS, SECRET),
    ],
)
def test_what_would_break_a_rule_is_refused(host: str, port: int, domains: list[str], secret: str) -> None:
    with pytest.raises(StartRefused):
        Front.of(host=host, port=port, domains=domains, secret=secret)
