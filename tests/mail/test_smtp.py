"""SMTP as it goes wrong: hostile text, hostile servers, tired connections."""

import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.errors import StartRefused
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.wire import on_the_wire
from portal.mail.transport.room import Accepted, Outcome, PermanentFailure, RetryableFailure, Withdrawn
from portal.mail.transport.smtp import SmtpRoom, SmtpServer
from tests.mail.servers import HOST, scripted, sink

MESSAGE = b"Subject: Welcome\r\n\r\nHello\r\n"


def a_room(port: int, scheme: str = "smtp", sign_in: str = "", timeout: float = 5) -> SmtpRoom:
    return SmtpRoom(SmtpServer.parse(f"{scheme}://{sign_in}{HOST}:{port}"), own_name="portal.test", timeout=timeout)


async def wanted() -> bool:
    return True


async def unwanted() -> bool:
    return False


async def send(room: SmtpRoom, message: bytes = MESSAGE, *, still: bool = True) -> Outcome:
    return await room.deliver(
        message,
        envelope_from=OneAddress.parse("bounce+1@birchwood.test"),
        to=OneAddress.parse("marta@families.test"),
        still_wanted=wanted if still else unwanted,
    )


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [
        b"\n.\n",
        b"\r.\r",
        b"\r\n.\r\nMAIL FROM:<evil@evil.test>\r\nRCPT TO:<all@evil.test>\r\nDATA\r\nhello\r\n.\r\n",
        b"\n.\r\nMAIL FROM:<evil@evil.test>\r\n",
        b"\r\n.\nMAIL FROM:<evil@evil.test>\n",
        b"\r.\r\nRSET\r\n",
        b".",
    ],
)
async def test_no_text_ends_its_own_message(body: bytes) -> None:
    async with sink() as server:
        room = a_room(server.port)
        assert isinstance(await send(room, MESSAGE + b"before" + body + b"after"), Accepted)
        assert isinstance(await send(room, MESSAGE + b"the next one\r\n"), Accepted)
        await room.close()
    assert [kept.message.count(b"Subject:") for kept in server.delivered] == [1, 1]
    assert server.delivered[0].message.endswith(b"after\r\n")
    assert server.rcpt_tos == [["marta@families.test"]] * 2


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"\r\n.\r\n", b"Subject: x"])).map(b"".join))
def test_whatever_a_text_holds_a_server_reads_its_lines_and_one_end(text: bytes) -> None:
    """As a server reads it (RFC 5321, 4.5.2): to the first line that is one dot, a leading dot taken off."""
    lines = on_the_wire(text).split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert lines.index(b".") == len(lines) - 2
    assert lines[-1] == b""
    read = [line.removeprefix(b".") for line in lines[:-2]]
    meant = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert b"\n".join(read) == meant.removesuffix(b"\n")


@pytest.mark.anyio
async def test_a_server_without_starttls_gets_nothing() -> None:
    async with scripted() as server:
        outcome = await send(a_room(server.port, "smtp+starttls"))
    assert outcome == RetryableFailure(
        "The mail server does not offer STARTTLS, so the way to it is not safe. Nothing was sent.", room_is_shut=True
    )
    assert not any(command.startswith(("MAIL", "AUTH")) for command in server.commands)


@pytest.mark.usefixtures("trusted")
@pytest.mark.anyio
async def test_replies_smuggled_in_before_the_handshake_are_not_believed() -> None:
    async with scripted({"STAR": ["220 go\r\n250-post.test\r\n250 AUTH PLAIN"]}, ["STARTTLS"]) as server:
        outcome = await send(a_room(server.port, "smtp+starttls", "user:secret@", timeout=1))
    assert isinstance(outcome, RetryableFailure)
    assert outcome.room_is_shut
    assert [command for command in server.commands if command.isascii()][:2] == ["EHLO portal.test", "STARTTLS"]
    assert not any("AUTH" in command or "MAIL" in command for command in server.commands)


@pytest.mark.usefixtures("trusted")
@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_of_a_stranger_gets_nothing(scheme: str) -> None:
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(HOST).configure_cert(theirs)
    async with sink(tls=theirs, at_once=scheme == "smtps") as server:
        outcome = await send(a_room(server.port, scheme))
    assert isinstance(outcome, RetryableFailure)
    assert outcome.room_is_shut
    assert "certificate" in outcome.reply
    assert server.delivered == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_for_another_host_gets_nothing(scheme: str, authority: trustme.CA) -> None:
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.test").configure_cert(other)
    async with sink(tls=other, at_once=scheme == "smtps") as server:
        outcome = await send(a_room(server.port, scheme))
    assert isinstance(outcome, RetryableFailure)
    assert outcome.room_is_shut
    assert server.delivered == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_room_signs_in_with_the_name_and_password_of_its_address(
    scheme: str, server_tls: ssl.SSLContext
) -> None:
    async with sink(tls=server_tls, at_once=scheme == "smtps", sign_in=True) as server:
        room = a_room(server.port, scheme, "post%40birchwood:pa%3Ass%2Fword@")
        assert isinstance(await send(room), Accepted)
        await room.close()
    assert server.signed_in_as == [b"post@birchwood"]


@pytest.mark.usefixtures("trusted")
@pytest.mark.anyio
async def test_a_wrong_password_is_our_fault_and_not_the_messages(server_tls: ssl.SSLContext) -> None:
    async with sink(tls=server_tls, at_once=True, sign_in=True) as server:
        outcome = await send(a_room(server.port, "smtps", "post:wrong@"))
    assert isinstance(outcome, RetryableFailure)
    assert outcome.room_is_shut
    assert "535" in outcome.reply
    assert "wrong" not in outcome.reply


@pytest.mark.anyio
async def test_a_server_that_is_not_there_shuts_the_room_and_loses_nothing() -> None:
    async with scripted() as server:
        port = server.port
    assert await send(a_room(port)) == RetryableFailure(
        "The mail server cannot be reached. Nothing was sent.", room_is_shut=True
    )


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"HELLO": ["421 4.3.2 Closing"]}, RetryableFailure),
        ({"HELLO": ["554 No mail here"]}, RetryableFailure),
        ({"EHLO": ["421 4.3.2 Closing"]}, RetryableFailure),
        ({"MAIL": ["421 4.3.2 Closing"]}, RetryableFailure),
        ({"MAIL": ["450 4.7.1 Slow down"]}, RetryableFailure),
        ({"MAIL": ["550 5.7.1 Not this sender"]}, RetryableFailure),
        ({"MAIL": ["530 5.7.0 Sign in first"]}, RetryableFailure),
        ({"RCPT": ["421 4.3.2 Closing"]}, RetryableFailure),
        ({"RCPT": ["452 4.5.3 Too many"]}, RetryableFailure),
        ({"DATA": ["451 4.3.0 Not now"]}, RetryableFailure),
        ({"DATA": ["554 5.6.0 No"]}, PermanentFailure),
        ({"TEXT": ["552 5.3.4 Too big"]}, PermanentFailure),
        ({"MAIL": [None]}, RetryableFailure),
        ({"RCPT": [None]}, RetryableFailure),
        ({"DATA": [None]}, RetryableFailure),
        ({"TEXT": [None]}, RetryableFailure),
        ({"RCPT": ["nonsense"]}, RetryableFailure),
        ({"RCPT": ["250-endless\r\n" * 4000]}, RetryableFailure),
    ],
)
async def test_each_answer_is_judged(answers: dict[str, list[str | None]], outcome: type[Outcome]) -> None:
    async with scripted(answers) as server:
        room = a_room(server.port)
        first = await send(room)
        assert isinstance(first, outcome)
        assert isinstance(await send(room), Accepted), "the room is fit for the next message"
        await room.close()
    assert len(server.messages) == (2 if "TEXT" in answers else 1)


@pytest.mark.anyio
async def test_a_server_that_falls_silent_is_not_waited_for() -> None:
    async with scripted({"RCPT": [""]}) as server:  # which greets within the second on a busy machine too
        assert await send(a_room(server.port, timeout=1)) == RetryableFailure("The mail server did not answer in time.")


@pytest.mark.anyio
async def test_a_withdrawn_message_is_reset_before_any_text() -> None:
    async with scripted() as server:
        room = a_room(server.port)
        assert await send(room, still=False) == Withdrawn()
        assert isinstance(await send(room), Accepted)
        await room.close()
    assert [command.split()[0] for command in server.commands] == [
        "EHLO",
        *["MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "QUIT"],
    ]
    assert server.connections == 1


@pytest.mark.anyio
@pytest.mark.parametrize("ends", ["hangs up", "421"])
async def test_a_connection_that_ended_while_idle_costs_nothing(ends: str) -> None:
    async with scripted({"MAIL": ["250 OK", *(["421 Enough for one connection"] if ends == "421" else [])]}) as server:
        room = a_room(server.port)
        assert isinstance(await send(room), Accepted)
        if ends == "hangs up":
            server.hang_up()
        assert isinstance(await send(room), Accepted)
        await room.close()
    assert (server.connections, len(server.messages)) == (2, 2)


@pytest.mark.anyio
async def test_bounces_are_asked_to_come_without_the_text_where_that_is_offered() -> None:
    async with scripted(extensions=["DSN"]) as offers, scripted() as does_not:
        for server in (offers, does_not):
            room = a_room(server.port)
            await send(room)
            await room.close()
    assert offers.commands[1] == "MAIL FROM:<bounce+1@birchwood.test> RET=HDRS"
    assert does_not.commands[1] == "MAIL FROM:<bounce+1@birchwood.test>"


@pytest.mark.anyio
async def test_letters_beyond_ascii_are_only_sent_where_they_are_understood() -> None:
    eight_bit, international = MESSAGE + "Łukasz".encode(), "Subject: Łukasz\r\n\r\nHi".encode()
    async with scripted(extensions=["8BITMIME", "SMTPUTF8"]) as able, scripted() as unable:
        room, other = a_room(able.port), a_room(unable.port)
        assert isinstance(await send(room, eight_bit), Accepted)
        assert isinstance(await send(room, international), Accepted)
        assert isinstance(await send(other, eight_bit), PermanentFailure)
        assert isinstance(await send(other), Accepted)
        await room.close()
        await other.close()
    assert [command.partition("> ")[2] for command in able.commands if command.startswith("MAIL")] == [
        "BODY=8BITMIME",
        "BODY=8BITMIME SMTPUTF8",
    ]


@pytest.mark.anyio
async def test_a_servers_words_are_shown_without_tricks() -> None:
    async with scripted({"RCPT": ["550-5.1.1 No\x1b[31m such\r\n550 " + "mailbox \u202e" * 200]}) as server:
        outcome = await send(a_room(server.port))
    assert isinstance(outcome, PermanentFailure)
    assert outcome.reply.startswith("550 5.1.1 No[31m such mailbox mailbox")
    assert len(outcome.reply) <= 300
    assert outcome.reply.isprintable()


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("smtp://127.0.0.1", SmtpServer("plain", "127.0.0.1", 25)),
        ("smtp+starttls://mail.test", SmtpServer("starttls", "mail.test", 587)),
        ("smtps://u%40x:p%3A@mail.test:2465", SmtpServer("tls", "mail.test", 2465, "u@x", "p:")),
        ("smtp://u:p@localhost:1025", SmtpServer("plain", "localhost", 1025, "u", "p")),
    ],
)
def test_an_address_says_where_and_how(url: str, meant: SmtpServer) -> None:
    assert SmtpServer.parse(url) == meant


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.test",
        "mail.test:25",
        "smtps://",
        "smtps://mail.test:port",
        "smtps://mail.test/path",
        "smtps://mail.test?tls=no",
        "smtp://user:secret@mail.test",
    ],
)
def test_an_address_that_is_none_stops_the_start_without_its_password(url: str) -> None:
    with pytest.raises(StartRefused) as refused:
        SmtpServer.parse(url)
    assert "PORTAL_SMTP_URL" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_password_is_not_printed() -> None:
    assert "secret" not in repr(SmtpServer.parse("smtps://user:secret@mail.test"))


@pytest.mark.anyio
@pytest.mark.parametrize("reply", ["550 5.7.1 Not this sender", "555 5.5.4 RET is not known here"])
async def test_a_no_to_our_own_sender_is_no_fault_of_the_message(reply: str) -> None:
    async with scripted({"MAIL": [reply]}) as server:
        room = a_room(server.port)
        outcome = await send(room)
        await room.close()
    assert isinstance(outcome, RetryableFailure)
    assert outcome.room_is_shut
    assert reply.partition(" ")[2] in outcome.reply
