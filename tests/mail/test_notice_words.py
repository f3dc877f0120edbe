"""A notice in staff's own words in two languages: theirs above, the English below, and neither becomes markup."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest

from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.compose import ChildLink, NoticeLetter
from portal.words.languages import SHIPPED, Language
from tests.mail.test_languages import CODE, HOST, LINK, spoken, text_of


def raw(language: Language, in_english: tuple[str, str] | None, title: str, message: str) -> bytes:
    letter = NoticeLetter(
        organisation="Birchwood School District",
        title=title,
        message=message,
        in_english=in_english,
        base_url=f"https://{HOST}",
        contact="",
        expires=date(2026, 9, 4),
        mail_from=OneAddress.parse("letters@birchwood.test"),
        language=language,
    )
    to = OneAddress.parse("marta@families.test")
    children = [ChildLink("Ana", LINK, CODE)]
    return letter.render(to, message_id="<n@b.test>", date=datetime(2026, 8, 6, tzinfo=UTC), children=children)


def test_the_english_words_stand_below_and_only_once() -> None:
    message = message_from_bytes(
        raw(spoken("es"), ("Welcome", "We begin\n\non Monday."), "Bienvenidos", "El lunes."), policy=policy.default
    )
    own, _, english = text_of(message, "plain").partition("\n----\n")
    assert "Welcome" not in own
    assert english.startswith("\nIn English\n\nWelcome\n\n")
    assert english.endswith("A note with this letter:\n\n> We begin\n>\n> on Monday.\n")
    assert text_of(message, "html").count("Welcome") == 1
    assert str(message["Subject"]).startswith("Bienvenidos — ")


@pytest.mark.parametrize("language", SHIPPED, ids=lambda language: language.tag)
def test_nothing_below_becomes_markup_or_a_header(language: Language) -> None:
    bad = "<img src=x>\r\nBcc: a@b.example"
    written = raw(language, (bad, bad), "Hola", "Hola")
    message = message_from_bytes(written, policy=policy.default)
    assert "<img" not in text_of(message, "html")
    assert message["Bcc"] is None
    assert b"Bcc" not in written.partition(b"\r\n\r\n")[0]
    assert all(len(line) < 998 for line in written.split(b"\r\n"))
