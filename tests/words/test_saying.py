"""Dates, numbers and names as each language says them."""

from datetime import UTC, date, datetime

import pytest

from portal.words.languages import ENGLISH, SHIPPED, Language, with_tag
from portal.words.pages import code_ends, code_page_words, devices_words, letter_words, renew_words
from portal.words.paper import paper_words
from portal.words.saying import clock_time, listed, short_day, size_in_words, whole_day

DAY = date(2026, 9, 4)


def spoken(tag: str) -> Language:
    language = with_tag(tag)
    assert language is not None
    return language


@pytest.mark.parametrize(
    ("tag", "whole", "short"),
    [
        ("en", "Friday, 4 September 2026", "4 September"),
        ("es", "viernes, 4 de septiembre de 2026", "4 de septiembre"),
        ("fr", "vendredi 4 septembre 2026", "4 septembre"),
        ("ht", "vandredi 4 septanm 2026", "4 septanm"),
        ("pt", "sexta-feira, 4 de setembro de 2026", "4 de setembro"),
        ("so", "Jimco, Sebtembar 4, 2026", "Sebtembar 4"),
        ("vi", "Thứ Sáu, 4 tháng 9, 2026", "4 tháng 9"),
        ("zh-Hans", "2026年9月4日星期五", "9月4日"),
        ("ar", "الجمعة، 4 سبتمبر 2026", "4 سبتمبر"),
    ],
)
def test_a_day_is_said_as_its_readers_say_it(tag: str, whole: str, short: str) -> None:
    assert whole_day(DAY, spoken(tag)) == whole
    assert short_day(DAY, spoken(tag)) == short


def test_times_and_numbers_follow_the_language() -> None:
    moment = datetime(2026, 9, 4, 14, 3, tzinfo=UTC)
    assert [clock_time(moment, spoken(tag)) for tag in ("en", "es", "ar")] == ["14:03", "14:03", "2:03 م"]
    assert [spoken(tag).number(2611) for tag in ("en", "es", "vi")] == ["2,611", "2.611", "2.611"]
    assert [size_in_words(1_240_000, spoken(tag)) for tag in ("en", "fr", "es")] == ["1.2 MB", "1,2 Mo", "1,2 MB"]
    assert [size_in_words(size, ENGLISH) for size in (1, 812_400, 999_999)] == ["1 kB", "812 kB", "1,000 kB"]


@pytest.mark.parametrize(
    ("tag", "two", "three", "counted"),
    [
        ("en", "Ana and Ben", "Ana, Ben and Cleo", "Ana, Ben and 3 more"),
        ("es", "Ana y Ben", "Ana, Ben y Cleo", "Ana, Ben y 3 más"),
        ("zh-Hans", "Ana和Ben", "Ana、Ben和Cleo", "Ana、Ben和另外 3 人"),
        ("ar", "Ana وBen", "Ana، Ben وCleo", "Ana، Ben و3 أطفال آخرين"),
        ("ht", "Ana ak Ben", "Ana, Ben ak Cleo", "Ana, Ben ak 3 lòt"),
    ],
)
def test_names_are_joined_as_people_join_them(tag: str, two: str, three: str, counted: str) -> None:
    names, language = ["Ana", "Ben", "Cleo", "Dana", "Emil"], spoken(tag)
    assert listed([], language) == ""
    assert listed(names[:1], language) == "Ana"
    assert listed(names[:2], language) == two
    assert listed(names[:3], language) == three
    assert listed(names, language, at_most=2) == counted


def test_spanish_does_not_say_y_before_its_own_sound() -> None:
    spanish = spoken("es")
    assert listed(["Ana", "Irene"], spanish) == "Ana e Irene"
    assert listed(["<bdi>Ana</bdi>", "<bdi>Íñigo</bdi>"], spanish) == "<bdi>Ana</bdi> e <bdi>Íñigo</bdi>"
    assert listed(["Ana", "Ian"], spanish) == "Ana y Ian"
    assert listed(["Ana", "Yolanda"], spanish) == "Ana y Yolanda"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "تنتهي صلاحية هذا الرمز خلال دقيقة واحدة."),
        (2, "تنتهي صلاحية هذا الرمز خلال دقيقتين."),
        (10, "تنتهي صلاحية هذا الرمز خلال 10 دقائق."),
        (11, "تنتهي صلاحية هذا الرمز خلال 11 دقيقة."),
    ],
)
def test_arabic_counts_minutes_as_arabic_does(minutes: int, said: str) -> None:
    assert code_ends(minutes, spoken("ar")) == said


@pytest.mark.parametrize("words", [code_page_words, devices_words, letter_words, paper_words, renew_words])
def test_every_page_says_something_else_in_every_language(words) -> None:  # noqa: ANN001 - five kinds of words
    said = {words(language) for language in SHIPPED}
    assert len(said) == len(SHIPPED)
