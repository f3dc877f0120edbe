"""Student numbers of eight figures and more, which tell who it is in groups, in links and amid letters, too."""

from functools import partial

from portal.guard.roster.index import Person, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

ROSTER = Roster.of(
    (
        child("sara", "Sara", "Ekdahl", "71147109"),
        child("lars", "Lars", "Ekdahl", "204893"),
        Person("guardian", "per", frozenset({"sara"}), "Per", "Ekdahl", (), ("+1 210 644 6296",)),
    )
)


people_in = partial(guarded.people_in, roster=ROSTER)


@each(
    "7114 7109", "71 14 71 09", "711-471-09", "71147-109", "S71147109A", "71147109A", "SB71147109", "S-71147109-A",
    "https://school.test/page?id=71147109", "https://school.test/p/70941271/71147109", "www.school.test/p/71147109",
    "https://school.test/p/71147109/letter?from=mail", "HTTPS://SCHOOL.TEST/?Nr=71147109&x=1", "No. 7114-7109 is away",
)  # fmt: skip
def test_a_long_number_is_found_in_groups_in_links_and_amid_letters(text: str):
    assert people_in(f"See {text}.") == {"sara"}


@each(
    "71 147 109", "$7114 7109", "+65 7114 7109", "7114 7109 1122", "ISBN 7114 7109", "IMGX71147109", "7114 7108",
    "invoice 7114 7109", "7114.7109", "order no. 71147109A", "7114, 7109", "7114\n7109", "0x71147109ff",
    "https://news.test/2026/71147108", "https://school.test/p/204893", "204 893", "S204893A", "71147109.50 USD",
    "2026-08-14 10:20", "08/14/2026 7109", "p. 7114-7118",
)  # fmt: skip
def test_other_numbers_in_groups_in_links_and_amid_letters_are_clear(text: str):
    assert people_in(f"See {text}.") == frozenset()
