"""What the page of a stop says of the pictures it is because of."""

from collections.abc import Collection

from portal.overviews.operation import known_pictures
from portal.overviews.operation.known_pictures import Asked
from portal.web.guards import StaffRequest


def asked_about(ask: StaffRequest, hashes: Collection[str]) -> Asked:
    """Say whether admins were shown the pictures that could not be read, or have said no to one."""
    with ask.house.db.read() as session:
        return known_pictures.asked_about(session, hashes, now=ask.now)
