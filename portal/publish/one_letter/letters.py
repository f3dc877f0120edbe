"""The files of one letter, in each language and enclosed: each judged, stripped, judged again; sealed all or none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.documents.errors import FileEmpty, FileTooLarge
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.documents.rules.cleared import MOST_ENCLOSED, ClearedFile, Slot
from portal.documents.tables import Document
from portal.kernel.machine.scratch import scratch
from portal.kernel.text.hosts import hosts_in
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Draft, language_called
from portal.press import NotTypeset, Press
from portal.press.letters.letter import Letterhead, compose_letter
from portal.publish.checking.check_file import GuardReport, Yardstick, check_file, check_page
from portal.publish.checking.converting import (
    OFFICE_TYPES,
    Made,
    NotConverted,
    judge_made,
    made_to_hold,
    make_pdf,
    pdf_name,
)
from portal.publish.checking.judging import PUBLISHED, Stripped, Upload, sealed, strip_and_judge
from portal.wiring import House, press
from portal.words.languages import ENGLISH, Language
from portal.words.saying import whole_day
from portal.words.sentences import Sentence, reason, sentence

BASE = ""
"""The language of the letter for everybody, which is the English one: it has no tag of its own."""

_press = cache(press)


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that may be sealed as it lies there, and where it stands in its letter."""

    slot: Slot
    upload: Upload
    stripped: Stripped


@dataclass(frozen=True, slots=True)
class Halted:
    """The file that stops the whole letter, where it stands in it, and what the guard says of it."""

    slot: Slot
    upload: Upload
    report: GuardReport


def field_of(name: str, language: str) -> str:
    """Return the name under which a field of the letter in a language is told: `file`, `file-es`."""
    return f"{name}-{language}" if language else name


@contextmanager
def files_of(
    house: House, draft: Draft, uploads: Mapping[Slot, Upload], texts: Mapping[str, str]
) -> Iterator[tuple[dict[Slot, Upload], Path]]:
    """Give the files of a letter by slot, texts set as PDF among them, and a folder that goes with them.

    Raises `DraftFaults`, `FileEmpty`, `FileTooLarge`.
    """
    twice = sorted(tag for tag in texts if (tag, 0) in uploads)
    if twice:
        raise DraftFaults({field_of("file", twice[0]): sentence("Choose a file or write the letter, not both.")})
    for tag in {*(tag for tag, _ in uploads), *texts} - {BASE}:
        language_called(tag)
    with scratch() as folder:
        found = {slot: _checked(slot, upload) for slot, upload in uploads.items()}
        found |= {(tag, 0): _set(house, draft, tag, text, folder) for tag, text in texts.items()}
        yield {slot: found[slot] for slot in sorted(found)}, folder


def slots_of(enclosed: Sequence[Upload], *, behind: int = 0) -> dict[Slot, Upload]:
    """Return what is enclosed by slot, behind so many that stay. Raises `DraftFaults` for more than nine in all."""
    if behind + len(enclosed) > MOST_ENCLOSED:
        raise DraftFaults(
            {"more": sentence("A letter has at most %(most)s files, itself among them.", most=MOST_ENCLOSED + 1)}
        )
    return {(BASE, place): upload for place, upload in enumerate(enclosed, start=behind + 1)}


def check_total(uploads: Iterable[Upload], kept: Iterable[Document]) -> None:
    """Refuse a letter whose files are too large together. Raises `DraftFaults`."""
    size = sum(one.path.stat().st_size for one in uploads) + sum(one.size for one in kept)
    if size > MOST_BYTES:
        raise DraftFaults({"more": sentence("All files of one letter together may have 100 MB at most.")})


def _faulty(slot: Slot, name: str, fault: str) -> DraftFaults:
    """Return what is wrong with one file, under the field that it was chosen in."""
    tag, place = slot
    if place:
        return DraftFaults({"more": sentence("%(name)s: %(what)s", name=name, what=fault)})
    return DraftFaults({field_of("file", tag): fault})


def _checked(slot: Slot, upload: Upload) -> Upload:
    tag, place = slot
    size = upload.path.stat().st_size
    if 0 < size <= MOST_BYTES:
        return Upload(upload.path, safe_file_name(upload.name), upload.page)
    error = FileTooLarge() if size else FileEmpty()
    if place:
        raise _faulty(slot, upload.name, reason(error))
    if tag:
        raise DraftFaults(
            {
                field_of("file", tag): sentence(
                    "%(language)s: %(fault)s", language=language_called(tag).name, fault=reason(error)
                )
            }
        )
    raise error


def _set(house: House, draft: Draft, tag: str, markdown: str, folder: Path) -> Upload:
    """Set a letter that was written here, as a PDF and as a web page from one text."""
    language = language_called(tag) if tag else ENGLISH
    title, _ = draft.words.get(tag, (draft.title, draft.message))
    machine: Press = _press()
    try:
        template = compose_letter(
            markdown,
            title=title,
            letterhead=Letterhead(house.settings.organisation, house.settings.contact),
            language=language.tag,
            dated=_today(house, language),
        )
        check_links(template.links, house.settings.link_hosts)
        if template.fields:
            raise NotTypeset(_same_for_all(template.fields[0]))  # noqa: TRY301 - told like the press's own
        pdf = machine.typeset(template.typst, {})
    except NotTypeset as error:
        raise DraftFaults(
            {
                field_of("text", tag): sentence("%(language)s: %(fault)s", language=language.name, fault=reason(error))
                if tag
                else reason(error)
            }
        ) from error
    path = folder / field_of("text", tag)
    path.write_bytes(pdf)
    return Upload(path, safe_file_name(f"{title}.pdf"), template.html({}))


def _same_for_all(name: str) -> Sentence:
    return sentence("All families get this same letter, so it can’t have the field %(name)s.", name=name)


def _today(house: House, language: Language) -> str:
    return whole_day(house.clock().astimezone(house.settings.zone).date(), language)


def check_links(links: tuple[str, ...], allowed: frozenset[str]) -> None:
    """Refuse a letter with links to places that families are not sent to from here. Raises `NotTypeset`."""
    foreign = sorted({host for link in links for host in hosts_in(link)} - allowed)
    if foreign:
        raise NotTypeset(
            sentence(
                "The letter links to %(hosts)s, which families are not sent to from here.", hosts=", ".join(foreign)
            )
        )


def make_ready(house: House, by: Yardstick, uploads: Mapping[Slot, Upload], folder: Path) -> list[Ready] | Halted:
    """Judge every file as it was chosen and as it would be published; the first that is stopped stops all.

    A Word or OpenDocument letter is judged, made a PDF, and that judged: it alone goes on. Raises `DraftFaults` for a
    file that no phone opens, and for a letter that can't be converted.
    """
    ready = []
    for number, (slot, chosen) in enumerate(uploads.items()):
        found, upload = check_file(house.reader, by, path=chosen.path, name=chosen.name), chosen
        if not found.is_clear:
            return _halted(house, by, Halted(slot, chosen, found), folder)
        into = folder / f"stripped-{number}"
        if found.media_type in OFFICE_TYPES:
            made = _made(house, slot, chosen, found, folder / f"made-{number}")
            upload, stripped = made.upload, judge_made(house, by, made, into)
        elif found.media_type in PUBLISHED:
            stripped = strip_and_judge(house, by, upload, found, into)
        else:
            told = sentence("Families open letters on any phone: save the letter as PDF and choose it again.")
            raise _faulty(slot, chosen.name, told)
        if not stripped.is_clear:
            return Halted(slot, upload, stripped.report)
        if upload.page and not (shown := check_page(by, upload.page)).is_clear:
            return Halted(slot, upload, shown)
        ready.append(Ready(slot, upload, stripped))
    return ready


def _made(house: House, slot: Slot, upload: Upload, found: GuardReport, into: Path) -> Made:
    try:
        return make_pdf(house, upload, found.media_type, into)
    except NotConverted as error:
        raise _faulty(slot, upload.name, reason(error)) from error


def _halted(house: House, by: Yardstick, stopped: Halted, folder: Path) -> Halted:
    """Return what stops the letter: of an office letter that may be released, the PDF that would be published."""
    held = made_to_hold(house, by, stopped.upload, stopped.report, folder)
    if held is None:
        return stopped
    return Halted(stopped.slot, Upload(held.path, pdf_name(stopped.upload.name)), held.report)


@contextmanager
def sealed_all(house: House, ready: list[Ready]) -> Iterator[list[ClearedFile]]:
    """Seal every file with its page; where the rows are not written after all, all of them are shredded."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                sealed(
                    house,
                    one.stripped,
                    one.upload.name,
                    language=one.slot[0],
                    page=one.upload.page,
                    place=one.slot[1],
                )
            )
            for one in ready
        ]
