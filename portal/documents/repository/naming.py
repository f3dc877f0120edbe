"""What documents and intakes are called after a child, once that child is erased."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col

from portal.documents.tables import Document, GivenFile, Intake
from portal.kernel.db import change

_NAMELESS = "erased"


def forget_child(session: Session, child_id: str, names: Sequence[str], number: str) -> None:
    """Take a child's name and number out of file names, findings and what was said of what staff gave."""

    def says(column: str) -> ColumnElement[bool]:
        whole = and_(*(col(column).contains(name, autoescape=True) for name in names if name))
        return or_(whole, col(column).contains(number, autoescape=True))

    change(session, update(Document).where(col(Document.addressee_id) == child_id).values(file_name=_NAMELESS))
    theirs = or_(col(GivenFile.child_id) == child_id, col(GivenFile.suggested_id) == child_id)
    named = or_(theirs, says(GivenFile.file_name), says(GivenFile.report))
    change(session, update(GivenFile).where(named).values(file_name=_NAMELESS, report=""))
    over = col(Intake.state).in_(("done", "failed"))
    change(session, update(Intake).where(over, says(Intake.problem)).values(problem=""))
    change(session, update(Intake).where(over, says(Intake.ask)).values(ask="{}"))
