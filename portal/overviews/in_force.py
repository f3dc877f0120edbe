"""What is in force and what of it is unsafe: the same facts for `portal doctor` and for the settings page.

No fact holds a secret: of an address with a password only the host is told.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.documents.repository import intakes
from portal.families.tables import RosterVersion
from portal.kernel.counts import count_of
from portal.kernel.machine import changed_at, clock_is_set, others_may_read
from portal.kernel.settings import Settings
from portal.ledger.tables import LedgerEntry
from portal.overviews.sealed_before import SealedBefore
from portal.overviews.watched import If, InForce, Standing, fact, watched
from portal.staff import repository as staff
from portal.words.own_languages import said_by

BACKUP_MARK = "last-backup"
"""A file in the data folder that a backup touches when it is done."""
_BACKUP_LASTS = timedelta(days=2)
_ROSTER_LASTS = timedelta(days=8)
_CLOCK_MAY_DIFFER = timedelta(seconds=5)
_LEAST_FREE = 1024**3


@dataclass(frozen=True, slots=True)
class Machine:
    """What only the process itself can tell: whether files are read off the network, whether the scanner answers.

    `sealed_before` needs the keys; `free_bytes` is the room where the data folder lies; `cage_layers` is what holds a
    process that reads files beside the filter of system calls.
    """

    cage_is_shut: bool
    scanner_answers: bool | None
    sealed_before: SealedBefore | None = None
    free_bytes: int | None = None
    cage_layers: tuple[str, ...] = ()


def in_force(session: Session, settings: Settings, machine: Machine, *, now: datetime) -> list[InForce]:
    """Return everything that is in force, the unsafe first."""
    found = [
        *_reaching(settings),
        *_people(session, settings),
        *_languages(settings),
        *_approving(settings),
        *_mail(settings),
        *_keeping(settings, now=now),
        *(_sealed(one) for one in (machine.sealed_before,) if one),
        *_heads(settings),
        *_shredding(settings),
        *_holding(session, settings, now=now),
        *_machine(session, machine, now=now),
        *watched(session, settings, now=now).values(),
    ]
    order: dict[Standing, int] = {"unsafe": 0, "note": 1, "safe": 2}
    return sorted(found, key=lambda one: order[one.standing])


def _reaching(settings: Settings) -> Iterator[InForce]:
    if settings.is_https:
        yield InForce("Address", settings.base_url)
    else:
        yield InForce(
            "Address",
            settings.base_url,
            "unsafe",
            "Without TLS everybody on the way can read along.",
            "Put a proxy with TLS in front, and set PORTAL_BASE_URL to its https:// address.",
        )
    proxies = {one.strip() for one in settings.trusted_proxies.split(",") if one.strip()}
    why = "Behind a proxy all families then count as one visitor, so a few who ask for fresh links hold up all others."
    yield fact(
        "Proxies that are believed",
        ", ".join(sorted(proxies)) or "none",
        If(why, "Set PORTAL_TRUSTED_PROXIES to the addresses of your own proxies.", "note"),
        bad=settings.is_https and not proxies,  # TLS ends in a proxy: we have none of our own
    )
    for name, value, default, setting in (
        ("Name of the organisation", settings.organisation, "Example School District", "PORTAL_ORGANISATION"),
        ("Contact for families", settings.contact, "", "PORTAL_CONTACT"),
        ("Sender of messages", settings.mail_from, "letters@portal.test", "PORTAL_MAIL_FROM"),
    ):
        why = "It is not set, so families cannot tell who writes to them."
        yield fact(name, value or "none", If(why, f"Set {setting}."), bad=value == default)
    yield fact(
        "Time zone",
        settings.timezone if settings.has_timezone else "not set, so UTC",
        If(
            "Staff say when a letter goes out, and families read dates, by another clock than yours.",
            "Set PORTAL_TIMEZONE to where the organisation is, such as America/Chicago.",
            "note",
        ),
        bad=not settings.has_timezone,
    )
    yield _look(settings)


def _look(settings: Settings) -> InForce:
    tones = settings.accent_tones
    accent = f"accent {tones.light}, in the dark {tones.dark}" if tones else "the portal’s own accent"
    return InForce("Mark and accent of pages", f"{settings.mark or 'no mark'}; {accent}")


def _people(session: Session, settings: Settings) -> Iterator[InForce]:
    issuer = urlsplit(settings.oidc_issuer or "").hostname
    yield fact(
        "How staff sign in",
        f"with their account at {issuer}" if issuer else "by one-time links in the mail",
        If(
            "Whoever reads a staff member's mail can sign in as them.",
            "Set PORTAL_OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_CLIENT_SECRET.",
        ),
        bad=not settings.has_oidc,
    )
    if settings.has_oidc:
        rules = len(settings.provider_terms.rules)
        yield InForce(
            "Who decides about roles", f"{count_of(rules, 'group')} at the provider" if rules else "the portal's admins"
        )
        yield fact(
            "Domains that may sign in",
            ", ".join(sorted(settings.provider_terms.domains)) or "every one",
            If("Staff are known by their account, so this is a second fence only.", "Set PORTAL_OIDC_DOMAINS.", "note"),
            bad=not settings.provider_terms.domains,
        )
    everyone = [member.role for member, _ in staff.everyone(session)]
    admins, approvers = everyone.count("admin"), everyone.count("admin") + everyone.count("approver")
    yield fact(
        "People",
        f"{len(everyone)} on the staff, {admins} of them admins",
        If(
            "Taking back, releasing and reading in an incident need two people who are there.",
            "See that two people are in a group that PORTAL_OIDC_ROLES makes admin, and have signed in."
            if settings.provider_terms.decide_roles
            else "Add a second admin: portal staff add EMAIL --role admin",
            "note",
        ),
        bad=admins < 2 or approvers < 2,
    )


def _languages(settings: Settings) -> Iterator[InForce]:
    if settings.locale_dir:
        said = ", ".join(f"{name} ({count} sentences)" for name, count in said_by(settings.locale_dir).items())
        yield InForce("Languages of your own", said or "none", "note" if not said else "safe",
                      "" if said else "The folder holds no catalogue.",
                      "" if said else "Put a file such as pl.po there, or unset PORTAL_LOCALE_DIR.")  # fmt: skip


def _approving(settings: Settings) -> Iterator[InForce]:
    yield fact(
        "Approving by command line",
        "on" if settings.cli_approval else "off",
        If("Whoever has a shell here can then stand in for the second person.", "Unset PORTAL_CLI_APPROVAL."),
        bad=settings.cli_approval,
    )
    yield fact(
        "Letters without a second person",
        f"shared ones to fewer than {count_of(settings.approval_waived_below, 'family', 'families')}"
        if settings.approval_waived_below
        else "none",
        If("One person can send those alone.", "Unset PORTAL_APPROVAL_WAIVED_BELOW.", "note"),
        bad=bool(settings.approval_waived_below),
    )
    yield fact(
        "Time to stop a letter",
        count_of(settings.hold_seconds, "second"),
        If("The first message leaves at the approval, so nobody can stop it.", "Set PORTAL_HOLD_SECONDS to 300."),
        bad=settings.hold_seconds == 0,
    )


def _mail(settings: Settings) -> Iterator[InForce]:
    server = urlsplit(settings.smtp_url.get_secret_value())
    is_near = server.hostname in {"127.0.0.1", "localhost", "::1"}
    yield fact(
        "Mail server",
        f"{server.hostname}, {'with' if server.scheme != 'smtp' else 'without'} TLS",
        If(
            "Links to letters travel readable to the mail server.",
            "Use smtp+starttls:// or smtps:// in PORTAL_SMTP_URL.",
        ),
        bad=server.scheme == "smtp" and not is_near,
    )
    yield InForce("Where what comes back goes", settings.bounces.text)


def _keeping(settings: Settings, *, now: datetime) -> Iterator[InForce]:
    inside = settings.keys.absolute().is_relative_to(settings.data_dir.absolute())
    yield fact(
        "Key file",
        str(settings.keys),
        If(
            "A copy of the data folder is then a copy of the keys, or others on this machine may read them.",
            "Move it out of the data folder, chmod 0400, and set PORTAL_KEY_FILE.",
        ),
        bad=inside or others_may_read(settings.keys),
    )
    backup = changed_at(settings.data_dir / BACKUP_MARK)
    yield fact(
        "Last backup",
        f"{backup:%d %B %Y, %H:%M} UTC" if backup else "none seen",
        If(
            "What is lost between two backups is lost.",
            f"Back up, and let the backup touch {settings.data_dir / BACKUP_MARK} when it is done.",
        ),
        bad=backup is None or now - backup > _BACKUP_LASTS,
    )


def _sealed(left: SealedBefore) -> InForce:
    """Tell of phones, birth dates and reasons that an older key still opens, until they are sealed anew."""
    why = "Whoever has an old key reads them in this database, and in every copy of it from before."
    return fact(
        "Phones, birth dates and reasons",
        f"{count_of(left.rows, 'row')} still sealed with an older key" if left.rows else "sealed with the newest key",
        If(
            f"That key is in wrong hands. {why}" if left.is_compromised else why,
            "A worker seals them anew, some thousand a second; see that one runs.",
            "unsafe" if left.is_compromised else "note",
        ),
        bad=bool(left.rows),
    )


def _heads(settings: Settings) -> Iterator[InForce]:
    head = settings.head
    folders = [settings.data_dir.absolute()]
    if settings.database.startswith("sqlite:///"):
        folders.append(Path(settings.database.removeprefix("sqlite:///")).absolute().parent)
    if head is None:
        why = "Nothing tells that a database which was put back is an older one, and brings back what was taken back."
        yield InForce("Head file", "none", "unsafe", why, "Unset PORTAL_HEAD_FILE.")
    else:
        yield fact(
            "Head file",
            str(head),
            If(
                "Whoever puts the database back puts this file back as well, so nothing tells that it is an older one.",
                "Move it out of the folders that are backed up with the database, and set PORTAL_HEAD_FILE.",
            ),
            bad=any(head.absolute().is_relative_to(folder) for folder in folders),
        )
    url = settings.ledger_export_url
    yield fact(
        "Copies of the ledger's head",
        "kept outside" if url else "on this machine alone",
        If(
            "Whoever puts the whole machine back, or changes both, leaves nothing that tells of it.",
            "Set PORTAL_LEDGER_EXPORT_URL, or run portal ledger head each night and keep it elsewhere.",
            "note",
        ),
        bad=not url,
    )


def _shredding(settings: Settings) -> Iterator[InForce]:
    inside = settings.wraps.absolute().is_relative_to(settings.data_dir.absolute())
    yield fact(
        "Wrap file",
        str(settings.wraps),
        If(
            "A copy of the data folder then remembers what is shredded, or others on this machine may read it.",
            "Move it out of the data folder, chmod 0400, and set PORTAL_WRAP_FILE.",
        ),
        bad=inside or others_may_read(settings.wraps),
    )
    days = settings.retention
    yield fact(
        "How long letters are kept",
        ", ".join(f"{kind}: {count_of(count, 'day')}" for kind, count in days.items()) or "until somebody shreds them",
        If("What is kept can leak.", "Set PORTAL_RETENTION_DAYS.", "note"),
        bad=not days,
    )


def _holding(session: Session, settings: Settings, *, now: datetime) -> Iterator[InForce]:
    roster = session.execute(select(func.max(col(RosterVersion.imported_at)))).scalar()
    yield fact(
        "Newest roster",
        f"{roster:%d %B %Y}" if roster else "none",
        If(
            "Letters go to whom it names, and the guard knows only them.",
            "Import it each night: portal roster import PATH",
            "note",
        ),
        bad=roster is None or now - roster > _ROSTER_LASTS,
    )
    aside = intakes.count_set_aside(session)
    yield fact(
        "Files that were set aside",
        count_of(aside, "mailing") if aside else "none",
        If(
            "A worker was ended twice over what was given for them, so it goes on without.",
            "Look into the machine's log (out of memory?), and ask whoever gave them to make the files anew.",
            "note",
        ),
        bad=bool(aside),
    )
    yield InForce("Database", urlsplit(settings.database).scheme.partition("+")[0])


def _machine(session: Session, machine: Machine, *, now: datetime) -> Iterator[InForce]:
    newest = session.execute(select(col(LedgerEntry.body)).order_by(col(LedgerEntry.seq).desc()).limit(1)).scalar()
    is_behind = newest is not None and _at(newest) > now + _CLOCK_MAY_DIFFER
    yield fact(
        "Clock",
        f"{now:%d %B %Y, %H:%M} UTC",
        If(
            "It is behind what was written before." if is_behind else "Nothing sets it, so it drifts; links end by it.",
            "Let the machine keep time with NTP (chrony or systemd-timesyncd).",
            "unsafe" if is_behind else "note",
        ),
        bad=is_behind or clock_is_set() is False,
    )
    yield from _room(machine)
    yield _reading(machine)
    if machine.scanner_answers is None:
        yield InForce(
            "Virus scanner",
            "none",
            "note",
            "Files are shown to no virus scanner.",
            "Set PORTAL_CLAMAV_URL.",
        )
    else:
        yield fact(
            "Virus scanner",
            "answers" if machine.scanner_answers else "is silent",
            If("Nothing is published until it answers.", "Start clamd, and see that it has signatures."),
            bad=not machine.scanner_answers,
        )


def _reading(machine: Machine) -> InForce:
    if not machine.cage_is_shut:
        return InForce(
            "Reading of files",
            "with the network in reach",
            "unsafe",
            "A crafted file could send out what it finds.",
            "Run on Linux with seccomp (x86_64 or aarch64).",
        )
    return fact(
        "Reading of files",
        ", ".join(("off the network", *(machine.cage_layers or ("by the filter of system calls alone",)))),
        If(
            "A second layer would hold where a flaw of the kernel opens that filter.",
            "Allow the portal user namespaces (docs/operations.md, What holds a file that is read).",
            "note",
        ),
        bad=not machine.cage_layers,
    )


def _at(body: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(body)["at"])


def _room(machine: Machine) -> Iterator[InForce]:
    if machine.free_bytes is not None:
        yield fact(
            "Room on the disk",
            f"{machine.free_bytes / 1024**3:,.1f} GB",
            If(
                "Once it is full no letter opens, nothing is sent, and nothing can be taken back.",
                "Make room where the data folder and the database lie.",
            ),
            bad=machine.free_bytes < _LEAST_FREE,
        )
