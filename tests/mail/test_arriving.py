"""A message that staff hand in is read as they meant it, whatever program wrote it; what is no letter is refused."""

import base64
import os
import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.arriving import reading
from portal.mail.arriving.message import MOST_BYTES, OUR_MARK, Arrived
from portal.mail.arriving.reading import read_message, read_message_in, read_messages, take_files
from portal.mail.arriving.taking_apart import take_apart
from tests.mail.arriving_messages import HEAD, PDF, attached, html, mixed, part, png, several, text
from tests.mail.test_bounces import failed
from tests.pace import at_most

NAMES = {
    'filename="report card.pdf"': "report card.pdf",
    "filename*0*=utf-8''informe%20de; filename*1*=%20%C3%B1.pdf": "informe de ñ.pdf",
    "filename=plain.pdf; filename*=iso-8859-1'es'ni%F1o.pdf": "niño.pdf",
    'filename="=?utf-8?B?w7EucGRm?="': "ñ.pdf",
    'filename="ñ.pdf"': "ñ.pdf",
    'filename="../../etc/passwd.pdf"': "passwd.pdf",
    'filename="C:\\\\Users\\\\marta\\\\a.pdf"': "a.pdf",
    "filename*=utf-8''invoice%E2%80%AEfdp.exe": "invoicefdp.exe",
    "filename*=utf-8''a%0D%0Ab.pdf": "a b.pdf",
    "filename*=no-such-set''a%C3%B1.pdf": "añ.pdf",
    "filename*x*=utf-8''a.pdf": "",
    f'filename="{"a" * 300}.pdf"': "a" * 146 + ".pdf",
}


@pytest.mark.parametrize(("said", "name"), NAMES.items())
def test_a_file_is_called_what_its_sender_called_it_without_folders_and_marks(said: str, name: str) -> None:
    (file,) = read_message(mixed(part("application/pdf", PDF, f"Content-Disposition: attachment; {said}"))).attachments
    assert (file.name, file.media_type, file.size) == (name, "application/pdf", len(PDF))


def test_a_subject_is_read_in_any_character_set() -> None:
    words = {
        "=?utf-8?q?Caf=C3=A9?=": "Café",
        "=?iso-2022-jp?b?GyRCRXkbKEI=?=": "等",
        "=?x-unknown?q?Caf=E9?=": "Café",
        "=?idna?q?a?= =?utf-8?b?!!!?=": None,
        "Café": "Café",
        "two\r\n lines\t\x07here": "two lines here",
    }
    for written, meant in words.items():
        said = read_message(HEAD.replace(b"Report card", written.encode()) + several("mixed", [attached()])).subject
        assert meant is None or said == meant


def test_files_are_written_in_the_order_of_the_attachments_small_and_large(tmp_path: Path) -> None:
    for large in (10, 2_000_000):
        files = [os.urandom(large), b"", PDF]
        raw = mixed(text("Hello"), *(attached(f"{place}.pdf", data=data) for place, data in enumerate(files)))
        said, paths = take_files(raw, tmp_path)
        assert [file.name for file in said.attachments] == ["0.pdf", "1.pdf", "2.pdf"]
        assert [path.read_bytes() for path in paths] == files
        assert said == read_message(raw)


def test_text_that_a_program_broke_is_joined_and_quotes_are_kept() -> None:
    flowed = text("Dear \r\nfamily,\r\n> as \r\n> you wrote\r\n-- \r\nMarta", "text/plain; format=flowed")
    assert read_message(mixed(flowed, attached())).text == "Dear family,\n> as you wrote\n-- \nMarta"
    deleted = text("日本 \r\n語", "text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert read_message(mixed(deleted, attached())).text == "日本語"
    japanese = part("text/plain; charset=iso-2022-jp", "日本語".encode("iso2022_jp"), encoding="7bit")
    assert read_message(mixed(japanese, attached())).text == "日本語"


OUTLOOK = """<html xmlns:o="urn:x"><head><style>p {color:red}</style><!--[if gte mso 9]><xml>no</xml><![endif]--></head>
<body><p class=MsoNormal>Dear family,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>Please <b>sign</b> the <a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2F
birchwood.test%2Fform&amp;data=x">form</a>.</p><div style='display:none'>hidden <p>words</div>
<img src="https://t.test/p.gif" width="1" height="1"><img src="https://pics.test/a.png"><img src="cid:flyer@1">
<script>alert("no")</script><ol><li>Read</li><li>Sign</li></ol></body></html>"""


def test_html_is_read_as_it_is_shown() -> None:
    flyer = part("image/png", png(900, 1200, os.urandom(20_000)), "Content-ID: <flyer@1>")
    related = several("related", [html(OUTLOOK), flyer], "=_r")
    both = several("alternative", [text("Dear family,\nbroken lines"), related], "=_a")
    said = read_message(mixed(both))
    assert said.text == "Dear family,\n\nPlease sign the form (https://birchwood.test/form).\n\n1. Read\n2. Sign"
    assert (said.links, said.pixels, said.refusal) == (("https://pics.test/a.png",), 1, "")
    (picture,) = said.attachments
    assert (picture.is_inline, picture.is_signature, picture.width, picture.height) == (True, False, 900, 1200)


def test_text_parted_by_a_file_is_whole_and_a_pdf_shown_in_place_is_a_file() -> None:
    inline = part("application/pdf; name=a.pdf", PDF, "Content-Disposition: inline; filename=a.pdf")
    rest = part("text/plain; name=ATT00001.txt", b"after", "Content-Disposition: inline; filename=ATT00001.txt")
    said = read_message(mixed(text("before"), inline, rest))
    assert said.text == "before\n\nafter"
    assert [(file.name, file.is_inline) for file in said.attachments] == [("a.pdf", False)]


def test_what_is_signed_goes_without_its_signature() -> None:
    signed = several("signed; micalg=sha-256", [several("mixed", [text("Hello"), attached()], "=_i"),
                     attached("smime.p7s", "application/pkcs7-signature", b"x")])  # fmt: skip
    said = read_message(HEAD + signed)
    assert (said.refusal, said.text, [file.name for file in said.attachments]) == ("", "Hello", ["report card.pdf"])


def test_a_message_in_a_message_and_an_invitation_are_files_by_their_type() -> None:
    inner = part("message/rfc822", HEAD + b"\r\nHello", encoding="7bit")
    both = several("alternative", [text("Come"), text("BEGIN:VCALENDAR", "text/calendar; method=REQUEST")], "=_a")
    said = read_message(mixed(both, inner))
    assert [(file.name, file.media_type) for file in said.attachments] == [
        ("invite.ics", "text/calendar"), ("message.eml", "message/rfc822"),
    ]  # fmt: skip


def headed(*fields: str) -> bytes:
    return "".join(f"{field}\r\n" for field in fields).encode() + mixed(attached())


REFUSED = {
    "ours": headed(f"{OUR_MARK}: yes", "Auto-Submitted: auto-generated"),
    "looping": headed(*["Received: from a by b"] * 24),
    "automatic": headed("Auto-Submitted: auto-replied"),
    "list": headed("List-Id: <families.birchwood.test>"),
    "no-sender": headed("From: another@birchwood.test"),
    "encrypted": HEAD + part("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"x"),
    "tnef": mixed(text("Hello"), attached("winmail.dat", "application/octet-stream")),
    "partial": HEAD + part("message/partial; id=1; number=1", b"x", encoding="7bit"),
    "too-deep": HEAD + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(200)),
    "unreadable": HEAD + b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    "no-file": mixed(text("Hello"), part("image/png", png(60, 60), "Content-Disposition: inline")),
}
ALSO_REFUSED = [
    ("automatic", failed("550 5.1.1 User unknown")),
    ("automatic", HEAD + several("report; report-type=disposition-notification", [text("It was read")])),
    ("automatic", headed("Precedence: auto_reply")),
    ("no-sender", mixed(attached(), head=HEAD.replace(b"<office@birchwood.test>", b"<a@b.test>, <c@d.test>"))),
    ("no-sender", mixed(attached(), head=HEAD.replace(b"Marta Lopez <office@", b"office@birchwood.test <office@"))),
    ("encrypted", mixed(text("-----BEGIN PGP MESSAGE-----\n\nx"), attached())),
    ("encrypted", HEAD + several("encrypted; protocol=x", [part("application/pgp-encrypted", b"Version: 1")])),
    ("tnef", HEAD + part("application/ms-tnef; name=winmail.dat", b"x")),
    ("too-deep", mixed(*[text("")] * 201)),
    ("no-file", mixed(text("Hello"))),
]


@pytest.mark.parametrize(("refusal", "raw"), [*REFUSED.items(), *ALSO_REFUSED])
def test_what_is_no_letter_is_refused_by_its_reason(refusal: str, raw: bytes) -> None:
    said = read_message(raw)
    assert (said.refusal, said.attachments, said.text) == (refusal, (), "")


def test_a_student_system_that_says_bulk_is_taken() -> None:
    assert read_message(headed("Precedence: bulk", "Auto-Submitted: no")).refusal == ""


def test_who_is_written_to_is_known_by_name() -> None:
    head = HEAD.replace(b"Rosa Rivera <", b'=?utf-8?q?Bj=C3=B6rn?= <x@y.test>, "Rivera, Rosa" <')
    assert read_message(mixed(attached(), head=head)).names == ("Björn", "Rivera, Rosa")


def test_the_digest_is_over_what_was_sent_and_not_over_how() -> None:
    said = b"Dear family,\r\ncaf\xc3\xa9\r\n"
    bodies = [
        part("text/plain; charset=utf-8", said),
        part("text/plain; charset=utf-8", quopri.encodestring(said), encoding="quoted-printable"),
        part("text/plain; charset=utf-8", said, encoding="8bit"),
    ]
    same = {read_message(mixed(body, attached())).digest for body in bodies}
    same.add(read_message(b"Received: from c.test\r\nX-Trace: 1\r\n" + mixed(bodies[0], attached())).digest)
    assert len(same) == 1
    others = [
        mixed(part("text/plain; charset=utf-8", said + b"P.S."), attached()),
        mixed(bodies[0], attached(data=PDF + b"2")),
        mixed(bodies[0], attached(), head=HEAD.replace(b"Report", b"Other")),
        mixed(bodies[0], attached(), head=HEAD.replace(b"08:00:00", b"08:00:01")),
    ]
    assert len(same | {read_message(raw).digest for raw in others}) == 5


def test_a_line_of_a_megabyte_and_hostile_fields_take_no_time() -> None:
    long = mixed(text("a" * 1_000_000), html("<a " * 30_000), attached())
    quotes = headed('Content-Type: text/plain; name="' + ";" * 500_000, "To: " + "(" * 100_000)
    words = headed("Subject: " + "=?a?q? " * 9_000, "Date: " + "=?a?q? " * 9_000 + "\x0c?=")
    with at_most(100):
        take_apart(words, keeps=False)
        take_apart(mixed(html("<style" * 150_000), attached()), keeps=False)
        assert take_apart(long, keeps=False)[0].attachments
        take_apart(quotes, keeps=False)
        take_apart(mixed(html("<a href=http://a.test/x>b" * 45_000), attached()), keeps=False)
        take_apart(mixed(html("<div>" * 90_000 + "</b>" * 5_000), attached()), keeps=False)
        take_apart(REFUSED["too-deep"], keeps=False)


def test_the_largest_message_is_read_from_its_file_and_a_larger_one_is_not(tmp_path: Path) -> None:
    largest = tmp_path / "largest"
    raw = mixed(text("Hello"), attached(data=bytes(28 * 2**20)))
    largest.write_bytes(raw)
    with largest.open("r+b") as file, at_most(50):
        assert len(raw) < MOST_BYTES
        assert read_message_in(file.fileno()).attachments[0].size == 28 * 2**20
        file.truncate(MOST_BYTES + 1)
        assert read_message_in(file.fileno()).refusal == "unreadable"


def test_a_message_that_takes_its_reader_down_is_unreadable_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading, "_SMALL_SECONDS", 0.0)  # every shared process breaks off
    said, paths = take_files(mixed(attached()), tmp_path)
    assert (said.refusal, [path.read_bytes() for path in paths]) == ("", [PDF])
    monkeypatch.undo()
    assert read_message(mixed(attached())).refusal == ""


def test_messages_that_are_read_together_are_each_read_as_if_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    raws = [mixed(text(f"Message {number}"), attached()) for number in range(reading.TOGETHER + 2)]
    raws[3:3] = [mixed(text("large"), attached(data=os.urandom(2**20))), b"", REFUSED["tnef"]]
    assert read_messages(raws) == [read_message(raw) for raw in raws]
    monkeypatch.setattr(reading, "_LONGEST", 5_000)  # an answer of more breaks its reader off
    raws[1] = mixed(text("x" * 6_000), attached())
    told = {number: one.refusal for number, one in enumerate(read_messages(raws)) if one.refusal}
    assert told == {1: "unreadable", 4: "no-sender", 5: "tnef"}


PIECES = st.sampled_from(
    [
        *(
            HEAD,
            mixed(text("Hello"), attached()),
            html(OUTLOOK),
            b"\r\n",
            b"\n\n",
            b"--=_b",
            b"--",
            b"\xff",
            b";",
            b'"',
        ),
        *(b"Content-Type: ", b'multipart/mixed; boundary="=_b"', b"=?utf-8?b?", b"name*0*=x''%", b"base64"),
        *(b"<a href=", b"&#0;", b"From: a@b.test\r\n", base64.b64encode(PDF)),
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=12).map(b"".join))
def test_whatever_comes_is_taken_apart_or_refused(raw: bytes) -> None:
    said, files = take_apart(raw, keeps=True)
    assert isinstance(said, Arrived)
    assert len(files) == len(said.attachments)


@given(st.integers(0, 900), st.binary(max_size=8))
def test_a_damaged_message_is_taken_apart_or_refused(at: int, put: bytes) -> None:
    raw = mixed(several("alternative", [text("Hello"), html(OUTLOOK)], "=_a"), attached())
    said, files = take_apart(raw[:at] + put + raw[at + len(put) :], keeps=True)
    assert len(files) == len(said.attachments)
