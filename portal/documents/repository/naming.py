"""What documents and intakes are called after a child, once that child is erased."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col

from portal.documents.tables import Document, GivenFile, HeldFile, Intake, Release
from portal.kernel.storage.db import change, hold_rows

_NAMELESS = "erased"
_REASON = "Erased with whom it named."


def forget_child(session: Session, child_id: str, names: Sequence[str], number: str) -> None:
    """Take a child's name and number out of file names, findings and what was said of what staff gave."""

    def says(column: str) -> ColumnElement[bool]:
        whole = and_(*(col(column).icontains(name, autoescape=True) for name in names if name))
        return or_(whole, col(column).icontains(number, autoescape=True))

    called = or_(col(Document.addressee_id) == child_id, says(Document.file_name))
    hold_rows(session, col(Document.id), called)
    change(session, update(Document).where(called).values(file_name=_NAMELESS))
    change(session, update(HeldFile).where(says(HeldFile.file_name)).values(file_name=_NAMELESS))
    change(session, update(Release).where(says(Release.reason)).values(reason=_REASON))
    theirs = or_(col(GivenFile.child_id) == child_id, col(GivenFile.suggested_id) == child_id)
    named = or_(theirs, says(GivenFile.file_name), says(GivenFile.report))
    change(session, update(GivenFile).where(named).values(file_name=_NAMELESS, report=""))
    over = col(Intake.state).in_(("done", "failed", "set-aside"))
    change(session, update(Intake).where(over, says(Intake.problem)).values(problem=""))
    change(session, update(Intake).where(over, says(Intake.ask)).values(ask="{}"))
