"""One address, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.text.addresses import NotOneAddress, OneAddress


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ana@mail.example.org", "ana@mail.example.org"),
        ("  Ana.Rivera+school@MAIL.Example.ORG ", "Ana.Rivera+school@mail.example.org"),
        ("o'neil@mail.example.org", "o'neil@mail.example.org"),
        ("a@b.test", "a@b.test"),
    ],
)
def test_an_ordinary_address_is_kept(text: str, kept: str) -> None:
    assert OneAddress.parse(text).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@mail.example.org",
        "ana@mail",
        "a@x.example, b@x.example",
        "a@x.example;b@x.example",
        "a@x.example b@x.example",
        "Ana <a@x.example>",
        "a@x.example\r\nBcc: b@x.example",
        "a@x.example\x00",
        "a@x.example\u202e",
        "group:a@x.example;",
        "a..b@x.example",
        "a@x.example>",
        "=?utf-8?q?a?=@x.example",
        "a" * 65 + "@x.example",
        "a@" + "b" * 250 + ".example",
        "ana@mañana.example",
        "a@localhost",
        "a@x.local",
        "a@x.invalid",
        "a@-x.example",
        "a@x..example",
        "a@[127.0.0.1]",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NotOneAddress):
        OneAddress.parse(text)


@given(st.text(max_size=80))
def test_whatever_is_taken_is_one_line_with_one_at(text: str) -> None:
    try:
        address = OneAddress.parse(text).text
    except NotOneAddress:
        return
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(",;<> \t")


def test_two_spellings_of_one_mailbox_have_one_key() -> None:
    assert OneAddress.parse("Ana@Mail.example.org").key == OneAddress.parse("ana@mail.EXAMPLE.org").key
