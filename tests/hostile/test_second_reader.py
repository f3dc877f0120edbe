"""One administrator alone cannot make the second person who lets them read what was frozen."""

from sqlmodel import Session, col, delete, select
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.incidents.tables import IncidentReading
from portal.outbox.tables import StaffMail
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import LETTER, Cast, send_letter
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of

OLGA, MAX = "olga@riverbend.example.org", "max@riverbend.example.org"


def added(site: TestClient, house: House, cast: Cast, address: str, *, role: str = "admin") -> Acting:
    """Let Ida put somebody on the staff, as the page does; return them."""
    form = {"form_token": sit_down(site, house, cast.admin), "address": address, "role": role, "reach": "all"}
    assert site.post("/admin/staff", data=form).status_code == 303
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


def frozen(site: TestClient, house: House, cast: Cast, mailing_id: str) -> str:
    form = {"form_token": sit_down(site, house, cast.admin), "kind": "mailing", "id": mailing_id}
    return site.post("/admin/incidents", data=form).headers["location"]


def asks(site: TestClient, house: House, who: Acting, incident: str) -> int:
    with house.db.read() as session:
        document = session.exec(select(Document.id)).one()
    form = {"form_token": sit_down(site, house, who), "document": document, "reason": "Which names were in it?"}
    return site.post(f"{incident}/readings", data=form).status_code


def newest_of(session: Session) -> str:
    query = select(IncidentReading.id).order_by(col(IncidentReading.asked_at).desc())
    return session.exec(query.limit(1)).one()


def grants(site: TestClient, house: House, who: Acting, incident: str) -> int:
    with house.db.read() as session:
        newest = newest_of(session)
    token = {"form_token": sit_down(site, house, who)}
    return site.post(f"{incident}/readings/{newest}/grant", data=token).status_code


def reads(site: TestClient, house: House, who: Acting, incident: str) -> bytes:
    with house.db.read() as session:
        newest = newest_of(session)
    token = {"form_token": sit_down(site, house, who)}
    return site.post(f"{incident}/readings/{newest}/file", data=token).content


def test_an_admin_whom_the_first_one_made_after_the_freeze_is_no_second_person(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    olga = added(site, house, cast, OLGA)
    clock.forward(minutes=1)
    incident = frozen(site, house, cast, send_letter(house, cast, now=clock.now))
    clock.forward(minutes=1)
    with house.db.write() as session:
        session.execute(delete(StaffMail))
    own_second = added(site, house, cast, MAX)
    with house.db.read() as session:
        told = {(mail.kind, mail.staff_id) for mail in session.exec(select(StaffMail))}
    assert told == {("admin-added", cast.admin.id), ("admin-added", olga.id)}
    assert asks(site, house, cast.admin, incident) == 303
    assert grants(site, house, own_second, incident) == 403
    assert reads(site, house, cast.admin, incident) != LETTER
    assert asks(site, house, own_second, incident) == 403, "nor does the new one ask, for the first to grant it"
    page = text_of(site.get(incident).text)
    assert "You became an administrator after that" in page
    assert "and me read it" not in page
    # a second admin of before who is taken off and put back, or made less and then more, is new as well
    own = {"form_token": sit_down(site, house, cast.admin)}
    assert site.post(f"/admin/staff/{olga.id}/remove", data=own).status_code == 303
    added(site, house, cast, OLGA)
    assert grants(site, house, olga, incident) == 403
    clock.forward(hours=23)
    assert asks(site, house, cast.admin, incident) == 303
    assert grants(site, house, own_second, incident) == 403
    clock.forward(hours=1)
    assert grants(site, house, own_second, incident) == 303
    assert reads(site, house, own_second, incident) == LETTER


def test_two_admins_of_before_read_together_until_one_of_them_is_none(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    olga = added(site, house, cast, OLGA)
    clock.forward(minutes=1)
    incident = frozen(site, house, cast, send_letter(house, cast, now=clock.now))
    assert asks(site, house, cast.admin, incident) == 303
    assert grants(site, house, cast.admin, incident) == 403
    assert grants(site, house, olga, incident) == 303
    assert reads(site, house, cast.admin, incident) == LETTER
    own = {"form_token": sit_down(site, house, cast.admin)}
    assert site.post(f"/admin/staff/{olga.id}/remove", data=own).status_code == 303
    assert reads(site, house, cast.admin, incident) != LETTER
