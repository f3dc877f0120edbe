"""Whether children of a mailing were sent this very letter before: a second run is a second act, and says so."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document
from portal.mailings.tables import Mailing
from portal.words.sentences import sentence

_WENT = ("held", "sending", "paused", "sent", "stopped")


@dataclass(frozen=True, slots=True)
class SentBefore:
    """The approved mailing by which most of these children have the same letter, byte for byte, and how many."""

    mailing_id: str
    title: str
    approved_at: datetime
    children: int

    @property
    def sentence(self) -> str:
        """What staff are told."""
        if self.children == 1:
            return sentence(
                "One child of this audience had the same letter before, in “%(title)s”, and would be told of it again.",
                title=self.title,
            )
        return sentence(
            "%(count)s children of this audience had the same letter before, in “%(title)s”, "
            "and would be told of it again.",
            count=self.children,
            title=self.title,
        )


_Earlier = aliased(Document)
_SAME = (
    select(col(Mailing.id), col(Mailing.title), col(Mailing.approved_at), col(Copy.child_id))
    .join(Copy, col(Copy.mailing_id) == col(Mailing.id))
    .join(_Earlier, col(_Earlier.id) == col(Copy.document_id))
    .join(Document, and_(col(Document.sha256) == col(_Earlier.sha256), col(Document.mailing_id) != col(Mailing.id)))
    .where(
        col(Mailing.state).in_(_WENT),
        # a menu that comes with many letters makes none of them the same
        col(Document.place) == 0,
        col(_Earlier.place) == 0,
        col(Copy.revoked_at).is_(None),
        or_(col(Document.addressee_id).is_(None), col(Document.addressee_id) == col(Copy.child_id)),
    )
    .distinct()
)


def sent_before(session: Session, mailing: Mailing, reached: Container[str]) -> SentBefore | None:
    """Return by which mailing most of the children whom this one reaches have the same letter, if any of them has."""
    children: dict[tuple[str, str, datetime], set[str]] = defaultdict(set)
    for mailing_id, title, approved_at, child_id in session.execute(
        _SAME.where(col(Document.mailing_id) == mailing.id)
    ):
        if child_id in reached:
            children[mailing_id, title, approved_at].add(child_id)
    if not children:
        return None
    (mailing_id, title, approved_at), had = max(children.items(), key=lambda one: (len(one[1]), one[0][2]))
    return SentBefore(mailing_id, title, approved_at, len(had))
