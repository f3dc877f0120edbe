"""A letter begins with a file: it is sealed, and read while its writer types; nothing of it is published by that."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from portal.documents.errors import FileEmpty, FileTooLarge
from portal.documents.repository import begun
from portal.documents.repository.begun import Fields
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.documents.rules.titles import title_of
from portal.flows.writing import keep_begun
from portal.flows.writing.keep_begun import Brought, Kept, Way
from portal.flows.writing.sort_files import LEASE
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.kernel.machine.scratch import scratch
from portal.mailings.rules import TITLE_MOST
from portal.overviews.writing.begun_seen import BegunFile
from portal.publish.checking.check_file import GuardReport, check_file, sha256_of
from portal.publish.checking.judging import Upload, tell_stop, yardstick
from portal.publish.checking.stops import words_of
from portal.publish.per_child.giving import MOST_GIVEN, bundle
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.several import to_keep


def begin(house: House, uploads: Sequence[Upload], *, by: Acting, now: datetime) -> str:
    """Begin a letter with what was brought, and return its id: a zip and several files are a letter for each child.

    Raises `FileEmpty`, `FileTooLarge`.
    """
    if len(uploads) == 1:
        return _begin(house, uploads[0], by=by, now=now)
    with scratch() as folder:
        return _begin(house, bundle(uploads, folder / "letters.zip"), by=by, now=now)


def _begin(house: House, upload: Upload, *, by: Acting, now: datetime) -> str:
    way: Way = "each" if upload.name.casefold().endswith(".zip") else "shared"
    size = upload.path.stat().st_size
    if size == 0:
        raise FileEmpty
    if size > (MOST_GIVEN if way == "each" else MOST_BYTES):
        raise FileTooLarge
    brought = Brought(new_id(), size, safe_file_name(upload.name))
    with house.db.write() as session:
        keep_begun.note_sealed(session, brought.id, now=house.clock())
    with upload.path.open("rb") as file:
        house.documents.seal(brought.id, file)
    begun_id, title = new_id(), title_of(upload.name, most=TITLE_MOST)
    try:
        with house.db.write() as session:
            keep_begun.begin_with_file(session, house.keys, begun_id, brought, title, way=way, by=by, now=now)
    except BaseException:
        house.documents.shred(brought.id)
        raise
    return begun_id


@contextmanager
def brought_file(house: House, file: BegunFile | None) -> Iterator[Upload | None]:
    """Give the file that a letter was begun with as an upload; None where there is none any more."""
    if file is None or not file.id:
        yield None
        return
    with scratch() as folder:
        path = folder / "letter"
        with path.open("wb") as out:
            out.writelines(house.documents.open(file.id, file.size))
        yield Upload(path, file.name)


def keep_typed(
    house: House,
    begun_id: str,
    fields: Fields,
    *,
    way: Way,
    tab: str,
    known: int,
    mailing_id: str | None,
    by: Acting,
    now: datetime,
) -> Kept:
    """Keep what stands in a form, as `flows.writing.keep_begun.keep_typed` does."""
    with house.db.write() as session:
        return keep_begun.keep_typed(
            session, house.keys, begun_id, fields, way=way, tab=tab, known=known, mailing_id=mailing_id, by=by, now=now
        )


def finish_begun(house: House, begun_id: str, mailing_id: str, *, by: Acting, now: datetime) -> None:
    """Note that a begun letter became a mailing; its file, as it was brought, goes."""
    with house.db.write() as session:
        gone = keep_begun.finish(session, house.keys, begun_id, mailing_id, by=by, now=now)
    house.documents.shred(*gone)


def tie_begun(house: House, begun_id: str, mailing_id: str, *, by: Acting) -> None:
    """Note that what is being typed goes on as a change of a mailing that was written with it."""
    with house.db.write() as session:
        keep_begun.tie(session, begun_id, mailing_id, by=by)


def discard_begun(house: House, begun_id: str, *, by: Acting) -> None:
    """Forget what was typed, and the file."""
    with house.db.write() as session:
        gone = keep_begun.discard(session, begun_id, by=by)
    house.documents.shred(*gone)


def forget_begun(house: House, *, now: datetime) -> None:
    """Forget letters that nobody has gone on with, and files whose days are over."""
    with house.db.read() as session:
        over, files = begun.expired(session, now=now)
    if over or files:
        with house.db.write() as session:
            gone = keep_begun.forget_old(session, now=now)
        house.documents.shred(*gone)


def read_begun(house: House, begun_id: str) -> None:
    """Read the file of a begun letter as a letter for everybody, and note what the guard says of it.

    It is judged again when it is checked. A list of children is nobody's letter: it goes.
    """
    now = house.clock()
    with house.db.write() as session:
        there = begun.claim_reading(session, begun_id, until=now + LEASE, now=now)
        if there is None or there.file_id is None or there.file_size is None:
            return
        by = staff.by_id(session, there.author_id)
        name = begun.name_of(house.keys, there)
    if by is None:
        return
    try:
        with brought_file(house, BegunFile(there.file_id, there.file_size, name)) as upload:
            assert upload is not None
            found, sha256 = _read(house, upload, by=by, now=now), sha256_of(upload.path)
    except Exception as error:  # noqa: BLE001 - whoever checks the letter is told of it then; the worker goes on
        log("worker").info("begun letter not read", error=type(error).__name__)
        return
    is_letter = _may_be_a_letter(found)
    if not is_letter:
        tell_stop(house, found, what="file", sha256=sha256, by=by, now=now)
    with house.db.write() as session:
        gone = keep_begun.note_reading(session, begun_id, _told(found), keeps_file=is_letter)
    house.documents.shred(*gone)


def _may_be_a_letter(found: GuardReport) -> bool:
    is_own = found.children == 1 and not found.roster_shaped
    return found.is_clear or is_own or _may_be_letters(found)


def _read(house: House, upload: Upload, *, by: Acting, now: datetime) -> GuardReport:
    measure = yardstick(house, (), now=now, sites=by.sites)
    return check_file(house.reader, measure, path=upload.path, name=safe_file_name(upload.name))


def _may_be_letters(found: GuardReport) -> bool:
    """Tell whether a file may be the letters of several children, bound into one: a list names many on a page."""
    return 1 < found.children <= found.pages


def _told(found: GuardReport) -> str:
    """Return what its writer is told, as JSON: kinds, places and counts, never the text that was found."""
    if found.is_clear:
        return json.dumps(to_keep(read=found.reading_in_words) | {"is_clear": True, "kind": found.media_type})
    words = words_of(found)
    places = [to_keep(where=one.where, what=one.what) for one in words.places]
    told = to_keep(heading=words.heading, found=words.found, advice=words.advice)
    return json.dumps(told | {"is_clear": False, "places": places, "may_be_letters": _may_be_letters(found)})


def waiting_to_be_read(house: House) -> list[str]:
    """Return the begun letters whose file nobody has read yet."""
    with house.db.read() as session:
        return begun.to_read(session, now=house.clock())
