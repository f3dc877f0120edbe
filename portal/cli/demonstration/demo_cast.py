"""Who and what the demo is made of: its roster, its three staff members and its letters."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.cli.families.roster import import_file
from portal.cli.person import shell_name
from portal.flows.people import change_staff, sign_in_staff
from portal.kernel.machine.scratch import scratch
from portal.mailings.rules import Term
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff import repository as staff
from portal.staff.rules import Acting, Role
from portal.wiring import House, press

PEOPLE: dict[Role, str] = {"publisher": "Rosa Delgado", "approver": "Omar Haddad", "admin": "Ida Lindqvist"}
_ADDRESSES: dict[Role, str] = {
    "publisher": "rosa.delgado@riverbend.example.org",
    "approver": "omar.haddad@riverbend.example.org",
    "admin": "ida.lindqvist@riverbend.example.org",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter of the demo says, and to whom it goes; `letter` is its Markdown, empty where it is a file."""

    title: str
    message: str
    term: Term
    letter: str = ""


WELCOME = Words(
    "Welcome to the After School Enrichment Program",
    "We are glad that your child is with us this year.\n\nThe letter says when we begin and what to bring.",
    Term("everyone"),
)
FIELD_TRIP = Words(
    "Field trip to the river on Friday",
    "Grade 5 goes to the river on Friday. The letter says what to bring.",
    Term("grade", "5"),
    """Dear families,

grade 5 goes to the river on Friday. The bus leaves at nine in the morning and is back at two.

## What to bring

- shoes that may get wet,
- a packed lunch and a water bottle,
- a rain jacket.

Call the program office if your child stays at school that day.
""",
)


def import_demo_roster(house: House) -> None:
    """Write the synthetic roster and import it as any other."""
    with scratch() as folder:
        path = folder / "roster.csv"
        write_synthetic_roster(path)
        import_file(house, path, by=shell_name())


def seat_staff(house: House) -> dict[Role, Acting]:
    """Add one person for each role, acting through this shell."""
    by = shell_name()
    with house.db.write() as session:
        for role, address in _ADDRESSES.items():
            change_staff.add_staff(
                session, house.keys, address, role=role, name=PEOPLE[role], sites=(), by=by, now=house.clock()
            )
        return {role: staff.by_address(session, address, through=by) for role, address in _ADDRESSES.items()}


def write_letter(house: House) -> Path:
    """Set the welcome letter as a PDF in a temporary file; whoever asked removes it."""
    template = (Path(__file__).parent / "welcome.typ").read_text(encoding="utf-8")
    values = {"organisation": house.settings.organisation, "program": "After School Enrichment Program"}
    with tempfile.NamedTemporaryFile(prefix="portal-", suffix=".pdf", delete=False) as file:
        file.write(press().typeset(template, values))
    return Path(file.name)


def sign_in_links(house: House) -> dict[Role, str]:
    """Return a fresh one-time sign-in link for each role."""
    links: dict[Role, str] = {}
    for role, address in _ADDRESSES.items():
        with house.db.write() as session:
            token = sign_in_staff.make_sign_in_link(session, house.keys, address, by=shell_name(), now=house.clock())
        links[role] = f"{house.settings.base_url}/staff/sign-in#{token}"
    return links
