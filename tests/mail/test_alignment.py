"""What receivers will make of the sender, read from a real name server on loopback."""

import pytest

from portal.kernel.errors import WrongCall
from portal.mail.authentication.alignment import NoAnswer, check_domains
from portal.mail.authentication.dns import DnsRecords
from portal.mail.authentication.spf import may_send
from tests.parts.names import Zone, name_server
from tests.parts.process import free_ports

GOOD = {
    ("letters.oak.test", "TXT"): ['"v=spf1 mx -all"', '"something else"'],
    ("bounce.oak.test", "TXT"): ['"v=spf1 ip4:8.8.8.7" " -all"'],
    ("smtp.oak.test", "A"): ["8.8.8.7"],
    ("bounce.oak.test", "MX"): ["20 second.oak.test.", "10 mx.oak.test."],
    ("selector1._domainkey.letters.oak.test", "TXT"): ['"v=DKIM1; k=rsa; p=MIIB" "IjAN"'],
    ("_dmarc.oak.test", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:x@oak.test"'],
}


def found(zone: Zone, envelope: str = "bounce.oak.test") -> dict[tuple[str, str], bool]:
    with name_server(zone) as server:
        checks = check_domains(DnsRecords(server), "letters.oak.test", envelope, server="smtp.oak.test")
    return {(one.check, one.domain): one.is_good for one in checks if one.check != "sending"}


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


def words(change: Zone) -> dict[str, str]:
    with name_server({**GOOD, **change}) as server:
        checks = check_domains(DnsRecords(server), "letters.oak.test", "bounce.oak.test", server="smtp.oak.test")
    return {f"{one.check} {one.domain}": one.words for one in checks if not one.is_good}


def test_what_is_wrong_is_told_with_what_to_do() -> None:
    three = {("bounce.oak.test", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"', '"v=spf1 a -all"']}
    assert words(three)["spf bounce.oak.test"] == (
        "There are 3 SPF records, which counts as none (RFC 7208, 4.5). Put what they say into one."
    )
    (none,) = words({("letters.oak.test", "TXT"): []}).values()
    assert "Add a TXT record" in none
    assert "at _dmarc.letters.oak.test" in words({("_dmarc.oak.test", "TXT"): []})["dmarc letters.oak.test"]
    twice = {("_dmarc.oak.test", "TXT"): ['"v=DMARC1; p=reject"', '"v=DMARC1; p=none"']}
    assert words(twice)["dmarc letters.oak.test"].startswith("There are 2 DMARC records at _dmarc.oak.test")
    (keyless,) = words({("selector1._domainkey.letters.oak.test", "TXT"): []}).values()
    assert "--dkim-selector" in keyless
    assert "let your mail server sign" in keyless


def test_another_domain_is_not_aligned_and_without_records_nothing_is_good() -> None:
    other = {("mailer.test", "TXT"): ['"v=spf1 ip4:8.8.8.7 -all"'], ("mailer.test", "A"): ["192.0.2.1"]}
    checks = found({**GOOD, **other}, "mailer.test")
    assert [key for key, is_good in checks.items() if not is_good] == [("alignment", "mailer.test")]
    assert {is_good for (check, _), is_good in found({}).items() if check != "alignment"} == {False}


SPF = {
    ("oak.test", "TXT"): [
        '"v=spf1 include:a.test ~mx:oak.test/24 ?a:host.oak.test/24//64 ip6:2a00::/16 redirect=last.test"'
    ],
    ("a.test", "TXT"): ['"v=spf1 -ip4:8.8.4.9 +ip4:8.8.4.0/24 -all"'],
    ("oak.test", "MX"): ["10 mx.oak.test."],
    ("mx.oak.test", "A"): ["9.9.9.9"],
    ("host.oak.test", "A"): ["1.1.1.1"],
    ("host.oak.test", "AAAA"): ["2606:4700::1"],
    ("last.test", "TXT"): ['"v=spf1 ip4:8.8.8.8 -all"'],
    ("macro.test", "TXT"): ['"v=spf1 exists:%{i}.list.test -all"'],
    ("loop.test", "TXT"): ['"v=spf1 include:loop.test -all"'],
    ("typo.test", "TXT"): ['"v=spf1 ipv4:8.8.8.8 -all"'],
    ("net.test", "TXT"): ['"v=spf1 ip4:8.8.8.888 -all"'],
    ("gone.test", "TXT"): ['"v=spf1 include:nowhere.test -all"'],
    ("ends.test", "TXT"): ['"v=spf1 ip4:8.8.8.9"'],
    ("colon.test", "TXT"): ['"v=spf1 : -all"'],
}


def test_spf_is_evaluated_as_receivers_do() -> None:
    tried = (
        ("8.8.4.4", "oak.test", "pass"), ("8.8.4.9", "oak.test", "fail"), ("9.9.9.200", "oak.test", "softfail"),
        ("1.1.1.7", "oak.test", "neutral"), ("2606:4700::9", "oak.test", "neutral"), ("2a00::1", "oak.test", "pass"),
        ("8.8.8.8", "oak.test", "pass"), ("7.7.7.7", "oak.test", "fail"), ("8.8.8.8", "nowhere.test", "none"),
        ("8.8.8.8", "ends.test", "neutral"), ("8.8.8.8", "macro.test", "not-evaluated"),
        *(("8.8.8.8", name, "broken") for name in ("loop.test", "typo.test", "net.test", "gone.test", "colon.test")),
    )  # fmt: skip
    with name_server(SPF) as server:
        found = [(address, domain, may_send(DnsRecords(server), address, domain)) for address, domain, _ in tried]
    assert found == list(tried)


def test_whether_the_server_may_send_is_said_and_so_is_what_nobody_here_can_know() -> None:
    for change, server, is_good, is_sure, words in (
        ({}, "smtp.oak.test", True, True, "lets smtp.oak.test send for it (8.8.8.7: pass)"),
        ({}, "8.8.8.7", True, True, "8.8.8.7: pass"),
        (
            {("smtp.oak.test", "A"): ["8.8.8.9"]},
            "smtp.oak.test",
            True,
            False,
            "(8.8.8.9: fail). If that one hands",
        ),
        ({}, "10.0.0.25", True, False, "SPF was not evaluated: 10.0.0.25 has no address in public"),
        ({}, "nowhere.test", True, False, "SPF was not evaluated: nowhere.test has no address"),
        ({("bounce.oak.test", "TXT"): ['"v=spf1 exists:%{i}.x -all"']}, "8.8.8.7", True, False, "not evaluated"),
        ({("bounce.oak.test", "TXT"): ['"v=spf1 include:gone.test -all"']}, "8.8.8.7", False, True, "broken for every"),
    ):
        with name_server({**GOOD, **change}) as names:
            checks = check_domains(DnsRecords(names), "letters.oak.test", "bounce.oak.test", server=server)
        (one,) = [found for found in checks if found.check == "sending"]
        assert (one.is_good, one.is_sure, words in one.words) == (is_good, is_sure, True), one


def test_a_silent_or_misnamed_server_is_said() -> None:
    (port,) = free_ports(1)
    records = DnsRecords(f"127.0.0.1:{port}")
    records._resolver.lifetime = 0.2
    with pytest.raises(NoAnswer):
        records.texts("oak.test")
    with pytest.raises(WrongCall):
        DnsRecords("dns.example:53")
