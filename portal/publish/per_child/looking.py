"""Somebody looks at one page of a big PDF whose letters could not be told apart yet."""

from datetime import datetime

from portal.flows.writing import view_as_staff
from portal.kernel.errors import Refused
from portal.kernel.machine.scratch import scratch
from portal.reading.reader import Unreadable
from portal.staff.rules import Acting
from portal.wiring import House


def page_in_doubt(house: House, mailing_id: str, page: int, *, by: Acting, now: datetime) -> bytes:
    """Return a page that is nobody's yet, cut out in the cage; only after it is in the ledger who looked.

    Raises `NoSuchMailing`, `NothingGiven` for any other page, `Refused` when it can't be cut.
    """
    with house.db.read() as session:
        found = view_as_staff.page_in_doubt(session, mailing_id, page, by=by)
    with scratch() as folder:
        whole = folder / "whole.pdf"
        with whole.open("wb") as file:
            file.writelines(house.documents.open(found.document_id, found.size))
        cut = house.reader.cut(whole, [[page - 1]], folder / "cut")
        if isinstance(cut, Unreadable):
            raise Refused(cut.reason)
        data = cut.files[0].read_bytes()
    with house.db.write() as session:
        view_as_staff.note_staff_view(session, house.keys, mailing_id, found.document_id, by=by, now=now)
    return data
