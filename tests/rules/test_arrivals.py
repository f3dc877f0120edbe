"""What belongs together is told by its masked subject; each audience has one drop address, and each of those one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.arrivals.rules import LONGEST, QUIET, QUIET_AT_DROP, closes_at, masked, without_reply
from portal.arrivals.rules.drop_addresses import drop_addresses, slug
from portal.arrivals.rules.reports import STOPS, TOLD, Report, as_json, report_of, stopped
from portal.overviews.arriving.drop_targets import drops_among, terms_of

NOW = datetime(2026, 8, 6, tzinfo=UTC)
WORDS = st.lists(st.sampled_from(["report", "card", "spring", "news", "field", "day"]), min_size=1, max_size=5)
NAMES = st.lists(st.sampled_from(["Ana", "Luis", "Rivera", "Zoë", "Okafor"]), min_size=1, max_size=2)
PLACES = st.fixed_dictionaries(
    {
        "site": st.lists(st.text(max_size=12), unique=True, max_size=4),
        "program": st.lists(st.text(max_size=12), unique=True, max_size=3),
        "grade": st.lists(st.sampled_from(["K", "1", "2", "3", "10", "3 "]), unique=True, max_size=4),
    }
)


@given(WORDS, NAMES, NAMES, st.integers(0, 99_999), st.integers(0, 99_999))
def test_subjects_that_differ_in_names_and_numbers_alone_belong_together(
    words: list[str], one: list[str], other: list[str], number: int, another: int
) -> None:
    subjects = [f"{' '.join(words)} for {' '.join(who)} {count}" for who, count in ((one, number), (other, another))]
    first, second = masked(subjects[0], [" ".join(one)]), masked(f"Re: FWD: {subjects[1]}", [" ".join(other)])
    assert first == second == f"{' '.join(words)} for #"


@given(WORDS, WORDS, NAMES)
def test_what_says_something_else_does_not(words: list[str], others: list[str], names: list[str]) -> None:
    assert (masked(" ".join(words), names) == masked(" ".join(others), names)) == (words == others)


def test_an_answer_is_called_as_what_it_answers() -> None:
    assert without_reply(" RE: Fwd: AW: Field day") == "Field day"


@given(st.integers(0, 30), st.integers(0, 30 * 60))
def test_it_closes_when_it_is_quiet_and_at_the_latest_after_half_a_day(hours: int, minutes: int) -> None:
    last = NOW + timedelta(hours=hours, minutes=minutes)
    assert closes_at(NOW, last) == min(last + QUIET, NOW + LONGEST)
    assert closes_at(NOW, last, "drop") == min(last + QUIET_AT_DROP, NOW + LONGEST)


@pytest.mark.parametrize("is_limited", [True, False])
@given(places=PLACES)
def test_each_drop_address_is_one_audience_and_no_audience_has_two(
    places: Mapping[str, list[str]], *, is_limited: bool
) -> None:
    found = drop_addresses(places, is_limited=is_limited)
    assert len(set(found.values())) == len(found)
    for local, terms in found.items():
        assert local.isascii()
        assert local == local.casefold()
        assert 0 < len(local) <= 64
        assert terms_of(found, drops_among([f"{local.upper()}@Letters.School.test"], "letters.school.test")) == (
            terms,
            [],
        )
        assert not is_limited or "site" in dict(terms), "a grade alone reaches other sites as well"


@pytest.mark.parametrize(
    ("name", "address"), [("Oak", "oak"), ("St. Mary’s — North", "st-mary-s-north"), ("Año Escolar", "ano-escolar")]
)
def test_a_name_is_said_in_small_latin_letters(name: str, address: str) -> None:
    assert slug(name) == address


def test_a_name_that_two_would_share_is_nobodys() -> None:
    found = drop_addresses({"site": ["Oak", "OAK!"], "program": ["Oak"], "grade": ["3"]})
    assert sorted(found) == ["everyone", "grade-3"]
    assert slug("橡树") not in {"", slug("枫树")}


def test_several_drop_addresses_are_one_audience_where_words_say_it() -> None:
    targets = drop_addresses({"site": ["Oak"], "program": [], "grade": ["3", "4"]})
    assert terms_of(targets, ["grade-3", "grade-4"]) == ((("grade", "3"), ("grade", "4")), [])
    assert terms_of(targets, ["grade-3", "nowhere"]) == ((("grade", "3"),), ["nowhere"])
    assert terms_of(targets, ["grade-3.oak", "grade-4"]) == ((), []), "no words say this: its children do"
    assert terms_of(targets, ["grade-3", "everyone"]) == ((("everyone", ""),), [])


def test_a_report_is_kept_as_counts_and_keys() -> None:
    whole = Report(ready=3, need=2, lost=1, messages=4, is_shared=True, told=("signature", "long-page"))
    assert report_of(as_json(whole)) == whole
    assert report_of("") == Report()
    assert whole.needs_look
    assert [str(one) for one in whole.sentences] == [str(TOLD["signature"]), str(TOLD["long-page"])]
    told = report_of(as_json(stopped("guard", 2, heading="It is a list.", advice="Choose another.")))
    assert [str(one) for one in told.sentences] == ["It is a list.", "Choose another."]
    assert [str(one) for one in stopped("nobody").sentences] == [str(STOPS["nobody"])]
