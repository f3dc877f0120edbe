"""What belongs together is told by its masked subject; each audience has one drop address, and each of those one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.arrivals.rules import KEPT, LONGEST, QUIET, QUIET_AT_DROP, closes_at, masked, without_reply
from portal.arrivals.rules.drop_addresses import drop_addresses, slug
from portal.arrivals.rules.reports import NEEDS, STOPS, TOLD, Report, as_json, report_of, stopped
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


def test_a_gathering_of_which_nothing_comes_is_answered() -> None:
    """Its sender is told at once, so nobody answers them twice."""
    told = stopped("guard", 2)
    assert (told.stop, told.messages, told.ready, told.is_answered) == ("guard", 2, 0, True)
    assert stopped("nobody").messages == 0
    assert not Report().is_answered


@pytest.mark.parametrize("key", TOLD)
def test_a_letter_waits_for_its_sender_where_they_are_told_to_look_first(key: str) -> None:
    assert Report(ready=1, told=(key,)).needs_look == (key in NEEDS)
    assert Report(ready=1, told=(key,), lost=1).needs_look, "an address leads to nobody"
    assert not Report(ready=1).needs_look


def test_a_report_of_another_version_is_read_without_what_nobody_knows_any_more() -> None:
    assert Report(told=("signature", "a-key-of-old")).sentences == [TOLD["signature"]]


def test_what_is_kept_of_a_report_is_what_there_is_to_say() -> None:
    assert as_json(Report()) == "{}"
    assert as_json(Report(ready=2, told=("signature",))) == '{"ready": 2, "told": ["signature"]}'


def test_how_long_is_waited_for_more() -> None:
    kept = (QUIET_AT_DROP, QUIET, LONGEST, KEPT)
    assert kept == (timedelta(seconds=5), timedelta(minutes=10), timedelta(hours=12), timedelta(hours=72))
    assert closes_at(NOW, NOW + LONGEST, "drop") == NOW + LONGEST
    assert closes_at(NOW, NOW, "rule") == closes_at(NOW, NOW, "key") == NOW + QUIET


SMALL_SCHOOL = {"site": ["Oak", "Elm Street"], "program": ["After School"], "grade": ["K", "3"]}
ONE_SITE = {
    "oak": (("site", "Oak"),),
    "elm-street": (("site", "Elm Street"),),
    "grade-k.oak": (("grade", "K"), ("site", "Oak")),
    "grade-k.elm-street": (("grade", "K"), ("site", "Elm Street")),
    "grade-3.oak": (("grade", "3"), ("site", "Oak")),
    "grade-3.elm-street": (("grade", "3"), ("site", "Elm Street")),
}


def test_a_small_school_has_these_drop_addresses() -> None:
    assert drop_addresses(SMALL_SCHOOL, is_limited=True) == ONE_SITE
    assert drop_addresses(SMALL_SCHOOL) == {
        "everyone": (("everyone", ""),),
        "after-school": (("program", "After School"),),
        "grade-k": (("grade", "K"),),
        "grade-3": (("grade", "3"),),
        **ONE_SITE,
    }


def test_a_roster_without_places_has_the_address_of_everyone_alone() -> None:
    assert drop_addresses({}) == {"everyone": (("everyone", ""),)}
    assert drop_addresses({}, is_limited=True) == {}


def test_an_address_has_no_more_letters_than_mail_takes_and_is_none_of_the_portals_own() -> None:
    assert set(drop_addresses({"site": ["x" * 64, "y" * 65, "Probe one", "Probes"]}, is_limited=True)) == {
        "x" * 64,
        "probes",
    }


@pytest.mark.parametrize("name", ["橡树", "", "—"])
def test_a_name_without_latin_letters_is_told_apart_by_eight_signs(name: str) -> None:
    assert len(slug(name)) == 8
    assert set(slug(name)) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("subject", "names", "kept"),
    [
        ("Report card of Ana", ["Ana Rivera"], "report card of"),
        ("Report card of ANA, grade 3", ["ana"], "report card of grade #"),
        ("Re: Report for O’Neill-Rivera", ["Rivera"], "report for"),
        ("Rechnung ４５", [], "rechnung #"),  # digits as wide as signs of Chinese
        ("Reports", ["Report"], "reports"),  # a name inside a word is no name
        ("Regards", [], "regards"),  # begins like an answer and is none
    ],
)
def test_a_subject_is_kept_without_what_is_of_one_family(subject: str, names: list[str], kept: str) -> None:
    assert masked(subject, names) == kept
