"""An admin on day one: in by the link of `portal init`, with a roster whose two most needed headers nobody knows."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.cli.opening import setup_address
from portal.flows.people.sign_in_staff import make_setup_link
from portal.rosters.synthetic import write_synthetic_roster
from portal.wiring import House
from tests.browser.family_ways import Deliver
from tests.browser.journeys.walk import Walk, everywhere

CHILDREN = 120


@pytest.fixture
def invitation(live: str, house: House) -> str:
    """The link that `portal init` prints, at the site that serves."""
    with house.db.write() as session:
        token = make_setup_link(session, house.keys, by="cli:office", now=house.clock())
    assert live == house.settings.base_url
    return setup_address(house.settings, token)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """A school's export, in which the student number and the guardians' addresses stand below words of its own."""
    path = tmp_path / "Export fall.csv"
    write_synthetic_roster(path, children=CHILDREN)
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    own = header.replace("child_id", "Perm Ref").replace("guardian_email", "Reach at")
    path.write_text(f"{own}\n{rest}", encoding="utf-8")
    return path


@everywhere
def test_an_admin_on_day_one(walk: Walk, invitation: str, roster: Path, deliver: Deliver) -> None:
    become_the_admin(walk, invitation)
    give(walk, roster)
    deliver()
    say_what_columns_hold(walk)
    deliver()
    import_what_was_seen(walk)
    deliver()
    page = walk.page
    expect(page.get_by_role("heading", name="The roster is imported")).to_be_visible()
    expect(page.get_by_text("Ida imported it")).to_be_visible()
    expect(page.get_by_role("definition").first).to_have_text(str(CHILDREN))
    walk.look()
    walk.arrived(presses=9, kilobytes=220)


def become_the_admin(walk: Walk, invitation: str) -> None:
    page = walk.page
    walk.follow(invitation)
    page.get_by_label("Your work e-mail address").fill("ida@riverbend.example.org")
    page.get_by_label("Your name").fill("Ida")
    walk.press(page.get_by_role("button", name="Become the admin"))
    page.wait_for_url("**/admin/settings")


def give(walk: Walk, roster: Path) -> None:
    page = walk.page
    walk.press(page.get_by_role("link", name="Home"))
    expect(page.get_by_text("There is no roster yet.")).to_be_visible()
    walk.look()
    walk.in_first_window(page.get_by_role("link", name="Import one"))
    walk.press(page.get_by_role("link", name="Import one"))
    walk.look()
    walk.choose(page.get_by_label("The roster"), roster)
    walk.press(page.get_by_role("button", name="Read it"))
    expect(page.get_by_role("heading", name="The roster is being read")).to_be_visible()
    walk.look()


def say_what_columns_hold(walk: Walk) -> None:
    """Two headers are not known; one is proposed by its cells, and the other is chosen."""
    page = walk.page
    expect(page.get_by_role("heading", name="What the columns hold")).to_be_visible()
    expect(page.get_by_text("2 columns of Export fall.csv are not known.")).to_be_visible()
    walk.look()
    expect(page.get_by_label("Reach at")).to_have_value("guardian_email")
    walk.presses += 1
    page.get_by_label("Perm Ref").select_option("Child: student number")
    walk.press(page.get_by_role("button", name="Go on with these columns").first)
    expect(page.get_by_role("heading", name="The roster is being read")).to_be_visible()


def import_what_was_seen(walk: Walk) -> None:
    page = walk.page
    expect(page.get_by_role("heading", name="What this roster changes")).to_be_visible()
    expect(page.get_by_role("link", name=f"New children: {CHILDREN}")).to_be_visible()
    walk.look()
    walk.press(page.get_by_role("button", name="Import it"))
    expect(page.get_by_role("heading", name="The roster is being imported")).to_be_visible()
