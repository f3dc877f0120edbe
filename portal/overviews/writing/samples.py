"""A mailing as one of its families will get it, before anybody has: the real words, and nothing that opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.repository import intakes
from portal.documents.repository.enclosures import enclosed_in
from portal.documents.tables import Document
from portal.families import repository as families
from portal.families.tables import Child
from portal.kernel.configuration.settings import Settings
from portal.kernel.text.addresses import OneAddress
from portal.links.rules import LinkFacts, Open
from portal.mail.letters.compose import ChildLink
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.family import notices
from portal.overviews.family.letter_languages import Shown, letter_in
from portal.overviews.family.letters import Letter
from portal.staff.rules import Acting
from portal.words.languages import ENGLISH, Language
from portal.words.sentences import sentence

_NO_CODE = "XXXX-XXXX-XXXX"
_SAMPLE_END = "a-secret-of-this-family-alone"


@dataclass(frozen=True, slots=True)
class Message:
    """The message that is mailed, as a mail program without pictures shows it."""

    sender: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Child:
    given_name: str
    site: str


def sample_letter(
    session: Session, by: Acting, mailing_id: str, *, reader: Language, hold: timedelta, now: datetime
) -> Shown:
    """Return the letter as the page of a family shows it that reads this language.

    Raises `NoSuchMailing`, `NoSuchDocument`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    held = documents.documents_of(session, mailing.id)
    wanted = [found for tag in (reader.tag, "") if (found := documents.in_language(held, tag))]
    if mailing.way != "shared":
        wanted = _first(session, mailing.id, held)
    if not wanted:
        raise NoSuchDocument(sentence("There is no letter yet that families could open. Choose a file first."))
    enclosed = enclosed_in(held) if mailing.way == "shared" else []
    letters = [_letter(session, mailing, file, hold, now) for file in (*wanted, *enclosed)]
    return letter_in(session, letters[0], letters, reader)


def _letter(session: Session, mailing: Mailing, file: Document, hold: timedelta, now: datetime) -> Letter:
    child = _child_of(session, mailing, file, now)
    link = LinkFacts(
        link_id="",
        mailing_id=mailing.id,
        guardian_id="",
        child_id="",
        expires_at=_expires_at(mailing, hold, now),
        revoked_at=None,
        revoked_why="",
        may_see=True,
        mailing_state=mailing.state,
    )
    return Letter(
        opening_id="",
        link=link,
        verdict=Open(),
        copy_id="",
        document_id=file.id,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        pages=file.pages,
        child_given_name=child.given_name,
        title=mailing.title,
        message=mailing.message,
        site=child.site,
        sent_at=mailing.approved_at or now,
        language=file.language,
        place=file.place,
        page_id=None if file.addressee_id else file.page_id,  # one child's letter is not another's sample
        page_size=None if file.addressee_id else file.page_size,
    )


def sample_message(
    session: Session, by: Acting, mailing_id: str, settings: Settings, *, reader: Language = ENGLISH, now: datetime
) -> Message:
    """Return the message as it will be mailed, written by the very code that writes it. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    hold = timedelta(seconds=settings.hold_seconds)
    letter = notices.letter_of(
        mailing,
        settings,
        expires_at=_expires_at(mailing, hold, now),
        words=mailings.words_of(session, mailing.id),
        language=reader,
        is_confidential=audiences.asks_code(mailing, audiences.reach_of(session, mailing, now=now)),
    )
    ways = [
        ChildLink(child.given_name, f"{settings.base_url}/o#{_SAMPLE_END}", _NO_CODE, child.site)
        for child in _children(session, mailing, now)
    ]
    sender = OneAddress.parse(settings.mail_from)
    raw = letter.render(sender, message_id="<sample@sample.invalid>", date=now, children=ways)
    read = message_from_bytes(raw, policy=policy.default)
    plain = read.get_body(("plain",))
    assert plain is not None, "every notice has a plain part"
    return Message(str(read["From"]), str(read["Subject"]), "\n".join(plain.get_content().strip().splitlines()))


def _first(session: Session, mailing_id: str, held: Sequence[Document]) -> list[Document]:
    """Return the letter that was given first of those that have one child each and stand; none where there is none."""
    places = {one.document_id: one.place for one in intakes.given_files(session, mailing_id) if one.document_id}
    return sorted(held, key=lambda one: places.get(one.id, len(places)))[:1]


def _child_of(session: Session, mailing: Mailing, file: Document, now: datetime) -> _Child:
    """Return the one child a letter is for; of a shared one, the first of one of the families it is for."""
    return _named(session, [file.addressee_id])[0] if file.addressee_id else _children(session, mailing, now)[0]


def _expires_at(mailing: Mailing, hold: timedelta, now: datetime) -> datetime:
    return mailing.links_expire_at or now + hold + timedelta(days=mailing.link_days)


def _children(session: Session, mailing: Mailing, now: datetime) -> list[_Child]:
    """Return the children of one guardian that is reached; “your child” where nobody is."""
    pairs = audiences.reach_of(session, mailing, now=now).pairs
    children = [child for guardian, child in pairs if guardian == pairs[0][0]]
    return _named(session, children) or [_Child("your child", "")]


def _named(session: Session, child_ids: Sequence[str]) -> list[_Child]:
    query = select(col(Child.given_name), func.coalesce(families.own_site(col(Child.id)), ""))
    named = query.where(col(Child.id).in_(child_ids)).order_by(col(Child.given_name))
    return [_Child(*row) for row in session.execute(named)]
