"""What receivers will make of the sender, read from a real name server on loopback."""

import pytest

from portal.kernel.errors import WrongCall
from portal.mail.alignment import check_domains
from portal.mail.dns import DnsRecords, NoAnswer
from tests.parts.names import Zone, name_server
from tests.parts.process import free_ports

GOOD = {
    ("letters.oak.test", "TXT"): ['"v=spf1 mx -all"', '"something else"'],
    ("bounce.oak.test", "TXT"): ['"v=spf1 ip4:192.0.2.7" " -all"'],
    ("bounce.oak.test", "MX"): ["20 second.oak.test.", "10 mx.oak.test."],
    ("selector1._domainkey.letters.oak.test", "TXT"): ['"v=DKIM1; k=rsa; p=MIIB" "IjAN"'],
    ("_dmarc.oak.test", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:x@oak.test"'],
}


def found(zone: Zone, envelope: str = "bounce.oak.test") -> dict[tuple[str, str], bool]:
    with name_server(zone) as server:
        checks = check_domains(DnsRecords(server), "letters.oak.test", envelope)
    return {(one.check, one.domain): one.is_good for one in checks}


def test_a_domain_in_order() -> None:
    assert set(found(GOOD).values()) == {True}
    assert len(found(GOOD)) == 6


@pytest.mark.parametrize(
    ("change", "check", "domain"),
    [
        ({("letters.oak.test", "TXT"): ['"no spf"']}, "spf", "letters.oak.test"),
        ({("bounce.oak.test", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, "spf", "bounce.oak.test"),
        ({("bounce.oak.test", "TXT"): ['"v=spf1 +all"']}, "spf", "bounce.oak.test"),
        ({("selector1._domainkey.letters.oak.test", "TXT"): ['"v=DKIM1; p="']}, "dkim", "letters.oak.test"),
        ({("selector1._domainkey.letters.oak.test", "TXT"): []}, "dkim", "letters.oak.test"),
        ({("_dmarc.oak.test", "TXT"): ['"v=DMARC1; p=none"']}, "dmarc", "letters.oak.test"),
        ({("_dmarc.oak.test", "TXT"): ['"v=DMARC1; p=reject; sp=none"']}, "dmarc", "letters.oak.test"),
        ({("_dmarc.letters.oak.test", "TXT"): ['"v=DMARC1; p=reject; aspf=s"']}, "alignment", "bounce.oak.test"),
        ({("bounce.oak.test", "MX"): ["0 ."]}, "bounces", "bounce.oak.test"),
    ],
)
def test_each_thing_that_is_wrong_is_told(change: Zone, check: str, domain: str) -> None:
    checks = found({**GOOD, **change})
    assert [key for key, is_good in checks.items() if not is_good] == [(check, domain)]


def test_another_domain_is_not_aligned_and_without_records_nothing_is_good() -> None:
    other = {("mailer.test", "TXT"): ['"v=spf1 -all"'], ("mailer.test", "A"): ["192.0.2.1"]}
    checks = found({**GOOD, **other}, "mailer.test")
    assert [key for key, is_good in checks.items() if not is_good] == [("alignment", "mailer.test")]
    assert {is_good for (check, _), is_good in found({}).items() if check != "alignment"} == {False}


def test_a_silent_or_misnamed_server_is_said() -> None:
    (port,) = free_ports(1)
    records = DnsRecords(f"127.0.0.1:{port}")
    records._resolver.lifetime = 0.2
    with pytest.raises(NoAnswer):
        records.texts("oak.test")
    with pytest.raises(WrongCall):
        DnsRecords("dns.example:53")
