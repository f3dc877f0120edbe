"""A notice says where a letter is, to one guardian, and nothing a stranger put into a field changes its shape."""

import re
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.kernel.errors import Refused, WrongCall
from portal.kernel.text.addresses import OneAddress
from portal.mail.arriving.message import OUR_MARK
from portal.mail.letters.compose import ChildLink, NoticeLetter
from portal.mail.letters.wire import one_line

HOST = "letters.birchwood.test"
BASE = f"https://{HOST}"
TO = OneAddress.parse("marta@families.test")
WHEN = datetime(2026, 8, 6, 14, 30, tzinfo=UTC)
MESSAGE_ID = "<notice-1@birchwood.test>"
STRICT = policy.default.clone(raise_on_defect=True)
HEADERS = [
    "From",
    "Content-Language",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    OUR_MARK,
    "MIME-Version",
    "Content-Type",
]
FIELDS: dict[str, Any] = {
    "organisation": "Birchwood School District",
    "signer": "Kim Park",
    "title": "Welcome to the program",
    "message": "Dear families,\n\nwe begin on Monday.\nBring a <bottle> & a hat: https://birchwood.test/list?a=1&b=2.",
    "contact": "Call the office at 555-0100",
    "expires": date(2026, 8, 14),
}


def a_link(name: str, letter: str = "a", site: str = "Oak") -> ChildLink:
    return ChildLink(name, f"{BASE}/o#{letter * 22}.{letter * 43}", f"{letter.upper() * 4}-2222-3333", site)


def a_letter(*, is_test: bool = False, reply_to: OneAddress | None = None, **fields: str | bool) -> NoticeLetter:
    sender = OneAddress.parse("letters@birchwood.test")
    return NoticeLetter(**{**FIELDS, **fields}, base_url=BASE, mail_from=sender, reply_to=reply_to, is_test=is_test)


def raw(letter: NoticeLetter, *children: ChildLink) -> bytes:
    return letter.render(TO, message_id=MESSAGE_ID, date=WHEN, children=children or [a_link("Ana")])


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=STRICT)


def shown_sender(message: bytes) -> str:
    """Read the name with the older parser: the newer one keeps blanks between the RFC 2047 words of a name."""
    raw_header = message_from_bytes(message)["From"].rpartition(" <")[0].strip()
    decoded = str(make_header(decode_header(raw_header)))
    return re.sub(r"\\(.)", r"\1", decoded[1:-1]) if raw_header.startswith('"') else decoded


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


class Page(HTMLParser):
    """What a mail program would make of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.hrefs: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self._is_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, _tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._is_style else data


def test_its_headers_are_these_and_no_others() -> None:
    message = read(raw(a_letter()))
    assert message.keys() == HEADERS
    assert str(message["From"]) == "Birchwood School District <letters@birchwood.test>"
    assert str(message["To"]) == "marta@families.test"
    assert message["Subject"] == "Welcome to the program — for Ana"
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == WHEN
    assert message["Content-Language"] == "en"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert list(message.iter_attachments()) == []


def test_an_answer_goes_where_the_school_wants_it() -> None:
    answers = OneAddress.parse("office@birchwood.test")
    message = read(raw(a_letter(reply_to=answers)))
    assert str(message["Reply-To"]) == "office@birchwood.test"
    assert "555-0100\nDo you have a question about the letter? Answer this message." in text_of(message, "plain")
    assert "Answer this message." not in text_of(read(raw(a_letter())), "plain")


def test_the_same_notice_twice_is_the_same_message() -> None:
    assert raw(a_letter()) == raw(a_letter())


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_texts_say_who_what_until_when_and_whom_to_ask(kind: str) -> None:
    text = text_of(read(raw(a_letter(), a_link("Ana"), a_link("Łukasz", "b"))), kind)
    text = Page(text).text if kind == "html" else text
    for said in [
        "Birchwood School District · Oak · Kim Park",
        "Welcome to the program",
        "There is a letter for Ana and Łukasz.",
        f"or go to {HOST}/o and type this code: AAAA-2222-3333",
        f"or go to {HOST}/o and type this code: BBBB-2222-3333",
        "You can open it until Friday, 14 August 2026.",
        "we begin on Monday.",
        "Bring a <bottle> & a hat: https://birchwood.test/list?a=1&b=2.",
        "Is this really from the school?",
        f"type {HOST}/about as the address",
        "Questions? Call the office at 555-0100",
    ]:
        assert said in text


def test_each_child_has_one_link_of_its_own() -> None:
    message = read(raw(a_letter(), a_link("Ana"), a_link("Łukasz", "b")))
    links = [f"{BASE}/o#{letter * 22}.{letter * 43}" for letter in "ab"]
    assert re.findall(r"https://letters\S+", text_of(message, "plain")) == links
    assert Page(text_of(message, "html")).hrefs == [*links, "https://birchwood.test/list?a=1&b=2"]


def test_the_page_is_small_and_fetches_nothing() -> None:
    letter = a_letter(message="Ж" * 1500)
    html = text_of(read(raw(letter, *[a_link("Maximiliane Josephine")] * 4)), "html")
    page = Page(html)
    assert len(html.encode()) < 15_000
    assert not {"img", "link", "script", "iframe", "object", "video", "svg", "form", "base"} & set(page.tags)
    assert not {"src", "srcset", "background", "action", "ping"} & page.attributes
    assert not re.search(r"url\(|@import|expression", html)


def test_many_children_do_not_make_an_endless_subject() -> None:
    message = read(raw(a_letter(), *(a_link(name) for name in ["Ana", "Ben", "Cleo", "Dana", "Emil"])))
    assert message["Subject"] == "Welcome to the program — for Ana, Ben, Cleo and 2 more"
    assert "There is a letter for Ana, Ben, Cleo, Dana and Emil." in text_of(message, "plain")


def test_a_child_without_a_given_name_is_still_somebody() -> None:
    assert read(raw(a_letter(), a_link("\u202e\r\n")))["Subject"] == "Welcome to the program — for your child"


def test_without_a_message_signer_site_or_contact_nothing_hangs_in_the_air() -> None:
    text = text_of(read(raw(a_letter(message=" \n", signer="", contact=""), a_link("Ana", site=""))), "plain")
    assert text.startswith("Welcome to the program\n\nBirchwood School District\n\nThere is a letter for Ana.")
    assert "note" not in text
    assert "Questions" not in text


def test_each_family_reads_of_its_own_childrens_sites_alone() -> None:
    """Two letters of one mailing share what is written once; the site is not of that."""
    letter = a_letter()
    said = [
        text_of(read(raw(letter, *children)), "plain").split("\n\n")[1]
        for children in (
            [a_link("Ana", site="Oak")],
            [a_link("Sam", site="Maple")],
            [a_link("Ana", site="Oak"), a_link("Łukasz", "b", site="Maple")],
            [a_link("Ana", site="Oak"), a_link("Łukasz", "b", site="Oak")],
        )
    ]
    assert said == [
        f"Birchwood School District · {site} · Kim Park" for site in ("Oak", "Maple", "Oak and Maple", "Oak")
    ]


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_who_writes_stands_in_it_once(kind: str) -> None:
    text = text_of(read(raw(a_letter())), kind)
    assert [text.count(name) for name in ("Birchwood School District", "Oak", "Kim Park")] == [1, 1, 1]


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_inbox_shows_the_title_and_the_first_words(kind: str) -> None:
    text = text_of(read(raw(a_letter())), kind)
    text = Page(text).text.partition("Welcome to the program")[2] if kind == "html" else text
    shown = "Dear families, we begin on Monday. Bring a <bottle> & a hat: …"
    assert " ".join(text.split()).removeprefix("Welcome to the program ").startswith(f"— {shown[:-3]}")


def test_a_long_message_is_cut_at_a_word_in_the_preview() -> None:
    first = text_of(read(raw(a_letter(message="word, " * 300))), "plain").partition("\n")[0]
    assert first.endswith("word…")
    assert len(first) < 130
    assert text_of(read(raw(a_letter(message="x" * 300))), "plain").partition("\n")[0].endswith("x…")


def test_a_subject_names_children_only_where_it_may() -> None:
    hidden = a_letter(names_in_subject=False)
    assert read(raw(hidden))["Subject"] == "Welcome to the program"
    assert "There is a letter for Ana." in text_of(read(raw(hidden)), "plain")


def test_a_test_copy_says_so_and_is_otherwise_the_same() -> None:
    test, real = (read(raw(a_letter(is_test=is_test))) for is_test in (True, False))
    assert test["Subject"] == f"TEST: {real['Subject']}"
    for kind in ("plain", "html"):
        assert "TEST. A family would get this message." in text_of(test, kind)
        assert "TEST" not in text_of(real, kind)


def test_a_name_in_arabic_keeps_its_direction_to_itself() -> None:
    html = text_of(read(raw(a_letter(), a_link("عمر"))), "html")
    assert "Open the letter for <bdi>عمر</bdi>" in html


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/o#x",
        f"{BASE}.evil.test/o#x",
        f"{BASE}@evil.test/o#x",
        "javascript:alert(1)",
        f"{BASE}/o#a b",
        f"{BASE}/o#a\r\nBcc: all@evil.test",
        f"{BASE}/",
        "",
    ],
)
def test_a_link_to_anywhere_else_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        raw(a_letter(), ChildLink("Ana", url, "AAAA-2222-3333"))


@pytest.mark.parametrize("message_id", ["", "x", "<x@y>\r\nBcc: <a@b>", "<a b@c>", "<@c>", "<a@b>\n"])
def test_a_message_id_is_one(message_id: str) -> None:
    with pytest.raises(WrongCall):
        a_letter().render(TO, message_id=message_id, date=WHEN, children=[a_link("Ana")])


anything = st.text(st.characters(), max_size=300) | st.sampled_from(
    [
        "x\r\nBcc: all@evil.test",
        "x\nContent-Type: text/html\n\n<script>alert(1)</script>",
        'a", <evil@evil.test>, "b',
        "=?utf-8?q?Bcc=3A_evil?=",
        "\u202egnp.exe",
        "--=_letter--",
        "<img src=//evil.test>{0}{child}{children}%s",
        "\x00\x1b\x7f\x85\u2028\ud800",
        "Ж" * 300,
        "👩‍👩‍👧 " * 60,
        ".\r\n.",
        "=\n=2E",
        '"><a href="https://evil.test">press</a>',
        "http://" + "x" * 250,
    ]
)


@settings(max_examples=150, deadline=None)
@given(title=anything, name=anything, message=anything, organisation=anything, signer=anything, contact=anything)
@example(title="\\", name="\\", message="\\", organisation='\\"', signer="\\", contact="\\")
@example(title="a" * 61, name="b" * 61, message="c" * 1500, organisation="d, e; f <g>" * 9, signer="", contact="")
def test_whatever_stands_in_the_fields_it_stays_one_message_to_one_address(
    title: str, name: str, message: str, organisation: str, signer: str, contact: str
) -> None:
    letter = a_letter(title=title, message=message, organisation=organisation, signer=signer, contact=contact)
    octets = raw(letter, a_link(name))
    assert octets.isascii()
    assert all(len(line) <= 998 for line in octets.split(b"\r\n"))
    assert all(len(line) <= 78 for line in octets.partition(b"\r\n\r\n")[0].split(b"\r\n"))
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", octets)
    parsed = read(octets)
    assert parsed.keys() == HEADERS
    assert [address.addr_spec for address in parsed["To"].addresses] == ["marta@families.test"]
    assert [address.addr_spec for address in parsed["From"].addresses] == ["letters@birchwood.test"]
    assert shown_sender(octets) == one_line(organisation, 80)
    child = one_line(name, 60) or "your child"
    assert parsed["Subject"] == f"{one_line(title)} — for {child}"
    assert len(list(parsed.walk())) == 3
    page = Page(text_of(parsed, "html"))
    own = [url for url in page.hrefs if url.startswith(BASE)]
    assert own == [a_link(name).url]
    assert all(url in message for url in page.hrefs if url not in own)
    assert page.tags.count("a") == len(page.hrefs)
    assert not {"img", "script"} & set(page.tags)


@given(anything)
def test_one_line_is_one_visible_line(text: str) -> None:
    line = one_line(text, 80)
    assert len(line) <= 80
    assert line == line.strip()
    assert line.splitlines() in ([line], [])
    assert not re.search("[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)
