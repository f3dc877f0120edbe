"""A letter into which the portal wrote a child's name is known to be that child's, and still may name nobody else."""

from pathlib import Path

import pytest
from sqlmodel import col, update

from portal import publish
from portal.families.tables import Child
from portal.flows.writing import sort_files
from portal.mailings.errors import BeingCheckedAgain
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, seat_eva
from tests.conftest import Watch
from tests.flows.test_one_letter_each import give, look_at_the_sample, newer_roster, problems, table, values

README = "Dear family of {{ child.given_name }},\n\nwe begin on Monday."
NUMBERS = "Number {{ child.student_number }}: bring a hat."


@pytest.mark.parametrize("letter", [README, NUMBERS, "Hello {{ child.family_name }}!"])
def test_every_child_has_its_letter_by_one_field(house: House, cast: Cast, letter: str) -> None:
    """Two of the four are both called Ana Rivera, so that two letters say the very same."""
    mailing_id = give(house, cast, "merge", {}, markdown=letter)
    assert problems(house, mailing_id) == []
    assert len(table(house, mailing_id).files) == 4
    assert table(house, mailing_id).mailing.state == "checked"


def test_it_is_still_known_when_it_is_judged_again(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = give(house, cast, "merge", {}, markdown=README)
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    newer_roster(house, clock)
    with pytest.raises(BeingCheckedAgain):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    assert publish.sort_given(house, mailing_id)
    assert publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock()).state == "held"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "kind"),
    [*((name, "markdown") for name in ("ليلى", "欧阳", "O’Brien", "Will", "J", "A*B_c")), ("अनिल कुमार", "template")],
)
def test_every_child_has_its_letter_however_it_is_called(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, name: str, kind: str
) -> None:
    eva = seat_eva(house, cast, now=clock.now)
    with house.db.write() as session:
        session.execute(update(Child).where(col(Child.id) == eva).values(given_name=name))
    if kind == "markdown":
        mailing_id = give(house, cast, "merge", {}, markdown=README)
    else:
        (tmp_path / "letter.typ").write_text("Dear family of #child.given_name, we begin on Monday.")
        mailing_id = give(house, cast, "merge", {"template": publish.Upload(tmp_path / "letter.typ", "letter.typ")})
    assert problems(house, mailing_id) == []


@pytest.fixture
def other_sam(house: House, cast: Cast, clock: Watch) -> str:
    """Seat a sister of Ana whose given name is what another child is called, Sam Efe Okafor: “Sam Okafor”."""
    eva = seat_eva(house, cast, now=clock.now)
    with house.db.write() as session:
        for child, name in ((eva, "Sam Okafor"), (cast.sam, "Sam Efe")):
            session.execute(update(Child).where(col(Child.id) == child).values(given_name=name))
    return eva


@pytest.mark.parametrize("letter", [README, "{{ child.given_name }} has a hat. Bring it, {{ child.given_name }}."])
@pytest.mark.usefixtures("other_sam")
def test_a_given_name_by_which_another_child_is_called_passes_too(
    house: House, cast: Cast, clock: Watch, letter: str
) -> None:
    mailing_id = give(house, cast, "merge", {}, markdown=letter)
    assert problems(house, mailing_id) == []
    with house.db.write() as session:
        sort_files.check_again(session, session.get_one(Mailing, mailing_id), by=cast.writer, now=clock.now)
    assert publish.sort_given(house, mailing_id)
    assert problems(house, mailing_id) == []
    assert table(house, mailing_id).mailing.state == "checked"


@pytest.mark.parametrize(
    "letter",
    [f"{README}\n\n{{{{ note }}}}", f"{README}\n\n**Sam** Okafor hit him. {{{{ note }}}}"],
    ids=["value", "words"],
)
def test_the_other_child_is_still_refused_beside_it(
    house: House, cast: Cast, tmp_path: Path, other_sam: str, letter: str
) -> None:
    notes = {"100001": "ok", "100002": "ok", "100004": "ok", "100006": "ok", "100008": "Sam Okafor hit him"}
    if "**" in letter:
        notes["100008"] = "ok"
    rows = "Student ID,Note\n" + "".join(f"{number},{note}\n" for number, note in notes.items())
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path)}, markdown=letter)
    assert "names-others" in problems(house, mailing_id)
    assert other_sam in [one.child_id for one in table(house, mailing_id).files.values() if one.problem]


def test_a_value_that_names_another_child_stops_that_letter_alone(house: House, cast: Cast, tmp_path: Path) -> None:
    rows = "Student ID,Note\n100001,ok\n100002,Sam Okafor hit him\n100004,ok\n100006,ok\n"
    letter = f"{README}\n\n{{{{ note }}}}"
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path)}, markdown=letter)
    assert problems(house, mailing_id) == ["names-others"]
    stopped = [one.child_id for one in table(house, mailing_id).files.values() if one.problem]
    assert stopped == [cast.luis]


@pytest.mark.parametrize(
    ("field", "kind"),
    [("{{ child.grade }}", "wrong-child"), ("{{ note }}", "wrong-child"), ("no field at all", "same-as-other")],
)
def test_a_letter_that_says_nothing_of_the_child_is_not_known_to_be_its_own(
    house: House, cast: Cast, tmp_path: Path, field: str, kind: str
) -> None:
    rows = "Student ID,Note\n100001,a\n100002,b\n100004,c\n100006,d\n"
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path)}, markdown=f"Dear family, {field}.")
    assert set(problems(house, mailing_id)) == {kind}


@pytest.mark.parametrize(
    "letter",
    [
        "// For #child.given_name\nDear family, she failed Math.",
        "#let name = child.name\nDear family, she failed Math.",
        "#set document(author: child.name)\nDear family, she failed Math.",
        "#hide[#child.given_name] Dear family, she failed Math.",
    ],
)
def test_a_template_that_names_a_field_and_shows_nothing_of_it_makes_no_letter_known(
    house: House, cast: Cast, tmp_path: Path, letter: str
) -> None:
    """Whoever typed one child's letter into a template would else send it to all."""
    (tmp_path / "letter.typ").write_text(letter)
    upload = publish.Upload(tmp_path / "letter.typ", "letter.typ")
    mailing_id = give(house, cast, "merge", {"template": upload})
    assert set(problems(house, mailing_id)) <= {"wrong-child", "same-as-other", "unreadable"}
    assert table(house, mailing_id).mailing.state == "draft"


def test_a_template_that_shows_a_given_name_makes_letters_known(house: House, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "letter.typ").write_text("Dear family of #child.given_name, we begin on Monday.")
    upload = publish.Upload(tmp_path / "letter.typ", "letter.typ")
    mailing_id = give(house, cast, "merge", {"template": upload})
    assert problems(house, mailing_id) == []
    assert table(house, mailing_id).mailing.state == "checked"
