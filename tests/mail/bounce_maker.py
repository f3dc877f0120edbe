"""Messages that come back, made in the shapes that mail servers have written them in for thirty years.

Every shape is filled with every reason it can carry; what it must be read as stands beside it. Words, headers and
structure follow the servers named; addresses and hosts are made up.
"""

# ruff: noqa: E501, ISC004 - messages are easier to compare with real ones as they stand

import base64
import quopri
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Cause:
    """Why a server refused: its reply, the status of a report, and how it must be read."""

    reply: str
    status: str
    kind: str
    why: str


CAUSES = (
    Cause("550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table", "5.1.1", "hard", "no-mailbox"),
    Cause("550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking "
          "the recipient's email address for typos", "5.1.1", "hard", "no-mailbox"),
    Cause("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup", "5.1.10", "hard", "no-mailbox"),
    Cause("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "5.4.1", "hard", "no-mailbox"),
    Cause("554 delivery error: dd This user doesn't have a yahoo.com account ({to})", "5.0.0", "hard", "no-mailbox"),
    Cause("550 No such user here", "5.0.0", "hard", "no-mailbox"),
    Cause("550 Requested action not taken: mailbox unavailable", "5.0.0", "hard", "no-mailbox"),
    Cause("553 sorry, no mailbox here by that name. (#5.7.1)", "5.7.1", "hard", "no-mailbox"),
    Cause("550 5.2.1 The email account that you tried to reach is disabled.", "5.2.1", "hard", "closed"),
    Cause("554 delivery error: dd Sorry your message to {to} cannot be delivered. This account has been disabled or discontinued", "5.0.0", "hard", "closed"),
    Cause("550 5.1.2 Host or domain name not found. Name service error for name=nowhere.test type=A: Host not found", "5.1.2", "hard", "no-domain"),
    Cause("556 5.1.10 <{to}>: Recipient address rejected: Domain nowhere.test does not accept mail (nullMX)", "5.1.10", "hard", "no-domain"),
    Cause("551 5.1.6 User has moved to another place", "5.1.6", "hard", "moved"),
    Cause("552 5.2.2 Mailbox full", "5.2.2", "soft", "full"),
    Cause("452-4.2.2 The email account that you tried to reach is over quota", "4.2.2", "soft", "full"),
    Cause("552 5.7.0 message size exceeds fixed maximum message size", "5.3.4", "soft", "too-large"),
    Cause("554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.test", "5.7.1", "soft", "blocked"),
    Cause("550 5.7.26 This mail has been blocked because the sender is unauthenticated. DMARC", "5.7.26", "soft", "blocked"),
    Cause("421 4.7.0 Our system has detected an unusual rate of unsolicited mail", "4.7.0", "soft", "blocked"),
    Cause("connect to mx.nowhere.test[192.0.2.9]:25: Connection timed out", "4.4.1", "soft", "no-answer"),
    Cause("550 4.4.7 QUEUE.Expired; message expired", "4.4.7", "soft", "no-answer"),
    Cause("451 4.3.0 Temporary lookup failure", "4.3.0", "soft", "trouble"),
    Cause("554 5.4.6 Routing loop detected -- too many hops", "5.4.6", "soft", "loop"),
    Cause("554 5.7.1 <{to}>: Relay access denied", "5.7.1", "soft", "relay"),
    Cause("450 4.2.0 <{to}>: Recipient address rejected: Greylisted, see http://postgrey.test/help", "4.2.0", "soft", "put-off"),
)  # fmt: skip
WITHOUT_REPORT = tuple(cause for cause in CAUSES if cause.why != "moved")
SAID_IN_WORDS = tuple(cause for cause in WITHOUT_REPORT if cause.why != "trouble")
ORIGINAL = (
    "Return-Path: <{mark}>\nFrom: Riverbend Schools <letters@portal.test>\nTo: {to}\nSubject: Welcome -- for Ana\n"
    "Auto-Submitted: auto-generated\nMessage-ID: <1@portal.test>\n"
)
Make = Callable[[Cause], str]


def _report(
    text: str, cause: Cause, *, action: str = "failed", head: str = "", given_back: str = "message/rfc822"
) -> str:
    return (
        f'{head}MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b/1"\n\n'
        f"This is a MIME-encapsulated message.\n\n--b/1\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n--b/1\n"
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.provider.test\n"
        f"Arrival-Date: Thu, 6 Aug 2026 12:00:00 +0000\n\nFinal-Recipient: rfc822; {{to}}\nAction: {action}\n"
        f"Status: {cause.status}\nRemote-MTA: dns; mx.nowhere.test\nDiagnostic-Code: smtp; {cause.reply}\n\n--b/1\n"
        f"Content-Type: {given_back}\n\n{ORIGINAL}\n--b/1--\n"
    )


def _daemon(subject: str, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.provider.test>") -> str:
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: <{{mark}}>\nSubject: {subject}\nDate: Thu, 6 Aug 2026 12:00:00 +0000\n"
    )


def postfix(cause: Cause) -> str:
    text = ("This is the mail system at host mx.provider.test.\n\nI'm sorry to have to inform you that your message could not\n"
            "be delivered to one or more recipients. It's attached below.\n\nFor further assistance, please send mail to "
            f"postmaster.\n\n                   The mail system\n\n<{{to}}>: host mx.nowhere.test said: {cause.reply}")  # fmt: skip
    return _report(text, cause, head=_daemon("Undelivered Mail Returned to Sender") + "Auto-Submitted: auto-replied\n")


def gmail(cause: Cause) -> str:
    text = ("** Message not delivered **\n\nYour message wasn't delivered to {to} because of what the other server says.\n\n"
            f"The response was:\n\n{cause.reply}")  # fmt: skip
    head = _daemon("Delivery Status Notification (Failure)", "Mail Delivery Subsystem <mailer-daemon@googlemail.com>")
    return _report(text, cause, head=head + "X-Failed-Recipients: {to}\nAuto-Submitted: auto-replied\n")


def exchange(cause: Cause) -> str:
    text = ("Delivery has failed to these recipients or groups:\n\n{to}\n\nDiagnostic information for administrators:\n\n"
            f"Generating server: mx.provider.test\n\n{{to}}\nRemote Server returned '{cause.reply}'")  # fmt: skip
    head = _daemon("Undeliverable: Welcome -- for Ana", "postmaster@provider.test")
    return _report(text, cause, head=head + "X-MS-Exchange-Message-Is-Ndr:\n", given_back="text/rfc822-headers")


def exim(cause: Cause) -> str:
    text = ("This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
            "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
            f"  {{to}}\n    SMTP error from remote mail server after RCPT TO:<{{to}}>:\n    host mx.nowhere.test: {cause.reply}"
            "\n\n------ This is a copy of the message, including all the headers. ------\n\n")  # fmt: skip
    head = _daemon(
        "Mail delivery failed: returning message to sender", "Mail Delivery System <Mailer-Daemon@mx.provider.test>"
    )
    return f"{head}Auto-Submitted: auto-replied\nX-Failed-Recipients: {{to}}\n\n{text}{ORIGINAL}"


def qmail(cause: Cause) -> str:
    text = ("Hi. This is the qmail-send program at mx.provider.test.\nI'm afraid I wasn't able to deliver your message to the "
            "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{to}>:\n192.0.2.9 "
            f"does not like recipient.\nRemote host said: {cause.reply}\nGiving up on 192.0.2.9.\n\n--- Below this line is a "
            "copy of the message.\n\n")  # fmt: skip
    return f"{_daemon('failure notice', 'MAILER-DAEMON@mx.provider.test')}\n{text}{ORIGINAL}"


def sendmail(cause: Cause) -> str:
    text = ("The original message was received at Thu, 6 Aug 2026 12:00:00 GMT\nfrom portal.test [192.0.2.7]\n\n   ----- The "
            "following addresses had permanent fatal errors -----\n<{to}>\n\n   ----- Transcript of session follows -----\n"
            f"... while talking to mx.nowhere.test.:\n>>> RCPT To:<{{to}}>\n<<< {cause.reply}\n\n   ----- Original message "
            "follows -----\n\n")  # fmt: skip
    return f"{_daemon('Returned mail: see transcript for details')}Auto-Submitted: auto-generated (failure)\n\n{text}{ORIGINAL}"


def courier(cause: Cause) -> str:
    text = ("This is a delivery status notification from mx.provider.test,\nrunning the Courier mail server.\n\nThe original "
            f"message was received from portal.test\n\nUNDELIVERABLE MAIL\n\nYour message to the following recipients cannot "
            f"be delivered:\n\n<{{to}}>:\n <<< {cause.reply}")  # fmt: skip
    return _report(text, cause, head=_daemon("NOTICE: mail delivery status.", '"Courier mail server" <@>'))


def old_mixed(cause: Cause) -> str:
    """As mail gateways did before RFC 1894: a text, and the message as an attachment."""
    return (
        f"{_daemon('Undeliverable mail', 'Postmaster <postmaster@gw.provider.test>')}MIME-Version: 1.0\n"
        f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nYour message could not be delivered "
        f"to:\n\n{{to}}\n\n{cause.reply}\n\n--x\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--x--\n"
    )


def only_html(cause: Cause) -> str:
    page = f"<html><style>p {{{{ color: red }}}}</style><p>Your message to <b>{{to}}</b> couldn't be delivered.<p>{cause.reply}</html>"
    return (
        f"{_daemon('Undeliverable: Welcome')}MIME-Version: 1.0\nContent-Type: text/html; charset=us-ascii\n\n{page}\n"
    )


def passed_on(cause: Cause) -> str:
    """A report that a gateway wrapped into a message of its own."""
    return (
        f"{_daemon('Delivery Status Notification (Failure)', 'postmaster@gw.provider.test')}MIME-Version: 1.0\n"
        f"Content-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: message/rfc822\n\n{postfix(cause)}\n--y--\n"
    )


def in_german(cause: Cause) -> str:
    text = f"Ihre Nachricht an {{to}} konnte nicht zugestellt werden.\nDer andere Server schrieb:\n{cause.reply}"
    return _report(text, cause, head=_daemon("=?utf-8?q?Unzustellbar=3A_Willkommen?=", "postmaster@anbieter.test"))


def without_diagnosis(cause: Cause) -> str:
    """Some reports have the reason in their text alone, and a status that says nothing."""
    made = postfix(cause)
    kept = [line for line in made.split("\n") if not line.startswith("Diagnostic-Code")]
    return "\n".join("Status: 4.0.0" if line.startswith("Status: 4") else line for line in kept)


FAILURES: tuple[tuple[Make, tuple[Cause, ...]], ...] = (
    (postfix, CAUSES), (gmail, CAUSES), (exchange, CAUSES), (courier, CAUSES), (passed_on, CAUSES), (in_german, CAUSES),
    (exim, WITHOUT_REPORT), (qmail, WITHOUT_REPORT), (sendmail, WITHOUT_REPORT), (old_mixed, WITHOUT_REPORT),
    (only_html, WITHOUT_REPORT), (without_diagnosis, SAID_IN_WORDS),
)  # fmt: skip


def _crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _lf(text: str) -> bytes:
    return text.encode()


def _mbox(text: str) -> bytes:
    return b"From MAILER-DAEMON Thu Aug  6 12:00:00 2026\n" + text.encode()


def _cut(text: str) -> bytes:
    """Servers cut what they give back, often inside a boundary."""
    return (text[: text.rindex("\n--")] if text.rstrip().endswith("--") else text).encode()


ENDINGS = (_crlf, _lf, _mbox, _cut)


def failures(mark: str) -> Iterator[tuple[str, bytes, Cause]]:
    """Yield more than a thousand reports of a failure: its name, its bytes and what it must be read as."""
    for (make, causes), ending in product(FAILURES, ENDINGS):
        for cause in causes:
            text = make(cause).replace("{to}", "carla.rivera@mail.example.org").replace("{mark}", mark)
            yield f"{make.__name__}{ending.__name__} {cause.reply[:40]}", ending(text), cause


def _plain(head: str, text: str) -> str:
    return f"{head}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"


_PERSON = "From: Carla Rivera <carla.rivera@mail.example.org>\nTo: <{mark}>\n"
NOT_FAILURES: tuple[tuple[str, str], ...] = (
    ("automatic", _plain(f"{_PERSON}Subject: Out of Office: Welcome\nAuto-Submitted: auto-replied", "I am away until Monday. "
                         "The account of my colleague has been disabled, so do not write there.")),
    ("automatic", _plain(f"{_PERSON}Subject: Automatic reply: Welcome\nX-Auto-Response-Suppress: All", "No longer employed here.")),
    ("automatic", _plain(f"Return-Path: <>\n{_PERSON}Subject: Re: Welcome\nPrecedence: auto_reply", "This mailbox is not read.")),
    ("automatic", _plain(f"{_PERSON}Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Welcome?=", "Je suis absente.")),
    ("automatic", _plain(f"{_PERSON}Subject: Abwesenheitsnotiz", "Ich bin nicht erreichbar. Postfach voll, bitte warten.")),
    ("automatic", _plain(f"{_PERSON}Subject: [Ticket 4711] We received your request\nAuto-Submitted: auto-generated", "Hi.")),
    ("challenge", _plain(f"{_PERSON}Subject: Please verify your message", "Spam Arrest: click the link below to have your mail "
                         "delivered. You only need to do this once.")),
    ("challenge", _plain("From: verify@boxbe.test\nTo: <{mark}>\nSubject: Your message to Carla", "Boxbe: your message is "
                         "waiting. Please confirm that you are a person.\nIt has not been delivered yet.")),
    ("receipt", f"{_PERSON}Subject: Read: Welcome\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type="
                "disposition-notification; boundary=z\n\n--z\nContent-Type: text/plain\n\nYour message was read.\n\n--z\n"
                "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n\n--z--\n"),
    ("receipt", "From: feedback@provider.test\nTo: <{mark}>\nSubject: complaint\nMIME-Version: 1.0\nContent-Type: "
                "multipart/report; report-type=feedback-report; boundary=z\n\n--z\nContent-Type: text/plain\n\nThis is an "
                "abuse report: the message was called spam.\n\n--z--\n"),
    ("delayed", _report("Your message has not been delivered yet. No action is required.", CAUSES[-2], action="delayed",
                        head=_daemon("Delayed Mail (still being retried)"))),
    ("delayed", _plain(_daemon("Warning: message 1abc delayed 24 hours").rstrip(), "A message that you sent has not yet been "
                       "delivered to one or more of its recipients after more than 24 hours.\nNo action is required on your "
                       "part. Delivery attempts will continue for some time.")),
    ("arrived", _report("Your message was delivered.", Cause("250 2.1.5 Ok", "2.1.5", "", ""), action="delivered",
                        head=_daemon("Successful Mail Delivery Report"))),
    ("arrived", _report("It was passed on.", Cause("250 2.1.5 Ok", "2.1.5", "", ""), action="relayed",
                        head=_daemon("Delivery Status Notification (Relay)"))),
    ("other", _plain(f"{_PERSON}Subject: Re: Welcome", "Thanks! Is the address of the school unknown to the bus driver?")),
    ("other", _plain(f"{_PERSON}Subject: ", "")),
    ("other", ""),
)  # fmt: skip


_YAHOO = "Sorry, we were unable to deliver your message to the following address.\n\n<{to}>:\n"
_QMAIL = ("Hi. This is the qmail-send program at q.test.\nI'm afraid I wasn't able to deliver your message to the following "
          "addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{to}>:\n")  # fmt: skip
IN_THEIR_OWN_WORDS: tuple[tuple[str, str, str, str], ...] = (
    ("no-mailbox", "Failure Notice", "MAILER-DAEMON@yahoo.test", f"{_YAHOO}554: delivery error: dd Not a valid recipient"),
    ("no-mailbox", "Failure Notice", "MAILER-DAEMON@yahoo.test", f"{_YAHOO}552: 1 Requested mail action aborted, mailbox not found"),
    ("full", "failure notice", "MAILER-DAEMON@q.test", f"{_QMAIL}The users mailfolder is over the allowed quota (size). (#5.2.2)"),
    ("no-domain", "failure notice", "MAILER-DAEMON@q.test", f"{_QMAIL}Sorry, I couldn't find any host named x.test. (#5.1.2)"),
    ("no-answer", "Mail delivery failed: returning message to sender", "Mailer-Daemon@exim.test",
     "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The "
     "following address(es) failed:\n\n  {to}\n    retry timeout exceeded"),
    ("no-mailbox", "DELIVERY FAILURE: User carla not listed in Domino Directory", "postmaster@domino.test",
     "Your message\n\n  Subject: Welcome\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  User carla ({to}) not listed in "
     "Domino Directory"),
    ("no-mailbox", "DELIVERY FAILURE: Multiple match", "postmaster@domino.test", "was not delivered to:\n  {to}\nbecause:\n  "
     "User carla matches more than one entry in the directory."),
    ("full", "DELIVERY FAILURE: Error delivering to carla/X", "postmaster@domino.test", "was not delivered to:\n  {to}\nbecause:\n"
     "  Error delivering to carla/X; Database has exceeded its size quota."),
    ("blocked", "**Message you sent blocked by our bulk email filter**", "barracuda@filter.test", "Your message to: {to}\nwas "
     "blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Welcome"),
    ("blocked", "Undelivered Mail Returned to Sender", "MAILER-DAEMON@pphosted.test", "<{to}>: host mx.x.test said: 554 Blocked - "
     "see https://ipcheck.proofpoint.test/?ip=192.0.2.7"),
    ("blocked", "Mail delivery failed", "MAILER-DAEMON@t.test", "<{to}>: 554 IP=192.0.2.7 - A problem occurred. Ask your postmaster "
     "for help or to contact tosa@t.test to clarify. (BL)"),
    ("no-mailbox", "[Postmaster] Email Delivery Failure", "postmaster@mimecast.test", "This is a delivery failure notification "
     "message indicating that\nan email you addressed to email address :\n-- {to}\n\ncould not be delivered. The problem appears to "
     "be :\n-- Recipient email server rejected the message\n\nAdditional information follows :\n-- 5.4.1 [{to}]: Recipient address "
     "rejected: Access denied"),
    ("no-mailbox", "Message status - undeliverable", "Mailer-Daemon@groupwise.test", "The message that you sent was undeliverable to "
     "the following:\n\tcarla (user not found)"),
    ("no-mailbox", "Undeliverable Message", "MAILER-DAEMON@ironport.test", "The following message to <{to}> was undeliverable.\nThe "
     "reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 unknown user'"),
    ("no-domain", "Message Delivery Failure", "Postmaster@me.test", "The message could not be delivered because the domain name "
     "(x.test) does not appear to be registered."),
    ("no-mailbox", "Non remis : Bienvenue", "postmaster@fr.test", "Échec de la remise à {to}\nL'adresse que vous avez entrée est "
     "introuvable."),
    ("full", "Correo no entregado", "mailer-daemon@es.test", "Su mensaje no pudo ser entregado. El buzón del destinatario está lleno."),
    ("no-mailbox", "Mensagem devolvida", "mailer-daemon@pt.test", "Não foi possível entregar sua mensagem. Usuário desconhecido."),
    ("full", "Mancata consegna", "mailer-daemon@it.test", "Il messaggio non può essere recapitato: casella piena"),
    ("no-mailbox", "=?utf-8?b?57O757uf6YCA5L+h?=", "Postmaster@163.test", "User not found, MI:NUF"),
)  # fmt: skip
"""What servers of other makes than those above write without fields: the reason, the title, who writes, the words."""


def in_own_words(mark: str) -> Iterator[tuple[str, bytes]]:
    """Yield these reports, each by the reason it must be read as."""
    for why, title, sender, text in IN_THEIR_OWN_WORDS:
        raw = _plain(_daemon(title, sender).rstrip(), text)
        yield why, _crlf(raw.replace("{to}", "carla.rivera@mail.example.org").replace("{mark}", mark))


def others(mark: str) -> Iterator[tuple[str, bytes]]:
    """Yield what comes to the bounce address and says nothing of a failure."""
    for kind, text in NOT_FAILURES:
        for ending in (_crlf, _lf):
            yield kind, ending(text.replace("{to}", "carla.rivera@mail.example.org").replace("{mark}", mark))


def wrapped(raw: bytes, encoding: str) -> bytes:
    """Return a plain report with its text in base64 or quoted-printable."""
    head, _, text = raw.partition(b"\n\n")
    body = base64.encodebytes(text) if encoding == "base64" else quopri.encodestring(text)
    return (
        head
        + f"\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n".encode()
        + body
    )
