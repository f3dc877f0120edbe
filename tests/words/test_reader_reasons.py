"""What the reader says of files in English is recognised, so that pages say it in the language of whoever looks."""

from pathlib import Path

import pytest

import portal.reading
from portal.words.languages import ENGLISH, Language, with_tag
from portal.words.reader_reasons import REASONS
from portal.words.several import any_of, in_words, kept, one_of, to_keep

_READER = "\n".join(path.read_text() for path in Path(portal.reading.__path__[0]).rglob("*.py"))


def spanish() -> Language:
    found = with_tag("es")
    assert found is not None
    return found


def test_every_reason_is_one_that_the_reader_says() -> None:
    said = " ".join(_READER.replace('"\n', "").split())
    pieces = [reason for reason in REASONS if reason not in said and not _is_split(reason)]
    assert pieces == []


def _is_split(reason: str) -> bool:
    """Whether the code breaks the line within it."""
    return any(f"{reason[:at]}" in _READER for at in range(len(reason) // 2, len(reason)))


def test_what_is_not_known_stays_as_it_is() -> None:
    assert kept("Ana Rivera said so. Nobody knows why.").said_in(spanish()) == "Ana Rivera said so. Nobody knows why."
    assert kept("").said_in(spanish()) == ""


def test_a_text_that_ends_with_a_blank_says_nothing_of_the_catalogue() -> None:
    assert kept("This PDF is locked. ").said_in(spanish()) == "This PDF is locked. "
    assert spanish().gettext("") == ""


@pytest.mark.parametrize("digits", [30, 5_000])
def test_a_number_that_somebody_typed_may_be_of_any_length(digits: int) -> None:
    number = "9" * digits
    for text in (
        f"The portal reads a PDF of up to {number} pages.",
        f"The portal cannot be sure of every word in a picture (page 3 and {number} more).",
    ):
        assert number in kept(text).said_in(spanish())


def test_a_sentence_that_is_kept_in_json_is_english_and_can_be_said_again() -> None:
    stored = to_keep(sentence=kept("This PDF is locked."))
    assert stored["sentence"] == "This PDF is locked."
    assert in_words(stored, "sentence").said_in(ENGLISH) == "This PDF is locked."
    assert in_words({"sentence": "stored before"}, "sentence") == "stored before"


def test_choices_are_listed_as_people_list_them() -> None:
    assert one_of(["Ana", "Ben", "Cleo"]) == "Ana, Ben or Cleo"
    assert any_of(["100", "101", "102"]) == "100 or 101 or 102"
    assert (one_of([]), any_of([])) == ("", "")
