"""Among the many numbers of a statistic some are student numbers by chance; in a list of pupils none is."""

import random

import pytest

from portal.guard.lists.list_shape import personal_rows
from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child

_FIRST = 100_001
_ALL = Roster.of(child(f"c{at}", f"Anouk{at}", "Quimby", f"{_FIRST + at}") for at in range(400))
"""Numbers that were given one after the other, as schools do."""


def _statistic(head: str = "Month\tPrivate\tPublic", rows: int = 60, step: int = 900) -> list[str]:
    lines = [f"2015-{month % 12 + 1:02}-01\t{90_000 + month * step}\t{19_601 + month}" for month in range(rows)]
    return [head, *lines] if head else lines


def _verdict(lines: list[str], place: str = "rows") -> type:
    return type(judge([Part(place, "\n\n".join(lines))], _ALL))


def test_a_figure_of_a_statistic_is_no_student_number():
    dice = random.Random(1)
    lines = _statistic()
    lines[30] = f"2017-06-01\t{_FIRST + 122}\t5857.1"
    assert _verdict(lines) is Clear
    spaced = [f'"Land {at}" 91{at:02} 0.00{dice.randrange(999)} {dice.randrange(80_000, 130_000)}' for at in range(60)]
    spaced[7] = f'"Neustadt an der Waldnaab" 9374 0.0044 {_FIRST + 42}'
    assert _verdict(spaced, "text") is Clear


@pytest.mark.parametrize(
    "head",
    [
        "Student\tA\tB",
        "Month\tStudent ID\tAbsent",
        "Month\tID\tAbsent",
        "Key\tNo.\tPublic",
        "Pupil\tPrivate\tPublic",
        "\t\t",
    ],
)
def test_a_column_that_may_be_of_pupils_is_theirs(head: str):
    lines = _statistic(head)
    lines[30] = f"2017-06-01\t{_FIRST + 122}\t5857.1"
    assert _verdict(lines) is Blocked


@pytest.mark.parametrize("head", ["Order ID", "Case number", "Trip no."])
def test_a_number_of_orders_is_no_pupils_unless_many_of_them_are_known(head: str):
    def told(every: int) -> type:
        rows = [(_FIRST if at % every == 0 else 700_000) + at for at in range(60)]
        return _verdict([f"{head}\tProduct\tQuantity\tPrice", *(f"CA-{row}\tPens\t3\t$4.50" for row in rows)])

    assert (told(40), told(6)) == (Clear, Blocked)


def test_a_list_by_number_is_a_list_whatever_heads_it():
    for every in (1, 2):  # each row, or each other one, is a child of the roster
        lines = [f"{(_FIRST if at % every == 0 else 700_000) + at}\t3\t{at}.50" for at in range(60)]
        for head in ("Key\tGrade\tDue", "A\tB\tC"):
            assert _verdict([head, *lines]) is Blocked, (every, head)


def test_a_short_table_is_no_statistic():
    lines = _statistic(rows=12)
    lines[5] = f"2017-06-01\t{_FIRST + 122}\t5857.1"
    assert _verdict(lines) is Blocked


def test_a_number_that_is_no_figure_of_its_column_counts_in_a_statistic_as_well():
    lines = _statistic()
    for row in (f"{_FIRST + 122}\t95,100\t19,633", f"Note: {_FIRST + 122}\t95100\t19633", f"call back {_FIRST + 122}"):
        assert _verdict([*lines[:30], row, *lines[30:]]) is Blocked, row


def test_a_child_that_is_named_beside_a_figure_is_named_by_it():
    lines = _statistic()
    lines[30] = f"Anouk122\t{_FIRST + 122}\t19633"
    assert _verdict(lines) is Blocked


_STATES = (
    "ALABAMA AL|ALASKA AK|ARIZONA AZ|ARKANSAS AR|CALIFORNIA CA|COLORADO CO|DELAWARE DE|FLORIDA FL|GEORGIA GA|HAWAII HI"
)


def test_a_name_and_its_code_are_no_person():
    rows = [
        f"{at:02}\t{{}}\t{7_718 * at}\t1,728".format(state.replace(" ", "\t"))
        for at, state in enumerate(_STATES.split("|"), 1)
    ]
    head = "Code\tName\tAbbreviation\tDependents' Educational Assistance\tTotal paid"
    assert personal_rows([Part("rows", "\n\n".join([head, *rows]))]) == ()


def test_a_list_in_capitals_has_short_names_in_it_and_is_a_list():
    names = "RIVERA AL|ALVAREZ AL|OKAFOR BO|DUBOIS EVE|KOWALSKI IAN|KHAN LEO|ROSSI MIA|DEMIR ELI"
    rows = [f"{name.replace(' ', chr(9))}\t3\t(704) 555-01{at:02}\tpaid" for at, name in enumerate(names.split("|"))]
    assert personal_rows([Part("rows", "\n\n".join(["LAST\tFIRST\tGRADE\tPHONE\tFEE", *rows]))])
    assert personal_rows([Part("rows", "\n\n".join(rows))])


_LANDS = [
    "Algeria",
    "Angola",
    "Benin",
    "Botswana",
    "Burundi",
    "Cameroon",
    "Chad",
    "Comoros",
    "Djibouti",
    "Egypt",
    "Gabon",
    "Gambia",
    "Ghana",
    "Guinea",
    "Kenya",
]
_GIVEN = [
    "Ana",
    "Ben",
    "Chloé",
    "Minh",
    "José",
    "Emma",
    "Liam",
    "Aisha",
    "Noah",
    "Sofia",
    "Yusuf",
    "Lan",
    "Mateo",
    "Nora",
    "Omar",
]
_FAMILY = [
    "Rivera",
    "Okafor",
    "Dubois",
    "Trần",
    "Cruz",
    "O'Neil",
    "Kowalski",
    "Khan",
    "Schmidt",
    "Rossi",
    "Demir",
    "Nguyễn",
    "Fuentes",
    "Marsh",
    "Farah",
]


def _rows(*columns: list[str], head: str = "") -> tuple[tuple[str, int], ...]:
    lines = ["\t".join(cells) for cells in zip(*columns, strict=True)]
    return personal_rows([Part("rows", "\n\n".join([head, *lines] if head else lines))])


@pytest.mark.parametrize("head", ["", "Country\tContinent\tFrom\tPopulation\tUpdated"])
@pytest.mark.parametrize("kinds", [["Africa"], ["Africa", "Asia", "Oceania"]])
def test_words_that_come_again_and_again_beside_others_make_no_names(kinds: list[str], head: str):
    beside = (kinds * 15)[:15]
    since = [f"2015-{(at * 7) % 12 + 1:02}-{(at * 11) % 28 + 1:02}" for at in range(15)]
    people = [f"{9_279_525 + 71 * at}" for at in range(15)]
    assert _rows(_LANDS, beside, since, people, people, head=head) == ()
    assert _rows(beside, _LANDS, since, people, people) == ()


def test_people_beside_their_school_are_a_list_however_often_that_comes():
    born = [f"2015-{(at * 7) % 12 + 1:02}-{(at * 11) % 28 + 1:02}" for at in range(15)]
    phones = [f"(704) 555-01{at:02}" for at in range(15)]
    sites = ["Oak", "Elm", "Pine"] * 5
    for columns in ((sites, _GIVEN, _FAMILY), (_GIVEN, _FAMILY, sites), (_FAMILY, _GIVEN, sites)):
        for head in ("", "Site\tFirst\tLast\tBorn\tPhone"):
            assert _rows(*columns, born, phones, head=head), (columns[0][0], head)


def test_siblings_are_a_list_though_family_names_come_again():
    families = [_FAMILY[at // 3] for at in range(15)]
    phones = [f"(704) 555-01{at:02}" for at in range(15)]
    grades = [f"{at % 6 + 1}" for at in range(15)]
    assert _rows(_GIVEN, families, grades, phones)
    assert _rows(_GIVEN, ["Rivera"] * 15, grades, phones, head="First\tLast\tGrade\tPhone")


@pytest.mark.parametrize("told", ["(704) 555-01{:02}", "family{}@gmail.com", "{} Oak Street, Springfield"])
def test_what_only_people_have_tells_a_list_of_one_name_each_beside_a_few_words(told: str):
    beside = [["Marsh", "Quimby", "Farah"][at % 3] for at in range(15)]
    born = [f"2015-{(at * 7) % 12 + 1:02}-{(at * 11) % 28 + 1:02}" for at in range(15)]
    without = _rows(_GIVEN, beside, born, [f"{at % 6 + 1}" for at in range(15)], head="")
    assert without == ()
    assert _rows(
        _GIVEN, beside, born, [told.format(10 + at) for at in range(15)], [f"{at % 6 + 1}" for at in range(15)]
    )
