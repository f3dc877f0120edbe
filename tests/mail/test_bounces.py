"""What comes back is read as mail servers have written it for thirty years, and nothing else is taken for it."""

from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.flows.sending.note_bounce import NotOurs, whose
from portal.kernel.secrets.keys import KeyRing, MasterKey
from portal.kernel.text.addresses import OneAddress
from portal.mail.returned.bounce_reasons import code_in, weigh, why_of
from portal.mail.returned.bounces import read_report
from portal.mail.returned.reports import MOST_BYTES, Report
from portal.mail.returned.verp import bounce_address
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


FIELDS = b"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n"


def fields(text: bytes = FIELDS, *, kind: bytes = b"delivery-status", head: bytes = b"", top: bytes = b"B") -> bytes:
    parts = b"--B\nContent-Type: message/" + kind + b"\n" + head + b"\n" + text + b"\n--B--\n"
    return b"From: MAILER-DAEMON@mx.test\nContent-Type: multipart/report; boundary=" + top + b"\n\n" + parts


def failed(words: str, status: str = "5.0.0") -> bytes:
    return fields(f"Action: failed\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n".encode())


def titled(title: str, charset: str = "utf-8", text: str = "...", head: str = "") -> bytes:
    """Write a title in bare bytes, as no header may be (RFC 5322, 2.2), and many are."""
    head += f"Content-Type: text/plain; charset={charset}\n"
    return f"From: a@b.test\nSubject: {title}\n{head}\n{text}\n".encode(charset)


def receipt(text: str) -> bytes:
    """Write what a mail program answers of a message (RFC 8098), or of one that a rule refused (RFC 5429, 2.1)."""
    kind = "disposition-notification"
    head = f"From: Carla <c@d.test>\nContent-Type: multipart/report; report-type={kind}; boundary=B"
    said = "Disposition: automatic-action/MDN-sent-automatically; deleted"
    return f"{head}\n\n--B\n\n{text}\n--B\nContent-Type: message/{kind}\n\n{said}\n--B--\n".encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (titled("系统退信", text="您的邮件未能送达。550 User not found"), "hard"),
        (titled("系统退信", "gbk", text="您的邮件未能送达。550 User not found"), "hard"),
        (titled("Сообщение не доставлено", "koi8-r", text="550 user not found"), "hard"),
        (titled("Échec de la remise", "latin-1", text="Cette adresse n'existe pas."), "hard"),
        (titled("自动回复：您的信", "gbk"), "automatic"),
        (titled("自動回覆: 信", "big5"), "automatic"),
        (titled("رد تلقائي: رسالتك"), "automatic"),
        (titled("Trả lời tự động: Thư"), "automatic"),
        (titled("Fuera de la oficina: Carta"), "automatic"),
        (titled("Confirme sua mensagem", text="Clique no link. AntiSpam UOL"), "challenge"),
        (fields(head=b"Content-Transfer-Encoding: base64\n", text=b64encode(FIELDS)), "hard"),
        (fields(head=b"Content-Transfer-Encoding: quoted-printable\n", text=FIELDS.replace(b"1.1", b"1=2E1")), "hard"),
        (fields(kind=b"global-delivery-status"), "hard"),
        (fields(FIELDS.replace(b"failed", b"delivered (to mailbox)")), "arrived"),
        (fields(b"550 5.1.1 <a@b.test>: User unknown", top=b""), "hard"),
        (failed("DNS Error: DNS type 'mx' lookup of b.test responded with code NXDOMAIN", "4.0.0"), "hard"),
        (failed("DNS Error: DNS type 'mx' lookup of b.test responded with code SERVFAIL", "4.0.0"), "soft"),
        (failed("552-5.2.2 The recipient's inbox is out of storage space and inactive."), "soft"),
        (failed("550 Administrative prohibition"), "soft"),
        (failed("550 Sender verify failed"), "soft"),
        (failed("550-5.2.1 The user you are trying to contact is receiving mail at a rate that", "5.2.1"), "soft"),
        (failed("550 5.5.0 Sender domain does not exist", "5.5.0"), "soft"),
        (titled("Re: delivery of the books failed", text="The books were not delivered."), "other"),
        (fields(FIELDS, top=b"B").replace(b"--B--", b"--B\n\nScanned for all viruses on behalf of us.\n--B--"), "hard"),
        (failed("550 5.0.0 Permanent failure"), "soft"),
        (titled("failure notice"), "other"),
        (titled("failure notice", text="Hello! Is there a letter from school? I got none."), "other"),
        (titled("Undeliverable: We have moved to Elm Street", text="Your message did not reach c@d.test."), "soft"),
        (titled("Undeliverable: x", text="Your message\n Subject: Bob: user unknown\ndid not reach c@d.test."), "soft"),
        (titled("Undeliverable: x", text="did not reach c@d.test.\n> X-Loop: 1\n> no such user\n"), "soft"),
        (b"From: <>\n\nYou sent mail to c@d.test. That's not a valid user here.", "hard"),
        (b"From: MAILER-DAEMON@d.test\nSubject: failure notice\n\nThis is a permanent error; I've given up.", "soft"),
        (b"From: post_master@d.test\nSubject: Re:Welcome\n\nError: Invalid user address", "hard"),
        (receipt("Your message to <c@d.test> was automatically rejected:\nQuota exceeded"), "soft"),
        (receipt("Your message was deleted without being read."), "receipt"),
        (titled("RE: Welcome", text="Please click to have your address added to the allowed\nlist."), "challenge"),
        (failed("554 5.2.122 The recipient has exceeded their limit for the number of messages an hour"), "soft"),
    ],
)
def test_what_stands_otherwise_than_it_may_is_read_as_it_is_meant(raw: bytes, kind: str) -> None:
    assert read_report(raw).kind == kind


def test_a_line_left_free_in_the_middle_does_not_part_what_is_said_of_one_address() -> None:
    raw = fields(b"Final-Recipient: rfc822; c@d.test\nAction: failed\n\nStatus: 5.2.2\nDiagnostic-Code: x; over quota")
    assert read_report(raw) == Report("soft", "full", "5.2.2")


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
        ("5.9.9", "unclear", "soft"),
        ("", "unclear", "soft"),
        ("", "closed", "hard"),
    ],
)
def test_four_means_not_now_and_a_no_without_a_reason_leaves_the_address_be(code: str, why: str, weight: str) -> None:
    assert weigh(why, code) == weight  # type: ignore[arg-type]  # as they stand above


SAYINGS = """
550 5.7.1 Unknown user | hard no-mailbox
550 5.1.1 rejected | hard no-mailbox
550 5.1.1 rejected, sender is on a spam list | soft blocked
550 NO_SUCH_USER - see https://help.mx.test/ | hard no-mailbox
550-c@d.test is not an active address at 550 this host | hard closed
551 <c@d.test> is a deactivated mailbox | hard closed
550 5.2.1 mailbox of c@d.test temporarily locked | soft closed
550 5.1.2 no such domain here | hard no-domain
Name service error for name=d.test type=MX: Host not found, try again | soft no-domain
4.4.4 Temporary server error, please try again later | soft busy
550 5.1.1 RCPT TO:<c@d.test> max message size exceeded | soft too-large
452 <c@d.test> mailbox size limit exceeded | soft full
550 <c@d.test> has too many messages on the server | soft full
552 there is not enough storage space in the user's box | soft full
550 5.4.5 daily sending quota exceeded | soft busy
421 4.3.1 insufficient system storage | soft trouble
554 5.4.14 Hop count exceeded - possible mail loop | soft loop
mail for d.test loops back to myself | soft loop
554 too many hops 26 (25 max) | soft loop
550 5.7.1 Unable to relay for c@d.test | soft relay
550-mx.d.test is not permitted to 550 relay through this server | soft relay
553 that domain isn't in my list of allowed rcpthosts | soft relay
451 4.7.1 Greylisting in action, please come back later | soft put-off
451 192.0.2.7 is not yet authorized to deliver mail from <a@b.test>. Please try later. | soft put-off
554 5.7.1 <c@d.test>: Recipient address rejected: Access denied | soft blocked
550 5.4.1 Recipient address rejected: Access denied | hard no-mailbox
550 5.1.8 Access denied, bad outbound sender | soft blocked
553 5.1.7 The sender address is not a valid address | soft blocked
450 4.7.25 Client host rejected: cannot find your hostname | soft blocked
550 5.7.25 does not match the IP address of the hostname | soft blocked
550 5.1.1 Refused due to recipient preferences | soft blocked
550 your server requires confirmation, visit https://allow.d.test | soft blocked
554 service currently unavailable | soft no-answer
all hosts for d.test have been failing for a long time | soft no-answer
Connection was dropped by remote host | soft no-answer
Exceeded maximum delivery attempts | soft no-answer
create maildir file: Permission denied | soft trouble
sh: no such file or directory | soft trouble
554 no Resent-From field given | soft unclear
553 authentication failed | soft blocked
553 your mailbox is restricted | soft blocked
553 no | soft unclear
550-I'm sorry but c@d.test does not have an account here. | hard no-mailbox
451 system busy, try again later | soft busy
connection with mx.d.test is broken | soft no-answer
5.0.0 | soft unclear
<virus.unknown.user@d.test>: 550 no | soft unclear
"""


@pytest.mark.parametrize("line", SAYINGS.strip().splitlines())
def test_a_sentence_says_more_than_its_code_and_doubt_is_never_hard(line: str) -> None:
    said, _, meant = line.rpartition(" | ")
    code = code_in(said)
    why = why_of(said, code)
    assert f"{weigh(why, code, said)} {why}" == meant


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


RING = KeyRing((MasterKey("k001", "2026-01-01", b"s" * 32),))
SHAPES = [raw for _, raw, _ in failures(bounce_address(RING, NOTICE, OneAddress.parse("back@birchwood.test")).text)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHAPES), st.floats(0, 1), st.binary(max_size=6), st.sampled_from(["cut", "whole"]))
def test_no_damage_leads_a_report_to_another_notice_or_stops_the_reading(
    raw: bytes, share: float, patch: bytes, rest: str
) -> None:
    at = int(share * len(raw))
    damaged = raw[:at] + patch + (b"" if rest == "cut" else raw[at + len(patch) :])
    read_report(damaged)
    with suppress(NotOurs):
        assert whose(RING, damaged) == NOTICE
