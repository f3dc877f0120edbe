"""Title and message in other languages: by the rules of the English ones, told beside their language."""

from collections.abc import Mapping

import pytest

from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Draft, Term, check_draft


def checked(words: Mapping[str, tuple[str, str]], title: str = "Welcome", message: str = "Hello.") -> Draft:
    return check_draft(
        title=title, message=message, terms=[Term("everyone")], link_days=30, link_hosts=frozenset(), words=words
    )


def faults(words: Mapping[str, tuple[str, str]], **said: str) -> dict[str, str]:
    with pytest.raises(DraftFaults) as caught:
        checked(words, **said)
    return caught.value.faults


def test_what_is_left_empty_is_the_english_there() -> None:
    draft = checked({"es": ("  Hola \n", ""), "fr": ("", "a\r\nb  \n\n"), "vi": (" ", "\n")})
    assert draft.words == {"es": ("Hola", "Hello."), "fr": ("Welcome", "a\nb")}


def test_it_checks_to_itself() -> None:
    once = checked({"es": ("Hola", ""), "zh-Hans": ("欢迎", "你好")})
    assert checked(once.words) == once


def test_each_field_is_told_beside_its_language() -> None:
    said = faults({"es": ("x" * 121, "www.evil.example"), "ar": ("\u202eمرحبا", "y" * 1_501)})
    assert said.keys() == {"title-es", "message-es", "title-ar", "message-ar"}
    assert said["title-es"] == "Español: The title is 121 letters long; 120 is the most."
    assert said["message-ar"].startswith("العربية: The message is 1,501 letters long")


def test_what_is_wrong_with_the_english_is_told_once() -> None:
    assert faults({"es": ("Hola", "")}, message="x" * 1_501).keys() == {"message"}


@pytest.mark.parametrize("tag", ["en", "", "ES", "tlh", "es-MX"])
def test_only_a_language_that_families_can_choose_is_taken(tag: str) -> None:
    assert "is not another language that families read here" in faults({tag: ("Hola", "")})[""]
