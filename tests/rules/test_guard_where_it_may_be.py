"""What is looked for only where it may be is found as if it were looked for everywhere."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guard.mentions.grid import Grid
from portal.guard.mentions.layout.under_headings import names_stacked
from portal.guard.roster.contacts import PhoneEnds, addresses_in, known_addresses_in, known_phones_in
from portal.guard.text.word_filter import WordFilter
from portal.guard.views.passages import Passage
from tests.rules.guarded import ROSTER

_LONG = "we read and sing and play " * 160


def _texts(*pieces: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), min_size=1, max_size=40).map("".join)


@given(
    _texts(
        "7045550100", "704", "555", "-0100", " 0134", "5550134", " ", "  ", "\n", "\u2022", "x", "é", "名", " 9", ") ("
    )
)
def test_phones_are_those_of_each_run_of_digits(text: str):
    known = dict.fromkeys(("7045550100", "7045550134"))
    ends = PhoneEnds(known)

    def phones(passage: Passage) -> set[str]:
        return known_phones_in(passage, known, ends, ends.places_in(*passage.digits))

    passage = Passage(text)
    runs = re.findall(r"[0-9](?:[ ()\[\].+/\-\n\t\u00b7\u2022_]{0,4}[0-9]){6,}", passage.folded)
    assert phones(passage) == set[str]().union(*(phones(Passage(run)) for run in runs))


@given(
    st.lists(
        st.sampled_from(
            (
                "ana.lee@home.test",
                "lee@home.test",
                "lee (at) home (dot) test",
                "office@home.test",
                "home",
                "lee",
                "=3Dlee@home.test",
            )
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 9),
)
def test_addresses_are_those_around_each_host(written: list[str], apart: int):
    known = dict.fromkeys(("lee@home.test", "ana.lee@home.test"))
    text = f" {'sing ' * 4 * apart}".join(written)
    for passage in (Passage(text), Passage(f"{text}\n{_LONG}", lexicon=WordFilter(["home", "lee"]))):
        around = [passage.folded[max(start - 120, 0) : end + 120] for start, end in passage.places_of({"home"})]
        expected = {one for near in around for one in addresses_in(near) if one in known}
        assert known_addresses_in(passage, known, frozenset({"home"}), frozenset({"lee"})) == expected


@pytest.mark.parametrize("length", [9, 39, 40, 41])
@pytest.mark.parametrize("around", ["{}", "we sing\n{}\nwe read", f"{_LONG}\n{{}}\n{_LONG}"])
def test_a_name_on_two_lines_is_found_in_short_lines_wherever_they_are(length: int, around: str):
    passage = Passage(around.format(f"Oliver\n\n{'Whitcombe':{length}}"))
    assert bool(list(names_stacked.detect(Grid(passage, ROSTER, is_short=True), ROSTER))) == (length <= 40)
