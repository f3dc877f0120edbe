"""Which language somebody means, as rosters and browsers write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.words.languages import ENGLISH, LANGUAGES, language_named, preferred, reading_language, with_tag


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("es", "es"), ("es-MX", "es"), ("ES_419", "es"), ("spa", "es"), ("Spanish", "es"), ("  español ", "es"),
        ("Spanish; Castilian", "es"), ("Spanish (Mexico)", "es"), ("Spanish/English", "es"), ("Mexican Spanish", "es"),
        ("vi", "vi"), ("vie", "vi"), ("Vietnamese", "vi"), ("Tiếng Việt", "vi"),
        ("zh", "zh-Hans"), ("zh-Hans", "zh-Hans"), ("zh_Hant_TW", "zh-Hans"), ("Chinese (Mandarin)", "zh-Hans"),
        ("Cantonese", "zh-Hans"), ("yue", "zh-Hans"), ("中文", "zh-Hans"),
        ("ar-SY", "ar"), ("Arabic", "ar"), ("العربية", "ar"), ("fre", "fr"), ("Français", "fr"), ("som", "so"),
        ("Somali", "so"), ("por", "pt"), ("Brazilian Portuguese", "pt"), ("Portuguese (Brazil)", "pt"),
        ("ht", "ht"), ("hat", "ht"), ("Haitian Creole", "ht"), ("Kreyòl ayisyen", "ht"), ("English", "en"),
    ],
)  # fmt: skip
def test_a_roster_may_write_a_language_in_many_ways(written: str, tag: str) -> None:
    found = language_named(written)
    assert found is not None
    assert found.tag == tag


@pytest.mark.parametrize("written", ["", " ", "Mixteco", "tl", "Hmong", "sp4nish", "American Sign Language", "?", "12"])
def test_what_we_have_no_catalogue_for_is_read_in_english(written: str) -> None:
    assert language_named(written) is None
    assert reading_language(written) == ENGLISH


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.5, so", "so"),
        ("tl, vi;q=0.4, en;q=0.3", "vi"),
        ("zh-TW", "zh-Hans"),
        ("fr;q=0, pt", "pt"),
        ("ht;q=0.7,fr;q=0.7", "ht"),
        ("*", "en"),
        ("", "en"),
        ("tl", "en"),
        ("ar;q=nonsense", "en"),
        ("es" * 5000, "en"),
        ("de," * 100 + "ar", "ar"),
        ("Spanish", "es"),
    ],
)
def test_a_browser_asks_for_what_it_likes_best(header: str, tag: str) -> None:
    assert preferred(header).tag == tag


@given(st.text(max_size=600))
def test_whatever_a_browser_sends_it_gets_a_language(header: str) -> None:
    assert preferred(header) in LANGUAGES


def test_a_cookie_holds_a_tag_of_ours_or_nothing() -> None:
    assert [with_tag(language.tag) for language in LANGUAGES] == list(LANGUAGES)
    assert with_tag("ES") is None
    assert with_tag("../../etc") is None


def test_only_arabic_is_read_from_right_to_left() -> None:
    assert [language.tag for language in LANGUAGES if language.direction == "rtl"] == ["ar"]
