"""A notice read from its first line to its last, as text and as a page: nothing is missing, twice or in between."""

import re
from dataclasses import replace
from datetime import date

import pytest

from portal.kernel.errors import Refused
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.compose import ChildLink, NoticeLetter
from tests.mail.test_compose import BASE, HOST, Page, a_link, raw, read, text_of
from tests.mail.test_languages import spoken

LETTER = NoticeLetter(
    organisation="Birchwood School District",
    title="Welcome",
    message="We begin\non Monday.\n\nBring a hat.",
    base_url=BASE,
    contact="the office",
    expires=date(2026, 9, 4),
    mail_from=OneAddress.parse("letters@birchwood.test"),
    reply_to=OneAddress.parse("office@birchwood.test"),
)
SPANISH = replace(
    LETTER, language=spoken("es"), title="Bienvenidos", message="El lunes.", in_english=(LETTER.title, LETTER.message)
)
PRIVATE = "This letter is private. We will ask you for a code, and send it to this e-mail address."
FREE = "You do not need an account or a password to read it. This message is for you only. Please do not forward it."
UNTIL = "You can open it until Friday, 4 September 2026."
ONE_WAY = f"Use the link above, or go to {HOST}/o and type the code above."
TWO_WAYS = f"Use the links above, or go to {HOST}/o and type the codes above."
ABOUT = [
    "Is this really from the school?",
    f"You can find out without a link. Open your browser and type {HOST}/about as the address.",
]
QUESTIONS = ["Questions? the office", "Do you have a question about the letter? Answer this message."]
NOTE = ["A note with this letter:", "We begin", "on Monday.", "Bring a hat."]


def plain(letter: NoticeLetter, *children: ChildLink) -> str:
    """Write it anew: a letter keeps what it has written once, and these letters are read by several tests."""
    return text_of(read(raw(replace(letter), *children)), "plain")


def page(letter: NoticeLetter, *children: ChildLink) -> str:
    return text_of(read(raw(replace(letter), *children)), "html")


def lines(text: str) -> list[str]:
    """Return the lines that say something, without what marks a quotation."""
    return [line for line in (one.removeprefix(">").strip() for one in text.splitlines()) if line]


def below(letter: NoticeLetter, *children: ChildLink) -> tuple[list[str], list[str]]:
    """Return the English below: of the text, and of the page as it is seen."""
    seen = Page(page(letter, *children)).text
    return lines(plain(letter, *children).partition("In English")[2]), lines(seen.partition("In English")[2])


@pytest.mark.parametrize(
    ("letter", "names", "said"),
    [
        (SPANISH, ["Ana"], ["Welcome", f"There is a letter for Ana. {UNTIL}", ONE_WAY, FREE]),
        (SPANISH, ["Ana", "Ben"], ["Welcome", f"There is a letter for Ana and Ben. {UNTIL}", TWO_WAYS, FREE]),
        (SPANISH, [""], ["Welcome", f"There is a letter for your child. {UNTIL}", ONE_WAY, FREE]),
        (
            replace(SPANISH, is_confidential=True),
            ["Ana"],
            ["Welcome", f"There is a letter for Ana. {UNTIL}", ONE_WAY, PRIVATE, FREE],
        ),
        (replace(SPANISH, in_english=None), ["Ana"], [f"There is a letter for Ana. {UNTIL}", ONE_WAY, FREE]),
    ],
)
def test_the_english_below_says_all_of_it_in_text_and_page(
    letter: NoticeLetter, names: list[str], said: list[str]
) -> None:
    note = NOTE if letter.in_english else []
    text, seen = below(letter, *(a_link(name) for name in names))
    assert text == [*said, *ABOUT, *QUESTIONS, *note]
    assert seen == [*said, " ".join(ABOUT), *QUESTIONS, *note]


@pytest.mark.parametrize("letter", [SPANISH, replace(SPANISH, in_english=None)])
def test_between_the_parts_of_the_english_below_nothing_stands(letter: NoticeLetter) -> None:
    english = page(letter).partition("In English")[2]
    assert not re.search(r"</(p|h2|blockquote|div)>[^<]*[^<\s]", english)
    assert english.count("<strong>") == english.count("<blockquote") == (1 if letter.in_english else 0)
    assert english.count("</h2>") == (2 if letter.in_english else 1), "its own heading, and that of the note"


@pytest.mark.parametrize("letter", [LETTER, replace(LETTER, is_confidential=True)])
def test_a_notice_in_english_is_read_in_this_order_and_ends_there(letter: NoticeLetter) -> None:
    private = [PRIVATE] if letter.is_confidential else []
    sender, greeting = "Birchwood School District · Oak", f"There is a letter for Ana. {UNTIL}"
    code = f"or go to {HOST}/o and type this code: AAAA-2222-3333"
    automatic = "A computer sent this message. Nothing is attached to it."
    preview = "Welcome — We begin on Monday. Bring a hat."
    ends = [*private, FREE, *NOTE, *ABOUT, *QUESTIONS, automatic]
    assert lines(plain(letter)) == [preview, sender, greeting, "For Ana", a_link("Ana").url, code, *ends]
    assert "> We begin\n> on Monday.\n>\n> Bring a hat.\n" in plain(letter)
    seen = lines(Page(page(letter)).text)
    assert seen[seen.index(sender) :] == [sender, "Welcome", greeting, "Open the letter for Ana", code, *ends]
    assert page(letter).endswith("</body></html>\n")


def test_on_the_page_an_answer_to_a_question_stands_on_a_line_of_its_own() -> None:
    for letter in (LETTER, SPANISH):
        assert "Questions? <bdi>the office</bdi><br>\nDo you have a question" in page(letter)
    assert "<br>" not in plain(SPANISH)


def test_between_the_ways_in_of_two_children_nothing_stands() -> None:
    ways = page(LETTER, a_link("Ana"), a_link("Ben", "b")).partition("There is a letter for")[2].partition(FREE)[0]
    assert not re.search(r"</(p|table|div)>[^<]*[^<\s]", ways)


@pytest.mark.parametrize(("length", "shown"), [(79, 79), (80, 80), (81, 80), (300, 80)])
def test_of_a_name_too_long_for_a_line_eighty_signs_are_shown(length: int, shown: int) -> None:
    letter = replace(LETTER, organisation="o" * length, signer="s" * length)
    sender = plain(letter, a_link("Ana", site="p" * length)).splitlines()[2]
    whole = length == shown
    assert [len(name) for name in sender.split(" · ")] == [shown] * 3
    assert whole == (sender == " · ".join(sign * length for sign in "ops"))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("x" * 90, "x" * 90),
        ("x" * 91, "x" * 90 + "…"),
        ("Yes " * 21 + "XXXX and more", "Yes " * 21 + "XXXX…"),
        ("Fetch the hat, " * 8, "Fetch the hat, " * 5 + "Fetch the hat…"),
    ],
)
def test_an_inbox_shows_whole_words_of_ninety_signs(message: str, shown: str) -> None:
    assert plain(replace(LETTER, message=message)).splitlines()[0] == f"Welcome — {shown}"


def test_a_link_to_another_place_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refused) as refused:
        raw(LETTER, ChildLink("Ana", "https://evil.test/o#x", "AAAA-2222-3333"))
    assert str(refused.value) == "A message to a family may only link to the portal itself. Nothing was sent."
