"""Which language somebody means, as rosters and browsers write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.words.languages import ENGLISH, SHIPPED, language_named, preferred, reading_language, with_tag


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("es", "es"), ("es-MX", "es"), ("ES_419", "es"), ("spa", "es"), ("Spanish", "es"), ("  español ", "es"),
        ("Spanish; Castilian", "es"), ("Spanish (Mexico)", "es"), ("Spanish/English", "es"), ("Mexican Spanish", "es"),
        ("vi", "vi"), ("vie", "vi"), ("Vietnamese", "vi"), ("Tiếng Việt", "vi"),
        ("zh", "zh-Hans"), ("zh-Hans", "zh-Hans"), ("zh_Hant_TW", "zh-Hant"), ("Chinese (Mandarin)", "zh-Hans"),
        ("Cantonese", "zh-Hant"), ("yue", "zh-Hant"), ("Chinese (Cantonese)", "zh-Hant"),
        ("Chinese, Traditional", "zh-Hant"), ("繁體中文", "zh-Hant"), ("Chinese (Simplified)", "zh-Hans"),
        ("中文", "zh-Hans"), ("Russian", "ru"), ("rus", "ru"), ("Korean", "ko"), ("한국어", "ko"), ("Tagalog", "tl"),
        ("Filipino", "tl"), ("fil", "tl"), ("Urdu", "ur"), ("urd", "ur"), ("Hmong", "hmn"), ("White Hmong", "hmn"),
        ("mww", "hmn"),
        ("ar-SY", "ar"), ("Arabic", "ar"), ("العربية", "ar"), ("fre", "fr"), ("Français", "fr"), ("som", "so"),
        ("Somali", "so"), ("por", "pt"), ("Brazilian Portuguese", "pt"), ("Portuguese (Brazil)", "pt"),
        ("ht", "ht"), ("hat", "ht"), ("Haitian Creole", "ht"), ("Kreyòl ayisyen", "ht"), ("English", "en"),
    ],
)  # fmt: skip
def test_a_roster_may_write_a_language_in_many_ways(written: str, tag: str) -> None:
    found = language_named(written)
    assert found is not None
    assert found.tag == tag


@pytest.mark.parametrize("written", ["", " ", "Mixteco", "de", "Polish", "sp4nish", "Sign Sign Language", "?", "12"])
def test_what_we_have_no_catalogue_for_is_read_in_english(written: str) -> None:
    assert language_named(written) is None
    assert reading_language(written) == ENGLISH


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.5, so", "so"),
        ("de, vi;q=0.4, en;q=0.3", "vi"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("de-AR", "en"),
        ("fr;q=0, pt", "pt"),
        ("ht;q=0.7,fr;q=0.7", "ht"),
        ("*", "en"),
        ("", "en"),
        ("de", "en"),
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
    assert preferred(header) in SHIPPED


def test_a_cookie_holds_a_tag_of_ours_or_nothing() -> None:
    assert [with_tag(language.tag) for language in SHIPPED] == list(SHIPPED)
    assert with_tag("ES") is None
    assert with_tag("../../etc") is None


def test_arabic_and_urdu_are_read_from_right_to_left() -> None:
    assert [language.tag for language in SHIPPED if language.direction == "rtl"] == ["ar", "ur"]
