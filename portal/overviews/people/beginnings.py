"""Ids by their beginnings: what of a kind has an id that begins so, each with the words that tell it from others."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from portal.documents.tables import Document
from portal.families.tables import Guardian
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.staff.tables import MailKey

Kind = Literal["mailing", "document", "link", "guardian", "mail key"]

_AFTER_HEX: Final = "g"
"""What sorts behind each id with a beginning, so that the primary key's index finds them."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Something whose id begins as asked; `words` are its title or label, its file's name, or a guardian's name."""

    id: str
    words: str


def ids_that_begin(session: Session, kind: Kind, beginning: str, *, limit: int) -> list[Begun]:
    """Return what of a kind has an id that begins with these hexadecimal digits, in the order of the ids."""
    query, key = _of(kind)
    within = key.between(beginning, beginning + _AFTER_HEX) & key.startswith(beginning, autoescape=True)
    rows = session.execute(query.where(within).order_by(key).limit(limit))
    return [Begun(row[0], " ".join(row[1:]).strip()) for row in rows]


def _of(kind: Kind) -> tuple[Select[Any], Mapped[str]]:
    query: Any
    match kind:
        case "mailing":
            key, query = col(Mailing.id), select(col(Mailing.id), col(Mailing.title))
        case "document":
            key, query = col(Document.id), select(col(Document.id), col(Document.file_name))
        case "guardian":
            key, query = col(Guardian.id), select(col(Guardian.id), col(Guardian.given_name), col(Guardian.family_name))
        case "mail key":
            key, query = col(MailKey.id), select(col(MailKey.id), col(MailKey.label))
        case "link":
            key = col(Link.id)
            query = (
                select(key, col(Mailing.title), col(Guardian.given_name), col(Guardian.family_name))
                .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
                .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
            )
    return query, key
