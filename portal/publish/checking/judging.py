"""Judging at the counter: by today's roster, first the file as it was chosen, then the bytes that are sealed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from portal.documents import repository as documents
from portal.documents.repository import loose
from portal.documents.rules import STRANGERS
from portal.documents.rules.cleared import ClearedFile
from portal.documents.tables import Document
from portal.guard import repository as pictures
from portal.kernel.errors import Refused
from portal.kernel.ids import new_id
from portal.kernel.machine.scratch import scratch
from portal.kernel.text.hosts import hosts_in
from portal.mailings.tables import Mailing
from portal.overviews.operation.judged_by import version_of
from portal.overviews.people import known_people
from portal.publish.checking.check_file import (
    GuardReport,
    Yardstick,
    check_file,
    check_page,
    check_texts,
    not_to_be_stripped,
    note_stop,
    sha256_of,
)
from portal.publish.checking.offering import offer_pictures
from portal.reading.reader import Unreadable
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import sentence

PUBLISHED = frozenset({"application/pdf", "image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody chose it: where it lies for the moment, and what they call it.

    `page` is the same letter as a part of a web page, where the portal set both from one text.
    """

    path: Path
    name: str
    page: str = field(default="", repr=False)


def yardstick(
    house: House,
    terms: Sequence[tuple[str, str]],
    *,
    now: datetime,
    names_its_child: bool = False,
    sites: frozenset[str] | None = None,
) -> Yardstick:
    """Return what a letter to this audience is judged by today; to one child, it may name that child's family.

    `names_its_child`: and it has to name the child. Of children elsewhere than at `sites`, it is told that they are
    named, not how many. Raises `Refused` while there is no roster, `GuardNotReady`.
    """
    roster, version = house.people.known(now=now)
    if not roster.people:
        raise Refused(
            sentence("There is no roster yet, so nobody can tell whom a letter names. Import the roster first.")
        )
    with house.db.read() as session:
        child = known_people.only_child(session, terms)
        allowed = known_people.allowed_for(session, child, now=now) if child else frozenset[str]()
        seen, near = pictures.known_hashes(session), known_people.children_near(session, sites)
        judged_by = version_of(version, house.guard_terms, seen)
    must_name = child if names_its_child else None
    return Yardstick(roster, version.roster, allowed, must_name, seen, near=near, version=judged_by)


def judge_texts(
    house: House, by: Yardstick, *, title: str, message: str, words: Mapping[str, tuple[str, str]], signer: str = ""
) -> GuardReport:
    """Judge the words that stand in every message, in all languages; `words` are by the language's tag.

    What is found in another language is found at `title-es`.
    """
    texts = {"title": title, "message": message, "sender": house.settings.organisation, "signer": signer}
    for tag, (own_title, own_message) in words.items():
        texts |= {f"title-{tag}": own_title, f"message-{tag}": own_message}
    return check_texts(by, texts)


def judge_written(house: House, by: Yardstick, mailing: Mailing, words: Mapping[str, tuple[str, str]]) -> GuardReport:
    """Judge the words of a mailing as it was written before, with the name of whoever signs it."""
    return judge_texts(house, by, title=mailing.title, message=mailing.message, words=words, signer=mailing.signer)


def signer_of(by: Yardstick, author: Acting) -> str:
    """Return the name that a letter's author signs with; nothing where the guard takes it for somebody on the roster.

    A teacher may be called as a pupil is, and a provider lets people choose what they are called: a name that is an
    address would send families there.
    """
    if hosts_in(author.name):
        return ""
    return author.name if check_texts(by, {"signer": author.name}).is_clear else ""


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file without what no family is meant to get.

    The report is on the file as it was, with what was removed; if what is left is not clear, it is on that.
    """

    path: Path
    report: GuardReport
    is_clear: bool


def strip_and_judge(house: House, by: Yardstick, upload: Upload, found: GuardReport, into: Path) -> Stripped:
    """Take out of a cleared file what no family is meant to get, and judge what is left."""
    done = house.reader.strip(upload.path, into)
    if isinstance(done, Unreadable):
        return Stripped(into, not_to_be_stripped(by, done), is_clear=False)
    again = check_file(house.reader, by, path=into, name=upload.name)
    report = replace(found, removed=done.removed) if again.is_clear else again
    return Stripped(into, report, again.is_clear)


@contextmanager
def sealed(
    house: House, judged: Stripped, name: str, *, language: str = "", page: str = "", place: int = 0
) -> Iterator[ClearedFile]:
    """Seal the judged bytes, and their web page beside them; where no row is written after all, they are shredded."""
    document_id, page_id, found = new_id(), new_id() if page else None, judged.report
    sha256 = sha256_of(judged.path)
    with house.db.write() as session:
        loose.note(session, filter(None, [document_id, page_id]), now=house.clock())
    with judged.path.open("rb") as file:
        kept = house.documents.seal(document_id, file)
    try:
        if kept.sha256 != sha256:
            raise Refused(sentence("The file changed while it was being checked. Choose it again."))  # noqa: TRY301 - the bytes go
        page_size = house.documents.seal(page_id, BytesIO(page.encode())).size if page_id else None
        yield ClearedFile(
            document_id, name, found.media_type, kept.size, kept.sha256, found.parts_read, found.pages or None,
            found.removed, language, page_id, page_size, " ".join(found.unheard), place,
        )  # fmt: skip
    except BaseException:
        house.documents.shred(document_id, *filter(None, [page_id]))
        raise


def judge_documents(house: House, by: Yardstick, held: Sequence[Document]) -> tuple[Document | None, GuardReport]:
    """Judge a mailing's sealed files, at least one, up to the first that is stopped, as `judge_in_turn` does.

    Of several files the reason names the one that is stopped.
    """
    stopped, found = judge_in_turn(house, by, held)
    if stopped is not None and len(held) > 1:
        found = replace(found, reason=f"In {stopped.file_name}: {found.reason}")
    return stopped, found


def judge_in_turn(
    house: House, by: Yardstick, held: Sequence[Document], *, releases_hold: bool = True
) -> tuple[Document | None, GuardReport]:
    """Judge sealed files up to the first that is stopped; return that one, if any, and the last report.

    A release holds on. Without `releases_hold` every file is judged as if nobody had released it: it is for others now.
    """
    with house.db.read() as session:
        releases = documents.releases_of(session, held[0].mailing_id) if releases_hold else {}
    for document in held:
        released = releases.get(document.id)
        people = frozenset(released.people.split() if released else ())
        measure = by.allowing(people - {STRANGERS}, may_list=STRANGERS in people)
        found = check_sealed(house, measure, document)
        if not found.is_clear:
            return document, found
    return None, found


def check_sealed(house: House, by: Yardstick, document: Document) -> GuardReport:
    """Judge a sealed letter once more: its file with its name, and the web page beside it, if there is one."""
    with scratch() as folder:
        path = folder / "letter"
        with path.open("wb") as file:
            file.writelines(house.documents.open(document.id, document.size))
        found = check_file(house.reader, by, path=path, name=document.file_name)
    if not found.is_clear or document.page_id is None or document.page_size is None:
        return found
    page = b"".join(house.documents.open(document.page_id, document.page_size)).decode()
    shown = check_page(by, page)
    return found if shown.is_clear else shown


def tell_stop(house: House, found: GuardReport, *, what: str, sha256: str, by: Acting, now: datetime) -> None:
    """Note a stop in the ledger, at once; the pictures that it is because of are offered to admins."""
    with house.db.write() as session:
        note_stop(session, house.keys, found, what=what, sha256=sha256, by=by, now=now)
    offer_pictures(house, [found], by=by, now=now)
