"""The mail system in front, with the rule as it is printed: it hands over what is for families and has files."""

import json
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from portal.arrivals.tables import Arrival, ArrivalRecipient, Gathering
from portal.cli.operation.probing_gate import Probing, begin, send_probe, told_of_probe, wait_for
from portal.gate import replies
from portal.gate.in_front.front import Front
from portal.gate.in_front.postfix import AGAIN, LAST, postfix_rule
from portal.kernel.errors import NotFound
from portal.kernel.text.addresses import OneAddress
from portal.ledger import repository as ledger
from portal.wiring import House
from tests.cast import Cast
from tests.gate.conftest import GATE, SECRET
from tests.gate.gates import FAMILY, WRITER, Client, letter
from tests.mail.servers import HOST
from tests.parts.postfix import Postfix, postfix
from tests.parts.process import free_ports

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@contextmanager
def in_front(starttls_port: int, authority: Path) -> Iterator[Postfix]:
    """Run Postfix with a rule as it is printed; only names that nobody looks up here are other ones."""
    port, again, last = free_ports(3)
    rule = postfix_rule(Front.of(host=GATE, port=starttls_port, domains=["riverbend.example.org"], secret=SECRET))
    for was, now in (
        (f"[{GATE}]", f"[{HOST}]"),
        (str(AGAIN), str(again)),
        (str(LAST), str(last)),
        ("content_filter=smtp:", "content_filter=discard:"),
    ):
        rule = rule.replace(was, now)
    files = {}
    for section in rule.split("### ")[1:]:
        path, _, text = section.partition("\n")
        files[Path(path).name] = text
    files["authority.pem"] = authority.read_text()
    files["main.cf"] += "smtp_tls_CAfile = /etc/postfix/authority.pem\nrelay_domains = riverbend.example.org\n"
    files["main.cf"] += "parent_domain_matches_subdomains =\n"
    files["main.cf"] += "transport_maps = inline:{ riverbend.example.org=discard: }\n"
    with postfix(port=port, files=files) as running:
        yield running


def wait_until_left(running: Postfix, times: int) -> None:
    until = time.monotonic() + 30
    while running.journal().count(": removed") < times:
        assert time.monotonic() < until, running.journal()[-3000:]
        time.sleep(0.02)


def test_four_hundred_in_bcc_are_one_arrival_and_nothing_else_is_handed_over(
    house: House, starttls_port: int, issued: Path
) -> None:
    families = [f"family.{number}@mail.example.org" for number in range(400)]
    with in_front(starttls_port, issued / "authority.pem") as running:
        with smtplib.SMTP(HOST, running.port) as program:
            forged = letter(to="undisclosed-recipients:;", X_Portal_Gate="a-secret-that-somebody-made-up")
            program.sendmail(WRITER, [*families, "omar@riverbend.example.org"], forged)
            program.sendmail(WRITER, [FAMILY], letter("No file", file=b""))
            program.sendmail(WRITER, ["omar@riverbend.example.org"], letter("For a colleague"))
            program.sendmail("stranger@mail.example.org", [WRITER], letter("From outside"))
        wait_until_left(running, 4 + 8 + 8 + 1)
        journal = running.journal()
    with house.db.read() as session:
        (arrival,) = session.exec(select(Arrival)).all()
        assert len(session.exec(select(ArrivalRecipient)).all()) == len(families)
        assert [one.door for one in session.exec(select(Gathering))] == ["rule"]
    assert arrival.files == 1
    assert journal.count(f"status=sent ({replies.TAKEN}") == len(families)
    assert journal.count("to=<omar@riverbend.example.org>, relay=none") == 2, "colleagues get theirs as ever"
    assert SECRET not in journal


def test_a_probe_comes_through_the_rule_and_becomes_no_gathering(
    house: House, starttls_port: int, issued: Path
) -> None:
    with in_front(starttls_port, issued / "authority.pem") as running:
        settings = house.settings.model_copy(update={"smtp_url": SecretStr(f"smtp://{HOST}:{running.port}")})
        sending = replace(house, settings=settings)
        probing = begin(sending)
        sent = send_probe(sending, probing, OneAddress.parse(WRITER))
        saw = wait_for(sending, probing, seconds=20)
    assert sent["taken"]
    assert saw == {"tls": True, "secret": True, "staff": True, "file": True}
    with house.db.read() as session:
        assert session.exec(select(Gathering)).all() == []
        (entry,) = [one for one in ledger.latest(session) if one.act == "gate:probe"]
    assert WRITER not in entry.body.decode()


def test_a_probe_says_what_did_not_hold(house: House, starttls_port: int) -> None:
    probing = begin(house)
    with Client(starttls_port) as client:
        client.start_tls()
        raw = letter(sender="stranger@riverbend.example.org", file=b"")
        assert client.hand_in(raw, probing.to.text) == replies.PROBED
    saw = wait_for(house, probing, seconds=0)
    assert saw == {"tls": True, "secret": False, "staff": False, "file": False}
    told = told_of_probe({"taken": True, "saw": saw, "to": probing.to.text})
    assert [standing for standing, _, _ in told] == ["safe", "safe", "unsafe", "unsafe", "unsafe"]


def test_a_probe_is_told_that_never_came_and_nobody_sends_one_for_a_stranger(house: House, cast: Cast) -> None:
    del cast
    probing = begin(house)
    assert wait_for(house, Probing("0" * 12, probing.to, probing.after), seconds=0) is None
    (said,) = told_of_probe({"taken": True, "saw": None, "to": probing.to.text, "seconds": 0})
    assert "saw nothing" in said[1]
    with pytest.raises(NotFound):
        send_probe(house, probing, OneAddress.parse("stranger@riverbend.example.org"))


def test_a_probe_is_noted_three_times_at_most(house: House, starttls_port: int) -> None:
    probing = begin(house)
    with Client(starttls_port) as client:
        client.start_tls()
        for _ in range(5):
            assert client.hand_in(letter(), probing.to.text) == replies.PROBED
    with house.db.read() as session:
        noted = [json.loads(one.body)["probe"] for one in ledger.latest(session) if one.act == "gate:probe"]
    assert noted == [probing.id] * 3
