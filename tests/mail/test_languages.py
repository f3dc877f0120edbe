"""A notice is in the guardian's language, with English below; what is typed keeps its direction."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from portal.kernel.secrets.tokens import canonical_code
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.compose import ChildLink, NoticeLetter
from portal.mail.letters.words import Occasion, code_words
from portal.words.languages import ENGLISH, SHIPPED, Language, with_tag

HOST = "letters.birchwood.test"
LINK = f"https://{HOST}/o#{'a' * 22}.{'a' * 43}"
CODE = "2345-ABCD-6789"
OTHERS = [language for language in SHIPPED if language != ENGLISH]
every_other = pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.tag)


def notice(language: Language, occasion: Occasion = "first", *names: str) -> EmailMessage:
    letter = NoticeLetter(
        organisation="Birchwood School District",
        signer="Kim Park",
        title="Welcome <to> us",
        message="Dear families,\n\nwe begin on Monday.",
        base_url=f"https://{HOST}",
        contact="the office, 555-0100",
        expires=date(2026, 9, 4),
        mail_from=OneAddress.parse("letters@birchwood.test"),
        language=language,
        occasion=occasion,
    )
    children = [ChildLink(name, LINK, CODE) for name in names or ("Ana",)]
    to = OneAddress.parse("marta@families.test")
    raw = letter.render(to, message_id="<n@b.test>", date=datetime(2026, 8, 6, tzinfo=UTC), children=children)
    return message_from_bytes(raw, policy=policy.default)


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def spoken(tag: str) -> Language:
    language = with_tag(tag)
    assert language is not None
    return language


def test_a_spanish_notice_reads_as_a_person_would_write_it() -> None:
    message = notice(spoken("es"), "first", "Ana", "Irene")
    assert message["Subject"] == "Welcome <to> us — para Ana e Irene"
    assert message["Content-Language"] == "es, en"
    own, rule, english = text_of(message, "plain").partition("\n----\n")
    assert rule
    assert own.startswith(
        "Welcome <to> us — Dear families, we begin on Monday.\n\nBirchwood School District · Kim Park\n\n"
        "Hay una carta para Ana e Irene. Puede abrirla hasta el viernes, 4 de septiembre de 2026."
    )
    assert f"\n\nPara Ana\n{LINK}\no vaya a {HOST}/o y escriba este código: {CODE}\n" in own
    assert "Una nota junto con esta carta:\n\n> Dear families,\n>\n> we begin on Monday." in own
    assert "¿Tiene preguntas? the office, 555-0100" in own
    assert english == (
        "\nIn English\n\nThere is a letter for Ana and Irene. You can open it until Friday, 4 September 2026.\n\n"
        f"Use the links above, or go to {HOST}/o and type the codes above.\n\n"
        "You do not need an account or a password to read it. "
        "This message is for you only. Please do not forward it.\n\n"
        "Is this really from the school?\n"
        f"You can find out without a link. Open your browser and type {HOST}/about as the address.\n\n"
        "Questions? the office, 555-0100\n"
    )


def test_an_english_notice_says_it_once() -> None:
    message = notice(ENGLISH)
    for kind in ("plain", "html"):
        assert "In English" not in text_of(message, kind)
        assert text_of(message, kind).count("There is a letter for") == 1
    assert message["Content-Language"] == "en"


@every_other
def test_own_language_first_then_english_and_every_link_once(language: Language) -> None:
    message = notice(language)
    plain, html = text_of(message, "plain"), text_of(message, "html")
    assert f'<html lang="{language.tag}" dir="{language.direction}">' in html
    assert '<div lang="en" dir="ltr">' in html
    for text in (plain, html):
        assert text.count(LINK) == 1
        assert text.index(CODE) < text.index("In English") < text.index("There is a letter for")
        assert "%(" not in text
    assert "There is" not in plain.partition("In English")[0]
    assert "Ana" in str(message["Subject"])
    assert len(message.as_bytes()) < 20_000


@every_other
def test_nothing_written_by_a_person_becomes_markup(language: Language) -> None:
    html = text_of(notice(language, "first", "<b>Ana</b>"), "html")
    assert "<to>" not in html
    assert "<b>" not in html
    assert "<bdi>&lt;b&gt;Ana&lt;/b&gt;</bdi>" in html


def test_in_arabic_a_code_is_read_from_left_to_right_and_a_link_stands_alone() -> None:
    message = notice(spoken("ar"))
    plain, html = text_of(message, "plain"), text_of(message, "html")
    assert str(message["Subject"]) == "\u200fWelcome <to> us — بخصوص Ana", (
        "read from the right, though it begins with W"
    )
    assert f"\u2066{CODE}\u2069" in plain
    assert f"\n{LINK}\n" in plain
    assert f'<bdi dir="ltr">{CODE}</bdi>' in html
    assert f'<bdi dir="ltr">{HOST}/o</bdi>' in html
    assert "\u2066" not in text_of(notice(spoken("es")), "plain")


def test_a_child_without_a_name_is_yours_in_both_languages() -> None:
    text = text_of(notice(spoken("fr"), "first", ""), "plain")
    assert "Il y a une lettre pour votre enfant." in text
    assert "There is a letter for your child." in text


@pytest.mark.parametrize(
    ("occasion", "subject", "reason"),
    [
        ("first", "Welcome <to> us — for Ana", ""),
        ("reminder", "Reminder: Welcome <to> us — for Ana", "You have not opened this yet."),
        ("again", "Welcome <to> us — for Ana", "We sent you this before."),
        ("corrected", "Corrected: Welcome <to> us — for Ana", "This is a corrected letter."),
        ("top-up", "Welcome <to> us — for Ana", "Other families had this letter before."),
    ],
)
def test_it_says_why_it_comes(occasion: Occasion, subject: str, reason: str) -> None:
    message = notice(ENGLISH, occasion)
    assert message["Subject"] == subject
    for kind in ("plain", "html"):
        assert reason in text_of(message, kind)


@every_other
def test_why_it_comes_is_said_in_every_language(language: Language) -> None:
    occasions: tuple[Occasion, ...] = ("first", "reminder", "again", "corrected", "top-up")
    assert len({text_of(notice(language, occasion), "plain") for occasion in occasions}) == 5
    assert len({code_words(one) for one in SHIPPED}) == len(SHIPPED)


def test_a_code_copied_with_the_marks_around_it_is_still_that_code() -> None:
    assert canonical_code(f"\u2066{CODE}\u2069") == CODE
