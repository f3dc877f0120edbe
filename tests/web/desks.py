"""A staff member's browser: signed in, and able to press the buttons of our own pages."""

import re

from starlette.testclient import TestClient

from portal.flows.opening.open_link import session_id_of
from portal.kernel.ids import new_secret
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.web.posted.forms import form_token
from portal.wiring import House


def session_of(house: House, person: Acting) -> str:
    """Begin a session for somebody; return what their cookie holds."""
    secret = new_secret()
    with house.db.write() as session:
        staff.start_session(session, session_id=session_id_of(secret), staff_id=person.id, now=house.clock())
    return secret


def sit_down(client: TestClient, house: House, person: Acting) -> str:
    """Sign somebody in in this browser, in place of whoever was; return the token its forms carry."""
    secret = session_of(house, person)
    client.cookies.set("__Host-staff" if house.settings.is_https else "staff", secret)
    return form_token(house.keys, session_id_of(secret))


def text_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
