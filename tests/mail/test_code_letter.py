"""The message with a code names nobody, links nowhere, and is read in the guardian's language."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.code_letter import CodeLetter
from portal.words.languages import ENGLISH, SHIPPED, Language

NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
TO, FROM = OneAddress.parse("carla@mail.example.org"), OneAddress.parse("letters@riverbend.example.org")


def written(language: Language, *, organisation: str = "Riverbend Schools", contact: str = "555 0100") -> EmailMessage:
    letter = CodeLetter(
        organisation=organisation, contact=contact, digits="048213", minutes=10, language=language
    )  # fmt: skip
    raw = letter.render(TO, mail_from=FROM, message_id="<one@riverbend.example.org>", date=NOW)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return cast("EmailMessage", message_from_bytes(raw, policy=policy.default))


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("language", SHIPPED, ids=lambda one: one.tag)
def test_it_says_the_code_in_every_language_with_english_below(language: Language) -> None:
    message = written(language)
    assert "048213" not in str(message["Subject"]), "phones show subjects on a locked screen"
    for kind in ("plain", "html"):
        text = part(message, kind)
        assert text.count("048213") == (1 if language == ENGLISH else 2)
        assert ("In English" in text) == (language != ENGLISH)
        assert text.rstrip().endswith("Questions? 555 0100") or kind == "html" or language == ENGLISH
        assert "%(" not in text
    assert f'dir="{language.direction}"' in part(message, "html")


@pytest.mark.parametrize("language", SHIPPED, ids=lambda one: one.tag)
def test_it_has_no_link_no_picture_and_one_recipient(language: Language) -> None:
    message = written(language)
    assert message["To"] == TO.text
    assert message["Cc"] is None
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert not re.search(r"https?:|www\.|<a\b|<img|href|/o\b", part(message, kind))


def test_what_a_school_is_called_is_text_and_never_markup_or_a_header() -> None:
    message = written(ENGLISH, organisation="A <b>\r\nBcc: x@y.org & Co", contact="<script>\u202e1")
    assert message["Bcc"] is None
    assert "<script>" not in part(message, "html")
    assert "A &lt;b&gt; Bcc" in part(message, "html")


def test_nothing_prints_the_code_by_accident() -> None:
    assert "048213" not in repr(CodeLetter(organisation="x", contact="", digits="048213", minutes=10))
