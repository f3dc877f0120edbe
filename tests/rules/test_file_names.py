"""What a file may be called where people see it or keep it, and what is a reason for letting a stopped one go."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.errors import ReasonTooShort
from portal.documents.rules import REASON_LEAST, REASON_MOST, family_file_name, reason_of, safe_file_name

LONGEST = 120


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("Carta de otoño.pdf", "Carta de otoño.pdf"),
        ("otono\u0303.pdf", "otonõ.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\letters\\autumn.pdf", "autumn.pdf"),
        ("letters/autumn\\first.pdf", "first.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("letter\u202efdp.exe", "letterfdp.exe"),
        ('<who>: "me" | you?*.pdf', "_who__ _me_ _ you__.pdf"),
        ("one\u2028two\u2029three.pdf", "one_two_three.pdf"),
        (" . letter.pdf . ", "letter.pdf"),
        ("X letter X.pdf", "X letter X.pdf"),
        ("XXletterXX", "XXletterXX"),
        ("first.second.pdf", "first.second.pdf"),
        ("letters/", "letter"),
        ("", "letter"),
        ("...", "letter"),
        (".pdf", "letter.pdf"),
        ("letters/ ..pdf", "letter.pdf"),
        (".profile.pdf", "profile.pdf"),
        (".a name that is no ending", "a name that is no ending"),
    ],
)
def test_a_name_is_shown_without_what_leads_astray(typed: str, kept: str) -> None:
    assert safe_file_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("n" * 116 + ".pdf", "n" * 116 + ".pdf"),
        ("n" * 117 + ".pdf", "n" * 116 + ".pdf"),
        ("n" * 300 + ".12345678", "n" * 111 + ".12345678"),
        ("n" * 300 + ".123456789", "n" * LONGEST),
        ("n" * 300, "n" * LONGEST),
        ("n" * 120, "n" * LONGEST),
        ("n" * 119, "n" * 119),
    ],
    ids=["just fits", "one too long", "longest ending", "no ending", "very long", "fits", "short"],
)
def test_a_long_name_is_cut_and_keeps_its_ending(typed: str, kept: str) -> None:
    assert safe_file_name(typed) == kept


@given(st.text(st.characters() | st.sampled_from('/\\."<>|?* \r\n\u202e'), max_size=300))
def test_whatever_it_was_called_its_name_is_one_line_of_a_place_it_stays_in(typed: str) -> None:
    name = safe_file_name(typed)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\<>:"|?*\u2028\u2029')
    assert not any(unicodedata.category(letter).startswith("C") for letter in name)
    assert name not in {".", ".."}


@pytest.mark.parametrize(
    ("title", "media_type", "name"),
    [
        ("First week", "application/pdf", "First week.pdf"),
        ("First week", "image/jpeg", "First week.jpg"),
        ("First week", "image/png", "First week.png"),
        ("First week", "text/plain", "First week"),
        ("Grades K.5 and up.", "application/pdf", "Grades K 5 and up.pdf"),
        ("...", "application/pdf", "letter.pdf"),
        (" " + "t" * 100, "application/pdf", "t" * 100 + ".pdf"),
        ("t" * 101, "application/pdf", "t" * 100 + ".pdf"),
        ("Fees/dates", "application/pdf", "dates.pdf"),
    ],
)
def test_a_familys_copy_is_called_as_the_letter(title: str, media_type: str, name: str) -> None:
    assert family_file_name(title, media_type) == name


def test_a_reason_says_something_and_is_kept_in_one_line() -> None:
    assert reason_of("  The two\nfamilies   share a house. ") == "The two families share a house."
    assert reason_of("r" * REASON_LEAST) == "r" * REASON_LEAST
    assert reason_of("r" * (REASON_MOST + 1)) == "r" * REASON_MOST


@pytest.mark.parametrize("typed", ["", "ok", "r" * (REASON_LEAST - 1), "too short" + " " * REASON_LEAST])
def test_a_reason_of_fewer_letters_is_none(typed: str) -> None:
    with pytest.raises(ReasonTooShort):
        reason_of(typed)
