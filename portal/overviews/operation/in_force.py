"""What is in force and what of it is unsafe: the same facts for `portal doctor` and for the settings page.

No fact holds a secret: of an address with a password only the host is told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.documents.repository import intakes
from portal.families.tables import RosterVersion
from portal.kernel.configuration.settings import Settings
from portal.kernel.machine.host import changed_at, others_may_read
from portal.kernel.text.zones import system_zone
from portal.overviews.operation.accepted_findings import mark_accepted
from portal.overviews.operation.logins_in_force import of_logins
from portal.overviews.operation.machine_in_force import Machine, of_machine, time_zone
from portal.overviews.operation.sealed_before import SealedBefore
from portal.overviews.operation.stores_in_force import look_at_database, of_database
from portal.overviews.operation.watched import If, InForce, Standing, fact, moment_words, watched
from portal.staff import repository as staff
from portal.words.own_languages import said_by
from portal.words.sentences import Sentence, numbered, one_after_another, said, sentence
from portal.words.several import calendar_day_words, with_commas

ORDER: tuple[Standing, ...] = ("unsafe", "accepted", "note", "safe")
"""In which order it is told."""
BACKUP_MARK = "last-backup"
"""A file in the data folder that a backup touches when it is done."""
DRILL_MARK = "last-drill"
"""A file in the data folder that is touched when a backup was restored to try it, and its ledger was whole."""
_BACKUP_LASTS = timedelta(days=2)
_DRILL_LASTS = timedelta(days=92)
_ROSTER_LASTS = timedelta(days=8)


def in_force(session: Session, settings: Settings, machine: Machine, *, now: datetime) -> list[InForce]:
    """Return everything that is in force, the unsafe first; what admins accept of it is marked so."""
    seen = watched(session, settings, now=now)
    found = [*standing_facts(session, settings, machine, now=now), *seen.values()]
    return sorted(found, key=lambda one: ORDER.index(one.standing))


def standing_facts(session: Session, settings: Settings, machine: Machine, *, now: datetime) -> list[InForce]:
    """Return the same without what is watched: that comes and goes, and is never accepted."""
    found = [
        *_reaching(settings, now=now),
        *_people(session, settings),
        *_languages(settings),
        *_approving(settings),
        *_mail(settings),
        *_keeping(settings, now=now),
        *(_sealed(one) for one in (machine.sealed_before,) if one),
        *_heads(settings),
        *_shredding(settings),
        *_holding(session, now=now),
        *of_logins(settings),
        *of_database(look_at_database(session)),
        *of_machine(session, machine, now=now),
    ]
    return mark_accepted(session, settings, found, now=now)


def _reaching(settings: Settings, *, now: datetime) -> Iterator[InForce]:
    if settings.is_https:
        yield InForce(sentence("Address"), settings.base_url)
    else:
        yield InForce(
            sentence("Address"),
            settings.base_url,
            "unsafe",
            sentence("Without TLS everybody on the way can read along."),
            sentence("Put a proxy with TLS in front, and set PORTAL_BASE_URL to its https:// address."),
        )
    proxies = {one.strip() for one in settings.trusted_proxies.split(",") if one.strip()}
    why = sentence(
        "Behind a proxy all families then count as one visitor, so a few who ask for fresh links hold up all others."
    )
    yield fact(
        sentence("Proxies that are believed"),
        ", ".join(sorted(proxies)) or sentence("none"),
        If(why, sentence("Set PORTAL_TRUSTED_PROXIES to the addresses of your own proxies."), "note"),
        bad=settings.is_https and not proxies,  # TLS ends in a proxy: we have none of our own
    )
    yield from _names(settings)
    yield time_zone(settings, system_zone(), now=now)
    yield _look(settings)


def _names(settings: Settings) -> Iterator[InForce]:
    for name, value, default, setting in (
        (sentence("Name of the organisation"), settings.organisation, "Example School District", "PORTAL_ORGANISATION"),
        (sentence("Contact for families"), settings.contact, "", "PORTAL_CONTACT"),
        (sentence("Sender of messages"), settings.mail_from, "letters@portal.test", "PORTAL_MAIL_FROM"),
    ):
        why = sentence("It is not set, so families cannot tell who writes to them.")
        yield fact(
            name,
            value or sentence("none"),
            If(why, sentence("Set %(setting)s.", setting=setting)),
            bad=value == default,
        )


def _look(settings: Settings) -> InForce:
    tones = settings.accent_tones
    mark = str(settings.mark) if settings.mark else sentence("no mark")
    accent = (
        sentence("accent %(light)s, in the dark %(dark)s", light=tones.light, dark=tones.dark)
        if tones
        else sentence("the portal’s own accent")
    )
    return InForce(
        sentence("Mark and accent of pages"),
        Sentence(lambda language: f"{said(mark, language)}; {said(accent, language)}"),
    )


def _people(session: Session, settings: Settings) -> Iterator[InForce]:
    issuer = urlsplit(settings.oidc_issuer or "").hostname
    yield fact(
        sentence("How staff sign in"),
        sentence("with their account at %(issuer)s", issuer=issuer)
        if issuer
        else sentence("by one-time links in the mail"),
        If(
            sentence("Whoever reads a staff member's mail can sign in as them."),
            sentence("Set PORTAL_OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_CLIENT_SECRET."),
        ),
        bad=not settings.has_oidc,
    )
    if settings.has_oidc:
        yield from _provider(settings)
    everyone = [member.role for member, _ in staff.everyone(session)]
    admins, approvers = everyone.count("admin"), everyone.count("admin") + everyone.count("approver")
    yield fact(
        sentence("People"),
        sentence("%(everyone)s on the staff, %(admins)s of them admins", everyone=len(everyone), admins=admins),
        If(
            sentence("Taking back, releasing and reading in an incident need two people who are there."),
            sentence("See that two people are in a group that PORTAL_OIDC_ROLES makes admin, and have signed in.")
            if settings.provider_terms.decide_roles
            else sentence("Add a second admin: portal staff add EMAIL --role admin"),
            "note",
        ),
        bad=admins < 2 or approvers < 2,
    )


def _provider(settings: Settings) -> Iterator[InForce]:
    rules = len(settings.provider_terms.rules)
    yield InForce(
        sentence("Who decides about roles"),
        numbered("%(number)s group at the provider", "%(number)s groups at the provider", rules)
        if rules
        else sentence("the portal's admins"),
    )
    yield fact(
        sentence("Domains that may sign in"),
        ", ".join(sorted(settings.provider_terms.domains)) or sentence("every one"),
        If(
            sentence("Staff are known by their account, so this is a second fence only."),
            sentence("Set PORTAL_OIDC_DOMAINS."),
            "note",
        ),
        bad=not settings.provider_terms.domains,
    )


def _languages(settings: Settings) -> Iterator[InForce]:
    if settings.locale_dir:
        spoken = with_commas([_said(name, count) for name, count in said_by(settings.locale_dir).items()])
        yield fact(
            sentence("Languages of your own"),
            spoken or sentence("none"),
            If(
                sentence("The folder holds no catalogue."),
                sentence("Put a file such as pl.po there, or unset PORTAL_LOCALE_DIR."),
                "note",
            ),
            bad=not spoken,
        )


def _approving(settings: Settings) -> Iterator[InForce]:
    yield fact(
        sentence("Approving by command line"),
        sentence("on") if settings.cli_approval else sentence("off"),
        If(
            sentence("Whoever has a shell here can then stand in for the second person."),
            sentence("Unset PORTAL_CLI_APPROVAL."),
        ),
        bad=settings.cli_approval,
    )
    yield fact(
        sentence("Letters without a second person"),
        numbered(
            "those to fewer than %(number)s family that ask for no code",
            "those to fewer than %(number)s families that ask for no code",
            settings.approval_waived_below,
        )
        if settings.approval_waived_below
        else sentence("none"),
        If(sentence("One person can send those alone."), sentence("Unset PORTAL_APPROVAL_WAIVED_BELOW."), "note"),
        bad=bool(settings.approval_waived_below),
    )
    yield fact(
        sentence("Time to stop a letter"),
        numbered("%(number)s second", "%(number)s seconds", settings.hold_seconds),
        If(
            sentence("The first message leaves at the approval, so nobody can stop it."),
            sentence("Set PORTAL_HOLD_SECONDS to 300."),
        ),
        bad=settings.hold_seconds == 0,
    )


def _mail(settings: Settings) -> Iterator[InForce]:
    server = urlsplit(settings.smtp_url.get_secret_value())
    is_near = server.hostname in {"127.0.0.1", "localhost", "::1"}
    yield fact(
        sentence("Mail server"),
        sentence("%(host)s, with TLS", host=server.hostname)
        if server.scheme != "smtp"
        else sentence("%(host)s, without TLS", host=server.hostname),
        If(
            sentence("Links to letters travel readable to the mail server."),
            sentence("Use smtp+starttls:// or smtps:// in PORTAL_SMTP_URL."),
        ),
        bad=server.scheme == "smtp" and not is_near,
    )
    yield InForce(sentence("Where what comes back goes"), settings.bounces.text)


def _keeping(settings: Settings, *, now: datetime) -> Iterator[InForce]:
    inside = settings.keys.absolute().is_relative_to(settings.data_dir.absolute())
    yield fact(
        sentence("Key file"),
        str(settings.keys),
        If(
            sentence("A copy of the data folder is then a copy of the keys, or others on this machine may read them."),
            sentence("Move it out of the data folder, chmod 0400, and set PORTAL_KEY_FILE."),
        ),
        bad=inside or others_may_read(settings.keys),
    )
    backup = changed_at(settings.data_dir / BACKUP_MARK)
    yield fact(
        sentence("Last backup"),
        moment_words(backup) if backup else sentence("none seen"),
        If(
            sentence("What is lost between two backups is lost."),
            sentence(
                "Run portal backup each night. A backup of another kind touches %(what)s when it is done.",
                what=settings.data_dir / BACKUP_MARK,
            ),
        ),
        bad=backup is None or now - backup > _BACKUP_LASTS,
    )
    drill = changed_at(settings.data_dir / DRILL_MARK)
    yield fact(
        sentence("Last time a backup was tried"),
        moment_words(drill) if drill else sentence("never"),
        If(
            sentence("Nobody knows whether the backups can be restored."),
            sentence("Run portal restore with --drill at least every three months."),
            "note",
        ),
        bad=drill is None or now - drill > _DRILL_LASTS,
    )


def _sealed(left: SealedBefore) -> InForce:
    """Tell of phones, birth dates and reasons that an older key still opens, until they are sealed anew."""
    why = sentence("Whoever has an old key reads them in this database, and in every copy of it from before.")
    return fact(
        sentence("Phones, birth dates and reasons"),
        numbered(
            "%(number)s row still sealed with an older key", "%(number)s rows still sealed with an older key", left.rows
        )
        if left.rows
        else sentence("sealed with the newest key"),
        If(
            one_after_another(sentence("That key is in wrong hands."), why) if left.is_compromised else why,
            sentence("A worker seals them anew, some thousand a second; see that one runs."),
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
        why = sentence(
            "Nothing tells that a database which was put back is an older one, and brings back what was taken back."
        )
        yield InForce(sentence("Head file"), sentence("none"), "unsafe", why, sentence("Unset PORTAL_HEAD_FILE."))
    else:
        yield fact(
            sentence("Head file"),
            str(head),
            If(
                sentence(
                    "Whoever puts the database back puts this file back as well, so nothing tells that it is "
                    "an older one."
                ),
                sentence("Move it out of the folders that are backed up with the database, and set PORTAL_HEAD_FILE."),
            ),
            bad=any(head.absolute().is_relative_to(folder) for folder in folders),
        )
    url = settings.ledger_export_url
    yield fact(
        sentence("Copies of the ledger's head"),
        sentence("kept outside") if url else sentence("on this machine alone"),
        If(
            sentence("Whoever puts the whole machine back, or changes both, leaves nothing that tells of it."),
            sentence("Set PORTAL_LEDGER_EXPORT_URL, or run portal ledger head each night and keep it elsewhere."),
            "note",
        ),
        bad=not url,
    )


def _shredding(settings: Settings) -> Iterator[InForce]:
    inside = settings.wraps.absolute().is_relative_to(settings.data_dir.absolute())
    yield fact(
        sentence("Wrap file"),
        str(settings.wraps),
        If(
            sentence(
                "A copy of the data folder then remembers what is shredded, or others on this machine may read it."
            ),
            sentence("Move it out of the data folder, chmod 0400, and set PORTAL_WRAP_FILE."),
        ),
        bad=inside or others_may_read(settings.wraps),
    )
    days = settings.retention
    yield fact(
        sentence("How long letters are kept"),
        with_commas([_days_kept(kind, count) for kind, count in days.items()])
        or sentence("until somebody shreds them"),
        If(sentence("What is kept can leak."), sentence("Set PORTAL_RETENTION_DAYS."), "note"),
        bad=not days,
    )


def _holding(session: Session, *, now: datetime) -> Iterator[InForce]:
    roster = session.execute(select(func.max(col(RosterVersion.imported_at)))).scalar()
    yield fact(
        sentence("Newest roster"),
        calendar_day_words(roster) if roster else sentence("none"),
        If(
            sentence("Letters go to whom it names, and the guard knows only them."),
            sentence("Import it each night: portal roster import PATH"),
            "note",
        ),
        bad=roster is None or now - roster > _ROSTER_LASTS,
    )
    aside = intakes.count_set_aside(session)
    yield fact(
        sentence("Files that were set aside"),
        numbered("%(number)s mailing", "%(number)s mailings", aside) if aside else sentence("none"),
        If(
            sentence("A worker was ended twice over what was given for them, so it goes on without."),
            sentence("Look into the machine's log (out of memory?), and ask whoever gave them to make the files anew."),
            "note",
        ),
        bad=bool(aside),
    )


def _days_kept(kind: str, days: int) -> Sentence:
    return numbered("%(kind)s: %(number)s day", "%(kind)s: %(number)s days", days, kind=kind)


def _said(language: str, count: int) -> Sentence:
    return numbered(
        "%(language)s (%(number)s sentence)", "%(language)s (%(number)s sentences)", count, language=language
    )
