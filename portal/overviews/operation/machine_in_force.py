"""How the machine stands on which the portal runs, for the settings page and `portal doctor`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from portal.blobs.looking import StoreSeen
from portal.kernel.configuration.settings import Settings
from portal.kernel.machine.host import clock_is_set
from portal.ledger.tables import LedgerEntry
from portal.overviews.operation.sealed_before import SealedBefore
from portal.overviews.operation.stores_in_force import of_store
from portal.overviews.operation.watched import If, InForce, fact, moment_words
from portal.words.sentences import Sentence, sentence
from portal.words.several import with_commas

_CLOCK_MAY_DIFFER = timedelta(seconds=5)
_LEAST_FREE = 1024**3


@dataclass(frozen=True, slots=True)
class Machine:
    """What only the process itself can tell: whether files are read off the network, whether the scanner answers.

    `sealed_before` needs the keys; `free_bytes` is the least room where data folder, database and files lie;
    `cage_layers` is what holds a process that reads files beside the filter of system calls; `converters` is what makes
    PDFs of Word letters; `store` is there only where the store of files was tried.
    """

    cage_is_shut: bool
    scanner_answers: bool | None
    sealed_before: SealedBefore | None = None
    free_bytes: int | None = None
    cage_layers: tuple[str, ...] = ()
    converters: tuple[str, ...] = ()
    store: StoreSeen | None = None


def of_machine(session: Session, machine: Machine, *, now: datetime) -> Iterator[InForce]:
    """Return how the machine itself stands."""
    newest = session.execute(select(col(LedgerEntry.body)).order_by(col(LedgerEntry.seq).desc()).limit(1)).scalar()
    is_behind = newest is not None and _at(newest) > now + _CLOCK_MAY_DIFFER
    yield fact(
        sentence("Clock"),
        moment_words(now),
        If(
            sentence("It is behind what was written before.")
            if is_behind
            else sentence("Nothing sets it, so it drifts; links end by it."),
            sentence("Let the machine keep time with NTP (chrony or systemd-timesyncd)."),
            "unsafe" if is_behind else "note",
        ),
        bad=is_behind or clock_is_set() is False,
    )
    yield from _room(machine)
    if machine.store:
        yield of_store(machine.store)
    yield _reading(machine)
    yield _word_letters(machine.converters)
    if machine.scanner_answers is None:
        yield InForce(
            sentence("Virus scanner"),
            sentence("none"),
            "note",
            sentence("Files are shown to no virus scanner."),
            sentence("Set PORTAL_CLAMAV_URL."),
        )
    else:
        yield fact(
            sentence("Virus scanner"),
            sentence("answers") if machine.scanner_answers else sentence("is silent"),
            If(
                sentence("Nothing is published until it answers."),
                sentence("Start clamd, and see that it has signatures."),
            ),
            bad=not machine.scanner_answers,
        )


def time_zone(settings: Settings, machines: str, *, now: datetime) -> InForce:
    """Return by which clock days and hours are meant; `machines` is the zone of this machine, or nothing.

    A machine that keeps UTC says nothing about where the organisation is.
    """
    about = sentence("Time zone")
    if not settings.has_timezone:
        return InForce(
            about,
            sentence("not set, so UTC"),
            "note",
            sentence("Staff say when a letter goes out, and families read dates, by another clock than yours."),
            sentence("Set PORTAL_TIMEZONE to where the organisation is, such as America/Chicago."),
        )
    there = now.astimezone(ZoneInfo(machines)) if machines else None
    differs = there is not None and there.utcoffset() not in {timedelta(), now.astimezone(settings.zone).utcoffset()}
    return fact(
        about,
        sentence("%(zone)s; this machine keeps %(machines)s", zone=settings.timezone, machines=machines)
        if differs
        else settings.timezone,
        If(
            sentence("Timers of this machine, and times in its log, go by another clock than the portal."),
            sentence("See which of the two is right for you."),
            "note",
        ),
        bad=differs,
    )


def _reading(machine: Machine) -> InForce:
    if not machine.cage_is_shut:
        return InForce(
            sentence("Reading of files"),
            sentence("with the network in reach"),
            "unsafe",
            sentence("A crafted file could send out what it finds."),
            sentence("Run on Linux with seccomp (x86_64 or aarch64)."),
        )
    return fact(
        sentence("Reading of files"),
        with_commas([sentence("off the network"), *_layers(machine)]),
        If(
            sentence("A second layer would hold where a flaw of the kernel opens that filter."),
            sentence("Allow the portal user namespaces (docs/operate/files.md, What holds a file that is read)."),
            "note",
        ),
        bad=not machine.cage_layers,
    )


def _word_letters(converters: tuple[str, ...]) -> InForce:
    """Return what makes PDFs of Word and OpenDocument letters; what LibreOffice does needs no word."""
    about = sentence("Word letters")
    if not converters:
        saved = sentence("Whoever writes in Word or LibreOffice has to save each letter as PDF first.")
        return InForce(
            about,
            sentence("none"),
            "note",
            saved,
            sentence("Set PORTAL_OFFICE, on Linux with Landlock (5.13 or newer)."),
        )
    return fact(
        about,
        with_commas(converters),
        If(
            sentence("OpenDocument letters are refused, and Word letters with more than plain text and tables."),
            sentence("Install LibreOffice beside the portal."),
            "note",
        ),
        bad="LibreOffice" not in converters,
    )


def _layers(machine: Machine) -> list[str]:
    told: dict[str, str] = {
        "as another user": sentence("as another user"),
        "in namespaces of its own": sentence("in namespaces of its own"),
    }
    return [told.get(one, one) for one in machine.cage_layers] or [sentence("by the filter of system calls alone")]


def _gigabytes(size: int) -> Sentence:
    return Sentence(lambda language: f"{language.number(size / 1024**3)} GB")


def _at(body: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(body)["at"])


def _room(machine: Machine) -> Iterator[InForce]:
    if machine.free_bytes is not None:
        yield fact(
            sentence("Room on the disk"),
            _gigabytes(machine.free_bytes),
            If(
                sentence("Once it is full no letter opens, nothing is sent, and nothing can be taken back."),
                sentence("Make room where the data folder and the database lie."),
            ),
            bad=machine.free_bytes < _LEAST_FREE,
        )
