"""Every table of every room: the metadata that migrations are compared with."""

from sqlmodel import SQLModel

from portal.arrivals import tables as _arrivals
from portal.documents import tables as _documents
from portal.families import tables as _families
from portal.figures import tables as _figures
from portal.findings import tables as _findings
from portal.guard import tables as _guard
from portal.incidents import tables as _incidents
from portal.ledger import tables as _ledger
from portal.links import tables as _links
from portal.mailings import tables as _mailings
from portal.outbox import tables as _outbox
from portal.rate_limits import tables as _rate_limits
from portal.staff import tables as _staff

ROOMS = (
    *(_families, _staff, _mailings, _documents, _links, _outbox, _ledger, _guard, _incidents, _rate_limits),
    *(_arrivals, _figures, _findings),
)
APPEND_ONLY = (*_ledger.APPEND_ONLY, *_incidents.APPEND_ONLY, *_findings.APPEND_ONLY)
metadata = SQLModel.metadata
