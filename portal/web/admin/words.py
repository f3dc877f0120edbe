"""The words of the admin pages for what the database keeps in short."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from portal.overviews.links.taking_back import Kind
from portal.overviews.links.targets import FoundLink
from portal.overviews.records.record import Line
from portal.web.render import day_words, number_words, time_words
from portal.words.sentences import sentence

MAILING_STATES = {
    "held": sentence("waiting for its first message"),
    "sending": sentence("being sent"),
    "paused": sentence("paused"),
    "sent": sentence("sent"),
    "stopped": sentence("stopped"),
    "revoked": sentence("taken back"),
}
_WHY_DEAD = {
    "frozen": sentence("Frozen in an incident"),
    "taken-back": sentence("Taken back"),
    "not-mine": sentence("The family said this is not their child"),
    "address-changed": sentence("The guardian’s address changed"),
    "guardianship-ended": sentence("The guardian’s right to see the child ended"),
    "restricted": sentence("Staff ended what the guardian may see of the child"),
    "shared-mailbox": sentence("Somebody who may not see the child reads the same mailbox"),
    "of-age": sentence("The child came of age"),
    "key-compromised": sentence("Its key was in wrong hands"),
    "erased": sentence("The person it was about was erased"),
}
ACTS = {
    "alert:begin": sentence("Something about the portal was not in order"),
    "alert:end": sentence("What was not in order about the portal is over"),
    "arrival:close": sentence("What somebody sent in from a mail program was closed"),
    "arrival:end": sentence("What somebody sent in from a mail program was forgotten"),
    "arrival:make": sentence("What somebody sent in from a mail program became a mailing"),
    "arrival:take": sentence("A message from a staff member’s mail program was taken in"),
    "child:allow-again": sentence("An erased child may come back with a roster"),
    "child:erase": sentence("A child was erased"),
    "finding:accept": sentence("An admin accepted for a time something that is unsafe"),
    "finding:end-acceptance": sentence("An admin ended that something unsafe is accepted"),
    "gate:probe": sentence("A probe came to the gate through the mail system in front"),
    "guardian:allow-again": sentence("An erased guardian may come back with a roster"),
    "guardian:erase": sentence("A guardian was erased"),
    "child:revoke": sentence("All links to a child were taken back"),
    "guardian:revoke": sentence("All links of a guardian were taken back"),
    "guardianship:begun": sentence("A restriction of a guardian began"),
    "guardianship:end": sentence("Staff ended a guardianship"),
    "guardianship:leave-paused": sentence("Letters about a child of age stay paused"),
    "guardianship:lift": sentence("A restriction of a guardian was lifted"),
    "guardianship:of-age": sentence("A child came of age, and a guardian’s letters pause"),
    "guardianship:ask-by-hand": sentence("Somebody wrote down a right that the roster does not give"),
    "guardianship:by-hand": sentence("A second person confirmed a right that the roster does not give"),
    "guardianship:drop-by-hand": sentence("A right that the roster does not give was not confirmed"),
    "guardianship:end-by-hand": sentence("A right that the roster does not give ended"),
    "guardianship:restrict": sentence("Staff restricted what a guardian may see of a child"),
    "guardianship:revoke": sentence("All links of a guardian to one child were taken back"),
    "copy:acknowledge": sentence("A guardian said that they have read a letter"),
    "copy:view": sentence("A letter was opened"),
    "code:passed": sentence("A code opened a confidential letter"),
    "code:pause": sentence("A link’s codes were paused for an hour"),
    "code:sent": sentence("A code was sent to a guardian"),
    "code:wrong": sentence("A wrong code was typed"),
    "copy:download": sentence("A letter was saved"),
    "device:ended": sentence("A remembered device was forgotten"),
    "device:remembered": sentence("A device was remembered for 30 days"),
    "document:correct": sentence("A corrected version of a file was brought"),
    "document:drop-correction": sentence("A corrected version was forgotten before it took effect"),
    "document:replace": sentence("A file was replaced by its corrected version"),
    "disclosure:erroneous": sentence("A view or download was marked as one that should not have been"),
    "record:give": sentence("A child’s disclosure record was handed out"),
    "document:clear": sentence("A file was checked and cleared"),
    "document:stop": sentence("A file was stopped by the guard"),
    "document:drop": sentence("A file was taken out of a mailing that had not left"),
    "document:hold": sentence("A stopped file was kept sealed for three days"),
    "document:forget": sentence("A stopped file was destroyed when its three days were over"),
    "document:release": sentence("A stopped file was released by a second person"),
    "document:revoke": sentence("A document was taken back"),
    "document:shred": sentence("A document was closed for good"),
    "document:shredded": sentence("A document’s key and bytes were destroyed"),
    "document:staff-view": sentence("Staff looked at a letter’s file"),
    "incident:decide": sentence("A decision about an incident was written down"),
    "incident:freeze": sentence("Something that went wrong was frozen"),
    "incident:grant": sentence("A second administrator let a frozen letter be read"),
    "incident:ask": sentence("An administrator asked to read a frozen letter"),
    "incident:pack": sentence("The pack of an incident was downloaded"),
    "incident:read": sentence("A frozen letter was read"),
    "incident:undo": sentence("A freeze was undone with fresh links"),
    "keys:rotate": sentence("Keys were turned"),
    "ledger:accept-older": sentence("An older database was accepted, and families could read again"),
    "keys:seal-anew": sentence("Phones, birth dates and reasons were sealed with the newest key"),
    "keys:end-links": sentence("Links of a key in wrong hands were ended"),
    "keys:end-staff-sessions": sentence("Everybody on the staff was signed out"),
    "link:open": sentence("A link was opened"),
    "link:refuse": sentence("A link was refused"),
    "link:renew": sentence("A family got a fresh link in place of an old one"),
    "link:revoke": sentence("A link was taken back"),
    "mail-key:make": sentence("A mail key was made"),
    "mail-key:end": sentence("A mail key was ended"),
    "mail-key:refuse": sentence("A mail program was refused for its mail key"),
    "mailing:again": sentence("Families got a fresh link to a mailing"),
    "mailing:approve": sentence("A mailing was approved"),
    "mailing:approve-waived": sentence("A mailing went without a second person, as the settings allow"),
    "mailing:check": sentence("Every child in a mailing was found to have its one letter"),
    "mailing:continue": sentence("A paused mailing went on"),
    "mailing:draft": sentence("A mailing was written"),
    "mailing:edit": sentence("A mailing was changed"),
    "mailing:give": sentence("Files for single children were brought"),
    "mailing:leave-out": sentence("It was said why a child gets no file"),
    "mailing:list-read": sentence("The list of who got a letter, or has read it, was saved"),
    "mailing:one-family": sentence("One family got its letter by hand"),
    "mailing:ask-approver": sentence("Another approver was asked by name"),
    "mailing:call-admins": sentence("Somebody called every administrator"),
    "mailing:open-links": sentence("Families can open a paused mailing again"),
    "mailing:pause-links": sentence("The links of a mailing were paused"),
    "mailing:remind-approvers": sentence("Approvers were reminded of a mailing that waits"),
    "mailing:pause": sentence("A mailing was paused"),
    "mailing:remind": sentence("Families who had not opened a letter were reminded"),
    "mailing:return": sentence("A mailing was returned to its author"),
    "mailing:re-issue": sentence("Fresh links went out in place of dead ones"),
    "mailing:revoke": sentence("A mailing was taken back"),
    "mailing:schedule": sentence("A mailing was given a time to leave"),
    "mailing:sent": sentence("A mailing was sent to the last family"),
    "mailing:start": sentence("A mailing’s first message left"),
    "mailing:set-aside": sentence("What was given for a mailing was set aside"),
    "mailing:stop": sentence("A mailing was stopped"),
    "mailing:submit": sentence("A mailing was put up for approval"),
    "mailing:take-in": sentence("A child was left out no longer"),
    "mailing:test": sentence("A test message was sent to its author"),
    "mailing:top-up": sentence("Families who joined since got a mailing"),
    "mailing:wave-sent": sentence("A wave of a mailing was sent to its last family"),
    "mailing:hold": sentence("A mailing was put under legal hold"),
    "mailing:lift-hold": sentence("A legal hold was lifted"),
    "mailing:print": sentence("Pages on paper were made for families without e-mail"),
    "notice:came-back": sentence("A message came back"),
    "paper:download": sentence("Pages with live links were printed"),
    "paper:mark": sentence("It was noted what became of pages"),
    "picture:decline": sentence("An administrator said no to a picture that could not be read"),
    "picture:forget": sentence("A known picture is read again from now on"),
    "picture:know": sentence("A picture was registered as known"),
    "picture:lapse": sentence("A picture waited three days for an administrator and was forgotten"),
    "picture:offer": sentence("A picture that could not be read waits for an administrator"),
    "renewal:answer": sentence("A family asked for fresh links and got them"),
    "renewal:refuse": sentence("A family asked for fresh links and got none"),
    "roster:import": sentence("A roster was imported"),
    "session:leave": sentence("A family closed its letters"),
    "staff:add": sentence("Somebody joined the staff"),
    "staff:change": sentence("A staff member’s role or sites changed"),
    "staff:remove": sentence("Somebody left the staff"),
    "staff:setup-link": sentence("A link to set up the portal was made"),
    "staff:sign-in": sentence("Somebody signed in"),
    "staff:sign-in-link": sentence("A sign-in link was made"),
    "staff:sign-in-link-held-back": sentence("A sign-in link was asked for too often and not made"),
    "staff:sign-in-refused": sentence("A sign-in was refused"),
    "staff:sign-out": sentence("Somebody signed out"),
    "staff:signed-out": sentence("The sign-in provider no longer knew somebody, and they were signed out"),
}
_DOORS = {
    "portal": sentence("The portal itself"),
    "worker": sentence("The delivery worker"),
    "family:unknown": sentence("Somebody unknown"),
    "setup-link": sentence("Whoever had the setup link"),
    "staff:unknown": sentence("Somebody not signed in"),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that a line is about; `path` leads to it where there is a page."""

    what: str
    value: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the ledger in words."""

    seq: int
    at: datetime
    what: str
    who: str
    about: list[Detail]


def link_state(link: FoundLink, now: datetime, zone: ZoneInfo) -> tuple[str, bool]:
    """Return a link's state as a sentence, and whether it still opens."""
    if link.revoked_at is not None:
        why = _WHY_DEAD.get(link.revoked_why, _WHY_DEAD["taken-back"])
        return sentence("%(why)s, %(when)s", why=why, when=time_words(link.revoked_at, zone)), False
    day = day_words(link.expires_at, zone)
    if link.expires_at <= now:
        return sentence("Expired %(day)s", day=day), False
    return sentence("Open until %(day)s", day=day), True


def act_words(act: str) -> str:
    """Return what an act was, in words; an act nobody gave words to keeps its name."""
    return ACTS.get(act, act)


def told(line: Line, names: Mapping[str, str], zone: ZoneInfo) -> Told:
    """Return a line of the ledger in words; ids stay ids where nobody is looked up, since it holds nothing else."""
    about = [_detail(key, value, names, zone) for key, value in line.about.items()]
    return Told(line.seq, line.at, act_words(line.act), _who(line.by, names), about)


def labels(line: Line) -> list[str]:
    """Return the ledger's labels of everybody on the staff whom a line names."""
    return [line.by, f"staff:{line.about['staff']}"] if "staff" in line.about else [line.by]


def _detail(key: str, value: object, names: Mapping[str, str], zone: ZoneInfo) -> Detail:
    if key in get_args(Kind):
        return Detail(key, str(value), f"/admin/revoke?kind={key}&id={value}")
    if key == "incident":
        return Detail(key, str(value), f"/admin/incidents/{value}")
    if key == "staff":
        return Detail(key, names.get(f"staff:{value}", str(value)))
    return Detail(key.replace("_", " "), _moment(value, zone) or _value(value))


def _moment(value: object, zone: ZoneInfo) -> str:
    """Return a moment as pages say it, or nothing: the ledger keeps it as ISO 8601 has it."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return ""
    return time_words(at, zone) if at and at.tzinfo else ""


def _who(by: str, names: Mapping[str, str]) -> str:
    if by in names:
        shell = by.partition("/")[0].removeprefix("cli:") if by.startswith("cli:") else ""
        return sentence("%(name)s, by the shell of %(account)s", name=names[by], account=shell) if shell else names[by]
    if by.startswith("cli:"):
        return sentence("The shell of %(account)s", account=by.removeprefix("cli:"))
    if by in _DOORS:
        return _DOORS[by]
    return "A family" if by.startswith("family:") else by


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: sentence("yes"), False: sentence("no"), None: sentence("none")}[value]
    if isinstance(value, int):
        return number_words(value)
    return ", ".join(value) if isinstance(value, list) else str(value)
