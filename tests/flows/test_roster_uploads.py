"""A roster that an admin gives in the browser comes to the same as by the command: one function, whoever asks."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from portal import publish
from portal.families.errors import NoAddresses, RosterUnclear
from portal.families.repository import uploads
from portal.families.rules import GONE_TIE, NEW_CHILD, OTHER_ADDRESS, OTHER_TIE, NamedChange
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterUpload, RosterVersion
from portal.flows.people.import_roster import fingerprint
from portal.kernel.errors import PortalError
from portal.publish.rosters.importing import Comparison, Wishes, import_file
from portal.publish.rosters.roster_uploads import Seen, Told, seen_in
from portal.rosters.fields.answers import answers
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from tests.conftest import Watch
from tests.flows.district import Cells, Office, everybody, stranger, with_cells, without
from tests.rosters.oneroster_builder import small_district
from tests.rosters.test_sds import FILES
from tests.rosters.test_systems import EXPORTS

ALL = publish.Allowed(drop=True, bad_rows=True, no_addresses=True)
ODD = (
    "Perm Ref,First Name,Last Name,Parent Name,Reach at,DOB\n1,Noor,Haddad,Huda Haddad,huda@mail.example.org,3/4/2018\n"
)
SAID = ("Perm Ref=child_id", "Reach at=guardian_email")
NOTHING = Told()


@pytest.fixture
def ida(house: House) -> Acting:
    address = "ida@riverbend.example.org"
    with house.db.write() as session:
        staff.put(session, address=address, address_key=address, name="Ida", role="admin", now=house.clock())
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


def of_system(system: str) -> Callable[[Path], Path]:
    def written(folder: Path) -> Path:
        path = folder / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(EXPORTS[system].rows[0]))
            writer.writeheader()
            writer.writerows(EXPORTS[system].rows)
        return path

    return written


def sds(folder: Path) -> Path:
    district = small_district()
    district.files = lambda: {f"{name}.csv": text.encode() for name, text in FILES.items()}  # type: ignore[method-assign]  # a zip of other files
    return district.zip(folder / "sds.zip")


def synthetic(folder: Path) -> Path:
    write_synthetic_roster(folder / "roster.csv")
    return folder / "roster.csv"


def odd(folder: Path) -> Path:
    (folder / "odd.csv").write_text(ODD)
    return folder / "odd.csv"


LAYOUTS: dict[str, tuple[Callable[[Path], Path], Told]] = {
    **{system: (of_system(system), Told()) for system in EXPORTS},
    "OneRoster 1.1": (lambda folder: small_district("1.1").zip(folder / "export.zip"), Told()),
    "OneRoster 1.2": (lambda folder: small_district("1.2").zip(folder / "export.zip"), Told()),
    "School Data Sync": (sds, Told()),
    "unknown headers": (odd, Told(SAID, "day-first")),
    "2,900 children": (synthetic, Told()),
}


def work(house: House) -> None:
    for one in publish.waiting_rosters(house):
        assert publish.work_on_roster(house, one)


def upload_of(house: House, upload_id: str) -> RosterUpload:
    with house.db.read() as session:
        upload = uploads.upload_of(session, upload_id)
    assert upload is not None
    return upload


def given(house: House, path: Path, ida: Acting, told: Told = NOTHING) -> str:
    """Give a file as a browser does, with what is said of it, and have it looked at."""
    upload_id = publish.give_roster(house, path.name, path.read_bytes(), by=ida, now=house.clock())
    work(house)
    if told != Told():
        publish.look_again(house, upload_id, told, now=house.clock())
        work(house)
    return upload_id


def found(house: House, upload_id: str) -> Seen:
    return seen_in(house, upload_of(house, upload_id), now=house.clock())


def compared(house: House, path: Path, told: Told) -> Comparison:
    """Compare a file as the command does."""
    seen: list[Comparison] = []
    wishes = Wishes(dry_run=True, said=answers(told.columns, told.dates), names=20_000)
    try:
        import_file(house, path, by="cli:office", wishes=wishes, show=seen.append)
    except PortalError:
        assert seen
    return seen[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_browser_and_command_come_to_the_same(house: House, ida: Acting, tmp_path: Path, layout: str) -> None:
    write, told = LAYOUTS[layout]
    path = write(tmp_path)
    upload_id = given(house, path, ida, told)
    seen, command = found(house, upload_id), compared(house, path, told)
    assert (seen.report, seen.changes, seen.sentence) == (command.report, command.changes, str(command.refusal or ""))
    assert sorted(map(str, seen.named)) == sorted(map(str, command.named))
    publish.import_it(house, upload_id, ALL, by=ida, now=house.clock())
    work(house)
    assert upload_of(house, upload_id).state == "imported"
    with house.db.read() as session:
        assert session.exec(select(RosterVersion.content_sha256)).one() == fingerprint(path)
        people = [len(session.exec(select(table)).all()) for table in (Child, Guardian, Guardianship)]
    assert tuple(people) == command.changes.named
    wishes = Wishes(
        accept_drop=True, skip_bad_rows=True, without_addresses=True, said=answers(told.columns, told.dates)
    )
    again = import_file(house, path, by="cli:office", wishes=wishes)
    assert again is not None
    assert not again.is_new, "the command finds nothing left to do"


def test_what_changes_is_known_by_name(house: House, office: Office, ida: Acting) -> None:
    office.take_in(everybody())
    rows: list[Cells] = [
        each | ({"may_receive": "yes"} if each["guardian_id"] == "g-emeka" else {})
        for each in with_cells("carla", guardian_email="carla@new.example.org")
        if (each["child_id"], each["guardian_id"]) != ("100004", "g-rosa_r")
    ]
    named = found(house, given(house, office.write([*rows, stranger(1)]), ida)).named
    assert [one for one in named if one.what in {NEW_CHILD, GONE_TIE, OTHER_TIE, OTHER_ADDRESS}] == [
        NamedChange(NEW_CHILD, "Noor Haddad", "200001"),
        NamedChange(GONE_TIE, "Ana Rivera", "100004", "Rosa Rivera", "rosa.rivera@mail.example.org"),
        NamedChange(OTHER_TIE, "Sam Okafor", "100006", "Emeka Okafor", "yes"),
        NamedChange(
            OTHER_ADDRESS, guardian="Carla Rivera", said="carla@new.example.org", before="carla.rivera@mail.example.org"
        ),
    ]


def test_whoever_leaves_is_named_as_they_were(house: House, office: Office, ida: Acting) -> None:
    office.take_in(everybody())
    rows = [each for each in everybody() if each["child_id"] != "100006"]
    named = found(house, given(house, office.write(rows), ida)).named
    assert sorted((one.what, one.child, one.guardian) for one in named) == [
        ("gone-child", "Sam Okafor", ""),
        (GONE_TIE, "Sam Okafor", "Emeka Okafor"),
        (GONE_TIE, "Sam Okafor", "Ngozi Okafor"),
    ]


def test_a_roster_without_an_address_stops_with_that_sentence(house: House, office: Office, ida: Acting) -> None:
    path = office.write([each | {"guardian_email": ""} for each in everybody()])
    refusal = compared(house, path, Told()).refusal
    assert isinstance(refusal, NoAddresses)
    assert str(refusal).startswith("This roster has no e-mail address at all, so no family could be written to.")
    assert "--without-addresses" in str(refusal)
    assert found(house, given(house, path, ida)).sentence == str(refusal)
    done = import_file(house, path, by="cli:office", wishes=Wishes(without_addresses=True))
    assert done is not None
    assert done.is_new


def test_an_import_that_is_not_allowed_changes_nothing_and_says_why(house: House, office: Office, ida: Acting) -> None:
    office.take_in(everybody())
    upload_id = given(house, office.write(without("sam", "ngozi")), ida)
    publish.import_it(house, upload_id, publish.Allowed(), by=ida, now=house.clock())
    work(house)
    upload = upload_of(house, upload_id)
    assert upload.state == "looked"
    assert upload.problem.startswith("1 of 7 guardianships would end with this roster")
    assert len(office.ties()) == 7


def test_a_worker_that_dies_is_followed_by_another_and_after_two_it_is_said(
    house: House, office: Office, ida: Acting, clock: Watch
) -> None:
    upload_id = publish.give_roster(house, "r.csv", office.write(everybody()).read_bytes(), by=ida, now=clock.now)
    for _ in range(2):
        with house.db.write() as session:
            until = clock.now + timedelta(seconds=60)
            assert uploads.claim_upload(session, upload_id, lease_id="gone", until=until, now=clock.now)
        assert publish.waiting_rosters(house) == [], "while its lease lasts"
        clock.forward(seconds=61)
        assert publish.waiting_rosters(house) == [upload_id]
    work(house)
    upload = upload_of(house, upload_id)
    assert upload.state == "failed"
    assert "Two processes in a row ended over this roster" in upload.problem


def test_a_worker_that_is_told_to_end_puts_it_down(house: House, office: Office, ida: Acting) -> None:
    upload_id = publish.give_roster(house, "r.csv", office.write(everybody()).read_bytes(), by=ida, now=house.clock())
    assert publish.work_on_roster(house, upload_id, is_over=lambda: True)
    assert publish.waiting_rosters(house) == [upload_id]
    work(house)
    assert upload_of(house, upload_id).state == "looked"


def test_addresses_below_an_unknown_header_are_found_when_nothing_else_says_who_a_guardian_is(
    house: House, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Student ID,First Name,Last Name,Reach at\n1,Noor,Haddad,huda@mail.example.org\n")
    refusal = compared(house, path, Told()).refusal
    assert isinstance(refusal, RosterUnclear)
    assert 'It holds 1 mail address. Say what it is, as --column "Reach at=guardian_email"' in str(refusal)
    assert compared(house, path, Told(("Reach at=guardian_email",))).refusal is None


def test_a_column_without_a_header_is_called_by_its_place(house: House, tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("Student ID,First Name,Last Name,\n1,Noor,Haddad,huda@mail.example.org\n")
    assert '--column "column 4=guardian_email"' in str(compared(house, path, Told()).refusal)
    assert compared(house, path, Told(("column 4=guardian_email",))).refusal is None


def test_places_are_the_same_too(house: House, office: Office, ida: Acting) -> None:
    upload_id = given(house, office.write(everybody()), ida)
    publish.import_it(house, upload_id, ALL, by=ida, now=house.clock())
    work(house)
    with house.db.read() as session:
        assert {(one.site, one.program) for one in session.exec(select(Enrolment)).all()} == {
            ("Maple", "After School"), ("Oak", "After School"),
        }  # fmt: skip
