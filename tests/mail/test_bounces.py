"""What comes back is read as mail servers have written it for thirty years, and nothing else is taken for it."""

import pytest

from portal.flows.note_bounce import whose
from portal.kernel.addresses import OneAddress
from portal.kernel.keys import KeyRing
from portal.mail.bounce_reasons import weigh, why_of
from portal.mail.bounces import MOST_BYTES, read_report
from portal.mail.verp import bounce_address
from tests.mail.bounce_maker import CAUSES, ENDINGS, exim, failures, in_own_words, others, qmail, wrapped

NOTICE = "0123456789abcdef" * 2
MARK = f"bounce+{NOTICE}.{'a' * 16}@birchwood.test"


def test_a_thousand_reports_of_many_servers_are_read_right() -> None:
    made = list(failures(MARK))
    assert len(made) > 1000
    wrong = {name: report for name, raw, cause in made
             if (report := read_report(raw)).kind != cause.kind or report.why != cause.why}  # fmt: skip
    assert wrong == {}


def test_reports_in_a_servers_own_words_are_read_right() -> None:
    found = [(why, read_report(raw).why, read_report(raw).is_failure) for why, raw in in_own_words(MARK)]
    assert found == [(why, why, True) for why, _, _ in found]


def test_a_report_of_any_shape_leads_to_its_notice(keys: KeyRing) -> None:
    mark = bounce_address(keys, NOTICE, OneAddress.parse("back@birchwood.test")).text
    for name, raw, _ in failures(mark):
        assert whose(keys, raw) == NOTICE, name


def test_greetings_delays_receipts_and_letters_are_no_failures() -> None:
    assert [(kind, read_report(raw).kind) for kind, raw in others(MARK)] == [(kind, kind) for kind, _ in others(MARK)]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_text_may_be_encoded(encoding: str) -> None:
    for make in (exim, qmail):
        raw = ENDINGS[1](make(CAUSES[0]).replace("{to}", "carla.rivera@mail.example.org"))
        assert read_report(wrapped(raw, encoding)).why == "no-mailbox"


@pytest.mark.parametrize(
    ("code", "why", "weight"),
    [
        ("4.1.1", "no-mailbox", "soft"),
        ("5.1.1", "no-mailbox", "hard"),
        ("5.2.2", "full", "soft"),
        ("5.7.1", "blocked", "soft"),
        ("5.9.9", "unclear", "hard"),
        ("", "unclear", "soft"),
        ("", "closed", "hard"),
    ],
)
def test_four_means_not_now_and_five_without_a_reason_means_the_address(code: str, why: str, weight: str) -> None:
    assert weigh(why, code) == weight  # type: ignore[arg-type]  # as they stand above


def test_a_sentence_says_more_than_its_code() -> None:
    assert why_of("550 5.7.1 Unknown user", "5.7.1") == "no-mailbox"
    assert why_of("550 5.1.1 rejected, sender is on a spam list", "5.1.1") == "blocked"
    assert why_of("550 5.1.1 rejected", "5.1.1") == "no-mailbox"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff" * 1000,
        b"Content-Type: multipart/report; boundary=" + b"b" * 90_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5000)),
        b"Content-Type: text/html\nFrom: MAILER-DAEMON\n\n" + b"<style>" * 40_000,
        b"From: MAILER-DAEMON\nSubject: =?utf-8?b?" + b"A" * 5000 + b"\n\n" + b"user " * 60_000,
        b"From: MAILER-DAEMON\n\n" + b"- " * 120_000,
        b"Content-Type: text/plain; charset=no-such\nFrom: MAILER-DAEMON\n\nuser unknown",
        b"Content-Type: message/delivery-status\n\nAction: failed\n" * 3000,
        b"Subject: x\n\n" + b"A" * (2 * MOST_BYTES),
    ],
    ids=range(9),
)
def test_whatever_a_stranger_sends_is_read_without_harm(raw: bytes) -> None:
    assert read_report(raw).kind in {"hard", "soft", "delayed", "challenge", "other"}
